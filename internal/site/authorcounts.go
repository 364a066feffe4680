package site

import (
	"context"
	"strconv"
	"strings"
)

// CountPostsByAuthor counts the posts of types and a status that users have
// written. The numbers are kept until a post changes.
func (s *Site) CountPostsByAuthor(ctx context.Context, users []int64, types []string, status string) (map[int64]int, error) {
	c := s.view(ctx).counts
	prefix := "by author\x00" + strings.Join(types, ",") + "\x00" + status + "\x00"
	key := func(user int64) string { return prefix + strconv.FormatInt(user, 10) }
	out := make(map[int64]int, len(users))
	var missing []int64
	for _, u := range users {
		n, ok := c.Get(key(u))
		if !ok {
			missing = append(missing, u)
		}
		out[u] = n
	}
	if len(missing) == 0 {
		return out, nil
	}
	epoch := c.Epoch()
	found, err := s.store.PostCountsByAuthor(ctx, missing, types, []string{status})
	if err != nil {
		return nil, err
	}
	for _, u := range missing {
		c.Put(epoch, key(u), found[u])
		out[u] = found[u]
	}
	return out, nil
}
