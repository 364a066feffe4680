// The block editor of a real WordPress's wp-admin, with /wp-json/ answered by Platen in front of it: what an author does
// with a post in a day. The editor of WordPress 6 and that of 7 are meant, so selectors come in pairs.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, test } from 'node:test';
import { base, stop, visit } from '../browser/visit.mjs';

after( stop );

/** A PNG of one colour, so that no file has to be kept. */
function picture( width, height ) {
	const chunk = ( type, data ) => {
		const body = Buffer.concat( [ Buffer.from( type ), data ] );
		const out = Buffer.alloc( body.length + 8 );
		out.writeUInt32BE( data.length, 0 );
		body.copy( out, 4 );
		out.writeUInt32BE( zlib.crc32 ? zlib.crc32( body ) : crc32( body ), body.length + 4 );
		return out;
	};
	const head = Buffer.alloc( 13 );
	head.writeUInt32BE( width, 0 );
	head.writeUInt32BE( height, 4 );
	head.set( [ 8, 2, 0, 0, 0 ], 8 );
	const row = Buffer.concat( [ Buffer.from( [ 0 ] ), Buffer.alloc( width * 3, 0x7f ) ] );
	return Buffer.concat( [ Buffer.from( '89504e470d0a1a0a', 'hex' ), chunk( 'IHDR', head ), chunk( 'IDAT', zlib.deflateSync( Buffer.concat( Array( height ).fill( row ) ) ) ), chunk( 'IEND', Buffer.alloc( 0 ) ) ] );
}

function crc32( data ) {
	let c = ~0;
	for ( const byte of data ) {
		c ^= byte;
		for ( let k = 0; k < 8; k++ ) {
			c = ( c >>> 1 ) ^ ( 0xedb88320 & -( c & 1 ) );
		}
	}
	return ~c >>> 0;
}

