package mail

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a small SMTP server. It keeps what it is sent.
type server struct {
	addr     *net.TCPAddr
	startTLS bool
	silent   bool // accepts connections and says nothing
	config   *tls.Config
	trust    *x509.CertPool

	mu       sync.Mutex
	messages []delivery
	auths    []string
}

type delivery struct {
	from, to, data string
	tls            bool
}

func serve(t *testing.T, implicit, startTLS, silent bool) *server {
	t.Helper()
	web := httptest.NewTLSServer(nil) // its certificate is good for 127.0.0.1
	t.Cleanup(web.Close)
	s := &server{startTLS: startTLS, silent: silent, config: &tls.Config{Certificates: web.TLS.Certificates}, trust: x509.NewCertPool()}
	s.trust.AddCert(web.Certificate())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	s.addr = ln.Addr().(*net.TCPAddr)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			if implicit {
				c = tls.Server(c, s.config)
			}
			go s.talk(c, implicit)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn, secure bool) {
	defer c.Close()
	if s.silent {
		io.Copy(io.Discard, c)
		return
	}
	tp := textproto.NewConn(c)
	tp.PrintfLine("220 test")
	var d delivery
	for {
		line, err := tp.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			tp.PrintfLine("250-test")
			if s.startTLS && !secure {
				tp.PrintfLine("250-STARTTLS")
			}
			tp.PrintfLine("250-AUTH PLAIN")
			tp.PrintfLine("250 8BITMIME")
		case "STARTTLS":
			tp.PrintfLine("220 go on")
			tc := tls.Server(c, s.config)
			if tc.Handshake() != nil {
				return
			}
			tp, secure = textproto.NewConn(tc), true
		case "AUTH":
			raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			s.mu.Lock()
			s.auths = append(s.auths, string(raw))
			s.mu.Unlock()
			if !strings.HasSuffix(string(raw), "\x00right") {
				tp.PrintfLine("535 no")
				continue
			}
			tp.PrintfLine("235 welcome")
		case "MAIL":
			d = delivery{from: rest, tls: secure}
			tp.PrintfLine("250 ok")
		case "RCPT":
			d.to = rest
			tp.PrintfLine("250 ok")
		case "DATA":
			tp.PrintfLine("354 go on")
			raw, err := io.ReadAll(tp.DotReader())
			if err != nil {
				return
			}
			d.data = string(raw)
			s.mu.Lock()
			s.messages = append(s.messages, d)
			s.mu.Unlock()
			tp.PrintfLine("250 ok")
		case "QUIT":
			tp.PrintfLine("221 bye")
			return
		default:
			tp.PrintfLine("250 ok")
		}
	}
}

func (s *server) got() ([]delivery, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messages, s.auths
}

func (s *server) sender(t *testing.T, scheme, user, query string) *SMTP {
	t.Helper()
	m, err := ParseURL(scheme + "://" + user + "127.0.0.1:" + strconv.Itoa(s.addr.Port) + query)
	if err != nil {
		t.Fatal(err)
	}
	m.From, m.TLS, m.Now = netmail.Address{Name: "A site", Address: "site@example.org"}, &tls.Config{RootCAs: s.trust, MinVersion: tls.VersionTLS12}, time.Now
	return m
}

var message = Message{To: "eve@example.org", Subject: "Größe\r\nBcc: thief@example.org", Text: "Line one\r\nhttps://example.org/?key=abc\r\n.\r\nüber\r\n"}

