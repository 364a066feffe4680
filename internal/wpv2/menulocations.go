package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// menuLocations is the controller of the places that a theme has for menus:
// WP_REST_Menu_Locations_Controller.
type menuLocations struct {
	*API
	fields rest.Fields[site.MenuLocation, nothing]
	item   *schema.Schema
}

const locationsRoute = namespace + "/menu-locations"

// embedFirstAll is everywhere with embed in front.
var embedFirstAll = []string{schema.Embed, schema.View, schema.Edit}

func (a *API) newMenuLocations() *menuLocations {
	c := &menuLocations{API: a}
	c.fields = rest.Fields[site.MenuLocation, nothing]{
		{
			Name: "name", Schema: schema.String("Name of the place.").In(embedFirstAll...).Readonly(),
			Get: func(_ *rest.Scope, l site.MenuLocation) any { return l.Name },
		},
		{
			Name: "description", Schema: schema.String("What the place is.").In(embedFirstAll...).Readonly(),
			Get: func(_ *rest.Scope, l site.MenuLocation) any { return l.Description },
		},
		{
			Name: "menu", Schema: schema.Integer("ID of the menu that stands there.").In(embedFirstAll...).Readonly(),
			Get: func(s *rest.Scope, l site.MenuLocation) any { return c.menuAt(s.Ctx, l.Name) },
		},
	}
	c.item = c.fields.ItemSchema("menu-location")
	return c
}

func (c *menuLocations) routes() []rest.Route {
	name := schema.Prop("location", schema.String("Name of the place."))
	arg := schema.Prop("context", schema.ContextParam("Which fields the answer has.", c.item).Default(schema.View).Enum(schema.View, schema.Embed, schema.Edit))
	return []rest.Route{
		{
			Namespace: namespace, Pattern: "/" + locationsRoute, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{arg}, Permission: c.may, Handle: c.list}},
		},
		{
			Namespace: namespace, Pattern: "/" + locationsRoute + `/(?P<location>[\w-]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{name, arg}, Permission: c.may, Handle: c.get}},
		},
	}
}

func (c *menuLocations) may(ctx context.Context, _ *rest.Request) error {
	if !c.site.Can(ctx, "edit_theme_options") {
		return rest.Denied(ctx, "rest_cannot_view", "Sorry, you are not allowed to view menu locations.")
	}
	return nil
}

// menuAt is the menu at a place, 0 for none.
func (c *menuLocations) menuAt(ctx context.Context, location string) int64 {
	places, err := c.site.MenuPlaces(ctx)
	if err != nil {
		return 0
	}
	for _, p := range places {
		if p.Location == location {
			return p.Menu
		}
	}
	return 0
}

// list answers an object by name; without any places that is an empty list.
func (c *menuLocations) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	all := c.site.Registry().MenuLocations()
	if len(all) == 0 {
		return rest.OK([]any{}), nil
	}
	scope := rest.NewScope(ctx, req)
	out := ordered.NewObject(len(all))
	for _, l := range all {
		out.Set(l.Name, c.rest.Item(ctx, req, c.show(scope, l)))
	}
	return rest.OK(out), nil
}

func (c *menuLocations) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	for _, l := range c.site.Registry().MenuLocations() {
		if l.Name == req.String("location") {
			return c.show(rest.NewScope(ctx, req), l), nil
		}
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_menu_location_invalid", "Invalid menu location.")
}

func (c *menuLocations) show(s *rest.Scope, l site.MenuLocation) *rest.Response {
	resp := rest.OK(c.fields.Render(s, l))
	if !s.WantsLinks() {
		return resp
	}
	set := c.settings(s.Ctx)
	resp.Links = &rest.Links{}
	resp.Links.Add("self", rest.Link{Href: set.REST(locationsRoute + "/" + l.Name)})
	resp.Links.Add("collection", rest.Link{Href: set.REST(locationsRoute)})
	if menu := c.menuAt(s.Ctx, l.Name); menu != 0 {
		if t, err := c.site.Term(s.Ctx, menu, ""); err == nil {
			if route := c.termRoute(t); route != "" {
				resp.Links.Add(wpRel+"menu", rest.Link{Href: set.REST(route), Embeddable: true})
			}
		}
	}
	return resp
}
