package apppassword

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/phpserialize"
)

const (
	limitedUUID  = "11111111-2222-4333-8444-555555555555"
	limitedPlain = "abcdefghijklmnopqrstuvwx"
)

var someLimits = Limits{
	Expires: 4102444800, ReadOnly: true, Caps: []string{"read", "edit_posts"},
	Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
}

func limitedList(t *testing.T, limits Limits) *List {
	t.Helper()
	l, _, err := (*List)(nil).Add(New{Name: `it's "limited"`, UUID: limitedUUID, Plaintext: limitedPlain, Limits: limits}, time.Unix(1750000000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return Parse(l.Meta())
}

// TestLimitsAndPHP reads what WordPress 7.1 wrote over one of our entries:
// after it recorded a use, renamed the entry, made another and deleted that
// one; last, what a program wrote that keeps only the fields it knows. (PHP
// refuses the password itself: incorrect_password.)
func TestLimitsAndPHP(t *testing.T) {
	raw, err := os.ReadFile("testdata/php-limits.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(lines) != 6 {
		t.Fatal(len(lines))
	}
	for i, line := range lines {
		what, meta, _ := strings.Cut(line, "\t")
		if i == 0 && limitedList(t, someLimits).Meta() != meta {
			t.Errorf("our entry is another than the one PHP was given:\n%s\n%s", limitedList(t, someLimits).Meta(), meta)
		}
		l := Parse(meta)
		item, ok := l.Get(limitedUUID)
		if !ok {
			t.Fatal(what)
		}
		limits, err := item.Limits()
		if what == "fields dropped" {
			if _, matched := l.Match(limitedPlain); matched || !errors.Is(err, ErrBroken) {
				t.Errorf("%s: the password is good without its limits (%v)", what, err)
			}
			continue
		}
		if err != nil || limits.digest() != someLimits.digest() || limits.Expires != someLimits.Expires || !limits.ReadOnly ||
			!slices.Equal(limits.Caps, []string{"edit_posts", "read"}) || !slices.Equal(limits.Networks, someLimits.Networks) {
			t.Errorf("%s: %+v %v", what, limits, err)
		}
		if got, ok := l.Match(limitedPlain); !ok || got.UUID != limitedUUID {
			t.Errorf("%s: the password is refused", what)
		}
	}
}

// TestLimitsAltered: whatever becomes of the field, the password is never good
// for more than it was made for.
func TestLimitsAltered(t *testing.T) {
	for name, change := range map[string]func(entry, limits *phpserialize.Array){
		"later":            func(_, l *phpserialize.Array) { l.Put("expires", int64(4102444801)) },
		"expires a text":   func(_, l *phpserialize.Array) { l.Put("expires", "4102444800") },
		"never":            func(_, l *phpserialize.Array) { l.Delete(phpserialize.StrKey("expires")) },
		"writing":          func(_, l *phpserialize.Array) { l.Put("read_only", false) },
		"all capabilities": func(_, l *phpserialize.Array) { l.Delete(phpserialize.StrKey("caps")) },
		"one more":         func(_, l *phpserialize.Array) { l.Put("caps", phpserialize.List("edit_posts", "read", "edit_users")) },
		"another network":  func(_, l *phpserialize.Array) { l.Put("networks", phpserialize.List("0.0.0.0/0")) },
		"unknown limit":    func(_, l *phpserialize.Array) { l.Put("moon", "full") },
		"no array":         func(e, _ *phpserialize.Array) { e.Put(LimitsKey, "x") },
		"null":             func(e, _ *phpserialize.Array) { e.Put(LimitsKey, nil) },
		"empty":            func(e, _ *phpserialize.Array) { e.Put(LimitsKey, &phpserialize.Array{}) },
		"gone":             func(e, _ *phpserialize.Array) { e.Delete(phpserialize.StrKey(LimitsKey)) },
		"hash without digest": func(e, _ *phpserialize.Array) {
			hash, _ := unbind(e.Lookup("password").(string))
			e.Put("password", LimitedPrefix+"$"+hash)
			e.Delete(phpserialize.StrKey(LimitsKey))
		},
	} {
		l := limitedList(t, someLimits).with(limitedUUID, func(e *phpserialize.Array) {
			limits, _ := e.Lookup(LimitsKey).(*phpserialize.Array)
			change(e, limits)
		})
		item, _ := l.Get(limitedUUID)
		if _, err := item.Limits(); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok := l.Match(limitedPlain); ok {
			t.Errorf("%s: the password is good", name)
		}
		if l, err := l.SetLimits(limitedUUID, someLimits); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if _, ok := l.Match(limitedPlain); !ok {
			t.Errorf("%s: setting the limits anew does not help", name)
		}
	}
	// An entry whose password is new, but whose limits were kept, keeps them.
	l := limitedList(t, someLimits).with(limitedUUID, func(e *phpserialize.Array) { e.Put("password", Hash("zyxwvutsrqponmlkjihgfedc")) })
	item, ok := l.Match("zyxwvutsrqponmlkjihgfedc")
	if limits, err := item.Limits(); !ok || err != nil || !limits.ReadOnly {
		t.Error(ok, limits, err)
	}
}

func TestSetLimits(t *testing.T) {
	plain := limitedList(t, Limits{})
	if strings.Contains(plain.Meta(), LimitsKey) {
		t.Error(plain.Meta())
	}
	limited, err := plain.SetLimits(limitedUUID, Limits{ReadOnly: true})
	if err != nil || !strings.Contains(limited.Meta(), LimitedPrefix) {
		t.Fatal(limited.Meta(), err)
	}
	back, err := limited.SetLimits(limitedUUID, Limits{})
	if err != nil || back.Meta() != plain.Meta() {
		t.Error(back.Meta(), err)
	}
	if _, err := plain.SetLimits("x", Limits{}); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	none, _ := plain.SetLimits(limitedUUID, Limits{Caps: []string{}})
	item, _ := Parse(none.Meta()).Get(limitedUUID)
	if l, err := item.Limits(); err != nil || l.Caps == nil {
		t.Error("no capabilities became all of them", l, err)
	}
}

func TestPermit(t *testing.T) {
	now := time.Unix(1750000000, 0)
	office := Limits{Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}}
	for _, c := range []struct {
		name string
		l    Limits
		ip   string
		want error
	}{
		{"no limits", Limits{}, "", nil},
		{"a second before", Limits{Expires: now.Unix() + 1}, "", nil},
		{"the second itself", Limits{Expires: now.Unix()}, "", ErrExpired},
		{"inside", office, "192.0.2.77", nil},
		{"inside, IPv4 in IPv6", office, "::ffff:192.0.2.77", nil},
		{"inside, IPv6", office, "2001:db8::7", nil},
		{"outside", office, "192.0.3.1", ErrWrongNetwork},
		{"no address", office, "", ErrWrongNetwork},
		{"junk", office, "unix", ErrWrongNetwork},
		{"from nowhere", Limits{Networks: []netip.Prefix{}}, "192.0.2.1", ErrWrongNetwork},
	} {
		if err := c.l.Permit(c.ip, now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for text, want := range map[string]string{"192.0.2.7": "192.0.2.7/32", "192.0.2.7/24": "192.0.2.0/24", "::ffff:192.0.2.7/120": "192.0.2.0/24", "fe80::1%eth0": "", "::ffff:0:0/90": "", "x": "", "1.2.3.4/33": ""} {
		p, err := ParseNetwork(text)
		if (err != nil) != (want == "") || err == nil && p.String() != want {
			t.Errorf("%s: %v %v", text, p, err)
		}
	}
}
