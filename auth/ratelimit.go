package auth

import (
	"context"
	"hash/maphash"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Attempt is one credential that somebody tries.
type Attempt struct {
	// Account is whose it is said to be; "" when the credential names nobody.
	// An account that does not exist needs a name too, or the limit would tell
	// which ones do.
	Account string
	// Addr is the address of the caller. "" when it is not known, as behind a
	// proxy that nobody declared: then no network pays.
	Addr string
	// Known says that the account was used before from this network.
	Known bool
	// Device is a proof, already checked, that the account was used before on
	// this device; "" without one.
	Device string
	// Credential is what is tried, for methods that send it with every request:
	// what was good lately costs nothing, and neither does the same mistake
	// again. Leave it empty where checking is slow. Only a keyed hash is kept.
	Credential string
}

// Outcome is what became of an attempt.
type Outcome int

// The outcomes. Void is for attempts that were not judged: the price is given
// back and nothing learnt.
const (
	Void Outcome = iota
	Good
	Bad
)

// Limiter is the budget of credentials tried, one for all ways in.
type Limiter interface {
	// Take pays for one attempt. When the budget is spent, done is nil and wait
	// says for how long. Otherwise the caller checks the credential and calls
	// done once. An error is a failure of the store behind the budget.
	Take(ctx context.Context, a Attempt) (done func(Outcome), wait time.Duration, err error)
	// Trust makes the network and the device of an attempt known to belong to
	// the account, as after a password was reset by mail.
	Trust(ctx context.Context, a Attempt)
}

// Rate is a budget: so many attempts at once, and one more each Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// Budget is a Limiter in this process. Strangers pay twice, for the account
// they try and for the network they are in, so neither many passwords for one
// account nor one password for many accounts goes far. Networks and devices
// from which an account was used before do not pay from these purses but from
// one of their own: whoever spends an account's budget cannot keep its owner
// out. Everything refills with time; nothing is ever locked.
//
// The zero value is ready for use with sensible rates, but for Now.
type Budget struct {
	Now func() time.Time // required
	// Rates; zero values mean 10 and one a minute for an account, 30 and one
	// in 20 seconds for a network (IPv4 /32, IPv6 /64), 10 and one in 30
	// seconds for a known network or device of an account.
	Account, Network, Own Rate
	// Max bounds the number of purses and of remembered facts, each; 0 means
	// 65536. Beyond it the fullest purse of a sample gives way, so that filling
	// the table does not refill a spent one.
	Max int
	// Remember is how long a network stays known; 0 means 30 days.
	Remember time.Duration

	mu     sync.Mutex
	purses map[string]time.Time // when the purse will be full again
	known  map[string]time.Time // until when
	good   map[uint64]time.Time
	paid   map[uint64]time.Time // charged once already
	seed   maphash.Seed
	seeded bool
}

var _ Limiter = (*Budget)(nil)

// How long a credential is remembered without being used again.
const (
	rememberGood = 24 * time.Hour
	rememberPaid = time.Hour
)

func (r Rate) or(burst int, every time.Duration) Rate {
	if r.Burst <= 0 || r.Every <= 0 {
		return Rate{burst, every}
	}
	return r
}

// Network is the part of an address that one subscriber has: an IPv4 address,
// the first 64 bits of an IPv6 address. What is no address stands for itself.
func Network(addr string) string {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return addr
	}
	return p.String()
}

// price is what one attempt costs one purse.
type price struct {
	key  string
	rate Rate
}

// Take implements Limiter; it never fails.
func (b *Budget) Take(_ context.Context, a Attempt) (done func(Outcome), wait time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Now()
	print := b.fingerprint(a)
	free := a.Credential != "" && (now.Before(b.good[print]) || now.Before(b.paid[print]))
	var prices []price
	if !free {
		prices = b.prices(a, now)
		for _, p := range prices {
			wait = max(wait, b.wait(p, now))
		}
		if wait > 0 {
			return nil, wait, nil
		}
		for _, p := range prices {
			b.spend(p, now)
		}
		if a.Credential != "" { // more requests with it may be under way
			b.paid = put(b.paid, print, now.Add(rememberPaid), b.max(), now)
		}
	}
	return func(o Outcome) { b.done(a, print, prices, o) }, 0, nil
}

// Rates are the rates in force, defaults included: those of an account, of a
// network, and of a known network or device of an account.
func (b *Budget) Rates() (account, network, own Rate) {
	return b.Account.or(10, time.Minute), b.Network.or(30, 20*time.Second), b.Own.or(10, 30*time.Second)
}

