import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { site, stop } from './site.mjs';

after( stop );
const request = { scripts: 'wp-api-request' };

test( 'path, namespace and endpoint become a URL', async () => {
	const s = await site( request );
	const urls = await s.run( () => [
		{ path: '/wp/v2/posts?page=2' },
		{ path: 'wp/v2/posts' },
		{ namespace: '/acme/v1/', endpoint: '/things' },
		{ namespace: 'acme/v1', endpoint: '' },
		{ url: 'https://elsewhere.example/x' },
		{ namespace: 'acme/v1', path: 'used/path' },
	].map( ( options ) => wp.apiRequest.buildAjaxOptions( options ).url ) );
	const root = new URL( s.base ).pathname + 'wp-json/';
	assert.deepEqual( urls, [
		root + 'wp/v2/posts?page=2', root + 'wp/v2/posts', root + 'acme/v1/things', root + 'acme/v1',
		'https://elsewhere.example/x', root + 'used/path',
	] );
} );

test( 'plain permalinks: the first ? of the path becomes &', async () => {
	const s = await site( { ...request, root: 'plain' } );
	const url = await s.run( () => wp.apiRequest.buildAjaxOptions( { path: '/wp/v2/posts?page=2&search=a?b' } ).url );
	assert.ok( url.endsWith( '/?rest_route=/wp/v2/posts&page=2&search=a?b' ), url );
	await s.run( async () => void ( await wp.apiRequest( { path: '/wp/v2/posts?page=2' } ) ) );
	assert.equal( ( await s.log() ).at( -1 ).Path, '/wp/v2/posts' );
} );

test( 'headers: nonce and accept are added unless given in any case; options stay as they were', async () => {
	const s = await site( request );
	const got = await s.run( () => {
		const build = ( options ) => wp.apiRequest.buildAjaxOptions( options ).headers;
		const original = { path: 'x', headers: { 'x-wp-NONCE': 'own', accept: 'text/csv' } };
		const before = JSON.stringify( original );
		return {
			plain: build( { path: 'x' } ),
			given: build( original ),
			inData: build( { path: 'x', data: { _wpnonce: 'own' } } ),
			untouched: JSON.stringify( original ) === before,
			keys: Object.keys( wp.apiRequest.buildAjaxOptions( { path: 'x', foo: 1 } ) ).sort(),
		};
	} );
	assert.deepEqual( got.plain, { 'X-WP-Nonce': 'aaaaaaaaaa', Accept: 'application/json, */*;q=0.1' } );
	assert.deepEqual( got.given, { 'x-wp-NONCE': 'own', accept: 'text/csv' } );
	assert.deepEqual( got.inData, { Accept: 'application/json, */*;q=0.1' } );
	assert.ok( got.untouched );
	assert.deepEqual( got.keys, [ 'foo', 'headers', 'url' ] );
} );

test( 'PUT and DELETE travel as POST with an override, PATCH as it is; data is a form', async () => {
	const s = await site( request );
	const post = await s.run( async () => {
		await wp.apiRequest( { path: 'acme/v1/a', method: 'delete' } );
		await wp.apiRequest( { path: 'acme/v1/a', method: 'PATCH', data: { a: 1 } } );
		return wp.apiRequest( { path: 'wp/v2/posts/1', method: 'put', data: { title: 'Hello Moon' } } );
	} );
	assert.equal( post.title, 'Hello Moon' );
	const log = await s.log();
	assert.deepEqual( log.map( ( r ) => [ r.Method, r.Headers[ 'x-http-method-override' ] ] ), [
		[ 'POST', 'DELETE' ], [ 'PATCH', undefined ], [ 'POST', 'PUT' ],
	] );
	assert.equal( log[ 2 ].Body, 'title=Hello+Moon' );
	assert.match( log[ 2 ].Headers[ 'content-type' ], /^application\/x-www-form-urlencoded/ );
	assert.equal( log[ 2 ].Headers[ 'x-requested-with' ], 'XMLHttpRequest' );
	assert.equal( log[ 2 ].Headers.accept, 'application/json, */*;q=0.1' );
} );

