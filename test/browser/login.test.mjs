import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { base, fillLogin, stop, user, visit } from './visit.mjs';

after( stop );

const DAY = 24 * 60 * 60;
const AUTH = /^wordpress_[0-9a-f]{32}$/;
const LOGGED_IN = /^wordpress_logged_in_[0-9a-f]{32}$/;

/** The cookies of a visit that belong to a login. */
async function session( v ) {
	const all = await v.context.cookies( [ base + '/', base + '/wp-admin/', base + '/wp-content/plugins/' ] );
	return { auth: all.filter( ( c ) => AUTH.test( c.name ) ), loggedIn: all.filter( ( c ) => LOGGED_IN.test( c.name ) ) };
}

test( 'the dashboard asks for a login, and leads back to where one wanted to go', async () => {
	const v = await visit( { anonymous: true } );
	await v.open( 'profile.php?a=1' );
	assert.match( v.page.url(), /\/wp-login\.php\?redirect_to=.*profile\.php.*&reauth=1$/ );
	assert.equal( await v.page.evaluate( () => document.activeElement.id ), 'user_login' );
	await fillLogin( v.page );
	await v.page.waitForURL( /\/wp-admin\/profile\.php\?a=1$/ );
	const { auth, loggedIn } = await session( v );
	assert.deepEqual( auth.map( ( c ) => c.path ).sort(), [ '/wp-admin', '/wp-content/plugins' ] );
	assert.equal( loggedIn.length, 1 );
	for ( const cookie of [ ...auth, ...loggedIn ] ) {
		assert.ok( cookie.httpOnly && cookie.expires === -1, JSON.stringify( cookie ) ); // ends with the browser
	}
	assert.deepEqual( v.errors, [] );
	assert.deepEqual( v.outside, [] );
	await v.close();
} );

test( 'remember me keeps the login for two weeks', async () => {
	const v = await visit( { anonymous: true } );
	await v.page.goto( base + '/wp-login.php' );
	await v.page.check( '#rememberme' );
	await fillLogin( v.page );
	await v.page.waitForURL( /\/wp-admin\// );
	const { auth, loggedIn } = await session( v );
	for ( const cookie of [ ...auth, ...loggedIn ] ) {
		const days = ( cookie.expires - Date.now() / 1000 ) / DAY;
		assert.ok( days > 13.9 && days < 14.6, `${ cookie.name }: ${ days } days` );
	}
	await v.close();
} );

test( 'a wrong password, an unknown name and nothing at all are told alike, and log nobody in', async () => {
	const v = await visit( { anonymous: true } );
	await v.page.goto( base + '/wp-login.php' );
	const said = [];
	for ( const attempt of [ { word: 'wrong' }, { name: 'nobody-of-that-name', word: 'wrong' } ] ) {
		await fillLogin( v.page, attempt );
		await v.page.waitForSelector( '#login_error' );
		said.push( ( await v.page.textContent( '#login_error' ) ).trim() );
		assert.equal( await v.page.inputValue( '#user_pass' ), '' );
	}
	assert.equal( said[ 0 ], said[ 1 ] ); // --compat safe: no oracle
	await fillLogin( v.page, { name: '', word: '' } );
	await v.page.waitForLoadState();
	const { auth, loggedIn } = await session( v );
	assert.deepEqual( [ auth.length, loggedIn.length ], [ 0, 0 ] );
	assert.equal( ( await v.context.request.get( base + '/wp-json/wp/v2/users/me' ) ).status(), 401 );
	await v.close();
} );

test( 'a redirect_to of another site is not followed', async () => {
	const v = await visit( { anonymous: true } );
	await v.page.goto( base + '/wp-login.php?redirect_to=' + encodeURIComponent( 'https://evil.example/wp-admin/' ) );
	await fillLogin( v.page );
	await v.page.waitForURL( base + '/wp-admin/' );
	assert.deepEqual( v.outside, [] );
	await v.close();
} );

test( 'logging out ends the session, also for who kept a copy of the cookies', async () => {
	const v = await visit( { fresh: true } );
	const copy = await v.context.cookies();
	await v.open( 'profile.php' );
	await v.page.click( '#log-out' );
	await v.page.waitForURL( /\/wp-login\.php\?.*loggedout=true/ );
	const { auth, loggedIn } = await session( v );
	assert.deepEqual( [ auth.length, loggedIn.length ], [ 0, 0 ] );
	await v.open( '' );
	assert.match( v.page.url(), /wp-login\.php/ );

	await v.context.addCookies( copy );
	await v.open( '' );
	assert.match( v.page.url(), /wp-login\.php/ );
	const nonce = await v.context.request.get( base + '/wp-admin/admin-ajax.php?action=rest-nonce' );
	assert.equal( nonce.status(), 400 );
	assert.equal( await nonce.text(), '0' );
	await v.close();
} );

test( 'the log-in form looks well on every screen', async () => {
	for ( const [ size, viewport ] of Object.entries( { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } } ) ) {
		for ( const colorScheme of [ 'light', 'dark' ] ) {
			const v = await visit( { anonymous: true, viewport, colorScheme } );
			await v.page.goto( base + '/wp-login.php' );
			await v.page.fill( '#user_login', user );
			const [ wide, ink, paper ] = await v.page.evaluate( () => {
				const style = getComputedStyle( document.body );
				return [ document.documentElement.scrollWidth, style.color, style.backgroundColor ];
			} );
			assert.ok( wide <= viewport.width, `${ wide }px on ${ size }` );
			assert.notEqual( ink, paper );
			await v.shot( `login-${ colorScheme }-${ size }` );
			await v.close();
		}
	}
} );
