//go:build peer

package peer

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// user makes a user with a role, through WordPress's own functions.
func user(t *testing.T, name, role string) (int, string) {
	t.Helper()
	const pass = "pass \"word\" of"
	return php[int](t, fmt.Sprintf(`return wp_insert_user(wp_slash(['user_login' => %s, 'user_pass' => %s, 'user_email' => %s, 'role' => %s]));`,
		quote(name), quote(pass), quote(name+"@example.org"), quote(role))), pass
}

// TestOneLogin: a login made on one side is good on the other, with the nonce
// of either, and logging out on one side ends it on both.
func TestOneLogin(t *testing.T) {
	sides(t, func(t *testing.T, from, other string) {
		there := login(t, from, admin, adminPass)
		here := there.at(other)
		nonce := there.withNonce(t)
		for _, c := range []*client{nonce, nonce.at(other), here.withNonce(t), here.withNonce(t).at(from)} {
			if u := c.object(t, 200, "GET", me, nil); u["username"] != admin {
				t.Errorf("%s: %v", c.base, u)
			}
		}
		if !strings.Contains(here.do(t, 200, "GET", "/wp-admin/", nil), "logout") {
			t.Error("wp-admin does not know the user")
		}
		// Without the nonce it is nobody.
		here.do(t, 401, "GET", me, nil)
		bad := *here
		bad.nonce = "0123456789"
		bad.do(t, 403, "GET", me, nil)

		out := logoutURL(t, there)
		there.do(t, 302, "GET", out, nil)
		for _, base := range []string{from, other} {
			c := nonce.at(base)
			fresh := *newClient(base)
			fresh.nonce = c.nonce
			fresh.do(t, 403, "GET", me, nil)
		}
	})
}

// logoutURL finds the link in wp-admin.
func logoutURL(t *testing.T, c *client) string {
	t.Helper()
	page := c.do(t, 403, "GET", "/wp-login.php?action=logout", nil)
	link := between(page, "wp-login.php?action=logout", `"`)
	link = strings.SplitN(link, "'", 2)[0]
	return "/wp-login.php?action=logout" + strings.ReplaceAll(strings.ReplaceAll(link, "&amp;", "&"), "&#038;", "&")
}

// TestLogoutOfStolenCookie: after the logout even a copy of the cookies is good
// nowhere, and other logins of the user go on.
func TestLogoutOfStolenCookie(t *testing.T) {
	sides(t, func(t *testing.T, from, other string) {
		c, bystander := login(t, from, admin, adminPass).withNonce(t), login(t, other, admin, adminPass).withNonce(t)
		thief := newClient(other)
		u, _ := url.Parse(other)
		thief.jar.SetCookies(u, c.jar.Cookies(u))
		thief.nonce = c.nonce
		thief.do(t, 200, "GET", me, nil)
		c.do(t, 302, "GET", logoutURL(t, c), nil)
		for _, base := range []string{other, from} {
			if resp, body, err := thief.at(base).send("GET", me, nil); err != nil || resp.StatusCode == 200 {
				t.Errorf("%s: a cookie that was logged out is good: %v %s", base, err, body)
			}
			bystander.at(base).do(t, 200, "GET", me, nil)
		}
	})
}

// TestAppPasswords: made, used, recorded and revoked on either side.
func TestAppPasswords(t *testing.T) {
	sides(t, func(t *testing.T, from, other string) {
		c := login(t, from, admin, adminPass).withNonce(t)
		made := c.object(t, 201, "POST", "/wp-json/wp/v2/users/me/application-passwords", map[string]any{"name": "made at " + from, "app_id": "11111111-2222-4333-8444-555555555555"})
		secret, uuid := made["password"].(string), made["uuid"].(string)
		for _, base := range []string{other, from} {
			if u := app(base, admin, secret).object(t, 200, "GET", me, nil); u["username"] != admin {
				t.Error(base, u)
			}
			app(base, admin, "wrong"+secret).do(t, 401, "GET", me, nil)
			it := c.at(base).object(t, 200, "GET", "/wp-json/wp/v2/users/me/application-passwords/"+uuid, nil)
			if it["name"] != made["name"] || it["last_used"] == nil || it["last_ip"] != "127.0.0.1" || it["created"] != made["created"] || it["app_id"] != made["app_id"] {
				t.Error(base, it)
			}
		}
		c.at(other).do(t, 200, "DELETE", "/wp-json/wp/v2/users/me/application-passwords/"+uuid, nil)
		app(from, admin, secret).do(t, 401, "GET", me, nil)
	})
}

