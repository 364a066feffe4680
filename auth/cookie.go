package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/nonce"
)

// RESTAction is the nonce action of the REST API.
const RESTAction = "wp_rest"

// MethodCookie is the Identity.Method of a user known by the login cookie.
const MethodCookie = "cookie"

// Users finds the users whose names stand in cookies.
type Users interface {
	// CookieUser returns what validating a cookie takes of the user with a
	// login, compared as the database compares logins; false when there is
	// none. The error is for a database that does not answer.
	CookieUser(ctx context.Context, login string) (authcookie.User, bool, error)
}

// Cookie is WordPress's cookie authentication with its nonces. It does not
// change after it is made and may be shared.
//
// The threat it meets is cross-site request forgery: the browser sends the
// cookie along with requests that another site's page makes, so the cookie
// alone makes nobody a user; the nonce, which only the site's own pages can
// read, does.
type Cookie struct {
	// Names returns the names of the site's cookies. They follow the site URL.
	Names func(context.Context) *authcookie.Names
	// The signers of the three schemes. Auth or SecureAuth may be nil: then
	// the wp-admin cookie is not looked at.
	Auth, SecureAuth, LoggedIn *authcookie.Signer
	Nonces                     *nonce.Maker
	Users                      Users
	Now                        func() time.Time
	// TLS reports whether the request came in over TLS; nil asks r.TLS.
	TLS func(*http.Request) bool
	// Reasons adds to a refusal why the nonce is not good (Error.Reason).
	// WordPress does not tell.
	Reasons bool
}

// FixedNames makes a Cookie.Names of names that never change.
func FixedNames(n authcookie.Names) func(context.Context) *authcookie.Names {
	return func(context.Context) *authcookie.Names { return &n }
}

// Authenticate implements Method for API requests, as WordPress does with
// rest_cookie_check_errors: a valid cookie with a good nonce is a user, with a
// bad one an *Error, without any it is nobody, and that is final: no other
// method is asked. A request without a valid cookie is left to the others;
// put Last at the end of the chain to look at its nonce.
func (c *Cookie) Authenticate(r *http.Request) (*Identity, error) {
	names := c.Names(r.Context())
	res, err := c.validate(r, names, false)
	if err != nil {
		return nil, c.failure(err)
	}
	session := c.session(r, names)
	n, ok := RequestNonce(r)
	if !ok {
		return &Identity{Session: session}, nil
	}
	now := c.Now()
	if !c.Nonces.Verify(n, RESTAction, res.User.ID, session, now).OK() {
		return nil, c.refuse(n, res.User.ID, session, nil)
	}
	id := identity(res, session)
	id.Header = c.fresh(res.User.ID, session, now)
	return id, nil
}

// Last is the method for the end of the chain, for requests that no other
// method recognised: without a nonce it has nothing to say, with a bad one it
// refuses the request on whatever route, and with a good one of a logged-out
// visitor it hands out a fresh one.
func (c *Cookie) Last() Method { return MethodFunc(c.last) }

func (c *Cookie) last(r *http.Request) (*Identity, error) {
	n, ok := RequestNonce(r)
	if !ok {
		return nil, nil
	}
	names := c.Names(r.Context())
	session := c.session(r, names)
	now := c.Now()
	if c.Nonces.Verify(n, RESTAction, 0, session, now).OK() {
		return &Identity{Session: session, Header: c.fresh(0, session, now)}, nil
	}
	var why error
	if c.Reasons {
		_, why = c.validate(r, names, false)
	}
	return nil, c.refuse(n, 0, session, why)
}

// Page is the method for pages, outside the API: the cookie alone tells who
// looks at them. What changes something there must check a nonce (Protect).
// It never refuses; a visitor who is not logged in is an Identity with UserID 0
// whose Session the nonces of the page are bound to.
func (c *Cookie) Page() Method {
	return MethodFunc(func(r *http.Request) (*Identity, error) { return c.page(r, false) })
}

// Admin is Page for wp-admin, admin-ajax.php included: there only the wp-admin
// cookie counts, which the browser sends nowhere else.
func (c *Cookie) Admin() Method {
	return MethodFunc(func(r *http.Request) (*Identity, error) { return c.page(r, true) })
}

