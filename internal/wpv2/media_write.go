package wpv2

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// checkParent refuses to attach a file to a revision or another file.
func (c *mediaItems) checkParent(ctx context.Context, req *rest.Request) error {
	parent := req.Int("post")
	if parent == 0 {
		return nil
	}
	if p, err := c.site.Post(ctx, parent); err == nil && (p.Type == "revision" || p.Type == "attachment") {
		return rest.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid parent type.")
	}
	return nil
}

// checkFeatured refuses an image for what is neither sound nor film.
func (c *mediaItems) checkFeatured(req *rest.Request, mime string) error {
	if req.Param("featured_media") == nil || strings.HasPrefix(mime, "audio/") || strings.HasPrefix(mime, "video/") {
		return nil
	}
	return rest.NewError(http.StatusBadRequest, "rest_no_featured_media", "This site does not support post thumbnails on attachments with MIME type "+mime+".")
}

func (c *mediaItems) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if err := c.checkParent(ctx, req); err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w := postWrite{}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	up, done, err := c.received(ctx, req)
	if err != nil {
		return nil, err
	}
	defer done()
	stored, err := c.site.StoreUpload(ctx, up.Upload)
	if err != nil {
		return nil, refuseAs(err, up.code)
	}
	if err := c.checkFeatured(req, stored.Type); err != nil {
		c.site.DiscardUpload(ctx, stored)
		return nil, err
	}
	said := c.site.ReadImageMeta(ctx, stored.File)
	c.fillFrom(req, &w, said, up.title, stored.File)
	if alt, ok := req.Param("alt_text").(string); ok {
		said.Alt = alt
	} else {
		said.Alt = sanitizeText(said.Alt)
	}
	if said.Alt != "" || req.Param("alt_text") != nil {
		w.Meta = append(w.Meta, wp.Meta{Key: site.AltMeta, Value: unslash(said.Alt)})
	}
	p, err := c.site.InsertAttachment(ctx, w.PostChanges, stored)
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	if p, err = c.saveOther(scope, p); err != nil {
		return nil, err
	}
	if _, err := c.site.GenerateMetadata(ctx, p, stored.File, site.GenerateOptions{AsIs: req.Param("generate_sub_sizes") == false}); err != nil {
		// The item is there: clients go on with it at /post-process.
		return nil, &rest.Error{Code: "internal_error", Message: "The server could not answer this request.", Status: http.StatusInternalServerError,
			Header: http.Header{"X-Wp-Upload-Attachment-Id": {id(p.ID)}}, Err: err}
	}
	return c.created(scope, p), nil
}

// created answers with a new item.
func (c *mediaItems) created(scope *rest.Scope, p *wp.Post) *rest.Response {
	resp := c.show(scope, p)
	resp.Status = http.StatusCreated
	resp.SetHeader("X-WP-Upload-Attachment-ID", id(p.ID))
	return resp.SetHeader("Location", c.url(scope.Ctx, c.base+"/"+id(p.ID)))
}

// refuseAs gives a refusal of a file the code that belongs to the way it came.
func refuseAs(err error, code string) error {
	if e, ok := err.(*site.Error); ok {
		return rest.NewError(http.StatusInternalServerError, code, e.Message)
	}
	return err
}

func unslash(s string) string {
	out, _ := phpserialize.Unslash(s).(string)
	return out
}

// fillFrom takes title and caption from the file where the request has none.
func (c *mediaItems) fillFrom(req *rest.Request, w *postWrite, said site.ImageMeta, clientName, file string) {
	if title := said.Title; emptyValue(req.Param("title")) && strings.TrimSpace(title) != "" && !isNumeric(format.SanitizeTitle(title, "")) {
		w.Title = &title
	}
	if caption := said.Caption; emptyValue(req.Param("caption")) && strings.TrimSpace(caption) != "" {
		w.Excerpt = &caption
	}
	if w.Title != nil && *w.Title != "" && *w.Title != "0" {
		return
	}
	title := ""
	if dot := strings.LastIndexByte(clientName, '.'); dot > 0 {
		title = clientName[:dot]
	}
	if title == "" || title == "0" {
		title = path.Base(file)
		if dot := strings.LastIndexByte(title, '.'); dot >= 0 && dot < len(title)-1 {
			title = title[:dot]
		}
	}
	w.Title = &title
}

