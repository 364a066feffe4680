package store

import (
	"context"
	"fmt"

	"github.com/platenhq/platen/internal/wp"
)

// CommentIDs returns the ids of the comments that match, in order, and how many match without Limit and Offset.
func (q *Queries) CommentIDs(ctx context.Context, cq CommentQuery) (ids []int64, total int, err error) {
	where, err := q.commentWhere(&cq)
	if err != nil {
		return nil, 0, err
	}
	var c clause
	c.add("SELECT c.`comment_ID` FROM " + q.s.t.comments + " c")
	c.add(where.where(), where.args...)
	if err := commentOrder(&c, &cq); err != nil {
		return nil, 0, err
	}
	c.limit(cq.Limit, cq.Offset)
	if ids, err = q.ids(ctx, c.text.String(), c.args); err != nil {
		return nil, 0, err
	}
	if n, ok := knownTotal(len(ids), cq.Limit, cq.Offset, cq.NoCount); ok {
		return ids, n, nil
	}
	total, err = q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.comments+" c"+where.where(), where.args)
	return ids, total, err
}

// CountComments returns how many comments match.
func (q *Queries) CountComments(ctx context.Context, cq CommentQuery) (int, error) {
	where, err := q.commentWhere(&cq)
	if err != nil {
		return 0, err
	}
	return q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.comments+" c"+where.where(), where.args)
}

func (q *Queries) commentWhere(cq *CommentQuery) (*conds, error) {
	c := and()
	commentStates(c, cq)
	commentTypes(c, cq)
	for _, e := range []struct {
		column string
		in     []int64
		notIn  []int64
	}{{"c.`comment_ID`", cq.Include, cq.Exclude}, {"c.`comment_post_ID`", cq.Posts, cq.PostsNot},
		{"c.`comment_parent`", cq.Parents, cq.ParentsNot}, {"c.`user_id`", cq.Authors, cq.AuthorsNot}} {
		if len(e.in) > 0 {
			in(c.next(), e.column, e.in)
		}
		if len(e.notIn) > 0 {
			notIn(c.next(), e.column, e.notIn)
		}
	}
	if cq.Beyond > 0 {
		c.next().add("c.`comment_ID` > ?", cq.Beyond)
	}
	if cq.Karma != nil {
		c.next().add("c.`comment_karma` = ?", *cq.Karma)
	}
	for _, e := range []struct{ cond, value string }{{"c.`comment_author_email` = ?", cq.AuthorEmail}, {"c.`comment_author_url` = ?", cq.AuthorURL},
		{"c.`comment_date` > ?", cq.After}, {"c.`comment_date` < ?", cq.Before}, {"c.`comment_date_gmt` > ?", cq.AfterGMT},
		{"c.`comment_date_gmt` < ?", cq.BeforeGMT}} {
		if e.value != "" {
			c.next().add(e.cond, e.value)
		}
	}
	if cq.Search != "" {
		any := or()
		for _, column := range []string{"comment_author", "comment_author_email", "comment_author_url", "comment_author_IP", "comment_content"} {
			like(any.next(), "c.`"+column+"`", "LIKE", cq.Search)
		}
		c.group(any)
	}
	q.commentPost(c, cq)
	if cq.Meta != nil {
		if err := q.metaConds(c, wp.CommentMeta, "c.`comment_ID`", cq.Meta); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// commentStates adds the states, and the comments awaiting approval that their own writers may see.
func commentStates(c *conds, cq *CommentQuery) {
	if len(cq.Approved) == 0 {
		return
	}
	any := or()
	in(any.next(), "c.`comment_approved`", cq.Approved)
	for _, w := range cq.Unapproved {
		if w.UserID != 0 {
			any.next().add("(c.`user_id` = ? AND c.`comment_approved` = '0')", w.UserID)
		} else if w.Email != "" {
			any.next().add("(c.`comment_author_email` = ? AND c.`comment_approved` = '0')", w.Email)
		}
	}
	c.group(any)
}

func commentTypes(c *conds, cq *CommentQuery) {
	if types := oldTypes(cq.Types); len(types) > 0 {
		in(c.next(), "c.`comment_type`", types)
	}
	if types := oldTypes(cq.TypesNot); len(types) > 0 {
		notIn(c.next(), "c.`comment_type`", types)
	}
}

// oldTypes adds the empty type that comments had before WordPress 5.5.
func oldTypes(types []string) []string {
	if contained(types, "comment") && !contained(types, "") {
		return append([]string{""}, types...)
	}
	return types
}

// commentPost adds the conditions on the comment's post.
func (q *Queries) commentPost(c *conds, cq *CommentQuery) {
	p := and()
	if len(cq.PostTypes) > 0 {
		in(p.next(), "p.`post_type`", cq.PostTypes)
	}
	if len(cq.PostStatuses) > 0 {
		in(p.next(), "p.`post_status`", cq.PostStatuses)
	}
	if len(cq.PostAuthors) > 0 {
		in(p.next(), "p.`post_author`", cq.PostAuthors)
	}
	if len(cq.PostParents) > 0 {
		in(p.next(), "p.`post_parent`", cq.PostParents)
	}
	if cq.PostPassword != nil {
		op := "="
		if *cq.PostPassword {
			op = "<>"
		}
		p.next().add("p.`post_password` " + op + " ''")
	}
	if p.empty() {
		return
	}
	n := c.next()
	n.add("EXISTS (SELECT 1 FROM " + q.s.t.posts + " p WHERE p.`ID` = c.`comment_post_ID` AND ")
	n.sub(&p.clause)
	n.add(")")
}

var commentOrderColumns = map[CommentOrderKey]string{"": "`comment_date_gmt`", CommentByDateGMT: "`comment_date_gmt`", CommentByDate: "`comment_date`",
	CommentByID: "`comment_ID`", CommentByPost: "`comment_post_ID`", CommentByParent: "`comment_parent`", CommentByType: "`comment_type`"}

// commentOrder adds ORDER BY. Where the keys are equal core goes on with the id: in the direction of a date, else falling.
func commentOrder(c *clause, cq *CommentQuery) error {
	if cq.OrderBy == CommentByInclude && len(cq.Include) > 0 {
		c.add(" ORDER BY ")
		caseOrder(c, "c.`comment_ID`", cq.Include)
		return nil
	}
	switch cq.OrderBy {
	case CommentByNone:
		return nil
	case CommentByInclude:
		cq.OrderBy = CommentByDateGMT
	}
	column, ok := commentOrderColumns[cq.OrderBy]
	if !ok {
		return fmt.Errorf("store: comments cannot be sorted by %q", cq.OrderBy)
	}
	dir := direction(cq.Order, Desc)
	c.add(" ORDER BY c." + column + dir)
	switch cq.OrderBy {
	case CommentByID:
	case "", CommentByDate, CommentByDateGMT:
		c.add(", c.`comment_ID`" + dir)
	default:
		c.add(", c.`comment_ID` DESC")
	}
	return nil
}
