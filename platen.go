// Package platen assembles a WordPress site out of the rooms of this module:
// the database, the site's rules, the REST API and its authentication, the
// login pages and the dashboard.
//
// A program of one's own with plugins compiled in is
//
//	func main() { platen.Main(books.Plugin{}) }
package platen

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/jwtauth"
	"github.com/platenhq/platen/internal/limits"
	"github.com/platenhq/platen/internal/mail"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/upstream"
	"github.com/platenhq/platen/internal/wpv2"
	"github.com/platenhq/platen/js"
	"github.com/platenhq/platen/nonce"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/salt"
)

// Version of this build.
const Version = "0.1.0"

// Config is how a site is to run: what flags, environment and platen.toml say.
// Make one with Configure; its fields are called as the flags are (Listen, URL,
// Data, DB, WPConfig, Compat, …; "platen help" explains them).
type Config = config.Config

// Configure reads settings as the command line does: flags such as "--data",
// "./data", then the environment, then platen.toml in the data directory, then
// defaults.
func Configure(getenv func(string) string, flags ...string) (Config, error) {
	fs := flag.NewFlagSet("platen", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	finish := config.Flags(fs, getenv)
	if err := fs.Parse(flags); err != nil {
		return Config{}, err
	}
	if fs.NArg() > 0 {
		return Config{}, fmt.Errorf("%q is not a flag", fs.Arg(0))
	}
	return finish()
}

// Options are what a site is opened with beside its configuration. The zero
// value is right for a server.
type Options struct {
	Now func() time.Time
	// After waits, as time.After does.
	After func(time.Duration) <-chan time.Time
	Log   *slog.Logger
	// Keys replaces the key file of the data directory.
	Keys map[string]string
	// Init allows making a site in the database of a wp-config.php.
	Init bool
	// BcryptCost of new password hashes, 4 to 31; 0 means WordPress's 10.
	BcryptCost int
	// Plugins are registered in this order.
	Plugins []Plugin

	existing bool // make neither site nor keys
	tool     bool // leave the index of searches as it is
}

// App is a site that is ready to serve.
type App struct {
	cfg     config.Config
	log     *slog.Logger
	store   *store.Store
	site    *site.Site
	secrets *salt.Secrets
	cookie  *auth.Cookie
	nonces  *nonce.Maker
	rest    *rest.Server
	api     *wpv2.API
	scripts *js.Registry
	handler http.Handler
	limits  auth.Limiter     // nil: none
	shared  *limits.Redis    // the limits when they are in Redis
	oauth   *auth.OAuth1     // nil: off
	jwt     *jwtauth.Service // nil: off
	proxies []netip.Prefix   // whose X-Forwarded headers are believed
	warned  atomic.Bool      // of a proxy nobody declared
	gate    *upstream.Gate   // nil: no PHP behind us
	files   media.Storage    // of media items, nil: none
	meters  *meters          // nil: nothing is counted
	plugins plugins

	after     func(time.Duration) <-chan time.Time
	scheduled chan struct{} // a post was scheduled

	post *mail.Postman
	// AdminPassword is the password that was made for the administrator of a
	// new site, "" when the site was there already or the password was given.
	AdminPassword string
}

// Open opens a site, and makes it when its database is empty.
func Open(ctx context.Context, cfg Config, opt Options) (*App, error) {
	a := newApp(cfg, &opt)
	if err := a.openStore(ctx, opt); err != nil {
		return nil, err
	}
	if err := a.assemble(ctx, opt); err != nil {
		a.store.Close()
		return nil, err
	}
	return a, nil
}

// newApp is an App with what has a default.
func newApp(cfg Config, opt *Options) *App {
	a := &App{cfg: cfg, log: opt.Log}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if a.after = opt.After; a.after == nil {
		a.after = time.After
	}
	return a
}

func (a *App) openStore(ctx context.Context, opt Options) (err error) {
	if opt.Keys != nil || a.cfg.Beside == nil {
		if opt.existing && opt.Keys == nil && !config.HasKeys(a.cfg.Data) {
			return fmt.Errorf("there are no keys in %s; the site's are needed: of its data directory, its wp-config.php or Options.Keys", a.cfg.Data)
		}
		if err := a.loadSecrets(opt.Keys); err != nil {
			return err
		}
	}
	if a.store, err = store.Open(ctx, a.cfg.DB, store.Options{Logger: a.log, Replica: a.cfg.DBReplica}); err != nil {
		return fmt.Errorf("the database %s cannot be opened: %w", redactDSN(a.cfg.DB), err)
	}
	if a.secrets == nil {
		if a.secrets, err = a.secretsBeside(ctx, a.cfg.Beside); err != nil {
			a.store.Close()
		}
	}
	return err
}

// secretsOf hands a site its secrets.
type secretsOf struct{ *salt.Secrets }

// Secret returns the secret of one of the four schemes, which always have one
// once salt.New succeeded.
func (s secretsOf) Secret(scheme string) string {
	v, err := s.Secrets.Secret(scheme)
	if err != nil {
		panic(err)
	}
	return v
}

func (a *App) assemble(ctx context.Context, opt Options) error {
	if err := a.openSite(ctx, opt); err != nil {
		return err
	}
	a.noticeScheduled()
	if err := a.openPost(ctx, opt); err != nil {
		return err
	}
	if err := a.server(ctx); err != nil {
		return err
	}
	for _, add := range a.plugins.hooks {
		add(a.site.Hooks())
	}
	return a.tellReady(ctx)
}

// openSite opens the site and the ways in.
func (a *App) openSite(ctx context.Context, opt Options) error {
	siteCfg := site.Config{
		Store: a.store, Secrets: secretsOf{a.secrets}, Now: opt.Now, Log: a.log,
		SiteURL: a.cfg.URL, HomeURL: a.cfg.URL,
		BcryptCost: opt.BcryptCost,
	}
	a.besideConfig(&siteCfg)
	var err error
	if a.limits, err = a.limiter(opt); err != nil {
		return err
	}
	siteCfg.Limiter = a.limits
	siteCfg.EndSessions = a.cfg.Compat == "safe"
	if err := a.readProxies(); err != nil {
		return err
	}
	if err := a.readTables(ctx, opt, siteCfg); err != nil {
		return err
	}
	if err := a.store.UseSearch(ctx, a.searchMode(), !opt.tool && !opt.existing); err != nil {
		return err
	}
	set, err := a.site.Settings(ctx)
	if err != nil {
		return err
	}
	environment := a.cfg.Environment
	if environment == "" && config.Loopback(set.Home) {
		environment = "local"
	}
	a.site.SetEnvironment(environment)
	a.auth(opt)
	return nil
}

// readTables opens the site in the tables of the database, and makes one in an
// empty database; beside a WordPress only where that was asked for.
func (a *App) readTables(ctx context.Context, opt Options, cfg site.Config) error {
	tables, err := a.store.HasSchema(ctx)
	if err != nil {
		return err
	}
	has := false
	if tables {
		if has, err = a.installed(ctx); err != nil {
			return err
		}
	}
	if !has && a.cfg.Beside != nil && !opt.Init {
		return a.errNoWordPress()
	}
	if !has && opt.existing {
		return fmt.Errorf("there is no site in %s", redactDSN(a.cfg.DB))
	}
	if !tables {
		if err := a.store.CreateSchema(ctx); err != nil {
			return err
		}
	}
	if err := a.openUploads(ctx); err != nil {
		return err
	}
	cfg.Uploads = a.uploads()
	a.site = site.New(cfg)
	if err := a.registerPlugins(opt.Plugins); err != nil {
		return err
	}
	if a.shared != nil {
		a.shared.Key = a.site.DeriveKey("limits")
	}
	if has {
		return nil
	}
	return a.install(ctx)
}

// auth sets up the ways in.
func (a *App) auth(opt Options) {
	signer := func(scheme string) *authcookie.Signer {
		return authcookie.NewSigner(a.site.Secret(scheme))
	}
	a.nonces = nonce.New(a.site.Secret("nonce"))
	a.cookie = &auth.Cookie{
		Names: a.cookieNames, Auth: signer("auth"), SecureAuth: signer("secure_auth"), LoggedIn: signer("logged_in"),
		Nonces: a.nonces, Users: a.site, Now: opt.Now, TLS: a.secure, Reasons: a.cfg.Compat == "safe",
	}
}

// cookieNames follow the address of the site.
func (a *App) cookieNames(ctx context.Context) *authcookie.Names {
	set, err := a.site.Settings(ctx)
	if err != nil {
		return &authcookie.Names{}
	}
	return set.CookieNames()
}

// Close ends the site: the database is closed.
func (a *App) Close() error {
	a.closeGate()
	a.post.Close(mailTime)
	if a.shared != nil {
		a.shared.Close()
	}
	return a.store.Close()
}

// Hashed is how many account passwords were hashed since the start, right and
// wrong ones: the work that logins make.
func (a *App) Hashed() uint64 { return a.site.Hashed() }

// Handler answers every request of the site.
func (a *App) Handler() http.Handler { return a.handler }
