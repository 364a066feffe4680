package rest

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Limits that PHP puts on parameters (max_input_vars, max_input_nesting_level).
const (
	maxInputVars    = 1000
	maxInputNesting = 64
)

// ParseQuery reads a query string or a urlencoded form as PHP's parse_str
// does: brackets in names build lists and objects, the last of two equal names
// wins, dots and blanks in the first part of a name become underscores. Values
// are strings, []any and *ordered.Object.
func ParseQuery(raw string) *ordered.Object {
	root := &phpArray{}
	for n := 0; raw != "" && n < maxInputVars; {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		root.setPath(unescape(name), unescape(value))
		n++
	}
	return root.object()
}

// unescape decodes + and %XX; what is no escape stays as it is.
func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b.WriteByte(byte(n))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// phpArray is PHP's array while parameters are collected: keys in order, the
// next free index known.
type phpArray struct {
	keys []string
	vals map[string]any // string or *phpArray
	next int64
}

func (a *phpArray) set(key string, v any) {
	if a.vals == nil {
		a.vals = map[string]any{}
	}
	if _, ok := a.vals[key]; !ok {
		a.keys = append(a.keys, key)
		if n, ok := arrayIndex(key); ok && n >= a.next {
			a.next = n + 1
		}
	}
	a.vals[key] = v
}

// arrayIndex reports whether PHP takes key for an integer.
func arrayIndex(key string) (int64, bool) {
	n, err := strconv.ParseInt(key, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == key
}

// fieldName takes the name of a form field apart: the part that stands for the
// whole, as PHP writes it ("" where PHP drops the field), and the keys behind
// it ("[a][]").
func fieldName(name string) (first, rest string) {
	name = strings.TrimLeft(name, " ")
	if i := strings.IndexByte(name, 0); i >= 0 {
		name = name[:i]
	}
	if strings.HasPrefix(name, "[") {
		return "", ""
	}
	first = name
	if i := strings.IndexByte(name, '['); i > 0 {
		if strings.IndexByte(name[i:], ']') > 0 {
			first, rest = name[:i], name[i:]
		}
	}
	return strings.Map(func(r rune) rune {
		if r == '.' || r == ' ' || r == '[' {
			return '_'
		}
		return r
	}, first), rest
}

func (a *phpArray) setPath(name string, value string) {
	first, rest := fieldName(name)
	if first == "" {
		return
	}
	path := []string{first}
	for strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			break
		}
		path = append(path, rest[1:end])
		rest = rest[end+1:]
		if len(path) > maxInputNesting {
			return
		}
	}
	at := a
	for i, key := range path {
		if key == "" && i > 0 {
			key = strconv.FormatInt(at.next, 10)
		}
		if i == len(path)-1 {
			at.set(key, value)
			return
		}
		sub, ok := at.vals[key].(*phpArray)
		if !ok {
			sub = &phpArray{}
			at.set(key, sub)
		}
		at = sub
	}
}

func (a *phpArray) object() *ordered.Object {
	o := ordered.NewObject(len(a.keys))
	for _, k := range a.keys {
		o.Set(k, phpValue(a.vals[k]))
	}
	return o
}

func phpValue(v any) any {
	a, ok := v.(*phpArray)
	if !ok {
		return v
	}
	for i, k := range a.keys {
		if k != strconv.Itoa(i) {
			return a.object()
		}
	}
	list := make([]any, len(a.keys))
	for i, k := range a.keys {
		list[i] = phpValue(a.vals[k])
	}
	return list
}
