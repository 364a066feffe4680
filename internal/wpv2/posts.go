package wpv2

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// posts is the controller of one post type: WP_REST_Posts_Controller.
type posts struct {
	*API
	typ    *wp.PostType
	base   string // "wp/v2/posts"
	fields rest.Fields[post, postWrite]
	answer rest.Fields[post, postWrite] // fields in the order of an answer
	item   *schema.Schema

	// What types that show something else than posts have of their own.
	display func(*rest.Scope, *wp.Post) *rest.Response
	prime   func(*rest.Scope, []*wp.Post) error
}

// post is a row while it is being shown.
type post struct {
	*wp.Post
	// open is set when a protected post may be shown: its password was given,
	// or an editor edits it.
	open bool
}

func (a *API) newPosts(t *wp.PostType) *posts {
	c := &posts{API: a, typ: t, base: t.Namespace() + "/" + t.Base()}
	c.fields = c.adapt(c.postFields())
	switch t.RESTController {
	case "", "posts", "blocks", "attachments":
		c.fields = append(c.fields, registeredRows[post, postWrite](a, t.Name, func(p post) int64 { return p.ID })...)
		noteFields(a, t.Name, c.fields)
	}
	c.item, c.answer = c.fields.ItemSchema(t.Name), c.inAnswerOrder(c.fields)
	a.postTypes[t.Name] = c
	return c
}

// routes are the collection and the item.
func (c *posts) routes() []rest.Route {
	pattern := "/" + c.base
	idArg := schema.Prop("id", schema.Integer("ID of the post."))
	get := rest.Args{idArg, contextArg(c.item)}
	if c.shows("excerpt") {
		get = append(get, schema.Prop("excerpt_length", schema.Integer("How many words an automatic excerpt has.")))
	}
	if c.has("password") {
		get = append(get, schema.Prop("password", schema.String("The password of a protected post.")))
	}
	update := append(rest.Args{idArg}, c.writeArgs(schema.ForEdit)...)
	remove := rest.Args{idArg, schema.Prop("force", schema.Boolean("Whether to delete for good instead of moving to the trash.").Default(false))}
	return []rest.Route{
		{
			Namespace: c.typ.Namespace(), Pattern: pattern, Schema: c.describe,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: c.collectionArgs(), Permission: c.mayList, Handle: c.list, AllowBatch: true},
				{Methods: []string{"POST"}, Args: c.writeArgs(schema.ForCreate), Permission: c.mayCreate, Handle: c.create, AllowBatch: true},
			},
		},
		{
			Namespace: c.typ.Namespace(), Pattern: pattern + `/(?P<id>[\d]+)`, Schema: c.describe,
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: get, Permission: c.mayRead, Handle: c.get, AllowBatch: true},
				{Methods: []string{"POST", "PUT", "PATCH"}, Args: update, Permission: c.mayUpdate, Handle: c.update, AllowBatch: true},
				{Methods: []string{"DELETE"}, Args: remove, Permission: c.mayDelete, Handle: c.delete, AllowBatch: true},
			},
		},
	}
}

// has reports whether the post type has a property.
func (c *posts) has(name string) bool {
	for i := range c.fields {
		if c.fields[i].Name == name {
			return true
		}
	}
	return false
}

// describe is the item schema with the links that an editor may follow.
func (c *posts) describe(ctx context.Context) *ordered.Object {
	o := c.item.Describe()
	o.Set("links", c.schemaLinks(ctx))
	return o
}

