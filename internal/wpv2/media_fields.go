package wpv2

import (
	"path"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// mediaFields are the rows of attachments: those of posts without a password,
// then those of the file.
func (c *mediaItems) mediaFields(f rest.Fields[post, postWrite]) rest.Fields[post, postWrite] {
	f = slices.DeleteFunc(slices.Clone(f), func(row postField) bool { return row.Name == "password" })
	if !slices.ContainsFunc(f, func(row postField) bool { return row.Name == "template" }) {
		f = append(f, postField{
			Name: "template", Schema: schema.String("The theme file that shows the media item.").In(viewEdit...).Validate(c.validateTemplate),
			Get: func(s *rest.Scope, p post) any { return c.site.PageTemplate(s.Ctx, p.ID) },
		})
	}
	return slices.Concat(f, c.textFields(), c.fileFields(), c.imageFields())
}

// whole makes the getter of an object that is shown as a whole or not at all:
// a request for a field within it gets nothing.
func whole(name string, get func(*rest.Scope, post) any) func(*rest.Scope, post) any {
	return func(s *rest.Scope, p post) any {
		if !s.Whole().Wants(name) {
			return rest.Omit
		}
		return get(s, p)
	}
}

// rawRendered shows a text: as it is stored in context edit only.
func rawRendered(name string, raw func(post) string, rendered func(*rest.Scope, post) string) func(*rest.Scope, post) any {
	return whole(name, func(s *rest.Scope, p post) any {
		o := &ordered.Object{}
		if s.Context == schema.Edit {
			o.Set("raw", raw(p))
		}
		o.Set("rendered", rendered(s, p))
		return o
	})
}

func (c *mediaItems) textFields() []postField {
	object := func(description string) *schema.Schema {
		return schema.Object(description).Validate(nil).Sanitize(nil)
	}
	return []postField{
		{
			Name: "alt_text", Schema: schema.String("Text for those who do not see the image.").In(everywhere...).Sanitize(schema.Text(sanitizeText)),
			Get: func(s *rest.Scope, p post) any { return c.attachment(s, p.Post).Alt },
		},
		{
			Name: "caption", Schema: object("The caption of the media item.").In(everywhere...),
			Props: []postField{
				{Name: "raw", Schema: schema.String("The caption as it is stored.").In(editOnly...)},
				{Name: "rendered", Schema: schema.String("The caption as HTML.").In(everywhere...).Readonly()},
			},
			Get: rawRendered("caption", func(p post) string { return p.Excerpt }, func(s *rest.Scope, p post) string { return c.excerpt(s, p.Post, excerptLength) }),
			Set: func(_ *rest.Scope, w *postWrite, v any) error { return setText(&w.Excerpt, v, true) },
		},
		{
			Name: "description", Schema: object("The description of the media item.").In(viewEdit...),
			Props: []postField{
				{Name: "raw", Schema: schema.String("The description as it is stored.").In(editOnly...)},
				{Name: "rendered", Schema: schema.String("The description as HTML, with the file.").In(viewEdit...).Readonly()},
			},
			Get: rawRendered("description", func(p post) string { return p.Content }, func(s *rest.Scope, p post) string { return c.content(s, p.Post) }),
			Set: func(_ *rest.Scope, w *postWrite, v any) error { return setText(&w.Content, v, true) },
		},
	}
}

func (c *mediaItems) fileFields() []postField {
	return []postField{
		{
			Name: "media_type", Schema: schema.String("The kind of the file.").Enum("image", "file").In(everywhere...).Readonly(),
			Get: func(s *rest.Scope, p post) any {
				if c.attachment(s, p.Post).Is("image") {
					return "image"
				}
				return "file"
			},
		},
		{Name: "mime_type", Schema: schema.String("The media type of the file.").In(everywhere...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.MimeType }},
		{
			Name: "media_details", Schema: schema.Object("What is known of the file, by its kind.").In(everywhere...).Readonly(),
			Get: whole("media_details", func(s *rest.Scope, p post) any { return c.mediaDetails(s, c.attachment(s, p.Post)) }),
		},
		{
			Name: "post", Schema: schema.Integer("ID of the post that the file is attached to.").In(viewEdit...),
			Get: func(_ *rest.Scope, p post) any {
				if p.Parent == 0 {
					return nil
				}
				return p.Parent
			},
			Set: func(_ *rest.Scope, w *postWrite, v any) error {
				if n, ok := v.(int64); ok {
					w.Parent = &n
				}
				return nil
			},
		},
		{
			Name: "source_url", Schema: schema.String("Address of the file.").Format("uri").In(everywhere...).Readonly(),
			Get: func(s *rest.Scope, p post) any { return c.site.AttachmentURL(s.Ctx, c.attachment(s, p.Post)) },
		},
		{
			Name: "missing_image_sizes", Schema: schema.New("Sizes that the image should have and has not.", "array").Items(schema.String("")).In(editOnly...).Readonly(),
			Get: func(s *rest.Scope, p post) any { return c.missingSizes(s, c.attachment(s, p.Post)) },
		},
		{
			Name: "filename", Schema: schema.String("Name of the file that was uploaded.").In(viewEdit...).Readonly(),
			Get: func(s *rest.Scope, p post) any {
				if name := c.attachment(s, p.Post).Original(); name != "" {
					return path.Base(name)
				}
				return nil
			},
		},
		{
			Name: "filesize", Schema: schema.New("Size of the file in bytes.", "integer", "null").In(viewEdit...).Readonly(),
			Get: func(s *rest.Scope, p post) any {
				if n := c.site.FileSize(s.Ctx, c.attachment(s, p.Post)); n > 0 {
					return n
				}
				return nil
			},
		},
	}
}

// imageFields are shown for images only.
func (c *mediaItems) imageFields() []postField {
	image := func(get func(*rest.Scope, *site.Attachment) any) func(*rest.Scope, post) any {
		return func(s *rest.Scope, p post) any {
			if a := c.attachment(s, p.Post); a.Is("image") {
				return get(s, a)
			}
			return rest.Omit
		}
	}
	percent := func() *schema.Schema { return schema.New("", "integer").Min(1).Max(100) }
	sizes := schema.New("", "object")
	for _, size := range format.DefaultImageSizes() {
		sizes.Prop(size.Name, percent())
	}
	return []postField{
		{
			Name: "exif_orientation", Schema: schema.Integer("How the camera was held, 1 to 8; 1 needs no turning.").In(editOnly...).Readonly(),
			Get: image(func(_ *rest.Scope, a *site.Attachment) any { return a.Orientation() }),
		},
		{
			Name: "image_quality", Schema: schema.Object("The quality in which the image is encoded, 1 to 100, and that of sizes where it differs.").In(editOnly...).Readonly().
				Props(schema.Prop("default", percent()), schema.Prop("sizes", sizes)),
			Get: image(func(_ *rest.Scope, a *site.Attachment) any {
				return ordered.Of("default", int64(media.Quality(a.MimeType)), "sizes", []any{})
			}),
		},
		{
			Name: "image_output_format", Schema: schema.New("The media type that the image is to be converted to; null for its own.", "string", "null").In(editOnly...).Readonly(),
			// Also for HEIC: the format that WordPress itself converts those to is not among what it tells here.
			Get: image(func(*rest.Scope, *site.Attachment) any { return nil }),
		},
		{
			Name: "image_save_progressive", Schema: schema.Boolean("Whether the image is encoded progressively.").In(editOnly...).Readonly(),
			Get: image(func(*rest.Scope, *site.Attachment) any { return false }),
		},
	}
}

// details are the metadata of a file, nil for none.
func details(a *site.Attachment) *ordered.Object {
	if a.Meta == nil {
		return nil
	}
	o, _ := phpObject(a.Meta).(*ordered.Object)
	return o
}

// mediaDetails shows the metadata of a file; sizes get their addresses.
func (c *mediaItems) mediaDetails(s *rest.Scope, a *site.Attachment) any {
	details := details(a)
	if details.Len() == 0 {
		return &ordered.Object{}
	}
	sizes, ok := details.Value("sizes").(*ordered.Object)
	if !ok || sizes.Len() == 0 {
		details.Set("sizes", &ordered.Object{})
		return details
	}
	url := c.site.AttachmentURL(s.Ctx, a)
	dir := url[:strings.LastIndexByte(url, '/')+1]
	full, isFull := c.fullSize(a, sizes, url, dir)
	for _, v := range sizes.All() {
		size, ok := v.(*ordered.Object)
		if !ok {
			continue
		}
		if mime, ok := size.Get("mime-type"); ok {
			size.Delete("mime-type")
			size.Set("mime_type", mime)
		}
		if file, ok := size.Value("file").(string); ok && isFull {
			size.Set("source_url", dir+path.Base(file))
		}
	}
	if isFull {
		sizes.Set("full", full)
	}
	return details
}

// fullSize describes the whole image: the file itself, or the picture that was
// made of a document.
func (c *mediaItems) fullSize(a *site.Attachment, sizes *ordered.Object, url, dir string) (*ordered.Object, bool) {
	w, h := a.Int("width"), a.Int("height")
	if !a.Is("image") {
		made, ok := sizes.Value("full").(*ordered.Object)
		if !ok {
			return nil, false
		}
		file, _ := made.Value("file").(string)
		url = dir + path.Base(file)
		w, _ = made.Value("width").(int64)
		h, _ = made.Value("height").(int64)
	}
	return ordered.Of("file", path.Base(url), "width", w, "height", h, "mime_type", a.MimeType, "source_url", url), true
}

// missingSizes lists the sizes that are not there; documents have three of
// their own.
func (c *mediaItems) missingSizes(s *rest.Scope, a *site.Attachment) []any {
	out := []any{}
	if a.MimeType == "application/pdf" {
		sizes, _ := details(a).Value("sizes").(*ordered.Object)
		for _, size := range c.site.ImageSizes(s.Ctx) {
			if slices.Contains([]string{"thumbnail", "medium", "large"}, size.Name) && !sizes.Has(size.Name) {
				out = append(out, size.Name)
			}
		}
		return out
	}
	for _, size := range c.site.MissingSizes(s.Ctx, a) {
		out = append(out, size.Name)
	}
	return out
}
