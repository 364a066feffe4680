package wpv2

import (
	"context"
	"strconv"
	"strings"

	"github.com/platenhq/platen/rest"
)

// Beside page and per_page, the collections of posts, terms, comments and users
// take cursor: they are then walked by id, each thing that is there all the
// while exactly once, however much is written meanwhile, and the last page
// costs what the first does. The first page is cursor=0, the next is in the
// Link header. WordPress has no such parameter, so it is not among the
// declared ones.

// cursor returns where a walk has come to.
func cursor(req *rest.Request) (at int64, walking bool) {
	text, ok := req.Query.Value("cursor").(string)
	if !ok {
		return 0, false
	}
	at, err := strconv.ParseInt(text, 10, 64)
	if err != nil || at < 0 {
		return 0, text == ""
	}
	return at, true
}

// last is the id of the last thing of a page, 0 without any.
func last[T any](list []T, id func(T) int64) int64 {
	if len(list) == 0 {
		return 0
	}
	return id(list[len(list)-1])
}

// walked answers a page of a walk: found things, the last of which is at.
func (a *API) walked(ctx context.Context, req *rest.Request, items []any, at int64, found int, route string) *rest.Response {
	resp := rest.OK(items)
	if found == 0 || int64(found) < req.Int("per_page") {
		return resp
	}
	var pairs []string
	for k, v := range req.Query.All() {
		if k != "cursor" && k != "page" {
			pairs = appendQuery(pairs, k, v)
		}
	}
	pairs = append(pairs, "cursor="+strconv.FormatInt(at, 10))
	return resp.AddLinkHeader("next", withQueryString(a.url(ctx, route), strings.Join(pairs, "&")))
}
