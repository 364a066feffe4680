package store

import (
	"context"
	"database/sql"
)

// RevisionStat is how many revisions a post has and the id of the newest.
type RevisionStat struct {
	Latest int64
	Count  int
}

// RevisionStats counts the revisions of posts, autosaves among them, and finds
// the newest of each (by date, then id):
// wp_get_latest_revision_id_and_total_count for many posts. Posts without
// revisions are not in the answer.
func (q *Queries) RevisionStats(ctx context.Context, posts []int64) (map[int64]RevisionStat, error) {
	out := map[int64]RevisionStat{}
	for _, part := range chunks(unique(posts), chunkSize) {
		c := and()
		in(c.next(), "`post_parent`", part)
		c.next().add("`post_type` = ?", "revision")
		c.next().add("`post_status` = ?", "inherit")
		err := q.each(ctx, "SELECT `post_parent`, `ID` FROM "+q.s.t.posts+c.where()+" ORDER BY `post_parent`, `post_date` DESC, `ID` DESC", c.args,
			func(r *sql.Rows) error {
				var parent, id int64
				if err := r.Scan(&parent, &id); err != nil {
					return err
				}
				s := out[parent]
				if s.Count == 0 {
					s.Latest = id
				}
				s.Count++
				out[parent] = s
				return nil
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
