package format

import "strings"

// Which parts a URL has; a part that is there may be empty.
const (
	urlScheme = 1 << iota
	urlUser
	urlPass
	urlHost
	urlPort
	urlPath
	urlQuery
	urlFragment
)

// urlParts is what PHP's parse_url finds in a URL.
type urlParts struct {
	set                                             int
	scheme, user, pass, host, path, query, fragment string
	port                                            int
}

func (u urlParts) has(part int) bool { return u.set&part != 0 }

// splitURL is wp_parse_url: parse_url that copes with URLs without a scheme.
// ok is false for what PHP refuses to parse.
func splitURL(url string) (u urlParts, ok bool) {
	switch {
	case strings.HasPrefix(url, "//"):
		u, ok = parsePHPURL("placeholder:" + url)
		u.set &^= urlScheme
		u.scheme = ""
	case strings.HasPrefix(url, "/"):
		u, ok = parsePHPURL("placeholder://placeholder" + url)
		u.set &^= urlScheme | urlHost
		u.scheme, u.host = "", ""
	default:
		return parsePHPURL(url)
	}
	return u, ok
}

// parsePHPURL is PHP's parse_url. It is no RFC 3986 parser; its decisions are
// followed one by one.
func parsePHPURL(s string) (u urlParts, ok bool) {
	colon := strings.IndexByte(s, ':')
	double := strings.HasPrefix(s, "//")
	switch {
	case colon > 0 && schemeText(s[:colon]):
		after := s[colon+1:]
		if after == "" {
			u.put(urlScheme, &u.scheme, s[:colon])
			return u, true
		}
		if after[0] != '/' {
			n := countDigits(after, 6)
			if n < 6 && (n == len(after) || after[n] == '/') {
				return u.portOrPath(s, colon)
			}
			u.put(urlScheme, &u.scheme, s[:colon])
			return u.tail(after), true
		}
		u.put(urlScheme, &u.scheme, s[:colon])
		if !strings.HasPrefix(after, "//") {
			return u.tail(after), true
		}
		after = after[2:]
		if lowerASCII(u.scheme) == "file" && strings.HasPrefix(after, "/") {
			if len(after) > 2 && after[2] == ':' {
				after = after[1:]
			}
			return u.tail(after), true
		}
		return u.authority(after)
	case colon > 0:
		if q := strings.IndexAny(s, "?#"); colon+1 < len(s) && (q < 0 || colon < q) {
			return u.portOrPath(s, colon)
		}
	case colon == 0:
		return u.portOrPath(s, colon)
	}
	if double {
		return u.authority(s[2:])
	}
	return u.tail(s), true
}

// portOrPath reads a URL whose first colon may be followed by a port.
func (u urlParts) portOrPath(s string, colon int) (urlParts, bool) {
	after := s[colon+1:]
	n := countDigits(after, 6)
	switch {
	case n > 0 && n < 6 && (n == len(after) || after[n] == '/'):
		if !u.setPort(after[:n]) {
			return urlParts{}, false
		}
		return u.authority(strings.TrimPrefix(s, "//"))
	case after == "":
		return urlParts{}, false
	case strings.HasPrefix(s, "//"):
		return u.authority(s[2:])
	}
	return u.tail(s), true
}

// authority reads user, password, host and port, then the rest.
func (u urlParts) authority(s string) (urlParts, bool) {
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	auth, rest := s[:end], s[end:]
	if at := strings.LastIndexByte(auth, '@'); at >= 0 {
		login := auth[:at]
		if c := strings.IndexByte(login, ':'); c >= 0 {
			u.put(urlPass, &u.pass, login[c+1:])
			login = login[:c]
		}
		u.put(urlUser, &u.user, login)
		auth = auth[at+1:]
	}
	host := auth
	colon := -1
	if first := auth + rest; first == "" || first[0] != '[' || !strings.HasSuffix(s[:end], "]") {
		colon = strings.LastIndexByte(auth, ':')
	}
	if colon >= 0 {
		host = auth[:colon]
		if u.port == 0 {
			port := auth[colon+1:]
			if len(port) > 5 || port != "" && !u.setPort(port) {
				return urlParts{}, false
			}
		}
	}
	if host == "" {
		return urlParts{}, false
	}
	u.put(urlHost, &u.host, host)
	if rest == "" {
		return u, true
	}
	return u.tail(rest), true
}

// tail reads path, query and fragment.
func (u urlParts) tail(s string) urlParts {
	end := s
	if i := strings.IndexByte(end, '#'); i >= 0 {
		u.put(urlFragment, &u.fragment, end[i+1:])
		end = end[:i]
	}
	if i := strings.IndexByte(end, '?'); i >= 0 {
		u.put(urlQuery, &u.query, end[i+1:])
		end = end[:i]
	}
	if end != "" || s == "" {
		u.put(urlPath, &u.path, end)
	}
	return u
}

// put sets a part, with control characters made underscores.
func (u *urlParts) put(part int, field *string, value string) {
	u.set |= part
	*field = value
	for i := 0; i < len(value); i++ {
		if c := value[i]; c < 0x20 || c == 0x7f {
			b := []byte(value)
			for ; i < len(b); i++ {
				if b[i] < 0x20 || b[i] == 0x7f {
					b[i] = '_'
				}
			}
			*field = string(b)
		}
	}
}

// setPort reads a port as C's strtol does: white space and a sign may lead,
// anything may follow the digits.
func (u *urlParts) setPort(s string) bool {
	s = s[skipSpaces(s, 0):]
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	n := countDigits(s, len(s))
	if n == 0 {
		return false
	}
	port := 0
	for i := 0; i < n && port < 1<<20; i++ {
		port = port*10 + int(s[i]-'0')
	}
	if port > 65535 || negative && port > 0 {
		return false
	}
	u.set |= urlPort
	u.port = port
	return true
}

// countDigits counts the digits s begins with, up to limit.
func countDigits(s string, limit int) int {
	n := 0
	for n < len(s) && n < limit && isDigit(s[n]) {
		n++
	}
	return n
}

// schemeText tells whether s has only characters of a scheme.
func schemeText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
