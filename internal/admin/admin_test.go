package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/admin"
	"github.com/platenhq/platen/js"
)

// nasty is what a site or a user may call themselves.
const nasty = `</script><script>alert(1)</script><img src=x onerror=alert(2)> "O'Neil" &amp; {{.}} ${x}`

// editor has the capabilities of WordPress's role that matter here.
var editor = map[string]bool{"edit_posts": true, "publish_posts": true, "edit_pages": true, "publish_pages": true}

func data(caps map[string]bool) admin.Data {
	return admin.Data{
		SiteTitle: nasty, Lang: "en-US", TimeZone: "America/New_York", HomeURL: "http://site.test/", LoginURL: "http://site.test/wp-login.php",
		LogoutURL: "http://site.test/wp-login.php?action=logout&_wpnonce=abc", OAuth: true, UserID: 7, UserName: nasty, UserLogin: nasty,
		REST: js.Settings{Root: "http://site.test/wp-json/", Nonce: "0123456789"}, Can: func(c string) bool { return caps[c] },
	}
}

func newAdmin(t *testing.T, d func() (admin.Data, error)) (*admin.Admin, *js.Registry) {
	t.Helper()
	scripts := js.NewRegistry(js.Options{})
	a, err := admin.New(admin.Config{Scripts: scripts, Data: func(context.Context) (admin.Data, error) { return d() }})
	if err != nil {
		t.Fatal(err)
	}
	return a, scripts
}

func as(caps map[string]bool) func() (admin.Data, error) {
	return func() (admin.Data, error) { return data(caps), nil }
}

type answer struct {
	*http.Response
	body string
}

func ask(t *testing.T, h http.Handler, method, address string) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, "http://site.test"+address, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{w.Result(), string(body)}
}

func TestWhoSeesWhat(t *testing.T) {
	subscriber := map[string]bool{"read": true}
	contributor := map[string]bool{"edit_posts": true}
	onlyPages := map[string]bool{"edit_pages": true}
	for _, tt := range []struct {
		name, address string
		caps          map[string]bool
		status        int
		want          string // in the body, or the place of a redirect
	}{
		{"editor, front", "/wp-admin/", editor, 200, "<h1>Posts</h1>"},
		{"editor, posts", "/wp-admin/edit.php", editor, 200, "<h1>Posts</h1>"},
		{"editor, pages", "/wp-admin/edit.php?post_type=page", editor, 200, "<h1>Pages</h1>"},
		{"editor, new", "/wp-admin/post-new.php", editor, 200, "New post"},
		{"editor, edit", "/wp-admin/post.php?post=5&action=edit", editor, 200, `"post":5`},
		{"editor, profile", "/wp-admin/profile.php", editor, 200, "Application passwords"},
		{"contributor, front", "/wp-admin/", contributor, 200, "<h1>Posts</h1>"},
		{"contributor, pages", "/wp-admin/edit.php?post_type=page", contributor, 403, "not allowed"},
		{"pages only, front", "/wp-admin/", onlyPages, 302, "/wp-admin/edit.php?post_type=page"},
		{"pages only, a post by id", "/wp-admin/post.php?post=5&action=edit", onlyPages, 200, `"type":"page"`},
		{"subscriber, front", "/wp-admin/", subscriber, 302, "/wp-admin/profile.php"},
		{"subscriber, posts", "/wp-admin/edit.php", subscriber, 403, "not allowed"},
		{"subscriber, a post by id", "/wp-admin/post.php?post=5&action=edit", subscriber, 403, "not allowed"},
		{"subscriber, sessions", "/wp-admin/sessions.php", subscriber, 200, `id="sessions"`},
		{"subscriber, sessions of others", "/wp-admin/sessions.php?user_id=1", subscriber, 403, "not allowed"},
		{"editor, applications", "/wp-admin/oauth-consumers.php", editor, 403, "not allowed"},
		{"administrator, applications", "/wp-admin/oauth-consumers.php", map[string]bool{"edit_users": true}, 200, `id="consumers"`},
		{"administrator, sessions", "/wp-admin/sessions.php?user_id=3", map[string]bool{"edit_users": true}, 200, `id="whose-form"`},
		{"subscriber, profile", "/wp-admin/profile.php", subscriber, 200, "Application passwords"},
		{"nobody's capabilities", "/wp-admin/", nil, 302, "/wp-admin/profile.php"},
		{"unknown type", "/wp-admin/edit.php?post_type=%3Cb%3E", editor, 404, "does not exist"},
		{"unknown page", "/wp-admin/options-general.php", editor, 404, "does not exist"},
		{"no id", "/wp-admin/post.php?post=abc", editor, 404, "does not exist"},
		{"id too large", "/wp-admin/post.php?post=99999999999999999999", editor, 404, "does not exist"},
		{"unknown plugin", "/wp-admin/admin.php?page=x", editor, 404, "does not exist"},
		{"no slash", "/wp-admin", editor, 301, "/wp-admin/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, _ := newAdmin(t, as(tt.caps))
			got := ask(t, a, "GET", tt.address)
			if got.StatusCode != tt.status {
				t.Fatalf("status %d, location %q", got.StatusCode, got.Header.Get("Location"))
			}
			where := got.body
			if tt.status/100 == 3 {
				where = got.Header.Get("Location")
			}
			if !strings.Contains(where, tt.want) {
				t.Errorf("no %q in %s", tt.want, where)
			}
		})
	}
}

