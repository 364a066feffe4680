import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { site, stop } from './site.mjs';

after( stop );
const request = { scripts: 'wp-api-request' };
const expired = { Valid: [] };
const paths = ( log ) => log.map( ( r ) => `${ r.Method } ${ r.Path } ${ r.Headers[ 'x-wp-nonce' ] || '' }`.trim() );
const REFRESH = 'GET wp-admin/admin-ajax.php';

/** Records the session events in window.seen. */
const listen = ( s ) => s.run( () => {
	window.seen = [];
	[ 'wp-api-session-over', 'wp-api-session-restored' ].forEach( ( name ) =>
		document.addEventListener( name, ( event ) => window.seen.push( [ name, event.detail.root ] ) ) );
} );

test( 'apiRequest: an expired nonce is renewed once and the request repeated with the same body', async () => {
	const s = await site( { ...request, state: expired } );
	const got = await s.run( async () => {
		let calls = 0;
		const jqXHR = wp.apiRequest( { path: 'wp/v2/posts/1', method: 'PUT', data: { title: 'Hello Moon' }, complete: () => calls++, error: () => calls++ } );
		return { post: await jqXHR, status: jqXHR.status, nonce: wpApiSettings.nonce, calls };
	} );
	assert.equal( got.post.title, 'Hello Moon' );
	assert.equal( got.status, 200 );
	assert.equal( got.nonce, 'bbbbbbbbbb' );
	assert.equal( got.calls, 1 );
	const log = await s.log();
	assert.deepEqual( paths( log ), [ 'POST /wp/v2/posts/1 aaaaaaaaaa', REFRESH, 'POST /wp/v2/posts/1 bbbbbbbbbb' ] );
	assert.equal( log[ 2 ].Body, log[ 0 ].Body );
	assert.equal( log[ 2 ].Headers[ 'x-http-method-override' ], 'PUT' );
	// And the next request needs no help.
	await s.run( async () => void ( await wp.apiRequest( { path: 'wp/v2/users/me' } ) ) );
	assert.equal( ( await s.log() ).length, 4 );
} );

test( 'requests that fail together share one refresh', async () => {
	const s = await site( { ...request, state: { ...expired, DelayMS: 150 } } );
	const titles = await s.run( async () => {
		const all = await Promise.all( [ 1, 2, 3, 4, 5 ].map( ( id ) => wp.apiRequest( { path: 'wp/v2/posts/' + id } ) ) );
		return all.map( ( post ) => post.title );
	} );
	assert.deepEqual( titles, [ 'Post 1', 'Post 2', 'Post 3', 'Post 4', 'Post 5' ] );
	assert.equal( paths( await s.log() ).filter( ( line ) => line.startsWith( REFRESH ) ).length, 1 );
} );

test( 'a request that was sent before the refresh and fails after it uses the nonce that is there', async () => {
	const s = await site( { ...request, state: expired } );
	const replacement = await s.run( async () => {
		const keeper = wp.apiRequest.keeperFor();
		const sentIn = keeper.generation;
		await wp.apiRequest( { path: 'wp/v2/posts/1' } );
		return keeper.replacement( sentIn );
	} );
	assert.equal( replacement, 'bbbbbbbbbb' );
	assert.equal( paths( await s.log() ).filter( ( line ) => line.startsWith( REFRESH ) ).length, 1 );
} );

test( 'a new nonce that is refused too ends in the error, without a loop', async () => {
	const s = await site( { ...request, state: { Refuse: true } } );
	const got = await s.run( () => wp.apiRequest( { path: 'wp/v2/posts/1' } ).then( null, ( xhr ) => [ xhr.status, xhr.responseJSON.code ] ) .catch( () => 0 ) );
	assert.deepEqual( got, [ 403, 'rest_cookie_invalid_nonce' ] );
	assert.equal( ( await s.log() ).length, 3 );
} );

test( 'other refusals and foreign nonces are none of our business', async () => {
	const s = await site( { ...request } );
	const got = await s.run( async () => {
		const code = ( options ) => wp.apiRequest( options ).then( () => 'ok', ( xhr ) => jQuery.Deferred().resolve( xhr.responseJSON.code ) );
		return [ await code( { path: 'acme/v1/refused' } ), await code( { path: 'wp/v2/posts/1', headers: { 'X-WP-Nonce': 'foreign' } } ) ];
	} );
	assert.deepEqual( got, [ 'rest_forbidden', 'rest_cookie_invalid_nonce' ] );
	assert.ok( ! paths( await s.log() ).some( ( line ) => line.startsWith( REFRESH ) ) );
} );

test( 'the page\'s nonce sent as _wpnonce is replaced where it stands', async () => {
	const s = await site( { ...request, state: expired } );
	await s.run( async () => {
		await wp.apiRequest( { path: 'wp/v2/posts/1', method: 'POST', data: { title: 'x', _wpnonce: wpApiSettings.nonce } } );
	} );
	await s.control( { Valid: [], Next: 'cccccccccc' } );
	await s.run( async () => void ( await wp.apiRequest( { path: 'wp/v2/posts', data: { _wpnonce: wpApiSettings.nonce } } ) ) );
	const log = await s.log();
	assert.equal( log[ 2 ].Body, 'title=x&_wpnonce=bbbbbbbbbb' );
	assert.equal( log.at( -1 ).Query, '_wpnonce=cccccccccc' );
} );

