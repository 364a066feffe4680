package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// greeter is a server with one resource: things that can be read by anybody
// and written by user 1.
func greeter(t *testing.T) http.Handler {
	t.Helper()
	s := rest.New(rest.Config{
		Root: func(context.Context) string { return "http://example.test/wp-json/" },
		Auth: auth.MethodFunc(func(r *http.Request) (*auth.Identity, error) {
			switch r.Header.Get("X-Who") {
			case "1":
				return &auth.Identity{UserID: 1}, nil
			case "bad":
				return nil, &auth.Error{Code: "rest_cookie_invalid_nonce", Message: "Cookie check failed", Status: 403}
			}
			return nil, nil
		}),
	})
	read := &rest.Endpoint{
		Methods: []string{"GET"},
		Args: rest.Args{
			schema.Prop("id", schema.Integer("Number of the thing.")),
			schema.Prop("context", schema.String("").Enum("view", "edit", "embed").Default("view")),
		},
		Handle: func(_ context.Context, req *rest.Request) (*rest.Response, error) {
			if req.Int("id") == 9 {
				panicFree := rest.NewError(404, "thing_gone", "No such thing.")
				return nil, panicFree
			}
			links := &rest.Links{}
			links.Add("self", rest.Link{Href: "http://example.test/wp-json/t/v1/things/" + jsonOf(req.Int("id"))})
			links.Add("https://api.w.org/friend", rest.Link{Href: "http://example.test/wp-json/t/v1/things/2", Embeddable: true})
			return &rest.Response{Data: ordered.Of("id", req.Int("id"), "name", ordered.Of("raw", "r", "rendered", "x")), Links: links}, nil
		},
	}
	write := &rest.Endpoint{
		Methods: []string{"POST", "PUT", "PATCH"},
		Args:    rest.Args{schema.Prop("name", schema.String("").Required()), schema.Prop("n", schema.Integer(""))},
		Permission: func(ctx context.Context, _ *rest.Request) error {
			if auth.UserID(ctx) != 1 {
				return rest.Forbidden
			}
			return nil
		},
		AllowBatch: true,
		Handle: func(_ context.Context, req *rest.Request) (*rest.Response, error) {
			return rest.OK(ordered.Of("name", req.String("name"), "n", req.Param("n"))), nil
		},
	}
	if err := s.Register(rest.Route{Namespace: "t/v1", Pattern: `/t/v1/things/(?P<id>[\d]+)`, Endpoints: []*rest.Endpoint{read, write}}); err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeRoute(w, r, strings.TrimPrefix(r.URL.Path, "/wp-json"))
	})
}

func jsonOf(v any) string { b, _ := json.Marshal(v); return string(b) }