// Every page: nothing of a name becomes markup, only scripts with the nonce of the policy run, and nobody keeps a copy.
func TestPagesAreSafe(t *testing.T) {
	a, _ := newAdmin(t, as(editor))
	nonces := map[string]bool{}
	for _, address := range []string{"/wp-admin/", "/wp-admin/edit.php?post_type=page", "/wp-admin/post-new.php", "/wp-admin/post.php?post=1&action=edit", "/wp-admin/profile.php", "/wp-admin/sessions.php", "/wp-admin/nowhere.php"} {
		got := ask(t, a, "GET", address)
		for _, bad := range []string{"<script>alert", "<img src=x", "onerror=alert(2)> \"", "</script><script>"} {
			if strings.Contains(got.body, bad) {
				t.Errorf("%s: %q came through", address, bad)
			}
		}
		csp := got.Header.Get("Content-Security-Policy")
		m := regexp.MustCompile(`script-src 'nonce-([A-Za-z0-9+/=]{24})';`).FindStringSubmatch(csp)
		if m == nil {
			t.Fatalf("%s: policy %q", address, csp)
		}
		if nonces[m[1]] {
			t.Errorf("%s: nonce of another page", address)
		}
		nonces[m[1]] = true
		for _, want := range []string{"default-src 'none'", "style-src 'self'", "connect-src 'self' http://site.test", "base-uri 'none'", "frame-ancestors 'self'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy without %s: %s", address, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", address, csp)
		}
		for _, tag := range regexp.MustCompile(`<script[^>]*>`).FindAllString(got.body, -1) {
			if !strings.Contains(tag, `nonce="`+strings.ReplaceAll(m[1], "+", "&#43;")+`"`) && !strings.Contains(tag, `nonce="`+m[1]+`"`) {
				t.Errorf("%s: %s", address, tag)
			}
		}
		markup := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(regexp.MustCompile(`(?s)<script.*?</script>`).ReplaceAllString(got.body, ""), `""`)
		if inline := regexp.MustCompile(`(?i)<[^>]+\s(on[a-z]+|style)=`).FindString(markup); inline != "" {
			t.Errorf("%s: inline: %s", address, inline)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin"} {
			if !strings.Contains(got.Header.Get(name), want) {
				t.Errorf("%s: %s %q", address, name, got.Header.Get(name))
			}
		}
	}
}

func TestSettings(t *testing.T) {
	a, _ := newAdmin(t, as(map[string]bool{"edit_posts": true}))
	body := ask(t, a, "GET", "/wp-admin/").body
	read := func(name string, into any) {
		t.Helper()
		m := regexp.MustCompile(`var ` + name + ` = (.*);\n`).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("no %s in %s", name, body)
		}
		if err := json.Unmarshal([]byte(m[1]), into); err != nil {
			t.Fatal(err)
		}
	}
	var settings struct{ Root, Nonce, VersionString string }
	read("wpApiSettings", &settings)
	if settings.Root != "http://site.test/wp-json/" || settings.Nonce != "0123456789" || settings.VersionString != "wp/v2/" {
		t.Errorf("%+v", settings)
	}
	var own struct {
		User struct {
			ID   int
			Name string
		}
		Types map[string]struct{ Edit, Publish bool }
	}
	read("platenAdmin", &own)
	if own.User.ID != 7 || own.User.Name != nasty || !own.Types["post"].Edit || own.Types["post"].Publish || own.Types["page"].Edit {
		t.Errorf("%+v", own)
	}
	// jQuery and the clients come first; the settings stand before the client that reads them.
	order := []string{"jquery", "underscore", "backbone", `id="wp-api-request-js-extra"`, `id="wp-api-request-js"`, `id="wp-api-js"`, `id="platen-admin-js-extra"`, `id="platen-admin-js"`, `id="platen-admin-list-js"`}
	at := 0
	for _, name := range order {
		i := strings.Index(body[at:], name)
		if i < 0 {
			t.Fatalf("%s is missing, or too early", name)
		}
		at += i
	}
}

