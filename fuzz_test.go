package platen_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/vectest"
)

// FuzzServe sends requests of all kinds to the whole server: no answer may be
// a failure of the server's own, and none may panic.
func FuzzServe(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s.who, s.method, s.target, s.header, s.body)
	}
	x := newFuzzed(f)
	f.Fuzz(func(t *testing.T, who uint8, method, target, header string, body string) {
		r := rawRequest(method, target, header, body)
		if r == nil {
			return // not HTTP at all
		}
		x.credentials(r, who)
		w := httptest.NewRecorder()
		x.app(t).Handler().ServeHTTP(w, r)
		if bad := x.log.take(); bad != "" {
			t.Fatalf("%s %s answered %d and logged\n%s", method, target, w.Code, bad)
		}
		if w.Code >= 500 && !refusal(r, w) {
			t.Fatalf("%s %s answered %d\n%s", method, target, w.Code, w.Body)
		}
	})
}

var fuzzSeeds = []struct {
	who                          uint8
	method, target, header, body string
}{
	{0, "GET", "/", "", ""},
	{0, "GET", "/wp-json/", "Origin: http://evil.example", ""},
	{0, "GET", "/wp-json/wp/v2/posts?per_page=1&page=-1&_embed=author&_fields=id,_links&_envelope&_jsonp=x", "", ""},
	{1, "POST", "/wp-json/wp/v2/posts/1?_method=PATCH", "Content-Type: application/json", `{"title":{"raw":"x"},"date":"2025-13-45T99:99:99","meta":{"a":[]},"categories":[1,"x",null],"tags":"1,2"}`},
	{1, "POST", "/wp-json/wp/v2/posts", "Content-Type: application/x-www-form-urlencoded", "title[]=1&title[raw]=2&status=publish&sticky=1&password=x&slug=%00%ff"},
	{1, "PUT", "/wp-json/wp/v2/posts/1", "Content-Type: multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n--b--\r\n"},
	{2, "DELETE", "/?rest_route=/wp/v2/posts/1&force=yes", "X-HTTP-Method-Override: delete", ""},
	{1, "POST", "/wp-json/batch/v1", "Content-Type: application/json", `{"requests":[{"path":"/wp/v2/posts","body":{"title":"x"}},{"path":"///?&"},null]}`},
	{1, "GET", "/wp-json/wp/v2/users?search=%25_%5c&orderby=include&include[]=1&include[]=x&roles[]=a", "", ""},
	{3, "POST", "/wp-json/wp/v2/users/me", "Content-Type: application/json", `{"meta":{"persisted_preferences":{"_modified":"x"}},"locale":"xx","url":"javascript:1"}`},
	{1, "POST", "/wp-json/wp/v2/media", "Content-Disposition: attachment; filename=\"x.png\"\nContent-Type: image/png", "\x89PNG\r\n\x1a\n\x00\x00"},
	{1, "GET", "/wp-json/wp/v2/posts?tax_relation=OR&categories[terms][]=1&categories[include_children]=true&after=x&search_columns[]=post_title&format[]=aside&sticky=0", "", ""},
	{0, "POST", "/wp-login.php?action=lostpassword", "Content-Type: application/x-www-form-urlencoded", "user_login=%ff%00'\"\\"},
	{0, "POST", "/wp-login.php", "Content-Type: application/x-www-form-urlencoded\nCookie: wordpress_test_cookie=x", "log=a&pwd=b&redirect_to=//evil.example&testcookie=1"},
	{1, "GET", "/wp-login.php?action=logout&_wpnonce=x&redirect_to=%0d%0a", "", ""},
	{1, "GET", "/wp-admin/admin-ajax.php?action=rest-nonce", "", ""},
	{1, "POST", "/wp-admin/authorize-application.php?app_name=x&success_url=javascript:1&app_id=x", "", ""},
	{0, "GET", "/wp-json/wp/v2/users/me", "Cookie: wordpress_logged_in_473c880099f4ebba446c4a65430d8811=a%7C99999999999%7Cx%7Cy\nX-WP-Nonce: x", ""},
	{0, "GET", "/wp-json/wp/v2/users/me", "Authorization: Basic !!!!", ""},
	{0, "OPTIONS", "/wp-json/wp/v2/posts/0", "Access-Control-Request-Method: DELETE", ""},
	{1, "GET", "/wp-json/wp/v2/comments?post=1&parent_exclude[]=0&type=x&status=any&author_email=%00", "", ""},
	{1, "POST", "/wp-json/wp/v2/settings", "Content-Type: application/json", `{"timezone":"Nowhere/X","date_format":"\\","posts_per_page":-1,"site_logo":9e99}`},
	{1, "GET", "/wp-json/wp/v2/search?search=a&type=term&subtype[]=category&exclude=1,2", "", ""},
	{1, "POST", "/wp-json/wp/v2/templates/twentytwentyfive//x", "Content-Type: application/json", `{"content":"<!-- wp:a {\"b\":} /-->"}`},
	{0, "GET", "/feed/?paged=9999999999999999999", "", ""},
	{0, "GET", "/2025/01/%e2%98%83/?p=1&preview=true", "", ""},
	{1, "GET", "/wp-json/wp/v2/block-renderer/core/latest-posts?context=edit&attributes[postsToShow]=-1", "", ""},
}

// fuzzed is the server that is fuzzed. After some thousand requests, which may
// well have deleted everything, it is made anew.
type fuzzed struct {
	dir   string
	file  string
	data  []byte // of the database
	keys  map[string]string
	log   errorLog
	asked int
	now   *platen.App
	users []fuzzUser
}

