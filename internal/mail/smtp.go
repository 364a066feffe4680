package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP is a Sender over an SMTP server. Each message has a connection of its
// own: sites send few.
type SMTP struct {
	Host string
	Port int
	// Implicit speaks TLS from the first byte (port 465). Otherwise TLS begins
	// with STARTTLS, which a server must offer if Required.
	Implicit, Required bool
	// Plain does not use TLS even if it is offered.
	Plain              bool
	Username, Password string
	// From is the sender of every message.
	From netmail.Address
	// Timeout bounds the sending of one message; 0 means 30 seconds.
	Timeout time.Duration
	// TLS says whom to trust; nil: as the machine does.
	TLS *tls.Config
	Now func() time.Time
}

// ParseURL reads the address of an SMTP server:
// smtp://user:password@host:587 (STARTTLS, and no password without it) or
// smtps://user:password@host:465 (TLS at once). ?tls=required, ?tls=optional
// and ?tls=off say otherwise. The error does not repeat the address, which may
// hold a password.
func ParseURL(text string) (*SMTP, error) {
	wrong := func(what string) (*SMTP, error) {
		return nil, fmt.Errorf("smtp: %s; an address looks like smtp://user:password@host:587 or smtps://user:password@host:465", what)
	}
	u, err := url.Parse(text)
	if err != nil {
		return wrong("the address cannot be read")
	}
	s := &SMTP{Host: u.Hostname(), Port: 587}
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.Implicit, s.Port = true, 465
	default:
		return wrong("the scheme is neither smtp nor smtps")
	}
	if s.Host == "" || u.Path != "" && u.Path != "/" {
		return wrong("there is no host, or a path behind it")
	}
	if p := u.Port(); p != "" {
		if s.Port, err = strconv.Atoi(p); err != nil || s.Port < 1 || s.Port > 65535 {
			return wrong("the port is no number of a port")
		}
	}
	if u.User != nil {
		s.Username = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	s.Required = s.Username != ""
	for name, values := range u.Query() {
		switch value := values[0]; {
		case name == "tls" && value == "required":
			s.Required = true
		case name == "tls" && value == "optional" && s.Username == "" && !s.Implicit:
			s.Required = false
		case name == "tls" && value == "off" && !s.Implicit && (s.Username == "" || loopback(s.Host)):
			s.Required, s.Plain = false, true
		case name == "tls" && (value == "off" || value == "optional"):
			return wrong("a password would be sent in the open")
		default:
			return wrong("there is no such setting behind the question mark")
		}
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	timeout := s.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&s.From)
	if err := msg.To(m.To); err != nil {
		return errors.New("smtp: the recipient's address cannot be used")
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(s.Now())
	msg.SetMessageID()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation notices, please
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := s.client(timeout)
	if err != nil {
		return err
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	return nil
}

func (s *SMTP) client(timeout time.Duration) (*gomail.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLS != nil {
		config = s.TLS.Clone()
	}
	config.ServerName = s.Host
	policy := gomail.TLSOpportunistic
	switch {
	case s.Plain:
		policy = gomail.NoTLS
	case s.Required:
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(timeout), gomail.WithTLSConfig(config), gomail.WithTLSPolicy(policy), gomail.WithoutNoop()}
	if s.Implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.Username != "" {
		kind := gomail.SMTPAuthAutoDiscover
		if s.Plain {
			kind = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(kind), gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}
