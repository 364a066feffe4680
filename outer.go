package platen

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// outer is what every request goes through first: a consistent view of the
// data, an id, the access log, and an answer where code of ours panics.
func (a *App) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		lw := &loggedWriter{ResponseWriter: w}
		a.warnProxy(r)
		ctx, room := a.site.View(a.reading(r)), ""
		if a.meters != nil {
			ctx = context.WithValue(ctx, roomKey{}, &room)
		}
		defer func() {
			v := recover()
			if v != nil && v != http.ErrAbortHandler {
				a.log.ErrorContext(ctx, "panic", "value", v, "path", r.URL.Path, "stack", string(debug.Stack()))
				if !lw.wrote {
					lw.Header().Set("Content-Type", "application/json; charset=UTF-8")
					lw.WriteHeader(http.StatusInternalServerError)
					lw.Write([]byte(`{"code":"internal_error","message":"The server could not answer this request.","data":{"status":500}}`))
				}
			}
			a.access(ctx, r, lw, time.Since(began))
			if a.meters != nil {
				if room == "" {
					room = roomOf(r.URL.Path)
				}
				a.meters.served(room, r.Method, lw.status, time.Since(began))
			}
			if v == http.ErrAbortHandler { // half an answer must not look like a whole one
				panic(v)
			}
		}()
		if r.Method == http.MethodTrace { // nobody needs it, and it shows cookies to scripts
			lw.Header().Set("Content-Type", "text/html")
			lw.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(lw, r.WithContext(ctx))
	})
}

// reading is the context of a request: one that only reads may be answered out
// of a replica. Requests that are another method in disguise, and the pages
// that log in and out, do not.
func (a *App) reading(r *http.Request) context.Context {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("X-HTTP-Method-Override") != "" || strings.Contains(r.URL.RawQuery, "_method") ||
		strings.Contains(r.URL.Path, "/wp-login.php") || strings.Contains(r.URL.Path, "/wp-admin") || strings.HasPrefix(r.URL.Path, "/oauth1/") {
		return r.Context()
	}
	return a.store.FromReplica(r.Context())
}

// access writes one line a request; never a query string, which may hold a
// nonce or a signature.
func (a *App) access(ctx context.Context, r *http.Request, w *loggedWriter, took time.Duration) {
	if !a.log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	a.log.InfoContext(ctx, "request", "method", r.Method, "path", r.URL.Path, "status", w.status, "bytes", w.bytes, "took", took.Round(time.Microsecond))
}

// loggedWriter remembers what was answered.
type loggedWriter struct {
	http.ResponseWriter
	status, bytes int
	wrote         bool
}

func (w *loggedWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *loggedWriter) Write(b []byte) (int, error) {
	if !w.wrote {
		w.status, w.wrote = http.StatusOK, true
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController through.
func (w *loggedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// redactDSN is a DSN without its password.
func redactDSN(dsn string) string {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok {
		return dsn
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return dsn
	}
	user, _, _ := strings.Cut(rest[:at], ":")
	return scheme + "://" + user + ":…" + rest[at:]
}
