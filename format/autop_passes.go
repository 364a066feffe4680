package format

import "bytes"

// maxBlockName is the length of the longest block element's name.
const maxBlockName = 10

// isBlock tells whether a name is that of a block element as wpautop has it.
func isBlock(name []byte) bool {
	switch string(name) {
	case "table", "thead", "tfoot", "caption", "col", "colgroup", "tbody", "tr", "td", "th", "div", "dl", "dd", "dt",
		"ul", "ol", "li", "pre", "form", "map", "area", "blockquote", "address", "style", "p", "h1", "h2", "h3", "h4",
		"h5", "h6", "hr", "fieldset", "legend", "section", "article", "aside", "hgroup", "header", "footer", "nav",
		"figure", "figcaption", "details", "menu", "summary":
		return true
	}
	return false
}

// blockPrefixes are the names of block elements by their first letter, without
// those that begin with another one: the patterns that clean up do not look
// where a name ends, so that picture counts as p.
var blockPrefixes = [26][]string{
	'a' - 'a': {"area", "address", "article", "aside"},
	'b' - 'a': {"blockquote"},
	'c' - 'a': {"caption", "col"},
	'd' - 'a': {"div", "dl", "dd", "dt", "details"},
	'f' - 'a': {"form", "fieldset", "footer", "figure", "figcaption"},
	'h' - 'a': {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "hgroup", "header"},
	'l' - 'a': {"li", "legend"},
	'm' - 'a': {"map", "menu"},
	'n' - 'a': {"nav"},
	'o' - 'a': {"ol"},
	'p' - 'a': {"p"},
	's' - 'a': {"style", "section", "summary"},
	't' - 'a': {"table", "thead", "tfoot", "tbody", "tr", "td", "th"},
	'u' - 'a': {"ul"},
}

// breakPrefixes are the elements in front of which a line break is dropped.
var breakPrefixes = [26][]string{
	'd' - 'a': {"div", "dl", "dd", "dt"},
	'l' - 'a': {"li"},
	'o' - 'a': {"ol"},
	'p' - 'a': {"p"},
	't' - 'a': {"th", "td"},
	'u' - 'a': {"ul"},
}

// tagReader finds the ends of tags from growing positions.
type tagReader struct {
	src []byte
	gt  int // the next >, valid for positions up to it
	set bool
}

// end is the index after the next > from i on, or -1.
func (r *tagReader) end(i int) int {
	if !r.set || r.gt >= 0 && r.gt < i {
		r.set = true
		if r.gt = bytes.IndexByte(r.src[i:], '>'); r.gt >= 0 {
			r.gt += i
		}
	}
	if r.gt < 0 {
		return -1
	}
	return r.gt + 1
}

// block is the index after the opening or closing tag at i of an element whose
// name begins with one of prefixes, or -1.
func (r *tagReader) block(i int, prefixes *[26][]string) int {
	s := r.src
	if i >= len(s) || s[i] != '<' {
		return -1
	}
	if i++; i < len(s) && s[i] == '/' {
		i++
	}
	if i >= len(s) || !isLower(s[i]) {
		return -1
	}
	for _, name := range prefixes[s[i]-'a'] {
		if bytes.HasPrefix(s[i:], []byte(name)) {
			return r.end(i + len(name))
		}
	}
	return -1
}

// closeUp takes out the white space in elements that hold no text of their own,
// so that no paragraphs come to be in them.
func (a *autop) closeUp() {
	has := func(text string) bool { return bytes.Contains(a.s, []byte(text)) }
	if has("<option") {
		a.run(trimSpace("<", []string{"<option"}, "", true, false))
		a.run(trimSpace("<", []string{"</option>"}, "", false, true))
	}
	if has("</object>") {
		a.run(trimSpace("<", []string{"<object"}, ">", false, true))
		a.run(trimSpace("<", []string{"</object>"}, "", true, false))
		a.run(trimSpace("<", []string{"<param", "</param", "<embed", "</embed"}, ">", true, true))
	}
	if has("<source") || has("<track") {
		a.run(trimSpace("<[", []string{"<audio", "<video", "[audio", "[video"}, ">]", false, true))
		a.run(trimSpace("<[", []string{
			"</audio>", "</video>", "[/audio]", "[/video]", "</audio]", "</video]", "[/audio>", "[/video>",
		}, "", true, false))
		a.run(trimSpace("<", []string{"<source", "<track"}, ">", true, true))
	}
	if has("<figcaption") {
		a.run(trimSpace("<", []string{"<figcaption"}, ">", true, false))
		a.run(trimSpace("<", []string{"</figcaption>"}, "", false, true))
	}
}

