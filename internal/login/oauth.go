package login

import (
	"crypto/subtle"
	"errors"
	"html"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/oauth1"
)

// oauthNonce is the nonce action of the consent screen, the plugin's.
const oauthNonce = "json_oauth1_authorize"

type oauthPage struct {
	Action, Name, Description, Consumer, Token, Callback, Nonce, Verifier string
}

// OAuth serves /oauth1/request, /oauth1/authorize and /oauth1/access.
func (s *Server) OAuth(w http.ResponseWriter, r *http.Request) {
	steps := map[string]func(http.ResponseWriter, *http.Request) error{"request": s.oauthRequest, "access": s.oauthAccess, "authorize": s.oauthAuthorize}
	step := steps[path.Base(strings.TrimSuffix(r.URL.Path, "/"))]
	if s.cfg.OAuth == nil || step == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	auth.NoCache(h)
	h.Set("Access-Control-Allow-Headers", "Authorization")
	h.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusOK)
		return
	}
	r = r.WithContext(s.site.View(r.Context()))
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := step(w, r)
	if err == nil {
		return
	}
	err = s.cfg.OAuth.Refuse(r, err)
	var refused *auth.Error
	if !errors.As(err, &refused) {
		s.fail(w, r, err)
		return
	}
	for name, values := range refused.Header {
		h[name] = values
	}
	w.WriteHeader(refused.Status)
	w.Write([]byte(refused.Message))
}

// errNoTLS refuses to hand out secrets that anybody on the way could read.
var errNoTLS = &oauth1.Error{Code: "oauth1_tls_required", Message: "OAuth credentials are only given out over HTTPS", Status: 403}

func (s *Server) oauthSecure(r *http.Request) error {
	if s.cfg.OAuthPlugin || s.cfg.Cookie.IsTLS(r) || s.site.Environment() == "local" {
		return nil
	}
	return errNoTLS
}

// oauthRequest is the first step: temporary credentials.
func (s *Server) oauthRequest(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := s.oauthSecure(r); err != nil {
		return err
	}
	v := s.cfg.OAuth.Verifier(ctx)
	signed, err := v.Parse(s.cfg.OAuth.Request(r))
	if err != nil {
		return err
	}
	consumer, err := s.site.OAuth1Consumer(ctx, signed.ConsumerKey)
	if err != nil {
		return err
	}
	signed.Token = "" // there is none yet
	if err := v.Verify(ctx, signed, oauth1.Secrets{Consumer: consumer.Secret}); err != nil {
		return err
	}
	registered, err := s.site.Consumer(ctx, consumer.ID)
	if err != nil {
		return err
	}
	switch {
	case signed.Callback == "" && !s.cfg.OAuthPlugin:
		return &oauth1.Error{Code: "json_oauth1_missing_parameter", Message: "Missing OAuth parameter oauth_callback", Status: 400}
	case signed.Callback != "" && !oauth1.CallbackAllowed(v.Compat, registered.Callback, signed.Callback):
		return oauth1.ErrCallback
	}
	t, err := s.site.NewRequestToken(ctx, consumer.ID, signed.Callback)
	if err != nil {
		return err
	}
	w.Write([]byte("oauth_token=" + t.Key + "&oauth_token_secret=" + t.Secret + "&oauth_callback_confirmed=true"))
	return nil
}

// oauthAccess is the third step: temporary credentials and a verifier for
// token credentials.
func (s *Server) oauthAccess(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := s.oauthSecure(r); err != nil {
		return err
	}
	v := s.cfg.OAuth.Verifier(ctx)
	signed, err := v.Parse(s.cfg.OAuth.Request(r), oauth1.Token, oauth1.VerifierCode)
	if err != nil {
		return err
	}
	consumer, err := s.site.OAuth1Consumer(ctx, signed.ConsumerKey)
	if err != nil {
		return err
	}
	t, err := s.site.RequestToken(ctx, signed.Token)
	if err != nil {
		return err
	}
	if t.Consumer != consumer.ID { // RFC 5849 2.3; the plugin does not look
		return oauth1.ErrConsumerMismatch
	}
	if err := v.Verify(ctx, signed, oauth1.Secrets{Consumer: consumer.Secret, Token: t.Secret}); err != nil {
		return err
	}
	if !t.Authorized {
		return oauth1.ErrUnauthorizedToken
	}
	if subtle.ConstantTimeCompare([]byte(t.Verifier), []byte(signed.VerifierCode)) != 1 {
		return oauth1.ErrVerifier
	}
	at, err := s.site.ExchangeRequestToken(ctx, t)
	if err != nil {
		return err
	}
	w.Write([]byte("oauth_token=" + at.Key + "&oauth_token_secret=" + at.Secret))
	return nil
}

// oauthAuthorize sends the user to the consent screen, which is a page of
// wp-login.php.
func (s *Server) oauthAuthorize(w http.ResponseWriter, r *http.Request) error {
	set, err := s.site.Settings(r.Context())
	if err != nil {
		return err
	}
	to := set.SiteURL + "/wp-login.php?action=oauth1_authorize"
	if r.URL.RawQuery != "" {
		to += "&" + r.URL.RawQuery
	}
	w.Header().Del("Content-Type")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
	return nil
}

