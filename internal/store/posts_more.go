package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/platenhq/platen/internal/wp"
)

// PostSlugTaken reports whether a slug is in use in a scope (wp_unique_post_slug's question).
func (q *Queries) PostSlugTaken(ctx context.Context, slug string, scope SlugScope) (bool, error) {
	c := and()
	c.next().add("`post_name` = ?", slug)
	if len(scope.Types) > 0 {
		in(c.next(), "`post_type`", scope.Types)
	}
	if scope.Parent != nil {
		c.next().add("`post_parent` = ?", *scope.Parent)
	}
	c.next().add("`ID` <> ?", scope.Except)
	ids, err := q.ids(ctx, "SELECT `ID` FROM "+q.s.t.posts+c.where()+" LIMIT 1", c.args)
	return len(ids) > 0, err
}

// PostRefsByName returns the posts of these types with one of these slugs, oldest first; no types means all.
func (q *Queries) PostRefsByName(ctx context.Context, names, types []string) ([]wp.PostRef, error) {
	if len(names) == 0 {
		return nil, nil
	}
	c := and()
	in(c.next(), "`post_name`", names)
	if len(types) > 0 {
		in(c.next(), "`post_type`", types)
	}
	return q.postRefs(ctx, c)
}

// PostRefs returns those of the posts that there are.
func (q *Queries) PostRefs(ctx context.Context, ids []int64) ([]wp.PostRef, error) {
	var out []wp.PostRef
	for _, part := range chunks(unique(ids), chunkSize) {
		c := and()
		in(c.next(), "`ID`", part)
		refs, err := q.postRefs(ctx, c)
		if err != nil {
			return nil, err
		}
		out = append(out, refs...)
	}
	return out, nil
}

func (q *Queries) postRefs(ctx context.Context, c *conds) ([]wp.PostRef, error) {
	var out []wp.PostRef
	err := q.each(ctx, "SELECT `ID`,`post_parent`,`post_name`,`post_type`,`post_status` FROM "+q.s.t.posts+c.where()+" ORDER BY `ID`", c.args,
		func(r *sql.Rows) error {
			var p wp.PostRef
			if err := r.Scan(&p.ID, &p.Parent, &p.Name, &p.Type, &p.Status); err != nil {
				return err
			}
			out = append(out, p)
			return nil
		})
	return out, err
}

// PostByGUID returns the oldest post with a GUID, or wp.ErrNotFound. No index helps here.
func (q *Queries) PostByGUID(ctx context.Context, guid string) (wp.Post, error) {
	var p wp.Post
	err := q.one(ctx, "SELECT "+postColumns+" FROM "+q.s.t.posts+" WHERE `guid` = ? ORDER BY `ID` LIMIT 1", []any{guid}, postDest(&p)...)
	return p, err
}