// trimSpace makes a pass that drops the white space before, after, or around
// each of the given texts, which begin with one of the bytes in first. When
// until is not empty they go on to the next byte that is in it.
func trimSpace(first string, texts []string, until string, before, after bool) autopPass {
	return func(dst, src []byte) []byte {
		from, pos, stop := 0, 0, 0
		for {
			i := bytes.IndexAny(src[pos:], first)
			if i < 0 {
				break
			}
			start := pos + i
			pos = start + 1
			end := 0
			for _, text := range texts {
				if bytes.HasPrefix(src[start:], []byte(text)) {
					end = start + len(text)
					break
				}
			}
			if end == 0 {
				continue
			}
			if until != "" {
				if stop < end {
					n := bytes.IndexAny(src[end:], until)
					if n < 0 {
						break
					}
					stop = end + n + 1
				}
				end = stop
			}
			dst = append(dst, src[from:start]...)
			if before {
				for len(dst) > 0 && isSpace(dst[len(dst)-1]) {
					dst = dst[:len(dst)-1]
				}
			}
			dst = append(dst, src[start:end]...)
			if after {
				end = skipSpace(src, end)
			}
			from, pos = end, end
		}
		return append(dst, src[from:]...)
	}
}

// unwrap puts paragraphs right that hold block elements.
func (a *autop) unwrap() {
	a.run(atParagraphs(emptyParagraph))
	a.run(closeInside)
	a.run(atParagraphs(tagAlone))
	if bytes.Contains(a.s, []byte("<p><li")) {
		a.run(unwrapItems)
	}
	a.run(intoQuotes)
	a.replace("</blockquote></p>", "</p></blockquote>")
	a.run(atParagraphs(tagFirst))
	a.run(dropAfterBlock("</p>"))
}

// A paragraphRule looks at the <p> at i. It says that the text from there to
// end becomes what stands from keep to keepEnd; an end of 0 lets it be.
type paragraphRule func(r *tagReader, i int) (keep, keepEnd, end int)

// atParagraphs makes a pass that asks rule about each <p>.
func atParagraphs(rule paragraphRule) autopPass {
	return func(dst, src []byte) []byte {
		r := tagReader{src: src}
		from, pos := 0, 0
		for {
			i := bytes.Index(src[pos:], []byte("<p>"))
			if i < 0 {
				return append(dst, src[from:]...)
			}
			i += pos
			pos = i + 3
			if keep, keepEnd, end := rule(&r, i); end > 0 {
				dst = append(append(dst, src[from:i]...), src[keep:keepEnd]...)
				from, pos = end, end
			}
		}
	}
}

// emptyParagraph drops a paragraph of white space.
func emptyParagraph(r *tagReader, i int) (keep, keepEnd, end int) {
	if j := skipSpace(r.src, i+3); bytes.HasPrefix(r.src[j:], []byte("</p>")) {
		return j, j, j + 4
	}
	return 0, 0, 0
}

// tagAlone takes the paragraph off a block element's tag that is alone in it.
func tagAlone(r *tagReader, i int) (keep, keepEnd, end int) {
	keep = skipSpace(r.src, i+3)
	if keepEnd = r.block(keep, &blockPrefixes); keepEnd >= 0 {
		if j := skipSpace(r.src, keepEnd); bytes.HasPrefix(r.src[j:], []byte("</p>")) {
			return keep, keepEnd, j + 4
		}
	}
	return 0, 0, 0
}

// tagFirst drops the begin of a paragraph in front of a block element's tag.
func tagFirst(r *tagReader, i int) (keep, keepEnd, end int) {
	keep = skipSpace(r.src, i+3)
	if end = r.block(keep, &blockPrefixes); end >= 0 {
		return keep, end, end
	}
	return 0, 0, 0
}

// closeInside ends a paragraph of text at the end of the div, address or form
// around it.
func closeInside(dst, src []byte) []byte {
	from, pos := 0, 0
	for {
		i := bytes.Index(src[pos:], []byte("<p>"))
		if i < 0 {
			return append(dst, src[from:]...)
		}
		pos += i + 3
		n := bytes.IndexByte(src[pos:], '<')
		if n <= 0 {
			continue
		}
		for _, tag := range []string{"</div>", "</address>", "</form>"} {
			if bytes.HasPrefix(src[pos+n:], []byte(tag)) {
				dst = append(append(dst, src[from:pos+n]...), "</p>"...)
				from = pos + n
				pos = from + len(tag)
				break
			}
		}
	}
}

// unwrapItems takes the paragraph off a list item on one line.
func unwrapItems(dst, src []byte) []byte {
	text := string(src)
	closing, newline := finder{pattern: "</p>"}, finder{pattern: "\n"}
	from, pos := 0, 0
	for {
		i := bytes.Index(src[pos:], []byte("<p><li"))
		if i < 0 {
			return append(dst, src[from:]...)
		}
		start := pos + i
		pos = start + 6
		end := closing.from(text, pos+1)
		if nl := newline.from(text, pos); end < 0 || nl >= 0 && nl < end {
			continue
		}
		dst = append(append(dst, src[from:start]...), src[start+3:end]...)
		from, pos = end+4, end+4
	}
}

