import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { api, base, newPost, stop, stranger, visit } from './visit.mjs';

after( stop );

const port = new URL( stranger ).port;
// Another port of the same host gets the cookies (it is the same site), localhost does not (it is another one).
const origins = { 'another port': `http://127.0.0.1:${ port }/`, 'another site': `http://localhost:${ port }/` };

/** What must not change, read by its owner. */
async function state( v ) {
	await v.open( '' );
	await v.page.waitForSelector( '#rows tr[data-id]' );
	const read = async ( path ) => JSON.stringify( await api( v.page, { path } ) );
	return [
		await read( 'wp/v2/posts?context=edit&status=any&per_page=100&_fields=id,title,status,modified_gmt' ),
		await read( 'wp/v2/users?context=edit&_fields=id,username,email,roles,description' ),
		await read( 'wp/v2/users/me?context=edit&_fields=id,email,description' ),
	];
}

for ( const [ name, origin ] of Object.entries( origins ) ) {
	test( `a page of ${ name }: scripts`, async () => {
		const v = await visit();
		await v.open( '' );
		await v.page.waitForSelector( '#rows tr[data-id]' );
		await newPost( v.page, { title: 'Top secret' } );
		const nonce = await v.page.evaluate( () => wpApiSettings.nonce );
		const before = await state( v );

		await v.page.goto( origin );
		const got = await v.page.evaluate( async ( { root } ) => {
			const out = [];
			const attempt = async ( path, options ) => {
				try {
					const response = await fetch( root + path, { credentials: 'include', ...options } );
					out.push( [ path, response.status, ( await response.text() ).slice( 0, 2000 ) ] );
				} catch ( error ) {
					out.push( [ path, 0 ] );
				}
			};
			const write = JSON.stringify( { title: 'Hacked', description: 'Hacked', email: 'hacked@example.org' } );
			for ( const mode of [ 'cors', 'no-cors' ] ) {
				for ( const type of [ 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json' ] ) {
					await attempt( 'wp-json/wp/v2/posts/1', { mode, method: 'POST', body: write, headers: { 'Content-Type': type } } );
					await attempt( 'wp-json/wp/v2/users/me', { mode, method: 'POST', body: write, headers: { 'Content-Type': type } } );
				}
				await attempt( 'wp-json/wp/v2/posts/1?_method=DELETE&force=true', { mode, method: 'POST' } );
				await attempt( '?rest_route=/wp/v2/posts/1&title=Hacked', { mode, method: 'POST' } );
				await attempt( 'wp-json/wp/v2/posts?title=Hacked&_method=POST', { mode } );
				await attempt( 'wp-json/batch/v1', { mode, method: 'POST', body: JSON.stringify( { requests: [ { path: '/wp/v2/posts', method: 'POST', body: { title: 'Hacked' } } ] } ), headers: { 'Content-Type': 'text/plain' } } );
				await attempt( 'wp-admin/admin-ajax.php?action=rest-nonce', { mode } );
				await attempt( 'wp-admin/admin-ajax.php', { mode, method: 'POST', body: new URLSearchParams( { action: 'rest-nonce' } ) } );
				await attempt( 'wp-admin/', { mode } );
				await attempt( 'wp-login.php?action=logout', { mode } );
			}
			await attempt( 'wp-json/wp/v2/posts/1', { method: 'DELETE' } );
			await attempt( 'wp-json/wp/v2/posts/1', { method: 'PUT', body: write } );
			await attempt( 'wp-json/wp/v2/posts?status=any&context=edit' );
			await attempt( 'wp-json/wp/v2/users/me?context=edit' );
			await attempt( 'wp-json/wp/v2/users/me?_jsonp=steal' );
			return JSON.stringify( out );
		}, { root: base + '/' } );
		assert.ok( ! got.includes( 'Top secret' ) && ! got.includes( nonce ) && ! /"email":|"capabilities":/.test( got ), got );
		assert.deepEqual( JSON.parse( got ).filter( ( [ , status ] ) => status >= 200 && status < 300 ), [] ); // 0 is what a page cannot read

		const later = await state( v );
		assert.deepEqual( later, before );
		await v.close();
	} );

	test( `a page of ${ name }: forms, script tags and frames`, async () => {
		const v = await visit();
		const before = await state( v );
		const forms = [
			[ 'wp-json/wp/v2/posts/1', 'application/x-www-form-urlencoded', { title: 'Hacked' } ],
			[ 'wp-json/wp/v2/posts/1', 'multipart/form-data', { title: 'Hacked' } ],
			[ 'wp-json/wp/v2/posts/1', 'text/plain', { '{"title":"Hacked","x":"': '"}' } ],
			[ 'wp-json/wp/v2/posts/1?_method=DELETE', 'application/x-www-form-urlencoded', {} ],
			[ 'wp-json/wp/v2/users/me', 'application/x-www-form-urlencoded', { description: 'Hacked', _wpnonce: '0123456789' } ],
			[ '?rest_route=/wp/v2/posts/1', 'application/x-www-form-urlencoded', { title: 'Hacked' } ],
			[ 'wp-login.php?action=logout', 'application/x-www-form-urlencoded', {} ],
			[ 'wp-admin/authorize-application.php', 'application/x-www-form-urlencoded', { action: 'authorize_application_password', app_name: 'Hacked', approve: '1' } ],
		];
		for ( const [ path, enctype, fields ] of forms ) {
			await v.page.goto( origin );
			await Promise.all( [ v.page.waitForNavigation(), v.page.evaluate( ( o ) => {
				const form = Object.assign( document.createElement( 'form' ), { method: 'post', action: o.action, enctype: o.enctype } );
				for ( const [ key, value ] of Object.entries( o.fields ) ) {
					form.append( Object.assign( document.createElement( 'input' ), { name: key, value } ) );
				}
				document.body.append( form );
				form.submit();
			}, { action: base + '/' + path, enctype, fields } ) ] );
		}

		await v.page.goto( origin );
		const seen = await v.page.evaluate( async ( root ) => {
			window.stolen = [];
			window.steal = ( data ) => window.stolen.push( data );
			const loaded = ( node ) => new Promise( ( done ) => {
				node.onload = node.onerror = done;
				setTimeout( done, 3000 );
				document.body.append( node );
			} );
			for ( const path of [ 'wp-json/wp/v2/users/me?_jsonp=steal', 'wp-admin/admin-ajax.php?action=rest-nonce', 'wp-admin/' ] ) {
				await loaded( Object.assign( document.createElement( 'script' ), { src: root + path } ) );
			}
			const frame = Object.assign( document.createElement( 'iframe' ), { src: root + 'wp-admin/' } );
			await loaded( frame );
			let inside = '';
			try {
				inside = frame.contentDocument?.body?.textContent ?? '';
			} catch {}
			return [ window.stolen, typeof window.wpApiSettings, inside ];
		}, base + '/' );
		assert.deepEqual( seen, [ [], 'undefined', '' ] );
		// Nobody frames the dashboard, so nobody draws something over its buttons.
		assert.deepEqual( v.page.frames().slice( 1 ).filter( ( f ) => f.url().startsWith( base ) ).map( ( f ) => f.url() ), [] );

		assert.deepEqual( await state( v ), before ); // which also shows that nobody was logged out
		await v.close();
	} );
}
