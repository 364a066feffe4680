package capability

// post maps the capabilities about one post. It returns the capability as the
// filter is told about it, which is the type's own one for a type that does not
// map.
func (m *mapping) post(dst []string, cap string, t *target, depth int) ([]string, string) {
	post, ok := m.targetPost(t)
	if !ok {
		return append(dst, DoNotAllow), cap
	}
	generic := genericPostCap(cap)
	if post.Type == "revision" && generic != "publish_post" {
		if generic == "delete_post" {
			return append(dst, DoNotAllow), cap
		}
		if post, ok = m.findPost(post.Parent); !ok {
			return append(dst, DoNotAllow), cap
		}
	}
	if generic == "delete_post" &&
		(m.optionIs("page_for_posts", post.ID) || m.optionIs("page_on_front", post.ID)) {
		return append(dst, "manage_options"), cap
	}
	pt, ok := m.rules.types[post.Type]
	switch {
	case !ok:
		return append(dst, "edit_others_posts"), cap
	case generic == "publish_post":
		return append(dst, orDeny(pt.Caps.Get("publish_posts"))), cap
	case !pt.MapMeta:
		own := pt.Caps.Get(cap)
		dst = append(dst, orDeny(own))
		if cap == generic {
			cap = own
		}
		return dst, cap
	case generic == "read_post":
		return m.readPost(dst, post, &pt, depth), cap
	}
	return m.changePost(dst, generic, post, &pt, depth), cap
}

func genericPostCap(cap string) string {
	switch cap {
	case "edit_page":
		return "edit_post"
	case "delete_page":
		return "delete_post"
	case "read_page":
		return "read_post"
	}
	return cap
}

// ownership names the capabilities that editing and deleting differ in.
type ownership struct{ plain, others, published, private string }

func ownershipOf(generic string) ownership {
	if generic == "delete_post" {
		return ownership{"delete_posts", "delete_others_posts", "delete_published_posts", "delete_private_posts"}
	}
	return ownership{"edit_posts", "edit_others_posts", "edit_published_posts", "edit_private_posts"}
}

// changePost maps editing and deleting by author and status.
func (m *mapping) changePost(dst []string, generic string, post Post, pt *PostType, depth int) []string {
	names := ownershipOf(generic)
	need := func(generic string) { dst = append(dst, orDeny(pt.Caps.Get(generic))) }
	if post.Author != 0 && post.Author == m.user {
		status := post.Status
		if status == "trash" {
			status = m.trashedStatus(post.ID)
		}
		if isPublished(status) {
			need(names.published)
		} else {
			need(names.plain)
		}
	} else {
		need(names.others)
		if isPublished(post.Status) {
			need(names.published)
		} else if post.Status == "private" {
			need(names.private)
		}
	}
	if m.optionIs("wp_page_for_privacy_policy", post.ID) {
		dst = m.add(dst, "manage_privacy_options", &target{}, depth+1)
	}
	return dst
}

func isPublished(status string) bool { return status == "publish" || status == "future" }

func (m *mapping) readPost(dst []string, post Post, pt *PostType, depth int) []string {
	status, ok := m.rules.statuses[m.postStatus(post, 0)]
	switch {
	case !ok:
		return append(dst, "edit_others_posts")
	case status.Public, post.Author != 0 && post.Author == m.user:
		return append(dst, orDeny(pt.Caps.Get("read")))
	case status.Private:
		return append(dst, orDeny(pt.Caps.Get("read_private_posts")))
	}
	return m.add(dst, "edit_post", &target{given: true, id: post.ID, post: &post}, depth+1)
}

// postStatus is the status that counts for reading: an attachment takes its
// parent's. It mirrors get_post_status.
func (m *mapping) postStatus(post Post, depth int) string {
	if post.Type != "attachment" {
		return post.Status
	}
	switch post.Status {
	case "private", "trash", "auto-draft":
		return post.Status
	case "inherit":
	default:
		return "publish"
	}
	if post.Parent == 0 || post.Parent == post.ID {
		return "publish"
	}
	parent, ok := m.findPost(post.Parent)
	if !ok {
		return "publish"
	}
	if depth > maxDepth {
		return "" // a circle of parents: no status
	}
	status := m.postStatus(parent, depth+1)
	if status != "trash" {
		return status
	}
	if status = m.trashedStatus(parent.ID); !Truthy(status) {
		return "publish"
	}
	return status
}

// blockBinding maps connecting a block to a data source: editing the post, or
// the theme in the site editor.
func (m *mapping) blockBinding(dst []string, t *target, depth int) []string {
	if t.editor == nil {
		return append(dst, DoNotAllow)
	}
	if t.editor.Post == 0 {
		if t.editor.Name != "core/edit-site" {
			return append(dst, DoNotAllow)
		}
		return m.add(dst, "edit_theme_options", &target{}, depth+1)
	}
	post, ok := m.findPost(t.editor.Post)
	if !ok {
		return append(dst, DoNotAllow)
	}
	pt, ok := m.rules.types[post.Type]
	if !ok {
		return append(dst, DoNotAllow)
	}
	// Core derives the name anew from the capability type, without the names
	// that the registration overrides.
	edit := "edit_" + pt.Singular
	if pt.MapMeta {
		edit = "edit_post"
	}
	return m.add(dst, edit, &target{given: true, id: post.ID, post: &post}, depth+1)
}

func (m *mapping) targetPost(t *target) (Post, bool) {
	switch {
	case t.post != nil:
		return *t.post, true
	case !t.given:
		return Post{}, false
	}
	return m.findPost(t.id)
}

func (m *mapping) findPost(id int64) (Post, bool) {
	if id <= 0 {
		return Post{}, false
	}
	post, ok, err := m.objects.Post(id)
	m.fail(err)
	return post, ok && err == nil
}

func (m *mapping) trashedStatus(post int64) string {
	status, err := m.objects.TrashedStatus(post)
	m.fail(err)
	return status
}
