package render

import (
	"cmp"
	"path"
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

var (
	audioExts = []string{"mp3", "ogg", "flac", "m4a", "wav"}
	videoExts = []string{"mp4", "m4v", "webm", "ogv", "flv"}
	mediaType = map[string]string{"mp3": "audio/mpeg", "m4a": "audio/mpeg", "m4b": "audio/mpeg", "ogg": "audio/ogg", "oga": "audio/ogg", "flac": "audio/flac",
		"wav": "audio/wav", "x-wav": "audio/wav", "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "flv": "video/x-flv",
		"mov": "video/quicktime", "avi": "video/avi", "wmv": "video/x-ms-wmv", "mkv": "video/x-matroska", "mpeg": "video/mpeg", "3gp": "video/3gpp",
		"aac": "audio/aac", "mid": "audio/midi", "wma": "audio/x-ms-wma"}
)

func fileExt(url string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(basename(url)), "."))
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

// mediaSources finds what a player plays: the names of the attributes that
// hold sources, or a link for a file that is none.
func (run *Run) mediaSources(a map[string]string, kind string, exts []string, special bool) (names []string, link string, ok bool) {
	if truthy(a["src"]) {
		if !special && !slices.Contains(exts, fileExt(a["src"])) {
			return nil, `<a class="wp-embedded-` + kind + `" href="` + escURL(a["src"]) + `">` + escHTML(a["src"]) + "</a>", false
		}
		return append([]string{"src"}, exts...), "", true
	}
	for _, ext := range exts {
		if truthy(a[ext]) && fileExt(a[ext]) == ext {
			ok = true
		}
	}
	if ok {
		return exts, "", true
	}
	p := run.thePost()
	if p == nil {
		return nil, "", false
	}
	run.note("query")
	list, _ := run.Source.Posts(PostQuery{Types: []string{"attachment"}, Statuses: []string{"inherit"}, Parents: []int64{p.ID},
		HasParents: true, MimeType: kind, Limit: -1, NoTotal: true, OrderBy: "menu_order", Order: "ASC"})
	if len(list) == 0 {
		return nil, "", false
	}
	a["src"] = run.attachmentURL(list[0].ID)
	return append([]string{"src"}, exts...), "", a["src"] != ""
}

func (run *Run) postID() int64 {
	if run.post == nil {
		return 0
	}
	run.note("post")
	return run.post.ID
}

// sources writes the source elements and the address a player falls back to.
func sources(a map[string]string, names []string, instance int, kind string) (html, file string) {
	for _, name := range names {
		if !truthy(a[name]) {
			continue
		}
		if file == "" {
			file = a[name]
		}
		mime := mediaType[fileExt(a[name])]
		if name == "src" && kind != "" {
			mime = kind
		}
		html += `<source type="` + mime + `" src="` + escURL(addQueryArg(a[name], "_", strconv.Itoa(instance))) + `" />`
	}
	return html, file
}

func playerFlags(a map[string]string, out []string, names ...string) []string {
	for _, name := range names {
		if validBool(a[name]) {
			out = append(out, name)
		}
	}
	if p := a["preload"]; p == "none" || p == "metadata" || p == "auto" {
		out = append(out, `preload="`+p+`"`)
	}
	return out
}

// audioShortcode is wp_audio_shortcode.
func audioShortcode(run *Run, atts *ordered.Object, _, _ string) string {
	instance := run.count("audio")
	pairs := []string{"src", "", "loop", "", "autoplay", "", "muted", "false", "preload", "none", "class", "wp-audio-shortcode", "style", "width: 100%;"}
	for _, ext := range audioExts {
		pairs = append(pairs, ext, "")
	}
	a := withDefaults(atts, pairs...)
	id := run.postID()
	names, link, ok := run.mediaSources(a, "audio", audioExts, false)
	if !ok {
		return link
	}
	out := []string{`class="` + escAttr(a["class"]) + `"`, `id="audio-` + strconv.FormatInt(id, 10) + "-" + strconv.Itoa(instance) + `"`}
	out = playerFlags(a, out, "loop", "autoplay", "muted")
	out = append(out, `style="`+escAttr(a["style"])+`"`)
	html, file := sources(a, names, instance, "")
	return "<audio " + strings.Join(out, " ") + ` controls="controls">` + html + fileLink(file) + "</audio>"
}

