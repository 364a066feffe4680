package js

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestResolve(t *testing.T) {
	r := NewRegistry(Options{})
	must(t, r.Register(Script{Handle: "a", Src: "/a.js", Deps: []string{"b"}}))
	must(t, r.Register(Script{Handle: "b", Src: "/b.js", Deps: []string{"a"}}))
	must(t, r.Register(Script{Handle: "lost", Src: "/l.js", Deps: []string{"jquery", "nowhere"}}))
	must(t, r.Register(Script{Handle: "self", Src: "/s.js", Deps: []string{"self"}}))

	tests := []struct {
		name    string
		handles []string
		want    []string
		err     error
		says    string
	}{
		{"nothing", nil, nil, nil, ""},
		{"wp-api with all it needs", []string{"wp-api"}, []string{"jquery-core", "jquery", "underscore", "backbone", "wp-api-request", "wp-api"}, nil, ""},
		{"each once, in the order asked for", []string{"underscore", "jquery", "underscore"}, []string{"underscore", "jquery-core", "jquery"}, nil, ""},
		{"unknown", []string{"wp-api-fetch"}, nil, ErrUnknownHandle, "wp-api-fetch"},
		{"missing dependency names the way", []string{"lost"}, nil, ErrUnknownHandle, "lost → nowhere"},
		{"circle", []string{"a"}, nil, ErrCycle, "a → b → a"},
		{"circle of one", []string{"self"}, nil, ErrCycle, "self → self"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := r.Resolve(tt.handles...)
			if !errors.Is(err, tt.err) || !slices.Equal(got, tt.want) {
				t.Fatalf("got %v, %v; want %v, %v", got, err, tt.want, tt.err)
			}
			if err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
		})
	}
}

func TestRegister(t *testing.T) {
	r := NewRegistry(Options{})
	tests := []struct {
		name   string
		script Script
		want   error
	}{
		{"new", Script{Handle: "new", Src: "https://cdn.example/x.js#y"}, nil},
		{"alias", Script{Handle: "alias", Deps: []string{"new"}}, nil},
		{"taken", Script{Handle: "jquery", Src: "/x.js"}, ErrDuplicate},
		{"no handle", Script{Src: "/x.js"}, ErrBadScript},
		{"javascript: is no place", Script{Handle: "x", Src: "javascript:alert(1)"}, ErrBadScript},
		{"data: is no place", Script{Handle: "x", Src: "data:text/javascript,alert(1)"}, ErrBadScript},
		{"not a URL", Script{Handle: "x", Src: "http://[/"}, ErrBadScript},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := r.Register(tt.script); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	for _, file := range []string{"", "../x.js", "a/b.js", "a b.js", "x?.js"} {
		if err := r.RegisterFile("file", file, nil); !errors.Is(err, ErrBadScript) {
			t.Errorf("file %q: %v", file, err)
		}
	}
	if err := r.RegisterFile("file", "jquery.js", nil); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a core file was replaced: %v", err)
	}
	if r.Registered("file") || !r.Registered("alias") || r.Registered("wp-api-fetch") {
		t.Error("Registered is wrong")
	}
}

func TestPageHTML(t *testing.T) {
	r := NewRegistry(Options{Base: "/blog/wp-includes/js/platen"})
	must(t, r.RegisterFile("books", "books.js", []byte("books()"), "wp-api-request"))
	must(t, r.Register(Script{Handle: "out", Src: "https://cdn.example/o.js?a=1&b=2#f", Ver: "1 2"}))
	must(t, r.Localize("books", "bookSettings", map[string]any{"shelf": 3}))
	must(t, r.Enqueue("books"))

	page := r.Page()
	must(t, page.Settings(Settings{Root: "https://h/wp-json/", Nonce: "0123456789"}))
	must(t, page.AddInline("books", "before()", Before))
	must(t, page.AddInline("books", "after('</SCRIPT>')", After))
	html, err := page.HTML(`n"1`)
	must(t, err)
	got := string(html)

	inOrder := []string{
		`/blog/wp-includes/js/platen/jquery.min.js?ver=`,
		`id="wp-api-request-js-extra" nonce="n&#34;1">`,
		`var wpApiSettings = {"root":"https://h/wp-json/","nonce":"0123456789","versionString":"wp/v2/"};`,
		`/blog/wp-includes/js/platen/wp-api-request.min.js?ver=`,
		`var bookSettings = {"shelf":"3"};`,
		`id="books-js-before"`, "before()",
		`<script src="/blog/wp-includes/js/platen/books.js?ver=`, `" id="books-js" nonce="n&#34;1"></script>`,
		`id="books-js-after"`, `after('</\u0053CRIPT>')`,
	}
	rest := got
	for _, want := range inOrder {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%s\nis missing, or not in its place, in\n%s", want, got)
		}
		rest = after
	}
	if strings.Contains(got, "backbone") || strings.Contains(got, "nonceEndpoint") {
		t.Error("something was printed that nobody asked for")
	}
	if again, err := page.HTML(""); err != nil || again != "" {
		t.Errorf("printed twice: %q, %v", again, err)
	}
	must(t, page.Enqueue("out", "books"))
	again, err := page.HTML("")
	must(t, err)
	if want := `<script src="https://cdn.example/o.js?a=1&amp;b=2&amp;ver=1+2#f" id="out-js"></script>` + "\n"; string(again) != want {
		t.Errorf("got %q, want %q", again, want)
	}
	other, err := r.Page().HTML("")
	must(t, err)
	if strings.Contains(string(other), "0123456789") || strings.Contains(string(other), "before()") {
		t.Error("what belongs to one page came up on another")
	}
}

