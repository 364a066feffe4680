package rectest

import (
	"net/url"
	"strconv"
	"strings"
)

// formEncode writes an object, or a list of pairs, as a form body; a list as
// value repeats its name.
func formEncode(v any) string {
	var out []string
	add := func(k string, v any) {
		list, ok := v.([]any)
		if o, isObject := v.(*object); isObject {
			list, ok = names(o), true
		}
		if !ok {
			list = []any{v}
		}
		for _, x := range list {
			out = append(out, url.QueryEscape(k)+"="+url.QueryEscape(text(x)))
		}
	}
	switch v := v.(type) {
	case *object:
		for _, k := range v.keys {
			add(k, v.vals[k])
		}
	case []any:
		for _, x := range v {
			if pair, _ := x.([]any); len(pair) == 2 {
				add(text(pair[0]), pair[1])
			}
		}
	}
	return strings.Join(out, "&")
}

func orEmpty(o *object) *object {
	if o == nil {
		return newObject()
	}
	return o
}

// quote percent-encodes all bytes but letters, digits, "_.-~" and those in safe.
func quote(s, safe string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-~", c) >= 0 || strings.IndexByte(safe, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// unquote decodes percent-encoding and lets malformed escapes stand.
func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// later adds seconds to a time in digits.
func later(s string, seconds int64) string {
	n, _ := strconv.ParseInt(s, 10, 64)
	return strconv.FormatInt(n+seconds, 10)
}
