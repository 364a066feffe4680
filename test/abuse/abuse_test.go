package abuse

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store"
)

var (
	targetFlag   = flag.String("target", "", "address of the site to abuse (default: one of our own, in this process)")
	userFlag     = flag.String("user", "admin", "login of an administrator")
	passwordFlag = flag.String("password", "", "the administrator's password")
)

// target is the server that is abused, and what the suite has there.
type target struct {
	base        string
	admin, prey *session // an administrator; a subscriber of the suite's own
	other       *session // another session of the administrator
	app         *platen.App
	store       *store.Store // another look at our own server's database
	mu          sync.Mutex
	now         time.Time // of our own server
}

// session is somebody who is logged in by cookie.
type session struct {
	id          int
	login, pass string
	cookies     map[string]string
	nonce       string
}

// rows are the cases: name, what a safe server answers, and the attack.
type rows []struct {
	name, want string
	do         func(t *testing.T, a *target)
}

// TestAbuse runs every case.
func TestAbuse(t *testing.T) {
	a := open(t)
	for _, list := range []rows{cookieCases, nonceCases, requestCases, passwordCases, tokenCases, oauthCases, fieldCases} {
		for _, c := range list {
			t.Run(c.name, func(t *testing.T) {
				a.later()
				c.do(t, a)
				if t.Failed() {
					t.Log("a safe server: " + c.want)
				}
			})
		}
	}
}

const ownPassword = "correct horse battery"

func open(t *testing.T) *target {
	t.Helper()
	a := &target{base: strings.TrimRight(*targetFlag, "/"), now: time.Now()}
	user, pass := *userFlag, *passwordFlag
	if a.base == "" {
		user, pass = "admin", ownPassword
		var dir string
		a.app, a.base, dir = serveOwn(t, a.clock, nil)
		var err error
		if a.store, err = store.Open(t.Context(), "sqlite:"+dir+"/abuse.db", store.Options{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.store.Close() })
	} else if pass == "" {
		pass = os.Getenv("PLATEN_ADMIN_PASSWORD")
	}
	a.admin, a.other = a.login(t, user, pass), a.login(t, user, pass)
	name := fmt.Sprintf("abuse%d", time.Now().UnixNano()%1e9)
	r := a.rest(t, a.admin, "POST", "/wp/v2/users", fmt.Sprintf(`{"username":%q,"email":"%s@example.org","password":"subscriber secret","roles":["subscriber"]}`, name, name))
	if r.status != 201 {
		t.Fatal("no subscriber could be made: ", r)
	}
	id := int(r.json("id").(float64))
	t.Cleanup(func() {
		if r := a.rest(t, a.admin, "DELETE", fmt.Sprintf("/wp/v2/users/%d&force=true&reassign=false", id), ""); r.status != 200 {
			t.Error("the subscriber is left behind: ", r)
		}
	})
	a.prey = a.login(t, name, "subscriber secret")
	return a
}

// serveOwn starts a site of our own in safe mode.
func serveOwn(t *testing.T, now func() time.Time, change func(*config.Config)) (app *platen.App, base, dir string) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	t.Cleanup(web.Close)
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.DB, cfg.URL, cfg.AdminPassword = "sqlite:"+cfg.Data+"/abuse.db", "http://"+web.Listener.Addr().String(), ownPassword
	if change != nil {
		change(&cfg)
	}
	app, err := platen.Open(context.Background(), cfg, platen.Options{Now: now, BcryptCost: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	web.Config.Handler = app.Handler()
	web.Start()
	return app, web.URL, cfg.Data
}

func (a *target) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

// later lets our own server's budgets refill, so that one case does not pay for
// another. The clock of another's server is its own.
func (a *target) later() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.app == nil {
		a.now = time.Now()
		return
	}
	a.now = a.now.Add(6 * time.Minute)
}

// reply is an answer, read.
type reply struct {
	method, url string
	status      int
	header      http.Header
	body        string
}

func (r reply) String() string {
	return fmt.Sprintf("%s %s: %d %.300s", r.method, r.url, r.status, r.body)
}

