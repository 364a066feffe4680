package rest

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// Dispatch answers a request without HTTP: match, validate, sanitise, ask for
// permission, call. It mirrors WP_REST_Server::dispatch. Errors are in the
// response.
func (s *Server) Dispatch(ctx context.Context, req *Request) *Response {
	if req.Method == http.MethodOptions {
		return s.options(ctx, req)
	}
	if err := s.match(req); err != nil {
		return err.response()
	}
	err := validateParams(ctx, req)
	if err == nil {
		err = sanitizeParams(ctx, req)
	}
	return s.respond(ctx, req, err)
}

// respond is respond_to_request: permission and callback.
func (s *Server) respond(ctx context.Context, req *Request, failed *Error) *Response {
	resp := s.call(ctx, req, failed)
	resp.route = req.route
	return resp
}

func (s *Server) call(ctx context.Context, req *Request, failed *Error) *Response {
	if failed != nil {
		return failed.response()
	}
	if !auth.FromContext(ctx).Permits(req.Method) {
		return s.errorResponse(ctx, req, auth.ErrReadOnly)
	}
	if p := req.endpoint.Permission; p != nil {
		if err := p(ctx, req); err != nil {
			return s.errorResponse(ctx, req, err)
		}
	}
	handle, version := req.endpoint.Handle, ""
	if conditional(req) {
		handle = s.guarded
	} else if req.tagged && req.route.Version != nil && (req.Method == http.MethodGet || req.Method == http.MethodHead) {
		version, _ = req.route.Version(ctx, req, false) // before looking: a tag may be too old, never too new
	}
	resp, err := handle(ctx, req)
	if err != nil {
		return s.errorResponse(ctx, req, err)
	}
	if resp == nil {
		resp = &Response{}
	}
	if version != "" {
		resp.version = version
	}
	return resp
}

// errorResponse answers an error; what is the server's own failure is logged
// here and nowhere else.
func (s *Server) errorResponse(ctx context.Context, req *Request, err error) *Response {
	e := asError(ctx, err)
	if e.Err != nil && s.cfg.Log != nil {
		s.cfg.Log.ErrorContext(ctx, "rest", "method", req.Method, "route", req.Route, "err", e.Err)
	}
	return e.response()
}

// allowed lists the methods of a route that the caller may use with these
// parameters, as rest_send_allow_header.
func (s *Server) allowed(ctx context.Context, route *Route, req *Request) []string {
	var names []string
	var yes []bool
	who := auth.FromContext(ctx)
	for _, e := range route.Endpoints {
		ok := e.Permission == nil || e.Permission(ctx, req) == nil
		for _, m := range e.Methods {
			may := ok && who.Permits(m)
			if i := slices.Index(names, m); i >= 0 {
				yes[i] = may
				continue
			}
			names, yes = append(names, m), append(yes, may)
		}
	}
	out := names[:0]
	for i, m := range names {
		if yes[i] {
			out = append(out, m)
		}
	}
	return out
}

// options answers OPTIONS with the description of the route, as
// rest_handle_options_request: an empty list where no route matches.
func (s *Server) options(ctx context.Context, req *Request) *Response {
	for _, route := range s.candidates(req.Route) {
		m := route.re.FindStringSubmatch(req.Route)
		if m == nil {
			continue
		}
		last := route.Endpoints[len(route.Endpoints)-1]
		req.bind(route, last, m)
		req.Defaults = nil
		data := s.routeData(ctx, route, "help")
		var body any = []any{}
		if data != nil {
			body = data
		}
		return &Response{Data: body, route: route}
	}
	return &Response{Data: []any{}}
}

// Answer is Dispatch with what comes after it: the Allow header and _fields.
// It is for code that calls the API from within and wants its answers as
// clients get them.
func (s *Server) Answer(ctx context.Context, req *Request) *Response {
	resp := s.Dispatch(ctx, req)
	s.finish(ctx, req, resp)
	return resp
}

// validateParams mirrors WP_REST_Request::has_valid_params.
func validateParams(ctx context.Context, req *Request) *Error {
	if req.jsonErr != nil {
		return req.jsonErr
	}
	ctx = withRequest(ctx, req)
	var missing []string
	for _, name := range req.endpoint.required {
		if req.Param(name) == nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		e := NewError(http.StatusBadRequest, "rest_missing_callback_param", "Missing parameter(s): "+strings.Join(missing, ", "))
		e.Data = ordered.Of("params", missing)
		return e
	}
	bad := invalid{}
	for _, a := range req.endpoint.Args {
		v := req.sent(a.Name)
		if v == nil {
			continue
		}
		if err := a.Schema.ValidateArg(ctx, v, a.Name); err != nil {
			bad.add(ctx, a.Name, err)
		}
	}
	if e := bad.error(); e != nil {
		return e
	}
	if req.endpoint.Validate != nil {
		if err := req.endpoint.Validate(ctx, req); err != nil {
			return asError(ctx, err)
		}
	}
	return nil
}

// sanitizeParams mirrors WP_REST_Request::sanitize_params. A value that
// another source hides was not validated, so it is here.
func sanitizeParams(ctx context.Context, req *Request) *Error {
	ctx = withRequest(ctx, req)
	bad := invalid{}
	sources := req.sources()
	for n, source := range sources[:4] {
		for i := 0; i < source.Len(); i++ {
			m := source.At(i)
			a := req.endpoint.args[m.Name]
			if a == nil {
				continue
			}
			if a.ParsesArg() && (m.Value == nil || hidden(sources[:n], m.Name)) {
				if err := a.ValidateArg(ctx, m.Value, m.Name); err != nil {
					bad.add(ctx, m.Name, err)
					continue
				}
			}
			v, err := a.SanitizeArg(ctx, m.Value, m.Name)
			if err != nil {
				bad.add(ctx, m.Name, err)
				continue
			}
			source.Set(m.Name, v)
		}
	}
	return bad.error()
}

func hidden(before []*ordered.Object, name string) bool {
	for _, s := range before {
		if s.Value(name) != nil {
			return true
		}
	}
	return false
}

type requestKey struct{}

func withRequest(ctx context.Context, req *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, req)
}

// FromContext returns the request whose parameters are being validated or
// sanitised, for the hooks of a schema.
func FromContext(ctx context.Context) *Request {
	req, _ := ctx.Value(requestKey{}).(*Request)
	return req
}

// invalid collects the parameters that were refused.
type invalid struct {
	params, details *ordered.Object
}

func (b *invalid) add(ctx context.Context, name string, err *schema.Error) {
	if b.params == nil {
		b.params, b.details = &ordered.Object{}, &ordered.Object{}
	}
	e := &Error{Code: err.Code, Message: err.Message, Data: err.Data}
	b.params.Set(name, e.Message)
	if e.Code != "" { // a check that answered no more than false has no details
		b.details.Set(name, e.object())
	}
}

func (b *invalid) error() *Error {
	if b.params.Len() == 0 {
		return nil
	}
	e := NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): "+strings.Join(b.params.Keys(), ", "))
	e.Data = ordered.Of("params", b.params, "details", b.details)
	if b.details.Len() == 0 {
		e.Data.Set("details", []any{})
	}
	return e
}
