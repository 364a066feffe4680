package wpv2

import (
	"context"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// widgets keeps the widgets of a site, which the default theme shows nowhere:
// sidebars, kinds and instances. It mirrors WP_REST_Sidebars_Controller,
// WP_REST_Widget_Types_Controller and WP_REST_Widgets_Controller; the forms and
// previews of legacy widgets are PHP's and not made.
type widgets struct {
	*API
	sidebars, types, shape *shape
	may                    permission
}

func (a *API) newWidgets() *widgets {
	return &widgets{a, a.shape("sidebars"), a.shape("widget-types"), a.shape("widgets"),
		a.mayIf("edit_theme_options", "rest_cannot_manage_widgets", "Sorry, you are not allowed to manage widgets on this site.")}
}

func (c *widgets) routes() []rest.Route {
	mayType := func(ctx context.Context, req *rest.Request) error {
		if err := c.may(ctx, req); err != nil {
			return err
		}
		return c.typeErr(req)
	}
	list, create := c.shape.get("collection", c.may, c.list), c.shape.create("collection", c.may, c.create)
	get, edit, remove := c.shape.get("one", c.may, c.get), c.shape.edit("one", c.may, c.update), c.shape.remove("one", c.may, c.delete)
	for _, e := range []*rest.Endpoint{list, create, get, edit, remove} {
		e.AllowBatch = true
	}
	for _, e := range []*rest.Endpoint{create, edit} {
		arg(e.Args, "form_data").Validate(nil).Sanitize(formData)
	}
	encode, render := c.types.create("encode", mayType, c.encode), c.types.create("render", mayType, c.preview)
	if i := argIndex(encode.Args, "form_data"); i >= 0 {
		encode.Args[i].Schema.Validate(nil).Sanitize(formData)
	}
	return []rest.Route{
		c.sidebars.route(namespace, "/sidebars", c.sidebars.get("collection", c.may, c.listSidebars)),
		c.sidebars.route(namespace, `/sidebars/(?P<id>[\w-]+)`, c.sidebars.get("one", c.may, c.getSidebar), c.sidebars.edit("one", c.may, c.updateSidebar)),
		c.types.route(namespace, "/widget-types", c.types.get("collection", c.may, c.listTypes)),
		c.types.route(namespace, "/widget-types/(?P<id>[a-zA-Z0-9_-]+)", c.types.get("one", mayType, c.getType)),
		{Namespace: namespace, Pattern: "/" + namespace + "/widget-types/(?P<id>[a-zA-Z0-9_-]+)/encode", Endpoints: []*rest.Endpoint{encode}},
		{Namespace: namespace, Pattern: "/" + namespace + "/widget-types/(?P<id>[a-zA-Z0-9_-]+)/render", Endpoints: []*rest.Endpoint{render}},
		c.shape.route(namespace, "/widgets", list, create),
		c.shape.route(namespace, `/widgets/(?P<id>[\w\-]+)`, get, edit, remove),
	}
}

// formData reads a form in a string: parse_str.
func formData(_ context.Context, v any, _ string) (any, *schema.Error) {
	text, _ := v.(string)
	return rest.ParseQuery(text), nil
}

// widgetType is a kind of widget of WordPress's own.
type widgetType struct{ id, name, class, about string }

var widgetTypes = []widgetType{
	{"archives", "Archives", "widget_archive", "Posts by month."}, {"block", "Block", "widget_block", "A block."}, {"calendar", "Calendar", "widget_calendar", "Posts by day."},
	{"categories", "Categories", "widget_categories", "The categories."}, {"custom_html", "Custom HTML", "widget_custom_html", "HTML."},
	{"media_audio", "Audio", "widget_media_audio", "A sound."}, {"media_gallery", "Gallery", "widget_media_gallery", "Several pictures."},
	{"media_image", "Image", "widget_media_image", "A picture."}, {"media_video", "Video", "widget_media_video", "A film."}, {"meta", "Meta", "widget_meta", "Login, feeds and WordPress.org."},
	{"nav_menu", "Navigation Menu", "widget_nav_menu", "A menu."}, {"pages", "Pages", "widget_pages", "The pages."}, {"recent-comments", "Recent Comments", "widget_recent_comments", "The newest comments."},
	{"recent-posts", "Recent Posts", "widget_recent_entries", "The newest posts."}, {"rss", "RSS", "widget_rss", "Entries of a feed."}, {"search", "Search", "widget_search", "A search form."},
	{"tag_cloud", "Tag Cloud", "widget_tag_cloud", "The tags used most."}, {"text", "Text", "widget_text", "Text."},
}

func widgetTypeOf(id string) *widgetType {
	if i := slices.IndexFunc(widgetTypes, func(t widgetType) bool { return t.id == id }); i >= 0 {
		return &widgetTypes[i]
	}
	return nil
}

func (c *widgets) typeErr(req *rest.Request) error {
	if widgetTypeOf(req.String("id")) == nil {
		return rest.NewError(http.StatusNotFound, "rest_widget_type_invalid", "Invalid widget type.")
	}
	return nil
}

func (c *widgets) listTypes(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	items := []any{}
	scope := rest.NewScope(ctx, req)
	for i := range widgetTypes {
		if !head(req) {
			items = append(items, c.rest.Item(ctx, req, c.showType(scope, &widgetTypes[i])))
		}
	}
	return rest.OK(items), nil
}

func (c *widgets) getType(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	return c.showType(rest.NewScope(ctx, req), widgetTypeOf(req.String("id"))), nil
}

func (c *widgets) showType(s *rest.Scope, t *widgetType) *rest.Response {
	resp := rest.OK(c.types.data(s, ordered.Of("id", t.id, "name", t.name, "description", t.about, "is_multi", true, "classname", t.class)))
	if s.WantsLinks() {
		resp.Links = c.routeLinks(s.Ctx, "collection", namespace+"/widget-types", "self", namespace+"/widget-types/"+t.id)
	}
	return resp
}

const inactiveWidgets = "wp_inactive_widgets"

// inactive lists the widgets of a theme without sidebars, all of which are
// inactive: those that stand nowhere first, then those in their places:
// retrieve_widgets.
func (c *widgets) inactive(ctx context.Context) ([]string, error) {
	raw, err := c.site.Option(ctx, "sidebars_widgets")
	if err != nil && !missing(err) {
		return nil, err
	}
	known := c.registered(ctx)
	var own, others []string
	if a, ok := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array); ok {
		for k, v := range a.All() {
			list, ok := v.(*phpserialize.Array)
			if !ok {
				continue
			}
			for _, x := range list.All() {
				id, ok := x.(string)
				if !ok || !slices.Contains(known, id) || slices.Contains(own, id) || slices.Contains(others, id) {
					continue
				}
				if k.String() == inactiveWidgets {
					own = append(own, id)
				} else {
					others = append(others, id)
				}
			}
		}
	}
	placed := append(own, others...)
	all := []string{}
	for _, id := range known {
		if _, number := parseWidgetID(id); number >= firstWidget && !slices.Contains(placed, id) {
			all = append(all, id)
		}
	}
	return append(all, placed...), nil
}

