// What models and collections do to each of their requests: send the endpoint's nonce, take over the one that comes back,
// and let the keeper renew an expired one.

import { sameOrigin } from '../shared/urls.js';

/** The nonce to send from a model or collection, or '' if there is none or it is none of that server's business. */
function nonceFor( entity, options ) {
	const nonce = typeof entity.nonce === 'function' ? entity.nonce() : '';
	if ( ! nonce ) {
		return '';
	}
	const url = options.url || ( typeof entity.url === 'function' ? entity.url() : entity.url );
	return sameOrigin( url, entity.endpointModel && entity.endpointModel.get( 'apiRoot' ) ) ? nonce : '';
}

/** Adds nonce handling to the options of a Backbone.sync call, keeping the caller's own callbacks. */
export function addNonce( entity, options ) {
	if ( ! nonceFor( entity, options ) ) {
		return;
	}
	const { beforeSend, complete } = options;

	options.nonceKeeper = entity.endpointModel && entity.endpointModel.nonceKeeper;
	options.beforeSend = function ( xhr, ...rest ) {
		xhr.setRequestHeader( 'X-WP-Nonce', entity.nonce() );
		return beforeSend ? beforeSend.call( this, xhr, ...rest ) : undefined;
	};
	options.complete = function ( xhr, ...rest ) {
		const returned = xhr.getResponseHeader( 'X-WP-Nonce' );
		if ( returned && entity.endpointModel && entity.nonce() !== returned ) {
			entity.endpointModel.set( 'nonce', returned );
		}
		return complete ? complete.call( this, xhr, ...rest ) : undefined;
	};
}
