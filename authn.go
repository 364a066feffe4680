package platen

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/login"
)

// Auth lets a Go service of one's own know the users of a WordPress site: by
// the site's own login cookies and nonces, application passwords, JSON Web
// Tokens and OAuth 1.0a. It reads the site's database and keys; nothing of
// Platen has to run, and the WordPress may be PHP.
//
// Browsers send the login cookie to services on the host of the site, on
// whatever port, and below its cookie domain.
type Auth struct {
	app *App
	api auth.Method
}

// OpenAuth opens the authentication of a site that is there already. Its keys
// are those of the wp-config.php or the data directory that cfg names, or
// Options.Keys. Close it at the end.
func OpenAuth(ctx context.Context, cfg Config, opt Options) (*Auth, error) {
	opt.existing = true
	a := newApp(cfg, &opt)
	if err := a.openStore(ctx, opt); err != nil {
		return nil, err
	}
	err := a.openSite(ctx, opt)
	if err == nil {
		err = a.ways()
	}
	if err != nil {
		a.store.Close()
		return nil, err
	}
	return &Auth{app: a, api: a.chain(a.basic())}, nil
}

// Close closes the database.
func (w *Auth) Close() error { return w.app.store.Close() }

// API is the middleware for programs and for scripts of the site's pages. Who
// calls is in the context (auth.FromContext, User). A login cookie counts only
// with a nonce of the action wp_rest in the header X-WP-Nonce, so that pages of
// other sites can do nothing in a user's name; a wrong credential is refused
// with WordPress's codes.
func (w *Auth) API(next http.Handler) http.Handler { return w.view(auth.Middleware(w.api)(next)) }

// Page is the middleware for pages: the login cookie alone says who looks at
// them. What changes something needs Protect or Check.
func (w *Auth) Page(next http.Handler) http.Handler {
	return w.view(auth.Middleware(w.app.cookie.Page())(next))
}

// view gives each request one consistent view of the site.
func (w *Auth) view(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(rw, r.WithContext(w.app.site.View(r.Context())))
	})
}

// Require lets only users through who have a capability, "" those who are
// logged in. It stands behind API or Page.
func (w *Auth) Require(capability string) func(http.Handler) http.Handler {
	return auth.Require(w.Can, capability)
}

// Protect refuses requests other than GET, HEAD and OPTIONS that bring no nonce
// for the action, in the field _wpnonce or the header X-WP-Nonce. It stands
// behind Page; print the nonce into the form with Nonce.
func (w *Auth) Protect(action string) func(http.Handler) http.Handler {
	return w.app.cookie.Protect(action)
}

// Nonce is the nonce of an action for the visitor in ctx: wp_create_nonce.
// Nonces of one action and user are the same here and in WordPress.
func (w *Auth) Nonce(ctx context.Context, action string) string {
	return w.app.cookie.Nonce(auth.FromContext(ctx), action)
}

// Check returns nil for a request with a good nonce of the action, else an
// *auth.Error: check_admin_referer.
func (w *Auth) Check(r *http.Request, action string) error { return w.app.cookie.Check(r, action) }

// Can reports whether the user in ctx has a capability, on an object where it
// asks for one: current_user_can.
func (w *Auth) Can(ctx context.Context, capability string, object ...any) bool {
	return (&Site{w.app}).Can(ctx, capability, object...)
}

// User is the user in ctx, false for a visitor.
func (w *Auth) User(ctx context.Context) (User, bool) { return (&Site{w.app}).CurrentUser(ctx) }

// LoginURL is the site's login form; it leads back to an address on the site's
// host.
func (w *Auth) LoginURL(ctx context.Context, back string) (string, error) {
	set, err := w.app.site.Settings(ctx)
	if err != nil {
		return "", err
	}
	return login.LoginURL(set, back, false), nil
}
