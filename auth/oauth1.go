package auth

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/platenhq/platen/oauth1"
)

// MethodOAuth1 is the Identity.Method of a user for whom an application signed
// the request.
const MethodOAuth1 = "oauth1"

// OAuth1Consumer is a registered client.
type OAuth1Consumer struct {
	ID     int64
	Secret string
}

// OAuth1Token is what a user granted to a client.
type OAuth1Token struct {
	Consumer int64 // whom it was given to
	Secret   string
	UserID   int64
	Login    string
}

// OAuth1Credentials looks up the secrets of clients and tokens.
type OAuth1Credentials interface {
	// OAuth1Consumer returns a client by its key, or oauth1.ErrConsumerNotFound.
	OAuth1Consumer(ctx context.Context, key string) (OAuth1Consumer, error)
	// OAuth1Token returns token credentials, or oauth1.ErrTokenNotFound.
	OAuth1Token(ctx context.Context, key string) (OAuth1Token, error)
}

// OAuth1 is OAuth 1.0a (RFC 5849) as the WordPress plugin offers it. Put it
// before the cookie. Requests without any of OAuth's parameters are left to
// the other methods; a request that is signed badly is refused on every route.
type OAuth1 struct {
	Credentials OAuth1Credentials
	// Verifier returns the verifier of a request; the address of the site,
	// which it signs in WordPress mode, may change.
	Verifier func(context.Context) *oauth1.Verifier
	// TLS reports whether the request came in over TLS; nil asks r.TLS.
	TLS func(*http.Request) bool
	// Limiter counts signatures that do not fit; nil counts none. Good ones
	// never pay.
	Limiter Limiter
	// RemoteAddr is the address of the caller; nil takes the connection's.
	RemoteAddr func(*http.Request) string
}

// Authenticate implements Method. The order of the checks is the plugin's:
// token, consumer, whether they belong together, signature, time, nonce.
func (o *OAuth1) Authenticate(r *http.Request) (*Identity, error) {
	if r.Method == http.MethodOptions || !usesOAuth1(r) {
		return nil, nil
	}
	ctx := r.Context()
	v := o.Verifier(ctx)
	signed, err := v.Parse(o.Request(r), oauth1.Token)
	if errors.Is(err, oauth1.ErrNoOAuth) {
		return nil, nil
	}
	if err != nil {
		return nil, o.Refuse(r, err)
	}
	token, err := o.Credentials.OAuth1Token(ctx, signed.Token)
	if err != nil {
		return nil, o.Refuse(r, err)
	}
	consumer, err := o.Credentials.OAuth1Consumer(ctx, signed.ConsumerKey)
	if err == nil && token.Consumer != consumer.ID {
		err = oauth1.ErrConsumerMismatch
	}
	if err == nil {
		err = v.Verify(ctx, signed, oauth1.Secrets{Consumer: consumer.Secret, Token: token.Secret})
	}
	if err != nil {
		return nil, o.Refuse(r, err)
	}
	return &Identity{UserID: token.UserID, Login: token.Login, Method: MethodOAuth1, Credential: signed.ConsumerKey}, nil
}

// usesOAuth1 reports whether a parameter of OAuth may be in a request.
func usesOAuth1(r *http.Request) bool {
	if h := strings.TrimSpace(r.Header.Get("Authorization")); len(h) >= 5 && strings.EqualFold(h[:5], "OAuth") {
		return true
	}
	if strings.Contains(r.URL.RawQuery, "oauth_") {
		return true
	}
	switch mediaType(r) {
	case "application/x-www-form-urlencoded":
		return strings.Contains(peekBody(r), "oauth_")
	case "multipart/form-data":
		if r.MultipartForm != nil {
			for name := range r.MultipartForm.Value {
				if strings.HasPrefix(name, "oauth_") {
					return true
				}
			}
		}
	}
	return false
}

func mediaType(r *http.Request) string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// Request is what package oauth1 wants to know of a request. An urlencoded
// body is read and put back.
func (o *OAuth1) Request(r *http.Request) oauth1.Request {
	scheme := "http"
	if o.tls(r) {
		scheme = "https"
	}
	out := oauth1.Request{
		Method: r.Method, Scheme: scheme, Host: r.Host, URI: r.RequestURI,
		Authorization: r.Header.Get("Authorization"), ContentType: r.Header.Get("Content-Type"),
	}
	if out.URI == "" {
		out.URI = r.URL.RequestURI()
	}
	switch mediaType(r) {
	case "application/x-www-form-urlencoded":
		out.Body = peekBody(r)
	case "multipart/form-data":
		if r.MultipartForm != nil {
			for name, values := range r.MultipartForm.Value {
				for _, v := range values {
					out.Fields = append(out.Fields, oauth1.Param{Name: name, Value: v})
				}
			}
		}
	}
	return out
}

func (o *OAuth1) tls(r *http.Request) bool {
	if o.TLS != nil {
		return o.TLS(r)
	}
	return r.TLS != nil
}

// ReasonClockSkew says that the clock of the client is too far off.
const ReasonClockSkew = "clock_skew"

// Refuse turns an error of package oauth1 into an *Error, and counts it where
// it is a guess; when there were too many, that is the answer. Other errors
// come back as they are.
func (o *OAuth1) Refuse(r *http.Request, err error) error {
	var oe *oauth1.Error
	if !errors.As(err, &oe) {
		return err
	}
	guess := false
	for _, g := range []error{oauth1.ErrSignatureMismatch, oauth1.ErrConsumerNotFound, oauth1.ErrTokenNotFound, oauth1.ErrRequestToken, oauth1.ErrVerifier} {
		guess = guess || errors.Is(err, g)
	}
	if guess {
		if wait := chargeGuess(r.Context(), o.Limiter, remoteAddr(r, o.RemoteAddr)); wait != nil {
			return wait
		}
	}
	e := &Error{Code: oe.Code, Message: oe.Message, Status: oe.Status}
	if errors.Is(err, oauth1.ErrTimestamp) {
		e.Reason = ReasonClockSkew
	}
	if e.Status == http.StatusUnauthorized {
		e.Header = http.Header{"Www-Authenticate": {`OAuth realm="WordPress"`}}
	}
	return e
}

// chargeGuess lets a network pay for a credential that was no good; the error
// is there when it has spent its budget.
func chargeGuess(ctx context.Context, l Limiter, addr string) error {
	if l == nil {
		return nil
	}
	done, wait, err := l.Take(ctx, Attempt{Addr: addr})
	if err != nil {
		return err
	}
	if done == nil {
		return TooMany(wait)
	}
	done(Bad)
	return nil
}

func remoteAddr(r *http.Request, f func(*http.Request) string) string {
	if f != nil {
		return f(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
