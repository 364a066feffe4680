package wpv2

import (
	"context"
	"embed"
	"fmt"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// shapeFiles describe the resources of the editor: item schemas and the
// parameters of their routes, in JSON. The resources that a site is made of
// are declared in Go, row by row; these have few properties that are written,
// or none.
//
//go:embed shapes/*.json
var shapeFiles embed.FS

// shape is one of those descriptions.
type shape struct {
	item   *schema.Schema // nil when the routes show none
	routes *ordered.Object
}

// shape reads the description called name. A name or file that is wrong is a
// mistake in the program.
func (a *API) shape(name string) *shape {
	s, err := readShape(name)
	if err != nil {
		panic(fmt.Sprintf("wpv2: shape %s: %v", name, err))
	}
	return s
}

func readShape(name string) (*shape, error) {
	raw, err := shapeFiles.ReadFile("shapes/" + name + ".json")
	if err != nil {
		return nil, err
	}
	v, err := ordered.Decode(raw)
	if err != nil {
		return nil, err
	}
	s := &shape{routes: v.(*ordered.Object)}
	if item, ok := s.routes.Get("item"); ok {
		if s.item, err = schema.Parse(item); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// args are the parameters of a method of a route. The member "@item" stands
// for those out of the item schema; what else is there goes before them, or
// replaces one of them.
func (s *shape) args(route, method string) rest.Args {
	methods, _ := s.routes.Value(route).(*ordered.Object)
	if methods == nil {
		return nil
	}
	list, _ := methods.Value(method).(*ordered.Object)
	if list == nil {
		return nil
	}
	var out rest.Args
	for name, v := range list.All() {
		if name == "@item" {
			continue
		}
		one, err := schema.Parse(v)
		if err != nil {
			panic(fmt.Sprintf("wpv2: parameter %s: %v", name, err))
		}
		out = append(out, schema.Prop(name, one))
	}
	kind, ok := list.Value("@item").(string)
	if !ok {
		return out
	}
	own := out
	out = nil
	for _, p := range schema.EndpointArgs(s.item, kind == "create") {
		if i := argIndex(own, p.Name); i >= 0 {
			p = own[i]
			own = append(own[:i:i], own[i+1:]...)
		}
		out = append(out, p)
	}
	return append(own, out...)
}

func argIndex(args rest.Args, name string) int {
	for i := range args {
		if args[i].Name == name {
			return i
		}
	}
	return -1
}

// arg is one parameter of several, to put a hook on.
func arg(args rest.Args, name string) *schema.Schema { return args[argIndex(args, name)].Schema }

type permission = func(context.Context, *rest.Request) error

type handler = func(context.Context, *rest.Request) (*rest.Response, error)

// get declares a GET endpoint of a route.
func (s *shape) get(route string, may permission, handle handler) *rest.Endpoint {
	return &rest.Endpoint{Methods: []string{"GET"}, Args: s.args(route, "GET"), Permission: may, Handle: handle}
}

func (s *shape) create(route string, may permission, handle handler) *rest.Endpoint {
	return &rest.Endpoint{Methods: []string{"POST"}, Args: s.args(route, "POST"), Permission: may, Handle: handle}
}

func (s *shape) edit(route string, may permission, handle handler) *rest.Endpoint {
	return &rest.Endpoint{Methods: []string{"POST", "PUT", "PATCH"}, Args: s.args(route, "POST"), Permission: may, Handle: handle}
}

func (s *shape) remove(route string, may permission, handle handler) *rest.Endpoint {
	return &rest.Endpoint{Methods: []string{"DELETE"}, Args: s.args(route, "DELETE"), Permission: may, Handle: handle}
}

// route declares a route with the item schema of the shape.
func (s *shape) route(namespace, pattern string, endpoints ...*rest.Endpoint) rest.Route {
	r := rest.Route{Namespace: namespace, Pattern: "/" + namespace + pattern, Endpoints: endpoints}
	if s.item != nil {
		r.Schema = describe(s.item)
	}
	return r
}

// data is what of an item the context shows.
func (s *shape) data(scope *rest.Scope, o *ordered.Object) any {
	return schema.FilterByContext(o, s.item, scope.Context)
}

// mayIf asks for a capability.
func (a *API) mayIf(capability, code, message string) permission {
	return func(ctx context.Context, _ *rest.Request) error {
		if a.site.Can(ctx, capability) {
			return nil
		}
		return rest.Denied(ctx, code, message)
	}
}

// mayEdit lets in who may edit posts of some type that the API shows.
func (a *API) mayEdit(code, message string) permission {
	return func(ctx context.Context, _ *rest.Request) error {
		if a.editor(ctx) {
			return nil
		}
		return rest.Denied(ctx, code, message)
	}
}

func (a *API) editor(ctx context.Context) bool {
	return a.site.Can(ctx, "edit_posts") || a.editsAny(ctx)
}

// links makes relations out of pairs of a relation and a route.
func (a *API) routeLinks(ctx context.Context, pairs ...string) *rest.Links {
	l := &rest.Links{}
	for i := 0; i+1 < len(pairs); i += 2 {
		l.Add(pairs[i], rest.Link{Href: a.url(ctx, pairs[i+1])})
	}
	return l
}
