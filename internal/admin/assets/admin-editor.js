// The editor of one post. The fields on the page are the truth; `saved` is what the server last said about each of
// them, and only what differs is sent.

( function () {
	const { Backbone, jQuery: $, _, platen: { admin }, wp } = window;
	const { byId, dates, el, given, memory } = admin;
	const FIELDS = 'id,type,status,title.raw,content.raw,excerpt.raw,slug,generated_slug,permalink_template,date,date_gmt,modified_gmt,link,categories,tags,author,_links';
	const KEEP_MS = 1000;

	const Editor = Backbone.View.extend( {
		...admin.writing,

		el: '#editor',

		events: {
			submit: 'publish',
			'input textarea, input, select': 'changed',
			'change input, select': 'changed',
			'click #save': 'save',
			'click #trash': 'trash',
			'click [data-tag]': 'format',
		},

		initialize() {
			this.type = given.types[ given.page.type ];
			this.categories = new admin.Categories( { el: byId( 'categories' ) } );
			this.tags = new admin.Tags( { el: byId( 'tokens' ) } );
			this.saving = false;
			this.waiting = null; // how to repeat a save that the end of the session stopped
			this.listenTo( this.categories, 'change', this.changed );
			this.listenTo( this.tags, 'change', this.changed );
			this.listenTo( admin.session, 'over', this.showState );
			this.listenTo( admin.session, 'restored', this.carryOn );
			this.keep = _.debounce( () => this.keepNow(), KEEP_MS );
			admin.guard( () => ! this.leaving && this.isDirty() );
			window.addEventListener( 'pagehide', () => this.keepNow() );
			this.addKeys();
			this.fill( this.blank() );
			return given.page.post ? this.open( given.page.post ) : this.openNew();
		},

		/** What each field shows when the post has nothing to say about it. */
		blank: () => ( { title: '', content: '', excerpt: '', status: 'draft', slug: '', date: '', categories: [], tags: [] } ),

		// Opening

		openNew() {
			this.post = this.model();
			this.setType( this.type );
			this.el.setAttribute( 'aria-busy', 'false' );
			byId( 'title' ).focus();
			this.showButtons();
			this.offerKept();
		},

		model( attributes ) {
			const Post = admin.model( this.type.path );
			return new Post( attributes );
		},

		async open( id ) {
			this.frozen( true );
			try {
				await this.find( id );
			} catch ( xhr ) {
				this.showUnreadable( xhr );
				return;
			}
			this.setType( this.type );
			this.fill( this.fieldsOf( this.post ) );
			this.frozen( this.post.get( 'status' ) === 'trash' );
			this.el.setAttribute( 'aria-busy', 'false' );
			this.showPost();
			this.offerKept();
		},

		/** WordPress's edit links do not name the type: try those that the user may edit, the likely one first. */
		async find( id ) {
			const types = [ this.type, ..._.without( Object.values( given.types ), this.type ).filter( ( { edit } ) => edit ) ];
			let failure;
			for ( const type of types ) {
				this.type = type;
				this.post = this.model( { id } );
				try {
					await this.post.fetch( { data: { context: 'edit', _fields: FIELDS } } );
					return;
				} catch ( xhr ) {
					failure = failure && failure.status !== 404 ? failure : xhr;
					if ( xhr.status !== 404 ) {
						break;
					}
				}
			}
			throw failure;
		},

		setType( type ) {
			const one = type.singular.toLowerCase();
			const list = given.urls.base + ( type.name === 'post' ? '' : `edit.php?post_type=${ type.name }` );
			byId( 'back' ).href = list;
			byId( 'back-label' ).textContent = type.plural;
			byId( 'heading' ).textContent = this.post.isNew() ? `New ${ one }` : `Edit ${ one }`;
			this.offer( 'categories', this.categories, type.categories );
			this.offer( 'tags', this.tags, type.tags );
			document.querySelectorAll( '.menu [aria-current]' ).forEach( ( link ) => link.removeAttribute( 'aria-current' ) );
			document.querySelectorAll( `.menu a` ).forEach( ( link ) => link.getAttribute( 'href' ) === list && link.setAttribute( 'aria-current', 'page' ) );
			this.limitStatus();
		},

		/** A panel of terms, if the type has them and the API too. */
		offer( name, view, wanted ) {
			byId( `${ name }-panel` ).hidden = ! wanted;
			if ( wanted && name === 'categories' ) {
				view.load().then( () => {
					byId( 'new-category-form' ).hidden = ! this.may( 'wp:action-create-categories', this.type.publish );
				}, () => {
					byId( `${ name }-panel` ).hidden = true;
				} );
			}
		},

		/** What the API says about this user and this post; `otherwise` while there is no post to ask about. */
		may( action, otherwise ) {
			return this.post.isNew() ? otherwise : action in ( this.post.get( '_links' ) || {} );
		},

		limitStatus() {
			const publish = this.may( 'wp:action-publish', this.type.publish );
			[ 'publish', 'private' ].forEach( ( status ) => {
				byId( 'status' ).querySelector( `[value=${ status }]` ).disabled = ! publish && this.field( 'status' ) !== status;
			} );
			byId( 'date' ).disabled = ! publish;
			byId( 'slug' ).disabled = ! publish && ! this.post.isNew() && this.field( 'status' ) === 'publish';
		},

		frozen( frozen ) {
			byId( 'paper' ).inert = byId( 'panels' ).inert = frozen;
			byId( 'save' ).disabled = byId( 'publish' ).disabled = frozen;
		},

		showUnreadable( xhr ) {
			const gone = xhr && xhr.status === 404;
			this.el.setAttribute( 'aria-busy', 'false' );
			this.notice( gone ? 'This post does not exist. Perhaps it was deleted.' : `It could not be opened. ${ admin.reason( xhr ) }`, { bad: true } );
			byId( 'state' ).textContent = '';
		},

		// Fields

		field( name ) {
			const terms = this[ name ];
			return terms instanceof Backbone.View ? terms.read() : byId( name ).value;
		},

		write( name, value ) {
			if ( this[ name ] instanceof Backbone.View ) {
				this[ name ].write( value );
			} else {
				byId( name ).value = value;
			}
		},

		read() {
			return _.mapObject( this.blank(), ( _value, name ) => this.field( name ) );
		},

		/** Shows a state of all fields as the saved one. */
		fill( fields ) {
			this.saved = {};
			_.each( fields, ( value, name ) => this.settle( name, value ) );
			this.grow();
			this.countWords();
		},

		/** A browser writes line ends and dates its own way: what was saved is what the field makes of it. */
		settle( name, value ) {
			this.write( name, value );
			this.saved[ name ] = this.field( name );
		},

		/** The fields of a post as the API tells it. A draft's date is the moment of publishing until it is set. */
		fieldsOf( post ) {
			const status = post.get( 'status' );
			const floating = [ 'draft', 'pending', 'auto-draft' ].includes( status ) && ! ( ( post.get( 'date' ) || '' ).slice( 0, 16 ) > dates.siteNow() );
			return {
				title: ( post.get( 'title' ) || {} ).raw || '',
				content: ( post.get( 'content' ) || {} ).raw || '',
				excerpt: ( post.get( 'excerpt' ) || {} ).raw || '',
				status: { future: 'publish', trash: 'draft' }[ status ] || status,
				slug: post.get( 'slug' ) || '',
				date: floating ? '' : ( post.get( 'date' ) || '' ).slice( 0, 16 ),
				categories: post.get( 'categories' ) || [],
				tags: post.get( 'tags' ) || [],
			};
		},

		isSame( name, value ) {
			const sorted = ( list ) => [ ...list ].sort();
			return _.isArray( value ) ? _.isEqual( sorted( value ), sorted( this.saved[ name ] ) ) : value === this.saved[ name ];
		},

		changes() {
			return _.omit( this.read(), ( value, name ) => this.isSame( name, value ) );
		},

		isDirty() {
			return Boolean( this.post ) && ! _.isEmpty( this.changes() );
		},

		changed( event ) {
			if ( event && [ 'tag', 'new-category' ].includes( event.target && event.target.id ) ) {
				return;
			}
			this.grow();
			this.countWords();
			this.showState();
			this.showButtons();
			this.keep();
		},

		// What can be done

		showPost() {
			const status = this.post.get( 'status' );
			const link = this.post.get( 'link' );
			document.title = document.title.replace( /^.*( ‹ )/, `${ admin.plain( this.field( 'title' ) ) || '(no title)' }$1` );
			byId( 'view' ).hidden = ! link || status === 'trash';
			byId( 'view' ).href = link || '#';
			byId( 'view' ).textContent = [ 'publish', 'private' ].includes( status ) ? 'View' : 'Preview';
			byId( 'trash' ).hidden = status === 'trash' || ! admin.allows( this.post, 'DELETE' );
			byId( 'slug' ).placeholder = this.post.get( 'generated_slug' ) || '';
			this.showLink();
			this.limitStatus();
			if ( status === 'trash' ) {
				this.notice( `This ${ this.type.singular.toLowerCase() } is in the trash.`, { action: { label: 'Restore', run: () => this.restore() } } );
			}
			this.showState();
			this.showButtons();
		},

		showLink() {
			const template = this.post.get( 'permalink_template' ) || '';
			const slug = this.field( 'slug' ) || this.post.get( 'generated_slug' );
			byId( 'link-hint' ).textContent = template && slug ? template.replace( /%(postname|pagename)%/, slug ).replace( /^https?:\/\//, '' ) : 'Made from the title.';
		},

		isScheduled() {
			return this.field( 'date' ) > dates.siteNow();
		},

		/** The two buttons say what they will do. */
		showButtons() {
			if ( ! this.post ) {
				return;
			}
			const now = this.post.isNew() ? 'draft' : this.post.get( 'status' );
			const wanted = this.field( 'status' );
			const isDraft = [ 'draft', 'pending', 'auto-draft' ].includes( now );
			const publish = this.may( 'wp:action-publish', this.type.publish );
			const goingOut = this.isScheduled() ? 'Schedule' : 'Publish';
			const frozen = byId( 'paper' ).inert;
			const [ save, out ] = [ byId( 'save' ), byId( 'publish' ) ];
			save.hidden = ! isDraft || [ 'publish', 'private' ].includes( wanted );
			save.textContent = wanted === 'pending' ? 'Save as pending' : 'Save draft';
			if ( ! isDraft ) {
				out.textContent = now === 'publish' && wanted === 'publish' && this.isScheduled() ? 'Schedule' : 'Update';
			} else if ( wanted === 'private' ) {
				out.textContent = 'Publish privately';
			} else {
				out.textContent = publish ? goingOut : 'Submit for review';
			}
			const dirty = this.isDirty();
			save.disabled = frozen || this.saving || ! dirty;
			out.disabled = frozen || this.saving || ( ! isDraft && ! dirty );
			byId( 'date-hint' ).textContent = this.field( 'date' ) ? ( this.isScheduled() ? 'In the future: it is published then.' : '\u00a0' ) : 'Empty: the moment of publishing.';
			this.showLink();
		},

		showState( text ) {
			const state = byId( 'state' );
			state.classList.remove( 'bad' );
			if ( typeof text === 'string' ) {
				state.textContent = text;
			} else if ( this.saving ) {
				state.textContent = 'Saving…';
			} else if ( admin.session.over ) {
				state.textContent = this.isDirty() ? 'Not saved yet' : '';
			} else if ( this.isDirty() ) {
				state.textContent = 'Unsaved changes';
			} else if ( this.post && ! this.post.isNew() ) {
				const modified = dates.utc( this.post.get( 'modified_gmt' ) );
				const status = { draft: 'Draft', pending: 'Pending review', private: 'Private', publish: 'Published', future: 'Scheduled', trash: 'In the trash' }[ this.post.get( 'status' ) ] || '';
				state.textContent = modified ? `${ status } · saved ${ dates.short( modified ) }` : status;
				state.title = modified ? dates.full( modified ) : '';
			} else {
				state.textContent = '';
			}
		},

		notice( text, { bad = false, action, other } = {} ) {
			const box = byId( 'notice' );
			const button = ( { label, run } ) => el( 'button', { type: 'button', class: 'button small', text: label, on: { click: run } } );
			box.replaceChildren( el( 'span', { text } ), ...[ action, other ].filter( Boolean ).map( button ) );
			box.classList.toggle( 'bad', bad );
			box.hidden = false;
		},

		hideNotice() {
			byId( 'notice' ).hidden = true;
		},

		// Saving

		/** The main button: a draft goes out, anything else is updated. */
		publish( event ) {
			if ( event ) {
				event.preventDefault();
			}
			if ( byId( 'publish' ).disabled ) {
				return;
			}
			const isDraft = this.post.isNew() || [ 'draft', 'pending', 'auto-draft' ].includes( this.post.get( 'status' ) );
			if ( isDraft && this.field( 'status' ) !== 'private' ) {
				this.write( 'status', this.may( 'wp:action-publish', this.type.publish ) ? 'publish' : 'pending' );
			}
			this.save();
		},

		save() {
			if ( this.saving || byId( 'paper' ).inert || ! this.post ) {
				return;
			}
			const sent = this.read();
			const changes = this.changes();
			if ( _.isEmpty( changes ) ) {
				admin.announce( 'Nothing to save.' );
				return;
			}
			// Somebody may have logged in again a moment ago; as somebody else nothing is sent.
			if ( admin.session.over ) {
				this.waiting = () => this.save();
				this.showState( 'Waiting for you to log in' );
				admin.session.check();
				return;
			}
			this.saving = true;
			this.showState();
			this.showButtons();
			const url = this.post.url() + ( this.post.url().includes( '?' ) ? '&' : '?' ) + `context=edit&_fields=${ FIELDS }`;
			this.post.save( this.toSend( changes ), { patch: ! this.post.isNew(), wait: true, url } )
				.always( () => {
					this.saving = false;
				} )
				.then( () => this.wasSaved( sent ), ( xhr ) => this.wasRefused( xhr ) );
		},

		/** The API's form of changes. An emptied date means "when published"; a new post says everything. */
		toSend( changes ) {
			const send = this.post.isNew() ? _.omit( this.read(), ( value, name ) => _.isEmpty( value ) && name !== 'title' ) : { ...changes };
			if ( 'date' in send ) {
				send.date = send.date ? send.date.slice( 0, 16 ) + ':00' : null;
			}
			// A scheduled post that stays one, and one whose date moves, are both "publish" with their date.
			if ( 'date' in send && ! ( 'status' in send ) && [ 'publish', 'future' ].includes( this.post.get( 'status' ) ) ) {
				send.status = 'publish';
			}
			return send;
		},

		/** Takes over what the server made of it, but not over what was typed meanwhile. */
		wasSaved( sent ) {
			const before = document.activeElement;
			const wasNew = given.page.post === 0;
			_.each( this.fieldsOf( this.post ), ( value, name ) => {
				if ( _.isEqual( this.field( name ), sent[ name ] ) ) {
					this.settle( name, value );
				} else {
					const typed = this.field( name );
					this.settle( name, value );
					this.write( name, typed );
				}
			} );
			if ( wasNew ) {
				given.page.post = this.post.id;
				const more = this.type.name === 'post' ? '' : `&post_type=${ this.type.name }`;
				window.history.replaceState( null, '', `${ given.urls.base }post.php?post=${ this.post.id }&action=edit${ more }` );
				byId( 'heading' ).textContent = `Edit ${ this.type.singular.toLowerCase() }`;
				memory.store( 'text-new-' + this.type.name, null );
			}
			this.waiting = null;
			this.hideNotice();
			this.grow();
			this.showPost();
			this.keepNow();
			this.tellSaved( sent.status );
			if ( before && before !== document.activeElement && document.contains( before ) ) {
				before.focus();
			}
		},

		tellSaved() {
			const status = this.post.get( 'status' );
			const before = this.lastStatus;
			this.lastStatus = status;
			if ( status === before || ! [ 'publish', 'future', 'pending', 'private' ].includes( status ) ) {
				admin.announce( 'Saved.' );
				return;
			}
			const when = dates.utc( this.post.get( 'date_gmt' ) );
			const text = { publish: 'Published.', pending: 'Submitted for review.', private: 'Published privately.', future: `Scheduled for ${ when ? dates.full( when ) : 'later' }.` };
			const link = this.post.get( 'link' );
			admin.toast( text[ status ], { action: status === 'publish' && link && { label: 'View', run: () => window.open( link, '_blank', 'noopener' ) } } );
		},

		wasRefused( xhr ) {
			this.keepNow();
			if ( admin.isSessionOver( xhr ) ) {
				this.waiting = () => this.save();
				this.showState( 'Not saved yet' );
			} else {
				this.showState( 'Not saved' );
				byId( 'state' ).classList.add( 'bad' );
				admin.toast( `Not saved. ${ admin.reason( xhr ) }`, { bad: true, action: { label: 'Try again', run: () => this.save() } } );
			}
			this.showButtons();
		},

		/** Logged in again: what was under way is done now. */
		carryOn() {
			const { waiting } = this;
			this.waiting = null;
			if ( waiting ) {
				waiting();
			} else if ( this.post && ! this.post.isNew() && ! this.post.has( 'status' ) ) {
				this.hideNotice();
				this.open( this.post.id );
			} else {
				this.showState();
			}
		},

		// Trash

		async trash() {
			const one = this.type.singular.toLowerCase();
			if ( this.isDirty() && ! ( await admin.confirm( `Move this ${ one } to the trash?`, 'What you changed since the last save is lost.', 'Move to trash' ) ) ) {
				return;
			}
			const status = this.post.get( 'status' );
			this.frozen( true );
			this.model( { id: this.post.id } ).destroy( { wait: true } ).then( () => {
				this.leaving = true;
				memory.store( this.keptName(), null );
				admin.leaveWord( { text: `${ this.type.singular } moved to the trash.`, trashed: { id: this.post.id, status } } );
				window.location.assign( byId( 'back' ).href );
			}, ( xhr ) => {
				this.frozen( false );
				this.showButtons();
				admin.failed( 'It was not moved to the trash.', xhr );
			} );
		},

		restore() {
			const post = this.model( { id: this.post.id } );
			post.save( { status: 'draft' }, { patch: true, wait: true } ).then( () => {
				this.hideNotice();
				this.open( post.id );
				admin.toast( `${ this.type.singular } restored as draft.` );
			}, ( xhr ) => admin.failed( 'It was not restored.', xhr ) );
		},
	} );

	$( () => {
		admin.editor = new Editor();
	} );
} )();
