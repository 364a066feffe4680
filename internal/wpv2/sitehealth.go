package wpv2

import (
	"context"
	"strconv"

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
	out = append(out, sizes.route(healthNamespace, "/directory-sizes", sizes.get("one", may, a.directorySizes)))
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

// directorySizes tells how much space the site takes. There are no files of
// WordPress, themes or plugins: WP_REST_Site_Health_Controller's
// get_directory_sizes.
func (a *API) directorySizes(ctx context.Context, _ *rest.Request) (*rest.Response, error) {
	files, database, err := a.site.Bytes(ctx)
	if err != nil {
		return nil, err
	}
	show := func(n int64) any {
		text := byteSize(n)
		return ordered.Of("size", text, "debug", text+" ("+strconv.FormatInt(n, 10)+" bytes)", "raw", n)
	}
	return rest.OK(ordered.Of("raw", 0, "wordpress_size", show(0), "themes_size", show(0), "plugins_size", show(0), "uploads_size", show(files),
		"fonts_size", ordered.Of("size", "The directory does not exist.", "debug", "directory not found"),
		"database_size", show(database), "total_size", show(files+database))), nil
}

// byteSize writes a number of bytes with two decimals of the largest fitting
// unit: size_format.
func byteSize(n int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}} {
		if n >= unit.size {
			return strconv.FormatFloat(float64(n)/float64(unit.size), 'f', 2, 64) + " " + unit.name
		}
	}
	return strconv.FormatInt(n, 10) + " B"
}
