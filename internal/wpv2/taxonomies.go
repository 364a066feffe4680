package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// taxonomies is the controller of the taxonomies:
// WP_REST_Taxonomies_Controller.
type taxonomies struct {
	*API
	fields rest.Fields[*wp.Taxonomy, nothing]
	item   *schema.Schema
}

func (a *API) newTaxonomies() *taxonomies {
	c := &taxonomies{API: a, fields: taxonomyFields()}
	c.item = inOrder(c.fields.ItemSchema("taxonomy"), "capabilities", "description", "hierarchical", "labels", "name", "slug",
		"show_cloud", "types", "rest_base", "rest_namespace", "visibility")
	return c
}

func (c *taxonomies) routes() []rest.Route {
	name := schema.Prop("taxonomy", schema.String("Name of the taxonomy."))
	of := schema.Prop("type", schema.String("Only taxonomies of this post type."))
	return []rest.Route{
		{
			Namespace: namespace, Pattern: "/" + namespace + "/taxonomies", Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{contextArg(c.item), of}, Permission: c.mayList, Handle: c.list}},
		},
		{
			Namespace: namespace, Pattern: "/" + namespace + `/taxonomies/(?P<taxonomy>[\w-]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{name, contextArg(c.item)}, Permission: c.mayRead, Handle: c.get}},
		},
	}
}

func taxonomyFields() rest.Fields[*wp.Taxonomy, nothing] {
	return rest.Fields[*wp.Taxonomy, nothing]{
		{
			Name: "name", Schema: schema.String("Title of the taxonomy.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.Label },
		},
		{
			Name: "slug", Schema: schema.String("Name of the taxonomy.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.Name },
		},
		{
			Name: "capabilities", Schema: schema.Object("The capabilities that the taxonomy asks for.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return std{capsObject(t.Caps)} },
		},
		{
			Name: "description", Schema: schema.String("What the taxonomy is for.").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.Description },
		},
		{
			Name: "labels", Schema: schema.Object("What the taxonomy is called in different places.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return std{labelsObject(t.Labels)} },
		},
		{
			Name: "types", Schema: schema.New("The post types that have the taxonomy.", "array").Items(schema.String("")).In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return append([]string{}, t.ObjectTypes...) },
		},
		{
			Name: "show_cloud", Schema: schema.Boolean("Whether a cloud of its terms may be shown.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.ShowTagcloud },
		},
		{
			Name: "hierarchical", Schema: schema.Boolean("Whether terms have parents.").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.Hierarchical },
		},
		{
			Name: "rest_base", Schema: schema.String("Last part of its collection's route.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.Base() },
		},
		{
			Name: "rest_namespace", Schema: schema.String("Namespace of its routes.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.Taxonomy) any { return t.Namespace() },
		},
		{
			Name: "visibility", Get: func(_ *rest.Scope, t *wp.Taxonomy) any {
				return ordered.Of("public", t.Public, "publicly_queryable", t.PubliclyQueryable, "show_admin_column", t.ShowAdminColumn,
					"show_in_nav_menus", t.ShowInNavMenus, "show_in_quick_edit", t.ShowInQuickEdit, "show_ui", t.ShowUI)
			},
			Schema: schema.Object("Where the taxonomy is shown.").In(editOnly...).Readonly().
				Prop("public", schema.Boolean("Whether it is meant for visitors and editors alike.")).
				Prop("publicly_queryable", schema.Boolean("Whether visitors can ask for its terms.")).
				Prop("show_ui", schema.Boolean("Whether there are screens to manage its terms.")).
				Prop("show_admin_column", schema.Boolean("Whether lists of posts have a column of it.")).
				Prop("show_in_nav_menus", schema.Boolean("Whether menus offer its terms.")).
				Prop("show_in_quick_edit", schema.Boolean("Whether it can be edited right in lists of posts.")),
		},
	}
}

// asked are the taxonomies that a list is about.
func (c *taxonomies) asked(req *rest.Request) []*wp.Taxonomy {
	if t := req.String("type"); !emptyText(t) {
		return c.site.Registry().TaxonomiesOf(t)
	}
	return c.site.Registry().Taxonomies()
}

// assignable reports whether the caller may give the taxonomy's terms to posts.
func (c *taxonomies) assignable(ctx context.Context, t *wp.Taxonomy) bool {
	return c.site.Can(ctx, t.Caps.Get("assign_terms"))
}

func (c *taxonomies) mayList(ctx context.Context, req *rest.Request) error {
	if req.String("context") != schema.Edit {
		return nil
	}
	for _, t := range c.asked(req) {
		if t.ShowInREST && c.assignable(ctx, t) {
			return nil
		}
	}
	return rest.Denied(ctx, "rest_cannot_view", "Sorry, you are not allowed to manage terms in this taxonomy.")
}

func (c *taxonomies) mayRead(ctx context.Context, req *rest.Request) error {
	t := c.site.Registry().Taxonomy(req.String("taxonomy"))
	switch {
	case t == nil: // the callback says so
		return nil
	case !t.ShowInREST:
		return rest.Forbidden
	case req.String("context") == schema.Edit && !c.assignable(ctx, t):
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to manage terms in this taxonomy.")
	}
	return nil
}

func (c *taxonomies) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if head(req) {
		return rest.OK([]any{}), nil
	}
	scope := rest.NewScope(ctx, req).Whole()
	out := &ordered.Object{}
	for _, t := range c.asked(req) {
		if !t.ShowInREST || scope.Context == schema.Edit && !c.assignable(ctx, t) {
			continue
		}
		out.Set(t.Name, c.rest.Item(ctx, req, c.show(scope, t)))
	}
	return rest.OK(out), nil
}

func (c *taxonomies) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t := c.site.Registry().Taxonomy(req.String("taxonomy"))
	if t == nil {
		return nil, rest.NewError(http.StatusNotFound, "rest_taxonomy_invalid", "Invalid taxonomy.")
	}
	return c.show(rest.NewScope(ctx, req).Whole(), t), nil
}

func (c *taxonomies) show(s *rest.Scope, t *wp.Taxonomy) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.fields.Render(s, t))
	if s.WantsLinks() {
		resp.Links = c.itemsLinks(s.Ctx, "taxonomies", t.Namespace()+"/"+t.Base())
	}
	return resp
}
