// Package nonce makes and verifies WordPress nonces, the tokens that protect a
// logged-in user's requests against forgery (wp_create_nonce(),
// wp_verify_nonce()).
//
// A nonce is bound to an action, a user and a session, and lives 12 to 24
// hours: time is cut into ticks of half a life, and a nonce is good in the
// tick it was made in and in the one after. It is not single use. Nothing is
// stored anywhere, so a nonce from PHP verifies here and the other way round,
// as long as both have the same nonce secret.
//
// The session token is the third part of the logged_in cookie, verified or
// not; it is empty without such a cookie. A visitor who is not logged in has
// user 0.
package nonce

import (
	"crypto/subtle"
	"strconv"
	"time"

	"github.com/platenhq/platen/salt"
)

// DefaultLife is WordPress's nonce life.
const DefaultLife = 24 * time.Hour

// Length is the number of characters of a nonce, hex digits.
const Length = 10

// Result is the outcome of a verification; its numbers are WordPress's.
type Result int

// The results. Invalid stands for PHP's false.
const (
	Invalid Result = 0
	Fresh   Result = 1 // made in the current tick, up to 12 hours ago
	Aging   Result = 2 // made in the tick before; time to hand out a new one
)

// OK reports whether the nonce is good.
func (r Result) OK() bool { return r != Invalid }

// Maker creates and verifies nonces. Make one with [New]. It does not change
// and may be shared.
type Maker struct {
	hasher *salt.Hasher
	life   time.Duration
}

// New returns a Maker for the secret of scheme nonce (salt.Secrets.Secret) and
// DefaultLife.
func New(secret string) *Maker {
	return &Maker{hasher: salt.NewHasher(secret), life: DefaultLife}
}

// WithLife returns a Maker with another life, of whole seconds (the nonce_life
// filter). A life below one second means DefaultLife.
func (m *Maker) WithLife(life time.Duration) *Maker {
	return &Maker{hasher: m.hasher, life: life}
}

// Tick is the number of the half life that now is in (wp_nonce_tick()). The
// second at an exact boundary still belongs to the older tick.
func Tick(now time.Time, life time.Duration) int64 {
	seconds := int64(life / time.Second)
	if seconds < 1 {
		seconds = int64(DefaultLife / time.Second)
	}
	double := 2 * now.Unix()
	tick := double / seconds
	if double%seconds > 0 {
		tick++
	}
	return tick
}

// Create returns the nonce for an action of a user in a session at the time
// now.
func (m *Maker) Create(action string, user int64, token string, now time.Time) string {
	n := m.at(Tick(now, m.life), action, user, token)
	return string(n[:])
}

// Verify tells whether nonce was made for the same action, user and session,
// and how long ago. The comparison takes constant time.
func (m *Maker) Verify(nonce, action string, user int64, token string, now time.Time) Result {
	if len(nonce) != Length {
		return Invalid
	}
	var given [Length]byte
	copy(given[:], nonce)
	tick := Tick(now, m.life)
	fresh := m.at(tick, action, user, token)
	if subtle.ConstantTimeCompare(fresh[:], given[:]) == 1 {
		return Fresh
	}
	aging := m.at(tick-1, action, user, token)
	if subtle.ConstantTimeCompare(aging[:], given[:]) == 1 {
		return Aging
	}
	return Invalid
}

// at is the nonce of one tick: ten digits near the end of the hash.
func (m *Maker) at(tick int64, action string, user int64, token string) (out [Length]byte) {
	var buf [192]byte
	b := strconv.AppendInt(buf[:0], tick, 10)
	b = append(b, '|')
	b = append(b, action...)
	b = append(b, '|')
	b = strconv.AppendInt(b, user, 10)
	b = append(b, '|')
	b = append(b, token...)
	sum := m.hasher.SumBytes(b)
	copy(out[:], sum[salt.HashSize-12:])
	return out
}
