package format

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Why CheckAppRedirect refuses a URL. The texts are the codes and what
// WordPress tells the user.
var (
	ErrRedirectFormat = errors.New("invalid_redirect_url_format: Invalid URL format.")
	ErrRedirectScheme = errors.New("invalid_redirect_scheme: The URL must be served over a secure connection.")
)

// SanitizeRedirect makes a Location header of a URL: other than ASCII is
// percent-encoded, what no URL has is dropped, line breaks also in their
// encoded form: wp_sanitize_redirect.
func SanitizeRedirect(location string) string {
	out := make([]byte, 0, len(location))
	put := func(c byte) {
		out = append(out, c)
		if n := len(out); n >= 3 && out[n-3] == '%' && out[n-2] == '0' && (c|0x20 == 'd' || c|0x20 == 'a') {
			out = out[:n-3]
		}
	}
	for i := 0; i < len(location); {
		c := location[i]
		switch {
		case c == ' ':
			put('%')
			put('2')
			put('0')
		case isAlnum(c) || strings.IndexByte("-~+_.?#=&;,/:%!*[]()@", c) >= 0:
			put(c)
		case c >= utf8.RuneSelf:
			if r, size := utf8.DecodeRuneInString(location[i:]); r != utf8.RuneError || size > 1 {
				for _, b := range []byte(location[i : i+size]) {
					put('%')
					put("0123456789ABCDEF"[b>>4])
					put("0123456789ABCDEF"[b&15])
				}
				i += size
				continue
			}
		}
		i++
	}
	return string(out)
}

// RedirectSite is what ValidateRedirect knows about where it is.
type RedirectSite struct {
	Home       string   // URL of the home page; its host is allowed
	RequestURI string   // path and query of the request, the base of relative URLs
	Hosts      []string // more hosts to allow (the filter allowed_redirect_hosts)
}

// Validate returns location cleaned, or fallback if it leads to a host that is
// not allowed or is no web address: wp_validate_redirect. Like WordPress it
// compares hosts by case, except that the home page's may be in lower case.
func (s RedirectSite) Validate(location, fallback string) string {
	location = SanitizeRedirect(strings.Trim(location, " \t\n\r\x00\x08\x0b"))
	if strings.HasPrefix(location, "//") {
		location = "http:" + location // what a browser makes of it
	}
	test := location
	if cut := strings.IndexByte(location, '?'); cut > 0 {
		test = location[:cut]
	}
	u, ok := parsePHPURL(test)
	if !ok || u.has(urlScheme) && u.scheme != "http" && u.scheme != "https" {
		return fallback
	}
	if !u.has(urlHost) {
		if u.path != "" && u.path != "0" && u.path[0] != '/' {
			location = s.base() + location
		}
		if u.has(urlScheme | urlUser | urlPass | urlPort) {
			return fallback
		}
	}
	for _, part := range []string{u.user, u.pass, u.host} {
		if strings.ContainsAny(part, ":/?#@") {
			return fallback
		}
	}
	if u.has(urlHost) && !s.allows(u.host) {
		return fallback
	}
	return location
}

func (s RedirectSite) allows(host string) bool {
	for _, h := range s.Hosts {
		if h == host {
			return true
		}
	}
	home, ok := parsePHPURL(s.Home)
	return ok && home.has(urlHost) && (home.host == host || lowerASCII(home.host) == host)
}

// base is the directory of the request, with slashes around it.
func (s RedirectSite) base() string {
	dir := ""
	if s.RequestURI != "" && s.RequestURI != "0" {
		u, _ := parsePHPURL("http://placeholder" + s.RequestURI)
		dir = "."
		if i := strings.LastIndexByte(u.path, '/'); i >= 0 {
			dir = strings.ReplaceAll(strings.TrimRight(u.path[:i], "/"), `\`, "/")
		}
		for strings.Contains(dir, "//") {
			dir = strings.ReplaceAll(dir, "//", "/")
		}
	}
	return "/" + strings.TrimLeft(dir+"/", "/")
}

// CheckAppRedirect says whether authorize-application may send a user to url
// (an empty one is fine): ErrRedirectFormat if it has no scheme or host or runs
// scripts, ErrRedirectScheme if it is plain HTTP to elsewhere than this machine
// and the site is not of the environment type local. It is
// wp_is_authorize_application_redirect_url_valid.
func CheckAppRedirect(url string, localSite bool) error {
	if url == "" || url == "0" {
		return nil
	}
	colon := strings.IndexByte(url, ':')
	if colon < 1 || !isAlpha(url[0]) || !schemeText(url[:colon]) {
		return ErrRedirectFormat
	}
	u, ok := splitURL(url)
	if !ok || u.host == "" || u.host == "0" || u.scheme == "" || u.scheme == "0" {
		return ErrRedirectFormat
	}
	switch lowerASCII(u.scheme) {
	case "javascript", "data":
		return ErrRedirectFormat
	}
	loopback := u.host == "127.0.0.1" || u.host == "[::1]"
	if u.scheme == "http" && !localSite && !loopback {
		return ErrRedirectScheme
	}
	return nil
}

// IsUUID reports whether s is a UUID in lower case, of any version: wp_is_uuid.
// Like WordPress it lets a line feed follow.
func IsUUID(s string) bool {
	s = strings.TrimSuffix(s, "\n")
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isDigit(s[i]) && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}
