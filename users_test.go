package platen_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store/storetest"
)

// TestSafeUserList: in safe mode strangers get no list of users, but the author
// of a post that they may read.
func TestSafeUserList(t *testing.T) {
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Uploads = filepath.Join(cfg.Data, "uploads")
	cfg.Environment = "local"
	cfg.DB = "sqlite:" + storetest.SQLiteDumpFile(t)
	app, err := platen.Open(context.Background(), cfg, platen.Options{Keys: dumpKeys(t), BcryptCost: quickCost})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(app.Handler())
	t.Cleanup(func() { srv.Close(); app.Close() })
	for path, want := range map[string]int{
		"/wp/v2/users": 401, "/wp/v2/users?slug=site_admin": 401, "/wp/v2/users/1": 200, "/wp/v2/users/5": 401, "/wp/v2/users/me": 401,
	} {
		req := httptest.NewRequest("GET", srv.URL+"/wp-json"+path, nil)
		req.RequestURI, req.Host = "", dumpedHost
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, not %d", path, resp.StatusCode, want)
		}
	}
}

// TestPasswordInBatch: who changes their own password within a batch stays
// logged in, and the cookies are not in the body.
func TestPasswordInBatch(t *testing.T) {
	srv := dumpServer(t)
	body := `{"requests":[{"path":"/wp/v2/users/1","method":"PUT","body":{"password":"another one"}}]}`
	req := httptest.NewRequest("POST", srv.URL+"/wp-json/batch/v1", strings.NewReader(body))
	req.RequestURI, req.Host = "", dumpedHost
	req.Header.Set("Content-Type", "application/json")
	who := administrator(t)
	req.SetBasicAuth(who[0], who[1])
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	set := strings.Join(resp.Header["Set-Cookie"], "\n")
	if resp.StatusCode != 207 || !strings.Contains(set, "wordpress_logged_in_") {
		t.Errorf("%d, cookies %q", resp.StatusCode, set)
	}
}
