package upstream

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/ordered"
)

func TestDifferences(t *testing.T) {
	for _, c := range []struct{ name, theirs, ours, want string }{
		{"equal, in another order of members", `{"a":1,"b":{"c":[]}}`, `{"b":{"c":{}},"a":1}`, ""},
		{"a value", `{"id":1,"content":{"rendered":"x"}}`, `{"id":1,"content":{"rendered":"y"}}`, "content.rendered"},
		{"missing and more", `{"id":1,"seo":{"title":"x"}}`, `{"id":1,"own":2}`, "own (only here); seo (missing here)"},
		{"in a list", `[{"id":1,"a":[{"b":1}]},{"id":2,"a":[{"b":1}]}]`, `[{"id":1,"a":[{"b":2}]},{"id":2,"a":[{"b":3}]}]`, "a[].b"},
		{"names that are numbers", `{"x":{"96":"u"}}`, `{"x":{"96":"v"}}`, "x.*"},
		{"another kind", `{"a":[1]}`, `{"a":{"b":1}}`, "a"},
		{"shorter", `[{"id":1},{"id":2}]`, `[{"id":1}]`, "[] (2, here 1)"},
		{"another order", `[{"id":1,"date":"b"},{"id":2,"date":"a"}]`, `[{"id":2,"date":"a"},{"id":1,"date":"b"}]`, "[] (another order)"},
		{"an order that means nothing", `[{"id":1,"date":"a"},{"id":2,"date":"a"}]`, `[{"id":2,"date":"a"},{"id":1,"date":"a"}]`, ""},
		{"an order that means nothing, and a field", `[{"id":1,"date":"a","x":1},{"id":2,"date":"a"}]`, `[{"id":2,"date":"a"},{"id":1,"date":"a","x":2}]`, "x"},
		{"other items", `[{"id":1,"date":"b"},{"id":2,"date":"a"}]`, `[{"id":1,"date":"b"},{"id":3,"date":"c"}]`, "[] (other items)"},
		{"ids of two kinds", `[{"id":1,"subtype":"post","t":1},{"id":1,"subtype":"tag","t":2}]`, `[{"id":1,"subtype":"post","t":1},{"id":1,"subtype":"tag","t":3}]`, "t"},
		{"a text", `"a"`, `"b"`, "(body)"},
	} {
		a, b := &Answer{Status: 200, Header: http.Header{}, Body: []byte(c.theirs)}, &Answer{Status: 200, Header: http.Header{}, Body: []byte(c.ours)}
		a.Data, _ = ordered.Decode(a.Body)
		b.Data, _ = ordered.Decode(b.Body)
		if got := strings.Join(compareAnswers(a, b).sorted(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	a, b := &Answer{Status: 200, Header: http.Header{"X-Wp-Total": {"3"}}}, &Answer{Status: 200, Header: http.Header{}}
	if got := compareAnswers(a, b).sorted(); !slices.Equal(got, []string{"(header X-WP-Total)"}) {
		t.Errorf("%q", got)
	}
	if got := compareAnswers(a, &Answer{Status: 404}).sorted(); !slices.Equal(got, []string{"(status 200, here 404)"}) {
		t.Errorf("%q", got)
	}
}

// TestCompare holds what is asked and advised: of things there are, only where
// both sides could answer, and not what PHP itself answers now so, now so.
func TestCompare(t *testing.T) {
	p := newPHP(t)
	posts := []any{map[string]any{"id": 7, "x": "1"}, map[string]any{"id": 9, "x": "1"}}
	p.get["/wp/v2/posts"] = posts
	p.get["/wp/v2/posts/7"], p.get["/wp/v2/posts/9"] = posts[0], posts[1]
	p.get["/wp/v2/comments"] = map[string]any{"by": "php"}
	p.get["/wp/v2/search"] = map[string]any{"by": "platen"}
	g := newGate(t, Config{URL: p.URL, PHP: []string{"/wp-json/wp/v2/comments"}})
	var asked []string
	rows, err := g.Compare(t.Context(), Comparing{Items: 5, Own: func(_ context.Context, route, query string, _ http.Header) (*Answer, error) {
		asked = append(asked, route)
		body := map[string]string{
			"/wp/v2/posts": `[{"id":7,"x":"1"},{"id":9,"x":"1"}]`, "/wp/v2/posts/7": `{"id":7,"x":"1"}`, "/wp/v2/posts/9": `{"id":9,"x":"2"}`,
			"/wp/v2/types": `{"post":{"slug":"post"}}`, "/wp/v2/comments": `{"by":"platen"}`, "/wp/v2/search": `{"by":"platen"}`, "/wp/v2/media": "null",
		}[route]
		a := &Answer{Status: 200, Header: http.Header{}, Body: []byte(body + "\n")}
		a.Data, _ = ordered.Decode(a.Body)
		return a, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Row{}
	for _, r := range rows {
		got[r.Route] = r
	}
	if r := got["/wp/v2/posts"]; r.Advice != AdviseNative || r.Samples == 0 || r.PHP {
		t.Errorf("posts: %+v", r)
	}
	if r := got["/wp/v2/posts/{id}"]; r.Advice != AdvisePHP || r.Samples != 2 || r.Differ != 1 || !slices.Equal(r.Fields, []string{"x"}) || r.Example != "/wp/v2/posts/9" || r.Pattern != "/wp-json/wp/v2/posts/*" {
		t.Errorf("one post: %+v", r)
	}
	if r := got["/wp/v2/comments"]; r.Advice != AdvisePHP || !r.PHP || r.Because == "" {
		t.Errorf("comments: %+v", r)
	}
	if r := got["/wp/v2/search"]; r.Advice != AdviseNative {
		t.Errorf("search: %+v", r)
	}
	for _, route := range []string{"/wp/v2/themes", "/own/v1/thing", "/platen/v1/me", "/wp/v2"} {
		if _, ok := got[route]; ok || slices.Contains(asked, route) {
			t.Errorf("%s was compared", route)
		}
	}
}

// TestCompareUnsteady holds that what PHP answers differently each time is no
// difference.
func TestCompareUnsteady(t *testing.T) {
	a := differences{"nonce": true, "title": true}
	a.without(differences{"nonce": true})
	if got := a.sorted(); !slices.Equal(got, []string{"title"}) {
		t.Errorf("%q", got)
	}
}
