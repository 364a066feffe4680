// The editor's two ways of choosing terms: a list of boxes (categories) and a line of tokens (tags). Both have
// read() and write() of term ids, and tell about changes with the event "change".

( function () {
	const { Backbone, _, platen: { admin } } = window;
	const { byId, el, icon } = admin;
	const FIELDS = 'id,name,parent';
	const name = ( term ) => admin.plain( term.get( 'name' ) );

	/** The id of a term of this name: a new one, or the one that is there already. */
	async function create( Model, attributes ) {
		const term = new Model();
		try {
			await term.save( attributes, { wait: true } );
			return term;
		} catch ( xhr ) {
			const { code, data } = xhr.responseJSON || {};
			if ( code === 'term_exists' ) {
				return new Model( { id: data.term_id, ...attributes } );
			}
			throw xhr;
		}
	}

	/** All categories as a tree of boxes. */
	admin.Categories = Backbone.View.extend( {
		initialize() {
			this.path = 'wp/v2/categories';
			this.terms = new ( admin.collection( this.path ) )();
			this.chosen = [];
			this.$el.on( 'change', 'input', () => {
				this.chosen = [ ...this.el.querySelectorAll( 'input:checked' ) ].map( ( box ) => Number( box.value ) );
				this.trigger( 'change' );
			} );
			byId( 'add-category' ).addEventListener( 'click', () => this.add() );
			byId( 'new-category' ).addEventListener( 'keydown', ( event ) => {
				if ( event.key === 'Enter' && ! event.isComposing ) {
					event.preventDefault();
					this.add();
				}
			} );
		},

		/** Loads all pages. Rejects when the site has no such route. */
		async load() {
			let more = this.terms.fetch( { data: { per_page: 100, _fields: FIELDS, orderby: 'name', page: 1 } } );
			while ( more ) {
				await more;
				more = this.terms.hasMore() && this.terms.fetch( { remove: false, data: { ...this.terms.state.data, page: this.terms.state.currentPage + 1 } } );
			}
			this.render();
		},

		render() {
			const byParent = this.terms.groupBy( ( term ) => ( this.terms.get( term.get( 'parent' ) ) ? term.get( 'parent' ) : 0 ) );
			const rows = ( parent, level ) => ( byParent[ parent ] || [] ).flatMap( ( term ) => [
				el( 'label', { class: `level-${ Math.min( level, 3 ) }` }, el( 'input', { type: 'checkbox', value: term.id } ), name( term ) ),
				...rows( term.id, level + 1 ),
			] );
			const all = rows( 0, 0 );
			this.el.replaceChildren( ...( all.length ? all : [ el( 'span', { class: 'hint', text: 'None yet.' } ) ] ) );
			this.write( this.chosen );
		},

		async add() {
			const field = byId( 'new-category' );
			const text = field.value.trim();
			if ( ! text ) {
				return;
			}
			try {
				const term = await create( this.terms.model, { name: text } );
				field.value = '';
				this.terms.add( { parent: 0, name: text, ...term.attributes } );
				this.chosen = _.union( this.chosen, [ term.id ] );
				this.render();
				this.trigger( 'change' );
				admin.announce( `Category ${ text } added.` );
			} catch ( xhr ) {
				admin.failed( 'The category was not added.', xhr );
			}
		},

		read() {
			return this.chosen;
		},

		write( ids ) {
			this.chosen = [ ...ids ];
			this.el.querySelectorAll( 'input' ).forEach( ( box ) => {
				box.checked = ids.includes( Number( box.value ) );
			} );
		},
	} );

	/** Tags, typed one after the other; those that do not exist are made when they are entered. */
	admin.Tags = Backbone.View.extend( {
		initialize() {
			this.path = 'wp/v2/tags';
			this.field = byId( 'tag' );
			this.ids = [];
			this.names = new Map();
			this.Terms = admin.collection( this.path );
			const suggest = _.debounce( () => this.suggest(), 200 );
			this.field.addEventListener( 'input', ( { inputType } ) => {
				// Chosen from the list of suggestions: not typed letter by letter.
				if ( inputType === 'insertReplacementText' || this.field.value.endsWith( ',' ) ) {
					this.enter();
				} else {
					suggest();
				}
			} );
			this.field.addEventListener( 'keydown', ( event ) => {
				if ( event.key === 'Enter' && this.field.value.trim() && ! event.isComposing && ! event.ctrlKey && ! event.metaKey ) {
					event.preventDefault();
					this.enter();
				} else if ( event.key === 'Enter' && ! event.ctrlKey && ! event.metaKey ) {
					event.preventDefault();
				} else if ( event.key === 'Backspace' && ! this.field.value && this.ids.length ) {
					this.remove( this.ids.at( -1 ) );
				}
			} );
			this.field.addEventListener( 'blur', () => this.enter() );
			this.el.addEventListener( 'click', ( { target } ) => target === this.el && this.field.focus() );
		},

		remove( id ) {
			this.ids = _.without( this.ids, id );
			this.render();
			this.trigger( 'change' );
			this.field.focus();
		},

		/** Takes the names in the field. */
		async enter() {
			const names = this.field.value.split( ',' ).map( ( each ) => each.trim() ).filter( Boolean );
			this.field.value = '';
			for ( const text of names ) {
				try {
					await this.take( text );
				} catch ( xhr ) {
					this.field.value = text;
					admin.failed( `The tag “${ text }” was not added.`, xhr );
				}
			}
		},

		async take( text ) {
			const known = [ ...this.names ].find( ( [ , each ] ) => each.toLowerCase() === text.toLowerCase() );
			let id = known && known[ 0 ];
			if ( ! id ) {
				const term = await create( this.Terms.prototype.model, { name: text } );
				id = term.id;
				this.names.set( id, name( term ) );
			}
			if ( ! this.ids.includes( id ) ) {
				this.ids = [ ...this.ids, id ];
				this.render();
				this.trigger( 'change' );
			}
		},

		suggest() {
			const search = this.field.value.trim();
			if ( ! search ) {
				return;
			}
			const terms = new this.Terms();
			terms.fetch( { data: { search, per_page: 8, _fields: FIELDS, orderby: 'count', order: 'desc' } } ).then( () => {
				terms.each( ( term ) => this.names.set( term.id, name( term ) ) );
				byId( 'tag-choices' ).replaceChildren( ...terms.reject( ( { id } ) => this.ids.includes( id ) ).map( ( term ) => el( 'option', { value: name( term ) } ) ) );
			} );
		},

		render() {
			this.el.querySelectorAll( '.token' ).forEach( ( token ) => token.remove() );
			this.field.before( ...this.ids.map( ( id ) => {
				const text = this.names.get( id ) || '…';
				return el( 'span', { class: 'token' }, el( 'span', { text } ),
					el( 'button', { type: 'button', 'aria-label': `Remove ${ text }`, on: { click: () => this.remove( id ) } }, icon( 'close' ) ) );
			} ) );
		},

		read() {
			return this.ids;
		},

		/** Shows the tags at once and fills in names that are not known yet. */
		write( ids ) {
			this.ids = [ ...ids ];
			this.render();
			const unknown = ids.filter( ( id ) => ! this.names.has( id ) );
			if ( unknown.length ) {
				const terms = new this.Terms();
				terms.fetch( { data: { include: unknown.join( ',' ), per_page: 100, _fields: FIELDS } } ).then( () => {
					terms.each( ( term ) => this.names.set( term.id, name( term ) ) );
					this.render();
				} );
			}
		},
	} );
} )();
