package wpv2

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// postWrite collects what a request wants of a post.
type postWrite struct {
	site.PostChanges
	before *wp.Post // nil when a post is created
	sticky *bool
	dated  bool // date or date_gmt was given; date wins
}

// writeArgs are the parameters of create or edit, out of the item schema.
func (c *posts) writeArgs(create bool) rest.Args { return schema.EndpointArgs(c.item, create) }

func sanitizeSlug(_ context.Context, v any, _ string) (any, *schema.Error) {
	s, _ := v.(string)
	return format.SanitizeTitle(s, ""), nil
}

func setString(field **string, v any) error {
	if s, ok := v.(string); ok && s != "" {
		*field = &s
	}
	return nil
}

// setText takes text, or an object with raw. An empty raw counts where empty
// is set.
func setText(field **string, v any, empty bool) error {
	switch v := v.(type) {
	case string:
		*field = &v
	case *ordered.Object:
		if raw, ok := v.Value("raw").(string); ok && (empty || raw != "" && raw != "0") {
			*field = &raw
		}
	}
	return nil
}

func (w *postWrite) setSlug(v any) error {
	if s, ok := v.(string); ok {
		w.Slug = &s
	}
	return nil
}

// setDate takes date (site time) or date_gmt; null lets the date float again.
func (c *posts) setDate(s *rest.Scope, w *postWrite, v any, utc bool) error {
	if v == nil {
		if w.before != nil && w.dated {
			return nil
		}
		empty := ""
		w.Date, w.DateGMT = &empty, &empty
		return nil
	}
	text, _ := v.(string)
	if text == "" || w.dated {
		return nil
	}
	local, gmt, ok := c.settings(s.Ctx).Zone.RESTDate(text, utc)
	if !ok {
		return nil
	}
	if max(len(local), len(gmt)) > len(wp.ZeroDate) {
		return rest.NewError(http.StatusBadRequest, "rest_invalid_date", "Invalid date.") // of a year that no column holds
	}
	w.dated = true
	if w.before != nil && (!utc && w.before.Date == local || utc && w.before.DateGMT == gmt) {
		return nil
	}
	w.Date, w.DateGMT, w.EditDate = &local, &gmt, true
	return nil
}

// validateStatus accepts the present status of the post, whatever it is:
// check_status.
func (c *posts) validateStatus(ctx context.Context, v any, param string) *schema.Error {
	if req := rest.FromContext(ctx); req != nil {
		if p, err := c.load(ctx, req); err == nil && v == p.Status {
			return nil
		}
	}
	return schema.Validate(v, c.item.Property("status").Clone().Validate(nil), param)
}

