package authcookie

import (
	"strconv"
	"strings"
	"time"
)

// SetCookie is one cookie to set, with the parameters of PHP's setcookie().
type SetCookie struct {
	Name    string
	Value   string // as it is to be read back; an empty one deletes the cookie
	Expires int64  // Unix time, 0 for a cookie until the browser closes
	Path    string
	Domain  string
	Secure  bool

	HTTPOnly bool
}

// deletion is the date PHP gives a cookie without a value.
const deletion = "expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0"

// Header returns the value of the Set-Cookie header in PHP's spelling. Now is
// for Max-Age. Name, path and domain are written as they are, except that
// control characters and semicolons, which could start another attribute or
// header, are left out.
func (c SetCookie) Header(now time.Time) string {
	b := make([]byte, 0, 256)
	b = appendClean(b, c.Name, "=,")
	b = append(b, '=')
	switch {
	case c.Value == "":
		b = append(b, "deleted; "...)
		b = append(b, deletion...)
	default:
		b = AppendEncoded(b, c.Value)
		if c.Expires > 0 {
			b = append(b, "; expires="...)
			b = time.Unix(c.Expires, 0).UTC().AppendFormat(b, "Mon, 02 Jan 2006 15:04:05 GMT")
			b = append(b, "; Max-Age="...)
			b = strconv.AppendInt(b, max(0, c.Expires-now.Unix()), 10)
		}
	}
	if c.Path != "" {
		b = append(b, "; path="...)
		b = appendClean(b, c.Path, ",")
	}
	if c.Domain != "" {
		b = append(b, "; domain="...)
		b = appendClean(b, c.Domain, ",")
	}
	if c.Secure {
		b = append(b, "; secure"...)
	}
	if c.HTTPOnly {
		b = append(b, "; HttpOnly"...)
	}
	return string(b)
}

// Headers returns the Set-Cookie values of the cookies.
func Headers(cookies []SetCookie, now time.Time) []string {
	lines := make([]string, len(cookies))
	for i, c := range cookies {
		lines[i] = c.Header(now)
	}
	return lines
}

func appendClean(b []byte, s, without string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c > 0x20 && c != 0x7f && c != ';' && strings.IndexByte(without, c) < 0 {
			b = append(b, c)
		}
	}
	return b
}

// AppendEncoded appends s percent-encoded as PHP's rawurlencode() does (RFC
// 3986): everything but letters, digits and "-_.~".
func AppendEncoded(b []byte, s string) []byte {
	const hexDigits = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~' {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}

// Decode undoes percent-encoding as PHP's rawurldecode() does: a plus sign
// stays, and so does a percent sign that is not followed by two hex digits.
func Decode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, ok1 := hexValue(s[i+1])
			lo, ok2 := hexValue(s[i+2])
			if ok1 && ok2 {
				b = append(b, hi<<4|lo)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

func hexValue(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// Find returns the decoded value of the cookie called name in the Cookie
// headers of a request, as PHP fills $_COOKIE: of several cookies of one name
// the first counts, since browsers send the one with the longer path first.
//
// It is used in place of net/http's parser, which drops cookies with bytes
// that PHP lets through.
func Find(headers []string, name string) (string, bool) {
	for _, h := range headers {
		for h != "" {
			var pair string
			pair, h, _ = strings.Cut(h, ";")
			key, value, _ := strings.Cut(strings.TrimLeft(pair, " \t\n\r\v\f"), "=")
			if key == name && name != "" {
				return Decode(value), true
			}
		}
	}
	return "", false
}
