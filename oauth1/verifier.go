package oauth1

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"strconv"
	"strings"
	"time"
)

// DefaultWindow is how far the timestamp of a request may be off, either way.
const DefaultWindow = 15 * time.Minute

// Verifier checks requests. Its fields must not change while it is in use.
type Verifier struct {
	Compat Compat
	// Home is the URL of the site, as in WordPress's option home. Needed in
	// WordPress mode, where it is the base of every signed URI.
	Home string
	// Window is the allowed difference of clocks, DefaultWindow if zero.
	Window time.Duration
	// Now is the clock. Required.
	Now func() time.Time
	// Replay remembers used nonces. Required.
	Replay Replay
	// UnsafeAllowPlaintext accepts the signature method PLAINTEXT, which sends
	// both secrets with every request and signs nothing of it.
	UnsafeAllowPlaintext bool
}

// Secrets are the shared secrets of a request. Token is empty where there is no
// token yet.
type Secrets struct{ Consumer, Token string }

// Signed is a request with its protocol parameters. Nothing in it is to be
// believed before Verify.
type Signed struct {
	ConsumerKey     string
	Token           string
	SignatureMethod string
	Signature       string
	Timestamp       string
	Nonce           string
	Version         string
	Callback        string
	VerifierCode    string

	method     string
	baseString string
}

// BaseString returns the signature base string of the request.
func (s *Signed) BaseString() string { return s.baseString }

// Parse reads the protocol parameters from the Authorization header, the form
// body and the query. The names in need (Token, VerifierCode) are required along
// with those that every request takes. It returns ErrNoOAuth if not one of the
// required parameters is there, ErrMissingParameter if some are not, and, in
// RFC5849 mode, ErrMalformed, ErrDuplicate or ErrVersion.
func (v *Verifier) Parse(r Request, need ...string) (*Signed, error) {
	if v.Compat == WordPress {
		return v.parsePlugin(&r, need)
	}
	return v.parseStrict(&r, need)
}

func (v *Verifier) parseStrict(r *Request, need []string) (*Signed, error) {
	params, err := allParams(r)
	if err != nil {
		return nil, err
	}
	protocol := make(map[string]string, 8)
	var twice string
	for _, p := range params {
		if !isProtocol(p.Name) {
			continue
		}
		if _, ok := protocol[p.Name]; ok && twice == "" {
			twice = p.Name
		}
		protocol[p.Name] = p.Value
	}
	get := func(name string) string { return protocol[name] }
	if err := require(get, need, 400); err != nil {
		return nil, err
	}
	if twice != "" {
		return nil, detail(ErrDuplicate, twice)
	}
	if version, ok := protocol[Version]; ok && version != "1.0" {
		return nil, ErrVersion
	}
	s := signed(r, get)
	s.baseString = baseString(r.Method, baseURI(r), Encode(normalize(params)))
	return s, nil
}

func (v *Verifier) parsePlugin(r *Request, need []string) (*Signed, error) {
	_, query := r.split()
	inQuery, err := phpVars(parseForm(query))
	if err != nil {
		return nil, err
	}
	inBody := newArray()
	if r.Method == "POST" {
		fields := r.Fields
		if isForm(r.ContentType) {
			fields = parseForm(r.Body)
		}
		if inBody, err = phpVars(fields); err != nil {
			return nil, err
		}
	}
	inHeader := newArray()
	for _, p := range parsePluginHeader(r.Authorization) {
		inHeader.set(p.Name, phpItem{text: p.Value})
	}
	all := merge(inQuery, inBody, inHeader)
	for _, key := range all.keys {
		// Names are decoded again before they are signed. A protocol parameter
		// in disguise would be signed in place of the real one.
		if name := decode(key, false); name != key && isProtocol(name) {
			return nil, detail(ErrMalformed, "encoded parameter name")
		}
	}
	get := func(name string) string {
		// Empty, as PHP has it; an array is no value.
		if text := all.items[name].text; text != "0" {
			return text
		}
		return ""
	}
	if err := require(get, need, 401); err != nil {
		return nil, err
	}
	s := signed(r, get)
	// Decoded again like in the base string: or else one signed nonce would have
	// many spellings, each of them new to the replay memory.
	s.Signature, s.Nonce = decode(s.Signature, false), decode(s.Nonce, false)
	// The plugin merges what it collected over the query or the body once more,
	// which doubles parameters with integer names.
	first := inBody
	switch s.method {
	case "GET", "HEAD", "DELETE":
		first = inQuery
	}
	s.baseString = baseString(r.Method, pluginURI(v.Home, r), pluginParams(merge(first, all)))
	return s, nil
}

