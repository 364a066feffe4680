package wpv2

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// templates is the controller of templates or template parts, with their
// revisions and autosaves: WP_REST_Templates_Controller and its kin.
type templates struct {
	*posts
	shape, history, drafts *shape
}

func (a *API) newTemplates(t *wp.PostType) *templates {
	c := &templates{posts: a.newPosts(t)}
	name := "template"
	c.shape = a.shape("templates")
	if t.Name == "wp_template_part" {
		name, c.shape = "template-part", a.shape("template-parts")
	}
	c.history, c.drafts = a.shape(name+"-revisions"), a.shape(name+"-autosaves")
	return c
}

const templateID = `([^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)[\/\w%-]+`

func (c *templates) routes() []rest.Route {
	ns, base := c.typ.Namespace(), "/"+c.typ.Base()
	parent, own := base+"/(?P<parent>"+templateID+")", base+"/(?P<id>"+templateID+")"
	ids := func(name string, endpoints ...*rest.Endpoint) []*rest.Endpoint {
		for _, e := range endpoints {
			arg(e.Args, name).Sanitize(templateName)
		}
		return endpoints
	}
	return []rest.Route{
		c.history.route(ns, parent+"/revisions", ids("parent", c.history.get("collection", c.mayHistory, c.revisions))...),
		c.history.route(ns, parent+`/revisions/(?P<id>[\d]+)`, ids("parent",
			c.history.get("one", c.mayHistory, c.revision), c.history.remove("one", c.mayDeleteRevision, c.deleteRevision))...),
		c.drafts.route(ns, own+"/autosaves", ids("id", c.drafts.get("collection", c.mayDrafts, c.autosaves), c.drafts.create("collection", c.mayWrite, c.saveDraft))...),
		c.drafts.route(ns, parent+`/autosaves/(?P<id>[\d]+)`, ids("parent", c.drafts.get("one", c.mayHistory, c.autosave))...),
		c.shape.route(ns, base, c.shape.get("collection", c.mayRead, c.list), c.shape.create("collection", c.mayWrite, c.create)),
		{Namespace: ns, Pattern: "/" + ns + base + "/lookup", Endpoints: []*rest.Endpoint{c.shape.get("lookup", c.mayRead, c.lookup)}},
		c.shape.route(ns, own, ids("id", c.shape.get("one", c.mayRead, c.get), c.shape.edit("one", c.mayWrite, c.update), c.shape.remove("one", c.mayWrite, c.delete))...),
	}
}

// templateName gives the name of a template the two slashes that an address
// may have lost: _sanitize_template_id.
func templateName(_ context.Context, v any, _ string) (any, *schema.Error) {
	text, _ := v.(string)
	text = urldecode(text)
	at := strings.LastIndexByte(text, '/')
	if at < 0 || at > 0 && text[at-1] == '/' {
		return text, nil
	}
	return text[:at] + "/" + text[at:], nil
}

func (c *templates) mayRead(ctx context.Context, _ *rest.Request) error {
	if c.editor(ctx) {
		return nil
	}
	return rest.Denied(ctx, "rest_cannot_manage_templates", "Sorry, you are not allowed to access the templates on this site.")
}

func (c *templates) mayWrite(ctx context.Context, _ *rest.Request) error {
	if c.site.Can(ctx, "edit_theme_options") {
		return nil
	}
	return rest.Denied(ctx, "rest_cannot_manage_templates", "Sorry, you are not allowed to access the templates on this site.")
}

func (c *templates) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	items := []any{}
	if head(req) {
		return rest.OK(items), nil
	}
	q := site.TemplateQuery{PostType: req.String("post_type")}
	q.PostID, q.HasID = req.Param("wp_id").(int64)
	q.Area, q.HasArea = req.Param("area").(string)
	found, err := c.site.Templates(ctx, c.typ.Name, q)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req)
	for _, t := range found {
		items = append(items, c.rest.Item(ctx, req, c.show(scope, t)))
	}
	return rest.OK(items), nil
}

