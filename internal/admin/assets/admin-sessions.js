// Where a user is logged in, and which applications act in the user's name. Administrators see the sessions of others.

( function () {
	const { Backbone, jQuery: $, _, platen: { admin }, platenAdmin: given, wp } = window;
	const { byId, dates, el } = admin;
	const PATH = 'platen/v1/sessions';
	const TOKENS = 'platen/v1/oauth-tokens';
	const TYPING_MS = 250;

	const asked = Number( new URLSearchParams( window.location.search ).get( 'user_id' ) ) || given.user.id;

	const time = ( text ) => {
		const date = dates.utc( text );
		return date ? el( 'time', { datetime: date.toISOString(), title: dates.full( date ), text: dates.short( date ) } ) : null;
	};

	/** One line of a list: a name, what is known of it, and a button that ends it. */
	const line = ( { id, name, badge, facts, button } ) => el( 'li', { 'data-id': id },
		el( 'div', { class: 'device' },
			el( 'p', { class: 'device-name' }, el( 'strong', { text: name } ), badge ? el( 'span', { class: 'badge publish', text: badge } ) : null ),
			el( 'p', { class: 'device-facts' }, ...facts.filter( Boolean ).map( ( fact ) => el( 'span', {}, fact ) ) )
		),
		button
	);

	const Sessions = Backbone.View.extend( {
		el: '#main',

		events: { 'click [data-end]': 'end', 'click #end-others': 'endOthers' },

		initialize() {
			this.mine = asked === given.user.id;
			this.query = this.mine ? {} : { user: asked };
			this.listenTo( admin.session, 'restored', this.load );
			this.load();
			if ( ! this.mine ) {
				byId( 'whose-mine' ).hidden = false;
				byId( 'end-others' ).textContent = 'End all sessions';
				wp.apiRequest( { path: `wp/v2/users/${ asked }?_fields=name` } ).then( ( { name } ) => {
					this.name = admin.plain( name );
					byId( 'sessions-lead' ).textContent = `Where ${ this.name } is logged in.`;
				} );
			}
		},

		path( id = '' ) {
			const query = $.param( this.query );
			return PATH + ( id && '/' + id ) + ( query && '?' + query );
		},

		load() {
			return wp.apiRequest( { path: this.path() } ).then( ( list ) => this.show( list ), ( xhr ) => {
				if ( ! admin.isSessionOver( xhr ) ) {
					byId( 'sessions' ).replaceChildren( el( 'li', { class: 'none', text: admin.reason( xhr ) } ) );
				}
			} ).always( () => byId( 'sessions' ).setAttribute( 'aria-busy', 'false' ) );
		},

		show( list ) {
			// The one in use comes first.
			this.list = _.sortBy( list, ( each ) => ( each.current ? 0 : 1 ) );
			const rows = this.list.map( ( each ) => line( {
				id: each.id,
				name: each.device,
				badge: each.current ? 'This device' : '',
				facts: [
					each.type === 'jwt' ? 'App with a token' : null,
					each.ip || null,
					each.login ? [ 'Logged in ', time( each.login ) ] : null,
					each.last_used ? [ 'Used ', time( each.last_used ) ] : null,
					each.expiration ? [ 'Ends ', time( each.expiration ) ] : null,
				].map( ( fact ) => ( Array.isArray( fact ) ? el( 'span', {}, fact ) : fact ) ),
				button: each.current ? null : el( 'button', { type: 'button', class: 'button small quiet danger', 'data-end': true, 'aria-label': `End the session on ${ each.device }`, text: 'End' } ),
			} ) );
			byId( 'sessions' ).replaceChildren( ...( rows.length ? rows : [ el( 'li', { class: 'none', text: 'Nowhere.' } ) ] ) );
			byId( 'end-others' ).hidden = ! list.some( ( each ) => ! each.current );
		},

		end( { currentTarget } ) {
			const item = currentTarget.closest( 'li' );
			currentTarget.disabled = true;
			return wp.apiRequest( { path: this.path( item.dataset.id ), method: 'DELETE' } ).then( () => {
				admin.toast( 'Session ended.' );
				byId( 'main' ).focus();
				return this.load();
			}, ( xhr ) => {
				currentTarget.disabled = false;
				admin.failed( 'The session was not ended.', xhr );
			} );
		},

		async endOthers() {
			const [ title, text ] = this.mine ? [ 'End all other sessions?', 'Every other device and app has to log in again. You stay logged in here.' ] :
				[ `End all sessions of ${ this.name || 'this user' }?`, 'Every device and app has to log in again.' ];
			if ( await admin.confirm( title, text, 'End sessions' ) ) {
				wp.apiRequest( { path: this.path(), method: 'DELETE' } ).then( ( { count } ) => {
					admin.toast( count === 1 ? 'One session ended.' : `${ count } sessions ended.` );
					this.load();
				}, ( xhr ) => admin.failed( 'The sessions were not ended.', xhr ) );
			}
		},
	} );

	/** The field that finds another user. Suggestions come from the API; a user is chosen by the name or login shown. */
	const Whose = Backbone.View.extend( {
		el: '#whose-form',

		events: { submit: 'go', 'input #whose': 'typed' },

		initialize() {
			this.found = [];
			this.suggest = _.debounce( () => this.look(), TYPING_MS );
		},

		label: ( user ) => `${ admin.plain( user.name ) } (${ user.username })`,

		look() {
			const search = byId( 'whose' ).value.trim();
			return wp.apiRequest( { path: 'wp/v2/users?' + $.param( { search, context: 'edit', per_page: 20, _fields: 'id,name,username,email' } ) } ).then( ( list ) => {
				this.found = list;
				byId( 'whose-list' ).replaceChildren( ...list.map( ( user ) => el( 'option', { value: this.label( user ) } ) ) );
				return list;
			} );
		},

		match() {
			const text = byId( 'whose' ).value.trim().toLowerCase();
			return this.found.find( ( user ) => [ this.label( user ), user.username, user.email ].some( ( each ) => each.toLowerCase() === text ) );
		},

		typed() {
			return this.match() || this.suggest();
		},

		go( event ) {
			event.preventDefault();
			const user = this.match();
			if ( user ) {
				this.open( user );
				return;
			}
			if ( byId( 'whose' ).value.trim() ) {
				this.look().then( ( list ) => {
					const chosen = this.match() || ( list.length === 1 && list[ 0 ] );
					if ( chosen ) {
						this.open( chosen );
					} else {
						admin.toast( list.length ? 'Several users match: choose one of the list.' : 'There is no such user.', { bad: true } );
					}
				}, ( xhr ) => admin.failed( 'The users could not be searched.', xhr ) );
			}
		},

		open: ( { id } ) => window.location.assign( given.urls.base + 'sessions.php?user_id=' + id ),
	} );

	/** The applications that the user let in. Not there where OAuth is off. */
	const Tokens = Backbone.View.extend( {
		el: '#tokens-section',

		events: { 'click [data-revoke]': 'revoke' },

		initialize() {
			this.load();
		},

		load() {
			return wp.apiRequest( { path: TOKENS } ).then( ( list ) => {
				this.el.hidden = list.length === 0;
				byId( 'tokens' ).replaceChildren( ...list.map( ( { key, name } ) => line( {
					id: key, name: name || 'An application that is gone', facts: [],
					button: el( 'button', { type: 'button', class: 'button small quiet danger', 'data-revoke': true, 'aria-label': `Revoke ${ name }`, text: 'Revoke' } ),
				} ) ) );
			} );
		},

		async revoke( { currentTarget } ) {
			const { id } = currentTarget.closest( 'li' ).dataset;
			if ( await admin.confirm( 'Revoke access?', 'The application cannot act in your name any more.', 'Revoke' ) ) {
				wp.apiRequest( { path: `${ TOKENS }/${ id }`, method: 'DELETE' } ).then( () => {
					admin.toast( 'Access revoked.' );
					this.load();
				}, ( xhr ) => admin.failed( 'It was not revoked.', xhr ) );
			}
		},
	} );

	$( () => {
		admin.sessions = new Sessions();
		if ( byId( 'whose-form' ) ) {
			admin.whose = new Whose();
		}
		if ( admin.sessions.mine && given.oauth ) {
			admin.tokens = new Tokens();
		}
	} );
} )();
