package upstream

import (
	"context"
	"net/http"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// Amend completes the index, or that of a namespace, with what PHP has: the
// routes that it answers are described as it describes them. Without PHP the
// index stays ours. It is rest.Config's Amend.
func (g *Gate) Amend(ctx context.Context, _ *rest.Request, resp *rest.Response) {
	s := g.known(ctx)
	o, ok := resp.Data.(*ordered.Object)
	if !ok || s.index == nil {
		return
	}
	namespace, isNamespace := o.Value("namespace").(string)
	if ours, ok := o.Value("routes").(*ordered.Object); ok {
		theirs, _ := s.index.Value("routes").(*ordered.Object)
		o.Set("routes", g.mergeRoutes(s, ours, theirs, namespace))
	}
	if isNamespace {
		return
	}
	for name, v := range s.index.All() {
		switch name {
		case "routes", "_links":
		case "namespaces":
			if list, ok := o.Value(name).([]string); ok {
				o.Set(name, union(list, namespaces(s.index)))
			}
		case "authentication":
			o.Set(name, mergeObjects(o.Value(name), v))
		default:
			if !o.Has(name) {
				o.Set(name, v)
			}
		}
	}
}

// mergeRoutes lists the routes of both sides, each as the side that answers it
// describes it. Namespace "" is all of them.
func (g *Gate) mergeRoutes(s *survey, ours, theirs *ordered.Object, namespace string) *ordered.Object {
	out := ordered.NewObject(ours.Len() + theirs.Len())
	for pattern, v := range ours.All() {
		if !g.answersFor(s, pattern) {
			var listed bool
			if v, listed = theirs.Get(pattern); !listed {
				continue
			}
		}
		out.Set(pattern, v)
	}
	for pattern, v := range theirs.All() {
		if !out.Has(pattern) && (namespace == "" || value(v, "namespace") == namespace) {
			out.Set(pattern, v)
		}
	}
	return out
}

// answersFor reports whether a plain GET of a route of ours is answered here.
func (g *Gate) answersFor(s *survey, pattern string) bool {
	if forced := g.rules.find(http.MethodGet, restPrefix+strings.TrimSuffix(shape(pattern), "/")); forced != nil {
		return !forced.php
	}
	for _, r := range g.cfg.API.Routes() {
		if r.Pattern == pattern {
			return isIndex(r) || g.standing(http.MethodGet, r) == "" && s.reason(r, http.MethodGet, &ordered.Object{}) == ""
		}
	}
	return false
}

func union(a, b []string) []string {
	out := append([]string{}, a...)
	seen := map[string]bool{}
	for _, v := range a {
		seen[v] = true
	}
	for _, v := range b {
		if !seen[v] {
			out = append(out, v)
		}
	}
	return out
}

// mergeObjects adds the members of b that a does not have; either may be PHP's
// empty list.
func mergeObjects(a, b any) any {
	mine, _ := a.(*ordered.Object)
	theirs, ok := b.(*ordered.Object)
	if !ok {
		return a
	}
	out := mine.Clone()
	if out == nil {
		out = &ordered.Object{}
	}
	for name, v := range theirs.All() {
		if !out.Has(name) {
			out.Set(name, v)
		}
	}
	return out
}
