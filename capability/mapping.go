package capability

import (
	"slices"
	"strings"
)

// maxDepth bounds how often one capability may lead to another. WordPress has no
// such bound: a registration that leads in a circle, or two attachments that are
// each other's parent, end its process. Here they end in a denial.
const maxDepth = 16

// mapping is one question on its way to primitive capabilities.
type mapping struct {
	rules   *Rules
	objects Objects
	user    int64
	args    []any
	err     error // the first failed lookup
}

// add appends to dst what cap requires, and lets the filter change it.
func (m *mapping) add(dst []string, cap string, t *target, depth int) []string {
	if depth > maxDepth {
		return append(dst, DoNotAllow)
	}
	start := len(dst)
	dst, asked, final := m.step(dst, cap, t, depth)
	if final || m.rules.cfg.Filter == nil {
		return dst
	}
	required := m.rules.cfg.Filter(slices.Clone(dst[start:]), asked, m.user, slices.Clone(m.args))
	return append(dst[:start], required...)
}

// kind says what a capability has to be looked up by.
type kind int

const (
	plain kind = iota // by its name alone
	aboutPost
	aboutMeta
	aboutComment
	aboutTerm
	aboutUser
	aboutAppPassword
	aboutBinding
	aboutLinks
	aboutHTTPS
)

func kindOf(cap string) kind {
	switch cap {
	case "edit_post", "edit_page", "delete_post", "delete_page", "read_post", "read_page", "publish_post":
		return aboutPost
	case "edit_post_meta", "delete_post_meta", "add_post_meta",
		"edit_comment_meta", "delete_comment_meta", "add_comment_meta",
		"edit_term_meta", "delete_term_meta", "add_term_meta",
		"edit_user_meta", "delete_user_meta", "add_user_meta":
		return aboutMeta
	case "edit_comment":
		return aboutComment
	case "edit_term", "delete_term", "assign_term":
		return aboutTerm
	case "remove_user", "edit_user", "edit_users":
		return aboutUser
	case "create_app_password", "list_app_passwords", "read_app_password",
		"edit_app_password", "delete_app_passwords", "delete_app_password":
		return aboutAppPassword
	case "edit_block_binding":
		return aboutBinding
	case "manage_links":
		return aboutLinks
	case "update_https":
		return aboutHTTPS
	}
	return plain
}

// step maps cap once. asked is the capability as the filter is told about it;
// final says that an inner step has told the filter already.
func (m *mapping) step(dst []string, cap string, t *target, depth int) (out []string, asked string, final bool) {
	switch kindOf(cap) {
	case aboutPost:
		dst, cap = m.post(dst, cap, t, depth)
	case aboutMeta:
		dst = m.metaKey(dst, cap, t, depth)
	case aboutComment:
		dst = m.comment(dst, t, depth)
	case aboutTerm:
		dst = m.term(dst, cap, t, depth)
	case aboutUser:
		dst = m.userCap(dst, cap, t)
	case aboutAppPassword:
		dst = m.add(dst, "edit_user", t, depth+1)
	case aboutBinding:
		dst = m.blockBinding(dst, t, depth)
	case aboutLinks:
		dst = append(dst, unless(!Truthy(m.option("link_manager_enabled")), cap))
	case aboutHTTPS:
		dst = append(dst, "manage_options", "update_core")
	default:
		if to, ok := m.rules.fixed(cap); ok {
			return append(dst, to), cap, false
		}
		if to, ok := m.rules.meta[cap]; ok {
			return m.add(dst, to, t, depth+1), cap, true
		}
		cap = blockCap(cap)
		dst = append(dst, cap)
	}
	return dst, cap, false
}

// single returns the one primitive capability that a capability without any
// look-up requires.
func (r *Rules) single(cap string) (string, bool) {
	if kindOf(cap) != plain {
		return "", false
	}
	if to, ok := r.fixed(cap); ok {
		return to, true
	}
	if _, ok := r.meta[cap]; ok {
		return "", false
	}
	return blockCap(cap), true
}

