package wpv2

import (
	"context"
	"net/http"
	"strings"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// blockTypes shows which blocks there are, and renders one alone:
// WP_REST_Block_Types_Controller, WP_REST_Block_Renderer_Controller. What
// WordPress tells of a block in words (title, description, example) and where
// its scripts and styles lie is not ours to ship, and shown as empty.
type blockTypes struct {
	*API
	shape, one *shape
}

func (a *API) newBlockTypes() *blockTypes {
	return &blockTypes{a, a.shape("block-types"), a.shape("block-renderer")}
}

func (c *blockTypes) rendererRoutes() []rest.Route {
	e := c.one.get("one", c.mayRender, c.render)
	e.Methods = []string{"GET", "POST"}
	e.Validate = editContext
	arg(e.Args, "attributes").Validate(c.validateAttributes).Sanitize(c.sanitizeAttributes)
	return []rest.Route{c.one.route(namespace, "/block-renderer/(?P<name>[a-z0-9-]+/[a-z0-9-]+)", e)}
}

// editContext refuses a request that leaves the context out: the default of
// the parameter is none of the values that it may have.
func editContext(_ context.Context, req *rest.Request) error {
	if req.String("context") == schema.Edit {
		return nil
	}
	const message = "context is not edit."
	e := rest.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): context")
	e.Data = ordered.Of("params", ordered.Of("context", message),
		"details", ordered.Of("context", ordered.Of("code", "rest_not_in_enum", "message", message, "data", nil)))
	return e
}

func (c *blockTypes) routes() []rest.Route {
	may := c.mayEdit("rest_block_type_cannot_view", "Sorry, you are not allowed to manage block types.")
	mayOne := func(ctx context.Context, req *rest.Request) error {
		if err := may(ctx, req); err != nil {
			return err
		}
		_, err := c.load(ctx, req)
		return err
	}
	return []rest.Route{
		c.shape.route(namespace, "/block-types", c.shape.get("collection", may, c.list)),
		c.shape.route(namespace, "/block-types/(?P<namespace>[a-zA-Z0-9_-]+)", c.shape.get("namespace", may, c.list)),
		c.shape.route(namespace, "/block-types/(?P<namespace>[a-zA-Z0-9_-]+)/(?P<name>[a-zA-Z0-9_-]+)", c.shape.get("one", mayOne, c.get)),
	}
}

func (c *blockTypes) load(ctx context.Context, req *rest.Request) (*render.BlockType, error) {
	t := c.rendering(ctx).renderer.BlockType(req.String("namespace") + "/" + req.String("name"))
	if t == nil {
		return nil, rest.NewError(http.StatusNotFound, "rest_block_type_invalid", "Invalid block type.")
	}
	return t, nil
}

func (c *blockTypes) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	items := []any{}
	if head(req) {
		return rest.OK(items), nil
	}
	scope := rest.NewScope(ctx, req)
	of := req.String("namespace")
	for _, t := range c.rendering(ctx).renderer.BlockTypes() {
		if ns, _, _ := strings.Cut(t.Name, "/"); of == "" || ns == of {
			items = append(items, c.rest.Item(ctx, req, c.show(scope, t)))
		}
	}
	return rest.OK(items), nil
}

func (c *blockTypes) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), t), nil
}

// blockFieldOrder are the properties of a block type after the first two.
var blockFieldOrder = []string{
	"api_version", "name", "title", "description", "icon", "category", "keywords", "parent", "ancestor", "allowed_blocks", "provides_context", "uses_context",
	"selectors", "supports", "styles", "textdomain", "example", "editor_script_handles", "script_handles", "view_script_handles", "view_script_module_ids",
	"editor_style_handles", "style_handles", "view_style_handles", "variations", "block_hooks", "editor_script", "script", "view_script", "editor_style", "style",
}

