package site

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// RESTRoot is the address of the REST API with a trailing slash: rest_url('/').
func (set *Settings) RESTRoot() string {
	switch {
	case set.Permalinks == "":
		return set.Home + "/?rest_route=/"
	case strings.HasPrefix(set.Permalinks, "/index.php/"):
		return set.Home + "/index.php/wp-json/"
	}
	return set.Home + "/wp-json/"
}

// REST is the address of a route ("wp/v2/posts/1"): rest_url.
func (set *Settings) REST(route string) string {
	return set.RESTRoot() + strings.TrimPrefix(route, "/")
}

// UploadsURL is the address of the uploads, without a slash at the end.
func (set *Settings) UploadsURL() string { return set.uploads }

// Permalink is the address of a post: get_permalink. With sample, a draft is
// shown with the address it would get, unless it has no slug.
func (s *Site) Permalink(ctx context.Context, p *wp.Post) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return ""
	}
	switch {
	case p.Type == "page":
		return s.pageLink(ctx, set, p)
	case p.Type == "attachment":
		return s.attachmentLink(ctx, set, p)
	case s.builtin(p.Type):
		return s.postLink(ctx, set, p)
	}
	return s.typeLink(ctx, set, p)
}

// builtin reports a post type of WordPress's own: its posts have addresses like
// those of posts.
func (s *Site) builtin(postType string) bool {
	t := s.reg.PostType(postType)
	return t != nil && t.Builtin
}

// plainStatus reports whether a post of this status is not reachable under its
// own address: wp_force_plain_post_permalink.
func (s *Site) plainStatus(ctx context.Context, p *wp.Post) bool {
	st := s.reg.Status(p.Status)
	switch {
	case st == nil || s.reg.PostType(p.Type) == nil:
		return true
	case p.Type == "attachment":
		return false
	case st.Internal:
		return true
	case st.Protected:
		return true
	case st.Private:
		return !s.CanPost(ctx, "read_post", p)
	}
	return false
}

func (s *Site) postLink(ctx context.Context, set *Settings, p *wp.Post) string {
	if set.Permalinks == "" || s.plainStatus(ctx, p) {
		return set.Home + "/?p=" + strconv.FormatInt(p.ID, 10)
	}
	return set.Home + userTrailingSlash(set, s.expandPermalink(ctx, set.Permalinks, p))
}

// userTrailingSlash gives a path the trailing slash that the permalink
// structure has: user_trailingslashit.
func userTrailingSlash(set *Settings, path string) string {
	path = strings.TrimRight(path, "/")
	if strings.HasSuffix(set.Permalinks, "/") {
		return path + "/"
	}
	return path
}

// expandPermalink fills the tags of a permalink structure.
func (s *Site) expandPermalink(ctx context.Context, structure string, p *wp.Post) string {
	var b strings.Builder
	b.Grow(len(structure) + len(p.Name) + 8)
	for structure != "" {
		start := strings.IndexByte(structure, '%')
		if start < 0 {
			break
		}
		end := strings.IndexByte(structure[start+1:], '%')
		if end < 0 {
			break
		}
		tag := structure[start+1 : start+1+end]
		value, known := s.permalinkPart(ctx, tag, p)
		b.WriteString(structure[:start])
		if !known {
			b.WriteByte('%')
			structure = structure[start+1:]
			continue
		}
		b.WriteString(value)
		structure = structure[start+end+2:]
	}
	b.WriteString(structure)
	return b.String()
}

// permalinkPart is what a tag of a permalink structure stands for.
func (s *Site) permalinkPart(ctx context.Context, tag string, p *wp.Post) (string, bool) {
	date := p.Date
	if len(date) != len(wp.ZeroDate) {
		date = wp.ZeroDate
	}
	switch tag {
	case "year":
		return date[0:4], true
	case "monthnum":
		return date[5:7], true
	case "day":
		return date[8:10], true
	case "hour":
		return date[11:13], true
	case "minute":
		return date[14:16], true
	case "second":
		return date[17:19], true
	case "postname", "pagename":
		return p.Name, true
	case "post_id":
		return strconv.FormatInt(p.ID, 10), true
	case "category":
		return s.categoryPath(ctx, p), true
	case "author":
		if u, err := s.User(ctx, p.Author); err == nil {
			return u.Nicename, true
		}
		return "", true
	}
	return "", false
}

// categoryPath is the slug of a post's first category below its parents.
func (s *Site) categoryPath(ctx context.Context, p *wp.Post) string {
	terms, err := s.PostTerms(ctx, p.ID, "category")
	if err != nil || len(terms) == 0 {
		if t := s.defaultCategory(ctx); t != nil {
			return t.Slug
		}
		return ""
	}
	first := terms[0]
	for _, t := range terms {
		if t.ID < first.ID {
			first = t
		}
	}
	path := first.Slug
	seen := map[int64]bool{first.ID: true}
	for parent := first.Parent; parent != 0 && !seen[parent]; {
		seen[parent] = true
		t, err := s.Term(ctx, parent, "category")
		if err != nil {
			break
		}
		path = t.Slug + "/" + path
		parent = t.Parent
	}
	return path
}

