package wpv2

import (
	"context"
	"net/http"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// iconNames are the icons of WordPress's own collection. Their drawings are
// files of WordPress's and not here.
var iconNames = strings.Fields(`arrow-down-left arrow-down-right arrow-down arrow-left arrow-right arrow-up-left arrow-up-right arrow-up at-symbol audio bell
block-default block-meta block-table calendar capture-photo capture-video cart category caution chart-bar check chevron-down chevron-down-small chevron-left
chevron-left-small chevron-right chevron-right-small chevron-up chevron-up-down chevron-up-small comment cover create desktop download drawer-left drawer-right
envelope error external file gallery group heading help home image info key language map-marker menu mobile more-horizontal more-vertical next paragraph payment
pencil people plus plus-circle previous published quote receipt rss scheduled search settings shadow share shield shuffle star-empty star-filled star-half store
styles symbol symbol-filled table tablet tag tip upload verse`)

const iconCollection = "core"

// icons shows the icons that blocks may use: WP_REST_Icons_Controller,
// WP_REST_Icon_Collections_Controller.
type icons struct {
	*API
	shape, sets *shape
}

func (a *API) iconRoutes() []rest.Route {
	c := &icons{a, a.shape("icons"), a.shape("icon-collections")}
	const name = `[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?`
	may := a.mayEdit("rest_cannot_view", "Sorry, you are not allowed to view the registered icons.")
	maySets := a.mayEdit("rest_cannot_view", "Sorry, you are not allowed to view the registered icon collections.")
	return []rest.Route{
		c.shape.route(namespace, "/icons", c.shape.get("collection", may, c.list)),
		c.shape.route(namespace, "/icons/(?P<collection>"+name+")", c.shape.get("of", may, c.list)),
		c.shape.route(namespace, "/icons/(?P<name>"+name+"/"+name+")", c.shape.get("one", may, c.get)),
		c.sets.route(namespace, "/icon-collections", c.sets.get("collection", maySets, func(ctx context.Context, req *rest.Request) (*rest.Response, error) {
			return rest.OK([]any{c.sets.data(rest.NewScope(ctx, req), iconSet())}), nil
		})),
		c.sets.route(namespace, "/icon-collections/(?P<slug>"+name+")", c.sets.get("one", maySets, c.set)),
	}
}

func iconSet() *ordered.Object {
	return ordered.Of("slug", iconCollection, "label", "WordPress", "description", "The icons that are there without plugins.")
}

func noCollection(name string) error {
	return rest.NewError(http.StatusNotFound, "rest_icon_collection_not_found", `Icon collection not found: "`+name+`".`)
}

func (c *icons) set(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if name := req.String("slug"); name != iconCollection {
		return nil, noCollection(name)
	}
	return rest.OK(c.sets.data(rest.NewScope(ctx, req), iconSet())), nil
}

func iconLabel(name string) string {
	switch name {
	case "at-symbol":
		return "At Symbol (@)"
	case "rss":
		return "RSS"
	}
	return blockTitle("/" + name)
}

func (c *icons) show(ctx context.Context, req *rest.Request, name string) any {
	return c.shape.data(rest.NewScope(ctx, req), ordered.Of("name", iconCollection+"/"+name, "label", iconLabel(name), "content", "", "collection", iconCollection))
}

func (c *icons) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if set, ok := req.Param("collection").(string); ok && set != iconCollection {
		return nil, noCollection(set)
	}
	search := strings.ToLower(req.String("search"))
	items := []any{}
	for _, name := range iconNames {
		if strings.Contains(iconCollection+"/"+name, search) || strings.Contains(strings.ToLower(iconLabel(name)), search) {
			items = append(items, c.show(ctx, req, name))
		}
	}
	return rest.OK(items), nil
}

func (c *icons) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	want := req.String("name")
	for _, name := range iconNames {
		if want == iconCollection+"/"+name {
			return rest.OK(c.show(ctx, req, name)), nil
		}
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_icon_not_found", `Icon not found: "`+want+`".`)
}
