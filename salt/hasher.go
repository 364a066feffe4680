package salt

import (
	"crypto/md5"
	"encoding/hex"
)

// Hasher is wp_hash() for one secret, with the key prepared: HMAC-MD5 without
// an allocation. Cookies and nonces are checked with it on every request. It
// does not change and may be shared.
//
// MD5 is what WordPress uses here; in HMAC its known weakness, collisions, is
// of no help to an attacker.
type Hasher struct {
	inner, outer [md5.BlockSize]byte
}

// HashSize is the length of a hash: 32 hex digits.
const HashSize = 2 * md5.Size

// NewHasher prepares the key, a scheme's secret.
func NewHasher(secret string) *Hasher {
	h := &Hasher{}
	if len(secret) > md5.BlockSize {
		sum := md5.Sum([]byte(secret))
		copy(h.inner[:], sum[:])
	} else {
		copy(h.inner[:], secret)
	}
	for i, b := range h.inner {
		h.inner[i], h.outer[i] = b^0x36, b^0x5c
	}
	return h
}

// Sum returns the lower-case hex hash of data.
func (h *Hasher) Sum(data string) string {
	var buf [256]byte
	sum := h.SumBytes(append(buf[:0], data...))
	return string(sum[:])
}

// SumBytes returns the lower-case hex hash of data.
func (h *Hasher) SumBytes(data []byte) [HashSize]byte {
	var buf [md5.BlockSize + 256]byte
	inner := md5.Sum(append(append(buf[:0], h.inner[:]...), data...))
	outer := md5.Sum(append(append(buf[:0], h.outer[:]...), inner[:]...))
	var out [HashSize]byte
	hex.Encode(out[:], outer[:])
	return out
}
