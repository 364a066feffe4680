package login

import (
	"context"
	"html"
	"strings"

	"github.com/platenhq/platen/internal/mail"
	"github.com/platenhq/platen/internal/site"
)

// AccountChanged is a hook of site.UserHooks: it writes to a user whose
// password or e-mail address was changed, at the address of before the change,
// as wp_update_user does. Whoever did not do it learns of it.
func (s *Server) AccountChanged(ctx context.Context, before, after *site.User) {
	pass, email := before.Pass != after.Pass, !strings.EqualFold(before.Email, after.Email)
	if s.cfg.Post == nil || before.Email == "" || !pass && !email {
		return
	}
	set, err := s.site.Settings(ctx)
	if err != nil {
		s.log.ErrorContext(ctx, "mail", "what", "changed account", "err", err)
		return
	}
	name := html.UnescapeString(set.Get("blogname"))
	send := func(subject, what string) {
		m := mail.Message{
			To: before.Email, Subject: "[" + name + "] " + subject,
			Text: "Hi " + before.Login + ",\r\n\r\n" + what + " at " + name + ".\r\n\r\n" +
				"If it was not you, write to " + set.Get("admin_email") + " at once.\r\n\r\n" + set.Home + "\r\n",
		}
		s.cfg.Post.Go(ctx, "changed account", func(ctx context.Context, by mail.Sender) error { return by.Send(ctx, m) })
	}
	if pass {
		send("Password Changed", "the password of your account was changed")
	}
	if email {
		send("Email Changed", "the e-mail address of your account was changed to "+after.Email)
	}
}