func (c *Cookie) page(r *http.Request, admin bool) (*Identity, error) {
	names := c.Names(r.Context())
	session := c.session(r, names)
	res, err := c.validate(r, names, admin)
	if err != nil {
		return &Identity{Session: session}, c.failure(err)
	}
	return identity(res, session), nil
}

func identity(res authcookie.Result, session string) *Identity {
	return &Identity{UserID: res.User.ID, Login: res.Cookie.Login, Method: MethodCookie, Credential: res.Cookie.Token, Session: session}
}

// Nonce returns the nonce of an action for the visitor id, which may be nil.
func (c *Cookie) Nonce(id *Identity, action string) string {
	user, session := id.visitor()
	return c.Nonces.Create(action, user, session, c.Now())
}

// Verify tells whether a nonce is good for an action of the visitor id.
func (c *Cookie) Verify(id *Identity, n, action string) nonce.Result {
	user, session := id.visitor()
	return c.Nonces.Verify(n, action, user, session, c.Now())
}

func (id *Identity) visitor() (user int64, session string) {
	if id == nil {
		return 0, ""
	}
	return id.UserID, id.Session
}

// Session returns the session token in the logged_in cookie of a request,
// unverified, as wp_get_session_token does; "" without such a cookie.
func (c *Cookie) Session(r *http.Request) string { return c.session(r, c.Names(r.Context())) }

func (c *Cookie) session(r *http.Request, names *authcookie.Names) string {
	v, _ := authcookie.Find(r.Header["Cookie"], names.LoggedIn)
	return authcookie.SessionToken(v)
}

// Validate returns the user of the request's cookies, as WordPress determines
// the current user: by the wp-admin cookie if the browser sent it, else by the
// logged_in cookie, which does not count within wp-admin. The errors are those
// of package authcookie, or what Users returned.
func (c *Cookie) Validate(r *http.Request, admin bool) (authcookie.Result, error) {
	return c.validate(r, c.Names(r.Context()), admin)
}

func (c *Cookie) validate(r *http.Request, names *authcookie.Names, admin bool) (authcookie.Result, error) {
	headers := r.Header["Cookie"]
	if len(headers) == 0 {
		return authcookie.Result{}, authcookie.ErrMalformed
	}
	signer, name := c.Auth, names.Auth
	if c.tls(r) {
		signer, name = c.SecureAuth, names.SecureAuth
	}
	err := authcookie.ErrMalformed
	if signer != nil {
		var res authcookie.Result
		if res, err = c.try(r, signer, headers, name, admin); err == nil || !cookieError(err) || admin {
			return res, err
		}
	}
	if admin {
		return authcookie.Result{}, err
	}
	return c.try(r, c.LoggedIn, headers, names.LoggedIn, admin)
}

func (c *Cookie) try(r *http.Request, s *authcookie.Signer, headers []string, name string, admin bool) (authcookie.Result, error) {
	value, ok := authcookie.Find(headers, name)
	if !ok || value == "" {
		return authcookie.Result{}, authcookie.ErrMalformed
	}
	ctx := r.Context()
	grace := r.Method == http.MethodPost || admin && isAjax(r)
	return s.Validate(value, c.Now(), grace, func(login string) (authcookie.User, bool, error) {
		return c.Users.CookieUser(ctx, login)
	})
}

func isAjax(r *http.Request) bool {
	const ajax = "/admin-ajax.php"
	p := r.URL.Path
	return len(p) >= len(ajax) && p[len(p)-len(ajax):] == ajax
}

func (c *Cookie) tls(r *http.Request) bool {
	if c.TLS != nil {
		return c.TLS(r)
	}
	return r.TLS != nil
}

// cookieError tells a cookie that is not good from a failure of the server.
func cookieError(err error) bool {
	for _, e := range []error{authcookie.ErrMalformed, authcookie.ErrExpired, authcookie.ErrBadUsername, authcookie.ErrBadHash, authcookie.ErrBadSessionToken} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// failure keeps what is not the cookie's fault.
func (c *Cookie) failure(err error) error {
	if cookieError(err) {
		return nil
	}
	return err
}

func (c *Cookie) fresh(user int64, session string, now time.Time) http.Header {
	return http.Header{"X-Wp-Nonce": {c.Nonces.Create(RESTAction, user, session, now)}}
}