// setStatus mirrors handle_status_param.
func (c *posts) setStatus(s *rest.Scope, w *postWrite, v any) error {
	status, _ := v.(string)
	if status == "" { // of null; an empty one is refused
		status = "draft"
	}
	if w.before != nil && w.before.Status == status {
		return nil
	}
	may := c.site.Can(s.Ctx, c.typ.Caps.Get("publish_posts"))
	switch status {
	case "private":
		if !may {
			return rest.Denied(s.Ctx, "rest_cannot_publish", "Sorry, you are not allowed to create private posts in this post type.")
		}
	case "publish", "future":
		if !may {
			return rest.Denied(s.Ctx, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
		}
	}
	w.Status = &status
	return nil
}

func (c *posts) setAuthor(s *rest.Scope, w *postWrite, v any) error {
	author, _ := v.(int64)
	if author == 0 {
		return nil
	}
	if author != site.CurrentID(s.Ctx) {
		if _, err := c.site.User(s.Ctx, author); missing(err) {
			return rest.NewError(http.StatusBadRequest, "rest_invalid_author", "Invalid author ID.")
		}
	}
	w.Author = &author
	return nil
}

func (c *posts) setPassword(s *rest.Scope, w *postWrite, v any) error {
	password, ok := v.(string)
	if !ok {
		return nil
	}
	w.Password = &password
	if password == "" || !c.has("sticky") {
		return nil
	}
	if s.Req.Bool("sticky") {
		return rest.NewError(http.StatusBadRequest, "rest_invalid_field", "A post can not be sticky and have a password.")
	}
	if w.before != nil && c.site.Sticky(s.Ctx, w.before.ID) {
		return rest.NewError(http.StatusBadRequest, "rest_invalid_field", "A sticky post can not be password protected.")
	}
	return nil
}

func (c *posts) setSticky(_ *rest.Scope, w *postWrite, v any) error {
	sticky, ok := v.(bool)
	if !ok {
		return nil
	}
	if sticky && w.before != nil && w.before.Password != "" {
		return rest.NewError(http.StatusBadRequest, "rest_invalid_field", "A password protected post can not be set to sticky.")
	}
	w.sticky = &sticky
	return nil
}

func (c *posts) setParent(s *rest.Scope, w *postWrite, v any) error {
	parent, ok := v.(int64)
	if !ok {
		return nil
	}
	if parent != 0 {
		if _, err := c.site.Post(s.Ctx, parent); err != nil {
			return rest.NewError(http.StatusBadRequest, "rest_post_invalid_id", "Invalid post parent ID.")
		}
	}
	w.Parent = &parent
	return nil
}

// validateTemplate accepts the templates of the theme and the present one:
// check_template.
func (c *posts) validateTemplate(ctx context.Context, v any, param string) *schema.Error {
	template, isText := v.(string)
	if isText && emptyText(template) || v == nil || v == false {
		return nil
	}
	switch v := v.(type) { // what PHP takes for false too
	case int64:
		if v == 0 {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
	case *ordered.Object:
		if v.Len() == 0 {
			return nil
		}
	}
	if req := rest.FromContext(ctx); req != nil {
		if id := req.Int("id"); isText && id != 0 && c.site.PageTemplate(ctx, id) == template {
			return nil
		}
	}
	allowed := c.site.PageTemplates(ctx, c.typ.Name)
	if isText && slices.Contains(allowed, template) {
		return nil
	}
	return &schema.Error{Code: "rest_invalid_param", Message: "template is not one of " + commaList(allowed) + "."}
}

func commaList(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}

// mayWrite are the checks that creating and changing share.
func (c *posts) mayWrite(ctx context.Context, req *rest.Request, verb string) error {
	author := req.Param("author")
	if author != nil && !emptyValue(author) && author != site.CurrentID(ctx) && !c.site.Can(ctx, c.typ.Caps.Get("edit_others_posts")) {
		return rest.Denied(ctx, "rest_cannot_edit_others", "Sorry, you are not allowed to "+verb+" posts as this user.")
	}
	if req.Bool("sticky") && !c.site.Can(ctx, c.typ.Caps.Get("edit_others_posts")) && !c.site.Can(ctx, c.typ.Caps.Get("publish_posts")) {
		return rest.Denied(ctx, "rest_cannot_assign_sticky", "Sorry, you are not allowed to make posts sticky.")
	}
	return nil
}

// emptyValue is PHP's empty().
func emptyValue(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case int64:
		return v == 0
	case float64:
		return v == 0
	case string:
		return v == "" || v == "0"
	case []any:
		return len(v) == 0
	case *ordered.Object:
		return v.Len() == 0
	}
	return false
}

// mayAssign mirrors check_assign_terms_permission.
func (c *posts) mayAssign(ctx context.Context, req *rest.Request) error {
	for _, t := range c.restTaxonomies() {
		value := req.Param(t.Base())
		terms, isList := value.([]any)
		if !isList && req.Has(t.Base()) {
			terms = []any{value}
		}
		for _, v := range terms {
			if v == nil || v == "" || v == "0" || v == int64(0) || v == false { // no term at all
				return rest.Denied(ctx, "rest_cannot_assign_term", "Sorry, you are not allowed to assign the provided terms.")
			}
			term, ok := v.(int64)
			if !ok {
				continue
			}
			if _, err := c.site.Term(ctx, term, t.Name); err != nil {
				continue
			}
			if !c.site.Can(ctx, "assign_term", term) {
				return rest.Denied(ctx, "rest_cannot_assign_term", "Sorry, you are not allowed to assign the provided terms.")
			}
		}
	}
	return nil
}

func (c *posts) mayCreate(ctx context.Context, req *rest.Request) error {
	if req.Param("id") != nil && !emptyText(req.Param("id")) {
		return rest.NewError(http.StatusBadRequest, "rest_post_exists", "Cannot create existing post.")
	}
	if err := c.mayWrite(ctx, req, "create"); err != nil {
		return err
	}
	if !c.site.Can(ctx, c.typ.Caps.Get("create_posts")) {
		return rest.Denied(ctx, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
	}
	return c.mayAssign(ctx, req)
}

func (c *posts) mayUpdate(ctx context.Context, req *rest.Request) error {
	p, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.editable(ctx, p) {
		return rest.Denied(ctx, "rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
	}
	if err := c.mayWrite(ctx, req, "update"); err != nil {
		return err
	}
	return c.mayAssign(ctx, req)
}

func (c *posts) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w := postWrite{}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	w.Type = &c.typ.Name
	if err := c.settleSlug(ctx, &w, or(w.Status, "")); err != nil {
		return nil, err
	}
	if w.sticky == nil && c.has("sticky") {
		no := false
		w.sticky = &no
	}
	var p *wp.Post
	err := c.site.Atomically(ctx, func(ctx context.Context) (err error) {
		if p, err = c.site.InsertPost(ctx, w.PostChanges); err != nil {
			return refuse(err, http.StatusBadRequest)
		}
		p, err = c.saveRest(ctx, req, p, &w)
		return err
	})
	if err != nil {
		return nil, err
	}
	resp := c.show(scope, p)
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, c.base+"/"+id(p.ID))), nil
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// settleSlug makes the slug of a draft unique as if it were published.
func (c *posts) settleSlug(ctx context.Context, w *postWrite, status string) error {
	if w.Slug == nil || *w.Slug == "" || status != "draft" && status != "pending" {
		return nil
	}
	p := wp.Post{Type: c.typ.Name, Parent: or(w.Parent, 0)}
	if w.before != nil {
		p.ID = w.before.ID
	}
	slug, err := c.site.UniqueSlug(ctx, *w.Slug, &p)
	if err != nil {
		return err
	}
	w.Slug = &slug
	return nil
}

func (c *posts) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	before, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w := postWrite{before: before}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	if err := c.settleSlug(ctx, &w, or(w.Status, before.Status)); err != nil {
		return nil, err
	}
	var p *wp.Post
	err = c.site.Atomically(ctx, func(ctx context.Context) (err error) {
		if p, err = c.site.UpdatePost(ctx, before.ID, w.PostChanges); err != nil {
			return refuse(err, http.StatusBadRequest)
		}
		if p, err = c.saveRest(ctx, req, p, &w); err != nil {
			return err
		}
		return c.site.SaveRevision(ctx, p)
	})
	if err != nil {
		return nil, err
	}
	return c.show(scope, p), nil
}

