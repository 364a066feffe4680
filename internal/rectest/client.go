package rectest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const userAgent = "wp-record/1"

// Target says where a server is and what it is called. URL is what to dial
// (http or https, with a path in front if the site has one); Host is the Host
// header to send, by default that of URL.
type Target struct {
	URL, Host string
}

// base is the site's URL as its clients name it.
func (t Target) base() string {
	u, err := url.Parse(strings.TrimRight(t.URL, "/"))
	if err != nil || t.Host == "" {
		return strings.TrimRight(t.URL, "/")
	}
	u.Host = t.Host
	return u.String()
}

// field is one header line to send; the order is kept and nothing is cleaned.
type field struct{ name, value string }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// failure is an entry that could not be judged: no answer, no login, a capture
// that found nothing.
type failure struct{ msg string }

func (f failure) Error() string { return f.msg }

func failf(format string, args ...any) error { return failure{fmt.Sprintf(format, args...)} }

// conn is one keep-alive connection. It writes requests by hand because the
// recordings hold targets, methods and header values that net/http would
// refuse or tidy.
type conn struct {
	url     *url.URL
	host    string
	timeout time.Duration
	c       net.Conn
	r       *bufio.Reader
}

func newConn(t Target, timeout time.Duration) (*conn, error) {
	u, err := url.Parse(strings.TrimRight(t.URL, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("rectest: bad target URL %q", t.URL)
	}
	host := t.Host
	if host == "" {
		host = u.Hostname()
		if p := u.Port(); p != "" && p != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
			host = u.Host
		}
	}
	return &conn{url: u, host: host, timeout: timeout}, nil
}

func (c *conn) close() {
	if c.c != nil {
		c.c.Close()
		c.c = nil
	}
}

// do sends one request and reads the whole answer; a broken connection is
// tried once more on a new one.
func (c *conn) do(ctx context.Context, method, target string, fields []field, body []byte, hasBody bool) (*answer, error) {
	for attempt := 0; ; attempt++ {
		a, err := c.try(ctx, method, target, fields, body, hasBody)
		if err == nil {
			return a, nil
		}
		c.close()
		if attempt > 0 || errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
			return nil, failf("no answer: %v", err)
		}
	}
}

func (c *conn) dial(ctx context.Context) error {
	addr := c.url.Host
	if c.url.Port() == "" {
		addr = net.JoinHostPort(c.url.Hostname(), map[string]string{"http": "80", "https": "443"}[c.url.Scheme])
	}
	d := net.Dialer{Timeout: c.timeout}
	nc, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	if c.url.Scheme == "https" {
		nc = tls.Client(nc, &tls.Config{ServerName: c.url.Hostname()})
	}
	c.c, c.r = nc, bufio.NewReaderSize(nc, 64<<10)
	return nil
}

func (c *conn) try(ctx context.Context, method, target string, fields []field, body []byte, hasBody bool) (*answer, error) {
	if c.c == nil {
		if err := c.dial(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.c.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n", method, c.url.EscapedPath(), target, c.host, userAgent)
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.name, f.value)
	}
	if hasBody || method == "POST" || method == "PUT" || method == "PATCH" {
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	if _, err := io.WriteString(c.c, b.String()); err != nil {
		return nil, err
	}
	return c.read(method)
}

func (c *conn) read(method string) (*answer, error) {
	for {
		res, err := http.ReadResponse(c.r, &http.Request{Method: method})
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(res.Body)
		if err != nil {
			return nil, err
		}
		if res.StatusCode == http.StatusContinue {
			continue
		}
		if res.Close {
			c.close()
		}
		return &answer{res.StatusCode, res.Header, data}, nil
	}
}

// session is what one start of the site has brought: logins, nonces, captured
// variables. Several connections may share it.
type session struct {
	login   sync.Mutex // one login at a time
	mu      sync.Mutex // the maps below
	start   time.Time
	jars    map[string]*jar
	nonces  map[string]string
	nonceVs []string
	vars    map[string]any
}

func newSession() *session {
	return &session{start: time.Now(), jars: map[string]*jar{}, nonces: map[string]string{}, vars: map[string]any{}}
}

func (s *session) addNonce(v string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nonceVs = append(s.nonceVs, v)
}

func (s *session) knownNonces() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nonceVs[:len(s.nonceVs):len(s.nonceVs)]
}

func (s *session) variable(name string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.vars[name]
	return v, ok
}

func (s *session) setVariable(name string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vars[name] = v
}

// client asks one site over one connection.
type client struct {
	ctx  context.Context
	site *Site
	base string
	conn *conn
	*session
}
