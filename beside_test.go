package platen_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/salt"
)

// openBeside opens the dumped site with what a wp-config.php would say, and
// returns what was logged, too.
func openBeside(t *testing.T, db string, b *config.Beside) (*platen.App, string, error) {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.DB, cfg.Beside, cfg.Environment = t.TempDir(), "sqlite:"+db, b, "local"
	var log bytes.Buffer
	app, err := platen.Open(context.Background(), cfg, platen.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err == nil {
		t.Cleanup(func() { app.Close() })
	}
	if entries, _ := os.ReadDir(cfg.Data); err != nil && len(entries) > 0 {
		t.Errorf("files were made: %v", entries)
	}
	return app, log.String(), err
}

// TestBesideKeys: keys that are missing, samples or there twice are replaced by
// the secrets of the options table, and named; without such a secret nothing
// starts.
func TestBesideKeys(t *testing.T) {
	db := storetest.SQLiteDumpFile(t)
	good := dumpKeys(t)
	bad := maps.Clone(good)
	delete(bad, "AUTH_KEY")
	bad["NONCE_KEY"], bad["LOGGED_IN_KEY"] = salt.SamplePhrase, bad["LOGGED_IN_SALT"]
	names := []string{"AUTH_KEY", "NONCE_KEY", "LOGGED_IN_KEY", "LOGGED_IN_SALT"}
	app, log, err := openBeside(t, db, &config.Beside{File: "/x/wp-config.php", Secrets: good})
	if err != nil || strings.Contains(log, "wp-config.php") {
		t.Fatal(err, log)
	}
	if got := app.Site().Secret("auth"); got != good["AUTH_KEY"]+good["AUTH_SALT"] {
		t.Error(got)
	}
	app.Close()
	st, err := store.Open(t.Context(), "sqlite:"+db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, n := range names {
		if _, err := st.DeleteOption(t.Context(), strings.ToLower(n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err = openBeside(t, db, &config.Beside{File: "/x/wp-config.php", Secrets: bad}); err == nil {
		t.Fatal("it started without secrets")
	}
	for _, n := range names {
		if !strings.Contains(err.Error(), n) {
			t.Errorf("%s is not named in: %v", n, err)
		}
		if err := st.SetOption(t.Context(), strings.ToLower(n), "option of "+n, "off"); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range bad {
		if v != salt.SamplePhrase && strings.Contains(err.Error(), v) {
			t.Error("a secret is shown")
		}
	}
	app, log, err = openBeside(t, db, &config.Beside{File: "/x/wp-config.php", Secrets: bad})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range salt.Constants() {
		if strings.Contains(log, "constant="+n+" ") != slices.Contains(names, n) {
			t.Errorf("%s: %s", n, log)
		}
	}
	for scheme, want := range map[string]string{
		"auth": "option of AUTH_KEY" + good["AUTH_SALT"], "nonce": "option of NONCE_KEY" + good["NONCE_SALT"],
		"logged_in": "option of LOGGED_IN_KEYoption of LOGGED_IN_SALT", "secure_auth": good["SECURE_AUTH_KEY"] + good["SECURE_AUTH_SALT"],
	} {
		if got := app.Site().Secret(scheme); got != want {
			t.Errorf("%s: %q", scheme, got)
		}
	}
}

// TestBesideNothing: in the database of a wp-config.php no site is made unless
// that was asked for.
func TestBesideNothing(t *testing.T) {
	db := filepath.Join(t.TempDir(), "empty.db")
	_, _, err := openBeside(t, db, &config.Beside{File: "/x/wp-config.php", Secrets: dumpKeys(t)})
	if err == nil || !strings.Contains(err.Error(), "platen init --wp-config") {
		t.Error(err)
	}
	st, err := store.Open(t.Context(), "sqlite:"+db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if has, err := st.HasSchema(t.Context()); has || err != nil {
		t.Error("tables were made", err)
	}
}

// TestBesideAddresses: where the site and its files are follows wp-config.php
// and the options, as in WordPress.
func TestBesideAddresses(t *testing.T) {
	db := storetest.SQLiteDumpFile(t)
	force := false
	for _, c := range []struct {
		path, urlPath string
		constants     map[string]string
		uploads, dir  string
	}{
		{"", "", nil, "https://w.test/wp/wp-content/uploads", "/srv/wp/wp-content/uploads"},
		{"wp-content/uploads", "", map[string]string{"WP_CONTENT_DIR": "/c", "WP_CONTENT_URL": "https://w.test/c"}, "https://w.test/c/uploads", "/c/uploads"},
		{"files/here", "", nil, "https://w.test/wp/files/here", "/srv/wp/files/here"},
		{"/data/files", "https://cdn.test/f/", nil, "https://cdn.test/f", "/data/files"},
		{"ignored", "https://ignored.test", map[string]string{"UPLOADS": "blogs/1"}, "https://w.test/wp/blogs/1", "/srv/wp/blogs/1"},
	} {
		st, err := store.Open(t.Context(), "sqlite:"+db, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]string{"upload_path": c.path, "upload_url_path": c.urlPath} {
			if err := st.SetOption(t.Context(), name, v, ""); err != nil {
				t.Fatal(err)
			}
		}
		st.Close()
		b := &config.Beside{Root: "/srv/wp/", Secrets: dumpKeys(t), SiteURL: "https://w.test/wp/", HomeURL: "https://w.test", Constants: c.constants, ForceSSLAdmin: &force}
		app, _, err := openBeside(t, db, b)
		if err != nil {
			t.Fatal(err)
		}
		set, err := app.Site().Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintln(set.UploadsURL(), set.SiteURL, set.Home, set.ForceSSLAdmin(), set.CookieNames().SitePath, set.CookieNames().Path); got != c.uploads+" https://w.test/wp https://w.test false /wp/ /\n" {
			t.Errorf("%+v: %s", c, got)
		}
		if got := app.UploadsDir(); got != c.dir {
			t.Errorf("%+v: %s", c, got)
		}
		app.Close()
	}
}
