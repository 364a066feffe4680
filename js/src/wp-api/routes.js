// What the routes of a namespace index say about the classes to build.
//
// A route is a path with regular expressions in it, such as /wp/v2/posts/(?P<parent>[\d]+)/revisions.

/** Model names that are not simply the route's name; `wpApiSettings.mapping` replaces both lists. */
export const DEFAULT_MAPPING = {
	models: {
		Categories: 'Category',
		Comments: 'Comment',
		Pages: 'Page',
		PagesMeta: 'PageMeta',
		PagesRevisions: 'PageRevision',
		Posts: 'Post',
		PostsCategories: 'PostCategory',
		PostsRevisions: 'PostRevision',
		PostsTags: 'PostTag',
		Schema: 'Schema',
		Statuses: 'Status',
		Tags: 'Tag',
		Taxonomies: 'Taxonomy',
		Types: 'Type',
		Users: 'User',
	},
	collections: {
		PagesMeta: 'PageMeta',
		PagesRevisions: 'PageRevisions',
		PostsCategories: 'PostCategories',
		PostsMeta: 'PostMeta',
		PostsRevisions: 'PostRevisions',
		PostsTags: 'PostTags',
	},
};

/**
 * Splits a route at its slashes, leaving out the namespace. Slashes inside groups and character classes do not count:
 * template ids, for one, contain them.
 */
export function splitRoute( route, versionString ) {
	const prefix = '/' + versionString;
	const path = route.startsWith( prefix ) ? route.slice( prefix.length ) : route;
	const parts = [ '' ];
	let depth = 0;
	let inClass = false;

	for ( let i = 0; i < path.length; i++ ) {
		const char = path[ i ];
		if ( char === '/' && depth === 0 && ! inClass ) {
			parts.push( '' );
			continue;
		}
		parts[ parts.length - 1 ] += char;
		if ( char === '\\' ) {
			parts[ parts.length - 1 ] += path[ ++i ] || '';
		} else if ( inClass ) {
			inClass = char !== ']';
		} else if ( char === '[' ) {
			inClass = true;
		} else if ( char === '(' ) {
			depth++;
		} else if ( char === ')' ) {
			depth--;
		}
	}
	return parts;
}

const isPattern = ( part ) => part.includes( '(' );

/**
 * What a route stands for:
 *
 *   isModel     one item (it ends in a pattern, or is one of modelEndpoints) as against a collection
 *   className   the name before any mapping: PostsRevisions
 *   parts       the path, with null for each pattern
 *   hasId       whether the last part is the item's id
 *
 * Returns null for the root of the namespace.
 */
export function describeRoute( index, versionString, modelEndpoints, toName ) {
	if ( index === '/' + versionString.replace( /\/$/, '' ) ) {
		return null;
	}
	const parts = splitRoute( index, versionString ).map( ( part ) => ( isPattern( part ) ? null : part ) );
	const names = parts.filter( Boolean );
	if ( names.length === 0 ) {
		return null;
	}
	const last = parts[ parts.length - 1 ];
	const hasId = last === null;
	const isModel = /[+)]$/.test( index ) || modelEndpoints.includes( last );
	// /users/me is not "the me of some user" but a thing of its own.
	const name = isModel && last === 'me' ? 'me' : names[ names.length - 1 ];
	const parent = names[ 0 ] === name || name === 'me' ? '' : names[ 0 ];
	return { isModel, hasId, parts, className: toName( parent ) + toName( name ) };
}

/**
 * The URL path of an item or a list. Patterns before the last part are filled with `parent`, or left out when there is
 * none; the last one with `id`.
 */
export function fillPath( { parts, hasId }, parent, id ) {
	const missing = ( value ) => value === undefined || value === null || value === '';
	const filled = parts.map( ( part, i ) => {
		if ( part !== null ) {
			return part;
		}
		return hasId && i === parts.length - 1 ? id : parent;
	} );
	return filled.filter( ( part ) => ! missing( part ) ).join( '/' );
}
