// Package site holds the verbs of a WordPress site: what wp_insert_post,
// wp_insert_user or wp_trash_post decide, whoever asks. It knows nothing of
// HTTP. Who acts is the identity in the context (package auth).
package site

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/store"
)

// Secrets are the site's keys and salts: Secret returns key and salt of a
// scheme joined, as wp_salt.
type Secrets interface{ Secret(scheme string) string }

// Config is what a Site is made of.
type Config struct {
	Store   *store.Store
	Secrets Secrets
	Now     func() time.Time // nil: time.Now
	Rand    io.Reader        // nil: crypto/rand
	Log     *slog.Logger     // nil: silent

	// SiteURL and HomeURL replace the options (WP_SITEURL, WP_HOME).
	SiteURL, HomeURL string
	// Environment is WP_ENVIRONMENT_TYPE; "" is production.
	Environment string

	// Uploads is where the files of media items are kept; nil refuses them.
	Uploads media.Storage

	BcryptCost int // of new password hashes; 0 means 10
	// Limiter bounds the credentials tried; nil does not, as WordPress.
	Limiter auth.Limiter

	// Constants are what wp-config.php defines about cookies and addresses
	// (COOKIEHASH, COOKIE_DOMAIN, WP_PLUGIN_URL, …).
	Constants map[string]string
	// Beside says that a WordPress in PHP uses the same tables; Root is its
	// ABSPATH, "" when it was not found.
	Beside bool
	Root   string
	// ForceSSLAdmin is FORCE_SSL_ADMIN; nil follows the site's address.
	ForceSSLAdmin *bool

	// Further constants of wp-config.php; the zero value is WordPress's default.
	NoTrash                bool // EMPTY_TRASH_DAYS is 0
	MediaTrash             bool // MEDIA_TRASH
	Revisions              *int // WP_POST_REVISIONS: nil or below 0 keeps all, 0 none
	DisallowFileEdit       bool
	DisallowFileMods       bool
	DisallowUnfilteredHTML bool
	AllowUnfilteredUploads bool
	// EndSessions ends the other sessions of a user whose password or e-mail
	// address changes. WordPress leaves them in its list.
	EndSessions bool
}

// Site is one WordPress site.
type Site struct {
	cfg    Config
	store  *store.Store
	now    func() time.Time
	rand   io.Reader
	log    *slog.Logger
	reg    *Registry
	rules  func() *capability.Rules
	shared *entities // nil when other processes' writes cannot be noticed
	hooks  Hooks
	sign   signState
	oauth  oauthState

	imagesOnce  sync.Once
	imageBudget *media.Budget
}

// New returns a site over an open store that has WordPress's tables.
func New(cfg Config) *Site {
	s := &Site{cfg: cfg, store: cfg.Store, now: cfg.Now, rand: cfg.Rand, log: cfg.Log, reg: newRegistry()}
	s.reg.AddMeta(persistedPreferences(cfg.Store.Prefix()))
	s.reg.AddMeta(s.noteStatus())
	if s.now == nil {
		s.now = time.Now
	}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.hooks.BeforeDeleteUser = append(s.hooks.BeforeDeleteUser, s.dropTokensOf)
	s.rules = sync.OnceValue(s.buildRules)
	s.sign = newSignState(&s.cfg, s.rand)
	if s.store.ForeignWrites() {
		s.shared = newEntities(true)
		s.store.OnWrite(s.shared.clear)
	}
	return s
}

// Store is the database below.
func (s *Site) Store() *store.Store { return s.store }

// Now is the present moment.
func (s *Site) Now() time.Time { return s.now() }

// Registry lists post types, taxonomies and statuses.
func (s *Site) Registry() *Registry { return s.reg }

// Secret returns the secret of a scheme ("auth", "logged_in", "nonce", …).
func (s *Site) Secret(scheme string) string { return s.cfg.Secrets.Secret(scheme) }

// Environment is the site's WP_ENVIRONMENT_TYPE.
func (s *Site) Environment() string {
	if s.cfg.Environment == "" {
		return "production"
	}
	return s.cfg.Environment
}

// SetEnvironment sets the WP_ENVIRONMENT_TYPE, before the site serves.
func (s *Site) SetEnvironment(name string) { s.cfg.Environment = name }

// Rules are the capability rules of the registered types.
func (s *Site) Rules() *capability.Rules { return s.rules() }

// CurrentID is the id of the user who acts, 0 for nobody.
func CurrentID(ctx context.Context) int64 { return auth.UserID(ctx) }

// Error is a refusal of a verb: a WordPress error code and message, with the
// HTTP status WordPress gives it (0 where it gives none).
type Error struct {
	Code, Message string
	Status        int
	Data          map[string]any
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func fail(code, message string) *Error { return &Error{Code: code, Message: message} }

// NotFound reports whether err says that a row is not there.
func NotFound(err error) bool { return isNotFound(err) }
