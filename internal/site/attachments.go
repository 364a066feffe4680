package site

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

const (
	attachedFile   = "_wp_attached_file"
	attachmentMeta = "_wp_attachment_metadata"
	// AltMeta is the meta key of an image's text for readers.
	AltMeta = "_wp_attachment_image_alt"
)

// Attachment is a media item with what is kept of its file.
type Attachment struct {
	*wp.Post
	File string              // relative to the uploads, "" for none
	Alt  string              // for readers
	Meta *phpserialize.Array // nil for none; shared, do not change it
	raw  string              // what is stored as the file
}

// Attachment completes a post of type attachment.
func (s *Site) Attachment(ctx context.Context, p *wp.Post) (*Attachment, error) {
	m, err := s.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return nil, err
	}
	a := &Attachment{Post: p, raw: m.Get(attachedFile), Alt: m.Get(AltMeta)}
	a.File = relativeFile(a.raw)
	a.Meta, _ = m.Value(attachmentMeta).(*phpserialize.Array)
	return a, nil
}

// relativeFile is the part of a stored path below the uploads.
func relativeFile(file string) string {
	if strings.HasPrefix(file, "http://") || strings.HasPrefix(file, "https://") {
		return ""
	}
	if i := strings.Index(file, "wp-content/uploads"); i >= 0 {
		file = file[i+len("wp-content/uploads"):]
	}
	return strings.TrimLeft(file, "/")
}

// Is reports wp_attachment_is for image, audio, video or an extension.
func (a *Attachment) Is(kind string) bool {
	if a.raw == "" {
		return false
	}
	if strings.HasPrefix(a.MimeType, kind+"/") {
		return true
	}
	ext, _, ok := format.KnownFileTypes().Check(a.raw)
	if !ok {
		return false
	}
	if a.MimeType != "import" {
		return kind == ext
	}
	switch kind {
	case "image":
		return slices.Contains([]string{"jpg", "jpeg", "jpe", "gif", "png", "webp", "avif", "heic"}, ext)
	case "audio":
		return slices.Contains([]string{"mp3", "ogg", "flac", "m4a", "wav"}, ext)
	case "video":
		return slices.Contains([]string{"mp4", "m4v", "webm", "ogv", "flv"}, ext)
	}
	return kind == ext
}

// Original is the file that was uploaded, where the shown one was made of it:
// wp_get_original_image_path.
func (a *Attachment) Original() string {
	if name, _ := a.metaValue("original_image").(string); name != "" && a.Is("image") {
		return a.beside(name)
	}
	return a.File
}

