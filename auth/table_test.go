package auth_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/nonce"
)

var now = time.Unix(1_800_000_000, 0)

type users map[string]authcookie.User

func (u users) CookieUser(_ context.Context, login string) (authcookie.User, bool, error) {
	if login == "broken" {
		return authcookie.User{}, false, errors.New("database down")
	}
	user, ok := u[strings.ToLower(login)]
	return user, ok, nil
}

type apps struct{}

func (apps) AppPasswordLogin(_ context.Context, login, password, ip string) (auth.AppLogin, error) {
	switch {
	case login == "unused":
		return auth.AppLogin{}, auth.ErrNotInUse
	case login == "broken":
		return auth.AppLogin{}, errors.New("database down")
	case login == "bob" && password == "good":
		return auth.AppLogin{UserID: 2, Login: "bob", UUID: "u-u-i-d"}, nil
	}
	return auth.AppLogin{}, &auth.Error{Code: "incorrect_password", Message: "The provided password is an invalid application password."}
}

// world is a site with alice (1, two sessions) and bob (2, one session).
type world struct {
	names              authcookie.Names
	authS, secS, liS   *authcookie.Signer
	nonces             *nonce.Maker
	cookie             *auth.Cookie
	basic              *auth.Basic
	chain              auth.Chain
	hash               string
	future, past, soon int64
}

func newWorld() *world {
	w := &world{
		names: authcookie.NewNames("http://h.example", "http://h.example", nil),
		authS: authcookie.NewSigner("A"), secS: authcookie.NewSigner("S"), liS: authcookie.NewSigner("L"),
		nonces: nonce.New("N"), hash: "$wp$2y$10$abcdefghijklmnop",
		future: now.Unix() + 1000, past: now.Unix() - 7200, soon: now.Unix() - 60,
	}
	sessions := func(tokens ...string) *authcookie.Sessions {
		var s *authcookie.Sessions
		for _, t := range tokens {
			s = s.Update(t, authcookie.NewSession(w.future, "", "", now, nil), now)
		}
		return s
	}
	w.cookie = &auth.Cookie{
		Names: auth.FixedNames(w.names), Auth: w.authS, SecureAuth: w.secS, LoggedIn: w.liS, Nonces: w.nonces,
		Users: users{"alice": {ID: 1, PassHash: w.hash, Sessions: sessions("t1", "t2")}, "bob": {ID: 2, PassHash: w.hash, Sessions: sessions("b1")}},
		Now:   func() time.Time { return now },
	}
	w.basic = &auth.Basic{Passwords: apps{}, Available: func(*http.Request) bool { return true }}
	w.chain = auth.Chain{w.cookie, w.basic, w.cookie.Last()}
	return w
}

func (w *world) li(login, token string, end int64) string {
	return w.names.LoggedIn + "=" + url.PathEscape(w.liS.Generate(login, w.hash, end, token))
}

func (w *world) auth(login, token string, end int64) string {
	return w.names.Auth + "=" + url.PathEscape(w.authS.Generate(login, w.hash, end, token))
}

func (w *world) nonce(user int64, token string) string {
	return w.nonces.Create(auth.RESTAction, user, token, now)
}

func basicHeader(login, pass string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+pass))
}

type row struct {
	name   string
	method string // "" is GET
	cookie string
	query  string
	header string // X-WP-Nonce; "-" sends an empty one
	form   string // urlencoded body
	multi  bool   // the form as multipart
	typ    string // another content type of form
	authz  string

	user  int64
	meth  string
	code  string
	fresh bool // X-WP-Nonce in the answer
}