func fileLink(url string) string {
	return `<a href="` + escURL(url) + `">` + escURL(url) + "</a>"
}

var (
	youtubeVideo = regexp.MustCompile(`^https?://(?:www\.)?(?:youtube\.com/watch|youtu\.be/)`)
	vimeoVideo   = regexp.MustCompile(`^https?://(.+\.)?vimeo\.com/.*`)
)

// videoShortcode is wp_video_shortcode.
func videoShortcode(run *Run, atts *ordered.Object, content, _ string) string {
	instance := run.count("video")
	pairs := []string{"src", "", "poster", "", "loop", "", "autoplay", "", "muted", "false", "preload", "metadata", "width", "640", "height", "360", "class", "wp-video-shortcode"}
	for _, ext := range videoExts {
		pairs = append(pairs, ext, "")
	}
	a := withDefaults(atts, pairs...)
	if w := run.cfg.ContentWidth; w > 0 && num(a["width"]) > float64(w) {
		a["height"] = phpFloat(round(num(a["height"])*float64(w)/num(a["width"]), 0))
		a["width"] = strconv.Itoa(w)
	}
	youtube, vimeo := youtubeVideo.MatchString(a["src"]), vimeoVideo.MatchString(a["src"])
	id := run.postID()
	names, link, ok := run.mediaSources(a, "video", videoExts, youtube || vimeo)
	if !ok {
		return link
	}
	kind := ""
	if youtube {
		kind = "video/youtube"
		a["src"] = "https" + strings.TrimPrefix(strings.TrimPrefix(removeQueryArg(a["src"], "feature"), "https"), "http")
	} else if vimeo {
		kind = "video/vimeo"
		src, _, _ := strings.Cut(a["src"], "#")
		src, _, _ = strings.Cut(src, "?")
		loop := "0"
		if truthy(a["loop"]) {
			loop = "1"
		}
		_, host, _ := strings.Cut(src, "://")
		a["src"] = addQueryArg("https://"+host, "loop", loop)
	}
	abs := func(s string) string {
		n := integer(s)
		return strconv.FormatInt(max(n, -n), 10)
	}
	var out []string
	for _, p := range [][2]string{{"class", a["class"]}, {"id", "video-" + strconv.FormatInt(id, 10) + "-" + strconv.Itoa(instance)},
		{"width", abs(a["width"])}, {"height", abs(a["height"])}, {"poster", escURL(a["poster"])}} {
		if truthy(p[1]) {
			out = append(out, p[0]+`="`+escAttr(p[1])+`"`)
		}
	}
	out = playerFlags(a, out, "loop", "autoplay", "muted")
	html, file := sources(a, names, instance, kind)
	if content != "" {
		if strings.Contains(content, "\n") {
			content = strings.NewReplacer("\r\n", "", "\n", "", "\t", "").Replace(content)
		}
		html += phpTrim(content)
	}
	style := ""
	if truthy(a["width"]) {
		style = "width: " + strconv.FormatInt(integer(a["width"]), 10) + "px;"
	}
	return `<div style="` + style + `" class="wp-video"><video ` + strings.Join(out, " ") + ` controls="controls">` + html + fileLink(file) + "</video></div>"
}

func removeQueryArg(url, name string) string {
	base, query, has := strings.Cut(url, "?")
	if !has {
		return url
	}
	var keep []string
	for _, p := range strings.Split(query, "&") {
		if k, _, _ := strings.Cut(p, "="); k != name {
			keep = append(keep, p)
		}
	}
	if len(keep) == 0 {
		return base
	}
	return base + "?" + strings.Join(keep, "&")
}

