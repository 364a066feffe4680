package wpv2

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// navigationFallback is the controller that names the navigation shown where
// none was chosen: WP_REST_Navigation_Fallback_Controller.
type navigationFallback struct {
	*API
	fields rest.Fields[*wp.Post, nothing]
	item   *schema.Schema
}

const editorNamespace = "wp-block-editor/v1"

func (a *API) newNavigationFallback() *navigationFallback {
	c := &navigationFallback{API: a}
	c.fields = rest.Fields[*wp.Post, nothing]{{
		Name: "id", Schema: schema.Integer("ID of the navigation.").In(everywhere...).Readonly(),
		Get: func(_ *rest.Scope, p *wp.Post) any { return p.ID },
	}}
	c.item = c.fields.ItemSchema("navigation-fallback")
	return c
}

func (c *navigationFallback) routes() []rest.Route {
	return []rest.Route{{
		Namespace: editorNamespace, Pattern: "/" + editorNamespace + "/navigation-fallback", Schema: describe(c.item),
		Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Permission: c.may, Handle: c.get}},
	}}
}

func (c *navigationFallback) may(ctx context.Context, req *rest.Request) error {
	t := c.site.Registry().PostType("wp_navigation")
	if t == nil || !c.site.Can(ctx, t.Caps.Get("create_posts")) || !c.site.Can(ctx, "edit_theme_options") || !c.site.Can(ctx, "edit_posts") {
		return rest.Denied(ctx, "rest_cannot_create", "Sorry, you are not allowed to create Navigation Menus as this user.")
	}
	if req.String("context") == schema.Edit && !c.site.Can(ctx, t.Caps.Get("edit_posts")) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit Navigation Menus as this user.")
	}
	return nil
}

func (c *navigationFallback) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	scope := rest.NewScope(ctx, req)
	p, err := c.fallback(scope)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, rest.NewError(http.StatusNotFound, "no_fallback_menu", "No fallback menu found.")
	}
	resp := rest.OK(c.fields.Render(scope, p))
	if scope.WantsLinks() {
		resp.Links = &rest.Links{}
		route := c.postRoute(c.site.Registry().PostType(p.Type), p.ID)
		resp.Links.Add("self", rest.Link{Href: c.url(ctx, route), Embeddable: true})
	}
	return resp, nil
}

// fallback is the newest published navigation. Without any, one is made of a
// classic menu, or else one that lists the pages.
func (c *navigationFallback) fallback(s *rest.Scope) (*wp.Post, error) {
	newest := func() (*wp.Post, error) {
		found, _, err := c.site.QueryPosts(s.Ctx, store.PostQuery{
			Types: []string{"wp_navigation"}, Statuses: []string{"publish"}, Limit: 1, NoCount: true,
			OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}},
		})
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return found[0], nil
	}
	if p, err := newest(); p != nil || err != nil {
		return p, err
	}
	title, slug, content := "Navigation", "navigation", "<!-- wp:page-list /-->"
	menu, err := c.classicMenu(s.Ctx)
	if err != nil {
		return nil, err
	}
	if menu != nil {
		blocks, err := c.classicBlocks(s, menu)
		if err != nil {
			return nil, err
		}
		if blocks != "" {
			title, slug, content = menu.Name, menu.Slug, blocks
		}
	}
	kind, status := "wp_navigation", "publish"
	_, err = c.site.InsertPost(s.Ctx, site.PostChanges{Type: &kind, Status: &status, Title: &title, Slug: &slug, Content: &content})
	if err != nil {
		return nil, err
	}
	return newest()
}

// classicMenu is the menu at the place primary, else the one of that slug, else
// the newest; nil when there are none.
func (c *navigationFallback) classicMenu(ctx context.Context) (*wp.Term, error) {
	menus, _, err := c.site.QueryTerms(ctx, store.TermQuery{Taxonomies: []string{"nav_menu"}, NoCount: true})
	if err != nil || len(menus) == 0 {
		return nil, err
	}
	places, err := c.site.MenuPlaces(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		if p.Location == "primary" {
			if menu, err := c.site.Menu(ctx, p.Menu); menu != nil || err != nil {
				return menu, err
			}
		}
	}
	if i := slices.IndexFunc(menus, func(t wp.Term) bool { return t.Slug == "primary" }); i >= 0 {
		return &menus[i], nil
	}
	newest := slices.MaxFunc(menus, func(a, b wp.Term) int { return int(a.ID - b.ID) })
	return &newest, nil
}

// classicBlocks turns the items of a menu into blocks:
// WP_Classic_To_Block_Menu_Converter.
func (c *navigationFallback) classicBlocks(s *rest.Scope, menu *wp.Term) (string, error) {
	rows, err := c.site.MenuItemsOf(s.Ctx, menu, false)
	if err != nil {
		return "", err
	}
	below := map[int64][]*site.MenuItem{}
	for _, p := range rows {
		m, err := c.site.SetupMenuItem(s.Ctx, p, func(p *wp.Post) string { return c.title(s, p) })
		if err != nil {
			return "", err
		}
		if !m.Invalid {
			below[m.Above] = append(below[m.Above], m)
		}
	}
	return c.linkBlocks(s.Ctx, 0, below, map[int64]bool{}), nil
}

// linkBlocks writes the items below one as blocks; an item within itself ends
// there.
func (c *navigationFallback) linkBlocks(ctx context.Context, above int64, below map[int64][]*site.MenuItem, seen map[int64]bool) string {
	if seen[above] {
		return ""
	}
	seen[above] = true
	defer delete(seen, above)
	var b strings.Builder
	for _, m := range below[above] {
		name := "core/navigation-link"
		if len(below[m.ID]) > 0 {
			name = "core/navigation-submenu"
		}
		attrs := ordered.Of("className", c.itemClasses(ctx, m), "description", m.Description, "id", nil,
			"kind", strings.ReplaceAll(m.Kind, "_", "-"), "label", m.Title, "opensInNewTab", m.Target == "_blank", "rel", nil,
			"title", m.Attr, "type", m.Object, "url", m.URL)
		if m.Object != "custom" {
			attrs.Set("id", id(m.ObjectID))
		}
		if m.XFN != "" {
			attrs.Set("rel", m.XFN)
		}
		if m.NoURL {
			attrs.Set("url", false)
		}
		b.WriteString(block.Delimit(name, attrs, c.linkBlocks(ctx, m.ID, below, seen)))
	}
	return b.String()
}

// itemClasses are the class names of an item with those that say what it is:
// _wp_menu_item_classes_by_context, away from any page.
func (c *navigationFallback) itemClasses(ctx context.Context, m *site.MenuItem) string {
	classes := append(slices.Clone(m.Classes), "menu-item", "menu-item-type-"+m.Kind, "menu-item-object-"+m.Object)
	set := c.settings(ctx)
	if m.Kind == "post_type" && m.ObjectID == set.Int("wp_page_for_privacy_policy") && m.ObjectID != 0 {
		classes = append(classes, "menu-item-privacy-policy")
	}
	if m.Kind == "post_type" && m.ObjectID == set.Int("page_on_front") && m.ObjectID != 0 {
		classes = append(classes, "menu-item-home")
	}
	return strings.Join(classes, " ")
}
