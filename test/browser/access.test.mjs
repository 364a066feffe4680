import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { api, base, newUser, stop, visit } from './visit.mjs';

after( stop );

test( 'sessions: mine are listed, another is ended, and is out at once; all others', async () => {
	const v = await visit( { fresh: true } );
	const other = await visit( { fresh: true, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1' } );
	await v.open( 'sessions.php' );
	const rows = v.page.locator( '#sessions li[data-id]' );
	await rows.first().waitFor();
	assert.match( await rows.first().textContent(), /Chrome on Linux.*This device.*127\.0\.0\.1/s );
	assert.equal( await rows.first().locator( 'button' ).count(), 0, 'the session in use has no button: that is logging out' );
	const phone = rows.filter( { hasText: 'Safari on iPhone' } );
	await phone.getByRole( 'button', { name: 'End the session on Safari on iPhone' } ).press( 'Enter' );
	await v.page.locator( '.toast', { hasText: 'Session ended.' } ).waitFor();
	await v.page.waitForFunction( () => ! document.getElementById( 'sessions' ).textContent.includes( 'iPhone' ) );
	await other.open( '' );
	assert.match( other.page.url(), /wp-login\.php/, 'the phone is logged out' );

	const third = await visit( { fresh: true } );
	await v.page.reload();
	await v.page.click( '#end-others' );
	await v.page.click( '#confirm-yes' );
	await v.page.waitForFunction( () => document.querySelectorAll( '#sessions li[data-id]' ).length === 1 );
	await third.open( '' );
	assert.match( third.page.url(), /wp-login\.php/ );
	await third.close();
	assert.ok( await v.page.locator( '#end-others' ).isHidden() );
	await v.open( '' );
	assert.match( v.page.url(), /wp-admin/ );
	assert.deepEqual( [ v.errors, v.outside ], [ [], [] ] );
	await other.close();
	await v.close();
} );

test( 'sessions: an administrator finds a user and ends what they have; others may not look', async () => {
	const v = await visit( { fresh: true } );
	await v.open( 'sessions.php' );
	const nina = await newUser( v.page, { username: 'nina', name: 'Nina <b>Sessions</b>' } );
	const hers = await visit( { anonymous: true } );
	await hers.page.goto( base + '/wp-login.php' );
	await hers.page.fill( '#user_login', 'nina' );
	await hers.page.fill( '#user_pass', nina.password );
	await hers.page.click( '#wp-submit' );
	await hers.page.waitForURL( /wp-admin/ );
	await hers.open( 'sessions.php' );
	await hers.page.locator( '#sessions li[data-id]' ).waitFor();
	assert.equal( await hers.page.locator( '#whose-form' ).count(), 0 );
	const refused = await hers.open( 'sessions.php?user_id=1' );
	assert.equal( refused.status(), 403 );
	assert.equal( ( await hers.open( 'oauth-consumers.php' ) ).status(), 403 );
	assert.ok( ! ( await hers.page.textContent( '.menu' ) ).includes( 'Applications' ) );

	await v.page.fill( '#whose', 'nina' );
	await v.page.press( '#whose', 'Enter' );
	await v.page.waitForURL( new RegExp( `user_id=${ nina.id }` ) );
	await v.page.locator( '#sessions li[data-id]' ).waitFor();
	assert.ok( ( await v.page.textContent( '#sessions-lead' ) ).includes( 'Nina' ) );
	await v.page.click( '#end-others' );
	await v.page.click( '#confirm-yes' );
	await v.page.locator( '#sessions .none' ).waitFor();
	await hers.open( '' );
	assert.match( hers.page.url(), /wp-login\.php/ );
	await hers.close();
	await v.close();
} );

test( 'applications: key and secret are shown once and can be copied; revoking', async () => {
	const v = await visit( { permissions: [ 'clipboard-read', 'clipboard-write' ] } );
	await v.open( 'oauth-consumers.php' );
	await v.page.fill( '#c-name', 'Moon & reader' );
	await v.page.fill( '#c-callback', 'javascript:alert(1)' );
	await v.page.click( '#c-create' );
	await v.page.locator( '.toast.bad' ).waitFor();
	await v.page.fill( '#c-callback', 'https://app.example/callback' );
	await v.page.press( '#c-callback', 'Enter' );
	await v.page.locator( '#secret' ).waitFor();
	const secret = await v.page.textContent( '#secret-value' );
	assert.match( secret, /^[A-Za-z0-9]{48}$/ );
	await v.page.click( '[data-copy=secret-value]' );
	await v.page.locator( '[data-copy=secret-value]', { hasText: 'Copied' } ).waitFor();
	assert.equal( await v.page.evaluate( () => navigator.clipboard.readText() ), secret );
	await v.shot( 'consumers-secret' );
	const row = v.page.locator( '#consumer-rows tr', { hasText: 'Moon & reader' } );
	await row.waitFor();
	await v.page.click( '#secret-done' );
	await v.page.reload();
	await row.waitFor();
	assert.ok( ! ( await v.page.content() ).includes( secret ) );
	await row.getByRole( 'button', { name: 'Revoke' } ).click();
	await v.page.click( '#confirm-yes' );
	await row.waitFor( { state: 'detached' } );
	assert.deepEqual( [ v.errors, v.outside ], [ [], [] ] );
	await v.close();
} );

test( 'a plugin: its post type has a list, its page extends the browser client', async () => {
	const v = await visit();
	await v.open( 'edit.php?post_type=book' );
	assert.equal( await v.page.textContent( 'h1' ), 'Books' );
	const { id } = await api( v.page, { path: 'wp/v2/books', method: 'POST', data: { title: 'Dune <i>one</i>', status: 'publish', meta: { isbn: '9780441013593', copies: 2 } } } );
	await v.page.click( '.menu a:has-text("Lending")' );
	const row = v.page.locator( `tr[data-book="${ id }"]` );
	await row.waitFor();
	assert.match( await row.textContent(), /Dune <i>one<\/i>.*9780441013593.*2 on the shelf/ );
	assert.ok( await v.page.evaluate( () => new window.books.Book() instanceof window.wp.api.models.Base ) );
	await row.getByRole( 'button' ).click();
	await v.page.waitForFunction( () => document.querySelector( '[data-book]' ).textContent.includes( '1 on the shelf' ) );
	await v.shot( 'plugin' );
	await row.getByRole( 'button' ).click();
	await v.page.waitForFunction( () => document.querySelector( '[data-book]' ).textContent.includes( 'All lent' ) );
	assert.ok( await row.getByRole( 'button' ).isDisabled() );
	assert.deepEqual( [ v.errors, v.outside ], [ [], [] ] );
	await v.close();
} );

test( 'light and dark, wide and narrow', async () => {
	for ( const [ name, options ] of [ [ 'dark', { colorScheme: 'dark' } ], [ 'phone', { viewport: { width: 390, height: 780 } } ] ] ) {
		const v = await visit( options );
		for ( const [ page, ready ] of [ [ 'sessions', '#sessions li[data-id]' ], [ 'oauth-consumers', '#consumer-rows tr:not(.ghost)' ] ] ) {
			await v.open( page + '.php' );
			await v.page.locator( ready ).first().waitFor();
			assert.ok( await v.page.evaluate( () => document.documentElement.scrollWidth <= window.innerWidth ), `${ page } is too wide on ${ name }` );
			await v.shot( `${ page }-${ name }` );
		}
		await v.close();
	}
} );
