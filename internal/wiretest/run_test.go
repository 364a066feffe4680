package wiretest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/rectest"
)

func fakeSite(t *testing.T) (*rectest.Site, string) {
	t.Helper()
	dir := t.TempDir()
	for name, s := range map[string]string{
		"site.json": `{"base_url":"http://site.test","home":"http://site.test","users":[]}`,
		"x.json":    `{"area":"x","mutating":false,"entries":[]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site, _, err := rectest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/wp-json/{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"home":"http://site.test"}`) })
	mux.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: r.FormValue("who"), Path: "/"})
		http.Redirect(w, r, "/me", http.StatusFound)
	})
	mux.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		who := "nobody"
		if c, err := r.Cookie("who"); err == nil {
			who = c.Value
		}
		user, pw, _ := r.BasicAuth()
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		fmt.Fprintf(w, `{"who":%q,"ids":[{"id":7}],"basic":%q}`, who, user+":"+pw)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		f, h, err := r.FormFile("f")
		if err != nil {
			http.Error(w, err.Error(), 400)
			return
		}
		defer f.Close()
		fmt.Fprintf(w, "%s %s %d %s", h.Filename, h.Header.Get("Content-Type"), h.Size, r.FormValue("a"))
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return site, srv.URL
}

func TestRun(t *testing.T) {
	site, url := fakeSite(t)
	for _, c := range []struct {
		name, in string
		failures []string
	}{
		{"a browser", `-- request --
POST /in as browser
@form

who=ann & co
-- response --
302
Set-Cookie ~ ^who=
Location: /me
-- request --
GET /me as browser
-- response --
200
X-Two: b
X-Two: a, b
!X-Three
$id = ids.0.id
$two = header X-Two

{"who": "<~^ann.+co$>", "ids": [{"id": ${id}}]}
-- request --
GET /me?id=${id}&two=${two}
-- response --
200
@exact

{"who": "nobody", "ids": {"<count>": 1}, "basic": ":"}
-- request --
GET /me as basic:u:p:q
Authorization: -
-- response --
200

{"basic": ":"}
-- request --
GET /me as basic:u:p:q
-- response --
200

{"basic": "u:p:q"}
`, nil},
		{"a file", `-- request --
POST /file
@multipart

a=b
f=<x.txt text/plain
-- response --
200
@text

x.txt text/plain 2 b
-- file x.txt --
aGk=
`, nil},
		{"all wrong", `-- request: me --
GET /me
-- response --
201
X-Two: c
X-Two ~ ^c
!X-Two
X-Three ~ .
@not nobody
@contains

who
whom
-- request --
GET /me
-- response --
200
@empty
-- request --
GET /me
-- response --
200

${oops}
-- request --
GET /me
-- response --
200
$x = ids.1.id
-- request --
GET /me
-- response --
500
-- must not contain --
ids
`, []string{
			"all wrong.txtar:2: GET /me as none (me)", "status: want 201, got 200", `header X-Two: want : c, got ["a" "b"]`, `header X-Two: want ~ ^c`,
			`header X-Two: want none`, `header X-Three: want ~ ., got []`, "body: lacks whom", "body contains nobody", "body contains ids",
			"all wrong.txtar:15: GET /me as none (step 2)", "body: want none", "unknown variable ${oops}", "$x: nothing at ids.1.id",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conv, err := Parse(c.name, []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			r := &Runner{Site: site, Target: rectest.Target{URL: url, Host: "site.test"}}
			failures, err := r.Run(t.Context(), conv)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(failures, "\n")
			if c.failures == nil && got != "" {
				t.Error(got)
			}
			for _, f := range c.failures {
				if !strings.Contains(got, f) {
					t.Errorf("no %q in\n%s", f, got)
				}
			}
			if strings.Contains(got, "step 5") {
				t.Error("went on after a failed capture")
			}
		})
	}
}

func TestRestore(t *testing.T) {
	site, url := fakeSite(t)
	n := 0
	r := &Runner{Site: site, Target: rectest.Target{URL: url, Host: "site.test"}, Restore: func(context.Context) error { n++; return nil }}
	for i, c := range []struct {
		method string
		want   int
	}{{"GET", 1}, {"GET", 1}, {"POST", 1}, {"GET", 2}, {"POST", 2}, {"POST", 3}} {
		conv, err := Parse("x", []byte("-- request --\n"+c.method+" /me\n-- response --\n200\n"))
		if err != nil {
			t.Fatal(err)
		}
		if f, err := r.Run(t.Context(), conv); err != nil || len(f) > 0 || n != c.want {
			t.Errorf("%d %s: restored %d times, want %d; %v %v", i, c.method, n, c.want, f, err)
		}
	}
	r.Target.Host = "elsewhere.test"
	site.Home = "http://elsewhere.test"
	conv, _ := Parse("x", []byte("-- request --\nGET /me\n-- response --\n200\n"))
	if _, err := r.Run(t.Context(), conv); err == nil {
		t.Error("talked to another site")
	}
}

// TestLacks: a foreign server is asked for the namespaces of a conversation; one
// of ours, started for it, is not let off.
func TestLacks(t *testing.T) {
	site, url := fakeSite(t)
	r := &Runner{Site: site, Target: rectest.Target{URL: url, Host: "site.test"}}
	c := &Conversation{Needs: []string{"platen/v1"}}
	if got := r.lacks(t, c); got != "platen/v1" {
		t.Errorf("a server without the namespace lacks %q", got)
	}
	if got := r.lacks(t, &Conversation{}); got != "" {
		t.Errorf("nothing needed, but lacking %q", got)
	}
	r.Fresh = func(context.Context, []string) (rectest.Target, error) { return r.Target, nil }
	if got := r.lacks(t, c); got != "" {
		t.Errorf("one of ours may be without %q", got)
	}
}
