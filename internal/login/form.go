package login

import (
	"errors"
	"html/template"
	"net/url"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/rest"
)

// notice is an error or message above a form. HTML is markup.
type notice struct {
	code, html string
	message    bool
}

const cookiesBlocked = `<strong>Error:</strong> Cookies are blocked or not supported by your browser. You must ` +
	`<a href="https://developer.wordpress.org/advanced-administration/wordpress/cookies/#enable-cookies-in-your-browser">enable cookies</a> to use WordPress.`

// login is the action login: the form, and logging in.
func (s *Server) login(v *visit) error {
	redirectTo, asked := v.adminURL(), false
	if raw, ok := v.request.Get("redirect_to"); ok {
		if t, isText := raw.(string); isText {
			redirectTo, asked = t, true
		}
	}
	reauth := truthy(v.request, "reauth")
	user, notices, err := s.signOn(v)
	if err != nil {
		return err
	}
	if empty(v.cookieValue(v.names.LoggedIn)) && v.form.Has("testcookie") && empty(v.cookieValue(v.names.Test)) {
		user, notices = nil, []notice{{code: "test_cookie", html: cookiesBlocked}}
	}
	if user != nil && !reauth {
		if v.request.Has("interim-login") {
			return s.interimDone(v)
		}
		s.welcome(v, user, redirectTo)
		return nil
	}
	notices = s.loginNotices(v, notices, redirectTo, reauth)
	if reauth {
		v.setCookies(v.cookie.ClearCookies(v.ctx, s.currentID(v))...)
	}
	return s.loginForm(v, notices, redirectTo, asked)
}

func empty(t string) bool { return t == "" || t == "0" }

// currentID is the id of the user the request came with.
func (s *Server) currentID(v *visit) int64 {
	id, _ := v.who(v.cookie.Page())
	if id == nil {
		return 0
	}
	return id.UserID
}

// signOn is wp_signon: it checks what was posted and, if it is good, starts a
// session and sets the cookies.
func (s *Server) signOn(v *visit) (*site.User, []notice, error) {
	c := site.Credentials{
		Login: text(v.form, "log"), Password: text(v.form, "pwd"), Form: s.cfg.Form, Discreet: s.cfg.Discreet,
		IP: s.remoteAddr(v.r), Device: v.cookieValue(deviceCookie(v)),
	}
	if empty(c.Login) {
		c.Login = ""
	}
	if empty(c.Password) {
		c.Password = ""
	}
	user, err := s.site.Authenticate(v.ctx, c)
	var refused site.Errors
	if err != nil && !errors.As(err, &refused) {
		return nil, nil, err
	}
	if user == nil && empty(format.SanitizeUser(c.Login, false)) && empty(strings.Trim(c.Password, " \t\n\r\x00\x0b")) {
		if user, refused, err = s.byCookie(v, refused); err != nil {
			return nil, nil, err
		}
	}
	if user == nil {
		var notices []notice
		for _, e := range refused {
			notices = append(notices, notice{code: e.Code, html: e.Message})
			v.refuse(e)
		}
		return nil, notices, nil
	}
	remember := truthy(v.form, "rememberme")
	if err := s.setLogin(v, user, remember); err != nil {
		return nil, nil, err
	}
	if err := s.setDevice(v, user); err != nil {
		return nil, nil, err
	}
	return user, nil, s.site.SignedOn(v.ctx, user)
}

// setLogin starts a session and sets the cookies: wp_set_auth_cookie.
func (s *Server) setLogin(v *visit, user *site.User, remember bool) error {
	se, err := s.site.StartSession(v.ctx, user.ID, remember, site.Client{IP: s.remoteAddr(v.r), UserAgent: v.r.UserAgent()})
	if err != nil {
		return err
	}
	v.setCookies(v.cookie.SetCookies(v.ctx, auth.Login{
		Name: user.Login, PassHash: user.Pass, Token: se.Token, Expiration: se.Expiration, Expires: se.Expires,
	}, v.tls)...)
	return nil
}

// byCookie lets the wp-admin cookie log in when nothing was typed, as
// wp_authenticate_cookie does.
func (s *Server) byCookie(v *visit, refused site.Errors) (*site.User, site.Errors, error) {
	name := v.names.Auth
	if v.tls {
		name = v.names.SecureAuth
	}
	if empty(v.cookieValue(name)) {
		return nil, refused, nil
	}
	id, err := v.who(v.cookie.Admin())
	if err != nil {
		return nil, nil, err
	}
	if !id.LoggedIn() {
		return nil, site.Errors{{Code: "expired_session", Message: "Please log in again."}}, nil
	}
	user, err := s.site.User(v.ctx, id.UserID)
	return user, nil, err
}

// welcome sends a user who has logged in where they want to go.
func (s *Server) welcome(v *visit, user *site.User, redirectTo string) {
	if redirectTo != "" && redirectTo != "0" && redirectTo != "wp-admin/" && redirectTo != v.adminURL() {
		v.safeRedirect(redirectTo)
		return
	}
	switch {
	case s.site.UserCan(v.ctx, user, "edit_posts"):
		if empty(redirectTo) && !s.cfg.BlankPage {
			redirectTo = v.adminURL()
		} else if redirectTo == "0" {
			redirectTo = ""
		}
	case s.site.UserCan(v.ctx, user, "read"):
		redirectTo = v.adminURL() + "profile.php"
	default:
		redirectTo = v.set.Home
	}
	v.redirectTo(redirectTo)
}

