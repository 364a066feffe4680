// wp.apiRequest: jQuery.ajax for the REST API of the page's own site.
//
//   wp.apiRequest( { path: 'wp/v2/posts/1', method: 'PUT', data: { title: 'Hello Moon' } } )
//     .then( ( post ) => … )
//
// It takes every option of jQuery.ajax, and `path`, or `namespace` and `endpoint`, instead of a `url`. It sends the
// nonce of `wpApiSettings` and renews it when it has expired (see keeper.js).

import { defaultRoot, joinRoot, settings } from '../shared/urls.js';
import { keeperFor } from './keeper.js';
import { installTransport } from './transport.js';

const $ = window.jQuery;
const ACCEPT = 'application/json, */*;q=0.1';

/** The path that the options name, or undefined if they bring a complete URL. */
function pathOf( { namespace, endpoint, path } ) {
	if ( typeof namespace === 'string' && typeof endpoint === 'string' ) {
		const parts = [ namespace.replace( /^\/|\/$/g, '' ), endpoint.replace( /^\//, '' ) ];
		return parts[ 1 ] ? parts.join( '/' ) : parts[ 0 ];
	}
	return typeof path === 'string' ? path : undefined;
}

/** Whether a header of this name is there, whatever its case. */
function hasHeader( headers, name ) {
	return Object.keys( headers ).some( ( key ) => key.toLowerCase() === name );
}

/** Turns options of wp.apiRequest into options of jQuery.ajax. The options passed in stay as they are. */
function buildAjaxOptions( options ) {
	const { path: _path, namespace: _namespace, endpoint: _endpoint, ...rest } = options;
	const path = pathOf( options );
	const given = options.headers || {};
	const headers = {};
	let { url, method } = options;

	if ( path !== undefined ) {
		url = joinRoot( defaultRoot(), path );
	}
	if ( typeof method === 'string' ) {
		method = method.toUpperCase();
		// Servers and proxies that know only GET and POST are still about. PATCH goes as it is, as WordPress has it.
		if ( method === 'PUT' || method === 'DELETE' ) {
			headers[ 'X-HTTP-Method-Override' ] = method;
			method = 'POST';
		}
	}
	if ( ! hasHeader( given, 'accept' ) ) {
		headers.Accept = ACCEPT;
	}
	const { nonce } = settings();
	if ( nonce && ! hasHeader( given, 'x-wp-nonce' ) && ! ( options.data && options.data._wpnonce ) ) {
		headers[ 'X-WP-Nonce' ] = nonce;
	}
	const built = { ...rest, headers: { ...headers, ...given } };
	if ( url !== undefined ) {
		built.url = url;
	}
	if ( method !== undefined ) {
		built.method = method;
	}
	return built;
}

/** Whether the request carries the page's own nonce: somebody else's is not ours to replace. */
function sendsOwnNonce( { headers, data } ) {
	const { nonce } = settings();
	const name = Object.keys( headers ).find( ( key ) => key.toLowerCase() === 'x-wp-nonce' );
	const sent = data && data._wpnonce ? data._wpnonce : name && headers[ name ];
	return Boolean( nonce ) && sent === nonce;
}

function apiRequest( options ) {
	const ajaxOptions = apiRequest.buildAjaxOptions( options );
	if ( sendsOwnNonce( ajaxOptions ) ) {
		ajaxOptions.nonceKeeper = keeperFor();
	}
	return apiRequest.transport( ajaxOptions );
}

apiRequest.buildAjaxOptions = buildAjaxOptions;

/** What sends the request; a page may put its own in place. */
apiRequest.transport = $.ajax;

/** The nonce keeper of a REST root (default: the page's). Its refresh() fetches a nonce, say after a new login. */
apiRequest.keeperFor = keeperFor;

/** Fetches a fresh nonce for the page's REST root. Resolves to the nonce, or to null when nobody is logged in. */
apiRequest.refreshNonce = () => keeperFor().refresh();

installTransport( $ );

window.wp = window.wp || {};
window.wp.apiRequest = apiRequest;
