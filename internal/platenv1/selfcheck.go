package platenv1

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// SelfCheckRoute is the route that is answered even when the credentials of
// the request are no good: it tells why.
const SelfCheckRoute = "/" + namespace + "/auth/self-check"

func (a *API) selfCheckRoute() rest.Route {
	return rest.Route{Pattern: "/auth/self-check", Endpoints: []*rest.Endpoint{{Methods: []string{http.MethodGet, http.MethodPost}, Handle: a.selfCheck}}}
}

// selfCheck tells a client what arrived of its credentials and what was made
// of them. It repeats nothing that was sent.
func (a *API) selfCheck(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	h := req.HTTPHeader()
	id := auth.FromContext(ctx)
	now := a.site.Now()
	scheme, _, _ := strings.Cut(strings.TrimSpace(h.Get("Authorization")), " ")
	switch strings.ToLower(scheme) { // a scheme we do not know may be a secret sent in its place
	case "", "basic", "bearer", "oauth", "digest", "negotiate":
	default:
		scheme = "unknown"
	}
	seen := ordered.Of("authorization_header", h.Get("Authorization") != "", "authorization_scheme", orNull(strings.ToLower(scheme)),
		"cookie_header", h.Get("Cookie") != "", "nonce_header", h.Get("X-Wp-Nonce") != "", "secure", req.Secure, "address", req.RemoteAddr)
	out := ordered.Of("authenticated", id.LoggedIn(), "method", nil, "user", nil, "error", nil, "received", seen,
		"server_time", now.UTC().Format(time.RFC3339), "clock_skew", nil)
	if id.LoggedIn() {
		out.Set("method", id.Method)
		out.Set("user", ordered.Of("id", id.UserID, "login", id.Login))
	}
	if id != nil && id.Refused != nil {
		out.Set("error", ordered.Of("code", id.Refused.Code, "message", id.Refused.Message, "status", id.Refused.Status, "reason", orNull(id.Refused.Reason)))
	}
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		out.Set("clock_skew", int64(t.Sub(now)/time.Second))
	}
	return rest.OK(out), nil
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
