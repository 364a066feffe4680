package render

import (
	"strings"
)

// tagAttr is one attribute of a tag, by its place in the HTML.
type tagAttr struct {
	name       string // lower case
	start, end int
	value      string // still encoded
	flag       bool   // without a value
}

type edit struct {
	start, end int
	text       string
}

type classOp struct {
	name   string
	remove bool
}

// tags walks over the tags of a piece of HTML and changes their attributes,
// with the reading and writing rules of core's WP_HTML_Tag_Processor: what it
// does not change stays byte for byte. It goes forward only.
type tags struct {
	html string
	pos  int

	name               string // upper case
	closer             bool
	nameEnd            int
	tagStart, tagEnd   int
	innerStart         int // after the opening tag
	attrs              []tagAttr
	set                map[string]edit
	setOrder           []string
	classOps           []classOp
	done               []edit
	selfClosing, valid bool
}

func newTags(h string) *tags { return &tags{html: h} }

// next moves to the next opening tag.
func (t *tags) next() bool { return t.nextTag("", "", false) }

// nextNamed moves to the next opening tag called name.
func (t *tags) nextNamed(name string) bool { return t.nextTag(strings.ToUpper(name), "", false) }

// nextClass moves to the next opening tag that has a class; name may be empty.
func (t *tags) nextClass(name, class string) bool {
	return t.nextTag(strings.ToUpper(name), class, false)
}

// nextAny moves to the next tag, opening or closing.
func (t *tags) nextAny() bool { return t.nextTag("", "", true) }

func (t *tags) nextTag(name, class string, closers bool) bool {
	for t.scan() {
		if t.closer && !closers || name != "" && t.name != name || class != "" && !t.hasClass(class) {
			continue
		}
		return true
	}
	return false
}

const tagSpace = " \t\f\r\n"

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// scan reads the next complete tag.
func (t *tags) scan() bool {
	t.flush()
	t.valid = false
	for {
		i := strings.IndexByte(t.html[t.pos:], '<')
		if i < 0 || t.pos+i+1 >= len(t.html) {
			t.pos = len(t.html)
			return false
		}
		start := t.pos + i
		c := t.html[start+1]
		switch {
		case isLetter(c), c == '/' && start+2 < len(t.html) && isLetter(t.html[start+2]):
			if !t.readTag(start) {
				t.pos = len(t.html)
				return false
			}
			t.valid = true
			return true
		case c == '!' || c == '?' || c == '/':
			end := commentEnd(t.html, start)
			if end < 0 {
				t.pos = len(t.html)
				return false
			}
			t.pos = end
		default:
			t.pos = start + 1
		}
	}
}

// commentEnd finds the end of what starts with <!, <? or </ and is no tag.
func commentEnd(s string, start int) int {
	if strings.HasPrefix(s[start:], "<!--") {
		at := start + 4
		n := 0
		for at+n < len(s) && s[at+n] == '-' {
			n++
		}
		if at+n < len(s) && s[at+n] == '>' {
			return at + n + 1
		}
		for {
			i := strings.Index(s[at:], "--")
			if i < 0 {
				return -1
			}
			at += i
			if strings.HasPrefix(s[at+2:], ">") {
				return at + 3
			}
			if strings.HasPrefix(s[at+2:], "!>") {
				return at + 4
			}
			at++
		}
	}
	i := strings.IndexByte(s[start+1:], '>')
	if i < 0 {
		return -1
	}
	return start + 1 + i + 1
}

func (t *tags) readTag(start int) bool {
	s := t.html
	t.tagStart, t.closer = start, s[start+1] == '/'
	i := start + 1
	if t.closer {
		i++
	}
	nameStart := i
	for i < len(s) && !strings.ContainsRune(tagSpace+"/>", rune(s[i])) {
		i++
	}
	t.name, t.nameEnd = strings.ToUpper(s[nameStart:i]), i
	t.attrs, t.set, t.setOrder, t.classOps, t.selfClosing = t.attrs[:0], nil, nil, nil, false
	i, ok := t.readAttrs(i)
	if !ok {
		return false
	}
	t.tagEnd, t.innerStart = i+1, i+1
	t.pos = i + 1
	if !t.closer {
		switch t.name {
		case "SCRIPT", "TEXTAREA", "TITLE", "IFRAME", "NOEMBED", "NOFRAMES", "STYLE", "XMP":
			end := rawTextEnd(s, t.pos, t.name)
			if end < 0 {
				return false
			}
			t.pos = end
		}
	}
	return true
}

// readAttrs reads attributes from i and returns the place of the closing >.
func (t *tags) readAttrs(i int) (int, bool) {
	s := t.html
	for {
		skipped := i
		for i < len(s) && (strings.IndexByte(tagSpace, s[i]) >= 0 || s[i] == '/') {
			i++
		}
		if i >= len(s) {
			return 0, false
		}
		if s[i] == '>' {
			t.selfClosing = i > skipped && s[i-1] == '/'
			return i, true
		}
		a := tagAttr{start: i, flag: true}
		i++
		for i < len(s) && !strings.ContainsRune("=/>"+tagSpace, rune(s[i])) {
			i++
		}
		a.name, a.end = strings.ToLower(s[a.start:i]), i
		j := i
		for j < len(s) && strings.IndexByte(tagSpace, s[j]) >= 0 {
			j++
		}
		if j >= len(s) {
			return 0, false
		}
		if s[j] == '=' {
			for j++; j < len(s) && strings.IndexByte(tagSpace, s[j]) >= 0; j++ {
			}
			if j >= len(s) {
				return 0, false
			}
			a.flag = false
			if q := s[j]; q == '"' || q == '\'' {
				k := strings.IndexByte(s[j+1:], q)
				if k < 0 {
					return 0, false
				}
				a.value, i = s[j+1:j+1+k], j+k+2
			} else {
				k := j
				for k < len(s) && strings.IndexByte(tagSpace+">", s[k]) < 0 {
					k++
				}
				a.value, i = s[j:k], k
			}
			a.end = i
		}
		if !t.closer && t.attr(a.name) == nil {
			t.attrs = append(t.attrs, a)
		}
	}
}

// rawTextEnd finds the end of the closing tag of an element whose content is
// text.
func rawTextEnd(s string, at int, name string) int {
	for {
		i := strings.Index(s[at:], "</")
		if i < 0 {
			return -1
		}
		at += i
		rest := s[at+2:]
		if len(rest) > len(name) && strings.EqualFold(rest[:len(name)], name) && strings.IndexByte(tagSpace+"/>", rest[len(name)]) >= 0 {
			k := strings.IndexByte(rest[len(name):], '>')
			if k < 0 {
				return -1
			}
			return at + 2 + len(name) + k + 1
		}
		at += 2
	}
}
