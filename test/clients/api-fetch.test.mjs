// @wordpress/api-fetch with the middlewares that WordPress gives it.

import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import apiFetch from '@wordpress/api-fetch';

import { base, browser, pixel } from './site.mjs';

const seen = [];

before( async () => {
	const go = browser();
	await go.login();
	globalThis.fetch = ( url, options ) => {
		seen.push( `${ options?.method ?? 'GET' } ${ url }` );
		return go( url, options );
	};
	const ask = await go( base + '/wp-admin/admin-ajax.php?action=rest-nonce' );
	apiFetch.use( apiFetch.createRootURLMiddleware( base + '/wp-json/' ) );
	apiFetch.nonceMiddleware = apiFetch.createNonceMiddleware( await ask.text() );
	apiFetch.use( apiFetch.nonceMiddleware );
	apiFetch.use( apiFetch.mediaUploadMiddleware );
	apiFetch.nonceEndpoint = base + '/wp-admin/admin-ajax.php?action=rest-nonce';
} );

test( 'who is logged in', async () => {
	const me = await apiFetch( { path: '/wp/v2/users/me?context=edit' } );
	assert.deepEqual( me.roles, [ 'administrator' ] );
	assert.ok( seen.at( -1 ).includes( '_locale=user' ) );
} );

test( 'a nonce that is no longer good is renewed and the request repeated', async () => {
	apiFetch.nonceMiddleware.nonce = '0123456789';
	const from = seen.length;
	const post = await apiFetch( { path: '/wp/v2/posts', method: 'POST', data: { title: 'Again', status: 'draft' } } );
	assert.equal( post.title.raw, 'Again' );
	assert.deepEqual( seen.slice( from ).map( ( s ) => s.replace( base, '' ).replace( /\?_locale=user$/, '' ) ),
		[ 'POST /wp-json/wp/v2/posts', 'GET /wp-admin/admin-ajax.php?action=rest-nonce', 'POST /wp-json/wp/v2/posts' ] );
	assert.notEqual( apiFetch.nonceMiddleware.nonce, '0123456789' );
} );

test( 'PUT, PATCH and DELETE travel as POST', async () => {
	const post = await apiFetch( { path: '/wp/v2/posts', method: 'POST', data: { title: 'Methods', status: 'draft' } } );
	const put = await apiFetch( { path: `/wp/v2/posts/${ post.id }`, method: 'PUT', data: { title: 'Put' } } );
	assert.equal( put.title.raw, 'Put' );
	assert.ok( seen.at( -1 ).startsWith( 'POST ' ) );
	const gone = await apiFetch( { path: `/wp/v2/posts/${ post.id }?force=true`, method: 'DELETE' } );
	assert.equal( gone.deleted, true );
} );

test( 'per_page=-1 fetches all pages', async () => {
	for ( let i = 0; i < 5; i++ ) {
		await apiFetch( { path: '/batch/v1', method: 'POST', data: { requests: Array.from( { length: 21 }, ( _, n ) => ( { path: '/wp/v2/tags', method: 'POST', body: { name: `all ${ i } ${ n }` } } ) ) } } );
	}
	const all = await apiFetch( { path: '/wp/v2/tags?per_page=-1&search=all&_fields=id,name' } );
	assert.equal( all.length, 105 );
	assert.equal( new Set( all.map( ( t ) => t.id ) ).size, 105 );
} );

test( 'an upload as the editor sends it', async () => {
	const body = new FormData();
	body.append( 'file', new File( [ pixel ], 'editor.png', { type: 'image/png' } ) );
	body.append( 'alt_text', 'one' );
	const media = await apiFetch( { path: '/wp/v2/media', method: 'POST', body } );
	assert.equal( media.mime_type, 'image/png' );
	assert.equal( media.alt_text, 'one' );
	const bad = new FormData();
	bad.append( 'file', new File( [ '<?php' ], 'shell.php', { type: 'image/png' } ) );
	await assert.rejects( apiFetch( { path: '/wp/v2/media', method: 'POST', body: bad } ), ( e ) => e.code === 'rest_upload_unknown_error' || e.code === 'rest_upload_sideload_error' );
} );

test( 'parse: false hands over headers; errors are normalised', async () => {
	const list = await apiFetch( { path: '/wp/v2/posts?per_page=1', parse: false } );
	assert.match( list.headers.get( 'X-WP-Total' ), /^\d+$/ );
	const options = await apiFetch( { path: '/wp/v2/posts', method: 'OPTIONS', parse: false } );
	assert.match( options.headers.get( 'allow' ), /POST/ );
	await assert.rejects( apiFetch( { path: '/wp/v2/posts/999999' } ), ( e ) => e.code === 'rest_post_invalid_id' && e.data.status === 404 );
	await assert.rejects( apiFetch( { path: '/wp/v2/posts', method: 'POST', data: { status: 'nonsense' } } ), ( e ) => e.code === 'rest_invalid_param' && 'status' in e.data.params );
} );

test( 'preloaded answers are those of the server', async () => {
	const path = '/wp/v2/types?context=edit';
	const body = await apiFetch( { path } );
	apiFetch.use( apiFetch.createPreloadingMiddleware( { [ path ]: { body, headers: {} } } ) );
	const from = seen.length;
	assert.deepEqual( await apiFetch( { path } ), body );
	assert.equal( seen.length, from );
} );
