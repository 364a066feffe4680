package format

import (
	"bytes"
	"strconv"
	"strings"
)

// Autop makes paragraphs of text that is divided by empty lines, and line
// breaks of the other line ends when br is set: wpautop. It knows block
// elements by their names only, and takes care that they end up outside of
// paragraphs; it is a chain of rewritings, not a parser, and its output is as
// well-formed as its input. White space alone gives "".
func Autop(text string, br bool) string {
	if trimPHP(text) == "" {
		return ""
	}
	a := autop{s: make([]byte, 0, len(text)+len(text)/4+64)}
	a.s = append(append(a.s, text...), '\n')
	if bytes.Contains(a.s, []byte("<pre")) {
		a.setPreAside()
	}
	a.divide()
	a.closeUp()
	a.run(wrapParagraphs)
	a.unwrap()
	if br {
		a.breakLines()
	}
	a.run(dropAfterBlock("<br />"))
	if bytes.Contains(a.s, []byte("<br />")) {
		a.run(dropBreaksBeforeBlocks)
	}
	if n := len(bytes.TrimSuffix(a.s, []byte("\n"))); bytes.HasSuffix(a.s[:n], []byte("\n</p>")) {
		a.s = append(a.s[:n-len("\n</p>")], a.s[n-len("</p>"):]...)
	}
	a.restore()
	return string(a.s)
}

// An autopPass writes src to dst with something changed.
type autopPass func(dst, src []byte) []byte

// autop holds the text between two passes, and room for the next one.
type autop struct {
	s, spare []byte
	pre      []string
}

func (a *autop) run(pass autopPass) {
	a.s, a.spare = pass(a.spare[:0], a.s), a.s
}

// replace replaces every old, where there is one.
func (a *autop) replace(old, to string) {
	i := bytes.Index(a.s, []byte(old))
	if i < 0 {
		return
	}
	a.run(func(dst, src []byte) []byte {
		for i >= 0 {
			dst = append(append(dst, src[:i]...), to...)
			src = src[i+len(old):]
			i = bytes.Index(src, []byte(old))
		}
		return append(dst, src...)
	})
}

const (
	preMark    = "<pre wp-pre-tag-"
	preMarkEnd = "></pre>"
	lineMark   = "<!-- wpnl -->"
	keepLine   = "<WPPreserveNewline />"
)

// setPreAside replaces the pre elements by numbered marks.
func (a *autop) setPreAside() {
	const closing = "</pre>"
	a.run(func(dst, src []byte) []byte {
		for {
			end := bytes.Index(src, []byte(closing))
			if end < 0 {
				return append(dst, src...)
			}
			if start := bytes.Index(src[:end], []byte("<pre")); start >= 0 {
				dst = append(append(dst, src[:start]...), preMark...)
				dst = append(strconv.AppendInt(dst, int64(len(a.pre)), 10), preMarkEnd...)
				a.pre = append(a.pre, string(src[start:end+len(closing)]))
			} else {
				// WordPress loses the closing tag here.
				dst = append(dst, src[:end]...)
			}
			src = src[end+len(closing):]
		}
	})
}

// restore brings back pre elements and the line breaks inside of elements.
func (a *autop) restore() {
	if len(a.pre) > 0 {
		a.run(func(dst, src []byte) []byte {
			for {
				i := bytes.Index(src, []byte(preMark))
				if i < 0 {
					return append(dst, src...)
				}
				dst = append(dst, src[:i]...)
				src = src[i:]
				n := len(preMark)
				for n < len(src) && isDigit(src[n]) {
					n++
				}
				number, err := strconv.Atoi(string(src[len(preMark):n]))
				if err == nil && number < len(a.pre) && bytes.HasPrefix(src[n:], []byte(preMarkEnd)) &&
					strconv.Itoa(number) == string(src[len(preMark):n]) {
					dst = append(dst, a.pre[number]...)
					n += len(preMarkEnd)
				} else {
					dst = append(dst, src[:n]...)
				}
				src = src[n:]
			}
		})
	}
	a.replace(" "+lineMark+" ", "\n")
	a.replace(lineMark, "\n")
}

// divide puts empty lines around block elements, and hides the line breaks
// inside of tags and comments.
func (a *autop) divide() {
	if bytes.IndexByte(a.s, '<') >= 0 {
		if bytes.Contains(a.s, []byte("<br")) {
			a.run(breaksToLines)
		}
		a.run(linesAroundBlocks)
	}
	a.replace("\r\n", "\n")
	a.replace("\r", "\n")
	if bytes.IndexByte(a.s, '<') >= 0 {
		a.run(hideLines)
	}
}

