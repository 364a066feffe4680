package site

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// Template is a template or template part, out of the database or as a file of
// the theme: WP_Block_Template. The files themselves are not here: what is
// known of one is its name, title and place, and its content is empty.
type Template struct {
	PostID      int64 // 0 for a file
	Type        string
	Theme, Slug string
	Title       string
	Description string
	Content     string
	Status      string
	Source      string // "custom", "theme"
	Origin      string // of a custom one that began as a file: "theme"
	HasFile     bool
	Custom      bool // no part of the template hierarchy
	Author      int64
	Area        string // of a part
	PostTypes   []string
	Date        string
	Modified    string
}

// ID is the name of a template: "theme//slug".
func (t *Template) ID() string { return t.Theme + "//" + t.Slug }

// defaultTheme is the theme whose file names are known.
const defaultTheme = "twentytwentyfive"

// templateFiles are the templates and parts of the default theme, by type.
var templateFiles = map[string][]Template{
	"wp_template": {
		{Slug: "home", Title: "Blog Home"}, {Slug: "index", Title: "Index"}, {Slug: "search", Title: "Search Results"}, {Slug: "archive", Title: "All Archives"},
		{Slug: "404", Title: "Page: 404"}, {Slug: "page-no-title", Title: "Page No Title", Custom: true, PostTypes: []string{"page"}},
		{Slug: "single", Title: "Single Posts"}, {Slug: "page", Title: "Pages"},
	},
	"wp_template_part": {
		{Slug: "header", Title: "Header", Area: "header"}, {Slug: "sidebar", Title: "Sidebar", Area: "uncategorized"}, {Slug: "footer-columns", Title: "Footer Columns", Area: "footer"},
		{Slug: "footer-newsletter", Title: "Footer Newsletter", Area: "footer"}, {Slug: "vertical-header", Title: "Vertical site header", Area: "header"},
		{Slug: "header-large-title", Title: "Header with large title", Area: "header"}, {Slug: "footer", Title: "Footer", Area: "footer"},
	},
}

// hierarchy are the templates that WordPress looks for by itself.
var hierarchy = []string{"index", "home", "front-page", "singular", "single", "page", "archive", "author", "category", "taxonomy", "date", "tag", "attachment", "search", "privacy-policy", "404"}

// templateFile is a file of the active theme, nil when there is none.
func (s *Site) templateFile(ctx context.Context, typ, theme, slug string) *Template {
	if theme != s.Theme(ctx) || theme != defaultTheme {
		return nil
	}
	for _, f := range templateFiles[typ] {
		if f.Slug == slug {
			f.Type, f.Theme, f.Status, f.Source, f.HasFile = typ, theme, "publish", "theme", true
			return &f
		}
	}
	return nil
}

// TemplateOf is the template that a row of the database holds, or that a
// revision of one is a version of; nil when it belongs to no theme.
func (s *Site) TemplateOf(ctx context.Context, p *wp.Post) (*Template, error) {
	parent := p
	if p.Type == "revision" {
		var err error
		if parent, err = s.Post(ctx, p.Parent); err != nil {
			return nil, err
		}
	}
	theme, err := s.firstTerm(ctx, parent.ID, "wp_theme")
	if err != nil || theme == "" {
		return nil, err
	}
	m, err := s.Meta(ctx, wp.PostMeta, parent.ID)
	if err != nil {
		return nil, err
	}
	t := &Template{
		PostID: p.ID, Type: parent.Type, Theme: theme, Slug: parent.Name, Title: p.Title, Description: p.Excerpt, Content: p.Content,
		Status: p.Status, Source: "custom", Origin: m.Get("origin"), Author: p.Author, Date: p.Date, Modified: p.Modified,
	}
	if f := s.templateFile(ctx, t.Type, theme, t.Slug); f != nil {
		t.HasFile, t.PostTypes = true, f.PostTypes
	}
	if t.Type == "wp_template" {
		suggested := m.Get("is_wp_suggestion")
		t.Custom = (suggested == "" || suggested == "0") && !slices.Contains(hierarchy, t.Slug)
		return t, nil
	}
	t.Custom = true
	t.Area, err = s.firstTerm(ctx, parent.ID, "wp_template_part_area")
	return t, err
}

func (s *Site) firstTerm(ctx context.Context, post int64, taxonomy string) (string, error) {
	terms, err := s.PostTerms(ctx, post, taxonomy)
	if err != nil || len(terms) == 0 {
		return "", err
	}
	return terms[0].Name, nil
}

