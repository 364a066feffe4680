package format

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// ShortcodeAttr is one attribute of a shortcode. One without a name is called
// by its number, "0" for the first.
type ShortcodeAttr struct {
	Name, Value string
}

// ShortcodeAttrs are the attributes of a shortcode in their order, each name
// once.
type ShortcodeAttrs []ShortcodeAttr

// Get is the value of the attribute called name, and whether there is one.
func (a ShortcodeAttrs) Get(name string) (string, bool) {
	for _, attr := range a {
		if attr.Name == name {
			return attr.Value, true
		}
	}
	return "", false
}

// Value is the value of the attribute called name, or else fallback.
func (a ShortcodeAttrs) Value(name, fallback string) string {
	if v, ok := a.Get(name); ok {
		return v
	}
	return fallback
}

// Merge gives every name in defaults, in that order, with the value a has for
// it or else the default; other attributes are left out: shortcode_atts.
func (a ShortcodeAttrs) Merge(defaults ShortcodeAttrs) ShortcodeAttrs {
	out := make(ShortcodeAttrs, len(defaults))
	for i, d := range defaults {
		out[i] = ShortcodeAttr{d.Name, a.Value(d.Name, d.Value)}
	}
	return out
}

// ParseShortcodeAttrs reads the attributes of a shortcode: shortcode_parse_atts.
// Names become lower case, C escapes in values are resolved, a value with an
// unclosed HTML element becomes "". Text that is not UTF-8 has no attributes.
func ParseShortcodeAttrs(text string) ShortcodeAttrs {
	if !utf8.ValidString(text) {
		return nil
	}
	text = foldSpaces(text)
	p := attrParser{text: text}
	for p.pos < len(text) {
		if isSpace(text[p.pos]) {
			p.pos++
			continue
		}
		p.attr()
	}
	for i := range p.attrs {
		if !closedElements(p.attrs[i].Value) {
			p.attrs[i].Value = ""
		}
	}
	return p.attrs
}

// foldSpaces makes one blank of each run of no-break and zero-width spaces.
func foldSpaces(s string) string {
	if !strings.Contains(s, "\u00a0") && !strings.Contains(s, "\u200b") {
		return s
	}
	var out strings.Builder
	wide := false
	for _, r := range s {
		if r != '\u00a0' && r != '\u200b' {
			out.WriteRune(r)
			wide = false
		} else if !wide {
			out.WriteByte(' ')
			wide = true
		}
	}
	return out.String()
}

type attrParser struct {
	text  string
	pos   int
	attrs ShortcodeAttrs
	index map[string]int
	next  int64 // the number of the next attribute without a name
}

// attr reads one attribute: name=value with the value in double, single or no
// quotes, or a value alone, in quotes or not. White space or the end follows.
func (p *attrParser) attr() {
	s := p.text
	if name := p.word(); name > p.pos {
		if eq := skipSpaces(s, name); eq < len(s) && s[eq] == '=' {
			v := skipSpaces(s, eq+1)
			if v < len(s) {
				from, to, end := quotedValue(s, v)
				if end == 0 && s[v] != '"' && s[v] != '\'' {
					from, to, end = bareValue(s, v)
				}
				if end > 0 {
					if key := s[p.pos:name]; key != "0" {
						p.set(lowerASCII(key), stripCSlashes(s[from:to]))
					}
					p.pos = end
					return
				}
			}
		}
	}
	if from, to, end := quotedValue(s, p.pos); end > 0 {
		if to > from {
			p.push(stripCSlashes(s[from:to]))
		}
		p.pos = end
		return
	}
	end := p.pos
	for end < len(s) && !isSpace(s[end]) {
		end++
	}
	p.push(stripCSlashes(s[p.pos:end]))
	p.pos = end
}

// word is the end of the word that begins at pos.
func (p *attrParser) word() int {
	i := p.pos
	for i < len(p.text) && (isWord(p.text[i]) || p.text[i] == '-') {
		i++
	}
	return i
}

// quotedValue is the value in quotes at i, and the index after it; end is 0
// when there is none.
func quotedValue(s string, i int) (from, to, end int) {
	if s[i] != '"' && s[i] != '\'' {
		return 0, 0, 0
	}
	n := strings.IndexByte(s[i+1:], s[i])
	if n < 0 {
		return 0, 0, 0
	}
	to = i + 1 + n
	if to+1 < len(s) && !isSpace(s[to+1]) {
		return 0, 0, 0
	}
	return i + 1, to, to + 1
}

// bareValue is the value without quotes at i.
func bareValue(s string, i int) (from, to, end int) {
	for to = i; to < len(s) && !isSpace(s[to]); to++ {
		if s[to] == '"' || s[to] == '\'' {
			return 0, 0, 0
		}
	}
	return i, to, to
}

// set stores a value under a name, like PHP in an array: the first use of a
// name gives its place, and a name that is a number counts as one.
func (p *attrParser) set(name, value string) {
	if i, ok := p.index[name]; ok {
		p.attrs[i].Value = value
		return
	}
	if p.index == nil {
		p.index = map[string]int{}
	}
	p.index[name] = len(p.attrs)
	p.attrs = append(p.attrs, ShortcodeAttr{name, value})
	if n, err := strconv.ParseInt(name, 10, 64); err == nil && n >= p.next && strconv.FormatInt(n, 10) == name {
		p.next = n + 1
	}
}

func (p *attrParser) push(value string) {
	if p.next >= 0 { // otherwise PHP has run out of numbers
		p.set(strconv.FormatInt(p.next, 10), value)
	}
}

// closedElements tells whether every < in s has its >.
func closedElements(s string) bool {
	for {
		lt := strings.IndexByte(s, '<')
		if lt < 0 {
			return true
		}
		gt := strings.IndexByte(s[lt:], '>')
		if gt < 0 {
			return false
		}
		s = s[lt+gt:]
	}
}

// stripCSlashes is PHP's stripcslashes.
func stripCSlashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		if k := strings.IndexByte("abtnvfr", s[i]); k >= 0 {
			out = append(out, "\a\b\t\n\v\f\r"[k])
			continue
		}
		digits, base, limit := i, 8, 3
		if s[i] == 'x' && i+1 < len(s) && isHex(s[i+1]) {
			digits, base, limit = i+1, 16, 2
		}
		end := digits
		for end < len(s) && end-digits < limit && (base == 16 && isHex(s[end]) || s[end] >= '0' && s[end] <= '7') {
			end++
		}
		if end == digits {
			out = append(out, s[i])
			continue
		}
		n, _ := strconv.ParseInt(s[digits:end], base, 32)
		out = append(out, byte(n))
		i = end - 1
	}
	return string(out)
}
