// The page "Lending": the books of the site with a button to borrow one. Models are those of the browser client, which
// sends the nonce and renews it.

( function () {
	const { bookShelf, jQuery: $, wp, wpApiSettings } = window;

	/** A book, at wp/v2/books, with a verb of its own. */
	const Book = wp.api.models.Base.extend( {
		urlRoot: () => wpApiSettings.root + 'wp/v2/books',

		borrow( copies = 1 ) {
			return wp.apiRequest( { path: bookShelf.borrow + this.id, method: 'POST', data: { copies } } ).then( ( { copies: left } ) => {
				this.set( { meta: { ...this.get( 'meta' ), copies: left }, available: left > 0 } );
			} );
		},
	} );

	const row = ( book ) => {
		const button = $( '<button type="button" class="button small">' ).text( 'Borrow' );
		const copies = $( '<span class="state" role="status">' );
		const show = () => {
			copies.text( book.get( 'available' ) ? `${ book.get( 'meta' ).copies } on the shelf` : 'All lent' );
			button.prop( 'disabled', ! book.get( 'available' ) );
		};
		const failed = ( xhr ) => copies.text( ( xhr.responseJSON || {} ).message || 'It did not work.' );
		book.on( 'change', show );
		button.on( 'click', () => book.borrow().then( null, failed ) );
		show();
		return $( '<tr>' ).attr( 'data-book', book.id ).append(
			$( '<td>' ).append( $( '<strong>' ).text( book.get( 'title' ).raw ) ),
			$( '<td>' ).text( book.get( 'meta' ).isbn ),
			$( '<td>' ).append( copies ),
			$( '<td>' ).append( button )
		);
	};

	$( () => {
		const root = $( '#root' ).text( 'Looking at the shelves…' );
		wp.apiRequest( { path: 'wp/v2/books?context=edit&per_page=100&orderby=title&order=asc' } ).then( ( list ) => {
			const rows = list.map( ( data ) => row( new Book( data ) ) );
			const head = $( '<thead>' ).append( $( '<tr>' ).append( [ 'Title', 'ISBN', 'Copies', '' ].map( ( text ) => $( '<th scope="col">' ).text( text ) ) ) );
			root.empty().append( rows.length ? $( '<div class="sheet">' ).append( $( '<table>' ).append( head, $( '<tbody>' ).append( rows ) ) ) :
				$( '<p class="lead">' ).text( 'There are no books yet.' ) );
		}, ( xhr ) => root.text( ( xhr.responseJSON || {} ).message || 'The books could not be read.' ) );
	} );

	window.books = { Book };
} )();
