package login

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/nonce"
	"github.com/platenhq/platen/ordered"
)

// Ajax serves wp-admin/admin-ajax.php: rest-nonce and heartbeat. Here only the
// wp-admin cookie counts. Everything else is answered as an action that
// nobody registered.
func (s *Server) Ajax(w http.ResponseWriter, r *http.Request) {
	v, err := s.visit(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if s.crossOrigin(v) {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("X-Robots-Tag", "noindex")
	auth.NoCache(h)
	action := text(v.request, "action")
	if empty(action) {
		zero(w)
		return
	}
	h.Set("X-Content-Type-Options", "nosniff")
	s.secureHeaders(h)
	id, err := v.who(v.cookie.Admin())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	switch {
	case action == "rest-nonce" && text(v.query, "action") == action && !v.form.Has("action") && id.LoggedIn():
		io.WriteString(w, v.cookie.Nonce(id, auth.RESTAction))
	case action == "heartbeat" && (!id.LoggedIn() || text(v.form, "action") == action):
		s.heartbeat(v, id)
	default:
		zero(w)
	}
}

// zero is the answer to an action that is not there.
func zero(w http.ResponseWriter) {
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, "0")
}

// crossOrigin is send_origin_headers: the site's own hosts may call from
// either scheme, others not. It reports whether the request is answered.
func (s *Server) crossOrigin(v *visit) bool {
	origin := v.r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	allowed := false
	for _, base := range []string{v.set.SiteURL, v.set.Home} {
		if u, err := url.Parse(base); err == nil && (origin == "http://"+u.Hostname() || origin == "https://"+u.Hostname()) {
			allowed = true
		}
	}
	if allowed {
		v.w.Header().Set("Access-Control-Allow-Origin", origin)
		v.w.Header().Set("Access-Control-Allow-Credentials", "true")
	}
	if v.r.Method != http.MethodOptions {
		return false
	}
	if !allowed {
		v.w.WriteHeader(http.StatusForbidden)
	}
	return true
}

// heartbeat tells a page in the browser whether its login and nonces still
// live, and hands out new nonces in their second half of life.
func (s *Server) heartbeat(v *visit, id *auth.Identity) {
	now := v.cookie.Now()
	if !id.LoggedIn() {
		s.json(v, ordered.Of("wp-auth-check", false, "server_time", now.Unix()))
		return
	}
	n := text(v.form, "_nonce")
	if empty(n) {
		s.json(v, ordered.Of("success", false))
		return
	}
	answer := &ordered.Object{}
	state := v.cookie.Verify(id, n, "heartbeat-nonce")
	if state != nonce.Fresh {
		answer.Set("rest_nonce", v.cookie.Nonce(id, auth.RESTAction))
		answer.Set("heartbeat_nonce", v.cookie.Nonce(id, "heartbeat-nonce"))
	}
	if state == nonce.Invalid {
		answer.Set("nonces_expired", true)
		s.json(v, answer)
		return
	}
	res, err := v.cookie.Validate(v.r, true)
	answer.Set("wp-auth-check", err == nil && !res.GracePeriod)
	answer.Set("server_time", now.Unix())
	s.json(v, answer)
}

func (s *Server) json(v *visit, o *ordered.Object) {
	body, err := o.MarshalJSON()
	if err != nil {
		s.fail(v.w, v.r, err)
		return
	}
	v.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	v.w.Write(body)
}

// RequireLogin lets only users through whose wp-admin cookie is good and puts
// them into the context; others are sent to the login form and back again. It
// stands before every page of wp-admin and mirrors auth_redirect.
func (s *Server) RequireLogin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := s.site.View(r.Context())
		r = r.WithContext(ctx)
		set, err := s.site.Settings(ctx)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		tls := s.cfg.Cookie.IsTLS(r)
		uri := r.URL.RequestURI()
		v := &visit{w: w, r: r, ctx: ctx, set: set, tls: tls, uri: uri, cookie: s.cfg.Cookie}
		if !tls && set.ForceSSLAdmin() && strings.Contains(uri, "wp-admin") {
			v.redirectTo("https://" + r.Host + uri)
			return
		}
		id, err := s.cfg.Cookie.Admin().Authenticate(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		auth.NoCache(w.Header())
		if !id.LoggedIn() {
			w.Header().Set("Content-Type", "text/html; charset=UTF-8")
			v.redirectTo(LoginURL(set, currentURL(r, tls), true))
			return
		}
		next.ServeHTTP(w, r.WithContext(auth.NewContext(ctx, id)))
	})
}

func currentURL(r *http.Request, tls bool) string {
	scheme := "http://"
	if tls {
		scheme = "https://"
	}
	return scheme + r.Host + r.URL.RequestURI()
}

// LoginURL is the address of the login form, with the page to go to afterwards
// if redirectTo is not empty: wp_login_url. Reauth makes even a user who is
// logged in log in again.
func LoginURL(set *site.Settings, redirectTo string, reauth bool) string {
	var args []string
	if redirectTo != "" {
		args = append(args, "redirect_to", redirectTo)
	}
	if reauth {
		args = append(args, "reauth", "1")
	}
	if len(args) == 0 {
		return set.SiteURL + "/wp-login.php"
	}
	return addArgs(set.SiteURL+"/wp-login.php", args...)
}
