// What all pages of the dashboard share: messages, dates, the session, unsaved changes, keys. It lives in
// `platen.admin`; `platenAdmin` is what the server told about this page.

( function () {
	const { Backbone, jQuery: $, _, platenAdmin: given, wp } = window;
	const byId = ( id ) => document.getElementById( id );
	const COPIED_MS = 2500;
	const admin = { given, byId };
	window.platen = Object.assign( window.platen || {}, { admin } );

	/** Makes an element: attributes by name, `text`, `on` for listeners; children are nodes or strings. Never HTML. */
	admin.el = ( name, attributes = {}, ...children ) => {
		const element = document.createElement( name );
		_.each( attributes, ( value, key ) => {
			if ( key === 'text' ) {
				element.textContent = value;
			} else if ( key === 'on' ) {
				_.each( value, ( listener, event ) => element.addEventListener( event, listener ) );
			} else if ( value !== false && value !== undefined && value !== null ) {
				element.setAttribute( key, value === true ? '' : value );
			}
		} );
		element.append( ...children.flat().filter( ( child ) => child !== null && child !== undefined ) );
		return element;
	};

	admin.icon = ( name ) => {
		const svg = document.createElementNS( 'http://www.w3.org/2000/svg', 'svg' );
		const use = document.createElementNS( 'http://www.w3.org/2000/svg', 'use' );
		svg.setAttribute( 'aria-hidden', 'true' );
		use.setAttribute( 'href', '#i-' + name );
		svg.append( use );
		return svg;
	};

	/** Text of a rendered or error string, which may hold entities and tags. Nothing in it is loaded or run. */
	admin.plain = ( html ) => new DOMParser().parseFromString( String( html ), 'text/html' ).body.textContent.trim();

	// Data. Models are the browser client's; what is not asked for by name is not read.

	/** A model class below the REST root, such as `wp/v2/posts`. */
	admin.model = ( path, more = {} ) => wp.api.models.Base.extend( { urlRoot: () => window.wpApiSettings.root + path, ...more } );

	/** A collection class of such models. */
	admin.collection = ( path, model = admin.model( path ) ) => {
		const Collection = wp.api.WPApiBaseCollection.extend( { model, url: () => window.wpApiSettings.root + path, nonce: wp.api.models.Base.prototype.nonce } );
		Object.defineProperty( Collection.prototype, 'endpointModel', { get: () => wp.api.models.Base.prototype.endpointModel } );
		return Collection;
	};

	/** Whether the user may use this method on a model: the API says so in the hints of its own link. */
	admin.allows = ( model, method ) => {
		const [ self ] = ( model.get( '_links' ) || {} ).self || [];
		const allow = self && self.targetHints && self.targetHints.allow;
		return ! allow || allow.includes( method );
	};

	/** What to tell about a failed request, in the API's own words where it has some. */
	admin.reason = ( xhr ) => {
		const { code, message, data } = ( xhr && xhr.responseJSON ) || {};
		if ( code === 'rest_invalid_param' && data && data.params ) {
			return admin.plain( Object.values( data.params ).join( ' ' ) );
		}
		if ( message ) {
			return admin.plain( message );
		}
		return xhr && xhr.status ? `The server answered ${ xhr.status }.` : 'The server cannot be reached. Are you offline?';
	};

	admin.isSessionOver = ( xhr ) => Boolean( xhr && [ 401, 403 ].includes( xhr.status ) && session.over );

	// Messages

	/** Says something to screen readers alone. */
	admin.announce = ( text ) => {
		byId( 'announce' ).textContent = text;
	};

	/** Puts an element's text on the clipboard and says so on the label of its button. */
	admin.copy = async ( value, label ) => {
		try {
			await window.navigator.clipboard.writeText( value.textContent );
		} catch {
			// No clipboard without TLS: select it, so that one key is enough.
			window.getSelection().selectAllChildren( value );
			if ( ! document.execCommand( 'copy' ) ) {
				admin.announce( 'Selected. Press Ctrl+C to copy.' );
				return;
			}
		}
		label.textContent = 'Copied';
		admin.announce( 'Copied.' );
		setTimeout( () => {
			label.textContent = 'Copy';
		}, COPIED_MS );
	};

	/** A message at the foot of the window; `action` is {label, run}. Errors stay until they are closed. */
	admin.toast = ( text, { action, bad = false } = {} ) => {
		const box = admin.el( 'div', { class: bad ? 'toast bad' : 'toast', role: bad ? 'alert' : undefined }, admin.el( 'span', { text } ) );
		const close = () => box.remove();
		if ( action ) {
			box.append( admin.el( 'button', { type: 'button', text: action.label, on: { click: () => {
				close();
				action.run();
			} } } ) );
		}
		box.append( admin.el( 'button', { type: 'button', class: 'close', 'aria-label': 'Dismiss', on: { click: close } }, admin.icon( 'close' ) ) );
		byId( 'toasts' ).replaceChildren( box );
		if ( ! bad ) {
			let timer = setTimeout( close, action ? 10000 : 5000 );
			const hold = () => clearTimeout( timer );
			const go = () => {
				timer = setTimeout( close, 4000 );
			};
			box.addEventListener( 'pointerenter', hold );
			box.addEventListener( 'focusin', hold );
			box.addEventListener( 'pointerleave', go );
			box.addEventListener( 'focusout', go );
		}
		return close;
	};

	/** Tells about a failed request, unless it is the end of the session, which has its own message. */
	admin.failed = ( what, xhr ) => {
		if ( ! admin.isSessionOver( xhr ) ) {
			admin.toast( `${ what } ${ admin.reason( xhr ) }`, { bad: true } );
		}
	};

	/** Asks before what cannot be undone. Resolves to whether to do it. */
	admin.confirm = ( title, text, yes ) => new Promise( ( resolve ) => {
		const dialog = byId( 'confirm' );
		byId( 'confirm-title' ).textContent = title;
		byId( 'confirm-text' ).textContent = text;
		byId( 'confirm-yes' ).textContent = yes;
		dialog.returnValue = 'no';
		dialog.addEventListener( 'close', () => resolve( dialog.returnValue === 'yes' ), { once: true } );
		dialog.showModal();
	} );

	/** A message for the next page, such as "moved to the trash" after leaving the editor. */
	admin.leaveWord = ( word ) => store( 'word', word );
	admin.takeWord = () => {
		const word = read( 'word' );
		store( 'word', null );
		return word;
	};

	// This tab's memory, apart for each user.

	const key = ( name ) => `platen-admin:${ given.user.id }:${ name }`;

	function store( name, value ) {
		try {
			if ( value === null ) {
				window.sessionStorage.removeItem( key( name ) );
			} else {
				window.sessionStorage.setItem( key( name ), JSON.stringify( value ) );
			}
		} catch {
			// Full or forbidden: the page works without.
		}
	}

	function read( name ) {
		try {
			return JSON.parse( window.sessionStorage.getItem( key( name ) ) );
		} catch {
			return null;
		}
	}

	admin.memory = { store, read };

	// Dates. The API's `…_gmt` are UTC; `date` is the site's own clock, without saying so.

	const zone = supportedZone( given.site.zone );
	const { lang } = given.site;

	function supportedZone( name ) {
		try {
			new Intl.DateTimeFormat( 'en', { timeZone: name } );
			return name || 'UTC';
		} catch {
			return 'UTC';
		}
	}

	function formatter( options ) {
		try {
			return new Intl.DateTimeFormat( lang, { timeZone: zone, ...options } );
		} catch {
			return new Intl.DateTimeFormat( undefined, { timeZone: zone, ...options } );
		}
	}

	const full = formatter( { dateStyle: 'long', timeStyle: 'short' } );
	const day = formatter( { dateStyle: 'medium' } );
	const relative = new Intl.RelativeTimeFormat( 'en', { numeric: 'auto' } );

	admin.dates = {
		/** A Date out of a UTC date of the API; null for none. */
		utc( text ) {
			const date = text ? new Date( text + 'Z' ) : null;
			return date && ! isNaN( date ) ? date : null;
		},

		full: ( date ) => full.format( date ),

		/** "5 minutes ago" or "in 3 hours" within a day, else the date. */
		short( date ) {
			const minutes = Math.round( ( date - Date.now() ) / 60000 );
			if ( Math.abs( minutes ) < 1 ) {
				return 'just now';
			}
			if ( Math.abs( minutes ) < 60 ) {
				return relative.format( minutes, 'minute' );
			}
			if ( Math.abs( minutes ) < 24 * 60 ) {
				return relative.format( Math.round( minutes / 60 ), 'hour' );
			}
			return day.format( date );
		},

		/** The site's clock now, as a datetime-local field writes it. */
		siteNow() {
			const parts = new Intl.DateTimeFormat( 'en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } )
				.formatToParts( new Date() );
			const part = ( type ) => parts.find( ( each ) => each.type === type ).value;
			return `${ part( 'year' ) }-${ part( 'month' ) }-${ part( 'day' ) }T${ part( 'hour' ) }:${ part( 'minute' ) }`;
		},
	};

	// The session. The client fires events; this shows them, and finds out when somebody has logged in again.

	const session = _.extend( { over: false, wrongUser: false }, Backbone.Events );
	const CHECK_OVER_MS = 5000;
	const CHECK_FOCUS_MS = 60000;
	let lastCheck = Date.now();
	let checking = null;
	admin.session = session;

	function interimLogin( url ) {
		return url + ( url.includes( '?' ) ? '&' : '?' ) + 'interim-login=1';
	}

	function showOver( title, text ) {
		byId( 'session-title' ).textContent = title;
		byId( 'session-text' ).textContent = text;
		byId( 'session' ).hidden = false;
	}

	document.addEventListener( 'wp-api-session-over', () => {
		showOver( 'Your session is over.', 'Everything you typed is still here. Log in again in a new tab, then come back: this page carries on by itself.' );
		session.over = true;
		clearInterval( checking );
		checking = setInterval( check, CHECK_OVER_MS );
		session.trigger( 'over' );
	} );

	document.addEventListener( 'wp-api-session-restored', () => verify() );

	// A new nonce may be somebody else's: what was typed here is not theirs to save.
	wp.apiRequest.keeperFor().onNonce( () => {
		if ( ! session.over ) {
			verify();
		}
	} );

	function verify() {
		return wp.apiRequest( { path: 'wp/v2/users/me?_fields=id' } ).then( ( { id } ) => {
			if ( id !== given.user.id ) {
				showOver( 'Somebody else is logged in now.', `This page belongs to ${ given.user.name }. Log in as them to go on, or copy what you typed and reload.` );
				session.over = session.wrongUser = true;
				clearInterval( checking );
				checking = setInterval( check, CHECK_OVER_MS );
				return;
			}
			clearInterval( checking );
			if ( session.over ) {
				session.over = session.wrongUser = false;
				byId( 'session' ).hidden = true;
				admin.toast( 'You are logged in again.' );
				session.trigger( 'restored' );
			}
		} );
	}

	function check() {
		if ( document.visibilityState !== 'visible' ) {
			return;
		}
		lastCheck = Date.now();
		const { wrongUser } = session;
		// With somebody else's nonce the session is not over for the client, but it is for us.
		wp.apiRequest.refreshNonce().then( ( nonce ) => nonce && wrongUser && verify() );
	}

	/** Looks whether somebody has logged in meanwhile. */
	session.check = check;

	function checkOnReturn() {
		if ( session.over || Date.now() - lastCheck > CHECK_FOCUS_MS ) {
			check();
		}
	}

	window.addEventListener( 'focus', checkOnReturn );
	document.addEventListener( 'visibilitychange', checkOnReturn );
	byId( 'session-login' ).href = interimLogin( given.urls.login );

	// Unsaved changes

	const unsaved = new Set();

	/** `dirty` tells whether there is something that leaving the page would lose. */
	admin.guard = ( dirty ) => unsaved.add( dirty );
	window.addEventListener( 'beforeunload', ( event ) => {
		if ( [ ...unsaved ].some( ( dirty ) => dirty() ) ) {
			event.preventDefault();
			event.returnValue = ''; // eslint-disable-line -- older browsers want it
		}
	} );

	// Keys

	const keys = [];
	const isMac = /Mac|iP(hone|ad|od)/.test( navigator.platform );
	const isTyping = ( { target } ) => target.closest( 'input:not([type=checkbox]), textarea, select, [contenteditable]' ) !== null;

	/** `combination` is a key, or "mod+s": Ctrl, or Command on a Mac. `typing` says that it works inside fields too. */
	admin.key = ( combination, label, run, { typing = combination.startsWith( 'mod+' ) } = {} ) => {
		keys.push( { combination, label, run, typing } );
	};

	document.addEventListener( 'keydown', ( event ) => {
		if ( event.defaultPrevented || event.isComposing || event.altKey || document.querySelector( 'dialog[open]' ) ) {
			return;
		}
		const mod = isMac ? event.metaKey : event.ctrlKey;
		const pressed = ( mod ? 'mod+' : '' ) + ( event.key.length === 1 ? event.key.toLowerCase() : event.key );
		const found = keys.find( ( each ) => each.combination === pressed && ( each.typing || ! isTyping( event ) ) );
		if ( found && ( mod || ! ( event.ctrlKey || event.metaKey ) ) && found.run( event ) !== false ) {
			event.preventDefault();
		}
	} );

	function showKeys() {
		const names = { mod: isMac ? '⌘' : 'Ctrl', Escape: 'Esc', Enter: '↵' };
		const named = ( part ) => admin.el( 'kbd', { text: names[ part ] || ( part.length === 1 ? part.toUpperCase() : part ) } );
		byId( 'help-keys' ).replaceChildren( ...keys.filter( ( { label } ) => label ).flatMap( ( { combination, label } ) => [
			admin.el( 'dt', {}, combination.split( '+' ).map( named ) ),
			admin.el( 'dd', { text: label } ),
		] ) );
		byId( 'help' ).showModal();
	}

	$( () => {
		admin.key( '?', 'Show this list', showKeys );
		byId( 'help-button' ).addEventListener( 'click', showKeys );
		const button = byId( 'menu-button' );
		button.addEventListener( 'click', () => {
			const open = document.querySelector( '.side' ).classList.toggle( 'open' );
			button.setAttribute( 'aria-expanded', String( open ) );
		} );
		const word = given.page.kind === 'list' ? null : admin.takeWord();
		if ( word ) {
			admin.toast( word.text );
		}
	} );
} )();
