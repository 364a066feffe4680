package login

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/mail"
	"github.com/platenhq/platen/internal/site"
)

const (
	noAccount   = "<strong>Error:</strong> There is no account with that username or email address."
	mailFailed  = `<strong>Error:</strong> The email could not be sent. Your site may not be correctly configured to send emails. <a href="https://wordpress.org/documentation/article/reset-your-password/">Get support for resetting your password</a>.`
	lostMessage = `<div class="notice notice-info message"><p>Please enter your username or email address. You will receive an email message with instructions on how to reset your password.</p></div>`
)

// lostPassword is the action lostpassword: asking for a mail with a reset link.
func (s *Server) lostPassword(v *visit) error {
	var notices []notice
	if v.r.Method == http.MethodPost {
		problem, err := s.sendReset(v)
		if err != nil {
			return err
		}
		if problem == nil {
			to := text(v.request, "redirect_to")
			if empty(to) {
				to = "wp-login.php?checkemail=confirm"
			}
			v.safeRedirect(to)
			return nil
		}
		notices = append(notices, *problem)
	}
	switch text(v.query, "error") {
	case "invalidkey":
		notices = append(notices, notice{code: "invalidkey", html: "<strong>Error:</strong> Your password reset link appears to be invalid. Please request a new link below."})
	case "expiredkey":
		notices = append(notices, notice{code: "expiredkey", html: "<strong>Error:</strong> Your password reset link has expired. Please request a new link below."})
	}
	p := s.page(v, "lostpassword", "Lost Password", notices)
	p.Intro = lostMessage
	p.Login = text(v.form, "user_login")
	p.RedirectTo = text(v.request, "redirect_to")
	p.Focus = "user_login"
	return s.render(v, p, 200)
}

// sendReset is retrieve_password: nil when a mail is on its way.
func (s *Server) sendReset(v *visit) (*notice, error) {
	name := strings.Trim(text(v.form, "user_login"), " \t\n\r\x00\x0b")
	if empty(name) {
		return &notice{code: "empty_username", html: "<strong>Error:</strong> Please enter a username or email address."}, nil
	}
	user, code, err := s.findAccount(v.ctx, name)
	if err != nil {
		return nil, err
	}
	if s.cfg.Discreet {
		// The mail goes out on its own time, so that its time tells nothing.
		if user != nil && s.cfg.Post != nil {
			s.cfg.Post.Go(v.ctx, "password reset", func(ctx context.Context, _ mail.Sender) error { return s.mailReset(ctx, v, user) })
		}
		return nil, nil
	}
	if user == nil {
		return &notice{code: code, html: noAccount}, nil
	}
	if err := s.mailReset(v.ctx, v, user); err != nil {
		s.log.ErrorContext(v.ctx, "password reset", "user", user.ID, "err", err)
		return &notice{code: "retrieve_password_email_failure", html: mailFailed}, nil
	}
	return nil, nil
}

func (s *Server) findAccount(ctx context.Context, name string) (*site.User, string, error) {
	code := "invalidcombo"
	if strings.IndexByte(name, '@') > 0 {
		code = "invalid_email"
		user, err := s.site.UserByEmail(ctx, name)
		if err == nil || !site.NotFound(err) {
			return user, code, err
		}
	}
	user, err := s.site.UserByLogin(ctx, name)
	if site.NotFound(err) {
		return nil, code, nil
	}
	return user, code, err
}

// mailReset makes a key and mails the link.
func (s *Server) mailReset(ctx context.Context, v *visit, user *site.User) error {
	if s.cfg.Post == nil {
		return errNoMailer
	}
	key, err := s.site.NewResetKey(ctx, user.ID)
	if err != nil {
		return err
	}
	name := html.UnescapeString(v.set.Get("blogname"))
	// The login is not the last argument: one that ends in a full stop would
	// lose it to the program that makes links of addresses.
	link := v.loginURL() + "?login=" + strings.ReplaceAll(url.QueryEscape(user.Login), "+", "%20") + "&key=" + key + "&action=rp&wp_lang=" + s.site.Locale(ctx, user)
	return s.cfg.Post.Sender.Send(ctx, mail.Message{
		To:      user.Email,
		Subject: fmt.Sprintf("[%s] Password Reset", name),
		Text: "Somebody, most likely you, asked for a new password for this account:\r\n\r\n" +
			"Site: " + name + "\r\nUsername: " + user.Login + "\r\n\r\n" +
			"To choose a new password, open this address within 24 hours:\r\n\r\n" + link + "\r\n\r\n" +
			"If it was not you, there is nothing to do; your password stays as it is.\r\n" +
			"The request came from the address " + s.remoteAddr(v.r) + ".\r\n",
	})
}

