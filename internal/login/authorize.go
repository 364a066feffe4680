package login

import (
	"errors"
	"html"
	"html/template"
	"net/http"
	"strings"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
)

// authorizeAction is the nonce action and form action of the consent screen.
const authorizeAction = "authorize_application_password"

const cannotAuthorize = "Cannot Authorize Application"

// Authorize serves wp-admin/authorize-application.php, where a user gives an
// application a password of its own.
func (s *Server) Authorize(w http.ResponseWriter, r *http.Request) {
	s.RequireLogin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := s.visit(w, r)
		if err == nil {
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=UTF-8")
			s.secureHeaders(h)
			err = s.authorize(v, auth.FromContext(r.Context()))
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})).ServeHTTP(w, r)
}

// appRequest is what an application asks for.
type appRequest struct{ name, id, success, reject string }

func readAppRequest(v *visit) appRequest {
	field := func(name string) string {
		t := text(v.request, name)
		if empty(t) {
			return ""
		}
		return t
	}
	a := appRequest{field("app_name"), field("app_id"), field("success_url"), field("reject_url")}
	if a.reject == "" && a.success != "" {
		a.reject = addArgs(a.success, "success", "false")
	}
	return a
}

// problems lists what is wrong with a request, as the user is told.
func (a appRequest) problems(local bool) []string {
	var out []string
	for _, u := range []string{a.success, a.reject} {
		if err := format.CheckAppRedirect(u, local); err != nil {
			_, message, _ := strings.Cut(err.Error(), ": ")
			out = append(out, message)
		}
	}
	if a.id != "" && !format.IsUUID(a.id) {
		out = append(out, "The application ID must be a UUID.")
	}
	return out
}

func (s *Server) authorize(v *visit, id *auth.Identity) error {
	a := readAppRequest(v)
	posted := text(v.form, "action") == authorizeAction
	if posted && !v.cookie.Verify(id, text(v.request, "_wpnonce"), authorizeAction).OK() {
		return s.expiredLink(v)
	}
	if problems := a.problems(s.site.Environment() == "local"); len(problems) > 0 {
		return s.message(v, http.StatusInternalServerError, cannotAuthorize,
			"<p>The Authorize Application request is not allowed. "+strings.Join(problems, " ")+"</p>")
	}
	if !s.site.AppPasswordsAvailable(v.tls) {
		back := v.adminURL()
		if a.reject != "" {
			back = addArgs(a.reject, "error", "disabled")
		}
		return s.message(v, http.StatusNotImplemented, cannotAuthorize,
			`<p>Application passwords are not available.</p><p><a href="`+html.EscapeString(back)+`">Go Back</a></p>`)
	}
	user, err := s.site.User(v.ctx, id.UserID)
	if err != nil {
		return err
	}
	if posted {
		return s.decide(v, user, id, a)
	}
	return s.consent(v, user, id, a, "", nil)
}

// decide does what the user chose.
func (s *Server) decide(v *visit, user *site.User, id *auth.Identity, a appRequest) error {
	switch {
	case v.form.Has("reject"):
		to := a.reject
		if to == "" {
			to = v.adminURL()
		}
		v.leave(to)
		return nil
	case !v.form.Has("approve"):
		return s.consent(v, user, id, a, "", nil)
	}
	_, plain, err := s.site.CreateAppPassword(v.ctx, user.ID, apppassword.New{Name: a.name, AppID: a.id})
	var refused *site.Error
	switch {
	case errors.As(err, &refused):
		return s.consent(v, user, id, a, "", []notice{{code: refused.Code, html: refused.Message}})
	case err != nil:
		return err
	case a.success != "":
		v.leave(addArgs(a.success, "site_url", v.set.SiteURL, "user_login", user.Login, "password", plain))
		return nil
	}
	return s.consent(v, user, id, a, plain, nil)
}

// leave sends the user to the application, wherever it lives. The address was
// checked to be one that may be left to.
func (v *visit) leave(to string) { v.redirectTo(to) }

// consent is the screen itself.
func (s *Server) consent(v *visit, user *site.User, id *auth.Identity, a appRequest, plain string, notices []notice) error {
	p := s.page(v, "authorize", "Authorize Application", notices)
	p.BodyClass += " authorize-application"
	p.Login = user.Login
	p.App = &appPage{
		Action: v.adminURL() + "authorize-application.php", AppName: a.name, AppID: a.id, SuccessURL: a.success, RejectURL: a.reject,
		Nonce: v.cookie.Nonce(id, authorizeAction), Dashboard: v.adminURL(),
	}
	if plain != "" {
		p.App.Password = apppassword.Chunk(plain)
	}
	if a.success != "" {
		p.App.SentTo = addArgs(a.success, "site_url", v.set.SiteURL, "user_login", user.Login) + "&password=[------]"
	}
	p.Focus = "app_name"
	return s.render(v, p, 200)
}

// expiredLink is the page of a form whose nonce is not good: wp_nonce_ays.
func (s *Server) expiredLink(v *visit) error {
	body := "<p>The link you followed has expired.</p>"
	if from := v.referer(); from != "" {
		body += `<p><a href="` + format.EscURL(from) + `">Please try again.</a></p>`
	}
	return s.message(v, http.StatusForbidden, "An error occurred.", body)
}

// message is a page with nothing but a message: wp_die. Body is markup.
func (s *Server) message(v *visit, status int, title, body string) error {
	auth.NoCache(v.w.Header())
	p := s.page(v, "message", "", nil)
	p.Title = template.HTML(title)
	p.Intro = template.HTML(`<div class="card">` + body + `</div>`)
	return s.render(v, p, status)
}
