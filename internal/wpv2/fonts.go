package wpv2

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// fonts is the controller of font families or font faces:
// WP_REST_Font_Families_Controller, WP_REST_Font_Faces_Controller. A
// face names the address of its file, or brings the file along.
type fonts struct {
	*posts
	shape *shape
	prop  string // "font_family_settings", "font_face_settings"
	what  string // "font family", "font families": in messages
	many  string
	face  bool
}

func (a *API) newFonts(t *wp.PostType) *fonts {
	c := &fonts{posts: a.newPosts(t), shape: a.shape("font-families"), prop: "font_family_settings", what: "font family", many: "font families"}
	if t.Name == "wp_font_face" {
		c.shape, c.prop, c.what, c.many, c.face = a.shape("font-faces"), "font_face_settings", "font face", "font faces", true
	}
	return c
}

func (c *fonts) routes() []rest.Route {
	ns, base := c.typ.Namespace(), "/font-families"
	if c.face {
		base += `/(?P<font_family_id>[\d]+)/font-faces`
	}
	create := c.hooked(c.shape.create("collection", c.mayCreate, c.create))
	one := []*rest.Endpoint{c.shape.get("one", c.mayRead, c.get)}
	if !c.face {
		one = append(one, c.hooked(c.shape.edit("one", c.mayUpdate, c.update)))
	}
	one = append(one, c.shape.remove("one", c.mayDelete, c.delete))
	return []rest.Route{
		c.shape.route(ns, base, c.shape.get("collection", c.mayList, c.list), create),
		c.shape.route(ns, base+`/(?P<id>[\d]+)`, one...),
	}
}

func (c *fonts) mayList(ctx context.Context, req *rest.Request) error {
	if !c.site.Can(ctx, c.typ.Caps.Get("read")) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to access "+c.many+".")
	}
	return nil
}

func (c *fonts) mayRead(ctx context.Context, req *rest.Request) error {
	p, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.site.CanPost(ctx, "read_post", p) {
		return rest.Denied(ctx, "rest_cannot_read", "Sorry, you are not allowed to access this "+c.what+".")
	}
	return nil
}

// family checks the family that a face is said to belong to.
func (c *fonts) family(ctx context.Context, req *rest.Request) (*wp.Post, error) {
	p, err := c.site.Post(ctx, req.Int("font_family_id"))
	if err == nil && p.Type == "wp_font_family" {
		return p, nil
	}
	if err != nil && !missing(err) {
		return nil, err
	}
	return nil, rest.NewError(http.StatusNotFound, "rest_post_invalid_parent", "Invalid post parent ID.")
}

// item returns the family or face of a request.
func (c *fonts) one(ctx context.Context, req *rest.Request) (*wp.Post, error) {
	p, err := c.load(ctx, req)
	if err != nil || !c.face {
		return p, err
	}
	family, err := c.family(ctx, req)
	if err != nil {
		return nil, err
	}
	if p.Parent != family.ID {
		return nil, rest.NewError(http.StatusNotFound, "rest_font_face_parent_id_mismatch", fmt.Sprintf(`The font face does not belong to the specified font family with id of "%d".`, family.ID))
	}
	return p, nil
}

// list lists families; or faces, of every family whichever was asked for, as
// WP_REST_Font_Faces_Controller does: the family's font_faces says which are its own.
func (c *fonts) list(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	q := store.PostQuery{
		Types: []string{c.typ.Name}, Include: absolute(req.Ints("include")), Exclude: absolute(req.Ints("exclude")),
		Names: queryNames(req.Strings("slug")), Limit: int(req.Int("per_page")), OrderBy: orderBy(req), Statuses: []string{"publish"},
	}
	route := c.base
	if c.face {
		family, err := c.family(ctx, req)
		if err != nil {
			return nil, err
		}
		route = namespace + "/font-families/" + id(family.ID) + "/font-faces"
	}
	if req.String("orderby") == "include" && len(q.Include) == 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_orderby_include_missing_include", "You need to define an include parameter to order by include.")
	}
	q.Offset = int(req.Int("page")-1) * q.Limit
	n, offset := req.Param("offset").(int64)
	if offset {
		q.Offset = int(max(n, -n))
	}
	found, total, err := c.site.QueryPosts(ctx, q)
	if err != nil {
		return nil, err
	}
	if offset && len(found) == 0 {
		total = 0
	}
	if total == 0 && req.Int("page") > 1 {
		q.Offset, q.Limit = 0, 1
		if total, err = c.site.Store().CountPosts(ctx, q); err != nil {
			return nil, err
		}
	}
	if pages := (int64(total) + req.Int("per_page") - 1) / req.Int("per_page"); req.Int("page") > pages && total > 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.")
	}
	items := []any{}
	scope := rest.NewScope(ctx, req)
	for _, p := range found {
		if !head(req) && c.site.CanPost(ctx, "read_post", p) {
			items = append(items, c.rest.Item(ctx, req, c.show(scope, p)))
		}
	}
	return c.page(ctx, req, items, total, route), nil
}

