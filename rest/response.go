package rest

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Response is what an endpoint answers. Status 0 means 200.
type Response struct {
	Status int
	Header http.Header
	Data   any // a value as package ordered knows them
	Links  *Links
	// Raw is sent as it is instead of Data; its Content-Type is in Header.
	Raw []byte
	// Stream writes the body bit by bit instead of Data; its Content-Type is in
	// Header. When it fails the connection is broken off, so that nobody takes
	// half an answer for a whole one.
	Stream func(ctx context.Context, w io.Writer) error

	// TotalsAsText shows X-WP-Total and X-WP-TotalPages in an envelope as
	// strings.
	TotalsAsText bool

	err     *Error
	route   *Route
	version string // of what the answer is about, taken before it was looked at
}

// OK returns a 200 response.
func OK(data any) *Response { return &Response{Data: data} }

// SetHeader sets a response header and returns the response.
func (r *Response) SetHeader(name, value string) *Response {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
	return r
}

// AddLinkHeader appends a Link header, as WP_REST_Response::link_header.
func (r *Response) AddLinkHeader(rel, href string, attrs ...string) *Response {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	var b strings.Builder
	b.WriteString("<" + href + ">; rel=\"" + rel + "\"")
	for i := 0; i+1 < len(attrs); i += 2 {
		b.WriteString("; " + attrs[i] + "=" + attrs[i+1])
	}
	r.Header.Add("Link", b.String())
	return r
}

func (r *Response) status() int {
	if r.Status == 0 {
		return http.StatusOK
	}
	return r.Status
}

// Link is one target of a relation. Extra holds attributes other than
// embeddable, in order.
type Link struct {
	Href       string
	Embeddable bool
	Extra      []ordered.Member
	// After puts Extra behind embeddable; WordPress's order differs by link.
	After bool
}

// Links are the relations of a response, in order.
type Links struct {
	rels []linkRel
}

type linkRel struct {
	rel   string
	links []Link
}

// Add appends links under rel. A rel under https://api.w.org/ is shown in its
// short form, with the curies that explain it.
func (l *Links) Add(rel string, links ...Link) {
	for i := range l.rels {
		if l.rels[i].rel == rel {
			l.rels[i].links = append(l.rels[i].links, links...)
			return
		}
	}
	l.rels = append(l.rels, linkRel{rel, links})
}

// Merge appends the relations of more.
func (l *Links) Merge(more *Links) {
	if more == nil {
		return
	}
	for _, r := range more.rels {
		l.Add(r.rel, r.links...)
	}
}

// wpRel is the prefix of WordPress's own relations, shortened to wp:.
const wpRel = "https://api.w.org/"

var curies = []any{ordered.Of("name", "wp", "href", "https://api.w.org/{rel}", "templated", true)}

// compactLinks is the value of _links: get_compact_response_links.
func (s *Server) compactLinks(ctx context.Context, req *Request, l *Links) *ordered.Object {
	if l == nil || len(l.rels) == 0 {
		return nil
	}
	out := ordered.NewObject(len(l.rels) + 1)
	var short []linkRel
	for _, r := range l.rels {
		if strings.HasPrefix(r.rel, wpRel) && len(r.rel) > len(wpRel) {
			short = append(short, r)
			continue
		}
		out.Set(r.rel, s.linkList(ctx, req, r))
	}
	for _, r := range short {
		out.Set("wp:"+r.rel[len(wpRel):], s.linkList(ctx, req, r))
	}
	if len(short) > 0 {
		out.Set("curies", curies)
	}
	return out
}

func (s *Server) linkList(ctx context.Context, req *Request, r linkRel) []any {
	list := make([]any, len(r.links))
	for i, link := range r.links {
		o := ordered.NewObject(3 + len(link.Extra))
		if !link.After {
			addMembers(o, link.Extra)
		}
		if link.Embeddable {
			o.Set("embeddable", true)
		}
		if link.After {
			addMembers(o, link.Extra)
		}
		o.Set("href", link.Href)
		if r.rel == "self" && !o.Has("targetHints") {
			if allow := s.allowOf(ctx, req, link.Href); len(allow) > 0 {
				o.Set("targetHints", ordered.Of("allow", allow))
			}
		}
		list[i] = o
	}
	return list
}

func addMembers(o *ordered.Object, members []ordered.Member) {
	for _, m := range members {
		o.Set(m.Name, m.Value)
	}
}

// allowOf lists the methods that the caller may use on the address of a self
// link: get_target_hints_for_link.
func (s *Server) allowOf(ctx context.Context, parent *Request, href string) []string {
	req := s.requestFromURL(ctx, parent, href)
	if req == nil {
		return nil
	}
	if s.match(req) != nil {
		return nil
	}
	if validateParams(ctx, req) != nil || sanitizeParams(ctx, req) != nil {
		return nil
	}
	return s.allowed(ctx, req.route, req)
}

// Item finishes one member of a collection: the data with its links in it, as
// prepare_response_for_collection.
func (s *Server) Item(ctx context.Context, req *Request, r *Response) any {
	o, ok := r.Data.(*ordered.Object)
	if !ok {
		return r.Data
	}
	if links := s.compactLinks(ctx, req, r.Links); links != nil {
		o.Set("_links", links)
	}
	if o.Len() == 0 { // PHP's empty array
		return []any{}
	}
	return o
}

// toData is response_to_data: the body with links, and with what they embed.
func (s *Server) toData(ctx context.Context, req *Request, r *Response, embed *Embed) any {
	data := r.Data
	if links := s.compactLinks(ctx, req, r.Links); links != nil {
		o, ok := data.(*ordered.Object)
		if !ok {
			o = &ordered.Object{}
		} else {
			c := ordered.NewObject(o.Len() + 1)
			for k, v := range o.All() {
				c.Set(k, v)
			}
			o = c
		}
		o.Set("_links", links)
		data = o
	}
	if embed == nil {
		return data
	}
	if req.state == nil {
		req.state = &state{}
	}
	req.state.embeds = map[string]any{}
	defer func() { req.state.embeds = nil }()
	if s.cfg.Prime != nil {
		if links := embedded(data, embed); len(links) > 1 {
			s.cfg.Prime(ctx, req, links)
		}
	}
	if list, ok := data.([]any); ok {
		out := make([]any, len(list))
		for i := range list {
			out[i] = s.embedLinks(ctx, req, list[i], embed)
		}
		return out
	}
	return s.embedLinks(ctx, req, data, embed)
}

// envelope is envelope_response.
func (s *Server) envelope(ctx context.Context, req *Request, r *Response, embed *Embed) *Response {
	body := s.toData(ctx, req, r, embed)
	return &Response{Data: ordered.Of("body", body, "status", r.status(), "headers", headerObject(r.Header, r.TotalsAsText))}
}

// headerObject shows headers as WordPress keeps them: an object, or an empty
// list when there are none.
func headerObject(h http.Header, totalsAsText bool) any {
	if len(h) == 0 {
		return []any{}
	}
	o := &ordered.Object{}
	for _, name := range headerOrder(h) {
		value := strings.Join(h[name], ", ")
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && strings.HasPrefix(name, "X-Wp-Total") && !totalsAsText {
			o.Set(wireHeader(name), n) // WordPress keeps these two as numbers, mostly
			continue
		}
		o.Set(wireHeader(name), value)
	}
	return o
}

// StatusCode is the status of the answer.
func (r *Response) StatusCode() int { return r.status() }
