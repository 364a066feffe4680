// wp.api: Backbone models and collections for the REST API, built from its own index.
//
//   wp.api.loadPromise.done( () => {
//     const post = new wp.api.models.Post( { id: 1 } );
//     post.fetch().then( () => post.save( { title: 'Hello Moon' } ) );
//   } );
//
// A route without a model of its own: wp.api.models.Base.extend( { urlRoot: wpApiSettings.root + 'acme/v1/things' } ).

import { defaultRoot, settings } from '../shared/urls.js';
import { Schema, WPApiBaseCollection, WPApiBaseModel } from './base.js';
import { Endpoint } from './endpoint.js';
import { utils } from './utils.js';

const { Backbone, _ } = window;

const api = ( window.wp.api = window.wp.api || {} );

/** The promise of each namespace that was asked for, by root and version string. */
const initialized = new Map();
let defaultEndpoint = null;

function init( args = {} ) {
	const { root, nonce, versionString, schema } = settings();
	const attributes = {
		nonce: typeof args.nonce === 'string' ? args.nonce : nonce || '',
		apiRoot: args.apiRoot || root || ( window.wpApiSettings ? '/wp-json' : defaultRoot() ),
		versionString: args.versionString || versionString || 'wp/v2/',
		schema: args.schema || null,
		modelEndpoints: args.modelEndpoints || [ 'me', 'settings' ],
	};
	if ( ! attributes.schema && attributes.apiRoot === root && attributes.versionString === versionString ) {
		attributes.schema = schema || null;
	}
	// A base without its slash is a root all the same.
	if ( ! /[/=]$/.test( attributes.apiRoot ) ) {
		attributes.apiRoot += '/';
	}

	const key = attributes.apiRoot + attributes.versionString;
	if ( ! initialized.has( key ) ) {
		initialized.set( key, open( attributes, key ) );
	}
	return initialized.get( key );
}

function open( attributes, key ) {
	const { apiRoot, versionString } = attributes;
	const endpoint = api.endpoints.findWhere( { apiRoot, versionString } ) || new Endpoint( attributes );
	defaultEndpoint = defaultEndpoint || endpoint;
	return endpoint.schemaConstructed
		.done( () => {
			api.endpoints.add( endpoint );
			_.extend( api.models, endpoint.get( 'models' ) );
			_.extend( api.collections, endpoint.get( 'collections' ) );
		} )
		.fail( () => initialized.delete( key ) ); // Another init() may have better luck.
}

/**
 * For routes that the index does not tell about: extend it with a `urlRoot`. The nonce is sent, taken over and renewed
 * as for any other model; every method is allowed, and nothing is added to a DELETE.
 */
const Base = WPApiBaseModel.extend( {
	name: 'Base',
	methods: [ 'GET', 'POST', 'PUT', 'PATCH', 'DELETE' ],
	requireForceForDelete: false,

	nonce() {
		return defaultEndpoint.get( 'nonce' ) || settings().nonce;
	},
} );
Object.defineProperty( Base.prototype, 'endpointModel', { get: () => defaultEndpoint } );

const byRoute = ( classes, route ) =>
	_.find( classes, ( { prototype } ) => prototype.route && prototype.route.index === route );

Object.assign( api, {
	versionString: api.versionString || 'wp/v2/',
	models: { ...api.models, Base, Schema },
	collections: { ...api.collections },
	views: { ...api.views },
	utils: { ...api.utils, ...utils },
	endpoints: new Backbone.Collection(),
	WPApiBaseModel,
	WPApiBaseCollection,
	getModelByRoute: ( route ) => byRoute( api.models, route ),
	getCollectionByRoute: ( route ) => byRoute( api.collections, route ),
	init,

	/** Triggers `wp-api-session-over` and `wp-api-session-restored`, as `document` does, with their details. */
	events: _.extend( {}, Backbone.Events ),
} );

[ 'wp-api-session-over', 'wp-api-session-restored' ].forEach( ( name ) => {
	document.addEventListener( name, ( { detail } ) => api.events.trigger( name, detail ) );
} );

// A page that does not use the promise should still be able to find out why its models are missing.
api.loadPromise = init();
api.loadPromise.fail( ( xhr ) => window.console.error( 'wp.api: the index could not be loaded', xhr && xhr.status ) );