// isNumeric is PHP's is_numeric of a slug.
func isNumeric(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && strings.Trim(s, "0123456789.e+-") == ""
}

// saveOther writes what goes with an item: image, terms and meta.
func (c *mediaItems) saveOther(s *rest.Scope, p *wp.Post) (*wp.Post, error) {
	if n, ok := s.Req.Param("featured_media").(int64); ok && c.checkFeatured(s.Req, p.MimeType) == nil {
		if err := c.site.SetThumbnail(s.Ctx, p.ID, n); err != nil {
			return nil, refuse(err, http.StatusBadRequest)
		}
	}
	for _, t := range c.restTaxonomies() {
		if s.Req.Param(t.Base()) == nil {
			continue
		}
		if err := c.site.SetPostTerms(s.Ctx, p.ID, t.Name, s.Req.Ints(t.Base())); err != nil {
			return nil, err
		}
	}
	if err := c.saveKept(s.Ctx, wp.PostMeta, c.typ.Name, p.ID, s.Req); err != nil {
		return nil, err
	}
	return c.site.Post(s.Ctx, p.ID)
}

func (c *mediaItems) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if err := c.checkParent(ctx, req); err != nil {
		return nil, err
	}
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
	p, err := c.site.UpdatePost(ctx, before.ID, w.PostChanges)
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	if t, ok := req.Param("template").(string); ok {
		if err := c.site.SetMeta(ctx, wp.PostMeta, p.ID, "_wp_page_template", t); err != nil {
			return nil, err
		}
	}
	if alt, ok := req.Param("alt_text").(string); ok {
		if err := c.site.SetMeta(ctx, wp.PostMeta, p.ID, site.AltMeta, unslash(alt)); err != nil {
			return nil, err
		}
	}
	if p, err = c.saveOther(scope, p); err != nil {
		return nil, err
	}
	if strings.HasPrefix(p.MimeType, "audio/") || strings.HasPrefix(p.MimeType, "video/") {
		c.show(scope, p) // WordPress shows it twice, and counts its players
	}
	return c.show(scope, p), nil
}

// postProcess makes the sizes that are missing.
func (c *mediaItems) postProcess(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := c.site.UpdateSubSizes(ctx, p); err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req).In(schema.Edit), p), nil
}

// editArgs declares what an image can be changed by, and the texts of the new
// item.
func (c *mediaItems) editArgs() rest.Args {
	number := func(text string) *schema.Schema { return schema.New(text, "number") }
	kind := func(title, name, arg string, args *schema.Schema) *schema.Schema {
		return schema.New("").Title(title).Props(
			schema.Prop("type", schema.String("The kind of change.").Enum(name)),
			schema.Prop("args", args),
		)
	}
	flip := schema.Object("The directions of the flip.").RequireProps("horizontal", "vertical").Props(
		schema.Prop("horizontal", schema.Boolean("Whether left and right change places.")),
		schema.Prop("vertical", schema.Boolean("Whether top and bottom change places.")))
	crop := schema.Object("The part that stays, in percent of the image.").RequireProps("left", "top", "width", "height").Props(
		schema.Prop("left", number("Its left edge.")), schema.Prop("top", number("Its upper edge.")),
		schema.Prop("width", number("Its width.")), schema.Prop("height", number("Its height.")))
	steps := schema.New("A change of the image.").Type("object").RequireProps("type", "args").OneOf(
		kind("Flip", "flip", "flip", schema.Object("How to flip.").RequireProps("flip").Props(schema.Prop("flip", flip))),
		kind("Rotation", "rotate", "angle", schema.Object("How to rotate.").RequireProps("angle").Props(schema.Prop("angle", number("Degrees clockwise.")))),
		kind("Crop", "crop", "", crop),
	)
	percent := func(text string) *schema.Schema { return number(text).Min(0).Max(100) }
	args := rest.Args{
		schema.Prop("src", schema.String("Address of the image that is changed.").Format("uri").Required()),
		schema.Prop("modifiers", schema.New("The changes, in order.", "array").MinItems(1).Items(steps)),
		schema.Prop("rotation", schema.Integer("Degrees clockwise. Better use modifiers.").Min(0).ExclusiveMin().Max(360).ExclusiveMax()),
		schema.Prop("x", percent("Left edge of a crop. Better use modifiers.")),
		schema.Prop("y", percent("Upper edge of a crop. Better use modifiers.")),
		schema.Prop("width", percent("Width of a crop. Better use modifiers.")),
		schema.Prop("height", percent("Height of a crop. Better use modifiers.")),
	}
	update := c.writeArgs(schema.ForEdit)
	for _, name := range editTexts {
		if i := slices.IndexFunc(update, func(p schema.Property) bool { return p.Name == name }); i >= 0 {
			args = append(args, update[i])
		}
	}
	return args
}

