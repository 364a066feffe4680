// Package authcookie reads, writes and checks WordPress's login cookies
// (wp_generate_auth_cookie(), wp_parse_auth_cookie(),
// wp_validate_auth_cookie()) and the list of sessions they belong to
// (WP_Session_Tokens, WP_User_Meta_Session_Tokens).
//
// A cookie is "login|expiration|token|hmac". The HMAC is keyed with the
// scheme's secret and four bytes of the user's password hash, so changing the
// password ends every login; the token names a session in user meta, so a
// single login can be ended too. There is one [Signer] for each scheme: auth,
// secure_auth (both wp-admin) and logged_in.
//
// The package does no I/O: the caller looks up users and stores sessions.
package authcookie

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/password"
	"github.com/platenhq/platen/salt"
)

// Why a cookie is not good, in the order of the checks. WordPress announces
// them as auth_cookie_malformed, _expired, _bad_username, _bad_hash and
// _bad_session_token.
var (
	ErrMalformed       = errors.New("authcookie: malformed")
	ErrExpired         = errors.New("authcookie: expired")
	ErrBadUsername     = errors.New("authcookie: unknown user")
	ErrBadHash         = errors.New("authcookie: bad hash")
	ErrBadSessionToken = errors.New("authcookie: no such session")
)

// Grace is how much longer a cookie is taken with a POST or admin-ajax.php
// request, so that a form filled in slowly is not lost.
const Grace = time.Hour

// Cookie is a login cookie taken apart. Nothing in it is to be trusted before
// it has been validated.
type Cookie struct {
	Login      string
	Expiration string // Unix time as text; exactly this text is signed
	Token      string
	HMAC       string
}

// Parse splits the decoded value of a cookie. The error is ErrMalformed.
func Parse(value string) (Cookie, error) {
	if strings.Count(value, "|") != 3 {
		return Cookie{}, ErrMalformed
	}
	var c Cookie
	c.Login, value, _ = strings.Cut(value, "|")
	c.Expiration, value, _ = strings.Cut(value, "|")
	c.Token, c.HMAC, _ = strings.Cut(value, "|")
	return c, nil
}

// SessionToken returns the token of a logged_in cookie without validating it,
// or "" (wp_get_session_token()). Nonces are bound to it.
func SessionToken(value string) string {
	c, err := Parse(value)
	if err != nil || c.Token == "0" {
		return ""
	}
	return c.Token
}

// NewToken draws a session token, 43 letters and digits, from random, which
// should be crypto/rand.Reader. The error is the reader's.
func NewToken(random io.Reader) (string, error) {
	return password.Generate(random, 43, password.Letters)
}

// PasswordFragment is the part of a stored password hash that is signed into
// the cookie: bytes 8 to 11 of phpass and plain bcrypt hashes, else the last
// four.
func PasswordFragment(passHash string) string {
	if strings.HasPrefix(passHash, "$P$") || strings.HasPrefix(passHash, "$2y$") {
		return passHash[min(8, len(passHash)):min(12, len(passHash))]
	}
	return passHash[max(0, len(passHash)-4):]
}

// Signer makes and checks the cookies of one scheme. It does not change and
// may be shared.
type Signer struct{ hasher *salt.Hasher }

// NewSigner returns the Signer for a scheme's secret (salt.Secrets.Secret).
func NewSigner(secret string) *Signer { return &Signer{hasher: salt.NewHasher(secret)} }

// Generate returns the value of a cookie, not yet percent-encoded. A login
// with "|" in it makes a cookie that never validates, as in WordPress.
func (s *Signer) Generate(login, passHash string, expiration int64, token string) string {
	c := Cookie{Login: login, Expiration: strconv.FormatInt(expiration, 10), Token: token}
	mac := s.sign(c, passHash)
	return c.Login + "|" + c.Expiration + "|" + c.Token + "|" + string(mac[:])
}

// Signed reports whether the cookie's HMAC is right for the password hash. It
// takes constant time and says nothing about expiry and session.
func (s *Signer) Signed(c Cookie, passHash string) bool {
	mac := s.sign(c, passHash)
	if len(c.HMAC) != len(mac) {
		return false
	}
	var given [2 * sha256.Size]byte
	copy(given[:], c.HMAC)
	return subtle.ConstantTimeCompare(mac[:], given[:]) == 1
}

// sign computes HMAC-SHA256 of login|expiration|token, keyed with the hex text
// of the scheme's hash of login|fragment|expiration|token. Short messages stay
// on the stack.
func (s *Signer) sign(c Cookie, passHash string) (out [2 * sha256.Size]byte) {
	var buf [sha256.BlockSize + 192]byte
	b := append(append(buf[:0], c.Login...), '|')
	b = append(append(b, PasswordFragment(passHash)...), '|')
	b = append(append(b, c.Expiration...), '|')
	b = append(b, c.Token...)
	key := s.hasher.SumBytes(b)

	var pad [sha256.BlockSize]byte
	copy(pad[:], key[:])
	for i := range pad {
		pad[i] ^= 0x36
	}
	b = append(append(append(buf[:0], pad[:]...), c.Login...), '|')
	b = append(append(b, c.Expiration...), '|')
	inner := sha256.Sum256(append(b, c.Token...))
	for i := range pad {
		pad[i] ^= 0x36 ^ 0x5c
	}
	outer := sha256.Sum256(append(append(buf[:0], pad[:]...), inner[:]...))
	hex.Encode(out[:], outer[:])
	return out
}

// User is what validation needs to know of a user.
type User struct {
	ID       int64
	PassHash string    // the user_pass column
	Sessions *Sessions // nil for none
}

// Lookup finds a user by login as the database compares logins: usually
// without regard to case. It reports false when there is none; the error is
// for a database that does not answer.
type Lookup func(login string) (User, bool, error)

// Result is a validated cookie.
type Result struct {
	User   User
	Cookie Cookie
	// GracePeriod says that the cookie is expired and was taken only because
	// of the grace (WordPress's global login_grace_period).
	GracePeriod bool
}

// Validate checks a decoded cookie value against the scheme, the time, the
// user and the user's sessions. Grace grants an expired cookie another hour;
// set it for a request whose method is exactly POST and for admin-ajax.php.
// The errors are those of this package, or what lookup returned.
func (s *Signer) Validate(value string, now time.Time, grace bool, lookup Lookup) (Result, error) {
	c, err := Parse(value)
	if err != nil {
		return Result{}, err
	}
	end := toInt(c.Expiration)
	if grace {
		end = min(end, math.MaxInt64-int64(Grace/time.Second)) + int64(Grace/time.Second)
	}
	if end < now.Unix() {
		return Result{}, ErrExpired
	}
	user, ok, err := lookup(c.Login)
	if err != nil {
		return Result{}, err
	}
	if !ok {
		return Result{}, ErrBadUsername
	}
	if !s.Signed(c, user.PassHash) {
		return Result{}, ErrBadHash
	}
	if !user.Sessions.Verify(c.Token, now) {
		return Result{}, ErrBadSessionToken
	}
	return Result{User: user, Cookie: c, GracePeriod: textLess(c.Expiration, now.Unix())}, nil
}
