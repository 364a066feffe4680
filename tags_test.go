package platen_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/store/storetest"
)

// tagged is a site with a way to talk to it as its administrator.
type tagged struct {
	*testing.T
	app        *platen.App
	url, token string
}

func newTagged(t *testing.T) *tagged {
	t.Helper()
	return taggedOn(t, "sqlite:"+filepath.Join(t.TempDir(), "platen.db"))
}

// taggedOn is newTagged on a database, whose site it makes or finds.
func taggedOn(t *testing.T, dsn string) *tagged {
	t.Helper()
	app := plainAppOn(t, dsn)
	srv := httptest.NewServer(app.Handler())
	t.Cleanup(srv.Close)
	s := &tagged{T: t, app: app, url: srv.URL}
	s.logIn()
	return s
}

// with is s in a subtest.
func (s *tagged) with(t *testing.T) *tagged { return &tagged{t, s.app, s.url, s.token} }

// ask sends a request as the administrator and returns the answer and its body.
func (s *tagged) ask(method, path, body string, headers ...string) (*http.Response, string) {
	s.Helper()
	r, err := http.NewRequest(method, s.url+"/wp-json"+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp, string(out)
}

// logIn takes a token.
func (s *tagged) logIn() {
	s.Helper()
	resp, err := http.Post(s.url+"/wp-json/jwt-auth/v1/token", "application/json", strings.NewReader(`{"username":"admin","password":"password"}`))
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	var body struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.Token == "" {
		s.Fatal("no token: ", err)
	}
	s.token = body.Token
}

func (s *tagged) want(status int, resp *http.Response, body string) {
	s.Helper()
	if resp.StatusCode != status {
		s.Fatalf("%s %s: %d, want %d: %.300s", resp.Request.Method, resp.Request.URL, resp.StatusCode, status, body)
	}
}

// TestTags holds the entity tags on either database, with one process and with
// two on the same one.
func TestTags(t *testing.T) {
	for _, db := range []struct {
		name string
		dsn  func(testing.TB) string
	}{
		{"sqlite", func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "platen.db") }},
		{"mariadb", storetest.MariaDBDSN},
	} {
		t.Run(db.name, func(t *testing.T) {
			dsn := db.dsn(t)
			s := taggedOn(t, dsn)
			t.Run("conditions", func(t *testing.T) { s.with(t).conditions() })
			t.Run("one of many", func(t *testing.T) { s.with(t).oneOfMany(s, "/wp/v2/posts/1", `{"title":"by %d"}`, 1) })
			other := taggedOn(t, dsn)
			t.Run("two processes", func(t *testing.T) { s.with(t).twoProcesses(other) })
			t.Run("gone", func(t *testing.T) { s.with(t).gone() })
		})
	}
}

// conditions: reads have strong tags that If-None-Match answers, whatever the
// representation; writes with If-Match take the tag of any of them, and write
// nothing when it is an old one.
func (s *tagged) conditions() {
	for _, c := range []struct{ name, path, change string }{
		{"post", "/wp/v2/posts/1", `{"title":"new"}`},
		{"post's terms", "/wp/v2/posts/1", `{"tags":[]}`},
		{"page", "/wp/v2/pages/2", `{"menu_order":3}`},
		{"term", "/wp/v2/categories/1", `{"description":"new"}`},
		{"comment", "/wp/v2/comments/1", `{"content":"new"}`},
		{"user", "/wp/v2/users/1", `{"description":"new"}`},
		{"me", "/wp/v2/users/me", `{"first_name":"new"}`},
		{"settings, which have no version", "/wp/v2/settings", `{"title":"new"}`},
	} {
		s.Run(c.name, func(t *testing.T) { s.with(t).conditional(c.path, c.change) })
	}
}

func (s *tagged) conditional(path, change string) {
	read, body := s.ask("GET", path, "")
	s.want(200, read, body)
	tag := read.Header.Get("ETag")
	if len(tag) < 8 || tag[0] != '"' {
		s.Fatalf("ETag %q", tag)
	}
	again, none := s.ask("GET", path, "", "If-None-Match", `"x", W/`+tag)
	s.want(304, again, none)
	if none != "" || again.Header.Get("ETag") != tag || again.Header.Get("Content-Type") != "" || again.Header.Get("Cache-Control") != read.Header.Get("Cache-Control") || again.Header.Get("Allow") != read.Header.Get("Allow") {
		s.Errorf("304: %v %q", again.Header, none)
	}
	if h, _ := s.ask("HEAD", path, ""); h.Header.Get("ETag") != tag {
		s.Errorf("HEAD: %q, GET: %q", h.Header.Get("ETag"), tag)
	}
	if h, _ := s.ask("HEAD", path, "", "If-None-Match", tag); h.StatusCode != 304 {
		s.Errorf("HEAD: %d", h.StatusCode)
	}
	other, body := s.ask("GET", path+"?context=edit", "")
	s.want(200, other, body)
	for _, bad := range []string{`"other"`, "W/" + tag, "no tag"} {
		resp, body := s.ask("POST", path, change, "If-Match", bad)
		s.want(412, resp, body)
		if !strings.Contains(body, `{"code":"rest_precondition_failed"`) || !strings.Contains(body, `"status":412`) {
			s.Errorf("If-Match %s: %s", bad, body)
		}
	}
	if resp, _ := s.ask("GET", path, ""); resp.Header.Get("ETag") != tag {
		s.Error("a refused write changed something")
	}
	resp, body := s.ask("POST", path, change, "If-Match", other.Header.Get("ETag"))
	s.want(200, resp, body)
	stale, body := s.ask("POST", path, change, "If-Match", other.Header.Get("ETag"))
	if now, _ := s.ask("GET", path, ""); now.Header.Get("ETag") != tag {
		s.want(412, stale, body)
	}
	if next := resp.Header.Get("ETag"); next != "" {
		resp, body = s.ask("POST", path, change, "If-Match", next)
		s.want(200, resp, body)
	}
	resp, body = s.ask("PUT", path, change, "If-Match", "*")
	s.want(200, resp, body)
}

