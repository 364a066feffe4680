// The profile of the user who is logged in, and the application passwords.

( function () {
	const { Backbone, jQuery: $, _, platen: { admin } } = window;
	const { byId, dates, el } = admin;
	const ME = 'wp/v2/users/me';
	const PASSWORDS = ME + '/application-passwords';

	const Profile = Backbone.View.extend( {
		el: '#profile',

		events: { submit: 'save', 'input [data-field]': 'showState' },

		initialize() {
			const Me = admin.model( ME, { url: () => window.wpApiSettings.root + ME } );
			this.me = new Me();
			this.saved = null;
			this.setReadOnly( true );
			admin.guard( () => this.isDirty() );
			admin.key( 'mod+s', 'Save profile', () => this.save() );
			this.listenTo( admin.session, 'restored', () => ( this.saved ? this.waiting && this.save() : this.load() ) );
			this.load();
		},

		load() {
			const request = this.me.fetch( { data: { context: 'edit' } } );
			request.then( () => {
				this.fill();
				// Where the API lets nobody change it, the form says so.
				const allow = request.getResponseHeader( 'Allow' ) || '';
				this.setReadOnly( ! /PUT|POST|PATCH/.test( allow ) );
			}, ( xhr ) => admin.failed( 'Your profile could not be loaded.', xhr ) ).always( () => this.el.setAttribute( 'aria-busy', 'false' ) );
		},

		fields() {
			return [ ...this.el.querySelectorAll( '[data-field]' ) ];
		},

		setReadOnly( readOnly ) {
			this.fields().forEach( ( field ) => {
				field.readOnly = readOnly;
			} );
			this.readOnly = readOnly;
			this.showState();
		},

		fill() {
			this.fields().forEach( ( field ) => {
				const value = this.me.get( field.dataset.field );
				field.value = typeof value === 'string' ? value : '';
			} );
			byId( 'p-login' ).value = this.me.get( 'username' ) || byId( 'p-login' ).value;
			this.saved = this.read();
			byId( 'who-display' ).textContent = admin.plain( this.me.get( 'name' ) );
		},

		read() {
			return _.object( this.fields().map( ( field ) => [ field.dataset.field, field.value ] ) );
		},

		changes() {
			return _.omit( this.read(), ( value, name ) => value === this.saved[ name ] );
		},

		isDirty() {
			return Boolean( this.saved ) && ! _.isEmpty( this.changes() );
		},

		showState() {
			byId( 'p-save' ).disabled = this.readOnly || ! this.isDirty();
			byId( 'p-state' ).textContent = this.isDirty() ? 'Unsaved changes' : '';
		},

		save( event ) {
			if ( event ) {
				event.preventDefault();
			}
			if ( this.readOnly || ! this.isDirty() || ! this.el.reportValidity() ) {
				return;
			}
			if ( admin.session.over ) {
				this.waiting = true;
				admin.session.check();
				return;
			}
			byId( 'p-save' ).disabled = true;
			this.me.save( this.changes(), { patch: true, wait: true } ).then( () => {
				this.waiting = false;
				this.fill();
				this.showState();
				admin.toast( 'Profile saved.' );
			}, ( xhr ) => {
				this.waiting = admin.isSessionOver( xhr );
				this.showState();
				admin.failed( 'Your profile was not saved.', xhr );
			} );
		},
	} );

	const Passwords = Backbone.View.extend( {
		el: '#main',

		events: {
			'submit #app-form': 'create',
			'click [data-revoke]': 'revoke',
			'click #revoke-all': 'revokeAll',
			'click #secret-copy': 'copy',
			'click #secret-done': 'hideSecret',
		},

		initialize() {
			this.Password = admin.model( PASSWORDS, { idAttribute: 'uuid' } );
			this.passwords = new ( admin.collection( PASSWORDS, this.Password ) )();
			this.listenTo( admin.session, 'restored', this.load );
			this.load();
		},

		load() {
			return this.passwords.fetch( { reset: true } ).then( () => this.show(), ( xhr ) => this.showUnavailable( xhr ) );
		},

		show() {
			const rows = this.passwords.length ? this.passwords.map( ( item ) => this.row( item ) ) :
				[ el( 'tr', {}, el( 'td', { colspan: 5, text: 'None yet.' } ) ) ];
			byId( 'app-rows' ).replaceChildren( ...rows );
			byId( 'apps' ).setAttribute( 'aria-busy', 'false' );
			byId( 'revoke-all' ).hidden = this.passwords.length < 2;
		},

		row( item ) {
			const name = item.get( 'name' );
			return el( 'tr', { 'data-uuid': item.id },
				el( 'td', { text: name } ),
				el( 'td', { 'data-label': 'Created' }, this.time( item.get( 'created' ) ) ),
				el( 'td', { 'data-label': 'Last used' }, this.time( item.get( 'last_used' ) ) ),
				el( 'td', { 'data-label': 'Last IP', text: item.get( 'last_ip' ) || '—' } ),
				el( 'td', {}, el( 'button', { type: 'button', class: 'button small quiet danger', 'data-revoke': true, 'aria-label': `Revoke “${ name }”`, text: 'Revoke' } ) )
			);
		},

		time( text ) {
			const date = dates.utc( text );
			return date ? el( 'time', { datetime: date.toISOString(), title: dates.full( date ), text: dates.short( date ) } ) : '—';
		},

		/** Not on this site, or not without TLS: the API says why. */
		showUnavailable( xhr ) {
			if ( admin.isSessionOver( xhr ) ) {
				return;
			}
			byId( 'app-form' ).hidden = xhr.status === 501 || xhr.status === 404;
			byId( 'app-rows' ).replaceChildren( el( 'tr', {}, el( 'td', { colspan: 5, text: admin.reason( xhr ) } ) ) );
			byId( 'apps' ).setAttribute( 'aria-busy', 'false' );
		},

		create( event ) {
			event.preventDefault();
			const field = byId( 'app-name' );
			const item = new this.Password();
			byId( 'app-create' ).disabled = true;
			item.save( { name: field.value.trim() }, { wait: true } ).then( () => {
				field.value = '';
				this.showSecret( item );
				this.load();
			}, ( xhr ) => admin.failed( 'No password was created.', xhr ) ).always( () => {
				byId( 'app-create' ).disabled = false;
			} );
		},

		/** Groups of four are easier to read and to type; the blanks do not count. */
		showSecret( item ) {
			const password = item.get( 'password' ).replace( /\s/g, '' );
			item.unset( 'password' );
			this.secretOf = item.id;
			byId( 'secret-name' ).textContent = item.get( 'name' );
			byId( 'secret-value' ).textContent = password.match( /.{1,4}/g ).join( ' ' );
			byId( 'secret-copy-label' ).textContent = 'Copy';
			byId( 'secret' ).hidden = false;
			byId( 'secret-copy' ).focus();
		},

		hideSecret() {
			byId( 'secret-value' ).textContent = '';
			byId( 'secret' ).hidden = true;
			byId( 'app-name' ).focus();
		},

		copy: () => admin.copy( byId( 'secret-value' ), byId( 'secret-copy-label' ) ),

		async revoke( { currentTarget } ) {
			const item = this.passwords.get( currentTarget.closest( 'tr' ).dataset.uuid );
			if ( await admin.confirm( `Revoke “${ item.get( 'name' ) }”?`, 'The application that uses it is locked out at once.', 'Revoke' ) ) {
				new this.Password( { uuid: item.id } ).destroy( { wait: true } ).then( () => {
					admin.toast( 'Password revoked.' );
					if ( this.secretOf === item.id ) {
						this.hideSecret();
					}
					byId( 'app-name' ).focus();
					this.load();
				}, ( xhr ) => admin.failed( 'It was not revoked.', xhr ) );
			}
		},

		async revokeAll() {
			if ( await admin.confirm( 'Revoke all application passwords?', 'Every application that uses one is locked out at once.', 'Revoke all' ) ) {
				const All = admin.model( PASSWORDS, { url: () => window.wpApiSettings.root + PASSWORDS } );
				new All( { id: 'all' } ).destroy( { wait: true } ).then( () => {
					admin.toast( 'All passwords revoked.' );
					this.hideSecret();
					this.load();
				}, ( xhr ) => admin.failed( 'They were not revoked.', xhr ) );
			}
		},
	} );

	$( () => {
		admin.profile = new Profile();
		admin.passwords = new Passwords();
	} );
} )();
