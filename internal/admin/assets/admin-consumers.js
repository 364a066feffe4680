// The applications that may ask users to let them in by OAuth 1.0a.

( function () {
	const { Backbone, jQuery: $, platen: { admin } } = window;
	const { byId, el } = admin;
	const PATH = 'platen/v1/oauth-consumers';
	const COLUMNS = 4;

	const Consumers = Backbone.View.extend( {
		el: '#main',

		events: {
			'submit #consumer-form': 'create',
			'click [data-revoke]': 'revoke',
			'click [data-copy]': 'copy',
			'click #secret-done': 'hideSecret',
		},

		initialize() {
			this.Consumer = admin.model( PATH );
			this.consumers = new ( admin.collection( PATH, this.Consumer ) )();
			this.listenTo( admin.session, 'restored', this.load );
			this.load();
		},

		load() {
			return this.consumers.fetch( { reset: true } ).then( () => {
				const rows = this.consumers.map( ( item ) => this.row( item ) );
				this.rows( rows.length ? rows : [ this.line( 'None yet.' ) ] );
			}, ( xhr ) => admin.isSessionOver( xhr ) || this.rows( [ this.line( admin.reason( xhr ) ) ] ) );
		},

		line: ( text ) => el( 'tr', {}, el( 'td', { colspan: COLUMNS, text } ) ),

		rows( rows ) {
			byId( 'consumer-rows' ).replaceChildren( ...rows );
			byId( 'consumers' ).setAttribute( 'aria-busy', 'false' );
		},

		row( item ) {
			const name = item.get( 'name' );
			const description = item.get( 'description' );
			return el( 'tr', { 'data-id': item.id },
				el( 'td', {}, name, description ? el( 'span', { class: 'under', text: description } ) : null ),
				el( 'td', { 'data-label': 'Callback', class: 'long', text: item.get( 'callback' ) } ),
				el( 'td', { 'data-label': 'Key' }, el( 'code', { text: item.get( 'key' ) } ) ),
				el( 'td', {}, el( 'button', { type: 'button', class: 'button small quiet danger', 'data-revoke': true, 'aria-label': `Revoke “${ name }”`, text: 'Revoke' } ) )
			);
		},

		create( event ) {
			event.preventDefault();
			const item = new this.Consumer();
			const given = { name: byId( 'c-name' ).value.trim(), callback: byId( 'c-callback' ).value.trim(), description: byId( 'c-description' ).value.trim() };
			byId( 'c-create' ).disabled = true;
			item.save( given, { wait: true } ).then( () => {
				byId( 'consumer-form' ).reset();
				admin.toast( 'Application registered.' );
				this.showSecret( item );
				this.load();
			}, ( xhr ) => admin.failed( 'The application was not registered.', xhr ) ).always( () => {
				byId( 'c-create' ).disabled = false;
			} );
		},

		showSecret( item ) {
			this.secretOf = item.id;
			byId( 'secret-name' ).textContent = item.get( 'name' );
			byId( 'key-value' ).textContent = item.get( 'key' );
			byId( 'secret-value' ).textContent = item.get( 'secret' );
			item.unset( 'secret' );
			byId( 'secret' ).hidden = false;
			byId( 'secret' ).querySelector( '[data-copy=secret-value]' ).focus();
			byId( 'secret' ).scrollIntoView( { block: 'nearest' } );
		},

		hideSecret() {
			byId( 'secret-value' ).textContent = '';
			byId( 'secret' ).hidden = true;
			byId( 'c-name' ).focus();
		},

		copy: ( { currentTarget } ) => admin.copy( byId( currentTarget.dataset.copy ), currentTarget.querySelector( 'span' ) ),

		async revoke( { currentTarget } ) {
			const item = this.consumers.get( Number( currentTarget.closest( 'tr' ).dataset.id ) );
			if ( await admin.confirm( `Revoke “${ item.get( 'name' ) }”?`, 'It cannot ask users any more, and all that users have let it do ends at once.', 'Revoke' ) ) {
				new this.Consumer( { id: item.id } ).destroy( { wait: true } ).then( () => {
					admin.toast( 'Application revoked.' );
					if ( this.secretOf === item.id ) {
						this.hideSecret();
					}
					byId( 'c-name' ).focus();
					this.load();
				}, ( xhr ) => admin.failed( 'It was not revoked.', xhr ) );
			}
		},
	} );

	$( () => {
		admin.consumers = new Consumers();
	} );
} )();
