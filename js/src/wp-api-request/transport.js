// A jQuery ajax transport that repeats a request once when its nonce had expired.
//
// It sits below jqXHR: callbacks, promises, ajaxComplete events and abort() see one request with one outcome, whatever
// had to be done for it. Only requests that ask for it with the option `nonceKeeper` come through here; it does for
// them what jQuery's own XMLHttpRequest transport does for the others.

const NONCE_HEADER = 'x-wp-nonce';
const FORM_TYPE = /^application\/x-www-form-urlencoded/i;

/** Whether an answer means "the nonce was wrong", as opposed to any other refusal. */
function isInvalidNonce( xhr ) {
	if ( xhr.status !== 403 || ! isText( xhr ) ) {
		return false;
	}
	try {
		return JSON.parse( xhr.responseText ).code === 'rest_cookie_invalid_nonce';
	} catch {
		return false;
	}
}

function isText( xhr ) {
	return ! xhr.responseType || xhr.responseType === 'text';
}

function headerValue( headers, name ) {
	return headers[ Object.keys( headers ).find( ( key ) => key.toLowerCase() === name ) ];
}

/** Puts the new nonce where the old one was: the header, and a `_wpnonce` parameter in URL or form body. */
function withNonce( request, nonce ) {
	const inText = ( text ) => text.replace( /((?:^|[?&])_wpnonce=)[^&#]*/g, '$1' + encodeURIComponent( nonce ) );
	const headers = {};
	Object.keys( request.headers ).forEach( ( name ) => {
		headers[ name ] = name.toLowerCase() === NONCE_HEADER ? nonce : request.headers[ name ];
	} );
	const isForm = typeof request.data === 'string' && FORM_TYPE.test( headerValue( headers, 'content-type' ) || '' );
	return { headers, url: inText( request.url ), data: isForm ? inText( request.data ) : request.data };
}

/** Sends a request with an XMLHttpRequest made and set up as the ajax options say. `done` is called once, with it. */
function sendOnce( options, request, done ) {
	const xhr = options.xhr();
	xhr.open( options.type, request.url, true, options.username, options.password );
	Object.assign( xhr, options.xhrFields );
	if ( options.mimeType && xhr.overrideMimeType ) {
		xhr.overrideMimeType( options.mimeType );
	}
	Object.keys( request.headers ).forEach( ( name ) => xhr.setRequestHeader( name, request.headers[ name ] ) );
	if ( ! options.crossDomain && ! headerValue( request.headers, 'x-requested-with' ) ) {
		xhr.setRequestHeader( 'X-Requested-With', 'XMLHttpRequest' );
	}
	xhr.addEventListener( 'loadend', () => done( xhr ) );
	xhr.send( request.data || null );
	return xhr;
}

/** jQuery's response map and the rest of what its `complete` wants to know about a finished XMLHttpRequest. */
function report( xhr, complete ) {
	if ( xhr.status === 0 ) {
		complete( 0, '' );
		return;
	}
	const responses = isText( xhr ) ? { text: xhr.responseText } : { binary: xhr.response };
	complete( xhr.status, xhr.statusText, responses, xhr.getAllResponseHeaders() );
}

/** One request, repeated once with a replacement nonce if the keeper has one. */
class HealingTransport {
	constructor( options ) {
		this.options = options;
		this.keeper = options.nonceKeeper;
		this.xhr = null;
		this.aborted = false;
	}

	send( headers, complete ) {
		const data = this.options.hasContent ? this.options.data : null;
		const request = { headers, url: this.options.url, data };
		const sentIn = this.keeper.generation;

		this.attempt( request, ( first ) => {
			if ( ! isInvalidNonce( first ) ) {
				report( first, complete );
				return;
			}
			this.keeper.replacement( sentIn ).then( ( nonce ) => {
				if ( this.aborted ) {
					return;
				}
				if ( ! nonce ) {
					report( first, complete );
					return;
				}
				this.attempt( withNonce( request, nonce ), ( second ) => report( second, complete ) );
			} );
		} );
	}

	attempt( request, done ) {
		this.xhr = sendOnce( this.options, request, ( xhr ) => {
			// An aborted request was reported by jQuery already.
			if ( ! this.aborted ) {
				done( xhr );
			}
		} );
	}

	abort() {
		this.aborted = true;
		if ( this.xhr ) {
			this.xhr.abort();
		}
	}
}

/** Registers the transport with this jQuery. Synchronous and script requests stay with jQuery's own. */
export function installTransport( $ ) {
	$.ajaxTransport( '+*', ( options ) => {
		const isScript = [ 'jsonp', 'script' ].includes( options.dataTypes[ 0 ] );
		return options.nonceKeeper && options.async !== false && ! isScript ? new HealingTransport( options ) : undefined;
	} );
}
