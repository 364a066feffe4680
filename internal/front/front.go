// Package front is the site's public face: the home page, posts and pages under
// their permalinks, a feed, and the discovery links by which a client finds the
// REST API. It is small on purpose: a theme that can be read, for a site whose
// readers mostly come through the API.
package front

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
)

// Texts renders the posts of one response; *render.Run does. All strings are HTML.
type Texts interface {
	Title(p *wp.Post) string
	Content(p *wp.Post) string
	Excerpt(p *wp.Post, words int) string
}

// Config is what the front is made of. Site and Render are required.
type Config struct {
	Site *site.Site

	// Render starts the rendering of one response. The password, if it is not empty, opens posts that have it.
	Render func(ctx context.Context, password string) Texts

	// Pingback sends X-Pingback on posts that take pings, as WordPress does. Leave it out where nothing answers there.
	Pingback bool

	AssetBase string       // path of the style sheet's directory; default /-/front/
	Log       *slog.Logger // nil: silent
}

// Front serves the public pages. Who is looking is the identity in the request's context.
type Front struct {
	cfg    Config
	css    []byte
	cssVer string
}

var _ http.Handler = (*Front)(nil)

//go:embed assets/front.css
var styleSheet []byte

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.New("").ParseFS(templateFiles, "templates/*.html"))

const noStore = "no-cache, must-revalidate, max-age=0, no-store, private"

// New returns the front of a site.
func New(cfg Config) (*Front, error) {
	if cfg.Site == nil || cfg.Render == nil {
		return nil, errors.New("front: Config.Site and Config.Render are required")
	}
	if cfg.AssetBase == "" {
		cfg.AssetBase = "/-/front/"
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	sum := sha256.Sum256(styleSheet)
	return &Front{cfg: cfg, css: styleSheet, cssVer: base64.RawURLEncoding.EncodeToString(sum[:9])}, nil
}

// request is one visit: the settings it sees and where it is, below the site's own path.
type request struct {
	*http.Request
	set   *site.Settings
	path  string // as sent, still escaped, without the home path
	query url.Values
}

// ServeHTTP answers GET and HEAD of every public address.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if r.URL.Path == f.cfg.AssetBase+"front.css" {
		f.serveStyle(w, r)
		return
	}
	set, err := f.cfg.Site.Settings(r.Context())
	if err != nil {
		f.fail(w, r, err)
		return
	}
	path := strings.TrimPrefix(r.URL.EscapedPath(), set.HomePath())
	path = strings.TrimPrefix(path, "/index.php")
	if path == "" {
		path = "/"
	}
	req := &request{Request: r, set: set, path: path, query: r.URL.Query()}
	found, err := f.resolve(req)
	if err != nil {
		f.fail(w, r, err)
		return
	}
	f.answer(w, req, found)
}

// answer sends what was found, from the place it belongs to: redirect_canonical.
func (f *Front) answer(w http.ResponseWriter, r *request, found *place) {
	h := w.Header()
	if found.kind == single && f.cfg.Pingback && found.post.PingStatus == "open" {
		h.Set("X-Pingback", r.set.SiteURL+"/xmlrpc.php")
	}
	if found.kind == nothing || found.preview {
		h.Set("Cache-Control", noStore)
		h.Set("Expires", "Wed, 11 Jan 1984 05:00:00 GMT")
	}
	if to := f.canonical(r, found); to != "" {
		h.Set("X-Redirect-By", "WordPress")
		h.Set("Content-Type", "text/html; charset=UTF-8")
		http.Redirect(w, r.Request, to, http.StatusMovedPermanently)
		return
	}
	h.Add("Link", "<"+r.set.RESTRoot()+`>; rel="https://api.w.org/"`)
	switch found.kind {
	case feed:
		f.serveFeed(w, r)
	case single:
		for _, link := range f.postLinks(r, found.post) {
			h.Add("Link", link)
		}
		f.serveSingle(w, r, found)
	case listing:
		f.serveList(w, r, found)
	default:
		f.serveMissing(w, r)
	}
}

// postLinks are the links of a single post in its header: rest_output_link_header, wp_shortlink_header.
func (f *Front) postLinks(r *request, p *wp.Post) []string {
	var links []string
	if api := f.apiURL(r, p); api != "" {
		links = append(links, "<"+api+`>; rel="alternate"; title="JSON"; type="application/json"`)
	}
	return append(links, "<"+shortlink(r.set, p)+">; rel=shortlink")
}

// apiURL is the address of a post in the API, "" when it has none.
func (f *Front) apiURL(r *request, p *wp.Post) string {
	t := f.cfg.Site.Registry().PostType(p.Type)
	if t == nil || !t.ShowInREST {
		return ""
	}
	base, namespace := t.RESTBase, t.RESTNamespace
	if base == "" {
		base = t.Name
	}
	if namespace == "" {
		namespace = "wp/v2"
	}
	return r.set.REST(namespace + "/" + base + "/" + strconv.FormatInt(p.ID, 10))
}

// shortlink is ?p=ID, or the home page itself.
func shortlink(set *site.Settings, p *wp.Post) string {
	if p.Type == "page" && set.Get("show_on_front") == "page" && set.Int("page_on_front") == p.ID {
		return set.Home + "/"
	}
	return set.Home + "/?p=" + strconv.FormatInt(p.ID, 10)
}

func (f *Front) serveStyle(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+f.cssVer+`"`)
	if r.URL.Query().Get("ver") == f.cssVer {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, "front.css", zeroTime, bytes.NewReader(f.css))
}

func (f *Front) fail(w http.ResponseWriter, r *http.Request, err error) {
	f.cfg.Log.ErrorContext(r.Context(), "front", "path", r.URL.Path, "err", err)
	http.Error(w, "The page could not be shown.", http.StatusInternalServerError)
}
