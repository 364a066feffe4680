package rest

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

func itoa(n int) string { return strconv.Itoa(n) }

func viewContext() schema.Property {
	return schema.Prop("context", untyped("view"))
}

// untyped is an arg of which only a default is known.
func untyped(def any) *schema.Schema {
	return schema.New("").Default(def).Validate(nil).Sanitize(nil)
}

func (s *Server) indexRoute() Route {
	return Route{Pattern: "/", Endpoints: []*Endpoint{{Methods: []string{http.MethodGet}, Args: Args{viewContext()}, Handle: s.index}}}
}

// index is get_index: the head comes from the house, the routes from here.
func (s *Server) index(ctx context.Context, req *Request) (*Response, error) {
	resp := &Response{Data: &ordered.Object{}, Links: &Links{}}
	if s.cfg.Index != nil {
		s.cfg.Index(ctx, req, resp)
	}
	o := resp.Data.(*ordered.Object)
	if WantsField(req, "routes") {
		routes := ordered.NewObject(len(s.routes))
		for _, r := range s.byNamespace() {
			if d := s.routeData(ctx, r, "view"); d != nil {
				routes.Set(r.Pattern, d)
			}
		}
		o.Set("routes", routes)
	}
	if s.cfg.Amend != nil {
		s.cfg.Amend(ctx, req, resp)
	}
	return resp, nil
}

// byNamespace lists the index and batch routes, then the rest in order.
func (s *Server) byNamespace() []*Route { return s.routes }

// Namespaces returns the registered namespaces in order.
func (s *Server) Namespaces() []string { return slices.Clone(s.namespaces) }

func (s *Server) namespaceIndexRoute(namespace string) Route {
	args := Args{schema.Prop("namespace", untyped(namespace)), viewContext()}
	return Route{Namespace: namespace, Pattern: "/" + namespace, Endpoints: []*Endpoint{{Methods: []string{http.MethodGet}, Args: args, Handle: s.namespaceIndex}}}
}

// namespaceIndex is get_namespace_index.
func (s *Server) namespaceIndex(ctx context.Context, req *Request) (*Response, error) {
	namespace := req.String("namespace")
	if !slices.Contains(s.namespaces, namespace) {
		return nil, NewError(http.StatusNotFound, "rest_invalid_namespace", "The specified namespace could not be found.")
	}
	routes := &ordered.Object{}
	for _, r := range s.routes {
		if r.Namespace != namespace {
			continue
		}
		if d := s.routeData(ctx, r, "view"); d != nil {
			routes.Set(r.Pattern, d)
		}
	}
	links := &Links{}
	links.Add("up", Link{Href: s.cfg.Root(ctx)})
	resp := &Response{Data: ordered.Of("namespace", namespace, "routes", routes), Links: links}
	if s.cfg.Amend != nil {
		s.cfg.Amend(ctx, req, resp)
	}
	return resp, nil
}

var groupPattern = regexp.MustCompile(`\(\?P<(\w+?)>.*?\)`)

// routeData describes a route as get_data_for_route: for the index with
// context view, for OPTIONS with help, which adds the item schema. Nil when
// the route is hidden.
func (s *Server) routeData(ctx context.Context, r *Route, context string) *ordered.Object {
	methods := []string{}
	endpoints := []any{}
	for _, e := range r.Endpoints {
		if e.Hidden {
			continue
		}
		methods = append(methods, e.Methods...)
		endpoints = append(endpoints, e.describe())
	}
	if len(methods) == 0 {
		return nil
	}
	data := ordered.Of("namespace", r.Namespace, "methods", methods, "endpoints", endpoints)
	if r.Schema != nil && context == "help" {
		data.Set("schema", r.Schema(ctx))
	}
	if !strings.Contains(groupPattern.ReplaceAllString(r.Pattern, "{$1}"), "{") {
		href := strings.TrimSuffix(s.cfg.Root(ctx), "/") + r.Pattern
		data.Set("_links", ordered.Of("self", []any{ordered.Of("href", href)}))
	}
	return data
}

func (e *Endpoint) describe() *ordered.Object {
	d := ordered.Of("methods", e.Methods)
	if e.AllowBatch {
		d.Set("allow_batch", ordered.Of("v1", true))
	} else if e.NoBatch {
		d.Set("allow_batch", ordered.Of("v1", false))
	}
	if len(e.Args) == 0 {
		d.Set("args", []any{})
		return d
	}
	args := ordered.NewObject(len(e.Args))
	for i := range e.Args {
		args.Set(e.Args[i].Name, e.Args[i].Schema.DescribeArg())
	}
	d.Set("args", args)
	return d
}
