package platen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// trial is a plugin made of a function.
type trial struct {
	name     string
	register func(*platen.Registry) error
}

func (p trial) Name() string { return p.name }

func (p trial) Register(r *platen.Registry) error { return p.register(r) }

// stage is a site with plugins.
type stage struct {
	t   *testing.T
	app *platen.App
	log *bytes.Buffer
}

func newStage(t *testing.T, plugins ...platen.Plugin) *stage {
	t.Helper()
	s := &stage{t: t, log: &bytes.Buffer{}}
	app, err := openWith(t, s.log, plugins...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	s.app = app
	return s
}

func openWith(t *testing.T, log io.Writer, plugins ...platen.Plugin) (*platen.App, error) {
	t.Helper()
	return openIn(t, t.TempDir(), log, plugins...)
}

func openIn(t *testing.T, dir string, log io.Writer, plugins ...platen.Plugin) (*platen.App, error) {
	t.Helper()
	none := func(string) string { return "" }
	cfg, err := platen.Configure(none, "--data", dir, "--url", "http://site.test", "--environment", "local", "--admin-password", "password")
	if err != nil {
		t.Fatal(err)
	}
	return platen.Open(t.Context(), cfg, platen.Options{Keys: dumpKeys(t), Plugins: plugins, Log: slog.New(slog.NewTextHandler(log, nil))})
}

// call answers a call of the API by a user, with the parameters of a JSON object.
func (s *stage) call(user int64, method, route, params string) *rest.Response {
	s.t.Helper()
	return dispatch(s.t.Context(), s.app, user, method, route, object(s.t, json.RawMessage(params)))
}

// want checks the status of an answer and shows it when it is another.
func (s *stage) want(resp *rest.Response, status int) *rest.Response {
	s.t.Helper()
	got := resp.Status
	if got == 0 {
		got = 200
	}
	if got != status {
		text, _ := ordered.Append(nil, resp.Data)
		s.t.Fatalf("status %d, not %d: %s\n%s", got, status, text, s.log)
	}
	return resp
}

// TestPluginHooks: what hooks see, that they can refuse, and that after-hooks
// run when the change is committed and not when it is taken back.
func TestPluginHooks(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintf(format, args...))
	}
	take := func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := seen
		seen = nil
		return out
	}
	var site *platen.Site
	refuse := rest.NewError(http.StatusConflict, "no_shouting", "Do not shout.")
	s := newStage(t, trial{"hooks", func(r *platen.Registry) error {
		site = r.Site()
		r.Hooks(platen.Hooks{
			Ready: func(ctx context.Context, s *platen.Site) error {
				home, err := s.HomeURL(ctx)
				note("ready %s", home)
				return err
			},
			BeforeInsertPost: func(_ context.Context, p *platen.Post) error {
				if p.Title == strings.ToUpper(p.Title) {
					return refuse
				}
				p.Title = strings.TrimSpace(p.Title)
				return nil
			},
			BeforeUpdatePost: func(_ context.Context, p *platen.Post, before platen.Post) error {
				p.ID = 1 // no effect
				if p.Title == "stop" && before.Title != "stop" {
					return errors.New("a secret reason")
				}
				return nil
			},
			BeforeDeletePost: func(_ context.Context, p platen.Post) error {
				if p.Status == "publish" {
					return refuse
				}
				return nil
			},
			AfterInsertPost: func(ctx context.Context, p platen.Post) {
				again, err := site.Post(ctx, p.ID)
				note("insert %s %q %v", p.Status, again.Title, err)
			},
			AfterUpdatePost:  func(_ context.Context, p, before platen.Post) { note("update %q → %q", before.Title, p.Title) },
			AfterDeletePost:  func(_ context.Context, p platen.Post) { note("delete %q", p.Title) },
			StatusTransition: func(_ context.Context, p platen.Post, from string) { note("%s → %s", from, p.Status) },
		})
		return nil
	}})
	expect := func(want ...string) {
		t.Helper()
		if got := take(); !slices.Equal(got, want) {
			t.Errorf("hooks:\n got %q\nwant %q", got, want)
		}
	}
	expect("ready http://site.test")
	id := fmt.Sprint(member(s.want(s.call(1, "POST", "/wp/v2/posts", `{"title":"  Moon  ","status":"publish","tags":[]}`), 201), "id"))
	expect(`insert publish "Moon" <nil>`, "new → publish")
	if r := s.want(s.call(1, "POST", "/wp/v2/posts", `{"title":"MOON"}`), 409); member(r, "code") != "no_shouting" {
		t.Errorf("refusal: %v", member(r))
	}
	if r := s.want(s.call(1, "POST", "/wp/v2/posts/"+id, `{"title":"stop"}`), 500); strings.Contains(fmt.Sprint(member(r)), "secret") {
		t.Errorf("the reason went out: %v", member(r))
	}
	if !strings.Contains(s.log.String(), "a secret reason") {
		t.Error("the reason is not in the log")
	}
	expect()
	s.want(s.call(1, "POST", "/wp/v2/posts/"+id, `{"title":"Star"}`), 200)
	expect(`update "Moon" → "Star"`)
	// a request that fails after the row was written leaves no trace, and tells nobody
	s.want(s.call(1, "POST", "/wp/v2/posts/"+id, `{"title":"Sun","meta":{"footnotes":["x"]}}`), 400)
	expect()
	s.want(s.call(1, "DELETE", "/wp/v2/posts/"+id, `{"force":true}`), 409)
	s.want(s.call(1, "DELETE", "/wp/v2/posts/"+id, `{}`), 200)
	expect(`update "Star" → "Star"`, "publish → trash")
	s.want(s.call(1, "DELETE", "/wp/v2/posts/"+id, `{"force":true}`), 200)
	expect(`delete "Star"`)

	// the verbs of the site call the same hooks
	p, err := site.InsertPost(t.Context(), platen.PostChanges{Title: new("By hand"), Status: new("draft")})
	if err != nil || p.Title != "By hand" {
		t.Fatal(p, err)
	}
	expect(`insert draft "By hand" <nil>`, "new → draft")
	failed := errors.New("taken back")
	err = site.Atomically(t.Context(), func(ctx context.Context) error {
		if _, err := site.UpdatePost(ctx, p.ID, platen.PostChanges{Title: new("Other")}); err != nil {
			return err
		}
		return failed
	})
	if again, _ := site.Post(t.Context(), p.ID); !errors.Is(err, failed) || again.Title != "By hand" {
		t.Errorf("%v, title %q", err, again.Title)
	}
	expect()
	if _, err := site.Post(t.Context(), 99999); !errors.Is(err, platen.ErrNotFound) {
		t.Errorf("no post: %v", err)
	}
	if _, err := site.InsertPost(t.Context(), platen.PostChanges{Title: new("LOUD")}); !errors.Is(err, refuse) {
		t.Errorf("refusal of a verb: %v", err)
	}
}

