package platen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/redistest"
	"github.com/platenhq/platen/internal/site"
)

const adminPass = "correct horse battery"

// newSite is a fresh site in safe mode with a browser before it.
type newSite struct {
	t      *testing.T
	app    *platen.App
	web    *httptest.Server
	client *http.Client
	mu     sync.Mutex
	now    time.Time // stands still but for after
	dir    string    // of the data
}

func openNew(t *testing.T, change func(*config.Config)) *newSite {
	t.Helper()
	return openNewCost(t, quickCost, change)
}

// quickCost is the bcrypt cost of sites on which it is not the point.
const quickCost = 4

// openNewCost is openNew with a bcrypt cost; 0 is WordPress's.
func openNewCost(t *testing.T, cost int, change func(*config.Config)) *newSite {
	t.Helper()
	n := &newSite{t: t, now: time.Now()}
	n.web = httptest.NewUnstartedServer(nil)
	t.Cleanup(n.web.Close)
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.DB = "sqlite:" + cfg.Data + "/test.db"
	cfg.URL = "http://" + n.web.Listener.Addr().String()
	cfg.AdminPassword = adminPass
	if change != nil {
		change(&cfg)
	}
	app, err := platen.Open(context.Background(), cfg, platen.Options{Now: n.clock, BcryptCost: cost})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	n.app, n.web.Config.Handler, n.dir = app, app.Handler(), cfg.Data
	n.web.Start()
	n.client = n.browser()
	return n
}

func (n *newSite) clock() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now
}

func (n *newSite) after(d time.Duration) {
	now := n.clock()
	n.mu.Lock()
	n.now = now.Add(d)
	n.mu.Unlock()
}

// browser is one with a cookie jar of its own that follows no redirects.
func (n *newSite) browser() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type reply struct {
	*http.Response
	body string
}

// json is a member of the answer's object.
func (r reply) json(name string) any {
	var o map[string]any
	json.Unmarshal([]byte(r.body), &o)
	for _, part := range strings.Split(name, ".") {
		v := o[part]
		if next, ok := v.(map[string]any); ok {
			o = next
			continue
		}
		return v
	}
	return nil
}

func (r reply) text(name string) string { s, _ := r.json(name).(string); return s }

func (n *newSite) do(c *http.Client, method, path, body string, header ...string) reply {
	n.t.Helper()
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	if strings.HasPrefix(path, "/") {
		path = n.web.URL + path
	}
	req, err := http.NewRequest(method, path, rd)
	if err != nil {
		n.t.Fatal(err)
	}
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		n.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return reply{resp, string(raw)}
}

func (n *newSite) get(path string, header ...string) reply {
	n.t.Helper()
	return n.do(http.DefaultClient, "GET", path, "", header...)
}

func (n *newSite) post(path, body string, header ...string) reply {
	n.t.Helper()
	return n.do(http.DefaultClient, "POST", path, body, header...)
}

func (n *newSite) login(c *http.Client, name, pass string) reply {
	n.t.Helper()
	return n.do(c, "POST", "/wp-login.php", url.Values{"log": {name}, "pwd": {pass}}.Encode())
}

// unchanged fails the test when f wrote to the database.
func (n *newSite) unchanged(what string, f func()) {
	n.t.Helper()
	before, err := n.app.Site().Store().Generation(context.Background())
	if err != nil {
		n.t.Fatal(err)
	}
	f()
	if after, _ := n.app.Site().Store().Generation(context.Background()); after.Own != before.Own {
		n.t.Errorf("%s: the database was written to", what)
	}
}

func (n *newSite) want(r reply, status int, code string) {
	n.t.Helper()
	if r.StatusCode != status || code != "" && r.text("code") != code {
		n.t.Errorf("%s %s: %d %s, want %d %s", r.Request.Method, r.Request.URL.Path, r.StatusCode, r.body, status, code)
	}
}

func TestLoginBudget(t *testing.T) {
	n := openNew(t, nil)
	known := n.browser()
	if r := n.login(known, "admin", adminPass); r.StatusCode != 302 {
		t.Fatal(r.StatusCode, r.body)
	}
	ctx := context.Background()
	if err := n.app.Site().EndAllSessions(ctx, 1); err != nil {
		t.Fatal(err)
	}
	n.after(40 * 24 * time.Hour) // the network is forgotten
	n.unchanged("wrong passwords", func() {
		for i := range 10 {
			name := []string{"admin", "ADMIN", "admin@example.org"}[i%3] // one account, however it is typed
			if r := n.login(n.browser(), name, fmt.Sprint("wrong", i)); r.StatusCode != 200 || !strings.Contains(r.body, "login_error") {
				t.Fatalf("%d: %d %s", i, r.StatusCode, r.body)
			}
		}
		r := n.login(n.browser(), "admin", adminPass)
		if r.StatusCode != 429 || r.Header.Get("Retry-After") != "60" || !strings.Contains(r.body, "Too many failed attempts") {
			t.Fatalf("%d %v %s", r.StatusCode, r.Header, r.body)
		}
		if r := n.get("/wp-json/wp/v2/users/me", "Authorization", basic("admin", "x")); r.StatusCode == 200 {
			t.Error(r.body)
		}
	})
	if r := n.login(known, "admin", adminPass); r.StatusCode != 302 {
		t.Errorf("the administrator's own browser: %d %s", r.StatusCode, r.body)
	}
}

func TestUnknownNamesHaveABudgetToo(t *testing.T) {
	n := openNew(t, nil)
	for i := range 10 {
		n.login(n.browser(), "nobody", fmt.Sprint("x", i))
	}
	if r := n.login(n.browser(), "nobody", "x"); r.StatusCode != 429 {
		t.Error(r.StatusCode)
	}
}