func (c *templates) load(ctx context.Context, req *rest.Request) (*site.Template, error) {
	t, err := c.site.Template(ctx, req.String("id"), c.typ.Name)
	if err == nil && t == nil {
		err = rest.NewError(http.StatusNotFound, "rest_template_not_found", "No templates exist with that id.")
	}
	return t, err
}

func (c *templates) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), t), nil
}

// show is prepare_item_for_response.
func (c *templates) show(s *rest.Scope, t *site.Template) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	resp := rest.OK(c.shape.data(s, c.data(s, t)))
	if !s.WantsLinks() {
		return resp
	}
	set := c.settings(s.Ctx)
	self := set.REST(c.base + "/" + t.ID())
	l := &rest.Links{}
	l.Add("self", rest.Link{Href: self})
	l.Add("collection", rest.Link{Href: set.REST(c.base)})
	l.Add("about", rest.Link{Href: set.REST(namespace + "/types/" + c.typ.Name)})
	if now, err := c.site.Template(s.Ctx, t.ID(), c.typ.Name); err == nil && now != nil && now.PostID != 0 {
		if p, err := c.site.Post(s.Ctx, now.PostID); err == nil {
			c.revisionLinks(s.Ctx, l, self, p)
		}
	}
	if c.site.Can(s.Ctx, c.typ.Caps.Get("publish_posts")) {
		l.Add(wpRel+"action-publish", rest.Link{Href: self})
	}
	if c.site.Can(s.Ctx, "unfiltered_html") {
		l.Add(wpRel+"action-unfiltered-html", rest.Link{Href: self})
	}
	resp.Links = l
	return resp
}

func (c *templates) data(s *rest.Scope, t *site.Template) *ordered.Object {
	content := t.Content
	if out := block.Serialize(block.Parse(content)); out != "" {
		content = out
	}
	title := t.Title
	if t.PostID != 0 {
		title = c.title(s, &wp.Post{Title: t.Title})
	}
	data := ordered.Of("id", t.ID(), "theme", t.Theme, "content", ordered.Of("raw", content, "block_version", int64(block.Version(content))),
		"slug", t.Slug, "source", t.Source, "origin", orNull(t.Origin), "type", t.Type, "description", t.Description,
		"title", ordered.Of("raw", t.Title, "rendered", title), "status", t.Status, "wp_id", t.PostID, "has_theme_file", t.HasFile)
	if t.Type == "wp_template" {
		data.Set("is_custom", t.Custom)
	}
	data.Set("author", t.Author)
	if t.Type == "wp_template_part" {
		data.Set("area", orNull(t.Area))
	}
	source, author := c.madeBy(s.Ctx, t)
	data.Set("modified", isoDate(t.Modified))
	data.Set("date", isoDate(t.Date))
	data.Set("author_text", author)
	data.Set("original_source", source)
	return data
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// madeBy tells where a template comes from, and who made it in words.
func (c *templates) madeBy(ctx context.Context, t *site.Template) (source, author string) {
	switch {
	case t.HasFile && (t.Origin == "theme" || t.Origin == ""):
		return "theme", themeName(t.Theme)
	case t.Origin == "plugin":
		return "plugin", t.Theme
	case !t.HasFile && t.Source == "custom" && t.Author == 0:
		return "site", c.settings(ctx).Get("blogname")
	}
	u, err := c.site.User(ctx, t.Author)
	if err != nil {
		return "user", "Unknown author"
	}
	return "user", u.DisplayName
}

// write collects what a request wants of a template:
// prepare_item_for_database.
func (c *templates) write(ctx context.Context, req *rest.Request, t *site.Template) (site.PostChanges, error) {
	publish := "publish"
	w := site.PostChanges{Status: &publish}
	if t == nil || t.Source != "custom" {
		w.Type = &c.typ.Name
	}
	if t != nil {
		w.Slug = &t.Slug
	}
	fromFile := t != nil && t.Source != "custom"
	if v := req.Param("content"); v != nil {
		if err := setText(&w.Content, v, true); err != nil {
			return w, err
		}
	} else if fromFile {
		w.Content = &t.Content
	}
	if v := req.Param("title"); v != nil {
		if err := setText(&w.Title, v, false); err != nil {
			return w, err
		}
	} else if fromFile {
		w.Title = &t.Title
	}
	if text, ok := req.Param("description").(string); ok {
		w.Excerpt = &text
	} else if fromFile {
		w.Excerpt = &t.Description
	}
	if author := req.Int("author"); author != 0 {
		if author != site.CurrentID(ctx) {
			if _, err := c.site.User(ctx, author); missing(err) {
				return w, rest.NewError(http.StatusBadRequest, "rest_invalid_author", "Invalid author ID.")
			}
		}
		w.Author = &author
	}
	if fromFile {
		w.Meta = append(w.Meta, wp.Meta{Key: "origin", Value: t.Source})
	}
	return w, nil
}

// tie gives a row its theme and a part its area.
func (c *templates) tie(ctx context.Context, req *rest.Request, p *wp.Post, t *site.Template) error {
	if t == nil || t.Source != "custom" {
		theme := c.site.Theme(ctx)
		if text := req.String("theme"); t == nil && text != "" {
			theme = text
		}
		if t != nil {
			theme = t.Theme
		}
		if err := c.site.SetTemplateTerms(ctx, p.ID, "wp_theme", theme); err != nil {
			return err
		}
	}
	if c.typ.Name != "wp_template_part" {
		return nil
	}
	area, given := req.Param("area").(string)
	switch {
	case given:
	case t != nil && t.Source != "custom" && t.Area != "":
		area = t.Area
	case t != nil && t.Area != "":
		return nil
	}
	return c.site.SetTemplateTerms(ctx, p.ID, "wp_template_part_area", templateArea(area))
}

// templateArea is an area that there is.
func templateArea(area string) string {
	if slices.Contains([]string{"header", "footer", "sidebar", "navigation-overlay"}, area) {
		return area
	}
	return "uncategorized"
}

func (c *templates) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	w, err := c.write(ctx, req, nil)
	if err != nil {
		return nil, err
	}
	slug := req.String("slug")
	w.Slug = &slug
	p, err := c.site.InsertPost(ctx, w)
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	if err := c.tie(ctx, req, p, nil); err != nil {
		return nil, err
	}
	t, err := c.site.TemplateOf(ctx, p)
	if err != nil {
		return nil, err
	}
	if t == nil || t.Theme != c.site.Theme(ctx) {
		return nil, rest.NewError(http.StatusBadRequest, "rest_template_insert_error", "No templates exist with that id.")
	}
	resp := c.show(rest.NewScope(ctx, req), t)
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, c.base+"/"+t.ID())), nil
}

