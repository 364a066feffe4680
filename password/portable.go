package password

import (
	"crypto/md5"
	"io"
	"strings"
)

// phpassDigits is the base64 alphabet of phpass.
const phpassDigits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// portableRounds is the logarithm of the rounds in WordPress's own portable
// hashes, the letter B.
const portableRounds = 13

// HashPortable makes a phpass hash ($P$B…), as WordPress still does for the
// cookie that opens a password-protected post. It is weak by today's
// measure; never store account passwords with it. The error is ErrTooLong or
// that of random, which should be crypto/rand.Reader.
func HashPortable(random io.Reader, password string) (string, error) {
	if len(password) > MaxLength {
		return Unusable, ErrTooLong
	}
	var raw [6]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return Unusable, err
	}
	setting := "$P$" + string(phpassDigits[portableRounds]) + encodePortable(raw[:])
	hash, _ := portable(password, setting)
	return hash, nil
}

// CheckPortable checks a phpass hash: $P$, or $H$ as phpBB calls the same.
func CheckPortable(password, hash string) bool {
	if len(password) > MaxLength {
		return false
	}
	got, ok := portable(password, hash)
	return ok && equal(got, hash)
}

// portable computes the hash for the setting at the start of a stored hash.
func portable(password, setting string) (string, bool) {
	if len(setting) < 12 || !strings.HasPrefix(setting, "$P$") && !strings.HasPrefix(setting, "$H$") {
		return "", false
	}
	log2 := strings.IndexByte(phpassDigits, setting[3])
	if log2 < 7 || log2 > 30 {
		return "", false
	}
	sum := md5.Sum([]byte(setting[4:12] + password))
	buf := make([]byte, md5.Size+len(password))
	copy(buf[md5.Size:], password)
	for range 1 << log2 {
		copy(buf, sum[:])
		sum = md5.Sum(buf)
	}
	return setting[:12] + encodePortable(sum[:]), true
}

// encodePortable writes six bits a digit, lowest first.
func encodePortable(raw []byte) string {
	var out strings.Builder
	value, bits := 0, 0
	for _, b := range raw {
		value |= int(b) << bits
		bits += 8
		for bits >= 6 {
			out.WriteByte(phpassDigits[value&0x3f])
			value >>= 6
			bits -= 6
		}
	}
	if bits > 0 {
		out.WriteByte(phpassDigits[value&0x3f])
	}
	return out.String()
}
