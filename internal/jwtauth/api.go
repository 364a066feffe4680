// Package jwtauth is the namespace jwt-auth/v1: JSON Web Tokens with the
// requests and answers of the WordPress plugin "JWT Authentication for WP REST
// API", so that its clients work, and without its holes: tokens are short-lived,
// can be refreshed, and die when they are taken back, with the password, with
// logging out everywhere and with the user.
package jwtauth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

const namespace = "jwt-auth/v1"

// Config is what a Service needs.
type Config struct {
	Site *site.Site
	// Life is how long an access token is good, RefreshLife a refresh token;
	// zero values mean an hour and 30 days.
	Life, RefreshLife time.Duration
	// Leeway is how far another server's clock may be off.
	Leeway time.Duration
	// Plugin answers exactly as the plugin: no refresh token in the answer, and
	// application passwords are traded for tokens.
	Plugin bool
	// Discreet and Form are as for the login form.
	Discreet bool
	Form     site.PasswordForm
	// AppPasswords reports whether application passwords may travel on a
	// request; only looked at with Plugin.
	AppPasswords func(secure bool) bool
	Limiter      auth.Limiter
}

// Service signs, checks and hands out tokens.
type Service struct {
	cfg             Config
	site            *site.Site
	key, refreshKey []byte
}

var _ auth.Tokens = (*Service)(nil)

// New returns a Service. Its keys are made out of the site's auth secret, for
// this purpose only; when the secret changes every token dies.
func New(cfg Config) *Service {
	if cfg.Life == 0 {
		cfg.Life = time.Hour
	}
	if cfg.RefreshLife == 0 {
		cfg.RefreshLife = 30 * 24 * time.Hour
	}
	return &Service{cfg: cfg, site: cfg.Site, key: cfg.Site.DeriveKey("jwt-auth HS256"), refreshKey: cfg.Site.DeriveKey("jwt-auth refresh")}
}

// Register adds the routes of the namespace.
func (s *Service) Register(server *rest.Server) error {
	post := []string{http.MethodPost}
	for _, r := range []rest.Route{
		{Pattern: "/token", Endpoints: []*rest.Endpoint{{Methods: post, Handle: s.login}}},
		{Pattern: "/token/validate", Endpoints: []*rest.Endpoint{{Methods: post, Handle: s.validate}}},
		{Pattern: "/token/refresh", Endpoints: []*rest.Endpoint{{Methods: post, Handle: s.refresh}}},
		{Pattern: "/token/revoke", Endpoints: []*rest.Endpoint{{Methods: post, Handle: s.revoke}}},
	} {
		r.Namespace = namespace
		r.Pattern = "/" + namespace + r.Pattern
		if err := server.Register(r); err != nil {
			return err
		}
	}
	return nil
}

// Skip reports whether the route of a request looks at tokens itself.
func Skip(r *http.Request) bool {
	path, route := r.URL.Path, r.URL.Query().Get("rest_route")
	for _, end := range []string{"/token", "/token/validate", "/token/refresh"} {
		end = "/" + namespace + end
		if strings.HasSuffix(strings.TrimRight(path, "/"), end) || strings.TrimRight(route, "/") == end {
			return true
		}
	}
	return false
}