// Remembers is how long a network stays known.
func (b *Budget) Remembers() time.Duration {
	if b.Remember == 0 {
		return 30 * 24 * time.Hour
	}
	return b.Remember
}

// prices lists who pays for an attempt.
func (b *Budget) prices(a Attempt, now time.Time) []price {
	accountRate, networkRate, own := b.Rates()
	network := Network(a.Addr)
	if a.Account != "" {
		switch {
		case a.Device != "":
			return []price{{"d\x00" + a.Account + "\x00" + a.Device, own}}
		case network != "" && (a.Known || now.Before(b.known[a.Account+"\x00"+network])):
			return []price{{"k\x00" + a.Account + "\x00" + network, own}}
		}
	}
	var out []price
	if a.Account != "" {
		out = append(out, price{"a\x00" + a.Account, accountRate})
	}
	if network != "" {
		out = append(out, price{"n\x00" + network, networkRate})
	}
	return out
}

// wait is how long until a purse can pay once more.
func (b *Budget) wait(p price, now time.Time) time.Duration {
	full, ok := b.purses[p.key]
	if !ok {
		return 0
	}
	return max(0, full.Sub(now)-time.Duration(p.rate.Burst-1)*p.rate.Every)
}

func (b *Budget) spend(p price, now time.Time) {
	full, ok := b.purses[p.key]
	if !ok {
		if b.purses == nil {
			b.purses = map[string]time.Time{}
		}
		makeRoom(b.purses, b.max(), now)
	}
	if full.Before(now) {
		full = now
	}
	b.purses[p.key] = full.Add(p.rate.Every)
}

func (b *Budget) done(a Attempt, print uint64, paid []price, o Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.Now()
	if o != Bad {
		for _, p := range paid {
			if full, ok := b.purses[p.key]; ok {
				b.purses[p.key] = full.Add(-p.rate.Every)
			}
		}
	}
	if o == Good {
		b.trust(a, now)
	}
	if a.Credential == "" {
		return
	}
	switch o {
	case Good:
		delete(b.paid, print)
		b.good = put(b.good, print, now.Add(rememberGood), b.max(), now)
	case Bad:
		delete(b.good, print)
		b.paid = put(b.paid, print, now.Add(rememberPaid), b.max(), now)
	case Void:
		delete(b.paid, print)
	}
}

// Trust implements Limiter.
func (b *Budget) Trust(_ context.Context, a Attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trust(a, b.Now())
}

func (b *Budget) trust(a Attempt, now time.Time) {
	network := Network(a.Addr)
	if a.Account == "" || network == "" {
		return
	}
	b.known = put(b.known, a.Account+"\x00"+network, now.Add(b.Remembers()), b.max(), now)
}

func (b *Budget) max() int {
	if b.Max > 0 {
		return b.Max
	}
	return 1 << 16
}

// fingerprint stands for a credential; it is keyed anew in every process.
func (b *Budget) fingerprint(a Attempt) uint64 {
	if a.Credential == "" {
		return 0
	}
	if !b.seeded {
		b.seed, b.seeded = maphash.MakeSeed(), true
	}
	return maphash.String(b.seed, a.Account+"\x00"+Network(a.Addr)+"\x00"+a.Credential)
}

func put[K comparable](m map[K]time.Time, key K, until time.Time, limit int, now time.Time) map[K]time.Time {
	if m == nil {
		m = map[K]time.Time{}
	}
	if _, ok := m[key]; !ok {
		makeRoom(m, limit, now)
	}
	m[key] = until
	return m
}

// sample is how many entries are looked at to find one that may go.
const sample = 16

// makeRoom drops an entry of a full table: one whose time has passed, else the
// one of a sample whose time comes first.
func makeRoom[K comparable](m map[K]time.Time, limit int, now time.Time) {
	for len(m) >= limit {
		var first K
		var at time.Time
		n := 0
		for k, t := range m {
			if n == 0 || t.Before(at) {
				first, at = k, t
			}
			if n++; n == sample || !t.After(now) {
				break
			}
		}
		delete(m, first)
	}
}

// TooMany is the refusal of an attempt whose budget is spent: 429 with
// Retry-After.
func TooMany(wait time.Duration) *Error {
	return &Error{
		Code: "too_many_attempts", Message: "Too many failed attempts. Please try again later.", Status: http.StatusTooManyRequests,
		Header: http.Header{"Retry-After": {strconv.Itoa(RetryAfter(wait))}},
	}
}

// RetryAfter is a duration in whole seconds, at least one.
func RetryAfter(wait time.Duration) int {
	return int(max(1, (wait+time.Second-1)/time.Second))
}
