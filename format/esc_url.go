package format

import (
	"slices"
	"strconv"
	"strings"
)

// AllowedProtocols is the list of URL schemes WordPress lets through
// (wp_allowed_protocols), in its order. The caller owns the slice.
func AllowedProtocols() []string {
	return []string{
		"http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp", "feed",
		"telnet", "mms", "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn",
	}
}

// EscURL cleans a URL for output in HTML: esc_url. Characters that no URL has
// are dropped, ampersands and apostrophes come out as references, and a URL
// whose scheme is not among protocols gives "". Without protocols it is
// AllowedProtocols that counts.
func EscURL(url string, protocols ...string) string {
	return cleanURL(url, protocols, true)
}

// SanitizeURL cleans a URL for storing or for a redirect: sanitize_url, which
// is EscURL without the references.
func SanitizeURL(url string, protocols ...string) string {
	return cleanURL(url, protocols, false)
}

func cleanURL(url string, protocols []string, display bool) string {
	url = strings.TrimLeft(url, " \t\n\r\x00\x0b")
	url = keepBytes(strings.ReplaceAll(url, " ", "%20"), urlByte)
	if url == "" {
		return ""
	}
	if !hasPrefixFold(url, "mailto:") {
		url = dropEncodedBreaks(url)
	}
	url = strings.ReplaceAll(url, ";//", "://")
	if strings.IndexByte(url, ':') < 0 && (url == "" || strings.IndexByte("/#?", url[0]) < 0) && !phpFile(url) {
		if len(protocols) > 0 && protocols[0] == "https" {
			url = "https://" + url
		} else {
			url = "http://" + url
		}
	}
	if display {
		url = NormalizeEntities(url)
		url = strings.ReplaceAll(url, "&amp;", "&#038;")
		url = strings.ReplaceAll(url, "'", "&#039;")
	}
	if strings.ContainsAny(url, "[]") {
		url = encodeURLBrackets(url)
	}
	if url[0] == '/' {
		return url
	}
	if len(protocols) == 0 {
		protocols = AllowedProtocols()
	}
	good := BadProtocol(url, protocols)
	if lowerASCII(good) != lowerASCII(url) {
		return ""
	}
	return good
}

// urlByte tells whether a byte may stay in a URL.
func urlByte(c byte) bool {
	return isAlnum(c) || c >= 0x80 || strings.IndexByte("-~+_.?#=!&;,/:%@$|*'()[]", c) >= 0
}

// dropEncodedBreaks removes encoded line breaks until there are none. No two
// of the four spellings overlap, so a stack gives what repeating would.
func dropEncodedBreaks(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		out = append(out, s[i])
		n := len(out)
		if c := s[i] | 0x20; n > 2 && (c == 'd' || c == 'a') && out[n-2] == '0' && out[n-3] == '%' {
			out = out[:n-3]
		}
	}
	return string(out)
}

// phpFile tells whether a URL begins with the name of a PHP file.
func phpFile(url string) bool {
	i := 0
	for i < len(url) && (isAlnum(url[i]) || url[i] == '-') {
		i++
	}
	return i > 0 && hasPrefixFold(url[i:], ".php")
}

// encodeURLBrackets percent-encodes square brackets behind the authority.
func encodeURLBrackets(url string) string {
	parts, _ := splitURL(url)
	front := ""
	if parts.has(urlScheme) {
		front = parts.scheme + "://"
	} else if url[0] == '/' {
		front = "//"
	}
	front += parts.user
	if parts.has(urlPass) {
		front += ":" + parts.pass
	}
	if parts.has(urlUser) || parts.has(urlPass) {
		front += "@"
	}
	front += parts.host
	if parts.has(urlPort) {
		front += ":" + strconv.Itoa(parts.port)
	}
	dirty := url
	if front != "" {
		dirty = strings.ReplaceAll(url, front, "")
	}
	if dirty == "" {
		return url
	}
	return strings.ReplaceAll(url, dirty, strings.NewReplacer("[", "%5B", "]", "%5D").Replace(dirty))
}

