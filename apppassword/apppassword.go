// Package apppassword holds WordPress's application passwords
// (WP_Application_Passwords): passwords for one program each, 24 letters and
// digits, accepted over HTTP Basic authentication by the REST API.
//
// The package generates, normalises and checks them, keeps the list in the
// form it has in user meta, and decides which entry a request used
// (wp_authenticate_application_password()). It does no I/O; the caller reads
// and writes the meta row.
package apppassword

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/password"
)

const (
	// MetaKey is the user meta key of the list.
	MetaKey = "_application_passwords"

	// InUseOption is the option that is set to 1 once the site has had an
	// application password; while it is not set WordPress does not look at
	// them at all.
	InUseOption = "using_application_passwords"

	// Length is the number of characters of a password.
	Length = 24
)

// Generate draws a password from random, which should be crypto/rand.Reader.
// The error is the reader's.
func Generate(random io.Reader) (string, error) {
	return password.Generate(random, Length, password.Letters)
}

// NewUUID draws a random (version 4) UUID in lower case, as
// wp_generate_uuid4() does. The error is the reader's.
func NewUUID(random io.Reader) (string, error) {
	var u [16]byte
	if _, err := io.ReadFull(random, u[:]); err != nil {
		return "", err
	}
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]), nil
}

// Normalize drops everything but ASCII letters and digits from a password as
// it was typed or sent, so that the spaces of the shown form do not matter.
func Normalize(s string) string {
	plain := func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	}
	for i := 0; i < len(s); i++ {
		if !plain(s[i]) {
			b := append(make([]byte, 0, len(s)), s[:i]...)
			for ; i < len(s); i++ {
				if plain(s[i]) {
					b = append(b, s[i])
				}
			}
			return string(b)
		}
	}
	return s
}

// Chunk is a password in the form it is shown in, groups of four characters
// (chunk_password()).
func Chunk(s string) string {
	s = Normalize(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Hash is the hash that is stored for a password (hash_password()).
func Hash(plaintext string) string { return password.FastHash(plaintext) }

// Check reports whether a normalised password belongs to a stored hash
// (check_password()). Hashes from before WordPress 6.8 are account password
// hashes and are checked as such.
func Check(plaintext, hash string) bool {
	if strings.HasPrefix(hash, password.FastPrefix) {
		return password.VerifyFast(plaintext, hash)
	}
	return password.Check(plaintext, hash)
}

// Error is a failure with the code and message WordPress's clients see. The
// message may contain HTML.
type Error struct {
	Code, Message string
}

// Error implements error.
func (e *Error) Error() string { return "apppassword: " + e.Code }

// The failures; test with errors.Is.
var (
	ErrInvalidUsername = &Error{"invalid_username", "<strong>Error:</strong> Unknown username. Check again or try your email address."}
	ErrInvalidEmail    = &Error{"invalid_email", "<strong>Error:</strong> Unknown email address. Check again or try your username."}
	ErrDisabled        = &Error{"application_passwords_disabled", "Application passwords are not available."}
	ErrDisabledForUser = &Error{"application_passwords_disabled_for_user", "Application passwords are not available for your account. Please contact the site administrator for assistance."}
	ErrIncorrect       = &Error{"incorrect_password", "The provided password is an invalid application password."}
	ErrEmptyName       = &Error{"application_password_empty_name", "An application name is required to create an application password."}
	ErrNotFound        = &Error{"application_password_not_found", "Could not find an application password with that id."}
)

// Account is what authentication needs to know of a user.
type Account struct {
	ID        int64
	Passwords *List // nil for none
	Disabled  bool  // application passwords are not available for the user
}

// Lookup finds a user by login or e-mail address as the database compares
// them. It reports false when there is none; the error is for a database that
// does not answer.
type Lookup func(name string) (Account, bool, error)

// Authenticate finds the user and the application password of a Basic
// authentication. Available says whether the site allows application
// passwords (it does over TLS, and in the environment type local). The errors
// are those of this package or of the lookups. On success the caller stores
// what List.RecordUse returns.
func Authenticate(username, pass string, available bool, byLogin, byEmail Lookup) (Account, Item, error) {
	account, ok, err := byLogin(username)
	if err != nil {
		return Account{}, Item{}, err
	}
	isEmail := !ok && format.IsEmail(username)
	if isEmail {
		if account, ok, err = byEmail(username); err != nil {
			return Account{}, Item{}, err
		}
	}
	switch {
	case !ok && isEmail:
		return Account{}, Item{}, ErrInvalidEmail
	case !ok:
		return Account{}, Item{}, ErrInvalidUsername
	case !available:
		return Account{}, Item{}, ErrDisabled
	case account.Disabled:
		return Account{}, Item{}, ErrDisabledForUser
	}
	item, ok := account.Passwords.Match(pass)
	if !ok {
		return Account{}, Item{}, ErrIncorrect
	}
	return account, item, nil
}

// AsError returns the *Error in err's chain, nil when there is none.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
