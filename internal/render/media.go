package render

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// attachmentURL is wp_get_attachment_url; "" when there is no such attachment.
func (run *Run) attachmentURL(id int64) string {
	p := run.getPost(id)
	if p == nil || p.Type != "attachment" {
		return ""
	}
	if file, ok := run.Source.PostMeta(id, "_wp_attached_file"); ok && file != "" {
		if strings.HasPrefix(file, "http://") || strings.HasPrefix(file, "https://") {
			return file
		}
		if i := strings.Index(file, "wp-content/uploads"); i >= 0 {
			file = strings.TrimLeft(file[i+len("wp-content/uploads"):], "/")
		}
		return run.cfg.UploadsURL + "/" + strings.TrimLeft(file, "/")
	}
	return p.GUID
}

// attachment is the metadata of an attachment.
func (run *Run) attachment(id int64) *ordered.Object {
	run.note("attachment:" + strconv.FormatInt(id, 10))
	if p := run.getPost(id); p == nil || p.Type != "attachment" {
		return nil
	}
	return run.Source.Attachment(id)
}

var imageExts = map[string]bool{"jpg": true, "jpeg": true, "jpe": true, "gif": true, "png": true, "webp": true, "avif": true, "heic": true}

// attachmentIs is wp_attachment_is for image, audio and video.
func (run *Run) attachmentIs(kind string, p *wp.Post) bool {
	if p == nil || p.Type != "attachment" {
		return false
	}
	file, _ := run.Source.PostMeta(p.ID, "_wp_attached_file")
	if file == "" {
		return false
	}
	if strings.HasPrefix(p.MimeType, kind+"/") {
		return true
	}
	return kind == "image" && p.MimeType == "import" && imageExts[strings.ToLower(strings.TrimPrefix(path.Ext(file), "."))]
}

// imageSize is a size of an image: its address and measures.
type imageSize struct {
	url           string
	width, height int64
	intermediate  bool
}

// sizeLimit is the box of a named size, 0 for no limit.
func (run *Run) sizeLimit(size string) (w, h int64) {
	opt := func(name string) int64 { return integer(run.option(name)) }
	switch size {
	case "thumb", "thumbnail":
		w, h = opt("thumbnail_size_w"), opt("thumbnail_size_h")
		if w == 0 && h == 0 {
			w, h = 128, 96
		}
	case "medium":
		w, h = opt("medium_size_w"), opt("medium_size_h")
	case "medium_large":
		w, h = opt("medium_large_size_w"), opt("medium_large_size_h")
		if w == 0 && h == 0 {
			w = 768
		}
	case "large":
		w, h = opt("large_size_w"), opt("large_size_h")
	case "1536x1536":
		w, h = 1536, 1536
	case "2048x2048":
		w, h = 2048, 2048
	}
	return
}

// constrain is wp_constrain_dimensions.
func constrain(w, h, maxW, maxH int64) (int64, int64) {
	if maxW == 0 && maxH == 0 {
		return w, h
	}
	ratioW, ratioH := 1.0, 1.0
	didW, didH := false, false
	if maxW > 0 && w > 0 && w > maxW {
		ratioW, didW = float64(maxW)/float64(w), true
	}
	if maxH > 0 && h > 0 && h > maxH {
		ratioH, didH = float64(maxH)/float64(h), true
	}
	smaller, larger := min(ratioW, ratioH), max(ratioW, ratioH)
	ratio := larger
	if int64(round(float64(w)*larger, 0)) > maxW && maxW > 0 || int64(round(float64(h)*larger, 0)) > maxH && maxH > 0 {
		ratio = smaller
	}
	nw, nh := max(1, int64(round(float64(w)*ratio, 0))), max(1, int64(round(float64(h)*ratio, 0)))
	if didW && nw == maxW-1 {
		nw = maxW
	}
	if didH && nh == maxH-1 {
		nh = maxH
	}
	return nw, nh
}

func (run *Run) constrainForSize(w, h int64, size string) (int64, int64) {
	if bw, bh, ok := boxSize(size); ok {
		return constrain(w, h, bw, bh)
	}
	maxW, maxH := run.sizeLimit(size)
	if size == "large" && run.cfg.ContentWidth > 0 {
		// core leaves the width to the theme in the editor only
		maxW = min(maxW, maxW)
	}
	return constrain(w, h, maxW, maxH)
}

// boxSize reads a size given as "300x200" by array syntax: "[300,200]".
func boxSize(size string) (w, h int64, ok bool) {
	if !strings.HasPrefix(size, "[") {
		return 0, 0, false
	}
	a, b, ok := strings.Cut(strings.Trim(size, "[]"), ",")
	return integer(a), integer(b), ok
}

func basename(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		return s[i+1:]
	}
	return s
}

// image is wp_get_attachment_image_src; nil when there is none.
func (run *Run) image(id int64, size string) *imageSize {
	url := run.attachmentURL(id)
	meta := run.attachment(id)
	p := run.getPost(id)
	if url == "" || p == nil {
		return nil
	}
	out := &imageSize{url: url}
	if !run.attachmentIs("image", p) {
		full := dig(meta, "sizes", "full")
		if !truthy(full) {
			return nil
		}
		out.url = strings.ReplaceAll(url, basename(url), str(dig(full, "file")))
		out.width, out.height = integer(dig(full, "width")), integer(dig(full, "height"))
	}
	if s := run.intermediate(meta, size); s != nil {
		out.url = strings.ReplaceAll(out.url, basename(out.url), str(dig(s, "file")))
		out.width, out.height, out.intermediate = integer(dig(s, "width")), integer(dig(s, "height")), true
	}
	if out.width == 0 && out.height == 0 && dig(meta, "width") != nil && dig(meta, "height") != nil {
		out.width, out.height = integer(dig(meta, "width")), integer(dig(meta, "height"))
	}
	out.width, out.height = run.constrainForSize(out.width, out.height, size)
	return out
}

