package site

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/cache"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
)

const (
	keepSessions  = 1024  // parsed session lists
	resetKeyLife  = 86400 // seconds
	resetKeyChars = 20
	// waitingPerProc is how many passwords may wait for a processor: some
	// seconds' worth, longer nobody waits for a login.
	waitingPerProc = 100
)

// ErrTooBusy says that more passwords wait to be checked than can be soon.
var ErrTooBusy = &Error{Code: "server_busy", Message: "The server is busy. Please try again in a moment.", Status: 503, Data: map[string]any{"retry_after": 5}}

func newSignState(cfg *Config, random io.Reader) signState {
	hasher := password.Hasher{Cost: cfg.BcryptCost}
	return signState{
		sessions: cache.New[string, *authcookie.Sessions](keepSessions),
		hashing:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		hashed:   new(atomic.Uint64),
		waiting:  make(chan struct{}, waitingPerProc*runtime.GOMAXPROCS(0)),
		decoy: sync.OnceValue(func() string {
			token, err := authcookie.NewToken(random)
			if err != nil {
				return password.Unusable
			}
			hash, _ := hasher.Hash(token)
			return hash
		}),
		oldDecoy: sync.OnceValue(func() string {
			hash, _ := password.HashPortable(random, "")
			return hash
		}),
	}
}

// slow runs f, which hashes a password, when its turn has come: hashing takes
// a processor for itself, and the others have requests to answer. ErrTooBusy
// when too many wait already.
func (s *Site) slow(ctx context.Context, f func()) error {
	select {
	case s.sign.waiting <- struct{}{}:
	default:
		return ErrTooBusy
	}
	defer func() { <-s.sign.waiting }()
	select {
	case s.sign.hashing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.sign.hashing }()
	s.sign.hashed.Add(1)
	f()
	return nil
}

// Hashed is how many account passwords were hashed so far, right and wrong
// ones: the work that logins make.
func (s *Site) Hashed() uint64 { return s.sign.hashed.Load() }

// PasswordForm says in which form a typed password is compared. PHP puts
// backslashes before the quotes, backslashes and NULs of every form field, and
// WordPress hashes and compares account passwords with these backslashes at
// the login form, the profile form, the reset form and over REST, but without
// them where code calls it directly.
type PasswordForm int

// The forms. EitherForm is the one to use; the others answer as WordPress does.
const (
	EitherForm  PasswordForm = iota // without backslashes, then with them
	SlashedForm                     // as wp-login.php
	PlainForm                       // as wp_check_password called from code
)

