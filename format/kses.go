package format

import "strings"

// Kses lets a list of HTML tags and attributes through and takes everything
// else away, as wp_kses does: the text of removed tags stays, URLs keep only
// known protocols, style attributes known properties, entities are normalised,
// comments are kept with their inside cleaned, and so are the attributes of
// block delimiters. It is the wall between authors without the capability
// unfiltered_html and everybody's browser.
//
// What comes out is safe to print between tags, not inside of one. Filtering
// again changes nothing, except around HTML comments and in the spelling of
// apostrophes in style attributes. It takes time linear in the length of the text.
// A Kses may be used by several goroutines.
type Kses struct {
	tags      KsesTags
	protocols []string
	uploads   string // http and https prefix of own files, without the scheme
}

// NewKses makes a filter with the list of a context. uploadsURL is the base of
// the site's uploads, from where object tags may take PDF files; "" is nowhere.
func NewKses(context KsesContext, uploadsURL string) *Kses {
	return NewKsesTags(tagsOf(context), nil, uploadsURL)
}

// NewKsesTags makes a filter with a list of one's own. tags must not be changed
// afterwards; no protocols are AllowedProtocols.
func NewKsesTags(tags KsesTags, protocols []string, uploadsURL string) *Kses {
	if len(protocols) == 0 {
		protocols = AllowedProtocols()
	}
	k := &Kses{tags: tags, protocols: protocols}
	if u, ok := splitURL(uploadsURL); ok && u.host != "" {
		k.uploads = "://" + u.host
		if u.has(urlPort) {
			k.uploads += ":" + itoa(u.port)
		}
		k.uploads += "/"
	}
	return k
}

// Filter cleans HTML: wp_kses.
func (k *Kses) Filter(html string) string {
	return k.split(k.filterBlocks(escapeUnclosed(NormalizeEntities(dropControlBytes(html)))))
}

// plain is Filter for text without a tag in it: the inside of a comment, or one
// attribute of a block, where delimiters mean nothing.
func (k *Kses) plain(html string) string {
	return k.split(escapeUnclosed(NormalizeEntities(dropControlBytes(html))))
}

// settle filters the inside of a comment until nothing changes any more.
func (k *Kses) settle(text string) string {
	for n := 0; n < 8; n++ {
		next := k.plain(text)
		if next == text {
			return text
		}
		text = next
	}
	return "" // unreachable as far as we know; nothing is the safe answer
}

// dropControlBytes is wp_kses_no_null that keeps backslashes.
func dropControlBytes(s string) string {
	return keepBytes(s, func(c byte) bool { return c >= 0x20 || c == '\t' || c == '\n' || c == '\r' })
}

// split takes the text apart at everything that looks like a tag and cleans the
// pieces: wp_kses_split.
func (k *Kses) split(html string) string {
	next := strings.IndexAny(html, "<>")
	if next < 0 {
		return html
	}
	var (
		b       strings.Builder
		closing = finder{pattern: "-->"}
		line    = finder{pattern: "\n"}
		gt      = finder{pattern: ">"}
	)
	b.Grow(len(html) + 16)
	for pos := 0; next >= 0; {
		b.WriteString(html[pos : pos+next])
		pos += next
		if html[pos] == '>' {
			b.WriteString("&gt;")
			pos++
		} else {
			end := ksesTokenEnd(html, pos, &closing, &line, &gt)
			b.WriteString(k.token(html[pos:end]))
			pos = end
		}
		if next = strings.IndexAny(html[pos:], "<>"); next < 0 {
			b.WriteString(html[pos:])
		}
	}
	return b.String()
}

// ksesTokenEnd is where the comment, tag or whatever it is that begins at the
// < at pos ends. A comment may not run over a line break: WordPress then takes
// what is before the first > for it.
func ksesTokenEnd(s string, pos int, closing, line, gt *finder) int {
	if strings.HasPrefix(s[pos:], "<!--") {
		end, nl := closing.from(s, pos+4), line.from(s, pos+4)
		switch {
		case end >= 0 && (nl < 0 || end <= nl):
			return end + 3
		case nl < 0:
			return len(s)
		case nl == len(s)-1:
			return nl
		}
	}
	// WordPress reads over the > of </>, up to one that ends something else.
	if end := gt.from(s, pos+1); end >= 0 {
		return end + 1
	}
	return len(s)
}

// token cleans one piece that begins with <: wp_kses_split2.
func (k *Kses) token(s string) string {
	s = strings.ReplaceAll(s, `\"`, `"`)
	if s[1] == '!' || s[1] == '/' {
		for strings.Contains(s, `\"`) {
			s = strings.ReplaceAll(s, `\"`, `"`)
		}
	}
	if bogusComment(s) {
		return s[:2] + k.settle(s[2:len(s)-1]) + ">"
	}
	if strings.HasPrefix(s, "<!--") {
		return k.comment(s)
	}
	i := skipSpaces(s, 1)
	slash := false
	if i < len(s) && s[i] == '/' {
		slash = true
		i = skipSpaces(s, i+1)
	}
	start := i
	for i < len(s) && (isAlnum(s[i]) || s[i] == '-') {
		i++
	}
	name, attrs := s[start:i], strings.TrimSuffix(s[i:], ">")
	if name == "" || strings.IndexByte(attrs, '>') >= 0 {
		return ""
	}
	allowed, ok := k.tags[lowerASCII(name)]
	if !ok {
		return ""
	}
	if slash {
		return "</" + name + ">"
	}
	return k.tag(name, attrs, allowed)
}

// bogusComment tells whether a browser makes a comment of a tag: a closing one
// without a name, or a declaration, which WordPress knows by its lower case.
func bogusComment(s string) bool {
	if len(s) < 4 || s[len(s)-1] != '>' {
		return false
	}
	inner := s[3 : len(s)-1]
	switch {
	case s[1] == '/' && !isAlpha(s[2]), s[1] == '!' && isLower(s[2]):
		return strings.IndexByte(inner, '>') < 0
	}
	return false
}

var commentEscaper = strings.NewReplacer("<", "&lt;", ">", "&gt;")

// comment keeps a comment whose inside cannot end it early.
func (k *Kses) comment(s string) string {
	closed := strings.HasSuffix(s[4:], "-->")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "<!--", ""), "-->", "")
	s = k.settle(s)
	if !closed {
		// Closing it below must not make a block of it, whose attributes
		// nobody has looked at.
		if inner := s[skipSpaces(s, 0):]; strings.HasPrefix(strings.TrimPrefix(inner, "/"), "wp:") {
			s = inner
		}
	}
	if s == "" {
		return ""
	}
	if strings.IndexByte(s, '<') >= 0 {
		// WordPress keeps tags here, and takes the comment for text with tags
		// when it filters again.
		s = commentEscaper.Replace(s)
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '-' || i == 0 || s[i-1] != '-' {
			out = append(out, s[i])
		}
	}
	if n := len(out); out[n-1] == '-' {
		out = out[:n-1]
	} else if n > 1 && out[n-1] == '\n' && out[n-2] == '-' {
		out = append(out[:n-2], '\n')
	}
	return "<!--" + string(out) + "-->"
}
