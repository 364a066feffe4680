package apppassword

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/phpserialize"
)

// Limits are what an application password may not do though its user may. They
// are Platen's own: WordPress has none.
//
// They stand in the entry under [LimitsKey], where PHP keeps them and does not
// look. The hash of a limited password is bound to them (see [LimitedPrefix]):
// PHP, which would not hold to the limits, does not know such a hash and
// refuses the password; and an entry whose limits were lost or altered on the
// way through another program is good nowhere.
type Limits struct {
	Expires  int64 // Unix time from which the password is refused, 0 for never
	ReadOnly bool  // only requests that change nothing
	// Caps are the capabilities that are left of the user's, nil for all.
	Caps []string
	// Networks are those the password may be used from, nil for any.
	Networks []netip.Prefix
}

const (
	// LimitsKey is the field of an entry that holds its limits.
	LimitsKey = "platen"
	// LimitedPrefix begins the hash of a limited password: a digest of the
	// limits, a dollar sign, and the hash that WordPress would have stored.
	LimitedPrefix = "$platen$"
)

// What Limits.Permit and Item.Limits refuse; test with errors.Is.
var (
	ErrExpired      = &Error{"application_password_expired", "The application password has expired."}
	ErrWrongNetwork = &Error{"application_password_wrong_network", "The application password may not be used from this address."}
	// ErrBroken is for an entry whose limits do not belong to its hash.
	ErrBroken = &Error{"application_password_limits_lost", "The limits of the application password were lost or altered."}
)

// MaxLimits bounds the number of capabilities and of networks, each.
const MaxLimits = 100

// Limited reports whether there is any limit.
func (l Limits) Limited() bool {
	return l.Expires != 0 || l.ReadOnly || l.Caps != nil || l.Networks != nil
}

// Permit reports whether the password may be used now from an address. The
// errors are ErrExpired and ErrWrongNetwork.
func (l Limits) Permit(ip string, now time.Time) error {
	if l.Expires != 0 && now.Unix() >= l.Expires {
		return ErrExpired
	}
	if l.Networks == nil {
		return nil
	}
	addr, err := netip.ParseAddr(ip)
	if err == nil {
		addr = addr.Unmap().WithZone("")
		if slices.ContainsFunc(l.Networks, func(p netip.Prefix) bool { return p.Contains(addr) }) {
			return nil
		}
	}
	return ErrWrongNetwork
}

// ParseNetwork reads an address or a network such as 192.0.2.0/24. The error
// says what is wrong with it.
func ParseNetwork(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		addr, addrErr := netip.ParseAddr(text)
		if addrErr != nil || addr.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network such as 192.0.2.0/24", text)
		}
		p = netip.PrefixFrom(addr, addr.BitLen())
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network such as 192.0.2.0/24", text)
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// tidy brings limits into the one form that they are stored in.
func (l Limits) tidy() Limits {
	if l.Caps != nil {
		l.Caps = slices.Clone(l.Caps)
		slices.Sort(l.Caps)
		l.Caps = slices.Compact(l.Caps)
	}
	if l.Networks != nil {
		l.Networks = slices.Clone(l.Networks)
		slices.SortFunc(l.Networks, func(a, b netip.Prefix) int { return strings.Compare(a.String(), b.String()) })
		l.Networks = slices.Compact(l.Networks)
	}
	return l
}

// array is the value of the field LimitsKey.
func (l Limits) array() *phpserialize.Array {
	out := &phpserialize.Array{}
	if l.Expires != 0 {
		out.Put("expires", l.Expires)
	}
	if l.ReadOnly {
		out.Put("read_only", true)
	}
	if l.Caps != nil {
		list := &phpserialize.Array{}
		for _, c := range l.Caps {
			list.Append(c)
		}
		out.Put("caps", list)
	}
	if l.Networks != nil {
		list := &phpserialize.Array{}
		for _, p := range l.Networks {
			list.Append(p.String())
		}
		out.Put("networks", list)
	}
	return out
}

var errLimits = errors.New("apppassword: limits that cannot be read")

