package rest

import (
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Request is one call of an endpoint, from the network or from within
// (_embed, batch/v1, preloading). It mirrors WP_REST_Request.
type Request struct {
	Method string      // upper case, after any override
	Route  string      // "/wp/v2/posts/1"
	Header http.Header // of the HTTP request, or of the batch item
	Body   []byte      // raw
	// BodyFile is a raw body that is too long for Body, which is empty then.
	// It goes when the request is answered.
	BodyFile *os.File
	// Files are the files of a form by the name of their field, as PHP writes
	// it. A list of files (name[]) has no entries.
	Files map[string][]*multipart.FileHeader

	// RemoteAddr is the address of the caller without port.
	RemoteAddr string
	// Secure says that the request came in over TLS.
	Secure bool

	// The sources of parameters. JSON is nil unless the body is a JSON object.
	URL, Query, Form, JSON, Defaults *ordered.Object

	isJSON   bool   // the content type says JSON
	jsonErr  *Error // the JSON body could not be read
	endpoint *Endpoint
	route    *Route
	state    *state
	tagged   bool // the answer may carry an entity tag
}

// state is shared by a request from the network and those made within it.
type state struct {
	values  map[any]any
	embeds  map[string]any
	header  http.Header // of the request from the network
	uri     string      // path and query of it, as they were sent
	cookies []string    // Set-Cookie values of the answer to it
}

// NewRequest returns a request that is made within another: it shares the
// caller's per-request values, and has no body.
func (r *Request) NewRequest(method, route string) *Request {
	if r.state == nil {
		r.state = &state{}
	}
	return &Request{Method: method, Route: route, Header: http.Header{}, RemoteAddr: r.RemoteAddr, Secure: r.Secure, Query: &ordered.Object{}, state: r.state}
}

// Value returns what make returned for key earlier in this request or in one
// it was made within; the first call makes it. Controllers keep what they
// have looked up here.
func (r *Request) Value(key any, make func() any) any {
	if r.state == nil {
		r.state = &state{}
	}
	if v, ok := r.state.values[key]; ok {
		return v
	}
	v := make()
	if r.state.values == nil {
		r.state.values = map[any]any{}
	}
	r.state.values[key] = v
	return v
}

// Peek returns what Value keeps for key, nil where it keeps nothing.
func (r *Request) Peek(key any) any {
	if r.state == nil {
		return nil
	}
	return r.state.values[key]
}

// sources lists the parameter sources in WordPress's order: JSON, form, query,
// URL, defaults.
func (r *Request) sources() [5]*ordered.Object {
	var s [5]*ordered.Object
	if r.isJSON {
		s[0] = r.JSON
	}
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		s[1] = r.Form
	}
	s[2], s[3], s[4] = r.Query, r.URL, r.Defaults
	return s
}

// Param returns the parameter called name from the first source that has it
// with a value other than null; nil when none has.
func (r *Request) Param(name string) any {
	for _, s := range r.sources() {
		if v, ok := s.Get(name); ok && v != nil {
			return v
		}
	}
	return nil
}

// sent is Param without the defaults.
func (r *Request) sent(name string) any {
	sources := r.sources()
	for _, s := range sources[:4] {
		if v, ok := s.Get(name); ok && v != nil {
			return v
		}
	}
	return nil
}

// Has reports whether a source has name, even with null.
func (r *Request) Has(name string) bool {
	for _, s := range r.sources() {
		if s.Has(name) {
			return true
		}
	}
	return false
}

// Set changes name in every source that has it (but the defaults); when none
// has it, in the first source.
func (r *Request) Set(name string, v any) {
	found := false
	sources := r.sources()
	for _, s := range sources[:4] {
		if s.Has(name) {
			s.Set(name, v)
			found = true
		}
	}
	if found {
		return
	}
	if r.Query == nil {
		r.Query = &ordered.Object{}
	}
	r.Query.Set(name, v)
}

// Params merges all sources; earlier sources win.
func (r *Request) Params() *ordered.Object {
	out := &ordered.Object{}
	sources := r.sources()
	for i := len(sources) - 1; i >= 0; i-- {
		for k, v := range sources[i].All() {
			out.Set(k, v)
		}
	}
	return out
}

// String returns a parameter that was sanitised to a string, "" otherwise.
func (r *Request) String(name string) string {
	s, _ := r.Param(name).(string)
	return s
}

// Int returns a parameter as an integer, 0 where it is none. One that was not
// sanitised yet, because another parameter was refused, is read as PHP reads
// text as a number.
func (r *Request) Int(name string) int64 {
	switch v := r.Param(name).(type) {
	case int64:
		return v
	case string:
		return leadingInt(v)
	}
	return 0
}

func leadingInt(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

// Bool returns a parameter that was sanitised to a boolean, false otherwise.
func (r *Request) Bool(name string) bool {
	b, _ := r.Param(name).(bool)
	return b
}

// List returns a parameter that was sanitised to a list, nil otherwise.
func (r *Request) List(name string) []any {
	l, _ := r.Param(name).([]any)
	return l
}

// Ints returns the integers of a list parameter.
func (r *Request) Ints(name string) []int64 {
	var out []int64
	for _, v := range r.List(name) {
		if n, ok := v.(int64); ok {
			out = append(out, n)
		}
	}
	return out
}

// Strings returns the strings of a list parameter.
func (r *Request) Strings(name string) []string {
	var out []string
	for _, v := range r.List(name) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// MediaType is the lower-case type of the body without parameters; "" when the
// request names none that has a slash.
func (r *Request) MediaType() string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	t = strings.ToLower(strings.TrimSpace(t))
	if !strings.Contains(t, "/") {
		return ""
	}
	return t
}

// isJSONType reports whether t is a JSON media type, as wp_is_json_media_type.
func isJSONType(t string) bool {
	return t == "application/json" || strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json")
}

// requestFromURL makes an internal GET request of an address under the REST
// root, nil when it is not under it. It mirrors WP_REST_Request::from_url.
func (s *Server) requestFromURL(ctx context.Context, parent *Request, address string) *Request {
	root := s.cfg.Root(ctx)
	path, query, _ := strings.Cut(address, "?")
	q := ParseQuery(query)
	route := ""
	if base, plain, found := strings.Cut(root, "?"); found {
		_ = plain
		if path != base {
			return nil
		}
	} else if strings.HasPrefix(path, root) {
		route = "/" + path[len(root):]
	}
	if v, ok := q.Value("rest_route").(string); ok && route == "" {
		route = v
		q.Delete("rest_route")
	}
	if route == "" {
		return nil
	}
	if u, err := url.PathUnescape(route); err == nil {
		route = u
	}
	req := parent.NewRequest(http.MethodGet, route)
	req.Query = q
	return req
}
