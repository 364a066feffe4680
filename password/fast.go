package password

import (
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/blake2b"
)

// FastPrefix starts every fast hash.
const FastPrefix = "$generic$"

// FastHash hashes a random secret (an application password, a reset key) as
// wp_fast_hash() does: keyed BLAKE2b of 30 bytes. It has neither salt nor
// cost, so it is for secrets nobody can guess, never for chosen passwords.
func FastHash(secret string) string {
	h, err := blake2b.New(30, []byte("wp_fast_hash_6.8+"))
	if err != nil {
		// The size and the key are constants that blake2b accepts.
		return Unusable
	}
	h.Write([]byte(secret))
	return FastPrefix + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// VerifyFast reports whether hash was made of secret, as
// wp_verify_fast_hash() does. Hashes from before WordPress 6.8 (phpass, and
// whatever crypt(3) format) are accepted as well.
func VerifyFast(secret, hash string) bool {
	if strings.HasPrefix(hash, FastPrefix) {
		return equal(hash, FastHash(secret))
	}
	if len(secret) > MaxLength {
		return false
	}
	if got, ok := portable(secret, hash); ok {
		return equal(got, hash)
	}
	return verifyCrypt([]byte(secret), hash)
}
