package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// nothing is what a resource collects that cannot be written.
type nothing struct{}

// types is the controller of the post types: WP_REST_Post_Types_Controller.
type types struct {
	*API
	fields rest.Fields[*wp.PostType, nothing]
	item   *schema.Schema
}

func (a *API) newTypes() *types {
	c := &types{API: a}
	c.fields = c.typeFields()
	c.item = inOrder(c.fields.ItemSchema("type"), "capabilities", "description", "hierarchical", "viewable", "labels", "name", "slug",
		"supports", "has_archive", "taxonomies", "rest_base", "rest_namespace", "visibility", "icon", "template", "template_lock")
	return c
}

// inOrder puts the properties of an item schema in the order in which
// WordPress describes them, where that is not the order of its answers.
func inOrder(item *schema.Schema, names ...string) *schema.Schema {
	all := item.Properties()
	for _, name := range names {
		item.DropProp(name)
	}
	for _, name := range names {
		item.Prop(name, all.Get(name))
	}
	return item
}

func (c *types) routes() []rest.Route {
	name := schema.Prop("type", schema.String("Name of the post type."))
	return []rest.Route{
		{
			Namespace: namespace, Pattern: "/" + namespace + "/types", Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{contextArg(c.item)}, Permission: c.mayList, Handle: c.list}},
		},
		{
			Namespace: namespace, Pattern: "/" + namespace + `/types/(?P<type>[\w-]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: rest.Args{name, contextArg(c.item)}, Handle: c.get}},
		},
	}
}

// describe is the item schema of a resource that is the same for everybody.
func describe(item *schema.Schema) func(context.Context) *ordered.Object {
	return func(context.Context) *ordered.Object { return item.Describe() }
}

type typeField = rest.Field[*wp.PostType, nothing]

func (c *types) typeFields() rest.Fields[*wp.PostType, nothing] {
	return append(natureFields(), c.nameFields()...)
}

// natureFields say what the posts are like.
func natureFields() []typeField {
	return []typeField{
		{
			Name: "capabilities", Schema: schema.Object("The capabilities that the post type asks for.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return std{capsObject(t.Caps)} },
		},
		{
			Name: "description", Schema: schema.String("What the post type is for.").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Description },
		},
		{
			Name: "hierarchical", Schema: schema.Boolean("Whether posts have parents.").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Hierarchical },
		},
		{
			Name: "has_archive", Schema: schema.New("Slug of the archive, or whether there is one.", "string", "boolean").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return archive(t) },
		},
		{
			Name: "visibility", Get: func(_ *rest.Scope, t *wp.PostType) any {
				return ordered.Of("show_in_nav_menus", t.ShowInNavMenus, "show_ui", t.ShowUI)
			},
			Schema: schema.Object("Where the post type is shown.").In(editOnly...).Readonly().
				Prop("show_ui", schema.Boolean("Whether there are screens to manage its posts.")).
				Prop("show_in_nav_menus", schema.Boolean("Whether menus offer its posts.")),
		},
		{
			Name: "viewable", Schema: schema.Boolean("Whether visitors can see its posts.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Viewable() },
		},
		{
			Name: "labels", Schema: schema.Object("What the post type is called in different places.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return std{labelsObject(t.Labels)} },
		},
	}
}

// nameFields say what the type is called, where it is found and what it has.
func (c *types) nameFields() []typeField {
	return []typeField{
		{
			Name: "name", Schema: schema.String("Title of the post type.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Label },
		},
		{
			Name: "slug", Schema: schema.String("Name of the post type.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Name },
		},
		{
			Name: "icon", Schema: schema.New("Icon of the post type.", "string", "null").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any {
				if t.MenuIcon == "" {
					return nil
				}
				return t.MenuIcon
			},
		},
		{
			Name: "supports", Schema: schema.Object("The features that its posts have.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return supportsObject(t.Supports) },
		},
		{
			Name: "taxonomies", Schema: schema.New("The taxonomies of its posts.", "array").Items(schema.String("")).In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return c.taxonomiesOf(t) },
		},
		{
			Name: "rest_base", Schema: schema.String("Last part of its collection's route.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Base() },
		},
		{
			Name: "rest_namespace", Schema: schema.String("Namespace of its routes.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, t *wp.PostType) any { return t.Namespace() },
		},
		{
			Name: "template", Get: func(_ *rest.Scope, t *wp.PostType) any { return append([]any{}, t.Template...) },
			Schema: schema.New("").Keyword("type", []any{"array"}).Description("The blocks that a new post begins with.").Readonly().In(everywhere...),
		},
		{
			Name: "template_lock", Get: func(_ *rest.Scope, t *wp.PostType) any { return orFalse(t.TemplateLock) },
			Schema: schema.New("", "string", "boolean").Enum("all", "insert", "contentOnly", false).
				Description("What may be done with the blocks of the template; false for anything.").Readonly().In(everywhere...),
		},
	}
}

// std is what PHP has an object for, not an array: _fields takes it whole.
type std struct{ *ordered.Object }

func archive(t *wp.PostType) any {
	if t.HasArchive == "true" {
		return true
	}
	return orFalse(t.HasArchive)
}

// orFalse shows a text that PHP has false for when there is none.
func orFalse(s string) any {
	if s == "" {
		return false
	}
	return s
}

func capsObject(caps wp.Caps) *ordered.Object {
	o := ordered.NewObject(len(caps))
	for _, c := range caps {
		o.Set(c.Name, c.Cap)
	}
	return o
}

func labelsObject(labels wp.Labels) *ordered.Object {
	o := ordered.NewObject(len(labels))
	for _, l := range labels {
		if l.Null {
			o.Set(l.Name, nil)
			continue
		}
		o.Set(l.Name, l.Value)
	}
	return o
}

// supportsObject shows features; without any it is the empty list.
func supportsObject(features []wp.Support) any {
	if len(features) == 0 {
		return []any{}
	}
	o := ordered.NewObject(len(features))
	for _, f := range features {
		if f.Args != nil {
			o.Set(f.Feature, f.Args)
			continue
		}
		o.Set(f.Feature, true)
	}
	return o
}

func (c *types) taxonomiesOf(t *wp.PostType) []string {
	out := []string{}
	for _, x := range c.site.Registry().TaxonomiesOf(t.Name) {
		if x.ShowInREST {
			out = append(out, x.Name)
		}
	}
	return out
}

// restTypes are the post types that the API shows.
func (a *API) restTypes() []*wp.PostType {
	var out []*wp.PostType
	for _, t := range a.site.Registry().PostTypes() {
		if t.ShowInREST {
			out = append(out, t)
		}
	}
	return out
}

// editsAny reports whether the caller may edit posts of some type in the API.
func (a *API) editsAny(ctx context.Context) bool {
	for _, t := range a.restTypes() {
		if a.site.Can(ctx, t.Caps.Get("edit_posts")) {
			return true
		}
	}
	return false
}

func (c *types) mayList(ctx context.Context, req *rest.Request) error {
	if req.String("context") == schema.Edit && !c.editsAny(ctx) {
		return rest.Denied(ctx, "rest_cannot_view", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return nil
}

func (c *types) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if head(req) {
		return rest.OK([]any{}), nil
	}
	scope := rest.NewScope(ctx, req)
	out := &ordered.Object{}
	for _, t := range c.restTypes() {
		if scope.Context == schema.Edit && !c.site.Can(ctx, t.Caps.Get("edit_posts")) {
			continue
		}
		out.Set(t.Name, c.rest.Item(ctx, req, c.show(scope, t)))
	}
	return rest.OK(out), nil
}

func (c *types) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t := c.site.Registry().PostType(req.String("type"))
	switch {
	case t == nil:
		return nil, rest.NewError(http.StatusNotFound, "rest_type_invalid", "Invalid post type.")
	case !t.ShowInREST:
		return nil, rest.Denied(ctx, "rest_cannot_read_type", "Cannot view post type.")
	case req.String("context") == schema.Edit && !c.site.Can(ctx, t.Caps.Get("edit_posts")):
		return nil, rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return c.show(rest.NewScope(ctx, req), t), nil
}

func (c *types) show(s *rest.Scope, t *wp.PostType) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.fields.Render(s, t))
	if s.WantsLinks() {
		resp.Links = c.itemsLinks(s.Ctx, "types", t.Namespace()+"/"+t.Base())
	}
	return resp
}

// itemsLinks lead from a type or taxonomy to its collection and its items.
func (a *API) itemsLinks(ctx context.Context, collection, items string) *rest.Links {
	l := &rest.Links{}
	l.Add("collection", rest.Link{Href: a.url(ctx, namespace+"/"+collection)})
	l.Add(wpRel+"items", rest.Link{Href: a.url(ctx, items)})
	return l
}
