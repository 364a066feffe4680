package site

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// bigImage is the width or height above which a smaller copy takes the place of
// an uploaded image (big_image_size_threshold).
const bigImage = 2560

// GenerateOptions change how the metadata of a file are made.
type GenerateOptions struct {
	// AsIs leaves an image alone: no sizes, not scaled down, not turned.
	AsIs bool
}

// GenerateMetadata reads the file of a media item, makes the sizes of an image,
// and stores what is known of it: wp_generate_attachment_metadata. A picture
// that cannot be decoded is kept without sizes.
func (s *Site) GenerateMetadata(ctx context.Context, p *wp.Post, file string, opt GenerateOptions) (*phpserialize.Array, error) {
	meta, err := s.generate(ctx, p, file, opt)
	if err != nil {
		return nil, err
	}
	return meta, s.saveMetadata(ctx, p.ID, meta)
}

func (s *Site) generate(ctx context.Context, p *wp.Post, file string, opt GenerateOptions) (*phpserialize.Array, error) {
	if s.cfg.Uploads == nil {
		return nil, errUploads
	}
	f, st, err := s.cfg.Uploads.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	meta := &phpserialize.Array{}
	a := &Attachment{Post: p, File: file, raw: file}
	var info media.ImageInfo
	if strings.HasPrefix(p.MimeType, "image/") {
		if info, err = media.ReadImageInfo(f); err != nil {
			info = media.ImageInfo{}
		}
	}
	switch {
	case info.Displayable():
		if meta, err = s.imageMetadata(ctx, p, file, f, info, st.Size, opt); err != nil {
			return nil, err
		}
	case a.Is("video"), a.Is("audio"):
		var cover *media.Cover
		meta, cover = media.ReadAVMeta(f, st.Size, file, a.Is("video"))
		if err := s.takeCover(ctx, p, file, cover); err != nil {
			return nil, err
		}
	}
	if !meta.Has(phpserialize.StrKey("filesize")) {
		meta.Put("filesize", st.Size)
	}
	return meta, nil
}

func (s *Site) saveMetadata(ctx context.Context, id int64, meta *phpserialize.Array) error {
	text, err := phpserialize.Marshal(meta)
	if err != nil {
		return err
	}
	return s.SetMeta(ctx, wp.PostMeta, id, attachmentMeta, text)
}

// imageMetadata is wp_create_image_subsizes.
func (s *Site) imageMetadata(ctx context.Context, p *wp.Post, file string, r io.ReaderAt, info media.ImageInfo, size int64, opt GenerateOptions) (*phpserialize.Array, error) {
	exif := media.ReadImageMeta(r, info)
	meta := &phpserialize.Array{}
	meta.Put("width", int64(info.Width)).Put("height", int64(info.Height)).Put("file", file).Put("filesize", size)
	meta.Put("sizes", &phpserialize.Array{}).Put("image_meta", exif.Array())
	if opt.AsIs || !info.Editable() {
		return meta, nil
	}
	sizes := s.ImageSizes(ctx)
	turned := info.Type == "image/jpeg" && exif.Orientation > 1
	big := info.Width > bigImage || info.Height > bigImage
	if !turned && !big && !anySize(info, sizes) {
		return meta, nil
	}
	if err := s.saveMetadata(ctx, p.ID, meta); err != nil {
		return nil, err
	}
	err := s.edited(ctx, r, func(e *media.Editor) error {
		if turned {
			e.Upright(exif.Orientation)
		}
		if err := s.subSizes(ctx, e, file, meta, sizes); err != nil {
			return err
		}
		switch {
		case big && e.Resize(bigImage, bigImage, format.Crop{}):
			return s.replaceOriginal(ctx, p, e, file, "-scaled", meta, turned)
		case turned:
			return s.replaceOriginal(ctx, p, e, file, "-rotated", meta, turned)
		}
		return nil
	})
	if err != nil {
		s.keepMade(ctx, p.ID, file, meta)
	}
	return meta, err
}

