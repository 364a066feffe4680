package auth

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxForm is how much of an urlencoded form is looked through for a nonce.
const maxForm = 8 << 20

// formMemory is how much of a multipart form stays in memory when this package
// is the one that reads it; the rest goes to temporary files.
const formMemory = 1 << 20

// maxVars is PHP's max_input_vars: fields after these do not exist.
const maxVars = 1000

// RequestNonce finds the nonce a REST request came with: the field _wpnonce of
// a POST form, else of the query, else the header X-WP-Nonce, else nothing. An
// empty one is there all the same. JSON bodies and the forms of other methods
// are not looked at. It mirrors rest_cookie_check_errors.
//
// The body stays readable for the handler: an urlencoded form is put back, a
// multipart one is in r.MultipartForm.
func RequestNonce(r *http.Request) (nonce string, ok bool) {
	if nonce, ok = FormNonce(r); ok {
		return nonce, true
	}
	if values, ok := r.Header["X-Wp-Nonce"]; ok {
		return strings.Join(values, ", "), true
	}
	return "", false
}

// FormNonce is RequestNonce without the header: what $_REQUEST['_wpnonce'] is.
func FormNonce(r *http.Request) (nonce string, ok bool) {
	if r.Method == http.MethodPost {
		if nonce, ok := postField(r, "_wpnonce"); ok {
			return nonce, true
		}
	}
	return field(r.URL.RawQuery, "_wpnonce")
}

// postField returns a field of a POST form.
func postField(r *http.Request, name string) (string, bool) {
	mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "application/x-www-form-urlencoded":
		return field(peekBody(r), name)
	case "multipart/form-data":
		if r.MultipartForm == nil && (r.Body == nil || r.ParseMultipartForm(formMemory) != nil) || r.MultipartForm == nil {
			return "", false
		}
		// PHP's names: whichever field came last wins, and net/http keeps the
		// order only below one name.
		for key, values := range r.MultipartForm.Value {
			if is, array := phpName(key, name); is && len(values) > 0 {
				if array {
					return "Array", true
				}
				return values[len(values)-1], true
			}
		}
	}
	return "", false
}

// peekBody reads the body and puts it back.
func peekBody(r *http.Request) string {
	if r.Body == nil || r.Body == http.NoBody {
		return ""
	}
	size := min(max(r.ContentLength, 0), maxForm)
	buf := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	_, err := io.Copy(buf, io.LimitReader(r.Body, maxForm))
	var rest io.Reader = r.Body
	if err != nil {
		rest = failed{err}
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(buf.Bytes()), rest), r.Body}
	return buf.String()
}

// failed hands a read error on to whoever reads next.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// field returns the last value of a field in an urlencoded text, as PHP reads
// it; an array is the text "Array".
func field(text, name string) (value string, ok bool) {
	for n := 0; text != "" && n < maxVars; {
		var pair string
		pair, text, _ = strings.Cut(text, "&")
		if pair == "" {
			continue
		}
		n++
		key, raw, _ := strings.Cut(pair, "=")
		if len(key) < len(name) {
			continue
		}
		is, array := phpName(unescape(key), name)
		switch {
		case is && array:
			value, ok = "Array", true
		case is:
			value, ok = unescape(raw), true
		}
	}
	return value, ok
}

// phpName reports whether a field called key is PHP's variable name, and
// whether it makes it an array: leading blanks go, dots and blanks are
// underscores up to the first bracket.
func phpName(key, name string) (is, array bool) {
	key = strings.TrimLeft(key, " ")
	if i := strings.IndexByte(key, 0); i >= 0 {
		key = key[:i]
	}
	if len(key) < len(name) {
		return false, false
	}
	for i := range len(name) {
		c := key[i]
		if c == '.' || c == ' ' {
			c = '_'
		}
		if c != name[i] {
			return false, false
		}
	}
	rest := key[len(name):]
	return rest == "" || rest[0] == '[' && strings.IndexByte(rest, ']') > 0, rest != ""
}

// unescape is PHP's urldecode: a wrong escape stays as it is.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			out = append(out, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