// BadProtocol takes schemes that are not among protocols off a URL, again and
// again, also such that hide behind character references:
// wp_kses_bad_protocol. A URL that does not settle gives "".
func BadProtocol(url string, protocols []string) string {
	url = dropControls(url)
	for _, scheme := range []string{"https", "http"} {
		if strings.HasPrefix(url, scheme+"://") && slices.Contains(protocols, scheme) {
			return url
		}
	}
	for i := 0; i < 6; i++ {
		next := badProtocolOnce(url, protocols, 1)
		if next == url {
			return url
		}
		url = next
	}
	return ""
}

// dropControls is wp_kses_no_null: no control characters, and no backslashes
// with zeros after them.
func dropControls(s string) string {
	s = keepBytes(s, func(c byte) bool { return c >= 0x20 || c == '\t' || c == '\n' || c == '\r' })
	if !strings.Contains(s, `\0`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == '\\' {
			j++
		}
		if j > i && j < len(s) && s[j] == '0' {
			for j < len(s) && s[j] == '0' {
				j++
			}
			i = j
			continue
		}
		if j == i {
			j++
		}
		out = append(out, s[i:j]...)
		i = j
	}
	return string(out)
}

func badProtocolOnce(url string, protocols []string, count int) string {
	url = closeColonReferences(url)
	start, end := findColon(url)
	if start < 0 || strings.Contains(url[:start], "/?") {
		return url
	}
	rest := trimPHP(url[end:])
	scheme := allowedScheme(url[:start], protocols)
	if scheme == "feed:" {
		if count > 2 {
			return ""
		}
		rest = badProtocolOnce(rest, protocols, count+1)
		if rest == "" || rest == "0" {
			return rest
		}
	}
	return scheme + rest
}

// closeColonReferences puts the semicolon behind references to the colon that
// lack it.
func closeColonReferences(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	out := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		n, digit := colonReference(s[i:])
		if n == 0 {
			out = append(out, s[i])
			i++
			continue
		}
		out = append(out, s[i:i+n]...)
		i += n
		if i == len(s) || s[i] != ';' && !digit(s[i]) {
			out = append(out, ';')
		}
	}
	return string(out)
}

// colonReference is the length of a numeric reference to the colon, without
// its semicolon, at the begin of s, and the kind of digit it is written with.
func colonReference(s string) (int, func(byte) bool) {
	if len(s) < 4 || s[0] != '&' || s[1] != '#' {
		return 0, nil
	}
	i, code, digit := 2, "58", isDigit
	if s[2]|0x20 == 'x' {
		i, code, digit = 3, "3a", isHex
	}
	for i < len(s) && s[i] == '0' {
		i++
	}
	if !hasPrefixFold(s[i:], code) {
		return 0, nil
	}
	return i + 2, digit
}

// findColon is the place of the first colon or reference to one.
func findColon(s string) (start, end int) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ':':
			return i, i + 1
		case '&':
			if hasPrefixFold(s[i:], "&colon;") {
				return i, i + 7
			}
			if n, _ := colonReference(s[i:]); n > 0 && i+n < len(s) && s[i+n] == ';' {
				return i, i + n + 1
			}
		}
	}
	return -1, -1
}

// allowedScheme decodes and cleans a scheme and returns it with its colon when
// it is among protocols, otherwise "".
func allowedScheme(scheme string, protocols []string) string {
	scheme = decodeNumeric(scheme)
	scheme = keepBytes(scheme, func(c byte) bool { return !isSpace(c) })
	scheme = lowerASCII(dropControls(scheme))
	for _, p := range protocols {
		if lowerASCII(p) == scheme {
			return scheme + ":"
		}
	}
	return ""
}

// decodeNumeric decodes numeric references to single bytes
// (wp_kses_decode_entities): decimal ones first, then hexadecimal ones.
func decodeNumeric(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return decodeBase(decodeBase(s, "&#", 10, isDigit), "&#x", 16, isHex)
}

func decodeBase(s, prefix string, base byte, digit func(byte) bool) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if hasPrefixFold(s[i:], prefix) {
			j, code := i+len(prefix), byte(0)
			for ; j < len(s) && digit(s[j]); j++ {
				code = code*base + unhex(s[j])
			}
			if j > i+len(prefix) && j < len(s) && s[j] == ';' {
				out = append(out, code)
				i = j + 1
				continue
			}
		}
		out = append(out, s[i])
		i++
	}
	return string(out)
}
