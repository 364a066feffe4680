package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/platenhq/platen/ordered"
)

type sendOptions struct {
	callback         string
	noCache          bool
	envelope, pretty bool
	rawQuery         string
	embed            *Embed
	made             func() // called when nothing is left but to send the answer
}

// NoCache are the headers of answers that must not be kept:
// wp_get_nocache_headers.
func NoCache(h http.Header) {
	h.Set("Expires", "Wed, 11 Jan 1984 05:00:00 GMT")
	h.Set("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private")
	h.Del("Last-Modified")
}

func (s *Server) commonHeaders(ctx context.Context, h http.Header) {
	h.Set("Content-Type", "application/json; charset="+s.cfg.Charset)
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Link", "<"+s.cfg.Root(ctx)+`>; rel="https://api.w.org/"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link")
	h.Set("Access-Control-Allow-Headers", "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type")
	if s.cfg.ShowTags {
		h.Set("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link, ETag")
		h.Set("Access-Control-Allow-Headers", "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type, If-Match, If-None-Match")
	}
}

// corsHeaders mirrors rest_send_cors_headers.
func (s *Server) corsHeaders(h http.Header, r *http.Request, known bool) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		if r.Method == http.MethodGet && !known {
			h.Add("Vary", "Origin")
		}
		return
	}
	h.Add("Vary", "Origin")
	if !s.cfg.ReflectOrigin && (s.cfg.AllowOrigin == nil || !s.cfg.AllowOrigin(r.Context(), origin)) {
		return
	}
	h.Set("Access-Control-Allow-Origin", sanitizeOrigin(origin))
	h.Set("Access-Control-Allow-Methods", "OPTIONS, GET, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Credentials", "true")
}

var jsonpName = regexp.MustCompile(`^[\w.]+$`)

// jsonp returns the callback that the answer is to be wrapped in.
func (s *Server) jsonp(query *ordered.Object) (string, *Error) {
	v, ok := query.Get("_jsonp")
	name, _ := v.(string)
	switch {
	case !ok || v == "" || v == "0":
		return "", nil
	case !s.cfg.JSONP:
		return "", NewError(http.StatusBadRequest, "rest_callback_disabled", "JSONP support is disabled on this site.")
	case !jsonpName.MatchString(name):
		return "", NewError(http.StatusBadRequest, "rest_callback_invalid", "Invalid JSONP callback function.")
	}
	return name, nil
}

// writeBare answers an error that precedes the request: code and message only.
func (s *Server) writeBare(w http.ResponseWriter, e *Error) {
	if s.cfg.JSONP { // then the callback's name is what is wrong, and a script was asked for
		w.Header().Set("Content-Type", "application/javascript; charset="+s.cfg.Charset)
	}
	w.Header().Del("Access-Control-Expose-Headers") // they come with the request, which there is none of yet
	w.Header().Del("Access-Control-Allow-Headers")
	w.WriteHeader(e.Status)
	body, _ := ordered.Append(nil, ordered.Of("code", e.Code, "message", e.Message))
	w.Write(body)
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

// maxPooled keeps buffers of rare, large answers out of the pool.
const maxPooled = 1 << 20

func (s *Server) write(ctx context.Context, w http.ResponseWriter, req *Request, resp *Response, opt sendOptions) {
	h, version := w.Header(), resp.version
	if opt.envelope {
		resp = s.envelope(ctx, req, resp, opt.embed)
	}
	for name, values := range resp.Header {
		h[name] = []string{strings.Join(values, ", ")}
	}
	if opt.noCache {
		NoCache(h)
	}
	status := resp.status()
	if req.Method == http.MethodHead {
		if status == http.StatusOK && req.tagged && s.unchangedHead(ctx, h, req, opt) {
			notModified(w)
			return
		}
		w.WriteHeader(status)
		return
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	tagged := status == http.StatusOK && (req.tagged && req.Method == http.MethodGet || version != "")
	if resp.Stream != nil {
		opt.made()
		s.stream(ctx, w, req, resp)
		return
	}
	if resp.Raw != nil && !opt.envelope {
		opt.made()
		h.Del("Vary") // WordPress sends such answers before it comes to that
		if tagged && unchanged(h, req, version, resp.Raw) {
			notModified(w)
			return
		}
		w.WriteHeader(status)
		w.Write(resp.Raw)
		return
	}
	data := resp.Data
	if opt.envelope {
		opt.embed = nil // it is in the body already
	}
	data = s.toData(ctx, req, &Response{Data: data, Links: resp.Links}, opt.embed)
	if data == nil && resp.Data == nil && resp.Links == nil {
		w.WriteHeader(status)
		return
	}
	buf := buffers.Get().(*[]byte)
	out, err := ordered.Append((*buf)[:0], data)
	if err != nil {
		e := &Error{Code: "rest_encode_error", Message: "The answer has no JSON.", Status: 500, Err: err}
		status = 500
		out, _ = ordered.Append((*buf)[:0], s.errorResponse(ctx, req, e).Data)
	} else if opt.pretty {
		out = indent(out)
	}
	opt.made()
	if tagged && status == http.StatusOK && unchanged(h, req, version, out) {
		notModified(w)
	} else {
		w.WriteHeader(status)
		s.writeBody(w, out, opt.callback)
	}
	if cap(out) <= maxPooled {
		*buf = out
		buffers.Put(buf)
	}
}

// writeBody writes JSON, as the argument of a callback when there is one.
func (s *Server) writeBody(w http.ResponseWriter, out []byte, callback string) {
	if s.cfg.EscapeJSON {
		buf := buffers.Get().(*[]byte)
		out = ordered.AppendEscaped((*buf)[:0], out)
		defer func() {
			if cap(out) <= maxPooled {
				*buf = out
				buffers.Put(buf)
			}
		}()
	}
	if callback != "" {
		io.WriteString(w, "/**/"+callback+"(")
		defer io.WriteString(w, ")")
	}
	w.Write(out)
}

// stream writes an answer as it is made.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, req *Request, resp *Response) {
	w.WriteHeader(resp.status())
	if err := resp.Stream(ctx, w); err != nil {
		s.errorResponse(ctx, req, err) // for the log
		panic(http.ErrAbortHandler)
	}
}

func indent(raw []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "    ") != nil {
		return raw
	}
	return b.Bytes()
}

// headerOrder lists header names in the order WordPress would have set them:
// the paging ones first, then Link, Allow last.
func headerOrder(h http.Header) []string {
	rank := func(name string) int {
		switch name {
		case "X-Wp-Total":
			return 0
		case "X-Wp-Totalpages":
			return 1
		case "Allow":
			return 3
		}
		return 2
	}
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := rank(a) - rank(b); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names
}

// wireHeader spells a header as WordPress does.
func wireHeader(name string) string {
	if rest, ok := strings.CutPrefix(name, "X-Wp-"); ok {
		if rest == "Totalpages" {
			rest = "TotalPages"
		}
		return "X-WP-" + rest
	}
	return name
}
