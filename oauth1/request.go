package oauth1

import "strings"

// Compat says whose base string is built, see the package documentation.
type Compat int

const (
	// RFC5849 follows the RFC.
	RFC5849 Compat = iota
	// WordPress follows the OAuth 1.0a Server plugin 0.4.4.
	WordPress
)

// Param is one decoded parameter.
type Param struct{ Name, Value string }

// Request is what of an HTTP request is signed, as it came over the wire.
type Request struct {
	Method string
	Scheme string // "http" or "https", as the client used it
	Host   string // the Host header
	// URI is the target of the request line: path and query, nothing decoded
	// (http.Request.RequestURI).
	URI           string
	Authorization string // the Authorization header
	ContentType   string
	Body          string // read only if ContentType is that of a form
	// Fields are the text fields of a multipart form. Only WordPress mode looks
	// at them, and only for POST.
	Fields []Param
}

// Names of protocol parameters, for Verifier.Parse and FormatHeader.
const (
	ConsumerKey     = "oauth_consumer_key"
	Token           = "oauth_token"
	SignatureMethod = "oauth_signature_method"
	Signature       = "oauth_signature"
	Timestamp       = "oauth_timestamp"
	Nonce           = "oauth_nonce"
	Version         = "oauth_version"
	Callback        = "oauth_callback"
	VerifierCode    = "oauth_verifier"
)

// split cuts the target of a request into raw path and raw query. A target may
// be a whole URL, as proxies send it.
func (r *Request) split() (path, query string) {
	path, query, _ = strings.Cut(r.URI, "?")
	if !strings.HasPrefix(path, "/") {
		if _, rest, ok := strings.Cut(path, "://"); ok {
			_, rest, _ = strings.Cut(rest, "/")
			path = "/" + rest
		}
	}
	return path, query
}

// FormatHeader writes an Authorization header of protocol parameters.
func FormatHeader(params []Param) string {
	var b strings.Builder
	b.WriteString("OAuth ")
	for i, p := range params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Encode(p.Name) + `="` + Encode(p.Value) + `"`)
	}
	return b.String()
}

// parseHeader reads an Authorization header as RFC 5849 section 3.5.1 has it. A
// header of another scheme has no parameters; the realm is left out, since it is
// not signed.
func parseHeader(header string) ([]Param, error) {
	header = strings.TrimSpace(header)
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "OAuth") {
		return nil, nil
	}
	var out []Param
	for rest = strings.TrimSpace(rest); rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		name = strings.TrimSpace(name)
		after = strings.TrimLeft(after, " \t")
		if !ok || name == "" || strings.ContainsAny(name, " \t,\"") || !strings.HasPrefix(after, `"`) {
			return nil, detail(ErrMalformed, "Authorization header")
		}
		value, tail, ok := strings.Cut(after[1:], `"`)
		tail = strings.TrimLeft(tail, " \t")
		if !ok || tail != "" && tail[0] != ',' {
			return nil, detail(ErrMalformed, "Authorization header")
		}
		if !strings.EqualFold(name, "realm") {
			out = append(out, Param{decode(name, false), decode(value, false)})
		}
		rest = strings.TrimLeft(tail, ", \t")
	}
	return out, nil
}

// parsePluginHeader reads an Authorization header as the plugin does: any
// oauth_name=value in it, quoted or bare. A quoted 0 reads as empty.
func parsePluginHeader(header string) []Param {
	header = strings.Trim(header, " \t\n\r\x00\v")
	if !strings.HasPrefix(header, "OAuth ") {
		return nil
	}
	var out []Param
	for {
		start := strings.Index(header, "oauth_")
		if start < 0 {
			return out
		}
		end := start
		for end < len(header) && (header[end] >= 'a' && header[end] <= 'z' || header[end] == '_' || header[end] == '-') {
			end++
		}
		if end == len(header) || header[end] != '=' {
			header = header[end:]
			continue
		}
		name := header[start:end]
		var value string
		value, header = pluginValue(header[end+1:])
		out = append(out, Param{name, decode(value, true)})
	}
}

// pluginValue cuts one value off a header: text in quotes, which a colon may
// precede, or everything up to a comma.
func pluginValue(s string) (value, rest string) {
	if quoted, ok := strings.CutPrefix(strings.TrimPrefix(s, ":"), `"`); ok {
		if value, rest, ok := strings.Cut(quoted, `"`); ok {
			if value == "0" {
				value = ""
			}
			return value, rest
		}
	}
	if i := strings.IndexByte(s, ','); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}
