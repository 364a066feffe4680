// Package rest is the REST server with no resource in it: routes, parameters,
// dispatch, fields, errors, links, embedding, batches and the index. It speaks
// WordPress's dialect of REST (WP_REST_Server) and knows nothing of posts.
package rest

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
)

// Config is what a Server needs from the house it stands in.
type Config struct {
	// Root is the address of the API, "https://example.org/wp-json/" or
	// "https://example.org/?rest_route=/".
	Root func(context.Context) string
	// Auth says who calls. Nil: nobody ever.
	Auth auth.Method
	// Index returns the head of the index (name, description, url, …) up to
	// authentication, and its links. Authentication is the value of its
	// "authentication" member.
	Index func(context.Context, *Request, *Response)
	// Elsewhere may answer a read after all that was answered here in vain: what
	// it returns true for is done. Nil: nothing is.
	Elsewhere func(http.ResponseWriter, *http.Request, *Request) bool
	// Amend may change the index, and those of namespaces, once they are
	// complete but for their links. Nil: nothing to change.
	Amend func(context.Context, *Request, *Response)
	// Charset of the answers, for Content-Type; "" is UTF-8.
	Charset string
	// JSONP allows ?_jsonp= (on in WordPress, off in safe mode).
	JSONP bool
	// EscapeJSON writes slashes and what is not ASCII as escapes, as WordPress
	// does. To whoever decodes it it is the same.
	EscapeJSON bool
	// ReflectOrigin answers any Origin with credentials allowed, as WordPress
	// does. When false only AllowOrigin's origins get CORS headers.
	ReflectOrigin bool
	AllowOrigin   func(ctx context.Context, origin string) bool
	// MaxBody bounds a JSON or form body, MaxUpload any other, in bytes.
	// 0 means 8 MiB and 64 MiB.
	MaxBody, MaxUpload int64
	// RemoteAddr is the address of the caller; nil takes the connection's.
	RemoteAddr func(*http.Request) string
	// Secure reports whether a request came in over TLS; nil asks the
	// connection.
	Secure func(*http.Request) bool
	Log    *slog.Logger
	// Atomically runs f in one transaction of the database, for writes with
	// If-Match. Nil: f runs by itself.
	Atomically func(ctx context.Context, f func(context.Context) error) error
	// Alone is Atomically for routes without a Version: what f reads with its
	// context nobody else changes before it is done. Nil: Atomically, one at a
	// time in this process.
	Alone func(ctx context.Context, f func(context.Context) error) error
	// Prime is told the addresses that an answer is about to embed, so that
	// what they lead to can be read at once. May be nil.
	Prime func(ctx context.Context, req *Request, links []string)
	// Served is told the route that a request met, nil for none. May be nil.
	Served func(context.Context, *Route)
	// ShowTags names ETag, If-Match and If-None-Match in the CORS headers,
	// which WordPress does not.
	ShowTags bool
}

// Server is the REST server: an http.Handler for requests whose route was
// found by the caller (see Route), and Dispatch for requests from within.
type Server struct {
	cfg        Config
	routes     []*Route
	buckets    map[string][]*Route
	namespaces []string
	large      chan struct{} // a place for each large answer that is made at this moment
	guard      sync.Mutex    // held during conditional writes of things without a version
}

// New returns a server with the index and the batch route.
func New(cfg Config) *Server {
	if cfg.Charset == "" {
		cfg.Charset = "UTF-8"
	}
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 8 << 20
	}
	if cfg.MaxUpload == 0 {
		cfg.MaxUpload = 64 << 20
	}
	s := &Server{cfg: cfg, buckets: map[string][]*Route{}, large: make(chan struct{}, runtime.GOMAXPROCS(0))}
	for _, r := range []Route{s.indexRoute(), s.batchRoute()} {
		if err := s.add(r); err != nil {
			panic(err) // the patterns are ours
		}
	}
	return s
}

// ServeRoute answers r as a call of route ("/wp/v2/posts/1"), which the caller
// found in the path or in ?rest_route=. It mirrors serve_request.
func (s *Server) ServeRoute(w http.ResponseWriter, r *http.Request, route string) {
	ctx := r.Context()
	h := w.Header()
	query := ParseQuery(r.URL.RawQuery)
	var before http.Header
	if s.cfg.Elsewhere != nil {
		before = h.Clone()
	}
	s.commonHeaders(ctx, h)
	callback, err := s.jsonp(query)
	if err != nil {
		s.writeBare(w, err)
		return
	}
	if callback != "" {
		h.Set("Content-Type", "application/javascript; charset="+s.cfg.Charset)
	}
	req, overridden := s.request(w, r, route, query)
	req.tagged = r.Method == http.MethodGet || r.Method == http.MethodHead
	defer func() { req.cleanup(r.MultipartForm) }()
	id, authErr := s.authenticate(r, req)
	ctx = auth.NewContext(ctx, id)
	s.corsHeaders(h, r, id.LoggedIn() || cookieUser(authErr))
	made := func() {}
	if largeAnswer(route, query) {
		select {
		case s.large <- struct{}{}:
			made = sync.OnceFunc(func() { <-s.large })
			defer made()
		case <-ctx.Done():
			return
		}
	}
	var resp *Response
	if authErr != nil {
		resp = s.errorResponse(ctx, req, authErr)
	} else {
		for name, values := range identityHeader(id) {
			h[name] = values
		}
		resp = s.Dispatch(ctx, req)
	}
	if s.cfg.Served != nil {
		s.cfg.Served(ctx, resp.route)
	}
	if s.cfg.Elsewhere != nil && req.tagged && resp.err == nil {
		ours := h.Clone()
		clear(h)
		maps.Copy(h, before)
		made()
		if s.cfg.Elsewhere(w, r, req) {
			return
		}
		maps.Copy(h, ours)
	}
	s.finish(ctx, req, resp)
	for _, c := range req.state.cookies {
		h.Add("Set-Cookie", c)
	}
	s.write(ctx, w, req, resp, sendOptions{
		callback: callback,
		noCache:  id.LoggedIn() || authErr != nil || overridden && resp.status()/100 == 4,
		envelope: query.Has("_envelope"),
		embed:    embedOf(query),
		pretty:   query.Has("_pretty"),
		rawQuery: r.URL.RawQuery,
		made:     made,
	})
}

// largeAnswer reports whether what is asked for is a long list with all that
// its items embed. Making one takes some megabytes and nothing but processor
// time, so that there is no use in making more of them at once than there are
// processors. Other routes than those of lists may wait for other servers.
func largeAnswer(route string, query *ordered.Object) bool {
	if !query.Has("_embed") || !strings.HasPrefix(route, "/wp/v2/") {
		return false
	}
	text, _ := query.Value("per_page").(string)
	n, err := strconv.Atoi(text)
	return err == nil && n > 20
}

// cookieUser reports whether a refused request came with a user's valid cookie.
func cookieUser(err error) bool {
	var refused *auth.Error
	return errors.As(err, &refused) && refused.User != 0
}

func identityHeader(id *auth.Identity) http.Header {
	if id == nil {
		return nil
	}
	return id.Header
}

func embedOf(query *ordered.Object) *Embed {
	v, ok := query.Get("_embed")
	if !ok {
		return nil
	}
	return parseEmbed(v)
}

func (s *Server) authenticate(r *http.Request, req *Request) (*auth.Identity, error) {
	if s.cfg.Auth == nil {
		return nil, nil
	}
	return s.cfg.Auth.Authenticate(r)
}