type fuzzUser struct{ cookie, nonce string }

func newFuzzed(f *testing.F) *fuzzed {
	data, err := os.ReadFile(storetest.SQLiteDumpFile(f))
	if err != nil {
		f.Fatal(err)
	}
	x := &fuzzed{dir: f.TempDir(), data: data, keys: dumpKeys(f)}
	x.renew(f)
	f.Cleanup(func() { x.now.Close() })
	var site struct {
		Users []struct{ Login, Password string }
	}
	raw, err := os.ReadFile(filepath.Join(vectest.Root(f), "testdata", "wordpress71", "site.json"))
	if err != nil {
		f.Fatal(err)
	}
	if err := json.Unmarshal(raw, &site); err != nil {
		f.Fatal(err)
	}
	for _, u := range site.Users[:5] {
		x.users = append(x.users, x.login(f, u.Login, u.Password))
	}
	if err := x.now.Close(); err != nil {
		f.Fatal(err)
	}
	if x.data, err = os.ReadFile(x.file); err != nil { // sessions are rows: what is copied from now on has them
		f.Fatal(err)
	}
	x.renew(f)
	return x
}

// renew opens a copy of the site.
func (x *fuzzed) renew(t testing.TB) {
	cfg := config.Default()
	cfg.Data = filepath.Join(x.dir, fmt.Sprint(x.asked))
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(cfg.Data, "site.db")
	if err := os.WriteFile(file, x.data, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.DB, cfg.Compat, cfg.Environment = "sqlite:"+file, "wordpress", "local"
	cfg.Uploads = filepath.Join(cfg.Data, "uploads")
	app, err := platen.Open(context.Background(), cfg, platen.Options{Keys: x.keys, BcryptCost: quickCost, Log: slog.New(&x.log)})
	if err != nil {
		t.Fatal(err)
	}
	x.now, x.file = app, file
}

// renewAfter is how many requests a site has to stand.
const renewAfter = 5000

// app is the server for the next request.
func (x *fuzzed) app(t testing.TB) *platen.App {
	if x.asked++; x.asked%renewAfter == 0 {
		x.now.Close()
		x.renew(t)
	}
	return x.now
}

// login logs in by the form.
func (x *fuzzed) login(t testing.TB, name, password string) fuzzUser {
	form := url.Values{"log": {name}, "pwd": {password}}.Encode()
	w := httptest.NewRecorder()
	x.now.Handler().ServeHTTP(w, rawRequest("POST", "/wp-login.php", "Content-Type: application/x-www-form-urlencoded", form))
	var pairs []string
	for _, c := range w.Result().Cookies() {
		if pair := c.Name + "=" + c.Value; !slices.Contains(pairs, pair) {
			pairs = append(pairs, pair)
		}
	}
	u := fuzzUser{cookie: strings.Join(pairs, "; ")}
	r := rawRequest("GET", "/wp-admin/admin-ajax.php?action=rest-nonce", "", "")
	r.Header.Set("Cookie", u.cookie)
	w = httptest.NewRecorder()
	x.now.Handler().ServeHTTP(w, r)
	if u.nonce = w.Body.String(); len(u.nonce) != 10 {
		t.Fatalf("%s: no nonce: %d %s", name, w.Code, u.nonce)
	}
	return u
}

// credentials makes a request one of the users': 0 is nobody, and from 8 on
// there is no nonce.
func (x *fuzzed) credentials(r *http.Request, who uint8) {
	n := int(who & 7)
	if n == 0 || n > len(x.users) {
		return
	}
	u := x.users[n-1]
	cookie := u.cookie
	if c := r.Header.Get("Cookie"); c != "" {
		cookie = c + "; " + cookie
	}
	r.Header.Set("Cookie", cookie)
	if who < 8 && r.Header.Get("X-Wp-Nonce") == "" {
		r.Header.Set("X-Wp-Nonce", u.nonce)
	}
}

// rawRequest is a request as the server would read it from the network, nil
// when it is not HTTP.
func rawRequest(method, target, header, body string) *http.Request {
	if method == "" || strings.ContainsAny(method+target, " \r\n") {
		return nil
	}
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", method, target, dumpedHost, len(body))
	for _, line := range strings.Split(header, "\n") {
		name, _, ok := strings.Cut(line, ":")
		if !ok || slices.Contains([]string{"content-length", "host", "transfer-encoding"}, strings.ToLower(strings.TrimSpace(name))) {
			continue
		}
		text += line + "\r\n"
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text + "\r\n" + body)))
	if err != nil {
		return nil
	}
	r.RemoteAddr = "127.0.0.1:1234"
	return r
}

// refusal reports whether an answer of 5xx is one of WordPress's, which it
// gives where it refuses a request for what is in it: wp_die without a status,
// an error code without one, 501 for what has no trash.
func refusal(r *http.Request, w *httptest.ResponseRecorder) bool {
	body := w.Body.String()
	return (body != "" || r.Method == http.MethodHead) && !strings.Contains(body, "The server could not answer") && !strings.Contains(body, "internal_error")
}

// errorLog keeps what is logged as an error.
type errorLog struct {
	mu   sync.Mutex
	said []string
}

// Enabled implements slog.Handler.
func (l *errorLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

// Handle implements slog.Handler.
func (l *errorLog) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += "\n" + a.String()
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, text)
	return nil
}

// WithAttrs implements slog.Handler.
func (l *errorLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l *errorLog) WithGroup(string) slog.Handler { return l }

// take returns what was logged since the last time.
func (l *errorLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := strings.Join(l.said, "\n")
	l.said = nil
	return out
}
