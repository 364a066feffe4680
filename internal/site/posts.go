package site

import (
	"context"
	"slices"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// Post returns a post of any type by id; wp.ErrNotFound when there is none.
// The row is shared: do not change it.
func (s *Site) Post(ctx context.Context, id int64) (*wp.Post, error) {
	if id <= 0 {
		return nil, wp.ErrNotFound
	}
	c := s.view(ctx).posts
	if p, ok := c.Get(id); ok {
		return p, nil
	}
	epoch := c.Epoch()
	row, err := s.store.Post(ctx, id)
	if err != nil {
		return nil, err
	}
	c.Put(epoch, id, &row)
	return &row, nil
}

// Posts returns posts in the order of ids; those that are not there are left
// out.
func (s *Site) Posts(ctx context.Context, ids []int64) ([]*wp.Post, error) {
	c := s.view(ctx).posts
	found := make(map[int64]*wp.Post, len(ids))
	var missing []int64
	for _, id := range ids {
		if p, ok := c.Get(id); ok {
			found[id] = p
			continue
		}
		missing = append(missing, id)
	}
	if len(missing) > 0 {
		epoch := c.Epoch()
		rows, err := s.store.PostsByIDs(ctx, missing)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			found[rows[i].ID] = &rows[i]
			c.Put(epoch, rows[i].ID, &rows[i])
		}
	}
	out := make([]*wp.Post, 0, len(ids))
	for _, id := range ids {
		if p := found[id]; p != nil {
			out = append(out, p)
		}
	}
	return out, nil
}

// QueryPosts runs a query; total is how many there are in all.
func (s *Site) QueryPosts(ctx context.Context, q store.PostQuery) (posts []*wp.Post, total int, err error) {
	return s.queryPosts(ctx, q, s.Posts)
}

// QueryLinkedPosts is QueryPosts where the images of the posts will be looked
// at too: they are read along with them.
func (s *Site) QueryLinkedPosts(ctx context.Context, q store.PostQuery) (posts []*wp.Post, total int, err error) {
	return s.queryPosts(ctx, q, func(ctx context.Context, ids []int64) ([]*wp.Post, error) {
		if err := s.PrimeMeta(ctx, wp.PostMeta, ids); err != nil {
			return nil, err
		}
		all := slices.Clone(ids)
		for _, id := range ids {
			if image := s.ThumbnailID(ctx, id); image > 0 && !slices.Contains(all, image) {
				all = append(all, image)
			}
		}
		found, err := s.Posts(ctx, all)
		return slices.DeleteFunc(found, func(p *wp.Post) bool { return !slices.Contains(ids, p.ID) }), err
	})
}

func (s *Site) queryPosts(ctx context.Context, q store.PostQuery, read func(context.Context, []int64) ([]*wp.Post, error)) (posts []*wp.Post, total int, err error) {
	count := !q.NoCount
	q.NoCount = true
	ids, _, err := s.store.PostIDs(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if posts, err = read(ctx, ids); err != nil {
		return nil, 0, err
	}
	if !count {
		return posts, len(ids), nil
	}
	if n := len(ids); q.Limit <= 0 || n < q.Limit && (n > 0 || q.Offset == 0) {
		return posts, q.Offset + n, nil
	}
	total, err = s.CountPosts(ctx, q)
	return posts, total, err
}

// CountPosts counts the posts of a query, whatever its limit. The number is
// kept until a post, a term or a meta value changes: on a big site it takes
// longer than all the rest of a list.
func (s *Site) CountPosts(ctx context.Context, q store.PostQuery) (int, error) {
	q.Limit, q.Offset, q.OrderBy, q.NoCount = 0, 0, nil, false
	return s.counted(ctx, q.Key(), func() (int, error) { return s.store.CountPosts(ctx, q) })
}

// counted is a number that is kept until what it counts may have changed.
func (s *Site) counted(ctx context.Context, key string, count func() (int, error)) (int, error) {
	c := s.view(ctx).counts
	if n, ok := c.Get(key); ok {
		return n, nil
	}
	epoch := c.Epoch()
	n, err := count()
	if err != nil {
		return 0, err
	}
	c.Put(epoch, key, n)
	return n, nil
}

// PrimePosts reads meta and terms of a list of posts at once, so that showing
// the list takes no query per post.
func (s *Site) PrimePosts(ctx context.Context, posts []*wp.Post) error {
	ids := make([]int64, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	if err := s.PrimeMeta(ctx, wp.PostMeta, ids); err != nil {
		return err
	}
	return s.PrimePostTerms(ctx, ids)
}

// PostStatus is the effective status: that of an attachment with status
// inherit is its parent's: get_post_status.
func (s *Site) PostStatus(ctx context.Context, p *wp.Post) string {
	if p.Type != "attachment" || p.Status != "inherit" {
		return p.Status
	}
	if p.Parent == 0 || p.Parent == p.ID {
		return "publish"
	}
	parent, err := s.Post(ctx, p.Parent)
	if err != nil {
		return "publish"
	}
	status := s.PostStatus(ctx, parent)
	switch status {
	case "trash":
		if m, err := s.Meta(ctx, wp.PostMeta, parent.ID); err == nil {
			if was := m.Get("_wp_trash_meta_status"); was != "" {
				return was
			}
		}
		return "publish"
	case "auto-draft":
		return "draft"
	}
	return status
}

// Supports reports post_type_supports.
func (s *Site) Supports(postType, feature string) bool {
	t := s.reg.PostType(postType)
	return t != nil && t.Supporting(feature)
}

// Sticky reports whether a post is sticky.
func (s *Site) Sticky(ctx context.Context, id int64) bool {
	set, err := s.Settings(ctx)
	if err != nil {
		return false
	}
	for _, x := range set.Sticky {
		if x == id {
			return true
		}
	}
	return false
}
