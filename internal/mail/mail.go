// Package mail sends the mails of a site: through an SMTP server, or into a
// folder where there is none.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Message is one message in plain text.
type Message struct{ To, Subject, Text string }

// Sender sends mail. The error says nothing of what is in the message.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Outbox is a Sender that sends nothing: it puts every message as a file into
// a folder, for a site without a mail server and for tests. Since messages
// hold reset links, the files are for the owner only and the log names the
// file, not what is in it.
type Outbox struct {
	Dir string // made when needed
	Now func() time.Time
	Log *slog.Logger // nil: silent
}

// Send implements Sender.
func (o *Outbox) Send(ctx context.Context, m Message) error {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(o.Dir, o.Now().UTC().Format("20060102-150405-")+"*.eml")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "To: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
		oneLine(m.To), mime.QEncoding.Encode("utf-8", oneLine(m.Subject)), o.Now().Format(time.RFC1123Z), m.Text)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if o.Log != nil {
		o.Log.InfoContext(ctx, "no mail server is set up; the message is in the outbox", "file", filepath.Base(f.Name()))
	}
	return nil
}

// oneLine keeps a value from starting another header.
func oneLine(t string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(t) }

// Postman sends mail beside the requests that ask for it, so that the time of
// an answer does not tell whether a mail was sent.
type Postman struct {
	Sender Sender
	Log    *slog.Logger

	mu      sync.Mutex
	closed  bool
	pending sync.WaitGroup
}

// Go runs f, which sends something, beside the caller. The context it is given
// outlives ctx. A failure is logged under the name of what was to be sent.
func (p *Postman) Go(ctx context.Context, what string, f func(ctx context.Context, s Sender) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	ctx = context.WithoutCancel(ctx)
	p.pending.Go(func() {
		if err := f(ctx, p.Sender); err != nil {
			p.Log.ErrorContext(ctx, "mail", "what", what, "err", err)
		}
	})
}

// Close waits for what is under way, at most that long.
func (p *Postman) Close(atMost time.Duration) {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	done := make(chan struct{})
	go func() { p.pending.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(atMost):
	}
}
