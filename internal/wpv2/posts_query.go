package wpv2

import (
	"context"
	"net/http"
	"slices"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

var postFormats = []string{"standard", "aside", "chat", "gallery", "link", "image", "quote", "status", "video", "audio"}

func idList(description string) *schema.Schema {
	return schema.New(description, "array").Items(schema.Integer("")).Default([]any{})
}

func moment(description string) *schema.Schema {
	return schema.String(description).Format("date-time")
}

// collectionArgs declares what a list of posts can be asked for:
// get_collection_params.
func (c *posts) collectionArgs() rest.Args {
	supports := func(feature string) bool { return c.site.Supports(c.typ.Name, feature) }
	args := append(rest.Args{contextArg(c.item)}, pagingArgs()...)
	add := func(name string, s *schema.Schema) { args = append(args, schema.Prop(name, s)) }
	add("after", moment("Only posts published after this moment."))
	add("modified_after", moment("Only posts modified after this moment."))
	if supports("author") {
		add("author", idList("Only posts by these users."))
		add("author_exclude", idList("Without posts by these users."))
	}
	add("before", moment("Only posts published before this moment."))
	add("modified_before", moment("Only posts modified before this moment."))
	add("exclude", idList("Without these ids."))
	add("include", idList("Only these ids."))
	orderby := []string{"author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title"}
	if c.ordered() {
		add("menu_order", schema.Integer("Only posts of this menu_order."))
		orderby = append(orderby, "menu_order")
	}
	add("search_semantics", schema.String("How search text is understood.").Enum("exact"))
	add("offset", schema.Integer("How many items to pass over."))
	add("order", schema.String("Direction of the order.").Default("desc").Enum("asc", "desc"))
	add("orderby", schema.String("What the list is ordered by.").Default("date").EnumStrings(orderby))
	if c.typ.Hierarchical || c.typ.Name == "attachment" {
		add("parent", idList("Only children of these posts."))
		add("parent_exclude", idList("Without children of these posts."))
	}
	columns := schema.New("Columns that search looks at.").Default([]any{}).Type("array").Items(schema.New("").Enum("post_title", "post_content", "post_excerpt").Type("string"))
	add("search_columns", columns)
	add("slug", schema.New("Only posts with these slugs.", "array").Items(schema.String("")))
	add("status", c.statusArg())
	args = append(args, c.taxonomyArgs()...)
	if c.typ.Name == "post" {
		add("sticky", schema.Boolean("Only sticky posts, or only others."))
		add("ignore_sticky", schema.Boolean("Whether sticky posts are left where they are instead of being put first.").Default(true))
	}
	if supports("post-formats") {
		add("format", schema.New("Only posts of these formats.", "array").UniqueItems().Items(schema.New("").EnumStrings(postFormats).Type("string")))
	}
	return args
}

// ordered reports a type whose posts have a menu_order.
func (c *posts) ordered() bool {
	return c.typ.Name == "page" || c.site.Supports(c.typ.Name, "page-attributes")
}

// defaultStatus is what a list shows without being asked.
func (c *posts) defaultStatus() string {
	if c.typ.Name == "attachment" {
		return "inherit"
	}
	return "publish"
}

func (c *posts) statusArg() *schema.Schema {
	var names []string
	if c.typ.Name == "attachment" {
		names = []string{"inherit", "private", "trash"}
	} else {
		for _, st := range c.site.Registry().Statuses() {
			names = append(names, st.Name)
		}
		names = append(names, "any")
	}
	s := schema.New("Only posts of these statuses.").Default(c.defaultStatus()).Type("array").Items(schema.New("").EnumStrings(names).Type("string"))
	return s.Validate(nil).Sanitize(func(ctx context.Context, v any, param string) (any, *schema.Error) {
		return c.sanitizeStatuses(ctx, s, v, param)
	})
}

// sanitizeStatuses lets statuses other than the default through to editors
// only: sanitize_post_statuses.
func (c *posts) sanitizeStatuses(ctx context.Context, s *schema.Schema, v any, param string) (any, *schema.Error) {
	statuses := schema.ParseSlugList(v, func(s string) string { return format.SanitizeTitle(s, "") })
	out := make([]any, len(statuses))
	for i, status := range statuses {
		out[i] = status
		if status == c.defaultStatus() {
			continue
		}
		if !c.site.Can(ctx, c.typ.Caps.Get("edit_posts")) && (status != "private" || !c.site.Can(ctx, c.typ.Caps.Get("read_private_posts"))) {
			return nil, &schema.Error{Code: "rest_forbidden_status", Message: "Status is forbidden.", Data: ordered.Of("status", rest.AuthRequired(ctx))}
		}
		if err := schema.Validate(status, s, param); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// restTaxonomies are the taxonomies of the type that the API shows.
func (c *posts) restTaxonomies() []*wp.Taxonomy {
	var out []*wp.Taxonomy
	for _, t := range c.site.Registry().TaxonomiesOf(c.typ.Name) {
		if t.ShowInREST {
			out = append(out, t)
		}
	}
	return out
}

// taxonomyArgs declares the limits by terms: prepare_taxonomy_limit_schema.
func (c *posts) taxonomyArgs() rest.Args {
	taxonomies := c.restTaxonomies()
	if len(taxonomies) == 0 {
		return nil
	}
	args := rest.Args{schema.Prop("tax_relation", schema.String("How limits by several taxonomies go together.").Enum("AND", "OR"))}
	for _, t := range taxonomies {
		args = append(args,
			schema.Prop(t.Base(), termLimit("Only posts with these terms.", t.Hierarchical, true)),
			schema.Prop(t.Base()+"_exclude", termLimit("Without posts with these terms.", t.Hierarchical, false)))
	}
	return args
}

func termLimit(description string, children, operator bool) *schema.Schema {
	ids := func(text string) *schema.Schema { return schema.New(text, "array").Items(schema.Integer("")) }
	query := schema.New("A query by terms.").Title("Term ID Taxonomy Query").Type("object")
	query.Prop("terms", ids("Ids of terms.").Default([]any{}))
	if children {
		query.Prop("include_children", schema.Boolean("Whether terms below count too.").Default(false))
	}
	if operator {
		query.Prop("operator", schema.String("Whether a post has all of the terms or one of them.").Enum("AND", "OR").Default("OR"))
	}
	list := schema.New("Ids of terms.").Title("Term ID List").Type("array").Items(schema.Integer(""))
	return schema.New(description, "object", "array").OneOf(list, query.NoAdditional())
}

func (c *posts) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	orderby := req.String("orderby")
	if orderby == "relevance" && emptyText(req.Param("search")) {
		return nil, rest.NewError(http.StatusBadRequest, "rest_no_search_term_defined", "You need to define a search term to order by relevance.")
	}
	if orderby == "include" && len(req.List("include")) == 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_orderby_include_missing_include", "You need to define an include parameter to order by include.")
	}
	q, err := c.query(ctx, req)
	if err != nil {
		return nil, err
	}
	at, walking := cursor(req)
	if walking {
		q.Beyond, q.Offset, q.OrderBy, q.NoCount = at, 0, orderOf(store.ByID, store.Asc), true
	}
	read := c.site.QueryPosts
	if c.site.Supports(c.typ.Name, "thumbnail") && !head(req) && rest.NewScope(ctx, req).WantsLinks() {
		read = c.site.QueryLinkedPosts
	}
	found, total, err := read(ctx, q)
	if err != nil {
		return nil, err
	}
	if walking {
		items := []any{}
		if !head(req) {
			if items, err = c.items(ctx, req, found); err != nil {
				return nil, err
			}
		}
		return c.walked(ctx, req, items, last(found, func(p *wp.Post) int64 { return p.ID }), len(found), c.base), nil
	}
	if found, err = c.liftSticky(ctx, req, q, found); err != nil {
		return nil, err
	}
	if _, offset := req.Param("offset").(int64); offset && len(found) == 0 {
		total = 0 // WordPress does not count what it does not reach
	}
	if pages := (int64(total) + req.Int("per_page") - 1) / req.Int("per_page"); req.Int("page") > pages && total > 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.")
	}
	items := []any{}
	if !head(req) {
		if items, err = c.items(ctx, req, found); err != nil {
			return nil, err
		}
	}
	return c.page(ctx, req, items, total, c.base), nil
}

