package format

import (
	"errors"
	"strings"
)

// ShortcodeFunc renders one shortcode: its attributes, the text it encloses
// ("" when it encloses none) and its tag give the text that replaces it. The
// text is used as it is; the function escapes what it prints.
type ShortcodeFunc func(attrs ShortcodeAttrs, content, tag string) string

// Shortcodes is a registry of shortcodes in the order they were added, which
// matters where a tag is the begin of another. The zero value and nil are empty
// registries. It may be used by many goroutines once it is filled.
type Shortcodes struct {
	tags    []string
	funcs   []ShortcodeFunc
	index   map[string]int
	longest int
}

// ErrShortcodeTag says that a tag is blank or has characters a tag may not
// have.
var ErrShortcodeTag = errors.New("format: invalid shortcode tag")

// Add registers a shortcode, or replaces the function of one that is there:
// add_shortcode. It returns ErrShortcodeTag for tags with white space, control
// characters or one of & / < > [ ] =.
func (sc *Shortcodes) Add(tag string, fn ShortcodeFunc) error {
	if trimPHP(tag) == "" {
		return ErrShortcodeTag
	}
	for i := 0; i < len(tag); i++ {
		if !tagByte(tag[i]) {
			return ErrShortcodeTag
		}
	}
	if i, ok := sc.index[tag]; ok {
		sc.funcs[i] = fn
		return nil
	}
	if sc.index == nil {
		sc.index = map[string]int{}
	}
	sc.index[tag] = len(sc.tags)
	sc.tags = append(sc.tags, tag)
	sc.funcs = append(sc.funcs, fn)
	sc.longest = max(sc.longest, len(tag))
	return nil
}

// tagByte tells whether a byte may stand in a shortcode's tag.
func tagByte(c byte) bool {
	return c > ' ' && strings.IndexByte("<>&/[]=", c) < 0
}

func (sc *Shortcodes) len() int {
	if sc == nil {
		return 0
	}
	return len(sc.tags)
}

// Has tells whether a tag is registered: shortcode_exists.
func (sc *Shortcodes) Has(tag string) bool {
	if sc == nil {
		return false
	}
	_, ok := sc.index[tag]
	return ok
}

// Tags lists the registered tags in their order.
func (sc *Shortcodes) Tags() []string {
	if sc == nil {
		return nil
	}
	return append([]string(nil), sc.tags...)
}

// Do replaces the registered shortcodes in text by what their functions return:
// do_shortcode. It does not look into the replacement. A doubled bracket
// [[tag]] escapes a shortcode. In attributes of HTML elements shortcodes are
// replaced too, and the result goes through kses for that attribute where the
// value is quoted; other square brackets inside elements are left alone.
func (sc *Shortcodes) Do(text string) string { return sc.DoFunc(text, nil) }

// DoFunc is Do with one function for all registered shortcodes, for callers
// whose functions need to know more than the registry does. A nil function
// stands for the registered ones.
func (sc *Shortcodes) DoFunc(text string, fn ShortcodeFunc) string {
	return sc.replace(text, false, func(m shortcodeMatch) string {
		if m.escaped() {
			return m.all[1 : len(m.all)-1]
		}
		run := fn
		if run == nil {
			run = sc.funcs[sc.index[m.tag]]
		}
		if run == nil {
			return m.all
		}
		return m.before + run(ParseShortcodeAttrs(m.attrs), m.content, m.tag) + m.after
	})
}

// Strip removes the registered shortcodes from text, with what they enclose:
// strip_shortcodes. Those inside of HTML elements stay.
func (sc *Shortcodes) Strip(text string) string {
	return sc.replace(text, true, func(m shortcodeMatch) string {
		if m.escaped() {
			return m.all[1 : len(m.all)-1]
		}
		return m.before + m.after
	})
}

// Contains tells whether text has the shortcode, which must be registered, also
// inside of what another registered one encloses: has_shortcode.
func (sc *Shortcodes) Contains(text, tag string) bool {
	found := false
	if sc.Has(tag) {
		sc.walk(text, func(t string) bool {
			found = found || t == tag
			return !found
		})
	}
	return found
}