// intermediate finds the stored file of a size (image_get_intermediate_size).
func (run *Run) intermediate(meta *ordered.Object, size string) any {
	sizes, ok := dig(meta, "sizes").(*ordered.Object)
	if !ok || size == "" {
		return nil
	}
	w, h, box := boxSize(size)
	if !box {
		if s := sizes.Value(size); truthy(s) {
			return s
		}
		return nil
	}
	var best any
	var area int64 = -1
	for _, s := range sizes.All() {
		sw, sh := integer(dig(s, "width")), integer(dig(s, "height"))
		if sw == w && sh == h {
			best = s
			break
		}
		if sw < w || sh < h {
			continue
		}
		rw, rh := w, h
		if w == 0 || h == 0 {
			rw, rh = integer(dig(meta, "width")), integer(dig(meta, "height"))
		}
		if ratioMatches(sw, sh, rw, rh) && (area < 0 || sw*sh < area) {
			best, area = s, sw*sh
		}
	}
	if best == nil {
		thumb := sizes.Value("thumbnail")
		if !truthy(thumb) || w > integer(dig(thumb, "width")) || h > integer(dig(thumb, "width")) {
			return nil
		}
		best = thumb
	}
	cw, ch := constrain(integer(dig(best, "width")), integer(dig(best, "height")), w, h)
	return merged(best, ordered.Of("width", cw, "height", ch))
}

// ratioMatches is wp_image_matches_ratio.
func ratioMatches(w1, h1, w2, h2 int64) bool {
	var cw, ch, ew, eh int64
	if w1 > w2 {
		cw, ch = constrain(w1, h1, w2, 0)
		ew, eh = w2, h2
	} else {
		cw, ch = constrain(w2, h2, w1, 0)
		ew, eh = w1, h1
	}
	near := func(a, b int64) bool { return a-b <= 1 && b-a <= 1 }
	return near(cw, ew) && near(ch, eh)
}

// hasSrcset has what srcset and sizes want to know of an image.
var editHash = regexp.MustCompile(`-e[0-9]{13}`)

// relativeDir is _wp_get_attachment_relative_path with a slash at the end.
func relativeDir(file string) string {
	dir := path.Dir(file)
	if !strings.Contains(file, "/") || dir == "." {
		return ""
	}
	if i := strings.Index(dir, "wp-content/uploads"); i >= 0 {
		dir = strings.TrimLeft(dir[i+len("wp-content/uploads"):], "/")
	}
	if dir == "" {
		return ""
	}
	return strings.TrimRight(dir, "/") + "/"
}

// srcset is wp_calculate_image_srcset; "" for none.
func (run *Run) srcset(w, h int64, src string, meta *ordered.Object) string {
	sizes := dig(meta, "sizes")
	file, ok := dig(meta, "file").(string)
	if !truthy(sizes) || !ok || len(file) < 4 || w < 1 {
		return ""
	}
	list := []any{}
	each(sizes, func(_ string, s any) { list = append(list, s) })
	if dig(sizes, "thumbnail", "mime-type") != "image/gif" {
		list = append(list, ordered.Of("width", meta.Value("width"), "height", meta.Value("height"), "file", basename(file)))
	} else if strings.Contains(src, file) {
		return ""
	}
	dir := relativeDir(file)
	base := run.cfg.UploadsURL + "/" + dir
	edited := editHash.FindString(basename(src))
	type source struct {
		width int64
		url   string
	}
	var sources []source
	matched := false
	for _, s := range list {
		if !isArray(s) {
			continue
		}
		name, sw, sh := str(dig(s, "file")), integer(dig(s, "width")), integer(dig(s, "height"))
		isSrc := !matched && strings.Contains(src, dir+name)
		matched = matched || isSrc
		if edited != "" && strings.Index(name, edited) <= 0 || sw > 2048 && !isSrc || !ratioMatches(w, h, sw, sh) {
			continue
		}
		url := strings.ReplaceAll(base+name, " ", "%20")
		at := -1
		for i := range sources {
			if sources[i].width == sw {
				at = i
			}
		}
		switch {
		case isSrc:
			if at >= 0 {
				sources = append(sources[:at], sources[at+1:]...)
			}
			sources = append([]source{{sw, url}}, sources...)
		case at >= 0:
			sources[at].url = url
		default:
			sources = append(sources, source{sw, url})
		}
	}
	if !matched || len(sources) < 2 {
		return ""
	}
	var out []string
	for _, s := range sources {
		out = append(out, s.url+" "+strconv.FormatInt(s.width, 10)+"w")
	}
	return strings.TrimRight(strings.Join(out, ", "), ", ")
}

func imageSizes(w int64) string {
	if w == 0 {
		return ""
	}
	px := strconv.FormatInt(w, 10) + "px"
	return "(max-width: " + px + ") 100vw, " + px
}