// consentFailed is the page of a consent that cannot be asked for.
func (s *Server) consentFailed(v *visit, err error) error {
	var e *oauth1.Error
	if !errors.As(err, &e) {
		return err
	}
	status := e.Status
	if s.cfg.OAuthPlugin {
		status = http.StatusOK
	}
	return s.message(v, status, "OAuth", "<p>"+html.EscapeString(e.Message)+"</p>")
}

// oauthConsent is the action oauth1_authorize: the second step.
func (s *Server) oauthConsent(v *visit) error {
	id, err := v.who(v.cookie.Page())
	if err != nil {
		return err
	}
	if !id.LoggedIn() {
		v.redirectTo(v.loginURL() + "?redirect_to=" + url.QueryEscape(v.uri))
		return nil
	}
	key := text(v.request, "oauth_token")
	if key == "" {
		return s.consentFailed(v, &oauth1.Error{Message: "Missing parameter oauth_token", Status: 400})
	}
	t, err := s.site.RequestToken(v.ctx, key)
	if err != nil {
		return s.consentFailed(v, err)
	}
	consumer, err := s.site.Consumer(v.ctx, t.Consumer)
	if site.NotFound(err) {
		return s.consentFailed(v, oauth1.ErrRequestToken)
	}
	if err != nil {
		return err
	}
	if t.Authorized {
		return s.consentAgain(v, id, t, consumer)
	}
	if s.cfg.OAuthPlugin && t.Callback == "" {
		if cb := text(v.request, "oauth_callback"); cb != "" {
			if !oauth1.CallbackAllowed(oauth1.WordPress, consumer.Callback, cb) {
				return s.consentFailed(v, &oauth1.Error{Message: "The callback URL is invalid", Status: 400})
			}
			t.Callback = cb
		}
	}
	if v.form.Len() > 0 {
		return s.consentDecide(v, id, t, consumer)
	}
	user, err := s.site.User(v.ctx, id.UserID)
	if err != nil {
		return err
	}
	return s.consentPage(v, user.Login, consumer, &oauthPage{Token: t.Key, Callback: shownCallback(t), Nonce: v.cookie.Nonce(id, oauthNonce)})
}

// shownCallback is where the user will be sent, "" for nowhere.
func shownCallback(t site.RequestToken) string {
	if t.Callback == oauth1.OutOfBand {
		return ""
	}
	return t.Callback
}

func (s *Server) consentPage(v *visit, login string, consumer site.Consumer, o *oauthPage) error {
	p := s.page(v, "oauth", "Authorize", nil)
	p.Login = login
	o.Action, o.Name, o.Description = v.loginURL()+"?action=oauth1_authorize", consumer.Name, consumer.Description
	o.Consumer = consumer.Key
	p.OAuth = o
	return s.render(v, p, 200)
}

// consentDecide does what the user chose.
func (s *Server) consentDecide(v *visit, id *auth.Identity, t site.RequestToken, consumer site.Consumer) error {
	if !v.cookie.Verify(id, text(v.form, "_wpnonce"), oauthNonce).OK() {
		return s.expiredLink(v)
	}
	switch text(v.form, "wp-submit") {
	case "authorize":
		t, err := s.site.AuthorizeRequestToken(v.ctx, t.Key, t.Callback, id.UserID)
		if err != nil {
			return s.consentFailed(v, err)
		}
		return s.consentGiven(v, t, consumer)
	case "cancel":
		if s.cfg.OAuthPlugin { // which tells nobody
			v.w.WriteHeader(http.StatusOK)
			return nil
		}
		if err := s.site.DropRequestToken(v.ctx, t.Key); err != nil {
			return err
		}
		if to := shownCallback(t); to != "" {
			v.leave(addArgs(to, "oauth_token", t.Key, "oauth_problem", "user_refused"))
			return nil
		}
		return s.message(v, http.StatusOK, "OAuth", "<p>The application was given no access.</p>")
	}
	return s.consentFailed(v, &oauth1.Error{Message: "Invalid authorization action", Status: 400})
}

// consentAgain is a visit after the consent was given: whoever gave it is sent
// back once more, nobody else.
func (s *Server) consentAgain(v *visit, id *auth.Identity, t site.RequestToken, consumer site.Consumer) error {
	if t.User != id.UserID {
		return s.consentFailed(v, oauth1.ErrRequestToken)
	}
	return s.consentGiven(v, t, consumer)
}

// consentGiven hands the verifier out.
func (s *Server) consentGiven(v *visit, t site.RequestToken, consumer site.Consumer) error {
	if to := shownCallback(t); to != "" {
		v.leave(addArgs(to, "oauth_token", t.Key, "oauth_verifier", t.Verifier, "wp_scope", "*"))
		return nil
	}
	return s.consentPage(v, "", consumer, &oauthPage{Verifier: t.Verifier})
}
