package wpv2

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"

	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// sideloadRoutes are those by which a browser that makes the sizes of an image
// itself sends them. WordPress has them where browsers can do that: on https
// and on localhost.
func (c *mediaItems) sideloadRoutes(item string, idArg schema.Property) []rest.Route {
	names := func() *schema.Schema {
		return schema.New("Name of a size, or of several that share the file.").Type("string", "array").Items(schema.String("").MinLength(1)).MinItems(1).MinLength(1).Required()
	}
	size := names()
	size.Validate(func(ctx context.Context, v any, param string) *schema.Error {
		if err := schema.Validate(v, names(), param); err != nil {
			return err
		}
		return c.checkSizeNames(ctx, v, param)
	})
	positive := func() *schema.Schema { return schema.New("", "integer").Min(1) }
	text := func() *schema.Schema { return schema.New("", "string").MinLength(1) }
	entries := func() *schema.Schema {
		return schema.New("What the answers to the files said.", "array").Default([]any{}).MaxItems(100).Items(schema.New("", "object").Props(
			schema.Prop("image_size", names()), schema.Prop("width", positive()), schema.Prop("height", positive()), schema.Prop("file", text()),
			schema.Prop("mime_type", schema.New("", "string").Pattern("^image/.*")), schema.Prop("filesize", positive()), schema.Prop("original_image", text())))
	}
	list := entries()
	list.Validate(func(ctx context.Context, v any, param string) *schema.Error {
		if err := schema.Validate(v, entries(), param); err != nil {
			return err
		}
		items, _ := v.([]any)
		for i, item := range items {
			o, _ := item.(*ordered.Object)
			if err := c.checkSizeNames(ctx, o.Value("image_size"), fmt.Sprintf("%s[%d][image_size]", param, i)); err != nil {
				return err
			}
		}
		return nil
	})
	post := []string{http.MethodPost}
	send := rest.Args{idArg, schema.Prop("image_size", size), schema.Prop("convert_format", schema.Boolean("Whether images may be stored in another format.").Default(true))}
	return []rest.Route{
		{Namespace: c.typ.Namespace(), Pattern: item + "/sideload", Schema: c.describe, Endpoints: []*rest.Endpoint{
			{Methods: post, Args: send, Permission: c.mayEditImage, Handle: c.sideload, Accepts: []string{"multipart/form-data", "*/*"}}}},
		{Namespace: c.typ.Namespace(), Pattern: item + "/finalize", Schema: c.describe, Endpoints: []*rest.Endpoint{
			{Methods: post, Args: rest.Args{idArg, schema.Prop("sub_sizes", list)}, Permission: c.mayEditImage, Handle: c.finalize}}},
	}
}

// checkSizeNames wants names of sizes that there are; several names may be
// those of ordinary sizes only.
func (c *mediaItems) checkSizeNames(ctx context.Context, v any, param string) *schema.Error {
	names, several := sizeNames(v)
	known := []string{"full"}
	for _, size := range c.site.ImageSizes(ctx) {
		known = append(known, size.Name)
	}
	if !several {
		known = append(known, site.SpecialSizes...)
	}
	if len(names) == 0 {
		return &schema.Error{Code: "rest_invalid_type", Message: param + " must be a string or an array of strings."}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return &schema.Error{Code: "rest_not_in_enum", Message: param + " contains an invalid image size."}
		}
	}
	return nil
}

// sizeNames are the names in an argument, and whether it is a list.
func sizeNames(v any) (names []string, several bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, false
	case []any:
		for _, one := range v {
			s, _ := one.(string)
			names = append(names, s)
		}
	}
	return names, true
}

// sideload takes in a file that a browser made of an image: sideload_item.
func (c *mediaItems) sideload(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	a, err := c.site.Attachment(ctx, p)
	if err != nil {
		return nil, err
	}
	if !a.Is("image") && !a.Is("pdf") {
		return nil, rest.NewError(http.StatusBadRequest, "rest_post_invalid_id", "Invalid post ID. Only images and PDFs can be sideloaded.")
	}
	if _, err := media.CleanName(a.File); err != nil {
		return nil, rest.NewError(http.StatusForbidden, "rest_sideload_attachment_not_in_uploads", "The attachment is not stored in the uploads directory, so a file cannot be sideloaded for it.")
	}
	up, done, err := received{}, func() {}, error(nil)
	if len(req.Files) > 0 {
		up, done, err = fromForm(req)
	} else {
		up, err = fromBody(req)
	}
	if err != nil {
		done()
		return nil, err
	}
	defer done()
	up.Beside = a.File
	stored, err := c.site.StoreUpload(ctx, up.Upload)
	if err != nil {
		return nil, refuseAs(err, up.code)
	}
	answer, notes, err := c.sideloaded(ctx, req, a, up, stored)
	if err == nil {
		err = c.site.NoteSideloaded(ctx, a.ID, notes...)
	}
	if err == nil && len(notes) == 2 { // the second is the file that this one takes the place of
		err = c.site.ShowInstead(ctx, a.ID, stored.File)
	}
	if err != nil {
		c.site.DiscardUpload(ctx, stored)
		return nil, err
	}
	return &rest.Response{Status: http.StatusOK, Data: answer}, nil
}

