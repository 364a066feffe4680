package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// autosaves is the controller of the autosaves of one post type:
// WP_REST_Autosaves_Controller.
type autosaves struct {
	*revisions
	fields rest.Fields[*wp.Post, nothing]
	item   *schema.Schema
}

func (a *API) newAutosaves(revs *revisions) *autosaves {
	c := &autosaves{revisions: revs}
	c.fields = append(revs.fields[:len(revs.fields):len(revs.fields)], revisionField{
		Name: "preview_link", Schema: schema.String("Address of a preview.").Format("uri").In(editOnly...).Readonly(),
		Get: func(s *rest.Scope, p *wp.Post) any { return c.previewLink(s.Ctx, p) },
	})
	c.item = c.fields.ItemSchema(revs.parent.typ.Name + "-revision")
	return c
}

func (c *autosaves) routes() []rest.Route {
	base := "/" + c.parent.base
	parent := parentArg("ID of the post that the autosave is of.")
	create := append(rest.Args{parent}, c.parent.writeArgs(schema.ForEdit)...)
	id := schema.Prop("id", schema.Integer("ID of the autosave."))
	return []rest.Route{
		{
			Namespace: c.parent.typ.Namespace(), Pattern: base + `/(?P<id>[\d]+)/autosaves`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: rest.Args{parent, contextArg(c.item)}, Permission: c.mayList, Handle: c.list},
				{Methods: []string{"POST"}, Args: create, Permission: c.mayCreate, Handle: c.create},
			},
		},
		{
			Namespace: c.parent.typ.Namespace(), Pattern: base + `/(?P<parent>[\d]+)/autosaves/(?P<id>[\d]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{parent, id, contextArg(c.item)}, Permission: c.revisions.mayList, Handle: c.get}},
		},
	}
}

func (c *autosaves) mayList(ctx context.Context, req *rest.Request) error {
	p, err := c.parentPost(ctx, req.Int("id"))
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "edit_post", p) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to view autosaves of this post.")
	}
	return nil
}

func (c *autosaves) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.parentPost(ctx, req.Int("id"))
	if err != nil {
		return nil, err
	}
	items := []any{}
	if head(req) {
		return rest.OK(items), nil
	}
	found, err := c.site.Autosaves(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req)
	for _, row := range found {
		items = append(items, c.rest.Item(ctx, req, c.show(scope, row)))
	}
	return rest.OK(items), nil
}

// get answers the newest autosave of the post, whatever the id asked for.
func (c *autosaves) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.site.Autosave(ctx, req.Int("parent"), 0)
	if missing(err) {
		return nil, rest.NewError(http.StatusNotFound, "rest_post_no_autosave", "There is no autosave revision for this post.")
	}
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), p), nil
}

func (c *autosaves) show(s *rest.Scope, row *wp.Post) *rest.Response {
	return c.showAs(s, row, c.fields)
}

func (c *autosaves) mayCreate(ctx context.Context, req *rest.Request) error {
	if req.Int("id") == 0 {
		return rest.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid item ID.")
	}
	return c.parent.mayUpdate(ctx, req)
}

// create saves into the post itself where that is a draft of the caller's own
// which nobody else has open, and into an autosave otherwise.
func (c *autosaves) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.parentPost(ctx, req.Int("id"))
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w := postWrite{before: p}
	if err := c.parent.fields.Read(scope, &w); err != nil {
		if _, ok := err.(*rest.Error); !ok {
			return nil, err
		}
		w = postWrite{before: p} // an autosave of nothing, as WordPress makes it
	}
	if p.Type == "nav_menu_item" { // prepared under names that no autosave knows
		w = postWrite{before: p}
	}
	var row *wp.Post
	draft := p.Status == "draft" || p.Status == "auto-draft"
	if draft && p.Author == site.CurrentID(ctx) && c.site.LockedBy(ctx, p.ID) == 0 {
		row, err = c.site.UpdatePost(ctx, p.ID, w.PostChanges)
	} else {
		row, err = c.save(ctx, req, p, &w)
	}
	if err != nil {
		return nil, refuse(err, http.StatusInternalServerError)
	}
	return c.show(scope, row), nil
}

// save writes an autosave with the revisioned meta of the request.
func (c *autosaves) save(ctx context.Context, req *rest.Request, p *wp.Post, w *postWrite) (*wp.Post, error) {
	given, _ := req.Param("meta").(*ordered.Object)
	if given == nil || given.Len() == 0 {
		return c.site.SaveAutosave(ctx, p, w.PostChanges, nil, false)
	}
	have, err := c.site.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return nil, err
	}
	var meta []wp.Meta
	differs := false
	for _, k := range c.metaKeys(wp.PostMeta, p.Type) {
		if !k.Revisioned {
			continue
		}
		was, stored := have.Lookup(k.Key)
		v, ok := given.Get(k.Key)
		if !ok {
			differs = differs || !stored || was != ""
			continue
		}
		text, err := k.text(ctx, v)
		if err != nil {
			return nil, err
		}
		differs = differs || !stored || was != text
		meta = append(meta, wp.Meta{Key: k.Key, Value: text})
	}
	return c.site.SaveAutosave(ctx, p, w.PostChanges, meta, differs)
}

// previewLink is the address at which the post of an autosave is previewed:
// get_preview_post_link.
func (c *autosaves) previewLink(ctx context.Context, row *wp.Post) any {
	p, query := row, ""
	if site.IsAutosave(row) {
		parent, err := c.site.Post(ctx, row.Parent)
		if err != nil {
			return nil
		}
		p, query = parent, "preview_id="+id(parent.ID)+"&preview_nonce="+c.nonce(ctx, "post_preview_"+id(parent.ID))+"&"
	}
	if t := c.site.Registry().PostType(p.Type); t == nil || !t.Viewable() {
		return ""
	}
	return withQuery(c.site.Permalink(ctx, p), query+"preview", "true")
}