// playlistShortcode is wp_playlist_shortcode.
func playlistShortcode(run *Run, atts *ordered.Object, _, _ string) string {
	a := withDefaults(atts, "type", "audio", "style", "light", "tracklist", "1", "tracknumbers", "1", "images", "1", "artists", "1")
	if a["type"] != "audio" {
		a["type"] = "video"
	}
	list, _, ok := run.attachments(atts, a["type"], false)
	if !ok || len(list) == 0 {
		return ""
	}
	width, height := 640.0, 360.0
	if w := run.cfg.ContentWidth; w > 0 {
		width = float64(w - 22)
		height = round(360*width/640, 0)
	}
	data := ordered.Of("type", a["type"], "tracklist", validBool(a["tracklist"]), "tracknumbers", validBool(a["tracknumbers"]),
		"images", validBool(a["images"]), "artists", validBool(a["artists"]))
	tracks := []any{}
	for _, p := range list {
		track, h := run.track(p, a["type"] == "video", truthy(a["images"]), width)
		if h > 0 {
			height = h
		}
		tracks = append(tracks, track)
	}
	data.Set("tracks", tracks)
	kind := escAttr(a["type"])
	var out strings.Builder
	out.WriteString(`<div class="wp-playlist wp-` + kind + `-playlist wp-playlist-` + escAttr(a["style"]) + "\">\n\t\t")
	if a["type"] == "audio" {
		out.WriteString("\t<div class=\"wp-playlist-current-item\"></div>\n\t\t")
	}
	out.WriteString("<" + kind + ` controls="controls" preload="none" width="` + phpFloat(width) + "\"\n\t\t")
	if kind == "video" {
		out.WriteString(` height="` + phpFloat(height) + `"`)
	}
	out.WriteString("\t></" + kind + ">\n\t<div class=\"wp-playlist-next\"></div>\n\t<div class=\"wp-playlist-prev\"></div>\n\t<noscript>\n\t<ol>\n\t\t")
	for _, p := range list {
		out.WriteString("<li>" + run.attachmentLink(p.ID, "thumbnail", false) + "</li>")
	}
	out.WriteString("\t</ol>\n\t</noscript>\n\t<script type=\"application/json\" class=\"wp-playlist-script\">" +
		phpJSON(data, jsonHexTag|jsonSlashes) + "</script>\n</div>\n\t")
	return out.String()
}

// track describes a media item for the playlist script; height is that of a
// video in the player.
func (run *Run) track(p *wp.Post, video, images bool, width float64) (o *ordered.Object, height float64) {
	url := run.attachmentURL(p.ID)
	o = ordered.Of("src", url, "type", mediaType[fileExt(url)], "title", p.Title, "caption", p.Excerpt, "description", p.Content)
	info := &ordered.Object{}
	meta := run.attachment(p.ID)
	o.Set("meta", info)
	if meta.Len() > 0 {
		for _, key := range []string{"artist", "album", "genre", "year", "length_formatted"} {
			if v := meta.Value(key); truthy(v) {
				info.Set(key, v)
			}
		}
		if video {
			var w, h any = int64(640), int64(360)
			if truthy(meta.Value("width")) && truthy(meta.Value("height")) {
				w, h = meta.Value("width"), meta.Value("height")
				height = round(num(h)*width/num(w), 0)
			}
			shown := height
			if shown == 0 {
				shown = 360
			}
			o.Set("dimensions", ordered.Of("original", ordered.Of("width", w, "height", h), "resized", ordered.Of("width", int64(width), "height", shown)))
		}
	}
	if images {
		describe := func(size string) any {
			if img := run.image(run.thumbnailID(p.ID), size); img != nil {
				return ordered.Of("src", img.url, "width", img.width, "height", img.height)
			}
			return nil
		}
		if run.thumbnailID(p.ID) != 0 {
			if v := describe("full"); v != nil {
				o.Set("image", v)
			}
			if v := describe("thumbnail"); v != nil {
				o.Set("thumb", v)
			}
		} else {
			icon := ordered.Of("src", run.mimeIcon(p.MimeType), "width", int64(48), "height", int64(64))
			o.Set("image", icon)
			o.Set("thumb", icon)
		}
	}
	return o, height
}

// mimeIcon is wp_mime_type_icon for media.
func (run *Run) mimeIcon(mime string) string {
	kind, _, _ := strings.Cut(mime, "/")
	if kind != "audio" && kind != "video" {
		kind = "default"
	}
	return run.cfg.SiteURL + "/wp-includes/images/media/" + kind + ".svg"
}