// firstWidget is the number of the first widget of a kind; lower ones are kept
// only where they have a place.
const firstWidget = 2

// widgetOrder are the kinds of widgets in the order in which WordPress finds
// those that stand nowhere.
var widgetOrder = []string{"pages", "calendar", "archives", "media_audio", "media_image", "media_gallery", "media_video", "meta", "search", "text",
	"categories", "recent-posts", "recent-comments", "rss", "tag_cloud", "nav_menu", "custom_html", "block"}

// registered are the widgets that have settings.
func (c *widgets) registered(ctx context.Context) []string {
	var out []string
	for _, base := range widgetOrder {
		for k, v := range c.instances(ctx, base).All() {
			if _, ok := v.(*phpserialize.Array); ok && k.IsInt() {
				out = append(out, base+"-"+k.String())
			}
		}
	}
	return out
}

func (c *widgets) place(ctx context.Context, list []string) error {
	ids := &phpserialize.Array{}
	for _, id := range list {
		ids.Append(id)
	}
	all := &phpserialize.Array{}
	all.Set(phpserialize.StrKey(inactiveWidgets), ids)
	all.Set(phpserialize.StrKey("array_version"), int64(3))
	text, err := phpserialize.Marshal(all)
	if err != nil {
		return err
	}
	return c.site.SetOption(ctx, "sidebars_widgets", text)
}

