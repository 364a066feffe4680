// RequestUtils of @wordpress/e2e-test-utils-playwright: what editors' tests prepare a site with.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';

import { base, pixel, user } from './site.mjs';

process.env.WP_BASE_URL = base;
const { RequestUtils } = await import( '@wordpress/e2e-test-utils-playwright' );

let utils, dir;

before( async () => {
	dir = await mkdtemp( join( tmpdir(), 'platen-' ) );
	utils = await RequestUtils.setup( { user, storageStatePath: join( dir, 'state.json' ), baseURL: base } );
	await utils.setupRest();
} );

after( () => utils.request.dispose() );

test( 'the state of a login is kept and used again', async () => {
	const state = JSON.parse( await readFile( join( dir, 'state.json' ), 'utf8' ) );
	assert.equal( state.rootURL, base + '/wp-json/' );
	assert.match( state.nonce, /^[0-9a-f]{10}$/ );
	const again = await RequestUtils.setup( { user, storageStatePath: join( dir, 'state.json' ), baseURL: base } );
	const me = await again.rest( { path: '/wp/v2/users/me' } );
	assert.equal( me.name, user.username );
	await again.request.dispose();
} );

test( 'a stale nonce is renewed', async () => {
	utils.storageState.nonce = '0123456789';
	assert.ok( ( await utils.rest( { path: '/wp/v2/posts' } ) ).length >= 0 );
} );

test( 'posts and pages come and go', async () => {
	await utils.deleteAllPosts();
	const post = await utils.createPost( { title: 'One', content: '<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->', status: 'publish', date_gmt: '2024-01-02T03:04:05' } );
	assert.equal( post.date_gmt, '2024-01-02T03:04:05' );
	await utils.createPost( { title: 'Two', status: 'draft' } );
	await utils.createPost( { title: 'Three', status: 'future', date: '2099-01-02T03:04:05' } );
	await utils.deleteAllPosts();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/posts', params: { status: 'any' } } ), [] );
	await utils.createPage( { title: 'A page', status: 'publish' } );
	await utils.deleteAllPages();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/pages', params: { status: 'any' } } ), [] );
} );

test( 'media', async () => {
	await writeFile( join( dir, 'pixel.png' ), pixel );
	const media = await utils.uploadMedia( join( dir, 'pixel.png' ) );
	assert.equal( media.media_type, 'image' );
	assert.ok( ( await utils.listMedia() ).some( ( m ) => m.id === media.id ) );
	const gone = await utils.deleteAllMedia();
	assert.ok( gone.every( ( g ) => g.deleted ) );
	assert.deepEqual( await utils.listMedia(), [] );
} );

test( 'users', async () => {
	const made = await utils.createUser( { username: 'e2e', email: 'e2e@example.com', firstName: 'End', lastName: 'To End', password: 'secret secret', roles: [ 'editor' ] } );
	assert.deepEqual( made.roles, [ 'editor' ] );
	assert.equal( made.first_name, 'End' );
	await utils.deleteAllUsers();
	await assert.rejects( utils.rest( { path: `/wp/v2/users/${ made.id }` } ), ( e ) => e.code === 'rest_user_invalid_id' );
} );

test( 'comments', async () => {
	const post = await utils.createPost( { title: 'Talk', status: 'publish' } );
	const comment = await utils.createComment( { post: post.id, content: 'Hello' } );
	assert.equal( comment.author_name, user.username );
	await utils.deleteAllComments();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/comments', params: { status: 'all' } } ), [] );
} );

