package platen

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/internal/wpv2"
	"github.com/platenhq/platen/schema"
)

// PostType is a kind of post of a plugin's: register_post_type. Capabilities
// are those of posts unless CapabilityType says otherwise.
type PostType struct {
	Name        string // at most 20 of a-z, 0-9, _ and -: "book"
	Label       string // plural: "Books"
	Singular    string // "Book"
	Description string
	// Labels are further texts by their names in WordPress: "add_new_item".
	Labels map[string]string

	// Public posts have addresses, and a list in the dashboard.
	Public       bool
	Hierarchical bool
	// ShowInREST serves the posts at wp/v2/RESTBase.
	ShowInREST bool
	RESTBase   string // "" is Name
	// Supports are WordPress's features: title, editor, excerpt, author,
	// thumbnail, comments, revisions, custom-fields (for meta), page-attributes.
	// None means title and editor.
	Supports   []string
	Taxonomies []string
	// Slug is the first part of the posts' addresses; "" is Name.
	Slug       string
	HasArchive bool
	// CapabilityType is the stem of the capabilities: "book" asks for
	// edit_books. Give roles these capabilities. "" is "post".
	CapabilityType string
	MenuIcon       string // as dashicons-book
	DeleteWithUser bool   // posts of a deleted user go too
}

// Taxonomy is a way of sorting posts: register_taxonomy.
type Taxonomy struct {
	Name        string // at most 32 of a-z, 0-9, _ and -: "genre"
	Label       string // plural: "Genres"
	Singular    string
	Description string
	Labels      map[string]string
	PostTypes   []string

	Public       bool
	Hierarchical bool // like categories; otherwise like tags
	ShowInREST   bool
	RESTBase     string // "" is Name
	Slug         string // "" is Name
}

// MetaKind says whose meta is meant.
type MetaKind int

// The four kinds of objects that carry meta.
const (
	PostMeta    = MetaKind(wp.PostMeta)
	UserMeta    = MetaKind(wp.UserMeta)
	TermMeta    = MetaKind(wp.TermMeta)
	CommentMeta = MetaKind(wp.CommentMeta)
)

// MetaKey is a key that values of objects are kept under: register_meta. Posts
// show it in the API when their type supports custom-fields.
type MetaKey struct {
	Kind    MetaKind
	Subtype string // post type or taxonomy; "" is all of the kind
	Key     string
	Type    string // string, boolean, integer, number, array or object
	// Single keeps one value a key; otherwise there is a list of values.
	Single      bool
	Description string
	Default     any
	ShowInREST  bool
	// Schema describes a value where Type does not say enough; arrays and
	// objects that the API shows need one.
	Schema *schema.Schema
	// Revisioned keeps the value with each revision.
	Revisioned bool
	// Auth says whether a user who may edit the object may write the key. Nil:
	// unless it begins with _.
	Auth func(ctx context.Context, user, object int64) bool
	// Sanitize cleans a value that fits Type and Schema, before it is stored.
	Sanitize func(ctx context.Context, v any) any
}

// Field is a property added to a resource of the API: register_rest_field.
type Field struct {
	// Objects are the resources: post types, taxonomies, "user", "comment".
	Objects []string
	Name    string
	// Schema describes the property: its type, which is checked, and by In the
	// contexts that show it (view and edit without).
	Schema *schema.Schema
	// Get reads the property of the object with an id: a value that package
	// ordered knows. An error is logged, and the property is null.
	Get func(ctx context.Context, id int64) (any, error)
	// Set writes it, in one transaction with the object. Nil for a property
	// that is only shown.
	Set func(ctx context.Context, id int64, v any) error
}

var (
	registryName = regexp.MustCompile(`^[a-z0-9_-]+$`)
	routeBase    = regexp.MustCompile(`^[a-zA-Z0-9_-]*$`)
)

