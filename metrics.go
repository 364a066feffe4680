package platen

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/rest"
)

// meters count what the server does, for /-/metrics. Nil counts nothing.
type meters struct {
	set     *metrics.Set
	buckets []float64
}

// newMeters returns meters of an App, with what is read off it when asked for.
func newMeters(a *App) *meters {
	caches := a.site.CountCaches()
	m := &meters{set: metrics.NewSet(), buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}
	m.set.NewGauge("platen_db_statements", func() float64 { return float64(a.store.Statements()) })
	m.set.NewGauge("platen_cache_hits", func() float64 { return float64(caches.Hits.Load()) })
	m.set.NewGauge("platen_cache_misses", func() float64 { return float64(caches.Misses.Load()) })
	m.set.NewGauge("platen_search_index_failures", func() float64 { return float64(a.store.SearchFailures()) })
	m.set.NewGauge(fmt.Sprintf(`platen_info{version=%q,database=%q}`, Version, a.store.DialectName()), func() float64 { return 1 })
	return m
}

// served counts one request that was answered.
func (m *meters) served(room, method string, status int, took time.Duration) {
	if m == nil {
		return
	}
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
	default:
		method = "other" // callers invent names
	}
	labels := `{route=` + strconv.Quote(room) + `,method="` + method + `"`
	m.set.GetOrCreateCounter("platen_requests_total" + labels + `,status="` + strconv.Itoa(status) + `"}`).Inc()
	m.set.GetOrCreatePrometheusHistogramExt("platen_request_duration_seconds"+labels+"}", m.buckets).Update(took.Seconds())
}

// authenticated counts how an attempt to say who one is came out.
func (m *meters) authenticated(id *auth.Identity, err error) {
	if m == nil {
		return
	}
	method, result := "none", "anonymous"
	switch {
	case err != nil:
		method, result = "any", "refused"
	case id.LoggedIn():
		method, result = id.Method, "ok"
	}
	m.set.GetOrCreateCounter(`platen_auth_total{method=` + strconv.Quote(method) + `,result="` + result + `"}`).Inc()
}

// count is a way in whose outcomes are counted.
func (m *meters) count(next auth.Method) auth.Method {
	if m == nil {
		return next
	}
	return auth.MethodFunc(func(r *http.Request) (*auth.Identity, error) {
		id, err := next.Authenticate(r)
		m.authenticated(id, err)
		return id, err
	})
}

// roomKey finds where a request notes which route it met.
type roomKey struct{}

// noteRoute remembers the route of a request to the API.
func noteRoute(ctx context.Context, r *rest.Route) {
	if room, ok := ctx.Value(roomKey{}).(*string); ok && r != nil {
		*room = r.Pattern
	}
}

// roomOf names the part of the site that a request went to, where it is no
// route of the API; there are few of them.
func roomOf(path string) string {
	for _, p := range []string{"/wp-json", "/wp-admin", "/wp-login.php", "/wp-content/uploads", "/oauth1", "/-/", "/wp-includes"} {
		if strings.HasPrefix(path, p) {
			return p
		}
	}
	return "page"
}

// ServeHTTP writes the numbers as Prometheus reads them.
func (m *meters) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}

// serveMetrics serves /-/metrics on a listener of its own until ctx ends.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.cfg.Metrics == "" {
		return nil
	}
	ln, err := net.Listen("tcp", a.cfg.Metrics)
	if err != nil {
		return fmt.Errorf("metrics-listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /-/metrics", a.meters)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { srv.Close() })
	go srv.Serve(ln)
	a.log.Info("metrics", "address", "http://"+ln.Addr().String()+"/-/metrics")
	return nil
}
