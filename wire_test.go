package platen_test

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/rectest"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/internal/wiretest"
	"github.com/platenhq/platen/password"
	"github.com/platenhq/platen/rest"
)

func conversations(t *testing.T) []*wiretest.Conversation {
	t.Helper()
	all, err := wiretest.Load(filepath.Join(vectest.Root(t), "testdata", "wire"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestWire holds the conversations of testdata/wire with a server of ours, on
// SQLite or, with PLATEN_TEST_DB=mysql, on MariaDB. The very same files run
// against any other server with go test ./internal/wiretest -target URL.
func TestWire(t *testing.T) {
	site, _, err := rectest.Load(rectest.Dir())
	if err != nil {
		t.Fatal(err)
	}
	logins := quickLogins(t, site)
	r := &wiretest.Runner{Site: site, Fresh: func(ctx context.Context, needs []string) (rectest.Target, error) {
		app, srv := dumpSite(t, platen.Options{Keys: dumpKeys(t), BcryptCost: quickCost}, func(cfg *config.Config) {
			if len(needs) > 0 { // what WordPress does not have is off where we are to look like it
				cfg.Compat = "safe"
			}
		})
		return rectest.Target{URL: srv.URL, Host: dumpedHost}, logins(ctx, app.Site().Store())
	}}
	r.Test(t, conversations(t))
}

// quickLogins gives the users of a dumped site hashes of their own passwords
// that cost little to check: a conversation is not about bcrypt.
func quickLogins(t *testing.T, site *rectest.Site) func(context.Context, *store.Store) error {
	t.Helper()
	hashes := map[string]string{}
	for login, typed := range site.Passwords {
		hash, err := password.Hasher{Cost: quickCost}.Hash(typed)
		if err != nil {
			t.Fatal(err)
		}
		hashes[login] = hash
	}
	return func(ctx context.Context, st *store.Store) error {
		for login, hash := range hashes {
			u, err := st.UserByLogin(ctx, login)
			if err != nil {
				return err
			}
			if _, err := st.SwapUserPass(ctx, u.ID, u.Pass, hash); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestEveryEndpointHasAConversation fails when a registered endpoint occurs in
// no conversation of testdata/wire: a new one brings its own.
func TestEveryEndpointHasAConversation(t *testing.T) {
	routes := plainApp(t).REST().Routes()
	said := map[*rest.Endpoint]bool{}
	for _, c := range conversations(t) {
		for i := range c.Steps {
			if e := endpointOf(routes, &c.Steps[i]); e != nil {
				said[e] = true
			}
		}
	}
	for _, r := range routes {
		for _, e := range r.Endpoints {
			if !said[e] {
				t.Errorf("%s %s has no conversation in testdata/wire", strings.Join(e.Methods, "|"), r.Pattern)
			}
		}
	}
}

// plainApp opens a new site.
func plainApp(t *testing.T) *platen.App {
	t.Helper()
	return plainAppOn(t, "sqlite:"+filepath.Join(t.TempDir(), "platen.db"))
}

// plainAppOn opens the site of a database, a new one where there is none.
func plainAppOn(t *testing.T, dsn string) *platen.App {
	t.Helper()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.DB, cfg.AdminPassword = dsn, "password"
	app, err := platen.Open(t.Context(), cfg, platen.Options{Keys: dumpKeys(t), BcryptCost: quickCost})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return app
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// endpointOf is the endpoint that a step of a conversation asks for, nil when
// it is not one of the API.
func endpointOf(routes []*rest.Route, step *wiretest.Step) *rest.Endpoint {
	target := variable.ReplaceAllStringFunc(step.Target, func(v string) string {
		if strings.Contains(v, "uuid") {
			return "01234567-89ab-4cde-8f01-23456789abcd"
		}
		return "1"
	})
	path, query, _ := strings.Cut(target, "?")
	route, ok := strings.CutPrefix(path, "/wp-json")
	if !ok {
		q := rest.ParseQuery(query)
		if route, ok = q.Value("rest_route").(string); !ok {
			return nil
		}
	}
	if route = strings.TrimRight(route, "/"); route == "" {
		route = "/"
	}
	method := step.Method
	if m, ok := rest.ParseQuery(query).Value("_method").(string); ok {
		method = strings.ToUpper(m)
	}
	if method == "HEAD" {
		method = "GET"
	}
	for _, r := range routes {
		if !regexp.MustCompile("(?i)^(?:" + r.Pattern + ")$").MatchString(route) {
			continue
		}
		for _, e := range r.Endpoints {
			if slices.Contains(e.Methods, method) {
				return e
			}
		}
	}
	return nil
}
