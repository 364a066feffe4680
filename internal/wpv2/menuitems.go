package wpv2

import (
	"context"
	"net/http"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// menuItems is the controller of the items of classic menus:
// WP_REST_Menu_Items_Controller. Lists and permissions are those of posts.
type menuItems struct {
	*posts
	rows rest.Fields[*site.MenuItem, itemWrite]
}

type itemField = rest.Field[*site.MenuItem, itemWrite]

func (a *API) newMenuItems(t *wp.PostType) *menuItems {
	c := &menuItems{posts: a.newPosts(t)}
	c.rows = c.itemFields()
	c.item = inOrder(c.rows.ItemSchema(t.Name), "title", "id", "type_label", "type", "status", "parent", "attr_title", "classes", "description",
		"menu_order", "object", "object_id", "target", "url", "xfn", "invalid", "menus", "meta")
	c.display, c.prime = c.showItem, c.primeItems
	return c
}

func (c *menuItems) routes() []rest.Route {
	pattern := "/" + c.base
	idArg := schema.Prop("id", schema.Integer("ID of the menu item."))
	remove := rest.Args{idArg, schema.Prop("force", schema.Boolean("Must be true: menu items have no trash.").Default(false))}
	update := append(rest.Args{idArg}, c.writeArgs(schema.ForEdit)...)
	return []rest.Route{
		{
			Namespace: c.typ.Namespace(), Pattern: pattern, Schema: c.describeItem,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: c.itemArgs(), Permission: c.mayListItems, Handle: c.list, AllowBatch: true},
				{Methods: []string{"POST"}, Args: c.writeArgs(schema.ForCreate), Permission: c.mayCreate, Handle: c.create, AllowBatch: true},
			},
		},
		{
			Namespace: c.typ.Namespace(), Pattern: pattern + `/(?P<id>[\d]+)`, Schema: c.describeItem,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: rest.Args{idArg, contextArg(c.item)}, Permission: c.mayReadItem, Handle: c.get, AllowBatch: true},
				{Methods: []string{"POST", "PUT", "PATCH"}, Args: update, Permission: c.mayUpdate, Handle: c.update, AllowBatch: true},
				{Methods: []string{"DELETE"}, Args: remove, Permission: c.mayDelete, Handle: c.delete, AllowBatch: true},
			},
		},
	}
}

// itemArgs are those of posts in another order, by default that of the menu.
func (c *menuItems) itemArgs() rest.Args {
	args := c.collectionArgs()
	for i := range args {
		switch args[i].Name {
		case "context":
			args[i] = contextArg(c.item)
		case "per_page":
			args[i].Schema = schema.Integer("Largest number of items of a page.").Default(int64(100)).Min(1).Max(100)
		case "order":
			args[i].Schema = schema.String("Direction of the order.").Default("asc").Enum("asc", "desc")
		case "orderby":
			args[i].Schema = schema.String("What the list is ordered by.").Default("menu_order").
				Enum("author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title", "menu_order")
		}
	}
	return append(args, schema.Prop("menu_order", schema.Integer("Only items at this place.")))
}

func (c *menuItems) describeItem(ctx context.Context) *ordered.Object {
	o := c.describe(ctx)
	links, _ := o.Value("links").([]any)
	o.Set("links", append(links, ordered.Of("rel", wpRel+"menu-item-object", "title", "Get linked object.", "href", c.url(ctx, c.base+"/{id}"),
		"targetSchema", ordered.Of("type", "object", "properties", ordered.Of("object", ordered.Of("type", "integer"))))))
	return o
}

func (c *menuItems) mayListItems(ctx context.Context, req *rest.Request) error {
	if err := c.mayList(ctx, req); err != nil {
		return err
	}
	return c.seesMenus(ctx, "menu items")
}

func (c *menuItems) mayReadItem(ctx context.Context, req *rest.Request) error {
	if err := c.mayRead(ctx, req); err != nil {
		return err
	}
	return c.seesMenus(ctx, "menu items")
}

