package format

import "strings"

// delimiters walks over the block delimiters of a text, in linear time. Package
// block makes trees of them; here they count as they stand.
type delimiters struct {
	s          string
	start, end int    // of the delimiter at hand
	name       string // as written
	closer     bool
	void       bool
	attrs      int // where the attributes begin, 0 for none
	attrsEnd   int

	open, closing finder
}

// next goes to the next delimiter.
func (d *delimiters) next() bool {
	d.open.pattern, d.closing.pattern = "<!--", "-->"
	for pos := d.end; ; pos = d.start + 1 {
		if d.start = d.open.from(d.s, pos); d.start < 0 {
			return false
		}
		if d.match() {
			return true
		}
	}
}

// match reads the delimiter at start.
func (d *delimiters) match() bool {
	s := d.s
	i := d.start + len("<!--")
	j := skipSpaces(s, i)
	if j == i {
		return false
	}
	d.closer = j < len(s) && s[j] == '/'
	if d.closer {
		j++
	}
	if !strings.HasPrefix(s[j:], "wp:") {
		return false
	}
	j += len("wp:")
	i = blockWord(s, j)
	if i > j && i < len(s) && s[i] == '/' {
		word := i + 1
		if i = blockWord(s, word); i == word {
			return false
		}
	}
	d.name = s[j:i]
	j = skipSpaces(s, i)
	if d.name == "" || j == i {
		return false
	}
	d.attrs, d.attrsEnd = 0, 0
	if j < len(s) && s[j] == '{' {
		d.attrs = j
		if d.attrsEnd = d.braceEnd(j); d.attrsEnd < 0 {
			return false
		}
		j = skipSpaces(s, d.attrsEnd)
	}
	d.void = j < len(s) && s[j] == '/'
	if d.void {
		j++
	}
	d.end = j + len("-->")
	return strings.HasPrefix(s[j:], "-->")
}

// blockWord is the index after the lower-case word at i.
func blockWord(s string, i int) int {
	start := i
	for i < len(s) && (isLower(s[i]) || i > start && (isDigit(s[i]) || s[i] == '_' || s[i] == '-')) {
		i++
	}
	return i
}

// braceEnd is the index after the first closing brace from i on that the end
// of a comment follows, or -1.
func (d *delimiters) braceEnd(i int) int {
	for {
		end := d.closing.from(d.s, i)
		if end < 0 {
			return -1
		}
		blank := strings.TrimSuffix(d.s[i:end], "/")
		brace := strings.TrimRight(blank, " \t\n\r\v\f")
		if len(brace) < len(blank) && strings.HasSuffix(brace, "}") {
			return i + len(brace)
		}
		i = end + len("-->")
	}
}

// balanced counts the blocks that are left open at the end, and returns where a
// closer without a block stands, len(s) if there is none. There WordPress stops
// to look for blocks.
func (d *delimiters) balanced() (sane, open int) {
	for d.next() {
		switch {
		case d.closer && !d.void:
			if open == 0 {
				return d.start, 0
			}
			open--
		case !d.void:
			open++
		}
	}
	return len(d.s), open
}