func emptyText(v any) bool { return v == nil || v == "" || v == "0" }

// items shows the posts of a list that the caller may see.
func (c *posts) items(ctx context.Context, req *rest.Request, found []*wp.Post) ([]any, error) {
	scope := rest.NewScope(ctx, req)
	if err := c.primePosts(ctx, found, scope.WantsLinks()); err != nil {
		return nil, err
	}
	if scope.Context == schema.Edit && c.typ.Viewable() && c.typ.Public && (scope.Wants("permalink_template") || scope.Wants("generated_slug")) {
		if err := c.site.PrimeSlugs(ctx, found); err != nil {
			return nil, err
		}
	}
	if c.prime != nil {
		if err := c.prime(scope, found); err != nil {
			return nil, err
		}
	}
	items := make([]any, 0, len(found))
	for _, p := range found {
		ok := false
		if scope.Context == schema.Edit {
			ok = c.editable(ctx, p)
		} else {
			ok = c.readable(ctx, p)
		}
		if ok {
			items = append(items, c.rest.Item(ctx, req, c.show(scope, p)))
		}
	}
	return items, nil
}

// query turns parameters into a query.
func (c *posts) query(ctx context.Context, req *rest.Request) (store.PostQuery, error) {
	q := store.PostQuery{
		Types:          []string{c.typ.Name},
		Author:         absolute(req.Ints("author")),
		AuthorNot:      absolute(req.Ints("author_exclude")),
		Include:        absolute(req.Ints("include")),
		Exclude:        absolute(req.Ints("exclude")),
		Parents:        absolute(req.Ints("parent")),
		ParentsNot:     absolute(req.Ints("parent_exclude")),
		Names:          queryNames(req.Strings("slug")),
		Search:         req.String("search"),
		SearchColumns:  req.Strings("search_columns"),
		SearchExact:    req.String("search_semantics") == "exact",
		SearchPublic:   site.CurrentID(ctx) == 0,
		SearchFilename: c.typ.Name == "attachment",
		Limit:          int(req.Int("per_page")),
	}
	c.statuses(ctx, &q, req.Strings("status"))
	if n, ok := req.Param("menu_order").(int64); ok {
		n = max(n, -n)
		q.MenuOrder = &n
	}
	q.Offset = int(req.Int("page")-1) * q.Limit
	if n, ok := req.Param("offset").(int64); ok {
		q.Offset = int(max(n, -n))
	}
	q.Dates = dateClauses(c.settings(ctx).Zone, req)
	c.sticky(ctx, req, &q)
	c.limitMedia(ctx, req, &q)
	q.OrderBy = orderBy(req)
	tax, err := c.taxQuery(ctx, req)
	q.Tax = tax
	return q, err
}

