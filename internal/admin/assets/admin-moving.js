// The list's part that changes posts: to the trash, back from it, and away for good; one row or many. A mixin of the
// list's view.

( function () {
	const { _, platen: { admin } } = window;
	const { byId, given } = admin;
	const type = given.types[ given.page.type ];
	const one = type.singular.toLowerCase();
	const many = type.plural.toLowerCase();
	const AT_ONCE = 4; // requests of one action

	admin.moving = {
		act( { currentTarget } ) {
			const post = this.posts.get( Number( currentTarget.closest( 'tr' ).dataset.id ) );
			const row = currentTarget.closest( 'tr' );
			this.nextFocus = [ ...this.rows.children ].indexOf( row );
			const doing = { trash: () => this.trash( [ post ] ), restore: () => this.restore( [ post ] ), delete: () => this.destroy( [ post ] ) };
			doing[ currentTarget.dataset.do ]();
		},

		chosenPosts() {
			return this.posts.filter( ( { id } ) => this.chosen.has( id ) );
		},

		bulkTrash() {
			return this.at.status === 'trash' ? this.destroy( this.chosenPosts() ) : this.trash( this.chosenPosts() );
		},

		bulkRestore() {
			return this.restore( this.chosenPosts() );
		},

		/** Runs a request for each post, a few at once; tells how many went well and what the first failure was. */
		async each( posts, request ) {
			const waiting = [ ...posts ];
			const done = [];
			let failure = null;
			const work = async () => {
				while ( waiting.length ) {
					const post = waiting.shift();
					try {
						await request( post );
						done.push( post );
					} catch ( xhr ) {
						failure = failure || xhr;
					}
				}
			};
			await Promise.all( _.times( AT_ONCE, work ) );
			await this.load();
			this.focusNear();
			return { done, failure };
		},

		tell( { done, failure }, what, undo ) {
			if ( failure ) {
				admin.failed( done.length ? `${ this.count( done.length ) } ${ what }, the others not.` : 'That did not work.', failure );
			} else {
				admin.toast( `${ this.count( done.length ) } ${ what }.`, { action: undo && { label: 'Undo', run: undo } } );
			}
		},

		count: ( n ) => ( n === 1 ? type.singular : `${ n } ${ many }` ),

		async trash( posts ) {
			const before = new Map( posts.map( ( post ) => [ post.id, post.get( 'status' ) ] ) );
			const result = await this.each( posts, ( post ) => this.copy( post ).destroy() );
			this.tell( result, 'moved to the trash', () => this.restore( result.done, before ) );
		},

		/** Back to the status from before, where it is known; else a draft, as WordPress does it. */
		async restore( posts, before = new Map() ) {
			const result = await this.each( posts, ( post ) =>
				this.copy( post ).save( { status: before.get( post.id ) || 'draft' }, { patch: true, wait: true } ) );
			this.tell( result, before.size ? 'restored' : 'restored as draft' );
		},

		async destroy( posts ) {
			const title = posts.length === 1 ? `Delete this ${ one } for good?` : `Delete ${ posts.length } ${ many } for good?`;
			if ( await admin.confirm( title, 'This cannot be undone.', 'Delete for good' ) ) {
				const Model = this.posts.model;
				const result = await this.each( posts, ( post ) => {
					const model = new Model( { id: post.id } );
					return model.destroy( { url: model.url() + ( model.url().includes( '?' ) ? '&' : '?' ) + 'force=true', wait: true } );
				} );
				this.tell( result, 'deleted' );
			}
		},

		/** A model of its own for one request, so that the collection and its rows change only by loading. */
		copy( post ) {
			return new this.posts.model( { id: post.id } );
		},

		/** After rows went away the focus stays where it was, on the row that moved up. */
		focusNear() {
			if ( this.nextFocus === undefined || document.activeElement !== document.body ) {
				return;
			}
			const rows = [ ...this.rows.querySelectorAll( 'tr[data-id]' ) ];
			const row = rows[ Math.min( this.nextFocus, rows.length - 1 ) ];
			( row ? row.querySelector( '.choose' ) : byId( 'new' ) ).focus();
			this.nextFocus = undefined;
		},
	};
} )();
