package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// statuses is the controller of the post statuses:
// WP_REST_Post_Statuses_Controller.
type statuses struct {
	*API
	fields rest.Fields[*wp.Status, nothing]
	item   *schema.Schema
}

func (a *API) newStatuses() *statuses {
	c := &statuses{API: a, fields: statusFields()}
	c.item = c.fields.ItemSchema("status")
	return c
}

func (c *statuses) routes() []rest.Route {
	name := schema.Prop("status", schema.String("Name of the status."))
	return []rest.Route{
		{
			Namespace: namespace, Pattern: "/" + namespace + "/statuses", Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{contextArg(c.item)}, Permission: c.mayList, Handle: c.list}},
		},
		{
			Namespace: namespace, Pattern: "/" + namespace + `/statuses/(?P<status>[\w-]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{name, contextArg(c.item)}, Permission: c.mayRead, Handle: c.get}},
		},
	}
}

// embedFirst are all contexts in the order in which some schemas name them.
var embedFirst = []string{schema.Embed, schema.View, schema.Edit}

func statusFields() rest.Fields[*wp.Status, nothing] {
	flag := func(name, description string, get func(*wp.Status) bool, contexts []string) rest.Field[*wp.Status, nothing] {
		return rest.Field[*wp.Status, nothing]{
			Name: name, Schema: schema.Boolean(description).In(contexts...).Readonly(),
			Get: func(_ *rest.Scope, st *wp.Status) any { return get(st) },
		}
	}
	return rest.Fields[*wp.Status, nothing]{
		{
			Name: "name", Schema: schema.String("Title of the status.").In(embedFirst...).Readonly(),
			Get: func(_ *rest.Scope, st *wp.Status) any { return st.Label },
		},
		flag("private", "Whether its posts are private.", func(st *wp.Status) bool { return st.Private }, editOnly),
		flag("protected", "Whether its posts are protected.", func(st *wp.Status) bool { return st.Protected }, editOnly),
		flag("public", "Whether visitors see its posts.", func(st *wp.Status) bool { return st.Public }, viewEdit),
		flag("queryable", "Whether visitors can ask for its posts.", func(st *wp.Status) bool { return st.PubliclyQueryable }, viewEdit),
		flag("show_in_list", "Whether lists for editors have its posts.", func(st *wp.Status) bool { return st.ShowInAdminAllList }, editOnly),
		{
			Name: "slug", Schema: schema.String("Name of the status.").In(embedFirst...).Readonly(),
			Get: func(_ *rest.Scope, st *wp.Status) any { return st.Name },
		},
		flag("date_floating", "Whether the date of its posts moves until they are published.", func(st *wp.Status) bool { return st.DateFloating }, viewEdit),
	}
}

func (c *statuses) mayList(ctx context.Context, req *rest.Request) error {
	if req.String("context") == schema.Edit && !c.editsAny(ctx) {
		return rest.Denied(ctx, "rest_cannot_view", "Sorry, you are not allowed to manage post statuses.")
	}
	return nil
}

// readable mirrors check_read_permission.
func (c *statuses) readable(ctx context.Context, st *wp.Status) bool {
	return st.Public || (!st.Internal || st.Name == "trash") && c.editsAny(ctx)
}

func (c *statuses) mayRead(ctx context.Context, req *rest.Request) error {
	st := c.site.Registry().Status(req.String("status"))
	if st == nil {
		return rest.NewError(http.StatusNotFound, "rest_status_invalid", "Invalid status.")
	}
	if !c.readable(ctx, st) {
		return rest.Denied(ctx, "rest_cannot_read_status", "Cannot view status.")
	}
	return nil
}

// list shows what the caller may see; the trash, which is internal, comes last.
func (c *statuses) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	scope := rest.NewScope(ctx, req).Whole()
	out := &ordered.Object{}
	show := func(st *wp.Status) {
		if st != nil && c.readable(ctx, st) {
			out.Set(st.Name, c.rest.Item(ctx, req, c.show(scope, st)))
		}
	}
	for _, st := range c.site.Registry().Statuses() {
		if !st.Internal {
			show(st)
		}
	}
	show(c.site.Registry().Status("trash"))
	return rest.OK(out), nil
}

func (c *statuses) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	return c.show(rest.NewScope(ctx, req).Whole(), c.site.Registry().Status(req.String("status"))), nil
}

func (c *statuses) show(s *rest.Scope, st *wp.Status) *rest.Response {
	resp := rest.OK(c.fields.Render(s, st))
	archives := c.url(s.Ctx, c.postsRoute())
	if st.Name != "publish" {
		archives = withQuery(archives, "status", st.Name)
	}
	resp.Links = &rest.Links{}
	resp.Links.Add("archives", rest.Link{Href: archives})
	return resp
}

// postsRoute is the route of the posts.
func (a *API) postsRoute() string {
	t := a.site.Registry().PostType("post")
	if t == nil || !t.ShowInREST {
		return ""
	}
	return t.Namespace() + "/" + t.Base()
}
