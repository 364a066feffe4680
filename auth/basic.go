package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strings"
)

// MethodAppPassword is the Identity.Method of a user who came with an
// application password.
const MethodAppPassword = "application-password"

// AppLogin is who an application password belongs to.
type AppLogin struct {
	UserID int64
	Login  string
	UUID   string  // of the application password
	Limits *Limits // of the application password, nil for none
}

// AppPasswords checks application passwords.
type AppPasswords interface {
	// AppPasswordLogin checks a login or e-mail address and an application
	// password, as wp_authenticate_application_password does, and records its
	// use by ip. Account passwords are never good here. The error is an *Error
	// when they do not fit, with status 429 when too many were tried;
	// ErrNotInUse when the site has no application password at all, so that the
	// header is not looked at.
	AppPasswordLogin(ctx context.Context, login, password, ip string) (AppLogin, error)
}

// ErrNotInUse is what AppPasswords returns when there are none on the site.
var ErrNotInUse = errors.New("auth: application passwords are not in use")

// Basic is HTTP Basic authentication with application passwords, for API
// requests only.
type Basic struct {
	Passwords AppPasswords
	// Available reports whether application passwords may travel on this
	// request: over TLS, or on a local site. When they may not the header is
	// ignored. Nil asks r.TLS.
	Available func(*http.Request) bool
	// Strict answers 401 to wrong credentials. WordPress takes such a caller
	// for nobody, which hides the mistake on public routes.
	Strict bool
	// RemoteAddr is the address of the caller; nil takes the connection's.
	RemoteAddr func(*http.Request) string
}

// Authenticate implements Method.
func (b *Basic) Authenticate(r *http.Request) (*Identity, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return nil, nil
	}
	login, pass, ok := ParseBasic(header)
	if !ok || !b.available(r) {
		return nil, nil
	}
	who, err := b.Passwords.AppPasswordLogin(r.Context(), login, pass, b.remoteAddr(r))
	var refused *Error
	switch {
	case err == nil:
		return &Identity{UserID: who.UserID, Login: who.Login, Method: MethodAppPassword, Credential: who.UUID, Limits: who.Limits}, nil
	case errors.Is(err, ErrNotInUse):
		return nil, nil
	case !errors.As(err, &refused):
		return nil, err
	case !b.Strict && refused.Status != http.StatusTooManyRequests:
		return nil, nil
	case refused.Status == 0:
		e := *refused
		e.Status = http.StatusUnauthorized
		return nil, &e
	}
	return nil, refused
}

func (b *Basic) available(r *http.Request) bool {
	if b.Available != nil {
		return b.Available(r)
	}
	return r.TLS != nil
}

func (b *Basic) remoteAddr(r *http.Request) string {
	if b.RemoteAddr != nil {
		return b.RemoteAddr(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// ParseBasic takes a Basic Authorization header apart as PHP does, which skips
// what is not base64 in it; false when there is no colon in the credentials.
func ParseBasic(header string) (login, password string, ok bool) {
	const scheme = "basic "
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", "", false
	}
	login, password, ok = strings.Cut(string(lenientBase64(header[len(scheme):])), ":")
	if i := strings.IndexByte(password, 0); i >= 0 {
		password = password[:i]
	}
	return login, password, ok && strings.IndexByte(login, 0) < 0
}

func lenientBase64(s string) []byte {
	kept := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '+' || c == '/' {
			kept = append(kept, c)
		}
	}
	if len(kept)%4 == 1 {
		kept = kept[:len(kept)-1] // six bits make no byte
	}
	out, _ := base64.RawStdEncoding.AppendDecode(nil, kept)
	return out
}
