package platen_test

import (
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// FuzzEndpoints calls the registered endpoints with parameters they know and
// values they do not expect. The seed makes the request.
func FuzzEndpoints(f *testing.F) {
	for i := range uint64(200) {
		f.Add(i, uint8(i%6))
	}
	x := newFuzzed(f)
	f.Fuzz(func(t *testing.T, seed uint64, who uint8) {
		app := x.app(t)
		d := &dice{rand.New(rand.NewPCG(seed, 1))}
		method, target, header, body := d.request(app.REST().Routes())
		r := rawRequest(method, target, header, body)
		if r == nil {
			t.Fatalf("%s %s is no HTTP", method, target)
		}
		x.credentials(r, who)
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, r)
		if bad := x.log.take(); bad != "" {
			t.Fatalf("%s %s\n%s\n%s\nanswered %d and logged\n%s", method, target, header, body, w.Code, bad)
		}
		if w.Code >= 500 && !refusal(r, w) {
			t.Fatalf("%s %s\n%s\n%s\nanswered %d\n%s", method, target, header, body, w.Code, w.Body)
		}
	})
}

// dice makes requests.
type dice struct{ *rand.Rand }

func pick[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

var group = regexp.MustCompile(`\(\?P<(\w+)>`)

// oddText and oddValues are values that parameters seldom have; 1 to 1920 are
// ids of the dumped site.
var (
	oddText = []string{"", "0", "-1", "1", "1.5", "1e3", "99999999999999999999", "true", "false", "null", "yes", "a", "A b", "a,b,,c", "1,2,x", "%", "_", "\\", "'", `"`, "\x00", "\xff\xfe", "é", "日本", "😀",
		"<script>alert(1)</script>", "[gallery]", "<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->", "<!-- wp:latest-posts {\"postsToShow\":\"x\"} /-->", "<!-- wp:x", "../../etc/passwd", "javascript:alert(1)",
		"http://127.0.0.1:8071/", "//evil.example", "2025-01-02T03:04:05", "0000-00-00T00:00:00", "2025-13-45", "9999-12-31T23:59:59", "-1-1-1", "a@b.co", "post", "page", "category", "publish", "draft", "any", "trash",
		"private", "future", "inherit", "asc", "include", "edit", "view", "embed", "id", "meta_value", "AND", "OR", "O:8:\"stdClass\":0:{}", "a:1:{i:0;i:1;}", "twentytwentyfive//index", "core/paragraph", "text-2", strings.Repeat("x", 70000)}
	oddNumbers = []any{int64(0), int64(-1), int64(1), int64(100), int64(1<<31 - 1), int64(1 << 32), int64(-1 << 63), 1.5, math.Copysign(0, -1), 1e300}
)

// id is an id as a path or a parameter may have it.
func (d *dice) id() string {
	switch d.IntN(8) {
	case 0:
		return pick(d, []string{"0", "00", "1", "999999", "9223372036854775807", "9223372036854775808", "99999999999999999999"})
	case 1:
		return strconv.Itoa(1 + d.IntN(60)) // comments, users, terms
	case 2:
		return strconv.Itoa(1 + d.IntN(225))
	}
	return strconv.Itoa(1830 + d.IntN(95))
}

// value is any value.
func (d *dice) value(depth int) any {
	switch n := d.IntN(12); {
	case n < 5:
		return pick(d, oddText)
	case n < 7:
		return pick(d, oddNumbers)
	case n == 7:
		return d.id()
	case n == 8:
		return d.IntN(2) == 0
	case n == 9 || depth > 3:
		return nil
	case n == 10:
		list := []any{}
		for range d.IntN(4) {
			list = append(list, d.value(depth+1))
		}
		return list
	}
	o := &ordered.Object{}
	for range d.IntN(4) {
		o.Set(pick(d, []string{"raw", "rendered", "0", "1", "terms", "include_children", "operator", "a", "", "_", "type", "name", "status", "path", "method", "body", "id"}), d.value(depth+1))
	}
	return o
}

// request makes a request of one of the endpoints.
func (d *dice) request(routes []*rest.Route) (method, target, header, body string) {
	r := pick(d, routes)
	e := pick(d, r.Endpoints)
	method = pick(d, e.Methods)
	if d.IntN(20) == 0 {
		method = pick(d, []string{"HEAD", "OPTIONS", "PUT", "DELETE", "GET"})
	}
	target = "/wp-json" + d.path(r.Pattern)
	params := &ordered.Object{}
	for range d.IntN(5) {
		if len(e.Args) > 0 {
			params.Set(pick(d, e.Args).Name, d.value(0))
		}
	}
	if required := d.IntN(4) > 0; required {
		for _, a := range e.Args {
			if a.Schema.IsRequired() && !params.Has(a.Name) {
				params.Set(a.Name, d.value(0))
			}
		}
	}
	for range d.IntN(2) {
		params.Set(pick(d, []string{"_fields", "_embed", "_envelope", "context", "force", "reassign", "password", "_method", "_locale", "offset", "page", "meta", "lang"}), d.value(0))
	}
	if method == "GET" || method == "HEAD" || d.IntN(4) == 0 {
		q := url.Values{}
		for k, v := range params.All() {
			flatten(q, k, v)
		}
		return method, target + "?" + q.Encode(), "", ""
	}
	if d.IntN(3) == 0 {
		q := url.Values{}
		for k, v := range params.All() {
			flatten(q, k, v)
		}
		return method, target, "Content-Type: application/x-www-form-urlencoded", q.Encode()
	}
	text, err := ordered.Append(nil, params)
	if err != nil {
		text = []byte("{}")
	}
	return method, target, "Content-Type: application/json", string(text)
}

// path fills in the groups of a pattern.
func (d *dice) path(pattern string) string {
	var b strings.Builder
	for {
		at := group.FindStringIndex(pattern)
		if at == nil {
			b.WriteString(pattern)
			return b.String()
		}
		b.WriteString(pattern[:at[0]])
		end := rest.GroupEnd(pattern[at[0]:]) + at[0]
		expr := pattern[at[0]:end]
		switch {
		case strings.Contains(expr, "me)"):
			b.WriteString(pick(d, []string{"me", "1", "3", "999"}))
		case strings.Contains(expr, `\d`):
			b.WriteString(d.id())
		default:
			b.WriteString(pick(d, []string{"post", "page", "category", "draft", "publish", "twentytwentyfive//index", "twentytwentyfive", "core/paragraph", "core/latest-posts", "core", "text-2", "sidebar-1", "primary", "x", "%20", "a-b",
				"01234567-89ab-4cde-8f01-23456789abcd", "google-fonts", "hello"}))
		}
		pattern = pattern[end:]
	}
}

// flatten writes a value as PHP's query strings do.
func flatten(q url.Values, name string, v any) {
	switch v := v.(type) {
	case nil:
		q.Add(name, "")
	case string:
		q.Add(name, v)
	case []any:
		for _, x := range v {
			flatten(q, name+"[]", x)
		}
	case *ordered.Object:
		for k, x := range v.All() {
			flatten(q, name+"["+k+"]", x)
		}
	default:
		text, _ := ordered.Append(nil, v)
		q.Add(name, string(text))
	}
}
