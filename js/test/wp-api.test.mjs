import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { site, stop } from './site.mjs';

after( stop );

test( 'classes, names and routes', async () => {
	const s = await site();
	const got = await s.run( () => ( {
		models: Object.keys( wp.api.models ).sort(),
		collections: Object.keys( wp.api.collections ).sort(),
		views: Object.keys( wp.api.views ),
		version: wp.api.versionString,
		endpoints: wp.api.endpoints.pluck( 'versionString' ),
		byRoute: [
			wp.api.getModelByRoute( '/wp/v2/posts/(?P<id>[\\d]+)' ) === wp.api.models.Post,
			wp.api.getCollectionByRoute( '/wp/v2/posts' ) === wp.api.collections.Posts,
			wp.api.getModelByRoute( '/nowhere' ),
		],
		prototype: ( ( { name, methods, endpoints, route, args, options } ) => ( {
			name, methods, endpoints: endpoints.length, index: route.index, args: 'title' in args, options: Object.keys( options ),
		} ) )( wp.api.models.Post.prototype ),
	} ) );
	assert.deepEqual( got.models, [
		'Base', 'Category', 'Comment', 'Me', 'Media', 'MenuItems', 'Page', 'PageRevision', 'Post', 'PostRevision', 'Schema', 'Settings',
		'Status', 'Tag', 'Taxonomy', 'Templates', 'Type', 'User', 'UsersApplicationPasswords', 'UsersMe',
	] );
	assert.deepEqual( got.collections, [
		'Categories', 'Comments', 'Media', 'MenuItems', 'PageRevisions', 'Pages', 'PostRevisions', 'Posts', 'Search', 'Statuses', 'Tags',
		'Taxonomies', 'Types', 'Users', 'UsersApplicationPasswords', 'UsersIntrospect',
	] );
	assert.deepEqual( got.views, [] );
	assert.equal( got.version, 'wp/v2/' );
	assert.deepEqual( got.endpoints, [ 'wp/v2/' ] );
	assert.deepEqual( got.byRoute.slice( 0, 2 ), [ true, true ] );
	assert.equal( got.byRoute[ 2 ], undefined );
	assert.deepEqual( got.prototype, {
		name: 'Post', methods: [ 'GET', 'POST', 'PUT', 'PATCH', 'DELETE' ], endpoints: 3,
		index: '/wp/v2/posts/(?P<id>[\\d]+)', args: true, options: [ 'context' ],
	} );
	assert.deepEqual( s.errors, [] );
} );

test( 'URLs of models and collections', async () => {
	const s = await site();
	const root = new URL( s.base ).pathname + 'wp-json/wp/v2/';
	const urls = await s.run( () => {
		const { models: m, collections: c } = wp.api;
		return [
			new m.Post( { id: 1 } ), new m.Post(), new m.Me( { id: 7 } ), new m.Settings(), new m.Type( { id: 'post' } ),
			new m.PostRevision( { id: 9, parent: 3 } ), new m.PostRevision( { id: 9, parent: 0, parent_post: 4 } ),
			new m.MenuItems( { id: 2 } ), new m.Templates( { id: 'theme//index' } ),
			new c.Posts(), new c.PostRevisions( [], { parent: 3 } ), new c.UsersApplicationPasswords( [], { parent: 'me' } ),
		].map( ( entity ) => entity.url() );
	} );
	assert.deepEqual( urls.map( ( url ) => url.replace( root, '' ) ), [
		'posts/1', 'posts', 'users/me', 'settings', 'types/post', 'posts/3/revisions/9', 'posts/4/revisions/9',
		'menu-items/2', 'templates/theme//index', 'posts', 'posts/3/revisions', 'users/me/application-passwords',
	] );
} );

