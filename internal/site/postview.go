package site

import (
	"context"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// PageTemplate is the template file that a post is shown with, "" for the
// default one: get_page_template_slug.
func (s *Site) PageTemplate(ctx context.Context, id int64) string {
	m, err := s.Meta(ctx, wp.PostMeta, id)
	if err != nil {
		return ""
	}
	t := m.Get("_wp_page_template")
	if t == "default" || t == "0" {
		return ""
	}
	return t
}

// pageTemplates are the custom templates of the built-in theme, which has
// those of WordPress's default one.
var pageTemplates = map[string][]string{"page": {"page-no-title"}}

// templateTypes are the names of templates that WordPress chooses by itself.
var templateTypes = []string{
	"index", "home", "front-page", "singular", "single", "page", "archive", "author", "category", "taxonomy",
	"date", "tag", "attachment", "search", "privacy-policy", "404",
}

// PageTemplates lists the custom templates for a post type: those made on the
// site first, then the theme's.
func (s *Site) PageTemplates(ctx context.Context, postType string) []string {
	var out []string
	if t := s.Registry().PostType(postType); t == nil || !t.Public {
		return nil
	}
	own, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{"wp_template"}, Statuses: []string{"publish"}, NoCount: true,
		OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}, {By: store.ByID, Order: store.Asc}}})
	if err != nil {
		own = nil
	}
	for _, p := range own {
		if slices.Contains(templateTypes, p.Name) || !s.ofTheme(ctx, p.ID) {
			continue
		}
		if m, err := s.Meta(ctx, wp.PostMeta, p.ID); err != nil || m.Get("is_wp_suggestion") != "" {
			continue
		}
		out = append(out, p.Name)
	}
	return append(out, pageTemplates[postType]...)
}

// ofTheme reports whether a template belongs to the active theme.
func (s *Site) ofTheme(ctx context.Context, id int64) bool {
	terms, err := s.PostTerms(ctx, id, "wp_theme")
	return err == nil && len(terms) > 0 && terms[0].Name == s.Theme(ctx)
}

// ThumbnailID is the id of a post's image, 0 for none: get_post_thumbnail_id.
func (s *Site) ThumbnailID(ctx context.Context, id int64) int64 {
	m, err := s.Meta(ctx, wp.PostMeta, id)
	if err != nil {
		return 0
	}
	return Atoi(m.Get("_thumbnail_id"))
}

// SetThumbnail gives a post an image, or with 0 takes it away. An id that is
// no attachment with a picture takes it away too; one that is no post is
// refused: set_post_thumbnail.
func (s *Site) SetThumbnail(ctx context.Context, id, media int64) error {
	if media == 0 {
		return s.DeleteMeta(ctx, wp.PostMeta, id, "_thumbnail_id")
	}
	m, err := s.Post(ctx, media)
	if isNotFound(err) {
		return fail("rest_invalid_featured_media", "Invalid featured media ID.")
	}
	if err != nil {
		return err
	}
	if m.Type != "attachment" || !strings.HasPrefix(m.MimeType, "image/") {
		return s.DeleteMeta(ctx, wp.PostMeta, id, "_thumbnail_id")
	}
	return s.SetMeta(ctx, wp.PostMeta, id, "_thumbnail_id", itoa(media))
}

// UniqueSlug is the slug that a post would get if it were published now with
// this one: wp_unique_post_slug with status publish.
func (s *Site) UniqueSlug(ctx context.Context, slug string, p *wp.Post) (string, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return "", err
	}
	row := *p
	row.Status = "publish"
	unique := ""
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		unique, err = s.uniqueSlug(ctx, tx, set, slug, p.Name, &row)
		return err
	})
	return unique, err
}

// SamplePermalink is the pattern of a post's address, with %postname% or
// %pagename% for the slug, and the slug that goes there: get_sample_permalink
// with the title and an empty name.
func (s *Site) SamplePermalink(ctx context.Context, p *wp.Post) (template, slug string) {
	set, err := s.Settings(ctx)
	if err != nil {
		return "", ""
	}
	row := *p
	if slices.Contains([]string{"auto-draft", "draft", "pending", "future"}, row.Status) {
		row.Status = "publish"
	}
	unique := s.uniqueSlugRead(ctx, set, generatedSlug(p), &row)
	row.Name = unique
	t := s.reg.PostType(p.Type)
	switch {
	case p.Type == "post" && set.Permalinks != "" && !s.plainStatus(ctx, &row):
		row.Name = "%postname%"
		return set.Home + userTrailingSlash(set, s.expandPermalink(ctx, strings.ReplaceAll(set.Permalinks, "%pagename%", "%postname%"), &row)), unique
	case p.Type == "attachment":
		return s.attachmentTemplate(ctx, set, &row), unique
	case p.Type == "page":
		row.Name = "%pagename%"
		if set.Permalinks != "" {
			return set.Home + userTrailingSlash(set, "/"+s.PageURI(ctx, &row)), unique
		}
		return s.Permalink(ctx, &row), unique
	case t != nil && t.RewriteSlug != "":
		row.Name = "%pagename%"
		return s.Permalink(ctx, &row), unique
	}
	row.Name = unique
	return s.Permalink(ctx, &row), unique
}

