package render

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

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