// gone: a delete with an old tag does nothing, one with the present tag does; a
// batch keeps the conditions of its requests.
func (s *tagged) gone() {
	read, _ := s.ask("GET", "/wp/v2/posts/1?_fields=id", "")
	tag := read.Header.Get("ETag")
	resp, body := s.ask("POST", "/batch/v1", `{"requests":[{"path":"/wp/v2/posts/1","body":{"title":"a"},"headers":{"If-Match":"\"x\""}},{"path":"/wp/v2/posts/1","body":{"title":"b"},"headers":{"If-Match":`+fmt.Sprintf("%q", tag)+`}}]}`)
	s.want(207, resp, body)
	if strings.Count(body, `"status":412`) != 2 || !strings.Contains(body, `"raw":"b"`) { // in the error and of the item
		s.Errorf("batch: %s", body)
	}
	resp, body = s.ask("DELETE", "/wp/v2/posts/1?force=true", "", "If-Match", tag)
	s.want(412, resp, body)
	read, _ = s.ask("GET", "/wp/v2/posts/1?context=edit", "")
	resp, body = s.ask("DELETE", "/wp/v2/posts/1?force=true", "", "If-Match", read.Header.Get("ETag"))
	s.want(200, resp, body)
	resp, body = s.ask("POST", "/wp/v2/posts/1", `{}`, "If-Match", "*")
	s.want(404, resp, body)
}

// oneOfMany: of writers who have read the same and ask either server, one
// succeeds, and what it wrote is what both servers have then. change takes the
// number of the writer, round makes these differ from what earlier ones wrote.
func (s *tagged) oneOfMany(other *tagged, path, change string, round int) {
	s.Helper()
	shown := path + "?context=edit"
	read, body := s.ask("GET", shown, "")
	s.want(200, read, body)
	var mu sync.Mutex
	got := map[int]int{}
	tag := ""
	var wg sync.WaitGroup
	for i := range 6 {
		to := []*tagged{s, other}[i%2]
		wg.Go(func() {
			r, _ := http.NewRequest("POST", to.url+"/wp-json"+path, strings.NewReader(fmt.Sprintf(change, round*10+i)))
			r.Header.Set("Authorization", "Bearer "+to.token)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("If-Match", read.Header.Get("ETag"))
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				s.Error(err)
				return
			}
			resp.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			if got[resp.StatusCode]++; resp.StatusCode == 200 {
				tag = resp.Header.Get("ETag")
			}
		})
	}
	wg.Wait()
	if got[200] != 1 || got[412] != 5 {
		s.Errorf("%s: statuses %v", path, got)
	}
	here, body := s.ask("GET", shown, "")
	s.want(200, here, body)
	if now := here.Header.Get("ETag"); now == read.Header.Get("ETag") || tag != "" && versionPart(now) != versionPart(tag) {
		s.Errorf("%s: tag %s before, %s in the winner's answer, %s afterwards", path, read.Header.Get("ETag"), tag, now)
	}
	there, body := other.ask("GET", shown, "")
	s.want(200, there, body)
	if there.Header.Get("ETag") != here.Header.Get("ETag") {
		s.Errorf("%s: one server's tag is %s, the other's %s", path, here.Header.Get("ETag"), there.Header.Get("ETag"))
	}
}

func versionPart(tag string) string {
	v, _, _ := strings.Cut(tag, "-")
	return v
}

// twoProcesses: it is all the same when the writers ask two servers on one
// database, also where no row stands for what they change.
func (s *tagged) twoProcesses(other *tagged) {
	resp, body := s.ask("POST", "/wp/v2/widgets", `{"id_base":"block","sidebar":"wp_inactive_widgets","instance":{"raw":{"content":"x"}}}`)
	s.want(201, resp, body)
	var widget struct{ ID string }
	if err := json.Unmarshal([]byte(body), &widget); err != nil {
		s.Fatal(err)
	}
	resp, body = s.ask("POST", "/wp/v2/templates", `{"slug":"wire","title":"x","content":"x"}`)
	s.want(201, resp, body)
	var template struct{ ID string }
	if err := json.Unmarshal([]byte(body), &template); err != nil {
		s.Fatal(err)
	}
	for _, c := range []struct{ path, change string }{
		{"/wp/v2/posts/1", `{"title":"by %d"}`},
		{"/wp/v2/settings", `{"title":"by %d"}`},
		{"/wp/v2/widgets/" + widget.ID, `{"instance":{"raw":{"content":"by %d"}}}`},
		{"/wp/v2/templates/" + template.ID, `{"title":"by %d"}`},
	} {
		s.Run(c.path, func(t *testing.T) {
			for round := range 3 {
				s.with(t).oneOfMany(other, c.path, c.change, round+2)
			}
		})
	}
}