test( 'save and destroy: REST verbs, JSON, nonce, force, and false where there is no method', async () => {
	const s = await site();
	const refused = await s.run( async () => {
		const { models: m } = wp.api;
		const post = new m.Post( { id: 1 } );
		await post.fetch();
		await post.save( { title: 'Hello Moon' } );
		await post.save( { title: 'x' }, { patch: true } );
		await new m.Post( { title: 'new', slug: 'kept' } ).save();
		await new m.Post( { id: 1 } ).destroy();
		const tag = new m.Tag( { id: 4 } );
		await tag.destroy();
		await tag.destroy();
		return [ new m.Type( { id: 'post' } ).save( { name: 'x' } ), new m.Type( { id: 'post' } ).destroy(), new m.PostRevision( { id: 1, parent: 3 } ).save() ];
	} );
	assert.deepEqual( refused, [ false, false, false ] );
	const log = await s.log();
	assert.deepEqual( log.map( ( r ) => `${ r.Method } ${ r.Path }${ r.Query && '?' + r.Query }` ), [
		'GET /wp/v2/posts/1', 'PUT /wp/v2/posts/1', 'PATCH /wp/v2/posts/1', 'POST /wp/v2/posts', 'DELETE /wp/v2/posts/1',
		'DELETE /wp/v2/tags/4?force=true', 'DELETE /wp/v2/tags/4?force=true',
	] );
	assert.ok( log.every( ( r ) => r.Headers[ 'x-wp-nonce' ] === 'aaaaaaaaaa' ) );
	const saved = JSON.parse( log[ 1 ].Body );
	assert.equal( saved.title, 'Hello Moon' );
	assert.ok( ! ( 'date_gmt' in saved ) && ! ( 'slug' in saved ) );
	assert.deepEqual( JSON.parse( log[ 2 ].Body ), { title: 'x' } );
	assert.equal( JSON.parse( log[ 3 ].Body ).slug, 'kept' );
	assert.equal( log[ 1 ].Headers[ 'content-type' ], 'application/json' );
	assert.equal( log[ 1 ].Headers[ 'x-http-method-override' ], undefined );
} );

test( 'the nonce of a response is taken over; own beforeSend and complete still run', async () => {
	const s = await site( { state: { Valid: [ 'aaaaaaaaaa', 'eeeeeeeeee' ], Hand: 'eeeeeeeeee' } } );
	const calls = await s.run( async () => {
		const seen = [];
		const options = { beforeSend: ( xhr ) => { seen.push( 'before' ); xhr.setRequestHeader( 'X-Own', 'yes' ); }, complete: () => seen.push( 'complete' ) };
		await new wp.api.models.Post( { id: 1 } ).fetch( { ...options } );
		await new wp.api.collections.Posts().fetch( { ...options } );
		return [ seen, wp.api.models.Post.prototype.nonce(), wpApiSettings.nonce ];
	} );
	assert.deepEqual( calls, [ [ 'before', 'complete', 'before', 'complete' ], 'eeeeeeeeee', 'aaaaaaaaaa' ] );
	const log = await s.log();
	assert.deepEqual( log.map( ( r ) => [ r.Headers[ 'x-wp-nonce' ], r.Headers[ 'x-own' ] ] ), [ [ 'eeeeeeeeee', 'yes' ], [ 'eeeeeeeeee', 'yes' ] ] );
} );

test( 'without a nonce no header is sent', async () => {
	const s = await site( { nonce: '' } );
	await s.run( async () => {
		await new wp.api.models.Post( { id: 1 } ).fetch();
		await wp.apiRequest( { path: 'wp/v2/posts' } );
	} );
	assert.ok( ( await s.log( { index: true } ) ).every( ( r ) => ! ( 'x-wp-nonce' in r.Headers ) ) );
} );

test( 'paging: state, hasMore and more', async () => {
	const s = await site();
	const got = await s.run( async () => {
		const posts = new wp.api.collections.Posts();
		const states = [ posts.hasMore(), posts.more() ];
		await posts.fetch( { data: { per_page: 10, search: 'a' } } );
		states.push( { ...posts.state }, posts.hasMore() );
		await posts.more( { remove: false } );
		await posts.more( { remove: false } );
		states.push( posts.length, posts.state.currentPage, posts.hasMore(), posts.more() );
		const third = new wp.api.collections.Posts();
		await third.fetch( { data: { page: 2, per_page: 10 } } );
		states.push( third.state.currentPage, third.at( 0 ).id );
		const byString = new wp.api.collections.Posts();
		await byString.fetch( { data: 'per_page=20' } );
		await byString.more();
		states.push( byString.at( 0 ).id );
		return states;
	} );
	assert.deepEqual( got, [
		null, false,
		{ data: { per_page: 10, search: 'a' }, currentPage: 1, totalPages: 3, totalObjects: 25 }, true,
		25, 3, false, false,
		2, 11, 21,
	] );
	const queries = ( await s.log() ).map( ( r ) => r.Query );
	assert.deepEqual( queries.slice( 0, 3 ), [ 'per_page=10&search=a', 'per_page=10&search=a&page=2', 'per_page=10&search=a&page=3' ] );
} );

