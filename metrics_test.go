package platen_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/platenhq/platen"
)

// TestMetrics: requests, statements, caches and logins are counted, and shown
// nowhere but on the listener for it.
func TestMetrics(t *testing.T) {
	n := openNew(t, func(c *platen.Config) { c.Metrics = "127.0.0.1:0" })
	get := func(url string) (int, string) {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		out, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(out)
	}
	get(n.web.URL + "/wp-json/wp/v2/posts/1")
	get(n.web.URL + "/wp-json/wp/v2/posts/1")
	get(n.web.URL + "/wp-json/wp/v2/posts/999?secret=value")
	get(n.web.URL + "/wp-json/no/such/route")
	r, _ := http.NewRequest("GET", n.web.URL+"/wp-json/", nil)
	r.Header.Set("Authorization", "Bearer no.token.atall")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if status, _ := get(n.web.URL + "/-/metrics"); status != http.StatusNotFound {
		t.Errorf("the site itself answers /-/metrics with %d", status)
	}
	w := httptest.NewRecorder()
	n.app.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/-/metrics", nil))
	text := w.Body.String()
	for _, want := range []string{
		`platen_requests_total{route="/wp/v2/posts/(?P<id>[\\d]+)",method="GET",status="200"} 2`,
		`platen_requests_total{route="/wp/v2/posts/(?P<id>[\\d]+)",method="GET",status="404"} 1`,
		`platen_requests_total{route="/wp-json",method="GET",status="404"} 1`,
		`platen_request_duration_seconds_bucket{route="/wp/v2/posts/(?P<id>[\\d]+)",method="GET",le="+Inf"} 3`,
		`platen_auth_total{method="none",result="anonymous"}`, `platen_auth_total{method="any",result="refused"} 1`,
		"\nplaten_db_statements ", "\nplaten_cache_hits ", "\ngo_goroutines ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, regexp.MustCompile(`(?m)^platen_.*$`).FindAllString(text, -1))
		}
	}
	if strings.Contains(text, "secret") || strings.Contains(text, "posts/999") {
		t.Error("what callers send is in the metrics")
	}
}
