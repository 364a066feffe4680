package platen_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/rectest"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/vectest"
)

// dumpedHost is the host that the dumped site believes in.
const dumpedHost = "127.0.0.1:8071"

// dumpKeys are the keys of the dumped site.
func dumpKeys(t testing.TB) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(vectest.Root(t), "testdata", "wordpress71", "site.json"))
	if err != nil {
		t.Fatal(err)
	}
	var site struct{ Keys map[string]string }
	if err := json.Unmarshal(raw, &site); err != nil {
		t.Fatal(err)
	}
	return site.Keys
}

// dumpServer starts a server on a copy of the dumped site, as WordPress.
func dumpServer(t testing.TB) *httptest.Server {
	t.Helper()
	_, srv := dumpSite(t, platen.Options{Keys: dumpKeys(t)}, func(*config.Config) {})
	return srv
}

// dumpSite is dumpServer with options and other settings, and the application
// behind the server.
func dumpSite(t testing.TB, opt platen.Options, change func(*config.Config)) (*platen.App, *httptest.Server) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Uploads = filepath.Join(cfg.Data, "uploads")
	storetest.Uploads(t, cfg.Uploads)
	cfg.Compat = "wordpress"
	cfg.Environment = "local"
	cfg.DB = "sqlite:" + storetest.SQLiteDumpFile(t)
	if os.Getenv("PLATEN_TEST_DB") == "mysql" {
		cfg.DB = storetest.MariaDBDumpDSN(t)
	}
	change(&cfg)
	app, err := platen.Open(context.Background(), cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(app.Handler())
	t.Cleanup(func() { srv.Close(); app.Close() })
	return app, srv
}

// TestRecordings replays requests that a real WordPress 7.1 answered and
// compares the answers.
func TestRecordings(t *testing.T) {
	site, files, err := rectest.Load(rectest.Dir())
	if err != nil {
		t.Fatal(err)
	}
	known, err := rectest.ReadKnown(filepath.Join(vectest.Root(t), "testdata", "recordings-known.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := &rectest.Runner{Site: site, Known: known, Fresh: func(context.Context) (rectest.Target, error) {
		return rectest.Target{URL: dumpServer(t).URL, Host: dumpedHost}, nil
	}}
	r.Test(t, files)
}