func TestFilesAndMethods(t *testing.T) {
	a, scripts := newAdmin(t, as(editor))
	body := ask(t, a, "GET", "/wp-admin/").body
	css := regexp.MustCompile(`/wp-admin/platen/admin\.css\?ver=[\w-]+`).FindString(body)
	got := ask(t, a, "GET", css)
	if got.StatusCode != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/css") || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", css, got.StatusCode, got.Header)
	}
	if got := ask(t, a, "GET", "/wp-admin/platen/admin.css?ver=old"); !strings.Contains(got.Header.Get("Cache-Control"), "no-cache") {
		t.Errorf("old version: %v", got.Header)
	}
	for _, address := range []string{"/wp-admin/platen/../admin.go", "/wp-admin/platen/admin.js", "/wp-admin/platen/"} {
		if got := ask(t, a, "GET", address); got.StatusCode != 404 {
			t.Errorf("%s: %d", address, got.StatusCode)
		}
	}
	for _, src := range regexp.MustCompile(`<script src="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		w := httptest.NewRecorder()
		scripts.Handler().ServeHTTP(w, httptest.NewRequest("GET", src[1], nil))
		if js.Built() == nil && w.Code != 200 {
			t.Errorf("%s: %d", src[1], w.Code)
		}
	}
	if regexp.MustCompile(`(?:src|href)="https?://`).MatchString(strings.ReplaceAll(body, "http://site.test/", "/")) {
		t.Error("something comes from elsewhere")
	}
	if got := ask(t, a, "POST", "/wp-admin/"); got.StatusCode != 405 || got.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", got.StatusCode)
	}
	if got := ask(t, a, "GET", "/elsewhere"); got.StatusCode != 404 {
		t.Errorf("outside: %d", got.StatusCode)
	}
}

func TestErrors(t *testing.T) {
	if _, err := admin.New(admin.Config{}); err == nil {
		t.Error("New without anything")
	}
	a, scripts := newAdmin(t, func() (admin.Data, error) { return admin.Data{}, errors.New("the secret reason") })
	if got := ask(t, a, "GET", "/wp-admin/"); got.StatusCode != 500 || strings.Contains(got.body, "secret") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	if _, err := admin.New(admin.Config{Scripts: scripts, Data: func(context.Context) (admin.Data, error) { return admin.Data{}, nil }}); !errors.Is(err, js.ErrDuplicate) {
		t.Errorf("two dashboards on one registry: %v", err)
	}
}

func TestPluginPages(t *testing.T) {
	a, scripts := newAdmin(t, as(editor))
	if err := scripts.RegisterFile("books", "books.js", []byte("/* books */"), "wp-api"); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []admin.Page{{}, {Slug: "a b"}, {Slug: "a/b"}, {Slug: "x", Scripts: []string{"unknown"}}} {
		if err := a.AddPage(bad); !errors.Is(err, admin.ErrBadPage) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	books := admin.Page{Slug: "books", Title: "Books & more", Capability: "edit_posts", Scripts: []string{"books"},
		Prepare: func(_ context.Context, p *js.Page) error {
			return p.Localize("books", "bookData", map[string]any{"list": []string{nasty}})
		}}
	if err := a.AddPage(books); err != nil {
		t.Fatal(err)
	}
	if err := a.AddPage(books); !errors.Is(err, admin.ErrBadPage) {
		t.Errorf("twice: %v", err)
	}
	for _, p := range []admin.Page{{Slug: "secret", Title: "Secret", Capability: "manage_options"},
		{Slug: "raw", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "raw "+r.Method) })},
		{Slug: "raw-secret", Capability: "manage_options", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("reached") })}} {
		if err := a.AddPage(p); err != nil {
			t.Fatal(err)
		}
	}
	got := ask(t, a, "GET", "/wp-admin/admin.php?page=books")
	for _, want := range []string{"<h1>Books &amp; more</h1>", `id="root"`, "books.js", "var bookData", `href="/wp-admin/admin.php?page=books" aria-current="page"`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, ">Secret<") {
		t.Error("too much on the page")
	}
	for address, status := range map[string]int{"/wp-admin/admin.php?page=secret": 403, "/wp-admin/admin.php?page=raw-secret": 403, "/wp-admin/admin.php?page=raw": 200} {
		if got := ask(t, a, "GET", address); got.StatusCode != status {
			t.Errorf("%s: %d", address, got.StatusCode)
		}
	}
	if got := ask(t, a, "POST", "/wp-admin/admin.php?page=raw"); got.body != "raw POST" {
		t.Errorf("a plugin's own handler takes all methods: %q", got.body)
	}
}

// TestThemes shows the active theme the way that tools which activate themes look for it.
func TestThemes(t *testing.T) {
	d := func(caps map[string]bool) func() (admin.Data, error) {
		return func() (admin.Data, error) {
			d := data(caps)
			d.Theme = `two"five`
			return d, nil
		}
	}
	a, _ := newAdmin(t, d(map[string]bool{"edit_posts": true, "switch_themes": true}))
	if got := ask(t, a, "GET", "/wp-admin/themes.php"); got.StatusCode != 200 || !strings.Contains(got.body, `data-slug="two&#34;five"`) {
		t.Error(got.StatusCode, got.body)
	}
	a, _ = newAdmin(t, d(editor))
	if got := ask(t, a, "GET", "/wp-admin/themes.php"); got.StatusCode != 403 || strings.Contains(got.body, "data-slug") {
		t.Error(got.StatusCode, got.body)
	}
}
