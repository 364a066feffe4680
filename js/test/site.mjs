// What the browser tests share: one Chromium for a file, one site of the stub server (../stub_test.go) for a test.

import { chromium } from 'playwright-core';

const STUB = process.env.PLATEN_JS_STUB;
const FLAGS = [
	'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync',
];

let browser = null;
let sites = 0;

export async function stop() {
	await browser?.close();
}

/** A new site: `state` is set on the server first, then the page is opened with `query` (see stub.page). */
export async function site( { state = {}, ready = true, ...query } = {} ) {
	browser ??= await chromium.launch( { executablePath: process.env.CHROMIUM, headless: true, args: FLAGS } );
	const base = `${ STUB }/s${ process.pid }-${ ++sites }/`;
	const context = await browser.newContext();
	const page = await context.newPage();
	const errors = [];
	page.on( 'pageerror', ( error ) => errors.push( String( error ) ) );

	const control = ( values ) => fetch( base + '__control', { method: 'POST', body: JSON.stringify( values ) } );
	await control( state );
	const url = ( more = {} ) => base + 'page?' + new URLSearchParams( { scripts: 'wp-api', ...query, ...more } );
	await page.goto( url() );
	if ( ready && ( query.scripts || 'wp-api' ) === 'wp-api' ) {
		await page.evaluate( async () => void ( await wp.api.loadPromise ) );
	}
	return {
		base, page, errors, control, url,
		run: ( f, arg ) => page.evaluate( f, arg ),
		/** The requests so far; those of the index only on demand. */
		log: async ( { index = false } = {} ) =>
			( ( await ( await fetch( base + '__log' ) ).json() ) || [] ).filter( ( r ) => index || r.Path !== '/wp/v2/' ),
		close: () => context.close(),
	};
}