// load returns the post of the id parameter, of this type only.
func (c *posts) load(ctx context.Context, req *rest.Request) (*wp.Post, error) {
	p, err := c.site.Post(ctx, req.Int("id"))
	if err == nil && p.Type == c.typ.Name {
		return p, nil
	}
	if err != nil && !missing(err) {
		return nil, err
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid post ID.")
}

// readable mirrors check_read_permission.
func (a *API) readable(ctx context.Context, p *wp.Post) bool {
	t := a.site.Registry().PostType(p.Type)
	if t == nil || !t.ShowInREST {
		return false
	}
	if p.Status == "publish" || a.site.CanPost(ctx, "read_post", p) {
		return true
	}
	if st := a.site.Registry().Status(p.Status); st != nil && st.Public {
		return true
	}
	if p.Status != "inherit" {
		return false
	}
	if p.Parent > 0 {
		if parent, err := a.site.Post(ctx, p.Parent); err == nil {
			return a.readable(ctx, parent)
		}
	}
	return true
}

// editable mirrors check_update_permission.
func (a *API) editable(ctx context.Context, p *wp.Post) bool {
	t := a.site.Registry().PostType(p.Type)
	return t != nil && t.ShowInREST && a.site.CanPost(ctx, "edit_post", p)
}

func (a *API) deletable(ctx context.Context, p *wp.Post) bool {
	t := a.site.Registry().PostType(p.Type)
	return t != nil && t.ShowInREST && a.site.CanPost(ctx, "delete_post", p)
}

func (c *posts) mayList(ctx context.Context, req *rest.Request) error {
	if req.String("context") == schema.Edit && !c.site.Can(ctx, c.typ.Caps.Get("edit_posts")) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return nil
}

func (c *posts) mayRead(ctx context.Context, req *rest.Request) error {
	p, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	edit := req.String("context") == schema.Edit
	if edit && !c.editable(ctx, p) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit this post.")
	}
	if given, ok := req.Query.Value("password").(string); ok && given != "" && given != "0" && !samePassword(p, given) {
		return rest.NewError(http.StatusForbidden, "rest_post_incorrect_password", "Incorrect post password.")
	}
	if !c.readable(ctx, p) {
		return rest.Forbidden
	}
	return nil
}

func samePassword(p *wp.Post, given string) bool {
	return subtle.ConstantTimeCompare([]byte(p.Password), []byte(given)) == 1
}

// opened reports whether a protected post is shown: can_access_password_content.
func (c *posts) opened(ctx context.Context, s *rest.Scope, p *wp.Post) bool {
	if p.Password == "" {
		return true
	}
	if s.Context == schema.Edit && c.site.CanPost(ctx, "edit_post", p) {
		return true
	}
	given, _ := s.Req.Param("password").(string)
	return given != "" && given != "0" && samePassword(p, given)
}

func (c *posts) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	resp := c.show(rest.NewScope(ctx, req), p)
	if c.typ.Viewable() {
		resp.AddLinkHeader("alternate", c.site.Permalink(ctx, p), "type", "text/html")
	}
	return resp, nil
}

// show is prepare_item_for_response.
func (c *posts) show(s *rest.Scope, p *wp.Post) *rest.Response {
	if c.display != nil {
		return c.display(s, p)
	}
	if head(s.Req) {
		return rest.OK([]any{})
	}
	v := post{Post: p, open: c.opened(s.Ctx, s, p)}
	if p.Password != "" && v.open {
		run := c.run(s)
		run.Password = p.Password
		defer func() { run.Password = "" }()
	}
	data := c.answer.Render(s, v)
	c.renderAgain(s, v, data)
	c.finish(data)
	resp := rest.OK(data)
	if s.WantsLinks() {
		resp.Links = c.links(s, p)
	}
	return resp
}

// renderAgain renders the content of a post in context edit a second time, as
// WordPress does where blocks may be hooked in: numbers that run on over a
// response are then those of the second time.
func (c *posts) renderAgain(s *rest.Scope, p post, data *ordered.Object) {
	content, ok := data.Value("content").(*ordered.Object)
	if !ok || s.Context != schema.Edit || !content.Has("raw") || !p.open || !slices.Contains(hookedTypes, c.typ.Name) {
		return
	}
	if rendered, ok := content.Value("rendered").(string); ok && rendered != "" {
		content.Set("rendered", c.content(s, p.Post))
	}
}

// hookedTypes are the post types whose content takes hooked blocks.
var hookedTypes = []string{"post", "page", "wp_block", "wp_navigation"}

func (c *posts) mayDelete(ctx context.Context, req *rest.Request) error {
	p, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.deletable(ctx, p) {
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
	}
	return nil
}

func (c *posts) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	if req.Bool("force") {
		previous := c.show(scope, p)
		if _, err := c.site.DeletePost(ctx, p.ID); err != nil {
			return nil, err
		}
		return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
	}
	if c.site.TrashDisabled() || p.Type == "attachment" && !c.site.MediaTrash() {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "The post does not support trashing. Set 'force=true' to delete.")
	}
	if p.Status == "trash" {
		return nil, rest.NewError(http.StatusGone, "rest_already_trashed", "The post has already been deleted.")
	}
	trashed, err := c.site.TrashPost(ctx, p.ID)
	if err != nil {
		return nil, refuse(err, http.StatusInternalServerError)
	}
	return c.show(scope, trashed), nil
}
