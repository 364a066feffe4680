package rest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// Endpoint is one (methods, args, permission, callback) of a route.
type Endpoint struct {
	Methods []string // "GET", or "POST", "PUT", "PATCH", …
	Args    Args
	// Permission says whether the caller may: nil for yes, Forbidden or an
	// *Error for no. It must be cheap and change nothing: it runs again for
	// every Allow header. A nil func lets everybody in.
	Permission func(context.Context, *Request) error
	Handle     func(context.Context, *Request) (*Response, error)
	// Validate looks at the parameters as a whole, after each was validated.
	Validate func(context.Context, *Request) error
	// AllowBatch lets batch/v1 call the endpoint.
	AllowBatch bool
	// NoBatch says in the index that batch/v1 may not, instead of nothing.
	NoBatch bool
	// Hidden keeps the endpoint out of the index.
	Hidden bool
	// Accepts are media types of bodies that the endpoint takes beside JSON
	// and forms, for descriptions of it.
	Accepts []string

	args     map[string]*schema.Schema
	required []string
	defaults *ordered.Object // sanitised once; shared by all requests
}

// Args declares parameters in order; the hooks of a schema (Validate,
// Sanitize) replace what the schema says.
type Args = []schema.Property

// Route is a URL pattern and its endpoints. Pattern is WordPress's: a regular
// expression with (?P<name>…) groups, matched whole and case-insensitively.
type Route struct {
	Namespace string // "wp/v2"
	Pattern   string // "/wp/v2/posts/(?P<id>[\d]+)"
	Endpoints []*Endpoint
	// Schema is the item schema shown by OPTIONS.
	Schema func(context.Context) *ordered.Object
	// Quiet keeps the namespace out of the index.
	Quiet bool
	// Shape says how many of the items that Schema describes a GET answers,
	// for descriptions of the route.
	Shape Shape
	// Version identifies the state of the one thing that a route is about, as
	// far as its representations show it. It is part of the ETag of every
	// representation, and what If-Match is compared with. lock asks to hold the
	// thing until the transaction of ctx ends. Nil: the route has no such thing.
	Version func(ctx context.Context, req *Request, lock bool) (string, error)

	re    *regexp.Regexp
	names []string
	order int
}

// Shape is how the answer to a GET relates to the item schema of its route.
type Shape int

// The shapes. ShapeByArgs is a list where the endpoint takes per_page, one item
// otherwise.
const (
	ShapeByArgs Shape = iota
	ShapeOne
	ShapeList
	ShapeMap
)

// Has reports whether the endpoint answers a method.
func (e *Endpoint) Has(method string) bool { return e.has(method) }

func (e *Endpoint) has(method string) bool { return slices.Contains(e.Methods, method) }

// Register adds a route. A namespace that is new gets its index route first.
// Registering a pattern again adds its endpoints to the earlier ones.
func (s *Server) Register(r Route) error {
	if !r.Quiet && !slices.Contains(s.namespaces, r.Namespace) {
		s.namespaces = append(s.namespaces, r.Namespace)
		if err := s.add(s.namespaceIndexRoute(r.Namespace)); err != nil {
			return err
		}
	}
	return s.add(r)
}

func (s *Server) add(r Route) error {
	for _, e := range r.Endpoints {
		if err := e.prepare(); err != nil {
			return fmt.Errorf("rest: route %s: %w", r.Pattern, err)
		}
	}
	for _, old := range s.routes {
		if old.Pattern == r.Pattern {
			old.Endpoints = append(old.Endpoints, r.Endpoints...)
			if old.Schema == nil {
				old.Schema = r.Schema
			}
			return nil
		}
	}
	re, err := regexp.Compile("(?i)^(?:" + r.Pattern + ")\n?$")
	if err != nil {
		return fmt.Errorf("rest: route %s: %w", r.Pattern, err)
	}
	r.re, r.names, r.order = re, re.SubexpNames(), len(s.routes)
	s.routes = append(s.routes, &r)
	key := literalPrefix(r.Pattern)
	s.buckets[key] = append(s.buckets[key], &r)
	return nil
}

