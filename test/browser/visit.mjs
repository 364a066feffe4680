// What the browser tests share: one Chromium for a file, and visits by somebody who has logged in by the form.

import { createRequire } from 'node:module';
import path from 'node:path';

const { chromium } = createRequire( new URL( '../../js/package.json', import.meta.url ) )( 'playwright-core' );

export const { PLATEN_BASE: base, PLATEN_STRANGER: stranger, PLATEN_USER: user, PLATEN_PASSWORD: password } = process.env;
const FLAGS = [
	'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const TIMEOUT_MS = 20000;

let browser = null;
let known = null; // cookies of the one log-in that most tests can share

export async function stop() {
	await browser?.close();
}

/** Fills in the log-in form that `page` shows. */
export async function fillLogin( page, { name = user, word = password } = {} ) {
	await page.fill( '#user_login', name );
	await page.fill( '#user_pass', word );
	await page.click( '#wp-submit' );
}

/** A browser window of its own. `fresh` logs in anew, `anonymous` not at all. `errors` collects what goes wrong in it. */
export async function visit( { fresh = false, anonymous = false, ...options } = {} ) {
	browser ??= await chromium.launch( { executablePath: process.env.CHROMIUM, headless: true, args: FLAGS } );
	const context = await browser.newContext( { viewport: { width: 1280, height: 800 }, ...options } );
	context.setDefaultTimeout( TIMEOUT_MS );
	const page = await context.newPage();
	const errors = [];
	context.on( 'weberror', ( error ) => errors.push( String( error.error() ) ) );
	page.on( 'console', ( message ) => /Content Security Policy/.test( message.text() ) && errors.push( message.text() ) );
	const outside = [];
	page.on( 'request', ( request ) => ! request.url().startsWith( base ) && /^https?:/.test( request.url() ) && outside.push( request.url() ) );

	if ( known && ! fresh && ! anonymous ) {
		await context.addCookies( known );
	} else if ( ! anonymous ) {
		await page.goto( base + '/wp-login.php' );
		await fillLogin( page );
		await page.waitForURL( /\/wp-admin\// );
		if ( ! fresh ) {
			known = await context.cookies();
		}
	}
	return {
		context, page, errors, outside,
		open: ( where ) => page.goto( base + '/wp-admin/' + where ),
		shot: ( name ) => page.screenshot( { path: path.join( process.env.PLATEN_ARTEFACTS, name + '.png' ) } ),
		close: () => context.close(),
	};
}

/** Calls the API from the page, as its scripts do. */
export const api = ( page, options ) => page.evaluate( ( o ) =>
	wp.apiRequest( o ).then( ( data ) => data, ( xhr ) => jQuery.Deferred().reject( new Error( xhr.status + ' ' + xhr.responseText ) ) ), options );

/** A new post, made through the API. The page must be one of the dashboard. */
export const newPost = ( page, data ) => api( page, { path: 'wp/v2/posts?context=edit', method: 'POST', data: { status: 'draft', ...data } } );

/** Makes the page's nonces useless, as 24 hours do. */
export const spoilNonce = ( page ) => page.evaluate( () => {
	wpApiSettings.nonce = 'aaaaaaaaaa';
	wp.api.endpoints.forEach( ( endpoint ) => endpoint.set( 'nonce', 'aaaaaaaaaa' ) );
} );

/** A new subscriber, made through the API, with `password`. */
export const newUser = async ( page, data ) => {
	const secret = 'a password of their own';
	return { ...await api( page, { path: 'wp/v2/users', method: 'POST', data: { email: data.username + '@example.org', password: secret, ...data } } ), password: secret };
};
