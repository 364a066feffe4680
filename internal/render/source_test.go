package render_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// fixture is one site of the_content_fixture.json.
type fixture struct {
	options  map[string]any
	posts    map[int64]*wp.Post
	order    []*wp.Post
	meta     map[int64]*ordered.Object
	terms    map[int64]*wp.Term
	postTerm map[int64][]int64
	users    map[int64]*wp.User
	comments []*wp.Comment
}

// source is a render.Source over a fixture.
type source struct {
	*fixture
	post  *wp.Post // stands in for the stored one
	extra map[string]string
}

func i64(v any) int64 {
	n, _ := v.(int64)
	return n
}

func s(v any) string {
	out, _ := v.(string)
	return out
}

func loadFixtures(t testing.TB) map[string]*fixture {
	v, err := ordered.Decode(vectest.Read(t, "the_content_fixture"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*fixture{}
	for name, f := range v.(*ordered.Object).All() {
		out[name] = newFixture(f.(*ordered.Object))
	}
	return out
}

func list(o *ordered.Object, name string) []any {
	l, _ := o.Value(name).([]any)
	return l
}

func newFixture(o *ordered.Object) *fixture {
	f := &fixture{options: map[string]any{}, posts: map[int64]*wp.Post{}, meta: map[int64]*ordered.Object{},
		terms: map[int64]*wp.Term{}, postTerm: map[int64][]int64{}, users: map[int64]*wp.User{}}
	for k, v := range o.Value("options").(*ordered.Object).All() {
		f.options[k] = v
	}
	for _, item := range list(o, "posts") {
		p := item.(*ordered.Object)
		post := &wp.Post{ID: i64(p.Value("id")), Type: s(p.Value("type")), Status: s(p.Value("status")), Name: s(p.Value("slug")),
			Title: s(p.Value("title")), Date: s(p.Value("date")), DateGMT: s(p.Value("date")), Modified: s(p.Value("modified")), ModifiedGMT: s(p.Value("modified")),
			Parent: i64(p.Value("parent")), MenuOrder: i64(p.Value("menu_order")), Author: i64(p.Value("author")), Password: s(p.Value("password")),
			Excerpt: s(p.Value("excerpt")), Content: s(p.Value("content")), CommentStatus: s(p.Value("comment_status")), PingStatus: "open",
			MimeType: s(p.Value("mime_type")), GUID: s(p.Value("guid"))}
		f.posts[post.ID] = post
		f.order = append(f.order, post)
		f.meta[post.ID], _ = p.Value("meta").(*ordered.Object)
		for _, id := range list(p, "terms") {
			f.postTerm[post.ID] = append(f.postTerm[post.ID], i64(id))
		}
	}
	for _, item := range list(o, "terms") {
		p := item.(*ordered.Object)
		term := &wp.Term{ID: i64(p.Value("id")), Name: s(p.Value("name")), Slug: s(p.Value("slug")), Taxonomy: s(p.Value("taxonomy")),
			Parent: i64(p.Value("parent")), Description: s(p.Value("description")), Count: i64(p.Value("count"))}
		term.TermTaxonomyID = term.ID
		f.terms[term.ID] = term
	}
	for _, item := range list(o, "users") {
		p := item.(*ordered.Object)
		u := &wp.User{ID: i64(p.Value("id")), Login: s(p.Value("login")), DisplayName: s(p.Value("display_name")), Nicename: s(p.Value("nicename")),
			Email: s(p.Value("email")), Registered: s(p.Value("registered")), URL: s(p.Value("url"))}
		f.users[u.ID] = u
	}
	for _, item := range list(o, "comments") {
		p := item.(*ordered.Object)
		c := &wp.Comment{ID: i64(p.Value("id")), PostID: i64(p.Value("post")), Parent: i64(p.Value("parent")), Author: s(p.Value("author")),
			AuthorEmail: s(p.Value("email")), AuthorURL: s(p.Value("url")), Date: s(p.Value("date")), DateGMT: s(p.Value("date")), Content: s(p.Value("content")),
			Approved: s(p.Value("approved")), Type: s(p.Value("type")), UserID: i64(p.Value("user_id"))}
		f.comments = append(f.comments, c)
		if post := f.posts[c.PostID]; post != nil && c.Approved == "1" {
			post.CommentCount++
		}
	}
	return f
}

func (f *fixture) home() string { return s(f.options["home"]) }

func (src *source) Option(name string) string {
	if v, ok := src.extra[name]; ok {
		return v
	}
	switch v := src.options[name].(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

func (src *source) StickyPosts() []int64 {
	var out []int64
	l, _ := src.options["sticky_posts"].([]any)
	for _, id := range l {
		out = append(out, i64(id))
	}
	return out
}

func (src *source) Now() time.Time           { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
func (src *source) Location() *time.Location { return time.UTC }

func (src *source) Post(id int64) *wp.Post {
	if src.post != nil && src.post.ID == id {
		return src.post
	}
	return src.posts[id]
}

func (src *source) PostBySlug(typ, slug string) *wp.Post {
	for _, p := range src.order {
		if p.Type == typ && p.Name == slug {
			return p
		}
	}
	return nil
}

func (src *source) PostByURL(url string) *wp.Post {
	for _, p := range src.order {
		if (p.Type == "post" || p.Type == "page") && src.Permalink(p) == url {
			return p
		}
	}
	return nil
}

func or(list []string, otherwise ...string) []string {
	if len(list) == 0 {
		return otherwise
	}
	return list
}

func (src *source) Posts(q render.PostQuery) ([]*wp.Post, int) {
	types, statuses := or(q.Types, "post"), or(q.Statuses, "publish")
	var out []*wp.Post
	for _, p := range src.order {
		p = src.Post(p.ID)
		if !slices.Contains(types, p.Type) || !slices.Contains(statuses, p.Status) ||
			len(q.Include) > 0 && !slices.Contains(q.Include, p.ID) || slices.Contains(q.Exclude, p.ID) ||
			q.HasParents && !slices.Contains(q.Parents, p.Parent) || slices.Contains(q.NotParents, p.Parent) ||
			len(q.Authors) > 0 && !slices.Contains(q.Authors, p.Author) || slices.Contains(q.NotAuthors, p.Author) ||
			q.MimeType != "" && !strings.HasPrefix(p.MimeType, q.MimeType) ||
			q.HasPassword != nil && *q.HasPassword != (p.Password != "") ||
			q.Year > 0 && !strings.HasPrefix(p.Date, fmt.Sprintf("%04d", q.Year)) || q.Month > 0 && p.Date[5:7] != fmt.Sprintf("%02d", q.Month) ||
			q.Search != "" && !strings.Contains(strings.ToLower(p.Title+p.Excerpt+p.Content), strings.ToLower(q.Search)) {
			continue
		}
		match := true
		for _, tax := range q.Taxonomies {
			has := false
			for _, id := range src.postTerm[p.ID] {
				for id != 0 && src.terms[id] != nil {
					if src.terms[id].Taxonomy == tax.Taxonomy && slices.Contains(tax.Terms, id) {
						has = true
					}
					if !tax.IncludeChildren {
						break
					}
					id = src.terms[id].Parent
				}
			}
			match = match && has != tax.Not
		}
		if match {
			out = append(out, p)
		}
	}
	by, order := q.OrderBy, strings.ToUpper(q.Order)
	if by == "" {
		by = "date"
	}
	if order == "" {
		order = "DESC"
	}
	slices.SortStableFunc(out, func(a, b *wp.Post) int {
		for _, key := range strings.Fields(by) {
			c := 0
			switch key {
			case "title", "post_title":
				c = strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
			case "menu_order":
				c = cmp.Compare(a.MenuOrder, b.MenuOrder)
			case "ID", "id":
				c = cmp.Compare(a.ID, b.ID)
			case "name":
				c = strings.Compare(a.Name, b.Name)
			case "modified":
				c = strings.Compare(a.Modified, b.Modified)
			case "comment_count":
				c = cmp.Compare(a.CommentCount, b.CommentCount)
			case "include", "post__in":
				return cmp.Compare(slices.Index(q.Include, a.ID), slices.Index(q.Include, b.ID))
			default:
				c = strings.Compare(a.Date, b.Date)
			}
			if c != 0 {
				if order == "DESC" {
					return -c
				}
				return c
			}
		}
		return 0
	})
	total := len(out)
	out = out[min(q.Offset, len(out)):]
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, total
}

func (src *source) PostMeta(id int64, key string) (string, bool) {
	if v, ok := src.extra["meta:"+key]; ok && src.post != nil && id == src.post.ID {
		return v, true
	}
	v, ok := src.meta[id].Get(key)
	if !ok {
		return "", false
	}
	return s(v), true
}

func (src *source) Attachment(id int64) *ordered.Object {
	o, _ := src.meta[id].Value("_wp_attachment_metadata").(*ordered.Object)
	return o
}

func (src *source) MetaKeyShown(_, key string) bool { return key == "footnotes" }

func (src *source) PostType(name string) *wp.PostType {
	switch name {
	case "post", "page", "attachment":
		label := map[string]string{"post": "Posts", "page": "Pages", "attachment": "Media"}[name]
		one := map[string]string{"post": "Post", "page": "Page", "attachment": "Media File"}[name]
		return &wp.PostType{Name: name, Label: label, Public: true, Builtin: true, Hierarchical: name == "page", PubliclyQueryable: true, Embeddable: true,
			Labels: wp.Labels{{Name: "name", Value: label}, {Name: "singular_name", Value: one}}}
	}
	return nil
}

func (src *source) Taxonomy(name string) *wp.Taxonomy {
	switch name {
	case "category":
		return &wp.Taxonomy{Name: name, Hierarchical: true, Public: true, PubliclyQueryable: true, ShowTagcloud: true, ObjectTypes: []string{"post"}, Label: "Categories",
			Labels: wp.Labels{{Name: "name", Value: "Categories"}, {Name: "singular_name", Value: "Category"}}, QueryVar: "category_name"}
	case "post_tag":
		return &wp.Taxonomy{Name: name, Public: true, PubliclyQueryable: true, ShowTagcloud: true, ObjectTypes: []string{"post"}, Label: "Tags",
			Labels: wp.Labels{{Name: "name", Value: "Tags"}, {Name: "singular_name", Value: "Tag"}}, QueryVar: "tag"}
	}
	return nil
}

func (src *source) PostFormat(id int64) string {
	for _, t := range src.PostTerms(id, "post_format") {
		return strings.TrimPrefix(t.Slug, "post-format-")
	}
	return ""
}

func (src *source) Term(id int64) *wp.Term { return src.terms[id] }

func (src *source) Terms(q render.TermQuery) []*wp.Term {
	var out []*wp.Term
	var hasPosts func(t *wp.Term) bool
	hasPosts = func(t *wp.Term) bool {
		if t.Count > 0 {
			return true
		}
		for _, c := range src.terms {
			if q.Hierarchy && c.Parent == t.ID && hasPosts(c) {
				return true
			}
		}
		return false
	}
	for _, t := range src.terms {
		if t.Taxonomy == q.Taxonomy && (!q.HasParent || t.Parent == q.Parent) && (!q.HideEmpty || hasPosts(t)) &&
			(len(q.Include) == 0 || slices.Contains(q.Include, t.ID)) && !slices.Contains(q.Exclude, t.ID) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *wp.Term) int {
		c := cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Slug, b.Slug))
		switch q.OrderBy {
		case "count":
			c = cmp.Or(cmp.Compare(a.Count, b.Count), -c)
		case "id":
			c = cmp.Compare(a.ID, b.ID)
		case "slug":
			c = strings.Compare(a.Slug, b.Slug)
		}
		if strings.EqualFold(q.Order, "DESC") {
			return -c
		}
		return c
	})
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out
}

func (src *source) PostTerms(id int64, tax string) []*wp.Term {
	var out []*wp.Term
	for _, t := range src.postTerm[id] {
		if term := src.terms[t]; term != nil && term.Taxonomy == tax {
			out = append(out, term)
		}
	}
	slices.SortFunc(out, func(a, b *wp.Term) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out
}

func (src *source) User(id int64) *wp.User                { return src.users[id] }
func (src *source) UserMeta(int64, string) (string, bool) { return "", false }
func (src *source) CurrentUser() *wp.User                 { return nil }
func (src *source) Can(string, int64) bool                { return false }

func (src *source) Comments(q render.CommentQuery) ([]*wp.Comment, int) {
	var out []*wp.Comment
	for _, c := range src.comments {
		p := src.posts[c.PostID]
		if c.Approved == "1" && (q.PostID == 0 || c.PostID == q.PostID) && (!q.HasParent || c.Parent == q.Parent) && (!q.Published || p != nil && p.Status == "publish") &&
			(len(q.Types) == 0 || slices.Contains(q.Types, c.Type)) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b *wp.Comment) int {
		c := cmp.Or(strings.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
		if q.Order == "DESC" {
			return -c
		}
		return c
	})
	total := len(out)
	out = out[min(q.Offset, len(out)):]
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, total
}

func (src *source) Archives(yearly bool) []wp.ArchiveMonth {
	var out []wp.ArchiveMonth
	posts, _ := src.Posts(render.PostQuery{Limit: -1})
	for _, p := range posts {
		y, _ := strconv.Atoi(p.Date[:4])
		m, _ := strconv.Atoi(p.Date[5:7])
		if yearly {
			m = 0
		}
		if n := len(out); n > 0 && out[n-1].Year == y && out[n-1].Month == m {
			out[n-1].Posts++
		} else {
			out = append(out, wp.ArchiveMonth{Year: y, Month: m, Posts: 1})
		}
	}
	return out
}

func (src *source) Permalink(p *wp.Post) string {
	home := src.home()
	switch p.Type {
	case "post":
		if p.Status != "publish" && p.Status != "private" {
			return home + "/?p=" + strconv.FormatInt(p.ID, 10)
		}
		return home + "/" + strings.ReplaceAll(p.Date[:10], "-", "/") + "/" + p.Name + "/"
	case "page":
		if p.Status != "publish" && p.Status != "private" {
			return home + "/?page_id=" + strconv.FormatInt(p.ID, 10)
		}
		path := p.Name
		for q := src.posts[p.Parent]; q != nil; q = src.posts[q.Parent] {
			path = q.Name + "/" + path
		}
		return home + "/" + path + "/"
	case "attachment":
		if parent := src.Post(p.Parent); parent != nil {
			link := src.Permalink(parent)
			if strings.Contains(link, "?") {
				return home + "/?attachment_id=" + strconv.FormatInt(p.ID, 10)
			}
			return link + p.Name + "/"
		}
		return home + "/" + p.Name + "/"
	}
	return home + "/?p=" + strconv.FormatInt(p.ID, 10)
}

func (src *source) TermLink(t *wp.Term) string {
	base, path := map[string]string{"category": "category", "post_tag": "tag"}[t.Taxonomy], t.Slug
	for q := src.terms[t.Parent]; q != nil; q = src.terms[q.Parent] {
		path = q.Slug + "/" + path
	}
	return src.home() + "/" + base + "/" + path + "/"
}

func (src *source) AuthorLink(u *wp.User) string { return src.home() + "/author/" + u.Nicename + "/" }

func (src *source) DateLink(y, m, d int) string {
	out := fmt.Sprintf("%s/%04d/", src.home(), y)
	if m > 0 {
		out += fmt.Sprintf("%02d/", m)
	}
	if d > 0 {
		out += fmt.Sprintf("%02d/", d)
	}
	return out
}

type vector struct {
	Name   string          `json:"name"`
	Input  json.RawMessage `json:"input"`
	Args   map[string]any  `json:"args"`
	Output json.RawMessage `json:"output"`
}

func text(raw json.RawMessage) string {
	var out string
	_ = json.Unmarshal(raw, &out)
	return out
}