// generatedSlug is the slug that a post's title makes.
func generatedSlug(p *wp.Post) string { return format.SanitizeTitle(p.Title, itoa(p.ID)) }

// uniqueSlugRead is uniqueSlug outside a transaction, for showing.
func (s *Site) uniqueSlugRead(ctx context.Context, set *Settings, slug string, p *wp.Post) string {
	unique, err := s.uniqueSlug(ctx, knownSlugs{s.store, s.view(ctx)}, set, slug, p.Name, p)
	if err != nil {
		return slug
	}
	return unique
}

// knownSlugs knows of some slugs that only one post has them, and asks the
// store about the others.
type knownSlugs struct {
	slugs
	view *entities
}

func (k knownSlugs) PostSlugTaken(ctx context.Context, slug string, in store.SlugScope) (bool, error) {
	if own, ok := k.view.ownSlugs.Get(in.Except); ok && own == slug {
		return false, nil
	}
	return k.slugs.PostSlugTaken(ctx, slug, in)
}

// PrimeSlugs looks up at once who has the slugs that the titles of many posts
// make, for SamplePermalink. What is not certain is left to a question of its
// own: databases compare slugs by more than their bytes.
func (s *Site) PrimeSlugs(ctx context.Context, posts []*wp.Post) error {
	c := s.view(ctx).ownSlugs
	wanted := map[int64]string{}
	askers := map[string]int{}
	var names []string
	for _, p := range posts {
		slug := generatedSlug(p)
		if _, ok := c.Get(p.ID); ok || slug == "" || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-_%") != "" {
			continue
		}
		wanted[p.ID] = slug
		if askers[slug]++; askers[slug] == 1 {
			names = append(names, slug)
		}
	}
	epoch := c.Epoch()
	have, err := s.store.PostRefsByName(ctx, names, nil)
	if err != nil {
		return err
	}
	others := map[string]bool{}
	for _, r := range have {
		if askers[r.Name] == 0 {
			return nil
		}
		if wanted[r.ID] != r.Name {
			others[r.Name] = true
		}
	}
	for id, slug := range wanted {
		if askers[slug] == 1 && !others[slug] {
			c.Put(epoch, id, slug)
		}
	}
	return nil
}

// PostClass lists the names for the element that holds a post: get_post_class.
func (s *Site) PostClass(ctx context.Context, p *wp.Post) []string {
	id := itoa(p.ID)
	out := []string{"post-" + id, p.Type, "type-" + p.Type, "status-" + p.Status}
	add := func(name string) {
		if name = format.EscAttr(name); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if s.Supports(p.Type, "post-formats") {
		f := s.PostFormat(ctx, p.ID)
		if f == "" {
			f = "standard"
		}
		add("format-" + format.SanitizeHTMLClass(f, ""))
	}
	if p.Password != "" {
		add("post-password-required")
	} else if s.ThumbnailID(ctx, p.ID) != 0 {
		add("has-post-thumbnail")
	}
	add("hentry")
	for _, t := range s.reg.TaxonomiesOf(p.Type) {
		if !t.Public {
			continue
		}
		terms, err := s.PostTerms(ctx, p.ID, t.Name)
		if err != nil {
			continue
		}
		for _, term := range terms {
			add(termClass(t.Name, &term))
		}
	}
	return out
}

func termClass(taxonomy string, t *wp.Term) string {
	id := itoa(t.ID)
	class := format.SanitizeHTMLClass(t.Slug, id)
	if numeric(class) || strings.Trim(class, "-") == "" {
		class = id
	}
	if taxonomy == "post_tag" {
		return "tag-" + class
	}
	return format.SanitizeHTMLClass(taxonomy+"-"+class, taxonomy+"-"+id)
}

// WithDescendants adds to terms all that are below them.
func (s *Site) WithDescendants(ctx context.Context, taxonomy string, terms []int64) ([]int64, error) {
	edges, err := s.store.TermParents(ctx, taxonomy)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(terms)
	for i := 0; i < len(out); i++ {
		for _, e := range edges {
			if e.Parent == out[i] && !slices.Contains(out, e.ID) {
				out = append(out, e.ID)
			}
		}
	}
	return out, nil
}

// RevisionStats is the id of the newest revision of a post, and how many there
// are.
func (s *Site) RevisionStats(ctx context.Context, post int64) (latest int64, count int) {
	c := s.view(ctx).revisions
	st, ok := c.Get(post)
	if !ok {
		epoch := c.Epoch()
		m, err := s.store.RevisionStats(ctx, []int64{post})
		if err != nil {
			return 0, 0
		}
		st = m[post]
		c.Put(epoch, post, st)
	}
	return st.Latest, st.Count
}

// PrimeRevisions counts the revisions of many posts at once.
func (s *Site) PrimeRevisions(ctx context.Context, posts []*wp.Post) error {
	c := s.view(ctx).revisions
	all := make([]int64, len(posts))
	for i, p := range posts {
		all[i] = p.ID
	}
	missing := absent(c.Get, all)
	if len(missing) == 0 {
		return nil
	}
	epoch := c.Epoch()
	m, err := s.store.RevisionStats(ctx, missing)
	if err != nil {
		return err
	}
	for _, id := range missing {
		c.Put(epoch, id, m[id])
	}
	return nil
}
