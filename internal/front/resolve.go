package front

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// kind of a place.
type kind int

const (
	nothing kind = iota
	single       // a post, page, attachment or post of another public type
	listing      // the newest posts
	feed
)

// place is what an address stands for.
type place struct {
	kind    kind
	post    *wp.Post
	page    int    // of a listing, from 1
	first   string // address of a listing's first page
	preview bool   // not public: seen only because this user may read it
	url     string
}

const maxPage = 1_000_000

// resolve finds out what an address stands for.
func (f *Front) resolve(r *request) (*place, error) {
	if p, asked, err := f.byQuery(r); asked || err != nil {
		return p, err
	}
	if name := r.query.Get("feed"); name != "" {
		return feedPlace(r, name), nil
	}
	segments := strings.Split(strings.Trim(r.path, "/"), "/")
	switch {
	case segments[0] == "":
		return f.home(r, 1)
	case segments[0] == "feed" && len(segments) == 1:
		return feedPlace(r, "feed"), nil
	case segments[0] == "feed" && len(segments) == 2:
		return feedPlace(r, segments[1]), nil
	case segments[0] == "page" && len(segments) == 2:
		n, err := strconv.Atoi(segments[1])
		if err != nil || n < 1 || n > maxPage {
			return &place{}, nil
		}
		return f.home(r, n)
	}
	return f.byPath(r, segments)
}

func feedPlace(r *request, name string) *place {
	if name != "feed" && name != "rss2" && name != "rss" {
		return &place{}
	}
	p := &place{kind: feed, url: r.set.Home + "/feed/"}
	if r.set.Permalinks == "" {
		p.url = r.set.Home + "/?feed=rss2"
	}
	return p
}

// home is the newest posts, or the page that stands in their place.
func (f *Front) home(r *request, page int) (*place, error) {
	if id := r.set.Int("page_on_front"); r.set.Get("show_on_front") == "page" && id > 0 && page == 1 {
		return f.byID(r.Context(), id)
	}
	return f.list(r, page, r.set.Home+"/"), nil
}

// list is a page of the newest posts, below the address of its first page.
func (f *Front) list(r *request, page int, first string) *place {
	p := &place{kind: listing, page: page, url: first, first: first}
	if n, err := strconv.Atoi(r.query.Get("paged")); err == nil && n > 1 && n <= maxPage {
		p.page = n
	}
	if p.page > 1 {
		p.url = pageURL(r, first, p.page)
	}
	return p
}

func pageURL(r *request, first string, page int) string {
	n := strconv.Itoa(page)
	switch {
	case page == 1:
		return first
	case r.set.Permalinks == "":
		return first + "?paged=" + n
	}
	return first + "page/" + n + "/"
}

// byQuery answers ?p=, ?page_id= and ?attachment_id=, the addresses of sites without permalinks and of drafts.
func (f *Front) byQuery(r *request) (_ *place, asked bool, _ error) {
	if strings.Trim(r.path, "/") != "" {
		return nil, false, nil
	}
	for _, name := range []string{"p", "page_id", "attachment_id"} {
		text := r.query.Get(name)
		if text == "" {
			continue
		}
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			return &place{}, true, nil
		}
		p, err := f.byID(r.Context(), id)
		return p, true, err
	}
	for _, t := range f.queryTypes() {
		name := r.query.Get(t.QueryVar)
		if name == "" {
			continue
		}
		found, err := f.named(r.Context(), slug(name), t.Name)
		if err != nil || len(found) == 0 {
			return &place{}, true, err
		}
		return f.show(r.Context(), found[0]), true, nil
	}
	return nil, false, nil
}

// queryTypes are the types whose posts have an address such as /?book=dune.
func (f *Front) queryTypes() []*wp.PostType {
	var out []*wp.PostType
	for _, t := range f.cfg.Site.Registry().PostTypes() {
		if t.QueryVar != "" && t.Viewable() {
			out = append(out, t)
		}
	}
	return out
}

func (f *Front) byID(ctx context.Context, id int64) (*place, error) {
	p, err := f.cfg.Site.Post(ctx, id)
	if errors.Is(err, wp.ErrNotFound) {
		return &place{}, nil
	}
	if err != nil {
		return nil, err
	}
	return f.show(ctx, p), nil
}

