package auth

import (
	"errors"
	"net/http"
	"time"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/nonce"
)

// Why a nonce was refused, in Error.Reason where Cookie.Reasons is set. A
// client heals nonce_expired by fetching a new nonce; after the session_ ones
// the user has to log in again.
const (
	ReasonNonceMissing   = "nonce_missing"   // there, but empty
	ReasonNonceMalformed = "nonce_malformed" // not ten hex digits
	ReasonNonceExpired   = "nonce_expired"   // was good for this session up to two weeks ago
	ReasonNonceMismatch  = "nonce_mismatch"  // of another user, session or site
	ReasonSessionExpired = "session_expired" // the login has run out
	ReasonSessionEnded   = "session_ended"   // logged out, password changed, or no such user
	ReasonNotLoggedIn    = "not_logged_in"   // no login cookie at all
)

// remember is how many nonce lives back an expired nonce is recognised: as
// long as a login lasts.
const remember = 14

// refuse makes the error for a bad nonce. Why is what is wrong with the cookie
// of a visitor who is not logged in.
func (c *Cookie) refuse(n string, user int64, session string, why error) error {
	e := &Error{Code: "rest_cookie_invalid_nonce", Message: "Cookie check failed", Status: http.StatusForbidden, User: user}
	if c.Reasons {
		e.Reason = c.reason(n, user, session, why)
	}
	return e
}

func (c *Cookie) reason(n string, user int64, session string, why error) string {
	switch {
	case n == "":
		return ReasonNonceMissing
	case !nonceShape(n):
		return ReasonNonceMalformed
	case user == 0 && session != "" && errors.Is(why, authcookie.ErrExpired):
		return ReasonSessionExpired
	case user == 0 && session != "":
		return ReasonSessionEnded
	}
	now := c.Now()
	for i := 1; i <= remember; i++ {
		if c.Nonces.Verify(n, RESTAction, user, session, now.Add(-time.Duration(i)*nonce.DefaultLife)).OK() {
			return ReasonNonceExpired
		}
	}
	if user == 0 {
		return ReasonNotLoggedIn
	}
	return ReasonNonceMismatch
}

func nonceShape(n string) bool {
	if len(n) != nonce.Length {
		return false
	}
	for i := range len(n) {
		if !(n[i] >= '0' && n[i] <= '9' || n[i] >= 'a' && n[i] <= 'f') {
			return false
		}
	}
	return true
}
