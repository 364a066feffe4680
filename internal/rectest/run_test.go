package rectest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeSite answers just enough for the runner: a login, a nonce, and a counter
// that hands out ids.
func fakeSite(t *testing.T, nextID *int) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, status int, format string, args ...any) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(status)
		fmt.Fprintf(w, format, args...)
	}
	mux.HandleFunc("/wp-json/{$}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, 200, `{"home":"http://site.test:81"}`)
	})
	mux.HandleFunc("/wp-login.php", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("pwd") == "p w&d" {
			http.SetCookie(w, &http.Cookie{Name: "wordpress_logged_in_cafe", Value: "ann%7C1%7Ctok%7Cmac", Path: "/"})
		}
	})
	mux.HandleFunc("/wp-admin/admin-ajax.php", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "0123456789") })
	mux.HandleFunc("POST /wp-json/new", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*nextID++
		answer(w, 201, `{"id":%d,"link":"http://%s/?p=%d","got":%s,"nonce":%t}`, *nextID, r.Host, *nextID, body, r.Header.Get("X-WP-Nonce") == "0123456789")
	})
	mux.HandleFunc("/wp-json/at/", func(w http.ResponseWriter, r *http.Request) {
		answer(w, 200, `{"path":%q,"user":%q}`, r.RequestURI, r.Header.Get("Authorization"))
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

const fakeWrites = `{"area":"x","mutating":true,"sequences":[
{"name":"one","entries":[
 {"name":"make","who":"cookie+nonce:ann","method":"POST","path":"/wp-json/new","json":{"a":"${HOME}"},"capture":{"id":"id"},"captured":{"id":10},
  "response":{"status":201,"headers":{"content-type":"application/json; charset=UTF-8"},"body":{"id":10,"link":"{{BASE}}/?p=10","got":{"a":"{{BASE}}"},"nonce":true}}},
 {"name":"use","who":"none","method":"BREW","path":"/wp-json/at/${id}?x=a b#é","auth":["u","${pw:ann}"],
  "response":{"status":200,"headers":{"content-type":"application/json; charset=UTF-8"},"body":{"path":"/wp-json/at/10?x=a%20b#%C3%A9","user":"Basic dTpwIHcmZA=="}}},
 {"name":"wrong","who":"none","method":"GET","path":"/wp-json/at/1","response":{"status":404,"headers":{},"body":{"path":"/","user":""}}},
 {"name":"no capture","who":"none","method":"GET","path":"/wp-json/at/1","capture":{"zz":"a.b"},"response":{"status":200,"headers":{}}},
 {"name":"not run","who":"none","method":"GET","path":"/wp-json/at/1","response":{"status":200,"headers":{}}}]},
{"name":"two","entries":[
 {"name":"unknown","who":"none","method":"GET","path":"/wp-json/at/${id}","response":{"status":200,"headers":{}}}]}]}`

func TestRun(t *testing.T) {
	dir := t.TempDir()
	recs := filepath.Join(dir, "recordings")
	site := `{"base_url":"http://site.test:81","home":"http://site.test:81","users":[{"login":"ann","password":"p w&d"}]}`
	for p, s := range map[string]string{"site.json": site, "recordings/mut-x.json": fakeWrites, "recordings/other.json": `{}`} {
		if err := os.MkdirAll(recs, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, p), []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	next, restored := 40, 0
	srv := fakeSite(t, &next)
	for _, d := range []string{dir, recs} { // both layouts
		s, files, err := Load(d)
		if err != nil || len(files) != 1 || files[0].Len() != 6 {
			t.Fatal(files, err)
		}
		r := &Runner{Site: s, Target: Target{URL: srv.URL, Host: "site.test:81"}, Restore: func(context.Context) error { restored++; return nil }}
		res, err := r.Run(t.Context(), files[0])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range res.Failures {
			got = append(got, f.Sequence+"/"+f.Name+": "+f.Diffs[0])
		}
		want := []string{
			"one/wrong: status: expected 404, got 200",
			`one/no capture: capture zz (a.b) failed: status 200, body {"path":"/wp-json/at/1","user":""}`,
			"one/not run: not run: a capture failed in no capture",
			"two/unknown: unknown variable ${id}",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") || res.Passed != 2 || res.Total != 6 {
			t.Errorf("%d/%d\n%s", res.Passed, res.Total, strings.Join(got, "\n"))
		}
	}
	if restored != 4 {
		t.Errorf("restored %d times, want once a sequence", restored)
	}
}

func TestRunRefusesOtherServers(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	r := &Runner{Site: testSite(t), Target: Target{URL: srv.URL}}
	if _, err := r.Run(t.Context(), &File{Groups: []Group{{}}}); err == nil || !strings.Contains(err.Error(), "dumped site") {
		t.Error(err)
	}
	if _, err := r.Run(t.Context(), &File{Mutating: true, Groups: []Group{{}}}); err == nil {
		t.Error("writes without Restore")
	}
}

func TestProjectRecordings(t *testing.T) {
	site, files, err := Load(Dir())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		n += f.Len()
	}
	if n == 0 || site.Home == "" || len(site.Passwords) == 0 {
		t.Errorf("%d files, %d entries, home %q, %d users", len(files), n, site.Home, len(site.Passwords))
	}
}

func TestQuote(t *testing.T) {
	if got := quote(`/a b?c=%41&é"<{[#|`, "/?&=%:+,;@!$'()*[]~#-._|"); got != `/a%20b?c=%41&%C3%A9%22%3C%7B[#|` {
		t.Error(got)
	}
	if got := unquote("a%7Cb%zz%"); got != "a|b%zz%" {
		t.Error(got)
	}
}

func TestFormEncode(t *testing.T) {
	v := mustDecode(t, `{"a":"x y","b[]":[1,2.5],"c":true,"d":null,"e":[]}`)
	if got := formEncode(v); got != "a=x+y&b%5B%5D=1&b%5B%5D=2.5&c=True&d=None" {
		t.Error(got)
	}
}