// keepMade notes the sizes that were made before something failed, so that the
// rest can be made later and all go with the item; if even that fails, they go
// at once.
func (s *Site) keepMade(ctx context.Context, id int64, file string, meta *phpserialize.Array) {
	ctx = context.WithoutCancel(ctx)
	if err := s.saveMetadata(ctx, id, meta); err == nil {
		return
	}
	a := &Attachment{File: file, Meta: meta}
	for _, name := range a.files(nil) {
		if name != file {
			s.removeFile(ctx, name)
		}
	}
}

func anySize(info media.ImageInfo, sizes []format.ImageSize) bool {
	return slices.ContainsFunc(sizes, func(size format.ImageSize) bool {
		_, ok := format.ResizeDimensions(info.Width, info.Height, size.Width, size.Height, size.Crop)
		return ok
	})
}

// edited decodes an image for f. One that cannot be decoded, or is too large
// to be, is passed over: the file stays as it is.
func (s *Site) edited(ctx context.Context, r io.ReaderAt, f func(*media.Editor) error) error {
	e, err := media.NewEditor(ctx, s.images(), r)
	if errors.Is(err, media.ErrNoImage) || errors.Is(err, media.ErrTooLarge) {
		s.log.WarnContext(ctx, "no sizes can be made of an image", "err", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer e.Close()
	return f(e)
}

// images bounds how many images are decoded at a time, and how large.
func (s *Site) images() *media.Budget {
	s.imagesOnce.Do(func() { s.imageBudget = media.NewBudget(imageMemory, imagesAtOnce) })
	return s.imageBudget
}

const (
	imageMemory  = 256 << 20 // of one decoded image
	imagesAtOnce = 2
)

// subSizes makes sizes and notes them in meta, those that are needed first in
// front.
func (s *Site) subSizes(ctx context.Context, e *media.Editor, file string, meta *phpserialize.Array, sizes []format.ImageSize) error {
	have, _ := meta.Lookup("sizes").(*phpserialize.Array)
	if have == nil {
		have = &phpserialize.Array{}
		meta.Put("sizes", have)
	}
	var want []format.ImageSize
	for _, first := range []string{"medium", "large", "thumbnail", "medium_large", ""} {
		for _, size := range sizes {
			special := slices.Contains([]string{"medium", "large", "thumbnail", "medium_large"}, size.Name)
			if (size.Name == first || first == "" && !special) && !have.Has(phpserialize.StrKey(size.Name)) {
				want = append(want, size)
			}
		}
	}
	return e.SubSizes(ctx, want, func(m media.SubSize) error {
		suffix := "-" + strconv.Itoa(m.Width) + "x" + strconv.Itoa(m.Height)
		n := int64(m.Data.Len())
		name, err := s.putDerived(ctx, file, suffix, m.Type, m.Data)
		if err != nil {
			return err
		}
		one := &phpserialize.Array{}
		one.Put("file", path.Base(name)).Put("width", int64(m.Width)).Put("height", int64(m.Height)).Put("mime-type", m.Type).Put("filesize", n)
		have.Put(m.Name, one)
		return nil
	})
}

// putDerived stores a file that was made of another, beside it: its name with
// a suffix. One of another type than the original takes no name of others.
func (s *Site) putDerived(ctx context.Context, file, suffix, mime string, data io.Reader) (string, error) {
	dir, base := path.Split(file)
	dot := strings.LastIndexByte(base, '.')
	stem, ext := base, ""
	if dot > 0 {
		stem, ext = base[:dot], strings.ToLower(base[dot:])
	}
	_, own, _ := format.KnownFileTypes().Check(base)
	if own == mime {
		name := dir + stem + suffix + ext
		return name, s.cfg.Uploads.Put(ctx, name, data, true)
	}
	ext = "." + format.KnownFileTypes().DefaultExtension(mime)
	name := dir + stem + suffix + ext
	for n := 1; media.Exists(ctx, s.cfg.Uploads, name) && n < storeTries; n++ {
		name = dir + stem + suffix + "-" + strconv.Itoa(n) + ext
	}
	return name, s.cfg.Uploads.Put(ctx, name, data, false)
}

// replaceOriginal stores the present image as the one that is shown and keeps
// the uploaded one as the original: _wp_image_meta_replace_original.
func (s *Site) replaceOriginal(ctx context.Context, p *wp.Post, e *media.Editor, file, suffix string, meta *phpserialize.Array, turned bool) error {
	data, err := e.Encoded()
	if err != nil {
		return err
	}
	size := int64(data.Len())
	name, err := s.putDerived(ctx, file, suffix, e.OutputType(), data)
	if err != nil {
		return err
	}
	if err := s.SetMeta(ctx, wp.PostMeta, p.ID, attachedFile, name); err != nil {
		s.removeFile(ctx, name)
		return err
	}
	w, h := e.Size()
	meta.Put("width", int64(w)).Put("height", int64(h)).Put("file", name).Put("filesize", size).Put("original_image", path.Base(file))
	if exif, ok := meta.Lookup("image_meta").(*phpserialize.Array); ok && turned {
		exif.Put("orientation", int64(1))
	}
	return nil
}

// MissingSizes lists the sizes that an image should have and has not:
// wp_get_missing_image_subsizes.
func (s *Site) MissingSizes(ctx context.Context, a *Attachment) []format.ImageSize {
	if !a.Is("image") {
		return nil
	}
	sizes := s.ImageSizes(ctx)
	if a.Meta == nil || a.Meta.Len() == 0 {
		return sizes
	}
	w, h := int(a.Int("width")), int(a.Int("height"))
	if name, _ := a.metaValue("original_image").(string); name != "" && s.cfg.Uploads != nil {
		if f, _, err := s.cfg.Uploads.Open(ctx, a.Original()); err == nil {
			if info, err := media.ReadImageInfo(f); err == nil {
				w, h = info.Width, info.Height
			}
			f.Close()
		}
	}
	have := a.sizes()
	var out []format.ImageSize
	for _, size := range sizes {
		if _, ok := format.ResizeDimensions(w, h, size.Width, size.Height, size.Crop); ok && !have.Has(phpserialize.StrKey(size.Name)) {
			out = append(out, size)
		}
	}
	return out
}

// UpdateSubSizes makes the sizes that are missing: wp_update_image_subsizes.
func (s *Site) UpdateSubSizes(ctx context.Context, p *wp.Post) error {
	a, err := s.Attachment(ctx, p)
	if err != nil || !a.Is("image") || a.File == "" || s.cfg.Uploads == nil {
		return err
	}
	if a.Meta == nil || a.Meta.Len() == 0 {
		_, err := s.GenerateMetadata(ctx, p, a.File, GenerateOptions{})
		if errors.Is(err, media.ErrNotFound) {
			return nil
		}
		return err
	}
	missing := s.MissingSizes(ctx, a)
	if len(missing) == 0 {
		return nil
	}
	f, _, err := s.cfg.Uploads.Open(ctx, a.Original())
	if err != nil {
		return nil // as WordPress: nothing to make sizes of
	}
	defer f.Close()
	info, err := media.ReadImageInfo(f)
	if err != nil || !info.Editable() {
		return nil
	}
	meta := a.Meta.Clone()
	if sizes, ok := meta.Lookup("sizes").(*phpserialize.Array); ok {
		meta.Put("sizes", sizes.Clone())
	}
	err = s.edited(ctx, f, func(e *media.Editor) error {
		if info.Type == "image/jpeg" {
			e.Upright(media.ReadImageMeta(f, info).Orientation)
		}
		return s.subSizes(ctx, e, a.Original(), meta, missing)
	})
	if err != nil {
		s.keepMade(ctx, p.ID, a.Original(), meta)
		return err
	}
	return s.saveMetadata(ctx, p.ID, meta)
}

// ImageMeta is what an image says of itself.
type ImageMeta = media.ImageMeta

// ReadImageMeta reads what an image among the uploads says of itself; of other
// files that is nothing.
func (s *Site) ReadImageMeta(ctx context.Context, file string) ImageMeta {
	if s.cfg.Uploads == nil {
		return ImageMeta{}
	}
	f, _, err := s.cfg.Uploads.Open(ctx, file)
	if err != nil {
		return ImageMeta{}
	}
	defer f.Close()
	info, err := media.ReadImageInfo(f)
	if err != nil {
		return ImageMeta{}
	}
	return media.ReadImageMeta(f, info)
}
