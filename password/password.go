// Package password hashes and checks account passwords as WordPress 7.1 does
// (wp_hash_password(), wp_check_password(), wp_password_needs_rehash()), and
// the short-lived or random secrets for which WordPress uses a fast hash
// (wp_fast_hash(), wp_verify_fast_hash()).
//
// A new hash is "$wp" and the bcrypt of base64(HMAC-SHA384(password)), so that
// more than bcrypt's 72 bytes count. [Check] also accepts what older versions,
// PHP itself and other systems have left in the user table: bcrypt ($2y$, $2b$,
// $2a$, and $2x$ for ASCII passwords), phpass ($P$), plain MD5, argon2i and
// argon2id, and crypt(3) with $1$, $5$ and $6$. DES hashes are not accepted.
//
// Checking takes as long as the stored hash demands, about 60 ms for bcrypt of
// cost 10. Callers limit how many run at once.
package password

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// DefaultCost is the bcrypt cost of PHP before 8.4. PHP 8.4 uses 12. Beside a
// PHP WordPress use its cost, or the two will rehash each other's hashes.
const DefaultCost = 10

// MaxLength is the longest password in bytes, before trimming.
const MaxLength = 4096

// Unusable is the hash that WordPress stores for a password that is too long.
// Nothing matches it.
const Unusable = "*"

// ErrTooLong is returned for a password of more than MaxLength bytes.
var ErrTooLong = errors.New("password: longer than 4096 bytes")

// phpSpace is what PHP's trim() removes.
const phpSpace = " \t\n\r\x00\x0b"

// Hasher hashes with a chosen cost. The zero value uses DefaultCost.
type Hasher struct {
	Cost int // bcrypt cost, 4 to 31; 0 means DefaultCost
}

func (h Hasher) cost() int {
	if h.Cost == 0 {
		return DefaultCost
	}
	return h.Cost
}

// Hash hashes a password for the user table, as wp_hash_password() does:
// white space around it is not part of it. For a password of more than
// MaxLength bytes it returns Unusable and ErrTooLong; it fails also when the
// cost is out of range or the system has no randomness.
func (h Hasher) Hash(password string) (string, error) {
	if len(password) > MaxLength {
		return Unusable, ErrTooLong
	}
	hash, err := bcrypt.GenerateFromPassword(prehash(strings.Trim(password, phpSpace)), h.cost())
	if err != nil {
		return Unusable, err
	}
	// The same algorithm under the name PHP gives it.
	return "$wp$2y$" + string(hash[4:]), nil
}

// NeedsRehash reports whether a password that has just been checked against
// hash should be stored anew: anything but a $wp hash of the present cost. It
// mirrors wp_password_needs_rehash().
func (h Hasher) NeedsRehash(hash string) bool {
	inner, ok := strings.CutPrefix(hash, "$wp")
	if !ok || len(inner) != 60 || !strings.HasPrefix(inner, "$2y$") || inner[6] != '$' {
		return true
	}
	cost, err := strconv.Atoi(inner[4:6])
	return err != nil || cost != h.cost()
}

// Hash is Hasher{}.Hash.
func Hash(password string) (string, error) { return Hasher{}.Hash(password) }

// NeedsRehash is Hasher{}.NeedsRehash.
func NeedsRehash(hash string) bool { return Hasher{}.NeedsRehash(hash) }

// prehash is what bcrypt gets to see: 64 ASCII characters.
func prehash(password string) []byte {
	mac := hmac.New(sha512.New384, []byte("wp-sha384"))
	mac.Write([]byte(password))
	return base64.StdEncoding.AppendEncode(nil, mac.Sum(nil))
}

// Check reports whether password is the one that hash was made of, as
// wp_check_password() does. Unlike Hash it does not trim; the login form does
// that. Comparisons take constant time.
func Check(password, hash string) bool {
	if len(hash) <= 2*md5.Size {
		sum := md5.Sum([]byte(password))
		return equal(hash, hex.EncodeToString(sum[:]))
	}
	if len(password) > MaxLength {
		return false
	}
	if inner, ok := strings.CutPrefix(hash, "$wp"); ok {
		return verify(prehash(password), inner)
	}
	if strings.HasPrefix(hash, "$P$") {
		return CheckPortable(password, hash)
	}
	return verify([]byte(password), hash)
}

// verify mirrors PHP's password_verify().
func verify(password []byte, hash string) bool {
	if strings.HasPrefix(hash, "$argon2") {
		return verifyArgon2(password, hash)
	}
	return verifyCrypt(password, hash)
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