// fixed maps the capabilities that depend on no object and on no user.
func (r *Rules) fixed(cap string) (string, bool) {
	switch cap {
	case "promote_user", "add_users":
		return "promote_users", true
	case "delete_user", "delete_users":
		return "delete_users", true
	case "resume_plugin":
		return "resume_plugins", true
	case "resume_theme":
		return "resume_themes", true
	case "customize":
		return "edit_theme_options", true
	case "delete_site":
		return DoNotAllow, true
	case "manage_post_tags", "edit_categories", "edit_post_tags", "delete_categories", "delete_post_tags":
		return "manage_categories", true
	case "assign_categories", "assign_post_tags":
		return "edit_posts", true
	case "setup_network", "export_others_personal_data", "erase_others_personal_data", "manage_privacy_options":
		return "manage_options", true
	case "activate_plugins", "deactivate_plugins", "activate_plugin", "deactivate_plugin":
		return "activate_plugins", true
	case "update_php":
		return "update_core", true
	case "unfiltered_upload":
		return unless(!r.cfg.AllowUnfilteredUploads, cap), true
	case "edit_css", "unfiltered_html":
		return unless(r.cfg.DisallowUnfilteredHTML, "unfiltered_html"), true
	case "edit_files", "edit_plugins", "edit_themes":
		return unless(r.cfg.DisallowFileEdit || r.cfg.DisallowFileMods, cap), true
	case "update_plugins", "delete_plugins", "install_plugins",
		"update_themes", "delete_themes", "install_themes", "update_core":
		return unless(r.cfg.DisallowFileMods, cap), true
	case "upload_plugins":
		return unless(r.cfg.DisallowFileMods, "install_plugins"), true
	case "upload_themes":
		return unless(r.cfg.DisallowFileMods, "install_themes"), true
	case "install_languages", "update_languages":
		return unless(r.cfg.DisallowFileMods, "install_languages"), true
	}
	return "", false
}

func unless(denied bool, cap string) string {
	if denied {
		return DoNotAllow
	}
	return cap
}

// blockCap gives the capabilities of synced patterns the names they have for
// posts.
func blockCap(cap string) string {
	switch cap {
	case "edit_blocks", "edit_others_blocks", "edit_private_blocks", "edit_published_blocks",
		"publish_blocks", "read_private_blocks",
		"delete_blocks", "delete_others_blocks", "delete_private_blocks", "delete_published_blocks":
		return strings.TrimSuffix(cap, "_blocks") + "_posts"
	}
	return cap
}

// userCap maps what concerns another user's account. Everybody may edit
// themselves; on a single site only those who may delete users may remove
// themselves.
func (m *mapping) userCap(dst []string, cap string, t *target) []string {
	self := t.given && t.id == m.user
	if cap == "remove_user" {
		if !self {
			return append(dst, "remove_users")
		}
		if u, ok, err := m.objects.User(m.user); err != nil {
			m.fail(err)
		} else if ok && m.user != 0 && u.Holds("delete_users") {
			return append(dst, "remove_users")
		}
		return append(dst, DoNotAllow)
	}
	switch {
	case m.user < 1:
		return append(dst, DoNotAllow)
	case cap == "edit_user" && self:
		return dst
	}
	return append(dst, "edit_users")
}

func (m *mapping) comment(dst []string, t *target, depth int) []string {
	c := t.comment
	if c == nil && t.given {
		found, ok, err := m.objects.Comment(t.id)
		if m.fail(err); ok && err == nil {
			c = &found
		}
	}
	if c == nil {
		return append(dst, DoNotAllow)
	}
	post, ok := m.findPost(c.Post)
	if !ok {
		// A comment whose post is gone.
		return m.add(dst, "edit_posts", &target{}, depth+1)
	}
	return m.add(dst, "edit_post", &target{given: true, id: post.ID, post: &post}, depth+1)
}

