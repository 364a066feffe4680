package platen_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// benchSite is a site with n posts of about 2 KB.
func benchSite(b *testing.B, n int) http.Handler {
	b.Helper()
	cfg := config.Default()
	cfg.Data = b.TempDir()
	cfg.DB, cfg.AdminPassword = "sqlite:"+cfg.Data+"/platen.db", "pw"
	app, err := platen.Open(context.Background(), cfg, platen.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { app.Close() })
	text := strings.Repeat("<!-- wp:paragraph -->\n<p>"+strings.Repeat("moon river ", 40)+"</p>\n<!-- /wp:paragraph -->\n\n", 4)
	err = app.Site().Store().Tx(context.Background(), func(tx *store.Tx) error {
		t, err := tx.Term(context.Background(), 1, "category")
		if err != nil {
			return err
		}
		at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range n {
			at = at.Add(time.Hour)
			date := at.Format(time.DateTime)
			p := wp.Post{ID: int64(10 + i), Author: 1, Type: "post", Status: "publish", Title: fmt.Sprintf("Post %d", i), Name: fmt.Sprintf("post-%d", i),
				Content: fmt.Sprint(i, text), Date: date, DateGMT: date, Modified: date, ModifiedGMT: date, CommentStatus: "open", PingStatus: "open", GUID: "x"}
			if _, err := tx.InsertPost(context.Background(), p); err != nil {
				return err
			}
			if err := tx.AddObjectTerms(context.Background(), p.ID, []int64{t.TermTaxonomyID}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return app.Handler()
}

func benchGet(b *testing.B, h http.Handler, path func(i int) string) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path(i), nil).WithContext(b.Context()))
		if w.Code != 200 {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}

func BenchmarkList(b *testing.B) {
	h := benchSite(b, 10000)
	benchGet(b, h, func(int) string { return "/wp-json/wp/v2/posts?per_page=10" })
}

func BenchmarkSingle(b *testing.B) {
	h := benchSite(b, 10000)
	benchGet(b, h, func(i int) string { return fmt.Sprintf("/wp-json/wp/v2/posts/%d", 10+i%10000) })
}

// BenchmarkSingleAgain reads one post, whose parts are all at hand.
func BenchmarkSingleAgain(b *testing.B) {
	h := benchSite(b, 10)
	benchGet(b, h, func(int) string { return "/wp-json/wp/v2/posts/12" })
}

// BenchmarkMe reads the own user with cookie and nonce.
func BenchmarkMe(b *testing.B) {
	h := benchSite(b, 1)
	jar := map[string]string{}
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for name, value := range jar {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		for _, c := range w.Result().Cookies() {
			jar[c.Name] = c.Value
		}
		return w
	}
	ask("POST", "/wp-login.php", "log=admin&pwd=pw")
	r := httptest.NewRequest("GET", "/wp-json/wp/v2/users/me", nil)
	r.Header.Set("X-WP-Nonce", ask("GET", "/wp-admin/admin-ajax.php?action=rest-nonce", "").Body.String())
	for name, value := range jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r = r.WithContext(b.Context()) // which can end, as a server's
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}
