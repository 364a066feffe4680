// URL arithmetic shared by both clients. A REST root comes in three shapes:
//   https://h/wp-json/   https://h/index.php?rest_route=/   https://h/?rest_route=/

/** The settings that the page printed. Looked up late, so that a page may replace the whole object. */
export function settings() {
	return window.wpApiSettings || {};
}

/** The REST root of this page, with the place WordPress uses by default when the page did not name one. */
export function defaultRoot() {
	return settings().root || window.location.origin + '/wp-json/';
}

/** Joins a root that may already carry a query (plain permalinks) and a path that may bring its own. */
export function joinRoot( root, path ) {
	const tail = path.replace( /^\//, '' );
	return root + ( root.includes( '?' ) ? tail.replace( '?', '&' ) : tail );
}

/** Appends `name=value` pairs, already encoded, to a URL with or without a query. */
export function appendQuery( url, query ) {
	return url + ( url.includes( '?' ) ? '&' : '?' ) + query;
}

/**
 * Where a fresh nonce for this REST root is to be had: `wpApiSettings.nonceEndpoint` for the page's own root,
 * otherwise admin-ajax.php of the site that the root belongs to.
 */
export function nonceEndpoint( root ) {
	if ( settings().nonceEndpoint && root === defaultRoot() ) {
		return settings().nonceEndpoint;
	}
	const url = new URL( root, window.location.href );
	let directory = url.pathname;
	if ( url.searchParams.has( 'rest_route' ) ) {
		directory = directory.replace( /[^/]*$/, '' );
	} else {
		// Drop the REST prefix (one segment), then index.php of path-info permalinks.
		directory = directory.replace( /[^/]+\/*$/, '' ).replace( /index\.php\/$/, '' );
	}
	return url.origin + directory + 'wp-admin/admin-ajax.php?action=rest-nonce';
}

/** Whether a request to this URL stays on an origin that the nonce belongs to. */
export function sameOrigin( url, root = window.location.href ) {
	const here = window.location.href;
	try {
		const origin = new URL( url, here ).origin;
		return origin === window.location.origin || origin === new URL( root, here ).origin;
	} catch {
		return false;
	}
}