// json is a member of the answer's object, nil without one.
func (r reply) json(path string) any {
	var v any
	json.Unmarshal([]byte(r.body), &v)
	for name := range strings.SplitSeq(path, ".") {
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v
}

var client = &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send makes one request; headers are pairs. A body that begins with { is JSON,
// another a form, unless the headers say otherwise.
func (a *target) send(t *testing.T, method, path, body string, headers ...string) reply {
	t.Helper()
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, a.base+path, rd)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{method, path, resp.StatusCode, resp.Header, string(raw)}
}

// route is the address of a route of the API; further parameters may follow
// after an ampersand.
func route(r string) string { return "/?rest_route=" + r }

const me = "/?rest_route=/wp/v2/users/me&context=edit"

func (s *session) cookie() string {
	var parts []string
	for name, value := range s.cookies {
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, "; ")
}

// name finds the cookie whose name begins so and does not go on with a word.
func (s *session) name(t *testing.T, prefix string) string {
	t.Helper()
	for name := range s.cookies {
		if regexp.MustCompile("^" + prefix + "[0-9a-f]{32}$").MatchString(name) {
			return name
		}
	}
	t.Fatalf("no cookie %s… among %v", prefix, s.cookies)
	return ""
}

// login logs in by the form.
func (a *target) login(t *testing.T, login, pass string) *session {
	t.Helper()
	r := a.send(t, "POST", "/wp-login.php", url.Values{"log": {login}, "pwd": {pass}}.Encode(), "Cookie", "wordpress_test_cookie=WP%20Cookie%20check")
	s := &session{login: login, pass: pass, cookies: map[string]string{}}
	for _, c := range (&http.Response{Header: r.header}).Cookies() {
		if strings.HasPrefix(c.Name, "wordpress_") && c.Name != "wordpress_test_cookie" && c.Value != "" && c.MaxAge >= 0 {
			s.cookies[c.Name] = c.Value
		}
	}
	s.name(t, "wordpress_logged_in_")
	s.nonce = a.nonce(t, s)
	if who := a.send(t, "GET", me, "", "Cookie", s.cookie(), "X-WP-Nonce", s.nonce); who.status == 200 {
		s.id = int(who.json("id").(float64))
	} else {
		t.Fatal("not logged in: ", who)
	}
	return s
}

// nonce asks for a nonce of the API as the browser client does; "" without one.
func (a *target) nonce(t *testing.T, s *session) string {
	t.Helper()
	r := a.send(t, "GET", "/wp-admin/admin-ajax.php?action=rest-nonce", "", "Cookie", s.cookie())
	if r.status != 200 || !regexp.MustCompile(`^[0-9a-f]{10}$`).MatchString(r.body) {
		return ""
	}
	return r.body
}

// rest calls the API as somebody who is logged in, properly.
func (a *target) rest(t *testing.T, s *session, method, path, body string) reply {
	t.Helper()
	s.nonce = a.nonce(t, s)
	return a.send(t, method, route(path), body, "Cookie", s.cookie(), "X-WP-Nonce", s.nonce)
}

// refused fails the case when a request came through as a user: what is asked
// for is the caller's own record.
func refused(t *testing.T, what string, r reply) {
	t.Helper()
	if r.status/100 == 2 || r.status >= 500 {
		t.Errorf("%s: %s", what, r)
	}
}

// unchanged fails the case when f changed the site: of ours nothing may be
// written at all, of others users, settings and posts stay as they are.
func (a *target) unchanged(t *testing.T, f func()) {
	t.Helper()
	before := a.state(t)
	f()
	if after := a.state(t); after != before {
		t.Errorf("the database was changed:\n%.2000s\n%.2000s", before, after)
	}
}

// unseen is unchanged as far as an administrator sees it: a nonce of a
// signature that holds is remembered although the request is refused.
func (a *target) unseen(t *testing.T, f func()) {
	t.Helper()
	before := a.seen(t)
	f()
	if after := a.seen(t); after != before {
		t.Errorf("the database was changed:\n%.2000s\n%.2000s", before, after)
	}
}

func (a *target) state(t *testing.T) string {
	t.Helper()
	if a.app == nil {
		return a.seen(t)
	}
	g, err := a.store.Generation(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(g.Foreign)
}

func (a *target) seen(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, path := range []string{
		"/wp/v2/users&context=edit&per_page=100&_fields=id,email,roles,capabilities,meta,name,username", "/wp/v2/settings",
		"/wp/v2/posts&context=edit&status=any&per_page=100&_fields=id,status,author,modified_gmt", "/wp/v2/users/me/application-passwords&_fields=uuid", "/platen/v1/oauth-consumers", "/platen/v1/oauth-tokens",
	} {
		r := a.rest(t, a.admin, "GET", path, "")
		b.WriteString(fmt.Sprint(r.status, r.body, "\n"))
	}
	return b.String()
}
