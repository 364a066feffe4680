package render

import (
	"path"
	"strconv"
	"strings"
)

// imgAttr is an attribute of an image; order counts.
type imgAttr struct{ name, value string }

func setImgAttr(attrs []imgAttr, name, value string) []imgAttr {
	for i := range attrs {
		if attrs[i].name == name {
			attrs[i].value = value
			return attrs
		}
	}
	return append(attrs, imgAttr{name, value})
}

func getImgAttr(attrs []imgAttr, name string) (string, bool) {
	for _, a := range attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// attachmentImage is wp_get_attachment_image: an img tag with srcset and
// sizes; "" when the attachment has no image.
func (run *Run) attachmentImage(id int64, size string, attrs ...imgAttr) string {
	img := run.image(id, size)
	if img == nil {
		return ""
	}
	sizeClass := size
	if w, h, ok := boxSize(size); ok {
		sizeClass = strconv.FormatInt(w, 10) + "x" + strconv.FormatInt(h, 10)
	}
	alt, _ := run.Source.PostMeta(id, "_wp_attachment_image_alt")
	list := []imgAttr{{"src", img.url}, {"class", "attachment-" + sizeClass + " size-" + sizeClass}, {"alt", phpTrim(stripTags(alt))}}
	for _, a := range attrs {
		list = setImgAttr(list, a.name, a.value)
	}
	w, h := img.width, img.height
	if v, ok := getImgAttr(list, "width"); ok && isNumeric(v) {
		w = integer(v)
	}
	if v, ok := getImgAttr(list, "height"); ok && isNumeric(v) {
		h = integer(v)
	}
	list = run.imageLoading(list)
	if v, ok := getImgAttr(list, "srcset"); !ok || v == "" {
		meta := run.attachment(id)
		srcset := ""
		if meta != nil {
			srcset = run.srcset(img.width, img.height, img.url, meta)
		}
		sizes, _ := getImgAttr(list, "sizes")
		if sizes == "" {
			sizes = imageSizes(img.width)
		}
		if srcset != "" && sizes != "" {
			list = setImgAttr(list, "srcset", srcset)
			list = setImgAttr(list, "sizes", sizes)
		}
	}
	if l, _ := getImgAttr(list, "loading"); l == "lazy" {
		if s, ok := getImgAttr(list, "sizes"); ok && !autoSizes(s) {
			list = setImgAttr(list, "sizes", "auto, "+s)
		}
	}
	return writeImage(list, w, h)
}

func writeImage(list []imgAttr, w, h int64) string {
	var b strings.Builder
	b.WriteString("<img")
	if w != 0 {
		b.WriteString(` width="` + strconv.FormatInt(w, 10) + `"`)
	}
	if h != 0 {
		b.WriteString(` height="` + strconv.FormatInt(h, 10) + `"`)
	}
	for _, a := range list {
		if a.name != "width" && a.name != "height" {
			b.WriteString(" " + a.name + `="` + escAttr(a.value) + `"`)
		}
	}
	b.WriteString(" />")
	return b.String()
}

// imageLoading adds decoding and loading, unless the_content will do that for
// the finished text.
func (run *Run) imageLoading(list []imgAttr) []imgAttr {
	set := func(name, value string) { list = setImgAttr(list, name, value) }
	if l, ok := getImgAttr(list, "loading"); ok && l == "" {
		list = dropImgAttr(list, "loading")
	}
	if run.inContent == 0 {
		if d, ok := getImgAttr(list, "decoding"); !ok || d == "" {
			set("decoding", "async")
		}
		if _, ok := getImgAttr(list, "loading"); !ok {
			set("loading", "lazy")
		}
	}
	return list
}

func dropImgAttr(list []imgAttr, name string) []imgAttr {
	var out []imgAttr
	for _, a := range list {
		if a.name != name {
			out = append(out, a)
		}
	}
	return out
}

func autoSizes(s string) bool {
	first, _, _ := strings.Cut(s, ",")
	return strings.EqualFold(strings.Trim(first, " \t\f\r\n"), "auto")
}

// attachmentLink is wp_get_attachment_link. size "" shows no image.
func (run *Run) attachmentLink(id int64, size string, permalink bool, attrs ...imgAttr) string {
	p := run.getPost(id)
	url := run.attachmentURL(id)
	if p == nil || p.Type != "attachment" || url == "" {
		return "Missing Attachment"
	}
	if permalink {
		url = run.Permalink(p)
	}
	text := ""
	if size != "" && size != "none" {
		text = run.attachmentImage(id, size, attrs...)
	}
	if phpTrim(text) == "" {
		text = p.Title
	}
	if phpTrim(text) == "" {
		file, _ := run.Source.PostMeta(id, "_wp_attached_file")
		file = basename(file)
		text = escHTML(strings.TrimSuffix(file, path.Ext(file)))
	}
	return "<a href='" + escURL(url) + "'>" + text + "</a>"
}

// thumbnailID is get_post_thumbnail_id.
func (run *Run) thumbnailID(id int64) int64 {
	v, _ := run.Source.PostMeta(id, "_thumbnail_id")
	return integer(v)
}

// thumbnail is get_the_post_thumbnail.
func (run *Run) thumbnail(id int64, size string, attrs ...imgAttr) string {
	run.note("post:" + strconv.FormatInt(id, 10))
	tid := run.thumbnailID(id)
	if tid == 0 {
		return ""
	}
	if size == "post-thumbnail" {
		// no theme registers one: the full image under that class name
		size = "post-thumbnail"
	}
	class := "attachment-" + size + " size-" + size
	given := false
	for i := range attrs {
		if attrs[i].name == "class" {
			attrs[i].value += " wp-post-image"
			given = true
		}
	}
	if !given {
		attrs = append([]imgAttr{{"class", class + " wp-post-image"}}, attrs...)
	}
	return run.attachmentImage(tid, size, attrs...)
}
