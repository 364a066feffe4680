package upstream

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// Decision says who answers a call of a route.
type Decision struct {
	PHP    bool
	Method string // that the call is answered as
	Reason string
}

// phpRoutes are routes of ours whose answers depend on the theme, the plugins
// or the files of the PHP site.
var phpRoutes = []string{
	"/oembed/1.0", "/wp-abilities/v1", "/wp-block-editor/v1", "/wp-site-health/v1",
	"/wp/v2/block-directory", "/wp/v2/block-patterns", "/wp/v2/block-renderer", "/wp/v2/block-types", "/wp/v2/font-collections",
	"/wp/v2/global-styles", "/wp/v2/icon-collections", "/wp/v2/icons", "/wp/v2/menu-locations", "/wp/v2/pattern-directory",
	"/wp/v2/plugins", "/wp/v2/sidebars", "/wp/v2/template-parts", "/wp/v2/templates", "/wp/v2/themes", "/wp/v2/view-config",
	"/wp/v2/widget-types", "/wp/v2/widgets",
}

const (
	restPrefix = "/wp-json"
	batchRoute = "/batch/v1"
	mediaRoute = "/wp/v2/media"
	// maxBatch is the longest batch that is looked into.
	maxBatch = 8 << 20
)

func unsafeMethod(m string) bool {
	return m != http.MethodGet && m != http.MethodHead && m != http.MethodOptions
}

// below reports whether a route is base or lies below it.
func below(route, base string) bool {
	return len(route) >= len(base) && strings.EqualFold(route[:len(base)], base) && (len(route) == len(base) || route[len(base)] == '/')
}

// Decide says who answers a call of a route. It may read the body of a batch,
// which stays readable, and waits for the first survey.
func (g *Gate) Decide(r *http.Request, route string) Decision {
	d := Decision{Method: rest.EffectiveMethod(r.Method, r.URL.RawQuery, r.Header)}
	if strings.EqualFold(route, batchRoute) && d.Method == http.MethodPost && g.rules.find(d.Method, restPrefix+route) == nil {
		d.Reason = g.batch(r)
	} else {
		d.Reason = g.reason(r, d.Method, route, rest.ParseQuery(r.URL.RawQuery))
	}
	d.PHP = d.Reason != ""
	return d
}

// reason says why a call is PHP's to answer, "" when it is ours.
func (g *Gate) reason(r *http.Request, method, route string, query *ordered.Object) string {
	if forced := g.rules.find(method, restPrefix+strings.TrimSuffix(route, "/")); forced != nil {
		if forced.php {
			return "to-upstream " + forced.text
		}
		return ""
	}
	if below(route, "/platen/v1") {
		return ""
	}
	found := g.cfg.API.Lookup(method, route)
	switch {
	case found == nil:
		return "no route of ours"
	case g.cfg.Reads && unsafeMethod(method):
		return "upstream-mode reads"
	}
	if why := g.standing(method, found); why != "" {
		return why
	}
	known := g.known(r.Context())
	if known.closed != "" || isIndex(found) {
		return known.closed
	}
	if known.tokens && bearer(r) {
		return "a token of a plugin"
	}
	return known.reason(found, method, query)
}

// standing are the reasons that hold whatever PHP's plugins add.
func (g *Gate) standing(method string, route *rest.Route) string {
	for _, base := range phpRoutes {
		if below(route.Pattern, base) {
			return "depends on the theme and the plugins"
		}
	}
	if g.cfg.OwnUploads && unsafeMethod(method) && below(route.Pattern, mediaRoute) {
		return "the uploads are PHP's"
	}
	return ""
}

// bearer reports a request with a token.
func bearer(r *http.Request) bool {
	scheme, _, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	return strings.EqualFold(scheme, "Bearer")
}

// isIndex reports an index, which is made of both sides'.
func isIndex(r *rest.Route) bool { return r.Pattern == "/" || r.Pattern == "/"+r.Namespace }

// batch says why a batch is PHP's: one of its requests is.
func (g *Gate) batch(r *http.Request) string {
	if g.cfg.Reads {
		return "upstream-mode reads"
	}
	if r.Body == nil {
		return ""
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBatch+1))
	r.Body = rejoined{io.MultiReader(bytes.NewReader(body), failing{err}, r.Body), r.Body}
	if err != nil || len(body) > maxBatch {
		return ""
	}
	v, err := ordered.Decode(body)
	if err != nil {
		v = rest.ParseQuery(string(body)) // a form
	}
	list, _ := value(v, "requests").([]any)
	for _, item := range list {
		path, _ := value(item, "path").(string)
		method, _ := value(item, "method").(string)
		if method == "" {
			method = http.MethodPost
		}
		path, rawQuery, _ := strings.Cut(path, "?")
		if why := g.reason(r, strings.ToUpper(method), path, rest.ParseQuery(rawQuery)); why != "" {
			return why + " (in a batch)"
		}
	}
	return ""
}

// rejoined is a body of which the beginning was read.
type rejoined struct {
	io.Reader
	io.Closer
}

// failing repeats an error of the beginning.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// value is a member of a JSON object, nil where there is none.
func value(v any, names ...string) any {
	for _, name := range names {
		o, _ := v.(*ordered.Object)
		v = o.Value(name)
	}
	return v
}

// reason says why PHP has to answer a call, after what the survey found.
func (s *survey) reason(route *rest.Route, method string, query *ordered.Object) string {
	for i := range s.findings {
		f := &s.findings[i]
		if below(route.Pattern, f.Route) && f.concerns(method, query) {
			return f.Text
		}
	}
	if query.Has("_embed") && s.partial {
		return "embeds what PHP serves"
	}
	return ""
}

// concerns reports whether a call would show, or take, what Platen does not
// know.
func (f *Finding) concerns(method string, query *ordered.Object) bool {
	if method == http.MethodOptions || f.Whole {
		return true
	}
	if unsafeMethod(method) {
		return len(f.Fields) > 0 || f.Writes
	}
	for _, p := range f.params {
		if p.used(query) {
			return true
		}
	}
	if len(f.Fields) == 0 {
		return false
	}
	wanted := schema.ParseStrings(query.Value("_fields"))
	return len(wanted) == 0 || slices.ContainsFunc(f.Fields, func(name string) bool { return schema.IsFieldIncluded(name, wanted) })
}

// param is a parameter that PHP knows and Platen does not, or values of one.
type param struct {
	name   string
	values []string // nil: the parameter itself
	always bool     // its default means such a value
}

// used reports whether a query gives the parameter one of the values.
func (p *param) used(query *ordered.Object) bool {
	v, ok := query.Get(p.name)
	if !ok || v == "" {
		return p.always
	}
	if p.values == nil {
		return true
	}
	for _, each := range schema.ParseStrings(v) {
		if slices.Contains(p.values, each) || each == "any" {
			return true
		}
	}
	return false
}