// check reads the only message as a mail program would.
func check(t *testing.T, s *server, secure bool) {
	t.Helper()
	messages, _ := s.got()
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	d := messages[0]
	if d.tls != secure || !strings.Contains(d.from, "<site@example.org>") || !strings.Contains(d.to, "<eve@example.org>") {
		t.Errorf("%+v", d)
	}
	m, err := netmail.ReadMessage(bufio.NewReader(strings.NewReader(d.data)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "Größe") || m.Header.Get("Bcc") != "" || m.Header.Get("Message-Id") == "" || m.Header.Get("Date") == "" {
		t.Error(subject, m.Header)
	}
	body := m.Body
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil || strings.ReplaceAll(strings.TrimSpace(string(text)), "\r\n", "\n") != strings.ReplaceAll(strings.TrimSpace(message.Text), "\r\n", "\n") {
		t.Errorf("%q %v", text, err)
	}
}

func TestSMTP(t *testing.T) {
	t.Run("STARTTLS and a password", func(t *testing.T) {
		s := serve(t, false, true, false)
		if err := s.sender(t, "smtp", "eve%40example.org:right@", "").Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
		check(t, s, true)
		if _, auths := s.got(); len(auths) != 1 || auths[0] != "\x00eve@example.org\x00right" {
			t.Errorf("%q", auths)
		}
	})
	t.Run("TLS at once", func(t *testing.T) {
		s := serve(t, true, false, false)
		if err := s.sender(t, "smtps", "eve:right@", "").Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
		check(t, s, true)
	})
	t.Run("without TLS and password", func(t *testing.T) {
		s := serve(t, false, false, false)
		if err := s.sender(t, "smtp", "", "").Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
		check(t, s, false)
	})
	t.Run("no password without TLS", func(t *testing.T) {
		s := serve(t, false, false, false)
		if err := s.sender(t, "smtp", "eve:right@", "").Send(t.Context(), message); err == nil {
			t.Error("sent")
		}
		if m, auths := s.got(); len(m)+len(auths) != 0 {
			t.Error("the password was sent in the open")
		}
	})
	t.Run("a certificate nobody vouches for", func(t *testing.T) {
		s := serve(t, false, true, false)
		m := s.sender(t, "smtp", "eve:right@", "")
		m.TLS = nil
		if err := m.Send(t.Context(), message); err == nil {
			t.Error("sent")
		}
	})
	t.Run("a wrong password", func(t *testing.T) {
		s := serve(t, false, true, false)
		err := s.sender(t, "smtp", "eve:wr0ng@", "").Send(t.Context(), message)
		if err == nil || strings.Contains(err.Error(), "wr0ng") {
			t.Error(err)
		}
	})
	t.Run("a server that says nothing", func(t *testing.T) {
		s := serve(t, false, false, true)
		m := s.sender(t, "smtp", "", "")
		m.Timeout = 100 * time.Millisecond
		if err := m.Send(t.Context(), message); err == nil {
			t.Error("sent")
		}
	})
	t.Run("a bad recipient", func(t *testing.T) {
		s := serve(t, false, false, false)
		m := message
		m.To = "eve@example.org>\r\nRCPT TO:<thief@example.org"
		if err := s.sender(t, "smtp", "", "").Send(t.Context(), m); err == nil {
			t.Error("sent")
		}
	})
}

func TestParseURL(t *testing.T) {
	for text, want := range map[string]SMTP{
		"smtp://mail.example.org":                           {Host: "mail.example.org", Port: 587},
		"smtp://u:p@mail.example.org":                       {Host: "mail.example.org", Port: 587, Required: true, Username: "u", Password: "p"},
		"smtps://u:p%3A%40@mail.example.org/":               {Host: "mail.example.org", Port: 465, Implicit: true, Required: true, Username: "u", Password: "p:@"},
		"smtp://localhost:25?tls=off":                       {Host: "localhost", Port: 25, Plain: true},
		"smtp://u:p@127.0.0.1:1025?tls=off":                 {Host: "127.0.0.1", Port: 1025, Plain: true, Username: "u", Password: "p"},
		"smtp://mail.example.org?tls=required":              {Host: "mail.example.org", Port: 587, Required: true},
		"smtp://u:geheim@mail.example.org?tls=off":          {},
		"smtp://u:geheim@mail.example.org?tls=optional":     {},
		"smtp://u:geheim@mail.example.org?moon=full":        {},
		"smtp://u:geheim@mail.example.org/path":             {},
		"smtp://u:geheim@mail.example.org:99999":            {},
		"smtp://u:geheim%zz@mail.example.org":               {},
		"imap://u:geheim@mail.example.org":                  {},
		"smtp://":                                           {},
		"u:geheim@mail.example.org":                         {},
		"smtp://u:geheim@mail.example.org:587/?tls=perhaps": {},
	} {
		got, err := ParseURL(text)
		if want.Host == "" {
			if err == nil || strings.Contains(err.Error(), "geheim") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err != nil || got.Host != want.Host || got.Port != want.Port || got.Implicit != want.Implicit || got.Required != want.Required ||
			got.Plain != want.Plain || got.Username != want.Username || got.Password != want.Password {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
}
