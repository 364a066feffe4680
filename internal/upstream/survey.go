package upstream

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

const (
	indexLife  = time.Minute      // how old the index may be
	schemaLife = 10 * time.Minute // how old the rest may be while the index stays the same
	retryAfter = 5 * time.Second
	surveyTime = 20 * time.Second
	askers     = 2 // how many questions at a time
)

// Finding is something of the PHP site that Platen does not have, and the
// calls that are therefore PHP's.
type Finding struct {
	Route  string   `json:"route"` // and those below it
	Text   string   `json:"text"`
	Fields []string `json:"fields,omitempty"` // that only PHP shows
	Params []string `json:"params,omitempty"` // that only PHP reads
	Whole  bool     `json:"whole"`            // every call is PHP's
	Writes bool     `json:"-"`                // every call that changes something is

	params []param
}

// survey is what is known of the PHP site. It does not change.
type survey struct {
	at, schemaAt time.Time
	closed       string // why every call is PHP's, "" when not so
	tokens       bool   // a plugin there gives out tokens
	partial      bool   // some of what is embedded is PHP's
	index        *ordered.Object
	hash         [sha256.Size]byte
	findings     []Finding
}

// known is the survey as it stands; an old one starts a new one. It waits only
// for the very first.
func (g *Gate) known(ctx context.Context) *survey {
	s := g.now.Load()
	if s == nil {
		g.refresh()
		select {
		case <-g.first:
		case <-ctx.Done():
		}
		if s = g.now.Load(); s == nil {
			return &survey{}
		}
	}
	if g.cfg.Now().Sub(s.at) > indexLife {
		g.refresh()
	}
	return s
}

// Start begins the first survey.
func (g *Gate) Start() { g.refresh() }

// refresh makes a survey in the background, one at a time.
func (g *Gate) refresh() {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.cfg.Now()
	if g.busy || g.ctx.Err() != nil || !g.tried.IsZero() && now.Sub(g.tried) < retryAfter {
		return
	}
	g.busy, g.tried = true, now
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if _, err := g.Survey(g.ctx); err != nil && g.ctx.Err() == nil {
			g.cfg.Log.Warn("upstream: the PHP site could not be looked at", "err", err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.busy = false
	}()
}

// Survey looks at the PHP site now and returns what it found.
func (g *Gate) Survey(ctx context.Context) ([]Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, surveyTime)
	defer cancel()
	s, err := g.look(ctx)
	if err == nil {
		g.report(s, g.now.Swap(s))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.first:
	default:
		close(g.first)
	}
	if err != nil {
		return nil, err
	}
	return s.findings, nil
}

// report logs what a survey found that the one before did not.
func (g *Gate) report(s, before *survey) {
	if s.closed != "" && (before == nil || before.closed == "") {
		g.cfg.Log.Warn("upstream: the whole API is left to PHP", "because", s.closed)
	}
	for _, f := range s.findings {
		if before == nil || !slices.ContainsFunc(before.findings, func(old Finding) bool { return old.Route == f.Route && old.Text == f.Text }) {
			g.cfg.Log.Warn("upstream: left to PHP", "route", f.Route, "because", f.Text)
		}
	}
}

func (g *Gate) look(ctx context.Context) (*survey, error) {
	answer, err := g.Ask(ctx, http.MethodGet, "/", "", nil)
	if err != nil {
		return nil, err
	}
	s := &survey{at: g.cfg.Now()}
	if answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden {
		s.closed = fmt.Sprintf("PHP refuses visitors its API (%d %s)", answer.Status, answer.code())
		return s, nil
	}
	if s.index, err = answer.object("the index of the API"); err != nil {
		return nil, err
	}
	routes, ok := s.index.Value("routes").(*ordered.Object)
	if !ok {
		return nil, fmt.Errorf("the index of PHP's API lists no routes")
	}
	if theirs, _ := s.index.Value("home").(string); theirs != "" && strings.TrimRight(theirs, "/") != g.cfg.Home(ctx) {
		g.cfg.Log.Warn("upstream: the PHP site says that it is another; run platen doctor", "php", theirs, "here", g.cfg.Home(ctx))
	}
	s.hash = sha256.Sum256(answer.Body)
	if old := g.now.Load(); old != nil && old.hash == s.hash && s.at.Sub(old.schemaAt) < schemaLife {
		s.schemaAt, s.findings, s.tokens, s.partial = old.schemaAt, old.findings, old.tokens, old.partial
		return s, nil
	}
	s.schemaAt = s.at
	s.tokens = slices.Contains(namespaces(s.index), "jwt-auth/v1")
	if s.tokens {
		s.findings = append(s.findings, Finding{Route: "/jwt-auth/v1", Whole: true, Text: "a plugin of PHP's gives out the tokens"})
	}
	shared := g.absent(s, routes)
	more, err := g.schemas(ctx, shared)
	if err != nil {
		return nil, err
	}
	kinds, err := g.kinds(ctx, shared)
	if err != nil {
		return nil, err
	}
	s.findings = append(append(s.findings, kinds...), more...)
	for _, f := range s.findings {
		s.partial = s.partial || g.hasItems(f.Route) && (f.Whole || len(f.Fields) > 0)
	}
	s.partial = s.partial || slices.ContainsFunc(g.rules, func(r rule) bool {
		return r.php && (r.method == "" || r.method == http.MethodGet) && len(r.segments) > 1 && "/"+r.segments[0] == restPrefix
	})
	return s, nil
}

