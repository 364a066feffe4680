package rest

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// Embed is what the _embed parameter asks for: all relations, or some.
type Embed struct {
	all  bool
	rels []string
}

// parseEmbed reads the _embed parameter.
func parseEmbed(v any) *Embed {
	rels, all := schema.ParseEmbed(v)
	return &Embed{all: all, rels: rels}
}

// embedLinks adds _embedded to one item that has _links.
func (s *Server) embedLinks(ctx context.Context, req *Request, item any, embed *Embed) any {
	o, ok := item.(*ordered.Object)
	if !ok {
		return item
	}
	links, ok := o.Value("_links").(*ordered.Object)
	if !ok {
		return item
	}
	embedded := &ordered.Object{}
	for rel, list := range links.All() {
		if !embed.all && !slices.Contains(embed.rels, rel) {
			continue
		}
		targets, _ := list.([]any)
		embeds := make([]any, len(targets))
		found := false
		for i, t := range targets {
			embeds[i] = []any{}
			link, _ := t.(*ordered.Object)
			if link.Value("embeddable") != true {
				continue
			}
			href, _ := link.Value("href").(string)
			if v := s.embedOne(ctx, req, href); v != nil {
				embeds[i] = v
				found = found || !emptyValue(v)
			}
		}
		if found {
			embedded.Set(rel, embeds)
		}
	}
	if embedded.Len() == 0 {
		return item
	}
	out := ordered.NewObject(o.Len() + 1)
	for k, v := range o.All() {
		out.Set(k, v)
	}
	out.Set("_embedded", embedded)
	return out
}

// embedded lists the addresses that embedLinks will ask for.
func embedded(data any, embed *Embed) []string {
	list, ok := data.([]any)
	if !ok {
		list = []any{data}
	}
	var out []string
	for _, item := range list {
		o, _ := item.(*ordered.Object)
		links, _ := o.Value("_links").(*ordered.Object)
		for rel, v := range links.All() {
			if !embed.all && !slices.Contains(embed.rels, rel) {
				continue
			}
			targets, _ := v.([]any)
			for _, t := range targets {
				link, _ := t.(*ordered.Object)
				if href, ok := link.Value("href").(string); ok && link.Value("embeddable") == true {
					out = append(out, href)
				}
			}
		}
	}
	return out
}

func emptyValue(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case *ordered.Object:
		return v.Len() == 0
	}
	return v == nil
}

// embedOne answers an internal GET of href with context=embed, once per
// response.
func (s *Server) embedOne(ctx context.Context, parent *Request, href string) any {
	if v, ok := parent.state.embeds[href]; ok {
		return v
	}
	req := s.requestFromURL(ctx, parent, href)
	if req == nil {
		return nil
	}
	if emptyParam(req.Query.Value("context")) {
		req.Query.Set("context", "embed")
	}
	if emptyParam(req.Query.Value("per_page")) {
		if probe := s.requestFromURL(ctx, parent, href); s.match(probe) == nil {
			if max := probe.endpoint.maxPerPage(); max > 0 {
				req.Query.Set("per_page", max)
			}
		}
	}
	resp := s.Dispatch(ctx, req)
	s.finish(ctx, req, resp)
	v := s.toData(ctx, req, resp, nil)
	parent.state.embeds[href] = v
	return v
}

func emptyParam(v any) bool { return v == nil || v == "" || v == "0" }

// finish applies what WordPress hooks to rest_post_dispatch: the Allow header
// and the _fields filter.
func (s *Server) finish(ctx context.Context, req *Request, resp *Response) {
	if resp.route != nil {
		if allow := s.allowed(ctx, resp.route, req); len(allow) > 0 {
			resp.SetHeader("Allow", strings.Join(allow, ", "))
		}
	}
	if resp.err == nil && resp.status() < http.StatusBadRequest {
		resp.Data = filterFields(req, resp.Data)
	}
}