// parseLimits reads the field LimitsKey. A limit of another kind, of a later
// version perhaps, is an error: it could not be held to.
func parseLimits(v any) (Limits, error) {
	var l Limits
	data, ok := v.(*phpserialize.Array)
	if !ok {
		return l, errLimits
	}
	for k, v := range data.All() {
		ok := false
		switch k.String() {
		case "expires":
			l.Expires, ok = v.(int64)
			ok = ok && l.Expires != 0
		case "read_only":
			ok = v == any(true)
			l.ReadOnly = true
		case "caps":
			l.Caps, ok = texts(v)
		case "networks":
			var list []string
			list, ok = texts(v)
			l.Networks = []netip.Prefix{}
			for _, t := range list {
				p, err := ParseNetwork(t)
				ok = ok && err == nil
				l.Networks = append(l.Networks, p)
			}
		}
		if !ok {
			return Limits{}, errLimits
		}
	}
	return l, nil
}

func texts(v any) ([]string, bool) {
	list, ok := v.(*phpserialize.Array)
	if !ok {
		return nil, false
	}
	out := make([]string, 0, list.Len())
	for _, v := range list.All() {
		t, ok := v.(string)
		if !ok {
			return nil, false
		}
		out = append(out, t)
	}
	return out, true
}

// digest is what binds a hash to limits.
func (l Limits) digest() string {
	l = l.tidy()
	var b strings.Builder
	b.WriteString("platen application password limits\n" + strconv.FormatInt(l.Expires, 10) + " " + strconv.FormatBool(l.ReadOnly))
	fmt.Fprintf(&b, "\n%t", l.Caps != nil)
	for _, c := range l.Caps {
		fmt.Fprintf(&b, " %q", c)
	}
	fmt.Fprintf(&b, "\n%t", l.Networks != nil)
	for _, p := range l.Networks {
		b.WriteString(" " + p.String())
	}
	sum := sha256.Sum256([]byte(b.String()))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// bind ties a hash to limits; without limits it is the hash itself.
func (l Limits) bind(hash string) string {
	if !l.Limited() {
		return hash
	}
	return LimitedPrefix + l.digest() + "$" + hash
}

// unbind returns the hash that WordPress would have stored, and the digest of
// the limits that it is bound to, "" for none.
func unbind(stored string) (hash, digest string) {
	rest, ok := strings.CutPrefix(stored, LimitedPrefix)
	if !ok {
		return stored, ""
	}
	digest, hash, _ = strings.Cut(rest, "$")
	return hash, digest
}

// Limits returns the limits of an entry. ErrBroken when they are not the ones
// that its hash is bound to, or cannot be read: then the password is good for
// nothing.
func (i Item) Limits() (Limits, error) {
	var l Limits
	v, there := any(nil), false
	if i.Data != nil {
		v, there = i.Data.Get(phpserialize.StrKey(LimitsKey))
	}
	if there {
		var err error
		if l, err = parseLimits(v); err != nil {
			return Limits{}, ErrBroken
		}
	}
	if strings.HasPrefix(i.Password, LimitedPrefix) {
		if _, digest := unbind(i.Password); !l.Limited() || digest != l.digest() {
			return Limits{}, ErrBroken
		}
	}
	return l, nil
}

// SetLimits changes the limits of an entry; the zero Limits take them all
// away. Limits that were lost are set anew. The error is ErrNotFound.
func (l *List) SetLimits(uuid string, limits Limits) (*List, error) {
	if _, data := l.find(uuid); data == nil {
		return l, ErrNotFound
	}
	limits = limits.tidy()
	return l.with(uuid, func(data *phpserialize.Array) { limits.put(data) }), nil
}

// put writes limits into an entry.
func (l Limits) put(data *phpserialize.Array) {
	stored, _ := data.Lookup("password").(string)
	hash, _ := unbind(stored)
	data.Put("password", l.bind(hash))
	if l.Limited() {
		data.Put(LimitsKey, l.array())
	} else {
		data.Delete(phpserialize.StrKey(LimitsKey))
	}
}
