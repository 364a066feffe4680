package format

import "strings"

// RelUGC puts rel="nofollow ugc" on the links of a text, "ugc" alone on those
// to the host of home: wp_rel_ugc. It expects filtered HTML.
func RelUGC(text, home string) string { return addRel(text, home, "nofollow ugc") }

// RelNofollow puts rel="nofollow" on links to other hosts: wp_rel_nofollow.
func RelNofollow(text, home string) string { return addRel(text, home, "nofollow") }

func addRel(text, home, rel string) string {
	var (
		b    strings.Builder
		kept int
		gt   = finder{pattern: ">"}
		line = finder{pattern: "\n"}
		open = finder{pattern: "<a ", fold: true}
	)
	for pos := 0; ; {
		start := open.from(text, pos)
		if start < 0 {
			break
		}
		// At least one byte, then up to the first > of the same line.
		end, nl := gt.from(text, start+4), line.from(text, start+3)
		if end < 0 {
			break
		}
		if nl >= 0 && nl < end {
			pos = start + 1
			continue
		}
		b.WriteString(text[kept:start])
		b.WriteString(relLink(text[start+3:end], home, rel))
		kept = end + 1
		pos = kept
	}
	if kept == 0 {
		return text
	}
	return b.String() + text[kept:]
}

// relLink writes a link with attributes attrs: wp_rel_callback.
func relLink(attrs, home, rel string) string {
	var others []string
	own, href := "", ""
	inTag, _, _ := strings.Cut(attrs, ">") // a > at the begin ends the tag
	for _, a := range parseAttrs(inTag) {
		if ksesURLAttrs[a.name] && a.hasValue {
			a.value = BadProtocol(a.value, AllowedProtocols())
		}
		value := attrEscaper.Replace(a.value)
		switch a.name {
		case "href":
			href = value
		case "rel":
			own = value
			if own == "" {
				own = " " // there, if empty
			}
			continue
		}
		if a.hasValue {
			others = append(others, a.name+`="`+EscAttr(value)+`"`)
		} else {
			others = append(others, a.name)
		}
	}
	if href != "" && internalLink(href, home) {
		rel = trimPHP(strings.ReplaceAll(rel, "nofollow", ""))
	}
	if own != "" {
		rel = joinRel(own, rel)
		attrs = trimPHP(strings.Join(others, " "))
	}
	if rel == "" || rel == "0" {
		return "<a " + attrs + ">"
	}
	return "<a " + attrs + ` rel="` + EscAttr(rel) + `">`
}

// joinRel adds the words of rel to those of own that are not there yet.
func joinRel(own, rel string) string {
	if own == " " {
		own = ""
	}
	var words []string
	for _, w := range append(strings.Split(own, " "), strings.Split(rel, " ")...) {
		if w = trimPHP(w); !contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// internalLink reports whether a link has a protocol and the host of home:
// wp_is_internal_link.
func internalLink(link, home string) bool {
	u, ok := splitURL(lowerASCII(link))
	if !ok || !u.has(urlScheme) || !contains(AllowedProtocols(), u.scheme) {
		return false
	}
	h, ok := splitURL(home)
	return ok && h.has(urlHost) == u.has(urlHost) && lowerASCII(h.host) == u.host
}

// mentionClasses leaves of the classes of span elements those that mark the
// mention of a user, in HTML that kses filtered:
// _wp_kses_sanitize_note_mention_classes.
func mentionClasses(html string) string {
	var b strings.Builder
	kept := 0
	open := finder{pattern: "<span ", fold: true}
	comment, closing := finder{pattern: "<!--"}, finder{pattern: "-->"}
	for pos := 0; ; {
		start := open.from(html, pos)
		if start < 0 {
			break
		}
		if c := comment.from(html, pos); c >= 0 && c < start {
			if pos = closing.from(html, c+2); pos < 0 {
				break
			}
			continue
		}
		pos = start + len("<span ")
		const prefix = `class="`
		if !strings.HasPrefix(html[pos:], prefix) {
			continue
		}
		end := strings.IndexByte(html[pos+len(prefix):], '"')
		if end < 0 {
			break
		}
		end += pos + len(prefix)
		value := decodeAttr(html[pos+len(prefix) : end])
		clean, changed := mentionTokens(value)
		if !changed {
			continue
		}
		b.WriteString(html[kept:pos])
		if clean != "" {
			b.WriteString(prefix + clean + `"`)
		}
		kept = end + 1
		pos = kept
	}
	if kept == 0 {
		return html
	}
	return b.String() + html[kept:]
}

// mentionTokens keeps the two kinds of class, with the white space in front of
// each but the first. changed tells whether one had to go.
func mentionTokens(value string) (clean string, changed bool) {
	seen := map[string]bool{}
	for i := 0; ; {
		start := skipAttrSpace(value, i)
		end := start + span(value[start:], attrSpace)
		if start == end {
			return clean, changed
		}
		token := value[start:end]
		user, isUser := strings.CutPrefix(strings.TrimSuffix(token, "\n"), "user-")
		switch {
		case token != "wp-note-mention" && (!isUser || !allDigits(user) || user[0] == '0'):
			changed = true
		case !seen[token]:
			seen[token] = true
			if clean != "" {
				clean += value[i:start]
			}
			clean += token
		}
		i = end
	}
}