func TestConversations(t *testing.T) {
	h := greeter(t)
	for _, c := range []struct {
		name, method, path, body, contentType, who string
		status                                     int
		want, mustNot                              string
		header                                     [2]string
	}{
		{name: "read", method: "GET", path: "/t/v1/things/7", status: 200, want: `"targetHints":{"allow":["GET"]}`, header: [2]string{"Allow", "GET"}},
		{name: "curies", method: "GET", path: "/t/v1/things/7", status: 200, want: `"curies":[{"name":"wp"`},
		{name: "case of the route", method: "GET", path: "/T/V1/Things/7", status: 200, want: `"id":7`},
		{name: "fields", method: "GET", path: "/t/v1/things/7?_fields=name.raw", status: 200, want: `{"name":{"raw":"r"}`, mustNot: "rendered"},
		{name: "embed", method: "GET", path: "/t/v1/things/7?_embed", status: 200, want: `"_embedded":{"wp:friend":[{"id":2`},
		{name: "envelope", method: "GET", path: "/t/v1/things/9?_envelope", status: 200, want: `"status":404`},
		{name: "own error", method: "GET", path: "/t/v1/things/9", status: 404, want: `{"code":"thing_gone","message":"No such thing.","data":{"status":404}}`},
		{name: "no route", method: "GET", path: "/t/v1/nothing", status: 404, want: "rest_no_route"},
		{name: "wrong method", method: "DELETE", path: "/t/v1/things/7", status: 404, want: "rest_no_route"},
		{name: "options", method: "OPTIONS", path: "/t/v1/things/7", status: 200, want: `"methods":["GET","POST","PUT","PATCH"]`},
		{name: "options of nothing", method: "OPTIONS", path: "/t/v1/nothing", status: 200, want: "[]"},
		{name: "nobody may not", method: "POST", path: "/t/v1/things/7", body: `{"name":"a"}`, contentType: "application/json", status: 401, want: "rest_forbidden"},
		{name: "errors of parameters come first", method: "POST", path: "/t/v1/things/7", body: `{}`, contentType: "application/json", status: 400, want: `"params":["name"]`},
		{name: "broken JSON", method: "POST", path: "/t/v1/things/7", body: `{`, contentType: "application/json", status: 400, want: `"json_error_code":4`},
		{name: "wrong type", method: "POST", path: "/t/v1/things/7", body: `{"name":"a","n":"x"}`, contentType: "application/json", status: 400, want: `"params":{"n":"n is not of type integer."}`},
		{name: "write", method: "POST", path: "/t/v1/things/7", who: "1", body: `name=a&n=5`, contentType: "application/x-www-form-urlencoded", status: 200, want: `{"name":"a","n":5}`, header: [2]string{"Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private"}},
		{name: "override by query", method: "POST", path: "/t/v1/things/7?_method=get", status: 200, want: `"id":7`},
		{name: "bad nonce beats everything", method: "GET", path: "/t/v1/nothing", who: "bad", status: 403, want: "rest_cookie_invalid_nonce"},
		{name: "index", method: "GET", path: "/", status: 200, want: `"/t/v1/things/(?P<id>[\\d]+)"`},
		{name: "namespace", method: "GET", path: "/t/v1", status: 200, want: `"namespace":"t/v1"`},
		{name: "batch", method: "POST", path: "/batch/v1", who: "1", body: `{"requests":[{"path":"/t/v1/things/1","body":{"name":"q"}},{"path":"/nope"}]}`, contentType: "application/json", status: 207, want: `{"responses":[{"body":{"name":"q","n":null},"status":200`},
		{name: "jsonp is off", method: "GET", path: "/t/v1/things/7?_jsonp=f", status: 400, want: "rest_callback_disabled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/wp-json"+c.path, strings.NewReader(c.body))
			if c.contentType != "" {
				r.Header.Set("Content-Type", c.contentType)
			}
			if c.who != "" {
				r.Header.Set("X-Who", c.who)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			body := w.Body.String()
			if w.Code != c.status || !strings.Contains(body, c.want) {
				t.Errorf("%d %s\nwant %d %s", w.Code, body, c.status, c.want)
			}
			if c.mustNot != "" && strings.Contains(body, c.mustNot) {
				t.Errorf("%s must not contain %s", body, c.mustNot)
			}
			if c.header[0] != "" && w.Header().Get(c.header[0]) != c.header[1] {
				t.Errorf("%s: %q", c.header[0], w.Header().Get(c.header[0]))
			}
		})
	}
}

func TestJSONP(t *testing.T) {
	s := rest.New(rest.Config{Root: func(context.Context) string { return "http://example.com/é/" }, JSONP: true, EscapeJSON: true})
	for query, want := range map[string]string{
		"_jsonp=a.b&_fields=none":         `/**/a.b([])`,
		"_jsonp=x&_pretty&_fields=routes": "/**/x({\n    \"routes\": {\n        \"\\/\": {",
		"_fields=routes":                  `http:\/\/example.com\/\u00e9\/`,
		"_jsonp=a-b":                      `{"code":"rest_callback_invalid"`,
	} {
		w := httptest.NewRecorder()
		s.ServeRoute(w, httptest.NewRequest("GET", "/wp-json/?"+query, nil), "/")
		if body := w.Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: %s", query, body)
		}
		if known := w.Header().Get("Access-Control-Allow-Headers") != ""; known == (w.Code == 400) {
			t.Errorf("%s: %d with the headers %v", query, w.Code, w.Header())
		}
	}
}