// hasItems reports whether a route is that of things that others embed.
func (g *Gate) hasItems(route string) bool {
	base, _, _ := strings.Cut(route, "/(")
	return slices.ContainsFunc(g.cfg.API.Routes(), func(r *rest.Route) bool { return strings.HasPrefix(r.Pattern, base+"/(?P<id>") })
}

func namespaces(index *ordered.Object) []string {
	list, _ := index.Value("namespaces").([]any)
	var out []string
	for _, v := range list {
		if name, ok := v.(string); ok {
			out = append(out, name)
		}
	}
	return out
}

var namedGroup = regexp.MustCompile(`\(\?P<(\w+)>`)

// shape is a pattern with its groups named only: versions of WordPress differ
// in the expressions.
func shape(pattern string) string {
	var b strings.Builder
	for {
		at := namedGroup.FindStringSubmatchIndex(pattern)
		if at == nil {
			return b.String() + pattern
		}
		b.WriteString(pattern[:at[0]] + "{" + pattern[at[2]:at[3]] + "}")
		pattern = pattern[at[0]+rest.GroupEnd(pattern[at[0]:]):]
	}
}

// absent adds what PHP does not have, and returns the routes that both have.
// A namespace that PHP does not have at all is our own.
func (g *Gate) absent(s *survey, theirs *ordered.Object) []*rest.Route {
	shapes := map[string]bool{}
	for pattern := range theirs.All() {
		shapes[shape(pattern)] = true
	}
	spaces := namespaces(s.index)
	var shared []*rest.Route
	for _, r := range g.cfg.API.Routes() {
		if isIndex(r) || r.Pattern == batchRoute || !slices.Contains(spaces, r.Namespace) || g.standing(http.MethodGet, r) != "" {
			continue
		}
		if shapes[shape(r.Pattern)] || r.Hidden() {
			shared = append(shared, r)
			continue
		}
		s.findings = append(s.findings, Finding{Route: r.Pattern, Whole: true, Text: "PHP does not have this route"})
	}
	return shared
}

// schemas compares the descriptions of the routes that are one address.
func (g *Gate) schemas(ctx context.Context, shared []*rest.Route) ([]Finding, error) {
	var plain []*rest.Route
	for _, r := range shared {
		if !strings.Contains(r.Pattern, "(") && g.rules.find(http.MethodGet, restPrefix+r.Pattern) == nil {
			plain = append(plain, r)
		}
	}
	out, errs := make([]Finding, len(plain)), make([]error, len(plain))
	var wg sync.WaitGroup
	slots := make(chan struct{}, askers)
	for i, r := range plain {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wg.Done() }()
			out[i], errs[i] = g.compare(ctx, r)
		}()
	}
	wg.Wait()
	var found []Finding
	for i := range plain {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if out[i].Text != "" {
			found = append(found, out[i])
		}
	}
	return found, nil
}

// kinds compares what is registered: post types, taxonomies, statuses.
func (g *Gate) kinds(ctx context.Context, shared []*rest.Route) ([]Finding, error) {
	var out []Finding
	for _, route := range []string{"/wp/v2/types", "/wp/v2/taxonomies", "/wp/v2/statuses"} {
		if !slices.ContainsFunc(shared, func(r *rest.Route) bool { return r.Pattern == route }) {
			continue
		}
		answer, err := g.Ask(ctx, http.MethodGet, route, "", nil)
		if err != nil {
			return nil, err
		}
		theirs, err := answer.object(route)
		if err != nil {
			out = append(out, Finding{Route: route, Whole: true, Text: err.Error()})
			continue
		}
		ours, _ := g.own(ctx, http.MethodGet, route).(*ordered.Object)
		if same(theirs, ours) {
			continue
		}
		f := Finding{Route: route, Whole: true, Text: "PHP's answer is another"}
		var extra []string
		for name := range theirs.All() {
			if !ours.Has(name) {
				extra = append(extra, name)
			}
		}
		if extra != nil {
			f.Text = "only PHP knows " + strings.Join(extra, ", ")
		}
		out = append(out, f)
		if extra != nil && route == "/wp/v2/types" {
			out = append(out, Finding{Route: "/wp/v2/comments", Whole: true, Text: "comments may belong to " + strings.Join(extra, ", ")})
		}
	}
	return out, nil
}

// own is what this side answers a visitor who asks for a route.
func (g *Gate) own(ctx context.Context, method, route string) any {
	req := (&rest.Request{}).NewRequest(method, route)
	return plainData(g.cfg.API.Dispatch(ctx, req).Data)
}

// plainData is a value as it would come out of JSON.
func plainData(v any) any {
	raw, err := ordered.Append(nil, v)
	if err != nil {
		return nil
	}
	out, _ := ordered.Decode(raw)
	return out
}