// Adjacent returns the id of the neighbour of a post in time, or wp.ErrNotFound (get_adjacent_post).
func (q *Queries) Adjacent(ctx context.Context, a AdjacentQuery) (int64, error) {
	op, dir := " > ?", " ASC"
	if a.Previous {
		op, dir = " < ?", " DESC"
	}
	c := and()
	if a.Type != "" {
		c.next().add("p.`post_type` = ?", a.Type)
	}
	c.group(ruleConds("p", a.Visible))
	// Of several posts of the same second the ids decide.
	c.next().add("(p.`post_date`"+op+" OR (p.`post_date` = ? AND p.`ID`"+op+"))", a.Date, a.Date, a.ID)
	tq := TaxQuery{}
	if len(a.InTerms) > 0 {
		tq.Clauses = append(tq.Clauses, TaxClause{TermTaxonomyIDs: a.InTerms})
	}
	if len(a.NotTerms) > 0 {
		tq.Clauses = append(tq.Clauses, TaxClause{TermTaxonomyIDs: a.NotTerms, Operator: TaxNotIn})
	}
	if err := taxConds(c, q.s.t, "p.`ID`", &tq); err != nil {
		return 0, err
	}
	ids, err := q.ids(ctx, "SELECT p.`ID` FROM "+q.s.t.posts+" p"+c.where()+" ORDER BY p.`post_date`"+dir+", p.`ID`"+dir+" LIMIT 1", c.args)
	if err == nil && len(ids) == 0 {
		err = wp.ErrNotFound
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// ArchiveMonths counts a post type's posts by month, the newest month first (wp_get_archives).
func (q *Queries) ArchiveMonths(ctx context.Context, postType string, visible []StatusRule) ([]wp.ArchiveMonth, error) {
	c := and()
	c.next().add("p.`post_type` = ?", postType)
	c.group(ruleConds("p", visible))
	var out []wp.ArchiveMonth
	err := q.each(ctx, "SELECT SUBSTR(p.`post_date`,1,7) AS ym, COUNT(*) FROM "+q.s.t.posts+" p"+c.where()+" GROUP BY ym ORDER BY ym DESC", c.args,
		func(r *sql.Rows) error {
			var ym string
			var m wp.ArchiveMonth
			if err := r.Scan(&ym, &m.Posts); err != nil {
				return err
			}
			if len(ym) == 7 {
				m.Year, _ = strconv.Atoi(ym[:4])
				m.Month, _ = strconv.Atoi(ym[5:])
				out = append(out, m)
			}
			return nil
		})
	return out, err
}

// PostCountsByStatus counts a post type's posts by status (wp_count_posts). Statuses without posts have no entry.
func (q *Queries) PostCountsByStatus(ctx context.Context, postType string) (map[string]int, error) {
	out := map[string]int{}
	err := q.each(ctx, "SELECT `post_status`, COUNT(*) FROM "+q.s.t.posts+" WHERE `post_type` = ? GROUP BY `post_status`", []any{postType},
		func(r *sql.Rows) error {
			var s string
			var n int
			if err := r.Scan(&s, &n); err != nil {
				return err
			}
			out[s] += n
			return nil
		})
	return out, err
}

// WithPosts returns which of the users have written posts of these types and statuses; no types or statuses means all.
func (q *Queries) WithPosts(ctx context.Context, users []int64, types, statuses []string) ([]int64, error) {
	var out []int64
	for _, part := range chunks(unique(users), chunkSize) {
		c := and()
		in(c.next(), "u.`ID`", part)
		written := and()
		written.next().add("p.`post_author` = u.`ID`")
		if len(types) > 0 {
			in(written.next(), "p.`post_type`", types)
		}
		if len(statuses) > 0 {
			in(written.next(), "p.`post_status`", statuses)
		}
		n := c.next()
		n.add("EXISTS (SELECT 1 FROM "+q.s.t.posts+" p"+written.where(), written.args...)
		n.add(")")
		ids, err := q.ids(ctx, "SELECT u.`ID` FROM "+q.s.t.users+" u"+c.where()+" ORDER BY u.`ID`", c.args)
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// ChildIDs returns the ids of the posts below one, oldest first; no types means all.
func (q *Queries) ChildIDs(ctx context.Context, parent int64, types []string) ([]int64, error) {
	c := and()
	c.next().add("`post_parent` = ?", parent)
	if len(types) > 0 {
		in(c.next(), "`post_type`", types)
	}
	return q.ids(ctx, "SELECT `ID` FROM "+q.s.t.posts+c.where()+" ORDER BY `ID`", c.args)
}

// MoveChildren gives the posts below one post another parent, as when a page is deleted, and returns their ids.
func (q *Queries) MoveChildren(ctx context.Context, fromParent, toParent int64, types []string) (ids []int64, err error) {
	err = q.Tx(ctx, func(tx *Tx) error {
		if ids, err = tx.ChildIDs(ctx, fromParent, types); err != nil {
			return err
		}
		return tx.setPosts(ctx, "post_parent", toParent, ids)
	})
	return ids, err
}

// ReassignPosts gives all posts of an author to another and returns their ids.
func (q *Queries) ReassignPosts(ctx context.Context, fromAuthor, toAuthor int64) (ids []int64, err error) {
	err = q.Tx(ctx, func(tx *Tx) error {
		ids, err = tx.ids(ctx, "SELECT `ID` FROM "+q.s.t.posts+" WHERE `post_author` = ? ORDER BY `ID`", []any{fromAuthor})
		if err != nil {
			return err
		}
		return tx.setPosts(ctx, "post_author", toAuthor, ids)
	})
	return ids, err
}

// setPosts sets one number column of some posts. column is a constant of this file.
func (q *Queries) setPosts(ctx context.Context, column string, value int64, ids []int64) error {
	for _, part := range chunks(ids, chunkSize) {
		var c clause
		c.add("UPDATE "+q.s.t.posts+" SET `"+column+"` = ? WHERE ", value)
		in(&c, "`ID`", part)
		if _, err := q.exec(ctx, AreaPosts, c.text.String(), c.args...); err != nil {
			return err
		}
	}
	return nil
}

// SwapPostStatus sets a post's status only if it still is old, and reports whether it was: of several nodes that publish a
// scheduled post only one succeeds.
func (q *Queries) SwapPostStatus(ctx context.Context, id int64, old, status string) (bool, error) {
	if err := q.fits(limit{"post_status", status, 20, 0}); err != nil {
		return false, err
	}
	n, err := q.affected(ctx, AreaPosts, "UPDATE "+q.s.t.posts+" SET `post_status` = ? WHERE `ID` = ? AND `post_status` = ?", status, id, old)
	return n > 0, err
}

// LockPost reads a post and, in a transaction on MySQL, keeps others from changing it until the end of the transaction. On
// SQLite the transaction itself does.
func (q *Queries) LockPost(ctx context.Context, id int64) (wp.Post, error) {
	if q.running(ctx) == nil {
		return wp.Post{}, fmt.Errorf("store: LockPost wants a transaction")
	}
	var p wp.Post
	err := q.one(ctx, "SELECT "+postColumns+" FROM "+q.s.t.posts+" WHERE `ID` = ?"+q.s.d.forUpdate, []any{id}, postDest(&p)...)
	return p, err
}
