package upstream

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// Comparing says how two sides are compared.
type Comparing struct {
	// Own answers a call here, as Ask does there.
	Own func(ctx context.Context, route, query string, header http.Header) (*Answer, error)
	// Header is sent along to both: whoever asks.
	Header http.Header
	// LoggedIn says that Header is that of somebody who may edit.
	LoggedIn bool
	// Items is how many things of a kind are looked at.
	Items int
	// Meant reports an answer of ours that is another on purpose.
	Meant func(route string, theirs, ours *Answer) bool
	// Progress is called before each route. Nil: nobody looks.
	Progress func(done, all int)
}

// Row says how a route fared.
type Row struct {
	Route   string   `json:"route"`   // /wp/v2/posts/{id}
	Pattern string   `json:"pattern"` // of --native and --to-upstream
	Samples int      `json:"samples"`
	Differ  int      `json:"differ"`
	Fields  []string `json:"fields,omitempty"`  // where they differ
	Example string   `json:"example,omitempty"` // a call that differs
	PHP     bool     `json:"php"`               // who answers now
	Because string   `json:"because,omitempty"` // why PHP does
	Advice  string   `json:"advice"`            // native, php, or "" where there is none
	Note    string   `json:"note,omitempty"`
}

// The values of Row.Advice.
const (
	AdviseNative = "native"
	AdvisePHP    = "php"
)

// call is one question to both sides.
type call struct{ route, query string }

// Compare asks both sides the same questions, about things that the site
// really has, and says route by route whether the answers are the same.
func (g *Gate) Compare(ctx context.Context, c Comparing) ([]Row, error) {
	routes := g.comparable(ctx)
	items := map[string][]string{} // ids of the things below a route
	var rows []Row
	for i, r := range routes {
		if c.Progress != nil {
			c.Progress(i, len(routes))
		}
		row, err := g.compareRoute(ctx, &c, r, items)
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	if c.Progress != nil {
		c.Progress(len(routes), len(routes))
	}
	return rows, nil
}

// comparable lists the routes that both sides can answer a GET of, but for
// those that are PHP's whatever they answer, unless they are forced.
func (g *Gate) comparable(ctx context.Context) []*rest.Route {
	s := g.known(ctx)
	theirs, _ := value(s.index, "routes").(*ordered.Object)
	shapes := map[string]bool{}
	for pattern := range theirs.All() {
		shapes[shape(pattern)] = true
	}
	var out []*rest.Route
	for _, r := range g.cfg.API.Routes() {
		if isIndex(r) || !shapes[shape(r.Pattern)] || g.cfg.API.Lookup(http.MethodGet, sampleRoute(shape(r.Pattern), "1")) == nil {
			continue
		}
		if forced := g.rules.find(http.MethodGet, restPrefix+shape(r.Pattern)); g.standing(http.MethodGet, r) == "" || forced != nil && !forced.php {
			out = append(out, r)
		}
	}
	return out
}

// sampleRoute puts an id in the place of every parameter.
func sampleRoute(shape, id string) string {
	parts := strings.Split(shape, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = id
		}
	}
	return strings.Join(parts, "/")
}

func (g *Gate) compareRoute(ctx context.Context, c *Comparing, r *rest.Route, items map[string][]string) (Row, error) {
	route := shape(r.Pattern)
	row := Row{Route: route, Pattern: restPrefix + sampleRoute(route, "*")}
	row.Because = g.reasonFor(ctx, r)
	row.PHP = row.Because != ""
	found := differences{}
	forced := g.rules.find(http.MethodGet, restPrefix+route) != nil
	for _, each := range c.calls(r, route, items) {
		if !row.PHP && !forced && g.known(ctx).reason(r, http.MethodGet, rest.ParseQuery(each.query)) != "" {
			continue // with these parameters it is PHP's
		}
		theirs, err := g.Ask(ctx, http.MethodGet, each.route, each.query, c.Header)
		if err != nil {
			return row, err
		}
		if theirs.Status >= http.StatusInternalServerError {
			row.Note = "PHP answers " + strconv.Itoa(theirs.Status)
			continue
		}
		ours, err := c.Own(ctx, each.route, each.query, c.Header)
		if err != nil {
			return row, err
		}
		c.remember(items, route, each, theirs)
		row.Samples++
		d := compareAnswers(theirs, ours)
		if len(d) == 0 {
			continue
		}
		if c.Meant != nil && c.Meant(each.route, theirs, ours) {
			row.Note = "refused here on purpose"
			continue
		}
		// What PHP itself answers now so, now so, says nothing.
		again, err := g.Ask(ctx, http.MethodGet, each.route, each.query, c.Header)
		if err != nil {
			return row, err
		}
		if d.without(compareAnswers(theirs, again)); len(d) == 0 {
			continue
		}
		row.Differ++
		for at := range d {
			found.add(at)
		}
		if row.Example == "" {
			row.Example = strings.TrimSuffix(each.route+"?"+each.query, "?")
		}
	}
	row.Fields = found.sorted()
	switch {
	case row.Differ > 0:
		row.Advice = AdvisePHP
	case row.Samples > 0:
		row.Advice = AdviseNative
	case row.Note == "":
		row.Note = "nothing to ask for"
	}
	return row, nil
}

