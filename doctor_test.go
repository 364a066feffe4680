package platen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/wp"
)

// behind is a site in the place of the PHP one, and our site in front of it, on
// the same database. What comes from behind is marked.
type behind struct {
	data   string
	back   *httptest.Server
	front  *httptest.Server
	change func(path string, body []byte) []byte // of what comes from behind
	app    *platen.App
}

func newBehind(t *testing.T, set func(*config.Config)) *behind {
	t.Helper()
	b := &behind{data: t.TempDir()}
	var back, front http.Handler
	b.back = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		back.ServeHTTP(rec, r)
		for name, v := range rec.Header() {
			w.Header()[name] = v
		}
		w.Header().Set("X-From", "behind")
		w.WriteHeader(rec.Code)
		body := rec.Body.Bytes()
		if b.change != nil {
			body = b.change(r.URL.Path+"?"+r.URL.RawQuery, body)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(b.back.Close)
	b.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front.ServeHTTP(w, r) }))
	t.Cleanup(b.front.Close)
	open := func(upstream string) http.Handler {
		cfg := config.Default()
		cfg.Data, cfg.Uploads = b.data, filepath.Join(b.data, "shared")
		cfg.DB, cfg.URL, cfg.Upstream = "sqlite:"+filepath.Join(b.data, "platen.db"), b.front.URL, upstream
		cfg.Compat, cfg.AdminPassword = "wordpress", adminPass
		if upstream != "" && set != nil {
			set(&cfg)
		}
		app, err := platen.Open(t.Context(), cfg, platen.Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { app.Close() })
		b.app = app
		return app.Handler()
	}
	if err := os.Mkdir(filepath.Join(b.data, "shared"), 0o755); err != nil {
		t.Fatal(err)
	}
	back = open("")
	front = open(b.back.URL)
	return b
}