// beside is a file in the same directory; only the last part of name counts.
func (a *Attachment) beside(name string) string {
	return path.Join(path.Dir(a.File), path.Base("/"+strings.ReplaceAll(name, `\`, "/")))
}

func (a *Attachment) metaValue(key string) any {
	if a.Meta == nil {
		return nil
	}
	return a.Meta.Lookup(key)
}

// Int returns a number of the metadata, 0 for none.
func (a *Attachment) Int(key string) int64 { return phpInt(a.metaValue(key)) }

// sizes are the files that were made of the image.
func (a *Attachment) sizes() *phpserialize.Array {
	v, _ := a.metaValue("sizes").(*phpserialize.Array)
	if v == nil {
		return &phpserialize.Array{}
	}
	return v
}

// AttachmentURL is the address of the file: wp_get_attachment_url.
func (s *Site) AttachmentURL(ctx context.Context, a *Attachment) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return ""
	}
	switch {
	case a.File != "":
		return set.UploadsURL() + "/" + a.File
	case a.raw != "":
		return a.raw
	}
	return a.GUID
}

// ImageSizes are the sizes that images are made in: the options, and two for
// large screens (wp_get_registered_image_subsizes).
func (s *Site) ImageSizes(ctx context.Context) []format.ImageSize {
	set, err := s.Settings(ctx)
	var out []format.ImageSize
	for _, size := range format.DefaultImageSizes() {
		if err == nil && slices.Contains([]string{"thumbnail", "medium", "medium_large", "large"}, size.Name) {
			for name, n := range map[string]*int{"_size_w": &size.Width, "_size_h": &size.Height} {
				if v, ok := set.raw[size.Name+name]; ok {
					*n = int(Atoi(v))
				}
			}
			if size.Name == "thumbnail" {
				size.Crop.On = set.Bool("thumbnail_crop")
			}
		}
		if size.Width > 0 || size.Height > 0 {
			out = append(out, size)
		}
	}
	return out
}

// AllowedFileTypes are the types that the user who acts may upload.
func (s *Site) AllowedFileTypes(ctx context.Context) format.FileTypes {
	return format.AllowedFileTypes(s.Can(ctx, "unfiltered_html"))
}

// Upload is a file on its way in.
type Upload struct {
	Name string // as the client calls it
	Type string // as the client calls it; counts only where everything may be uploaded
	Size int64
	media.Source
	// Date is the moment whose year and month name the folder; "" is now.
	Date string
	// Beside is a stored file in whose folder this one goes, and whose sizes'
	// names it may have; "" for an upload of its own.
	Beside string
}

// Stored is a file that was taken in.
type Stored struct {
	File, URL, Type string
}

// errUploads: the site was opened without a place for files.
var errUploads = errors.New("site: no storage for uploads")

// StoreUpload checks a file and puts it into the uploads, under a name that is
// free there: _wp_handle_upload. Refusals are *Error without a status.
func (s *Site) StoreUpload(ctx context.Context, u Upload) (Stored, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return Stored{}, err
	}
	dir := uploadDir(set, u.Date, s.localNow(ctx))
	if u.Beside != "" {
		dir = strings.TrimSuffix(path.Dir("/" + u.Beside)[1:], "/")
	}
	return s.takeIn(ctx, dir, u, s.AllowedFileTypes(ctx))
}

// takeIn checks that a file is one of the types that are allowed, and stores it
// in a folder of the uploads.
func (s *Site) takeIn(ctx context.Context, dir string, u Upload, allowed format.FileTypes) (Stored, error) {
	if s.cfg.Uploads == nil {
		return Stored{}, errUploads
	}
	if u.Size <= 0 {
		return Stored{}, fail("upload_empty", "File is empty. Please upload something more substantial. This error could also be caused by uploads being disabled in your php.ini file or by post_max_size being defined as smaller than upload_max_filesize in php.ini.")
	}
	name, mime, ok, err := media.CheckType(u, u.Name, allowed)
	if err != nil {
		return Stored{}, err
	}
	if !ok && !s.Can(ctx, "unfiltered_upload") {
		return Stored{}, fail("upload_type", "Sorry, you are not allowed to upload this file type.")
	}
	if ok && strings.HasPrefix(mime, "image/") && s.disguised(ctx, u) {
		return Stored{}, fail("upload_type", "Sorry, you are not allowed to upload this file type.")
	}
	if mime == "" {
		mime = u.Type
	}
	return s.storeFile(ctx, dir, name, mime, u, allowed)
}

// disguised reports a page or program that only begins like an image. WordPress
// takes those in; an image that can be decoded passes, whatever it says.
func (s *Site) disguised(ctx context.Context, r media.Source) bool {
	if !media.Suspicious(r) {
		return false
	}
	info, err := media.ReadImageInfo(r)
	if err != nil {
		return true
	}
	if !info.Editable() {
		return false
	}
	e, err := media.NewEditor(ctx, s.images(), r)
	if err != nil {
		return true
	}
	e.Close()
	return false
}

// uploadDir is the folder of a file: year and month, unless the site keeps all
// in one.
func uploadDir(set *Settings, date, now string) string {
	if !set.Bool("uploads_use_yearmonth_folders") {
		return ""
	}
	if len(date) < 7 || date[:4] == "0000" {
		date = now
	}
	return date[:4] + "/" + date[5:7]
}

// storeTries is how often a name may be taken by somebody else meanwhile.
const storeTries = 20

func (s *Site) storeFile(ctx context.Context, dir, name, mime string, src Upload, allowed format.FileTypes) (Stored, error) {
	for range storeTries {
		free, err := media.UniqueName(ctx, s.cfg.Uploads, dir, name, allowed)
		if err == nil {
			if src.Beside != "" {
				free = s.sizeName(ctx, dir, name, free, path.Base(src.Beside))
			}
			if _, err = src.Seek(0, 0); err == nil {
				err = s.cfg.Uploads.Put(ctx, path.Join(dir, free), src, false)
			}
		}
		switch {
		case errors.Is(err, media.ErrTaken):
			continue
		case errors.Is(err, media.ErrName):
			return Stored{}, fail("upload_name", "Sorry, you are not allowed to upload this file type.")
		case err != nil:
			s.log.ErrorContext(ctx, "an upload cannot be stored", "name", free, "err", err)
			return Stored{}, fail("upload_move", "The uploaded file could not be moved to "+path.Join("wp-content/uploads", dir)+".")
		}
		file := path.Join(dir, free)
		set, err := s.Settings(ctx)
		if err != nil {
			return Stored{}, err
		}
		return Stored{File: file, URL: set.UploadsURL() + "/" + file, Type: mime}, nil
	}
	return Stored{}, fail("upload_move", "The uploaded file could not be moved to "+path.Join("wp-content/uploads", dir)+".")
}

// InsertAttachment makes the media item of a stored file; when that fails the
// file goes again: wp_insert_attachment.
func (s *Site) InsertAttachment(ctx context.Context, c PostChanges, f Stored) (*wp.Post, error) {
	typ := "attachment"
	guid := format.SanitizeURL(f.URL)
	c.Type, c.MimeType, c.GUID = &typ, &f.Type, &guid
	c.Meta = append([]wp.Meta{{Key: attachedFile, Value: f.File}}, c.Meta...)
	p, err := s.InsertPost(ctx, c)
	if err != nil {
		s.removeFile(ctx, f.File)
		return nil, err
	}
	return p, nil
}

// removeFile removes a stored file even when the request is over.
func (s *Site) removeFile(ctx context.Context, name string) {
	if s.cfg.Uploads == nil || name == "" {
		return
	}
	if err := s.cfg.Uploads.Remove(context.WithoutCancel(ctx), name); err != nil {
		s.log.WarnContext(ctx, "an uploaded file cannot be removed", "name", name, "err", err)
	}
}

// DeleteAttachment removes a media item for good, takes it from the posts whose
// image it is, and removes its files: wp_delete_attachment.
func (s *Site) DeleteAttachment(ctx context.Context, p *wp.Post) error {
	a, err := s.Attachment(ctx, p)
	if err != nil {
		return err
	}
	m, err := s.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return err
	}
	backups, _ := m.Value("_wp_attachment_backup_sizes").(*phpserialize.Array)
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.DeleteMetaByValue(ctx, wp.PostMeta, 0, "_thumbnail_id", itoa(p.ID)); err != nil {
			return err
		}
		return s.deleteRow(ctx, tx, p)
	})
	if err != nil {
		return err
	}
	names := a.files(backups)
	if a.File != "" {
		for _, name := range m.All(sideloadedFile) { // sent, and never made part of the image
			names = append(names, a.beside(name))
		}
	}
	for _, name := range names {
		s.removeFile(ctx, name)
	}
	return nil
}

// files lists the files of a media item, all in one directory:
// wp_delete_attachment_files.
func (a *Attachment) files(backups *phpserialize.Array) []string {
	if a.File == "" {
		return nil
	}
	var out []string
	add := func(v any) {
		if name, _ := v.(string); name != "" {
			out = append(out, a.beside(name))
		}
	}
	for _, key := range []string{"thumb", "original_image", "source_image", "animated_video", "animated_video_poster"} {
		add(a.metaValue(key))
	}
	for _, list := range []*phpserialize.Array{a.sizes(), backups} {
		if list == nil {
			continue
		}
		for _, v := range list.All() {
			if size, ok := v.(*phpserialize.Array); ok {
				add(size.Lookup("file"))
			}
		}
	}
	return append(out, a.File)
}

// Orientation is how the camera was held, 1 to 8.
func (a *Attachment) Orientation() int64 {
	if exif, ok := a.metaValue("image_meta").(*phpserialize.Array); ok {
		if n := phpInt(exif.Lookup("orientation")); n > 0 {
			return n
		}
	}
	return 1
}

// FileSize is the size of the file in bytes, 0 when it is not known.
func (s *Site) FileSize(ctx context.Context, a *Attachment) int64 {
	if n := a.Int("filesize"); n > 0 {
		return n
	}
	if s.cfg.Uploads == nil || a.File == "" {
		return 0
	}
	info, err := s.cfg.Uploads.Stat(ctx, a.Original())
	if err != nil {
		return 0
	}
	return info.Size
}

// DiscardUpload removes a stored file for which no media item is made.
func (s *Site) DiscardUpload(ctx context.Context, f Stored) { s.removeFile(ctx, f.File) }

// attachmentTemplate is the pattern of a media item's address: only below a
// post it has a place for the slug.
func (s *Site) attachmentTemplate(ctx context.Context, set *Settings, p *wp.Post) string {
	row := *p
	row.Name = "%postname%"
	if row.Parent == 0 {
		row.Name = ""
	}
	return strings.Replace(s.attachmentLink(ctx, set, &row), "attachment/%postname%", "%postname%", 1)
}

// Bytes is how much space the files and the database take, in bytes.
func (s *Site) Bytes(ctx context.Context) (files, database int64, err error) {
	if s.cfg.Uploads != nil {
		if files, err = s.cfg.Uploads.Bytes(ctx); err != nil {
			return 0, 0, err
		}
	}
	database, err = s.store.Bytes(ctx)
	return files, database, err
}