// rows is the decision table of WordPress's REST authentication.
func (w *world) rows() []row {
	good := w.nonce(1, "t1")
	out := w.nonce(0, "")
	const bad, refused = "0123456789", "rest_cookie_invalid_nonce"
	li, both := w.li("alice", "t1", w.future), w.auth("alice", "t1", w.future)+"; "+w.li("alice", "t1", w.future)
	broken := strings.TrimRight(li, "0123456789abcdef") + strings.Repeat("0", 64)
	basic, wrong := basicHeader("bob", "good"), basicHeader("bob", "bad")
	q := func(n string) string { return "_wpnonce=" + n }
	return []row{
		{name: "nothing"},
		{name: "logged-out nonce", header: out, fresh: true},
		{name: "logged-out nonce in query", query: q(out), fresh: true},
		{name: "bad nonce", header: bad, code: refused},
		{name: "empty nonce", header: "-", code: refused},
		{name: "empty _wpnonce", query: "_wpnonce=", code: refused},
		{name: "nonce 0", query: "_wpnonce=0", code: refused},
		{name: "_wpnonce without =", query: "_wpnonce", code: refused},
		{name: "_wpnonce array", query: "_wpnonce[]=" + out, code: refused},
		{name: "another user's nonce", header: good, code: refused},
		{name: "HEAD bad nonce", method: "HEAD", header: bad, code: refused},
		{name: "OPTIONS bad nonce", method: "OPTIONS", header: bad, code: refused},
		{name: "li", cookie: li},
		{name: "li good", cookie: li, header: good, user: 1, meth: "cookie", fresh: true},
		{name: "li good in older tick", cookie: li, header: w.nonces.Create(auth.RESTAction, 1, "t1", now.Add(-12*time.Hour)), user: 1, meth: "cookie", fresh: true},
		{name: "li nonce two ticks old", cookie: li, header: w.nonces.Create(auth.RESTAction, 1, "t1", now.Add(-24*time.Hour)), code: refused},
		{name: "li bad", cookie: li, header: bad, code: refused},
		{name: "li empty", cookie: li, header: "-", code: refused},
		{name: "li other user's", cookie: li, header: w.nonce(2, "b1"), code: refused},
		{name: "li other session's", cookie: li, header: w.nonce(1, "t2"), code: refused},
		{name: "li logged-out nonce", cookie: li, header: out, code: refused},
		{name: "li upper case nonce", cookie: li, header: strings.ToUpper(good) + "", code: refused},
		{name: "li other action", cookie: li, header: w.nonces.Create("other", 1, "t1", now), code: refused},
		{name: "li query good, header bad", cookie: li, query: q(good), header: bad, user: 1, meth: "cookie", fresh: true},
		{name: "li query bad, header good", cookie: li, query: q(bad), header: good, code: refused},
		{name: "li query empty, header good", cookie: li, query: q(""), header: good, code: refused},
		{name: "POST query bad, form good", method: "POST", cookie: li, query: q(bad), form: "a=b&" + q(good), user: 1, meth: "cookie", fresh: true},
		{name: "POST query good, form bad", method: "POST", cookie: li, query: q(good), form: q(bad), code: refused},
		{name: "POST form good, header bad", method: "POST", cookie: li, header: bad, form: q(good), user: 1, meth: "cookie", fresh: true},
		{name: "POST multipart form good", method: "POST", cookie: li, query: q(bad), form: q(good), multi: true, user: 1, meth: "cookie", fresh: true},
		{name: "POST odd spelling of the name", method: "POST", cookie: li, form: "+.wpnonce=" + good, user: 1, meth: "cookie", fresh: true},
		{name: "POST form last one counts", method: "POST", cookie: li, form: q(good) + "&" + q(bad), code: refused},
		{name: "POST JSON only", method: "POST", cookie: li, form: `{"_wpnonce":"` + good + `"}`, typ: "application/json"},
		{name: "PUT form only", method: "PUT", cookie: li, form: q(good)},
		{name: "DELETE query", method: "DELETE", cookie: li, query: q(good), user: 1, meth: "cookie", fresh: true},
		{name: "auth only", cookie: w.auth("alice", "t1", w.future)},
		{name: "auth only, nonce of the session", cookie: w.auth("alice", "t1", w.future), header: good, code: refused},
		{name: "auth only, nonce of the empty session", cookie: w.auth("alice", "t1", w.future), header: w.nonce(1, ""), user: 1, meth: "cookie", fresh: true},
		{name: "auth and li good", cookie: both, header: good, user: 1, meth: "cookie", fresh: true},
		{name: "li bad hash", cookie: broken},
		{name: "li expired", cookie: w.li("alice", "t1", w.past)},
		{name: "li destroyed", cookie: w.li("alice", "gone", w.future)},
		{name: "li unknown user", cookie: w.li("nobody", "t1", w.future)},
		{name: "li bad hash, old nonce", cookie: broken, header: good, code: refused},
		{name: "li expired, old nonce", cookie: w.li("alice", "t1", w.past), header: good, code: refused},
		{name: "li grace of POST, session lives", method: "POST", cookie: w.li("alice", "t1", w.soon), header: good, user: 1, meth: "cookie", fresh: true},
		{name: "li no grace for PUT", method: "PUT", cookie: w.li("alice", "t1", w.soon), header: good, code: refused},
		{name: "li junk, nobody's nonce of the junk token", cookie: w.names.LoggedIn + "=a|b|t9|d", header: w.nonce(0, "t9"), fresh: true},
		{name: "li junk, nobody's nonce without token", cookie: w.names.LoggedIn + "=a|b|t9|d", header: out, code: refused},
		{name: "Basic good", authz: basic, user: 2, meth: "application-password"},
		{name: "Basic good, bad nonce", authz: basic, header: bad, user: 2, meth: "application-password"},
		{name: "li, Basic good", cookie: li, authz: basic},
		{name: "li good, Basic good", cookie: li, header: good, authz: basic, user: 1, meth: "cookie", fresh: true},
		{name: "li good, Basic bad", cookie: li, header: good, authz: wrong, user: 1, meth: "cookie", fresh: true},
		{name: "li bad, Basic good", cookie: li, header: bad, authz: basic, code: refused},
		{name: "auth only, Basic good", cookie: w.auth("alice", "t1", w.future), authz: basic},
		{name: "li bad hash, Basic good", cookie: broken, authz: basic, user: 2, meth: "application-password"},
		{name: "li expired, nonce, Basic good", cookie: w.li("alice", "t1", w.past), header: good, authz: basic, user: 2, meth: "application-password"},
		{name: "Basic bad", authz: wrong},
		{name: "Basic bad, bad nonce", authz: wrong, header: bad, code: refused},
		{name: "Basic not in use", authz: basicHeader("unused", "x")},
		{name: "Bearer", authz: "Bearer abc"},
		{name: "Basic without colon", authz: "Basic " + base64.StdEncoding.EncodeToString([]byte("bob"))},
		{name: "Basic garbage", authz: "Basic !!!"},
		{name: "Basic odd spelling", authz: "bASIC   " + base64.StdEncoding.EncodeToString([]byte("bob:good")), user: 2, meth: "application-password"},
	}
}