// intoQuotes moves the begin of a paragraph into the blockquote it begins with.
func intoQuotes(dst, src []byte) []byte {
	r := tagReader{src: src}
	const tag = "<p><blockquote"
	from, pos := 0, 0
	for {
		i := bytes.IndexByte(src[pos:], '<')
		if i < 0 {
			return append(dst, src[from:]...)
		}
		start := pos + i
		pos = start + 1
		if start+len(tag) > len(src) || src[start+2] != '>' || !hasPrefixFold(string(src[start:start+len(tag)]), tag) {
			continue
		}
		end := r.end(start + len(tag))
		if end < 0 {
			continue
		}
		dst = append(append(dst, src[from:start]...), "<blockquote"...)
		dst = append(append(dst, src[start+len(tag):end]...), "<p>"...)
		from, pos = end, end
	}
}

// dropAfterBlock makes a pass that drops a text, and the white space before it,
// behind the tags of block elements.
func dropAfterBlock(text string) autopPass {
	return func(dst, src []byte) []byte {
		r := tagReader{src: src}
		from, pos, failed := 0, 0, -1
		for {
			i := bytes.IndexByte(src[pos:], '<')
			if i < 0 {
				return append(dst, src[from:]...)
			}
			pos += i
			end := r.block(pos, &blockPrefixes)
			pos++
			if end < 0 || end == failed {
				continue
			}
			j := skipSpace(src, end)
			if !bytes.HasPrefix(src[j:], []byte(text)) {
				failed = end
				continue
			}
			dst = append(dst, src[from:end]...)
			from, pos = j+len(text), j+len(text)
		}
	}
}

// dropBreaksBeforeBlocks drops a line break in front of certain tags.
func dropBreaksBeforeBlocks(dst, src []byte) []byte {
	r := tagReader{src: src}
	from, pos := 0, 0
	for {
		i := bytes.Index(src[pos:], []byte("<br />"))
		if i < 0 {
			return append(dst, src[from:]...)
		}
		start := pos + i
		pos = start + 6
		if end := r.block(skipSpace(src, pos), &breakPrefixes); end >= 0 {
			dst = append(dst, src[from:start]...)
			from, pos = pos, end
		}
	}
}

// breakLines makes line breaks of line ends, but not inside of elements whose
// content is not text.
func (a *autop) breakLines() {
	a.run(keepRawLines)
	a.replace("<br>", "<br />")
	a.replace("<br/>", "<br />")
	a.run(linesToBreaks)
	a.replace(keepLine, "\n")
}

// rawElement are the elements whose lines stay.
var rawElements = []string{"script", "style", "svg", "math"}

// keepRawLines marks the line ends inside of rawElements.
func keepRawLines(dst, src []byte) []byte {
	found := false
	for _, name := range rawElements {
		found = found || bytes.Contains(src, []byte("<"+name))
	}
	if !found {
		return append(dst, src...)
	}
	text := string(src)
	var closing [4]finder
	from, pos := 0, 0
	for {
		lt := nextByteFrom(text, '<', pos)
		if lt < 0 {
			return append(dst, src[from:]...)
		}
		pos = lt + 1
		for i, name := range rawElements {
			if len(text)-pos < len(name) || text[pos:pos+len(name)] != name {
				continue
			}
			closing[i].pattern = "</" + name + ">"
			end := closing[i].from(text, pos+len(name))
			if end < 0 {
				break
			}
			dst = append(dst, src[from:lt]...)
			dst = append(dst, bytes.ReplaceAll(src[lt:end], []byte("\n"), []byte(keepLine))...)
			from, pos = end, end+1
			break
		}
	}
}

// linesToBreaks puts a line break in front of the last line end of each run of
// white space, instead of the run up to there. Only a lone line end behind a
// break that is there already stays as it is.
func linesToBreaks(dst, src []byte) []byte {
	from := 0
	for pos := 0; ; {
		nl := bytes.IndexByte(src[pos:], '\n')
		if nl < 0 {
			return append(dst, src[from:]...)
		}
		nl += pos
		start := nl
		for start > pos && isSpace(src[start-1]) {
			start--
		}
		last := nl
		for pos = nl + 1; pos < len(src) && isSpace(src[pos]); pos++ {
			if src[pos] == '\n' {
				last = pos
			}
		}
		if bytes.HasSuffix(src[:start], []byte("<br />")) {
			start++
		}
		if start <= last {
			dst = append(append(dst, src[from:start]...), "<br />\n"...)
			from = last + 1
		}
	}
}
