package login

import (
	"fmt"
	"net/http"

	"github.com/platenhq/platen/authcookie"
	"github.com/platenhq/platen/internal/site"
)

// deviceLife is how long a browser stays known, in seconds.
const deviceLife = 180 * 24 * 60 * 60

// deviceCookie is the name of the cookie by which a browser is known again. It
// lets nobody in; whoever brings it pays for wrong passwords from a purse of
// their own, which strangers cannot empty (auth.Budget).
func deviceCookie(v *visit) string { return v.names.LoggedIn + "_device" }

// setDevice makes the browser of a user who has logged in known.
func (s *Server) setDevice(v *visit, user *site.User) error {
	if !s.site.Limited() || s.site.KnownDevice(user, v.cookieValue(deviceCookie(v))) != "" {
		return nil
	}
	token, err := s.site.NewDevice(user)
	if err != nil {
		return err
	}
	v.setCookie(authcookie.SetCookie{
		Name: deviceCookie(v), Value: token, Expires: v.cookie.Now().Unix() + deviceLife, Path: v.names.SitePath + "wp-login.php", Domain: v.names.Domain,
		Secure: v.tls, HTTPOnly: true,
	})
	return nil
}

// refuse notes the status and the headers that a refusal asks for.
func (v *visit) refuse(e *site.Error) {
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		v.status = e.Status
		v.w.Header().Set("Retry-After", fmt.Sprint(e.Data["retry_after"]))
	}
}

func (v *visit) statusOr(status int) int {
	if v.status != 0 {
		return v.status
	}
	return status
}
