package oauth1

import "strings"

// urlPath is the path in the target of a request line as PHP's parse_url sees
// it: a target that starts with two slashes names a host first, and one that it
// cannot read has no path.
func urlPath(uri string) string {
	rest, ok := uri, true
	if strings.HasPrefix(uri, "/") {
		rest, ok = skipAuthority(uri)
	} else if _, after, found := strings.Cut(uri, "://"); found {
		rest, ok = skipHost(after, false)
	}
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	b := []byte(rest)
	for i, c := range b {
		if c < 0x20 || c == 0x7F {
			b[i] = '_'
		}
	}
	return string(b)
}

// skipAuthority cuts what parse_url takes for an authority off a target that
// starts with a slash. A colon followed by digits makes it look for a host even
// behind a single slash, where there is none: then it gives up.
func skipAuthority(uri string) (rest string, ok bool) {
	relative := strings.HasPrefix(uri, "//")
	colon := strings.IndexByte(uri, ':')
	query := strings.IndexAny(uri, "?#")
	if query < 0 {
		query = len(uri)
	}
	if colon < 0 || colon+1 == len(uri) || colon > query {
		if !relative {
			return uri, true
		}
		return skipHost(uri[2:], false)
	}
	end := colon + 1
	for end < len(uri) && end-colon-1 < 6 && uri[end] >= '0' && uri[end] <= '9' {
		end++
	}
	digits := uri[colon+1 : end]
	isPort := len(digits) > 0 && len(digits) < 6 && (end == len(uri) || uri[end] == '/')
	switch {
	case isPort && portNumber(digits) > 65535:
		return "", false
	case relative:
		return skipHost(uri[2:], isPort && portNumber(digits) != 0)
	case isPort:
		return skipHost(uri, portNumber(digits) != 0)
	}
	return uri, true
}

// skipHost cuts user, host and port off. hasPort says that a port was found
// already, so that none is read here.
func skipHost(s string, hasPort bool) (rest string, ok bool) {
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	host := s[:end]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if !(strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")) {
		if colon := strings.LastIndexByte(host, ':'); colon >= 0 {
			port := host[colon+1:]
			if !hasPort && port != "" && (len(port) > 5 || portNumber(port) < 0 || portNumber(port) > 65535) {
				return "", false
			}
			host = host[:colon]
		}
	}
	return s[end:], host != ""
}

// portNumber reads digits as far as they go, -1 if there are none.
func portNumber(s string) int {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	s = strings.TrimPrefix(s, "+")
	n, any := 0, false
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n, any = n*10+int(s[i]-'0'), true
	}
	if !any {
		return -1
	}
	return n
}