test( 'mixins: dates, author, media, terms, meta, revisions', async () => {
	const s = await site();
	const got = await s.run( async () => {
		const { models: m, collections: c } = wp.api;
		const state = ( promise ) => promise.then( () => 'resolved', () => jQuery.Deferred().resolve( 'rejected' ) );
		const post = new m.Post( { id: 3 } );
		await post.fetch();
		const out = {};
		out.date = post.getDate().toISOString();
		post.setDate( new Date( Date.UTC( 2027, 0, 2, 3, 4, 5 ) ), 'modified' );
		out.modified = post.get( 'modified' );
		out.notDates = [ post.setDate( new Date(), 'title' ), post.getDate( 'title' ), new m.Post( { date_gmt: null } ).getDate( 'date_gmt' ) ];
		out.author = ( await post.getAuthorUser() ).get( 'name' );
		out.noAuthor = await state( new m.Post( { author: 0 } ).getAuthorUser() );
		out.noMedia = await state( new m.Post( { featured_media: 'x' } ).getFeaturedMedia() );
		const embedded = new m.Post( { id: 3 } );
		await embedded.fetch( { data: { _embed: 1 } } );
		out.embedded = ( await embedded.getAuthorUser() ).get( 'name' );
		out.categories = ( await post.getCategories() ).map( ( { slug } ) => slug );
		out.tags = await post.getTags();
		await post.setCategories( [ 'sun', 'no-such' ] );
		out.set = post.get( 'categories' );
		out.string = post.setTags( 'moon' );
		await post.setCategories( new c.Categories( [ { id: 2 } ] ) );
		out.setAgain = post.get( 'categories' );
		post.setMeta( 'a', 1 );
		post.setMetas( { b: 2 } );
		out.meta = [ post.getMeta( 'a' ), post.getMetas(), post.hasChanged( 'meta' ) ];
		const revisions = await post.getRevisions();
		out.revisions = [ revisions.length, revisions.at( 0 ).get( 'parent_post' ), revisions.at( 0 ).url().split( '/wp/v2/' )[ 1 ] ];
		out.unsaved = await state( new m.Post().getRevisions() );
		out.none = typeof new m.Tag().getAuthorUser;
		return out;
	} );
	assert.deepEqual( got, {
		date: '2026-01-02T03:04:05.000Z', modified: '2027-01-02T03:04:05.000Z', notDates: [ false, false, false ],
		author: 'Jules', noAuthor: 'rejected', noMedia: 'rejected', embedded: 'Embedded',
		categories: [ 'news', 'moon', 'sun' ], tags: [], set: [ 3 ], string: false, setAgain: [ 2 ],
		meta: [ 1, { a: 1, b: 2 }, true ], revisions: [ 2, 3, 'posts/3/revisions/101' ], unsaved: 'rejected', none: 'undefined',
	} );
} );

test( 'schema: cached for the tab, or given; a broken cache is ignored', async () => {
	const s = await site();
	const indexRequests = async () => ( await s.log( { index: true } ) ).filter( ( r ) => r.Path === '/wp/v2/' ).length;
	assert.equal( await indexRequests(), 1 );
	const key = await s.run( () => Object.keys( sessionStorage ) );
	assert.deepEqual( key, [ 'wp-api-schema-model' + new URL( s.base ).pathname + 'wp-json/wp/v2/' ] );
	await s.page.reload();
	// Out of the cache, the classes are there at once.
	assert.equal( await s.run( () => typeof wp.api.models.Post ), 'function' );
	assert.equal( await indexRequests(), 1 );
	await s.run( ( name ) => sessionStorage.setItem( name, '{broken' ), key[ 0 ] );
	await s.page.reload();
	await s.run( async () => void ( await wp.api.loadPromise ) );
	assert.equal( await indexRequests(), 2 );
	await s.run( () => sessionStorage.clear() );
	await s.page.goto( s.url( { before: 'wpApiSettings.cacheSchema = false; wpApiSettings.schema = { routes: { "/wp/v2/moons": { methods: [ "GET" ], endpoints: [] } } };' } ) );
	assert.deepEqual( await s.run( () => [ Object.keys( wp.api.collections ), sessionStorage.length ] ), [ [ 'Moons' ], 0 ] );
	assert.equal( await indexRequests(), 2 );
} );

test( 'init: other namespaces, cached per root and version, mapping', async () => {
	const s = await site( { before: 'wpApiSettings.mapping = { models: { SpaceShips: "Ship" } };' } );
	const got = await s.run( async () => {
		const args = { versionString: 'acme/v1/' };
		const same = wp.api.init( args ) === wp.api.init( args );
		const endpoint = await wp.api.init( args );
		const ship = new wp.api.models.Ship( { id: 1 } );
		await ship.destroy();
		const ships = new wp.api.collections.SpaceShips( [ { id: 2 } ] );
		return [ same, endpoint.get( 'versionString' ), wp.api.endpoints.length, ship.url(), ships.at( 0 ) instanceof wp.api.models.Ship, wp.api.init() === wp.api.loadPromise ];
	} );
	assert.deepEqual( got, [ true, 'acme/v1/', 2, new URL( s.base ).pathname + 'wp-json/acme/v1/space-ships/1', true, true ] );
	const last = ( await s.log() ).at( -1 );
	assert.equal( last.Query, 'force=true' );
} );

