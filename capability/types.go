package capability

// Name says what one generic capability ("edit_posts", "assign_terms") is called
// for a post type or taxonomy ("edit_books").
type Name struct {
	Generic string
	Actual  string
}

// Names is the list of capability names of a post type or taxonomy, in the order
// in which WordPress lists them.
type Names []Name

// Get returns the actual name of a generic capability, or "" without one.
func (n Names) Get(generic string) string {
	for i := range n {
		if n[i].Generic == generic {
			return n[i].Actual
		}
	}
	return ""
}

// merge puts own over n: known names in place, new ones behind.
func (n Names) merge(own Names) Names {
next:
	for _, o := range own {
		for i := range n {
			if n[i].Generic == o.Generic {
				n[i].Actual = o.Actual
				continue next
			}
		}
		n = append(n, o)
	}
	return n
}

// PostTypeCaps builds the capability names of a post type from the singular and
// plural of its capability_type; an empty plural is the singular with an s. The
// names that only mapping uses exist when mapMeta is set, own overrides single
// names, and create_posts is edit_posts unless own says otherwise. It mirrors
// get_post_type_capabilities.
func PostTypeCaps(singular, plural string, mapMeta bool, own Names) Names {
	if plural == "" {
		plural = singular + "s"
	}
	n := Names{
		{"edit_post", "edit_" + singular},
		{"read_post", "read_" + singular},
		{"delete_post", "delete_" + singular},
		{"edit_posts", "edit_" + plural},
		{"edit_others_posts", "edit_others_" + plural},
		{"delete_posts", "delete_" + plural},
		{"publish_posts", "publish_" + plural},
		{"read_private_posts", "read_private_" + plural},
	}
	if mapMeta {
		n = append(n, Names{
			{"read", "read"},
			{"delete_private_posts", "delete_private_" + plural},
			{"delete_published_posts", "delete_published_" + plural},
			{"delete_others_posts", "delete_others_" + plural},
			{"edit_private_posts", "edit_private_" + plural},
			{"edit_published_posts", "edit_published_" + plural},
		}...)
	}
	n = n.merge(own)
	if n.Get("create_posts") == "" {
		n = n.merge(Names{{"create_posts", n.Get("edit_posts")}})
	}
	return n
}

// TaxonomyCaps builds the capability names of a taxonomy; own overrides single
// names. It mirrors the rule in WP_Taxonomy::set_props.
func TaxonomyCaps(own Names) Names {
	return Names{
		{"manage_terms", "manage_categories"},
		{"edit_terms", "manage_categories"},
		{"delete_terms", "manage_categories"},
		{"assign_terms", "edit_posts"},
	}.merge(own)
}

// PostType is a registered post type as far as capabilities go.
type PostType struct {
	Name     string
	Singular string // singular of the capability type
	// MapMeta says that questions about one post are broken down by author and
	// status. Without it they take exactly the capability named in Caps.
	MapMeta bool
	Caps    Names
}

// PostTypeArgs is what a registration says about capabilities; the zero value
// means "like posts".
type PostTypeArgs struct {
	Singular string // capability_type; empty: "post"
	Plural   string // set only if capability_type is a pair
	Own      Names  // capabilities
	MapMeta  *bool  // map_meta_cap; nil: not given
}

// NewPostType applies WordPress's defaults to a registration: mapping is on
// without being asked for when the capability type is plain "post" or "page" and
// no name is overridden. It mirrors WP_Post_Type::set_props.
func NewPostType(name string, args PostTypeArgs) PostType {
	if args.Singular == "" {
		args.Singular = "post"
	}
	mapMeta := len(args.Own) == 0 && args.Plural == "" && (args.Singular == "post" || args.Singular == "page")
	if args.MapMeta != nil {
		mapMeta = *args.MapMeta
	}
	return PostType{
		Name:     name,
		Singular: args.Singular,
		MapMeta:  mapMeta,
		Caps:     PostTypeCaps(args.Singular, args.Plural, mapMeta, args.Own),
	}
}

// Taxonomy is a registered taxonomy as far as capabilities go.
type Taxonomy struct {
	Name string
	Caps Names
}

// Status is a registered post status as far as capabilities go. The visibility
// of the others ("protected", "internal") makes no difference here.
type Status struct {
	Name    string
	Public  bool
	Private bool
}