func (s *Site) pageLink(ctx context.Context, set *Settings, p *wp.Post) string {
	if set.Get("show_on_front") == "page" && set.Int("page_on_front") == p.ID {
		return set.Home + "/"
	}
	if set.Permalinks == "" || s.plainStatus(ctx, p) {
		return set.Home + "/?page_id=" + strconv.FormatInt(p.ID, 10)
	}
	prefix := "/"
	if strings.HasPrefix(set.Permalinks, "/index.php/") {
		prefix = "/index.php/"
	}
	return set.Home + userTrailingSlash(set, prefix+s.PageURI(ctx, p))
}

// PageURI is the path of a page below its ancestors: get_page_uri.
func (s *Site) PageURI(ctx context.Context, p *wp.Post) string {
	uri := p.Name
	seen := map[int64]bool{p.ID: true}
	for parent := p.Parent; parent != 0 && !seen[parent]; {
		seen[parent] = true
		a, err := s.Post(ctx, parent)
		if err != nil {
			break
		}
		if a.Name != "" {
			uri = a.Name + "/" + uri
		}
		parent = a.Parent
	}
	return uri
}

func (s *Site) attachmentLink(ctx context.Context, set *Settings, p *wp.Post) string {
	plain := set.Home + "/?attachment_id=" + strconv.FormatInt(p.ID, 10)
	if set.Permalinks == "" {
		return plain
	}
	if p.Parent != 0 && p.Parent != p.ID {
		parent, err := s.Post(ctx, p.Parent)
		if err != nil || s.reg.PostType(parent.Type) == nil {
			return plain
		}
		if s.plainStatus(ctx, parent) {
			return plain
		}
		base := s.Permalink(ctx, parent)
		if strings.Contains(base, "?") {
			return plain
		}
		name := p.Name
		if numeric(name) || strings.Contains(set.Permalinks, "%category%") {
			name = "attachment/" + name
		}
		return strings.TrimRight(base, "/") + userTrailingSlash(set, "/"+name)
	}
	if p.Name == "" {
		return plain
	}
	return set.Home + userTrailingSlash(set, "/"+p.Name)
}

func (s *Site) typeLink(ctx context.Context, set *Settings, p *wp.Post) string {
	t := s.reg.PostType(p.Type)
	if t != nil && t.RewriteSlug != "" && set.Permalinks != "" && !s.plainStatus(ctx, p) {
		name := p.Name
		if t.Hierarchical {
			name = s.PageURI(ctx, p)
		}
		front := ""
		if t.RewriteWithFront {
			front = strings.TrimRight(permalinkFront(set.Permalinks), "/")
		}
		return set.Home + userTrailingSlash(set, front+"/"+t.RewriteSlug+"/"+name)
	}
	if t != nil && t.QueryVar != "" && !s.plainStatus(ctx, p) {
		return set.Home + "/?" + url.QueryEscape(t.QueryVar) + "=" + p.Name
	}
	return set.Home + "/?post_type=" + url.QueryEscape(p.Type) + "&p=" + strconv.FormatInt(p.ID, 10)
}

// permalinkFront is the fixed part that a permalink structure begins with.
func permalinkFront(structure string) string {
	front, _, _ := strings.Cut(structure, "%")
	return front
}

// TermLink is the address of a term's archive: get_term_link.
func (s *Site) TermLink(ctx context.Context, t *wp.Term) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return ""
	}
	tax := s.reg.Taxonomy(t.Taxonomy)
	if tax == nil {
		return ""
	}
	slug := t.Slug
	if t.Taxonomy == "post_format" { // addresses have the bare name
		slug = strings.TrimPrefix(slug, "post-format-")
	}
	if set.Permalinks == "" || tax.RewriteSlug == "" {
		switch {
		case t.Taxonomy == "category":
			return set.Home + "/?cat=" + strconv.FormatInt(t.ID, 10)
		case tax.QueryVar != "":
			return set.Home + "/?" + tax.QueryVar + "=" + slug
		}
		return set.Home + "/?taxonomy=" + t.Taxonomy + "&term=" + slug
	}
	if tax.RewriteHierarchy {
		seen := map[int64]bool{t.ID: true}
		for parent := t.Parent; parent != 0 && !seen[parent]; {
			seen[parent] = true
			a, err := s.Term(ctx, parent, t.Taxonomy)
			if err != nil {
				break
			}
			slug = a.Slug + "/" + slug
			parent = a.Parent
		}
	}
	return set.Home + userTrailingSlash(set, s.termBase(set, tax)+"/"+slug)
}

// termBase is the front of a taxonomy's archives: the option category_base or
// tag_base, else the registered slug behind the fixed front.
func (s *Site) termBase(set *Settings, tax *wp.Taxonomy) string {
	base := tax.RewriteSlug
	switch tax.Name {
	case "category":
		if b := set.Get("category_base"); b != "" {
			base = b
		}
	case "post_tag":
		if b := set.Get("tag_base"); b != "" {
			base = b
		}
	}
	front := ""
	if tax.RewriteWithFront {
		front = strings.TrimRight(permalinkFront(set.Permalinks), "/")
	}
	return front + "/" + strings.Trim(base, "/")
}

// AuthorLink is the address of a user's archive: get_author_posts_url.
func (s *Site) AuthorLink(ctx context.Context, u *User) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return ""
	}
	if set.Permalinks == "" {
		return set.Home + "/?author=" + strconv.FormatInt(u.ID, 10)
	}
	return set.Home + userTrailingSlash(set, strings.TrimRight(permalinkFront(set.Permalinks), "/")+"/author/"+u.Nicename)
}

func numeric(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
