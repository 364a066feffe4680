package wpv2

import (
	"context"
	"net/http"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// itemWrite collects what a menu item is to be.
type itemWrite struct{ site.MenuItemChanges }

func setItemTitle(_ *rest.Scope, w *itemWrite, v any) error {
	switch v := v.(type) {
	case string:
		w.Title = v
	case *ordered.Object:
		if raw, ok := v.Value("raw").(string); ok && !emptyText(raw) {
			w.Title = raw
		}
	}
	return nil
}

// before is what a menu item is now, or what a new one begins as.
func (c *menuItems) before(s *rest.Scope, p *wp.Post) (itemWrite, error) {
	if p == nil {
		return itemWrite{site.MenuItemChanges{Position: 1, Kind: "custom", Status: "publish"}}, nil
	}
	m, err := c.setup(s, p)
	if err != nil {
		return itemWrite{}, err
	}
	w := itemWrite{site.MenuItemChanges{
		ID: p.ID, Above: m.Above, Position: m.MenuOrder, ObjectID: m.ObjectID, Object: m.Object, Kind: m.Kind, Title: m.Title, URL: m.URL,
		Description: m.Description, Attr: m.Attr, Target: m.Target, Status: m.Status, Classes: m.Classes, XFN: strings.Split(m.XFN, " "),
	}}
	if w.Position == 0 {
		w.Position = 1
	}
	menus, err := c.site.PostTerms(s.Ctx, p.ID, "nav_menu")
	if err == nil && len(menus) > 0 {
		w.Menu = menus[0].ID
	}
	return w, err
}

// prepare is prepare_item_for_database.
func (c *menuItems) prepare(s *rest.Scope, p *wp.Post) (itemWrite, error) {
	w, err := c.before(s, p)
	if err != nil {
		return w, err
	}
	if err := c.rows.Read(s, &w); err != nil {
		return w, err
	}
	var problems []*rest.Error
	bad := func(code, message string) {
		problems = append(problems, rest.NewError(http.StatusBadRequest, code, message))
	}
	switch {
	case w.Object == "" && w.Kind == "taxonomy":
		if t, err := c.site.Term(s.Ctx, w.ObjectID, ""); err == nil {
			w.Object = t.Taxonomy
		} else {
			bad("rest_term_invalid_id", "Invalid term ID.")
		}
	case w.Object == "" && w.Kind == "post_type":
		if p, err := c.site.Post(s.Ctx, w.ObjectID); err == nil {
			w.Object = p.Type
		} else {
			bad("rest_post_invalid_id", "Invalid post ID.")
		}
	case w.Kind == "post_type_archive" && c.site.Registry().PostType(w.Object) == nil:
		bad("rest_post_invalid_type", "Invalid post type.")
	case w.Kind == "custom":
		if w.Title == "" {
			bad("rest_title_required", "The title is required when using a custom menu item type.")
		}
		if emptyText(w.URL) {
			bad("rest_url_required", "The url is required when using a custom menu item type.")
		}
	}
	if len(problems) > 0 {
		problems[0].Additional = problems[1:]
		return w, problems[0]
	}
	if w.Status != "publish" {
		w.Status = "draft"
	}
	return w, nil
}

func (c *menuItems) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if !falsy(req.Param("id")) {
		return nil, rest.NewError(http.StatusBadRequest, "rest_post_exists", "Cannot create existing post.")
	}
	resp, p, err := c.save(ctx, req, nil)
	if err != nil {
		return nil, err
	}
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, c.base+"/"+id(p.ID))), nil
}

func (c *menuItems) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	resp, _, err := c.save(ctx, req, p)
	return resp, err
}

// save writes an item, p or a new one, and shows it.
func (c *menuItems) save(ctx context.Context, req *rest.Request, p *wp.Post) (*rest.Response, *wp.Post, error) {
	w, err := c.prepare(rest.NewScope(ctx, req), p)
	if err != nil {
		return nil, nil, err
	}
	if p, err = c.site.SaveMenuItem(ctx, w.MenuItemChanges); err != nil {
		return nil, nil, refuse(err, http.StatusBadRequest)
	}
	if err := c.saveMeta(ctx, wp.PostMeta, c.typ.Name, p.ID, req); err != nil {
		return nil, nil, err
	}
	req.Set("context", schema.Edit)
	if p, err = c.site.Post(ctx, p.ID); err != nil {
		return nil, nil, err
	}
	return c.showItem(rest.NewScope(ctx, req), p), p, nil
}
