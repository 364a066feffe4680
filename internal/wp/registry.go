package wp

// Label is one entry of a post type's or taxonomy's labels. Core leaves some labels null, hence the flag.
type Label struct {
	Name  string
	Value string
	Null  bool
}

// Labels is an ordered list of labels, in the order core builds them (the order seen on the wire).
type Labels []Label

// Get returns the label called name, or "" where it is missing or null.
func (l Labels) Get(name string) string {
	for _, e := range l {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

// Cap maps a generic capability of a registry entry ("edit_posts", "manage_terms") to the one the site checks.
type Cap struct {
	Name string
	Cap  string
}

// Caps is an ordered list of capabilities, in the order core builds them (the order seen on the wire).
type Caps []Cap

// Get returns the capability behind a generic name, or the generic name itself where the list does not have it.
func (c Caps) Get(name string) string {
	for _, e := range c {
		if e.Name == name {
			return e.Cap
		}
	}
	return name
}

// Support is one feature a post type supports. Args is nil for a plain feature (true on the wire), else the arguments
// given to add_post_type_support.
type Support struct {
	Feature string
	Args    []any
}

// PostType is a registered post type (WP_Post_Type).
type PostType struct {
	Name                string // key, at most 20 bytes: "post"
	Label               string // plural
	Labels              Labels
	Description         string
	Public              bool
	Hierarchical        bool
	ExcludeFromSearch   bool
	PubliclyQueryable   bool
	Embeddable          bool
	ShowUI              bool
	ShowInMenu          bool
	ShowInNavMenus      bool
	ShowInAdminBar      bool
	MenuIcon            string // "" is null on the wire
	CapabilityType      string // "post", "page"; the stem of the default capabilities
	MapMetaCap          bool
	Caps                Caps
	Supports            []Support // in the order of the wire
	Taxonomies          []string
	HasArchive          string // "" none, "true" the default archive, else the archive's slug
	RewriteSlug         string // "" no own permalink
	RewriteWithFront    bool
	QueryVar            string // "" none
	CanExport           bool
	DeleteWithUser      bool
	Template            []any
	TemplateLock        string // "" false, else "all", "insert", "contentOnly"
	Builtin             bool
	ShowInREST          bool
	RESTBase            string // "" means Name
	RESTNamespace       string // "" means "wp/v2"
	RESTController      string // the kind of controller: "posts", "attachments", "blocks", "templates", "menu-items", …; "" for "posts"
	RevisionsController string // "" for the plain one, "none" for no route at all
	AutosavesController string // "" for the plain one, "none" for no route at all
}

// Viewable mirrors is_post_type_viewable.
func (t *PostType) Viewable() bool {
	return t.PubliclyQueryable || (t.Builtin && t.Public)
}

// Supporting reports whether the post type supports a feature (post_type_supports).
func (t *PostType) Supporting(feature string) bool {
	for _, s := range t.Supports {
		if s.Feature == feature {
			return true
		}
	}
	return false
}

// Base is the last part of the post type's collection route.
func (t *PostType) Base() string {
	if t.RESTBase != "" {
		return t.RESTBase
	}
	return t.Name
}

// Namespace is the REST namespace the post type's routes live in.
func (t *PostType) Namespace() string {
	if t.RESTNamespace != "" {
		return t.RESTNamespace
	}
	return "wp/v2"
}

// Taxonomy is a registered taxonomy (WP_Taxonomy).
type Taxonomy struct {
	Name              string // key, at most 32 bytes: "category"
	Label             string // plural
	Labels            Labels
	Description       string
	Public            bool
	PubliclyQueryable bool
	Hierarchical      bool
	ShowUI            bool
	ShowInMenu        bool
	ShowInNavMenus    bool
	ShowTagcloud      bool
	ShowInQuickEdit   bool
	ShowAdminColumn   bool
	ObjectTypes       []string // post types, in order of registration
	Caps              Caps     // manage_terms, edit_terms, delete_terms, assign_terms
	RewriteSlug       string   // "" no own permalink
	RewriteWithFront  bool
	RewriteHierarchy  bool
	QueryVar          string // "" none
	GenericCount      bool   // count every relation (_update_generic_term_count) instead of published posts
	DefaultTerm       string // name of the default term, "" none
	Sort              bool   // keep the order in which terms were given
	Builtin           bool
	ShowInREST        bool
	RESTBase          string // "" means Name
	RESTNamespace     string // "" means "wp/v2"
	RESTController    string // "" for "terms", else "menus", …
}

// Viewable mirrors is_taxonomy_viewable.
func (t *Taxonomy) Viewable() bool { return t.PubliclyQueryable }

// Base is the last part of the taxonomy's collection route.
func (t *Taxonomy) Base() string {
	if t.RESTBase != "" {
		return t.RESTBase
	}
	return t.Name
}

// Namespace is the REST namespace the taxonomy's routes live in.
func (t *Taxonomy) Namespace() string {
	if t.RESTNamespace != "" {
		return t.RESTNamespace
	}
	return "wp/v2"
}

// Status is a registered post status (register_post_status).
type Status struct {
	Name                  string // key: "publish"
	Label                 string
	Public                bool
	Internal              bool
	Protected             bool
	Private               bool
	PubliclyQueryable     bool
	ExcludeFromSearch     bool
	ShowInAdminAllList    bool
	ShowInAdminStatusList bool
	DateFloating          bool
	Builtin               bool
}

// Viewable mirrors is_post_status_viewable.
func (s *Status) Viewable() bool {
	if s.Internal || s.Protected {
		return false
	}
	return s.PubliclyQueryable || (s.Builtin && s.Public)
}
