package site

import (
	"context"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/schema"
)

// MetaKey is a registered meta key: register_meta.
type MetaKey struct {
	Kind    wp.MetaKind
	Subtype string // post type or taxonomy; "" is all of the kind
	Key     string
	Type    string // string, boolean, integer, number, array or object
	Single  bool
	Label   string
	// Description is shown in schemas.
	Description string
	Default     any
	ShowInREST  bool
	RESTName    string // "" is Key
	// Schema describes a value where the type alone does not.
	Schema *schema.Schema
	// Revisioned copies the value to revisions.
	Revisioned bool
	// Auth says whether a user may write the key, in place of the rule that
	// keys beginning with _ are protected. Nil: the rule.
	Auth func(ctx context.Context, user, object int64) bool
	// Sanitize cleans a value before it is stored.
	Sanitize func(ctx context.Context, v any) any
}

// noteStatus is the key that says whether a note is resolved; who may edit the
// note may write it.
func (s *Site) noteStatus() *MetaKey {
	return &MetaKey{
		Kind: wp.CommentMeta, Key: "_wp_note_status", Type: "string", Single: true, ShowInREST: true,
		Description: "Whether the note is resolved.", Schema: schema.New("", "string").Title("").Description("").Default("").Enum("resolved", "reopen"),
		Auth: func(ctx context.Context, _, comment int64) bool { return s.Can(ctx, "edit_comment", comment) },
	}
}

// builtinMeta are the keys that WordPress registers itself and shows.
func builtinMeta() []*MetaKey {
	footnotes := func(postType string) *MetaKey {
		return &MetaKey{Kind: wp.PostMeta, Subtype: postType, Key: "footnotes", Type: "string", Single: true, ShowInREST: true, Revisioned: true}
	}
	return []*MetaKey{
		footnotes("post"), footnotes("page"), footnotes("wp_block"),
		{
			Kind: wp.PostMeta, Subtype: "wp_block", Key: "wp_pattern_sync_status", Type: "string", Single: true, ShowInREST: true,
			Schema: schema.String("").Enum("partial", "unsynced"),
		},
	}
}

// persistedPreferences is the key that the editor keeps a user's preferences
// under; its name carries the table prefix.
func persistedPreferences(prefix string) *MetaKey {
	return &MetaKey{
		Kind: wp.UserMeta, Key: prefix + "persisted_preferences", RESTName: "persisted_preferences", Type: "object", Single: true, ShowInREST: true,
		Schema: schema.New("").Type("object").In(schema.Edit).Prop("_modified", schema.String("When the preferences were changed last.").Format("date-time").Keyword("readonly", false)).AllowAdditional(),
	}
}

// Name is what the API calls the key.
func (m *MetaKey) Name() string {
	if m.RESTName != "" {
		return m.RESTName
	}
	return m.Key
}

// AddMeta registers a meta key.
func (r *Registry) AddMeta(m *MetaKey) { r.meta = append(r.meta, m) }

// MetaOf lists the registered keys of a kind that hold for a subtype: those of
// all subtypes first.
func (r *Registry) MetaOf(kind wp.MetaKind, subtype string) []*MetaKey {
	var all, own []*MetaKey
	for _, m := range r.meta {
		switch {
		case m.Kind != kind:
		case m.Subtype == "":
			all = append(all, m)
		case m.Subtype == subtype:
			own = append(own, m)
		}
	}
	return append(all, own...)
}
