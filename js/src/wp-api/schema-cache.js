// The namespace index, kept in sessionStorage for as long as the tab is open. `wpApiSettings.cacheSchema = false`
// switches that off. Storage may be full, forbidden or filled with nonsense; none of that is worth an error.

import { settings } from '../shared/urls.js';

const key = ( apiRoot, versionString ) => 'wp-api-schema-model' + apiRoot + versionString;

function storage() {
	const { cacheSchema } = settings();
	try {
		return cacheSchema === undefined || cacheSchema ? window.sessionStorage : null;
	} catch {
		return null;
	}
}

/** The cached index, or null. */
export function read( apiRoot, versionString ) {
	try {
		const schema = JSON.parse( storage().getItem( key( apiRoot, versionString ) ) );
		return schema && typeof schema.routes === 'object' && schema.routes ? schema : null;
	} catch {
		return null;
	}
}

export function write( apiRoot, versionString, schema ) {
	try {
		storage().setItem( key( apiRoot, versionString ), JSON.stringify( schema ) );
	} catch {
		// The next page asks the server again.
	}
}
