package wpv2

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
)

// What follows reads at once what a list would otherwise ask for item by item:
// the things that its items link to, which are embedded or whose addresses
// depend on them.

var (
	linkToOne  = regexp.MustCompile(`/wp/v2/([\w-]+)/(\d+)$`)
	linkOfPost = regexp.MustCompile(`/wp/v2/([\w-]+)[?&]post=(\d+)$`)
)

// Prime reads what a number of links lead to, before each is embedded. What it
// cannot read will be asked for again, and fail there.
func (a *API) Prime(ctx context.Context, req *rest.Request, links []string) {
	var users, posts, of []int64
	for _, href := range links {
		if m := linkOfPost.FindStringSubmatch(href); m != nil {
			if n, err := strconv.ParseInt(m[2], 10, 64); err == nil && !slices.Contains(of, n) {
				of = append(of, n)
			}
			continue
		}
		m := linkToOne.FindStringSubmatch(href)
		if m == nil {
			continue
		}
		n, err := strconv.ParseInt(m[2], 10, 64)
		switch {
		case err != nil:
		case m[1] == "users":
			users = append(users, n)
		case a.isPostBase(m[1]):
			posts = append(posts, n)
		}
	}
	if len(users) > 1 {
		a.primeUsers(ctx, users)
	}
	if len(posts) > 1 {
		if found, err := a.site.Posts(ctx, posts); err == nil {
			_ = a.primePosts(ctx, found, true)
		}
	}
	if len(of) > 1 {
		*req.Value(postsKey{}, func() any { return new([]int64) }).(*[]int64) = of
		a.primeTerms(ctx, of)
	}
}

// postsKey finds the posts whose comments and terms a response embeds.
type postsKey struct{}

func (a *API) isPostBase(base string) bool {
	return slices.ContainsFunc(a.site.Registry().PostTypes(), func(t *wp.PostType) bool { return t.ShowInREST && t.Base() == base })
}

// primeUsers reads users and whether they have published.
func (a *API) primeUsers(ctx context.Context, ids []int64) {
	if a.site.PrimeUsers(ctx, ids) != nil {
		return
	}
	public, private := a.readableTypes(ctx)
	for _, q := range []struct {
		types  []string
		status string
	}{{public, "publish"}, {private, "private"}} {
		if len(q.types) > 0 {
			_, _ = a.site.WithPosts(ctx, ids, q.types, q.status)
		}
	}
}

// readableTypes are the types of the API, and those whose private posts the
// caller may read.
func (a *API) readableTypes(ctx context.Context) (public, private []string) {
	for _, t := range a.restTypes() {
		public = append(public, t.Name)
		if a.site.Can(ctx, t.Caps.Get("read_private_posts")) {
			private = append(private, t.Name)
		}
	}
	return public, private
}

// primePosts reads what belongs to posts: meta, terms, what they hang below,
// and, where links are shown, their images and revisions.
func (a *API) primePosts(ctx context.Context, found []*wp.Post, links bool) error {
	if err := a.site.PrimePosts(ctx, found); err != nil {
		return err
	}
	var near []int64
	add := func(id int64) {
		if id != 0 && !slices.Contains(near, id) {
			near = append(near, id)
		}
	}
	for _, p := range found {
		add(p.Parent)
		if links {
			add(a.site.ThumbnailID(ctx, p.ID))
		}
	}
	for depth := 0; len(near) > 0 && depth < 10; depth++ { // ancestors are part of addresses
		above, err := a.site.Posts(ctx, near)
		if err != nil {
			return err
		}
		near = nil
		for _, p := range above {
			add(p.Parent)
		}
	}
	if !links {
		return nil
	}
	var revisioned []*wp.Post
	for _, p := range found {
		if p.Type == "post" || p.Type == "page" || a.site.Supports(p.Type, "revisions") {
			revisioned = append(revisioned, p)
		}
	}
	if len(revisioned) == 0 {
		return nil
	}
	return a.site.PrimeRevisions(ctx, revisioned)
}

