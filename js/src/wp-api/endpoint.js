// A namespace of a REST API, and the classes made from its index.

import { settings } from '../shared/urls.js';
import { Schema, WPApiBaseCollection, WPApiBaseModel } from './base.js';
import { addMixinsAndHelpers } from './mixins.js';
import { DEFAULT_MAPPING, describeRoute, fillPath } from './routes.js';
import * as schemaCache from './schema-cache.js';
import { utils } from './utils.js';

const { Backbone, jQuery, _ } = window;

/** The names that other code knows a class by, beside its own. */
const ALIASES = { Me: 'UsersMe' };

export const Endpoint = Backbone.Model.extend( {
	defaults: () => ( { nonce: null, schema: null, modelEndpoints: [ 'me', 'settings' ], models: {}, collections: {} } ),

	initialize() {
		const constructed = jQuery.Deferred();
		this.schemaConstructed = constructed.promise();
		this.nonceKeeper = window.wp.apiRequest.keeperFor( this.get( 'apiRoot' ) );
		this.nonceKeeper.onNonce( ( nonce ) => this.set( 'nonce', nonce ) );
		this.schemaModel = new Schema( null, { ...this.pick( 'apiRoot', 'versionString' ), endpointModel: this } );

		// done(), not then(): with a schema at hand the classes are there as soon as this script has run.
		this.loadSchema()
			.done( () => {
				this.constructFromSchema();
				constructed.resolve( this );
			} )
			.fail( ( xhr ) => constructed.reject( xhr ) );
	},

	/** Fills the schema model: from the attribute, from this tab's cache, or from the server. */
	loadSchema() {
		const { apiRoot, versionString } = this.attributes;
		const known = this.get( 'schema' ) || schemaCache.read( apiRoot, versionString );
		if ( known ) {
			this.schemaModel.set( this.schemaModel.parse( known ) );
			return jQuery.Deferred().resolve().promise();
		}
		return this.schemaModel.fetch().then( () => schemaCache.write( apiRoot, versionString, this.schemaModel.toJSON() ) );
	},

	constructFromSchema() {
		const mapping = { ...DEFAULT_MAPPING, ...settings().mapping };
		const { versionString, modelEndpoints } = this.attributes;
		const models = {};
		const collections = {};
		const listRoutes = [];

		_.each( this.schemaModel.get( 'routes' ), ( route, index ) => {
			const place = describeRoute( index, versionString, modelEndpoints, utils.capitalizeAndCamelCaseDashes );
			if ( ! place || ! _.isObject( route ) ) {
				return;
			}
			if ( place.isModel ) {
				const name = ( mapping.models || {} )[ place.className ] || place.className;
				models[ name ] = this.buildModel( name, place, { index, route } );
			} else {
				listRoutes.push( { place, route: { index, route } } );
			}
		} );
		const collectionName = ( { className } ) => ( mapping.collections || {} )[ className ] || className;
		const names = _.object( listRoutes.map( ( { place } ) => [ collectionName( place ), true ] ) );
		_.each( models, ( model, name ) => {
			models[ name ] = addMixinsAndHelpers( model, name, { models, collections: names } );
		} );
		listRoutes.forEach( ( { place, route } ) => {
			const name = collectionName( place );
			const modelName = ( mapping.models || {} )[ place.className ] || place.className;
			collections[ name ] = this.buildCollection( name, place, route, models[ modelName ] );
		} );
		_.each( ALIASES, ( alias, name ) => {
			if ( models[ name ] && ! models[ alias ] ) {
				models[ alias ] = models[ name ];
			}
		} );
		this.set( { models, collections } );
	},

	/** What the prototypes of models and collections have in common. */
	classProperties( name, route ) {
		const endpointModel = this;
		return {
			name,
			route,
			endpointModel,
			methods: route.route.methods,
			endpoints: route.route.endpoints,
			nonce: () => endpointModel.get( 'nonce' ),
		};
	},

	base() {
		return this.get( 'apiRoot' ) + this.get( 'versionString' );
	},

	buildModel( name, place, route ) {
		const endpoint = this;
		const model = WPApiBaseModel.extend( {
			...this.classProperties( name, route ),
			url() {
				const parent = this.get( 'parent' ) || this.get( 'parent_post' ) || ( this.collection && this.collection.parent );
				return endpoint.base() + fillPath( place, parent, this.get( 'id' ) );
			},
		} );
		utils.decorateFromRoute( route.route.endpoints, model );
		return model;
	},

	/** A list whose items have no route of their own (search results) holds plain, read-only models. */
	buildCollection( name, place, route, model = WPApiBaseModel ) {
		const endpoint = this;
		const collection = WPApiBaseCollection.extend( {
			...this.classProperties( name, route ),
			model,
			url() {
				return endpoint.base() + fillPath( place, this.parent );
			},
		} );
		utils.decorateFromRoute( route.route.endpoints, collection );
		return collection;
	},
} );
