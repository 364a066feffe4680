package site

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
)

// takeLogin pays for trying an account password.
func (s *Site) takeLogin(ctx context.Context, c Credentials, name string) (func(auth.Outcome), error) {
	if s.cfg.Limiter == nil {
		return func(auth.Outcome) {}, nil
	}
	a, u, err := s.attempt(ctx, name, c.IP)
	if err != nil {
		return nil, err
	}
	if u != nil {
		a.Device = s.KnownDevice(u, c.Device)
	}
	done, wait, err := s.cfg.Limiter.Take(ctx, a)
	if err != nil {
		return nil, err
	}
	if done == nil {
		return nil, Errors{tooMany(wait)}
	}
	return done, nil
}

// takeAppPassword pays for trying an application password.
func (s *Site) takeAppPassword(ctx context.Context, login, pass, ip string) (func(auth.Outcome), error) {
	if s.cfg.Limiter == nil {
		return func(auth.Outcome) {}, nil
	}
	a, _, err := s.attempt(ctx, login, ip)
	if err != nil {
		return nil, err
	}
	a.Credential = login + "\x00" + pass
	done, wait, err := s.cfg.Limiter.Take(ctx, a)
	if err != nil {
		return nil, err
	}
	if done == nil {
		return nil, auth.TooMany(wait)
	}
	return done, nil
}

// outcome tells the limiter what became of an attempt.
func outcome(err error, refused bool) auth.Outcome {
	switch {
	case err == nil:
		return auth.Good
	case refused:
		return auth.Bad
	}
	return auth.Void
}

// tooMany is the refusal at the login form.
func tooMany(wait time.Duration) *Error {
	minutes := int64((wait + time.Minute - 1) / time.Minute)
	in := "in a minute"
	if minutes > 1 {
		in = "in " + strconv.FormatInt(minutes, 10) + " minutes"
	}
	return &Error{
		Code: "too_many_attempts", Message: "<strong>Error:</strong> Too many failed attempts. Please try again " + in + ".",
		Status: 429, Data: map[string]any{"retry_after": int64(auth.RetryAfter(wait))},
	}
}

// attempt says whose account a typed name is, by login or e-mail address, and
// whether it was used from this network before. One user has one budget,
// however the name is typed; a name that is nobody's has one too.
func (s *Site) attempt(ctx context.Context, name, ip string) (auth.Attempt, *User, error) {
	a := auth.Attempt{Addr: ip}
	u, err := s.userByTypedLogin(ctx, name)
	if isNotFound(err) && strings.Contains(name, "@") {
		u, err = s.UserByEmail(ctx, name)
	}
	switch {
	case isNotFound(err):
		a.Account = "name " + strings.ToLower(cleanLogin(name))
		return a, nil, nil
	case err != nil:
		return a, nil, err
	}
	a.Account = accountOf(u.ID)
	a.Known = s.usedFrom(u, ip)
	return a, u, nil
}

func accountOf(user int64) string { return "user " + strconv.FormatInt(user, 10) }

// usedFrom reports whether a session or an application password of the user
// comes from the network of an address.
func (s *Site) usedFrom(u *User, ip string) bool {
	network := auth.Network(ip)
	if network == "" {
		return false
	}
	for _, se := range s.sessionsOf(u).All(s.now()) {
		if auth.Network(se.IP) == network {
			return true
		}
	}
	if raw := u.Meta.Get(apppassword.MetaKey); raw != "" {
		for _, item := range apppassword.Parse(raw).All() {
			if item.LastIP != "" && auth.Network(item.LastIP) == network {
				return true
			}
		}
	}
	return false
}

// TrustAddr tells the limiter that a network is the user's own, as after a
// password was reset with a key out of a mail.
func (s *Site) TrustAddr(ctx context.Context, user int64, ip string) {
	if s.cfg.Limiter != nil {
		s.cfg.Limiter.Trust(ctx, auth.Attempt{Account: accountOf(user), Addr: ip})
	}
}

// Limited reports whether tries of credentials are counted.
func (s *Site) Limited() bool { return s.cfg.Limiter != nil }

// derive makes a key for one purpose out of the site's auth secret, so that
// nothing made with it is good for another.
func (s *Site) derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, []byte(s.Secret("auth")), nil, "platen "+purpose, 32)
	if err != nil {
		panic(err) // a key of 32 bytes can always be made
	}
	return key
}

// DeriveKey is a key of 32 bytes for one purpose, made out of the auth secret.
func (s *Site) DeriveKey(purpose string) []byte { return s.derive(purpose) }

const deviceID = 16 // bytes

// NewDevice makes a token for the browser of a user who has logged in. It lets
// nobody in; it only tells the limiter, later, that this device is known.
func (s *Site) NewDevice(u *User) (string, error) {
	id := make([]byte, deviceID)
	if _, err := io.ReadFull(s.rand, id); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(id, s.deviceMAC(u, id)...)), nil
}

// KnownDevice returns the id of the device that a token of NewDevice was given
// to, "" when it is not the user's.
func (s *Site) KnownDevice(u *User, token string) string {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != deviceID+sha256.Size || !hmac.Equal(raw[deviceID:], s.deviceMAC(u, raw[:deviceID])) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw[:deviceID])
}

func (s *Site) deviceMAC(u *User, id []byte) []byte {
	mac := hmac.New(sha256.New, s.derive("device"))
	io.WriteString(mac, accountOf(u.ID)+"\x00"+u.Registered+"\x00")
	mac.Write(id)
	return mac.Sum(nil)
}
