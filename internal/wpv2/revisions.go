package wpv2

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// revisions is the controller of the revisions of one post type:
// WP_REST_Revisions_Controller.
type revisions struct {
	*API
	parent *posts
	fields rest.Fields[*wp.Post, nothing]
	item   *schema.Schema
}

func (a *API) newRevisions(parent *posts) *revisions {
	c := &revisions{API: a, parent: parent}
	c.fields = c.revisionFields()
	c.item = c.fields.ItemSchema(parent.typ.Name + "-revision")
	return c
}

func parentArg(description string) schema.Property {
	return schema.Prop("parent", schema.Integer(description))
}

func (c *revisions) routes() []rest.Route {
	pattern := "/" + c.parent.base + `/(?P<parent>[\d]+)/revisions`
	parent := parentArg("ID of the post that the revision is of.")
	id := schema.Prop("id", schema.Integer("ID of the revision."))
	force := schema.Prop("force", schema.Boolean("Must be true: revisions do not go to the trash.").Default(false))
	return []rest.Route{
		{
			Namespace: c.parent.typ.Namespace(), Pattern: pattern, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: c.collectionArgs(parent), Permission: c.mayList, Handle: c.list}},
		},
		{
			Namespace: c.parent.typ.Namespace(), Pattern: pattern + `/(?P<id>[\d]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: rest.Args{parent, id, contextArg(c.item)}, Permission: c.mayList, Handle: c.get},
				{Methods: []string{"DELETE"}, Args: rest.Args{parent, id, force}, Permission: c.mayDelete, Handle: c.delete},
			},
		},
	}
}

func (c *revisions) collectionArgs(parent schema.Property) rest.Args {
	args := rest.Args{parent, contextArg(c.item)}
	args = append(args, pagingArgs()...)
	for i := range args {
		if args[i].Name == "per_page" {
			args[i].Schema = schema.Integer("Largest number of items of a page.").Min(1).Max(100)
		}
	}
	return append(args,
		schema.Prop("exclude", idList("Without these ids.")),
		schema.Prop("include", idList("Only these ids.")),
		schema.Prop("offset", schema.Integer("How many items to pass over.")),
		schema.Prop("order", schema.String("Direction of the order.").Default("desc").Enum("asc", "desc")),
		schema.Prop("orderby", schema.String("What the list is ordered by.").Default("date").Enum("date", "id", "include", "relevance", "slug", "include_slugs", "title")),
	)
}

type revisionField = rest.Field[*wp.Post, nothing]

// revisionFields are the properties of a revision. Title, content, excerpt and
// guid are described as those of the post are.
func (c *revisions) revisionFields() rest.Fields[*wp.Post, nothing] {
	date := func(description string) *schema.Schema { return schema.String(description).Format("date-time") }
	f := []revisionField{
		{Name: "author", Schema: schema.Integer("ID of the user who made the revision.").In(everywhere...), Get: func(_ *rest.Scope, p *wp.Post) any { return p.Author }},
		{Name: "date", Schema: date("When the revision was made, in the time zone of the site.").In(everywhere...), Get: func(_ *rest.Scope, p *wp.Post) any { return datedBy(p.Date, p.DateGMT) }},
		{Name: "date_gmt", Schema: date("When the revision was made, in UTC.").In(viewEdit...), Get: func(_ *rest.Scope, p *wp.Post) any { return isoDate(p.DateGMT) }},
		{Name: "id", Schema: schema.Integer("ID of the revision.").In(everywhere...), Get: func(_ *rest.Scope, p *wp.Post) any { return p.ID }},
		{Name: "modified", Schema: date("When the revision was changed last, in the time zone of the site.").In(viewEdit...), Get: func(_ *rest.Scope, p *wp.Post) any { return datedBy(p.Modified, p.ModifiedGMT) }},
		{Name: "modified_gmt", Schema: date("When the revision was changed last, in UTC.").In(viewEdit...), Get: func(_ *rest.Scope, p *wp.Post) any { return isoDate(p.ModifiedGMT) }},
		{Name: "parent", Schema: schema.Integer("ID of the post that the revision is of.").In(everywhere...), Get: func(_ *rest.Scope, p *wp.Post) any { return p.Parent }},
		{Name: "slug", Schema: schema.String("Name of the revision.").In(everywhere...), Get: func(_ *rest.Scope, p *wp.Post) any { return p.Name }},
		c.textField("guid", func(p *wp.Post) string { return p.GUID }, func(_ *rest.Scope, p *wp.Post) string { return p.GUID }),
		c.textField("title", func(p *wp.Post) string { return p.Title }, c.title),
		c.textField("content", func(p *wp.Post) string { return p.Content }, c.content),
		c.textField("excerpt", func(p *wp.Post) string { return p.Excerpt }, func(s *rest.Scope, p *wp.Post) string {
			if p.Excerpt == "" {
				return ""
			}
			return c.excerpt(s, p, excerptLength)
		}),
	}
	f = slices.DeleteFunc(f, func(row revisionField) bool {
		return (row.Name == "title" || row.Name == "content" || row.Name == "excerpt") && c.parent.item.Property(row.Name) == nil
	})
	keys := c.metaKeys(wp.PostMeta, c.parent.typ.Name)
	return append(f, revisionField{
		Name: "meta", Schema: c.metaSchema(wp.PostMeta, c.parent.typ.Name),
		Get: func(s *rest.Scope, p *wp.Post) any { return c.metaValue(s, wp.PostMeta, keys, p.ID) },
	})
}

// textField is a text, raw and as HTML; the schema is the post's, and what it
// does not mention is shown always.
func (c *revisions) textField(name string, raw func(*wp.Post) string, rendered func(*rest.Scope, *wp.Post) string) revisionField {
	of := c.parent.item.Property(name)
	if of == nil {
		return revisionField{
			Name: name, Schema: schema.String("The " + name + " of the revision.").In(viewEdit...),
			Get: func(s *rest.Scope, p *wp.Post) any { return ordered.Of("rendered", rendered(s, p), "raw", raw(p)) },
		}
	}
	part := func(name string) *schema.Schema {
		if s := of.Property(name); s != nil {
			return s
		}
		return schema.String("")
	}
	props := []revisionField{
		{Name: "raw", Schema: part("raw"), Get: func(_ *rest.Scope, p *wp.Post) any { return raw(p) }},
		{Name: "rendered", Schema: part("rendered"), Get: func(s *rest.Scope, p *wp.Post) any { return rendered(s, p) }},
	}
	if name == "guid" {
		slices.Reverse(props)
	}
	return revisionField{Name: name, Schema: of, Props: props}
}

// datedBy is a local moment, null while the UTC one is open.
func datedBy(local, gmt string) any {
	if gmt == wp.ZeroDate {
		return nil
	}
	return isoDate(local)
}

// parentPost returns the post that a parameter names, of the controller's type.
func (c *revisions) parentPost(ctx context.Context, id int64) (*wp.Post, error) {
	p, err := c.site.Post(ctx, id)
	if err == nil && p.Type == c.parent.typ.Name {
		return p, nil
	}
	if err != nil && !missing(err) {
		return nil, err
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_parent", "Invalid post parent ID.")
}

// load returns the revision of the id parameter.
func (c *revisions) load(ctx context.Context, req *rest.Request) (*wp.Post, error) {
	p, err := c.site.Post(ctx, req.Int("id"))
	if err == nil && p.Type == "revision" {
		return p, nil
	}
	if err != nil && !missing(err) {
		return nil, err
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid revision ID.")
}

func (c *revisions) mayList(ctx context.Context, req *rest.Request) error {
	p, err := c.parentPost(ctx, req.Int("parent"))
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "edit_post", p) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to view revisions of this post.")
	}
	return nil
}

func (c *revisions) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.parentPost(ctx, req.Int("parent"))
	if err != nil {
		return nil, err
	}
	if err := orderable(req); err != nil {
		return nil, err
	}
	var found []*wp.Post
	total, pages := 0, 0
	if c.site.RevisionsEnabled(p.Type) {
		if found, total, err = c.find(ctx, req, p.ID); err != nil {
			return nil, err
		}
		if pages, err = revisionPages(req, total); err != nil {
			return nil, err
		}
	}
	items := make([]any, 0, len(found))
	if !head(req) {
		if err := c.site.PrimeMeta(ctx, wp.PostMeta, postIDs(found)); err != nil {
			return nil, err
		}
		scope := rest.NewScope(ctx, req)
		for _, rev := range found {
			items = append(items, c.rest.Item(ctx, req, c.show(scope, rev)))
		}
	}
	return c.revisionPage(ctx, req, items, total, pages), nil
}

// orderable refuses orders that lack what they follow.
func orderable(req *rest.Request) error {
	switch orderby := req.String("orderby"); {
	case orderby == "relevance" && emptyText(req.Param("search")):
		return rest.NewError(http.StatusBadRequest, "rest_no_search_term_defined", "You need to define a search term to order by relevance.")
	case orderby == "include" && len(req.List("include")) == 0:
		return rest.NewError(http.StatusBadRequest, "rest_orderby_include_missing_include", "You need to define an include parameter to order by include.")
	}
	return nil
}

func postIDs(posts []*wp.Post) []int64 {
	ids := make([]int64, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	return ids
}

// find queries the revisions of a post. Without per_page all are shown, and
// offset counts for nothing but the refusal of one that is too large.
func (c *revisions) find(ctx context.Context, req *rest.Request, parent int64) ([]*wp.Post, int, error) {
	q := store.PostQuery{
		Include: absolute(req.Ints("include")), Exclude: absolute(req.Ints("exclude")),
		Search: req.String("search"), SearchPublic: site.CurrentID(ctx) == 0, OrderBy: orderBy(req),
	}
	if req.String("orderby") == "date" {
		q.OrderBy = append(q.OrderBy, store.PostOrder{By: store.ByID, Order: q.OrderBy[0].Order})
	}
	return c.findBy(ctx, req, parent, q)
}

// findBy completes a query by what all of them have: the parent and the page.
func (c *revisions) findBy(ctx context.Context, req *rest.Request, parent int64, q store.PostQuery) ([]*wp.Post, int, error) {
	q.Types, q.Statuses, q.Parents, q.Limit = []string{"revision"}, []string{"inherit"}, []int64{parent}, int(req.Int("per_page"))
	if q.Limit > 0 {
		q.Offset = int(req.Int("page")-1) * q.Limit
		if n, ok := req.Param("offset").(int64); ok {
			q.Offset = int(max(n, -n))
		}
	}
	found, total, err := c.site.QueryPosts(ctx, q)
	if err == nil && total == 0 && q.Offset > 0 {
		q.Offset, q.Limit = 0, 1
		total, err = c.site.Store().CountPosts(ctx, q)
	}
	return found, total, err
}

// revisionPages is the number of pages; a page or offset behind the last is
// refused.
func revisionPages(req *rest.Request, total int) (int, error) {
	pages := min(total, 1)
	if n := int(req.Int("per_page")); n > 0 {
		pages = (total + n - 1) / n
	}
	offset := int(req.Int("offset"))
	switch {
	case total == 0:
	case offset >= total:
		return 0, rest.NewError(http.StatusBadRequest, "rest_revision_invalid_offset_number", "The offset number requested is larger than or equal to the number of available revisions.")
	case offset == 0 && int(req.Int("page")) > pages:
		return 0, rest.NewError(http.StatusBadRequest, "rest_revision_invalid_page_number", "The page number requested is larger than the number of pages available.")
	}
	return pages, nil
}

// revisionPage answers a page of revisions.
func (c *revisions) revisionPage(ctx context.Context, req *rest.Request, items []any, total, pages int) *rest.Response {
	resp := rest.OK(items)
	resp.SetHeader("X-WP-Total", decimal(total)).SetHeader("X-WP-TotalPages", decimal(pages))
	base := c.url(ctx, c.parent.base+"/"+id(req.Int("parent"))+"/revisions")
	page := int(req.Int("page"))
	if page > 1 {
		resp.AddLinkHeader("prev", pageURL(base, req, min(page-1, pages)))
	}
	if pages > page {
		resp.AddLinkHeader("next", pageURL(base, req, page+1))
	}
	return resp
}

func (c *revisions) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	parent, err := c.parentPost(ctx, req.Int("parent"))
	if err != nil {
		return nil, err
	}
	rev, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if rev.Parent != parent.ID {
		return nil, mismatch(parent.ID)
	}
	return c.show(rest.NewScope(ctx, req), rev), nil
}

func mismatch(parent int64) error {
	return rest.NewError(http.StatusNotFound, "rest_revision_parent_id_mismatch", fmt.Sprintf(`The revision does not belong to the specified parent with id of "%d"`, parent))
}

// show is prepare_item_for_response.
func (c *revisions) show(s *rest.Scope, rev *wp.Post) *rest.Response {
	return c.showAs(s, rev, c.fields)
}

func (c *revisions) showAs(s *rest.Scope, rev *wp.Post, fields rest.Fields[*wp.Post, nothing]) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(fields.Render(s, rev))
	if rev.Parent != 0 && s.Wants("parent") {
		resp.Links = &rest.Links{}
		resp.Links.Add("parent", rest.Link{Href: c.parentURL(s.Ctx, rev.Parent)})
	}
	return resp
}

// parentURL is the address of the post that a revision is of.
func (c *revisions) parentURL(ctx context.Context, id int64) string {
	if p, err := c.site.Post(ctx, id); err == nil {
		return c.url(ctx, c.postRoute(c.site.Registry().PostType(p.Type), id))
	}
	return c.url(ctx, "")
}

func (c *revisions) mayDelete(ctx context.Context, req *rest.Request) error {
	parent, err := c.parentPost(ctx, req.Int("parent"))
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "delete_post", parent) {
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete revisions of this post.")
	}
	rev, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if err := c.mayList(ctx, req); err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "delete_post", rev) { // which nobody can, as WordPress has it
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete this revision.")
	}
	return nil
}

func (c *revisions) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	rev, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Revisions do not support trashing. Set 'force=true' to delete.")
	}
	previous := c.show(rest.NewScope(ctx, req), rev)
	if _, err := c.site.DeletePost(ctx, rev.ID); err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}
