import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { api, base, fillLogin, newPost, stop, visit } from './visit.mjs';

after( stop );
const ROW = '#rows tr[data-id]';
const rowOf = ( page, title ) => page.locator( ROW, { hasText: title } );

test( 'the door: a visitor is sent to the form and comes back to where they wanted', async () => {
	const v = await visit( { anonymous: true } );
	await v.open( 'edit.php?post_type=page' );
	assert.match( v.page.url(), /wp-login\.php\?redirect_to=/ );
	await v.shot( 'login' );
	await fillLogin( v.page, { word: 'wrong' } );
	assert.ok( await v.page.locator( '#login_error, .error, [role=alert]' ).first().isVisible() );
	await fillLogin( v.page );
	await v.page.waitForURL( /edit\.php\?post_type=page/ );
	assert.equal( await v.page.textContent( 'h1' ), 'Pages' );
	await v.close();
} );

test( 'list: rows with status, author and date; search; status; sorting; nothing from elsewhere', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( ROW );
	await newPost( v.page, { title: 'Quagga & <b>okapi</b>' } );
	await newPost( v.page, { title: 'Published quagga', status: 'publish' } );
	await v.page.reload();
	const draft = rowOf( v.page, 'Quagga & okapi' );
	assert.equal( ( await draft.locator( '.c-status' ).textContent() ).trim(), 'Draft' );
	assert.notEqual( ( await draft.locator( '.c-author' ).textContent() ).trim(), '—' );
	assert.equal( ( await draft.locator( '.c-date' ).textContent() ).trim(), 'just now' );

	await v.page.fill( '#search', 'quagga' );
	await v.page.waitForURL( /s=quagga/ );
	await v.page.waitForFunction( () => document.getElementById( 'total' ).textContent === '2 posts' );
	await v.page.click( '#tabs a[data-status=draft]' );
	await v.page.waitForFunction( () => document.getElementById( 'total' ).textContent === '1 post' );
	assert.match( v.page.url(), /post_status=draft/ );
	await v.page.goBack();
	await v.page.waitForFunction( () => document.getElementById( 'total' ).textContent === '2 posts' );
	await v.page.click( '.sort[data-orderby=title]' );
	await v.page.waitForURL( /orderby=title/ );
	await v.page.waitForFunction( () => document.querySelector( '#rows .post-title' ).textContent === 'Published quagga' );
	assert.equal( await v.page.getAttribute( 'th.c-title', 'aria-sort' ), 'ascending' );
	assert.deepEqual( [ v.errors, v.outside ], [ [], [] ] );
	await v.close();
} );

test( 'paging follows X-WP-TotalPages', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( ROW );
	for ( let i = 1; i <= 21; i++ ) {
		await newPost( v.page, { title: `Lemming ${ i }` } );
	}
	await v.open( 'edit.php?s=lemming' );
	await v.page.waitForFunction( () => document.getElementById( 'at' ).textContent === '1 / 2' );
	assert.equal( await v.page.locator( ROW ).count(), 20 );
	await v.page.click( '#next' );
	await v.page.waitForFunction( () => document.getElementById( 'at' ).textContent === '2 / 2' );
	assert.equal( await v.page.locator( ROW ).count(), 1 );
	// The last one of the page goes: the page before it is shown.
	await v.page.locator( ROW ).hover();
	await v.page.click( '[data-do=trash]' );
	await v.page.waitForFunction( () => document.querySelectorAll( '#rows tr[data-id]' ).length === 20 );
	await v.close();
} );

test( 'create, edit, publish, view', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.keyboard.press( 'n' );
	await v.page.waitForURL( /post-new\.php/ );
	await v.page.waitForSelector( '#title:focus' );
	await v.page.keyboard.type( 'A walk on the moon' );
	await v.page.keyboard.press( 'Enter' );
	await v.page.keyboard.type( 'One small step & one "giant" leap \\o/' );
	assert.equal( await v.page.textContent( '#state' ), 'Unsaved changes' );
	await v.page.keyboard.press( 'Control+s' );
	await v.page.waitForURL( /post\.php\?post=\d+&action=edit/ );
	await v.page.waitForFunction( () => /^Draft · saved/.test( document.getElementById( 'state' ).textContent ) );
	const id = Number( new URL( v.page.url() ).searchParams.get( 'post' ) );
	let post = await api( v.page, { path: `wp/v2/posts/${ id }?context=edit` } );
	assert.deepEqual( [ post.title.raw, post.content.raw, post.status ], [ 'A walk on the moon', 'One small step & one "giant" leap \\o/', 'draft' ] );

	await v.page.fill( '#excerpt', 'Short.' );
	await v.page.fill( '#slug', 'moon-walk' );
	await v.page.keyboard.press( 'Control+Enter' );
	await v.page.waitForFunction( () => /^Published/.test( document.getElementById( 'state' ).textContent ) );
	post = await api( v.page, { path: `wp/v2/posts/${ id }?context=edit` } );
	assert.deepEqual( [ post.status, post.slug, post.excerpt.raw ], [ 'publish', 'moon-walk', 'Short.' ] );
	assert.equal( await v.page.getAttribute( '#view', 'href' ), post.link );

	// Only what was changed is sent.
	const [ request ] = await Promise.all( [
		v.page.waitForRequest( ( r ) => r.url().includes( `/posts/${ id }` ) && r.method() !== 'GET' ),
		v.page.fill( '#title', 'Moon walk' ).then( () => v.page.keyboard.press( 'Control+s' ) ),
	] );
	assert.deepEqual( JSON.parse( request.postData() ), { title: 'Moon walk' } );
	await v.page.waitForFunction( () => document.getElementById( 'publish' ).disabled );
	await v.page.reload();
	await v.page.waitForFunction( () => document.getElementById( 'title' ).value === 'Moon walk' );
	assert.deepEqual( v.errors, [] );
	await v.close();
} );

