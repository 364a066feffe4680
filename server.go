package platen

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/wpv2"
	"github.com/platenhq/platen/js"
	"github.com/platenhq/platen/rest"
)

// basic is the way in by application passwords.
func (a *App) basic() *auth.Basic {
	return &auth.Basic{
		Passwords:  a.site,
		Available:  func(r *http.Request) bool { return a.site.AppPasswordsAvailable(a.secure(r)) },
		Strict:     a.cfg.Compat == "safe",
		RemoteAddr: a.remoteAddr,
	}
}

// server builds the rooms that answer requests.
func (a *App) server(ctx context.Context) error {
	basic := a.basic()
	if err := a.ways(); err != nil {
		return err
	}
	if a.cfg.Metrics != "" {
		a.meters = newMeters(a)
	}
	a.rest = rest.New(rest.Config{
		Root: func(ctx context.Context) string {
			set, err := a.site.Settings(ctx)
			if err != nil {
				return ""
			}
			return set.RESTRoot()
		},
		Auth:          a.meters.count(a.chain(basic)),
		Index:         func(ctx context.Context, req *rest.Request, resp *rest.Response) { a.api.Index(ctx, req, resp) },
		Amend:         a.amendIndex,
		Elsewhere:     a.elsewhere(),
		JSONP:         a.cfg.WordPress(a.cfg.JSONP),
		EscapeJSON:    a.cfg.WordPress(nil),
		ReflectOrigin: a.cfg.WordPress(a.cfg.ReflectOrigin),
		AllowOrigin:   a.ownOrigin,
		Secure:        a.secure,
		RemoteAddr:    a.remoteAddr,
		Log:           a.log,
		Atomically:    a.site.Atomically,
		Alone:         a.site.Alone,
		Prime:         func(ctx context.Context, req *rest.Request, links []string) { a.api.Prime(ctx, req, links) },
		Served:        noteRoute,
		ShowTags:      a.cfg.Compat == "safe",
	})
	set, err := a.site.Settings(ctx)
	if err != nil {
		return err
	}
	a.api = wpv2.New(wpv2.Config{Site: a.site, Sideloads: sideloads(set.Home), Server: a.rest, PublicUsers: a.cfg.WordPress(a.cfg.PublicUsers), PHP: a.cfg.Upstream != "", OAuth1: a.oauth != nil, Limits: a.cfg.Compat == "safe", RenewLogin: a.renewLogin, Fields: a.plugins.fields, Blocks: a.plugins.blocks, Nonce: func(ctx context.Context, action string) string {
		return a.cookie.Nonce(auth.FromContext(ctx), action)
	}})
	if err := a.api.Register(); err != nil {
		return err
	}
	if err := a.registerWays(); err != nil {
		return err
	}
	if err := a.pluginRoutes(); err != nil {
		return err
	}
	forward := a.forwardAuth(basic)
	if err := a.openGate(); err != nil {
		return err
	}
	rooms, err := a.routes(ctx, forward)
	if err != nil {
		return err
	}
	a.handler = a.outer(rooms)
	return nil
}

// routes leads each request to its room.
func (a *App) routes(ctx context.Context, forward http.Handler) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /-/healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /-/readyz", a.ready)
	mux.Handle("GET "+js.DefaultBase, a.scripts.Handler())
	if err := a.pages(ctx, mux); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := a.site.Settings(r.Context()); err != nil && !strings.HasPrefix(r.URL.Path, "/-/") {
			a.unavailable(w, r, err)
			return
		}
		if route, ok := a.restRoute(r); ok {
			if strings.EqualFold(route, forwardRoute) {
				forward.ServeHTTP(w, r)
				return
			}
			if a.gate == nil || !a.gate.ServeREST(w, r, route) {
				a.rest.ServeRoute(w, r, route)
			}
			return
		}
		if path := a.sitePath(r); a.gate != nil && !ownPage(path) && !a.pluginPage(r) && a.gate.ServePage(w, r, path) {
			return
		}
		mux.ServeHTTP(w, r)
	}), nil
}

// unavailable answers everything while the database does not answer: nobody
// can be known then, so no request may be taken for one of nobody.
func (a *App) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	a.log.ErrorContext(r.Context(), "the database does not answer", "err", err)
	w.Header().Set("Retry-After", "5")
	w.Header().Set("Cache-Control", "no-store")
	if _, ok := a.restRoute(r); ok {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		w.Write([]byte(`{"code":"database_unavailable","message":"The database does not answer. Please try again in a moment.","data":{"status":503}}`))
		return
	}
	http.Error(w, "The database does not answer. Please try again in a moment.", http.StatusServiceUnavailable)
}

// ready reports whether the database answers.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.store.Ping(r.Context()); err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}

// restRoute finds the route of an API request: below /wp-json/, or in
// ?rest_route=.
func (a *App) restRoute(r *http.Request) (string, bool) {
	path := strings.TrimPrefix(a.sitePath(r), "/index.php")
	rest, below := strings.CutPrefix(path, "/wp-json")
	below = below && (rest == "" || rest[0] == '/')
	if (below || path == "/" || path == "" || path == "/index.php") && strings.Contains(r.URL.RawQuery, "rest_route=") {
		if v := r.URL.Query().Get("rest_route"); v != "" { // it goes before the path
			return cleanRoute(v), true
		}
	}
	return cleanRoute(rest), below
}

// sitePath is the path of a request below the home of the site.
func (a *App) sitePath(r *http.Request) string {
	path := routePath(r)
	if base := a.basePath(r.Context()); base != "" {
		path = strings.TrimPrefix(path, base)
	}
	return path
}

// routePath is the path with escapes undone, but for escaped slashes: they do
// not separate.
func routePath(r *http.Request) string {
	if r.URL.RawPath == "" {
		return r.URL.Path
	}
	escaped := strings.NewReplacer("%2F", "%252F", "%2f", "%252f").Replace(r.URL.EscapedPath())
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return r.URL.Path
	}
	return path
}

// basePath is the path of the home URL, "" when the site is at the root.
func (a *App) basePath(ctx context.Context) string {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return ""
	}
	return set.HomePath()
}

func cleanRoute(route string) string {
	route = strings.TrimRight(route, "/")
	if route == "" {
		return "/"
	}
	return route
}

// ownOrigin reports whether an Origin header names this site.
func (a *App) ownOrigin(ctx context.Context, origin string) bool {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return false
	}
	return origin == originOf(set.Home) || origin == originOf(set.SiteURL)
}

// originOf is scheme, host and port of an address.
func originOf(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// sideloads reports whether browsers can make the sizes of images themselves:
// where memory can be shared between threads, on https and on localhost
// (wp_is_client_side_media_processing_enabled).
func sideloads(home string) bool {
	u, err := url.Parse(home)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
