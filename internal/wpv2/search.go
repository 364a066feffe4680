package wpv2

import (
	"context"
	"net/http"
	"slices"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// search is the controller of the search over several kinds of things:
// WP_REST_Search_Controller.
type search struct {
	*API
	fields rest.Fields[found, nothing]
	item   *schema.Schema
	kinds  []searchKind
}

// found is a result. ID is a number, or the name of a post format.
type found struct {
	id            any
	title         func(*rest.Scope) string
	url           func(context.Context) string
	kind, subtype string // "" is no subtype
	route, about  string // routes of links; "" for none
}

// searchKind is something to search: WP_REST_Search_Handler.
type searchKind interface {
	name() string
	subtypes() []string
	// search returns a page of results and how many there are in all.
	search(ctx context.Context, req *rest.Request, subtypes []string) ([]found, int, error)
}

// anySubtype stands for all subtypes of a kind.
const anySubtype = "any"

func (a *API) newSearch() *search {
	c := &search{API: a, kinds: []searchKind{&postSearch{a}, &termSearch{a}, &formatSearch{a}}}
	c.fields = c.resultFields()
	c.item = c.fields.ItemSchema("search-result")
	return c
}

func (c *search) routes() []rest.Route {
	return []rest.Route{{
		Namespace: namespace, Pattern: "/" + namespace + "/search", Schema: describe(c.item),
		Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: c.args(), Handle: c.list}},
	}}
}

func (c *search) kindNames() (names []string) {
	for _, k := range c.kinds {
		names = append(names, k.name())
	}
	return names
}

func (c *search) subtypeNames() (names []string) {
	for _, k := range c.kinds {
		for _, s := range k.subtypes() {
			if !slices.Contains(names, s) {
				names = append(names, s)
			}
		}
	}
	return names
}

func (c *search) resultFields() rest.Fields[found, nothing] {
	contexts := []string{schema.View, schema.Embed}
	return rest.Fields[found, nothing]{
		{
			Name: "id", Schema: schema.New("ID of what was found.", "integer", "string").In(contexts...).Readonly(),
			Get: func(_ *rest.Scope, f found) any { return f.id },
		},
		{
			Name: "title", Schema: schema.String("Its title.").In(contexts...).Readonly(),
			Get: func(s *rest.Scope, f found) any { return f.title(s) },
		},
		{
			Name: "url", Schema: schema.String("Its address.").Format("uri").In(contexts...).Readonly(),
			Get: func(s *rest.Scope, f found) any { return f.url(s.Ctx) },
		},
		{
			Name: "type", Schema: schema.String("What kind of thing it is.").EnumStrings(c.kindNames()).In(contexts...).Readonly(),
			Get: func(_ *rest.Scope, f found) any { return f.kind },
		},
		{
			Name: "subtype", Schema: schema.String("Its post type or taxonomy.").EnumStrings(c.subtypeNames()).In(contexts...).Readonly(),
			Get: func(_ *rest.Scope, f found) any {
				if f.subtype == "" {
					return rest.Omit
				}
				return f.subtype
			},
		},
	}
}

func (c *search) args() rest.Args {
	subtypes := schema.New("").EnumStrings(append(c.subtypeNames(), anySubtype)).Type("string")
	return append(append(rest.Args{contextArg(c.item)}, pagingArgs()...),
		schema.Prop("type", schema.New("").Default(c.kinds[0].name()).Description("What kind of thing to search.").Type("string").EnumStrings(c.kindNames())),
		schema.Prop("subtype", schema.New("").Default(anySubtype).Description("Only these post types or taxonomies.").Type("array").Items(subtypes).Sanitize(c.sanitizeSubtypes(subtypes))),
		schema.Prop("exclude", idList("Without these ids.")),
		schema.Prop("include", idList("Only these ids.")),
	)
}

// kind is the kind of thing that a request searches.
func (c *search) kind(req *rest.Request) searchKind {
	if req == nil {
		return nil
	}
	name := req.String("type")
	for _, k := range c.kinds {
		if k.name() == name {
			return k
		}
	}
	return nil
}

// sanitizeSubtypes keeps the subtypes that the kind has: sanitize_subtypes.
func (c *search) sanitizeSubtypes(one *schema.Schema) schema.Sanitizer {
	list := schema.New("", "array").Items(one)
	return func(ctx context.Context, v any, param string) (any, *schema.Error) {
		var names []any
		for _, s := range schema.ParseSlugList(v, func(s string) string { return format.SanitizeTitle(s, "") }) {
			names = append(names, s)
		}
		if err := schema.Validate(names, list, param); err != nil {
			return nil, err
		}
		if slices.Contains(names, any(anySubtype)) {
			return []any{anySubtype}, nil
		}
		k := c.kind(rest.FromContext(ctx))
		if k == nil {
			return nil, badUserParam("rest_search_invalid_type", "Invalid type parameter.")
		}
		return slices.DeleteFunc(names, func(n any) bool { return !slices.Contains(k.subtypes(), n.(string)) }), nil
	}
}

func (c *search) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	k := c.kind(req)
	if k == nil {
		return nil, rest.NewError(http.StatusBadRequest, "rest_search_invalid_type", "Invalid type parameter.")
	}
	subtypes := req.Strings("subtype")
	if slices.Contains(subtypes, anySubtype) {
		subtypes = k.subtypes()
	}
	results, total, err := k.search(ctx, req, subtypes)
	if err != nil {
		return nil, err
	}
	items := []any{}
	if !head(req) {
		scope := rest.NewScope(ctx, req).Whole()
		for _, f := range results {
			items = append(items, c.rest.Item(ctx, req, c.show(scope, f)))
		}
	}
	page, perPage := int(req.Int("page")), int(req.Int("per_page"))
	pages := (total + perPage - 1) / perPage
	if page > pages && total > 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_search_invalid_page_number", "The page number requested is larger than the number of pages available.")
	}
	resp := rest.OK(items)
	resp.SetHeader("X-WP-Total", decimal(total)).SetHeader("X-WP-TotalPages", decimal(pages))
	base := c.url(ctx, namespace+"/search")
	if page > 1 {
		resp.AddLinkHeader("prev", pageURL(base, req, page-1))
	}
	if page < pages {
		resp.AddLinkHeader("next", pageURL(base, req, page+1))
	}
	return resp, nil
}

func (c *search) show(s *rest.Scope, f found) *rest.Response {
	resp := rest.OK(c.fields.Render(s, f))
	if s.WantsLinks() {
		resp.Links = &rest.Links{}
		if f.route != "" {
			resp.Links.Add("self", rest.Link{Href: c.url(s.Ctx, f.route), Embeddable: true})
		}
		if f.about != "" {
			resp.Links.Add("about", rest.Link{Href: c.url(s.Ctx, f.about)})
		}
		resp.Links.Add("collection", rest.Link{Href: c.url(s.Ctx, namespace+"/search")})
	}
	return resp
}
