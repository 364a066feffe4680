package wpv2

import (
	"context"
	"net/http"
	"slices"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// themes shows the themes: WP_REST_Themes_Controller. There is one, the active
// one; of the default theme a little more is known than its name.
type themes struct {
	*API
	shape *shape
}

func (a *API) themeRoutes() []rest.Route {
	c := &themes{a, a.shape("themes")}
	one := c.shape.get("one", c.mayGet, c.get)
	return []rest.Route{
		c.shape.route(namespace, "/themes", c.shape.get("collection", c.mayList, c.list)),
		c.shape.route(namespace, `/themes/(?P<stylesheet>[^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)`, one),
	}
}

func (c *themes) mayList(ctx context.Context, req *rest.Request) error {
	if c.site.Can(ctx, "switch_themes") {
		return nil
	}
	if s := req.Strings("status"); len(s) == 1 && s[0] == "active" {
		return c.mayActive(ctx)
	}
	return rest.Denied(ctx, "rest_cannot_view_themes", "Sorry, you are not allowed to view themes.")
}

func (c *themes) mayActive(ctx context.Context) error {
	if c.editor(ctx) {
		return nil
	}
	return rest.Denied(ctx, "rest_cannot_view_active_theme", "Sorry, you are not allowed to view the active theme.")
}

func (c *themes) mayGet(ctx context.Context, req *rest.Request) error {
	switch {
	case c.site.Can(ctx, "switch_themes"):
		return nil
	case urldecode(req.String("stylesheet")) == c.site.Theme(ctx):
		return c.mayActive(ctx)
	}
	return rest.Denied(ctx, "rest_cannot_view_themes", "Sorry, you are not allowed to view themes.")
}

func (c *themes) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	items := []any{}
	if s := req.Strings("status"); len(s) == 0 || slices.Contains(s, "active") {
		one, err := c.show(rest.NewScope(ctx, req))
		if err != nil {
			return nil, err
		}
		items = append(items, c.rest.Item(ctx, req, one))
	}
	return rest.OK(items).SetHeader("X-WP-Total", decimal(len(items))).SetHeader("X-WP-TotalPages", "1"), nil
}

func (c *themes) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if urldecode(req.String("stylesheet")) != c.site.Theme(ctx) {
		return nil, rest.NewError(http.StatusNotFound, "rest_theme_not_found", "Theme not found.")
	}
	return c.show(rest.NewScope(ctx, req))
}

// knownThemes are names and versions of themes that WordPress comes with.
var knownThemes = map[string][2]string{
	"twentytwentyfive":  {"Twenty Twenty-Five", "1.5"},
	"twentytwentyfour":  {"Twenty Twenty-Four", "1.6"},
	"twentytwentythree": {"Twenty Twenty-Three", "1.7"},
}

// themeName is the name of a theme; of one that is not known, its folder's.
func themeName(stylesheet string) string {
	if t, ok := knownThemes[stylesheet]; ok {
		return t[0]
	}
	return stylesheet
}

func bothWays(v string) *ordered.Object { return ordered.Of("raw", v, "rendered", v) }

func (c *themes) show(s *rest.Scope) (*rest.Response, error) {
	sheet := c.site.Theme(s.Ctx)
	uri := c.settings(s.Ctx).SiteURL + "/wp-content/themes/" + sheet
	supports := &ordered.Object{}
	if of := c.shape.item.Property("theme_supports"); of != nil {
		for _, p := range of.Properties() {
			def, _ := p.Schema.DefaultValue()
			supports.Set(p.Name, def)
		}
	}
	for _, name := range []string{"automatic-feed-links", "block-templates", "editor-styles", "post-thumbnails", "responsive-embeds"} {
		supports.Set(name, true)
	}
	supports.Set("html5", []string{"comment-form", "comment-list", "search-form", "gallery", "caption", "style", "script"})
	supports.Set("formats", slices.Concat(postFormats[:1], slices.Sorted(slices.Values(postFormats[1:]))))
	data := ordered.Of("stylesheet", sheet, "template", sheet, "requires_php", "", "requires_wp", "", "textdomain", sheet, "version", knownThemes[sheet][1], "screenshot", "",
		"author", bothWays(""), "author_uri", bothWays(""), "description", bothWays(""), "name", bothWays(themeName(sheet)),
		"tags", ordered.Of("raw", []any{}, "rendered", ""), "theme_uri", bothWays(""), "status", "active", "theme_supports", supports, "is_block_theme", true,
		"stylesheet_uri", uri, "template_uri", uri, "default_template_types", []any{}, "default_template_part_areas", templateAreas())
	resp := rest.OK(data)
	if !s.WantsLinks() {
		return resp, nil
	}
	resp.Links = c.routeLinks(s.Ctx, "self", namespace+"/themes/"+sheet, "collection", namespace+"/themes")
	n, err := c.userStylesID(s.Ctx, sheet)
	if err != nil {
		return nil, err
	}
	if n != 0 {
		resp.Links.Add(wpRel+"user-global-styles", rest.Link{Href: c.url(s.Ctx, namespace+"/global-styles/"+id(n))})
	}
	allow := []any{}
	if c.site.Can(s.Ctx, "export") {
		allow = append(allow, "GET")
	}
	resp.Links.Add(wpRel+"export-theme", rest.Link{Href: c.url(s.Ctx, editorNamespace+"/export"), Extra: []ordered.Member{{Name: "targetHints", Value: ordered.Of("allow", allow)}}})
	return resp, nil
}

// templateAreas are the places that a template part can be made for.
func templateAreas() []any {
	area := func(name, label, icon, tag, text string) any {
		return ordered.Of("area", name, "label", label, "description", text, "icon", icon, "area_tag", tag)
	}
	return []any{
		area("uncategorized", "General", "layout", "div", "Parts without a place of their own."),
		area("header", "Header", "header", "header", "The top of a page."),
		area("footer", "Footer", "footer", "footer", "The end of a page."),
		area("navigation-overlay", "Navigation Overlay", "navigation-overlay", "div", "What a menu opens on small screens."),
	}
}

// userStylesID is the row that holds the styles users gave a theme. Who may
// change them makes it; 0 when there is none for others to see.
func (a *API) userStylesID(ctx context.Context, theme string) (int64, error) {
	look := a.site.UserStyles
	if a.site.Can(ctx, "edit_theme_options") {
		look = a.site.MakeUserStyles
	}
	p, err := look(ctx, theme)
	if missing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return p.ID, nil
}
