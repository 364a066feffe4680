package oauth1

import (
	"slices"
	"strings"
)

// baseString joins the three parts of RFC 5849 section 3.4.1.1; params is
// encoded already.
func baseString(method, uri, params string) string {
	return strings.ToUpper(method) + "&" + Encode(uri) + "&" + params
}

// baseURI is the URI of RFC 5849 section 3.4.1.2: scheme and host in lower case,
// no default port, the path as it was sent, no query.
func baseURI(r *Request) string {
	scheme, host := strings.ToLower(r.Scheme), strings.ToLower(r.Host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	path, _ := r.split()
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path
}

// normalize encodes, sorts and joins parameters, RFC 5849 section 3.4.1.3.2. The
// signature itself is left out.
func normalize(params []Param) string {
	encoded := make([]Param, 0, len(params))
	for _, p := range params {
		if p.Name != Signature {
			encoded = append(encoded, Param{Encode(p.Name), Encode(p.Value)})
		}
	}
	slices.SortFunc(encoded, func(a, b Param) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.Value, b.Value)
	})
	var b strings.Builder
	for i, p := range encoded {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.Name)
		b.WriteByte('=')
		b.WriteString(p.Value)
	}
	return b.String()
}

// pluginURI is the base URI of the plugin: the site's home URL, on the scheme of
// the request if that is https, and the path of the request below it.
func pluginURI(home string, r *Request) string {
	home = strings.TrimRight(home, "/")
	scheme, rest := cutScheme(home)
	if strings.EqualFold(r.Scheme, "https") {
		scheme = "https"
	}
	homePath := "/"
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		homePath = rest[i:] + "/"
	}
	path := strings.TrimPrefix(urlPath(r.URI), homePath)
	if path == "0" { // PHP takes it for none
		path = ""
	}
	if path != "" {
		path = "/" + strings.TrimLeft(path, "/")
	}
	return scheme + "://" + rest + path
}

func cutScheme(home string) (scheme, rest string) {
	if scheme, rest, ok := strings.Cut(home, "://"); ok {
		return scheme, rest
	}
	return "http", strings.TrimPrefix(home, "//")
}

// pluginParams encodes, sorts and joins parameters as the plugin does: only the
// outermost names are sorted, and names and values are decoded once more.
func pluginParams(params *phpArray) string {
	signed := newArray()
	for _, key := range params.keys {
		if key != Signature {
			signed.set(key, params.items[key])
		}
	}
	signed = encodeArray(signed)
	slices.SortStableFunc(signed.keys, strings.Compare)
	return strings.Join(appendPairs(nil, signed, ""), "%26")
}

func encodeArray(a *phpArray) *phpArray {
	out := newArray()
	for _, key := range a.keys {
		item := a.items[key]
		if item.array != nil {
			item.array = encodeArray(item.array)
		} else {
			item.text = Encode(decode(item.text, false))
		}
		out.set(Encode(decode(key, false)), item)
	}
	return out
}

func appendPairs(pairs []string, a *phpArray, prefix string) []string {
	for _, key := range a.keys {
		item := a.items[key]
		// PHP takes the prefix 0 for none.
		if prefix != "" && prefix != "0" {
			key = prefix + "%5B" + key + "%5D"
		}
		if item.array != nil {
			pairs = appendPairs(pairs, item.array, key)
		} else {
			pairs = append(pairs, Encode(key+"="+item.text))
		}
	}
	return pairs
}

// BaseString returns the signature base string of RFC 5849 section 3.4.1,
// whether or not the request has all it needs to be accepted. A client signs it;
// a server gets it from Signed. The error is ErrMalformed.
func BaseString(r Request) (string, error) {
	params, err := allParams(&r)
	if err != nil {
		return "", err
	}
	return baseString(r.Method, baseURI(&r), Encode(normalize(params))), nil
}

// allParams collects the parameters of RFC 5849 section 3.4.1.3.1.
func allParams(r *Request) ([]Param, error) {
	params, err := parseHeader(r.Authorization)
	if err != nil {
		return nil, err
	}
	if isForm(r.ContentType) {
		params = append(params, parseForm(r.Body)...)
	}
	_, query := r.split()
	return append(params, parseForm(query)...), nil
}