func (c row) request(t *testing.T) *http.Request {
	t.Helper()
	method := c.method
	if method == "" {
		method = "GET"
	}
	var body io.Reader
	typ := c.typ
	if c.form != "" {
		body = strings.NewReader(c.form)
		if typ == "" {
			typ = "application/x-www-form-urlencoded; charset=UTF-8"
		}
		if c.multi {
			var buf bytes.Buffer
			m := multipart.NewWriter(&buf)
			v, _ := url.ParseQuery(c.form)
			for k := range v {
				m.WriteField(k, v.Get(k))
			}
			m.Close()
			body, typ = &buf, m.FormDataContentType()
		}
	}
	r := httptest.NewRequest(method, "http://h.example/wp-json/?"+c.query, body)
	if typ != "" {
		r.Header.Set("Content-Type", typ)
	}
	if c.cookie != "" {
		r.Header.Set("Cookie", c.cookie)
	}
	if c.header == "-" {
		r.Header.Set("X-WP-Nonce", "")
	} else if c.header != "" {
		r.Header.Set("X-WP-Nonce", c.header)
	}
	if c.authz != "" {
		r.Header.Set("Authorization", c.authz)
	}
	return r
}

func TestDecisionTable(t *testing.T) {
	w := newWorld()
	for _, c := range w.rows() {
		t.Run(c.name, func(t *testing.T) {
			r := c.request(t)
			id, err := w.chain.Authenticate(r)
			var e *auth.Error
			if c.code != "" {
				if !errors.As(err, &e) || e.Code != c.code || e.Status != 403 || e.Reason != "" || e.Message != "Cookie check failed" {
					t.Fatalf("got %+v, %v", id, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := id.LoggedIn(); got != (c.user != 0) || got && (id.UserID != c.user || id.Method != c.meth) {
				t.Errorf("got %+v", id)
			}
			fresh := ""
			if id != nil {
				fresh = id.Header.Get("X-WP-Nonce")
			}
			if (fresh != "") != c.fresh {
				t.Errorf("fresh nonce %q", fresh)
			}
			if c.fresh && !w.nonces.Verify(fresh, auth.RESTAction, id.UserID, id.Session, now).OK() {
				t.Errorf("the fresh nonce is not good")
			}
			if c.form != "" && !c.multi {
				if body, err := io.ReadAll(r.Body); err != nil || string(body) != c.form {
					t.Errorf("the body is gone: %q %v", body, err)
				}
			}
		})
	}
}

func TestReasons(t *testing.T) {
	w := newWorld()
	w.cookie.Reasons = true
	li := w.li("alice", "t1", w.future)
	for _, c := range []struct{ name, cookie, nonce, want string }{
		{"missing", li, "-", auth.ReasonNonceMissing},
		{"malformed", li, "xyz", auth.ReasonNonceMalformed},
		{"expired", li, w.nonces.Create(auth.RESTAction, 1, "t1", now.Add(-72*time.Hour)), auth.ReasonNonceExpired},
		{"mismatch", li, w.nonce(2, "b1"), auth.ReasonNonceMismatch},
		{"session expired", w.li("alice", "t1", w.past), w.nonce(1, "t1"), auth.ReasonSessionExpired},
		{"session ended", w.li("alice", "gone", w.future), w.nonce(1, "gone"), auth.ReasonSessionEnded},
		{"no cookie", "", w.nonce(1, "t1"), auth.ReasonNotLoggedIn},
		{"old logged-out nonce", "", w.nonces.Create(auth.RESTAction, 0, "", now.Add(-72*time.Hour)), auth.ReasonNonceExpired},
	} {
		_, err := w.chain.Authenticate(row{cookie: c.cookie, header: c.nonce}.request(t))
		var e *auth.Error
		if !errors.As(err, &e) || e.Reason != c.want {
			t.Errorf("%s: got %v, reason %q, want %q", c.name, err, e.Reason, c.want)
		}
	}
}

func TestFailuresOfTheServer(t *testing.T) {
	w := newWorld()
	var e *auth.Error
	if _, err := w.chain.Authenticate(row{cookie: w.li("broken", "t1", w.future)}.request(t)); err == nil || errors.As(err, &e) {
		t.Errorf("cookie: %v", err)
	}
	if _, err := w.chain.Authenticate(row{authz: basicHeader("broken", "x")}.request(t)); err == nil || errors.As(err, &e) {
		t.Errorf("Basic: %v", err)
	}
}

func TestStrictBasic(t *testing.T) {
	w := newWorld()
	w.basic.Strict = true
	_, err := w.chain.Authenticate(row{authz: basicHeader("bob", "bad")}.request(t))
	var e *auth.Error
	if !errors.As(err, &e) || e.Status != 401 || e.Code != "incorrect_password" {
		t.Errorf("got %v", err)
	}
	w.basic.Available = nil // plain HTTP: the header is not looked at
	if id, err := w.chain.Authenticate(row{authz: basicHeader("bob", "bad")}.request(t)); id != nil || err != nil {
		t.Errorf("got %v, %v", id, err)
	}
	r := row{authz: basicHeader("bob", "good")}.request(t)
	r.TLS = &tls.ConnectionState{}
	if id, err := w.chain.Authenticate(r); id == nil || err != nil {
		t.Errorf("TLS: %v, %v", id, err)
	}
}

func TestTLSUsesTheSecureCookie(t *testing.T) {
	w := newWorld()
	sec := w.names.SecureAuth + "=" + w.secS.Generate("alice", w.hash, w.future, "t1")
	for _, c := range []struct {
		cookie string
		tls    bool
		want   int64
	}{{sec, true, 1}, {sec, false, 0}, {w.auth("alice", "t1", w.future), false, 1}, {w.auth("alice", "t1", w.future), true, 0}} {
		r := row{cookie: c.cookie}.request(t)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		id, err := w.cookie.Admin().Authenticate(r)
		if err != nil || id.UserID != c.want {
			t.Errorf("%q tls %v: %+v %v", c.cookie, c.tls, id, err)
		}
	}
}

func TestAdminIgnoresTheLoggedInCookie(t *testing.T) {
	w := newWorld()
	r := row{cookie: w.li("alice", "t1", w.future)}.request(t)
	if id, err := w.cookie.Admin().Authenticate(r); err != nil || id.LoggedIn() || id.Session != "t1" {
		t.Errorf("admin: %+v %v", id, err)
	}
	if id, err := w.cookie.Page().Authenticate(r); err != nil || id.UserID != 1 {
		t.Errorf("page: %+v %v", id, err)
	}
}

func TestMiddleware(t *testing.T) {
	w := newWorld()
	can := func(_ context.Context, capability string, _ ...any) bool { return capability == "read" }
	h := func(capability string) http.Handler {
		ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, auth.FromContext(r.Context()).Login) })
		return auth.Middleware(w.chain)(auth.Require(can, capability)(ok))
	}
	good := row{cookie: w.li("alice", "t1", w.future), header: w.nonce(1, "t1")}
	for _, c := range []struct {
		name, capability string
		row              row
		status           int
	}{
		{"nobody", "read", row{}, 401}, {"cookie alone", "read", row{cookie: good.cookie}, 401}, {"user", "read", good, 200},
		{"no more than a user", "", good, 200}, {"not allowed", "edit_posts", good, 403}, {"bad nonce", "read", row{cookie: good.cookie, header: "x"}, 403},
	} {
		rec := httptest.NewRecorder()
		h(c.capability).ServeHTTP(rec, c.row.request(t))
		if rec.Code != c.status {
			t.Errorf("%s: %d %s", c.name, rec.Code, rec.Body)
		}
		if c.status == 200 && (rec.Body.String() != "alice" || rec.Header().Get("X-WP-Nonce") == "" || rec.Header().Get("Cache-Control") == "") {
			t.Errorf("%s: %q %v", c.name, rec.Body, rec.Header())
		}
	}
}