// Template returns the template called id, nil when there is none:
// get_block_template.
func (s *Site) Template(ctx context.Context, id, typ string) (*Template, error) {
	theme, slug, ok := strings.Cut(id, "//")
	if !ok {
		return nil, nil
	}
	found, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{typ}, Statuses: []string{"auto-draft", "draft", "publish", "trash"}, Names: []string{slug}, NoCount: true})
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		t, err := s.TemplateOf(ctx, p)
		if err != nil {
			return nil, err
		}
		if t != nil && t.Theme == theme {
			return t, nil
		}
	}
	return s.templateFile(ctx, typ, theme, slug), nil
}

// TemplateQuery limits a list of templates.
type TemplateQuery struct {
	PostID   int64 // of the row that holds it
	HasID    bool
	Area     string
	HasArea  bool
	PostType string // only custom templates for this post type
	Slugs    []string
}

// Templates lists the templates of the active theme, those in the database
// first: get_block_templates.
func (s *Site) Templates(ctx context.Context, typ string, q TemplateQuery) ([]*Template, error) {
	in := store.PostQuery{Types: []string{typ}, Statuses: []string{"publish"}, NoCount: true,
		OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}, {By: store.ByID, Order: store.Asc}}}
	if q.HasID {
		in.Statuses = []string{"auto-draft", "draft", "publish"}
		if q.PostID > 0 { // others are no limit
			in.Include = []int64{q.PostID}
		}
	}
	in.Names = q.Slugs
	found, _, err := s.QueryPosts(ctx, in)
	if err != nil {
		return nil, err
	}
	var out []*Template
	var have []string
	for _, p := range found {
		t, err := s.TemplateOf(ctx, p)
		if err != nil {
			return nil, err
		}
		if t == nil || t.Theme != s.Theme(ctx) || !q.admits(t) || q.PostType != "" && (!t.Custom || t.PostTypes != nil && !slices.Contains(t.PostTypes, q.PostType)) {
			continue
		}
		out, have = append(out, t), append(have, t.Slug)
	}
	if q.HasID {
		return out, nil
	}
	for _, f := range templateFiles[typ] {
		t := s.templateFile(ctx, typ, s.Theme(ctx), f.Slug)
		if t == nil || slices.Contains(have, t.Slug) || !q.admits(t) || len(q.Slugs) > 0 && !slices.Contains(q.Slugs, t.Slug) {
			continue
		}
		if q.PostType == "" || slices.Contains(t.PostTypes, q.PostType) || t.PostTypes == nil && !slices.Contains(hierarchy, t.Slug) {
			out = append(out, t)
		}
	}
	return out, nil
}

func (q *TemplateQuery) admits(t *Template) bool {
	return !q.HasArea || t.Type != "wp_template_part" || t.Area == q.Area
}

// SetTemplateTerms ties a template to its theme, and a part to its area.
func (s *Site) SetTemplateTerms(ctx context.Context, post int64, taxonomy, name string) error {
	found, _, err := s.store.Terms(ctx, store.TermQuery{Taxonomies: []string{taxonomy}, Names: []string{name}, NoCount: true})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		t, err := s.InsertTerm(ctx, taxonomy, TermChanges{Name: &name})
		if err != nil {
			return err
		}
		found = []wp.Term{*t}
	}
	return s.SetPostTerms(ctx, post, taxonomy, []int64{found[0].ID})
}

// UserStyles is the row that holds the styles users gave a theme;
// wp.ErrNotFound when there is none.
func (s *Site) UserStyles(ctx context.Context, theme string) (*wp.Post, error) {
	found, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{"wp_global_styles"}, Statuses: []string{"publish"}, NoCount: true,
		OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}}})
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		name, err := s.firstTerm(ctx, p.ID, "wp_theme")
		if err != nil {
			return nil, err
		}
		if name == theme {
			return p, nil
		}
	}
	return nil, wp.ErrNotFound
}

// MakeUserStyles is UserStyles, making an empty row when there is none: the
// first look at a block theme does, get_user_global_styles_post_id.
func (s *Site) MakeUserStyles(ctx context.Context, theme string) (*wp.Post, error) {
	p, err := s.UserStyles(ctx, theme)
	if !isNotFound(err) {
		return p, err
	}
	text := func(v string) *string { return &v }
	c := PostChanges{Type: text("wp_global_styles"), Status: text("publish"), Title: text("Custom Styles"), Slug: text("wp-global-styles-" + url.QueryEscape(theme)),
		Content: text(`{"version": 3, "isGlobalStylesUserThemeJSON": true }`)}
	err = s.Atomically(ctx, func(ctx context.Context) error {
		if p, err = s.UserStyles(ctx, theme); !isNotFound(err) {
			return err
		}
		if p, err = s.InsertPost(ctx, c); err != nil {
			return err
		}
		return s.SetTemplateTerms(ctx, p.ID, "wp_theme", theme)
	})
	return p, err
}
