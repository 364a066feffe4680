package render

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// coreShortcodes are the shortcodes of core.
func coreShortcodes() map[string]Shortcode {
	return map[string]Shortcode{
		"caption": captionShortcode, "wp_caption": captionShortcode, "gallery": galleryShortcode,
		"playlist": playlistShortcode, "audio": audioShortcode, "video": videoShortcode,
		// the embed shortcode has run before the others
		"embed": func(*Run, *ordered.Object, string, string) string { return "" },
	}
}

func newAtts(pairs ...string) *ordered.Object {
	o := &ordered.Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i], pairs[i+1])
	}
	return o
}

// withDefaults is shortcode_atts.
func withDefaults(atts *ordered.Object, pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
		if v, ok := atts.Get(pairs[i]); ok {
			out[pairs[i]] = str(v)
		}
	}
	return out
}

func validBool(s string) bool { return !strings.EqualFold(s, "false") && s != "" && s != "0" }

var captionImage = regexp.MustCompile(`(?is)((?:<a [^>]+>\s*)?<img [^>]+>(?:\s*</a>)?)(.*)`)

// captionShortcode is img_caption_shortcode.
func captionShortcode(run *Run, atts *ordered.Object, content, tag string) string {
	caption, has := atts.Get("caption")
	if !has {
		if m := captionImage.FindStringSubmatch(content); m != nil {
			content, caption = m[1], phpTrim(m[2])
		}
	} else if strings.Contains(str(caption), "<") {
		caption = run.ksesPost(str(caption))
	}
	a := withDefaults(atts, "id", "", "caption_id", "", "align", "alignnone", "width", "", "class", "")
	width := integer(a["width"])
	if width < 1 || !truthy(caption) {
		return content
	}
	id, captionID, describedBy := "", "", ""
	idValue, captionValue := "", ""
	first := func(s string) string { return strings.TrimSuffix(run.uniquePrefixedID(s+"-"), "-1") }
	if truthy(a["id"]) {
		idValue = first(htmlClass(a["id"]))
		id = `id="` + escAttr(idValue) + `" `
	}
	if truthy(a["caption_id"]) {
		captionValue = first(htmlClass(a["caption_id"]))
	} else if idValue != "" {
		captionValue = "caption-" + strings.ReplaceAll(idValue, "_", "-")
	}
	if captionValue != "" {
		captionID = `id="` + escAttr(captionValue) + `" `
		describedBy = `aria-describedby="` + escAttr(captionValue) + `" `
	}
	class := phpTrim("wp-caption " + a["align"] + " " + a["class"])
	if run.cfg.Classic {
		width += 10
	}
	style := `style="width: ` + strconv.FormatInt(width, 10) + `px" `
	inner := run.doShortcodes(content)
	if run.cfg.Classic {
		inner = strings.ReplaceAll(inner, "<img ", "<img "+describedBy)
		return "<div " + id + style + `class="` + escAttr(class) + `">` + inner +
			"<p " + captionID + `class="wp-caption-text">` + str(caption) + "</p></div>"
	}
	return "<figure " + id + describedBy + style + `class="` + escAttr(class) + `">` + inner +
		"<figcaption " + captionID + `class="wp-caption-text">` + str(caption) + "</figcaption></figure>"
}

