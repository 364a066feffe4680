package platen

import (
	"context"
	"fmt"
	"html"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/mail"
)

// mailTime is how long a stop waits for mails that are under way.
const mailTime = 10 * time.Second

// openPost sets up who sends the site's mails: the SMTP server, or the folder
// outbox of the data directory.
func (a *App) openPost(ctx context.Context, opt Options) error {
	a.post = &mail.Postman{Log: a.log}
	if a.cfg.SMTP == "" {
		a.post.Sender = &mail.Outbox{Dir: filepath.Join(a.cfg.Data, "outbox"), Now: opt.Now, Log: a.log}
		return nil
	}
	server, err := mail.ParseURL(a.cfg.SMTP)
	if err != nil {
		return err
	}
	set, err := a.site.Settings(ctx)
	if err != nil {
		return err
	}
	server.From = netmail.Address{Name: html.UnescapeString(set.Get("blogname")), Address: "wordpress@" + mailHost(set.Home)}
	if a.cfg.MailFrom != "" {
		from, err := netmail.ParseAddress(a.cfg.MailFrom)
		if err != nil {
			return fmt.Errorf("mail-from: %q is no e-mail address", a.cfg.MailFrom)
		}
		server.From.Address = from.Address
		if from.Name != "" {
			server.From.Name = from.Name
		}
	}
	server.Now = opt.Now
	a.post.Sender = server
	return nil
}

// mailHost is what stands behind the @ of the site's own address: the host
// without www., as wp_mail has it.
func mailHost(home string) string {
	host, _, _ := strings.Cut(hostOf(home), ":")
	return strings.TrimPrefix(strings.ToLower(host), "www.")
}
