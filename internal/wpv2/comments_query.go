package wpv2

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// collectionArgs declares what a list of comments can be asked for.
func (c *comments) collectionArgs() rest.Args {
	args := append(rest.Args{contextArg(c.item)}, pagingArgs()...)
	add := func(name string, s *schema.Schema) { args = append(args, schema.Prop(name, s)) }
	ids := func(description string) *schema.Schema {
		return schema.New(description, "array").Items(schema.Integer(""))
	}
	// Several of these have their default in front.
	first := func(description string) *schema.Schema {
		return schema.New("").Default([]any{}).Description(description).Type("array").Items(schema.Integer(""))
	}
	key := func(def, description string) *schema.Schema {
		return schema.New("").Default(def).Description(description).Type("string").Sanitize(schema.Text(format.SanitizeKey))
	}
	add("after", moment("Only comments written after this moment."))
	add("author", ids("Only comments by these users; for editors."))
	add("author_exclude", ids("Without comments by these users; for editors."))
	add("author_email", schema.New("").Default(nil).Description("Only comments with this e-mail address; for editors.").Format("email").Type("string"))
	add("before", moment("Only comments written before this moment."))
	add("exclude", idList("Without these ids."))
	add("include", idList("Only these ids."))
	add("offset", schema.Integer("How many items to pass over."))
	add("order", schema.String("Direction of the order.").Default("desc").Enum("asc", "desc"))
	add("orderby", schema.String("What the list is ordered by.").Default("date_gmt").Enum("date", "date_gmt", "id", "include", "post", "parent", "type"))
	add("parent", first("Only answers to these comments."))
	add("parent_exclude", first("Without answers to these comments."))
	add("post", first("Only comments on these posts."))
	add("status", key("approve", "Only comments in this state; for editors."))
	add("type", key("comment", "Only comments of this type; for editors."))
	add("password", schema.String("The password of the post, if it is protected."))
	return args
}

// protectedParams are for those who can edit posts.
var protectedParams = []string{"author", "author_exclude", "author_email", "type", "status"}

// forbidden lists the protected parameters that a request sets.
func forbidden(req *rest.Request) []string {
	var out []string
	for _, name := range protectedParams {
		v := req.Param(name)
		set := !falsy(v)
		switch name {
		case "status":
			set = v != "approve"
		case "type":
			set = v != "comment"
		}
		if set {
			out = append(out, name)
		}
	}
	return out
}

// falsy is PHP's empty().
func falsy(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case int64:
		return v == 0
	case float64:
		return v == 0
	case string:
		return v == "" || v == "0"
	case []any:
		return len(v) == 0
	}
	return false
}

func forbiddenParams(ctx context.Context, names []string) error {
	return rest.Denied(ctx, "rest_forbidden_param", "Query parameter not permitted: "+strings.Join(names, ", "))
}

