// Who keeps the nonce alive.
//
// A page that stays open longer than a nonce lives (12 to 24 hours) would fail on its next request. A keeper, one for
// each REST root, fetches a fresh nonce from admin-ajax.php?action=rest-nonce, once for all requests that failed
// together, and tells everybody who holds a copy. When the site has no nonce to give, the session is over: the keeper
// says so with an event and the requests fail with their own, original error.

import { defaultRoot, nonceEndpoint, sameOrigin, settings } from '../shared/urls.js';

/** Fired on `document` when a request failed because nobody is logged in any more. `detail`: {root, status}. */
export const SESSION_OVER = 'wp-api-session-over';

/** Fired on `document` when a nonce could be had again after the session was over. `detail`: {root, nonce}. */
export const SESSION_RESTORED = 'wp-api-session-restored';

/** What rest-nonce answers to a logged-in user; a login page or a proxy's error page does not look like it. */
const NONCE_SHAPE = /^[0-9A-Za-z]{6,64}$/;

class NonceKeeper {
	constructor( root ) {
		this.root = root;
		/** Counts the nonces that came in, so that a late failure can see that it was sent with an older one. */
		this.generation = 0;
		this.current = null;
		this.pending = null;
		this.over = false;
		this.listeners = new Set();
	}

	/** Calls back with every nonce this keeper fetches. Returns a function that ends that. */
	onNonce( callback ) {
		this.listeners.add( callback );
		return () => this.listeners.delete( callback );
	}

	/** Fetches a fresh nonce, or joins the fetch that is under way. Resolves to the nonce, or to null. */
	refresh() {
		if ( ! this.pending ) {
			this.pending = this.fetchNonce().finally( () => {
				this.pending = null;
			} );
		}
		return this.pending;
	}

	/**
	 * A nonce for repeating a request that was refused: the one that came in since the request was sent
	 * (`sentIn` is the generation at that time), or else a fresh one. Resolves to null when there is none.
	 */
	replacement( sentIn ) {
		return ! this.pending && this.generation > sentIn ? Promise.resolve( this.current ) : this.refresh();
	}

	async fetchNonce() {
		const url = nonceEndpoint( this.root );
		if ( ! sameOrigin( url ) ) {
			return null;
		}
		let response, text;
		try {
			response = await window.fetch( url, { credentials: 'same-origin', cache: 'no-store' } );
			text = ( await response.text() ).trim();
		} catch {
			return null; // Offline, not logged out: the caller keeps its own error.
		}
		if ( response.ok && NONCE_SHAPE.test( text ) ) {
			this.accept( text );
			return text;
		}
		// WordPress says 400 and "0" when nobody is logged in; a server in trouble says 5xx and means nothing by it.
		if ( text === '0' || text === '-1' || [ 400, 401, 403 ].includes( response.status ) ) {
			this.over = true;
			this.tell( SESSION_OVER, { root: this.root, status: response.status } );
		}
		return null;
	}

	accept( nonce ) {
		this.current = nonce;
		this.generation++;
		if ( this.root === defaultRoot() && window.wpApiSettings ) {
			settings().nonce = nonce;
		}
		this.listeners.forEach( ( callback ) => callback( nonce ) );
		if ( this.over ) {
			this.over = false;
			this.tell( SESSION_RESTORED, { root: this.root, nonce } );
		}
	}

	tell( name, detail ) {
		document.dispatchEvent( new CustomEvent( name, { detail } ) );
	}
}

const keepers = new Map();

/** The keeper of a REST root; the page's own root when none is named. */
export function keeperFor( root = defaultRoot() ) {
	if ( ! keepers.has( root ) ) {
		keepers.set( root, new NonceKeeper( root ) );
	}
	return keepers.get( root );
}
