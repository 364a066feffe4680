package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// fontCollections is the list of collections to install fonts from. There is
// one, and what is in it lies on a server of WordPress's: without it the
// collection cannot be shown.
type fontCollections struct {
	*API
	shape *shape
}

const googleFonts = "google-fonts"

func (a *API) fontCollectionRoutes() []rest.Route {
	c := &fontCollections{a, a.shape("font-collections")}
	may := a.mayIf("edit_theme_options", "rest_cannot_read", "Sorry, you are not allowed to access font collections.")
	return []rest.Route{
		c.shape.route(namespace, "/font-collections", c.shape.get("collection", may, c.list)),
		c.shape.route(namespace, `/font-collections/(?P<slug>[\/\w-]+)`, c.shape.get("one", may, c.get)),
	}
}

func (c *fontCollections) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if req.Int("page") > 1 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.")
	}
	items := []any{}
	if f := rest.FieldsParam(req); len(f) == 1 && f[0] == "slug" && !head(req) {
		items = append(items, ordered.Of("slug", googleFonts))
	}
	return c.page(ctx, req, items, 1, namespace+"/font-collections"), nil
}

func (c *fontCollections) get(_ context.Context, req *rest.Request) (*rest.Response, error) {
	if req.String("slug") != googleFonts {
		return nil, rest.NewError(http.StatusNotFound, "rest_font_collection_not_found", "Font collection not found.")
	}
	return nil, rest.NewError(http.StatusInternalServerError, "font_collection_json_missing", "Font collection JSON file is invalid or does not exist.")
}
