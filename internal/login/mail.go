package login

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Mail is one message in plain text.
type Mail struct{ To, Subject, Text string }

// Mailer sends mail.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

var errNoMailer = errors.New("login: no mailer is set up")

// Outbox is a Mailer that sends nothing: it puts every message as a file into
// a folder, for a site without a mail server and for tests. Since messages
// hold reset links, the files are for the owner only and the log names the
// file, not what is in it.
type Outbox struct {
	Dir string // made when needed
	Now func() time.Time
	Log *slog.Logger // nil: silent
}

// Send implements Mailer.
func (o *Outbox) Send(ctx context.Context, m Mail) error {
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
