package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// viewConfigRoutes tell the editor how to list things:
// WP_REST_View_Config_Controller. Patterns and templates are listed as other
// types are.
func (a *API) viewConfigRoutes() []rest.Route {
	s := a.shape("view-config")
	may := func(ctx context.Context, req *rest.Request) error {
		capability, ok := a.viewCapability(req.String("kind"), req.String("name"))
		if !ok {
			return rest.NewError(http.StatusNotFound, "rest_view_config_invalid_entity", "Invalid entity kind or name.")
		}
		if !a.site.Can(ctx, capability) {
			return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to read view config.")
		}
		return nil
	}
	return []rest.Route{s.route(namespace, "/view-config", s.get("one", may, a.viewConfig))}
}

func (a *API) viewCapability(kind, name string) (string, bool) {
	switch kind {
	case "postType":
		if t := a.site.Registry().PostType(name); t != nil && t.ShowInREST {
			return t.Caps.Get("edit_posts"), true
		}
		return "", false
	case "taxonomy":
		if t := a.site.Registry().Taxonomy(name); t != nil && t.ShowInREST {
			return t.Caps.Get("manage_terms"), true
		}
		return "", false
	case "root":
		return "manage_options", true
	}
	return "edit_posts", true
}

func (a *API) viewConfig(_ context.Context, req *rest.Request) (*rest.Response, error) {
	kind, name := req.String("kind"), req.String("name")
	sort := ordered.Of("field", "title", "direction", "asc")
	view := ordered.Of("type", "table", "filters", []any{}, "sort", sort, "perPage", int64(20), "fields", []string{"author", "status"}, "titleField", "title")
	layouts := ordered.Of("table", &ordered.Object{}, "grid", &ordered.Object{}, "list", &ordered.Object{})
	all := "All items"
	var form any = &ordered.Object{}
	if kind == "postType" {
		form = postForm()
		if label := a.site.Registry().PostType(name).Labels.Get("all_items"); label != "" {
			all = label
		}
	}
	list := []any{ordered.Of("title", all, "slug", "all")}
	if kind == "postType" && name == "page" {
		authors := ordered.Of("styles", ordered.Of("author", ordered.Of("align", "start")))
		view = ordered.Of("type", "list", "filters", []any{}, "perPage", int64(20), "sort", sort, "showLevels", true, "titleField", "title", "mediaField", "featured_media", "fields", []string{"author", "status"})
		layouts.Set("table", ordered.Of("layout", authors))
		list = append(list, pageViews(authors)...)
	}
	return rest.OK(ordered.Of("kind", kind, "name", name, "version", int64(1), "default_view", view, "default_layouts", layouts, "view_list", list, "form", form)), nil
}

// pageViews are the lists of pages by status.
func pageViews(trash *ordered.Object) []any {
	var out []any
	for _, v := range [][3]string{{"Published", "published", "publish"}, {"Scheduled", "future", "future"}, {"Drafts", "drafts", "draft"},
		{"Pending", "pending", "pending"}, {"Private", "private", "private"}, {"Trash", "trash", "trash"}} {
		view := &ordered.Object{}
		if v[1] == "trash" {
			view = ordered.Of("type", "table", "layout", trash)
		}
		view.Set("filters", []any{ordered.Of("field", "status", "operator", "isAny", "value", v[2], "isLocked", true)})
		out = append(out, ordered.Of("title", v[0], "slug", v[1], "view", view))
	}
	return out
}

// postForm is how the properties of a post are put on a form.
func postForm() *ordered.Object {
	field := func(id, kind, label string) any {
		return ordered.Of("id", id, "layout", ordered.Of("type", kind, "labelPosition", label))
	}
	group := func(id, label string, children ...any) any {
		return ordered.Of("id", id, "label", label, "children", children)
	}
	return ordered.Of("layout", ordered.Of("type", "panel"), "fields", []any{
		field("featured_media", "regular", "none"), field("post-content-info", "regular", "none"), field("excerpt", "panel", "top"),
		group("status", "Status", field("status", "regular", "none"), "scheduled_date", "password", "sticky"),
		"date", "slug", "author", "template",
		group("discussion", "Discussion", field("comment_status", "regular", "none"), "ping_status"),
		"parent", "format", "revisions",
	})
}
