package wpv2

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// menus is the controller of the classic menus: WP_REST_Menus_Controller.
type menus struct{ *terms }

func (a *API) newMenus(t *wp.Taxonomy) *menus {
	c := &menus{&terms{API: a, tax: t, base: t.Namespace() + "/" + t.Base()}}
	c.fields = c.menuFields()
	c.item = c.fields.ItemSchema(t.Name)
	c.links = c.locationLinks
	return c
}

// routes are those of terms, with other ways to read and write.
func (c *menus) routes() []rest.Route {
	r := c.terms.routes()
	list, item := r[0].Endpoints, r[1].Endpoints
	list[0].Permission, list[1].Handle = c.mayList, c.create
	item[0].Permission, item[1].Handle, item[2].Handle = c.mayRead, c.update, c.delete
	return r
}

func (c *menus) menuFields() rest.Fields[*wp.Term, termWrite] {
	f := slices.DeleteFunc(c.termFields(), func(row termField) bool {
		return row.Name == "count" || row.Name == "link" || row.Name == "taxonomy"
	})
	locations := schema.New("The places where the menu stands.", "array").Items(schema.String("")).In(viewEdit...)
	return append(f,
		termField{
			Name: "locations", Schema: locations.Validate(c.validateLocations),
			Get: func(s *rest.Scope, t *wp.Term) any { return c.placesOf(s.Ctx, t.ID) },
			Set: func(s *rest.Scope, w *termWrite, v any) error {
				if v != nil {
					w.locations = append([]string{}, s.Req.Strings("locations")...)
				}
				return nil
			},
		},
		termField{
			Name: "auto_add", Schema: schema.New("Whether new pages are added to the menu.").In(viewEdit...).Type("boolean"),
			Get: func(s *rest.Scope, t *wp.Term) any {
				list, err := c.site.AutoAddMenus(s.Ctx)
				return err == nil && slices.Contains(list, t.ID)
			},
			Set: func(_ *rest.Scope, w *termWrite, v any) error {
				if on, ok := v.(bool); ok {
					w.autoAdd = &on
				}
				return nil
			},
		},
	)
}

// validateLocations accepts the places that are registered.
func (c *menus) validateLocations(_ context.Context, v any, param string) *schema.Error {
	of := schema.New("", "array").Items(schema.String(""))
	if err := schema.Validate(v, of, param); err != nil {
		return err
	}
	clean, err := schema.Sanitize(v, of, param)
	if err != nil {
		return err
	}
	list, _ := clean.([]any)
	for _, name := range list {
		if !slices.ContainsFunc(c.site.Registry().MenuLocations(), func(l site.MenuLocation) bool { return l.Name == name }) {
			return &schema.Error{Code: "rest_invalid_menu_location", Message: "Invalid menu location.", Data: ordered.Of("location", name)}
		}
	}
	return nil
}

func (a *API) placesOf(ctx context.Context, menu int64) []string {
	out := []string{}
	places, err := a.site.MenuPlaces(ctx)
	if err != nil {
		return out
	}
	for _, p := range places {
		if p.Menu == menu {
			out = append(out, p.Location)
		}
	}
	return out
}

func (c *menus) locationLinks(s *rest.Scope, t *wp.Term, l *rest.Links) {
	for _, name := range c.placesOf(s.Ctx, t.ID) {
		l.Add(wpRel+"menu-location", rest.Link{Href: c.url(s.Ctx, namespace+"/menu-locations/"+name), Embeddable: true})
	}
}

// seesMenus lets those look at menus who can edit posts of any type.
func (a *API) seesMenus(ctx context.Context, what string) error {
	if a.site.Can(ctx, "edit_theme_options") || a.site.Can(ctx, "edit_posts") {
		return nil
	}
	for _, t := range a.site.Registry().PostTypes() {
		if t.ShowInREST && a.site.Can(ctx, t.Caps.Get("edit_posts")) {
			return nil
		}
	}
	return rest.Denied(ctx, "rest_cannot_view", "Sorry, you are not allowed to view "+what+".")
}

func (c *menus) mayList(ctx context.Context, req *rest.Request) error {
	if err := c.terms.mayList(ctx, req); err != nil {
		return err
	}
	return c.seesMenus(ctx, "menus")
}

func (c *menus) mayRead(ctx context.Context, req *rest.Request) error {
	if err := c.terms.mayRead(ctx, req); err != nil {
		return err
	}
	return c.seesMenus(ctx, "menus")
}

func (c *menus) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	scope := rest.NewScope(ctx, req)
	w, err := c.read(scope)
	if err != nil {
		return nil, err
	}
	t, err := c.site.SaveMenu(ctx, 0, or(w.Name, ""), or(w.Description, ""))
	if err != nil {
		return nil, refuseMenu(err)
	}
	if err := c.saveRest(ctx, req, t, &w); err != nil {
		return nil, err
	}
	req.Set("context", schema.View)
	resp := c.show(rest.NewScope(ctx, req), t)
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, c.base+"/"+id(t.ID))), nil
}

// refuseMenu is how a menu that could not be made is answered: all errors have
// status 400, and what data they had is shown behind.
func refuseMenu(err error) error {
	var e *site.Error
	if !errors.As(err, &e) {
		return err
	}
	out := rest.NewError(http.StatusBadRequest, e.Code, e.Message)
	if term, ok := e.Data["term_id"]; ok {
		out.Earlier = []any{term}
	}
	if e.Code == "menu_exists" {
		out.Data = ordered.Of("term_id", e.Data["term_id"])
	}
	if text, ok := e.Data["error"]; ok {
		out.Earlier = []any{text}
	}
	return out
}

func (c *menus) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req)
	w, err := c.read(scope)
	if err != nil {
		return nil, err
	}
	if t, err = c.site.SaveMenu(ctx, t.ID, or(w.Name, t.Name), or(w.Description, "")); err != nil {
		var e *site.Error
		if errors.As(err, &e) {
			return nil, &rest.Error{Code: e.Code, Message: e.Message}
		}
		return nil, err
	}
	if err := c.saveRest(ctx, req, t, &w); err != nil {
		return nil, err
	}
	req.Set("context", schema.View)
	return c.show(rest.NewScope(ctx, req), t), nil
}

// saveRest writes what is kept beside the term: meta, places and auto_add.
func (c *menus) saveRest(ctx context.Context, req *rest.Request, t *wp.Term, w *termWrite) error {
	if err := c.saveMeta(ctx, wp.TermMeta, c.tax.Name, t.ID, req); err != nil {
		return err
	}
	if w.locations != nil {
		if err := c.site.PlaceMenu(ctx, t.ID, w.locations); err != nil {
			return err
		}
	}
	if w.autoAdd == nil {
		return nil
	}
	return c.site.SetAutoAdd(ctx, t.ID, *w.autoAdd)
}

func (c *menus) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Menus do not support trashing. Set 'force=true' to delete.")
	}
	req.Set("context", schema.View)
	previous := c.show(rest.NewScope(ctx, req), t)
	err = c.site.DeleteMenu(ctx, t)
	if missing(err) {
		return nil, rest.NewError(http.StatusInternalServerError, "rest_cannot_delete", "The menu cannot be deleted.")
	}
	if err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}
