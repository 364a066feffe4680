package login

import (
	"html"
	"net/http"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
)

// postPassLife is how long the password of a protected post is remembered.
const postPassLife = 10 * 24 * 60 * 60

// register is the action register.
func (s *Server) register(v *visit) error {
	if !v.set.Bool("users_can_register") {
		v.redirectTo(v.loginURL() + "?registration=disabled")
		return nil
	}
	var notices []notice
	login, email := text(v.form, "user_login"), text(v.form, "user_email")
	if v.r.Method == http.MethodPost {
		var err error
		if notices, err = s.newUser(v, login, email); err != nil {
			return err
		}
		if len(notices) == 0 {
			to := text(v.form, "redirect_to")
			if empty(to) {
				to = "wp-login.php?checkemail=registered"
			}
			v.safeRedirect(to)
			return nil
		}
	}
	p := s.page(v, "register", "Registration Form", notices)
	p.Intro = `<div class="notice notice-info message register"><p>Register For This Site</p></div>`
	p.Login, p.Email = login, email
	p.RedirectTo = text(v.request, "redirect_to")
	p.Focus = "user_login"
	return s.render(v, p, 200)
}

// newUser is register_new_user: the problems, none when the user is there.
func (s *Server) newUser(v *visit, login, email string) ([]notice, error) {
	var notices []notice
	add := func(code, text string) {
		notices = append(notices, notice{code: code, html: "<strong>Error:</strong> " + text})
	}
	name := format.SanitizeUser(login, false)
	taken := func(_ *site.User, err error) (bool, error) {
		if site.NotFound(err) {
			return false, nil
		}
		return err == nil, err
	}
	switch {
	case name == "":
		add("empty_username", "Please enter a username.")
	case !format.ValidUsername(login):
		add("invalid_username", "This username is invalid because it uses illegal characters. Please enter a valid username.")
	default:
		if is, err := taken(s.site.UserByLogin(v.ctx, name)); err != nil {
			return nil, err
		} else if is {
			add("username_exists", "This username is already registered. Please choose another one.")
		}
	}
	switch {
	case email == "":
		add("empty_email", "Please type your email address.")
	case !format.IsEmail(email):
		add("invalid_email", "The email address is not correct.")
	default:
		if is, err := taken(s.site.UserByEmail(v.ctx, email)); err != nil {
			return nil, err
		} else if is {
			add("email_exists", `This email address is already registered. <a href="`+html.EscapeString(v.loginURL())+`">Log in</a> with this address or choose another one.`)
		}
	}
	if len(notices) > 0 {
		return notices, nil
	}
	if err := s.createUser(v, name, email); err != nil {
		s.log.ErrorContext(v.ctx, "register", "err", err)
		add("registerfail", `Could not register you&hellip; please contact the <a href="mailto:`+format.EscAttr(v.set.Get("admin_email"))+`">site admin</a>!`)
	}
	return notices, nil
}

func (s *Server) createUser(v *visit, login, email string) error {
	if s.cfg.Register == nil {
		return errNoMailer
	}
	pass, err := password.Generate(s.site.Rand(), 12, password.Letters)
	if err != nil {
		return err
	}
	id, err := s.cfg.Register(v.ctx, login, email, pass)
	if err != nil {
		return err
	}
	if err := s.site.SetMeta(v.ctx, wp.UserMeta, id, "default_password_nag", "1"); err != nil {
		return err
	}
	user, err := s.site.User(v.ctx, id)
	if err != nil {
		return err
	}
	return s.mailReset(v.ctx, v, user)
}

// postPass is the action postpass: it remembers the password of a protected
// post in a cookie and goes back there.
func (s *Server) postPass(v *visit) error {
	to := text(v.form, "redirect_to")
	if !v.form.Has("redirect_to") {
		to = v.referer()
	}
	pass, ok := v.form.Get("post_password")
	typed, isText := pass.(string)
	if !ok || !isText {
		v.backTo(to)
		return nil
	}
	hash, err := password.HashPortable(s.site.Rand(), typed)
	if err != nil {
		hash = password.Unusable
	}
	v.setCookie(authcookie.SetCookie{
		Name: v.names.PostPass, Value: hash, Expires: v.cookie.Now().Unix() + postPassLife,
		Path: v.names.Path, Domain: v.names.Domain, Secure: len(to) > 6 && to[:6] == "https:",
	})
	v.backTo(to)
	return nil
}

// backTo is safeRedirect, except that nowhere is an empty page.
func (v *visit) backTo(to string) {
	if to == "" {
		v.w.WriteHeader(http.StatusOK)
		return
	}
	v.safeRedirect(to)
}