func (c *blockTypes) show(s *rest.Scope, t *render.BlockType) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	known := map[string]any{
		"api_version": int64(3), "name": t.Name, "title": blockTitle(t.Name), "variations": []any{},
		"provides_context": orEmptyList(t.ProvidesContext), "uses_context": append([]string{}, t.UsesContext...),
		"selectors": orEmptyList(t.Selectors), "supports": orEmptyList(t.Supports), "styles": []any{},
	}
	data := ordered.Of("attributes", shownAttributes(t), "is_dynamic", t.Dynamic())
	for _, name := range blockFieldOrder {
		v, ok := known[name]
		if !ok {
			v, _ = c.shape.item.Property(name).DefaultValue()
		}
		data.Set(name, v)
	}
	resp := rest.OK(c.shape.data(s, data))
	if !s.WantsLinks() {
		return resp
	}
	ns, _, _ := strings.Cut(t.Name, "/")
	base := namespace + "/block-types"
	resp.Links = c.routeLinks(s.Ctx, "collection", base, "self", base+"/"+t.Name, "up", base+"/"+ns)
	if t.Dynamic() {
		resp.Links.Add(wpRel+"render-block", rest.Link{Href: withQuery(c.url(s.Ctx, namespace+"/block-renderer/"+t.Name), "context", "edit")})
	}
	return resp
}

// shownAttributes are the attributes that a block is said to have. A block
// without any support takes no styles, and the old name of the comments has
// fewer attributes than what renders it.
func shownAttributes(t *render.BlockType) *ordered.Object {
	var drop []string
	if t.Supports.Value("customCSS") == false {
		drop = append(drop, "style")
	}
	if t.Name == "core/post-comments" {
		drop = append(drop, "tagName", "legacy", "fontFamily", "borderColor", "anchor")
	}
	if drop == nil {
		return t.Attributes
	}
	out := t.Attributes.Clone()
	for _, name := range drop {
		out.Delete(name)
	}
	if t.Name == "core/post-comments" {
		out.Set("textAlign", ordered.Of("type", "string"))
	}
	return out
}

// orEmptyList is an object, or PHP's empty array.
func orEmptyList(o *ordered.Object) any {
	if o == nil || o.Len() == 0 {
		return []any{}
	}
	return o
}

// blockTitle makes a title out of the name of a block: core/site-title is
// "Site Title".
func blockTitle(name string) string {
	_, name, _ = strings.Cut(name, "/")
	words := strings.Split(name, "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

func (c *blockTypes) mayRender(ctx context.Context, req *rest.Request) error {
	if n := req.Int("post_id"); n > 0 {
		p, err := c.site.Post(ctx, n)
		if err == nil && c.site.CanPost(ctx, "edit_post", p) {
			return nil
		}
		if err != nil && !missing(err) {
			return err
		}
		return rest.Denied(ctx, "block_cannot_read", "Sorry, you are not allowed to read blocks of this post.")
	}
	if !c.site.Can(ctx, "edit_posts") {
		return rest.Denied(ctx, "block_cannot_read", "Sorry, you are not allowed to read blocks as this user.")
	}
	return nil
}

// attributeSchema is the schema of the attributes of the block that is asked
// for; nil when there is no such block.
func (c *blockTypes) attributeSchema(ctx context.Context) *schema.Schema {
	req := rest.FromContext(ctx)
	if req == nil {
		return nil
	}
	t := c.rendering(ctx).renderer.BlockType(req.String("name"))
	if t == nil {
		return nil
	}
	s := schema.New("", "object").NoAdditional()
	s.Props()
	for name, v := range t.Attributes.All() {
		one, err := schema.Parse(v)
		if err != nil {
			one = schema.New("")
		}
		s.Prop(name, one)
	}
	return s
}

func (c *blockTypes) validateAttributes(ctx context.Context, v any, _ string) *schema.Error {
	s := c.attributeSchema(ctx)
	if s == nil {
		return nil
	}
	return schema.Validate(v, s, "")
}

func (c *blockTypes) sanitizeAttributes(ctx context.Context, v any, _ string) (any, *schema.Error) {
	s := c.attributeSchema(ctx)
	if s == nil {
		return v, nil
	}
	return schema.Sanitize(v, s, "")
}

func (c *blockTypes) render(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t := c.rendering(ctx).renderer.BlockType(req.String("name"))
	if t == nil || !t.Dynamic() {
		return nil, rest.NewError(http.StatusNotFound, "block_invalid", "Invalid block.")
	}
	attrs, _ := req.Param("attributes").(*ordered.Object)
	run := c.run(rest.NewScope(ctx, req))
	if n := req.Int("post_id"); n > 0 {
		p, err := c.site.Post(ctx, n)
		if err != nil {
			return nil, err
		}
		return rest.OK(ordered.Of("rendered", run.BlockOf(p, t.Name, attrs))), nil
	}
	return rest.OK(ordered.Of("rendered", run.BlockOf(nil, t.Name, attrs))), nil
}
