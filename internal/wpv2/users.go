package wpv2

import (
	"context"
	"net/http"
	"slices"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// users is the controller of the users: WP_REST_Users_Controller.
type users struct {
	*API
	base   string // "wp/v2/users"
	fields rest.Fields[*site.User, userWrite]
	item   *schema.Schema
}

func (a *API) newUsers() *users {
	c := &users{API: a, base: namespace + "/users"}
	c.fields = append(c.userFields(), registeredRows[*site.User, userWrite](a, "user", func(u *site.User) int64 { return u.ID })...)
	noteFields(a, "user", c.fields)
	c.item = inOrder(c.fields.ItemSchema("user"), "id", "username", "name", "first_name", "last_name", "email", "url", "description", "link",
		"locale", "nickname", "slug", "registered_date", "roles", "password", "capabilities", "extra_capabilities", "avatar_urls", "meta")
	return c
}

// routes are the collection, the item, and the caller's own item.
func (c *users) routes() []rest.Route {
	pattern := "/" + c.base
	idArg := schema.Prop("id", schema.Integer("ID of the user."))
	create, edit := schema.EndpointArgs(c.item, schema.ForCreate), schema.EndpointArgs(c.item, schema.ForEdit)
	remove := rest.Args{
		schema.Prop("force", schema.Boolean("Must be true, since users have no trash.").Default(false)),
		schema.Prop("reassign", schema.Integer("ID of the user who gets the posts; false to delete them.").Required().Validate(nil).Sanitize(checkReassign)),
	}
	get := rest.Args{contextArg(c.item)}
	item := func(args rest.Args) rest.Args { return append(rest.Args{idArg}, args...) }
	writes := []string{"POST", "PUT", "PATCH"}
	return []rest.Route{
		{
			Namespace: namespace, Pattern: pattern, Schema: c.describe,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: c.collectionArgs(), Permission: c.mayList, Handle: c.list, AllowBatch: true},
				{Methods: []string{"POST"}, Args: create, Permission: c.mayCreate, Handle: c.create, AllowBatch: true},
			},
		},
		{
			Namespace: namespace, Pattern: pattern + `/(?P<id>[\d]+)`, Schema: c.describe,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: item(get), Permission: c.mayRead, Handle: c.get, AllowBatch: true},
				{Methods: writes, Args: item(edit), Permission: c.given(c.mayUpdate), Handle: c.answering(c.update), AllowBatch: true},
				{Methods: []string{"DELETE"}, Args: item(remove), Permission: c.given(c.mayDelete), Handle: c.answering(c.delete), AllowBatch: true},
			},
		},
		{
			Namespace: namespace, Pattern: pattern + "/me", Schema: c.describe,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: get, Handle: c.getMe},
				{Methods: writes, Args: edit, Permission: c.own(c.mayUpdate), Handle: c.answeringMe(c.update)},
				{Methods: []string{"DELETE"}, Args: remove, Permission: c.own(c.mayDelete), Handle: c.answeringMe(c.delete)},
			},
		},
	}
}

// describe is the item schema; without avatars on the site it has none.
func (c *users) describe(ctx context.Context) *ordered.Object {
	if !c.avatars(ctx) {
		return c.item.Clone().DropProp("avatar_urls").Describe()
	}
	return c.item.Describe()
}

type (
	permitUser func(ctx context.Context, req *rest.Request, u *site.User) error
	handleUser func(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error)
)

// given and answering make the parts of an endpoint of those of the user in
// the id parameter; own and answeringMe of those of the caller.
func (c *users) given(f permitUser) func(context.Context, *rest.Request) error {
	return func(ctx context.Context, req *rest.Request) error { return permit(ctx, req, f, c.load, req.Int("id")) }
}

func (c *users) own(f permitUser) func(context.Context, *rest.Request) error {
	return func(ctx context.Context, req *rest.Request) error {
		return permit(ctx, req, f, c.load, site.CurrentID(ctx))
	}
}

func permit(ctx context.Context, req *rest.Request, f permitUser, load func(context.Context, int64) (*site.User, error), id int64) error {
	u, err := load(ctx, id)
	if err != nil {
		return err
	}
	return f(ctx, req, u)
}

func (c *users) answering(f handleUser) func(context.Context, *rest.Request) (*rest.Response, error) {
	return func(ctx context.Context, req *rest.Request) (*rest.Response, error) {
		return c.answer(ctx, req, f, req.Int("id"))
	}
}

func (c *users) answeringMe(f handleUser) func(context.Context, *rest.Request) (*rest.Response, error) {
	return func(ctx context.Context, req *rest.Request) (*rest.Response, error) {
		return c.answer(ctx, req, f, site.CurrentID(ctx))
	}
}

func (c *users) answer(ctx context.Context, req *rest.Request, f handleUser, id int64) (*rest.Response, error) {
	u, err := c.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return f(ctx, req, u)
}

// load returns a user: get_user.
func (a *API) load(ctx context.Context, id int64) (*site.User, error) {
	u, err := a.site.User(ctx, id)
	if missing(err) {
		return nil, rest.NewError(http.StatusNotFound, "rest_user_invalid_id", "Invalid user ID.")
	}
	return u, err
}

