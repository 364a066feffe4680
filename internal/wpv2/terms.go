package wpv2

import (
	"context"
	"net/http"
	"slices"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// terms is the controller of one taxonomy: WP_REST_Terms_Controller.
type terms struct {
	*API
	tax    *wp.Taxonomy
	base   string // "wp/v2/categories"
	fields rest.Fields[*wp.Term, termWrite]
	item   *schema.Schema
	// links adds relations of a kind of terms.
	links func(*rest.Scope, *wp.Term, *rest.Links)
}

type termField = rest.Field[*wp.Term, termWrite]

// viewEmbedEdit is everywhere in the order in which some schemas name it.
var viewEmbedEdit = []string{schema.View, schema.Embed, schema.Edit}

// termRoutes are the routes of every taxonomy that the API shows.
func (a *API) termRoutes() []rest.Route {
	var out []rest.Route
	for _, t := range a.site.Registry().Taxonomies() {
		switch {
		case !t.ShowInREST:
		case t.RESTController == "":
			out = append(out, a.versionedTerms(t.Name, a.newTerms(t).routes())...)
		case t.RESTController == "menus":
			out = append(out, a.versionedTerms(t.Name, a.newMenus(t).routes())...)
		}
	}
	return out
}

func (a *API) newTerms(t *wp.Taxonomy) *terms {
	c := &terms{API: a, tax: t, base: t.Namespace() + "/" + t.Base()}
	c.fields = append(c.termFields(), registeredRows[*wp.Term, termWrite](a, t.Name, func(t *wp.Term) int64 { return t.ID })...)
	noteFields(a, t.Name, c.fields)
	title := t.Name
	if title == "post_tag" {
		title = "tag"
	}
	c.item = c.fields.ItemSchema(title)
	return c
}

func (c *terms) routes() []rest.Route {
	pattern := "/" + c.base
	idArg := schema.Prop("id", schema.Integer("ID of the term."))
	update := append(rest.Args{idArg}, c.writeArgs(schema.ForEdit)...)
	remove := rest.Args{idArg, schema.Prop("force", schema.New("").Type("boolean").Default(false).Description("Must be true: terms have no trash."))}
	return []rest.Route{
		{
			Namespace: c.tax.Namespace(), Pattern: pattern, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: c.collectionArgs(), Permission: c.mayList, Handle: c.list, AllowBatch: true},
				{Methods: []string{"POST"}, Args: c.writeArgs(schema.ForCreate), Permission: c.mayCreate, Handle: c.create, AllowBatch: true},
			},
		},
		{
			Namespace: c.tax.Namespace(), Pattern: pattern + `/(?P<id>[\d]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: rest.Args{idArg, contextArg(c.item)}, Permission: c.mayRead, Handle: c.get, AllowBatch: true},
				{Methods: []string{"POST", "PUT", "PATCH"}, Args: update, Permission: c.mayUpdate, Handle: c.update, AllowBatch: true},
				{Methods: []string{"DELETE"}, Args: remove, Permission: c.mayDelete, Handle: c.delete, AllowBatch: true},
			},
		},
	}
}

// termFields are the rows of a taxonomy, in WordPress's order; the parent comes
// after the taxonomy, where there is one.
func (c *terms) termFields() rest.Fields[*wp.Term, termWrite] {
	f := rest.Fields[*wp.Term, termWrite]{
		{
			Name: "id", Schema: schema.Integer("ID of the term.").In(viewEmbedEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.ID },
		},
		{
			Name: "count", Schema: schema.Integer("How many published posts have the term.").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.Count },
		},
		{
			Name: "description", Schema: schema.String("What the term is about, as HTML.").In(viewEdit...),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.Description },
			Set: func(_ *rest.Scope, w *termWrite, v any) error { return setAny(&w.Description, v) },
		},
		{
			Name: "link", Schema: schema.String("Address of the term's archive.").Format("uri").In(viewEmbedEdit...).Readonly(),
			Get: func(s *rest.Scope, t *wp.Term) any { return c.site.TermLink(s.Ctx, t) },
		},
		{
			Name: "name", Schema: schema.String("Name of the term, as HTML.").In(viewEmbedEdit...).Sanitize(schema.Text(sanitizeText)).Required(),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.Name },
			Set: func(_ *rest.Scope, w *termWrite, v any) error { return setAny(&w.Name, v) },
		},
		{
			Name: "slug", Schema: schema.String("The term's part of addresses.").In(viewEmbedEdit...).Sanitize(sanitizeSlug),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.Slug },
			Set: func(_ *rest.Scope, w *termWrite, v any) error { return setAny(&w.Slug, v) },
		},
		{
			Name: "taxonomy", Schema: schema.String("The taxonomy that the term is of.").Enum(c.tax.Name).In(viewEmbedEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.Taxonomy },
		},
	}
	if c.tax.Hierarchical {
		f = append(f, termField{
			Name: "parent", Schema: schema.Integer("ID of the term above.").In(viewEdit...),
			Get: func(_ *rest.Scope, t *wp.Term) any { return t.Parent },
			Set: func(_ *rest.Scope, w *termWrite, v any) error {
				if n, ok := v.(int64); ok {
					w.Parent = &n
				}
				return nil
			},
		})
	}
	keys := c.metaKeys(wp.TermMeta, c.tax.Name)
	return append(f, termField{
		Name: "meta", Schema: c.metaSchema(wp.TermMeta, c.tax.Name),
		Get: func(s *rest.Scope, t *wp.Term) any { return c.metaValue(s, wp.TermMeta, keys, t.ID) },
	})
}

func (c *terms) collectionArgs() rest.Args {
	args := append(rest.Args{contextArg(c.item)}, pagingArgs()...)
	add := func(name string, s *schema.Schema) { args = append(args, schema.Prop(name, s)) }
	add("exclude", idList("Without these ids."))
	add("include", idList("Only these ids."))
	if !c.tax.Hierarchical {
		add("offset", schema.Integer("How many items to pass over."))
	}
	add("order", schema.String("Direction of the order.").Default("asc").Enum("asc", "desc"))
	add("orderby", schema.String("What the list is ordered by.").Default("name").
		Enum("id", "include", "name", "slug", "include_slugs", "term_group", "description", "count"))
	add("hide_empty", schema.Boolean("Whether to leave out terms that no post has.").Default(false))
	if c.tax.Hierarchical {
		add("parent", schema.Integer("Only terms right below this one."))
	}
	add("post", schema.Integer("Only terms of this post.").Default(nil))
	add("slug", schema.New("Only terms with these slugs.", "array").Items(schema.String("")))
	return args
}

func (c *terms) mayList(ctx context.Context, req *rest.Request) error {
	if req.String("context") == schema.Edit && !c.site.Can(ctx, c.tax.Caps.Get("edit_terms")) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit terms in this taxonomy.")
	}
	if emptyText(req.Param("post")) || req.Param("post") == int64(0) {
		return nil
	}
	p, err := c.site.Post(ctx, req.Int("post"))
	if missing(err) {
		return rest.NewError(http.StatusBadRequest, "rest_post_invalid_id", "Invalid post ID.")
	}
	if err != nil {
		return err
	}
	if !slices.Contains(c.tax.ObjectTypes, p.Type) || !c.viewable(ctx, p) && !c.site.CanPost(ctx, "read_post", p) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to view terms for this post.")
	}
	return nil
}

// viewable reports whether everybody may see a post: is_post_publicly_viewable.
func (a *API) viewable(ctx context.Context, p *wp.Post) bool {
	t := a.site.Registry().PostType(p.Type)
	st := a.site.Registry().Status(a.site.PostStatus(ctx, p))
	return t != nil && t.Viewable() && st != nil && st.Viewable()
}

func (c *terms) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	q := c.query(req)
	at, walking := cursor(req)
	if walking {
		q.Beyond, q.Offset, q.OrderBy, q.Order, q.NoCount = at, 0, store.TermByID, store.Asc, true
	}
	found, total, together, err := c.termsTogether(ctx, req, q)
	if !together && err == nil {
		found, total, err = c.site.QueryTerms(ctx, q)
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
		return c.walked(ctx, req, items, last(found, func(t wp.Term) int64 { return t.ID }), len(found), c.base), nil
	}
	page := int(req.Int("page"))
	if !c.tax.Hierarchical {
		if offset := int(req.Int("offset")); offset > 0 {
			page = (offset+q.Limit-1)/q.Limit + 1
		} else if offset < 0 {
			page = offset/q.Limit + 1
		}
	}
	return c.pageAt(ctx, req, items, total, c.base, page), nil
}

// query turns parameters into a query.
func (c *terms) query(req *rest.Request) store.TermQuery {
	q := store.TermQuery{
		Taxonomies: []string{c.tax.Name},
		IDs:        absolute(req.Ints("include")),
		Exclude:    absolute(req.Ints("exclude")),
		Search:     req.String("search"),
		HideEmpty:  req.Bool("hide_empty"),
		Limit:      int(req.Int("per_page")),
		Order:      store.Asc,
	}
	if q.Search == "0" {
		q.Search = ""
	}
	if req.String("order") == "desc" {
		q.Order = store.Desc
	}
	for _, s := range req.Strings("slug") {
		q.Slugs = append(q.Slugs, format.SanitizeTitle(s, ""))
	}
	q.OrderBy = map[string]store.TermOrderKey{
		"id": store.TermByID, "include": store.TermByInclude, "name": store.TermByName, "slug": store.TermBySlug,
		"include_slugs": store.TermBySlugs, "term_group": store.TermByGroup, "description": store.TermByDescription, "count": store.TermByCount,
	}[req.String("orderby")]
	if q.OrderBy == store.TermByInclude && len(q.IDs) == 0 || q.OrderBy == store.TermBySlugs && len(q.Slugs) == 0 {
		q.OrderBy = store.TermByName
	}
	q.Offset = int(req.Int("page")-1) * q.Limit
	if n := req.Int("offset"); n != 0 && !c.tax.Hierarchical {
		q.Offset = int(max(n, -n))
	}
	if n, ok := req.Param("parent").(int64); ok && c.tax.Hierarchical {
		q.Parent = &n
	}
	if n := req.Int("post"); n != 0 {
		q.Objects = []int64{n}
	}
	return q
}

func (c *terms) items(ctx context.Context, req *rest.Request, found []wp.Term) ([]any, error) {
	scope := rest.NewScope(ctx, req)
	if c.tax.Hierarchical && (scope.WantsLinks() || scope.Wants("link")) {
		if err := c.site.PrimeTermParents(ctx, c.tax.Name, found); err != nil {
			return nil, err
		}
	}
	if scope.Wants("meta") && len(c.metaKeys(wp.TermMeta, c.tax.Name)) > 0 {
		ids := make([]int64, len(found))
		for i := range found {
			ids[i] = found[i].ID
		}
		if err := c.site.PrimeMeta(ctx, wp.TermMeta, ids); err != nil {
			return nil, err
		}
	}
	items := make([]any, 0, len(found))
	for i := range found {
		if scope.Context == schema.Edit && !c.site.Can(ctx, "edit_term", found[i].ID) {
			continue
		}
		items = append(items, c.rest.Item(ctx, req, c.show(scope, &found[i])))
	}
	return items, nil
}

// load returns the term of the id parameter, of this taxonomy only.
func (c *terms) load(ctx context.Context, req *rest.Request) (*wp.Term, error) {
	t, err := c.site.Term(ctx, req.Int("id"), c.tax.Name)
	if missing(err) {
		return nil, rest.NewError(http.StatusNotFound, "rest_term_invalid", "Term does not exist.")
	}
	return t, err
}

func (c *terms) mayRead(ctx context.Context, req *rest.Request) error {
	t, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if req.String("context") == schema.Edit && !c.site.Can(ctx, "edit_term", t.ID) {
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit this term.")
	}
	return nil
}

func (c *terms) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), t), nil
}

// show is prepare_item_for_response.
func (c *terms) show(s *rest.Scope, t *wp.Term) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.fields.Render(s, t))
	if s.WantsLinks() {
		resp.Links = c.termLinks(s, t)
	}
	return resp
}

// termLinks is prepare_links.
func (c *terms) termLinks(s *rest.Scope, t *wp.Term) *rest.Links {
	ctx := s.Ctx
	set := c.settings(ctx)
	l := &rest.Links{}
	l.Add("self", rest.Link{Href: set.REST(c.base + "/" + id(t.ID))})
	l.Add("collection", rest.Link{Href: set.REST(c.base)})
	l.Add("about", rest.Link{Href: set.REST(namespace + "/taxonomies/" + c.tax.Name)})
	if t.Parent != 0 {
		if parent, err := c.site.Term(ctx, t.Parent, t.Taxonomy); err == nil {
			l.Add("up", rest.Link{Href: set.REST(c.base + "/" + id(parent.ID)), Embeddable: true})
		}
	}
	var types []rest.Link
	for _, name := range c.tax.ObjectTypes {
		if pt := c.site.Registry().PostType(name); pt != nil && pt.ShowInREST {
			types = append(types, rest.Link{Href: withQuery(set.REST(pt.Namespace()+"/"+pt.Base()), c.tax.Base(), id(t.ID))})
		}
	}
	if len(types) > 0 {
		l.Add(wpRel+"post_type", types...)
	}
	if c.links != nil {
		c.links(s, t, l)
	}
	return l
}

func (c *terms) mayDelete(ctx context.Context, req *rest.Request) error {
	t, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.site.Can(ctx, "delete_term", t.ID) {
		return rest.Denied(ctx, "rest_cannot_delete", "Sorry, you are not allowed to delete this term.")
	}
	return nil
}

func (c *terms) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Terms do not support trashing. Set 'force=true' to delete.")
	}
	req.Set("context", schema.View)
	previous := c.show(rest.NewScope(ctx, req), t)
	err = c.site.DeleteTerm(ctx, t.ID, t.Taxonomy)
	if missing(err) {
		return nil, rest.NewError(http.StatusInternalServerError, "rest_cannot_delete", "The term cannot be deleted.")
	}
	if err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}
