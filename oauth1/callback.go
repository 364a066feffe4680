package oauth1

import (
	"net/url"
	"strings"
)

// OutOfBand is the callback of a client that cannot be redirected to: the
// verifier is shown to the user instead.
const OutOfBand = "oob"

// CallbackAllowed reports whether a client that registered one callback may be
// redirected to another. In RFC5849 mode the two must be identical. In WordPress
// mode scheme, host, port and path must be, while query and fragment are free.
// OutOfBand goes with itself only, and a client without a registered callback
// may use none. URLs need a host and must not name a user; schemes that run
// script, and characters that browsers and parsers read differently, are refused.
func CallbackAllowed(compat Compat, registered, supplied string) bool {
	if registered == "" {
		return false
	}
	if registered == OutOfBand || supplied == OutOfBand {
		return registered == supplied
	}
	want, ok := callbackURL(registered)
	if !ok {
		return false
	}
	got, ok := callbackURL(supplied)
	if !ok {
		return false
	}
	if compat == WordPress {
		return want.Scheme == got.Scheme && want.Host == got.Host && want.EscapedPath() == got.EscapedPath()
	}
	return registered == supplied
}

func callbackURL(s string) (*url.URL, bool) {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] == '\\' || s[i] == 0x7F {
			return nil, false
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Hostname() == "" || strings.ContainsAny(u.Hostname(), ":#?[]") {
		return nil, false
	}
	switch u.Scheme {
	case "", "javascript", "data", "vbscript":
		return nil, false
	}
	return u, true
}
