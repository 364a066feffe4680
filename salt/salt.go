// Package salt makes WordPress's secrets out of the eight keys and salts of a
// wp-config.php, the way wp_salt() and wp_hash() do.
//
// A secret is the concatenation of a key and a salt, one pair for each scheme:
// auth, secure_auth, logged_in and nonce. WordPress accepts a constant only
// when it is set, is not the phrase of the sample file, and is not used twice;
// what it does not accept it replaces by a random value kept in the options
// table. [New] follows these rules exactly, so that cookies and nonces made
// here are good there and the other way round. [Check] says which constants
// are at fault.
package salt

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// The schemes with keys and salts of their own.
const (
	Auth       = "auth"        // wp-admin over plain HTTP
	SecureAuth = "secure_auth" // wp-admin over TLS
	LoggedIn   = "logged_in"   // everywhere else
	Nonce      = "nonce"
)

// SamplePhrase is the value of all eight constants in wp-config-sample.php.
const SamplePhrase = "put your unique phrase here"

// ErrNoSecret means that a scheme has no key or no salt: the constant is not
// usable and the option that would replace it is not set.
var ErrNoSecret = errors.New("salt: no secret")

// ErrAlgorithm is returned for a hash algorithm that is not supported.
var ErrAlgorithm = errors.New("salt: unsupported hash algorithm")

// prefixes in WordPress's order; SECRET has no scheme of its own.
var prefixes = [...]string{"AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE", "SECRET"}

// Constants returns the names of the eight constants, keys and salts paired:
// AUTH_KEY, AUTH_SALT, SECURE_AUTH_KEY and so on.
func Constants() []string {
	names := make([]string, 0, 8)
	for _, p := range prefixes[:4] {
		names = append(names, p+"_KEY", p+"_SALT")
	}
	return names
}

// Secrets holds the secret of every scheme. Make one with [New]. It does not
// change and may be shared.
type Secrets struct {
	auth, secureAuth, loggedIn, nonce string
	other                             string // key for unknown schemes
}

// New makes the secrets that WordPress makes of the defined constants and of
// the options (auth_key, auth_salt and so on; see [Options]). Both maps may
// lack entries. Translations are further sample phrases, the ones of a
// localized wp-config-sample.php.
//
// When a scheme is left without key or salt the error wraps ErrNoSecret and
// names the options: WordPress would now fill them with [Generate] and store
// them, and so should the caller.
func New(constants, options map[string]string, translations ...string) (*Secrets, error) {
	unusable := judge(constants, translations)
	usable := func(name string) string {
		if v := constants[name]; !falsy(v) && !unusable[v] {
			return v
		}
		return ""
	}
	var missing []string
	option := func(name string) string {
		v := options[name]
		if falsy(v) {
			missing = append(missing, name)
			return ""
		}
		return v
	}
	one := func(scheme string) string {
		parts := [2]string{usable("SECRET_KEY"), ""}
		if scheme == Auth {
			parts[1] = usable("SECRET_SALT")
		}
		for i, kind := range [...]string{"key", "salt"} {
			name := scheme + "_" + kind
			if v := usable(strings.ToUpper(name)); v != "" {
				parts[i] = v
			} else if parts[i] == "" {
				parts[i] = option(name)
			}
		}
		return parts[0] + parts[1]
	}
	s := &Secrets{auth: one(Auth), secureAuth: one(SecureAuth), loggedIn: one(LoggedIn), nonce: one(Nonce)}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%w: option %s", ErrNoSecret, strings.Join(missing, ", "))
	}
	if s.other = usable("SECRET_KEY"); s.other == "" {
		s.other = options["secret_key"]
	}
	return s, nil
}

// judge returns the values that WordPress refuses: the sample phrases and the
// values of more than one constant.
func judge(constants map[string]string, translations []string) map[string]bool {
	unusable := map[string]bool{}
	for _, p := range prefixes {
		for _, kind := range [...]string{"_KEY", "_SALT"} {
			if v, ok := constants[p+kind]; ok {
				_, seen := unusable[v]
				unusable[v] = seen
			}
		}
	}
	unusable[SamplePhrase] = true
	for _, v := range translations {
		unusable[v] = true
	}
	return unusable
}

// falsy is PHP's idea of false for strings.
func falsy(s string) bool { return s == "" || s == "0" }

// Options returns the names of the options that New may read for these
// constants. It is empty when all eight constants are good.
func Options(constants map[string]string, translations ...string) []string {
	unusable := judge(constants, translations)
	var names []string
	for _, name := range Constants() {
		if v := constants[name]; falsy(v) || unusable[v] {
			names = append(names, strings.ToLower(name))
		}
	}
	if len(names) > 0 {
		names = append(names, "secret_key")
	}
	return names
}

// Secret returns the secret of a scheme, as wp_salt() does. A scheme other
// than the four has the secret key and a hash of its own name. The error is
// ErrNoSecret, and can occur only for such a scheme.
func (s *Secrets) Secret(scheme string) (string, error) {
	switch scheme {
	case Auth:
		return s.auth, nil
	case SecureAuth:
		return s.secureAuth, nil
	case LoggedIn:
		return s.loggedIn, nil
	case Nonce:
		return s.nonce, nil
	}
	if falsy(s.other) {
		return "", fmt.Errorf("%w: option secret_key for scheme %q", ErrNoSecret, scheme)
	}
	h := NewHasher(s.other)
	return s.other + h.Sum(scheme), nil
}

// Hash returns the lower-case hex HMAC-MD5 of data under the scheme's secret,
// as wp_hash() does. The error is ErrNoSecret.
func (s *Secrets) Hash(data, scheme string) (string, error) {
	secret, err := s.Secret(scheme)
	if err != nil {
		return "", err
	}
	h := NewHasher(secret)
	return h.Sum(data), nil
}

// HashAlgo is Hash with another algorithm under PHP's name for it: md5, sha1,
// sha224, sha256, sha384, sha512, sha512/224, sha512/256 or sha3-224, -256,
// -384, -512. The errors are ErrNoSecret and ErrAlgorithm.
func (s *Secrets) HashAlgo(data, scheme, algo string) (string, error) {
	secret, err := s.Secret(scheme)
	if err != nil {
		return "", err
	}
	newHash := algorithm(algo)
	if newHash == nil {
		return "", fmt.Errorf("%w: %q", ErrAlgorithm, algo)
	}
	mac := hmac.New(newHash, []byte(secret))
	mac.Write([]byte(data))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

func algorithm(name string) func() hash.Hash {
	switch name {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha224":
		return sha256.New224
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	case "sha512/224":
		return sha512.New512_224
	case "sha512/256":
		return sha512.New512_256
	case "sha3-224":
		return func() hash.Hash { return sha3.New224() }
	case "sha3-256":
		return func() hash.Hash { return sha3.New256() }
	case "sha3-384":
		return func() hash.Hash { return sha3.New384() }
	case "sha3-512":
		return func() hash.Hash { return sha3.New512() }
	}
	return nil
}