// TestPluginPanics: nothing that a plugin does takes the server down, and
// nothing of it goes out.
func TestPluginPanics(t *testing.T) {
	boom := func() { panic("secret boom") }
	s := newStage(t, trial{"boom", func(r *platen.Registry) error {
		r.Route("boom/v1", "/handle", rest.Endpoint{Methods: []string{"GET"}, Permission: platen.Anyone,
			Handle: func(context.Context, *rest.Request) (*rest.Response, error) { boom(); return nil, nil }})
		r.Route("boom/v1", "/permission", rest.Endpoint{Methods: []string{"GET"}, Permission: func(context.Context, *rest.Request) error { boom(); return nil },
			Handle: func(context.Context, *rest.Request) (*rest.Response, error) { return rest.OK("let in"), nil }})
		r.Field(platen.Field{Objects: []string{"post"}, Name: "boom", Schema: schema.String(""), Get: func(context.Context, int64) (any, error) { boom(); return nil, nil }})
		r.Shortcode("boom", func(context.Context, platen.ShortcodeCall) string { boom(); return "" })
		r.Block(platen.Block{Name: "boom/boom", Render: func(context.Context, platen.BlockCall) string { boom(); return "" }})
		r.Handle("GET /boom", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { boom() }))
		r.Page(platen.Page{Slug: "boom", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { boom() })})
		r.Auth(auth.MethodFunc(func(r *http.Request) (*auth.Identity, error) {
			if r.Header.Get("X-Boom") != "" {
				boom()
			}
			return nil, nil
		}))
		r.Hooks(platen.Hooks{
			BeforeInsertPost: func(_ context.Context, p *platen.Post) error {
				if p.Title == "boom" {
					boom()
				}
				return nil
			},
			AfterInsertPost: func(context.Context, platen.Post) { boom() },
		})
		return nil
	}})
	srv := httptest.NewServer(s.app.Handler())
	defer srv.Close()
	ask := func(method, path, header string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			req.Header.Set(header, "1")
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "secret") || strings.Contains(string(body), "let in") {
			t.Errorf("%s: %s", path, body)
		}
		return resp.StatusCode, string(body)
	}
	for _, c := range []struct{ path, header string }{{"/wp-json/boom/v1/handle", ""}, {"/wp-json/boom/v1/permission", ""}, {"/boom", ""}, {"/wp-json/wp/v2/posts", "X-Boom"}} {
		if status, body := ask("GET", c.path, c.header); status != 500 {
			t.Errorf("%s: %d %s", c.path, status, body)
		}
	}
	s.want(s.call(1, "POST", "/wp/v2/posts", `{"title":"boom"}`), 500)
	id := fmt.Sprint(member(s.want(s.call(1, "POST", "/wp/v2/posts", `{"title":"Quiet","status":"publish","content":"<p>a[boom]b</p><!-- wp:boom/boom /-->"}`), 201), "id"))
	status, body := ask("GET", "/wp-json/wp/v2/posts/"+id, "")
	if status != 200 || !strings.Contains(body, "<p>ab</p>") || !strings.Contains(body, `"boom":null`) {
		t.Errorf("the post: %d %s", status, body)
	}
	if n := strings.Count(s.log.String(), "a plugin panicked"); n < 8 || !strings.Contains(s.log.String(), "plugin=boom") {
		t.Errorf("%d panics logged", n)
	}
}