// text is a parameter that is a text or a number.
func text(req *rest.Request, name string) string {
	switch v := req.Param(name).(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

func client(req *rest.Request) site.Client {
	return site.Client{IP: req.RemoteAddr, UserAgent: req.HTTPHeader().Get("User-Agent")}
}

// login is POST /token.
func (s *Service) login(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	name, pass := text(req, "username"), text(req, "password")
	u, err := s.site.Authenticate(ctx, site.Credentials{Login: name, Password: pass, Form: s.cfg.Form, Discreet: s.cfg.Discreet, IP: req.RemoteAddr})
	var refused *site.Error
	if err != nil && errors.As(err, &refused) {
		if refused.Status >= 429 {
			return nil, waitError(refused)
		}
		e := rest.NewError(http.StatusForbidden, "[jwt_auth] "+refused.Code, refused.Message)
		if s.cfg.Plugin {
			if u, err = s.byAppPassword(ctx, req, name, pass, e); err != nil {
				return nil, err
			}
		} else {
			return nil, e
		}
	}
	if err != nil {
		return nil, err
	}
	t, err := s.newLogin(ctx, u, client(req))
	if err != nil {
		return nil, err
	}
	token, err := s.sign(ctx, u, t.ID)
	if err != nil {
		return nil, err
	}
	o := ordered.Of("token", token, "user_email", u.Email, "user_nicename", u.Nicename, "user_display_name", u.DisplayName)
	if !s.cfg.Plugin {
		s.addRefresh(o, u, t)
	}
	return noStore(rest.OK(o)), nil
}

// addRefresh adds what the plugin's answers do not have.
func (s *Service) addRefresh(o *ordered.Object, u *site.User, t site.TokenLogin) {
	o.Set("token_type", "Bearer")
	o.Set("expires_in", int64(s.cfg.Life/time.Second))
	o.Set("refresh_token", s.refreshToken(u, t.ID, t.Generation))
	o.Set("refresh_expires_in", int64(s.cfg.RefreshLife/time.Second))
}

func noStore(r *rest.Response) *rest.Response {
	return r.SetHeader("Cache-Control", "no-store").SetHeader("Pragma", "no-cache")
}

// waitError is a refusal because of too many requests or too much to do.
func waitError(e *site.Error) error {
	out := rest.NewError(e.Status, e.Code, strings.TrimPrefix(e.Message, "<strong>Error:</strong> "))
	if n, ok := e.Data["retry_after"]; ok {
		out.Header = http.Header{"Retry-After": {asText(n)}}
	}
	return out
}

func asText(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	}
	return "5"
}

// byAppPassword trades an application password for a token, as happens in the
// plugin because WordPress asks the handler of application passwords last, so
// that its refusal is the answer.
func (s *Service) byAppPassword(ctx context.Context, req *rest.Request, name, pass string, otherwise error) (*site.User, error) {
	if s.cfg.AppPasswords == nil || !s.cfg.AppPasswords(req.Secure) {
		return nil, otherwise
	}
	who, err := s.site.AppPasswordLogin(ctx, name, pass, req.RemoteAddr)
	var refused *auth.Error
	switch {
	case errors.Is(err, auth.ErrNotInUse):
		return nil, otherwise
	case errors.As(err, &refused) && refused.Status != http.StatusTooManyRequests:
		return nil, rest.NewError(http.StatusForbidden, "[jwt_auth] "+refused.Code, refused.Message)
	case err != nil:
		return nil, err
	case who.Limits != nil: // a token would have none
		return nil, otherwise
	}
	return s.site.User(ctx, who.UserID)
}

// validate is POST /token/validate.
func (s *Service) validate(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	header := req.HTTPHeader().Get("Authorization")
	if header == "" {
		return nil, rest.NewError(http.StatusForbidden, "jwt_auth_no_auth_header", "Authorization header not found.")
	}
	token, ok := auth.BearerToken(header, false)
	if !ok || token == "" {
		return nil, rest.NewError(http.StatusForbidden, "jwt_auth_bad_auth_header", "Authorization header malformed.")
	}
	if _, err := s.CheckToken(ctx, token); err != nil {
		return nil, s.charged(ctx, req, err)
	}
	return rest.OK(ordered.Of("code", "jwt_auth_valid_token", "data", ordered.Of("status", 200))), nil
}

// charged lets the network pay for what is a guess.
func (s *Service) charged(ctx context.Context, req *rest.Request, err error) error {
	var refused *auth.Error
	if s.cfg.Limiter == nil || !errors.As(err, &refused) || refused.Reason != auth.ReasonTokenForged {
		return err
	}
	done, wait, takeErr := s.cfg.Limiter.Take(ctx, auth.Attempt{Addr: req.RemoteAddr})
	switch {
	case takeErr != nil:
		return takeErr
	case done == nil:
		return auth.TooMany(wait)
	}
	done(auth.Bad)
	return err
}

var (
	errNoRefresh = &auth.Error{Code: "jwt_auth_invalid_refresh_token", Message: "The refresh token is not valid.", Status: http.StatusForbidden, Reason: auth.ReasonTokenForged}
	errRefreshed = &auth.Error{Code: "jwt_auth_refresh_token_reused", Message: "The refresh token was used before. Please log in again.", Status: http.StatusForbidden, Reason: "refresh_reused"}
	errEnded     = &auth.Error{Code: "jwt_auth_invalid_refresh_token", Message: "The refresh token is not valid.", Status: http.StatusForbidden, Reason: auth.ReasonTokenRevoked}
)

// refresh is POST /token/refresh: a new access token and a new refresh token
// for a refresh token. Using one again ends the login: either a thief has used
// it, or the thief is using it now.
func (s *Service) refresh(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	u, login, generation, err := s.readRefresh(ctx, text(req, "refresh_token"))
	if err != nil {
		return nil, s.charged(ctx, req, err)
	}
	var next site.TokenLogin
	var refused *auth.Error
	now := s.site.Now()
	err = s.site.ChangeTokenLogins(ctx, u.ID, func(list []site.TokenLogin) []site.TokenLogin {
		next, refused = site.TokenLogin{}, nil
		i := slices.IndexFunc(list, func(t site.TokenLogin) bool { return t.ID == login })
		switch {
		case i < 0:
			refused = errEnded
		case list[i].Generation != generation:
			refused = errRefreshed
			list = slices.Delete(list, i, i+1)
		default:
			list[i].Generation++
			list[i].Used, list[i].Expiration = now.Unix(), now.Add(s.loginLife()).Unix()
			next = list[i]
		}
		return list
	})
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused
	}
	token, err := s.sign(ctx, u, login)
	if err != nil {
		return nil, err
	}
	o := ordered.Of("token", token)
	s.addRefresh(o, u, next)
	return noStore(rest.OK(o)), nil
}

// revoke is POST /token/revoke: it ends the login of the refresh token in the
// body, or of the token the request came with; with all, every login by token
// of the user.
func (s *Service) revoke(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id := auth.FromContext(ctx)
	user, login := int64(0), ""
	if t := text(req, "refresh_token"); t != "" {
		u, l, _, err := s.readRefresh(ctx, t)
		if err != nil {
			return nil, s.charged(ctx, req, err)
		}
		user, login = u.ID, l
	} else if id.LoggedIn() && !id.Limited() {
		user = id.UserID
		if id.Method == auth.MethodJWT {
			login = id.Credential
		}
	}
	all, _ := req.Param("all").(bool)
	all = all || text(req, "all") == "true" || text(req, "all") == "1"
	switch {
	case user == 0:
		return nil, rest.NewError(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
	case !all && login == "":
		return nil, rest.NewError(http.StatusBadRequest, "jwt_auth_bad_request", "There is no token to revoke.")
	}
	ended := 0
	err := s.site.ChangeTokenLogins(ctx, user, func(list []site.TokenLogin) []site.TokenLogin {
		before := len(list)
		list = slices.DeleteFunc(list, func(t site.TokenLogin) bool { return all || t.ID == login })
		ended = before - len(list)
		return list
	})
	if err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("code", "jwt_auth_revoked_token", "data", ordered.Of("status", 200, "count", ended))), nil
}
