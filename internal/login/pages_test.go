package login_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/login"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

func TestLostPassword(t *testing.T) {
	h := newHouse(t, nil)
	for name, want := range map[string]string{
		"": "Error: Please enter a username or email address.", "nobody": "Error: There is no account with that username or email address.",
		"no@example.org": "Error: There is no account with that username or email address.",
	} {
		a := h.post("/wp-login.php?action=lostpassword", url.Values{"user_login": {name}})
		if got := shown(a.body, "login_error"); a.StatusCode != 200 || got != want {
			t.Errorf("%q: %d %q", name, a.StatusCode, got)
		}
	}
	h.want(h.post("/wp-login.php?action=lostpassword", url.Values{"user_login": {"site_editor@example.org"}}), 302, "/wp-login.php?checkemail=confirm")
	mails, _ := filepath.Glob(h.outbox + "/*.eml")
	if len(mails) != 1 {
		t.Fatal(mails)
	}
	mail, _ := os.ReadFile(mails[0])
	link := regexp.MustCompile(`http\S+/wp-login\.php\?login=site_editor&key=[A-Za-z0-9]{20}&action=rp&wp_lang=en_US`).FindString(string(mail))
	if link == "" || !strings.Contains(string(mail), "Subject: [Peer & Sons' Site] Password Reset\r\n") {
		t.Fatalf("%s", mail)
	}
	a := h.get(strings.TrimPrefix(link, h.base))
	h.want(a, 302, "/wp-login.php?action=rp&wp_lang=en_US")
	if !strings.Contains(cookieNames(a), "wp-resetpass-") || !strings.Contains(cookieNames(a), "path=/wp-login.php; HttpOnly") {
		t.Error(cookieNames(a))
	}
	a = h.get("/wp-login.php?action=rp&wp_lang=en_US")
	key := regexp.MustCompile(`name="rp_key" value="(\w+)"`).FindStringSubmatch(a.body)
	if a.StatusCode != 200 || key == nil {
		t.Fatal(a.StatusCode, a.body)
	}
	reset := func(p1, p2, k string) answer {
		return h.post("/wp-login.php?action=resetpass", url.Values{"pass1": {p1}, "pass2": {p2}, "rp_key": {k}})
	}
	if got := shown(reset("a b", "a c", key[1]).body, "login_error"); got != "Error: The passwords do not match." {
		t.Error(got)
	}
	if got := shown(reset("   ", "   ", key[1]).body, "login_error"); got != "The password cannot be a space or all spaces." {
		t.Error(got)
	}
	a = reset(`it's "new"`, `it's "new"`, key[1])
	if a.StatusCode != 200 || !strings.Contains(a.body, "Your password has been reset.") {
		t.Fatal(a.body)
	}
	h.want(h.get("/wp-login.php?action=rp"), 302, h.base+"/wp-login.php?action=lostpassword&error=invalidkey")
	h.want(h.login("site_editor", `it's "new"`), 302, h.base+"/wp-admin/")
}

func TestResetWithABadKey(t *testing.T) {
	h := newHouse(t, nil)
	h.get("/wp-login.php?action=rp&key=abc&login=site_admin")
	a := h.get("/wp-login.php?action=rp")
	h.want(a, 302, h.base+"/wp-login.php?action=lostpassword&error=invalidkey")
	if !strings.Contains(cookieNames(a), "Max-Age=0; path=/wp-login.php") {
		t.Error(cookieNames(a))
	}
	a = h.get("/wp-login.php?action=lostpassword&error=invalidkey")
	if !strings.Contains(shown(a.body, "login_error"), "appears to be invalid") {
		t.Error(a.body)
	}
}

func TestPostPass(t *testing.T) {
	h := newHouse(t, nil)
	a := h.post("/wp-login.php?action=postpass", url.Values{"post_password": {"open"}, "redirect_to": {h.base + "/secret/"}})
	h.want(a, 302, h.base+"/secret/")
	if got := a.Header["Set-Cookie"]; len(got) != 2 || !strings.Contains(got[1], "=%24P%24B") || strings.Contains(got[1], "HttpOnly") || !strings.Contains(got[1], "Max-Age=864000; path=/") {
		t.Error(got)
	}
	h.want(h.post("/wp-login.php?action=postpass", url.Values{"redirect_to": {h.base + "/x"}}), 302, h.base+"/x")
	h.want(h.get("/wp-login.php?action=postpass"), 200, "")
}

