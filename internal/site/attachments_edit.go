package site

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path"
	"regexp"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// ImageChange is one step of editing an image: a flip, a rotation, or a crop
// where Width and Height are set.
type ImageChange struct {
	FlipVertical, FlipHorizontal bool
	Rotate                       float64 // degrees clockwise
	Crop                         bool
	Left, Top, Width, Height     float64 // of a crop, in percent
}

// editable are the media types that WordPress edits.
var editableTypes = map[string]bool{
	"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true, "image/avif": true, "image/heic": true,
}

func failStatus(status int, code, message string) *Error {
	return &Error{Code: code, Message: message, Status: status}
}

// MatchesImage reports whether an address is that of an image or of one of its
// sizes: wp_image_file_matches_image_meta.
func (a *Attachment) MatchesImage(src string) bool {
	file, _ := a.metaValue("file").(string)
	if len(file) <= 4 {
		return false
	}
	src, _, _ = strings.Cut(src, "?")
	if strings.HasSuffix(src, file) {
		return true
	}
	dir := path.Dir(file) + "/"
	if dir == "./" {
		dir = ""
	}
	if name, _ := a.metaValue("original_image").(string); name != "" && strings.HasSuffix(src, dir+name) {
		return true
	}
	for _, v := range a.sizes().All() {
		if size, ok := v.(*phpserialize.Array); ok {
			if name, _ := size.Lookup("file").(string); name != "" && strings.HasSuffix(src, dir+name) {
				return true
			}
		}
	}
	return false
}

// CheckEditable refuses what EditImage cannot edit: a media item that is no
// image, or whose image is not at src.
func (a *Attachment) CheckEditable(src string) error {
	if a.Meta == nil || a.Meta.Len() == 0 || !a.Is("image") || a.File == "" || !a.MatchesImage(src) {
		return failStatus(http404, "rest_unknown_attachment", "Unable to get meta information for file.")
	}
	if !editableTypes[a.MimeType] {
		return failStatus(http400, "rest_cannot_edit_file_type", "This type of file cannot be edited.")
	}
	return nil
}

// The statuses that WordPress gives these refusals.
const (
	http400 = 400
	http404 = 404
	http500 = 500
)

// EditImage makes a new media item of a changed image; what c does not say is
// as in the old one: edit_media_item.
func (s *Site) EditImage(ctx context.Context, a *Attachment, id string, changes []ImageChange, c PostChanges, alt *string) (*wp.Post, error) {
	if s.cfg.Uploads == nil {
		return nil, errUploads
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	original := a.Original()
	data, mime, err := s.changedImage(ctx, original, changes)
	if err != nil {
		return nil, err
	}
	name := editedName(path.Base(original))
	if _, own, _ := format.KnownFileTypes().Check(name); own != mime {
		name = name[:strings.LastIndexByte(name, '.')+1] + format.KnownFileTypes().DefaultExtension(mime)
	}
	stored, err := s.storeFile(ctx, uploadDir(set, "", s.localNow(ctx)), name, mime, Upload{Source: bytes.NewReader(data)}, s.AllowedFileTypes(ctx))
	if err != nil {
		return nil, err
	}
	keep := func(field **string, old string) {
		if *field == nil {
			*field = &old
		}
	}
	keep(&c.Title, a.Title)
	keep(&c.Excerpt, a.Excerpt)
	keep(&c.Content, a.Content)
	if alt == nil {
		alt = &a.Alt
	}
	p, err := s.InsertAttachment(ctx, c, stored)
	if err != nil {
		return nil, err
	}
	if *alt != "" && *alt != "0" {
		if err := s.SetMeta(ctx, wp.PostMeta, p.ID, AltMeta, *alt); err != nil {
			return nil, err
		}
	}
	meta, err := s.generate(ctx, p, stored.File, GenerateOptions{})
	if err != nil {
		return nil, err
	}
	inherit(meta, a.Meta)
	parent := &phpserialize.Array{}
	meta.Put("parent_image", parent.Put("attachment_id", id).Put("file", original))
	return p, s.saveMetadata(ctx, p.ID, meta)
}

// inherit takes over what the camera said of the original.
func inherit(meta, old *phpserialize.Array) {
	now, ok := meta.Lookup("image_meta").(*phpserialize.Array)
	if !ok {
		return
	}
	if before, ok := old.Lookup("image_meta").(*phpserialize.Array); ok {
		for k, v := range before.All() {
			if have, _ := now.Get(k); emptyPHP(have) && !emptyPHP(v) {
				now.Set(k, v)
			}
		}
	}
	if !emptyPHP(now.Lookup("orientation")) {
		now.Put("orientation", int64(1))
	}
}

func emptyPHP(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == "" || v == "0"
	case int64:
		return v == 0
	case float64:
		return v == 0
	case bool:
		return !v
	case *phpserialize.Array:
		return v.Len() == 0
	}
	return false
}

var editedSuffix = regexp.MustCompile(`-edited(-[0-9]+)?$`)

// editedName is the name of a file that is made by editing another.
func editedName(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		dot = len(name)
	}
	return editedSuffix.ReplaceAllString(name[:dot], "") + "-edited" + name[dot:]
}

// changedImage applies the steps to the image of a file.
func (s *Site) changedImage(ctx context.Context, file string, changes []ImageChange) ([]byte, string, error) {
	cannot := failStatus(http500, "rest_unknown_image_file_type", "Unable to edit this image.")
	f, _, err := s.cfg.Uploads.Open(ctx, file)
	if err != nil {
		return nil, "", cannot
	}
	defer f.Close()
	e, err := media.NewEditor(ctx, s.images(), f)
	if errors.Is(err, media.ErrNoImage) || errors.Is(err, media.ErrTooLarge) {
		return nil, "", cannot
	}
	if err != nil {
		return nil, "", err
	}
	defer e.Close()
	if info, err := media.ReadImageInfo(f); err == nil && info.Type == "image/jpeg" {
		e.Upright(media.ReadImageMeta(f, info).Orientation)
	}
	for _, c := range changes {
		if err := change(e, c); err != nil {
			return nil, "", err
		}
	}
	data, err := e.Encoded()
	if err != nil {
		return nil, "", err
	}
	return data.Bytes(), e.OutputType(), nil
}

func change(e *media.Editor, c ImageChange) error {
	if !c.Crop {
		e.Flip(c.FlipVertical, c.FlipHorizontal)
		if !e.Rotate(c.Rotate) {
			return failStatus(http500, "rest_image_rotation_failed", "Unable to rotate this image.")
		}
		return nil
	}
	w, h := e.Size()
	part := func(size int, percent float64) int {
		v := math.Round(float64(size) * percent / 100)
		return int(max(min(v, 1<<30), -1<<30))
	}
	x, y, cw, ch := part(w, c.Left), part(h, c.Top), part(w, c.Width), part(h, c.Height)
	if cw == w && ch == h {
		return nil
	}
	if !e.Crop(x, y, cw, ch) {
		return failStatus(http500, "rest_image_crop_failed", "Unable to crop this image.")
	}
	return nil
}