func TestProtect(t *testing.T) {
	w := newWorld()
	h := auth.Middleware(auth.Chain{w.basic, w.cookie.Page()})(w.cookie.Protect("save-book")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})))
	li := w.li("alice", "t1", w.future)
	n := w.nonces.Create("save-book", 1, "t1", now)
	for _, c := range []struct {
		name   string
		row    row
		status int
	}{
		{"reading needs none", row{cookie: li}, 200},
		{"none", row{method: "POST", cookie: li}, 403},
		{"good in form", row{method: "POST", cookie: li, form: "_wpnonce=" + n}, 200},
		{"good in query", row{method: "DELETE", cookie: li, query: "_wpnonce=" + n}, 200},
		{"good in header", row{method: "PUT", cookie: li, header: n}, 200},
		{"form wins", row{method: "POST", cookie: li, query: "_wpnonce=" + n, form: "_wpnonce=x"}, 403},
		{"other action", row{method: "POST", cookie: li, header: w.nonce(1, "t1")}, 403},
		{"nobody with a user's nonce", row{method: "POST", header: n}, 403},
		{"application password", row{method: "POST", authz: basicHeader("bob", "good")}, 200},
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, c.row.request(t))
		if rec.Code != c.status {
			t.Errorf("%s: %d %s", c.name, rec.Code, rec.Body)
		}
	}
}