// TagsIn lists the tags of the registered shortcodes in text in the order they
// stand there, enclosed ones behind what encloses them, with repetitions:
// get_shortcode_tags_in_content.
func (sc *Shortcodes) TagsIn(text string) []string {
	var tags []string
	sc.walk(text, func(t string) bool {
		tags = append(tags, t)
		return true
	})
	return tags
}

// walk calls fn for the shortcodes in text until it says no. What is enclosed
// holds no closing tag of its own kind, so there are never more levels than
// registered tags.
func (sc *Shortcodes) walk(text string, fn func(tag string) bool) bool {
	if sc.len() == 0 || strings.IndexByte(text, '[') < 0 {
		return true
	}
	scan := shortcodeScanner{text: text, codes: sc}
	for pos := 0; ; {
		m, ok := scan.next(pos)
		if !ok {
			return true
		}
		if !fn(m.tag) || !sc.walk(m.content, fn) {
			return false
		}
		pos = m.end
	}
}

// replace is what do_shortcode and strip_shortcodes have in common.
func (sc *Shortcodes) replace(text string, skipElements bool, fn func(shortcodeMatch) string) string {
	if sc.len() == 0 || strings.IndexByte(text, '[') < 0 {
		return text
	}
	active := sc.tagsOpened(text)
	if active == nil {
		return text
	}
	text = replaceInElements(text, skipElements, func(s string) (string, int) {
		return sc.replaceIn(s, active, fn)
	})
	text, _ = sc.replaceIn(text, active, fn)
	return replaceBrackets(text, bracketUnescaper)
}

// replaceBrackets applies a replacer of encoded brackets where there are any.
func replaceBrackets(text string, replacer *strings.Replacer) string {
	if !strings.Contains(text, "&#9") {
		return text
	}
	return replacer.Replace(text)
}

var bracketUnescaper = strings.NewReplacer("&#91;", "[", "&#93;", "]")

// tagsOpened says which of the registered tags, by their place, follow a
// bracket in text as a whole word; nil is none.
func (sc *Shortcodes) tagsOpened(text string) []bool {
	var active []bool
	for i := strings.IndexByte(text, '['); i >= 0; i = nextByteFrom(text, '[', i+1) {
		end := i + 1
		for end < len(text) && end-i <= sc.longest+1 && tagByte(text[end]) {
			end++
		}
		if place, ok := sc.index[text[i+1:end]]; ok {
			if active == nil {
				active = make([]bool, len(sc.tags))
			}
			active[place] = true
		}
	}
	return active
}

// replaceIn replaces the active shortcodes in text and counts them.
func (sc *Shortcodes) replaceIn(text string, active []bool, fn func(shortcodeMatch) string) (string, int) {
	scan := shortcodeScanner{text: text, codes: sc, active: active}
	var out strings.Builder
	pos, count := 0, 0
	for {
		m, ok := scan.next(pos)
		if !ok {
			break
		}
		out.WriteString(text[pos:m.start])
		out.WriteString(fn(m))
		pos = m.end
		count++
	}
	if count == 0 {
		return text, 0
	}
	out.WriteString(text[pos:])
	return out.String(), count
}

// delimiterEnd is the index after the opening or closing tag of a registered
// shortcode at i, doubled brackets included, or -1. It is the texturizer's
// notion: elements may stand inside the tag, a lone angle bracket not.
func (sc *Shortcodes) delimiterEnd(s string, i int) int {
	j := i + 1
	if j < len(s) && (s[j] == '/' || s[j] == '[') {
		j++
	}
	end := j
	for end < len(s) && end-j <= sc.longest && tagByte(s[end]) {
		end++
	}
	if _, ok := sc.index[s[j:end]]; !ok || end == len(s) || !(isSpace(s[end]) || s[end] == ']' || s[end] == '/') {
		return -1
	}
	for end < len(s) {
		switch s[end] {
		case '[', '>':
			return -1
		case ']':
			if end++; end < len(s) && s[end] == ']' {
				end++
			}
			return end
		case '<':
			n := strings.IndexAny(s[end:], "[]>")
			if n < 0 || s[end+n] != '>' {
				return -1
			}
			end += n
		}
		end++
	}
	return -1
}
