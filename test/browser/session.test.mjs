import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { api, fillLogin, newPost, spoilNonce, stop, visit } from './visit.mjs';

after( stop );

/** A visit in the editor of a new post, logged in by itself. */
async function editing( title ) {
	const v = await visit( { fresh: true } );
	await v.open( '' );
	await v.page.waitForSelector( '#rows tr[data-id]' );
	const { id } = await newPost( v.page, { title, content: 'as it was' } );
	await v.open( `post.php?post=${ id }&action=edit` );
	await v.page.waitForSelector( '#editor[aria-busy=false]' );
	const stored = async () => ( await api( v.page, { path: `wp/v2/posts/${ id }?context=edit` } ) ).content.raw;
	return { ...v, id, stored };
}

/** Ends the session on the server, from another tab, with the log-out link. */
async function logOutElsewhere( v ) {
	const tab = await v.context.newPage();
	await tab.goto( new URL( '/wp-admin/profile.php', v.page.url() ).href );
	await tab.click( '#log-out' );
	await tab.waitForURL( /loggedout=true/ );
	await tab.close();
}

test( 'an expired nonce heals itself: the save goes through, once', async () => {
	const v = await editing( 'Nonce' );
	await spoilNonce( v.page );
	const writes = [];
	v.page.on( 'response', ( r ) => r.request().method() !== 'GET' && r.url().includes( `/posts/${ v.id }` ) && writes.push( r.status() ) );
	await v.page.fill( '#content', 'after a long lunch' );
	await v.page.keyboard.press( 'Control+s' );
	await v.page.waitForFunction( () => /^Draft · saved/.test( document.getElementById( 'state' ).textContent ) );
	assert.deepEqual( writes, [ 403, 200 ] );
	assert.equal( await v.stored(), 'after a long lunch' );
	assert.ok( await v.page.isHidden( '#session' ) );
	await v.close();
} );

test( 'session over: it says so, keeps the text, and carries on after a log-in in a new tab', async () => {
	const v = await editing( 'Session' );
	await logOutElsewhere( v );
	await v.page.bringToFront();
	await v.page.fill( '#content', 'typed for an hour' );
	await v.page.keyboard.press( 'Control+s' );
	await v.page.waitForSelector( '#session:not([hidden])' );
	assert.equal( await v.page.inputValue( '#content' ), 'typed for an hour' );
	await v.shot( 'session-over' );

	const [ tab ] = await Promise.all( [ v.context.waitForEvent( 'page' ), v.page.click( '#session-login' ) ] );
	await tab.waitForLoadState();
	assert.match( tab.url(), /interim-login=1/ );
	await fillLogin( tab );
	await tab.waitForLoadState( 'networkidle' );
	await tab.close();
	await v.page.bringToFront();
	await v.page.waitForSelector( '#session', { state: 'hidden' } );
	await v.page.waitForFunction( () => /^Draft · saved/.test( document.getElementById( 'state' ).textContent ) );
	assert.equal( await v.stored(), 'typed for an hour' );
	await v.close();
} );

test( 'unsaved text outlives a reload, and leaving asks first', async () => {
	const v = await editing( 'Kept' );
	await v.page.fill( '#content', 'not saved' );
	let asked = 0;
	v.page.on( 'dialog', ( dialog ) => {
		asked++;
		dialog.accept();
	} );
	await v.page.reload();
	assert.equal( asked, 1 );
	await v.page.waitForSelector( '#notice:not([hidden])' );
	assert.equal( await v.page.inputValue( '#content' ), 'as it was' );
	await v.page.click( '#notice >> text=Bring it back' );
	assert.equal( await v.page.inputValue( '#content' ), 'not saved' );
	await v.page.keyboard.press( 'Control+s' );
	await v.page.waitForFunction( () => /^Draft · saved/.test( document.getElementById( 'state' ).textContent ) );
	assert.equal( await v.stored(), 'not saved' );
	await v.page.reload();
	await v.page.waitForSelector( '#editor[aria-busy=false]' );
	assert.ok( await v.page.isHidden( '#notice' ) );
	assert.equal( asked, 1 );
	await v.close();
} );

test( 'offline: the save fails with a message, the text stays, and Try again works', async () => {
	const v = await editing( 'Offline' );
	await v.page.fill( '#content', 'from the train' );
	await v.context.setOffline( true );
	await v.page.keyboard.press( 'Control+s' );
	await v.page.waitForSelector( '.toast.bad' );
	assert.equal( await v.page.textContent( '#state' ), 'Not saved' );
	assert.ok( await v.page.isHidden( '#session' ) );
	await v.context.setOffline( false );
	await v.page.click( '.toast >> text=Try again' );
	await v.page.waitForFunction( () => /^Draft · saved/.test( document.getElementById( 'state' ).textContent ) );
	assert.equal( await v.stored(), 'from the train' );
	await v.close();
} );
