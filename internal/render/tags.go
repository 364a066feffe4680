package render

import (
	"cmp"
	"html"
	"slices"
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

func (t *tags) attr(name string) *tagAttr {
	for i := range t.attrs {
		if t.attrs[i].name == name {
			return &t.attrs[i]
		}
	}
	return nil
}

// get returns the decoded value of an attribute ("" for one without a value)
// and whether the tag has it.
func (t *tags) get(name string) (string, bool) {
	if e, ok := t.set[name]; ok {
		if e.text == "" {
			return "", false
		}
		_, v, ok := strings.Cut(e.text, `="`)
		if !ok {
			return "", true
		}
		return decodeAttr(strings.TrimSuffix(v, `"`)), true
	}
	if a := t.attr(name); a != nil {
		return decodeAttr(a.value), true
	}
	return "", false
}

// value is get without the second result.
func (t *tags) value(name string) string {
	v, _ := t.get(name)
	return v
}

var attrEscaper = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", `"`, "&quot;", "'", "&apos;")

// uriAttrs are the attributes whose value is a URL (wp_kses_uri_attributes).
var uriAttrs = map[string]bool{"action": true, "archive": true, "background": true, "cite": true, "classid": true,
	"codebase": true, "data": true, "formaction": true, "href": true, "icon": true, "longdesc": true,
	"manifest": true, "poster": true, "profile": true, "src": true, "usemap": true, "xmlns": true}

// setAttr gives an attribute a value.
func (t *tags) setAttr(name, value string) {
	escaped := value
	if uriAttrs[strings.ToLower(name)] {
		escaped = escURL(value)
	} else {
		escaped = attrEscaper.Replace(value)
	}
	if escaped == "" && value != "" {
		return
	}
	t.put(name, name+`="`+escaped+`"`)
}

// setFlag gives the tag an attribute without a value.
func (t *tags) setFlag(name string) { t.put(name, name) }

func (t *tags) put(name, text string) {
	if !t.valid || t.closer {
		return
	}
	name = strings.ToLower(name)
	e := edit{t.nameEnd, t.nameEnd, " " + text}
	if a := t.attr(name); a != nil {
		e = edit{a.start, a.end, text}
	}
	if name == "class" {
		t.classOps = nil
	}
	if t.set == nil {
		t.set = map[string]edit{}
	}
	if _, ok := t.set[name]; !ok {
		t.setOrder = append(t.setOrder, name)
	}
	t.set[name] = e
}

func (t *tags) removeAttr(name string) {
	if !t.valid || t.closer {
		return
	}
	a := t.attr(name)
	if a == nil {
		delete(t.set, name)
		return
	}
	if name == "class" {
		t.classOps = nil
	}
	t.put(name, "")
	t.set[name] = edit{a.start, a.end, ""}
}

// classes lists the class names of the tag, each once.
func (t *tags) classes() []string {
	var out []string
	for _, c := range strings.FieldsFunc(t.value("class"), func(r rune) bool { return strings.ContainsRune(tagSpace, r) }) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func (t *tags) hasClass(class string) bool { return slices.Contains(t.classes(), class) }

func (t *tags) addClass(class string) {
	if t.valid && !t.closer {
		t.opClass(class, false)
	}
}

func (t *tags) removeClass(class string) {
	if t.valid && !t.closer {
		t.opClass(class, true)
	}
}

func (t *tags) opClass(class string, remove bool) {
	for i := range t.classOps {
		if t.classOps[i].name == class {
			t.classOps[i].remove = remove
			return
		}
	}
	t.classOps = append(t.classOps, classOp{class, remove})
}

// applyClasses turns the class changes of the tag into a change of the attribute.
func (t *tags) applyClasses() {
	if len(t.classOps) == 0 {
		return
	}
	ops := t.classOps
	existing := t.value("class")
	var class strings.Builder
	var seen []string
	modified := false
	for at := 0; at < len(existing); {
		ws := at
		for at < len(existing) && strings.IndexByte(tagSpace, existing[at]) >= 0 {
			at++
		}
		nameAt := at
		for at < len(existing) && strings.IndexByte(tagSpace, existing[at]) < 0 {
			at++
		}
		if at == nameAt {
			break
		}
		name := existing[nameAt:at]
		if slices.Contains(ops, classOp{name, true}) {
			modified = true
			continue
		}
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		if class.Len() > 0 {
			class.WriteString(existing[ws:nameAt])
		}
		class.WriteString(name)
	}
	for _, op := range ops {
		if !op.remove && !slices.Contains(seen, op.name) {
			modified = true
			if class.Len() > 0 {
				class.WriteByte(' ')
			}
			class.WriteString(op.name)
		}
	}
	t.classOps = nil
	switch {
	case !modified:
	case class.Len() > 0:
		t.setAttr("class", class.String())
	default:
		t.removeAttr("class")
	}
}

// flush moves the changes of the present tag to the finished ones.
func (t *tags) flush() {
	if !t.valid {
		return
	}
	t.applyClasses()
	first := len(t.done)
	for _, name := range t.setOrder {
		if e, ok := t.set[name]; ok {
			t.done = append(t.done, e)
		}
	}
	slices.SortStableFunc(t.done[first:], func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.start, b.start), strings.Compare(a.text, b.text))
	})
	t.set, t.setOrder = nil, nil
}

// String is the HTML with all changes. The present tag cannot be changed
// further afterwards.
func (t *tags) String() string {
	t.flush()
	t.valid = false
	if len(t.done) == 0 {
		return t.html
	}
	var b strings.Builder
	at := 0
	for _, e := range t.done {
		b.WriteString(t.html[at:e.start])
		b.WriteString(e.text)
		at = e.end
	}
	b.WriteString(t.html[at:])
	return b.String()
}

// decodeAttr decodes character references the way they are read in attributes:
// a name without a semicolon counts only when no letter, digit or = follows.
func decodeAttr(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		n := 1
		for n < len(s) && (isLetter(s[n]) || s[n] >= '0' && s[n] <= '9' || n == 1 && s[n] == '#') {
			n++
		}
		switch {
		case n < len(s) && s[n] == ';':
			n++
			b.WriteString(html.UnescapeString(s[:n]))
		case n > 1 && s[1] == '#', n == len(s) || s[n] != '=':
			if u := html.UnescapeString(s[:n]); s[1:min(2, len(s))] == "#" || len(u) <= 4 && !strings.HasPrefix(u, "&") || u == "&" {
				b.WriteString(u)
			} else {
				b.WriteString(s[:n])
			}
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
}

// firstTag changes the first opening tag of h.
func firstTag(h string, change func(t *tags)) string {
	t := newTags(h)
	if !t.next() {
		return h
	}
	change(t)
	return t.String()
}

// addClassToFirst adds classes to the first opening tag of h.
func addClassToFirst(h string, classes ...string) string {
	return firstTag(h, func(t *tags) {
		for _, c := range classes {
			t.addClass(c)
		}
	})
}
