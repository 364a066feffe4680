package wpv2

import (
	"context"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
)

// postSearch searches published posts: WP_REST_Post_Search_Handler.
type postSearch struct{ *API }

func (k *postSearch) name() string { return "post" }

func (k *postSearch) subtypes() []string {
	var out []string
	for _, t := range k.restTypes() {
		if t.Public && t.Name != "attachment" {
			out = append(out, t.Name)
		}
	}
	return out
}

func (k *postSearch) search(ctx context.Context, req *rest.Request, types []string) ([]found, int, error) {
	if len(types) == 0 { // as WP_Query takes it
		types = []string{"post"}
	}
	q := store.PostQuery{
		Types: types, Statuses: []string{"publish"}, Include: absolute(req.Ints("include")), Exclude: absolute(req.Ints("exclude")),
		SearchPublic: site.CurrentID(ctx) == 0, Limit: int(req.Int("per_page")),
	}
	if s := req.String("search"); !emptyText(s) {
		q.Search = s
	}
	q.Offset = (int(req.Int("page")) - 1) * q.Limit
	list, total, err := k.site.QueryPosts(ctx, q)
	if err != nil || len(list) == 0 { // past the end nothing is counted
		return nil, 0, err
	}
	if err := k.primePosts(ctx, list, false); err != nil {
		return nil, 0, err
	}
	out := make([]found, len(list))
	for i, p := range list {
		out[i] = found{
			id: p.ID, kind: "post", subtype: p.Type,
			title: func(s *rest.Scope) string {
				if !k.site.Supports(p.Type, "title") {
					return ""
				}
				return k.run(s).Title(p)
			},
			url:   func(ctx context.Context) string { return k.site.Permalink(ctx, p) },
			route: k.postRoute(k.site.Registry().PostType(p.Type), p.ID),
			about: namespace + "/types/" + p.Type,
		}
	}
	return out, total, nil
}

// termSearch searches terms: WP_REST_Term_Search_Handler.
type termSearch struct{ *API }

func (k *termSearch) name() string { return "term" }

func (k *termSearch) subtypes() []string {
	var out []string
	for _, t := range k.site.Registry().Taxonomies() {
		if t.Public && t.ShowInREST {
			out = append(out, t.Name)
		}
	}
	return out
}

func (k *termSearch) search(ctx context.Context, req *rest.Request, taxonomies []string) ([]found, int, error) {
	q := store.TermQuery{
		Taxonomies: taxonomies, IDs: absolute(req.Ints("include")), Exclude: absolute(req.Ints("exclude")), Limit: int(req.Int("per_page")),
	}
	if s := req.String("search"); !emptyText(s) {
		q.Search = s
	}
	q.Offset = (int(req.Int("page")) - 1) * q.Limit
	list, total, err := k.site.Store().Terms(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	out := make([]found, len(list))
	for i := range list {
		t := &list[i]
		out[i] = found{
			id: t.ID, kind: t.Taxonomy,
			title: func(*rest.Scope) string { return t.Name },
			url:   func(ctx context.Context) string { return k.site.TermLink(ctx, t) },
			about: namespace + "/taxonomies/" + t.Taxonomy,
		}
		if tax := k.site.Registry().Taxonomy(t.Taxonomy); tax != nil && tax.ShowInREST {
			out[i].route = tax.Namespace() + "/" + tax.Base() + "/" + id(t.ID)
		}
	}
	return out, total, nil
}

// formatSearch searches the post formats that some post has:
// WP_REST_Post_Format_Search_Handler.
type formatSearch struct{ *API }

func (k *formatSearch) name() string       { return "post-format" }
func (k *formatSearch) subtypes() []string { return nil }

func (k *formatSearch) search(ctx context.Context, req *rest.Request, _ []string) ([]found, int, error) {
	text := req.String("search")
	slugs := make([]string, len(postFormats))
	for i, name := range postFormats {
		slugs[i] = "post-format-" + name
	}
	terms, _, err := k.site.Store().Terms(ctx, store.TermQuery{Taxonomies: []string{"post_format"}, Slugs: slugs, NoCount: true})
	if err != nil {
		return nil, 0, err
	}
	bySlug := make(map[string]*wp.Term, len(terms))
	for i := range terms {
		bySlug[terms[i].Slug] = &terms[i]
	}
	var out []found
	for i, name := range postFormats {
		t := bySlug[slugs[i]]
		if t == nil || !emptyText(text) && !strings.Contains(name, strings.ToLower(text)) {
			continue
		}
		out = append(out, found{
			id: name, kind: "post-format",
			title: func(*rest.Scope) string { return strings.ToUpper(name[:1]) + name[1:] },
			url:   func(ctx context.Context) string { return k.site.TermLink(ctx, t) },
		})
	}
	from := min((int(req.Int("page"))-1)*int(req.Int("per_page")), len(out))
	return out[from:min(from+int(req.Int("per_page")), len(out))], len(out), nil
}
