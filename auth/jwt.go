package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// MethodJWT is the Identity.Method of a user who came with a JSON Web Token.
const MethodJWT = "jwt"

// Tokens checks bearer tokens.
type Tokens interface {
	// CheckToken returns whose token it is, or an *Error. It is asked again for
	// every request, so that a token that was taken back is refused by the next.
	CheckToken(ctx context.Context, token string) (*Identity, error)
}

// JWT is the way in with "Authorization: Bearer". Put it first in the chain. A
// token that is no good refuses the request on every route, except where Skip
// says otherwise. Tokens in the query or in cookies are not looked at.
type JWT struct {
	Tokens Tokens
	// Skip names requests whose token is not looked at, because the route looks
	// at it itself or hands out new ones.
	Skip func(*http.Request) bool
	// Exact takes only the spelling "Bearer" for the scheme, as the WordPress
	// plugin; HTTP does not tell cases apart.
	Exact bool
	// Limiter counts tokens that nobody signed; nil counts none. Good ones never
	// pay.
	Limiter    Limiter
	RemoteAddr func(*http.Request) string // nil takes the connection's
}

// maxToken bounds the tokens that are looked at.
const maxToken = 8 << 10

// BearerToken finds the token in an Authorization header; false when it has
// another scheme. The token may be empty.
func BearerToken(header string, exact bool) (token string, ok bool) {
	const scheme = "Bearer"
	header = strings.TrimSpace(header)
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) || exact && header[:len(scheme)] != scheme {
		return "", false
	}
	rest := header[len(scheme):]
	if rest != "" && rest[0] != ' ' && !exact {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// Authenticate implements Method.
func (j *JWT) Authenticate(r *http.Request) (*Identity, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return nil, nil
	}
	token, ok := BearerToken(header, j.Exact)
	if !ok || j.Skip != nil && j.Skip(r) {
		return nil, nil
	}
	return j.Check(r, token)
}

// Check looks at one token that came with r.
func (j *JWT) Check(r *http.Request, token string) (*Identity, error) {
	if len(token) > maxToken {
		token = "" // has the wrong number of segments too
	}
	id, err := j.Tokens.CheckToken(r.Context(), token)
	var refused *Error
	if err == nil || !errors.As(err, &refused) {
		return id, err
	}
	if refused.Reason == ReasonTokenForged {
		if wait := chargeGuess(r.Context(), j.Limiter, remoteAddr(r, j.RemoteAddr)); wait != nil {
			return nil, wait
		}
	}
	e := *refused
	if e.Header == nil {
		e.Header = http.Header{"Www-Authenticate": {`Bearer realm="WordPress", error="invalid_token"`}}
	}
	return nil, &e
}

// Why a token was refused, in Error.Reason. A client heals token_expired with
// its refresh token; after the others the user has to log in again.
const (
	ReasonTokenMalformed = "token_malformed" // no JSON Web Token, or of another kind
	ReasonTokenForged    = "token_signature" // not signed by this site with its present keys
	ReasonTokenExpired   = "token_expired"
	ReasonTokenEarly     = "token_not_yet_valid"
	ReasonTokenForeign   = "token_foreign" // issued by or for somebody else
	ReasonTokenRevoked   = "token_revoked" // taken back, or the user is gone
	ReasonTokenPassword  = "password_changed"
)
