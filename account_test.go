package platen_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
)

// mails waits until there are n mails in the outbox and returns all.
func (n *newSite) mails(count int) []string {
	n.t.Helper()
	for range 200 {
		files, _ := filepath.Glob(filepath.Join(n.dir, "outbox", "*.eml"))
		if len(files) >= count {
			var out []string
			for _, f := range files {
				raw, err := os.ReadFile(f)
				if err != nil {
					n.t.Fatal(err)
				}
				out = append(out, string(raw))
			}
			return out
		}
		time.Sleep(10 * time.Millisecond)
	}
	n.t.Fatalf("there are not %d mails", count)
	return nil
}

// nonce is the REST nonce of a browser that is logged in, "" of another.
func (n *newSite) nonce(c *http.Client) string {
	n.t.Helper()
	r := n.do(c, "GET", "/wp-admin/admin-ajax.php?action=rest-nonce", "")
	if r.StatusCode != 200 || len(r.body) != 10 {
		return ""
	}
	return r.body
}

// TestChangesEndSessions: a new password and a new e-mail address end the other
// sessions and the tokens, and the old address is told.
func TestChangesEndSessions(t *testing.T) {
	n := openNew(t, nil)
	const me = "/wp-json/wp/v2/users/me"
	mine, other := n.browser(), n.browser()
	for _, c := range []*http.Client{mine, other} {
		if r := n.login(c, "admin", adminPass); r.StatusCode != 302 {
			t.Fatal(r.StatusCode)
		}
	}
	token := "Bearer " + n.post("/wp-json/jwt-auth/v1/token", `{"username":"admin","password":"`+adminPass+`"}`).text("token")
	n.want(n.get(me, "Authorization", token), 200, "")

	r := n.do(mine, "POST", me, `{"first_name":"Ada"}`, "X-WP-Nonce", n.nonce(mine))
	n.want(r, 200, "")
	if n.nonce(other) == "" {
		t.Fatal("a new first name ended a session")
	}
	r = n.do(mine, "POST", me, `{"email":"new@example.org"}`, "X-WP-Nonce", n.nonce(mine))
	n.want(r, 200, "")
	if n.nonce(other) != "" || n.nonce(mine) == "" {
		t.Error("after a new e-mail address: the other session lives, or the own one does not")
	}
	n.want(n.get(me, "Authorization", token), 403, "jwt_auth_invalid_token")
	if m := n.mails(1); !strings.Contains(m[0], "To: admin@example") || !strings.Contains(m[0], "new@example.org") {
		t.Error(m)
	}

	n.login(other, "admin", adminPass)
	r = n.do(mine, "POST", me, `{"password":"another horse"}`, "X-WP-Nonce", n.nonce(mine))
	n.want(r, 200, "")
	if n.nonce(other) != "" || n.nonce(mine) == "" {
		t.Error("after a new password: the other session lives, or the own one does not")
	}
	if r := n.do(mine, "GET", "/wp-json/platen/v1/sessions", "", "X-WP-Nonce", n.nonce(mine)); strings.Count(r.body, `"type":"cookie"`) != 1 {
		t.Error(r.body)
	}
	if m := n.mails(2); !strings.Contains(strings.Join(m, ""), "To: new@example.org") || strings.Contains(strings.Join(m, ""), "another horse") {
		t.Error(m)
	}
}

// TestLostPasswordFlow: the same answer for everybody, the key by mail, a new
// password, and the sessions are over.
func TestLostPasswordFlow(t *testing.T) {
	n := openNew(t, nil)
	thief := n.browser()
	if r := n.login(thief, "admin", adminPass); r.StatusCode != 302 {
		t.Fatal(r.StatusCode)
	}
	ask := func(name string) reply {
		return n.do(n.browser(), "POST", "/wp-login.php?action=lostpassword", url.Values{"user_login": {name}}.Encode())
	}
	known, unknown := ask("admin"), ask("nobody")
	if known.StatusCode != 302 || unknown.StatusCode != 302 || known.Header.Get("Location") != unknown.Header.Get("Location") || known.body != unknown.body {
		t.Error("the answers differ", known, unknown)
	}
	m := n.mails(1)
	link := regexp.MustCompile(`http\S+action=rp\S*`).FindString(m[0])
	owner := n.browser()
	if r := n.do(owner, "GET", link, ""); r.StatusCode != 302 {
		t.Fatal(r.StatusCode, link)
	}
	r := n.do(owner, "GET", "/wp-login.php?action=rp", "")
	key := regexp.MustCompile(`name="rp_key" value="([^"]*)"`).FindStringSubmatch(r.body)
	if r.StatusCode != 200 || key == nil || !strings.Contains(r.body, `id="pass-strength-result"`) {
		t.Fatal(r.StatusCode, r.body)
	}
	form := url.Values{"pass1": {"fresh horse"}, "pass2": {"fresh horse"}, "rp_key": {key[1]}}.Encode()
	if r := n.do(owner, "POST", "/wp-login.php?action=resetpass", form); r.StatusCode != 200 || !strings.Contains(r.body, "has been reset") {
		t.Fatal(r.StatusCode, r.body)
	}
	if n.nonce(thief) != "" {
		t.Error("the old session lives")
	}
	if r := n.do(owner, "POST", "/wp-login.php?action=resetpass", form); !strings.Contains(r.Header.Get("Location"), "error=invalidkey") {
		t.Error("the key is good twice", r.StatusCode, r.body)
	}
	if r := n.login(n.browser(), "admin", "fresh horse"); r.StatusCode != 302 {
		t.Error(r.StatusCode)
	}
}

func TestBadMailSettings(t *testing.T) {
	for _, change := range []func(*config.Config){
		func(c *config.Config) { c.SMTP = "smtp://u:geheim@host?tls=off" },
		func(c *config.Config) { c.SMTP, c.MailFrom = "smtp://u:geheim@host", "nobody" },
	} {
		cfg := config.Default()
		cfg.Data = t.TempDir()
		cfg.DB, cfg.AdminPassword = "sqlite:"+cfg.Data+"/test.db", adminPass
		change(&cfg)
		if app, err := platen.Open(t.Context(), cfg, platen.Options{}); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Error(err)
			app.Close()
		}
	}
}