func TestRegister(t *testing.T) {
	var st *store.Store
	h := newHouse(t, func(c *login.Config) {
		st = c.Site.Store()
		c.Register = func(ctx context.Context, name, email, pass string) (int64, error) {
			return st.InsertUser(ctx, wp.User{Login: name, Email: email, Nicename: name, Pass: "x", Registered: "2026-01-01 00:00:00"})
		}
	})
	if err := h.site.SetOption(context.Background(), "users_can_register", "1"); err != nil {
		t.Fatal(err)
	}
	post := func(name, email string) answer {
		return h.post("/wp-login.php?action=register", url.Values{"user_login": {name}, "user_email": {email}})
	}
	for _, c := range []struct{ name, email, want string }{
		{"", "", "Error: Please enter a username. Error: Please type your email address."},
		{"site_admin", "x", "Error: This username is already registered. Please choose another one. Error: The email address is not correct."},
		{"n<b>ew", "admin@example.org", "Error: This username is invalid because it uses illegal characters. Please enter a valid username. Error: This email address is already registered. Log in with this address or choose another one."},
	} {
		if got := shown(post(c.name, c.email).body, "login_error"); got != c.want {
			t.Errorf("%q %q: %q", c.name, c.email, got)
		}
	}
	h.want(post("newbie", "newbie@example.org"), 302, "/wp-login.php?checkemail=registered")
	if mails, _ := filepath.Glob(h.outbox + "/*.eml"); len(mails) != 1 {
		t.Error(mails)
	}
}

func TestAjax(t *testing.T) {
	h := newHouse(t, nil)
	want := func(name string, a answer, status int, body string) {
		t.Helper()
		if a.StatusCode != status || a.body != body || a.Header.Get("Cache-Control") == "" {
			t.Errorf("%s: %d %q %v", name, a.StatusCode, a.body, a.Header)
		}
	}
	const ajax = "/wp-admin/admin-ajax.php"
	want("nobody", h.get(ajax+"?action=rest-nonce"), 400, "0")
	want("no action", h.get(ajax), 400, "0")
	if a := h.post(ajax, url.Values{"action": {"heartbeat"}}); !strings.HasPrefix(a.body, `{"wp-auth-check":false,"server_time":`) || a.StatusCode != 200 {
		t.Error(a.body)
	}
	h.login("site_admin", "adm1n-Pass!word")
	a := h.get(ajax + "?action=rest-nonce")
	if a.StatusCode != 200 || len(a.body) != 10 || a.Header.Get("Content-Type") != "text/html; charset=UTF-8" {
		t.Fatal(a.StatusCode, a.body)
	}
	r, _ := http.NewRequest("GET", h.base+"/wp-json/", nil)
	u, _ := url.Parse(h.base)
	for _, c := range h.client.Jar.Cookies(u) {
		r.AddCookie(c)
	}
	r.Header.Set("X-WP-Nonce", a.body)
	if id, err := h.cookie.Authenticate(r); err != nil || id.UserID != 1 {
		t.Error("the nonce is not good:", err)
	}
	want("by POST", h.post(ajax, url.Values{"action": {"rest-nonce"}}), 400, "0")
	want("unknown", h.get(ajax+"?action=no-such-thing"), 400, "0")
	if a := h.post(ajax, url.Values{"action": {"heartbeat"}}); a.body != `{"success":false}` {
		t.Error(a.body)
	}
	a = h.post(ajax, url.Values{"action": {"heartbeat"}, "_nonce": {"0123456789"}})
	m := regexp.MustCompile(`^\{"rest_nonce":"\w{10}","heartbeat_nonce":"(\w{10})","nonces_expired":true\}$`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatal(a.body)
	}
	if a = h.post(ajax, url.Values{"action": {"heartbeat"}, "_nonce": {m[1]}}); !strings.HasPrefix(a.body, `{"wp-auth-check":true,"server_time":`) {
		t.Error(a.body)
	}
}