// absolute is absint over a list.
func absolute(ids []int64) []int64 {
	for i, n := range ids {
		ids[i] = max(n, -n)
	}
	return ids
}

// queryNames are slugs as they stand in the database.
func queryNames(slugs []string) []string {
	for i, s := range slugs {
		slugs[i] = format.SanitizeTitleForQuery(s)
	}
	return slugs
}

// statuses limits a query to statuses. Without any, it shows what is published
// and the private posts that the caller may read, as WP_Query does.
func (c *posts) statuses(ctx context.Context, q *store.PostQuery, statuses []string) {
	switch {
	case slices.Contains(statuses, "any"):
		for _, st := range c.site.Registry().Statuses() {
			if !st.ExcludeFromSearch {
				q.Statuses = append(q.Statuses, st.Name)
			}
		}
	case len(statuses) > 0:
		q.Statuses = statuses
	default:
		q.Visible = []store.StatusRule{{Statuses: []string{"publish"}}}
		if me := site.CurrentID(ctx); c.site.Can(ctx, c.typ.Caps.Get("read_private_posts")) {
			q.Visible = append(q.Visible, store.StatusRule{Statuses: []string{"private"}})
		} else if me != 0 {
			q.Visible = append(q.Visible, store.StatusRule{Statuses: []string{"private"}, Author: me})
		}
	}
}