// TestPluginRefused: what cannot be registered keeps the site from starting, and
// the error says whose it is and why.
func TestPluginRefused(t *testing.T) {
	dir := t.TempDir()
	open := func(plugins ...platen.Plugin) error {
		app, err := openIn(t, dir, io.Discard, plugins...)
		if err == nil {
			app.Close()
		}
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	ok := func(context.Context, *rest.Request) (*rest.Response, error) { return rest.OK(true), nil }
	get := func(r *platen.Registry, ns, pattern string) {
		r.Route(ns, pattern, rest.Endpoint{Methods: []string{"GET"}, Permission: platen.Anyone, Handle: ok})
	}
	both := func(f func(*platen.Registry)) func(*platen.Registry) { return func(r *platen.Registry) { f(r); f(r) } }
	field := func(object, name string) func(*platen.Registry) {
		return func(r *platen.Registry) {
			r.Field(platen.Field{Objects: []string{object}, Name: name, Get: func(context.Context, int64) (any, error) { return 1, nil }})
		}
	}
	for _, tt := range []struct {
		want string
		f    func(*platen.Registry)
	}{
		{"plugin bad: post type book is registered twice", both(func(r *platen.Registry) { r.PostType(platen.PostType{Name: "book"}) })},
		{"post type page: WordPress has that name already", func(r *platen.Registry) { r.PostType(platen.PostType{Name: "page"}) }},
		{`post type "Book!"`, func(r *platen.Registry) { r.PostType(platen.PostType{Name: "Book!"}) }},
		{"between 1 and 20", func(r *platen.Registry) { r.PostType(platen.PostType{Name: strings.Repeat("x", 21)}) }},
		{"taxonomy category: that name is taken", func(r *platen.Registry) { r.Taxonomy(platen.Taxonomy{Name: "category"}) }},
		{"meta post book isbn: there is no type \"text\"", func(r *platen.Registry) {
			r.Meta(platen.MetaKey{Kind: platen.PostMeta, Subtype: "book", Key: "isbn", Type: "text"})
		}},
		{"does not support custom-fields", func(r *platen.Registry) {
			r.PostType(platen.PostType{Name: "book"})
			r.Meta(platen.MetaKey{Kind: platen.PostMeta, Subtype: "book", Key: "isbn", Type: "string", ShowInREST: true})
		}},
		{"Default is not of type integer", func(r *platen.Registry) {
			r.Meta(platen.MetaKey{Kind: platen.UserMeta, Key: "age", Type: "integer", Default: "old"})
		}},
		{"there is no Permission; platen.Anyone", func(r *platen.Registry) {
			r.Route("bad/v1", "/x", rest.Endpoint{Methods: []string{"GET"}, Handle: ok})
		}},
		{"route GET bad/v1/x is registered twice", both(func(r *platen.Registry) { get(r, "bad/v1", "/x") })},
		{"plugin bad: route GET /wp/v2/posts is there already", func(r *platen.Registry) { get(r, "wp/v2", "/posts") }},
		{"missing closing", func(r *platen.Registry) { get(r, "bad/v1", "/(x") }},
		{"no namespace", func(r *platen.Registry) { get(r, "/bad/v1/", "/x") }},
		{"field title of post: there is one of that name already", field("post", "title")},
		{`there is no resource "novel"`, field("novel", "x")},
		{"shortcode gallery is one of WordPress's", func(r *platen.Registry) {
			r.Shortcode("gallery", func(context.Context, platen.ShortcodeCall) string { return "" })
		}},
		{"block core/paragraph is one of WordPress's", func(r *platen.Registry) {
			r.Block(platen.Block{Name: "core/paragraph", Render: func(context.Context, platen.BlockCall) string { return "" }})
		}},
		{"no script \"nowhere\"", func(r *platen.Registry) { r.Page(platen.Page{Slug: "p", Scripts: []string{"nowhere"}}) }},
		{"slug \"a b\"", func(r *platen.Registry) { r.Page(platen.Page{Slug: "a b"}) }},
		{"registered already: file wp-api.js", func(r *platen.Registry) { r.Script("wp-api", nil) }},
		{"no such script: x", func(r *platen.Registry) { r.Localize("x", "y", 1) }},
		{"handler of GET /wp-login.php/{$}x", func(r *platen.Registry) { r.Handle("GET /wp-login.php/{$}x", http.NotFoundHandler()) }},
	} {
		err := open(trial{"bad", func(r *platen.Registry) error { tt.f(r); return nil }})
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "plugin bad") {
			t.Errorf("want %q, got %v", tt.want, err)
		}
	}
	book := func(r *platen.Registry) error { r.PostType(platen.PostType{Name: "book"}); return nil }
	if err := open(trial{"one", book}, trial{"two", book}); err == nil || !strings.Contains(err.Error(), "plugin two: post type book is registered by plugin one already") {
		t.Error(err)
	}
	none := func(*platen.Registry) error { return nil }
	if err := open(trial{"one", none}, trial{"one", none}); err == nil || !strings.Contains(err.Error(), "two of that name") {
		t.Error(err)
	}
	if err := open(trial{"a b", none}); err == nil {
		t.Error("a name with a space")
	}
	if err := open(trial{"x", func(*platen.Registry) error { panic("x") }}); err == nil || !strings.Contains(err.Error(), "plugin x") {
		t.Error(err)
	}
}

// TestPluginBeforePHP: in front of a PHP site the handlers of plugins are ours.
func TestPluginBeforePHP(t *testing.T) {
	php := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "php") }))
	defer php.Close()
	none := func(string) string { return "" }
	dir := t.TempDir()
	cfg, err := platen.Configure(none, "--data", dir, "--db", "sqlite:"+filepath.Join(dir, "platen.db"), "--url", "http://site.test", "--admin-password", "password", "--upstream", php.URL)
	if err != nil {
		t.Fatal(err)
	}
	app, err := platen.Open(t.Context(), cfg, platen.Options{Keys: dumpKeys(t), Plugins: []platen.Plugin{trial{"hello", func(r *platen.Registry) error {
		r.Handle("GET /hello/{name}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello "+r.PathValue("name")) }))
		return nil
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	for path, want := range map[string]string{"/hello/moon": "hello moon", "/hello": "php"} {
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, httptest.NewRequest("GET", "http://site.test"+path, nil))
		if w.Body.String() != want {
			t.Errorf("%s: %d %q, not %q", path, w.Code, w.Body, want)
		}
	}
}