func (b *behind) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(b.front.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// doctor runs platen doctor on the site.
func (b *behind) doctor(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	env := map[string]string{"PLATEN_DATA": b.data, "PLATEN_LOG": "off", "PLATEN_URL": b.front.URL, "PLATEN_COMPAT": "wordpress",
		"PLATEN_DB": "sqlite:" + filepath.Join(b.data, "platen.db"), "PLATEN_UPLOADS": filepath.Join(b.data, "shared"), "PLATEN_UPSTREAM": b.back.URL}
	var o, e bytes.Buffer
	status = platen.Run(context.Background(), append([]string{"doctor"}, args...), &o, &e, func(name string) string { return env[name] })
	return status, o.String() + e.String()
}

// TestInFront holds who answers what, from outside.
func TestInFront(t *testing.T) {
	b := newBehind(t, nil)
	for path, fromBehind := range map[string]bool{
		"/": true, "/wp-login.php": true, "/wp-admin/": true, "/wp-content/uploads/none.png": true, "/hello-world/": true,
		"/wp-json/": false, "/wp-json/wp/v2/posts": false, "/?rest_route=/wp/v2/posts/1": false, "/wp-json/platen/v1/auth/self-check": false, "/-/healthz": false,
		"/wp-json/wp/v2/types": false, "/wp-json/shop/v1/orders": true, "/wp-json/wp/v2/themes": true, "/?rest_route=/shop/v1/orders": true,
	} {
		res, _ := b.get(t, path)
		if got := res.Header.Get("X-From") == "behind"; got != fromBehind {
			t.Errorf("%s: from behind %v (%d)", path, got, res.StatusCode)
		}
	}
	// A block that nobody registered here may be a plugin's over there.
	st := b.app.Site().Store()
	p := wp.Post{Author: 1, Type: "post", Status: "publish", Title: "Seats", Name: "seats", Content: "<!-- wp:shop/seats {\"n\":3} /-->", CommentStatus: "open", PingStatus: "open",
		Date: fixtureDate, DateGMT: fixtureDate, Modified: fixtureDate, ModifiedGMT: fixtureDate}
	n, err := st.InsertPost(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	seats := fmt.Sprintf("/wp-json/wp/v2/posts/%d", n)
	for path, fromBehind := range map[string]bool{seats: true, "/wp-json/wp/v2/posts": true, seats + "?_fields=id,title": false, "/wp-json/wp/v2/posts/1": false} {
		for range 2 { // what was rendered is not forgotten to be foreign
			res, body := b.get(t, path)
			if got := res.Header.Get("X-From") == "behind"; got != fromBehind || res.StatusCode != 200 || len(res.Header["Content-Type"]) != 1 || body == "" {
				t.Errorf("%s: from behind %v (%d) %v", path, got, res.StatusCode, res.Header)
			}
		}
	}

	b.back.Close()
	if res, body := b.get(t, "/wp-json/shop/v1/orders"); res.StatusCode != 502 || !strings.Contains(body, `"code":"upstream_unavailable"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := b.get(t, "/wp-json/wp/v2/posts/1"); res.StatusCode != 200 {
		t.Errorf("posts without the other site: %d", res.StatusCode)
	}
	if err := b.app.Close(); err != nil { // which keeps the counts
		t.Error(err)
	}
	raw, err := os.ReadFile(filepath.Join(b.data, "upstream.json"))
	if err != nil || !strings.Contains(string(raw), `{"place":"GET /shop/v1/orders","requests":3}`) {
		t.Errorf("%s %v", raw, err)
	}
}

func TestUpstreamNeedsTheDatabase(t *testing.T) {
	c := cli{t, t.TempDir()}
	if _, e := c.run(1, "serve", "--upstream", "http://127.0.0.1:1"); !strings.Contains(e, "--wp-config or --db") {
		t.Error(e)
	}
}

// TestDoctor holds what the doctor finds, says and writes.
func TestDoctor(t *testing.T) {
	b := newBehind(t, nil)
	status, out := b.doctor(t, "--as", "admin")
	for _, want := range []string{"ok      database: SQLite", "ok      tables: all 12", "ok      clock", "ok      logins: a login made here counts", "ok      Authorization header", "ok      uploads: files stored in",
		"ok      comparison", "/wp/v2/posts/{id}", "No problems were found."} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if status != 0 || strings.Contains(out, "PROBLEM") {
		t.Errorf("status %d\n%s", status, out)
	}
	if left, _ := filepath.Glob(filepath.Join(b.data, "shared", "*")); left != nil {
		t.Errorf("the doctor left %s", left)
	}

	// The site behind changes the titles of posts, as a plugin may.
	b.change = func(path string, body []byte) []byte {
		if strings.Contains(path, "rest_route=%2Fwp%2Fv2%2Fposts") {
			body = bytes.ReplaceAll(body, []byte(`Hello world!`), []byte(`Hello, world!`))
		}
		return body
	}
	type report struct {
		Checks   []struct{ Name, State, Text, Advice string }
		Routes   []struct{ Route, Advice, Pattern string }
		Problems int
		Written  string
	}
	read := func(want int, args ...string) (r report) {
		t.Helper()
		status, out := b.doctor(t, append([]string{"--json", "--samples", "1"}, args...)...)
		if err := json.Unmarshal([]byte(strings.TrimSuffix(out, "platen: the doctor found problems\n")), &r); err != nil || status != want {
			t.Fatalf("status %d, want %d: %v\n%s", status, want, err, out)
		}
		return r
	}
	r := read(1)
	if r.Problems != 1 {
		t.Errorf("%+v", r.Checks)
	}
	advice := map[string]string{}
	for _, row := range r.Routes {
		advice[row.Route] = row.Advice
	}
	if advice["/wp/v2/posts"] != "php" || advice["/wp/v2/posts/{id}"] != "php" || advice["/wp/v2/pages"] != "native" {
		t.Errorf("%v", advice)
	}

	// Written advice is followed, is not a problem any more, and keeps what else
	// is in the file; it goes when there is no need of it.
	file := filepath.Join(b.data, "platen.toml")
	if err := os.WriteFile(file, []byte("jsonp = true # mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r = read(0, "--write"); r.Written != file {
		t.Errorf("written to %q", r.Written)
	}
	toml, _ := os.ReadFile(file)
	if !strings.Contains(string(toml), `"/wp-json/wp/v2/posts/*",`) || !strings.HasSuffix(string(toml), "jsonp = true # mine\n") {
		t.Errorf("%s", toml)
	}
	if r = read(0); r.Problems != 0 {
		t.Errorf("%+v", r.Checks)
	}
	b.change = nil
	read(0, "--write")
	if toml, _ = os.ReadFile(file); string(toml) != "jsonp = true # mine\n" {
		t.Errorf("%s", toml)
	}

	// What goes wrong is said in words.
	other := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--db", "sqlite:" + filepath.Join(b.data, "none", "x.db")}, "there is no database"},
		{[]string{"--db", "mysql://u:secret@127.0.0.1:1/db"}, "mysql://u:…@127.0.0.1:1/db cannot be opened"},
		{[]string{"--as", "nobody"}, `there is no user "nobody"`},
		{[]string{"--cookie", "a=b"}, "there is no wordpress_logged_in_"},
		{[]string{"--upstream", "http://127.0.0.1:1"}, "nothing answers at http://127.0.0.1:1"},
		{[]string{"--uploads", other}, "a file stored in"},
		{[]string{"--url", "http://other.test"}, "the site at"},
		{[]string{"--upstream", "ftp://x"}, "is not an address"},
	} {
		r := read(1, append(c.args, "--samples", "0")...)
		if !slices.ContainsFunc(r.Checks, func(k struct{ Name, State, Text, Advice string }) bool {
			return k.State == "problem" && strings.Contains(k.Text, c.want)
		}) {
			t.Errorf("%v: no %q in %+v", c.args, c.want, r.Checks)
		}
	}
	if status, _ := b.doctor(t, "now"); status != 2 {
		t.Errorf("status %d", status)
	}
}
