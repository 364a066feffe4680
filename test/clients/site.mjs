// What the client tests share: where the site is, a jar of cookies for fetch, and a small picture.

export const base = process.env.PLATEN_BASE;
export const user = { username: process.env.PLATEN_USER, password: process.env.PLATEN_PASSWORD };
export const appPassword = process.env.PLATEN_APP_PASSWORD;

const { fetch } = globalThis;

/** A fetch with cookies, as a browser would have. */
export function browser() {
	const jar = new Map();
	const go = async ( url, options = {} ) => {
		const headers = new Headers( options.headers );
		if ( jar.size ) {
			headers.set( 'Cookie', [ ...jar ].map( ( [ k, v ] ) => `${ k }=${ v }` ).join( '; ' ) );
		}
		const response = await fetch( url, { redirect: 'manual', ...options, headers } );
		for ( const line of response.headers.getSetCookie() ) {
			const [ , name, value ] = line.match( /^([^=]+)=([^;]*)/ );
			if ( /Max-Age=0|expires=Thu, 01 Jan 1970/i.test( line ) ) {
				jar.delete( name );
			} else {
				jar.set( name, value );
			}
		}
		return response;
	};
	go.login = async () => {
		await go( base + '/wp-login.php' );
		const response = await go( base + '/wp-login.php', {
			method: 'POST',
			body: new URLSearchParams( { log: user.username, pwd: user.password, testcookie: '1' } ),
		} );
		if ( response.status !== 302 ) {
			throw new Error( `the login answered ${ response.status }` );
		}
	};
	return go;
}

/** A PNG of one pixel. */
export const pixel = Buffer.from( 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64' );
