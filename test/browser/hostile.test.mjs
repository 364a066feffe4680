import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { api, base, stop, visit } from './visit.mjs';

after( stop );

const shapes = JSON.parse( readFileSync( new URL( '../../testdata/hostile.json', import.meta.url ), 'utf8' ) ).filter( ( s, i ) => i % 8 === 0 );

test( 'what an author may write runs nothing in a browser', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( '#rows tr[data-id]' );
	const word = 'pass-word of an author 1';
	const name = 'author' + Date.now();
	await api( v.page, { path: 'wp/v2/users', method: 'POST', data: { username: name, email: name + '@example.org', password: word, roles: [ 'author' ] } } );
	const a = await visit( { fresh: true, anonymous: true } );
	await a.page.goto( base + '/wp-login.php' );
	await a.page.fill( '#user_login', name );
	await a.page.fill( '#user_pass', word );
	await a.page.click( '#wp-submit' );
	await a.page.waitForURL( /\/wp-admin\// );
	await a.page.waitForFunction( () => window.wp?.apiRequest );
	const links = await a.page.evaluate( async ( list ) => {
		const out = [];
		for ( const shape of list ) {
			const post = await wp.apiRequest( { path: 'wp/v2/posts', method: 'POST', data: { status: 'publish', title: shape, content: shape, excerpt: shape } } ).then( ( p ) => p.link, () => null );
			if ( post ) {
				out.push( post );
			}
		}
		return out;
	}, shapes );
	assert.ok( links.length > shapes.length * 0.9, `${ links.length } of ${ shapes.length } posts` );

	// The administrator may: this one must be noticed, or the test sees nothing.
	const control = ( await api( v.page, { path: 'wp/v2/posts', method: 'POST', data: { status: 'publish', title: 'control', content: '<img src=x onerror="alert(1)">' } } ) ).link;
	links.push( control );

	// Without a policy of its own the page would only be as safe as its markup: so it is opened with one that forbids
	// scripts altogether and reports each that wants to run, and once more with none, where a dialog would show.
	const bad = [];
	for ( const policy of [ "script-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'self'", null ] ) {
		const g = await visit( { anonymous: true } );
		g.page.on( 'dialog', ( dialog ) => { bad.push( 'dialog ' + g.page.url() ); return dialog.dismiss(); } );
		await g.page.addInitScript( () => {
			window.violations = [];
			addEventListener( 'securitypolicyviolation', ( e ) => window.violations.push( `${ e.violatedDirective } ${ e.sample } ${ e.blockedURI }` ) );
		} );
		await g.page.route( base + '/**', async ( route ) => {
			const response = await route.fetch();
			const headers = { ...response.headers() };
			delete headers[ 'content-security-policy' ];
			if ( policy ) {
				headers[ 'content-security-policy' ] = policy;
			}
			await route.fulfill( { response, headers } );
		} );
		await g.page.route( ( url ) => ! url.href.startsWith( base ), ( route ) => route.abort() );
		for ( const link of links ) {
			await g.page.goto( link, { waitUntil: 'load' } );
			// Everything that waits for a visitor: a pointer, the focus, a click on a link.
			await g.page.evaluate( () => document.querySelectorAll( 'main *, article *' ).forEach( ( e ) => {
				for ( const type of [ 'mouseover', 'mouseenter', 'pointerenter', 'focus', 'toggle', 'animationstart', 'wheel', 'cut' ] ) {
					e.dispatchEvent( new Event( type ) );
				}
				if ( /^(javascript|data|vbscript):/i.test( e.href ?? '' ) ) {
					window.violations.push( 'href ' + e.href );
				}
			} ) );
			const seen = await g.page.evaluate( () => window.violations );
			// The page's own scripts are refused by such a policy, too: those have an address.
			bad.push( ...seen.filter( ( s ) => ! s.includes( base ) ).map( ( s ) => `${ link } ${ s }` ) );
		}
		await g.close();
	}
	const noticed = bad.filter( ( s ) => s.includes( control ) );
	assert.ok( noticed.some( ( s ) => s.startsWith( 'dialog' ) ) && noticed.some( ( s ) => s.includes( 'script-src' ) ), 'the control was not noticed: ' + bad );
	assert.deepEqual( bad.filter( ( s ) => ! noticed.includes( s ) ), [] );
} );