func TestAppPasswordBudget(t *testing.T) {
	n := openNew(t, nil)
	ctx := context.Background()
	_, plain, err := n.app.Site().CreateAppPassword(ctx, 1, apppassword.New{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	const me = "/wp-json/wp/v2/users/me"
	n.want(n.get(me, "Authorization", basic("admin", plain)), 200, "")
	var last reply
	n.unchanged("wrong application passwords", func() {
		for i := range 11 {
			last = n.get(me, "Authorization", basic("admin", fmt.Sprint("wrong", i)))
		}
	})
	n.want(last, 429, "too_many_attempts")
	if last.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	n.want(n.get(me, "Authorization", basic("admin", plain)), 200, "")
	n.want(n.get(me, "Authorization", basic("admin", "wrong3")), 401, "incorrect_password") // known to be wrong
}

// TestManyLoginsAtOnce: what cannot be checked soon is turned away, and
// requests without a password are answered meanwhile.
func TestManyLoginsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	on := true
	n := openNewCost(t, 0, func(c *config.Config) { c.UnlimitedLogins = &on })
	s := n.app.Site()
	var mu sync.Mutex
	busy := 0
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for i := range 10000 {
		wg.Go(func() {
			_, err := s.Authenticate(ctx, site.Credentials{Login: "admin", Password: fmt.Sprint("wrong", i)})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				t.Error("logged in")
			case strings.Contains(err.Error(), "server_busy"):
				busy++
			}
		})
	}
	enough := func() bool { mu.Lock(); defer mu.Unlock(); return busy > 9000 }
	for range 100 {
		if enough() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	n.want(n.get("/-/healthz"), 200, "")
	r := n.login(n.browser(), "admin", "wrong")
	if r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Errorf("the plain request was answered after the rush, not during it: %d %v", r.StatusCode, r.Header)
	}
	cancel()
	wg.Wait()
	if busy < 9000 {
		t.Errorf("only %d were turned away", busy)
	}
}

func basic(login, pass string) string {
	r, _ := http.NewRequest("GET", "/", nil)
	r.SetBasicAuth(login, pass)
	return r.Header.Get("Authorization")
}

func TestForwardedHeaders(t *testing.T) {
	n := openNew(t, func(c *config.Config) { c.Proxies = "127.0.0.1, ::1, 10.0.0.0/8" })
	for i := range 40 { // one guess each, from everywhere
		n.post("/wp-login.php", url.Values{"log": {fmt.Sprint("user", i)}, "pwd": {"x"}}.Encode(), "X-Forwarded-For", fmt.Sprintf("203.0.113.%d, 10.1.2.3", i))
	}
	if r := n.post("/wp-login.php", "log=other&pwd=x", "X-Forwarded-For", "203.0.113.99"); r.StatusCode != 200 {
		t.Errorf("the proxy pays for all: %d", r.StatusCode)
	}
	n = openNew(t, nil)
	for i := range 31 {
		n.post("/wp-login.php", url.Values{"log": {fmt.Sprint("user", i)}, "pwd": {"x"}}.Encode(), "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
	}
	if r := n.post("/wp-login.php", "log=other&pwd=x", "X-Forwarded-For", "203.0.113.99"); r.StatusCode != 429 {
		t.Errorf("a header nobody vouches for is believed: %d", r.StatusCode)
	}
}

// TestNodesShareTheBudget: what is tried at one node is paid for at the others.
func TestNodesShareTheBudget(t *testing.T) {
	server := redistest.Start(t)
	dir := t.TempDir()
	node := func() *newSite {
		return openNew(t, func(c *config.Config) { c.Data, c.DB, c.Redis = dir, "sqlite:"+dir+"/test.db", server.URL })
	}
	one, two := node(), node()
	for i := range 10 {
		one.login(one.browser(), "nobody", fmt.Sprint("x", i))
	}
	if r := two.login(two.browser(), "nobody", "x"); r.StatusCode != 429 || r.Header.Get("Retry-After") == "" {
		t.Error(r.StatusCode, r.Header)
	}
	if r := two.login(two.browser(), "admin", adminPass); r.StatusCode != 302 {
		t.Error(r.StatusCode, r.body)
	}
	cfg := config.Default()
	cfg.Data, cfg.DB, cfg.Redis = dir, "sqlite:"+dir+"/test.db", "http://:secret@host"
	if _, err := platen.Open(t.Context(), cfg, platen.Options{}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// TestUndeclaredProxy: the log tells once of a proxy on this machine that nobody
// declared, and never of one that is declared.
func TestUndeclaredProxy(t *testing.T) {
	for proxies, want := range map[string]int{"": 1, "127.0.0.1, ::1": 0} {
		var log lockedBuffer
		cfg := config.Default()
		cfg.Data = t.TempDir()
		cfg.DB, cfg.AdminPassword, cfg.Proxies = "sqlite:"+cfg.Data+"/test.db", adminPass, proxies
		app, err := platen.Open(t.Context(), cfg, platen.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), BcryptCost: quickCost})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { app.Close() })
		for _, from := range []string{"127.0.0.1:1000", "127.0.0.1:1001", "192.0.2.1:1000"} {
			r := httptest.NewRequest("GET", "/-/healthz", nil)
			r.RemoteAddr = from
			app.Handler().ServeHTTP(httptest.NewRecorder(), r) // nothing is forwarded here
			if strings.Contains(log.String(), "trusted-proxies") && from == "127.0.0.1:1000" {
				t.Error("a warning without a reason")
			}
			r.Header.Set("X-Forwarded-For", "203.0.113.1")
			app.Handler().ServeHTTP(httptest.NewRecorder(), r)
		}
		if n := strings.Count(log.String(), "trusted-proxies"); n != want {
			t.Errorf("%q: %d warnings, want %d", proxies, n, want)
		}
	}
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