// primeTerms reads the terms of posts, and the meta of the terms.
func (a *API) primeTerms(ctx context.Context, posts []int64) {
	if a.site.PrimePostTerms(ctx, posts) != nil {
		return
	}
	var ids []int64
	for _, t := range a.site.Registry().Taxonomies() {
		if !t.ShowInREST {
			continue
		}
		for _, p := range posts {
			terms, err := a.site.PostTerms(ctx, p, t.Name)
			if err != nil {
				return
			}
			for i := range terms {
				if !slices.Contains(ids, terms[i].ID) {
					ids = append(ids, terms[i].ID)
				}
			}
		}
	}
	_ = a.site.PrimeMeta(ctx, wp.TermMeta, ids)
}

// mostTogether is how many comments are read at once for a list of posts. Where
// there are more, each post's are asked for by themselves.
const mostTogether = 1000

// together are the comments of the posts that a response embeds, by post.
type together struct {
	of       map[int64][]*wp.Comment
	answered map[int64]bool
	too      bool // there are too many
}

type togetherKey struct{ query string }

// commentsTogether finds the comments of one post among those of all posts that
// the response embeds; ok is false where they are not asked for together.
func (c *comments) commentsTogether(ctx context.Context, req *rest.Request, q store.CommentQuery) (found []*wp.Comment, total int, ok bool, err error) {
	if len(q.Posts) != 1 || q.Offset != 0 || q.Limit <= 0 {
		return nil, 0, false, nil
	}
	posts := *req.Value(postsKey{}, func() any { return new([]int64) }).(*[]int64)
	if len(posts) < 2 || !slices.Contains(posts, q.Posts[0]) {
		return nil, 0, false, nil
	}
	post, limit := q.Posts[0], q.Limit
	q.Posts, q.Limit = nil, 0
	all := req.Value(togetherKey{fmt.Sprintf("%+v", q)}, func() any {
		q.Posts, q.Limit = posts, mostTogether+1
		var t *together
		t, err = c.readTogether(ctx, q)
		return t
	}).(*together)
	if err != nil || all == nil || all.too {
		return nil, 0, false, err
	}
	*req.Value(answeredKey{}, func() any { return new(map[int64]bool) }).(*map[int64]bool) = all.answered
	found = all.of[post]
	return found[:min(len(found), limit)], len(found), true, nil
}

func (c *comments) readTogether(ctx context.Context, q store.CommentQuery) (*together, error) {
	found, total, err := c.site.QueryComments(ctx, q)
	if err != nil {
		return nil, err
	}
	t := &together{of: map[int64][]*wp.Comment{}, too: total > mostTogether}
	if t.too {
		return t, nil
	}
	ids := make([]int64, len(found))
	for i, m := range found {
		ids[i] = m.ID
		t.of[m.PostID] = append(t.of[m.PostID], m)
	}
	if len(ids) == 0 {
		return t, nil
	}
	if err := c.site.PrimeMeta(ctx, wp.CommentMeta, ids); err != nil {
		return nil, err
	}
	t.answered, err = c.site.Store().HasChildComments(ctx, ids)
	return t, err
}

// answeredKey finds which comments have answers, while a list of comments that
// were read together is shown.
type answeredKey struct{}

// togetherAnswered takes what was noted for the list that is being shown.
func togetherAnswered(req *rest.Request) map[int64]bool {
	noted := req.Value(answeredKey{}, func() any { return new(map[int64]bool) }).(*map[int64]bool)
	answered := *noted
	*noted = nil
	return answered
}

// termsTogether finds the terms of one post among those that were read for all
// posts that the response embeds, where nothing else is asked for; ok is false
// otherwise.
func (c *terms) termsTogether(ctx context.Context, req *rest.Request, q store.TermQuery) (found []wp.Term, total int, ok bool, err error) {
	if len(q.Objects) != 1 || q.Limit <= 0 {
		return nil, 0, false, nil
	}
	posts := *req.Value(postsKey{}, func() any { return new([]int64) }).(*[]int64)
	plain := store.TermQuery{Taxonomies: q.Taxonomies, Objects: q.Objects, Limit: q.Limit, OrderBy: store.TermByName, Order: store.Asc}
	if !slices.Contains(posts, q.Objects[0]) || fmt.Sprintf("%+v", q) != fmt.Sprintf("%+v", plain) {
		return nil, 0, false, nil
	}
	if found, err = c.site.PostTerms(ctx, q.Objects[0], c.tax.Name); err != nil {
		return nil, 0, false, err
	}
	return found[:min(len(found), q.Limit)], len(found), true, nil
}