// PostType adds a post type.
func (r *Registry) PostType(t PostType) {
	reg := r.app.site.Registry()
	switch {
	case !registryName.MatchString(t.Name) || !routeBase.MatchString(t.RESTBase):
		r.refuse("post type %q: name and REST base consist of a-z, 0-9, _ and -", t.Name)
		return
	case !r.claim("post type", t.Name):
		return
	case reg.PostType(t.Name) != nil || reg.Taxonomy(t.Name) != nil || reservedType(t.Name):
		r.refuse("post type %s: WordPress has that name already", t.Name)
		return
	}
	stem := t.CapabilityType
	if stem == "" {
		stem = "post"
	}
	w := &wp.PostType{
		Name: t.Name, Labels: labels(t.Label, t.Singular, t.Labels), Description: t.Description, Public: t.Public, Hierarchical: t.Hierarchical,
		ExcludeFromSearch: !t.Public, PubliclyQueryable: t.Public, Embeddable: t.Public, ShowUI: t.Public, ShowInMenu: t.Public,
		ShowInNavMenus: t.Public, ShowInAdminBar: t.Public, MenuIcon: t.MenuIcon, CapabilityType: stem, Taxonomies: slices.Clone(t.Taxonomies),
		RewriteSlug: orName(t.Slug, t.Name), RewriteWithFront: true, QueryVar: t.Name, CanExport: true, DeleteWithUser: t.DeleteWithUser,
		ShowInREST: t.ShowInREST, RESTBase: t.RESTBase,
	}
	if t.HasArchive {
		w.HasArchive = "true"
	}
	for _, f := range t.Supports {
		w.Supports = append(w.Supports, wp.Support{Feature: f})
	}
	if slices.Contains(t.Supports, "editor") && !slices.Contains(t.Supports, "autosave") {
		w.Supports = append(w.Supports, wp.Support{Feature: "autosave"})
	}
	if err := reg.AddPostType(w); err != nil {
		r.refuse("%w", err)
	}
}

// reservedType are names that mean something else in queries.
func reservedType(name string) bool {
	return slices.Contains([]string{"action", "author", "order", "theme", "fields", "page", "any", "user", "comment"}, name)
}

func orName(s, name string) string {
	if s == "" {
		return name
	}
	return s
}

func labels(plural, singular string, more map[string]string) wp.Labels {
	var out wp.Labels
	add := func(name, value string) {
		if value != "" {
			out = append(out, wp.Label{Name: name, Value: value})
		}
	}
	add("name", plural)
	add("singular_name", singular)
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if name != "name" && name != "singular_name" {
			add(name, more[name])
		}
	}
	return out
}

// Taxonomy adds a taxonomy. Its post types may be registered later.
func (r *Registry) Taxonomy(t Taxonomy) {
	reg := r.app.site.Registry()
	switch {
	case !registryName.MatchString(t.Name) || !routeBase.MatchString(t.RESTBase):
		r.refuse("taxonomy %q: name and REST base consist of a-z, 0-9, _ and -", t.Name)
		return
	case !r.claim("taxonomy", t.Name):
		return
	case reg.Taxonomy(t.Name) != nil || reg.PostType(t.Name) != nil || reservedType(t.Name):
		r.refuse("taxonomy %s: that name is taken already", t.Name)
		return
	}
	err := reg.AddTaxonomy(&wp.Taxonomy{
		Name: t.Name, Labels: labels(t.Label, t.Singular, t.Labels), Description: t.Description, Public: t.Public, PubliclyQueryable: t.Public,
		Hierarchical: t.Hierarchical, ShowUI: t.Public, ShowInMenu: t.Public, ShowInNavMenus: t.Public, ShowTagcloud: t.Public,
		ShowInQuickEdit: t.Public, ObjectTypes: slices.Clone(t.PostTypes), RewriteSlug: orName(t.Slug, t.Name), RewriteWithFront: true,
		QueryVar: t.Name, ShowInREST: t.ShowInREST, RESTBase: t.RESTBase,
	})
	if err != nil {
		r.refuse("%w", err)
	}
}

