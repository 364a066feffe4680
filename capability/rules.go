package capability

import "slices"

// Post is what mapping needs to know about a post. Author 0 is nobody.
type Post struct {
	ID     int64
	Type   string
	Status string
	Author int64
	Parent int64
}

// Comment is what mapping needs to know about a comment.
type Comment struct {
	ID   int64
	Post int64
}

// Term is what mapping needs to know about a term.
type Term struct {
	ID       int64
	Taxonomy string
}

// Objects looks up what a question is about. Each method returns false and no
// error for an object that is not there; an error ends the mapping and denies.
// The adapter that implements it carries the context of the request.
type Objects interface {
	Post(id int64) (Post, bool, error)
	// TrashedStatus is the status a trashed post had before: its meta
	// _wp_trash_meta_status, or "".
	TrashedStatus(post int64) (string, error)
	Comment(id int64) (Comment, bool, error)
	Term(id int64) (Term, bool, error)
	// User returns the user with that id, evaluated.
	User(id int64) (*User, bool, error)
	// Option returns the text of an option, or "". Asked for are page_on_front,
	// page_for_posts, wp_page_for_privacy_policy, link_manager_enabled,
	// default_TAXONOMY and default_term_TAXONOMY.
	Option(name string) (string, error)
}

// Editor is the argument of the capability edit_block_binding: the post that is
// being edited, or else the name of the editor, such as "core/edit-site".
type Editor struct {
	Name string
	Post int64 // 0: none
}

// MetaCheck is the question whether a user may write one meta key of one object.
type MetaCheck struct {
	ObjectType string // "post", "comment", "term" or "user"
	Subtype    string // post type, taxonomy, "comment" or "user"
	Key        string
	ObjectID   int64
	UserID     int64
	Cap        string // "edit_post_meta", "add_term_meta" …
	Allowed    bool   // the answer so far: the key is not a protected one
}

// Config is what Rules are built from.
type Config struct {
	PostTypes  []PostType
	Taxonomies []Taxonomy
	Statuses   []Status

	// The constants of wp-config.php of the same names.
	DisallowFileEdit       bool // DISALLOW_FILE_EDIT
	DisallowFileMods       bool // DISALLOW_FILE_MODS
	DisallowUnfilteredHTML bool // DISALLOW_UNFILTERED_HTML
	AllowUnfilteredUploads bool // ALLOW_UNFILTERED_UPLOADS

	// MetaAuth decides about one meta key, as the auth_callback of
	// register_meta does. Nil leaves MetaCheck.Allowed as it is. A registration
	// for the subtype goes before one for the object type.
	MetaAuth func(MetaCheck) bool
	// Filter changes the required capabilities, like the filter map_meta_cap.
	// It is called for every step of a mapping, inner ones first.
	Filter func(required []string, cap string, user int64, args []any) []string
	// HasCap changes whether a user holds one primitive capability while the
	// question cap is decided, like the filter user_has_cap. It is not asked
	// about Exist and DoNotAllow.
	HasCap func(user *User, primitive string, held bool, cap string, args []any) bool
}

// Rules maps capabilities for one site. It does not change after New and may be
// used by many goroutines at once.
type Rules struct {
	cfg        Config
	types      map[string]PostType
	taxonomies map[string]Taxonomy
	statuses   map[string]Status
	meta       map[string]string // "edit_book" → "edit_post"
}

// New builds the rules of a site. Later registrations of a name replace earlier
// ones.
func New(cfg Config) *Rules {
	r := &Rules{
		cfg:        cfg,
		types:      make(map[string]PostType, len(cfg.PostTypes)),
		taxonomies: make(map[string]Taxonomy, len(cfg.Taxonomies)),
		statuses:   make(map[string]Status, len(cfg.Statuses)),
		meta:       map[string]string{},
	}
	for _, t := range cfg.PostTypes {
		r.types[t.Name] = t
		if !t.MapMeta {
			continue
		}
		for _, n := range t.Caps {
			switch n.Generic {
			case "edit_post", "read_post", "delete_post":
				r.meta[n.Actual] = n.Generic
			}
		}
	}
	for _, t := range cfg.Taxonomies {
		r.taxonomies[t.Name] = t
	}
	for _, s := range cfg.Statuses {
		r.statuses[s.Name] = s
	}
	return r
}

// PostType returns the post type registered under name.
func (r *Rules) PostType(name string) (PostType, bool) {
	t, ok := r.types[name]
	return t, ok
}

// Taxonomy returns the taxonomy registered under name.
func (r *Rules) Taxonomy(name string) (Taxonomy, bool) {
	t, ok := r.taxonomies[name]
	return t, ok
}

// Map returns the primitive capabilities that the user with that id needs, all
// of them, for cap. No capabilities means that nothing is needed. It mirrors
// map_meta_cap.
//
// The first argument is the object of a meta capability: its id (any integer, or
// its decimal text), or the object itself as a Post, Comment or Term when it is
// already at hand, or an Editor. The second one is a meta key, a string. A nil
// argument counts as not given.
//
// An error of objects is returned together with DoNotAllow alone, so that a
// caller who ignores it refuses. Nil objects are a site without any object.
func (r *Rules) Map(objects Objects, cap string, user int64, args ...any) ([]string, error) {
	return r.appendMap(nil, objects, cap, user, args)
}

func (r *Rules) appendMap(dst []string, objects Objects, cap string, user int64, args []any) ([]string, error) {
	if objects == nil {
		objects = nothing{}
	}
	m := mapping{rules: r, objects: objects, user: user, args: args}
	t := parseTarget(args)
	dst = m.add(dst, cap, &t, 0)
	if m.err != nil {
		return append(dst[:0], DoNotAllow), m.err
	}
	return dst, nil
}

// Can reports whether the user may do cap to the object in args, see Map. A nil
// user is an anonymous visitor. A number as cap asks for that user level. It
// mirrors user_can and WP_User::has_cap.
func (r *Rules) Can(objects Objects, user *User, cap string, args ...any) (bool, error) {
	if isDigits(cap) {
		cap = "level_" + cap
	}
	if r.cfg.Filter == nil && r.cfg.HasCap == nil {
		if primitive, ok := r.single(cap); ok {
			return user.Holds(primitive), nil
		}
	}
	required, err := r.appendMap(nil, objects, cap, user.ID(), args)
	if err != nil {
		return false, err
	}
	for _, primitive := range required {
		held := user.Holds(primitive)
		if r.cfg.HasCap != nil && primitive != Exist && primitive != DoNotAllow {
			held = r.cfg.HasCap(user, primitive, held, cap, slices.Clone(args))
		}
		if !held {
			return false, nil
		}
	}
	return true, nil
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// nothing is a site without any object.
type nothing struct{}

func (nothing) Post(int64) (Post, bool, error)       { return Post{}, false, nil }
func (nothing) TrashedStatus(int64) (string, error)  { return "", nil }
func (nothing) Comment(int64) (Comment, bool, error) { return Comment{}, false, nil }
func (nothing) Term(int64) (Term, bool, error)       { return Term{}, false, nil }
func (nothing) User(int64) (*User, bool, error)      { return nil, false, nil }
func (nothing) Option(string) (string, error)        { return "", nil }
