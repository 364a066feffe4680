package wiretest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// matcher compares JSON with what is expected of it and collects differences.
type matcher struct {
	exact bool
	out   []string
}

func (m *matcher) add(path, format string, args ...any) {
	if path == "" {
		path = "body"
	}
	m.out = append(m.out, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
}

func parseJSON(data []byte) (any, error) {
	if !json.Valid(data) {
		var v any
		return nil, json.Unmarshal(data, &v)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// matches tells whether got is as wanted.
func (m *matcher) matches(want, got any) bool {
	try := &matcher{exact: m.exact}
	try.match(want, got, "")
	return len(try.out) == 0
}

func (m *matcher) match(want, got any, path string) {
	switch w := want.(type) {
	case string:
		if ok, isPattern := pattern(w, got); isPattern {
			if !ok {
				m.add(path, "want %s, got %s", w, show(got))
			}
			return
		}
	case map[string]any:
		if len(w) == 1 && m.collection(w, got, path) {
			return
		}
		if g, ok := got.(map[string]any); ok {
			m.object(w, g, path)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			m.array(w, g, path)
			return
		}
	}
	if same(want, got) {
		return
	}
	m.add(path, "want %s, got %s", show(want), show(got))
}

func same(a, b any) bool {
	switch a.(type) {
	case map[string]any, []any:
		return false
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

// pattern tells whether w is one of the strings that stand for more, and
// whether got is of its kind.
func pattern(w string, got any) (ok, isPattern bool) {
	if len(w) < 3 || w[0] != '<' || w[len(w)-1] != '>' {
		return false, strings.HasPrefix(w, "<~") // never closed: never met
	}
	switch w {
	case "<any>":
		return true, true
	case "<string>":
		_, ok = got.(string)
	case "<number>", "<int>":
		n, isNumber := got.(json.Number)
		_, err := strconv.ParseInt(n.String(), 10, 64)
		ok = isNumber && (w == "<number>" || err == nil)
	case "<bool>":
		_, ok = got.(bool)
	case "<array>":
		_, ok = got.([]any)
	case "<object>":
		_, ok = got.(map[string]any)
	default:
		if w[1] != '~' {
			return false, false
		}
		s, isString := got.(string)
		re, err := regexp.Compile(w[2 : len(w)-1])
		ok = isString && err == nil && re.MatchString(s)
	}
	return ok, true
}

// collection handles {"<each>": V} and its kin; false means that w is an
// ordinary object.
func (m *matcher) collection(w map[string]any, got any, path string) bool {
	for k, v := range w {
		switch k {
		case "<each>", "<some>", "<none>", "<count>":
		default:
			return false
		}
		list, ok := got.([]any)
		if !ok {
			m.add(path, "want an array, got %s", show(got))
			return true
		}
		if k == "<count>" {
			if n := json.Number(strconv.Itoa(len(list))); n != v {
				m.add(path, "want %s items, got %s", show(v), n)
			}
			return true
		}
		found := 0
		for i, x := range list {
			if k == "<each>" {
				m.match(v, x, fmt.Sprintf("%s[%d]", path, i))
			} else if m.matches(v, x) {
				found++
			}
		}
		if k == "<some>" && found == 0 || k == "<none>" && found > 0 {
			m.add(path, "%d of %d items are like %s, want %s", found, len(list), show(v), strings.Trim(k, "<>"))
		}
	}
	return true
}

func (m *matcher) object(w, g map[string]any, path string) {
	for _, k := range sortedKeys(w) {
		v, have := g[k]
		switch {
		case w[k] == "<absent>" && have:
			m.add(path+"."+k, "want none, got %s", show(v))
		case w[k] == "<absent>":
		case !have:
			m.add(path+"."+k, "missing, want %s", show(w[k]))
		default:
			m.match(w[k], v, path+"."+k)
		}
	}
	if !m.exact {
		return
	}
	for _, k := range sortedKeys(g) {
		if _, ok := w[k]; !ok {
			m.add(path+"."+k, "unexpected %s", show(g[k]))
		}
	}
}

func (m *matcher) array(w, g []any, path string) {
	more := len(w) > 0 && w[len(w)-1] == "<more>"
	if more {
		w = w[:len(w)-1]
	}
	if len(g) < len(w) || len(g) > len(w) && !more {
		m.add(path, "want %d items, got %d: %s", len(w), len(g), show(g))
	}
	for i := range min(len(w), len(g)) {
		m.match(w[i], g[i], fmt.Sprintf("%s[%d]", path, i))
	}
}

// show is v as JSON, cut to a line's length.
func show(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return cut(strings.TrimSpace(b.String()), 200)
}

func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}

func sortedKeys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
