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
	if strings.Contains(text, "<pre") {
		a.setPreAside()
	}
	a.has |= autopFeatures(a.s)
	a.divide()
	a.closeUp()
	a.run(wrapParagraphs)
	a.unwrap()
	if br {
		a.breakLines()
	}
	if br || a.has&hasBreak != 0 {
		a.run(dropAfterBlock("<br />"))
		a.run(dropBreaksBeforeBlocks)
	}
	if n := len(bytes.TrimSuffix(a.s, []byte("\n"))); bytes.HasSuffix(a.s[:n], []byte("\n</p>")) {
		a.s = append(a.s[:n-len("\n</p>")], a.s[n-len("</p>"):]...)
	}
	a.restore()
	return string(a.s)
}

// What a text has that some pass is for.
const (
	hasTag = 1 << iota
	hasBreak
	hasOption
	hasObjectEnd
	hasSource
	hasFigcaption
	hasItem
	hasQuotation
	hasRaw      // script, style, svg, math
	hasKeepLine // autop's own marks, or the like
	hasLineMark
	hasReturn
)

// autopFeatures says what text has. Passes only add and drop whole tags and
// white space, so it holds for all of them.
func autopFeatures(text []byte) (has int) {
	if bytes.IndexByte(text, '\r') >= 0 {
		has |= hasReturn
	}
	for lt := bytes.IndexByte(text, '<'); lt >= 0; lt = bytes.IndexByte(text, '<') {
		text = text[lt+1:]
		has |= hasTag | tagFeature(text)
	}
	return has
}

// tagFeature is the feature of the tag s goes on with behind its <.
func tagFeature(s []byte) int {
	if len(s) == 0 {
		return 0
	}
	is := func(begin string, feature int) int {
		if beginsAt(s, 0, begin) {
			return feature
		}
		return 0
	}
	switch s[0] {
	case 'b', 'B':
		if len(s) > 10 && strings.EqualFold(string(s[:10]), "blockquote") {
			return hasQuotation
		}
		return is("br", hasBreak)
	case 'l':
		return is("li", hasItem)
	case 's':
		return is("script", hasRaw) | is("style", hasRaw) | is("svg", hasRaw) | is("source", hasSource)
	case 'm':
		return is("math", hasRaw)
	case 't':
		return is("track", hasSource)
	case 'o':
		return is("option", hasOption)
	case 'f':
		return is("figcaption", hasFigcaption)
	case '/':
		return is("/object>", hasObjectEnd) | is("/blockquote>", hasQuotation)
	case '!':
		return is(lineMark[1:], hasLineMark)
	case 'W':
		return is(keepLine[1:], hasKeepLine)
	}
	return 0
}

// An autopPass writes src to dst with something changed.
type autopPass func(dst, src []byte) []byte

// autop holds the text between two passes, and room for the next one.
type autop struct {
	s, spare []byte
	pre      []string
	has      int // features
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
				if bytes.Contains(src[start:end], []byte(lineMark)) {
					a.has |= hasLineMark
				}
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
	if a.has&hasLineMark != 0 {
		a.replace(" "+lineMark+" ", "\n")
		a.replace(lineMark, "\n")
	}
}

// divide puts empty lines around block elements, and hides the line breaks
// inside of tags and comments.
func (a *autop) divide() {
	if a.has&hasTag != 0 {
		if a.has&hasBreak != 0 {
			a.run(breaksToLines)
		}
		a.run(linesAroundBlocks)
	}
	if a.has&hasReturn != 0 {
		a.replace("\r\n", "\n")
		a.replace("\r", "\n")
	}
	if a.has&hasTag != 0 {
		before := len(a.s)
		if a.run(hideLines); len(a.s) > before {
			a.has |= hasLineMark
		}
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
	from := 0
	for pos := 0; ; {
		lt := bytes.IndexByte(src[pos:], '<')
		if lt < 0 {
			return append(dst, src[from:]...)
		}
		lt += pos
		pos = elementEnd(src, lt)
		for i := lt; i < pos; i++ {
			if src[i] == '\n' {
				dst = append(append(dst, src[from:i]...), " "+lineMark+" "...)
				from = i + 1
			}
		}
	}
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