// setup reads a menu item; the titles of posts are rendered.
func (c *menuItems) setup(s *rest.Scope, p *wp.Post) (*site.MenuItem, error) {
	return c.site.SetupMenuItem(s.Ctx, p, func(p *wp.Post) string { return c.title(s, p) })
}

// primeItems reads at once what the items of a list lead to.
func (c *menuItems) primeItems(s *rest.Scope, found []*wp.Post) error {
	var posts []int64
	terms := map[string][]int64{}
	for _, p := range found {
		m, err := c.site.Meta(s.Ctx, wp.PostMeta, p.ID)
		if err != nil {
			return err
		}
		object := site.Atoi(m.Get("_menu_item_object_id"))
		switch m.Get("_menu_item_type") {
		case "post_type":
			posts = append(posts, object)
		case "taxonomy":
			name := m.Get("_menu_item_object")
			terms[name] = append(terms[name], object)
		}
	}
	if _, err := c.site.Posts(s.Ctx, posts); err != nil {
		return err
	}
	for name, ids := range terms {
		rows, _, err := c.site.QueryTerms(s.Ctx, store.TermQuery{Taxonomies: []string{name}, IDs: ids, NoCount: true})
		if err != nil {
			return err
		}
		if err := c.site.PrimeTermParents(s.Ctx, name, rows); err != nil {
			return err
		}
	}
	return nil
}

func (c *menuItems) showItem(s *rest.Scope, p *wp.Post) *rest.Response {
	m, err := c.setup(s, p)
	if err != nil {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.rows.Render(s, m))
	if s.WantsLinks() {
		resp.Links = c.itemLinks(s, m)
	}
	return resp
}

// itemLinks are the links of posts and one to what the item leads to, before
// those to actions.
func (c *menuItems) itemLinks(s *rest.Scope, m *site.MenuItem) *rest.Links {
	set := c.settings(s.Ctx)
	l := c.links(s.In(schema.View), m.Post)
	route, kind := "", ""
	switch m.Kind {
	case "post_type":
		if p, err := c.site.Post(s.Ctx, m.ObjectID); err == nil {
			route, kind = c.postRoute(c.site.Registry().PostType(p.Type), p.ID), p.Type
		}
	case "taxonomy":
		if t, err := c.site.Term(s.Ctx, m.ObjectID, ""); err == nil {
			route, kind = c.termRoute(t), t.Taxonomy
		}
	}
	if route != "" {
		l.Add(wpRel+"menu-item-object", rest.Link{Href: set.REST(route), Embeddable: true, Extra: []ordered.Member{{Name: m.Kind, Value: kind}}})
	}
	for _, action := range c.actions(s) {
		l.Add(wpRel+"action-"+action, rest.Link{Href: set.REST(c.base + "/" + id(m.ID))})
	}
	return l
}

// termRoute is the route of any term, "" when its taxonomy is not in the API.
func (a *API) termRoute(t *wp.Term) string {
	tax := a.site.Registry().Taxonomy(t.Taxonomy)
	if tax == nil || !tax.ShowInREST {
		return ""
	}
	return tax.Namespace() + "/" + tax.Base() + "/" + id(t.ID)
}

func (c *menuItems) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Menu items do not support trashing. Set 'force=true' to delete.")
	}
	previous := c.showItem(rest.NewScope(ctx, req), p)
	if _, err := c.site.DeletePost(ctx, p.ID); err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}

// htmlClasses makes a list of class names of text or a list.
func htmlClasses(_ context.Context, v any, _ string) (any, *schema.Error) {
	out := []any{}
	for _, text := range schema.ParseStrings(v) {
		out = append(out, format.SanitizeHTMLClass(text, ""))
	}
	return out, nil
}

// xfnOf splits the stored relations into class names; none is one empty name.
func xfnOf(stored string) []string {
	list := strings.Split(stored, " ")
	for i := range list {
		list[i] = format.SanitizeHTMLClass(list[i], "")
	}
	return list
}
