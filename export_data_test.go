package platen_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/wp"
)

// TestWalks: cursor and export bring each thing exactly once, by id, as the
// caller may see it, and nothing more than the list does.
func TestWalks(t *testing.T) {
	s := newTagged(t)
	st := s.app.Site().Store()
	const made = 230
	for i := range made {
		p := wp.Post{Type: "post", Status: "publish", Title: fmt.Sprint("Walked ", i), Name: fmt.Sprint("walked-", i), Author: 1, Date: fixtureDate, DateGMT: fixtureDate, Modified: fixtureDate, ModifiedGMT: fixtureDate}
		if i%10 == 0 {
			p.Status = "private"
		}
		if _, err := st.InsertPost(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	anonymous := func(path string) *http.Response {
		resp, err := http.Get(s.url + "/wp-json" + path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	lines := func(resp *http.Response) []int64 {
		t.Helper()
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/x-ndjson") {
			t.Fatalf("%s: %d %v", resp.Request.URL, resp.StatusCode, resp.Header)
		}
		var ids []int64
		for in := bufio.NewScanner(resp.Body); in.Scan(); {
			var item struct{ ID int64 }
			if err := json.Unmarshal(in.Bytes(), &item); err != nil {
				t.Fatal(err)
			}
			if len(ids) > 0 && item.ID <= ids[len(ids)-1] {
				t.Errorf("%d after %d", item.ID, ids[len(ids)-1])
			}
			ids = append(ids, item.ID)
		}
		return ids
	}
	public := made - made/10 + 1 // and Hello world!
	if got := lines(anonymous("/platen/v1/export/posts?_fields=id")); len(got) != public {
		t.Errorf("anybody is given %d posts, want %d", len(got), public)
	}
	for what, n := range map[string]int{"pages": 1, "comments": 1, "categories": 1, "tags": 0, "media": 0} {
		if got := lines(anonymous("/platen/v1/export/" + what)); len(got) != n {
			t.Errorf("%s: %d, want %d", what, len(got), n)
		}
	}
	resp, body := s.ask("GET", "/platen/v1/export/posts?status=private&context=edit", "")
	s.want(200, resp, body)
	if n := strings.Count(body, "\n"); n != made/10 || !strings.Contains(body, `"raw":"Walked 0"`) {
		t.Errorf("the administrator is given %d private posts", n)
	}
	for path, status := range map[string]int{"/platen/v1/export/posts?status=draft": 400, "/platen/v1/export/posts?context=edit": 401, "/platen/v1/export/users?context=edit": 401,
		"/platen/v1/export/settings": 404, "/platen/v1/export/posts?author=x": 400} {
		if resp := anonymous(path); resp.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, status)
		}
	}
	next := s.url + "/wp-json/wp/v2/posts?per_page=100&_fields=id&cursor=0"
	seen, pages := 0, 0
	for ; next != "" && pages < 10; pages++ {
		resp, err := http.Get(next)
		if err != nil {
			t.Fatal(err)
		}
		var items []struct{ ID int64 }
		err = json.NewDecoder(resp.Body).Decode(&items)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		seen += len(items)
		after, _, ok := strings.Cut(strings.Join(resp.Header["Link"], ", "), `>; rel="next"`)
		next = ""
		if ok {
			next = s.url + "/wp-json" + after[strings.Index(after, "/wp/v2"):]
		}
	}
	if seen != public || pages != 3 {
		t.Errorf("the walk saw %d posts on %d pages, want %d on 3", seen, pages, public)
	}
}
