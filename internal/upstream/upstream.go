// Package upstream puts Platen in front of a PHP WordPress of the same site:
// what Platen serves it answers itself, everything else it hands over. A Gate
// decides, hands over and remembers what it handed over; a survey of the PHP
// side finds out what the plugins there added, so that nothing of it is lost.
package upstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/platenhq/platen/rest"
)

// Config is what a Gate needs from the house it stands in.
type Config struct {
	// URL is the address of the PHP site, such as http://127.0.0.1:8081.
	URL string
	// Reads leaves every method that changes something to PHP.
	Reads bool
	// Native and PHP force requests one way: "[METHOD] /path", where * stands
	// for one segment and a path for everything below it. The API is below
	// /wp-json/, however the site addresses it. The more specific one wins.
	Native, PHP []string
	// API has the routes that can be served here.
	API *rest.Server
	// OwnUploads says that the uploads are not in the directory that PHP has
	// them in, so that PHP has to take and to delete files.
	OwnUploads bool
	// Home is the address of the site without a slash at the end.
	Home func(context.Context) string
	// RemoteAddr is the address of the caller, Secure whether the caller came
	// over TLS, Trusted whether the X-Forwarded headers of a request are to be
	// believed.
	RemoteAddr      func(*http.Request) string
	Secure, Trusted func(*http.Request) bool
	Now             func() time.Time
	Log             *slog.Logger
	// Transport reaches PHP; nil is one of our own.
	Transport http.RoundTripper
}

// Gate leads requests to PHP where PHP has to answer them.
type Gate struct {
	cfg   Config
	url   *url.URL
	rules rules
	proxy *httputil.ReverseProxy
	hop   string // names this process to itself
	tally tally

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	now    atomic.Pointer[survey]
	first  chan struct{} // closed once the first survey was tried
	mu     sync.Mutex
	busy   bool
	tried  time.Time
}

// New returns a gate to the PHP site. Errors name the setting that is wrong.
func New(cfg Config) (*Gate, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("upstream: %q is not an address such as http://127.0.0.1:8081", cfg.URL)
	}
	if u.User != nil {
		return nil, errors.New("upstream: an address with a user name is not supported")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Transport == nil {
		cfg.Transport = newTransport()
	}
	g := &Gate{cfg: cfg, url: u, first: make(chan struct{})}
	if g.rules, err = parseRules(cfg.Native, cfg.PHP); err != nil {
		return nil, err
	}
	if g.hop, err = newHop(); err != nil {
		return nil, err
	}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	g.proxy = g.newProxy()
	return g, nil
}

// Close ends a survey that is under way.
func (g *Gate) Close() {
	g.cancel()
	g.wg.Wait()
	if t, ok := g.cfg.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// ServePage answers a request that is none of the API's, if PHP has to. What
// is not forced to be served here is PHP's.
func (g *Gate) ServePage(w http.ResponseWriter, r *http.Request, path string) bool {
	h := handedOver{place: pagePlace(path), reason: "pages are PHP's"}
	if forced := g.rules.find(r.Method, path); forced != nil {
		if !forced.php {
			return false
		}
		h.reason = "to-upstream " + forced.text
	}
	g.handOver(w, r, h)
	return true
}

// ServeREST answers a call of a route, if PHP has to.
func (g *Gate) ServeREST(w http.ResponseWriter, r *http.Request, route string) bool {
	d := g.Decide(r, route)
	if !d.PHP && !g.looped(r) {
		return false
	}
	g.handOver(w, r, handedOver{rest: true, place: routePlace(d.Method, route), reason: d.Reason})
	return true
}

// ServeUnknown answers a call whose answer here would show blocks that nobody
// registered here: a plugin of PHP's may know them. It is false for a route
// that is forced to be served here.
func (g *Gate) ServeUnknown(w http.ResponseWriter, r *http.Request, route string, blocks []string) bool {
	if forced := g.rules.find(r.Method, restPrefix+route); forced != nil && !forced.php || g.looped(r) {
		return false
	}
	g.handOver(w, r, handedOver{rest: true, place: routePlace(r.Method, route), reason: "blocks that only PHP may know: " + strings.Join(blocks, ", ")})
	return true
}

// handedOver says what was handed over and why.
type handedOver struct {
	rest          bool
	place, reason string
}

type handedOverKey struct{}

func (g *Gate) handOver(w http.ResponseWriter, r *http.Request, h handedOver) {
	r = r.WithContext(context.WithValue(r.Context(), handedOverKey{}, h))
	if g.looped(r) {
		g.away(w, r, errLoop)
		return
	}
	g.tally.add(h.place)
	g.cfg.Log.DebugContext(r.Context(), "upstream", "method", r.Method, "path", r.URL.Path, "reason", h.reason)
	g.proxy.ServeHTTP(w, r)
}

// looped reports whether this process has handed the request over before.
func (g *Gate) looped(r *http.Request) bool {
	return slices.Contains(r.Header[hopHeader], g.hop)
}