// postsAsked are the posts of the post parameter, also where it was not sanitised
// because another one was refused.
func postsAsked(req *rest.Request) []int64 {
	v := req.Param("post")
	if falsy(v) {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []int64
	for _, x := range list {
		switch x := x.(type) {
		case int64:
			out = append(out, x)
		case string:
			if n, err := strconv.ParseInt(strings.TrimSpace(x), 10, 64); err == nil && n != 0 {
				out = append(out, n)
			}
		}
	}
	return out
}

func (c *comments) mayList(ctx context.Context, req *rest.Request) error {
	note := req.Param("type") == "note"
	posts := postsAsked(req)
	for _, n := range posts {
		if err := c.mayListOf(ctx, req, n, note); err != nil {
			return err
		}
	}
	if req.String("context") == schema.Edit {
		denied := false
		if note && len(posts) > 0 {
			denied = slices.ContainsFunc(posts, func(n int64) bool { return !c.site.Can(ctx, "edit_post", n) })
		} else {
			denied = !c.site.Can(ctx, "moderate_comments")
		}
		if denied {
			return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
		}
	}
	if names := forbidden(req); len(names) > 0 && !c.site.Can(ctx, "edit_posts") {
		return forbiddenParams(ctx, names)
	}
	return nil
}

// mayListOf looks at one of the posts whose comments are asked for.
func (c *comments) mayListOf(ctx context.Context, req *rest.Request, post int64, note bool) error {
	p, err := c.site.Post(ctx, post)
	if err != nil && !missing(err) {
		return err
	}
	switch {
	case err == nil && !c.readablePost(ctx, req, p):
		return rest.Denied(ctx, "rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
	case post == 0 && !c.site.Can(ctx, "moderate_comments"):
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to read comments without a post.")
	case err != nil || !note || c.site.SupportsNotes(p.Type):
		return nil
	case c.site.CanPost(ctx, "edit_post", p):
		return rest.NewError(http.StatusForbidden, "rest_comment_not_supported_post_type", "Sorry, this post type does not support notes.")
	}
	return forbiddenParams(ctx, forbidden(req))
}

func (c *comments) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	q := c.query(ctx, req)
	at, walking := cursor(req)
	if walking {
		q.Beyond, q.Offset, q.OrderBy, q.Order, q.NoCount = at, 0, store.CommentByID, store.Asc, true
	}
	var found []*wp.Comment
	total := 0
	var err error
	if req.String("orderby") == "include" && len(q.Include) == 0 { // in WordPress the query fails, and only counting works
		total, err = c.site.CountComments(ctx, q)
	} else {
		together := false
		if found, total, together, err = c.commentsTogether(ctx, req, q); !together && err == nil {
			found, total, err = c.site.QueryComments(ctx, q)
		}
	}
	if err != nil {
		return nil, err
	}
	items := []any{}
	if !head(req) {
		if items, err = c.items(ctx, req, found); err != nil {
			return nil, err
		}
	}
	if walking {
		return c.walked(ctx, req, items, last(found, func(m *wp.Comment) int64 { return m.ID }), len(found), commentsRoute), nil
	}
	resp := c.page(ctx, req, items, total, commentsRoute)
	resp.TotalsAsText = true
	return resp, nil
}

// query turns parameters into a query.
func (c *comments) query(ctx context.Context, req *rest.Request) store.CommentQuery {
	q := store.CommentQuery{
		Authors: absolute(req.Ints("author")), AuthorsNot: absolute(req.Ints("author_exclude")), AuthorEmail: req.String("author_email"),
		Include: absolute(req.Ints("include")), Exclude: absolute(req.Ints("exclude")),
		Parents: absolute(req.Ints("parent")), ParentsNot: absolute(req.Ints("parent_exclude")),
		Posts: absolute(req.Ints("post")), Search: req.String("search"),
		Limit: int(req.Int("per_page")), Order: store.Desc,
	}
	if req.String("order") == "asc" {
		q.Order = store.Asc
	}
	q.OrderBy = map[string]store.CommentOrderKey{
		"date": store.CommentByDate, "date_gmt": store.CommentByDateGMT, "id": store.CommentByID, "include": store.CommentByInclude,
		"post": store.CommentByPost, "parent": store.CommentByParent, "type": store.CommentByType,
	}[req.String("orderby")]
	q.Offset = int(req.Int("page")-1) * q.Limit
	if n := req.Int("offset"); n != 0 {
		q.Offset = int(max(n, -n))
	}
	zone := c.settings(ctx).Zone
	if at := req.String("before"); at != "" {
		q.Before = queryMoment(zone, at)
	}
	if at := req.String("after"); at != "" {
		q.After = queryMoment(zone, at)
	}
	switch status := req.String("status"); status {
	case "hold":
		q.Approved = []string{"0"}
	case "approve":
		q.Approved = []string{"1"}
	case "all", "":
		q.Approved = []string{"0", "1"}
	case "any":
	default:
		q.Approved = []string{status}
	}
	switch t := req.String("type"); t {
	case "all":
	case "":
		q.TypesNot = []string{"note"}
	case "comment", "comments":
		q.Types = []string{"comment"}
	case "pings":
		q.Types = []string{"pingback", "trackback"}
	default:
		q.Types = []string{t}
	}
	return q
}

// items shows the comments of a list that the caller may see.
func (c *comments) items(ctx context.Context, req *rest.Request, found []*wp.Comment) ([]any, error) {
	scope := rest.NewScope(ctx, req)
	answered, err := c.prime(scope, found)
	if err != nil {
		return nil, err
	}
	items := make([]any, 0, len(found))
	for _, m := range found {
		if c.readableComment(ctx, req, m) {
			items = append(items, c.rest.Item(ctx, req, c.show(scope, comment{Comment: m, answered: answered[m.ID]})))
		}
	}
	return items, nil
}

// prime reads at once what showing a list needs, and tells which comments have
// answers.
func (c *comments) prime(s *rest.Scope, found []*wp.Comment) (map[int64]bool, error) {
	var ids, posts, users []int64
	for _, m := range found {
		ids, posts, users = append(ids, m.ID), append(posts, m.PostID), append(users, m.UserID)
	}
	if _, err := c.site.Posts(s.Ctx, posts); err != nil {
		return nil, err
	}
	if s.Wants("author_avatar_urls") && c.avatars(s.Ctx) {
		if err := c.site.PrimeUsers(s.Ctx, users); err != nil {
			return nil, err
		}
	}
	if s.Wants("meta") {
		if err := c.site.PrimeMeta(s.Ctx, wp.CommentMeta, ids); err != nil {
			return nil, err
		}
	}
	if !s.WantsLinks() || len(ids) == 0 {
		return nil, nil
	}
	if answered := togetherAnswered(s.Req); answered != nil {
		return answered, nil
	}
	return c.site.Store().HasChildComments(s.Ctx, ids)
}