func (c *fonts) get(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.one(ctx, req)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), p), nil
}

// faces are the ids of the faces of a family.
func (c *fonts) faces(ctx context.Context, family int64) []int64 {
	found, _, err := c.site.QueryPosts(ctx, store.PostQuery{
		Types: []string{"wp_font_face"}, Statuses: []string{"publish"}, Parents: []int64{family}, Limit: 99, NoCount: true,
		OrderBy: []store.PostOrder{{By: store.ByID, Order: store.Asc}},
	})
	if err != nil {
		return []int64{}
	}
	return postIDs(found)
}

// storedSettings reads the settings in a row.
func storedSettings(p *wp.Post) *ordered.Object {
	v, err := ordered.Decode([]byte(p.Content))
	if o, ok := v.(*ordered.Object); err == nil && ok {
		return o
	}
	return &ordered.Object{}
}

func (c *fonts) settings(p *wp.Post) *ordered.Object {
	stored := storedSettings(p)
	if c.face {
		props := c.shape.item.Property(c.prop)
		out := &ordered.Object{}
		for name, v := range stored.All() {
			if props.Property(name) != nil {
				out.Set(name, v)
			}
		}
		return out
	}
	text := func(name string) string { s, _ := stored.Value(name).(string); return s }
	return ordered.Of("name", p.Title, "slug", p.Name, "fontFamily", text("fontFamily"), "preview", text("preview"))
}

func (c *fonts) show(s *rest.Scope, p *wp.Post) *rest.Response {
	if head(s.Req) {
		return rest.OK([]any{})
	}
	data := ordered.Of("id", p.ID, "theme_json_version", stylesVersion)
	families := namespace + "/font-families"
	one := families + "/" + id(p.ID)
	links := &rest.Links{}
	if c.face {
		family := families + "/" + id(p.Parent)
		data.Set("parent", p.Parent)
		links = c.routeLinks(s.Ctx, "self", family+"/font-faces/"+id(p.ID), "collection", family+"/font-faces", "parent", family)
	} else {
		faces := c.faces(s.Ctx, p.ID)
		data.Set("font_faces", faces)
		links = c.routeLinks(s.Ctx, "self", one, "collection", families)
		for _, face := range faces {
			links.Add("font_faces", rest.Link{Href: c.url(s.Ctx, one+"/font-faces/"+id(face)), Embeddable: true})
		}
	}
	data.Set(c.prop, c.settings(p))
	resp := rest.OK(c.shape.data(s, data))
	if s.WantsLinks() {
		resp.Links = links
	}
	return resp
}

