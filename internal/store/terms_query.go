package store

import (
	"context"
	"fmt"

	"github.com/platenhq/platen/internal/wp"
)

// Terms returns the terms that match, in order, and how many match without Limit and Offset.
func (q *Queries) Terms(ctx context.Context, tq TermQuery) (terms []wp.Term, total int, err error) {
	where, err := q.termWhere(&tq)
	if err != nil {
		return nil, 0, err
	}
	var c clause
	c.add("SELECT " + termColumns + q.termFrom())
	c.add(where.where(), where.args...)
	if err := q.termOrder(&c, &tq); err != nil {
		return nil, 0, err
	}
	c.limit(tq.Limit, tq.Offset)
	if terms, err = q.termRows(ctx, c.text.String(), c.args); err != nil {
		return nil, 0, err
	}
	if n, ok := knownTotal(len(terms), tq.Limit, tq.Offset, tq.NoCount); ok {
		return terms, n, nil
	}
	total, err = q.count(ctx, "SELECT COUNT(*)"+q.termFrom()+where.where(), where.args)
	return terms, total, err
}

// CountTerms returns how many terms match.
func (q *Queries) CountTerms(ctx context.Context, tq TermQuery) (int, error) {
	where, err := q.termWhere(&tq)
	if err != nil {
		return 0, err
	}
	return q.count(ctx, "SELECT COUNT(*)"+q.termFrom()+where.where(), where.args)
}

func (q *Queries) termWhere(tq *TermQuery) (*conds, error) {
	c := and()
	for _, e := range []struct {
		column string
		values []string
	}{{"tt.`taxonomy`", tq.Taxonomies}, {"t.`slug`", tq.Slugs}, {"t.`name`", tq.Names}} {
		if len(e.values) > 0 {
			in(c.next(), e.column, e.values)
		}
	}
	if tq.Beyond > 0 {
		c.next().add("t.`term_id` > ?", tq.Beyond)
	}
	if len(tq.IDs) > 0 {
		in(c.next(), "t.`term_id`", tq.IDs)
	} else if len(tq.Exclude) > 0 {
		notIn(c.next(), "t.`term_id`", tq.Exclude)
	}
	if len(tq.TTIDs) > 0 {
		in(c.next(), "tt.`term_taxonomy_id`", tq.TTIDs)
	}
	if tq.NameLike != "" {
		like(c.next(), "t.`name`", "LIKE", tq.NameLike)
	}
	if tq.Search != "" {
		any := or()
		like(any.next(), "t.`name`", "LIKE", tq.Search)
		like(any.next(), "t.`slug`", "LIKE", tq.Search)
		c.group(any)
	}
	if tq.Parent != nil {
		c.next().add("tt.`parent` = ?", *tq.Parent)
	}
	if tq.HideEmpty {
		c.next().add("tt.`count` > 0")
	}
	if len(tq.Objects) > 0 {
		n := c.next()
		n.add("tt.`term_taxonomy_id` IN (SELECT tr.`term_taxonomy_id` FROM " + q.s.t.rels + " tr WHERE ")
		in(n, "tr.`object_id`", tq.Objects)
		n.add(")")
	}
	if tq.Meta != nil {
		if err := q.metaConds(c, wp.TermMeta, "t.`term_id`", tq.Meta); err != nil {
			return nil, err
		}
	}
	return c, nil
}

var termOrderColumns = map[TermOrderKey]string{"": "t.`name`", TermByName: "t.`name`", TermBySlug: "t.`slug`", TermByCount: "tt.`count`",
	TermByID: "t.`term_id`", TermByDescription: "tt.`description`", TermByGroup: "t.`term_group`", TermByParent: "tt.`parent`"}

func (q *Queries) termOrder(c *clause, tq *TermQuery) error {
	dir := direction(tq.Order, Asc)
	column, ok := termOrderColumns[tq.OrderBy]
	switch {
	case ok:
		c.add(" ORDER BY " + column + dir)
	case tq.OrderBy == TermByNone:
		return nil
	case tq.OrderBy == TermByInclude && len(tq.IDs) > 0:
		c.add(" ORDER BY ")
		caseOrder(c, "t.`term_id`", tq.IDs)
		c.add(dir)
	case tq.OrderBy == TermBySlugs && len(tq.Slugs) > 0:
		c.add(" ORDER BY ")
		caseOrder(c, "t.`slug`", tq.Slugs)
		c.add(dir)
	case tq.OrderBy == TermByOrder && len(tq.Objects) > 0:
		c.add(" ORDER BY (SELECT MIN(tr.`term_order`) FROM " + q.s.t.rels + " tr WHERE tr.`term_taxonomy_id` = tt.`term_taxonomy_id` AND ")
		in(c, "tr.`object_id`", tq.Objects)
		c.add(")" + dir)
	case tq.OrderBy == TermByInclude, tq.OrderBy == TermBySlugs, tq.OrderBy == TermByOrder:
		c.add(" ORDER BY t.`term_id`" + dir)
	default:
		return fmt.Errorf("store: terms cannot be sorted by %q", tq.OrderBy)
	}
	c.add(", t.`term_id` ASC, tt.`term_taxonomy_id` ASC")
	return nil
}
