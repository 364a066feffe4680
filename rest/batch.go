package rest

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// maxBatch is how many requests one batch may hold.
const maxBatch = 25

func (s *Server) batchRoute() Route {
	text := schema.New("", "string", "array").Items(schema.String(""))
	item := schema.Object("",
		schema.Property{Name: "method", Schema: schema.String("").Enum("POST", "PUT", "PATCH", "DELETE").Default("POST")},
		schema.Property{Name: "path", Schema: schema.String("").Required()},
		schema.Property{Name: "body", Schema: schema.Object("").Props().AllowAdditional()},
		schema.Property{Name: "headers", Schema: schema.Object("").Props().Additional(text)},
	)
	args := Args{
		schema.Prop("validation", schema.New("", "string").Enum("require-all-validate", "normal").Default("normal")),
		schema.Prop("requests", schema.New("", "array").MaxItems(maxBatch).Items(item).Required()),
	}
	return Route{Pattern: "/batch/v1", Endpoints: []*Endpoint{{Methods: []string{http.MethodPost}, Args: args, Handle: s.batch}}}
}

// batchItem is one request of a batch after matching and validation.
type batchItem struct {
	req     *Request
	noRoute *Error // neither path nor route could be found
	invalid *Error
}

// batch is serve_batch_request_v1.
func (s *Server) batch(ctx context.Context, outer *Request) (*Response, error) {
	var items []batchItem
	failed := false
	for _, v := range outer.List("requests") {
		args, _ := v.(*ordered.Object)
		item := s.batchItem(ctx, outer, args)
		failed = failed || item.noRoute != nil || item.invalid != nil
		items = append(items, item)
	}
	if failed && outer.String("validation") == "require-all-validate" {
		return s.batchRefused(ctx, outer, items), nil
	}
	responses := make([]any, len(items))
	for i, item := range items {
		responses[i] = s.batchAnswer(ctx, outer, item)
	}
	return &Response{Status: http.StatusMultiStatus, Data: ordered.Of("responses", responses)}, nil
}

func (s *Server) batchItem(ctx context.Context, outer *Request, args *ordered.Object) batchItem {
	path, _ := args.Value("path").(string)
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" && u.Host == "" {
		return batchItem{noRoute: NewError(http.StatusBadRequest, "parse_path_failed", "Could not parse the path.")}
	}
	path = u.RawPath // as it was written: nothing is decoded
	if path == "" {
		path = u.EscapedPath()
	}
	method, _ := args.Value("method").(string)
	if method == "" {
		method = http.MethodPost
	}
	req := outer.NewRequest(strings.ToUpper(method), path)
	if u.RawQuery != "" {
		req.Query = ParseQuery(u.RawQuery)
	}
	if body, ok := args.Value("body").(*ordered.Object); ok {
		req.Form = body.Clone()
	}
	if headers, ok := args.Value("headers").(*ordered.Object); ok {
		for name, v := range headers.All() {
			setBatchHeader(req.Header, name, v)
		}
	}
	if err := s.match(req); err != nil {
		return batchItem{req: req, noRoute: err}
	}
	if !req.endpoint.AllowBatch {
		return batchItem{req: req, invalid: NewError(http.StatusBadRequest, "rest_batch_not_allowed", "The requested route does not support batch requests.")}
	}
	if err := validateParams(ctx, req); err != nil {
		return batchItem{req: req, invalid: err}
	}
	return batchItem{req: req, invalid: sanitizeParams(ctx, req)}
}

func setBatchHeader(h http.Header, name string, v any) {
	switch v := v.(type) {
	case string:
		h.Set(name, v)
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				h.Add(name, s)
			}
		}
	}
}

func (s *Server) batchRefused(ctx context.Context, outer *Request, items []batchItem) *Response {
	responses := make([]any, len(items))
	for i, item := range items {
		e := item.noRoute
		if e == nil {
			e = item.invalid
		}
		if e != nil {
			responses[i] = s.envelope(ctx, outer, e.response(), nil).Data
		}
	}
	return &Response{Status: http.StatusMultiStatus, Data: ordered.Of("failed", "validation", "responses", responses)}
}

func (s *Server) batchAnswer(ctx context.Context, outer *Request, item batchItem) any {
	if item.noRoute != nil {
		return s.envelope(ctx, outer, item.noRoute.response(), nil).Data
	}
	resp := s.respond(ctx, item.req, item.invalid)
	s.finish(ctx, item.req, resp)
	return s.envelope(ctx, item.req, resp, nil).Data
}
