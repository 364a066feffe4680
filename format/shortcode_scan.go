package format

import "strings"

// shortcodeMatch is one shortcode in a text.
type shortcodeMatch struct {
	start, end    int
	all           string
	before, after string // the second brackets, "" or one
	tag, attrs    string
	content       string
}

// escaped tells whether the shortcode stands in doubled brackets.
func (m shortcodeMatch) escaped() bool { return m.before != "" && m.after != "" }

// shortcodeScanner finds the shortcodes of a text from growing positions: the
// matches of get_shortcode_regex. Closing brackets and tags are looked for
// once.
type shortcodeScanner struct {
	text    string
	codes   *Shortcodes
	active  []bool // which tags count; nil is all
	bracket finder
	closing map[int]*finder
	after   map[int]pEnd
}

// opening is an opening tag: text[name:bracket] is tag and attributes.
type opening struct {
	place       int // of the tag in the registry
	attrs       int // where the attributes begin
	bracket     int // where the tag's ] is
	selfClosing bool
}

// open reads the opening tag whose name begins at i; tags before the place
// from are left out. ok is false when there is none.
func (sc *shortcodeScanner) open(i, from int) (o opening, ok bool) {
	o.place = -1
	for end := i; end < len(sc.text) && end-i < sc.codes.longest && tagByte(sc.text[end]); {
		end++
		if end < len(sc.text) && (isWord(sc.text[end]) || sc.text[end] == '-') {
			continue
		}
		place, found := sc.codes.index[sc.text[i:end]]
		if found && place >= from && (o.place < 0 || place < o.place) && (sc.active == nil || sc.active[place]) {
			o.place, o.attrs = place, end
		}
	}
	if o.place < 0 {
		return o, false
	}
	sc.bracket.pattern = "]"
	if o.bracket = sc.bracket.from(sc.text, o.attrs); o.bracket < 0 {
		return o, false
	}
	o.selfClosing = o.bracket > o.attrs && sc.text[o.bracket-1] == '/'
	return o, true
}

// close is the index of the closing tag that belongs to o, or -1.
func (sc *shortcodeScanner) close(o opening) int {
	if o.selfClosing {
		return -1
	}
	f := sc.closing[o.place]
	if f == nil {
		if sc.closing == nil {
			sc.closing = map[int]*finder{}
		}
		f = &finder{pattern: "[/" + sc.codes.tags[o.place] + "]"}
		sc.closing[o.place] = f
	}
	return f.from(sc.text, o.bracket+1)
}

// next is the first shortcode at or after pos.
func (sc *shortcodeScanner) next(pos int) (m shortcodeMatch, ok bool) {
	s := sc.text
	for i := nextByteFrom(s, '[', pos); i >= 0; i = nextByteFrom(s, '[', i+1) {
		name := i + 1
		if name < len(s) && s[name] == '[' {
			name++
		}
		o, ok := sc.open(name, 0)
		if !ok {
			continue
		}
		m = shortcodeMatch{start: i, before: s[i+1 : name], tag: sc.codes.tags[o.place], attrs: s[o.attrs:o.bracket]}
		m.end = o.bracket + 1
		if o.selfClosing {
			m.attrs = m.attrs[:len(m.attrs)-1]
		} else if c := sc.close(o); c >= 0 {
			m.content = s[m.end:c]
			m.end = c + len(m.tag) + len("[/]")
		}
		if m.end < len(s) && s[m.end] == ']' {
			m.after = "]"
			m.end++
		}
		m.all = s[m.start:m.end]
		return m, true
	}
	return m, false
}

// pEnd remembers what follows a position.
type pEnd struct{ at, end int }

// closesParagraph is the index after the </p> that follows i behind white
// space, or -1. slot tells apart the kinds of positions that come again.
func (sc *shortcodeScanner) closesParagraph(slot, i int) int {
	if known, ok := sc.after[slot]; ok && known.at == i {
		return known.end
	}
	end := -1
	j := i
	for n := textSpace(sc.text[j:]); n > 0; n = textSpace(sc.text[j:]) {
		j += n
	}
	if strings.HasPrefix(sc.text[j:], "</p>") {
		end = j + len("</p>")
	}
	if sc.after == nil {
		sc.after = map[int]pEnd{}
	}
	sc.after[slot] = pEnd{i, end}
	return end
}

// ShortcodeUnautop takes the paragraph off registered shortcodes that stand
// alone in one: shortcode_unautop.
func ShortcodeUnautop(text string, shortcodes *Shortcodes) string {
	if shortcodes.len() == 0 || !strings.Contains(text, "<p>") {
		return text
	}
	scan := shortcodeScanner{text: text, codes: shortcodes}
	var out strings.Builder
	kept := 0
	for pos := strings.Index(text, "<p>"); pos >= 0; {
		start := pos + len("<p>")
		for n := textSpace(text[start:]); n > 0; n = textSpace(text[start:]) {
			start += n
		}
		next := start
		if start < len(text) && text[start] == '[' {
			if code, end := scan.alone(start); end > 0 {
				out.WriteString(text[kept:pos])
				out.WriteString(text[start:code])
				kept, next = end, end
			}
		}
		n := strings.Index(text[next:], "<p>")
		if n < 0 {
			break
		}
		pos = next + n
	}
	if kept == 0 {
		return text
	}
	out.WriteString(text[kept:])
	return out.String()
}

// alone reads the shortcode at start that nothing but the end of the paragraph
// follows: the index after the shortcode, and that after the paragraph.
func (sc *shortcodeScanner) alone(start int) (code, end int) {
	for from := 0; ; {
		o, ok := sc.open(start+1, from)
		if !ok {
			return 0, 0
		}
		if c := sc.close(o); c >= 0 {
			code = c + len(sc.codes.tags[o.place]) + len("[/]")
			if end = sc.closesParagraph(o.place, code); end > 0 {
				return code, end
			}
		}
		if end = sc.closesParagraph(-1, o.bracket+1); end > 0 {
			return o.bracket + 1, end
		}
		from = o.place + 1
	}
}