func (c *users) mayList(ctx context.Context, req *rest.Request) error {
	listing := c.site.Can(ctx, "list_users")
	deny := func(code, message string) error { return rest.Denied(ctx, code, message) }
	switch {
	case len(req.List("roles")) > 0 && !listing:
		return deny("rest_user_cannot_view", "Sorry, you are not allowed to filter users by role.")
	case len(req.List("capabilities")) > 0 && !listing:
		return deny("rest_user_cannot_view", "Sorry, you are not allowed to filter users by capability.")
	case req.String("context") == schema.Edit && !listing:
		return deny("rest_forbidden_context", "Sorry, you are not allowed to edit users.")
	case slices.Contains([]string{"email", "registered_date"}, req.String("orderby")) && !listing:
		return deny("rest_forbidden_orderby", "Sorry, you are not allowed to order users by this parameter.")
	case req.String("who") == "authors" && !c.editsAuthored(ctx):
		return deny("rest_forbidden_who", "Sorry, you are not allowed to query users by this parameter.")
	case !c.publicUsers && site.CurrentID(ctx) == 0:
		return deny("rest_user_cannot_view", "Sorry, you are not allowed to list users.")
	}
	return nil
}

// editsAuthored reports whether the caller may edit posts of some type that
// has authors.
func (c *users) editsAuthored(ctx context.Context) bool {
	return slices.ContainsFunc(c.restTypes(), func(t *wp.PostType) bool {
		return c.site.Supports(t.Name, "author") && c.site.Can(ctx, t.Caps.Get("edit_posts"))
	})
}

func (c *users) mayRead(ctx context.Context, req *rest.Request) error {
	u, err := c.load(ctx, req.Int("id"))
	if err != nil || u.ID == site.CurrentID(ctx) {
		return err
	}
	if c.site.Can(ctx, "edit_user", u.ID) {
		return nil
	}
	if req.String("context") == schema.Edit {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit this user.")
	}
	if c.site.Can(ctx, "list_users") {
		return nil
	}
	if ok, err := c.hasPosts(ctx, u.ID); err != nil || ok {
		return err
	}
	return rest.Denied(ctx, "rest_user_cannot_view", "Sorry, you are not allowed to list users.")
}

// hasPosts reports whether a user has written posts that the caller may read:
// count_user_posts over the types of the API.
func (c *users) hasPosts(ctx context.Context, user int64) (bool, error) {
	public, private := c.readableTypes(ctx)
	for _, q := range []struct {
		types  []string
		status string
	}{{public, "publish"}, {private, "private"}} {
		if len(q.types) == 0 {
			continue
		}
		found, err := c.site.WithPosts(ctx, []int64{user}, q.types, q.status)
		if err != nil || len(found) > 0 {
			return true, err
		}
	}
	return false, nil
}

func (c *users) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	u, err := c.load(ctx, req.Int("id"))
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req).Whole(), u), nil
}

func (c *users) getMe(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	u, err := c.site.User(ctx, site.CurrentID(ctx))
	if missing(err) {
		return nil, rest.NewError(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
	}
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req).Whole(), u), nil
}

// show is prepare_item_for_response.
func (c *users) show(s *rest.Scope, u *site.User) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.fields.Render(s, u))
	if s.WantsLinks() {
		resp.Links = &rest.Links{}
		resp.Links.Add("self", rest.Link{Href: c.url(s.Ctx, c.base+"/"+id(u.ID))})
		resp.Links.Add("collection", rest.Link{Href: c.url(s.Ctx, c.base)})
	}
	return resp
}

func (c *users) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	q := c.query(ctx, req)
	at, walking := cursor(req)
	if walking {
		q.Beyond, q.Offset, q.OrderBy, q.Order, q.NoCount = at, 0, store.UserByID, store.Asc, true
	}
	if q.Offset < 0 { // no database knows such a place
		total, err := c.site.Store().CountUsers(ctx, q)
		if err != nil {
			return nil, err
		}
		return c.pageAt(ctx, req, []any{}, total, c.base, 1), nil
	}
	ids, total, err := c.site.Store().UserIDs(ctx, q)
	if err != nil {
		return nil, err
	}
	items := []any{}
	if !head(req) {
		if items, err = c.items(ctx, req, ids); err != nil {
			return nil, err
		}
	}
	if walking {
		return c.walked(ctx, req, items, last(ids, func(id int64) int64 { return id }), len(ids), c.base), nil
	}
	page := (q.Offset+q.Limit-1)/q.Limit + 1
	return c.pageAt(ctx, req, items, total, c.base, page), nil
}

// items shows the users of a list; in context edit only those whom the caller
// may edit.
func (c *users) items(ctx context.Context, req *rest.Request, ids []int64) ([]any, error) {
	if err := c.site.PrimeUsers(ctx, ids); err != nil {
		return nil, err
	}
	if !c.site.Can(ctx, "list_users") { // then it shows whether they have published
		c.primeUsers(ctx, ids)
	}
	scope := rest.NewScope(ctx, req).Whole()
	items := make([]any, 0, len(ids))
	for _, id := range ids {
		u, err := c.site.User(ctx, id)
		if missing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if scope.Context == schema.Edit && !c.site.Can(ctx, "edit_user", id) {
			continue
		}
		items = append(items, c.rest.Item(ctx, req, c.show(scope, u)))
	}
	return items, nil
}

var userOrders = map[string]store.UserOrderKey{
	"id": store.UserByID, "include": store.UserByInclude, "name": store.UserByName, "registered_date": store.UserByRegistered,
	"slug": store.UserByNicename, "include_slugs": store.UserBySlugs, "email": store.UserByEmail, "url": store.UserByURL,
}
