package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// Can answers whether the user in ctx may do something: current_user_can.
type Can func(ctx context.Context, capability string, args ...any) bool

// Middleware asks m who is calling and passes the identity on in the context.
// A refusal is answered at once, in the shape of WordPress's REST errors, and
// so is a request to change something with credentials that may only read; the
// headers that the method asks for are set, and answers to users are kept out
// of caches.
func Middleware(m Method) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id, err := m.Authenticate(r)
			if err != nil {
				NoCache(w.Header())
				WriteError(w, err)
				return
			}
			if id.LoggedIn() {
				NoCache(w.Header())
			}
			if !id.Permits(r.Method) {
				WriteError(w, ErrReadOnly)
				return
			}
			if id != nil {
				for name, values := range id.Header {
					w.Header()[name] = values
				}
				r = r.WithContext(NewContext(r.Context(), id))
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Require lets only users through who have a capability: 401 for a visitor who
// is not logged in, 403 for a user, code rest_forbidden. It stands behind
// Middleware. An empty capability asks for no more than being logged in.
func Require(can Can, capability string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := FromContext(r.Context())
			if id.LoggedIn() && (capability == "" || can != nil && can(r.Context(), capability)) {
				next.ServeHTTP(w, r)
				return
			}
			status := http.StatusUnauthorized
			if id.LoggedIn() {
				status = http.StatusForbidden
			}
			WriteError(w, &Error{Code: "rest_forbidden", Message: "Sorry, you are not allowed to do that.", Status: status})
		})
	}
}

// Check is check_admin_referer for handlers outside the REST API: it returns
// nil when the request brings a good nonce for the action, in the field
// _wpnonce of its form or query (the form wins) or in the header X-WP-Nonce,
// and an *Error with status 403 when it does not. Who calls is taken from the
// context, or else found out by the cookie.
func (c *Cookie) Check(r *http.Request, action string) error {
	id := FromContext(r.Context())
	if id == nil {
		var err error
		if id, err = c.page(r, false); err != nil {
			return err
		}
	}
	if n, ok := RequestNonce(r); ok && c.Verify(id, n, action).OK() {
		return nil
	}
	return &Error{Code: "expired_link", Message: "The link you followed has expired.", Status: http.StatusForbidden}
}

// Protect refuses requests that may change something (any method but GET, HEAD
// and OPTIONS) and bring no good nonce for the action. Put it behind
// Middleware(c.Page()); users of other methods than the cookie pass, since no
// browser sends their credentials by itself.
func (c *Cookie) Protect(action string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !safeMethod(r.Method) {
				id := FromContext(r.Context())
				if !id.LoggedIn() || id.Method == MethodCookie {
					if err := c.Check(r, action); err != nil {
						NoCache(w.Header())
						WriteError(w, err)
						return
					}
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// NoCache sets the headers that keep an answer out of every cache, as
// nocache_headers does.
func NoCache(h http.Header) {
	h["Expires"] = noCacheExpires
	h["Cache-Control"] = noCacheControl
	h.Del("Last-Modified")
}

var (
	noCacheExpires = []string{"Wed, 11 Jan 1984 05:00:00 GMT"}
	noCacheControl = []string{"no-cache, must-revalidate, max-age=0, no-store, private"}
)

// WriteError answers with an error in the shape of WordPress's REST errors. Of
// anything but an *Error the client learns nothing more than that the server
// could not answer.
func WriteError(w http.ResponseWriter, err error) {
	e := &Error{Code: "internal_error", Message: "The server could not answer this request.", Status: http.StatusInternalServerError}
	errors.As(err, &e)
	if e.Status == 0 {
		e = &Error{Code: e.Code, Message: e.Message, Reason: e.Reason, Header: e.Header, Status: http.StatusForbidden}
	}
	type data struct {
		Status int    `json:"status"`
		Reason string `json:"reason,omitempty"`
	}
	body, err := json.Marshal(struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Data    data   `json:"data"`
	}{e.Code, e.Message, data{e.Status, e.Reason}})
	if err != nil {
		http.Error(w, "", e.Status)
		return
	}
	h := w.Header()
	for name, values := range e.Header {
		h[name] = values
	}
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(e.Status)
	w.Write(body)
}
