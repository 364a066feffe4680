package rectest

import (
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

var keptHeaders = map[string]bool{
	"link": true, "allow": true, "content-type": true, "cache-control": true, "expires": true, "vary": true, "location": true,
	"www-authenticate": true, "x-robots-tag": true, "x-content-type-options": true, "retry-after": true,
	"content-disposition": true, "x-redirect-by": true, "x-frame-options": true, "referrer-policy": true, "x-pingback": true,
}

func kept(name string) bool {
	return keptHeaders[name] || strings.HasPrefix(name, "x-wp-") || strings.HasPrefix(name, "access-control-")
}

var afterSemicolon = regexp.MustCompile(`;\s*`)

// headers is the comparable part of an answer's headers, by lower-case name:
// lines of one name joined, Set-Cookie as names and attributes.
func (n *norm) headers(h http.Header) *object {
	found := map[string]any{}
	for name, lines := range h {
		l := strings.ToLower(name)
		if l == "set-cookie" {
			found[l] = setCookies(lines)
			continue
		}
		if !kept(l) {
			continue
		}
		values := make([]string, len(lines))
		for i, v := range lines {
			values[i] = n.headerValue(l, v)
		}
		found[l] = strings.Join(values, ", ")
	}
	all := make([]string, 0, len(found))
	for l := range found {
		all = append(all, l)
	}
	sort.Strings(all)
	out := newObject()
	for _, l := range all {
		out.set(l, found[l])
	}
	return out
}

func (n *norm) headerValue(name, v string) string {
	v = utf8Text(v)
	switch {
	case name == "x-wp-nonce" && nonceRE.MatchString(v):
		v = "{{NONCE}}"
	case name == "content-type":
		v = strings.ReplaceAll(afterSemicolon.ReplaceAllString(v, "; "), "charset=utf-8", "charset=UTF-8")
	}
	return n.text(v)
}

func setCookies(lines []string) []any {
	type row struct {
		name  string
		attrs []string
		o     *object
	}
	var rows []row
	for _, line := range lines {
		name, value, attrs := splitSetCookie(line)
		for i, a := range attrs {
			k, v, has := strings.Cut(a, "=")
			k = strings.ToLower(k)
			if has && k != "expires" && k != "max-age" {
				k += "=" + v
			}
			attrs[i] = k
		}
		sort.Strings(attrs)
		list := make([]any, len(attrs))
		for i, a := range attrs {
			list[i] = a
		}
		o := newObject()
		o.set("name", name)
		o.set("attributes", list)
		o.set("clears", emptyCookie(value))
		parts := 0
		if !emptyCookie(value) {
			parts = strings.Count(unquote(value), "|") + 1
		}
		o.set("value_parts", integer(strconv.Itoa(parts)))
		rows = append(rows, row{name, attrs, o})
	}
	sort.SliceStable(rows, func(i, j int) bool {
		if rows[i].name != rows[j].name {
			return rows[i].name < rows[j].name
		}
		return slices.Compare(rows[i].attrs, rows[j].attrs) < 0
	})
	out := make([]any, len(rows))
	for i, r := range rows {
		out[i] = r.o
	}
	return out
}
