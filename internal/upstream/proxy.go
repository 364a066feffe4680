package upstream

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync"
	"time"

	"github.com/platenhq/platen/ordered"
)

// hopHeader names the processes that handed a request over, so that one that
// comes back is noticed.
const hopHeader = "X-Platen-Hop"

const (
	dialTimeout = 5 * time.Second
	// idleFor is below the time after which common servers close a connection
	// that nobody uses (Apache: 5 seconds).
	idleFor = 4 * time.Second
)

func newHop() (string, error) {
	var b [9]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

// newTransport reaches PHP directly, whatever proxies the environment names,
// and leaves bodies as they are.
func newTransport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: dialTimeout, ExpectContinueTimeout: time.Second,
		MaxIdleConns: 64, MaxIdleConnsPerHost: 64, IdleConnTimeout: idleFor,
		DisableCompression: true, ForceAttemptHTTP2: true,
	}
}

// buffers are for copying bodies.
type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte  { return *b.Pool.Get().(*[]byte) }
func (b *buffers) Put(p []byte) { b.Pool.Put(&p) }

func (g *Gate) newProxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: g.rewrite, Transport: g.cfg.Transport, ErrorHandler: g.away,
		BufferPool: &buffers{sync.Pool{New: func() any { p := make([]byte, 32<<10); return &p }}},
		ErrorLog:   slog.NewLogLogger(g.cfg.Log.Handler(), slog.LevelDebug),
	}
}

// rewrite makes the request that PHP gets: the caller's own, with its Host, and
// with headers that say who called. ReverseProxy took the hop-by-hop headers
// and those of forwarding away.
func (g *Gate) rewrite(p *httputil.ProxyRequest) {
	p.SetURL(g.url)
	p.Out.Host = p.In.Host
	p.Out.URL.RawQuery = p.In.URL.RawQuery // PHP reads it with rules of its own
	trusted := g.cfg.Trusted != nil && g.cfg.Trusted(p.In)
	for name := range p.Out.Header {
		// PHP cannot tell X_Forwarded_For from X-Forwarded-For.
		if strings.Contains(name, "_") || !trusted && strings.HasPrefix(name, "X-Forwarded-") {
			delete(p.Out.Header, name)
		}
	}
	if trusted {
		p.Out.Header["X-Forwarded-For"] = p.In.Header["X-Forwarded-For"]
	}
	p.SetXForwarded()
	if host := p.In.Header.Get("X-Forwarded-Host"); trusted && host != "" {
		p.Out.Header.Set("X-Forwarded-Host", host)
	}
	p.Out.Header.Set("X-Forwarded-Proto", "http")
	if g.cfg.Secure != nil && g.cfg.Secure(p.In) {
		p.Out.Header.Set("X-Forwarded-Proto", "https")
	}
	p.Out.Header.Set("X-Real-Ip", g.cfg.RemoteAddr(p.In))
	p.Out.Header.Add(hopHeader, g.hop)
	if _, ok := p.In.Header["User-Agent"]; !ok {
		p.Out.Header["User-Agent"] = nil // not Go's
	}
}

// errLoop means that the upstream is this very server.
var errLoop = errors.New("the upstream address leads back to this server")

// away answers in place of a PHP that does not.
func (g *Gate) away(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	if errors.Is(context.Cause(ctx), context.Canceled) {
		panic(http.ErrAbortHandler) // the caller is gone
	}
	status, code, message := http.StatusBadGateway, "upstream_unavailable", "The WordPress behind this server did not answer. Please try again in a moment."
	if errors.Is(err, errLoop) {
		status, code, message = http.StatusLoopDetected, "upstream_loop", "This server is set up to hand requests over to itself."
	}
	g.cfg.Log.ErrorContext(ctx, "upstream", "method", r.Method, "path", r.URL.Path, "err", err)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusBadGateway {
		h.Set("Retry-After", "5")
	}
	if was, _ := ctx.Value(handedOverKey{}).(handedOver); !was.rest {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("<!doctype html>\n<meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\n<title>Not available</title>\n<h1>This page is not available at the moment</h1>\n<p>" + message + "</p>\n"))
		return
	}
	h.Set("Content-Type", "application/json; charset=UTF-8")
	body, _ := ordered.Append(nil, ordered.Of("code", code, "message", message, "data", ordered.Of("status", status)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