test( 'the nonce is read at call time; a response header does not change it; transport can be replaced', async () => {
	const s = await site( { ...request, state: { Valid: [ 'aaaaaaaaaa', 'cccccccccc' ], Hand: 'dddddddddd' } } );
	const got = await s.run( async () => {
		wpApiSettings.nonce = 'cccccccccc';
		const me = await wp.apiRequest( { path: 'wp/v2/users/me' } );
		const kept = wpApiSettings.nonce;
		const isAjax = wp.apiRequest.transport === jQuery.ajax;
		wp.apiRequest.transport = ( options ) => options.url;
		return { me, kept, isAjax, replaced: wp.apiRequest( { path: 'x' } ) };
	} );
	assert.equal( got.me.nonce, 'cccccccccc' );
	assert.equal( got.kept, 'cccccccccc' );
	assert.ok( got.isAjax );
	assert.match( got.replaced, /wp-json\/x$/ );
} );

test( 'the result is a jqXHR: callbacks, headers, statuses, abort', async () => {
	const s = await site( request );
	const got = await s.run( async () => {
		const calls = [];
		const jqXHR = wp.apiRequest( {
			path: 'wp/v2/posts/99',
			error: ( xhr, status, thrown ) => calls.push( [ 'error', xhr.status, status, thrown ] ),
			complete: ( xhr, status ) => calls.push( [ 'complete', status ] ),
			statusCode: { 404: () => calls.push( [ '404' ] ) },
		} );
		await jqXHR.then( null, () => null );
		const aborted = wp.apiRequest( { path: 'wp/v2/posts/1' } );
		aborted.abort();
		const list = wp.apiRequest( { path: 'wp/v2/posts' } );
		await list;
		const offline = wp.apiRequest( { url: 'http://127.0.0.1:1/' } );
		await offline.then( null, () => null );
		return {
			calls, code: jqXHR.responseJSON.code, aborted: [ aborted.status, aborted.statusText ],
			total: list.getResponseHeader( 'X-WP-Total' ), json: list.responseJSON.length, offline: [ offline.status, offline.statusText ],
		};
	} );
	assert.deepEqual( got.calls, [ [ 'error', 404, 'error', 'Not Found' ], [ '404' ], [ 'complete', 'error' ] ] );
	assert.equal( got.code, 'rest_post_invalid_id' );
	assert.deepEqual( got.aborted, [ 0, 'abort' ] );
	assert.equal( got.total, '25' );
	assert.equal( got.json, 10 );
	assert.deepEqual( got.offline, [ 0, 'error' ] );
} );

test( 'without wpApiSettings the root is /wp-json/ of the origin, and no nonce is sent', async () => {
	const s = await site( { ...request, settings: 'none' } );
	const options = await s.run( () => wp.apiRequest.buildAjaxOptions( { path: 'wp/v2/posts' } ) );
	assert.equal( options.url, new URL( s.base ).origin + '/wp-json/wp/v2/posts' );
	assert.equal( options.headers[ 'X-WP-Nonce' ], undefined );
} );

test( 'the seed scenario: jQuery alone with the nonce of the page', async () => {
	const s = await site( request );
	const got = await s.run( async () => {
		const jqXHR = $.ajax( { url: wpApiSettings.root + 'wp/v2/posts/1', method: 'POST', beforeSend: xhr => xhr.setRequestHeader( 'X-WP-Nonce', wpApiSettings.nonce ), data: { title: 'Hello Moon' } } );
		return [ ( await jqXHR ).title, jqXHR.status ];
	} );
	assert.deepEqual( got, [ 'Hello Moon', 200 ] );
} );

test( 'localized data and inline code arrive unharmed, under a strict CSP', async () => {
	const data = '</script><script>window.broken = 1</script><!-- <script> \u2028 &amp; "\' é';
	const s = await site( { ...request, data, before: 'window.inline = "</script><!--<script>";' } );
	const got = await s.run( () => ( { data: window.testData, inline: window.inline, broken: window.broken } ) );
	assert.equal( got.data.text, data.replace( '&amp;', '&' ) );
	assert.equal( got.data.deep[ 0 ], data );
	assert.equal( got.inline, '</script><!--<script>' );
	assert.equal( got.broken, undefined );
	assert.deepEqual( s.errors, [] );
} );
