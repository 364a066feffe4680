package rest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// memoryPerForm is how much of a multipart form stays in memory; the rest goes
// to temporary files.
const memoryPerForm = 1 << 20

// request reads an HTTP request: method override, headers, parameters. What
// is wrong with the body is kept until the parameters are validated, since
// WordPress finds the route first.
func (s *Server) request(w http.ResponseWriter, r *http.Request, route string, query *ordered.Object) (req *Request, overridden bool) {
	req = &Request{Method: r.Method, Route: route, Header: r.Header, Query: query, Form: &ordered.Object{}, RemoteAddr: s.remoteAddr(r), state: &state{header: r.Header, uri: r.URL.RequestURI()}}
	req.Secure = r.TLS != nil
	if s.cfg.Secure != nil {
		req.Secure = s.cfg.Secure(r)
	}
	req.Method, overridden = overriddenMethod(r.Method, query, r.Header)
	mediaType := req.MediaType()
	req.isJSON = isJSONType(mediaType)
	limit := s.cfg.MaxUpload
	if req.isJSON || mediaType == "application/x-www-form-urlencoded" {
		limit = s.cfg.MaxBody
	}
	if r.Body == nil || r.Body == http.NoBody {
		return req, overridden
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if mediaType == "multipart/form-data" && r.Method == http.MethodPost {
		s.readMultipart(r, req)
		return req, overridden
	}
	inMemory := limit
	if !req.isJSON && mediaType != "application/x-www-form-urlencoded" {
		inMemory = memoryPerForm
	}
	body, file, err := readBody(r.Body, inMemory)
	if err != nil {
		req.jsonErr = bodyError(err)
		return req, overridden
	}
	req.Body, req.BodyFile = body, file
	r.Body = io.NopCloser(bytes.NewReader(body)) // auth looks for a nonce in forms
	switch {
	case req.isJSON:
		req.readJSON()
	case len(body) > 0 && (mediaType == "application/x-www-form-urlencoded" || req.Header.Get("Content-Type") == "" && r.Method != http.MethodPost):
		req.Form = ParseQuery(string(body))
	}
	return req, overridden
}

// overriddenMethod is the method that counts, and whether a header said so.
func overriddenMethod(method string, query *ordered.Object, h http.Header) (string, bool) {
	if v, ok := query.Get("_method"); ok {
		m, _ := v.(string)
		return strings.ToUpper(m), false
	}
	if v, ok := h["X-Http-Method-Override"]; ok {
		return strings.ToUpper(v[0]), true
	}
	return method, false
}

func bodyError(err error) *Error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return NewError(http.StatusRequestEntityTooLarge, "rest_body_too_large", "The request body is too large.")
	}
	return NewError(http.StatusBadRequest, "rest_body_unreadable", "The request body could not be read.")
}

// jsonErrors are PHP's json_last_error codes and messages.
var jsonErrors = []struct {
	err     error
	code    int
	message string
}{
	{ordered.ErrDepth, 1, "Maximum stack depth exceeded"},
	{ordered.ErrUTF8, 5, "Malformed UTF-8 characters, possibly incorrectly encoded"},
	{ordered.ErrUTF16, 10, "Single unpaired high surrogate in Unicode escape"},
	{ordered.ErrSyntax, 4, "Syntax error"},
}

func (r *Request) readJSON() {
	if len(r.Body) == 0 || string(r.Body) == "0" {
		return
	}
	v, err := ordered.Decode(r.Body)
	for _, e := range jsonErrors {
		if errors.Is(err, e.err) {
			r.jsonErr = NewError(http.StatusBadRequest, "rest_invalid_json", "Invalid JSON body passed.")
			r.jsonErr.Data = ordered.Of("json_error_code", e.code, "json_error_message", e.message)
			return
		}
	}
	switch v := v.(type) {
	case *ordered.Object:
		r.JSON = v
	case []any:
		r.JSON = listObject(v)
	}
}

// listObject is a list as PHP sees it: an array with the keys 0, 1, ….
func listObject(list []any) *ordered.Object {
	o := ordered.NewObject(len(list))
	for i, v := range list {
		o.Set(itoa(i), v)
	}
	return o
}

func (s *Server) readMultipart(r *http.Request, req *Request) {
	if err := r.ParseMultipartForm(memoryPerForm); err != nil {
		req.jsonErr = bodyError(err)
		return
	}
	root := &phpArray{}
	n := 0
	for name, values := range r.MultipartForm.Value {
		for _, v := range values {
			if n++; n <= maxInputVars {
				root.setPath(name, v)
			}
		}
	}
	req.Form = root.object()
	req.Files = phpFiles(r.MultipartForm.File)
}

// phpFiles gives file fields the names they have in $_FILES.
func phpFiles(files map[string][]*multipart.FileHeader) map[string][]*multipart.FileHeader {
	out := make(map[string][]*multipart.FileHeader, len(files))
	for _, raw := range slices.Sorted(maps.Keys(files)) {
		name, rest := fieldName(raw)
		if name == "" {
			continue
		}
		if rest != "" {
			out[name] = []*multipart.FileHeader{}
			continue
		}
		out[name] = append(out[name], files[raw]...)
	}
	return out
}

// readBody reads a body into memory or, when it is longer than inMemory, into
// a temporary file.
func readBody(r io.Reader, inMemory int64) ([]byte, *os.File, error) {
	body, err := io.ReadAll(io.LimitReader(r, inMemory+1))
	if err != nil || int64(len(body)) <= inMemory {
		return body, nil, err
	}
	f, err := os.CreateTemp("", "platen-body-")
	if err != nil {
		return nil, nil, err
	}
	if _, err = f.Write(body); err == nil {
		_, err = io.Copy(f, r)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		os.Remove(f.Name())
		return nil, nil, err
	}
	return nil, f, nil
}

// cleanup removes the temporary files of a request, its form's among them.
func (r *Request) cleanup(form *multipart.Form) {
	if r.BodyFile != nil {
		r.BodyFile.Close()
		os.Remove(r.BodyFile.Name())
	}
	if form != nil {
		form.RemoveAll()
	}
}

func (s *Server) remoteAddr(r *http.Request) string {
	if s.cfg.RemoteAddr != nil {
		return s.cfg.RemoteAddr(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