test( 'a date in the future schedules', async () => {
	const v = await visit();
	await v.open( 'post-new.php' );
	await v.page.fill( '#title', 'Later' );
	await v.page.fill( '#date', '2091-05-06T07:08' );
	assert.equal( await v.page.textContent( '#publish' ), 'Schedule' );
	await v.page.click( '#publish' );
	await v.page.waitForFunction( () => /^Scheduled/.test( document.getElementById( 'state' ).textContent ) );
	const id = new URL( v.page.url() ).searchParams.get( 'post' );
	const post = await api( v.page, { path: `wp/v2/posts/${ id }?context=edit` } );
	assert.deepEqual( [ post.status, post.date ], [ 'future', '2091-05-06T07:08:00' ] );
	await v.close();
} );

test( 'trash and restore: a row with undo, several at once, the editor, for good', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( ROW );
	const ids = [];
	for ( const name of [ 'Dodo one', 'Dodo two', 'Dodo three' ] ) {
		ids.push( ( await newPost( v.page, { title: name, status: 'publish' } ) ).id );
	}
	const statuses = () => Promise.all( ids.map( async ( id ) => ( await api( v.page, { path: `wp/v2/posts/${ id }?context=edit` } ) ).status ) );
	await v.open( 'edit.php?s=dodo' );
	await rowOf( v.page, 'Dodo one' ).hover();
	await rowOf( v.page, 'Dodo one' ).locator( '[data-do=trash]' ).click();
	await v.page.waitForSelector( '.toast' );
	assert.deepEqual( await statuses(), [ 'trash', 'publish', 'publish' ] );
	await v.page.click( '.toast >> text=Undo' );
	await v.page.waitForSelector( '.toast >> text=restored' );
	assert.deepEqual( await statuses(), [ 'publish', 'publish', 'publish' ] );

	await v.page.check( '#all' );
	assert.equal( await v.page.textContent( '#bulk-count' ), '3 selected' );
	await v.shot( 'dashboard-selected' );
	await v.page.click( '#bulk-trash' );
	await v.page.waitForSelector( '.list-empty' );
	assert.deepEqual( await statuses(), [ 'trash', 'trash', 'trash' ] );

	// In the editor a trashed post can be restored.
	await v.open( `post.php?post=${ ids[ 0 ] }&action=edit` );
	await v.page.click( '#notice >> text=Restore' );
	await v.page.waitForFunction( () => /^Draft/.test( document.getElementById( 'state' ).textContent ) );
	await v.page.click( '#trash' );
	await v.page.waitForSelector( '.toast >> text=Undo' );

	await v.open( 'edit.php?post_status=trash&s=dodo' );
	await rowOf( v.page, 'Dodo two' ).hover();
	await rowOf( v.page, 'Dodo two' ).locator( '[data-do=restore]' ).click();
	await v.page.waitForFunction( () => document.querySelectorAll( '#rows tr[data-id]' ).length === 2 );
	await v.page.check( '#all' );
	await v.page.click( '#bulk-trash' );
	await v.page.keyboard.press( 'Escape' ); // not yet
	await v.page.waitForSelector( '#confirm', { state: 'hidden' } );
	assert.equal( await v.page.locator( ROW ).count(), 2 );
	await v.page.click( '#bulk-trash' );
	await v.page.click( '#confirm-yes' );
	await v.page.waitForSelector( '.list-empty' );
	const gone = await v.page.evaluate( ( id ) => wp.apiRequest( { path: `wp/v2/posts/${ id }?context=edit` } ).then( () => 200, ( xhr ) => jQuery.Deferred().resolve( xhr.status ) ), ids[ 0 ] );
	assert.equal( gone, 404 );
	assert.deepEqual( v.errors, [] );
	await v.close();
} );

