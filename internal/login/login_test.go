package login_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/login"
	"github.com/platenhq/platen/internal/mail"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/nonce"
)

type secrets struct{}

func (secrets) Secret(scheme string) string { return "secret of " + scheme }

// house is the reference site with a browser before it.
type house struct {
	t      *testing.T
	site   *site.Site
	cookie *auth.Cookie
	server *login.Server
	web    *httptest.Server
	client *http.Client
	base   string
	outbox string
}

func newHouse(t *testing.T, change func(*login.Config)) *house {
	t.Helper()
	h := &house{t: t, outbox: filepath.Join(t.TempDir(), "outbox")}
	var handler http.Handler
	h.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(h.web.Close)
	h.base = h.web.URL
	h.site = site.New(site.Config{Store: storetest.SQLiteDump(t), Secrets: secrets{}, SiteURL: h.base, HomeURL: h.base, Environment: "local", BcryptCost: 4})
	names := authcookie.NewNames(h.base, h.base, nil)
	h.cookie = &auth.Cookie{
		Names: auth.FixedNames(names), Auth: authcookie.NewSigner(h.site.Secret("auth")), SecureAuth: authcookie.NewSigner(h.site.Secret("secure_auth")),
		LoggedIn: authcookie.NewSigner(h.site.Secret("logged_in")), Nonces: nonce.New(h.site.Secret("nonce")), Users: h.site, Now: time.Now,
	}
	cfg := login.Config{Site: h.site, Cookie: h.cookie, Post: &mail.Postman{Sender: &mail.Outbox{Dir: h.outbox, Now: time.Now}, Log: slog.New(slog.DiscardHandler)}}
	if change != nil {
		change(&cfg)
	}
	h.server = login.New(cfg)
	mux := http.NewServeMux()
	mux.Handle("/wp-login.php", h.server)
	mux.Handle("/wp-admin/admin-ajax.php", h.server)
	mux.Handle("/wp-admin/authorize-application.php", h.server)
	mux.Handle("/wp-admin/", h.server.RequireLogin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello "+auth.FromContext(r.Context()).Login)
	})))
	handler = mux
	jar, _ := cookiejar.New(nil)
	h.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	h.get("/wp-login.php") // the test cookie
	return h
}

type answer struct {
	*http.Response
	body string
}