// SlashPassword puts PHP's backslashes into a typed password (wp_slash).
func SlashPassword(typed string) string {
	if !strings.ContainsAny(typed, "'\"\\\x00") {
		return typed
	}
	return strings.NewReplacer(`'`, `\'`, `"`, `\"`, `\`, `\\`, "\x00", `\0`).Replace(typed)
}

// forms lists the texts to compare, each once.
func (f PasswordForm) forms(typed string) []string {
	plain, slashed := trimmed(typed), trimmed(SlashPassword(typed))
	switch {
	case f == SlashedForm:
		return []string{slashed}
	case f == PlainForm || plain == slashed:
		return []string{plain}
	}
	return []string{plain, slashed}
}

// CheckPassword reports whether a typed password belongs to a stored hash, and
// in which text of its forms. It takes as long as the hash demands, twice that
// only for a password with quotes or backslashes.
func (s *Site) CheckPassword(ctx context.Context, form PasswordForm, typed, hash string) (text string, ok bool, err error) {
	for _, text := range form.forms(typed) {
		if err := s.slow(ctx, func() { ok = password.Check(text, hash) }); err != nil {
			return "", false, err
		}
		if ok {
			return text, true, nil
		}
	}
	return "", false, nil
}

// HashPassword hashes a typed password for the users table in the form that
// WordPress's own doors use, so that it is good at PHP's login form too: a
// phpass hash on the tables of a WordPress before 6.8.
func (s *Site) HashPassword(ctx context.Context, typed string) (string, error) {
	return s.hash(ctx, SlashPassword(typed))
}

func (s *Site) hash(ctx context.Context, text string) (hash string, err error) {
	old, err := s.portable(ctx)
	if err != nil {
		return "", err
	}
	var hashErr error
	if err := s.slow(ctx, func() {
		if old {
			hash, hashErr = password.HashPortable(s.rand, trimmed(text))
			return
		}
		hash, hashErr = s.hasher().Hash(text)
	}); err != nil {
		return "", err
	}
	if errors.Is(hashErr, password.ErrTooLong) {
		return hash, nil // unusable, as in WordPress
	}
	return hash, hashErr
}

// decoy is the hash of nobody's password, which takes as long to check as that
// of a user.
func (s *Site) decoy(ctx context.Context) string {
	if old, _ := s.portable(ctx); old {
		return s.sign.oldDecoy()
	}
	return s.sign.decoy()
}

func (s *Site) hasher() password.Hasher { return password.Hasher{Cost: s.cfg.BcryptCost} }

// SetPassword gives a user a new password, as typed, and takes back a reset
// key: wp_set_password. Cookies signed with the old one are good no more.
func (s *Site) SetPassword(ctx context.Context, user int64, typed string) error {
	hash, err := s.HashPassword(ctx, typed)
	if err != nil {
		return err
	}
	return s.storePass(ctx, user, hash)
}

func (s *Site) storePass(ctx context.Context, user int64, hash string) error {
	defer s.changed(ctx)
	for range swapTries {
		u, err := s.store.User(ctx, user)
		if err != nil {
			return err
		}
		swapped := false
		err = s.store.Tx(ctx, func(tx *store.Tx) error {
			var err error
			if swapped, err = tx.SwapUserPass(ctx, user, u.Pass, hash); err != nil || !swapped || u.ActivationKey == "" {
				return err
			}
			return tx.SetActivationKey(ctx, user, "")
		})
		if err != nil || swapped {
			return err
		}
	}
	return wp.ErrBusy
}

// rehash stores a better hash of a password that was just checked, unless the
// password was changed meanwhile.
func (s *Site) rehash(ctx context.Context, u *User, text string) (*User, error) {
	if needed, err := s.needsRehash(ctx, u.Pass); err != nil || !needed {
		return u, err
	}
	hash, err := s.hash(ctx, text)
	if err != nil || hash == password.Unusable {
		return u, err
	}
	swapped, err := s.store.SwapUserPass(ctx, u.ID, u.Pass, hash)
	if err == nil && swapped && u.ActivationKey != "" {
		err = s.store.SetActivationKey(ctx, u.ID, "")
	}
	if errors.Is(err, wp.ErrReadOnly) {
		return u, nil
	}
	if err != nil {
		return nil, err
	}
	s.changed(ctx)
	return s.User(ctx, u.ID)
}

// NewResetKey makes and stores a key for resetting a user's password:
// get_password_reset_key. Only its hash is stored.
func (s *Site) NewResetKey(ctx context.Context, user int64) (string, error) {
	key, err := password.Generate(s.rand, resetKeyChars, password.Letters)
	if err != nil {
		return "", err
	}
	hash, err := s.fastHash(ctx, key)
	if err != nil {
		return "", err
	}
	defer s.changed(ctx)
	return key, s.store.SetActivationKey(ctx, user, strconv.FormatInt(s.now().Unix(), 10)+":"+hash)
}

// The outcomes of CheckResetKey beside the user.
var (
	ErrInvalidKey = &Error{Code: "invalid_key", Message: "Invalid key."}
	ErrExpiredKey = &Error{Code: "expired_key", Message: "Invalid key."}
)

// CheckResetKey returns the user whose password the key may reset:
// check_password_reset_key. The errors are ErrInvalidKey and ErrExpiredKey.
func (s *Site) CheckResetKey(ctx context.Context, key, login string) (*User, error) {
	key = alphanumeric(key)
	if phpEmpty(key) || phpEmpty(login) {
		return nil, ErrInvalidKey
	}
	u, err := s.userByTypedLogin(ctx, login)
	if isNotFound(err) {
		return nil, ErrInvalidKey
	}
	if err != nil {
		return nil, err
	}
	at, hash, timed := strings.Cut(u.ActivationKey, ":")
	if !timed {
		hash = u.ActivationKey
	}
	if phpEmpty(hash) {
		return nil, ErrInvalidKey
	}
	good := password.VerifyFast(key, hash)
	switch {
	case good && timed && s.now().Unix() < Atoi(at)+resetKeyLife:
		return u, nil
	case good, subtle.ConstantTimeCompare([]byte(u.ActivationKey), []byte(key)) == 1:
		return nil, ErrExpiredKey
	}
	return nil, ErrInvalidKey
}

// ResetPassword sets the password that a user typed after a reset:
// reset_password.
func (s *Site) ResetPassword(ctx context.Context, user int64, typed string) error {
	if err := s.SetPassword(ctx, user, typed); err != nil {
		return err
	}
	if s.cfg.EndSessions {
		if err := s.EndAllSessions(ctx, user); err != nil {
			return err
		}
	}
	return s.SetMeta(ctx, wp.UserMeta, user, "default_password_nag", "")
}

func alphanumeric(t string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, t)
}

// phpEmpty is PHP's empty() of a string.
func phpEmpty(t string) bool { return t == "" || t == "0" }

// Rand is the site's source of randomness.
func (s *Site) Rand() io.Reader { return s.rand }
