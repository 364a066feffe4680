package site

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// sideloadedFile is the meta key, a row each, of the files that a browser made
// of an image and sent, until they are part of its metadata.
const sideloadedFile = "_wp_sideloaded_file"

// sizeNumbered is the name of a size with the number that keeps uploads of
// their own from taking such names.
var sizeNumbered = regexp.MustCompile(`^(.*)-(\d+x\d+|scaled)-\d+$`)

// sizeName is the name of a size of the file base, without a number where the
// name asked for is free.
func (s *Site) sizeName(ctx context.Context, dir, asked, free, base string) string {
	ext := path.Ext(free)
	m := sizeNumbered.FindStringSubmatch(strings.TrimSuffix(free, ext))
	if m == nil || free == format.SanitizeFileName(asked, s.AllowedFileTypes(ctx)) || m[1] != strings.TrimSuffix(base, path.Ext(base)) {
		return free
	}
	if plain := m[1] + "-" + m[2] + ext; !media.Exists(ctx, s.cfg.Uploads, path.Join(dir, plain)) {
		return plain
	}
	return free
}

// SizeFile describes a file that a browser made of an image.
type SizeFile struct {
	Names         []string // of the sizes that it is
	Width, Height int64
	File, Type    string
	Size          int64
	// Original is the file that this one takes the place of.
	Original string
}

// NoteSideloaded remembers names of files that were made of an image.
func (s *Site) NoteSideloaded(ctx context.Context, id int64, names ...string) error {
	m, err := s.Meta(ctx, wp.PostMeta, id)
	if err != nil {
		return err
	}
	have := m.All(sideloadedFile)
	return s.ReplaceMeta(ctx, wp.PostMeta, id, sideloadedFile, have, slices.Concat(have, names))
}

// ShowInstead makes a stored file the one that an attachment shows:
// update_attached_file.
func (s *Site) ShowInstead(ctx context.Context, id int64, file string) error {
	return s.SetMeta(ctx, wp.PostMeta, id, attachedFile, file)
}

// ownNames are the names of files that belong to an attachment by its metadata.
func (a *Attachment) ownNames() []string {
	var out []string
	add := func(v any) {
		if name, _ := v.(string); name != "" {
			out = append(out, name, path.Base(name))
		}
	}
	add(a.raw)
	for _, key := range []string{"file", "original_image", "source_image", "animated_video", "animated_video_poster"} {
		add(a.metaValue(key))
	}
	for _, v := range a.sizes().All() {
		if size, ok := v.(*phpserialize.Array); ok {
			add(size.Lookup("file"))
		}
	}
	return out
}

// FinishSideload puts what a browser made of an image into its metadata:
// finalize_item. Only files that were sent for this image are taken.
func (s *Site) FinishSideload(ctx context.Context, p *wp.Post, files []SizeFile) error {
	a, err := s.Attachment(ctx, p)
	if err != nil {
		return err
	}
	m, err := s.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return err
	}
	noted := m.All(sideloadedFile)
	allowed := slices.Concat(noted, a.ownNames())
	for _, f := range files {
		for _, name := range []string{f.File, f.Original} {
			if name != "" && !slices.Contains(allowed, name) {
				return fail("rest_invalid_sub_size_file", "Invalid sub-size file name. File names must have been produced by a prior sideload for this attachment.")
			}
		}
	}
	meta := &phpserialize.Array{}
	if a.Meta != nil {
		meta = a.Meta.Clone()
	}
	for _, f := range files {
		if f.File != "" {
			f.into(meta)
		}
	}
	if err := s.saveMetadata(ctx, p.ID, meta); err != nil {
		return err
	}
	done := (&Attachment{Post: p, raw: m.Get(attachedFile), Meta: meta}).ownNames()
	rest := slices.DeleteFunc(slices.Clone(noted), func(name string) bool {
		used := slices.ContainsFunc(files, func(f SizeFile) bool { return f.File == name || f.Original == name })
		return used && slices.Contains(done, name)
	})
	return s.ReplaceMeta(ctx, wp.PostMeta, p.ID, sideloadedFile, noted, rest)
}

// SpecialSizes are names of files of an image that are no sizes of it.
var SpecialSizes = []string{"original", "scaled", "source_original", "animated_video", "animated_video_poster"}

// into notes a file in metadata.
func (f SizeFile) into(meta *phpserialize.Array) {
	switch f.Names[0] {
	case "original", "scaled":
		if f.Original != "" {
			meta.Put("original_image", f.Original)
		}
		meta.Put("width", f.Width).Put("height", f.Height).Put("filesize", f.Size).Put("file", f.File)
		if exif, ok := meta.Lookup("image_meta").(*phpserialize.Array); ok && phpInt(exif.Lookup("orientation")) != 0 {
			meta.Put("image_meta", exif.Clone().Put("orientation", int64(1)))
		}
	case "source_original":
		meta.Put("source_image", f.File)
	case "animated_video", "animated_video_poster":
		meta.Put(f.Names[0], f.File)
	default:
		sizes := &phpserialize.Array{}
		if have, ok := meta.Lookup("sizes").(*phpserialize.Array); ok {
			sizes = have.Clone()
		}
		for _, name := range f.Names {
			one := &phpserialize.Array{}
			one.Put("width", f.Width).Put("height", f.Height).Put("file", f.File).Put("mime-type", f.Type).Put("filesize", f.Size)
			sizes.Put(name, one)
		}
		meta.Put("sizes", sizes)
	}
}