// breaksToLines makes an empty line of two br elements in a row.
func breaksToLines(dst, src []byte) []byte {
	from, pos := 0, 0
	for {
		i := bytes.Index(src[pos:], []byte("<br"))
		if i < 0 {
			return append(dst, src[from:]...)
		}
		start := pos + i
		pos = start + 1
		if end := brEnd(src, start); end > 0 {
			if end = brEnd(src, skipSpace(src, end)); end > 0 {
				dst = append(append(dst, src[from:start]...), "\n\n"...)
				from, pos = end, end
			}
		}
	}
}

// brEnd is the index after the br element at i, or 0.
func brEnd(s []byte, i int) int {
	if !bytes.HasPrefix(s[i:], []byte("<br")) {
		return 0
	}
	if i = skipSpace(s, i+3); i < len(s) && s[i] == '/' {
		i++
	}
	if i < len(s) && s[i] == '>' {
		return i + 1
	}
	return 0
}

// skipSpace is skipSpaces for bytes.
func skipSpace(s []byte, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// linesAroundBlocks puts an empty line in front of opening and behind closing
// tags of block elements, and behind hr elements.
func linesAroundBlocks(dst, src []byte) []byte {
	from := 0
	for pos := bytes.IndexByte(src, '<'); pos >= 0; {
		name := pos + 1
		closing := name < len(src) && src[name] == '/'
		if closing {
			name++
		}
		end := name
		for end < len(src) && end-name < maxBlockName && (isLower(src[end]) || isDigit(src[end])) {
			end++
		}
		if end < len(src) && isBlock(src[name:end]) {
			switch c := src[end]; {
			case closing && c == '>':
				dst = append(append(dst, src[from:end+1]...), "\n\n"...)
				from = end + 1
			case !closing && (c == '/' || c == '>' || isSpace(c)):
				dst = append(append(dst, src[from:pos]...), "\n\n"...)
				from = pos
				if rule := hrEnd(src, name, end); rule > 0 {
					dst = append(append(dst, src[from:rule]...), "\n\n"...)
					from = rule
				}
			}
		}
		next := bytes.IndexByte(src[end:], '<')
		if next < 0 {
			break
		}
		pos = end + next
	}
	return append(dst, src[from:]...)
}

// hrEnd is the index after the tag when src[name:end] is hr and nothing else
// is in the tag, otherwise 0.
func hrEnd(src []byte, name, end int) int {
	if string(src[name:end]) != "hr" {
		return 0
	}
	if end = skipSpace(src, end); end < len(src) && src[end] == '/' {
		end++
	}
	if end < len(src) && src[end] == '>' {
		return end + 1
	}
	return 0
}

// hideLines marks the line breaks inside of tags and comments.
func hideLines(dst, src []byte) []byte {
	text := string(src)
	from := 0
	for lt := strings.IndexByte(text, '<'); lt >= 0; {
		end := elementEnd(text, lt)
		for nl := strings.IndexByte(text[lt:end], '\n'); nl >= 0; {
			dst = append(append(dst, text[from:lt+nl]...), " "+lineMark+" "...)
			from = lt + nl + 1
			if nl = strings.IndexByte(text[from:end], '\n'); nl >= 0 {
				nl += from - lt
			}
		}
		lt = nextByteFrom(text, '<', end)
	}
	return append(dst, text[from:]...)
}

// wrapParagraphs wraps what empty lines divide into paragraphs.
func wrapParagraphs(dst, src []byte) []byte {
	start := 0
	wrap := func(end int) {
		if end > start {
			dst = append(dst, "<p>"...)
			dst = append(dst, bytes.Trim(src[start:end], "\n")...)
			dst = append(dst, "</p>\n"...)
		}
	}
	for i := bytes.IndexByte(src, '\n'); i >= 0; {
		last := i
		j := i + 1
		for ; j < len(src) && isSpace(src[j]); j++ {
			if src[j] == '\n' {
				last = j
			}
		}
		if last > i {
			wrap(i)
			start = last + 1
		}
		n := bytes.IndexByte(src[j:], '\n')
		if n < 0 {
			break
		}
		i = j + n
	}
	wrap(len(src))
	return dst
}
