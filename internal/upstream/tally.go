package upstream

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// maxPlaces bounds the list of what was handed over; the rest is counted
// together.
const maxPlaces = 300

// others is where the rest is counted.
const others = "(others)"

// Count says how many requests of one kind were handed over.
type Count struct {
	Place string `json:"place"` // "GET /wc/v3/orders/{id}", "/wp-admin/"
	N     int64  `json:"requests"`
}

type tally struct {
	mu     sync.Mutex
	places map[string]int64
}

func (t *tally) add(place string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.places == nil {
		t.places = map[string]int64{}
	}
	if _, known := t.places[place]; !known && len(t.places) >= maxPlaces {
		place = others
	}
	t.places[place]++
}

// Counts lists what was handed over since the start, most frequent first.
func (g *Gate) Counts() []Count {
	g.tally.mu.Lock()
	defer g.tally.mu.Unlock()
	var out []Count
	for place, n := range g.tally.places {
		out = append(out, Count{place, n})
	}
	slices.SortFunc(out, func(a, b Count) int {
		if a.N != b.N {
			return int(b.N - a.N)
		}
		return strings.Compare(a.Place, b.Place)
	})
	return out
}

var (
	idSegment = regexp.MustCompile(`^(?:[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,})$`)
	phpFile   = regexp.MustCompile(`^/(?:wp-)?[a-z-]+\.php$`)
)

// routePlace is a method and route with what looks like ids taken out.
func routePlace(method, route string) string {
	parts := strings.Split(route, "/")
	for i, p := range parts {
		if idSegment.MatchString(p) {
			parts[i] = "{id}"
		}
	}
	if len(parts) > 12 || len(route) > 200 {
		return others
	}
	return method + " " + strings.Join(parts, "/")
}

// pagePlace is the corner of the site that a page lies in.
func pagePlace(path string) string {
	for _, dir := range []string{"/wp-admin/", "/wp-content/", "/wp-includes/"} {
		if strings.HasPrefix(path, dir) {
			return dir
		}
	}
	if phpFile.MatchString(path) {
		return path
	}
	return "pages"
}
