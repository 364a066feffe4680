package wpv2

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// globalStyles is the controller of the styles that users give a theme:
// WP_REST_Global_Styles_Controller. The theme's own styles are in its
// theme.json, which is not ours to ship: they are shown as empty.
type globalStyles struct {
	*posts
	shape, themes, history *shape
}

func (a *API) newGlobalStyles(t *wp.PostType) *globalStyles {
	return &globalStyles{posts: a.newPosts(t), shape: a.shape("global-styles"), themes: a.shape("global-styles-themes"), history: a.shape("global-styles-revisions")}
}

func (c *globalStyles) routes() []rest.Route {
	ns, base := c.typ.Namespace(), "/"+c.typ.Base()
	mayTheme := func(ctx context.Context, _ *rest.Request) error {
		if c.editor(ctx) || c.site.Can(ctx, "edit_theme_options") {
			return nil
		}
		return rest.Denied(ctx, "rest_cannot_read_global_styles", "Sorry, you are not allowed to access the global styles on this site.")
	}
	revs := base + `/(?P<parent>[\d]+)/revisions`
	variations, theme, one := c.themes.get("variations", mayTheme, c.variations), c.themes.get("one", mayTheme, c.theme), c.shape.get("one", c.mayRead, c.get)
	update := c.shape.edit("one", c.mayUpdate, c.update)
	for _, e := range []*rest.Endpoint{variations, theme, one, update} {
		e.NoBatch = true
	}
	return []rest.Route{
		c.history.route(ns, revs, c.history.get("collection", c.mayHistory, c.revisions)),
		c.history.route(ns, revs+`/(?P<id>[\d]+)`, c.history.get("one", c.mayHistory, c.revision)),
		c.themes.route(ns, base+`/themes/(?P<stylesheet>[\/\s%\w\.\(\)\[\]\@_\-]+)/variations`, variations),
		c.themes.route(ns, base+`/themes/(?P<stylesheet>[^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)`, theme),
		c.shape.route(ns, base+`/(?P<id>[\/\d+]+)`, one, update),
	}
}

func (c *globalStyles) load(ctx context.Context, id int64) (*wp.Post, error) {
	p, err := c.site.Post(ctx, id)
	if err == nil && p.Type == c.typ.Name {
		return p, nil
	}
	if err != nil && !missing(err) {
		return nil, err
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_global_styles_not_found", "No global styles config exists with that ID.")
}

func (c *globalStyles) mayRead(ctx context.Context, req *rest.Request) error {
	p, err := c.load(ctx, intParam(req, "id"))
	switch {
	case err != nil:
		return err
	case req.String("context") == schema.Edit && !c.editable(ctx, p):
		return rest.Denied(ctx, "rest_forbidden_context", "Sorry, you are not allowed to edit this global style.")
	case !c.site.CanPost(ctx, "read_post", p):
		return rest.Denied(ctx, "rest_cannot_view", "Sorry, you are not allowed to view this global style.")
	}
	return nil
}

// intParam is a parameter as PHP's (int) reads it.
func intParam(req *rest.Request, name string) int64 {
	switch v := req.Param(name).(type) {
	case int64:
		return v
	case string:
		return site.Atoi(v)
	}
	return 0
}

func (c *globalStyles) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, intParam(req, "id"))
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), p), nil
}

// userStyles reads the styles out of a row; nil when it holds none.
func userStyles(p *wp.Post) *ordered.Object {
	v, err := ordered.Decode([]byte(p.Content))
	if err != nil {
		return nil
	}
	o, _ := v.(*ordered.Object)
	if o == nil || o.Value("isGlobalStylesUserThemeJSON") != true {
		return nil
	}
	return o
}

// stylePart is settings or styles; without any it is the empty object.
func stylePart(o *ordered.Object, name string) any {
	if o != nil {
		if part, ok := o.Value(name).(*ordered.Object); ok && part.Len() > 0 {
			return part
		}
	}
	return &ordered.Object{}
}