// Routes returns the routes in the order of registration.
func (s *Server) Routes() []*Route { return s.routes }

// bucketDepth is how many leading path segments the route table is keyed by.
const bucketDepth = 3

// literalPrefix is the lower-case leading segments of a pattern that hold no
// expression, at most bucketDepth of them.
func literalPrefix(pattern string) string {
	segments := strings.Split(strings.Trim(pattern, "/"), "/")
	n := 0
	for n < len(segments) && n < bucketDepth && !strings.ContainsAny(segments[n], `(?[\*+|.^$`) {
		n++
	}
	return strings.ToLower(strings.Join(segments[:n], "/"))
}

// candidates returns the routes that can match path, in order.
func (s *Server) candidates(path string) []*Route {
	path = strings.ToLower(strings.Trim(path, "/\n"))
	var found [bucketDepth + 1][]*Route
	n := 0
	end := 0
	take := func(key string) {
		if b := s.buckets[key]; len(b) > 0 {
			found[n] = b
			n++
		}
	}
	take("")
	if path == "" {
		return found[0]
	}
	for depth := 1; depth <= bucketDepth && end < len(path); depth++ {
		next := strings.IndexByte(path[end:], '/')
		if next < 0 {
			end = len(path)
		} else {
			end += next
		}
		take(path[:end])
		end++
	}
	switch n {
	case 0:
		return nil
	case 1:
		return found[0]
	}
	all := slices.Concat(found[:n]...)
	slices.SortFunc(all, func(a, b *Route) int { return a.order - b.order })
	return all
}

// match finds the endpoint for a request and sets its URL parameters and
// defaults; it mirrors match_request_to_handler.
func (s *Server) match(req *Request) *Error {
	for _, route := range s.candidates(req.Route) {
		m := route.re.FindStringSubmatch(req.Route)
		if m == nil {
			continue
		}
		for _, e := range route.Endpoints {
			method := req.Method
			if method == "HEAD" && !e.has("HEAD") {
				method = "GET"
			}
			if !e.has(method) {
				continue
			}
			req.bind(route, e, m)
			return nil
		}
	}
	return NewError(404, "rest_no_route", "No route was found matching the URL and request method.")
}

func (r *Request) bind(route *Route, e *Endpoint, m []string) {
	r.route, r.endpoint = route, e
	url := ordered.NewObject(len(m))
	for i, name := range route.names {
		if name != "" {
			url.Set(name, m[i])
		}
	}
	r.URL = url
	r.Defaults = e.defaults
}

// prepare indexes the args and sanitises their defaults.
func (e *Endpoint) prepare() error {
	e.args = make(map[string]*schema.Schema, len(e.Args))
	e.defaults = &ordered.Object{}
	for _, a := range e.Args {
		e.args[a.Name] = a.Schema
		if a.Schema.IsRequired() {
			e.required = append(e.required, a.Name)
		}
		v, ok := a.Schema.DefaultValue()
		if !ok || v == nil {
			continue
		}
		if len(a.Schema.Types()) > 0 {
			clean, err := schema.Sanitize(v, a.Schema, a.Name)
			if err != nil {
				return fmt.Errorf("default of %s: %w", a.Name, err)
			}
			v = clean
		}
		e.defaults.Set(a.Name, v)
	}
	return nil
}

// maxPerPage is the bound of per_page, 0 without one.
func (e *Endpoint) maxPerPage() int64 {
	a := e.args["per_page"]
	if a == nil {
		return 0
	}
	max, _ := a.Describe().Value("maximum").(int64)
	return max
}

// GroupEnd is the index behind the parenthesis that closes the one that text,
// a piece of a route's pattern, begins with; len(text) when nothing does.
func GroupEnd(text string) int {
	depth, class := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
