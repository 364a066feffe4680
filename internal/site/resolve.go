package site

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// PostByURL finds the post or page that an address of this site shows:
// url_to_postid. wp.ErrNotFound when it shows none.
func (s *Site) PostByURL(ctx context.Context, address string) (*wp.Post, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, wp.ErrNotFound
	}
	home, err := url.Parse(set.Home)
	if err != nil || !strings.EqualFold(strings.TrimPrefix(u.Host, "www."), strings.TrimPrefix(home.Host, "www.")) {
		return nil, wp.ErrNotFound
	}
	return s.PostByPath(ctx, strings.TrimPrefix(u.EscapedPath(), set.homePath), u.Query())
}

// PostByPath is PostByURL for a path below the home URL, percent-encoded, and
// a query.
func (s *Site) PostByPath(ctx context.Context, path string, query url.Values) (*wp.Post, error) {
	for _, name := range []string{"p", "page_id", "attachment_id"} {
		if v := query.Get(name); v != "" {
			return s.Post(ctx, Atoi(v))
		}
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	path = strings.Trim(strings.TrimPrefix(path, "/index.php"), "/")
	if path == "" {
		if set.Get("show_on_front") == "page" {
			return s.Post(ctx, set.Int("page_on_front"))
		}
		return nil, wp.ErrNotFound
	}
	if p, err := s.postByStructure(ctx, set, path); !isNotFound(err) {
		return p, err
	}
	return s.pageByPath(ctx, path)
}

// structureTags are what the tags of a permalink structure match.
var structureTags = strings.NewReplacer(
	"%year%", `(?P<year>[0-9]{4})`, "%monthnum%", `(?P<month>[0-9]{1,2})`, "%day%", `(?P<day>[0-9]{1,2})`,
	"%hour%", `[0-9]{1,2}`, "%minute%", `[0-9]{1,2}`, "%second%", `[0-9]{1,2}`,
	"%postname%", `(?P<name>[^/]+)`, "%post_id%", `(?P<id>[0-9]+)`, "%category%", `.+?`, "%author%", `[^/]+`,
)

func (s *Site) postByStructure(ctx context.Context, set *Settings, path string) (*wp.Post, error) {
	if set.Permalinks == "" {
		return nil, wp.ErrNotFound
	}
	var parts []string
	for _, part := range strings.Split(strings.Trim(set.Permalinks, "/"), "/") {
		if !strings.Contains(part, "%") {
			part = regexp.QuoteMeta(part)
		}
		parts = append(parts, structureTags.Replace(part))
	}
	re, err := regexp.Compile("^" + strings.Join(parts, "/") + "$")
	if err != nil {
		return nil, wp.ErrNotFound
	}
	m := re.FindStringSubmatch(path)
	if m == nil {
		return nil, wp.ErrNotFound
	}
	group := func(name string) string {
		if i := re.SubexpIndex(name); i >= 0 {
			return m[i]
		}
		return ""
	}
	if id := group("id"); id != "" {
		return s.Post(ctx, Atoi(id))
	}
	found, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{"post"}, Names: []string{strings.ToLower(group("name"))}, NoCount: true})
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		if len(p.Date) < 10 || group("year") != "" && p.Date[:4] != group("year") {
			continue
		}
		if mo := group("month"); mo != "" && Atoi(p.Date[5:7]) != Atoi(mo) {
			continue
		}
		if d := group("day"); d != "" && Atoi(p.Date[8:10]) != Atoi(d) {
			continue
		}
		return p, nil
	}
	return nil, wp.ErrNotFound
}

// pageByPath finds a page or attachment by the slugs of its ancestors and its
// own: get_page_by_path.
func (s *Site) pageByPath(ctx context.Context, path string) (*wp.Post, error) {
	slugs := strings.Split(strings.ToLower(path), "/")
	refs, err := s.store.PostRefsByName(ctx, slugs, []string{"page", "attachment"})
	if err != nil {
		return nil, err
	}
	byID := map[int64]wp.PostRef{}
	for _, r := range refs {
		byID[r.ID] = r
	}
	for _, r := range refs {
		if r.Name != slugs[len(slugs)-1] {
			continue
		}
		var up []string
		seen := map[int64]bool{}
		for at := r; ; {
			up = append(up, at.Name)
			next, ok := byID[at.Parent]
			if at.Parent == 0 || !ok || seen[at.ID] {
				if at.Parent == 0 {
					slices.Reverse(up)
				} else {
					up = nil
				}
				break
			}
			seen[at.ID] = true
			at = next
		}
		if slices.Equal(up, slugs) {
			return s.Post(ctx, r.ID)
		}
	}
	return nil, wp.ErrNotFound
}