// loginNotices are the notices above the login form: what went wrong, or why
// the visitor is here.
func (s *Server) loginNotices(v *visit, notices []notice, redirectTo string, reauth bool) []notice {
	loggedOut := truthy(v.query, "loggedout")
	if loggedOut || reauth {
		notices = nil
	}
	if v.form.Len() == 0 && len(notices) == 2 && notices[0].code == "empty_username" && notices[1].code == "empty_password" {
		notices = nil
	}
	if v.request.Has("interim-login") {
		if len(notices) == 0 {
			notices = append(notices, notice{"expired", "Your session has expired. Please log in to continue where you left off.", true})
		}
		return notices
	}
	switch {
	case loggedOut:
		notices = append(notices, notice{"loggedout", "You are now logged out.", true})
	case text(v.query, "registration") == "disabled":
		notices = append(notices, notice{code: "registerdisabled", html: "<strong>Error:</strong> User registration is currently not allowed."})
	case strings.Contains(text(v.query, "redirect_to"), "wp-admin/authorize-application.php"):
		notices = append(notices, notice{"authorize_application", authorizeMessage(v), true})
	}
	return notices
}

// authorizeMessage names the application for which the visitor logs in.
func authorizeMessage(v *visit) string {
	name := siteName(v.set)
	to := text(v.query, "redirect_to")
	if u, err := url.Parse(to); err == nil {
		if app := text(rest.ParseQuery(u.RawQuery), "app_name"); !empty(app) {
			return "Please log in to " + name + " to authorize <strong>" + format.EscHTML(app) + "</strong> to connect to your account."
		}
	}
	return "Please log in to " + name + " to proceed with authorization."
}

// siteName is the site's name as markup.
func siteName(set *site.Settings) string { return format.EscHTML(set.Get("blogname")) }

func (s *Server) loginForm(v *visit, notices []notice, redirectTo string, asked bool) error {
	p := s.page(v, "login", "Log In", notices)
	p.Login = text(v.form, "log")
	code := ""
	if len(notices) > 0 {
		code = notices[0].code
	}
	if code != "incorrect_password" && code != "empty_password" && code != "authentication_failed" {
		p.Login = ""
	}
	if name, _, ok := strings.Cut(v.cookieValue(v.names.ResetPass), ":"); ok {
		s.clearReset(v)
		if !v.form.Has("log") {
			p.Login = format.SanitizeUser(name, false)
		}
	}
	p.Remember = truthy(v.form, "rememberme")
	p.RedirectTo = redirectTo
	p.Customize = v.request.Has("customize-login")
	p.Focus = "user_login"
	if p.Login != "" {
		p.Focus = "user_pass"
	}
	return s.render(v, p, v.statusOr(200))
}

// interimDone is the page in the frame of a dashboard whose session had ended.
func (s *Server) interimDone(v *visit) error {
	p := s.page(v, "interim", "", nil)
	p.Interim = true
	p.BodyClass += " interim-login-success"
	p.Intro = template.HTML(`<p class="message">You have logged in successfully.</p>`)
	return s.render(v, p, 200)
}

// logout is the action logout.
func (s *Server) logout(v *visit) error {
	id, err := v.who(v.cookie.Page())
	if err != nil {
		return err
	}
	if !v.cookie.Verify(id, text(v.request, "_wpnonce"), "log-out").OK() {
		return s.askLogout(v, id)
	}
	locale := s.site.SiteLocale(v.ctx)
	if id.LoggedIn() {
		if user, err := s.site.User(v.ctx, id.UserID); err == nil {
			locale = s.site.Locale(v.ctx, user)
		}
		if id.Session != "" {
			if err := s.site.EndSession(v.ctx, id.UserID, id.Session); err != nil {
				return err
			}
		}
	}
	v.setCookies(v.cookie.ClearCookies(v.ctx, id.UserID)...)
	if to := text(v.request, "redirect_to"); !empty(to) {
		v.safeRedirect(to)
		return nil
	}
	v.safeRedirect(addArgs(v.loginURL(), "loggedout", "true", "wp_lang", locale))
	return nil
}

// askLogout is the page for a log-out link that is not good any more. It hands
// out a good one.
func (s *Server) askLogout(v *visit, id *auth.Identity) error {
	link := LogoutURL(v.set, text(v.request, "redirect_to"), v.cookie.Nonce(id, "log-out"))
	title := "You are attempting to log out of " + siteName(v.set)
	return s.message(v, 403, title, "<p>"+title+`</p><p>Do you really want to <a href="`+format.EscHTML(link)+`">log out</a>?</p>`)
}

// LogoutURL is the address of logging out, with a nonce of the action log-out.
func LogoutURL(set *site.Settings, redirectTo, nonce string) string {
	args := []string{"action", "logout"}
	if !empty(redirectTo) {
		args = append(args, "redirect_to", redirectTo)
	}
	return addArgs(set.SiteURL+"/wp-login.php", append(args, "_wpnonce", nonce)...)
}

// clearReset removes the cookie of a password reset.
func (s *Server) clearReset(v *visit) {
	past := v.cookie.Now().Unix() - 365*24*60*60
	v.setCookie(authcookie.SetCookie{Name: v.names.ResetPass, Value: " ", Expires: past, Path: v.path(), Domain: v.names.Domain, Secure: v.tls, HTTPOnly: true})
}

// path is the path of the request as it was sent.
func (v *visit) path() string {
	p, _, _ := strings.Cut(v.uri, "?")
	return p
}
