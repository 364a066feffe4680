package site

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// WithPosts returns which of the users have written posts of these types and
// this status. What is known is kept until a post changes.
func (s *Site) WithPosts(ctx context.Context, users []int64, types []string, status string) ([]int64, error) {
	c := s.view(ctx).counts
	prefix := "by author\x00" + strings.Join(types, ",") + "\x00" + status + "\x00"
	key := func(user int64) string { return prefix + strconv.FormatInt(user, 10) }
	var out, missing []int64
	for _, u := range users {
		switch n, ok := c.Get(key(u)); {
		case !ok:
			missing = append(missing, u)
		case n > 0:
			out = append(out, u)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	epoch := c.Epoch()
	found, err := s.store.WithPosts(ctx, missing, types, []string{status})
	if err != nil {
		return nil, err
	}
	for _, u := range missing {
		n := 0
		if slices.Contains(found, u) {
			n = 1
		}
		c.Put(epoch, key(u), n)
	}
	return append(out, found...), nil
}
