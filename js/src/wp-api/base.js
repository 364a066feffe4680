// The classes that all models and collections extend.

import { appendQuery, defaultRoot, settings } from '../shared/urls.js';
import { addNonce } from './sync.js';

const { Backbone, _ } = window;

/** Types that go to the trash, or have an answer of their own to DELETE; all others need ?force=true. */
const TRASHABLE = [ 'Comment', 'Media', 'Post', 'Page', 'Status', 'Taxonomy', 'Type' ];

export const WPApiBaseModel = Backbone.Model.extend( {
	/** Whether DELETE needs ?force=true. A class may say so itself with `requireForceForDelete`. */
	needsForce() {
		return this.requireForceForDelete === undefined ? ! TRASHABLE.includes( this.name ) : this.requireForceForDelete;
	},

	sync( method, model, options = {} ) {
		// Neither can be saved as they are: a draft has no UTC date yet, and an empty slug means "make one".
		if ( model.get( 'date_gmt' ) === null ) {
			model.unset( 'date_gmt' );
		}
		if ( _.isEmpty( model.get( 'slug' ) ) ) {
			model.unset( 'slug' );
		}
		if ( method === 'delete' && this.needsForce() ) {
			options.url = appendQuery( options.url || _.result( model, 'url' ), 'force=true' );
		}
		addNonce( model, options );
		return Backbone.sync( method, model, options );
	},

	/** False, without a request, where the route has no method to save with. */
	save( ...args ) {
		return this.allows( 'PUT', 'POST' ) ? Backbone.Model.prototype.save.apply( this, args ) : false;
	},

	/** False, without a request, where the route has no DELETE. */
	destroy( ...args ) {
		return this.allows( 'DELETE' ) ? Backbone.Model.prototype.destroy.apply( this, args ) : false;
	},

	allows( ...methods ) {
		return methods.some( ( method ) => ( this.methods || [] ).includes( method ) );
	},
} );

/** The index of a namespace, which says what routes there are. */
export const Schema = WPApiBaseModel.extend( {
	name: 'Schema',
	methods: [ 'GET' ],
	defaults: () => ( { _links: {}, namespace: null, routes: {} } ),

	initialize( attributes, options = {} ) {
		this.apiRoot = options.apiRoot || defaultRoot();
		this.versionString = options.versionString || settings().versionString || window.wp.api.versionString;
		this.endpointModel = options.endpointModel;
	},

	nonce() {
		return this.endpointModel ? this.endpointModel.get( 'nonce' ) : '';
	},

	url() {
		return this.apiRoot + this.versionString;
	},
} );

/** A query string as the object that jQuery would have made it from; objects are copied. */
function queryData( data ) {
	if ( typeof data !== 'string' ) {
		return { ...data };
	}
	const query = {};
	new URLSearchParams( data ).forEach( ( value, name ) => {
		query[ name ] = name in query ? [].concat( query[ name ], value ) : value;
	} );
	return query;
}

const PAGING_UNKNOWN = { currentPage: null, totalPages: null, totalObjects: null };

/**
 * `state` tells where the collection is in its list: `data` (the query without its page), `currentPage`, `totalPages`
 * and `totalObjects`, the last three null before the first answer.
 */
export const WPApiBaseCollection = Backbone.Collection.extend( {
	initialize( models, options ) {
		this.state = { data: {}, ...PAGING_UNKNOWN };
		this.parent = options && options.parent !== undefined ? options.parent : '';
	},

	sync( method, collection, options = {} ) {
		addNonce( collection, options );
		if ( method === 'read' ) {
			this.trackPaging( options );
		}
		return Backbone.sync( method, collection, options );
	},

	trackPaging( options ) {
		const { state } = this;
		const { success } = options;
		options.data = queryData( options.data );
		state.data = _.omit( options.data, 'page' );
		if ( options.data.page === undefined ) {
			Object.assign( state, PAGING_UNKNOWN );
		} else {
			// Becomes the page itself when its answer is there.
			state.currentPage = options.data.page - 1;
		}
		options.success = function ( data, textStatus, xhr, ...rest ) {
			if ( xhr ) {
				state.totalPages = parseInt( xhr.getResponseHeader( 'X-WP-TotalPages' ), 10 );
				state.totalObjects = parseInt( xhr.getResponseHeader( 'X-WP-Total' ), 10 );
			}
			state.currentPage = state.currentPage === null ? 1 : state.currentPage + 1;
			return success ? success.call( this, data, textStatus, xhr, ...rest ) : undefined;
		};
	},

	/** Fetches the next page of the same query. Returns false when there is none. */
	more( options = {} ) {
		const data = { ...queryData( options.data ), ...this.state.data };
		if ( data.page === undefined ) {
			if ( ! this.hasMore() ) {
				return false;
			}
			data.page = Math.max( this.state.currentPage, 1 ) + 1;
		}
		return this.fetch( { ...options, data } );
	},

	/** Whether there is a next page; null as long as nothing was fetched. */
	hasMore() {
		const { currentPage, totalPages, totalObjects } = this.state;
		return [ currentPage, totalPages, totalObjects ].includes( null ) ? null : currentPage < totalPages;
	},
} );
