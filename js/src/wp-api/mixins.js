// Methods that models get according to what can be set on them.
//
// The mixins find the other classes through wp.api when they are called: at the time a model is built, the others may
// not be there yet.

import { parseISO8601 } from '../shared/dates.js';

const { jQuery, _ } = window;

const DATE_FIELDS = [ 'date', 'modified', 'date_gmt', 'modified_gmt' ];

/** As many terms as one request can bring. */
const TERMS_AT_ONCE = 100;

const isId = ( id ) => typeof id === 'number' && id > 0;

const rejected = () => jQuery.Deferred().reject().promise();

/** fetch() as a promise of the model or collection itself. */
function fetched( entity, options ) {
	const deferred = jQuery.Deferred();
	entity.fetch( {
		...options,
		success: () => deferred.resolve( entity ),
		error: ( _entity, response ) => deferred.reject( response ),
	} );
	return deferred.promise();
}

/** A related model: out of `_embedded` if `completeIf` shows that it came along, from the server otherwise. */
function relatedModel( owner, id, className, embedName, completeIf ) {
	if ( ! isId( id ) ) {
		return rejected();
	}
	const embedded = ( owner.get( '_embedded' ) || {} )[ embedName ];
	const model = new window.wp.api.models[ className ]( _.findWhere( embedded, { id } ) || { id } );
	return model.get( completeIf ) ? jQuery.Deferred().resolve( model ).promise() : fetched( model );
}

/** A collection under this model, such as its revisions. Each item knows its owner as `parent_post`. */
function childCollection( owner, className ) {
	const id = owner.get( 'id' );
	if ( ! isId( id ) ) {
		return rejected();
	}
	const collection = new window.wp.api.collections[ className ]( [], { parent: id } );
	return fetched( collection ).done( () => collection.invoke( 'set', 'parent_post', id ) );
}

const timeStamped = {
	/** Sets a date field from a Date, in UTC. False for what is no date field. */
	setDate( date, field = 'date' ) {
		return DATE_FIELDS.includes( field ) ? void this.set( field, date.toISOString() ) : false;
	},

	/** A date field as a Date; one without a zone is read as UTC. False for what is no date field, or not set. */
	getDate( field = 'date' ) {
		const text = this.get( field );
		return DATE_FIELDS.includes( field ) && text !== null ? new Date( parseISO8601( text ) ) : false;
	},
};

const author = {
	getAuthorUser() {
		return relatedModel( this, this.get( 'author' ), 'User', 'author', 'name' );
	},
};

const featuredMedia = {
	getFeaturedMedia() {
		return relatedModel( this, this.get( 'featured_media' ), 'Media', 'wp:featuredmedia', 'source_url' );
	},
};

const meta = {
	getMeta( key ) {
		return this.getMetas()[ key ];
	},

	getMetas() {
		return this.get( 'meta' ) || {};
	},

	setMeta( key, value ) {
		this.setMetas( { [ key ]: value } );
	},

	/** Adds to the metas there are. They are copied, so that the model notices a change. */
	setMetas( metas ) {
		this.set( 'meta', { ...this.getMetas(), ...metas } );
	},
};

/** The methods for a list of terms: get…(), set…( slugs or collection ), set…WithCollection( collection ). */
function terms( field, className ) {
	return {
		/** The terms as they come from the server (data, not models); an empty list without asking. */
		[ 'get' + className ]() {
			const ids = this.get( field );
			if ( _.isEmpty( ids ) ) {
				return jQuery.Deferred().resolve( [] ).promise();
			}
			const data = { include: ids, per_page: TERMS_AT_ONCE };
			return new window.wp.api.collections[ className ]().fetch( { data } );
		},

		/** Sets terms from slugs (those that do not exist are left out) or a collection, and saves. */
		[ 'set' + className ]( value ) {
			if ( ! Array.isArray( value ) ) {
				return typeof value === 'string' ? false : this[ 'set' + className + 'WithCollection' ]( value );
			}
			const Terms = window.wp.api.collections[ className ];
			return fetched( new Terms(), { data: { slug: value, per_page: TERMS_AT_ONCE } } ).then( ( all ) => {
				const chosen = value.map( ( slug ) => all.findWhere( { slug } ) ).filter( Boolean );
				return this[ 'set' + className + 'WithCollection' ]( new Terms( chosen ) );
			} );
		},

		[ 'set' + className + 'WithCollection' ]( collection ) {
			this.set( field, collection.pluck( 'id' ) );
			return this.save();
		},
	};
}

/** Extends a model class with the mixins that its args call for. `collections`: the classes built beside it, by name. */
export function addMixinsAndHelpers( model, className, { collections } ) {
	const { args } = model.prototype;
	if ( ! args ) {
		return model;
	}
	const revisions = className + 'Revisions';
	const mixins = [
		[ DATE_FIELDS.some( ( field ) => field in args ), timeStamped ],
		[ 'author' in args, author ],
		[ 'featured_media' in args, featuredMedia ],
		[ 'categories' in args, terms( 'categories', 'Categories' ) ],
		[ 'meta' in args, meta ],
		[ 'tags' in args, terms( 'tags', 'Tags' ) ],
		[ collections[ revisions ], { getRevisions() { return childCollection( this, revisions ); } } ],
	];
	return mixins.reduce( ( extended, [ wanted, mixin ] ) => ( wanted ? extended.extend( mixin ) : extended ), model );
}