func (c *globalStyles) show(s *rest.Scope, p *wp.Post) *rest.Response {
	styles := userStyles(p)
	data := ordered.Of("id", p.ID, "title", ordered.Of("raw", p.Title, "rendered", c.title(s, p)),
		"settings", stylePart(styles, "settings"), "styles", stylePart(styles, "styles"))
	resp := rest.OK(c.shape.data(s, data))
	if !s.WantsLinks() {
		return resp
	}
	self := c.url(s.Ctx, c.base+"/"+id(p.ID))
	_, count := c.site.RevisionStats(s.Ctx, p.ID)
	l := &rest.Links{}
	l.Add("self", rest.Link{Href: self})
	l.Add("about", rest.Link{Href: c.url(s.Ctx, namespace+"/types/"+c.typ.Name)})
	l.Add("version-history", rest.Link{Href: self + "/revisions", Extra: []ordered.Member{{Name: "count", Value: int64(count)}}})
	if c.site.Can(s.Ctx, c.typ.Caps.Get("publish_posts")) {
		l.Add(wpRel+"action-publish", rest.Link{Href: self})
	}
	if c.site.Can(s.Ctx, "edit_css") {
		l.Add(wpRel+"action-edit-css", rest.Link{Href: self})
	}
	resp.Links = l
	return resp
}

func (c *globalStyles) mayUpdate(ctx context.Context, req *rest.Request) error {
	p, err := c.load(ctx, intParam(req, "id"))
	if err != nil {
		return err
	}
	if !c.editable(ctx, p) {
		return rest.Denied(ctx, "rest_cannot_edit", "Sorry, you are not allowed to edit this global style.")
	}
	return nil
}

// stylesVersion is the version of theme.json that styles are kept in.
const stylesVersion = int64(3)

func (c *globalStyles) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, intParam(req, "id"))
	if err != nil {
		return nil, err
	}
	changes := site.PostChanges{}
	if req.Param("styles") != nil || req.Param("settings") != nil {
		config := &ordered.Object{}
		was := userStyles(p)
		for _, name := range []string{"styles", "settings"} {
			v := req.Param(name)
			if v == nil && was != nil {
				v = was.Value(name)
			}
			if o, ok := v.(*ordered.Object); ok && name == "styles" {
				if err := checkCSS(o.Value("css"), o.Has("css")); err != nil {
					return nil, err
				}
			}
			if v != nil {
				config.Set(name, v)
			}
		}
		config.Set("isGlobalStylesUserThemeJSON", true)
		config.Set("version", stylesVersion)
		raw, err := config.MarshalJSON()
		if err != nil {
			return nil, err
		}
		text := strings.NewReplacer("<", `\u003C`, ">", `\u003E`, "&", `\u0026`).Replace(string(raw))
		changes.Content = &text
	}
	if err := setText(&changes.Title, req.Param("title"), false); err != nil {
		return nil, err
	}
	if p, err = c.site.UpdatePost(ctx, p.ID, changes); err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	if err := c.site.SaveRevision(ctx, p); err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req).In(schema.Edit), p), nil
}

// checkCSS refuses what would end the style element that the CSS goes into:
// validate_custom_css.
func checkCSS(v any, given bool) error {
	if !given {
		return nil
	}
	css, ok := v.(string)
	if !ok {
		return rest.NewError(http.StatusBadRequest, "rest_custom_css_invalid_type", "CSS must be a string.")
	}
	const end = "</style"
	for at := 0; at < len(css); at++ {
		rest7 := css[at:]
		if rest7[0] != '<' {
			continue
		}
		n := min(len(end), len(rest7))
		if !strings.EqualFold(rest7[:n], end[:n]) {
			continue
		}
		if len(rest7) <= len(end) {
			return rest.NewError(http.StatusBadRequest, "rest_custom_css_illegal_markup", `The CSS must not end in "`+format.EscHTML(rest7)+`".`)
		}
		if strings.IndexByte(" \t\f\r\n/>", rest7[len(end)]) >= 0 {
			return rest.NewError(http.StatusBadRequest, "rest_custom_css_illegal_markup", `The CSS must not contain "`+format.EscHTML(rest7[:len(end)+1])+`".`)
		}
	}
	return nil
}

