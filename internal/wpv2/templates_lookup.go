package wpv2

import (
	"context"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// lookup finds the template that shows what has none of its own.
func (c *templates) lookup(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	names := c.hierarchy(req.String("slug"), req.Bool("is_custom"), req.String("template_prefix"))
	found, err := c.site.Templates(ctx, "wp_template", site.TemplateQuery{Slugs: names})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		for _, t := range found {
			if t.Slug == name {
				return c.show(rest.NewScope(ctx, req), t), nil
			}
		}
	}
	return rest.OK(&ordered.Object{}), nil
}

// hierarchy lists the templates that may stand in for one, nearest first:
// get_template_hierarchy.
func (c *templates) hierarchy(slug string, custom bool, prefix string) []string {
	switch {
	case slug == "index":
		return []string{"index"}
	case custom:
		return []string{"page", "singular", "index"}
	case slug == "front-page":
		return []string{"front-page", "home", "index"}
	}
	out := []string{slug}
	kind, tail, dashed := strings.Cut(slug, "-")
	switch {
	case prefix != "":
		first, _, _ := strings.Cut(prefix, "-")
		if prefix != slug && prefix != first {
			out = append(out, prefix)
		}
		if slug != first {
			out = append(out, first)
		}
	case dashed && tail != "" && slices.Contains([]string{"author", "category", "archive", "tag", "page"}, kind):
		out = append(out, kind)
	case dashed && tail != "" && (kind == "taxonomy" || kind == "single"):
		out = append(out, c.typeFallbacks(kind, tail)...)
	}
	starts := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(slug, w) })
	}
	if starts("author", "taxonomy", "category", "tag") || slug == "date" {
		out = append(out, "archive")
	}
	if slug == "attachment" {
		out = append(out, "single")
	}
	if starts("single", "page") || slug == "attachment" {
		out = append(out, "singular")
	}
	return append(out, "index")
}

// typeFallbacks go from single-TYPE-NAME or taxonomy-NAME-TERM upwards.
func (c *templates) typeFallbacks(kind, tail string) []string {
	var names []string
	if kind == "single" {
		for _, t := range c.site.Registry().PostTypes() {
			names = append(names, t.Name)
		}
	} else {
		for _, t := range c.site.Registry().Taxonomies() {
			names = append(names, t.Name)
		}
	}
	for _, name := range names {
		switch {
		case tail == name:
			return []string{kind}
		case strings.HasPrefix(tail, name) && len(tail) > len(name)+1:
			return []string{kind + "-" + name, kind}
		}
	}
	return nil
}
