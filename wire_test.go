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
	r := &wiretest.Runner{Site: site, Fresh: func(ctx context.Context) (rectest.Target, error) {
		app, srv := dumpSite(t, platen.Options{Keys: dumpKeys(t), BcryptCost: quickCost})
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

// withoutConversation are the beginnings of routes whose endpoints have no
// conversation in testdata/wire yet. The list only shrinks: a new endpoint
// brings its conversation.
var withoutConversation = []string{
	`/jwt-auth/v1`,
	`/platen/v1`,
}

// TestEveryEndpointHasAConversation fails when a registered endpoint occurs in
// no conversation and its route is not among those that never had one.
func TestEveryEndpointHasAConversation(t *testing.T) {
	app := plainApp(t)
	said := map[*rest.Endpoint]bool{}
	for _, c := range conversations(t) {
		for i := range c.Steps {
			if e := endpointOf(app.REST().Routes(), &c.Steps[i]); e != nil {
				said[e] = true
			}
		}
	}
	needed := map[string]bool{}
	for _, r := range app.REST().Routes() {
		for _, e := range r.Endpoints {
			if said[e] {
				continue
			}
			i := slices.IndexFunc(withoutConversation, func(p string) bool { return strings.HasPrefix(r.Pattern, p) })
			if i < 0 {
				t.Errorf("%s %s has no conversation in testdata/wire", strings.Join(e.Methods, "|"), r.Pattern)
				continue
			}
			needed[withoutConversation[i]] = true
		}
	}
	for _, p := range withoutConversation {
		if !needed[p] {
			t.Errorf("every endpoint below %s has a conversation: take it off the list", p)
		}
	}
}

// plainApp opens a new site.
func plainApp(t *testing.T) *platen.App {
	t.Helper()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.DB, cfg.AdminPassword = "sqlite:"+filepath.Join(cfg.Data, "platen.db"), "password"
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
