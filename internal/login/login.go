// Package login holds the rooms with HTML and cookies: wp-login.php,
// admin-ajax.php as far as the browser clients need it, the consent screen for
// application passwords, and the guard before wp-admin. Status, headers,
// cookies, codes and messages are WordPress's; the pages are our own.
package login

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/mail"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
)

// Config is what a Server needs.
type Config struct {
	Site   *site.Site
	Cookie *auth.Cookie
	// Discreet gives unknown users and wrong passwords the same answer, here
	// and when a password is lost. WordPress tells them apart.
	Discreet bool
	// Form says in which form passwords are compared; the zero value takes
	// either.
	Form site.PasswordForm
	// BlankPage answers a login with an empty redirect_to by an empty page, as
	// WordPress does for whoever may edit posts, instead of by the dashboard.
	BlankPage bool
	// Exact sends the headers that WordPress sends and no more.
	Exact bool
	// Post sends the mails of lost passwords and of changed accounts; nil sends
	// none, so that the form says that it could not.
	Post *mail.Postman
	// Register creates a user with the site's default role and a password, if
	// the site lets visitors register. Nil: registering always fails.
	Register func(ctx context.Context, login, email, password string) (id int64, err error)
	// RemoteAddr is the address of the caller; nil takes the connection's.
	RemoteAddr func(*http.Request) string
	// OAuth serves OAuth 1.0a; nil: the site has none. OAuthPlugin answers as
	// the WordPress plugin where that is laxer than RFC 5849.
	OAuth       *auth.OAuth1
	OAuthPlugin bool
	Log         *slog.Logger // nil: silent
}

var errNoMailer = errors.New("login: no mailer is set up")

// Server serves the pages. It does not change after New.
type Server struct {
	cfg  Config
	site *site.Site
	log  *slog.Logger
	look look
}

// New returns a Server.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, site: cfg.Site, log: cfg.Log, look: newLook()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// ServeHTTP serves wp-login.php, wp-admin/admin-ajax.php and
// wp-admin/authorize-application.php, whatever directory the site is in.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path.Base(r.URL.Path) {
	case "wp-login.php":
		s.Login(w, r)
	case "admin-ajax.php":
		s.Ajax(w, r)
	case "authorize-application.php":
		s.Authorize(w, r)
	default:
		http.NotFound(w, r)
	}
}

// actions are the actions of wp-login.php; every other one is login.
var actions = map[string]func(*Server, *visit) error{
	"postpass":         (*Server).postPass,
	"logout":           (*Server).logout,
	"lostpassword":     (*Server).lostPassword,
	"retrievepassword": (*Server).lostPassword,
	"resetpass":        (*Server).resetPassword,
	"rp":               (*Server).resetPassword,
	"register":         (*Server).register,
	"checkemail":       (*Server).checkEmail,
	"oauth1_authorize": (*Server).oauthConsent,
	"login":            (*Server).login,
}

// Login serves wp-login.php.
func (s *Server) Login(w http.ResponseWriter, r *http.Request) {
	v, err := s.visit(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if s.forceTLS(v) {
		return
	}
	v.action = text(v.request, "action")
	if v.query.Has("key") {
		v.action = "resetpass"
	}
	if v.query.Has("checkemail") {
		v.action = "checkemail"
	}
	act, ok := actions[v.action]
	if !ok || v.action == "oauth1_authorize" && s.cfg.OAuth == nil {
		v.action, act = "login", (*Server).login
	}
	s.loginHeaders(v)
	if err := act(s, v); err != nil {
		s.fail(w, r, err)
	}
}

// loginHeaders are those of every answer of wp-login.php.
func (s *Server) loginHeaders(v *visit) {
	h := v.w.Header()
	auth.NoCache(h)
	h.Set("Content-Type", "text/html; charset=UTF-8")
	s.secureHeaders(h)
	secure := strings.HasPrefix(v.set.SiteURL, "https:")
	test := authcookie.SetCookie{Name: v.names.Test, Value: "WP Cookie check", Path: v.names.Path, Domain: v.names.Domain, Secure: secure, HTTPOnly: true}
	v.setCookie(test)
	if v.names.SitePath != v.names.Path {
		site := test
		site.Path = v.names.SitePath
		v.setCookie(site)
	}
	if lang, _ := v.query.Get("wp_lang"); lang != nil {
		if t, ok := lang.(string); ok {
			test.Name, test.Value = "wp_lang", format.SanitizeTextField(t)
			v.setCookie(test)
		}
	}
}

// secureHeaders are WordPress's for pages nobody else may frame, and more.
func (s *Server) secureHeaders(h http.Header) {
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Security-Policy", "frame-ancestors 'self';")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if !s.cfg.Exact {
		h.Set("X-Content-Type-Options", "nosniff")
	}
}

// forceTLS sends a visitor to TLS where the site demands it.
func (s *Server) forceTLS(v *visit) bool {
	if v.tls || !v.set.ForceSSLAdmin() {
		return false
	}
	v.safeRedirect("https://" + v.r.Host + v.uri)
	return true
}

// fail answers a failure of the server; the visitor learns no more than that.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var tooLarge *http.MaxBytesError
	var busy *site.Error
	status, message := http.StatusInternalServerError, "The server could not answer this request."
	switch {
	case errors.As(err, &tooLarge):
		status, message = http.StatusRequestEntityTooLarge, "The form is too large."
	case errors.Is(err, errBadForm):
		status, message = http.StatusBadRequest, "The form could not be read."
	case errors.Is(err, context.Canceled):
		return
	case errors.As(err, &busy) && busy.Status == http.StatusServiceUnavailable:
		status, message = busy.Status, busy.Message
		w.Header().Set("Retry-After", fmt.Sprint(busy.Data["retry_after"]))
	case errors.Is(err, wp.ErrReadOnly) || errors.Is(err, wp.ErrUnavailable):
		status, message = http.StatusServiceUnavailable, "Nobody can log in or out at the moment: the database cannot be written to."
		s.log.WarnContext(r.Context(), "login", "path", r.URL.Path, "err", err)
	default:
		s.log.ErrorContext(r.Context(), "login", "path", r.URL.Path, "err", err)
	}
	auth.NoCache(w.Header())
	http.Error(w, message, status)
}

func (s *Server) remoteAddr(r *http.Request) string {
	if s.cfg.RemoteAddr != nil {
		return s.cfg.RemoteAddr(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
