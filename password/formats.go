package password

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-crypt/x/crypt"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// verifyCrypt mirrors PHP's crypt() and the comparison with its result. crypt
// reads C strings: a NUL byte ends the password.
func verifyCrypt(password []byte, hash string) bool {
	if i := bytes.IndexByte(password, 0); i >= 0 {
		password = password[:i]
	}
	if len(hash) < 13 {
		return false
	}
	switch {
	case strings.HasPrefix(hash, "$2"):
		return verifyBcrypt(password, hash)
	case strings.HasPrefix(hash, "$1$"):
		salt, _, _ := strings.Cut(hash[3:], "$")
		salt = salt[:min(len(salt), 8)]
		return equal(hash, "$1$"+salt+"$"+string(crypt.KeyMD5Crypt(password, []byte(salt))))
	case strings.HasPrefix(hash, "$5$"), strings.HasPrefix(hash, "$6$"):
		return verifySHACrypt(password, hash)
	}
	return false
}

// bcryptDigits is bcrypt's base64 alphabet.
const bcryptDigits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func verifyBcrypt(password []byte, hash string) bool {
	if len(hash) != 60 || hash[3] != '$' || hash[6] != '$' {
		return false
	}
	switch hash[2] {
	case 'a', 'b', 'y':
	case 'x':
		// $2x$ marks hashes of an old PHP that mistreated bytes above 127.
		for _, c := range password {
			if c > 127 {
				return false
			}
		}
	default:
		return false
	}
	// The last digit of the salt stands for two bits only. PHP writes the
	// others as zero, so a salt that has them set cannot match.
	if strings.IndexByte(bcryptDigits, hash[28])&0x0f != 0 {
		return false
	}
	if len(password) > 72 {
		password = password[:72]
	}
	return bcrypt.CompareHashAndPassword([]byte(hash), password) == nil
}

// verifySHACrypt checks $5$ (SHA-256) and $6$ (SHA-512), with or without
// rounds=N$.
func verifySHACrypt(password []byte, hash string) bool {
	id, newHash := hash[:3], sha256.New
	if id == "$6$" {
		newHash = sha512.New
	}
	rest, prefix, rounds := hash[3:], id, 5000
	if after, ok := strings.CutPrefix(rest, "rounds="); ok {
		if number, tail, ok := strings.Cut(after, "$"); ok {
			if n, err := strconv.Atoi(number); err == nil {
				if n < 1000 || n > 999999999 {
					return false
				}
				rest, rounds = tail, n
				prefix += "rounds=" + strconv.Itoa(n) + "$"
			}
		}
	}
	salt, _, _ := strings.Cut(rest, "$")
	salt = salt[:min(len(salt), 16)]
	return equal(hash, prefix+salt+"$"+string(crypt.KeySHACrypt(newHash, password, []byte(salt), rounds)))
}

// Bounds for the parameters of a stored argon2 hash, far above PHP's defaults
// (64 MiB, 4 passes); beyond them a hash is refused rather than computed.
const (
	maxArgonMemory = 1 << 20 // KiB
	maxArgonTime   = 1 << 10
)

// verifyArgon2 checks $argon2i$ and $argon2id$ of version 19 (RFC 9106).
func verifyArgon2(password []byte, hash string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[2] != "v=19" {
		return false
	}
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil ||
		parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", memory, time, threads) {
		return false
	}
	if time < 1 || threads < 1 || memory < 8*uint32(threads) || memory > maxArgonMemory || time > maxArgonTime {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(want) < 4 || len(want) > 1024 {
		return false
	}
	var got []byte
	switch parts[1] {
	case "argon2i":
		got = argon2.Key(password, salt, time, memory, threads, uint32(len(want)))
	case "argon2id":
		got = argon2.IDKey(password, salt, time, memory, threads, uint32(len(want)))
	default:
		return false
	}
	return subtle.ConstantTimeCompare(got, want) == 1
}
