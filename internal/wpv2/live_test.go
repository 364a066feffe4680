package wpv2_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/rectest"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wpv2"
	"github.com/platenhq/platen/nonce"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

type keys map[string]string

func (k keys) Secret(scheme string) string {
	n := strings.ToUpper(scheme)
	return k[n+"_KEY"] + k[n+"_SALT"]
}

// serve starts the API over a fresh copy of the dumped site, with as much of
// a login as the recordings need.
func serve(t *testing.T, k keys) *httptest.Server {
	st := storetest.SQLiteDump(t)
	s := site.New(site.Config{Store: st, Secrets: k, BcryptCost: 4, Environment: "local"})
	names := authcookie.NewNames("http://127.0.0.1:8071", "http://127.0.0.1:8071", nil)
	cookie := &auth.Cookie{
		Names: auth.FixedNames(names), Auth: authcookie.NewSigner(k.Secret("auth")), LoggedIn: authcookie.NewSigner(k.Secret("logged_in")),
		Nonces: nonce.New(k.Secret("nonce")), Users: s, Now: time.Now,
	}
	basic := &auth.Basic{Passwords: s, Available: func(*http.Request) bool { return true }}
	var api *rest.Server
	api = rest.New(rest.Config{
		Root: func(ctx context.Context) string {
			set, _ := s.Settings(ctx)
			return set.REST("")
		},
		Auth: auth.Chain{cookie, basic, cookie.Last()}, JSONP: true, ReflectOrigin: true,
		Index: func(_ context.Context, _ *rest.Request, r *rest.Response) {
			r.Data.(*ordered.Object).Set("home", "http://127.0.0.1:8071")
		},
	})
	v2 := wpv2.New(wpv2.Config{Site: s, Server: api, PublicUsers: true})
	if err := v2.Register(); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(s.View(r.Context()))
		switch {
		case strings.HasPrefix(r.URL.Path, "/wp-json"):
			api.ServeRoute(w, r, "/"+strings.Trim(strings.TrimPrefix(r.URL.Path, "/wp-json"), "/"))
		case r.URL.Query().Has("rest_route"):
			api.ServeRoute(w, r, r.URL.Query().Get("rest_route"))
		case r.URL.Path == "/wp-login.php":
			login(w, r, s, cookie)
		case r.URL.Path == "/wp-admin/admin-ajax.php":
			id, _ := cookie.Admin().Authenticate(r)
			w.Write([]byte(cookie.Nonce(id, auth.RESTAction)))
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

func login(w http.ResponseWriter, r *http.Request, s *site.Site, c *auth.Cookie) {
	u, err := s.Authenticate(r.Context(), site.Credentials{Login: r.FormValue("log"), Password: r.FormValue("pwd")})
	if err != nil {
		http.Error(w, err.Error(), 403)
		return
	}
	se, err := s.StartSession(r.Context(), u.ID, false, site.Client{})
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	for _, h := range c.SetCookies(r.Context(), auth.Login{Name: u.Login, PassHash: u.Pass, Token: se.Token, Expiration: se.Expiration, Expires: se.Expires}, false) {
		w.Header().Add("Set-Cookie", h)
	}
	w.WriteHeader(302)
}

// TestController replays the recordings of the resources that need nothing but
// the API itself.
func TestController(t *testing.T) {
	rec, files, err := rectest.Load(rectest.Dir())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(rec.Path)
	if err != nil {
		t.Fatal(err)
	}
	var conf struct{ Keys keys }
	if err := json.Unmarshal(text, &conf); err != nil {
		t.Fatal(err)
	}
	want := []string{"types-statuses-taxonomies", "users", "mut-users", "settings", "mut-settings", "auth-application-passwords", "mut-application-passwords", "search"}
	if only := os.Getenv("ONLY"); only != "" {
		want = strings.Split(only, ",")
	}
	files = slices.DeleteFunc(files, func(f *rectest.File) bool { return !slices.Contains(want, f.Name) })
	r := &rectest.Runner{Site: rec, Fresh: func(context.Context) (rectest.Target, error) {
		return rectest.Target{URL: serve(t, conf.Keys).URL, Host: "127.0.0.1:8071"}, nil
	}}
	r.Test(t, files)
}
