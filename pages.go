package platen

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/admin"
	"github.com/platenhq/platen/internal/front"
	"github.com/platenhq/platen/internal/login"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/js"
)

// pages adds the rooms with HTML in them. The browser rooms stand behind
// http.CrossOriginProtection; the API does not: nonces do that job there.
func (a *App) pages(ctx context.Context, mux *http.ServeMux) error {
	guard := http.NewCrossOriginProtection()
	doors := login.New(a.loginConfig())
	hooks := a.site.Hooks()
	hooks.AfterUpdateUser = append(hooks.AfterUpdateUser, doors.AccountChanged)
	for _, path := range []string{"/wp-login.php", "/wp-admin/admin-ajax.php", "/wp-admin/authorize-application.php"} {
		mux.Handle(path, guard.Handler(doors))
	}
	if a.oauth != nil {
		mux.HandleFunc("/oauth1/", doors.OAuth)
	}
	dashboard, err := admin.New(admin.Config{Scripts: a.scripts, Data: a.dashboardData, Types: a.dashboardTypes(), Log: a.log})
	if err != nil {
		return err
	}
	for _, p := range a.plugins.pages {
		if err := dashboard.AddPage(p); err != nil {
			return fmt.Errorf("plugin %s: %w", a.plugins.owners["dashboard page "+p.Slug], err)
		}
	}
	mux.Handle("/wp-admin/", guard.Handler(doors.RequireLogin(dashboard)))
	mux.Handle("/wp-admin", http.RedirectHandler("/wp-admin/", http.StatusMovedPermanently))
	visible, err := front.New(front.Config{
		Site: a.site, Pingback: a.cfg.Compat == "wordpress", Log: a.log,
		Render: func(ctx context.Context, password string) front.Texts {
			run := a.api.NewRun(ctx)
			run.Password = password
			return run
		},
	})
	if err != nil {
		return err
	}
	if err := a.mediaFiles(ctx, mux); err != nil {
		return err
	}
	mux.Handle("/", a.visitor(visible))
	return a.pluginHandlers(mux, guard)
}

// mediaFiles adds the files of media items.
func (a *App) mediaFiles(ctx context.Context, mux *http.ServeMux) error {
	if a.files == nil {
		return nil
	}
	set, err := a.site.Settings(ctx)
	if err != nil {
		return err
	}
	for _, path := range a.uploadsPaths(set) {
		mux.Handle(path, http.StripPrefix(path, &media.Handler{Storage: a.uploads(), Log: a.log}))
	}
	return nil
}

// visitor tells a page who is looking at it.
func (a *App) visitor(next http.Handler) http.Handler {
	who := a.cookie.Page()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := who.Authenticate(r)
		if err != nil {
			a.log.ErrorContext(r.Context(), "authentication", "err", err)
			http.Error(w, "The server could not answer this request.", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(auth.NewContext(r.Context(), id)))
	})
}

func (a *App) loginConfig() login.Config {
	cfg := login.Config{
		Site: a.site, Cookie: a.cookie, Log: a.log,
		Discreet: !a.cfg.WordPress(a.cfg.LoginOracle),
		Post:     a.post,
		Register: a.register, RemoteAddr: a.remoteAddr,
		OAuth: a.oauth, OAuthPlugin: a.cfg.WordPress(a.cfg.OAuth1Plugin),
	}
	if a.cfg.Compat == "wordpress" {
		cfg.BlankPage, cfg.Exact, cfg.Form = true, true, site.SlashedForm
	}
	return cfg
}

// register makes an account for a visitor, with the site's default role.
func (a *App) register(ctx context.Context, name, email, password string) (int64, error) {
	u, err := a.site.InsertUser(ctx, site.UserChanges{Login: &name, Email: &email, Pass: &password})
	if err != nil {
		return 0, err
	}
	return u.ID, nil
}

// dashboardData tells the dashboard about the site and about who asks.
func (a *App) dashboardData(ctx context.Context) (admin.Data, error) {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return admin.Data{}, err
	}
	me := a.site.Current(ctx)
	if me == nil {
		return admin.Data{}, errors.New("nobody is logged in")
	}
	id := auth.FromContext(ctx)
	return admin.Data{
		SiteTitle: html.UnescapeString(set.Get("blogname")), // kept with entities
		Lang:      strings.ReplaceAll(a.site.Locale(ctx, me), "_", "-"),
		TimeZone:  set.Zone.String(),
		Theme:     a.site.Theme(ctx),
		HomeURL:   set.Home + "/",
		LoginURL:  login.LoginURL(set, "", false),
		LogoutURL: login.LogoutURL(set, "", a.cookie.Nonce(id, "log-out")),
		OAuth:     a.oauth != nil,
		UserID:    me.ID, UserName: me.DisplayName, UserLogin: me.Login,
		REST: js.Settings{
			Root: set.RESTRoot(), Nonce: a.cookie.Nonce(id, auth.RESTAction), VersionString: "wp/v2/",
			NonceEndpoint: set.SiteURL + "/wp-admin/admin-ajax.php?action=rest-nonce",
		},
		Can: func(cap string) bool { return a.site.Can(ctx, cap) },
	}, nil
}

// dashboardTypes are the post types of the dashboard: posts, pages, and those of
// plugins that have a list.
func (a *App) dashboardTypes() []admin.PostType {
	types := admin.DefaultTypes()
	for _, t := range a.site.Registry().PostTypes() {
		if t.Builtin || !t.ShowUI || !t.ShowInREST || t.RESTController != "" {
			continue
		}
		types = append(types, admin.PostType{
			Name: t.Name, RestBase: t.Base(), Plural: t.Label, Singular: t.Labels.Get("singular_name"),
			EditCap: t.Caps.Get("edit_posts"), PublicCap: t.Caps.Get("publish_posts"), Order: "date",
			Categories: slices.Contains(t.Taxonomies, "category"), Tags: slices.Contains(t.Taxonomies, "post_tag"),
		})
	}
	return types
}