func (h *house) do(method, path, form string) answer {
	h.t.Helper()
	var body io.Reader
	if form != "" {
		body = strings.NewReader(form)
	}
	r, err := http.NewRequest(method, h.base+path, body)
	if err != nil {
		h.t.Fatal(err)
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := h.client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{res, string(b)}
}

func (h *house) get(path string) answer { h.t.Helper(); return h.do("GET", path, "") }
func (h *house) post(path string, f url.Values) answer {
	h.t.Helper()
	return h.do("POST", path, f.Encode())
}

func (h *house) login(user, pass string, more ...string) answer {
	h.t.Helper()
	f := url.Values{"log": {user}, "pwd": {pass}, "wp-submit": {"Log In"}, "testcookie": {"1"}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return h.post("/wp-login.php", f)
}

func (h *house) want(a answer, status int, location string) {
	h.t.Helper()
	if a.StatusCode != status || a.Header.Get("Location") != location {
		h.t.Errorf("got %d %q, want %d %q\n%s", a.StatusCode, a.Header.Get("Location"), status, location, a.body)
	}
	if location != "" && a.Header.Get("X-Redirect-By") != "WordPress" {
		h.t.Error("X-Redirect-By is missing")
	}
}

var tags = regexp.MustCompile(`<[^>]+>`)

// shown is the text of the element with an id.
func shown(body, id string) string {
	m := regexp.MustCompile(`(?s)<div id="` + id + `"[^>]*>(.*?)</div>`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(tags.ReplaceAllString(m[1], " ")), " ")
}

func cookieNames(a answer) string {
	var out []string
	for _, line := range a.Header["Set-Cookie"] {
		name, rest, _ := strings.Cut(line, "=")
		_, attrs, _ := strings.Cut(rest, "; ")
		out = append(out, regexp.MustCompile(`_[0-9a-f]{32}`).ReplaceAllString(name, "_H")+": "+attrs)
	}
	return strings.Join(out, "\n")
}

func TestLogin(t *testing.T) {
	h := newHouse(t, nil)
	a := h.login("site_admin", "adm1n-Pass!word")
	h.want(a, 302, h.base+"/wp-admin/")
	want := "wordpress_test_cookie: path=/; HttpOnly\nwordpress_H: path=/wp-content/plugins; HttpOnly\nwordpress_H: path=/wp-admin; HttpOnly\nwordpress_logged_in_H: path=/; HttpOnly"
	if got := cookieNames(a); got != want {
		t.Errorf("cookies\n%s", got)
	}
	for k, v := range map[string]string{
		"Expires": "Wed, 11 Jan 1984 05:00:00 GMT", "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
		"Content-Type": "text/html; charset=UTF-8", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "strict-origin-when-cross-origin",
	} {
		if a.Header.Get(k) != v {
			t.Errorf("%s: %q", k, a.Header.Get(k))
		}
	}
	if a := h.get("/wp-admin/"); a.body != "hello site_admin" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	list, err := h.site.Sessions(context.Background(), 1)
	if err != nil || len(list.All(time.Now())) == 0 {
		t.Fatal(err)
	}
	all := list.All(time.Now())
	if se := all[len(all)-1]; se.IP != "127.0.0.1" || se.UserAgent != "Go-http-client/1.1" || se.Login == 0 || se.Expiration-se.Login != 2*86400 {
		t.Errorf("%+v", se)
	}
}

func TestLoginRedirects(t *testing.T) {
	h := newHouse(t, nil)
	for _, c := range []struct{ user, pass, to, want string }{
		{"site_admin", "adm1n-Pass!word", "", "{}/wp-admin/"},
		{"site_admin", "adm1n-Pass!word", "{}/wp-admin/edit.php", "{}/wp-admin/edit.php"},
		{"site_admin", "adm1n-Pass!word", "https://evil.example/x", "{}/wp-admin/"},
		{"site_admin", "adm1n-Pass!word", "//evil.example/x", "{}/wp-admin/"},
		{"site_admin", "adm1n-Pass!word", "javascript:alert(1)", "{}/wp-admin/"},
		{"site_admin", "adm1n-Pass!word", "/a?b=c", "/a?b=c"},
		{"site_admin", "adm1n-Pass!word", "sub/page", "/sub/page"},
		{"site_admin", "adm1n-Pass!word", "/a\r\nSet-Cookie: x=y", "/aSet-Cookie:%20x=y"},
		{"site_admin", "adm1n-Pass!word", "wp-admin/", "wp-admin/"},
		{"ADMIN@example.org", " adm1n-Pass!word ", "", "{}/wp-admin/"},
	} {
		base := func(t string) string { return strings.ReplaceAll(t, "{}", h.base) }
		h.want(h.login(c.user, c.pass, "redirect_to", base(c.to)), 302, base(c.want))
	}
	ctx := context.Background()
	for _, u := range []struct {
		id   int64
		want string
	}{{5, "/wp-admin/profile.php"}, {12, ""}} {
		if err := h.site.SetPassword(ctx, u.id, "secret"); err != nil {
			t.Fatal(err)
		}
		user, err := h.site.User(ctx, u.id)
		if err != nil {
			t.Fatal(err)
		}
		h.want(h.login(user.Login, "secret", "redirect_to", h.base+"/wp-admin/"), 302, h.base+u.want)
	}
}

func TestLoginErrors(t *testing.T) {
	h := newHouse(t, nil)
	for _, c := range []struct{ name, user, pass, want, kept string }{
		{"wrong", "site_admin", "x", "Error: The password you entered for the username site_admin is incorrect. Lost your password?", "site_admin"},
		{"wrong by mail", "admin@example.org", "x", "Error: The password you entered for the email address admin@example.org is incorrect. Lost your password?", "admin@example.org"},
		{"unknown", "nobody_here", "x", "Error: The username nobody_here is not registered on this site. If you are unsure of your username, try your email address instead.", ""},
		{"unknown mail", "nobody@example.org", "x", "Unknown email address. Check again or try your username.", ""},
		{"empty", "", "", "Error: The username field is empty. Error: The password field is empty.", ""},
		{"no password", "site_admin", "", "Error: The password field is empty.", "site_admin"},
		{"markup", `"><script>`, "x", "Error: The username &quot;&gt; is not registered on this site. If you are unsure of your username, try your email address instead.", ""},
	} {
		a := h.login(c.user, c.pass)
		h.want(a, 200, "")
		if got := shown(a.body, "login_error"); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
		if !strings.Contains(a.body, `name="log" id="user_login" class="input ltr" value="`+c.kept+`"`) {
			t.Errorf("%s: the name in the field is not %q", c.name, c.kept)
		}
		if got := cookieNames(a); got != "wordpress_test_cookie: path=/; HttpOnly" {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	a := h.post("/wp-login.php", url.Values{"log[]": {"site_admin"}, "pwd[]": {"x"}})
	if got := shown(a.body, "login_error"); got != "Error: The username field is empty. Error: The password field is empty." {
		t.Errorf("arrays: %q", got)
	}
	h.client.Jar = nil
	a = h.login("site_admin", "adm1n-Pass!word")
	h.want(a, 200, "")
	if !strings.Contains(shown(a.body, "login_error"), "Cookies are blocked") || !strings.Contains(cookieNames(a), "wordpress_logged_in_H") {
		t.Errorf("no test cookie: %s\n%s", shown(a.body, "login_error"), cookieNames(a))
	}
}

func TestDiscreetLogin(t *testing.T) {
	h := newHouse(t, func(c *login.Config) { c.Discreet = true })
	for _, name := range []string{"site_admin", "nobody_here", "nobody@example.org", "admin@example.org"} {
		a := h.login(name, "x")
		if got := shown(a.body, "login_error"); got != "Error: Invalid username, email address or incorrect password." {
			t.Errorf("%s: %q", name, got)
		}
		if !strings.Contains(a.body, `value="`+name+`"`) {
			t.Errorf("%s is not kept", name)
		}
		h.want(h.post("/wp-login.php?action=lostpassword", url.Values{"user_login": {name}}), 302, "/wp-login.php?checkemail=confirm")
	}
}

func TestMessages(t *testing.T) {
	h := newHouse(t, nil)
	for path, want := range map[string]string{
		"?loggedout=true&wp_lang=en_US": "You are now logged out.",
		"?interim-login=1":              "Your session has expired. Please log in to continue where you left off.",
		"?checkemail=confirm":           "Check your email for the confirmation link, then visit the login page .",
		"?checkemail=registered":        "Registration complete. Please check your email, then visit the login page .",
		"?redirect_to=" + url.QueryEscape(h.base+"/wp-admin/authorize-application.php?app_name=My+%3Cb%3E"): "Please log in to Peer &amp; Sons&#039; Site to authorize My &lt;b&gt; to connect to your account.",
		"?redirect_to=" + url.QueryEscape(h.base+"/wp-admin/authorize-application.php"):                     "Please log in to Peer &amp; Sons&#039; Site to proceed with authorization.",
	} {
		a := h.get("/wp-login.php" + path)
		if got := shown(a.body, "login-message"); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	a := h.get("/wp-login.php?registration=disabled")
	if got := shown(a.body, "login_error"); got != "Error: User registration is currently not allowed." {
		t.Errorf("%q", got)
	}
	for path, title := range map[string]string{
		"": "Log In", "?action=lostpassword": "Lost Password", "?action=nonsense": "Log In", "?checkemail=confirm": "Check your email",
	} {
		if a := h.get("/wp-login.php" + path); !strings.Contains(a.body, "<title>"+title+" &lsaquo; Peer &amp; Sons&#039; Site &#8212; WordPress</title>") {
			t.Errorf("%s: no title %q", path, title)
		}
	}
	h.want(h.get("/wp-login.php?action=register"), 302, h.base+"/wp-login.php?registration=disabled")
	if a := h.get("/wp-login.php?wp_lang=de_DE"); !strings.Contains(cookieNames(a), "wp_lang: path=/; HttpOnly") {
		t.Error(cookieNames(a))
	}
}

func TestRememberMeAndInterim(t *testing.T) {
	h := newHouse(t, nil)
	a := h.login("site_admin", "adm1n-Pass!word", "rememberme", "forever")
	if got := cookieNames(a); strings.Count(got, "Max-Age=1252800") != 3 {
		t.Errorf("%s", got)
	}
	a = h.login("site_admin", "adm1n-Pass!word", "interim-login", "1")
	h.want(a, 200, "")
	if !strings.Contains(a.body, `<p class="message">You have logged in successfully.</p>`) || !strings.Contains(a.body, "interim-login-success") {
		t.Error(a.body)
	}
}

func TestReauth(t *testing.T) {
	h := newHouse(t, nil)
	h.login("site_admin", "adm1n-Pass!word")
	a := h.get("/wp-login.php?reauth=1")
	h.want(a, 200, "")
	if n := strings.Count(cookieNames(a), "Max-Age=0"); n != 17 {
		t.Errorf("%d cookies cleared", n)
	}
	h.want(h.get("/wp-admin/"), 302, h.base+"/wp-login.php?redirect_to="+url.QueryEscape(h.base+"/wp-admin/")+"&reauth=1")
}

func TestLogout(t *testing.T) {
	h := newHouse(t, nil)
	h.login("site_editor", "edit0r-Pass!word")
	before, _ := h.site.Sessions(context.Background(), 2)
	for _, path := range []string{"", "&_wpnonce=0123456789"} {
		a := h.get("/wp-login.php?action=logout" + path)
		h.want(a, 403, "")
		if !strings.Contains(a.body, "You are attempting to log out of Peer &amp; Sons&#039; Site") {
			t.Error(a.body)
		}
	}
	a := h.get("/wp-login.php?action=logout")
	m := regexp.MustCompile(`_wpnonce=([0-9a-f]{10})`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatal(a.body)
	}
	a = h.get("/wp-login.php?action=logout&_wpnonce=" + m[1])
	h.want(a, 302, h.base+"/wp-login.php?loggedout=true&wp_lang=en_US")
	if got := cookieNames(a); strings.Count(got, "Max-Age=0") != 17 || !strings.Contains(got, "wp-settings-2:") {
		t.Error(got)
	}
	after, _ := h.site.Sessions(context.Background(), 2)
	if len(after.All(time.Now())) != len(before.All(time.Now()))-1 {
		t.Error("the session lives on")
	}
	h.login("site_editor", "edit0r-Pass!word")
	a = h.get("/wp-login.php?action=logout&redirect_to=/bye")
	m = regexp.MustCompile(`_wpnonce=([0-9a-f]{10})`).FindStringSubmatch(a.body)
	h.want(h.get("/wp-login.php?action=logout&redirect_to=/bye&_wpnonce="+m[1]), 302, "/bye")
}
