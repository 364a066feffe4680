package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// comments is the controller of the comments: WP_REST_Comments_Controller.
type comments struct {
	*API
	fields rest.Fields[comment, commentWrite]
	item   *schema.Schema
	meta   []metaKey
}

// comment is a row while it is being shown.
type comment struct {
	*wp.Comment
	answered bool // there are answers to link to
}

type commentField = rest.Field[comment, commentWrite]

const commentsRoute = namespace + "/comments"

func (a *API) newComments() *comments {
	c := &comments{API: a, meta: a.metaKeys(wp.CommentMeta, "comment")}
	c.fields = append(c.commentFields(), registeredRows[comment, commentWrite](a, "comment", func(m comment) int64 { return m.ID })...)
	noteFields(a, "comment", c.fields)
	c.item = inOrder(c.fields.ItemSchema("comment"), commentOrder...)
	return c
}

func (c *comments) routes() []rest.Route {
	pattern := "/" + commentsRoute
	idArg := schema.Prop("id", schema.Integer("ID of the comment."))
	password := schema.Prop("password", schema.String("The password of the comment's post, if that is protected."))
	update := append(rest.Args{idArg}, schema.EndpointArgs(c.item, schema.ForEdit)...)
	force := schema.Prop("force", schema.New("").Type("boolean").Default(false).Description("Whether to delete for good instead of moving to the trash."))
	return []rest.Route{
		{
			Namespace: namespace, Pattern: pattern, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: c.collectionArgs(), Permission: c.mayList, Handle: c.list},
				{Methods: []string{"POST"}, Args: schema.EndpointArgs(c.item, schema.ForCreate), Permission: c.mayCreate, Handle: c.create},
			},
		},
		{
			Namespace: namespace, Pattern: pattern + `/(?P<id>[\d]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: rest.Args{idArg, contextArg(c.item), password}, Permission: c.mayRead, Handle: c.get},
				{Methods: []string{"POST", "PUT", "PATCH"}, Args: update, Permission: c.mayUpdate, Handle: c.update},
				{Methods: []string{"DELETE"}, Args: rest.Args{idArg, force, password}, Permission: c.mayDelete, Handle: c.delete},
			},
		},
	}
}

// load returns the comment of the id parameter; its post must be there.
func (c *comments) load(ctx context.Context, req *rest.Request) (*wp.Comment, error) {
	m, err := c.site.Comment(ctx, req.Int("id"))
	if missing(err) {
		return nil, rest.NewError(http.StatusNotFound, "rest_comment_invalid_id", "Invalid comment ID.")
	}
	if err != nil || m.PostID == 0 {
		return m, err
	}
	if _, err := c.site.Post(ctx, m.PostID); missing(err) {
		return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid post ID.")
	} else if err != nil {
		return nil, err
	}
	return m, nil
}

// readablePost mirrors check_read_post_permission: the post of comments is
// shown to the caller, with its password where it has one.
func (c *comments) readablePost(ctx context.Context, req *rest.Request, p *wp.Post) bool {
	if c.site.Registry().PostType(p.Type) == nil {
		return false
	}
	if p.Password != "" && !c.openPost(ctx, req, p) {
		return c.site.CanPost(ctx, "edit_post", p)
	}
	return c.readable(ctx, p)
}

// openPost reports whether a request about one post or one comment opens a
// protected post.
func (c *comments) openPost(ctx context.Context, req *rest.Request, p *wp.Post) bool {
	one := !emptyText(req.Param("id")) && req.Param("id") != int64(0)
	switch v := req.Param("post").(type) {
	case []any:
		one = one || len(v) == 1
	case int64:
		one = one || v != 0
	case string:
		one = one || !emptyText(v)
	}
	if !one {
		return false
	}
	if req.String("context") == schema.Edit && c.site.CanPost(ctx, "edit_post", p) {
		return true
	}
	given, _ := req.Param("password").(string)
	return !emptyText(given) && samePassword(p, given)
}

// readableComment mirrors check_read_permission: approved comments go with
// their post, others are for their writers and for editors of the post.
func (c *comments) readableComment(ctx context.Context, req *rest.Request, m *wp.Comment) bool {
	if m.Type != "note" && m.PostID != 0 && m.Approved == "1" {
		if p, err := c.site.Post(ctx, m.PostID); err == nil && c.readablePost(ctx, req, p) {
			return true
		}
	}
	me := currentID(ctx)
	switch {
	case me == 0, m.PostID == 0 && !c.site.Can(ctx, "moderate_comments"):
		return false
	case m.UserID == me:
		return true
	}
	return c.site.CanEditComment(ctx, m)
}

func (c *comments) mayRead(ctx context.Context, req *rest.Request) error {
	m, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if req.String("context") == schema.Edit && !c.mayModerate(ctx, m) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
	}
	if !c.readableComment(ctx, req, m) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to read this comment.")
	}
	if p, err := c.site.Post(ctx, m.PostID); err == nil && !c.readablePost(ctx, req, p) {
		return rest.Denied(ctx, "rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
	}
	return nil
}

// mayModerate reports whether the caller sees all of a comment: moderators, and
// for notes the editors of the post.
func (c *comments) mayModerate(ctx context.Context, m *wp.Comment) bool {
	if m.Type == "note" {
		return c.site.CanEditComment(ctx, m)
	}
	return c.site.Can(ctx, "moderate_comments")
}

func (c *comments) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	m, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	return c.showOne(rest.NewScope(ctx, req), m)
}

// showOne shows a comment that does not come out of a list.
func (c *comments) showOne(s *rest.Scope, m *wp.Comment) (*rest.Response, error) {
	row := comment{Comment: m}
	if s.WantsLinks() && !head(s.Req) {
		answered, err := c.site.Store().HasChildComments(s.Ctx, []int64{m.ID})
		if err != nil {
			return nil, err
		}
		row.answered = answered[m.ID]
	}
	return c.show(s, row), nil
}

// show is prepare_item_for_response.
func (c *comments) show(s *rest.Scope, m comment) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.fields.Render(s.Whole(), m))
	if s.WantsLinks() {
		resp.Links = c.links(s, m)
	}
	return resp
}

// links is prepare_links.
func (c *comments) links(s *rest.Scope, m comment) *rest.Links {
	set := c.settings(s.Ctx)
	l := &rest.Links{}
	l.Add("self", rest.Link{Href: set.REST(commentsRoute + "/" + id(m.ID))})
	l.Add("collection", rest.Link{Href: set.REST(commentsRoute)})
	if m.UserID != 0 {
		l.Add("author", rest.Link{Href: set.REST(namespace + "/users/" + id(m.UserID)), Embeddable: true})
	}
	if p, err := c.site.Post(s.Ctx, m.PostID); err == nil {
		if route := c.postRoute(c.site.Registry().PostType(p.Type), p.ID); route != "" {
			l.Add("up", rest.Link{Href: set.REST(route), Embeddable: true, After: true, Extra: []ordered.Member{{Name: "post_type", Value: p.Type}}})
		}
	}
	if m.Parent != 0 {
		l.Add("in-reply-to", rest.Link{Href: set.REST(commentsRoute + "/" + id(m.Parent)), Embeddable: true})
	}
	if m.answered {
		href := withQuery(set.REST(commentsRoute), "parent", id(m.ID))
		if m.Type == "note" {
			href += "&type=note&status=all"
		}
		l.Add("children", rest.Link{Href: href, Embeddable: true})
	}
	return l
}

func (c *comments) mayDelete(ctx context.Context, req *rest.Request) error {
	m, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.editableComment(ctx, m) {
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete this comment.")
	}
	return nil
}

// editableComment mirrors check_edit_permission.
func (c *comments) editableComment(ctx context.Context, m *wp.Comment) bool {
	return currentID(ctx) != 0 && (c.site.Can(ctx, "moderate_comments") || c.site.CanEditComment(ctx, m))
}

func (c *comments) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	m, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	req.Set("context", schema.Edit)
	scope := rest.NewScope(ctx, req)
	if req.Bool("force") {
		previous, err := c.showOne(scope, m)
		if err != nil {
			return nil, err
		}
		if err := c.site.DeleteComment(ctx, m.ID); err != nil {
			return nil, err
		}
		return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
	}
	if c.site.TrashDisabled() {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "The comment does not support trashing. Set 'force=true' to delete.")
	}
	if m.Approved == "trash" {
		return nil, rest.NewError(http.StatusGone, "rest_already_trashed", "The comment has already been trashed.")
	}
	ok, err := c.site.TrashComment(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, rest.NewError(http.StatusInternalServerError, "rest_cannot_delete", "The comment cannot be deleted.")
	}
	if m, err = c.site.Comment(ctx, m.ID); err != nil {
		return nil, err
	}
	return c.showOne(scope, m)
}
