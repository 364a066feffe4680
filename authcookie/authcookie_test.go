package authcookie

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

const siteHash = "8f2b2b4d9a7e3ab0"

func TestNames(t *testing.T) {
	n := NewNames("http://example.org/wp/", "https://example.org/blog", nil)
	if sum := md5.Sum([]byte("http://example.org/wp")); n.Hash != hex.EncodeToString(sum[:]) {
		t.Error(n.Hash)
	}
	for _, c := range [][2]string{
		{n.Auth, "wordpress_" + n.Hash}, {n.SecureAuth, "wordpress_sec_" + n.Hash}, {n.LoggedIn, "wordpress_logged_in_" + n.Hash},
		{n.Path, "/blog/"}, {n.SitePath, "/wp/"}, {n.AdminPath, "/wp/wp-admin"}, {n.PluginsPath, "/wp/wp-content/plugins"}, {n.Domain, ""},
		{n.For("auth"), n.Auth}, {n.For("secure_auth"), n.SecureAuth}, {n.For("logged_in"), n.LoggedIn}, {n.For("nonce"), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
	// The hash is of the URL without the slash that get_option takes off.
	if m := NewNames("http://example.org/wp", "", nil); m.Hash != n.Hash || m.Path != "/wp/" || m.HomeTLS || !n.HomeTLS {
		t.Error(m)
	}
	k := NewNames("http://x", "http://x", map[string]string{
		"WP_SITEURL": "https://y:8443/a", "WP_HOME": "https://y:8443", "COOKIEHASH": siteHash, "COOKIE_DOMAIN": ".y",
		"ADMIN_COOKIE_PATH": "/", "AUTH_COOKIE": "own", "WP_CONTENT_URL": "https://cdn/c",
	})
	if k.LoggedIn != "wordpress_logged_in_"+siteHash || k.Auth != "own" || k.Path != "/" || k.SitePath != "/a/" || k.AdminPath != "/" || k.PluginsPath != "/c/plugins" || k.Domain != ".y" {
		t.Errorf("%+v", k)
	}
	if e := NewNames("", "", nil); e.Auth != "wordpress_" {
		t.Error(e.Auth)
	}
}

func TestHeaders(t *testing.T) {
	now := time.Unix(1795439700, 0) // Mon, 23 Nov 2026 13:15:00 GMT
	for _, c := range []struct {
		in   SetCookie
		want string
	}{
		{SetCookie{Name: "wordpress_x", Value: "üs er|1|t~.-_!*'()", Expires: 1893456000, Path: "/wp-admin", HTTPOnly: true},
			"wordpress_x=%C3%BCs%20er%7C1%7Ct~.-_%21%2A%27%28%29; expires=Tue, 01 Jan 2030 00:00:00 GMT; Max-Age=98016300; path=/wp-admin; HttpOnly"},
		{SetCookie{Name: "y", Value: "v", Expires: 1893456000, Path: "/p", Domain: "example.org", Secure: true, HTTPOnly: true},
			"y=v; expires=Tue, 01 Jan 2030 00:00:00 GMT; Max-Age=98016300; path=/p; domain=example.org; secure; HttpOnly"},
		{SetCookie{Name: "s", Value: "v", Path: "/", Secure: true}, "s=v; path=/; secure"},
		{SetCookie{Name: "clr", Value: " ", Expires: 1795439700 - 31536000, Path: "/"}, "clr=%20; expires=Sun, 23 Nov 2025 13:15:00 GMT; Max-Age=0; path=/"},
		{SetCookie{Name: "e", Path: "/"}, "e=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/"},
		{SetCookie{Name: "i\r\nX", Value: "a\r\nb", Path: "/;x\n"}, "iX=a%0D%0Ab; path=/x"},
	} {
		if got := c.in.Header(now); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func TestLoginAndClear(t *testing.T) {
	n := NewNames("https://example.org/wp", "https://example.org", map[string]string{"COOKIEHASH": "H"})
	now := time.Unix(1000000000, 0)
	expiration, expires := Expiry(now, true)
	if expiration != 1000000000+14*86400 || expires != expiration+43200 {
		t.Error(expiration, expires)
	}
	if expiration, expires := Expiry(now, false); expiration != 1000000000+2*86400 || expires != 0 {
		t.Error(expiration, expires)
	}
	got := Headers(n.LoginCookies("a|1", "l|1", 0, true), now)
	want := []string{
		"wordpress_sec_H=a%7C1; path=/wp/wp-content/plugins; secure; HttpOnly",
		"wordpress_sec_H=a%7C1; path=/wp/wp-admin; secure; HttpOnly",
		"wordpress_logged_in_H=l%7C1; path=/; secure; HttpOnly",
		"wordpress_logged_in_H=l%7C1; path=/wp/; secure; HttpOnly",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	n.HomeTLS, n.SitePath = false, "/"
	if got := n.LoginCookies("a", "l", 0, true); len(got) != 3 || got[2].Secure {
		t.Errorf("%+v", got)
	}
	clear := Headers(n.ClearCookies(7, now), now)
	if len(clear) != 17 || clear[0] != "wordpress_H=%20; expires=Sat, 09 Sep 2000 01:46:40 GMT; Max-Age=0; path=/wp/wp-admin" ||
		!strings.HasPrefix(clear[7], "wp-settings-time-7=%20;") || !strings.HasPrefix(clear[16], "wp-postpass_H=%20;") {
		t.Errorf("%q", clear)
	}
}

func TestFind(t *testing.T) {
	h := []string{"a=1; wordpress_x=al%7Cice+b%zz; wordpress_x=second", "later= ü "}
	for name, want := range map[string]string{"wordpress_x": "al|ice+b%zz", "a": "1", "later": " ü "} {
		if got, ok := Find(h, name); !ok || got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, none := range []string{"", "b", "A"} {
		if _, ok := Find(h, none); ok {
			t.Errorf("found %q", none)
		}
	}
}

func TestSessionToken(t *testing.T) {
	for value, want := range map[string]string{"a|b|c|d": "c", "a|b|c": "", "|||": "", "junk": "", "a|b|0|d": ""} {
		if got := SessionToken(value); got != want {
			t.Errorf("%q: %q", value, got)
		}
	}
	if token, err := NewToken(rand.Reader); err != nil || len(token) != 43 {
		t.Error(token, err)
	}
}

func TestSessionsOdd(t *testing.T) {
	now := time.Unix(100, 0)
	var none *Sessions
	if none.Verify("x", now) || none.All(now) != nil || none.Destroy("x", now).list.Len() != 0 {
		t.Error("nil list")
	}
	s := ParseSessions(`a:5:{i:0;s:4:"text";i:1;a:0:{}i:2;a:1:{s:10:"expiration";s:3:"200";}i:3;a:1:{s:10:"expiration";d:200.5;}i:4;b:1;}`)
	if all := s.All(now); len(all) != 2 || all[0].Expiration != 200 || all[1].Expiration != 200 {
		t.Error(all)
	}
	s = none.Update("tok", NewSession(200, "0", `a\\b\0`, now, nil), now)
	one, ok := s.Get("tok", now)
	if !ok || !one.Same("tok") || one.Same("other") || one.IP != "" || one.UserAgent != "a\\b\x00" || one.Login != 100 {
		t.Errorf("%+v", one)
	}
	if _, ok := s.DestroyVerifier(one.Verifier, now).Meta(); ok {
		t.Error("still there")
	}
	if _, ok := s.Get("tok", time.Unix(201, 0)); ok {
		t.Error("ended session found")
	}
}

func TestLookupError(t *testing.T) {
	s := NewSigner("secret")
	down := errors.New("down")
	_, err := s.Validate(s.Generate("a", "hash", 200, "t"), time.Unix(100, 0), false, func(string) (User, bool, error) { return User{}, false, down })
	if !errors.Is(err, down) {
		t.Error(err)
	}
}

func TestToInt(t *testing.T) {
	for s, want := range map[string]int64{"5": 5, " 5": 5, "+5": 5, "5.9": 5, ".5": 0, "1e3x": 1000, "abc": 0, "": 0, "-7": -7, "0x1A": 0, "99999999999999999999": 1<<63 - 1, "1e": 1, "-": 0, ".": 0} {
		if got := toInt(s); got != want {
			t.Errorf("%q: %d", s, got)
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add("alice|1750172800|token|hmac", "$P$Bxxxxxxxxx", `a:1:{s:1:"a";i:5;}`)
	f.Add("a|1e12|t|", "", "junk")
	s := NewSigner("secret")
	now := time.Unix(1750000000, 0)
	f.Fuzz(func(t *testing.T, value, passHash, meta string) {
		sessions := ParseSessions(meta)
		lookup := func(string) (User, bool, error) { return User{PassHash: passHash, Sessions: sessions}, true, nil }
		if r, err := s.Validate(value, now, true, lookup); err == nil && !s.Signed(r.Cookie, passHash) {
			t.Error("unsigned cookie accepted")
		}
		sessions = sessions.Update("t", NewSession(1750000001, "ip", meta, now, nil), now)
		if !sessions.Verify("t", now) {
			t.Error("own session refused")
		}
		if text, ok := sessions.Meta(); !ok || !ParseSessions(text).Verify("t", now) {
			t.Error("own session lost in meta")
		}
		if got, ok := Find([]string{"n=" + string(AppendEncoded(nil, value))}, "n"); !ok || got != value {
			t.Errorf("%q came back as %q", value, got)
		}
	})
}

func TestAllocations(t *testing.T) {
	s := NewSigner(strings.Repeat("k", 128))
	now := time.Unix(1750000000, 0)
	sessions := (*Sessions)(nil).Update("QUwf9NLp9Qbo8yRtN9RbglyvO1pEbKYAN3bHvwCx4Mz", NewSession(1750172800, "127.0.0.1", "ua", now, nil), now)
	user := User{ID: 1, PassHash: "$wp$2y$10$rmPK3CEN4Ck2RaxWPYRHZOM6I", Sessions: sessions}
	lookup := func(string) (User, bool, error) { return user, true, nil }
	value := s.Generate("alice", user.PassHash, 1750172800, "QUwf9NLp9Qbo8yRtN9RbglyvO1pEbKYAN3bHvwCx4Mz")
	got := testing.AllocsPerRun(100, func() {
		if _, err := s.Validate(value, now, false, lookup); err != nil {
			t.Fatal(err)
		}
	})
	if got > 1 {
		t.Errorf("%v allocations", got)
	}
}

func BenchmarkValidate(b *testing.B) {
	s := NewSigner(strings.Repeat("k", 128))
	now := time.Unix(1750000000, 0)
	sessions := (*Sessions)(nil).Update("token", NewSession(1750172800, "127.0.0.1", "ua", now, nil), now)
	user := User{ID: 1, PassHash: "$wp$2y$10$rmPK3CEN4Ck2RaxWPYRHZOM6I", Sessions: sessions}
	lookup := func(string) (User, bool, error) { return user, true, nil }
	value := s.Generate("alice", user.PassHash, 1750172800, "token")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Validate(value, now, false, lookup); err != nil {
			b.Fatal(err)
		}
	}
}
