package rest

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/platenhq/platen/ordered"
)

// Every answer to a GET carries a strong entity tag (RFC 9110, 8.8.3):
//
//	"VERSION-BYTES"  or, where the route has no Version,  "BYTES"
//
// BYTES is a hash of the body, so the whole tag is that of one representation:
// If-None-Match compares it. VERSION is the state of the thing behind it,
// whatever context, fields or embeds were asked for, and on a write If-Match
// compares that part only: the tag of any representation will do.

// errChanged is the answer to a write whose If-Match (or If-None-Match) does
// not hold.
var errChanged = NewError(http.StatusPreconditionFailed, "rest_precondition_failed", "The item is not what the request expects: it was changed since.")

// tagOf is the entity tag of a body.
func tagOf(version string, body []byte) string {
	sum := strconv.FormatUint(xxhash.Sum64(body), 36)
	if version == "" {
		return `"` + sum + `"`
	}
	return `"` + version + "-" + sum + `"`
}

// splitTags reads a list of entity tags: those that are strong, and all of
// them without the mark of the weak ones. any is "*".
func splitTags(lines []string) (strong, all []string, any bool) {
	for _, t := range strings.Split(strings.Join(lines, ","), ",") { // our tags hold no comma
		t = strings.TrimSpace(t)
		weak := strings.HasPrefix(t, "W/")
		switch bare := strings.TrimPrefix(t, "W/"); {
		case t == "*":
			any = true
		case len(bare) < 2 || bare[0] != '"' || bare[len(bare)-1] != '"':
		default:
			all = append(all, bare)
			if !weak {
				strong = append(strong, bare)
			}
		}
	}
	return strong, all, any
}

// versionOf is the part of a tag that says the state of the thing.
func versionOf(tag string) string {
	version, _, ok := strings.Cut(strings.Trim(tag, `"`), "-")
	if !ok {
		return ""
	}
	return version
}

// unchanged sets the tag of an answer to a GET and reports whether the caller
// has it already.
func unchanged(h http.Header, req *Request, version string, body []byte) bool {
	tag := tagOf(version, body)
	h.Set("ETag", tag)
	return holds(req, tag)
}

// holds reports whether a GET's or HEAD's If-None-Match names a tag.
func holds(req *Request, tag string) bool {
	lines := req.Header["If-None-Match"]
	if len(lines) == 0 || req.Method != http.MethodGet && req.Method != http.MethodHead {
		return false
	}
	_, all, any := splitTags(lines)
	return any || contains(all, tag)
}

// unchangedHead is unchanged for a HEAD, whose tag is that of the GET.
func (s *Server) unchangedHead(ctx context.Context, h http.Header, req *Request, opt sendOptions) bool {
	if opt.callback != "" || opt.pretty {
		return false // other bytes; nobody asks
	}
	tag := s.representation(ctx, req, ParseQuery(opt.rawQuery), "")
	if tag == "" {
		return false
	}
	h.Set("ETag", tag)
	return holds(req, tag)
}

// notModified answers 304. What the headers say stays; there is no body.
func notModified(w http.ResponseWriter) {
	w.Header().Del("Content-Type")
	w.WriteHeader(http.StatusNotModified)
}

// conditional reports a write that depends on the state of what it changes.
func conditional(req *Request) bool {
	switch req.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return len(req.Header["If-Match"]) > 0 || len(req.Header["If-None-Match"]) > 0
	}
	return false
}

// guarded calls the endpoint of a conditional write, in one transaction with
// the look at the present state, and not at all when the condition fails.
func (s *Server) guarded(ctx context.Context, req *Request) (*Response, error) {
	atomically := s.cfg.Atomically
	if atomically == nil {
		atomically = func(ctx context.Context, f func(context.Context) error) error { return f(ctx) }
	}
	begin := atomically
	if req.route.Version == nil { // no row stands for it
		if s.cfg.Alone != nil {
			begin = s.cfg.Alone
		}
		s.guard.Lock() // to wait here is cheaper than in the database
		defer s.guard.Unlock()
	}
	var resp *Response
	err := begin(ctx, func(ctx context.Context) error {
		holds, err := s.conditionHolds(ctx, req)
		if err != nil {
			return err
		}
		if !holds {
			return errChanged
		}
		if resp, err = req.endpoint.Handle(ctx, req); err != nil || req.route.Version == nil || req.Method == http.MethodDelete {
			return err
		}
		if resp == nil {
			resp = &Response{}
		}
		return atomically(ctx, func(ctx context.Context) error { // with nothing kept from before the write
			resp.version, err = req.route.Version(ctx, req, false)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// conditionHolds compares If-Match and If-None-Match with the present state.
func (s *Server) conditionHolds(ctx context.Context, req *Request) (bool, error) {
	var current []string // what a tag may be or begin with
	same := func(tag string) bool { return contains(current, tag) }
	if req.route.Version != nil {
		version, err := req.route.Version(ctx, req, true)
		if err != nil {
			return false, err
		}
		if version != "" {
			current = []string{version}
		}
		same = func(tag string) bool { return contains(current, versionOf(tag)) }
	} else {
		for _, c := range []string{"", "view", "edit"} {
			if tag := s.representation(ctx, req, ParseQuery(""), c); tag != "" {
				current = append(current, tag)
			}
		}
	}
	if lines := req.Header["If-Match"]; len(lines) > 0 {
		strong, _, any := splitTags(lines)
		return len(current) > 0 && (any || containsFunc(strong, same)), nil
	}
	_, all, any := splitTags(req.Header["If-None-Match"])
	return !any && !containsFunc(all, same) || len(current) == 0, nil
}

func contains(list []string, s string) bool {
	return s != "" && containsFunc(list, func(x string) bool { return x == s })
}

func containsFunc(list []string, ok func(string) bool) bool {
	for _, s := range list {
		if ok(s) {
			return true
		}
	}
	return false
}

// representation is the tag of what a GET of the same address would answer; ""
// when it would answer nothing.
func (s *Server) representation(ctx context.Context, req *Request, query *ordered.Object, context string) string {
	get := &Request{Method: http.MethodGet, Route: req.Route, Header: http.Header{}, RemoteAddr: req.RemoteAddr, Secure: req.Secure, Query: query, tagged: true, state: &state{header: req.HTTPHeader(), uri: req.URI()}}
	embed := embedOf(query)
	if context != "" {
		query.Set("context", context)
	}
	resp := s.Dispatch(ctx, get)
	s.finish(ctx, get, resp)
	if resp.status() != http.StatusOK {
		return ""
	}
	if query.Has("_envelope") {
		resp, embed = s.envelope(ctx, get, resp, embed), nil
	}
	if resp.Raw != nil {
		return tagOf(resp.version, resp.Raw)
	}
	body, err := ordered.Append(nil, s.toData(ctx, get, resp, embed))
	if err != nil {
		return ""
	}
	return tagOf(resp.version, body)
}
