import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { api, base, newPost, stop, stranger, visit } from './visit.mjs';

after( stop );

test( 'the seed scenario, word for word, on a dashboard page', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( '#rows tr[data-id]' );
	const post = await v.page.evaluate( () =>
		$.ajax( { url: wpApiSettings.root + 'wp/v2/posts/1', method: 'POST', beforeSend: xhr => xhr.setRequestHeader( 'X-WP-Nonce', wpApiSettings.nonce ), data: { title: 'Hello Moon' } } ) );
	assert.equal( post.title.raw, 'Hello Moon' );
	assert.equal( ( await ( await fetch( base + '/wp-json/wp/v2/posts/1' ) ).json() ).title.rendered, 'Hello Moon' );

	const sent = await v.page.evaluate( async () => {
		const Custom = wp.api.models.Base.extend( { urlRoot: wpApiSettings.root + 'wp/v2/posts' } );
		const model = new Custom( { id: 1 } );
		await model.fetch( { data: { context: 'edit' } } ); // 401 without the nonce
		return model.get( 'title' ).raw;
	} );
	assert.equal( sent, 'Hello Moon' );

	const { id } = await newPost( v.page, { title: 'Goes away' } );
	const status = await v.page.evaluate( ( n ) => $.ajax( { url: wpApiSettings.root + 'wp/v2/posts/' + n, method: 'DELETE', beforeSend: ( xhr ) => xhr.setRequestHeader( 'X-WP-Nonce', wpApiSettings.nonce ) } ).then( ( p ) => p.status ), id );
	assert.equal( status, 'trash' );

	const models = await v.page.evaluate( async () => {
		await wp.api.loadPromise;
		const one = new wp.api.models.Post( { id: 1 } );
		await one.fetch();
		return [ one.get( 'id' ), typeof wp.api.collections.Posts, typeof wp.api.models.Me ];
	} );
	assert.deepEqual( models, [ 1, 'function', 'function' ] );
	await v.close();
} );

test( 'a page of another origin changes nothing and reads nothing private', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( '#rows tr[data-id]' );
	const nonce = await v.page.evaluate( () => wpApiSettings.nonce );
	const draft = await newPost( v.page, { title: 'Top secret' } );
	const before = await api( v.page, { path: 'wp/v2/posts/1?context=edit' } );

	await v.page.goto( stranger );
	const got = await v.page.evaluate( async ( { root, id, word } ) => {
		const attempt = async ( path, options ) => {
			try {
				const response = await fetch( root + path, { credentials: 'include', ...options } );
				return [ response.status, ( await response.text() ).slice( 0, 400 ) ];
			} catch ( error ) {
				return [ 0, String( error ) ];
			}
		};
		const form = ( data ) => new URLSearchParams( data );
		const page = document.createElement( 'iframe' );
		page.src = root.replace( 'wp-json/', 'wp-admin/' );
		document.body.append( page );
		return Promise.all( [
			attempt( 'wp/v2/posts/1', { method: 'POST', body: form( { title: 'Hacked' } ) } ),
			attempt( 'wp/v2/posts/1?_method=DELETE', { method: 'POST' } ),
			attempt( 'wp/v2/posts/1', { method: 'POST', body: form( { title: 'Hacked', _wpnonce: 'aaaaaaaaaa' } ) } ),
			attempt( 'wp/v2/posts/1', { method: 'POST', headers: { 'X-WP-Nonce': 'aaaaaaaaaa' }, body: form( { title: 'Hacked' } ) } ),
			attempt( `wp/v2/posts/${ id }?context=edit` ),
			attempt( 'wp/v2/users/me?context=edit' ),
			attempt( '../wp-admin/admin-ajax.php?action=rest-nonce' ),
			attempt( '../wp-admin/' ),
		] ).then( ( all ) => JSON.stringify( [ all, word ] ) );
	}, { root: base + '/wp-json/', id: draft.id, word: 'end' } );
	assert.ok( ! got.includes( 'Top secret' ) && ! got.includes( nonce ), got );

	// A form needs no script and no CORS.
	const answered = v.page.waitForResponse( ( r ) => r.url().endsWith( '/posts/1' ) && r.request().isNavigationRequest() );
	await v.page.evaluate( ( action ) => {
		const form = document.createElement( 'form' );
		form.method = 'post';
		form.action = action;
		form.innerHTML = '<input name="title" value="Hacked">';
		document.body.append( form );
		form.submit();
	}, base + '/wp-json/wp/v2/posts/1' );
	assert.equal( ( await answered ).status(), 401 );
	await v.page.waitForURL( /posts\/1$/ );

	await v.open( '' );
	await v.page.waitForSelector( '#rows tr[data-id]' );
	const later = await api( v.page, { path: 'wp/v2/posts/1?context=edit' } );
	assert.deepEqual( [ later.title.raw, later.status, later.modified_gmt ], [ before.title.raw, 'publish', before.modified_gmt ] );
	await v.close();
} );