// own reports whether a request names the active theme.
func (c *globalStyles) own(ctx context.Context, req *rest.Request) error {
	if urldecode(req.String("stylesheet")) == c.site.Theme(ctx) {
		return nil
	}
	return rest.NewError(http.StatusNotFound, "rest_theme_not_found", "Theme not found.")
}

func (c *globalStyles) theme(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if err := c.own(ctx, req); err != nil {
		return nil, err
	}
	resp := rest.OK(ordered.Of("settings", &ordered.Object{}, "styles", &ordered.Object{}))
	if rest.NewScope(ctx, req).WantsLinks() {
		resp.Links = c.routeLinks(ctx, "self", c.base+"/themes/"+c.site.Theme(ctx))
	}
	return resp, nil
}

func (c *globalStyles) variations(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if err := c.own(ctx, req); err != nil {
		return nil, err
	}
	return rest.OK([]any{}), nil
}

func (c *globalStyles) parentStyles(ctx context.Context, req *rest.Request) (*wp.Post, error) {
	p, err := c.site.Post(ctx, req.Int("parent"))
	if err == nil && p.Type == c.typ.Name {
		return p, nil
	}
	if err != nil && !missing(err) {
		return nil, err
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_parent", "Invalid post parent ID.")
}

func (c *globalStyles) mayHistory(ctx context.Context, req *rest.Request) error {
	p, err := c.parentStyles(ctx, req)
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "edit_post", p) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to view revisions of this post.")
	}
	return nil
}

func noUserStyles() error {
	return rest.NewError(http.StatusNotFound, "rest_global_styles_not_found", "Cannot find user global styles revisions.")
}

func (c *globalStyles) revisions(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.parentStyles(ctx, req)
	if err != nil {
		return nil, err
	}
	if userStyles(p) == nil {
		return nil, noUserStyles()
	}
	revs := &revisions{API: c.API, parent: c.posts}
	found, total, err := revs.findBy(ctx, req, p.ID, store.PostQuery{OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}, {By: store.ByID, Order: store.Desc}}})
	if err != nil {
		return nil, err
	}
	pages, err := revisionPages(req, total)
	if err != nil {
		return nil, err
	}
	items := []any{}
	if !head(req) {
		scope := rest.NewScope(ctx, req)
		for _, rev := range found {
			if data := c.showRevision(scope, rev, p.ID); data != nil {
				items = append(items, data)
			}
		}
	}
	return revs.revisionPage(ctx, req, items, total, pages), nil
}

func (c *globalStyles) revision(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.parentStyles(ctx, req)
	if err != nil {
		return nil, err
	}
	revs := &revisions{API: c.API, parent: c.posts}
	rev, err := revs.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if rev.Parent != p.ID {
		return nil, mismatch(p.ID)
	}
	data := c.showRevision(rest.NewScope(ctx, req), rev, p.ID)
	if data == nil {
		return nil, noUserStyles()
	}
	return rest.OK(data), nil
}

func (c *globalStyles) showRevision(s *rest.Scope, rev *wp.Post, parent int64) any {
	styles := userStyles(rev)
	if styles == nil {
		return nil
	}
	data := &ordered.Object{}
	if styles.Has("styles") || styles.Has("settings") {
		data.Set("settings", stylePart(styles, "settings"))
		data.Set("styles", stylePart(styles, "styles"))
	}
	data.Set("author", rev.Author)
	data.Set("date", datedBy(rev.Date, rev.DateGMT))
	data.Set("date_gmt", isoDate(rev.DateGMT))
	data.Set("id", rev.ID)
	data.Set("modified", datedBy(rev.Modified, rev.ModifiedGMT))
	data.Set("modified_gmt", isoDate(rev.ModifiedGMT))
	data.Set("parent", parent)
	return c.history.data(s, data)
}

// urldecode is PHP's function of that name.
func urldecode(s string) string {
	out, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return out
}
