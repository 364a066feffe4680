package store

import "context"

// unionIDs is the fast way for the most frequent list there is: some types and some statuses, sorted by date. The index
// (post_type, post_status, post_date, ID) is in order for one type and one status only, so each pair gives its first
// rows in index order, and these few are merged. ok is false where the query is of another shape.
func (q *Queries) unionIDs(ctx context.Context, pq *PostQuery, b *postBuilder) (ids []int64, ok bool, err error) {
	pairs := len(pq.Types) * len(pq.Statuses)
	if pairs < 2 || pairs > 12 || pq.Limit <= 0 || pq.Offset+pq.Limit > 2000 || b.search != nil || pq.InheritFromParent ||
		len(pq.Include) > 0 || pq.Tax != nil || pq.Meta != nil || len(pq.Author) > 0 || len(pq.Parents) > 0 || len(pq.Names) > 0 {
		return nil, false, nil
	}
	order := pq.Order
	if len(pq.OrderBy) > 0 {
		if len(pq.OrderBy) != 1 || pq.OrderBy[0].By != ByDate {
			return nil, false, nil
		}
		order = pq.OrderBy[0].Order
	}
	dir := direction(order, Desc)
	var c clause
	c.add("SELECT u.`ID` FROM (")
	for i, t := range uniqueStrings(pq.Types) {
		for j, s := range uniqueStrings(pq.Statuses) {
			if i+j > 0 {
				c.add(" UNION ALL ")
			}
			// The one pair replaces the lists; all other conditions stay.
			one := *pq
			one.Types, one.Statuses = []string{t}, []string{s}
			pb, err := q.postWhere(&one)
			if err != nil {
				return nil, false, err
			}
			c.add("SELECT * FROM (SELECT p.`ID`, p.`post_date` FROM " + q.s.t.posts + " p")
			c.add(pb.conds.where(), pb.conds.args...)
			c.add(" ORDER BY p.`post_date`"+dir+", p.`ID`"+dir+" LIMIT ?) s", pq.Offset+pq.Limit)
		}
	}
	c.add(") u ORDER BY u.`post_date`" + dir + ", u.`ID`" + dir)
	c.limit(pq.Limit, pq.Offset)
	ids, err = q.ids(ctx, c.text.String(), c.args)
	return ids, true, err
}

func uniqueStrings(list []string) []string {
	var out []string
	for _, s := range list {
		if !contained(out, s) {
			out = append(out, s)
		}
	}
	return out
}