func TestAuthorize(t *testing.T) {
	h := newHouse(t, nil)
	const page = "/wp-admin/authorize-application.php"
	h.want(h.get(page+"?app_name=A"), 302, h.base+"/wp-login.php?redirect_to="+url.QueryEscape(h.base+page+"?app_name=A")+"&reauth=1")
	h.login("site_editor", "edit0r-Pass!word")
	for query, want := range map[string]string{
		"success_url=nonsense":                   "Invalid URL format. Invalid URL format.",
		"success_url=javascript://a":             "Invalid URL format. Invalid URL format.",
		"reject_url=data:text/html,x":            "Invalid URL format.",
		"app_id=xyz":                             "The application ID must be a UUID.",
		"success_url=https://a.example&app_id=X": "The application ID must be a UUID.",
	} {
		if a := h.get(page + "?" + query); a.StatusCode != 500 || !strings.Contains(a.body, "The Authorize Application request is not allowed. "+want) {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
	a := h.get(page + "?app_name=My+%3Ci%3Eapp&success_url=myapp://done?x=1")
	m := regexp.MustCompile(`name="_wpnonce" value="(\w{10})"`).FindStringSubmatch(a.body)
	if a.StatusCode != 200 || m == nil || !strings.Contains(a.body, "<strong>My &lt;i&gt;app</strong>") || !strings.Contains(a.body, `value="myapp://done?x=1"`) {
		t.Fatal(a.StatusCode, a.body)
	}
	form := func(button string, more ...string) url.Values {
		f := url.Values{"_wpnonce": {m[1]}, "action": {"authorize_application_password"}, "app_name": {"My app"}, button: {"x"}}
		for i := 0; i+1 < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	if a := h.post(page, form("approve", "_wpnonce", "0123456789")); a.StatusCode != 403 || !strings.Contains(a.body, "The link you followed has expired.") {
		t.Error(a.StatusCode, a.body)
	}
	a = h.post(page, form("approve", "success_url", "myapp://done?x=1"))
	to := a.Header.Get("Location")
	pass := regexp.MustCompile(`^myapp://done\?x=1&site_url=` + regexp.QuoteMeta(url.QueryEscape(h.base)) + `&user_login=site_editor&password=(\w{24})$`).FindStringSubmatch(to)
	if a.StatusCode != 302 || pass == nil {
		t.Fatal(a.StatusCode, to)
	}
	if who, err := h.site.AppPasswordLogin(context.Background(), "site_editor", pass[1], ""); err != nil || who.UserID != 2 {
		t.Error(who, err)
	}
	a = h.post(page, form("approve"))
	if !regexp.MustCompile(`id="new-application-password-value"[^>]* value="(\w{4} ){5}\w{4}"`).MatchString(a.body) {
		t.Error(a.body)
	}
	h.want(h.post(page, form("reject", "success_url", "myapp://done")), 302, "myapp://done?success=false")
	h.want(h.post(page, form("reject")), 302, h.base+"/wp-admin/")
	if a := h.post(page, form("approve", "app_name", " ")); !strings.Contains(shown(a.body, "login_error"), "An application name is required") {
		t.Error(a.body)
	}
}

func TestHTTPSIsForced(t *testing.T) {
	h := newHouse(t, nil)
	if err := h.site.SetOption(context.Background(), "x", "y"); err != nil {
		t.Fatal(err)
	}
	secure := site.New(site.Config{Store: h.site.Store(), Secrets: secrets{}, SiteURL: "https://shop.example", HomeURL: "https://shop.example"})
	srv := login.New(login.Config{Site: secure, Cookie: h.cookie})
	rec := httptest.NewRecorder()
	srv.Login(rec, httptest.NewRequest("GET", "http://shop.example/wp-login.php?a=b", nil))
	if rec.Code != 302 || rec.Header().Get("Location") != "https://shop.example/wp-login.php?a=b" {
		t.Error(rec.Code, rec.Header())
	}
}

func TestBadForms(t *testing.T) {
	h := newHouse(t, nil)
	for name, c := range map[string]struct {
		typ, body string
		status    int
	}{
		"too large":        {"application/x-www-form-urlencoded", "log=" + strings.Repeat("x", 2<<20), 413},
		"broken multipart": {"multipart/form-data; boundary=x", "--x\r\nnonsense", 400},
		"JSON":             {"application/json", `{"log":"site_admin"}`, 200},
		"deep":             {"application/x-www-form-urlencoded", "log" + strings.Repeat("[a]", 500) + "=1&pwd=%zz", 200},
	} {
		res, err := http.Post(h.base+"/wp-login.php", c.typ, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

func TestPolicyLetsOurOwnStyleAndScriptRun(t *testing.T) {
	h := newHouse(t, nil)
	a := h.get("/wp-login.php")
	for _, tag := range []string{"style", "script"} {
		m := regexp.MustCompile(`(?s)<` + tag + `>(.*?)</` + tag + `>`).FindStringSubmatch(a.body)
		sum := sha256.Sum256([]byte(m[1]))
		want := tag + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if policy := a.Header.Get("Content-Security-Policy"); !strings.Contains(policy, want) || !strings.Contains(policy, "form-action 'self'") {
			t.Errorf("%s is not in %s", want, policy)
		}
	}
}