func dateClauses(zone format.Zone, req *rest.Request) []store.DateClause {
	var out []store.DateClause
	add := func(name string, column store.DateColumn, after bool) {
		text := req.String(name)
		if text == "" {
			return
		}
		at := queryMoment(zone, text)
		clause := store.DateClause{Column: column}
		if after {
			clause.After = at
		} else {
			clause.Before = at
		}
		out = append(out, clause)
	}
	add("before", store.DateLocal, false)
	add("modified_before", store.DateModified, false)
	add("after", store.DateLocal, true)
	add("modified_after", store.DateModified, true)
	return out
}

// queryMoment is a moment as it stands in a local date column: a zone in the
// text is honoured, without one it is site time.
func queryMoment(zone format.Zone, text string) string {
	local, _, ok := zone.RESTDate(text, false)
	if !ok {
		return text
	}
	return local
}

// sticky turns the parameter of that name into a list of ids.
func (c *posts) sticky(ctx context.Context, req *rest.Request, q *store.PostQuery) {
	want, ok := req.Param("sticky").(bool)
	if !ok || c.typ.Name != "post" {
		return
	}
	list := c.settings(ctx).Sticky
	if !want {
		q.Exclude = append(q.Exclude, list...)
		return
	}
	if len(q.Include) > 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(id int64) bool { return !slices.Contains(q.Include, id) })
	}
	if len(list) == 0 {
		list = []int64{0}
	}
	q.Include = list
}

// liftSticky puts sticky posts first on the first page, for ignore_sticky=false.
func (c *posts) liftSticky(ctx context.Context, req *rest.Request, q store.PostQuery, found []*wp.Post) ([]*wp.Post, error) {
	ignore, ok := req.Param("ignore_sticky").(bool)
	if !ok || ignore || c.typ.Name != "post" || req.Int("page") > 1 || len(q.Include) > 0 {
		return found, nil
	}
	list := slices.DeleteFunc(slices.Clone(c.settings(ctx).Sticky), func(id int64) bool { return slices.Contains(q.Exclude, id) })
	if len(list) == 0 {
		return found, nil
	}
	var first, rest []*wp.Post
	for _, p := range found {
		if slices.Contains(list, p.ID) {
			first = append(first, p)
			continue
		}
		rest = append(rest, p)
	}
	missing := slices.DeleteFunc(list, func(id int64) bool {
		return slices.ContainsFunc(first, func(p *wp.Post) bool { return p.ID == id })
	})
	if len(missing) > 0 {
		more, _, err := c.site.QueryPosts(ctx, store.PostQuery{Types: q.Types, Statuses: []string{"publish"}, Include: missing, NoCount: true})
		if err != nil {
			return nil, err
		}
		first = append(first, more...)
	}
	return append(first, rest...), nil
}

func orderBy(req *rest.Request) []store.PostOrder {
	order := store.Desc
	if req.String("order") == "asc" {
		order = store.Asc
	}
	by := map[string]store.PostOrderKey{
		"author": store.ByAuthor, "date": store.ByDate, "id": store.ByID, "include": store.ByInclude,
		"modified": store.ByModified, "parent": store.ByParent, "relevance": store.ByRelevance, "slug": store.ByName,
		"include_slugs": store.ByNames, "title": store.ByTitle, "menu_order": store.ByMenuOrder,
	}[req.String("orderby")]
	if by == store.ByNames && len(req.List("slug")) == 0 { // nothing to follow: by date, without a direction
		return []store.PostOrder{{By: store.ByDate, Order: store.Asc}}
	}
	return orderOf(by, order)
}

// orderOf orders by one key; it gives posts of the same title an order: the newest id first, which
// is how they mostly come out of WordPress's tables.
func orderOf(by store.PostOrderKey, order store.Order) []store.PostOrder {
	out := []store.PostOrder{{By: by, Order: order}}
	if by == store.ByTitle {
		out = append(out, store.PostOrder{By: store.ByID, Order: store.Desc})
	}
	return out
}
