package format

import "bytes"

// closeUp takes out the white space in elements that hold no text of their own,
// so that no paragraphs come to be in them.
func (a *autop) closeUp() {
	if a.has&hasOption != 0 {
		a.run(trimSpace("<", []string{"<option"}, "", true, false))
		a.run(trimSpace("<", []string{"</option>"}, "", false, true))
	}
	if a.has&hasObjectEnd != 0 {
		a.run(trimSpace("<", []string{"<object"}, ">", false, true))
		a.run(trimSpace("<", []string{"</object>"}, "", true, false))
		a.run(trimSpace("<", []string{"<param", "</param", "<embed", "</embed"}, ">", true, true))
	}
	if a.has&hasSource != 0 {
		a.run(trimSpace("<[", []string{"<audio", "<video", "[audio", "[video"}, ">]", false, true))
		a.run(trimSpace("<[", []string{
			"</audio>", "</video>", "[/audio]", "[/video]", "</audio]", "</video]", "[/audio>", "[/video>",
		}, "", true, false))
		a.run(trimSpace("<", []string{"<source", "<track"}, ">", true, true))
	}
	if a.has&hasFigcaption != 0 {
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
	if a.has&hasItem != 0 {
		a.run(unwrapItems)
	}
	if a.has&hasQuotation != 0 {
		a.run(intoQuotes)
		a.replace("</blockquote></p>", "</p></blockquote>")
	}
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
	if a.has&hasRaw != 0 {
		a.run(keepRawLines)
	}
	if a.has&hasBreak != 0 {
		a.replace("<br>", "<br />")
		a.replace("<br/>", "<br />")
	}
	a.run(linesToBreaks)
	if a.has&(hasRaw|hasKeepLine) != 0 {
		a.replace(keepLine, "\n")
	}
}

// rawElement are the elements whose lines stay.
var rawElements = []string{"script", "style", "svg", "math"}

// keepRawLines marks the line ends inside of rawElements.
func keepRawLines(dst, src []byte) []byte {
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
