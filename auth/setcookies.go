package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/platenhq/platen/authcookie"
)

// IsTLS reports whether a request came in over TLS, as this Cookie sees it.
func (c *Cookie) IsTLS(r *http.Request) bool { return c.tls(r) }

// Login is what the cookies of a login are made of.
type Login struct {
	Name     string // the user's login, spelled as in the users table
	PassHash string
	Token    string // of a session that was stored
	// Expiration and Expires are the results of authcookie.Expiry.
	Expiration, Expires int64
}

// SetCookies returns the Set-Cookie values of wp_set_auth_cookie. Secure says
// that the request came over TLS.
func (c *Cookie) SetCookies(ctx context.Context, l Login, secure bool) []string {
	signer := c.Auth
	if secure {
		signer = c.SecureAuth
	}
	value := ""
	if signer != nil {
		value = signer.Generate(l.Name, l.PassHash, l.Expiration, l.Token)
	}
	logged := c.LoggedIn.Generate(l.Name, l.PassHash, l.Expiration, l.Token)
	return authcookie.Headers(c.Names(ctx).LoginCookies(value, logged, l.Expires, secure), c.Now())
}

// ClearCookies returns the Set-Cookie values of wp_clear_auth_cookie; user is
// the current one's id.
func (c *Cookie) ClearCookies(ctx context.Context, user int64) []string {
	now := c.Now()
	return authcookie.Headers(c.Names(ctx).ClearCookies(user, now), now)
}

// RenewCookies returns the Set-Cookie values with which WordPress answers a
// user who changed their own password: the old cookies go, and new ones are
// signed with the new hash for the session the request came with. Headers are
// the request's Cookie headers. A request without a logged_in cookie, one with
// an application password say, gets a new session: start is called and returns
// its token.
func (c *Cookie) RenewCookies(ctx context.Context, headers []string, user int64, name, passHash string, secure bool,
	start func(remember bool) (token string, err error)) ([]string, error) {
	now := c.Now()
	value, _ := authcookie.Find(headers, c.Names(ctx).LoggedIn)
	token, remember := "", false
	if old, err := authcookie.Parse(value); err == nil {
		token = old.Token
		remember = expiresAfter(old.Expiration, now, authcookie.Lifetime)
	}
	if token == "" {
		var err error
		if token, err = start(remember); err != nil {
			return nil, err
		}
	}
	l := Login{Name: name, PassHash: passHash, Token: token}
	l.Expiration, l.Expires = authcookie.Expiry(now, remember)
	return append(c.ClearCookies(ctx, user), c.SetCookies(ctx, l, secure)...), nil
}

func expiresAfter(expiration string, now time.Time, life time.Duration) bool {
	var n int64
	for i := 0; i < len(expiration) && expiration[i] >= '0' && expiration[i] <= '9' && n < 1<<50; i++ {
		n = n*10 + int64(expiration[i]-'0')
	}
	return n-now.Unix() > int64(life/time.Second)
}
