package format

import "strings"

// DefaultMore is what WordPress puts behind text it cut.
const DefaultMore = "&hellip;"

// ExcerptMore is what it puts behind an automatic excerpt (excerpt_more).
const ExcerptMore = " [&hellip;]"

// ExcerptLength is the number of words of an automatic excerpt.
const ExcerptLength = 55

// TrimWords strips the tags off text and cuts it after words words, white
// space between them made single blanks; more is appended only when something
// was cut: wp_trim_words in a language that counts words.
func TrimWords(text string, words int, more string) string {
	text = StripAllTags(text, false)
	var out strings.Builder
	count, cut := 0, -1
	for pos := 0; ; {
		for pos < len(text) && blankByte(text[pos]) {
			pos++
		}
		if pos == len(text) {
			break
		}
		end := pos
		for end < len(text) && !blankByte(text[end]) {
			end++
		}
		if words >= 0 && count == words {
			return out.String() + more
		}
		if cut = out.Len(); count > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(text[pos:end])
		count++
		pos = end
	}
	if words >= 0 {
		return out.String()
	}
	// PHP has no limit below zero; there are too many words then, always, and
	// the last one goes.
	return out.String()[:max(cut, 0)] + more
}

// AutoExcerpt cuts content that went through the content filters to an
// automatic excerpt: the end of wp_trim_excerpt. ExcerptLength is the number of
// words WordPress uses.
func AutoExcerpt(rendered string, words int) string {
	return TrimWords(strings.ReplaceAll(rendered, "]]>", "]]&gt;"), words, ExcerptMore)
}

// HTMLExcerpt strips the tags off text and takes its first count characters,
// without half a character reference at the end; more is appended when that is
// not all: wp_html_excerpt.
func HTMLExcerpt(text string, count int, more string) string {
	text = StripAllTags(text, true)
	if count < 0 {
		count = max(0, count+leadChars(text, len(text)))
	}
	excerpt := text[:leadBytes(text, count)]
	for i := max(0, len(excerpt)-7); i < len(excerpt); i++ {
		if excerpt[i] == '&' && referenceTail(excerpt[i+1:]) {
			excerpt = excerpt[:i]
		}
	}
	if excerpt != text {
		excerpt = trimPHP(excerpt) + more
	}
	return excerpt
}

func referenceTail(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == ';' || isSpace(s[i]) {
			return false
		}
	}
	return true
}

// charSize is the size of a UTF-8 character by its first byte alone, which is
// how mb_substr counts.
func charSize(c byte) int {
	switch {
	case c < 0xc2 || c >= 0xf5:
		return 1
	case c < 0xe0:
		return 2
	case c < 0xf0:
		return 3
	}
	return 4
}

// leadBytes is the number of bytes of the first count characters.
func leadBytes(s string, count int) int {
	i := 0
	for ; count > 0 && i < len(s); count-- {
		i += charSize(s[i])
	}
	return min(i, len(s))
}

func leadChars(s string, end int) int {
	n := 0
	for i := 0; i < end; n++ {
		i += charSize(s[i])
	}
	return n
}

// Extended is a post's text divided at its more marker.
type Extended struct {
	Main     string // in front of the marker
	Extended string // behind it
	MoreText string // what the marker says
}

// GetExtended divides a post's text at the first more marker: get_extended.
// White space around a part goes when the part is a single line.
func GetExtended(post string) Extended {
	start, end := moreMarker(post)
	if start < 0 {
		return Extended{Main: trimLine(post)}
	}
	return Extended{
		Main:     trimLine(post[:start]),
		Extended: trimLine(post[end:]),
		MoreText: trimLine(post[start+len("<!--more") : end-len("-->")]),
	}
}

// moreMarker is the place of the first <!--more…--> that ends on its line.
func moreMarker(s string) (start, end int) {
	closing, newline := finder{pattern: "-->"}, finder{pattern: "\n"}
	for pos := 0; ; {
		i := strings.Index(s[pos:], "<!--more")
		if i < 0 {
			return -1, -1
		}
		start = pos + i
		pos = start + len("<!--more")
		end = closing.from(s, pos)
		if end < 0 {
			return -1, -1
		}
		if nl := newline.from(s, pos); nl < 0 || nl > end {
			return start, end + len("-->")
		}
	}
}

// trimLine takes white space from the front of a text of one line, and from
// the line break on at its end; a text of several lines stays.
func trimLine(s string) string {
	line := s[skipSpaces(s, 0):]
	nl := strings.IndexByte(line, '\n')
	if nl < 0 {
		return line
	}
	if skipSpaces(line, nl) < len(line) {
		return s
	}
	return line[:nl]
}