func TestParseQuery(t *testing.T) {
	for in, want := range map[string]string{
		"a=1&b=2&a=3":           `{"a":"3","b":"2"}`,
		"a[]=1&a[]=2":           `{"a":["1","2"]}`,
		"a[x]=1&a[]=2&a[5]=3":   `{"a":{"x":"1","0":"2","5":"3"}}`,
		"a.b=1&c d=2":           `{"a_b":"1","c_d":"2"}`,
		"a[b][c][]=1":           `{"a":{"b":{"c":["1"]}}}`,
		"a%5B%5D=x%26y&b=%zz+1": `{"a":["x&y"],"b":"%zz 1"}`,
		"a[=1&=2&[]=3&a=":       `{"a_":"1","a":""}`,
		"[a=1&a]b=2&a[b]c=3":    `{"a]b":"2","a":{"b":"3"}}`,
		"":                      `{}`,
	} {
		got, err := ordered.Append(nil, rest.ParseQuery(in))
		if err != nil || string(got) != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	f.Add("a[b][]=1&c=%41&d[=2")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := ordered.Append(nil, rest.ParseQuery(s)); err != nil {
			t.Fatal(err)
		}
	})
}

// TestLargeAnswers: whoever reads a long list slowly keeps nobody else waiting
// for theirs.
func TestLargeAnswers(t *testing.T) {
	s := rest.New(rest.Config{Root: func(context.Context) string { return "http://example.com/" }})
	making, most := atomic.Int64{}, atomic.Int64{}
	list := func(context.Context, *rest.Request) (*rest.Response, error) {
		n := making.Add(1)
		defer making.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		runtime.Gosched()
		return rest.OK([]any{}), nil
	}
	if err := s.Register(rest.Route{Namespace: "wp/v2", Pattern: "/wp/v2/things", Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Handle: list}}}); err != nil {
		t.Fatal(err)
	}
	ask := func(w http.ResponseWriter) {
		s.ServeRoute(w, httptest.NewRequest("GET", "/wp/v2/things?_embed&per_page=100", nil), "/wp/v2/things")
	}
	slow := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 * runtime.GOMAXPROCS(0) {
		wg.Go(func() { ask(&slowReader{httptest.NewRecorder(), slow}) })
	}
	for range 50 {
		wg.Go(func() { ask(httptest.NewRecorder()) })
	}
	ask(httptest.NewRecorder())
	close(slow)
	wg.Wait()
	if most.Load() > int64(runtime.GOMAXPROCS(0)) {
		t.Errorf("%d were made at once on %d processors", most.Load(), runtime.GOMAXPROCS(0))
	}
}

// slowReader takes an answer only when told.
type slowReader struct {
	*httptest.ResponseRecorder
	now chan struct{}
}

func (r *slowReader) Write(p []byte) (int, error) {
	<-r.now
	return r.ResponseRecorder.Write(p)
}

// badText is an error that comes from what the caller gave.
type badText struct{}

func (badText) Error() string                    { return "column x: not UTF-8" }
func (badText) BadValue() (code, message string) { return "bad_text", "No such text." }

func TestBadValue(t *testing.T) {
	s := rest.New(rest.Config{Root: func(context.Context) string { return "http://example.com/" }})
	fails := func(context.Context, *rest.Request) (*rest.Response, error) {
		return nil, fmt.Errorf("store: %w", badText{})
	}
	if err := s.Register(rest.Route{Namespace: "t/v1", Pattern: "/t/v1/things", Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Handle: fails}}}); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeRoute(w, httptest.NewRequest("GET", "/t/v1/things", nil), "/t/v1/things")
	if want := `{"code":"bad_text","message":"No such text.","data":{"status":400}}`; w.Code != 400 || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