// saveRest writes what WordPress writes after the row: sticky, image, format,
// template, terms and meta.
func (c *posts) saveRest(ctx context.Context, req *rest.Request, p *wp.Post, w *postWrite) (*wp.Post, error) {
	if w.sticky != nil {
		if err := c.site.Stick(ctx, p.ID, *w.sticky); err != nil {
			return nil, err
		}
	}
	if n, ok := req.Param("featured_media").(int64); ok && c.has("featured_media") {
		var unknown *site.Error // WordPress passes over an image that is not there
		if err := c.site.SetThumbnail(ctx, p.ID, n); err != nil && !errors.As(err, &unknown) {
			return nil, err
		}
	}
	if f := req.String("format"); f != "" && c.has("format") {
		if err := c.site.SetPostFormat(ctx, p.ID, f); err != nil {
			return nil, err
		}
	}
	if t, ok := req.Param("template").(string); ok && c.has("template") {
		if w.before == nil && !slices.Contains(c.site.PageTemplates(ctx, c.typ.Name), t) {
			t = ""
		}
		if err := c.site.SetMeta(ctx, wp.PostMeta, p.ID, "_wp_page_template", t); err != nil {
			return nil, err
		}
	}
	for _, t := range c.restTaxonomies() {
		if req.Param(t.Base()) == nil {
			continue
		}
		if err := c.site.SetPostTerms(ctx, p.ID, t.Name, req.Ints(t.Base())); err != nil {
			return nil, err
		}
	}
	if c.has("meta") {
		if err := c.saveMeta(ctx, wp.PostMeta, c.typ.Name, p.ID, req); err != nil {
			return nil, err
		}
	}
	if err := c.saveRegistered(ctx, c.typ.Name, p.ID, req); err != nil {
		return nil, err
	}
	again, err := c.site.Post(ctx, p.ID)
	if errors.Is(err, wp.ErrNotFound) {
		return p, nil
	}
	return again, err
}
