package schema

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sanitizeURL mirrors sanitize_url with the default protocols: a URL fit to be
// stored, "" if its protocol is none of them.
func sanitizeURL(s string) string {
	s = strings.ReplaceAll(strings.TrimLeft(s, phpBlanks), " ", "%20")
	s = keepURLBytes(s)
	if s == "" {
		return ""
	}
	if !strings.HasPrefix(lower(s), "mailto:") {
		s = dropLineBreaks(s)
	}
	s = strings.ReplaceAll(s, ";//", "://")
	if !strings.Contains(s, ":") && (s == "" || strings.IndexByte("/#?", s[0]) < 0) && !phpFile(s) {
		s = "http://" + s
	}
	if strings.ContainsAny(s, "[]") {
		s = escapeBrackets(s)
	}
	if s == "" || s[0] == '/' {
		return s
	}
	good := dropBadProtocol(s)
	if lower(good) != lower(s) {
		return ""
	}
	return good
}

func keepURLBytes(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] >= 0x80 || onlyBytes(s[i:i+1], "-~+_.?#=!&;,/:%@$|*'()[]") {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// dropLineBreaks removes %0d and %0a until none is left.
func dropLineBreaks(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		b = append(b, s[i])
		if n := len(b); n >= 3 && b[n-3] == '%' && b[n-2] == '0' && strings.IndexByte("dDaA", s[i]) >= 0 {
			b = b[:n-3]
		}
	}
	return string(b)
}

// phpFile reports a path that starts with a PHP file, such as index.php?x.
func phpFile(s string) bool {
	name, _, ok := strings.Cut(lower(s), ".php")
	return ok && name != "" && onlyBytes(name, "-")
}

// escapeBrackets escapes [ and ] everywhere but in the authority, where they
// hold an IPv6 address. It finds the rest of the URL the way esc_url does, by
// text, and so leaves a path with // in it as it is.
func escapeBrackets(s string) string {
	front, authority := "", ""
	scheme, rest, found := strings.Cut(s, ":")
	switch {
	case found && scheme != "" && onlyBytes(scheme, "+.-"):
		front = scheme + "://"
		authority, found = strings.CutPrefix(rest, "//")
	case s[0] == '/':
		front = "//"
		authority, found = strings.CutPrefix(s, "//")
	default:
		found = false
	}
	if found {
		if end := strings.IndexAny(authority, "/?#"); end >= 0 {
			authority = authority[:end]
		}
		if validPort(authority) {
			front += authority
		} else if s[0] != '/' {
			front = ""
		}
	}
	dirty := s
	if front != "" {
		dirty = strings.ReplaceAll(s, front, "")
	}
	if dirty == "" {
		return s
	}
	return strings.ReplaceAll(s, dirty, strings.NewReplacer("[", "%5B", "]", "%5D").Replace(dirty))
}

// validPort reports a host that is not empty, and a port that is a number, if there is one.
func validPort(authority string) bool {
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	at := strings.LastIndexByte(authority, ':')
	inBrackets := strings.HasPrefix(authority, "[") && at < strings.LastIndexByte(authority, ']')
	if inBrackets || at < 0 || at == len(authority)-1 {
		return authority != "" && authority != ":"
	}
	_, err := strconv.ParseUint(authority[at+1:], 10, 16)
	return err == nil && at > 0
}

// allowedProtocol is wp_allowed_protocols.
func allowedProtocol(scheme string) bool {
	return slices.Contains([]string{"http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs",
		"gopher", "nntp", "feed", "telnet", "mms", "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn"}, scheme)
}

// dropBadProtocol mirrors wp_kses_bad_protocol.
func dropBadProtocol(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	if unclosedColon(s) {
		return ""
	}
	for range 6 {
		next := protocolOnce(s, 1)
		if next == s {
			return s
		}
		s = next
	}
	return ""
}

func protocolOnce(s string, count int) string {
	at, after := colon(s)
	if at < 0 || strings.Contains(s[:at], "/?") {
		return s
	}
	scheme := lower(strings.Join(strings.Fields(decodeNumeric(s[:at])), ""))
	rest := strings.Trim(s[after:], phpBlanks)
	if !allowedProtocol(scheme) {
		return rest
	}
	if scheme == "feed" {
		if count > 2 {
			return ""
		}
		if rest = protocolOnce(rest, count+1); rest == "" || rest == "0" {
			return rest
		}
	}
	return scheme + ":" + rest
}

// colon finds the first colon, also one written as an entity.
func colon(s string) (start, end int) {
	for i := range len(s) {
		if s[i] == ':' {
			return i, i + 1
		}
		if n, closed := colonEntity(s[i:]); closed {
			return i, i + n
		}
	}
	return -1, -1
}

// unclosedColon reports an entity for a colon without its semicolon. WordPress
// adds it, and then refuses the URL because it is not what it was.
func unclosedColon(s string) bool {
	for i := range len(s) {
		if n, closed := colonEntity(s[i:]); n > 0 && !closed {
			return true
		}
	}
	return false
}

// colonEntity is the length of the entity for a colon at the start of s, and
// whether it ends with a semicolon.
func colonEntity(s string) (n int, closed bool) {
	if len(s) < 2 || s[0] != '&' {
		return 0, false
	}
	if len(s) >= 7 && lower(s[:7]) == "&colon;" {
		return 7, true
	}
	if s[1] != '#' {
		return 0, false
	}
	rest, code, hex := s[2:], "58", false
	if rest != "" && rest[0]|0x20 == 'x' {
		rest, code, hex = rest[1:], "3a", true
	}
	rest = strings.TrimLeft(rest, "0")
	if len(rest) < 2 || lower(rest[:2]) != code {
		return 0, false
	}
	rest = rest[2:]
	if rest != "" && (isDigit(rest[0]) || hex && onlyHex(rest[:1])) {
		return 0, false
	}
	n = len(s) - len(rest)
	if strings.HasPrefix(rest, ";") {
		return n + 1, true
	}
	return n, false
}

// decodeNumeric mirrors wp_kses_decode_entities.
func decodeNumeric(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return regexp.MustCompile(`&#(?:([0-9]+)|[xX]([0-9A-Fa-f]+));`).ReplaceAllStringFunc(s, func(m string) string {
		digits, base := m[2:len(m)-1], 10
		if digits[0]|0x20 == 'x' {
			digits, base = digits[1:], 16
		}
		n, _ := strconv.ParseUint(digits, base, 64)
		return string([]byte{byte(n)})
	})
}