func (c *widgets) listSidebars(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if head(req) {
		return rest.OK([]any{}), nil
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	resp := c.showSidebar(rest.NewScope(ctx, req), list)
	return rest.OK([]any{c.rest.Item(ctx, req, resp)}), nil
}

func (c *widgets) getSidebar(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if req.String("id") != inactiveWidgets {
		return nil, rest.NewError(http.StatusNotFound, "rest_sidebar_not_found", "No sidebar exists with that id.")
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	return c.showSidebar(rest.NewScope(ctx, req), list), nil
}

func (c *widgets) updateSidebar(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if req.String("id") != inactiveWidgets {
		return nil, rest.NewError(http.StatusNotFound, "rest_sidebar_not_found", "No sidebar exists with that id.")
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	if req.Param("widgets") != nil {
		chosen := []string{}
		for _, id := range req.Strings("widgets") {
			if slices.Contains(list, id) && !slices.Contains(chosen, id) {
				chosen = append(chosen, id)
			}
		}
		if err := c.place(ctx, chosen); err != nil {
			return nil, err
		}
		list = chosen
	}
	return c.showSidebar(rest.NewScope(ctx, req).In(schema.Edit), list), nil
}

func (c *widgets) showSidebar(s *rest.Scope, list []string) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.sidebars.data(s, ordered.Of("id", inactiveWidgets, "name", "Inactive widgets", "description", "", "class", "", "before_widget", "", "after_widget", "",
		"before_title", "", "after_title", "", "status", "inactive", "widgets", list)))
	if s.WantsLinks() {
		resp.Links = c.routeLinks(s.Ctx, "collection", namespace+"/sidebars", "self", namespace+"/sidebars/"+inactiveWidgets)
		resp.Links.Add(wpRel+"widget", rest.Link{Href: withQuery(c.url(s.Ctx, namespace+"/widgets"), "sidebar", inactiveWidgets), Embeddable: true})
	}
	return resp
}

var widgetID = regexp.MustCompile(`^(.+)-(\d+)$`)

// parseWidgetID splits "text-2": wp_parse_widget_id.
func parseWidgetID(id string) (base string, number int64) {
	m := widgetID.FindStringSubmatch(id)
	if m == nil {
		return id, 0
	}
	n, _ := strconv.ParseInt(m[2], 10, 64)
	return m[1], n
}

// instances reads the settings of all widgets of a kind.
func (c *widgets) instances(ctx context.Context, base string) *phpserialize.Array {
	raw, err := c.site.Option(ctx, "widget_"+base)
	if err != nil {
		return &phpserialize.Array{}
	}
	if a, ok := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array); ok {
		return a
	}
	return &phpserialize.Array{}
}

// instance is the settings of one widget, nil when there is none.
func (c *widgets) instance(ctx context.Context, id string) *phpserialize.Array {
	base, number := parseWidgetID(id)
	if widgetTypeOf(base) == nil {
		return nil
	}
	v, _ := c.instances(ctx, base).Get(phpserialize.IntKey(number))
	a, _ := v.(*phpserialize.Array)
	return a
}

func (c *widgets) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	items := []any{}
	if of, ok := req.Param("sidebar").(string); head(req) || ok && of != inactiveWidgets {
		return rest.OK(items), nil
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req)
	for _, id := range list {
		resp, err := c.show(scope, id, inactiveWidgets)
		if err != nil {
			return nil, err
		}
		items = append(items, c.rest.Item(ctx, req, resp))
	}
	return rest.OK(items), nil
}

func (c *widgets) load(ctx context.Context, req *rest.Request) (string, error) {
	list, err := c.inactive(ctx)
	if err != nil {
		return "", err
	}
	if id := req.String("id"); slices.Contains(list, id) {
		return id, nil
	}
	return "", rest.NewError(http.StatusNotFound, "rest_widget_not_found", "No widget was found with that id.")
}

func (c *widgets) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), id, inactiveWidgets)
}

func (c *widgets) show(s *rest.Scope, id, sidebar string) (*rest.Response, error) {
	if head(s.Req) {
		return rest.OK([]any{}), nil
	}
	base, _ := parseWidgetID(id)
	instance, err := c.encoded(c.instance(s.Ctx, id))
	if err != nil {
		return nil, err
	}
	resp := rest.OK(c.shape.data(s, ordered.Of("id", id, "id_base", base, "sidebar", sidebar, "rendered", "", "rendered_form", nil, "instance", instance)))
	if s.WantsLinks() {
		resp.Links = c.routeLinks(s.Ctx, "self", namespace+"/widgets/"+id, "collection", namespace+"/widgets")
		resp.Links.Add("about", rest.Link{Href: c.url(s.Ctx, namespace+"/widget-types/"+base), Embeddable: true})
		resp.Links.Add(wpRel+"sidebar", rest.Link{Href: c.url(s.Ctx, namespace+"/sidebars/"+sidebar) + "/"})
	}
	return resp, nil
}

// encoded is an instance (nil: one that is not kept) with the hash that lets it come back unchanged.
func (c *widgets) encoded(a *phpserialize.Array) (*ordered.Object, error) {
	raw, text := any(&ordered.Object{}), "N;" // what there is not
	if a != nil {
		var err error
		if text, err = phpserialize.Marshal(a); err != nil {
			return nil, err
		}
		if a.Len() > 0 {
			raw = phpObject(a)
		}
	}
	return ordered.Of("encoded", base64.StdEncoding.EncodeToString([]byte(text)), "hash", c.hash(text), "raw", raw), nil
}
