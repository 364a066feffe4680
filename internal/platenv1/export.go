package platenv1

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// exportPage is how many things an export reads at once.
const exportPage = int64(100)

// exportRoute streams the whole of a collection, a JSON object a line.
func (a *API) exportRoute() rest.Route {
	what := prop("collection", schema.String("Base of a collection of wp/v2: posts, pages, media, comments, users, categories, …"))
	return rest.Route{Pattern: `/export/(?P<collection>[\w-]+)`, Shape: rest.ShapeOne, Endpoints: []*rest.Endpoint{
		{Methods: []string{http.MethodGet}, Args: rest.Args{what}, Handle: a.export},
	}}
}

// exported lists the collections that can be walked by id.
func (a *API) exported(base string) bool {
	if base == "comments" || base == "users" {
		return true
	}
	for _, t := range a.site.Registry().PostTypes() {
		if t.ShowInREST && t.Namespace() == "wp/v2" && t.Base() == base {
			return slices.Contains([]string{"", "posts", "blocks", "attachments", "menu-items"}, t.RESTController)
		}
	}
	for _, t := range a.site.Registry().Taxonomies() {
		if t.ShowInREST && t.Namespace() == "wp/v2" && t.Base() == base {
			return true
		}
	}
	return false
}

// export answers all that the caller may read of a collection, by id, as
// application/x-ndjson. It takes the parameters of the collection, but for
// those that cut it into pages or order it. What is there from beginning to
// end comes exactly once, whatever is written meanwhile; memory does not grow
// with the collection.
func (a *API) export(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	base := req.String("collection")
	if !a.exported(base) {
		return nil, rest.NewError(http.StatusNotFound, "rest_no_collection", "There is no collection of this name that can be exported.")
	}
	query := req.Query.Clone()
	for _, name := range []string{"collection", "page", "per_page", "offset", "order", "orderby", "ignore_sticky", "_embed", "_envelope", "_jsonp"} {
		query.Delete(name)
	}
	page := func(ctx context.Context, cursor string) *rest.Response {
		one := (&rest.Request{RemoteAddr: req.RemoteAddr, Secure: req.Secure}).NewRequest(http.MethodGet, "/wp/v2/"+base)
		one.Query = query.Clone()
		one.Query.Set("per_page", exportPage)
		one.Query.Set("cursor", cursor)
		return a.cfg.Server.Answer(ctx, one)
	}
	first := page(ctx, "0")
	if first.StatusCode() != http.StatusOK || req.Method == http.MethodHead {
		return first, nil
	}
	resp := &rest.Response{Stream: func(ctx context.Context, w io.Writer) error {
		return a.walk(ctx, w, first, page)
	}}
	return resp.SetHeader("Content-Type", "application/x-ndjson; charset=UTF-8"), nil
}

// walk writes page after page.
func (a *API) walk(ctx context.Context, w io.Writer, resp *rest.Response, page func(context.Context, string) *rest.Response) error {
	flush := func() {}
	if rw, ok := w.(http.ResponseWriter); ok {
		out := http.NewResponseController(rw)
		flush = func() { _ = out.Flush() } // where it can be
	}
	var buf []byte
	for {
		items, ok := resp.Data.([]any)
		if !ok || resp.StatusCode() != http.StatusOK {
			return rest.NewError(http.StatusInternalServerError, "rest_export_failed", "A page of the export could not be read.")
		}
		buf = buf[:0]
		for _, item := range items {
			var err error
			if buf, err = ordered.Append(buf, item); err != nil {
				return err
			}
			buf = append(buf, '\n')
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		flush()
		next, more := nextCursor(resp.Header)
		if !more {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		// a view of its own: nothing is kept from page to page
		resp = page(a.site.View(ctx), next)
	}
}

// nextCursor reads where the next page begins from the Link header.
func nextCursor(h http.Header) (string, bool) {
	for _, line := range h["Link"] {
		for _, link := range parseLinks(line) {
			if link.rel != "next" {
				continue
			}
			u, err := url.Parse(link.href)
			if err != nil {
				return "", false
			}
			cursor := u.Query().Get("cursor")
			return cursor, cursor != ""
		}
	}
	return "", false
}

type headerLink struct{ href, rel string }

// parseLinks reads a Link header that we wrote ourselves.
func parseLinks(line string) []headerLink {
	const middle = `>; rel="`
	var out []headerLink
	for {
		_, rest, ok := strings.Cut(line, "<")
		if !ok {
			return out
		}
		href, rest, ok := strings.Cut(rest, middle)
		if !ok {
			return out
		}
		rel, rest, ok := strings.Cut(rest, `"`)
		if !ok {
			return out
		}
		out = append(out, headerLink{href, rel})
		line = rest
	}
}
