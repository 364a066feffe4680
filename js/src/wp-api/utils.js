// wp.api.utils: the small functions that the client is made of, in the names WordPress gave them.

import { parseISO8601 } from '../shared/dates.js';
import { addMixinsAndHelpers } from './mixins.js';
import { splitRoute } from './routes.js';

const { _ } = window;

/** Merges the args of an endpoint list: what can be written into `args`, what can be asked for into `options`. */
function decorateFromRoute( endpoints, { prototype } ) {
	const merge = ( property, args ) => {
		if ( ! _.isEmpty( args ) ) {
			prototype[ property ] = { ...prototype[ property ], ...args };
		}
	};
	_.each( endpoints, ( { methods = [], args } ) => {
		if ( methods.includes( 'POST' ) || methods.includes( 'PUT' ) ) {
			merge( 'args', args );
		} else if ( methods.includes( 'GET' ) ) {
			merge( 'options', args );
		}
	} );
}

/**
 * The nth part of a route without its namespace: counted from the start, or from the end with `reverse`.
 * A slash inside a route's regular expression does not part.
 */
function extractRoutePart( route, part = 1, versionString = window.wp.api.versionString, reverse = false ) {
	const parts = splitRoute( route, versionString );
	return ( reverse ? parts.reverse() : parts )[ part - 1 ] || '';
}

/** The name before a `(?P<…_id>[\d]+)/` group: `posts` for `/wp/v2/posts/(?P<parent_id>[\d]+)/revisions`. */
function extractParentName( route ) {
	const end = route.lastIndexOf( '_id>[\\d]+)/' );
	return end < 0 ? '' : route.slice( 0, end ).split( '/' ).slice( -2 )[ 0 ];
}

const camelCaseDashes = ( text ) => text.replace( /-([a-z])/g, ( _match, letter ) => letter.toUpperCase() );

const capitalize = ( text ) => ( text === undefined ? text : text.charAt( 0 ).toUpperCase() + text.slice( 1 ) );

const capitalizeAndCamelCaseDashes = ( text ) => ( text === undefined ? text : camelCaseDashes( capitalize( text ) ) );

export const utils = {
	parseISO8601,
	getRootUrl: () => window.location.origin + '/',
	capitalize,
	camelCaseDashes,
	capitalizeAndCamelCaseDashes,
	extractRoutePart,
	extractParentName,
	decorateFromRoute,
	addMixinsAndHelpers,
};
