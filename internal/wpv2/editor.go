package wpv2

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// validURL reports an address that may be asked: wp_http_validate_url. The
// site's own host always may.
func (a *API) validURL(ctx context.Context, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if home, err := url.Parse(a.settings(ctx).Home); err == nil && strings.EqualFold(home.Hostname(), u.Hostname()) {
		switch u.Port() {
		case "", "80", "443", "8080", home.Port():
			return true
		}
		return false
	}
	return media.CheckAddress(ctx, address) == nil
}

// urlDetailsRoutes tell of a page what a link to it may show:
// WP_REST_URL_Details_Controller. Only public addresses are asked, checked
// again when the connection is made.
func (a *API) urlDetailsRoutes() []rest.Route {
	s := a.shape("url-details")
	get := s.get("one", a.mayEdit("rest_cannot_view_url_details", "Sorry, you are not allowed to process remote URLs."), a.urlDetails)
	arg(get.Args, "url").Validate(func(ctx context.Context, v any, _ string) *schema.Error {
		if text, ok := v.(string); ok && a.validURL(ctx, text) {
			return nil
		}
		return &schema.Error{Message: "Invalid parameter."}
	}).Sanitize(schema.Text(func(s string) string { return format.SanitizeURL(s) }))
	return []rest.Route{s.route(editorNamespace, "/url-details", get)}
}

// maxPage is how much of a page is looked at, in bytes.
const maxPage = 150 << 10

func (a *API) urlDetails(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	address := strings.TrimRight(req.String("url"), `/\`)
	if address == "" {
		return nil, rest.NewError(http.StatusNotFound, "rest_invalid_url", "Invalid URL")
	}
	file, _, err := media.Fetch(ctx, address, 4<<20)
	if err != nil {
		return nil, rest.NewError(http.StatusNotFound, "no_response", "URL not found. Response returned a non-200 status code for this URL.")
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxPage))
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, rest.NewError(http.StatusNotFound, "no_content", "Unable to retrieve body from response at this URL.")
	}
	head := documentHead(string(raw))
	return rest.OK(ordered.Of("title", pageTitle(head), "icon", pageIcon(head, address),
		"description", plain(pageMeta(head, "name", "description", "og:description")),
		"image", absoluteURL(pageMeta(head, "property", "og:image", "og:image:url"), address))), nil
}

func documentHead(page string) string {
	start := strings.Index(page, "<head")
	if start < 0 {
		return page
	}
	end := strings.Index(page, "</head>")
	if end < 0 {
		end = strings.Index(page, "<body")
	}
	if end < start {
		return page
	}
	return page[start:end]
}

var (
	titleTag = regexp.MustCompile(`(?is)<title[^>]*>(.*?)<\s*/\s*title>`)
	linkTag  = regexp.MustCompile(`(?is)<link\s[^>]*>`)
	iconRel  = regexp.MustCompile(`(?is)rel=["']?\s*(?:icon|shortcut icon|icon shortcut)\s*["']?[\s/>]`)
	hrefAttr = regexp.MustCompile(`(?is)href=(?:"([^" >]*)"|'([^' >]*)'|([^"' >]+))`)
	metaTag  = regexp.MustCompile(`(?is)<meta\s[^>]*>`)
	content  = regexp.MustCompile(`(?is)content=(?:"([^"]*)"|'([^']*)'|([^"' >]+))`)
)

func plain(text string) string { return format.StripAllTags(html.UnescapeString(text), false) }

func pageTitle(head string) string {
	if m := titleTag.FindStringSubmatch(head); m != nil {
		return plain(trimmed(m[1]))
	}
	return ""
}

func pageIcon(head, address string) string {
	for _, tag := range linkTag.FindAllString(head, -1) {
		if !iconRel.MatchString(tag) {
			continue
		}
		icon := trimmed(firstGroup(hrefAttr.FindStringSubmatch(tag)))
		if strings.HasPrefix(icon, "data:") {
			return icon
		}
		return absoluteURL(icon, address)
	}
	return ""
}

func firstGroup(m []string) string {
	for i := 1; i < len(m); i++ {
		if m[i] != "" {
			return m[i]
		}
	}
	return ""
}

// pageMeta is the content of the first meta element with one of the names.
func pageMeta(head, attr string, names ...string) string {
	for i, n := range names {
		names[i] = regexp.QuoteMeta(n)
	}
	want := regexp.MustCompile(`(?is)` + attr + `=["']?\s*(?:` + strings.Join(names, "|") + `)\s*["']?[\s/>]`)
	for _, tag := range metaTag.FindAllString(head, -1) {
		if want.MatchString(tag) && content.MatchString(tag) {
			return trimmed(firstGroup(content.FindStringSubmatch(tag)))
		}
	}
	return ""
}

func absoluteURL(ref, page string) string {
	u, err := url.Parse(page)
	if ref == "" || err != nil {
		return ref
	}
	u.Path, u.RawQuery, u.Fragment = "/", "", ""
	out, err := u.Parse(ref)
	if err != nil {
		return ref
	}
	return out.String()
}

// exportRoutes would hand out the theme with the changes of users as a zip:
// the theme's files are not here.
func (a *API) exportRoutes() []rest.Route {
	s := a.shape("export")
	return []rest.Route{s.route(editorNamespace, "/export", s.get("one",
		a.mayIf("export", "rest_cannot_export_templates", "Sorry, you are not allowed to export templates and template parts."),
		func(context.Context, *rest.Request) (*rest.Response, error) {
			return nil, rest.NewError(http.StatusInternalServerError, "unable_to_create_zip", "Themes cannot be exported here.")
		}))}
}
