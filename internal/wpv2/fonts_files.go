package wpv2

import (
	"context"
	"net/http"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// saveFace makes a face of settings whose sources are addresses or names of
// files that came along. When it fails, none of the files stays.
func (c *fonts) saveFace(ctx context.Context, req *rest.Request, o *ordered.Object, changes site.PostChanges) (*wp.Post, error) {
	var files []site.Stored
	kept := false
	defer func() {
		for _, f := range files {
			if !kept {
				c.site.DiscardUpload(ctx, f)
			}
		}
	}()
	taken := map[string]bool{}
	srcs := []any{}
	for _, src := range sources(o.Value("src")) {
		if _, sent := req.Files[src]; !sent {
			srcs = append(srcs, src)
			continue
		}
		if taken[src] { // WordPress has moved it away
			return nil, fontRefused("Specified file failed upload test.")
		}
		taken[src] = true
		stored, err := c.storeFont(ctx, req, src)
		if err != nil {
			return nil, err
		}
		files = append(files, stored)
		srcs = append(srcs, stored.URL)
	}
	if o.Set("src", srcs); len(srcs) == 1 {
		o.Set("src", srcs[0])
	}
	if err := keepSettings(o, &changes); err != nil {
		return nil, err
	}
	p, err := c.site.InsertFontFace(ctx, changes, files)
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	kept = true
	return p, nil
}

// storeFont stores the file of a form field:
// WP_REST_Font_Faces_Controller::handle_font_file_upload.
func (c *fonts) storeFont(ctx context.Context, req *rest.Request, field string) (site.Stored, error) {
	list := req.Files[field]
	if len(list) == 0 { // field[]
		return site.Stored{}, fontRefused("Specified file failed upload test.")
	}
	file := list[len(list)-1] // PHP keeps the last of a name
	f, err := file.Open()
	if err != nil {
		return site.Stored{}, err
	}
	defer f.Close()
	name := file.Filename[strings.LastIndexAny(file.Filename, `/\`)+1:]
	stored, err := c.site.StoreFont(ctx, site.Upload{Name: name, Type: file.Header.Get("Content-Type"), Size: file.Size, Source: f})
	if e, ok := err.(*site.Error); ok {
		return stored, fontRefused(e.Message)
	}
	return stored, err
}

// fontRefused is the answer to a font file that cannot be taken.
func fontRefused(message string) error {
	if message == "Sorry, you are not allowed to upload this file type." {
		return rest.NewError(http.StatusBadRequest, "rest_font_upload_invalid_file_type", message)
	}
	return rest.NewError(http.StatusInternalServerError, "rest_font_upload_unknown_error", message)
}
