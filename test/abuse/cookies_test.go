package abuse

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/authcookie"
)

const loggedIn = "wordpress_logged_in_"

// parts are the four fields of a cookie: user, expiry, token, MAC.
func parts(t *testing.T, value string) []string {
	t.Helper()
	text, err := url.QueryUnescape(value)
	p := strings.Split(text, "|")
	if err != nil || len(p) != 4 {
		t.Fatal("a cookie of another shape: ", value)
	}
	return p
}

// forged sends a logged_in cookie of another's making, with a nonce that is
// good, and wants it refused; and asks for a nonce with it.
func (a *target) forged(t *testing.T, what, value string) {
	t.Helper()
	name := a.admin.name(t, loggedIn)
	header := name + "=" + value // the cookie of wp-admin is good on its own, and not sent to the API
	a.unchanged(t, func() {
		refused(t, what, a.send(t, "GET", me, "", "Cookie", header, "X-WP-Nonce", a.admin.nonce))
		refused(t, what, a.send(t, "POST", me, `{"first_name":"mallory"}`, "Cookie", header, "X-WP-Nonce", a.admin.nonce))
	})
	if n := a.nonce(t, &session{cookies: map[string]string{name: value}}); n != "" {
		t.Errorf("%s: the server gave a nonce", what)
	}
}

func join(p ...string) string { return url.QueryEscape(strings.Join(p, "|")) }