// resetPassword is the action rp: choosing a new password with the mailed key.
func (s *Server) resetPassword(v *visit) error {
	if v.query.Has("key") && v.query.Has("login") {
		v.setCookie(authcookie.SetCookie{
			Name: v.names.ResetPass, Value: text(v.query, "login") + ":" + text(v.query, "key"),
			Path: v.path(), Domain: v.names.Domain, Secure: v.tls, HTTPOnly: true,
		})
		query := dropArgs(v.r.URL.RawQuery, func(name string) bool { return name == "key" || name == "login" })
		to := v.path()
		if query != "" {
			to += "?" + query
		}
		v.safeRedirect(to)
		return nil
	}
	login, key, _ := strings.Cut(v.cookieValue(v.names.ResetPass), ":")
	user, err := s.keyHolder(v, login, key)
	if err != nil {
		if !errors.Is(err, site.ErrInvalidKey) && !errors.Is(err, site.ErrExpiredKey) {
			return err
		}
		s.clearReset(v)
		reason := "invalidkey"
		if errors.Is(err, site.ErrExpiredKey) {
			reason = "expiredkey"
		}
		v.redirectTo(v.loginURL() + "?action=lostpassword&error=" + reason)
		return nil
	}
	pass, problem := newPassword(v)
	if problem == nil && pass != "" {
		if err := s.site.ResetPassword(v.ctx, user.ID, pass); err != nil {
			return err
		}
		s.site.TrustAddr(v.ctx, user.ID, s.remoteAddr(v.r))
		p := s.page(v, "reset-done", "Password Reset", nil)
		p.Intro = template.HTML(`<div class="notice notice-info message reset-pass"><p>Your password has been reset. <a href="` + html.EscapeString(v.loginURL()) + `">Log in</a></p></div>`)
		return s.render(v, p, 200)
	}
	var notices []notice
	if problem != nil {
		notices = append(notices, *problem)
	}
	p := s.page(v, "resetpass", "Reset Password", notices)
	p.Intro = `<div class="notice notice-info message reset-pass"><p>Enter your new password below.</p></div>`
	p.Login, p.Key, p.Focus = login, key, "pass1"
	return s.render(v, p, 200)
}

// keyHolder returns the user whose key the cookie holds.
func (s *Server) keyHolder(v *visit, login, key string) (*site.User, error) {
	if login == "" {
		return nil, site.ErrInvalidKey
	}
	user, err := s.site.CheckResetKey(v.ctx, key, login)
	if err == nil && v.form.Has("pass1") && subtle.ConstantTimeCompare([]byte(key), []byte(text(v.form, "rp_key"))) != 1 {
		return nil, site.ErrInvalidKey
	}
	return user, err
}

// newPassword returns the password that was typed twice, "" for none yet.
func newPassword(v *visit) (string, *notice) {
	typed := text(v.form, "pass1")
	if empty(typed) {
		return "", nil
	}
	const blanks = " \t\n\r\x00\x0b"
	pass := strings.Trim(typed, blanks)
	switch {
	case empty(pass):
		return "", &notice{code: "password_reset_empty_space", html: "The password cannot be a space or all spaces."}
	case strings.Trim(text(v.form, "pass2"), blanks) != pass:
		return "", &notice{code: "password_reset_mismatch", html: "<strong>Error:</strong> The passwords do not match."}
	}
	return pass, nil
}

// checkEmail is the page after a mail was sent.
func (s *Server) checkEmail(v *visit) error {
	var notices []notice
	link := `<a href="` + html.EscapeString(v.loginURL()) + `">login page</a>`
	switch text(v.query, "checkemail") {
	case "confirm":
		notices = append(notices, notice{"confirm", "Check your email for the confirmation link, then visit the " + link + ".", true})
	case "registered":
		notices = append(notices, notice{"registered", "Registration complete. Please check your email, then visit the " + link + ".", true})
	}
	return s.render(v, s.page(v, "checkemail", "Check your email", notices), 200)
}