// byPath looks for posts whose slug is the last part of the path, and takes the one whose permalink it is. Another post
// of that slug is near enough to lead there, as redirect_guess_404_permalink does.
func (f *Front) byPath(r *request, segments []string) (*place, error) {
	ctx := r.Context()
	last := slug(segments[len(segments)-1])
	if last == "" {
		return &place{}, nil
	}
	candidates, err := f.named(ctx, last, "")
	if err != nil {
		return nil, err
	}
	if strings.Contains(r.set.Permalinks, "%post_id%") {
		if id, err := strconv.ParseInt(last, 10, 64); err == nil && id > 0 {
			if p, err := f.cfg.Site.Post(ctx, id); err == nil {
				candidates = append(candidates, p)
			}
		}
	}
	var near *place
	for _, p := range candidates {
		found := f.show(ctx, p)
		if found.kind != single || found.preview && p.Status != "private" {
			continue
		}
		if samePath(r, found.url) {
			return f.postsPage(r, found), nil
		}
		if near == nil {
			near = found
		}
	}
	if near != nil {
		return near, nil
	}
	return &place{}, nil
}

// postsPage puts the newest posts where the page is that was chosen for them.
func (f *Front) postsPage(r *request, found *place) *place {
	if r.set.Get("show_on_front") == "page" && found.post.ID == r.set.Int("page_for_posts") {
		return f.list(r, 1, found.url)
	}
	return found
}

// named returns the posts of a type, or of all public types, that have this slug, the oldest first.
func (f *Front) named(ctx context.Context, name, of string) ([]*wp.Post, error) {
	var types []string
	for _, t := range f.cfg.Site.Registry().PostTypes() {
		if t.Viewable() && (of == "" || t.Name == of) {
			types = append(types, t.Name)
		}
	}
	found, _, err := f.cfg.Site.QueryPosts(ctx, store.PostQuery{Types: types, Statuses: []string{"publish", "private", "inherit"},
		Names: []string{name}, OrderBy: []store.PostOrder{{By: "id", Order: store.Asc}}, NoCount: true, Limit: 50})
	return found, err
}

// show is the place of a post, if this reader may see it.
func (f *Front) show(ctx context.Context, p *wp.Post) *place {
	s := f.cfg.Site
	t := s.Registry().PostType(p.Type)
	if t == nil || !t.Viewable() {
		return &place{}
	}
	found := &place{kind: single, post: p, url: s.Permalink(ctx, p)}
	if status := s.Registry().Status(s.PostStatus(ctx, p)); status == nil || !status.Public {
		if !s.CanPost(ctx, "read_post", p) || p.Status == "trash" {
			return &place{}
		}
		found.preview = true
	}
	return found
}

// slug writes a path segment as WordPress keeps it in post_name: lower case, what is not ASCII as %xx.
func slug(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return ""
	}
	return strings.ToLower(url.PathEscape(text))
}

// samePath compares the request's path with a URL's, whatever their case of escapes and their slash at the end.
func samePath(r *request, link string) bool {
	u, err := url.Parse(link)
	if err != nil || u.RawQuery != "" {
		return false
	}
	want := strings.Trim(strings.TrimPrefix(u.EscapedPath(), r.set.HomePath()), "/")
	have := strings.Trim(r.path, "/")
	return strings.EqualFold(strings.TrimPrefix(want, "index.php/"), have)
}

// canonical returns where a request should have gone to, or "": redirect_canonical. It compares host and path, not the
// scheme, which a proxy in front may have changed.
func (f *Front) canonical(r *request, found *place) string {
	home, err := url.Parse(r.set.Home)
	if err != nil {
		return ""
	}
	query := r.URL.Query()
	for _, name := range []string{"p", "page_id", "attachment_id", "paged", "feed"} {
		query.Del(name)
	}
	for _, t := range f.queryTypes() {
		query.Del(t.QueryVar)
	}
	to := home.Scheme + "://" + home.Host + r.URL.EscapedPath()
	otherHost := !strings.EqualFold(r.Host, home.Host)
	if found.url != "" && !(found.preview && strings.Contains(found.url, "?")) {
		u, err := url.Parse(found.url)
		if err != nil {
			return ""
		}
		if u.EscapedPath() != r.URL.EscapedPath() || !sameQuery(u.Query(), r.query) {
			to = found.url
			if len(query) > 0 {
				to += separator(to) + query.Encode()
			}
			return to
		}
	}
	if !otherHost {
		return ""
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	return to
}

// sameQuery tells whether a request names the place with the same variables as its own address does.
func sameQuery(want, have url.Values) bool {
	for _, name := range []string{"p", "page_id", "attachment_id", "paged", "feed"} {
		if !slices.Equal(want[name], have[name]) {
			return false
		}
	}
	return true
}

func separator(address string) string {
	if strings.Contains(address, "?") {
		return "&"
	}
	return "?"
}
