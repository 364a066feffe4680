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
	0:         {"area", "address", "article", "aside"},
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
