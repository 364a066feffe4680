// The list of posts, or of pages: what it shows is in the address, so that Back, bookmarks and reloading work.

( function () {
	const { Backbone, jQuery: $, _, platen: { admin } } = window;
	const { byId, dates, el, given, icon } = admin;
	const type = given.types[ given.page.type ];
	const one = type.singular.toLowerCase();
	const many = type.plural.toLowerCase();
	const PER_PAGE = 20;
	const STATUS = { publish: 'Published', draft: 'Draft', pending: 'Pending', future: 'Scheduled', private: 'Private', trash: 'Trash' };
	const FIELDS = 'id,title,status,date,date_gmt,modified_gmt,link,author,sticky,content.protected,_links.self,_links.author';

	const Posts = admin.collection( type.path );

	/** The list's place, under the names that WordPress gives it in the address. */
	const place = {
		read() {
			const query = new URLSearchParams( window.location.search );
			const page = parseInt( query.get( 'paged' ), 10 );
			return {
				status: STATUS[ query.get( 'post_status' ) ] ? query.get( 'post_status' ) : '',
				search: query.get( 's' ) || '',
				page: page > 0 ? page : 1,
				orderby: [ 'title', 'author', 'date' ].includes( query.get( 'orderby' ) ) ? query.get( 'orderby' ) : '',
				order: query.get( 'order' ) === 'asc' ? 'asc' : query.get( 'order' ) === 'desc' ? 'desc' : '',
			};
		},

		url( { status, search, page, orderby, order } ) {
			const query = new URLSearchParams( window.location.search );
			_.each( { post_status: status, s: search, paged: page > 1 ? page : '', orderby, order }, ( value, name ) =>
				value ? query.set( name, value ) : query.delete( name ) );
			return window.location.pathname + ( query.toString() ? '?' + query : '' );
		},
	};

	const orderOf = ( at ) => {
		const orderby = at.orderby || type.order || 'date';
		return { orderby, order: at.order || ( orderby === 'date' ? 'desc' : 'asc' ) };
	};

	const List = Backbone.View.extend( {
		...admin.moving,

		el: '#main',

		events: {
			'click #tabs a': 'goTo',
			'click .pager a': 'goTo',
			'click .sort': 'sort',
			'input #search': 'typed',
			'submit #search-form': 'search',
			'change #all': 'chooseAll',
			'change .choose': 'choose',
			'click .choose': 'chooseRange',
			'click [data-do]': 'act',
			'click #bulk-trash': 'bulkTrash',
			'click #bulk-restore': 'bulkRestore',
			'click #bulk-none': 'chooseNone',
		},

		initialize() {
			this.at = place.read();
			this.typed = _.debounce( this.search, 250 );
			this.delegateEvents();
			this.posts = new Posts();
			this.chosen = new Set();
			this.rows = byId( 'rows' );
			byId( 'search' ).value = this.at.search;
			window.addEventListener( 'popstate', () => {
				this.at = place.read();
				byId( 'search' ).value = this.at.search;
				this.load();
			} );
			this.listenTo( admin.session, 'restored', () => this.load() );
			this.addKeys();
			this.load().then( () => this.sayWord() );
		},

		// Reading

		load() {
			const { at } = this;
			const { orderby, order } = orderOf( at );
			if ( this.request ) {
				this.request.abort();
			}
			this.showPlace();
			byId( 'list' ).classList.add( 'busy' );
			const data = { context: 'edit', _embed: 'author', _fields: FIELDS, per_page: PER_PAGE, page: at.page, status: at.status || 'any', orderby, order };
			if ( at.search ) {
				data.search = at.search;
			}
			const request = this.posts.fetch( { data, reset: true } );
			this.request = request;
			return request.then( () => this.show(), ( xhr ) => this.showFailure( xhr ) ).always( () => {
				if ( this.request === request ) {
					byId( 'list' ).classList.remove( 'busy' );
					byId( 'list' ).setAttribute( 'aria-busy', 'false' );
				}
			} );
		},

		showPlace() {
			const { orderby, order } = orderOf( this.at );
			document.querySelectorAll( '#tabs a' ).forEach( ( tab ) => {
				const { status } = tab.dataset;
				tab.href = place.url( { ...this.at, status, page: 1 } );
				tab.toggleAttribute( 'aria-current', status === this.at.status );
				if ( status === this.at.status ) {
					tab.setAttribute( 'aria-current', 'true' );
				}
			} );
			document.querySelectorAll( '.sort' ).forEach( ( button ) => {
				const th = button.closest( 'th' );
				if ( button.dataset.orderby === orderby ) {
					th.setAttribute( 'aria-sort', order === 'asc' ? 'ascending' : 'descending' );
				} else {
					th.removeAttribute( 'aria-sort' );
				}
			} );
		},

		show() {
			const { totalPages, totalObjects } = this.posts.state;
			if ( ! this.posts.length && this.at.page > 1 && totalPages >= 1 ) {
				this.move( { page: totalPages }, { replace: true } ); // the last one on the page went away
				return;
			}
			this.chosen.clear();
			this.rows.replaceChildren( ...( this.posts.length ? this.posts.map( ( post ) => this.row( post ) ) : [ this.emptyRow() ] ) );
			this.showChosen();
			const total = totalObjects || 0;
			const text = `${ total.toLocaleString() } ${ total === 1 ? one : many }`;
			byId( 'total' ).textContent = text;
			if ( this.told !== text ) {
				admin.announce( text );
				this.told = text;
			}
			this.showPager( Math.max( totalPages || 1, 1 ) );
		},

		showPager( pages ) {
			const { page } = this.at;
			byId( 'at' ).textContent = pages > 1 ? `${ page } / ${ pages }` : '';
			[ [ 'prev', page - 1 ], [ 'next', page + 1 ] ].forEach( ( [ id, to ] ) => {
				const link = byId( id );
				const there = to >= 1 && to <= pages;
				link.hidden = pages < 2;
				link.setAttribute( 'aria-disabled', String( ! there ) );
				link.tabIndex = there ? 0 : -1;
				link.href = place.url( { ...this.at, page: to } );
			} );
			const byDate = orderOf( this.at ).orderby === 'date' && orderOf( this.at ).order === 'desc';
			byId( 'prev' ).lastChild.textContent = byDate ? 'Newer' : 'Previous';
			byId( 'next' ).firstChild.textContent = byDate ? 'Older' : 'Next';
		},

		showFailure( xhr ) {
			if ( xhr.statusText === 'abort' ) {
				return;
			}
			// Past the last page: somebody deleted posts, or typed the address.
			if ( xhr.responseJSON && xhr.responseJSON.code === 'rest_post_invalid_page_number' && this.at.page > 1 ) {
				this.move( { page: 1 }, { replace: true } );
				return;
			}
			this.posts.reset();
			this.rows.replaceChildren( this.note( `The ${ many } could not be loaded.`, admin.reason( xhr ),
				el( 'button', { type: 'button', class: 'button', text: 'Try again', on: { click: () => this.load() } } ) ) );
			byId( 'total' ).textContent = '\u00a0';
			this.showPager( 1 );
		},

		note( title, text, button ) {
			return el( 'tr', { class: 'list-empty' }, el( 'td', { colspan: 6 }, el( 'strong', { text: title } ), text, button ? el( 'div', {}, button ) : null ) );
		},

		emptyRow() {
			const { status, search } = this.at;
			if ( search ) {
				return this.note( 'Nothing found', `No ${ one } matches “${ search }”.`,
					el( 'button', { type: 'button', class: 'button', text: 'Clear search', on: { click: () => this.clearSearch() } } ) );
			}
			if ( status === 'trash' ) {
				return this.note( 'The trash is empty', `What you move to the trash waits here.` );
			}
			return status ? this.note( 'Nothing here', `No ${ one } has this status.` ) :
				this.note( `No ${ many } yet`, 'Write the first one.', el( 'a', { class: 'button', href: byId( 'new' ).href, text: `New ${ one }` } ) );
		},

		// Rows

		row( post ) {
			const id = post.id;
			const inTrash = post.get( 'status' ) === 'trash';
			const title = admin.plain( post.get( 'title' ).rendered ) || '(no title)';
			const editable = admin.allows( post, 'PUT' ) && ! inTrash;
			const edit = `${ given.urls.base }post.php?post=${ id }&action=edit` + ( type.name === 'post' ? '' : `&post_type=${ type.name }` );
			const heading = editable ? el( 'a', { class: 'post-title', href: edit, text: title } ) : el( 'span', { class: 'post-title', text: title } );
			heading.classList.toggle( 'untitled', title === '(no title)' );
			const badge = () => this.badge( post );
			const when = () => this.when( post );
			return el( 'tr', { 'data-id': id },
				el( 'td', { class: 'c-check' }, el( 'input', { type: 'checkbox', class: 'choose', 'aria-label': `Select “${ title }”` } ) ),
				el( 'td', { class: 'c-title' }, heading, el( 'span', { class: 'meta' }, badge(), when() ) ),
				el( 'td', { class: 'c-author', text: this.author( post ) } ),
				el( 'td', { class: 'c-status' }, badge() ),
				el( 'td', { class: 'c-date' }, when() ),
				el( 'td', { class: 'c-actions' }, el( 'span', { class: 'actions' }, inTrash ? [
					this.button( 'restore', 'restore', `Restore “${ title }”`, 'PUT', post ),
					this.button( 'delete', 'trash', `Delete “${ title }” for good`, 'DELETE', post ),
				] : [
					el( 'a', { class: 'button quiet icon-only a-view', href: post.get( 'link' ), title: 'View', 'aria-label': `View “${ title }”` }, icon( 'away' ) ),
					editable ? el( 'a', { class: 'button quiet icon-only a-edit', href: edit, title: 'Edit', tabindex: -1, 'aria-hidden': 'true' }, icon( 'post' ) ) : null,
					this.button( 'trash', 'trash', `Move “${ title }” to the trash`, 'DELETE', post ),
				] ) )
			);
		},

		button( what, picture, label, method, post ) {
			return ! admin.allows( post, method ) ? null :
				el( 'button', { type: 'button', class: 'button quiet icon-only' + ( what === 'restore' ? '' : ' danger' ), 'data-do': what, title: label.replace( / “.*”/, '' ), 'aria-label': label }, icon( picture ) );
		},

		badge( post ) {
			const status = post.get( 'status' );
			const badge = el( 'span', { class: `badge ${ status }`, text: STATUS[ status ] || status } );
			const more = [ post.get( 'sticky' ) && 'sticky', ( post.get( 'content' ) || {} ).protected && 'with password' ].filter( Boolean );
			if ( more.length ) {
				badge.title = more.join( ', ' );
				badge.append( ' ·' );
				badge.setAttribute( 'aria-label', [ badge.textContent, ...more ].join( ', ' ) );
			}
			return badge;
		},

		when( post ) {
			const isDraft = [ 'draft', 'pending', 'trash' ].includes( post.get( 'status' ) );
			const date = dates.utc( isDraft ? post.get( 'modified_gmt' ) : post.get( 'date_gmt' ) );
			if ( ! date ) {
				return null;
			}
			const what = isDraft ? 'Last edited' : date > Date.now() ? 'To be published' : 'Published';
			return el( 'time', { datetime: date.toISOString(), title: `${ what }: ${ dates.full( date ) }`, text: dates.short( date ) } );
		},

		author( post ) {
			const [ author ] = ( post.get( '_embedded' ) || {} ).author || [];
			return author && author.name ? admin.plain( author.name ) : '—';
		},

		// Moving about

		move( to, { replace = false } = {} ) {
			this.at = { ...this.at, ...to };
			window.history[ replace ? 'replaceState' : 'pushState' ]( null, '', place.url( this.at ) );
			return this.load();
		},

		goTo( event ) {
			if ( event.metaKey || event.ctrlKey || event.shiftKey || event.button > 0 ) {
				return;
			}
			event.preventDefault();
			const link = event.currentTarget;
			if ( link.getAttribute( 'aria-disabled' ) !== 'true' ) {
				window.history.pushState( null, '', link.href );
				this.at = place.read();
				this.load();
			}
		},

		sort( { currentTarget } ) {
			const { orderby } = currentTarget.dataset;
			const now = orderOf( this.at );
			const first = orderOf( { orderby } ).order;
			const order = now.orderby !== orderby ? first : now.order === 'asc' ? 'desc' : 'asc';
			this.move( { orderby, order, page: 1 } );
		},

		search( event ) {
			if ( event && event.type === 'submit' ) {
				event.preventDefault();
			}
			const search = byId( 'search' ).value.trim();
			if ( search !== this.at.search ) {
				this.move( { search, page: 1 }, { replace: this.at.search !== '' && search !== '' } );
			}
		},

		clearSearch() {
			byId( 'search' ).value = '';
			this.search();
		},

		// Choosing

		choose( { currentTarget } ) {
			const row = currentTarget.closest( 'tr' );
			this.chosen[ currentTarget.checked ? 'add' : 'delete' ]( Number( row.dataset.id ) );
			this.showChosen();
		},

		/** With Shift, all rows from the one before. */
		chooseRange( { currentTarget, shiftKey } ) {
			const boxes = [ ...this.rows.querySelectorAll( '.choose' ) ];
			const here = boxes.indexOf( currentTarget );
			if ( shiftKey && this.lastBox >= 0 ) {
				boxes.slice( Math.min( here, this.lastBox ), Math.max( here, this.lastBox ) + 1 ).forEach( ( box ) => {
					box.checked = currentTarget.checked;
					this.chosen[ box.checked ? 'add' : 'delete' ]( Number( box.closest( 'tr' ).dataset.id ) );
				} );
				this.showChosen();
			}
			this.lastBox = here;
		},

		chooseAll( { currentTarget } ) {
			this.chosen = new Set( currentTarget.checked ? this.posts.pluck( 'id' ) : [] );
			this.showChosen();
		},

		chooseNone() {
			this.chosen.clear();
			this.showChosen();
			byId( 'all' ).focus();
		},

		showChosen() {
			const { size } = this.chosen;
			this.rows.querySelectorAll( 'tr[data-id]' ).forEach( ( row ) => {
				const chosen = this.chosen.has( Number( row.dataset.id ) );
				row.classList.toggle( 'chosen', chosen );
				row.querySelector( '.choose' ).checked = chosen;
			} );
			const all = byId( 'all' );
			all.checked = size > 0 && size === this.posts.length;
			all.indeterminate = size > 0 && size < this.posts.length;
			all.disabled = ! this.posts.length;
			byId( 'bulk' ).hidden = size === 0;
			byId( 'bulk-count' ).textContent = `${ size } selected`;
			byId( 'bulk-restore' ).hidden = this.at.status !== 'trash';
			byId( 'bulk-trash-label' ).textContent = this.at.status === 'trash' ? 'Delete for good' : 'Move to trash';
		},

		// Words and keys

		sayWord() {
			const word = admin.takeWord();
			if ( word ) {
				const undo = word.trashed && { label: 'Undo', run: () => this.restore( [ new this.posts.model( { id: word.trashed.id } ) ], new Map( [ [ word.trashed.id, word.trashed.status ] ] ) ) };
				admin.toast( word.text, { action: undo } );
			}
		},

		addKeys() {
			const step = ( by ) => () => {
				const rows = [ ...this.rows.querySelectorAll( 'tr[data-id]' ) ];
				const here = rows.findIndex( ( row ) => row.contains( document.activeElement ) );
				const row = rows[ Math.max( 0, Math.min( rows.length - 1, here < 0 ? 0 : here + by ) ) ];
				if ( row ) {
					( row.querySelector( 'a.post-title' ) || row.querySelector( '.choose' ) ).focus();
				}
			};
			admin.key( '/', 'Search', () => byId( 'search' ).select() );
			admin.key( 'n', `New ${ one }`, () => byId( 'new' ).click() );
			admin.key( 'j', 'Next row', step( 1 ) );
			admin.key( 'k', 'Previous row', step( -1 ) );
			admin.key( 'x', 'Select the row', () => {
				const row = document.activeElement.closest( 'tr[data-id]' );
				return row ? row.querySelector( '.choose' ).click() : false;
			} );
			admin.key( 'Escape', 'Clear search or selection', () => {
				if ( document.activeElement === byId( 'search' ) ) {
					this.clearSearch();
					byId( 'search' ).blur();
				} else if ( this.chosen.size ) {
					this.chooseNone();
				} else {
					return false;
				}
			}, { typing: true } );
		},
	} );

	$( () => {
		admin.list = new List();
	} );
} )();