test( 'session over: the original error, one event, and an event when it is back', async () => {
	const s = await site( { state: {} } );
	await listen( s );
	await s.run( () => {
		window.bus = [];
		wp.api.events.on( 'all', ( name ) => window.bus.push( name ) );
	} );
	await s.control( { Valid: [], Over: true, DelayMS: 100 } );
	const got = await s.run( async () => {
		const draft = new wp.api.models.Post( { id: 1, title: 'typed for an hour' } );
		const codes = await Promise.all( [
			wp.apiRequest( { path: 'wp/v2/posts/1', method: 'PUT', data: { title: 'x' } } ).then( () => 'ok', ( xhr ) => jQuery.Deferred().resolve( xhr.responseJSON.code ) ),
			draft.save().then( () => 'ok', ( xhr ) => jQuery.Deferred().resolve( xhr.responseJSON.code ) ),
		] );
		return { codes, title: draft.get( 'title' ) };
	} );
	assert.deepEqual( got, { codes: [ 'rest_cookie_invalid_nonce', 'rest_cookie_invalid_nonce' ], title: 'typed for an hour' } );
	const root = new URL( s.base ).pathname + 'wp-json/';
	assert.deepEqual( await s.run( () => window.seen ), [ [ 'wp-api-session-over', root ] ] );

	await s.control( { Over: false } );
	await s.run( async () => void ( await wp.apiRequest( { path: 'wp/v2/posts/1' } ) ) );
	assert.deepEqual( await s.run( () => window.seen.map( ( [ name ] ) => name ) ), [ 'wp-api-session-over', 'wp-api-session-restored' ] );
	assert.deepEqual( await s.run( () => window.bus ), [ 'wp-api-session-over', 'wp-api-session-restored' ] );
} );

test( 'a rest-nonce in trouble is an error, but not the end of the session', async () => {
	const s = await site( { ...request, state: { ...expired, Broken: true } } );
	await listen( s );
	const status = await s.run( () => wp.apiRequest( { path: 'wp/v2/posts/1' } ).then( null, ( xhr ) => jQuery.Deferred().resolve( xhr.status ) ) );
	assert.equal( status, 403 );
	assert.deepEqual( await s.run( () => window.seen ), [] );
} );

test( 'the nonce endpoint: given, or derived from each shape of root', async () => {
	const s = await site( { ...request, state: expired, nonceEndpoint: '/other/wp-admin/admin-ajax.php?action=rest-nonce' } );
	await s.run( async () => void ( await wp.apiRequest.refreshNonce() ) );
	assert.equal( ( await s.log() ).length, 0 );

	const plain = await site( { ...request, root: 'plain', state: expired } );
	await plain.run( async () => void ( await wp.apiRequest( { path: '/wp/v2/posts/1' } ) ) );
	assert.deepEqual( paths( await plain.log() ).slice( 1, 2 ), [ REFRESH ] );
} );

test( 'abort during the refresh: nothing is repeated', async () => {
	const s = await site( { ...request, state: { ...expired, DelayMS: 300 } } );
	const status = await s.run( async () => {
		const jqXHR = wp.apiRequest( { path: 'wp/v2/posts/1', method: 'POST' } );
		await new Promise( ( done ) => setTimeout( done, 150 ) );
		jqXHR.abort();
		await new Promise( ( done ) => setTimeout( done, 400 ) );
		return jqXHR.statusText;
	} );
	assert.equal( status, 'abort' );
	assert.equal( ( await s.log() ).filter( ( r ) => r.Path === '/wp/v2/posts/1' ).length, 1 );
} );

test( 'wp.api: models, collections and Base renew an expired nonce; it reaches wpApiSettings too', async () => {
	const s = await site();
	await s.control( { Valid: [] } );
	const got = await s.run( async () => {
		const post = new wp.api.models.Post( { id: 2 } );
		let successes = 0;
		await post.save( { title: 'Moon' }, { success: () => successes++ } );
		return { title: post.get( 'title' ), successes, settings: wpApiSettings.nonce, endpoint: wp.api.endpoints.at( 0 ).get( 'nonce' ) };
	} );
	assert.deepEqual( got, { title: 'Moon', successes: 1, settings: 'bbbbbbbbbb', endpoint: 'bbbbbbbbbb' } );
	await s.control( { Valid: [], Next: 'cccccccccc' } );
	assert.equal( await s.run( async () => ( await new wp.api.collections.Posts().fetch() ).length ), 10 );
	await s.control( { Valid: [], Next: 'dddddddddd' } );
	await s.run( async () => {
		const Thing = wp.api.models.Base.extend( { urlRoot: wpApiSettings.root + 'acme/v1/things' } );
		await new Thing( { id: 1 } ).destroy();
	} );
	const last = ( await s.log() ).at( -1 );
	assert.deepEqual( [ last.Method, last.Path, last.Query, last.Headers[ 'x-wp-nonce' ] ], [ 'DELETE', '/acme/v1/things/1', '', 'dddddddddd' ] );
} );

test( 'wp.api: the index itself may meet an expired nonce', async () => {
	const s = await site( { state: expired } );
	assert.equal( await s.run( () => typeof wp.api.models.Post ), 'function' );
} );