test( 'blocks, menus, pattern categories by batches', async () => {
	assert.equal( await utils.getMaxBatchSize(), 25 );
	for ( let i = 0; i < 3; i++ ) {
		await utils.createBlock( { title: `Pattern ${ i }`, content: '<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->', status: 'publish' } );
	}
	await utils.deleteAllBlocks();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/blocks' } ), [] );
	const menu = await utils.createClassicMenu( 'Main' );
	const items = await utils.rest( { path: '/wp/v2/menu-items', params: { menus: menu.id } } );
	assert.deepEqual( items.map( ( i ) => i.title.rendered ), [ 'Custom link' ] );
	await utils.createNavigationMenu( { title: 'Nav', content: '<!-- wp:page-list /-->' } );
	assert.equal( ( await utils.getNavigationMenus( { status: [ 'publish' ] } ) ).length, 1 );
	await utils.deleteAllMenus();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/menus' } ), [] );
	await utils.createRecord( 'wp_pattern_category', { name: 'Mine' } );
	await utils.deleteAllPatternCategories();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/wp_pattern_category' } ), [] );
} );

test( 'widgets', async () => {
	await utils.addWidgetBlock( '<!-- wp:paragraph --><p>In a sidebar</p><!-- /wp:paragraph -->', 'wp_inactive_widgets' );
	const widgets = await utils.rest( { path: '/wp/v2/widgets', params: { sidebar: 'wp_inactive_widgets', context: 'edit' } } );
	assert.ok( widgets.some( ( w ) => w.instance.raw.content.includes( 'In a sidebar' ) ) );
	await utils.deleteAllWidgets();
	assert.deepEqual( await utils.rest( { path: '/wp/v2/widgets' } ), [] );
} );

test( 'templates', async () => {
	const template = await utils.createTemplate( 'wp_template', { slug: 'custom-e2e', title: 'Custom', content: '<!-- wp:post-content /-->' } );
	assert.equal( template.slug, 'custom-e2e' );
	const part = await utils.createTemplate( 'wp_template_part', { slug: 'part-e2e', title: 'Part', content: 'x', area: 'header' } );
	assert.equal( part.area, 'header' );
	for ( const type of [ 'wp_template', 'wp_template_part' ] ) {
		await utils.deleteAllTemplates( type );
	}
	assert.ok( ( await utils.rest( { path: '/wp/v2/templates' } ) ).every( ( t ) => ! t.wp_id ) );
} );

test( 'settings and preferences', async () => {
	const settings = await utils.getSiteSettings();
	assert.equal( ( await utils.updateSiteSettings( { description: 'e2e' } ) ).description, 'e2e' );
	await utils.updateSiteSettings( { description: settings.description } );
	await utils.resetPreferences();
	await utils.setPreferences( 'core/edit-post', { welcomeGuide: false } );
	await utils.setPreferences( 'core', { fixedToolbar: true } );
	const me = await utils.rest( { path: '/wp/v2/users/me', params: { context: 'edit' } } );
	assert.equal( me.meta.persisted_preferences[ 'core/edit-post' ].welcomeGuide, false );
	assert.equal( me.meta.persisted_preferences.core.fixedToolbar, true );
} );

test( 'themes and their styles', async () => {
	const [ active ] = await utils.rest( { path: '/wp/v2/themes', params: { status: 'active' } } );
	await utils.activateTheme( active.stylesheet );
	await assert.rejects( utils.activateTheme( 'no-such-theme' ), /is not installed/ );
	const id = await utils.getCurrentThemeGlobalStylesPostId();
	assert.match( id, /^\d+$/ );
	await utils.rest( { path: `/wp/v2/global-styles/${ id }`, method: 'POST', data: { styles: { color: { background: '#123456' } } } } );
	assert.ok( ( await utils.getThemeGlobalStylesRevisions( id ) ).length >= 1 );
	await utils.resetThemeGlobalStyles();
	const styles = await utils.rest( { path: `/wp/v2/global-styles/${ id }`, params: { context: 'edit' } } );
	assert.equal( styles.styles?.color, undefined );
} );

test( 'plugins', async () => {
	assert.deepEqual( await utils.getPluginsMap(), {} );
	await assert.rejects( utils.activatePlugin( 'nothing' ), /isn't installed/ );
} );
