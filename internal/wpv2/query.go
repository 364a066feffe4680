package wpv2

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

func decimal(n int) string { return strconv.Itoa(n) }

func id(n int64) string { return strconv.FormatInt(n, 10) }

func sanitizeText(s string) string { return format.SanitizeTextField(s) }

// pageURL is the address of another page of the collection that was asked for:
// add_query_arg over the request's own query.
func pageURL(base string, req *rest.Request, page int) string {
	var pairs []string
	seen := false
	for k, v := range req.Query.All() {
		if k == "page" {
			pairs = append(pairs, "page="+decimal(page))
			seen = true
			continue
		}
		pairs = appendQuery(pairs, k, v)
	}
	if !seen {
		pairs = append(pairs, "page="+decimal(page))
	}
	sep := "?"
	if strings.Contains(base, "?") {
		sep = "&"
	}
	return base + sep + strings.Join(pairs, "&")
}

// appendQuery writes a value as add_query_arg(urlencode_deep(…)) does: true
// is 1; false, null and empty text leave the name alone.
func appendQuery(pairs []string, name string, v any) []string {
	text := ""
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			pairs = appendQuery(pairs, name+"%5B"+strconv.Itoa(i)+"%5D", x)
		}
		return pairs
	case *ordered.Object:
		for k, x := range v.All() {
			pairs = appendQuery(pairs, name+"%5B"+k+"%5D", x)
		}
		return pairs
	case bool:
		if v {
			text = "1"
		}
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		b, _ := ordered.Append(nil, v)
		text = string(b)
	case string:
		text = urlencode(v)
	}
	if text == "" {
		return append(pairs, name)
	}
	return append(pairs, name+"="+text)
}

// decodePercent is PHP's urldecode; what is no escape stays.
func decodePercent(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

const upperHex = "0123456789ABCDEF"

// urlencode is PHP's function of that name: letters, digits and -_. stay, a
// blank becomes a plus.
func urlencode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '.':
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

// trimmed is PHP's trim.
func trimmed(s string) string { return strings.Trim(s, " \t\n\r\x00\x0b") }

// numericText is PHP's is_numeric of a text.
func numericText(s string) bool {
	s = strings.Trim(s, " \t\n\r\v\f")
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}
