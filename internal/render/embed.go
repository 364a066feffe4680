package render

import (
	"regexp"
	"strings"

	"github.com/platenhq/platen/ordered"
)

const lineBreak = "<!-- wp-line-break -->"

var (
	urlStart   = regexp.MustCompile(`(?i)(^|\s|>)https?://`)
	urlLine    = regexp.MustCompile(`(?im)^(\s*)(https?://[^\s<>"]+)(\s*)$`)
	urlPara    = regexp.MustCompile(`(?i)(<p(?: [^>]*)?>\s*)(https?://[^\s<>"]+)(\s*</p>)`)
	youtubeURL = regexp.MustCompile(`(?i)https?://(www\.)?youtube\.com/(?:v|embed)/([^/]+)`)
	audioURL   = regexp.MustCompile(`(?i)^https?://.+?\.(mp3|ogg|flac|m4a|wav)$`)
	videoURL   = regexp.MustCompile(`(?i)^https?://.+?\.(mp4|m4v|webm|ogv|flv)$`)
)

// autoEmbed turns addresses alone on a line, or alone in a paragraph, into
// what they point at (WP_Embed::autoembed).
func (run *Run) autoEmbed(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	s = inHTMLTags(s, "\n", lineBreak)
	if urlStart.MatchString(s) {
		s = run.embedMatches(urlLine, s)
		s = run.embedMatches(urlPara, s)
	}
	return strings.ReplaceAll(s, lineBreak, "\n")
}

func (run *Run) embedMatches(re *regexp.Regexp, s string) string {
	var out strings.Builder
	at := 0
	for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
		out.WriteString(s[at:m[3]])
		out.WriteString(run.embed(&ordered.Object{}, s[m[4]:m[5]], false))
		at = m[5]
	}
	out.WriteString(s[at:])
	return out.String()
}

// embed is WP_Embed::shortcode. There is no network: a foreign address stays
// an address, or becomes a link.
func (run *Run) embed(atts *ordered.Object, url string, link bool) string {
	if url == "" {
		url = str(atts.Value("src"))
	}
	if url == "" {
		return ""
	}
	url = strings.ReplaceAll(url, "&amp;", "&")
	switch {
	case audioURL.MatchString(url):
		return `[audio src="` + escURL(url) + `" /]`
	case youtubeURL.MatchString(url):
		return run.autoEmbed("https://youtube.com/watch?v=" + queryEscape(youtubeURL.FindStringSubmatch(url)[2]))
	case videoURL.MatchString(url):
		size := ""
		if w, h := atts.Value("width"), atts.Value("height"); truthy(w) && truthy(h) {
			size = `width="` + str(integer(w)) + `" height="` + str(integer(h)) + `" `
		}
		return "[video " + size + ` src="` + escURL(url) + `" /]`
	}
	if h := run.embedOwn(url, atts); h != "" {
		return h
	}
	if link {
		return `<a href="` + escURL(url) + `">` + escHTML(url) + "</a>"
	}
	return url
}

// inHTMLTags replaces old inside tags and comments only
// (wp_replace_in_html_tags).
func inHTMLTags(s, old, new string) string {
	if !strings.Contains(s, "<") || !strings.Contains(s, old) {
		return s
	}
	var out strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		s = s[i:]
		n := htmlElement(s)
		out.WriteString(strings.ReplaceAll(s[:n], old, new))
		s = s[n:]
	}
}

// htmlElement is the length of the comment, CDATA section or tag s starts with
// (the splitting rule of wp_html_split).
func htmlElement(s string) int {
	end := func(from int, close string) int {
		if i := strings.Index(s[from:], close); i >= 0 {
			return from + i + len(close)
		}
		return len(s)
	}
	switch {
	case strings.HasPrefix(s, "<!--"):
		return end(2, "-->")
	case strings.HasPrefix(s, "<![CDATA["):
		return end(9, "]]>")
	}
	return end(1, ">")
}