test( 'the block editor: write, sort, illustrate, save, publish, update, trash', async () => {
	const v = await visit( { fresh: true } );
	const { page } = v;
	page.setDefaultTimeout( 60000 );
	const calls = [];
	page.on( 'response', ( r ) => calls.push( { method: r.request().method(), url: r.url(), status: r.status() } ) );
	const editor = ( f, arg ) => page.evaluate( f, arg );
	const saved = async () => {
		await page.waitForFunction( () => {
			const e = wp.data.select( 'core/editor' );
			return ! e.isSavingPost() && ! e.isAutosavingPost() && ! e.isEditedPostDirty() && e.didPostSaveRequestSucceed();
		} );
		return editor( () => wp.data.select( 'core/editor' ).getCurrentPost() );
	};
	// What the API says, read as anybody's script would.
	const stored = ( route ) => editor( ( r ) => wp.apiFetch( { path: r } ), route );

	await page.goto( base + '/wp-admin/post-new.php' );
	await page.waitForFunction( () => window.wp?.data?.select( 'core/editor' )?.getCurrentPostId() && wp.data.select( 'core/block-editor' ).getSettings().mediaUpload );
	await editor( () => {
		const prefs = wp.data.dispatch( 'core/preferences' );
		for ( const scope of [ 'core/edit-post', 'core' ] ) {
			prefs.set( scope, 'welcomeGuide', false );
			prefs.set( scope, 'enableChoosePatternModal', false );
			prefs.set( scope, 'isPublishSidebarEnabled', false );
		}
	} );
	const close = page.locator( '.components-modal__header button[aria-label="Close"]' );
	if ( await close.count() ) {
		await close.first().click();
	}

	// Title and a paragraph, with the keyboard.
	const frame = page.frameLocator( 'iframe[name="editor-canvas"]' );
	const canvas = await page.locator( 'iframe[name="editor-canvas"]' ).count() ? frame : page;
	await canvas.locator( '.editor-post-title__input, .wp-block-post-title' ).first().click();
	await page.keyboard.type( 'A day at the “harbour”' );
	await page.keyboard.press( 'Enter' );
	await page.keyboard.type( 'Ropes & <b>gulls</b>, and a \\ backslash.' );

	// A category and a tag, made on the way as the panels make them.
	const [ category, tag ] = await editor( async ( n ) => {
		const core = wp.data.dispatch( 'core' );
		const made = await core.saveEntityRecord( 'taxonomy', 'category', { name: 'Harbours ' + n }, { throwOnError: true } );
		const label = await core.saveEntityRecord( 'taxonomy', 'post_tag', { name: 'rope ' + n }, { throwOnError: true } );
		wp.data.dispatch( 'core/editor' ).editPost( { categories: [ made.id ], tags: [ label.id ] } );
		return [ made, label ];
	}, Date.now() );

	await editor( () => wp.data.dispatch( 'core/editor' ).savePost() );
	let post = await saved();
	const route = `/wp/v2/posts/${ post.id }?context=edit`;
	let now = await stored( route );
	assert.equal( now.status, 'draft' );
	assert.equal( now.title.raw, 'A day at the “harbour”' );
	assert.match( now.content.raw, /^<!-- wp:paragraph -->\n<p>Ropes &amp; &lt;b(?:>|&gt;)gulls&lt;\/b(?:>|&gt;), and a \\ backslash\.<\/p>\n<!-- \/wp:paragraph -->$/ );
	assert.deepEqual( [ now.categories, now.tags ], [ [ category.id ], [ tag.id ] ] );

	// An image, by the file chooser of an image block.
	await editor( () => wp.data.dispatch( 'core/block-editor' ).insertBlocks( wp.blocks.createBlock( 'core/image' ) ) );
	const file = path.join( process.env.PLATEN_ARTEFACTS, 'harbour.png' );
	fs.writeFileSync( file, picture( 900, 600 ) );
	await canvas.locator( '.wp-block-image input[type=file]' ).first().setInputFiles( file );
	await page.waitForFunction( () => wp.data.select( 'core/block-editor' ).getBlocks().some( ( b ) => b.name === 'core/image' && b.attributes.id ) );
	const image = await editor( () => wp.data.select( 'core/block-editor' ).getBlocks().find( ( b ) => b.name === 'core/image' ).attributes );
	const media = await stored( `/wp/v2/media/${ image.id }?context=edit` );
	assert.equal( media.media_details.width, 900 );
	assert.ok( media.media_details.sizes.medium );
	assert.equal( ( await page.request.get( image.url ) ).status(), 200 );
	await v.shot( 'editor-image' );

	// Save the draft by its button, publish by its.
	await page.locator( 'button:has-text("Save draft")' ).first().click();
	await saved();
	await page.locator( '.editor-post-publish-button, .editor-post-publish-panel__toggle' ).first().click();
	const sure = page.locator( '.editor-post-publish-panel .editor-post-publish-button' );
	if ( await sure.count() ) {
		await sure.click();
	}
	await page.waitForFunction( () => wp.data.select( 'core/editor' ).isCurrentPostPublished() && ! wp.data.select( 'core/editor' ).isSavingPost() );
	post = await saved();
	now = await stored( route );
	assert.equal( now.status, 'publish' );
	assert.match( now.content.raw, /wp:image/ );
	assert.ok( ( await stored( '/wp/v2/categories/' + category.id ) ).count === 1 );
	// Visitors get it from PHP, with the picture.
	const visitor = await visit( { anonymous: true } );
	const seen = await visitor.page.goto( now.link );
	assert.equal( seen.status(), 200 );
	assert.match( await visitor.page.content(), /Ropes &amp; &lt;b(?:>|&gt;)gulls/ );
	assert.ok( await visitor.page.locator( `img[src*="harbour"]` ).count() );
	await visitor.close();

	// Update: a revision more.
	await editor( () => wp.data.dispatch( 'core/editor' ).editPost( { title: 'Two days at the harbour' } ) );
	await page.locator( '.editor-post-publish-button' ).first().click();
	await saved();
	assert.equal( ( await stored( route ) ).title.raw, 'Two days at the harbour' );
	assert.ok( ( await stored( `/wp/v2/posts/${ post.id }/revisions?context=edit` ) ).length >= 2 );
	await v.shot( 'editor-updated' );

	// wp-admin's own pages see it too.
	await page.goto( base + '/wp-admin/edit.php' );
	assert.ok( await page.locator( `#post-${ post.id } .row-title:has-text("Two days at the harbour")` ).count() );
	await page.goto( base + `/wp-admin/post.php?post=${ post.id }&action=edit` );
	await page.waitForFunction( ( id ) => window.wp?.data?.select( 'core/editor' )?.getCurrentPostId() === id, post.id );
	const [ gone ] = await Promise.all( [
		page.waitForResponse( ( r ) => r.url().includes( `/posts/${ post.id }` ) && ( r.request().method() === 'DELETE' || r.request().headers()[ 'x-http-method-override' ] === 'DELETE' ) ),
		editor( () => void wp.data.dispatch( 'core/editor' ).trashPost() ),
	] );
	assert.equal( gone.status(), 200 );
	// In a tab of its own: the editor leaves for the list by itself, when it likes.
	const list = await page.context().newPage();
	await list.goto( base + '/wp-admin/edit.php?post_status=trash&post_type=post' );
	assert.ok( await list.locator( `#post-${ post.id }` ).count() );

	const broken = calls.filter( ( c ) => c.status >= 500 );
	assert.deepEqual( broken, [] );
	const rest = calls.filter( ( c ) => /\/wp-json\/|rest_route=/.test( c.url ) );
	assert.ok( rest.length > 10, `only ${ rest.length } calls of the API` );
	const refused = rest.filter( ( c ) => c.status >= 400 );
	assert.deepEqual( refused, [] );
	console.log( `# calls of the API by the editor: ${ rest.length }` );
	await v.close();
} );