// reasonFor says why PHP answers a plain GET of a route, "" when it does not.
func (g *Gate) reasonFor(ctx context.Context, r *rest.Route) string {
	if forced := g.rules.find(http.MethodGet, restPrefix+shape(r.Pattern)); forced != nil {
		if forced.php {
			return "to-upstream " + forced.text
		}
		return ""
	}
	if why := g.standing(http.MethodGet, r); why != "" {
		return why
	}
	s := g.known(ctx)
	if s.closed != "" {
		return s.closed
	}
	return s.reason(r, http.MethodGet, &ordered.Object{})
}

// calls are the questions about a route.
func (c *Comparing) calls(r *rest.Route, route string, items map[string][]string) []call {
	var out []call
	base, rest, hasID := strings.Cut(route, "/{")
	if !hasID {
		for _, query := range c.queries(r) {
			out = append(out, call{route, query})
		}
		return out
	}
	if strings.Count(rest, "{") > 0 {
		return nil // things of things
	}
	queries := []string{""}
	if c.LoggedIn && takes(r, "context") {
		queries = append(queries, "context=edit")
	}
	for _, id := range items[base] {
		for _, query := range queries {
			out = append(out, call{sampleRoute(route, id), query})
		}
	}
	return out
}

// queries are the questions about a collection, or a thing there is one of.
func (c *Comparing) queries(r *rest.Route) []string {
	if !takes(r, "per_page") {
		if c.LoggedIn && takes(r, "context") {
			return []string{"", "context=edit"}
		}
		return []string{""}
	}
	out := []string{"per_page=100", "per_page=3&page=2&_embed=1", "order=asc&per_page=5", "search=a&per_page=5", "per_page=5&_fields=id,_links"}
	if c.LoggedIn {
		out = append(out, "context=edit&per_page=20")
	}
	return out
}

// takes reports whether reading a route takes a parameter.
func takes(r *rest.Route, name string) bool {
	for _, e := range r.Endpoints {
		if !slices.Contains(e.Methods, http.MethodGet) {
			continue
		}
		for _, a := range e.Args {
			if a.Name == name {
				return true
			}
		}
	}
	return false
}

// remember keeps what a collection lists: some of the first, the last and
// those between.
func (c *Comparing) remember(items map[string][]string, route string, each call, answer *Answer) {
	if strings.Contains(route, "{") || len(items[route]) > 0 || strings.Contains(each.query, "_fields") {
		return
	}
	var ids []string
	switch list := answer.Data.(type) {
	case []any:
		for _, v := range list {
			for _, key := range []string{"id", "slug", "name"} {
				if id := idText(value(v, key)); id != "" {
					ids = append(ids, id)
					break
				}
			}
		}
	case *ordered.Object: // types, taxonomies, statuses: by name
		for name, v := range list.All() {
			if slug, ok := value(v, "slug").(string); ok && slug == name {
				ids = append(ids, name)
			}
		}
	}
	n := max(c.Items, 1)
	for i := range min(n, len(ids)) {
		at := i * (len(ids) - 1) / max(n-1, 1)
		if len(ids) <= n {
			at = i
		}
		items[route] = append(items[route], ids[at])
	}
}

func idText(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	}
	return ""
}