func signed(r *Request, get func(string) string) *Signed {
	return &Signed{
		ConsumerKey:     get(ConsumerKey),
		Token:           get(Token),
		SignatureMethod: get(SignatureMethod),
		Signature:       get(Signature),
		Timestamp:       get(Timestamp),
		Nonce:           get(Nonce),
		Version:         get(Version),
		Callback:        get(Callback),
		VerifierCode:    get(VerifierCode),
		method:          strings.ToUpper(r.Method),
	}
}

func isProtocol(name string) bool {
	switch name {
	case ConsumerKey, Token, SignatureMethod, Signature, Timestamp, Nonce, Version, Callback, VerifierCode:
		return true
	}
	return false
}

// require checks that the required parameters are there.
func require(get func(string) string, need []string, status int) error {
	names := append([]string{ConsumerKey, Timestamp, Nonce, Signature, SignatureMethod}, need...)
	var absent []string
	for _, name := range names {
		if get(name) == "" {
			absent = append(absent, name)
		}
	}
	switch len(absent) {
	case 0:
		return nil
	case len(names):
		return ErrNoOAuth
	}
	return missing(absent, status)
}

// Verify checks the signature with the secrets, then the timestamp, then that
// the nonce is new, and remembers the nonce. It returns one of ErrHTTPMethod,
// ErrSignatureMethod, ErrSignatureMismatch, ErrTimestamp, ErrNonceUsed, or the
// error of the replay memory.
func (v *Verifier) Verify(ctx context.Context, s *Signed, secrets Secrets) error {
	if err := v.CheckSignature(s, secrets); err != nil {
		return err
	}
	window := v.Window
	if window == 0 {
		window = DefaultWindow
	}
	stamp, ok := v.timestamp(s.Timestamp)
	now := v.Now()
	if !ok || stamp.Before(now.Add(-window).Truncate(time.Second)) || stamp.After(now.Add(window)) {
		return ErrTimestamp
	}
	fresh, err := v.Replay.Use(ctx, Use{
		Consumer:  s.ConsumerKey,
		Token:     s.Token,
		Timestamp: stamp.Unix(),
		Nonce:     s.Nonce,
		Forget:    stamp.Add(window + 2*time.Second),
	})
	if err != nil {
		return err
	}
	if !fresh {
		return ErrNonceUsed
	}
	return nil
}

// CheckSignature checks the signature alone, in constant time. It neither looks
// at the timestamp nor remembers the nonce; use Verify.
func (v *Verifier) CheckSignature(s *Signed, secrets Secrets) error {
	if v.Compat == WordPress {
		switch s.method {
		case "GET", "HEAD", "DELETE", "POST", "PUT", "PATCH":
		default:
			return detail(ErrHTTPMethod, s.method)
		}
	}
	var want string
	if s.SignatureMethod == "PLAINTEXT" && v.UnsafeAllowPlaintext {
		want = SigningKey(v.Compat, secrets)
	} else {
		var err error
		if want, err = Sign(s.SignatureMethod, s.baseString, SigningKey(v.Compat, secrets)); err != nil {
			return err
		}
	}
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.Signature)) != 1 {
		return ErrSignatureMismatch
	}
	return nil
}

// SigningKey joins the two secrets to the key of the signature. The plugin does
// not encode them.
func SigningKey(compat Compat, secrets Secrets) string {
	if compat == WordPress {
		return secrets.Consumer + "&" + secrets.Token
	}
	return Encode(secrets.Consumer) + "&" + Encode(secrets.Token)
}

// Sign returns the signature of a base string. The method is HMAC-SHA1 or
// HMAC-SHA256, spelled so; any other is ErrSignatureMethod.
func Sign(method, baseString, key string) (string, error) {
	var h func() hash.Hash
	switch method {
	case "HMAC-SHA1":
		h = sha1.New
	case "HMAC-SHA256":
		h = sha256.New
	default:
		return "", ErrSignatureMethod
	}
	mac := hmac.New(h, []byte(key))
	mac.Write([]byte(baseString))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// timestamp reads a timestamp in seconds. RFC 5849 wants a positive integer; the
// plugin takes what PHP takes for a number.
func (v *Verifier) timestamp(s string) (time.Time, bool) {
	if v.Compat == WordPress {
		s = strings.Trim(s, " \t\n\r\v\f")
		if strings.Trim(s, "0123456789.eE+-") != "" {
			return time.Time{}, false
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f < 0 || f > 1<<53 {
			return time.Time{}, false
		}
		return time.Unix(int64(f), 0), true
	}
	n, err := strconv.ParseUint(s, 10, 53)
	return time.Unix(int64(n), 0), err == nil && n > 0
}