// editTexts are what a request to edit an image may say of the new item.
var editTexts = []string{"caption", "description", "title", "post", "alt_text"}

func (c *mediaItems) editImage(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	a, err := c.site.Attachment(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := a.CheckEditable(req.String("src")); err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	changes := imageChanges(req)
	if len(changes) == 0 {
		return nil, rest.NewError(http.StatusBadRequest, "rest_image_not_edited", "The image was not edited. Edit the image before applying the changes.")
	}
	scope := rest.NewScope(ctx, req)
	w := postWrite{}
	texts := slices.DeleteFunc(slices.Clone(c.fields), func(f postField) bool { return !slices.Contains(editTexts, f.Name) })
	if err := texts.Read(scope, &w); err != nil {
		return nil, err
	}
	var alt *string
	if v, ok := req.Param("alt_text").(string); ok {
		alt = &v
	}
	made, err := c.site.EditImage(ctx, a, id(p.ID), changes, w.PostChanges, alt)
	if err != nil {
		return nil, refuse(err, http.StatusInternalServerError)
	}
	if made, err = c.site.Post(ctx, made.ID); err != nil {
		return nil, err
	}
	return c.created(scope, made), nil
}

// float is a number of a request.
func float(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// imageChanges reads the list of changes, or the parameters that were there
// before it.
func imageChanges(req *rest.Request) []site.ImageChange {
	var out []site.ImageChange
	if req.Param("modifiers") != nil {
		for _, v := range req.List("modifiers") {
			m, _ := v.(*ordered.Object)
			args, _ := m.Value("args").(*ordered.Object)
			switch m.Value("type") {
			case "flip":
				flip, _ := args.Value("flip").(*ordered.Object)
				out = append(out, site.ImageChange{FlipVertical: flip.Value("vertical") == true, FlipHorizontal: flip.Value("horizontal") == true})
			case "rotate":
				out = append(out, site.ImageChange{Rotate: float(args.Value("angle"))})
			case "crop":
				out = append(out, site.ImageChange{Crop: true, Left: float(args.Value("left")), Top: float(args.Value("top")), Width: float(args.Value("width")), Height: float(args.Value("height"))})
			}
		}
		return out
	}
	if flip, ok := req.Param("flip").(*ordered.Object); ok && (flip.Value("horizontal") != nil || flip.Value("vertical") != nil) {
		out = append(out, site.ImageChange{FlipVertical: !emptyValue(flip.Value("vertical")), FlipHorizontal: !emptyValue(flip.Value("horizontal"))})
	}
	if angle := req.Int("rotation"); angle != 0 {
		out = append(out, site.ImageChange{Rotate: float64(angle)})
	}
	x, y, w, h := req.Param("x"), req.Param("y"), req.Param("width"), req.Param("height")
	if x != nil && y != nil && w != nil && h != nil {
		out = append(out, site.ImageChange{Crop: true, Left: float(x), Top: float(y), Width: float(w), Height: float(h)})
	}
	return out
}