func (c *templates) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	if req.String("source") == "theme" {
		if _, err := c.site.DeletePost(ctx, t.PostID); err != nil && !missing(err) {
			return nil, err
		}
		if t, err = c.load(ctx, req); err != nil {
			return nil, err
		}
		return c.show(scope, t), nil
	}
	w, err := c.write(ctx, req, t)
	if err != nil {
		return nil, err
	}
	var p *wp.Post
	if t.Source == "custom" {
		p, err = c.site.UpdatePost(ctx, t.PostID, w)
	} else {
		p, err = c.site.InsertPost(ctx, w)
	}
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	if err := c.tie(ctx, req, p, t); err != nil {
		return nil, err
	}
	if t.Source == "custom" {
		if err := c.site.SaveRevision(ctx, p); err != nil {
			return nil, err
		}
	}
	if t, err = c.load(ctx, req); err != nil {
		return nil, err
	}
	return c.show(scope, t), nil
}

func (c *templates) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	t, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if t.Source != "custom" {
		return nil, rest.NewError(http.StatusBadRequest, "rest_invalid_template", "Templates based on theme files can't be removed.")
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	if req.Bool("force") {
		previous := c.show(scope, t)
		if _, err := c.site.DeletePost(ctx, t.PostID); err != nil {
			return nil, err
		}
		return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
	}
	if t.Status == "trash" {
		return nil, rest.NewError(http.StatusGone, "rest_template_already_trashed", "The template has already been deleted.")
	}
	if _, err := c.site.TrashPost(ctx, t.PostID); err != nil {
		return nil, refuse(err, http.StatusInternalServerError)
	}
	t.Status = "trash"
	return c.show(scope, t), nil
}
