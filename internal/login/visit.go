package login

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// maxForm bounds the forms of these pages.
const maxForm = 1 << 20

var errBadForm = errors.New("login: the form could not be read")

// visit is one request with what all pages ask of it.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	ctx    context.Context
	set    *site.Settings
	names  *authcookie.Names
	tls    bool
	uri    string // path and query
	action string

	// Fields as PHP sees them: $_GET, $_POST and both, the form winning.
	query, form, request *ordered.Object

	cookie *auth.Cookie
	status int // of the answer, where a refusal asks for one
}

func (s *Server) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	ctx := s.site.View(r.Context())
	r = r.WithContext(ctx)
	set, err := s.site.Settings(ctx)
	if err != nil {
		return nil, err
	}
	v := &visit{w: w, r: r, ctx: ctx, set: set, names: s.cfg.Cookie.Names(ctx), tls: s.cfg.Cookie.IsTLS(r), uri: r.URL.RequestURI(), cookie: s.cfg.Cookie}
	v.query = rest.ParseQuery(r.URL.RawQuery)
	if v.form, err = readForm(w, r); err != nil {
		return nil, err
	}
	v.request = v.query
	if v.form.Len() > 0 {
		v.request = v.query.Clone()
		for k, value := range v.form.All() {
			v.request.Set(k, value)
		}
	}
	return v, nil
}

// readForm reads the form of a POST as PHP does.
func readForm(w http.ResponseWriter, r *http.Request) (*ordered.Object, error) {
	if r.Method != http.MethodPost || r.Body == nil {
		return &ordered.Object{}, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch mediaType {
	case "application/x-www-form-urlencoded":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, formError(err)
		}
		return rest.ParseQuery(string(body)), nil
	case "multipart/form-data":
		if err := r.ParseMultipartForm(maxForm); err != nil {
			return nil, formError(err)
		}
		defer r.MultipartForm.RemoveAll()
		return rest.ParseQuery(url.Values(r.MultipartForm.Value).Encode()), nil
	}
	return &ordered.Object{}, nil
}

func formError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return errors.Join(errBadForm, err)
}

// text returns a field that is a string, else "".
func text(o *ordered.Object, name string) string {
	v, _ := o.Get(name)
	t, _ := v.(string)
	return t
}

// truthy reports whether a field is there and not empty() in PHP.
func truthy(o *ordered.Object, name string) bool {
	switch v, _ := o.Get(name); v := v.(type) {
	case nil:
		return false
	case string:
		return v != "" && v != "0"
	}
	return true
}

// cookieValue returns a cookie of the request, decoded.
func (v *visit) cookieValue(name string) string {
	value, _ := authcookie.Find(v.r.Header["Cookie"], name)
	return value
}

func (v *visit) setCookie(c authcookie.SetCookie) { v.setCookies(c.Header(v.cookie.Now())) }

func (v *visit) setCookies(values ...string) {
	for _, value := range values {
		v.w.Header().Add("Set-Cookie", value)
	}
}

func (v *visit) loginURL() string { return v.set.SiteURL + "/wp-login.php" }
func (v *visit) adminURL() string { return v.set.SiteURL + "/wp-admin/" }

// redirectTo sends the visitor to a location of our own making: wp_redirect.
// An empty one is an empty page, as there.
func (v *visit) redirectTo(location string) {
	if location = format.SanitizeRedirect(location); location == "" {
		v.w.WriteHeader(http.StatusOK)
		return
	}
	h := v.w.Header()
	h.Set("X-Redirect-By", "WordPress")
	h.Set("Location", location)
	v.w.WriteHeader(http.StatusFound)
}

// safeRedirect sends the visitor to a location somebody asked for, if it is on
// this site, else to the dashboard: wp_safe_redirect.
func (v *visit) safeRedirect(location string) {
	v.redirectTo(format.RedirectSite{Home: v.set.Home, RequestURI: v.uri}.Validate(location, v.adminURL()))
}

// referer is wp_get_referer: where the visitor came from, on this site and not
// this very page.
func (v *visit) referer() string {
	from := text(v.request, "_wp_http_referer")
	if from == "" || from == "0" {
		from = v.r.Referer()
	}
	if from == "" || from == v.uri || from == v.set.Home+v.uri {
		return ""
	}
	return format.RedirectSite{Home: v.set.Home, RequestURI: v.uri}.Validate(from, "")
}

// who returns the visitor, known by either cookie.
func (v *visit) who(m auth.Method) (*auth.Identity, error) { return m.Authenticate(v.r) }

// addArgs puts arguments into the query of a URL, replacing those of the same
// name: add_query_arg. Values are encoded here.
func addArgs(location string, pairs ...string) string {
	location, fragment, hasFragment := strings.Cut(location, "#")
	base, query, _ := strings.Cut(location, "?")
	query = dropArgs(query, func(name string) bool {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return true
			}
		}
		return false
	})
	for i := 0; i+1 < len(pairs); i += 2 {
		if query != "" {
			query += "&"
		}
		query += pairs[i] + "=" + phpEncode(pairs[i+1])
	}
	location = base + "?" + query
	if hasFragment {
		location += "#" + fragment
	}
	return location
}

// dropArgs takes the arguments out of a query whose names are picked.
func dropArgs(query string, pick func(name string) bool) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if u, err := url.QueryUnescape(name); err == nil {
			name = u
		}
		if pair != "" && !pick(name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// phpEncode is PHP's urlencode.
func phpEncode(t string) string { return strings.ReplaceAll(url.QueryEscape(t), "~", "%7E") }
