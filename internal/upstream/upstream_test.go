package upstream

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// php is a stand-in for the PHP site: it answers the survey and remembers the
// rest.
type php struct {
	*httptest.Server
	mu      sync.Mutex
	routes  map[string]any // of the index
	options map[string]any // by route
	get     map[string]any
	spaces  []string
	status  int // of the index, if not 200
	asked   []string
	page    http.HandlerFunc
	got     *http.Request
}

func (p *php) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route := r.URL.Query().Get("rest_route")
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+route)
	status, page := p.status, p.page
	var answer any
	switch {
	case r.Header.Get("User-Agent") != "Platen":
		p.got = r.Clone(context.Background())
	case route == "/":
		answer = map[string]any{"name": "PHP's", "plugin_member": 1, "namespaces": p.spaces, "routes": p.routes,
			"authentication": map[string]any{"application-passwords": 1}}
	case r.Method == http.MethodOptions:
		answer = p.options[route]
	default:
		answer = p.get[route]
	}
	p.mu.Unlock()
	if r.Header.Get("User-Agent") != "Platen" {
		if page != nil {
			page(w, r)
			return
		}
		w.Header().Set("X-From", "php")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if route == "/" && status != 0 {
		w.WriteHeader(status)
		answer = map[string]any{"code": "rest_login_required"}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (p *php) request() *http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

// describe is PHP's description of a route: fields of the item, args of
// reading and of writing.
func describe(fields []string, reads, writes map[string]any) any {
	props := map[string]any{}
	for _, f := range fields {
		at := props
		parts := strings.Split(f, ".")
		for _, name := range parts[:len(parts)-1] {
			o, _ := at[name].(map[string]any)
			if o == nil {
				o = map[string]any{"properties": map[string]any{}}
				at[name] = o
			}
			at = o["properties"].(map[string]any)
		}
		at[parts[len(parts)-1]] = map[string]any{"type": "string"}
	}
	return map[string]any{"schema": map[string]any{"properties": props}, "endpoints": []any{
		map[string]any{"methods": []string{"GET"}, "args": reads}, map[string]any{"methods": []string{"POST"}, "args": writes},
	}}
}

// newPHP is a PHP site that knows what our side knows, and no more.
func newPHP(t *testing.T) *php {
	t.Helper()
	types := map[string]any{"post": map[string]any{"slug": "post"}}
	p := &php{
		spaces: []string{"wp/v2", "shop/v1"},
		routes: map[string]any{"/": 1, "/wp/v2": 1, "/wp/v2/posts": map[string]any{"namespace": "wp/v2", "by": "php"}, `/wp/v2/posts/(?P<id>\d+)`: 1, "/wp/v2/media": 1,
			"/wp/v2/types": 1, "/wp/v2/comments": 1, "/wp/v2/search": 1, "/wp/v2/themes": map[string]any{"namespace": "wp/v2", "by": "php"},
			"/shop/v1": 1, "/shop/v1/orders": map[string]any{"namespace": "shop/v1"}},
		options: map[string]any{
			"/wp/v2/posts":    describe([]string{"id", "meta.seen"}, map[string]any{"status": map[string]any{"default": "publish", "items": map[string]any{"enum": []string{"publish", "any"}}}}, nil),
			"/wp/v2/media":    describe(nil, nil, nil),
			"/wp/v2/types":    describe(nil, nil, nil),
			"/wp/v2/comments": describe(nil, nil, nil),
			"/wp/v2/search":   describe(nil, map[string]any{"subtype": map[string]any{"default": "any", "items": map[string]any{"enum": []string{"post", "any"}}}}, nil),
		},
		get: map[string]any{"/wp/v2/types": types},
	}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// ours is a small API: posts, media, types, comments, search, themes, a route
// that PHP does not have, and a namespace of our own.
func ours(t *testing.T) *rest.Server {
	t.Helper()
	s := rest.New(rest.Config{Root: func(context.Context) string { return "http://site.test/wp-json/" }})
	handle := func(_ context.Context, r *rest.Request) (*rest.Response, error) {
		if r.Route == "/wp/v2/types" {
			return rest.OK(ordered.Of("post", ordered.Of("slug", "post"))), nil
		}
		return rest.OK(ordered.Of("by", "platen")), nil
	}
	item := func(context.Context) *ordered.Object {
		return ordered.Of("properties", ordered.Of("id", ordered.Of("type", "integer"), "meta", ordered.Of("properties", ordered.Of("seen", ordered.Of("type", "string")))))
	}
	list := func(name, def string, values ...any) rest.Args {
		return rest.Args{schema.Prop(name, schema.New("", "array").Items(schema.String("").Enum(values...)).Default([]any{def}))}
	}
	for _, r := range []struct {
		pattern string
		args    rest.Args
	}{
		{"/wp/v2/posts", list("status", "publish", "publish", "any")}, {`/wp/v2/posts/(?P<id>[\d]+)`, nil}, {"/wp/v2/media", nil}, {"/wp/v2/types", nil}, {"/wp/v2/comments", nil},
		{"/wp/v2/search", list("subtype", "any", "post", "any")}, {"/wp/v2/themes", nil}, {"/wp/v2/newer", nil}, {"/own/v1/thing", nil}, {"/platen/v1/me", nil},
	} {
		parts := strings.Split(r.pattern, "/")
		err := s.Register(rest.Route{Namespace: parts[1] + "/" + parts[2], Pattern: r.pattern, Schema: item, Endpoints: []*rest.Endpoint{
			{Methods: []string{"GET"}, Args: r.args, Handle: handle}, {Methods: []string{"POST"}, Handle: handle},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func newGate(t *testing.T, cfg Config) *Gate {
	t.Helper()
	if cfg.API == nil {
		cfg.API = ours(t)
	}
	cfg.Home = func(context.Context) string { return "http://site.test" }
	if cfg.RemoteAddr == nil {
		cfg.RemoteAddr = func(*http.Request) string { return "192.0.2.7" }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	g, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

func TestDecide(t *testing.T) {
	p := newPHP(t)
	gates := map[string]*Gate{
		"all":    newGate(t, Config{URL: p.URL}),
		"reads":  newGate(t, Config{URL: p.URL, Reads: true}),
		"own":    newGate(t, Config{URL: p.URL, OwnUploads: true}),
		"forced": newGate(t, Config{URL: p.URL, Native: []string{"/wp-json/wp/v2/themes"}, PHP: []string{"/wp-json/wp/v2/posts/*", "POST /wp-json/wp/v2/posts"}}),
	}
	for _, c := range []struct {
		gate, method, route, query, body string
		php                              bool
	}{
		{"all", "GET", "/wp/v2/posts", "", "", false},
		{"all", "HEAD", "/wp/v2/posts", "", "", false},
		{"all", "OPTIONS", "/wp/v2/posts", "", "", false},
		{"all", "POST", "/wp/v2/posts", "", "", false},
		{"all", "DELETE", "/wp/v2/posts/7", "", "", true}, // no such endpoint of ours
		{"all", "GET", "/wp/v2/posts/7", "", "", false},
		{"all", "GET", "/WP/V2/posts/7", "", "", false},
		{"all", "GET", "/wp/v2/book", "", "", true},
		{"all", "GET", "/shop/v1/orders", "", "", true},
		{"all", "GET", "/shop/v1", "", "", true},
		{"all", "GET", "/", "", "", false},
		{"all", "GET", "/wp/v2", "", "", false},
		{"all", "GET", "/platen/v1/me", "", "", false},
		{"all", "GET", "/own/v1/thing", "", "", false}, // a namespace that PHP does not have
		{"all", "GET", "/wp/v2/newer", "", "", true},   // a route that PHP does not have
		{"all", "GET", "/wp/v2/themes", "", "", true},
		{"all", "POST", "/wp/v2/media", "", "", false},
		{"own", "POST", "/wp/v2/media", "", "", true},
		{"own", "GET", "/wp/v2/media", "", "", false},
		{"reads", "GET", "/wp/v2/posts", "", "", false},
		{"reads", "POST", "/wp/v2/posts", "", "", true},
		{"reads", "GET", "/wp/v2/posts", "_method=POST", "", true},
		{"reads", "POST", "/platen/v1/me", "", "", false},
		{"forced", "GET", "/wp/v2/themes", "", "", false},
		{"forced", "GET", "/wp/v2/posts", "", "", false},
		{"forced", "POST", "/wp/v2/posts", "", "", true},
		{"forced", "GET", "/wp/v2/posts/7", "", "", true},
		{"forced", "GET", "/wp/v2/posts/7/", "", "", true},
		{"forced", "GET", "/wp/v2/comments", "_embed", "", true}, // would embed what PHP has
		{"all", "GET", "/wp/v2/comments", "_embed", "", false},
		{"all", "POST", "/batch/v1", "", `{"requests":[{"path":"/wp/v2/posts"}]}`, false},
		{"all", "POST", "/batch/v1", "", `{"requests":[{"path":"/wp/v2/posts"},{"path":"/shop/v1/orders?a=1"}]}`, true},
		{"all", "POST", "/batch/v1", "", `requests[0][path]=/shop/v1/orders`, true},
		{"all", "POST", "/batch/v1", "", `{"requests":`, false}, // ours to refuse
		{"reads", "POST", "/batch/v1", "", `{"requests":[{"path":"/wp/v2/posts"}]}`, true},
	} {
		r := httptest.NewRequest(c.method, "http://site.test/?"+c.query, strings.NewReader(c.body))
		d := gates[c.gate].Decide(r, c.route)
		if d.PHP != c.php {
			t.Errorf("%s: %s %s?%s %s: PHP %v (%s), want %v", c.gate, c.method, c.route, c.query, c.body, d.PHP, d.Reason, c.php)
		}
		if left, _ := io.ReadAll(r.Body); string(left) != c.body {
			t.Errorf("%s %s: the body is %q afterwards", c.method, c.route, left)
		}
	}
}

// TestSurvey holds what is done about what PHP's plugins add.
func TestSurvey(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*php)
		found  []string // route: text
		php    []string // calls
		native []string
	}{
		{"nothing", func(*php) {}, []string{"/wp/v2/newer: PHP does not have this route"}, nil, []string{"GET /wp/v2/posts", "POST /wp/v2/posts"}},
		{"fields", func(p *php) {
			p.options["/wp/v2/posts"] = describe([]string{"id", "seo", "meta.seen", "meta.price"}, nil, nil)
		}, []string{"/wp/v2/posts: only PHP knows the fields meta.price, seo"},
			[]string{"GET /wp/v2/posts", "GET /wp/v2/posts/7", "POST /wp/v2/posts", "OPTIONS /wp/v2/posts", "GET /wp/v2/posts?_fields=id,meta", "GET /wp/v2/posts?_fields=seo.title", "GET /wp/v2/comments?_embed=1"},
			[]string{"GET /wp/v2/posts?_fields=id", "GET /wp/v2/posts?_fields[]=id&_fields[]=meta.seen", "GET /wp/v2/comments"}},
		{"parameters", func(p *php) {
			p.options["/wp/v2/posts"] = describe([]string{"id"}, map[string]any{"near": map[string]any{}, "status": map[string]any{"items": map[string]any{"enum": []string{"publish", "sold", "any"}}}}, nil)
		}, []string{"/wp/v2/posts: only PHP reads near, status=sold"},
			[]string{"GET /wp/v2/posts?near=here", "GET /wp/v2/posts?status=publish,sold", "GET /wp/v2/posts?status[]=any"},
			[]string{"GET /wp/v2/posts", "GET /wp/v2/posts?status=publish", "POST /wp/v2/posts"}},
		{"values of a default", func(p *php) {
			p.options["/wp/v2/search"] = describe(nil, map[string]any{"subtype": map[string]any{"default": "any", "items": map[string]any{"enum": []string{"post", "book", "any"}}}}, nil)
		}, []string{"/wp/v2/search: only PHP reads subtype=book"},
			[]string{"GET /wp/v2/search", "GET /wp/v2/search?subtype=book"}, []string{"GET /wp/v2/search?subtype=post"}},
		{"parameters of writing", func(p *php) {
			p.options["/wp/v2/posts"] = describe([]string{"id"}, nil, map[string]any{"price": map[string]any{}})
		}, []string{"/wp/v2/posts: only PHP reads price"}, []string{"POST /wp/v2/posts"}, []string{"GET /wp/v2/posts"}},
		{"types", func(p *php) {
			p.get["/wp/v2/types"] = map[string]any{"post": map[string]any{"slug": "post"}, "book": map[string]any{"slug": "book"}}
		}, []string{"/wp/v2/types: only PHP knows book", "/wp/v2/comments: comments may belong to book"},
			[]string{"GET /wp/v2/types", "GET /wp/v2/comments"}, []string{"GET /wp/v2/posts"}},
		{"routes taken away", func(p *php) { delete(p.routes, "/wp/v2/posts") },
			[]string{"/wp/v2/posts: PHP does not have this route"}, []string{"GET /wp/v2/posts"}, []string{"GET /wp/v2/media"}},
		{"closed", func(p *php) { p.status = 401 }, nil, []string{"GET /wp/v2/posts", "GET /", "GET /wp/v2"}, []string{"GET /platen/v1/me"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPHP(t)
			c.change(p)
			g := newGate(t, Config{URL: p.URL})
			found, err := g.Survey(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, f := range found {
				texts = append(texts, f.Route+": "+f.Text)
			}
			for _, want := range c.found {
				if !slices.Contains(texts, want) {
					t.Errorf("%q was not found, but %q", want, texts)
				}
			}
			if extra := len(texts) - len(c.found); extra > 1 {
				t.Errorf("found more: %q", texts)
			}
			for want, calls := range map[bool][]string{true: c.php, false: c.native} {
				for _, call := range calls {
					method, address, _ := strings.Cut(call, " ")
					route, query, _ := strings.Cut(address, "?")
					if d := g.Decide(httptest.NewRequest(method, "http://site.test/?"+query, nil), route); d.PHP != want {
						t.Errorf("%s: PHP %v (%s)", call, d.PHP, d.Reason)
					}
				}
			}
		})
	}
}

// TestSurveyAgain holds that a change of the plugins is noticed, and that an
// index that stays the same is all that is asked for.
func TestSurveyAgain(t *testing.T) {
	p := newPHP(t)
	g := newGate(t, Config{URL: p.URL})
	for range 2 {
		if _, err := g.Survey(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(slices.DeleteFunc(slices.Clone(p.asked), func(s string) bool { return s != "OPTIONS /wp/v2/posts" })); n != 1 {
		t.Errorf("PHP was asked %d times for the schema of posts", n)
	}
	p.routes["/wp/v2/books"] = 1
	p.options["/wp/v2/posts"] = describe([]string{"id", "seo"}, nil, nil)
	if _, err := g.Survey(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := g.Decide(httptest.NewRequest("GET", "/", nil), "/wp/v2/posts"); !d.PHP {
		t.Error("a new field was not noticed")
	}
	// PHP goes away: what is known stays known.
	p.Close()
	if _, err := g.Survey(t.Context()); err == nil {
		t.Error("no error without PHP")
	}
	if d := g.Decide(httptest.NewRequest("GET", "/", nil), "/wp/v2/posts"); !d.PHP {
		t.Error("forgotten")
	}
}

// TestTokens holds that the tokens of a plugin of PHP's stay PHP's to check.
func TestTokens(t *testing.T) {
	for _, plugin := range []bool{false, true} {
		p := newPHP(t)
		if plugin {
			p.spaces = append(p.spaces, "jwt-auth/v1")
		}
		g := newGate(t, Config{URL: p.URL})
		r := httptest.NewRequest("GET", "http://site.test/", nil)
		if g.Decide(r, "/wp/v2/posts").PHP {
			t.Error("a visitor's call went to PHP")
		}
		r.Header.Set("Authorization", "bearer abc")
		if d := g.Decide(r, "/wp/v2/posts"); d.PHP != plugin {
			t.Errorf("plugin %v: PHP %v", plugin, d.PHP)
		}
	}
}

func TestIndex(t *testing.T) {
	p := newPHP(t)
	g := newGate(t, Config{URL: p.URL})
	resp := rest.OK(ordered.Of("name", "ours", "namespaces", []string{"wp/v2", "own/v1"}, "authentication", []any{},
		"routes", ordered.Of("/wp/v2/posts", "ours", "/wp/v2/themes", "ours", "/wp/v2/newer", "ours", "/own/v1/thing", "ours")))
	g.Amend(t.Context(), nil, resp)
	raw, err := ordered.Append(nil, resp.Data)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Name           string
		Plugin         int `json:"plugin_member"`
		Namespaces     []string
		Authentication map[string]any
		Routes         map[string]any
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	_, newer := got.Routes["/wp/v2/newer"]
	themes, _ := got.Routes["/wp/v2/themes"].(map[string]any)
	if got.Name != "ours" || got.Plugin != 1 || !slices.Equal(got.Namespaces, []string{"wp/v2", "own/v1", "shop/v1"}) || got.Authentication["application-passwords"] == nil ||
		got.Routes["/wp/v2/posts"] != "ours" || got.Routes["/own/v1/thing"] != "ours" || themes["by"] != "php" || newer || got.Routes["/shop/v1/orders"] == nil {
		t.Errorf("%s", raw)
	}
	resp = rest.OK(ordered.Of("namespace", "wp/v2", "routes", ordered.Of("/wp/v2/posts", "ours")))
	g.Amend(t.Context(), nil, resp)
	routes := resp.Data.(*ordered.Object).Value("routes").(*ordered.Object)
	if routes.Has("/shop/v1/orders") || !routes.Has("/wp/v2/themes") || resp.Data.(*ordered.Object).Len() != 2 {
		t.Errorf("%v", routes.Keys())
	}
	// Without PHP it is ours alone.
	p.Close()
	g = newGate(t, Config{URL: p.URL})
	resp = rest.OK(ordered.Of("name", "ours"))
	g.Amend(t.Context(), nil, resp)
	if resp.Data.(*ordered.Object).Len() != 1 {
		t.Error("the index changed without PHP")
	}
}

// front serves a gate as the program does: whatever is not PHP's is "native".
func front(t *testing.T, g *Gate) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if route, ok := strings.CutPrefix(r.URL.Path, "/wp-json"); ok {
			if !g.ServeREST(w, r, route) {
				fmt.Fprint(w, "native")
			}
			return
		}
		if !g.ServePage(w, r, r.URL.Path) {
			fmt.Fprint(w, "native")
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func send(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
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

func request(t *testing.T, method, address string, body io.Reader, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header[headers[i]] = append(r.Header[headers[i]], headers[i+1])
	}
	return r
}

func TestHandOver(t *testing.T) {
	p := newPHP(t)
	p.page = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "a=1; path=/")
		w.Header().Add("Set-Cookie", "b=2; path=/wp-admin; HttpOnly")
		w.Header().Set("Location", "http://site.test/wp-admin/?x=1")
		w.Header().Set("Connection", "X-Gone")
		w.Header().Set("X-Gone", "1")
		w.WriteHeader(302)
		_, _ = io.Copy(w, r.Body)
	}
	trusted := false
	g := newGate(t, Config{URL: p.URL, Trusted: func(*http.Request) bool { return trusted }, Secure: func(*http.Request) bool { return trusted }})
	s := front(t, g)
	ask := func() *http.Request {
		r := request(t, "POST", s.URL+"/wp-login.php?a=%zz;b&c=%2F", strings.NewReader("log=admin"), "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "ftp", "X-Forwarded-Host", "evil.test",
			"X-Forwarded-Port", "1", "X_Forwarded_For", "203.0.113.10", "Forwarded", "for=1", "X-Real-Ip", "203.0.113.9", "Cookie", "c=3", "Connection", "X-Hop", "X-Hop", "1", "Authorization", "Basic eA==")
		r.Host = "site.test"
		return r
	}
	res, body := send(t, ask())
	if res.StatusCode != 302 || res.Header.Get("Location") != "http://site.test/wp-admin/?x=1" || len(res.Header["Set-Cookie"]) != 2 || res.Header.Get("X-Gone") != "" || body != "log=admin" {
		t.Errorf("%d %v %q", res.StatusCode, res.Header, body)
	}
	check := func(want map[string]string) {
		t.Helper()
		got := p.request()
		if got.Host != "site.test" || got.URL.Path != "/wp-login.php" || got.URL.RawQuery != "a=%zz;b&c=%2F" {
			t.Errorf("host %s, %s?%s", got.Host, got.URL.Path, got.URL.RawQuery)
		}
		for name, v := range want {
			if got.Header.Get(name) != v {
				t.Errorf("%s is %q, want %q", name, got.Header.Get(name), v)
			}
		}
		for name := range got.Header {
			if strings.Contains(name, "_") {
				t.Errorf("a header with underscores got through: %s", name)
			}
		}
	}
	check(map[string]string{"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "site.test", "X-Forwarded-Port": "", "Forwarded": "",
		"X-Real-Ip": "192.0.2.7", "Cookie": "c=3", "X-Hop": "", "Authorization": "Basic eA=="})
	trusted = true
	send(t, ask())
	check(map[string]string{"X-Forwarded-For": "203.0.113.9, 127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test", "X-Forwarded-Port": "1"})

	for path, want := range map[string]string{"/wp-json/wp/v2/posts": "native", "/wp-json/shop/v1/orders/12": "", "/2024/hello/": "", "/wp-admin/post.php": "", "/wp-content/a.css": ""} {
		if _, body := send(t, request(t, "GET", s.URL+path, nil)); body != want {
			t.Errorf("%s: %q", path, body)
		}
	}
	want := []Count{{"/wp-login.php", 2}, {"/wp-admin/", 1}, {"/wp-content/", 1}, {"GET /shop/v1/orders/{id}", 1}, {"pages", 1}}
	if got := g.Counts(); !slices.Equal(got, want) {
		t.Errorf("counts %v, want %v", got, want)
	}
}

// TestAway holds what is answered in place of a PHP that is not there.
func TestAway(t *testing.T) {
	p := newPHP(t)
	p.Close()
	s := front(t, newGate(t, Config{URL: p.URL}))
	res, body := send(t, request(t, "GET", s.URL+"/wp-json/shop/v1/orders", nil))
	var e struct {
		Code, Message string
		Data          struct{ Status int }
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil || res.StatusCode != 502 || e.Code != "upstream_unavailable" || e.Data.Status != 502 || e.Message == "" ||
		!strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		t.Errorf("%d %s %v", res.StatusCode, body, err)
	}
	if strings.Contains(body, p.Listener.Addr().String()) {
		t.Errorf("the address behind is told: %s", body)
	}
	res, body = send(t, request(t, "GET", s.URL+"/2024/hello/", nil))
	if res.StatusCode != 502 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || !strings.Contains(body, "<h1>") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if _, body = send(t, request(t, "GET", s.URL+"/wp-json/wp/v2/posts", nil)); body != "native" {
		t.Errorf("what Platen serves went with PHP: %q", body)
	}
}

// TestLoop holds that a server that is its own upstream notices.
func TestLoop(t *testing.T) {
	var g *Gate
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.ServePage(w, r, r.URL.Path) }))
	t.Cleanup(s.Close)
	g = newGate(t, Config{URL: s.URL})
	if res, body := send(t, request(t, "GET", s.URL+"/", nil)); res.StatusCode != 508 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestStreams holds that neither side is kept waiting for the whole of a body.
func TestStreams(t *testing.T) {
	p := newPHP(t)
	got := make(chan string)
	p.page = func(w http.ResponseWriter, r *http.Request) {
		in := bufio.NewReader(r.Body)
		line, _ := in.ReadString('\n')
		got <- line // before the upload is complete
		rc := http.NewResponseController(w)
		_ = rc.EnableFullDuplex()
		fmt.Fprint(w, "first\n")
		_ = rc.Flush()
		_, _ = io.Copy(io.Discard, in)
		fmt.Fprint(w, "last\n")
	}
	s := front(t, newGate(t, Config{URL: p.URL}))
	r, w := io.Pipe()
	req := request(t, "POST", s.URL+"/wp-admin/async-upload.php", r)
	answer := make(chan *http.Response)
	go func() {
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Error(err)
			close(answer)
			return
		}
		answer <- res
	}()
	fmt.Fprint(w, "begin\n")
	if line := <-got; line != "begin\n" {
		t.Errorf("%q", line)
	}
	w.Close()
	res := <-answer
	if res == nil {
		t.FailNow()
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "first\nlast\n" {
		t.Errorf("%q %v", body, err)
	}
}

// TestWebSocket holds that connections that change protocol pass.
func TestWebSocket(t *testing.T) {
	p := newPHP(t)
	p.page = func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", r.Header.Get("Upgrade"))
		rw.Flush()
		line, _ := rw.ReadString('\n')
		fmt.Fprintf(rw, "echo %s", line)
		rw.Flush()
	}
	s := front(t, newGate(t, Config{URL: p.URL}))
	u, _ := url.Parse(s.URL)
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /socket HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != 101 {
		t.Fatalf("%v %v", res, err)
	}
	fmt.Fprint(conn, "hello\n")
	if line, err := in.ReadString('\n'); err != nil || line != "echo hello\n" {
		t.Errorf("%q %v", line, err)
	}
}

func TestRules(t *testing.T) {
	rs, err := parseRules([]string{"/wp-json/wp/v2", "/wp-login.php"}, []string{"/wp-json/wp/v2/*/*/revisions", "post /wp-json/wp/v2/media", "/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path string
		php          bool
	}{
		{"GET", "/wp-json/wp/v2/posts", false}, {"GET", "/wp-json/wp/v2/posts/7/revisions", true}, {"GET", "/WP-JSON/wp/v2/posts/7/revisions/8", true},
		{"GET", "/wp-json/wp/v2/media", false}, {"POST", "/wp-json/wp/v2/media/7/edit", true}, {"GET", "/wp-login.php", false}, {"GET", "/wp-login.phpx", true}, {"GET", "", true},
	} {
		if r := rs.find(c.method, c.path); r == nil || r.php != c.php {
			t.Errorf("%s %s: %+v", c.method, c.path, r)
		}
	}
	for _, bad := range []string{"wp-json", "", "/a/b*", "GET", "G?T /a", "/a?b", "/a b"} {
		if _, err := parseRules([]string{bad}, nil); err == nil || !strings.HasPrefix(err.Error(), "native: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestShape(t *testing.T) {
	for pattern, want := range map[string]string{
		"/wp/v2/posts": "/wp/v2/posts", `/wp/v2/posts/(?P<id>[\d]+)`: "/wp/v2/posts/{id}",
		`/wp/v2/themes/(?P<stylesheet>[^\/:<>\*\?"\|)]+(?:\/[^\/]+)?)/x`: "/wp/v2/themes/{stylesheet}/x", `/a/(?P<b>(`: "/a/{b}",
	} {
		if got := shape(pattern); got != want {
			t.Errorf("%s: %s, want %s", pattern, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	for _, bad := range []string{"", "php", "ftp://x", "http://", "http://u:p@x", "http://x/?a", "http://x/#a"} {
		if _, err := New(Config{URL: bad}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
