package rectest

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Session talks to one server with the users of a Site, for tests that bring
// requests of their own. It is not safe for concurrent use.
type Session struct{ c *client }

// Request is a request in a recording's words. Target is sent as it is. Who is
// "none" (or empty), "cookie+nonce:LOGIN", "app:LOGIN" and the other words of
// the recordings; or "basic:USER:PASSWORD"; or "browser" / "browser:NAME", a
// cookie jar that begins empty and keeps what answers set.
type Request struct {
	Method, Target, Who string
	Header              []Field
	Body                []byte // nil for none
}

// Field is one header line. A Value of "-" keeps back the header that Who
// would have added.
type Field struct{ Name, Value string }

// Answer is a response, its body read to the end.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// NewSession prepares a session; it connects with the first request.
func NewSession(ctx context.Context, site *Site, t Target) (*Session, error) {
	cn, err := newConn(t, time.Minute)
	if err != nil {
		return nil, err
	}
	return &Session{&client{ctx: ctx, site: site, base: t.base(), conn: cn, session: newSession()}}, nil
}

// Close closes the connection.
func (s *Session) Close() { s.c.conn.close() }

// Set gives a variable a value.
func (s *Session) Set(name, value string) { s.c.setVariable(name, value) }

// Expand replaces ${name} by variables and by what the site knows itself:
// ${HOME}, ${COOKIEHASH}, ${pw:LOGIN}, ${app:LOGIN}, ${uuid:LOGIN},
// ${nonce:LOGIN}, ${loggedin:LOGIN|tamper-hmac} and kin. An unknown name is an error.
func (s *Session) Expand(text string) (string, error) { return s.c.expandText(text) }

// CheckHome returns an error unless the server says it is the dumped site, so
// that logins and writes do not go to somebody else's server.
func (s *Session) CheckHome() error {
	return s.c.checkHome()
}

// Do sends a request and reads the answer. Redirects are not followed.
func (s *Session) Do(req Request) (Answer, error) {
	extra := headerList{newObject()}
	lower := map[string]bool{}
	for _, f := range req.Header {
		lower[strings.ToLower(f.Name)] = true
	}
	who, login, _ := strings.Cut(req.Who, ":")
	path, _, _ := strings.Cut(req.Target, "?")
	target := req.Target
	var cookies string
	var jar *jar
	var err error
	switch who {
	case "", "none":
	case "browser":
		jar = s.browser(login)
		cookies = jar.header(path)
	case "basic":
		user, pw, _ := strings.Cut(login, ":")
		extra.setDefault("Authorization", basic(user, pw))
	default:
		if cookies, err = s.c.identify(who, login, path, extra, &target); err != nil {
			return Answer{}, err
		}
	}
	var fields []field
	for _, f := range req.Header {
		if strings.EqualFold(f.Name, "Cookie") && cookies != "" && f.Value != "-" {
			cookies += "; " + f.Value
		} else if f.Value != "-" {
			fields = append(fields, field{f.Name, f.Value})
		}
	}
	if cookies != "" {
		fields = append([]field{{"Cookie", cookies}}, fields...)
	}
	for _, k := range extra.o.keys {
		if !lower[strings.ToLower(k)] {
			fields = append(fields, field{k, text(extra.o.vals[k])})
		}
	}
	a, err := s.c.conn.do(s.c.ctx, req.Method, target, fields, req.Body, req.Body != nil)
	if err != nil {
		return Answer{}, err
	}
	if jar != nil {
		jar.store(a.header["Set-Cookie"])
	}
	return Answer{a.status, a.header, a.body}, nil
}

func (s *Session) browser(name string) *jar {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	key := "browser:" + name // no login has a colon here
	if s.c.jars[key] == nil {
		s.c.jars[key] = &jar{}
	}
	return s.c.jars[key]
}