func FuzzRequestNonce(f *testing.F) {
	f.Add("a=b&_wpnonce=1", "x", "_wpnonce=2")
	f.Add("_wpnonce[a=1&%5fwpnonce=%zz", "", "&&=&+_wpnonce")
	f.Fuzz(func(t *testing.T, query, header, form string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(form))
		r.URL.RawQuery = query
		r.Header.Set("X-WP-Nonce", header)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		auth.RequestNonce(r)
		if b, err := io.ReadAll(r.Body); err != nil || string(b) != form {
			t.Fatalf("body %q became %q, %v", form, b, err)
		}
		auth.ParseBasic("Basic " + header)
	})
}

func BenchmarkCookieAndNonce(b *testing.B) {
	w := newWorld()
	r := httptest.NewRequest("GET", "/wp-json/wp/v2/users/me", nil)
	r.Header.Set("Cookie", "a=b; "+w.li("alice", "t1", w.future))
	r.Header.Set("X-WP-Nonce", w.nonce(1, "t1"))
	b.ReportAllocs()
	for b.Loop() {
		if id, err := w.chain.Authenticate(r); err != nil || id.UserID != 1 {
			b.Fatal(id, err)
		}
	}
}

func TestCookiesOfALogin(t *testing.T) {
	w := newWorld()
	ctx := context.Background()
	l := auth.Login{Name: "alice", PassHash: w.hash, Token: "t1", Expiration: w.future}
	set := strings.Join(w.cookie.SetCookies(ctx, l, false), "\n")
	if strings.Count(set, "\n") != 2 || !strings.Contains(set, w.names.Auth+"=alice%7C") || strings.Contains(set, "expires") || strings.Contains(set, "secure") {
		t.Error(set)
	}
	started := 0
	start := func(bool) (string, error) { started++; return "fresh", nil }
	renewed, err := w.cookie.RenewCookies(ctx, []string{w.li("alice", "t1", now.Unix()+3*86400)}, 1, "alice", "$wp$new", false, start)
	all := strings.Join(renewed, "\n")
	if err != nil || len(renewed) != 20 || started != 0 || !strings.Contains(all, "%7Ct1%7C") || !strings.Contains(all, "Max-Age=1252800") {
		t.Error(err, started, all)
	}
	renewed, err = w.cookie.RenewCookies(ctx, nil, 1, "alice", "$wp$new", false, start)
	if err != nil || len(renewed) != 20 || started != 1 || !strings.Contains(renewed[19], "%7Cfresh%7C") {
		t.Error(err, started, renewed)
	}
}