// TestPasswordChange: a password changed on one side ends the user's logins on
// both and is good on both.
func TestPasswordChange(t *testing.T) {
	n := 0
	sides(t, func(t *testing.T, from, other string) {
		n++
		name := fmt.Sprintf("changer%d", n)
		uid, pass := user(t, name, "editor")
		logins := []*client{login(t, from, name, pass).withNonce(t), login(t, other, name, pass).withNonce(t)}
		const next = `a new 'pass"word' with \ in it`
		// A backslash is refused over REST, so the change is made without.
		over := strings.ReplaceAll(next, `\`, "/")
		login(t, from, admin, adminPass).withNonce(t).do(t, 200, "POST", fmt.Sprintf("/wp-json/wp/v2/users/%d", uid), map[string]any{"password": over})
		for _, c := range logins {
			for _, base := range []string{from, other} {
				if resp, body, err := c.at(base).send("GET", me, nil); err != nil || resp.StatusCode == 200 {
					t.Errorf("%s: a login from before the change is good: %v %s", base, err, body)
				}
			}
		}
		for _, base := range []string{other, from} {
			login(t, base, name, over).withNonce(t).at(from).do(t, 200, "GET", me, nil)
			resp, _, err := newClient(base).send(http.MethodPost, "/wp-login.php", url.Values{"log": {name}, "pwd": {pass}})
			if err != nil || resp.StatusCode != 200 {
				t.Errorf("%s: the old password is good: %v %v", base, err, resp.Status)
			}
		}
	})
}

// TestOldHashes: hashes of older WordPresses stay good on both sides after a
// login on Platen.
func TestOldHashes(t *testing.T) {
	w := here(t)
	uid, _ := user(t, "oldtimer", "author")
	for _, hash := range []string{"5f4dcc3b5aa765d61d8327deb882cf99", "$P$BToFOiDoT5H9EgDjL2V7wXD8xkQ6jM1"} {
		if strings.HasPrefix(hash, "$P$") {
			hash = php[string](t, `require_once ABSPATH . WPINC . '/class-phpass.php'; $h = new PasswordHash(8, true); return $h->HashPassword('password');`)
		}
		sql(t, fmt.Sprintf("UPDATE %susers SET user_pass = '%s' WHERE ID = %d", prefix, hash, uid))
		login(t, w.platen.url, "oldtimer", "password").withNonce(t).at(w.web.url).do(t, 200, "GET", me, nil)
		login(t, w.web.url, "oldtimer", "password").withNonce(t).at(w.platen.url).do(t, 200, "GET", me, nil)
		login(t, w.platen.url, "oldtimer", "password")
	}
}

// TestResetKey: a key for a new password is good on the other side.
func TestResetKey(t *testing.T) {
	w := here(t)
	_, _ = user(t, "forgetful", "author")
	key := php[string](t, `return get_password_reset_key(get_user_by('login', 'forgetful'));`)
	c := newClient(w.platen.url)
	c.do(t, 302, "GET", "/wp-login.php?action=rp&key="+key+"&login=forgetful", nil)
	page := c.do(t, 200, "GET", "/wp-login.php?action=rp", nil)
	if !strings.Contains(page, key) {
		t.Fatal("the form for the new password is not shown")
	}
	c.do(t, 200, "POST", "/wp-login.php?action=resetpass", url.Values{"pass1": {"brand new word"}, "pass2": {"brand new word"}, "rp_key": {key}})
	login(t, w.web.url, "forgetful", "brand new word")
}

// TestCommandLine: a password of platen user is good at PHP's form.
func TestCommandLine(t *testing.T) {
	w := here(t)
	w.platen.tool(t, "user", "create", "typist", "typist@example.org", "--role", "editor", "--password", "from the command line")
	login(t, w.web.url, "typist", "from the command line").withNonce(t).at(w.platen.url).do(t, 200, "GET", me, nil)
	if got := php[[]string](t, `return get_user_by('login', 'typist')->roles;`); len(got) != 1 || got[0] != "editor" {
		t.Error(got)
	}
}