func TestPageErrors(t *testing.T) {
	page := NewRegistry(Options{}).Page()
	for name, err := range map[string]error{
		"enqueue":  page.Enqueue("jquery", "nowhere"),
		"localize": page.Localize("nowhere", "x", nil),
		"inline":   page.AddInline("nowhere", "x", After),
	} {
		if !errors.Is(err, ErrUnknownHandle) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, object := range []string{"", "a b", "a.b", "1a", "x;alert(1)//", "class", "é", "a</script>"} {
		if err := page.Localize("jquery", object, 1); !errors.Is(err, ErrBadScript) {
			t.Errorf("object %q: %v", object, err)
		}
	}
	if err := page.Localize("jquery", "x", func() {}); err == nil {
		t.Error("a function cannot be data")
	}
	if html, err := page.HTML(""); err != nil || html != "" {
		t.Errorf("failed calls left %q, %v", html, err)
	}
}

func TestLocalizeJQueryBelongsToItsCore(t *testing.T) {
	page := NewRegistry(Options{}).Page()
	must(t, page.Localize("jquery", "x", map[string]int{"a": 1}))
	must(t, page.Enqueue("jquery"))
	html, err := page.HTML("")
	must(t, err)
	if !strings.HasPrefix(string(html), `<script id="jquery-core-js-extra">`) {
		t.Errorf("data is not before jQuery: %s", html)
	}
}

func TestHandler(t *testing.T) {
	r := NewRegistry(Options{})
	must(t, r.RegisterFile("books", "books.js", []byte("books()")))
	ver := r.assets["books.js"].version
	r.assets["lost.js"] = coreAsset("lost.js")

	tests := []struct {
		name, method, url, ifNoneMatch string
		status                         int
		body, cache                    string
	}{
		{"with version: for ever", "GET", "/x/books.js?ver=" + ver, "", 200, "books()", "public, max-age=31536000, immutable"},
		{"without version: ask again", "GET", "/books.js", "", 200, "books()", "public, no-cache"},
		{"old version: ask again", "GET", "/books.js?ver=1", "", 200, "books()", "public, no-cache"},
		{"known already", "GET", "/books.js", `"` + ver + `"`, 304, "", "public, no-cache"},
		{"head", "HEAD", "/books.js", "", 200, "", "public, no-cache"},
		{"no such file", "GET", "/nothing.js", "", 404, "404 page not found\n", ""},
		{"the directory", "GET", "/wp-includes/js/platen/", "", 404, "404 page not found\n", ""},
		{"no way up", "GET", "/..%2f..%2fpage.go", "", 404, "404 page not found\n", ""},
		{"posting", "POST", "/books.js", "", 405, "Method not allowed\n", ""},
		{"not built: says so", "GET", "/lost.js", "", 503, ErrNotBuilt.Error() + "\n", "no-store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := httptest.NewRequest(tt.method, tt.url, nil)
			req.Header.Set("If-None-Match", tt.ifNoneMatch)
			rec := httptest.NewRecorder()
			r.Handler().ServeHTTP(rec, req)
			if rec.Code != tt.status || rec.Body.String() != tt.body {
				t.Errorf("got %d %q", rec.Code, rec.Body)
			}
			if got := rec.Header().Get("Cache-Control"); got != tt.cache {
				t.Errorf("Cache-Control: %q", got)
			}
			if tt.status == http.StatusOK && rec.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
				t.Errorf("Content-Type: %q", rec.Header().Get("Content-Type"))
			}
		})
	}
}

func TestCoreFiles(t *testing.T) {
	if err := Built(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for _, options := range []Options{{}, {Readable: true}} {
		r := NewRegistry(options)
		for handle, s := range r.scripts {
			if s.Src == "" {
				continue
			}
			rec := httptest.NewRecorder()
			r.Handler().ServeHTTP(rec, httptest.NewRequest("GET", withVer(s.Src, s.Ver), nil))
			if rec.Code != 200 || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(rec.Body.String(), "/*!") {
				t.Errorf("%s: %d %s", handle, rec.Code, rec.Header().Get("Cache-Control"))
			}
			if options.Readable == strings.Contains(s.Src, ".min.") {
				t.Errorf("%s: %s", handle, s.Src)
			}
		}
	}
}

func TestConcurrentPages(t *testing.T) {
	r := NewRegistry(Options{})
	done := make(chan bool)
	for range 4 {
		go func() {
			defer func() { done <- true }()
			for range 50 {
				page := r.Page()
				_ = page.Settings(Settings{Root: "/wp-json/"})
				_ = page.Enqueue("wp-api")
				_, _ = page.HTML("n")
				_ = r.Localize("wp-api", "x", 1)
			}
		}()
	}
	for range 4 {
		<-done
	}
}
