package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

const healthNamespace = "wp-site-health/v1"

// health is the outcome of a test of the site's health.
type health struct{ route, test, badge, good, bad string }

var healthTests = []health{
	{"background-updates", "background_updates", "Security", "Updates are yours to install", ""},
	{"loopback-requests", "loopback_requests", "Performance", "The site needs no requests to itself", ""},
	{"https-status", "https_status", "Security", "The site is reached over HTTPS", "The site is not reached over HTTPS"},
	{"dotorg-communication", "dotorg_communication", "Security", "The site does not need WordPress.org", ""},
	{"authorization-header", "authorization_header", "Security", "The Authorization header arrives", "No Authorization header arrived"},
}

// healthRoutes are the tests of WP_REST_Site_Health_Controller, as far as they
// mean something here.
func (a *API) healthRoutes() []rest.Route {
	s := a.shape("site-health")
	may := a.mayForbidden("view_site_health_checks")
	var out []rest.Route
	add := func(h health) {
		out = append(out, s.route(healthNamespace, "/tests/"+h.route, s.get(h.route, may, func(ctx context.Context, req *rest.Request) (*rest.Response, error) {
			return rest.OK(a.healthOf(h, req)), nil
		})))
	}
	for _, h := range healthTests {
		add(h)
	}
	sizes := a.shape("directory-sizes")
	maySizes := func(ctx context.Context, req *rest.Request) error {
		if err := may(ctx, req); err != nil {
			return err
		}
		return nil
	}
	out = append(out, sizes.route(healthNamespace, "/directory-sizes", sizes.get("one", maySizes, func(context.Context, *rest.Request) (*rest.Response, error) {
		return nil, rest.NewError(http.StatusInternalServerError, "not_available", "Directory sizes could not be returned.")
	})))
	add(health{"page-cache", "page_cache", "Performance", "Answers are kept in memory", ""})
	out[len(out)-1].Schema = nil
	return out
}

// mayForbidden asks for a capability, and refuses as a callback of WordPress
// does that says no without a word.
func (a *API) mayForbidden(capability string) permission {
	return func(ctx context.Context, _ *rest.Request) error {
		if a.site.Can(ctx, capability) {
			return nil
		}
		return rest.Forbidden
	}
}

func (a *API) healthOf(h health, req *rest.Request) *ordered.Object {
	good := true
	switch h.test {
	case "https_status":
		good = req.Secure
	case "authorization_header":
		good = req.Header.Get("Authorization") != ""
	}
	label, status := h.good, "good"
	if !good {
		label, status = h.bad, "recommended"
	}
	return ordered.Of("label", label, "status", status, "badge", ordered.Of("label", h.badge, "color", "blue"), "description", "<p>"+label+".</p>", "actions", "", "test", h.test)
}
