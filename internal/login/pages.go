package login

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/url"
	"strings"
)

//go:embed page/*.html page/login.css page/login.js
var files embed.FS

// pageData is what the templates see.
type pageData struct {
	Body      string        // name of the template between header and footer
	Title     template.HTML // of the window
	Heading   string        // for screen readers
	BodyClass string
	Lang      string
	SiteName  template.HTML
	Home      string
	LoginURL  string
	LostURL   string
	Register  string // "" when visitors may not register
	Privacy   string
	Style     template.CSS
	Script    template.JS

	Errors     []template.HTML
	Messages   []template.HTML
	Intro      template.HTML
	Describe   string // id of the notice that describes the fields
	Login      string
	Email      string
	Key        string
	RedirectTo string
	Remember   bool
	Interim    bool
	Customize  bool
	Focus      string
	LoggedOut  bool
	App        *appPage
	OAuth      *oauthPage
}

type appPage struct {
	Action, AppName, AppID, SuccessURL, RejectURL, Nonce, Dashboard, Password, SentTo string
}

// look holds the parsed templates and the texts put into every page.
type look struct {
	pages  *template.Template
	style  template.CSS
	script template.JS
	policy string // sources of the Content-Security-Policy
}

// newLook reads the embedded files; a mistake in them is the program's.
func newLook() look {
	style, err := files.ReadFile("page/login.css")
	if err != nil {
		panic(err)
	}
	script, err := files.ReadFile("page/login.js")
	if err != nil {
		panic(err)
	}
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return look{
		pages:  template.Must(template.ParseFS(files, "page/*.html")),
		style:  template.CSS(style),
		script: template.JS(script),
		policy: "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'",
	}
}

func (s *Server) page(v *visit, body, heading string, notices []notice) *pageData {
	p := &pageData{
		Body: body, Heading: heading, Lang: strings.ReplaceAll(s.site.SiteLocale(v.ctx), "_", "-"),
		SiteName: template.HTML(siteName(v.set)), Home: v.set.Home + "/", LoginURL: v.loginURL(), LostURL: v.loginURL() + "?action=lostpassword",
		Style: s.look.style, Script: s.look.script, Interim: v.request.Has("interim-login"),
	}
	p.Title = template.HTML(heading + " &lsaquo; " + siteName(v.set) + " &#8212; WordPress")
	p.BodyClass = "login no-js login-action-" + v.action + " wp-core-ui locale-" + strings.ToLower(p.Lang)
	if p.Interim {
		p.BodyClass += " interim-login"
	}
	if v.set.Bool("users_can_register") {
		p.Register = v.loginURL() + "?action=register"
	}
	for _, n := range notices {
		if n.message {
			p.Messages = append(p.Messages, template.HTML(n.html))
		} else {
			p.Errors = append(p.Errors, template.HTML(n.html))
		}
		p.LoggedOut = p.LoggedOut || n.code == "loggedout"
	}
	switch {
	case len(p.Errors) > 0:
		p.Describe = "login_error"
	case len(p.Messages) > 0:
		p.Describe = "login-message"
	}
	return p
}

func (s *Server) render(v *visit, p *pageData, status int) error {
	var buf bytes.Buffer
	if err := s.look.pages.ExecuteTemplate(&buf, p.Body+".html", p); err != nil {
		return err
	}
	policy := s.look.policy
	if p.App == nil && p.OAuth == nil {
		// An application may live anywhere, and a form's redirects count.
		policy += "; form-action 'self' " + origins(v.set.SiteURL, v.set.Home)
	}
	h := v.w.Header()
	h.Set("Content-Security-Policy", strings.TrimSpace(policy))
	h.Set("Content-Type", "text/html; charset=UTF-8")
	v.w.WriteHeader(status)
	_, err := v.w.Write(buf.Bytes())
	if err != nil {
		s.log.DebugContext(v.ctx, "login: the visitor went away", "err", err)
	}
	return nil
}

// origins are the origins of URLs for a Content-Security-Policy. A redirect to
// the home page's host may name another port.
func origins(urls ...string) string {
	var out []string
	for _, raw := range urls {
		u, err := url.Parse(raw)
		if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, " ;,'\"") {
			continue
		}
		out = append(out, u.Scheme+"://"+u.Host)
	}
	return strings.Join(out, " ")
}
