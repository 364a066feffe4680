package render

import (
	"cmp"
	"html"
	"slices"
	"strings"
)

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