// sideloaded describes a file that was taken in, and names the files that may
// be named when the image is finished.
func (c *mediaItems) sideloaded(ctx context.Context, req *rest.Request, a *site.Attachment, up received, stored site.Stored) (*ordered.Object, []string, error) {
	names, several := sizeNames(req.Param("image_size"))
	file := path.Base(stored.File)
	answer := ordered.Of("image_size", req.Param("image_size"))
	if !several && (names[0] == "source_original" || names[0] == "animated_video") {
		answer.Set("file", file)
		return answer, []string{file}, nil
	}
	info, err := media.ReadImageInfo(up)
	if err != nil || info.Width <= 0 || info.Height <= 0 {
		return nil, nil, rest.NewError(http.StatusBadRequest, "rest_upload_invalid_image", "Could not read image dimensions. The file may be corrupted or an unsupported format.")
	}
	for _, name := range names {
		if err := c.checkSize(ctx, a, name, info.Width, info.Height); err != nil {
			return nil, nil, err
		}
	}
	w, h := int64(info.Width), int64(info.Height)
	switch {
	case !several && names[0] == "animated_video_poster":
		answer.Set("file", file)
		return answer, []string{file}, nil
	case !several && (names[0] == "scaled" || names[0] == "original"):
		original := path.Base(a.File)
		setAll(answer, "original_image", original, "width", w, "height", h, "filesize", up.Size, "file", stored.File)
		return answer, []string{stored.File, original}, nil
	}
	setAll(answer, "width", w, "height", h, "file", file, "mime_type", stored.Type, "filesize", up.Size)
	return answer, []string{file}, nil
}

func setAll(o *ordered.Object, pairs ...any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
}

// checkSize wants a file not larger than the size that it is said to be.
func (c *mediaItems) checkSize(ctx context.Context, a *site.Attachment, name string, w, h int) error {
	mismatch := func(format string, args ...any) error {
		return rest.NewError(http.StatusBadRequest, "rest_upload_dimension_mismatch", fmt.Sprintf(format, args...))
	}
	switch name {
	case "original":
		ow, oh := int(a.Int("width")), int(a.Int("height"))
		if ow != 0 && oh != 0 && (w != ow || h != oh) && (w != oh || h != ow) {
			return mismatch("Uploaded image dimensions (%dx%d) do not match original image dimensions (%dx%d).", w, h, ow, oh)
		}
		return nil
	case "full", "scaled", "animated_video_poster":
		return nil
	}
	for _, size := range c.site.ImageSizes(ctx) {
		switch {
		case size.Name != name:
		case size.Width > 0 && w > size.Width+1:
			return mismatch(`Uploaded image width (%d) exceeds maximum for "%s" size (%d).`, w, name, size.Width)
		case size.Height > 0 && h > size.Height+1:
			return mismatch(`Uploaded image height (%d) exceeds maximum for "%s" size (%d).`, h, name, size.Height)
		}
	}
	return nil
}

// finalize puts the files that were sent into the metadata: finalize_item.
func (c *mediaItems) finalize(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	p, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	var files []site.SizeFile
	for _, v := range req.List("sub_sizes") {
		o, _ := v.(*ordered.Object)
		f := site.SizeFile{}
		f.Names, _ = sizeNames(o.Value("image_size"))
		f.File, _ = o.Value("file").(string)
		f.Type, _ = o.Value("mime_type").(string)
		f.Original, _ = o.Value("original_image").(string)
		f.Width, _ = o.Value("width").(int64)
		f.Height, _ = o.Value("height").(int64)
		f.Size, _ = o.Value("filesize").(int64)
		files = append(files, f)
	}
	if err := c.site.FinishSideload(ctx, p, files); err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	return c.show(rest.NewScope(ctx, req).In(schema.Edit), p), nil
}