test( 'an index that cannot be had rejects the promise; a later init() may succeed', async () => {
	const s = await site( { state: { NoSchema: true }, ready: false } );
	const status = await s.run( () => wp.api.loadPromise.then( null, ( xhr ) => jQuery.Deferred().resolve( xhr.status ) ) );
	assert.equal( status, 500 );
	await s.control( { NoSchema: false } );
	assert.equal( await s.run( async () => { await wp.api.init(); return typeof wp.api.models.Post; } ), 'function' );
} );

test( 'Base: custom models send the nonce by themselves, but not to other origins', async () => {
	const s = await site( { ready: false } );
	const elsewhere = await s.run( async () => {
		const Thing = wp.api.models.Base.extend( { urlRoot: wpApiSettings.root + 'acme/v1/things', initialize() { this.own = true; } } );
		const thing = new Thing( { name: 'new' } );
		await thing.save();
		await new Thing( { id: 3 } ).destroy();
		const foreign = new ( wp.api.models.Base.extend( { urlRoot: 'http://127.0.0.1:1/x' } ) )( { id: 1 } );
		let sent = 'nothing';
		await foreign.fetch( { beforeSend: ( xhr ) => { const set = xhr.setRequestHeader; sent = []; xhr.setRequestHeader = function ( ...args ) { sent.push( args ); return set.apply( this, args ); }; } } ).then( null, () => jQuery.Deferred().resolve() );
		return sent;
	} );
	assert.deepEqual( elsewhere, [] );
	const log = ( await s.log() ).filter( ( r ) => r.Path.startsWith( '/acme' ) );
	assert.deepEqual( log.map( ( r ) => [ r.Method, r.Path, r.Query, r.Headers[ 'x-wp-nonce' ] ] ), [
		[ 'POST', '/acme/v1/things', '', 'aaaaaaaaaa' ], [ 'DELETE', '/acme/v1/things/3', '', 'aaaaaaaaaa' ],
	] );
} );

test( 'plain permalinks: ids, queries and force go behind rest_route', async () => {
	const s = await site( { root: 'plain' } );
	await s.run( async () => {
		await new wp.api.collections.Posts().fetch( { data: { page: 2 } } );
		await new wp.api.models.Tag( { id: 4 } ).destroy();
	} );
	assert.deepEqual( ( await s.log() ).map( ( r ) => decodeURIComponent( r.Query ) ), [
		'rest_route=/wp/v2/posts&page=2', 'rest_route=/wp/v2/tags/4&force=true',
	] );
} );

test( 'utils', async () => {
	const s = await site( { nonce: '' } );
	const got = await s.run( () => {
		const u = wp.api.utils;
		const date = ( text ) => new Date( u.parseISO8601( text ) ).toISOString();
		return [
			u.capitalize( 'moon' ), u.camelCaseDashes( 'a-moon-b' ), u.capitalizeAndCamelCaseDashes( 'menu-items' ), u.capitalize(),
			u.extractRoutePart( '/wp/v2/posts/(?P<id>[\\d]+)' ), u.extractRoutePart( '/wp/v2/posts/(?P<id>[\\d]+)', 2, 'wp/v2/', true ),
			u.extractRoutePart( '/wp/v2/posts', 5 ), u.extractParentName( '/wp/v2/posts/(?P<parent_id>[\\d]+)/revisions' ), u.extractParentName( '/x' ),
			date( '2026-01-02T03:04:05' ), date( '2026-01-02T03:04:05Z' ), date( '2026-01-02T03:04:05+02:30' ), date( '2026-01-02T03:04:05.250-01:00' ), date( '2026' ),
			u.getRootUrl() === location.origin + '/',
		];
	} );
	assert.deepEqual( got.map( ( x ) => x ?? null ), [
		'Moon', 'aMoonB', 'MenuItems', null, 'posts', 'posts', '', 'posts', '',
		'2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05.000Z', '2026-01-02T00:34:05.000Z', '2026-01-02T04:04:05.250Z', '2026-01-01T00:00:00.000Z',
		true,
	] );
} );

test( 'without wpApiSettings the client looks at /wp-json/ of the origin', async () => {
	const s = await site( { settings: 'none', ready: false } );
	const root = await s.run( () => new wp.api.models.Schema().url() );
	assert.equal( root, new URL( s.base ).origin + '/wp-json/wp/v2/' );
} );