test( 'keyboard: search, rows, selection, help', async () => {
	const v = await visit();
	await v.open( '' );
	await v.page.waitForSelector( ROW );
	const focused = ( selector ) => v.page.evaluate( ( s ) => document.activeElement.matches( s ), selector );
	await v.page.keyboard.press( '/' );
	assert.ok( await focused( '#search' ) );
	await v.page.keyboard.type( 'xyzzy' );
	await v.page.waitForSelector( '.list-empty' );
	await v.page.keyboard.press( 'Escape' );
	await v.page.waitForSelector( ROW );
	await v.page.keyboard.press( 'j' );
	assert.ok( await focused( `${ ROW }:first-child .post-title` ) );
	await v.page.keyboard.press( 'x' );
	assert.equal( await v.page.textContent( '#bulk-count' ), '1 selected' );
	await v.page.keyboard.press( 'Escape' );
	assert.ok( await v.page.isHidden( '#bulk' ) );
	await v.page.keyboard.press( '?' );
	assert.ok( await v.page.isVisible( '#help' ) );
	await v.page.keyboard.press( 'Escape' );
	await v.page.reload();
	await v.page.waitForSelector( ROW );
	await v.page.keyboard.press( 'Tab' );
	assert.ok( await focused( '.skip' ) );
	// What has the focus shows it.
	await v.page.focus( '#new' );
	await v.page.keyboard.press( 'Tab' );
	assert.notEqual( await v.page.evaluate( () => getComputedStyle( document.activeElement ).outlineStyle ), 'none' );
	await v.close();
} );

test( 'light and dark, narrow and wide; no layout wider than the window; names for all controls', async () => {
	const papers = new Set();
	for ( const colorScheme of [ 'light', 'dark' ] ) {
		for ( const [ name, viewport ] of [ [ 'phone', { width: 390, height: 844 } ], [ 'desktop', { width: 1280, height: 800 } ], [ 'wide', { width: 1920, height: 1080 } ] ] ) {
			const v = await visit( { colorScheme, viewport } );
			for ( const [ screen, where, ready ] of [ [ 'list', '', ROW ], [ 'editor', 'post.php?post=1&action=edit', '#editor[aria-busy=false]' ], [ 'profile', 'profile.php', '#profile[aria-busy=false]' ] ] ) {
				await v.open( where );
				await v.page.waitForSelector( ready );
				await v.page.waitForLoadState( 'networkidle' );
				await v.shot( `${ screen }-${ colorScheme }-${ name }` );
				const found = await v.page.evaluate( () => ( {
					tooWide: document.documentElement.scrollWidth > window.innerWidth,
					paper: getComputedStyle( document.body ).backgroundColor,
					nameless: [ ...document.querySelectorAll( 'button, a, input, select, textarea' ) ].filter( ( each ) => each.checkVisibility() &&
						! ( each.textContent.trim() || each.getAttribute( 'aria-label' ) || ( each.labels && each.labels.length ) || each.getAttribute( 'aria-hidden' ) ) ).map( ( each ) => each.outerHTML ),
				} ) );
				assert.deepEqual( [ found.tooWide, found.nameless ], [ false, [] ], `${ screen } ${ name }` );
				papers.add( found.paper );
			}
			assert.deepEqual( v.errors, [] );
			await v.close();
		}
	}
	assert.equal( papers.size, 2 );
} );

test( 'profile: application passwords are shown once, work, and are revoked', async ( t ) => {
	const v = await visit();
	await v.open( 'profile.php' );
	await v.page.waitForSelector( '#apps[aria-busy=false]' );
	if ( ! ( await v.page.isVisible( '#app-form' ) ) ) {
		t.skip( 'this site has no application passwords' );
		await v.close();
		return;
	}
	await v.page.fill( '#app-name', 'Phone "client" <b>' );
	await v.page.click( '#app-create' );
	await v.page.waitForSelector( '#secret:not([hidden])' );
	const secret = await v.page.textContent( '#secret-value' );
	assert.match( secret, /^([A-Za-z0-9]{4} ){5}[A-Za-z0-9]{4}$/ );
	await v.shot( 'application-password' );
	const me = () => fetch( base + '/wp-json/wp/v2/users/me', { headers: { Authorization: 'Basic ' + btoa( `${ process.env.PLATEN_USER }:${ secret }` ) } } );
	assert.equal( ( await me() ).status, 200 );
	await v.page.reload();
	await v.page.waitForSelector( '#apps[aria-busy=false]' );
	assert.ok( ! ( await v.page.content() ).includes( secret ) );
	await v.page.locator( '#app-rows tr', { hasText: 'Phone' } ).locator( 'button' ).click();
	await v.page.click( '#confirm-yes' );
	await v.page.waitForSelector( '.toast >> text=revoked' );
	assert.equal( ( await me() ).status, 401 );
	await v.close();
} );

test( 'log out: the link works at once and the dashboard is closed', async () => {
	const v = await visit( { fresh: true } );
	await v.open( '' );
	await v.page.click( '#log-out' );
	await v.page.waitForURL( /wp-login\.php\?.*loggedout=true/ );
	await v.open( '' );
	assert.match( v.page.url(), /wp-login\.php\?redirect_to=/ );
	await v.close();
} );