// Meta adds a meta key.
func (r *Registry) Meta(m MetaKey) {
	name := fmt.Sprintf("%s %s", wp.MetaKind(m.Kind), strings.TrimSpace(m.Subtype+" "+m.Key))
	var problem string
	switch {
	case m.Kind < PostMeta || m.Kind > CommentMeta:
		problem = "Kind is missing"
	case m.Key == "":
		problem = "Key is missing"
	case !slices.Contains([]string{"string", "boolean", "integer", "number", "array", "object"}, m.Type):
		problem = fmt.Sprintf("there is no type %q", m.Type)
	case m.ShowInREST && m.Schema == nil && (m.Type == "array" || m.Type == "object"):
		problem = "the API needs a Schema to show an " + m.Type
	}
	if n, ok := m.Default.(int); ok {
		m.Default = int64(n)
	}
	if problem == "" && m.Default != nil {
		s := m.Schema
		if s == nil {
			s = schema.New("", m.Type)
		}
		if err := schema.Validate(m.Default, s, "Default"); err != nil {
			problem = err.Message
		}
	}
	if problem != "" {
		r.refuse("meta %s: %s", name, problem)
		return
	}
	if !r.claim("meta", name) {
		return
	}
	r.app.plugins.metas = append(r.app.plugins.metas, ownedMeta{r.plugin, m})
	k := &site.MetaKey{
		Kind: wp.MetaKind(m.Kind), Subtype: m.Subtype, Key: m.Key, Type: m.Type, Single: m.Single, Description: m.Description, Default: m.Default,
		ShowInREST: m.ShowInREST, Schema: m.Schema, Revisioned: m.Revisioned,
	}
	if m.Auth != nil {
		k.Auth = func(ctx context.Context, user, object int64) (may bool) {
			_ = r.shield("Auth of meta "+name, func() error { may = m.Auth(ctx, user, object); return nil })
			return may
		}
	}
	if m.Sanitize != nil {
		k.Sanitize = func(ctx context.Context, v any) any {
			out := v
			if err := r.shield("Sanitize of meta "+name, func() error { out = m.Sanitize(ctx, v); return nil }); err != nil {
				return nil // rather nothing than what was not cleaned
			}
			return out
		}
	}
	r.app.site.Registry().AddMeta(k)
}

// checkMeta finds keys that the API would never show.
func (a *App) checkMeta() []error {
	var errs []error
	for _, m := range a.plugins.metas {
		if m.Kind != PostMeta || m.Subtype == "" || !m.ShowInREST {
			continue
		}
		switch t := a.site.Registry().PostType(m.Subtype); {
		case t == nil:
			errs = append(errs, fmt.Errorf("plugin %s: meta %s: there is no post type %q", m.plugin, m.Key, m.Subtype))
		case !t.Supporting("custom-fields"):
			errs = append(errs, fmt.Errorf("plugin %s: meta %s: post type %s does not support custom-fields, so the API would not show it", m.plugin, m.Key, m.Subtype))
		}
	}
	return errs
}

// Field adds a property to resources of the API.
func (r *Registry) Field(f Field) {
	if f.Name == "" || f.Get == nil || len(f.Objects) == 0 {
		r.refuse("field %q: Name, Objects and Get are required", f.Name)
		return
	}
	for _, object := range f.Objects {
		what := fmt.Sprintf("field %s of %s", f.Name, object)
		reg := wpv2.Registered{Plugin: r.plugin, Object: object, Name: f.Name, Schema: f.Schema, Get: func(ctx context.Context, id int64) (v any) {
			err := r.shield(what, func() (err error) { v, err = f.Get(ctx, id); return err })
			if err != nil {
				if err != errPlugin {
					r.log().ErrorContext(ctx, what, "id", id, "err", err)
				}
				return nil
			}
			return v
		}}
		if f.Set != nil {
			reg.Set = func(ctx context.Context, id int64, v any) error {
				return r.shield(what, func() error { return f.Set(ctx, id, v) })
			}
		}
		if !r.claim("field", f.Name+" of "+object) {
			continue
		}
		r.app.plugins.fields = append(r.app.plugins.fields, reg)
	}
}