// idList is wp_parse_id_list.
func idList(s string) []int64 {
	var out []int64
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\n\r\v\f", r) }) {
		n := integer(f)
		if n < 0 {
			n = -n
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// attachments finds the media items of a gallery or playlist. ok is false when
// the post they belong to may not be read.
func (run *Run) attachments(atts *ordered.Object, mime string, viewable bool) (list []*wp.Post, id int64, ok bool) {
	own := ""
	if p := run.thePost(); p != nil {
		own = strconv.FormatInt(p.ID, 10)
	}
	include := ""
	if truthy(atts.Value("ids")) {
		include = str(atts.Value("ids"))
	}
	a := withDefaults(atts, "order", "ASC", "orderby", "menu_order ID", "id", own, "include", "", "exclude", "")
	if include != "" {
		a["include"] = include
		if !truthy(atts.Value("orderby")) {
			a["orderby"] = "post__in"
		}
	}
	id = integer(a["id"])
	q := PostQuery{Types: []string{"attachment"}, Statuses: []string{"inherit"}, MimeType: mime, Limit: -1, NoTotal: true,
		OrderBy: a["orderby"], Order: a["order"]}
	run.note("query")
	if truthy(a["include"]) {
		q.Include = idList(a["include"])
		list, _ = run.Source.Posts(q)
		if strings.EqualFold(a["orderby"], "post__in") {
			slices.SortStableFunc(list, func(x, y *wp.Post) int {
				return cmp.Compare(slices.Index(q.Include, x.ID), slices.Index(q.Include, y.ID))
			})
		}
		return list, id, true
	}
	if truthy(a["exclude"]) {
		q.Exclude = idList(a["exclude"])
	}
	q.Parents, q.HasParents = []int64{id}, true
	if strings.EqualFold(q.OrderBy, "post__in") {
		q.OrderBy = "date"
	}
	if id != 0 {
		parent := run.getPost(id)
		if parent == nil {
			return nil, id, false
		}
		public := parent.Status == "publish" || parent.Status == "inherit"
		if !(public && viewable) && !run.Source.Can("read_post", id) || run.Locked(parent) {
			return nil, id, false
		}
	}
	list, _ = run.Source.Posts(q)
	return list, id, true
}

// postTags are the elements that kses allows in posts, as far as galleries use
// them.
var tagName = regexp.MustCompile(`[^a-zA-Z0-9_:-]`)

// galleryShortcode is gallery_shortcode.
func galleryShortcode(run *Run, atts *ordered.Object, _, _ string) string {
	instance := run.count("gallery")
	list, id, ok := run.attachments(atts, "image", true)
	if !ok || len(list) == 0 {
		return ""
	}
	def := []string{"figure", "div", "figcaption"}
	if run.cfg.Classic {
		def = []string{"dl", "dt", "dd"}
	}
	a := withDefaults(atts, "itemtag", def[0], "icontag", def[1], "captiontag", def[2], "columns", "3", "size", "thumbnail", "link", "")
	tag := func(s, otherwise string) string {
		s = strings.ToLower(tagName.ReplaceAllString(s, ""))
		if _, ok := run.postTags[s]; !ok {
			return otherwise
		}
		return s
	}
	item, icon, captionTag := tag(a["itemtag"], "dl"), tag(a["icontag"], "dt"), tag(a["captiontag"], "dd")
	columns := integer(a["columns"])
	selector := "gallery-" + strconv.Itoa(instance)
	var out strings.Builder
	if run.cfg.Classic {
		out.WriteString(galleryStyle(selector, columns))
	}
	out.WriteString("<div id='" + selector + "' class='gallery galleryid-" + strconv.FormatInt(id, 10) + " gallery-columns-" +
		strconv.FormatInt(columns, 10) + " gallery-size-" + htmlClass(a["size"]) + "'>")
	var i int64
	for _, p := range list {
		var extra []imgAttr
		caption := phpTrim(p.Excerpt) != ""
		captionID := selector + "-" + strconv.FormatInt(p.ID, 10)
		if caption {
			extra = []imgAttr{{"aria-describedby", captionID}}
		}
		var image string
		switch a["link"] {
		case "file":
			image = run.attachmentLink(p.ID, a["size"], false, extra...)
		case "none":
			image = run.attachmentImage(p.ID, a["size"], extra...)
		default:
			image = run.attachmentLink(p.ID, a["size"], true, extra...)
		}
		orientation := ""
		if meta := run.attachment(p.ID); dig(meta, "height") != nil && dig(meta, "width") != nil {
			orientation = "landscape"
			if num(dig(meta, "height")) > num(dig(meta, "width")) {
				orientation = "portrait"
			}
		}
		out.WriteString("<" + item + " class='gallery-item'>\n\t\t\t<" + icon + " class='gallery-icon " + orientation + "'>\n\t\t\t\t" + image + "\n\t\t\t</" + icon + ">")
		if caption {
			out.WriteString("\n\t\t\t\t<" + captionTag + " class='wp-caption-text gallery-caption' id='" + captionID + "'>\n\t\t\t\t" +
				run.texturize(p.Excerpt) + "\n\t\t\t\t</" + captionTag + ">")
		}
		out.WriteString("</" + item + ">")
		if run.cfg.Classic && columns > 0 {
			if i++; i%columns == 0 {
				out.WriteString(`<br style="clear: both" />`)
			}
		}
	}
	if run.cfg.Classic && columns > 0 && i%columns != 0 {
		out.WriteString("\n\t\t\t<br style='clear: both' />")
	}
	out.WriteString("\n\t\t</div>\n")
	return out.String()
}

// galleryStyle is the style element of galleries in themes without HTML5.
func galleryStyle(selector string, columns int64) string {
	width := int64(100)
	if columns > 0 {
		width = 100 / columns
	}
	s := "#" + selector
	return "\n\t\t<style>\n\t\t\t" + s + " {\n\t\t\t\tmargin: auto;\n\t\t\t}\n\t\t\t" + s +
		" .gallery-item {\n\t\t\t\tfloat: left;\n\t\t\t\tmargin-top: 10px;\n\t\t\t\ttext-align: center;\n\t\t\t\twidth: " +
		strconv.FormatInt(width, 10) + "%;\n\t\t\t}\n\t\t\t" + s + " img {\n\t\t\t\tborder: 2px solid #cfcfcf;\n\t\t\t}\n\t\t\t" + s +
		" .gallery-caption {\n\t\t\t\tmargin-left: 0;\n\t\t\t}\n\t\t\t/* see gallery_shortcode() in wp-includes/media.php */\n\t\t</style>\n\t\t"
}

// addQueryArg is add_query_arg for one new argument at the end.
func addQueryArg(url, name, value string) string {
	url, fragment, _ := strings.Cut(url, "#")
	if fragment != "" {
		fragment = "#" + fragment
	}
	base, query, has := strings.Cut(url, "?")
	var keep []string
	if has {
		replaced := false
		for _, p := range strings.Split(query, "&") {
			k, _, _ := strings.Cut(p, "=")
			if k == name {
				p, replaced = name+"="+value, true
			}
			if p != "" {
				keep = append(keep, p)
			}
		}
		if replaced {
			return base + "?" + strings.Join(keep, "&") + fragment
		}
	}
	return base + "?" + strings.Join(append(keep, name+"="+value), "&") + fragment
}

func (run *Run) postID() int64 {
	if run.post == nil {
		return 0
	}
	run.note("post")
	return run.post.ID
}
