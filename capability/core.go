package capability

// CoreConfig is the configuration of a site without plugins.
func CoreConfig() Config {
	return Config{
		PostTypes:  CorePostTypes(),
		Taxonomies: CoreTaxonomies(),
		Statuses:   CoreStatuses(),
	}
}

// allAs names one capability for several generic ones.
func allAs(actual string, generics ...string) Names {
	n := make(Names, len(generics))
	for i, g := range generics {
		n[i] = Name{g, actual}
	}
	return n
}

// same lists capabilities that keep their generic name.
func same(generics ...string) Names {
	n := make(Names, len(generics))
	for i, g := range generics {
		n[i] = Name{g, g}
	}
	return n
}

func join(lists ...Names) Names {
	var n Names
	for _, l := range lists {
		n = append(n, l...)
	}
	return n
}

// CorePostTypes returns WordPress's own post types in the order of their
// registration. It mirrors create_initial_post_types.
func CorePostTypes() []PostType {
	const theme = "edit_theme_options"
	yes := true
	mapped := func(name, singular string, own ...Names) PostType {
		return NewPostType(name, PostTypeArgs{Singular: singular, MapMeta: &yes, Own: join(own...)})
	}
	pair := func(name, singular, plural string, own ...Names) PostType {
		return NewPostType(name, PostTypeArgs{Singular: singular, Plural: plural, MapMeta: &yes, Own: join(own...)})
	}
	templates := allAs(theme, "create_posts", "delete_posts", "delete_others_posts", "delete_private_posts",
		"delete_published_posts", "edit_posts", "edit_others_posts", "edit_private_posts",
		"edit_published_posts", "publish_posts", "read", "read_private_posts")
	fonts := allAs(theme, "read", "read_private_posts", "create_posts", "publish_posts", "edit_posts",
		"edit_others_posts", "edit_published_posts", "delete_posts", "delete_others_posts", "delete_published_posts")
	return []PostType{
		mapped("post", "post"),
		mapped("page", "page"),
		mapped("attachment", "post", Names{{"create_posts", "upload_files"}}),
		mapped("revision", "post"),
		pair("nav_menu_item", theme, theme,
			same("edit_post", "read_post", "delete_post"),
			allAs(theme, "edit_posts", "edit_others_posts", "delete_posts", "publish_posts", "read_private_posts"),
			same("read"),
			allAs(theme, "delete_private_posts", "delete_published_posts", "delete_others_posts",
				"edit_private_posts", "edit_published_posts")),
		NewPostType("custom_css", PostTypeArgs{Own: join(
			allAs(theme, "delete_posts", "delete_post", "delete_published_posts", "delete_private_posts",
				"delete_others_posts"),
			allAs("edit_css", "edit_post", "edit_posts", "edit_others_posts", "edit_published_posts"),
			allAs("read", "read_post", "read_private_posts"),
			allAs(theme, "publish_posts"))}),
		mapped("customize_changeset", "customize_changeset",
			allAs("customize", "create_posts", "delete_others_posts", "delete_post", "delete_posts",
				"delete_private_posts", "delete_published_posts", "edit_others_posts", "edit_post",
				"edit_posts", "edit_private_posts"),
			Names{{"edit_published_posts", DoNotAllow}, {"publish_posts", "customize"}},
			same("read"),
			allAs("customize", "read_post", "read_private_posts")),
		NewPostType("oembed_cache", PostTypeArgs{}),
		NewPostType("user_request", PostTypeArgs{}),
		mapped("wp_block", "block",
			Names{{"read", "edit_posts"}, {"create_posts", "publish_posts"}},
			same("edit_posts", "edit_published_posts", "delete_published_posts", "delete_posts",
				"edit_others_posts", "delete_others_posts")),
		pair("wp_template", "template", "templates", templates),
		mapped("wp_template_part", "post", templates),
		mapped("wp_global_styles", "post",
			Names{{"read", "edit_posts"}},
			allAs(theme, "create_posts", "edit_posts", "edit_published_posts", "delete_published_posts",
				"edit_others_posts", "delete_others_posts")),
		mapped("wp_navigation", "post",
			allAs(theme, "edit_others_posts", "delete_posts", "publish_posts", "create_posts",
				"read_private_posts", "delete_private_posts", "delete_published_posts",
				"delete_others_posts", "edit_private_posts", "edit_published_posts", "edit_posts")),
		mapped("wp_font_family", "post", fonts),
		mapped("wp_font_face", "post", fonts),
	}
}

// CoreTaxonomies returns WordPress's own taxonomies in the order of their
// registration. It mirrors create_initial_taxonomies.
func CoreTaxonomies() []Taxonomy {
	terms := []string{"manage_terms", "edit_terms", "delete_terms", "assign_terms"}
	plain := TaxonomyCaps(nil)
	return []Taxonomy{
		{"category", TaxonomyCaps(Names{
			{"edit_terms", "edit_categories"}, {"delete_terms", "delete_categories"}, {"assign_terms", "assign_categories"}})},
		{"post_tag", TaxonomyCaps(Names{{"manage_terms", "manage_post_tags"},
			{"edit_terms", "edit_post_tags"}, {"delete_terms", "delete_post_tags"}, {"assign_terms", "assign_post_tags"}})},
		{"nav_menu", TaxonomyCaps(allAs("edit_theme_options", terms...))},
		{"link_category", TaxonomyCaps(allAs("manage_links", terms...))},
		{"post_format", plain},
		{"wp_theme", plain},
		{"wp_template_part_area", plain},
		{"wp_pattern_category", plain},
	}
}

// CoreStatuses returns WordPress's own post statuses in the order of their
// registration.
func CoreStatuses() []Status {
	return []Status{
		{Name: "publish", Public: true},
		{Name: "future"},
		{Name: "draft"},
		{Name: "pending"},
		{Name: "private", Private: true},
		{Name: "trash"},
		{Name: "auto-draft"},
		{Name: "inherit"},
		{Name: "request-pending"},
		{Name: "request-confirmed"},
		{Name: "request-failed"},
		{Name: "request-completed"},
	}
}
