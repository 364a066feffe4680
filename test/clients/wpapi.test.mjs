// npm wpapi: discovery, application passwords, paging, embedding, media, settings, custom routes.

import assert from 'node:assert/strict';
import test from 'node:test';
import WPAPI from 'wpapi';

import { appPassword, base, pixel, user } from './site.mjs';

const auth = { username: user.username, password: appPassword };

test( 'discover finds the API by the Link header and makes a handler of each route', async () => {
	const wp = await WPAPI.discover( base + '/' );
	assert.equal( wp._options.endpoint, base + '/wp-json/' );
	for ( const name of [ 'posts', 'pages', 'media', 'comments', 'categories', 'tags', 'users', 'settings', 'types', 'taxonomies', 'search', 'blocks' ] ) {
		assert.equal( typeof wp[ name ], 'function', name );
	}
	const posts = await wp.posts().perPage( 1 );
	assert.equal( posts.length, 1 );
	assert.ok( posts._paging.total >= 1 );
	assert.equal( posts._paging.totalPages, posts._paging.total );
} );

test( 'a post is made, revised, listed, trashed and deleted', async () => {
	const wp = new WPAPI( { endpoint: base + '/wp-json', ...auth } );
	const news = await wp.categories().create( { name: 'wpapi news' } );
	const tag = await wp.tags().create( { name: 'wpapi tag' } );
	const post = await wp.posts().create( { title: 'From wpapi', content: 'One', status: 'publish', categories: [ news.id ], tags: [ tag.id ] } );
	assert.equal( post.slug, 'from-wpapi' );
	assert.equal( post.content.rendered, '<p>One</p>\n' );

	const changed = await wp.posts().id( post.id ).update( { content: 'Two', sticky: true } );
	assert.equal( changed.content.raw, 'Two' );
	assert.equal( changed.sticky, true );
	const revisions = await wp.posts().id( post.id ).revisions();
	assert.equal( revisions.length, 1 );

	const bySlug = await wp.posts().slug( 'from-wpapi' ).embed();
	assert.equal( bySlug[ 0 ]._embedded.author[ 0 ].name, user.username );
	assert.deepEqual( bySlug[ 0 ]._embedded[ 'wp:term' ].flat().map( ( t ) => t.name ), [ 'wpapi news', 'wpapi tag' ] );
	const found = await wp.posts().search( 'wpapi' ).categories( [ news.id ] ).exclude( [ 1 ] ).param( '_fields', 'id' );
	assert.deepEqual( [ ...found ], [ { id: post.id } ] );
	assert.equal( ( await wp.posts().before( new Date( '2001-01-01' ) ) ).length, 0 );

	const trashed = await wp.posts().id( post.id ).delete();
	assert.equal( trashed.status, 'trash' );
	const gone = await wp.posts().id( post.id ).delete( { force: true } );
	assert.equal( gone.deleted, true );
	await assert.rejects( async () => wp.posts().id( post.id ), ( e ) => e.code === 'rest_post_invalid_id' && e.data.status === 404 );
} );

test( 'paging leads from page to page', async () => {
	const wp = new WPAPI( { endpoint: base + '/wp-json', ...auth } );
	const made = [];
	for ( const name of [ 'p1', 'p2', 'p3' ] ) {
		made.push( ( await wp.tags().create( { name } ) ).id );
	}
	const first = await wp.tags().include( made ).perPage( 2 );
	assert.equal( first._paging.total, 3 );
	const second = await first._paging.next;
	assert.deepEqual( second.map( ( t ) => t.name ), [ 'p3' ] );
	assert.ok( second._paging.prev );
} );

test( 'a file is uploaded with its texts', async () => {
	const wp = new WPAPI( { endpoint: base + '/wp-json', ...auth } );
	const media = await wp.media().file( pixel, 'pixel.png' ).create( { title: 'A pixel', alt_text: 'dark', caption: 'Small', description: 'Very' } );
	assert.equal( media.title.raw, 'A pixel' );
	assert.equal( media.alt_text, 'dark' );
	assert.equal( media.caption.raw, 'Small' );
	assert.equal( media.media_details.width, 1 );
	const file = await fetch( media.source_url );
	assert.deepEqual( Buffer.from( await file.arrayBuffer() ), pixel );
	assert.equal( ( await wp.media().id( media.id ).delete( { force: true } ) ).deleted, true );
} );

test( 'users, comments, settings, headers of a page, a route of one\'s own', async () => {
	const wp = new WPAPI( { endpoint: base + '/wp-json', ...auth } );
	const me = await wp.users().me().context( 'edit' );
	assert.deepEqual( me.roles, [ 'administrator' ] );
	const page = await wp.pages().create( { title: 'A page', status: 'publish', comment_status: 'open' } );
	const comment = await wp.comments().create( { post: page.id, content: 'Hello', parent: 0 } );
	assert.equal( comment.author, me.id );
	assert.equal( ( await wp.comments().post( page.id ) ).length, 1 );
	const settings = await wp.settings();
	assert.equal( ( await wp.settings().update( { title: settings.title + '!' } ) ).title, settings.title + '!' );
	await wp.settings().update( { title: settings.title } );
	const headers = await wp.posts().headers();
	assert.match( headers[ 'x-wp-total' ], /^\d+$/ );
	wp.statuses = wp.registerRoute( 'wp/v2', '/statuses/(?P<status>[\\w-]+)' );
	assert.equal( ( await wp.statuses().status( 'draft' ).context( 'edit' ) ).slug, 'draft' );
} );

test( 'what is refused says why', async () => {
	const nobody = new WPAPI( { endpoint: base + '/wp-json' } );
	await assert.rejects( async () => nobody.posts().create( { title: 'x' } ), ( e ) => e.code === 'rest_cannot_create' && e.data.status === 401 );
	const wrong = new WPAPI( { endpoint: base + '/wp-json', username: user.username, password: 'abcd efgh ijkl mnop qrst uvwx' } );
	await assert.rejects( async () => wrong.users().me(), ( e ) => e.code === 'incorrect_password' && e.data.status === 401 );
} );
