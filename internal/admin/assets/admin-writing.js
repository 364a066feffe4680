// The editor's part that has to do with writing: fields that grow, tags around a selection, keys, and the copy of what
// is not saved yet. A mixin of the editor's view.

( function () {
	const { _, platen: { admin } } = window;
	const { byId, memory } = admin;

	admin.writing = {
		// The text fields

		/** For browsers whose text fields do not grow by themselves. */
		grow() {
			if ( ! window.CSS.supports( 'field-sizing', 'content' ) ) {
				[ 'title', 'content', 'excerpt' ].forEach( ( name ) => {
					const field = byId( name );
					field.style.height = 'auto';
					field.style.height = field.scrollHeight + 'px';
				} );
			}
		},

		countWords() {
			const text = byId( 'content' ).value.replace( /<!--[\s\S]*?-->|<[^>]*>/g, ' ' ).trim();
			const words = text ? text.split( /\s+/ ).length : 0;
			byId( 'words' ).textContent = words === 1 ? '1 word' : `${ words.toLocaleString() } words`;
		},

		// Unsaved text outlives a reload or a crash of this tab.

		keptName() {
			return 'text-' + ( this.post.isNew() ? `new-${ this.type.name }` : this.post.id );
		},

		keepNow() {
			if ( this.post && ! this.leaving && ! this.offering ) {
				memory.store( this.keptName(), this.isDirty() ? { fields: this.changes(), modified: this.post.get( 'modified_gmt' ) || '' } : null );
			}
		},

		offerKept() {
			const kept = memory.read( this.keptName() );
			this.lastStatus = this.post.get( 'status' );
			if ( ! kept || _.every( kept.fields, ( value, name ) => this.isSame( name, value ) ) || this.post.get( 'status' ) === 'trash' ) {
				return;
			}
			this.offering = true;
			const finish = () => {
				this.offering = false;
				this.hideNotice();
				this.changed();
			};
			const changedSince = kept.modified !== ( this.post.get( 'modified_gmt' ) || '' );
			this.notice( changedSince ? 'There is unsaved text of yours from before the last change of this post.' : 'There is unsaved text of yours.', {
				action: { label: 'Bring it back', run: () => {
					_.each( _.pick( kept.fields, _.keys( this.blank() ) ), ( value, name ) => this.write( name, value ) );
					finish();
				} },
				other: { label: 'Discard', run: finish },
			} );
		},

		// Writing

		/** Puts tags around the selection, so that Ctrl+Z takes them away again. */
		format( event ) {
			const tag = typeof event === 'string' ? event : event.currentTarget.dataset.tag;
			const field = byId( 'content' );
			const { selectionStart: from, selectionEnd: to, value } = field;
			const text = value.slice( from, to );
			let made = `<${ tag }>${ text }</${ tag }>`;
			let caret = from + tag.length + 2;
			if ( tag === 'a' ) {
				const isURL = /^https?:\/\/\S+$/.test( text );
				made = `<a href="${ isURL ? text : 'https://' }">${ text }</a>`;
				caret = from + ( isURL ? made.length - 4 : 17 );
			} else if ( tag === 'ul' ) {
				const lines = ( text || '' ).split( '\n' ).map( ( line ) => `\t<li>${ line }</li>` );
				made = `<ul>\n${ lines.join( '\n' ) }\n</ul>`;
				caret = from + 10;
			}
			field.focus();
			if ( ! document.execCommand( 'insertText', false, made ) ) {
				field.setRangeText( made, from, to, 'end' );
				this.changed();
			}
			if ( ! text || tag === 'a' ) {
				field.setSelectionRange( caret, caret );
			}
		},

		addKeys() {
			const inContent = ( tag ) => () => ( document.activeElement === byId( 'content' ) ? this.format( tag ) : false );
			admin.key( 'mod+s', 'Save', () => this.save() );
			admin.key( 'mod+Enter', 'Publish or update', () => this.publish() );
			admin.key( 'mod+b', 'Bold', inContent( 'strong' ) );
			admin.key( 'mod+i', 'Italic', inContent( 'em' ) );
			admin.key( 'mod+k', 'Link', inContent( 'a' ) );
			byId( 'title' ).addEventListener( 'keydown', ( event ) => {
				if ( event.key === 'Enter' && ! event.ctrlKey && ! event.metaKey && ! event.isComposing ) {
					event.preventDefault();
					byId( 'content' ).focus();
				}
			} );
			byId( 'slug' ).addEventListener( 'keydown', ( event ) => {
				if ( event.key === 'Enter' && ! event.ctrlKey && ! event.metaKey ) {
					event.preventDefault(); // not a reason to publish
				}
			} );
		},
	};
} )();
