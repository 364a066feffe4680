package auth

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Forward answers a proxy that asks, before it passes a request on, who is
// calling: nginx auth_request, Caddy forward_auth, Traefik ForwardAuth.
//
// 200 lets the request through, with X-WP-User, X-WP-User-Id, X-WP-Roles and,
// with Sign, the signed X-WP-Identity for the proxy to copy. 401 is for nobody
// (with ?redirect=1 a page is answered by 302 to the login form, which nginx
// cannot use), 403 for a user who lacks what ?role= or ?cap= asks for; several
// are separated by commas, one is enough.
//
// An application password with fewer capabilities than its user has none of the
// user's roles.
//
// The original request is described by X-Forwarded-Method, -Proto, -Host and
// -Uri, which are believed from trusted proxies only. A cookie counts without a
// nonce here, as for a page, so requests that change something and come from
// another site are refused.
type Forward struct {
	// Auth knows callers as for pages: Chain{…, cookie.Page()}.
	Auth Method
	// Trusted reports whether X-Forwarded headers of a request are believed.
	Trusted func(*http.Request) bool
	// Roles are the roles of the user in ctx.
	Roles func(ctx context.Context) []string
	Can   Can
	// LoginURL is the login form that leads back to an address, "" when the
	// address is none to be led back to.
	LoginURL func(ctx context.Context, back string) string
	// Sign makes the value of X-WP-Identity for a host; nil sends none.
	Sign func(ctx context.Context, id *Identity, roles []string, host string) (string, error)
}

// ServeHTTP implements http.Handler.
func (f *Forward) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	NoCache(w.Header())
	original, described := f.original(r)
	id, err := f.Auth.Authenticate(original)
	if err != nil {
		WriteError(w, err)
		return
	}
	query := r.URL.Query()
	if !id.LoggedIn() {
		if described && query.Get("redirect") == "1" && isPage(original) && f.LoginURL != nil {
			if to := f.LoginURL(r.Context(), address(original)); to != "" {
				http.Redirect(w, r, to, http.StatusFound)
				return
			}
		}
		WriteError(w, &Error{Code: "rest_not_logged_in", Message: "You are not currently logged in.", Status: http.StatusUnauthorized})
		return
	}
	ctx := NewContext(r.Context(), id)
	if id.Method == MethodCookie && crossSite(original) {
		WriteError(w, &Error{Code: "rest_cross_site", Message: "The request comes from another site.", Status: http.StatusForbidden})
		return
	}
	if !id.Permits(original.Method) {
		WriteError(w, ErrReadOnly)
		return
	}
	var roles []string
	if id.Limits == nil || id.Limits.Caps == nil { // a role means all its capabilities
		roles = f.Roles(ctx)
	}
	if !f.may(ctx, query, roles) {
		WriteError(w, &Error{Code: "rest_forbidden", Message: "Sorry, you are not allowed to do that.", Status: http.StatusForbidden})
		return
	}
	if err := f.describe(ctx, w.Header(), id, roles, original.Host); err != nil {
		WriteError(w, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (f *Forward) describe(ctx context.Context, h http.Header, id *Identity, roles []string, host string) error {
	h.Set("X-WP-User", headerText(id.Login))
	h.Set("X-WP-User-Id", strconv.FormatInt(id.UserID, 10))
	list := headerText(strings.Join(roles, ","))
	if list == "" { // proxies do not copy empty headers, and would let the client's own pass
		list = "none"
	}
	h.Set("X-WP-Roles", list)
	if f.Sign == nil {
		return nil
	}
	signed, err := f.Sign(ctx, id, roles, host)
	if err == nil {
		h.Set("X-WP-Identity", signed)
	}
	return err
}

// headerText escapes what cannot stand in a header.
func headerText(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '%' {
			return url.PathEscape(s)
		}
	}
	return s
}

// original is the request the proxy asks about; false when it is not described
// by somebody trusted. Then it is the question itself.
func (f *Forward) original(r *http.Request) (*http.Request, bool) {
	o := r.Clone(r.Context())
	o.Body, o.ContentLength = http.NoBody, 0 // it stays with the proxy
	o.Header.Del("Content-Type")
	if f.Trusted == nil || !f.Trusted(r) || r.Header.Get("X-Forwarded-Host") == "" {
		return o, false
	}
	if m := r.Header.Get("X-Forwarded-Method"); m != "" {
		o.Method = strings.ToUpper(m)
	}
	o.Host = r.Header.Get("X-Forwarded-Host")
	uri := r.Header.Get("X-Forwarded-Uri")
	if !strings.HasPrefix(uri, "/") {
		uri = "/"
	}
	u, err := url.ParseRequestURI(uri)
	if err != nil {
		u, uri = &url.URL{Path: "/"}, "/"
	}
	o.URL, o.RequestURI = u, uri
	return o, true
}

func address(r *http.Request) string {
	scheme := "http"
	if strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host + r.RequestURI
}

func isPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// crossSite reports a request that changes something and was made by another
// site's page.
func crossSite(r *http.Request) bool {
	if safeMethod(r.Method) {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false // no browser of this decade
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host
}

func (f *Forward) may(ctx context.Context, query url.Values, roles []string) bool {
	split := func(name string) []string {
		return strings.FieldsFunc(strings.Join(query[name], ","), func(r rune) bool { return r == ',' })
	}
	if query.Has("role") && !slices.ContainsFunc(split("role"), func(role string) bool { return slices.Contains(roles, role) }) {
		return false
	}
	return !query.Has("cap") || slices.ContainsFunc(split("cap"), func(c string) bool { return f.Can != nil && f.Can(ctx, c) })
}