func (c *fonts) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	o, _ := req.Param(c.prop).(*ordered.Object)
	if o == nil {
		o = &ordered.Object{}
	}
	changes := site.PostChanges{Type: &c.typ.Name}
	same := store.PostQuery{Types: []string{c.typ.Name}, Statuses: []string{"publish"}, Limit: 1, NoCount: true}
	location := namespace + "/font-families"
	if c.face {
		family, err := c.family(ctx, req)
		if err != nil {
			return nil, err
		}
		slug := fontFaceSlug(o)
		same.Title, changes.Title, changes.Slug, changes.Parent = slug, &slug, &slug, &family.ID
		location += `/(?P<font_family_id>[\d]+)/font-faces` // as WordPress has it
	} else {
		slug, _ := o.Value("slug").(string)
		same.Names = []string{slug}
	}
	found, _, err := c.site.QueryPosts(ctx, same)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 && c.face {
		return nil, rest.NewError(http.StatusBadRequest, "rest_duplicate_font_face", "A font face matching those settings already exists.")
	}
	if len(found) > 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_duplicate_font_family", fmt.Sprintf(`A font family with slug "%s" already exists.`, same.Names[0]))
	}
	var p *wp.Post
	if c.face {
		p, err = c.saveFace(ctx, req, o, changes)
	} else {
		p, err = c.save(ctx, nil, o, changes)
	}
	if err != nil {
		return nil, err
	}
	resp := c.show(rest.NewScope(ctx, req).In(schema.Edit), p)
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, location+"/"+id(p.ID))), nil
}

// save writes the settings of a family into a row.
func (c *fonts) save(ctx context.Context, p *wp.Post, o *ordered.Object, changes site.PostChanges) (*wp.Post, error) {
	name, _ := o.Value("name").(string)
	slug, _ := o.Value("slug").(string)
	changes.Title, changes.Slug = &name, &slug
	o.Delete("name")
	o.Delete("slug")
	err := keepSettings(o, &changes)
	if err != nil {
		return nil, err
	}
	if p == nil {
		p, err = c.site.InsertPost(ctx, changes)
	} else {
		p, err = c.site.UpdatePost(ctx, p.ID, changes)
	}
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	return p, nil
}

// keepSettings puts settings into the text of a row, which is public.
func keepSettings(o *ordered.Object, changes *site.PostChanges) error {
	raw, err := o.MarshalJSON()
	if err != nil {
		return err
	}
	text, status := string(raw), "publish"
	changes.Content, changes.Status = &text, &status
	return nil
}

func (c *fonts) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	merged := c.settings(p)
	if o, ok := req.Param(c.prop).(*ordered.Object); ok {
		for k, v := range o.All() {
			merged.Set(k, v)
		}
	}
	if p, err = c.save(ctx, p, merged, site.PostChanges{}); err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req).In(schema.Edit), p), nil
}

func (c *fonts) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if c.face {
		if _, err := c.one(ctx, req); err != nil {
			return nil, err
		}
	}
	if !req.Bool("force") {
		return nil, rest.NewError(http.StatusNotImplemented, "rest_trash_not_supported", `Font faces do not support trashing. Set "force=true" to delete.`)
	}
	p, err := c.one(ctx, req)
	if err != nil {
		return nil, err
	}
	previous := c.show(rest.NewScope(ctx, req).In(schema.Edit), p)
	if _, err := c.site.DeletePost(ctx, p.ID); err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}

var (
	fontStretch = strings.NewReplacer("ultra-condensed", "50%", "extra-condensed", "62.5%", "semi-condensed", "87.5%", "condensed", "75%",
		"semi-expanded", "112.5%", "extra-expanded", "150%", "ultra-expanded", "200%", "expanded", "125%", "normal", "100%")
	fontWeight = strings.NewReplacer("normal", "400", "bold", "700")
	fontQuotes = strings.NewReplacer(`"`, "", "'", "", ";", "")
	afterComma = regexp.MustCompile(`,\s+`)
)

// fontFaceSlug tells faces apart by what they look like:
// WP_Font_Utils::get_font_face_slug.
func fontFaceSlug(o *ordered.Object) string {
	get := func(name, otherwise string) string {
		switch v := o.Value(name).(type) {
		case string:
			return v
		case int64:
			return id(v)
		}
		return otherwise
	}
	parts := []string{
		strings.ToLower(get("fontFamily", "")), strings.ToLower(get("fontStyle", "normal")), fontWeight.Replace(strings.ToLower(get("fontWeight", "400"))),
		fontStretch.Replace(strings.ToLower(get("fontStretch", "100%"))), strings.ToUpper(get("unicodeRange", "U+0-10FFFF")),
	}
	for i, p := range parts {
		parts[i] = afterComma.ReplaceAllString(trimmed(fontQuotes.Replace(p)), ",")
	}
	return sanitizeText(strings.Join(parts, ";"))
}