func (m *mapping) term(dst []string, cap string, t *target, depth int) []string {
	term, tax, ok := m.findTerm(t)
	if !ok {
		return append(dst, DoNotAllow)
	}
	if cap == "delete_term" &&
		(m.optionIs("default_"+term.Taxonomy, term.ID) || m.optionIs("default_term_"+term.Taxonomy, term.ID)) {
		return append(dst, DoNotAllow)
	}
	var needed string
	switch cap {
	case "edit_term":
		needed = tax.Caps.Get("edit_terms")
	case "delete_term":
		needed = tax.Caps.Get("delete_terms")
	case "assign_term":
		needed = tax.Caps.Get("assign_terms")
	}
	return m.add(dst, orDeny(needed), &target{given: true, id: term.ID, term: &term}, depth+1)
}

func (m *mapping) findTerm(t *target) (Term, Taxonomy, bool) {
	term := t.term
	if term == nil && t.given && t.id != 0 {
		found, ok, err := m.objects.Term(t.id)
		if m.fail(err); ok && err == nil {
			term = &found
		}
	}
	if term == nil {
		return Term{}, Taxonomy{}, false
	}
	tax, ok := m.rules.taxonomies[term.Taxonomy]
	return *term, tax, ok
}

// metaKey maps writing one meta key: the object must be editable, and a key that
// the user may not touch adds a capability that nobody has, the asked one.
func (m *mapping) metaKey(dst []string, cap string, t *target, depth int) []string {
	objectType, edit := metaObject(cap)
	subtype := m.subtype(objectType, t)
	if subtype == "" {
		return append(dst, DoNotAllow)
	}
	dst = m.add(dst, edit, t, depth+1)
	if t.key == "" {
		return dst
	}
	allowed := !IsProtectedMeta(t.key)
	if m.rules.cfg.MetaAuth != nil {
		allowed = m.rules.cfg.MetaAuth(MetaCheck{
			ObjectType: objectType, Subtype: subtype, Key: t.key,
			ObjectID: t.id, UserID: m.user, Cap: cap, Allowed: allowed,
		})
	}
	if !allowed {
		dst = append(dst, cap)
	}
	return dst
}

func metaObject(cap string) (objectType, edit string) {
	switch cap {
	case "edit_comment_meta", "delete_comment_meta", "add_comment_meta":
		return "comment", "edit_comment"
	case "edit_term_meta", "delete_term_meta", "add_term_meta":
		return "term", "edit_term"
	case "edit_user_meta", "delete_user_meta", "add_user_meta":
		return "user", "edit_user"
	}
	return "post", "edit_post"
}

// subtype mirrors get_object_subtype; "" is an object that is not there.
func (m *mapping) subtype(objectType string, t *target) string {
	if !t.given {
		return ""
	}
	switch objectType {
	case "post":
		if post, ok := m.targetPost(t); ok {
			return post.Type
		}
	case "comment":
		if t.comment != nil {
			return "comment"
		}
		_, ok, err := m.objects.Comment(t.id)
		if m.fail(err); ok && err == nil {
			return "comment"
		}
	case "term":
		if term, _, ok := m.findTerm(t); ok {
			return term.Taxonomy
		}
	case "user":
		_, ok, err := m.objects.User(t.id)
		if m.fail(err); ok && err == nil {
			return "user"
		}
	}
	return ""
}

// fail remembers the first error.
func (m *mapping) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

func (m *mapping) option(name string) string {
	v, err := m.objects.Option(name)
	m.fail(err)
	return v
}

// optionIs tells whether an option holds this id.
func (m *mapping) optionIs(name string, id int64) bool {
	return intval(m.option(name)) == id
}

// orDeny refuses where a registration does not name a capability.
func orDeny(cap string) string {
	if cap == "" {
		return DoNotAllow
	}
	return cap
}
