// ISO 8601 as the REST API writes it: without a zone the time is taken as UTC.

const ISO_DATE = new RegExp(
	'^(?<year>\\d{4}|[+-]\\d{6})(?:-(?<month>\\d{2})(?:-(?<day>\\d{2}))?)?' +
		'(?:T(?<hour>\\d{2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:\\.(?<milli>\\d{3}))?)?' +
		'(?:Z|(?<sign>[+-])(?<zoneHour>\\d{2})(?::?(?<zoneMinute>\\d{2}))?)?)?$'
);

/** Milliseconds since the epoch; NaN for what neither this pattern nor the browser can read. */
export function parseISO8601( text ) {
	const match = ISO_DATE.exec( text );
	if ( ! match ) {
		return Date.parse( text );
	}
	const number = ( name, fallback = 0 ) => Number( match.groups[ name ] || fallback );
	const ahead = ( number( 'zoneHour' ) * 60 + number( 'zoneMinute' ) ) * ( match.groups.sign === '-' ? -1 : 1 );
	return Date.UTC(
		number( 'year' ),
		number( 'month', 1 ) - 1,
		number( 'day', 1 ),
		number( 'hour' ),
		number( 'minute' ) - ahead,
		number( 'second' ),
		number( 'milli' )
	);
}