var cookieCases = rows{
	{"cookie/splicing", "refuses a cookie whose fields come from two cookies", func(t *testing.T, a *target) {
		mine, theirs := parts(t, a.prey.cookies[a.prey.name(t, loggedIn)]), parts(t, a.admin.cookies[a.admin.name(t, loggedIn)])
		a.forged(t, "another user's name", join(a.admin.login, mine[1], mine[2], mine[3]))
		a.forged(t, "another session's token", join(theirs[0], theirs[1], mine[2], theirs[3]))
		a.forged(t, "a later expiry", join(theirs[0], theirs[1]+"0", theirs[2], theirs[3]))
		a.forged(t, "an expiry with a tail", join(theirs[0], theirs[1]+"x", theirs[2], theirs[3]))
		a.forged(t, "a shifted separator", join(theirs[0], theirs[1]+theirs[2][:1], theirs[2][1:], theirs[3]))
		a.forged(t, "name and expiry glued", join(theirs[0]+theirs[1], theirs[2], theirs[3], ""))
	}},
	{"cookie/MAC tricks", "compares the whole MAC, as it was made", func(t *testing.T, a *target) {
		p := parts(t, a.admin.cookies[a.admin.name(t, loggedIn)])
		sum := md5.Sum([]byte(strings.Join(p[:3], "|")))
		plain := sha256.Sum256([]byte(strings.Join(p[:3], "|")))
		for what, mac := range map[string]string{
			"none": "", "zero": "0", "truncated": p[3][:20], "one more": p[3] + "0", "upper case": strings.ToUpper(p[3]), "0e": "0e215962017",
			"true": "true", "NUL behind": p[3] + "\x00", "blank before": " " + p[3], "MD5": hex.EncodeToString(sum[:]), "SHA-256 without a key": hex.EncodeToString(plain[:]),
			"first digit changed": flip(p[3]),
		} {
			if mac == p[3] {
				continue // nothing to change
			}
			a.forged(t, what, join(p[0], p[1], p[2], mac))
		}
		name := a.admin.name(t, loggedIn)
		r := a.send(t, "GET", me, "", "Cookie", name+"[]="+a.admin.cookies[name], "X-WP-Nonce", a.admin.nonce)
		refused(t, "an array", r)
	}},
	{"cookie/scheme confusion", "takes a cookie only for the scheme that it was signed for", func(t *testing.T, a *target) {
		for name, value := range a.admin.cookies {
			if strings.HasPrefix(name, loggedIn) || strings.HasSuffix(name, "_device") {
				continue
			}
			a.forged(t, "the cookie of wp-admin as the one of the site", value)
		}
		auth := strings.Replace(a.admin.name(t, loggedIn), "_logged_in", "", 1)
		header := fmt.Sprintf("%s=%s; %s=%s", auth, a.admin.cookies[a.admin.name(t, loggedIn)], strings.Replace(auth, "wordpress_", "wordpress_sec_", 1), a.admin.cookies[a.admin.name(t, loggedIn)])
		if r := a.send(t, "GET", "/wp-admin/profile.php", "", "Cookie", header); r.status == 200 {
			t.Error("the cookie of the site opens the dashboard: ", r)
		}
	}},
	{"cookie/malformed", "takes the caller for nobody; no 500", func(t *testing.T, a *target) {
		for _, value := range []string{
			"", "|", "|||", "||||||", "admin", "admin|", "admin|9999999999|x", "%", "%zz|1|2|3", "admin%00|9999999999|t|m", "admin|-1|t|m", "admin|1e99|t|m",
			"admin|99999999999999999999999|t|m", strings.Repeat("A", 7000), strings.Repeat("|", 3000), "\xff\xfe|9999999999|t|m", "admin'--|9999999999|t|m", "0|0|0|0",
		} {
			a.forged(t, fmt.Sprintf("%.20q", value), url.PathEscape(value))
		}
	}},
	{"cookie/sample salts", "has keys of its own: nothing that is signed with the sample keys is good", func(t *testing.T, a *target) {
		const sample = "put your unique phrase here"
		token := parts(t, a.admin.cookies[a.admin.name(t, loggedIn)])[2]
		for _, secret := range []string{sample + sample, sample, ""} {
			n := forgeNonce(secret, a.clock(), a.admin.id, token)
			refused(t, "a nonce made with sample keys", a.send(t, "GET", me, "", "Cookie", a.admin.cookie(), "X-WP-Nonce", n))
			if a.app == nil { // the mark of the password is not to be known
				continue
			}
			u, err := a.store.User(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			expiry := a.clock().Add(time.Hour)
			a.forged(t, "a cookie made with sample keys", url.QueryEscape(authcookie.NewSigner(secret).Generate(u.Login, u.Pass, expiry.Unix(), token)))
		}
	}},
	{"cookie/replay after logout", "ends the session on the server, not only in the browser", func(t *testing.T, a *target) {
		s := a.login(t, a.prey.login, a.prey.pass)
		page := a.send(t, "GET", "/wp-login.php?action=logout", "", "Cookie", s.cookie())
		n := between(page.body, "_wpnonce=", 10)
		if n == "" {
			t.Fatal("no link to log out: ", page)
		}
		if r := a.send(t, "GET", "/wp-login.php?action=logout&_wpnonce="+n, "", "Cookie", s.cookie()); r.status != 302 {
			t.Fatal(r)
		}
		refused(t, "the cookie of an ended session", a.send(t, "GET", me, "", "Cookie", s.cookie(), "X-WP-Nonce", s.nonce))
		if a.nonce(t, s) != "" {
			t.Error("an ended session still gets nonces")
		}
	}},
	{"cookie/replay after a new password", "ends every session with the password", func(t *testing.T, a *target) {
		s := a.login(t, a.prey.login, a.prey.pass)
		fresh := a.prey.pass + "."
		if r := a.rest(t, a.admin, "POST", "/wp/v2/users/"+strconv.Itoa(a.prey.id), `{"password":"`+fresh+`"}`); r.status != 200 {
			t.Fatal(r)
		}
		refused(t, "the cookie of the old password", a.send(t, "GET", me, "", "Cookie", s.cookie(), "X-WP-Nonce", s.nonce))
		a.prey = a.login(t, a.prey.login, fresh)
	}},
}

func flip(mac string) string {
	if mac[0] == '0' {
		return "1" + mac[1:]
	}
	return "0" + mac[1:]
}

// forgeNonce makes a nonce of the API with a secret of one's own.
func forgeNonce(secret string, now time.Time, user int, token string) string {
	tick := (now.Unix() + 43199) / 43200
	mac := hmac.New(md5.New, []byte(secret))
	fmt.Fprintf(mac, "%d|wp_rest|%d|%s", tick, user, token)
	h := hex.EncodeToString(mac.Sum(nil))
	return h[len(h)-12 : len(h)-2]
}

// between are the n characters after a text, with entities undone.
func between(body, after string, n int) string {
	_, rest, ok := strings.Cut(strings.ReplaceAll(body, "&amp;", "&"), after)
	if !ok || len(rest) < n {
		return ""
	}
	return rest[:n]
}
