// Package auth says who is calling: net/http glue for WordPress's ways in.
//
// A Chain asks its methods in order. Each looks for its own kind of
// credential; the first that finds one decides, with an Identity or an error.
// The identity travels in the context.
package auth

import (
	"context"
	"net/http"
	"slices"
)

// Identity is the result of authentication: who, by which method, with which
// credential. A nil *Identity and one with UserID 0 both mean nobody.
type Identity struct {
	UserID     int64
	Login      string
	Method     string // "cookie", "application-password", "oauth1", "jwt"
	Credential string // what of the method was used: session token, UUID, consumer key, token id

	// Session is the session token out of the logged_in cookie, verified or
	// not: WordPress mixes it into every nonce of the request.
	Session string

	// Limits are what the credential may not do though its user may, nil for
	// none.
	Limits *Limits

	// Header holds response headers that the method asks for, such as the
	// refreshed X-WP-Nonce.
	Header http.Header

	// Refused is why the request would have been refused on another route. Only
	// a route that tells callers about their credentials gets such an identity,
	// which is nobody's.
	Refused *Error
}

// LoggedIn reports whether id is a user.
func (id *Identity) LoggedIn() bool { return id != nil && id.UserID > 0 }

// Limits are what a credential may not do though its user may. A credential
// with limits, of whatever kind, gives out no others: else it would be good for
// one without.
type Limits struct {
	ReadOnly bool     // only requests that change nothing
	Caps     []string // only these primitive capabilities; nil: all of the user's
}

// Permits reports whether a request with this method may be made: with
// ReadOnly only GET, HEAD and OPTIONS.
func (l *Limits) Permits(method string) bool {
	return l == nil || !l.ReadOnly || safeMethod(method)
}

// Holds reports whether a primitive capability is among those that are left.
func (l *Limits) Holds(primitive string) bool {
	return l == nil || l.Caps == nil || slices.Contains(l.Caps, primitive)
}

// Limited reports whether the caller came with a credential that has limits.
func (id *Identity) Limited() bool { return id != nil && id.Limits != nil }

// Permits reports whether the caller's credential may make a request with this
// method.
func (id *Identity) Permits(method string) bool { return id == nil || id.Limits.Permits(method) }

// ErrReadOnly refuses a request that may change something, made with a
// credential that may only read.
var ErrReadOnly = &Error{Code: "rest_read_only_credential", Message: "These credentials may only read.", Status: http.StatusForbidden}

// safeMethod reports whether a method changes nothing by its definition.
func safeMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// Error refuses a request. Code and Message are WordPress's, since clients
// show and compare them; Status is the HTTP status; Reason says more where
// that tells an attacker nothing new.
type Error struct {
	Code, Message string
	Status        int
	Reason        string
	// User is whose valid cookie came with the refused request, 0 for nobody.
	// It decides about headers such as Vary, never about rights.
	User int64
	// Header holds response headers of the refusal, such as Retry-After.
	Header http.Header
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Method is one way in. Authenticate returns (nil, nil) when the request
// carries nothing of its kind, an Identity when its credential holds (or when
// it decides that the caller is nobody), and an *Error when the request must
// be refused. Any other error is a failure of the server.
type Method interface {
	Authenticate(r *http.Request) (*Identity, error)
}

// MethodFunc makes a function a Method.
type MethodFunc func(r *http.Request) (*Identity, error)

// Authenticate implements Method.
func (f MethodFunc) Authenticate(r *http.Request) (*Identity, error) { return f(r) }

// Chain asks methods in order; the first identity or error ends it.
type Chain []Method

// Authenticate implements Method. When no method has anything to say the
// caller is nobody: (nil, nil).
func (c Chain) Authenticate(r *http.Request) (*Identity, error) {
	for _, m := range c {
		if id, err := m.Authenticate(r); id != nil || err != nil {
			return id, err
		}
	}
	return nil, nil
}

type contextKey struct{}

// NewContext returns ctx carrying the identity.
func NewContext(ctx context.Context, id *Identity) context.Context {
	return context.WithValue(ctx, contextKey{}, id)
}

// FromContext returns the identity in ctx, nil when there is none.
func FromContext(ctx context.Context) *Identity {
	id, _ := ctx.Value(contextKey{}).(*Identity)
	return id
}

// UserID returns the id of the user in ctx, 0 for nobody.
func UserID(ctx context.Context) int64 {
	if id := FromContext(ctx); id != nil {
		return id.UserID
	}
	return 0
}
