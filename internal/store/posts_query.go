package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/platenhq/platen/internal/wp"
)

// PostIDs returns the ids of the posts that match, in order, and how many match without Limit and Offset. Get the rows
// with PostsByIDs: on MariaDB that is far faster than one wide query.
func (q *Queries) PostIDs(ctx context.Context, pq PostQuery) (ids []int64, total int, err error) {
	ids, total, err = q.postIDs(ctx, pq)
	if q.withoutIndex(ctx, &pq, err) {
		return q.postIDs(ctx, pq)
	}
	return ids, total, err
}

func (q *Queries) postIDs(ctx context.Context, pq PostQuery) (ids []int64, total int, err error) {
	b, err := q.plannedWhere(ctx, &pq)
	if err != nil {
		return nil, 0, err
	}
	if b.never {
		return nil, 0, nil
	}
	if ids, ok, err := q.unionIDs(ctx, &pq, b); ok || err != nil {
		if err != nil {
			return nil, 0, err
		}
		return q.totalled(ctx, &pq, b, ids)
	}
	var c clause
	c.add("SELECT p.`ID` FROM " + b.from())
	c.add(b.conds.where(), b.conds.args...)
	if err := b.orderBy(&c, &pq); err != nil {
		return nil, 0, err
	}
	c.limit(pq.Limit, pq.Offset)
	if ids, err = q.ids(ctx, c.text.String(), c.args); err != nil {
		return nil, 0, err
	}
	return q.totalled(ctx, &pq, b, ids)
}

// totalled adds the total to a page, without asking where the page itself tells it.
func (q *Queries) totalled(ctx context.Context, pq *PostQuery, b *postBuilder, ids []int64) ([]int64, int, error) {
	if n, ok := knownTotal(len(ids), pq.Limit, pq.Offset, pq.NoCount); ok {
		return ids, n, nil
	}
	total, err := q.count(ctx, "SELECT COUNT(*) FROM "+b.from()+b.conds.where(), b.conds.args)
	return ids, total, err
}

// knownTotal tells the total from a page where it can be told: a page that is not full is the last one.
func knownTotal(got, limit, offset int, noCount bool) (int, bool) {
	switch {
	case noCount:
		return got, true
	case limit <= 0 && (got > 0 || offset <= 0):
		return offset + got, true
	case got > 0 && got < limit, got == 0 && offset <= 0:
		return offset + got, true
	}
	return 0, false
}

// CountPosts returns how many posts match; order, limit and offset do not matter.
func (q *Queries) CountPosts(ctx context.Context, pq PostQuery) (int, error) {
	n, err := q.countPosts(ctx, pq)
	if q.withoutIndex(ctx, &pq, err) {
		return q.countPosts(ctx, pq)
	}
	return n, err
}

func (q *Queries) countPosts(ctx context.Context, pq PostQuery) (int, error) {
	pq.OrderBy = []PostOrder{{By: ByNone}}
	b, err := q.plannedWhere(ctx, &pq)
	if err != nil || b.never {
		return 0, err
	}
	return q.count(ctx, "SELECT COUNT(*) FROM "+b.from()+b.conds.where(), b.conds.args)
}

// postBuilder holds a query under construction.
type postBuilder struct {
	q      *Queries
	conds  *conds
	search *search
	never  bool // nothing can match
}

// from is the posts, as p. SQLite begins with the index of searches, as f, where that finds few.
func (b *postBuilder) from() string {
	if x := b.search.lite(); x != nil && !b.search.many {
		return "`" + x.table + "` f CROSS JOIN " + b.q.s.t.posts + " p ON p.`ID` = f.rowid"
	}
	return b.q.s.t.posts + " p"
}

// manyFound is from how many posts on that an index finds SQLite goes through all posts in the order of the list.
const manyFound = 2000

// plannedWhere is postWhere with the choice of a plan for a search by an index on SQLite: few posts are taken one by one
// from what it finds; of many the first are found sooner by going through the list. By score all are looked at anyway.
func (q *Queries) plannedWhere(ctx context.Context, pq *PostQuery) (*postBuilder, error) {
	b, err := q.postWhere(pq)
	if err != nil || b.never || b.search.lite() == nil || byRelevance(pq) {
		return b, err
	}
	table := "`" + b.search.index.table + "`"
	n, err := q.count(ctx, "SELECT COUNT(*) FROM (SELECT rowid FROM "+table+" WHERE "+table+" MATCH ? LIMIT ?)", []any{b.search.match, manyFound})
	if err != nil || n < manyFound {
		return b, err
	}
	pq.many = true
	return q.postWhere(pq)
}

// byRelevance reports whether a search is sorted by its score.
func byRelevance(pq *PostQuery) bool {
	return len(pq.OrderBy) == 0 || slices.ContainsFunc(pq.OrderBy, func(o PostOrder) bool { return o.By == ByRelevance })
}

// postWhere builds the conditions of a query.
func (q *Queries) postWhere(pq *PostQuery) (*postBuilder, error) {
	b := &postBuilder{q: q, conds: and()}
	if n := len(pq.Include) + len(pq.Exclude) + len(pq.Parents) + len(pq.ParentsNot) + len(pq.Author) + len(pq.AuthorNot); n > 10000 {
		return nil, fmt.Errorf("store: a query with %d ids is too long", n)
	}
	b.visibility(pq)
	b.columns(pq)
	if err := b.dates(pq.Dates); err != nil {
		return nil, err
	}
	if pq.Search != "" {
		b.search = parseSearch(pq)
		if x := q.s.index.Load(); x != nil && !pq.noIndex && len(pq.Types) > 0 && !contained(pq.Types, notInIndex) {
			b.search.narrow(x)
			b.search.many = pq.many
		}
		b.search.where(b)
	}
	if pq.Tax != nil {
		if err := taxConds(b.conds, q.s.t, "p.`ID`", pq.Tax); err != nil {
			return nil, err
		}
	}
	if pq.Meta != nil {
		if err := q.metaConds(b.conds, wp.PostMeta, "p.`ID`", pq.Meta); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// visibility adds types, statuses and the rules of who may see what.
func (b *postBuilder) visibility(pq *PostQuery) {
	if len(pq.Types) > 0 {
		in(b.conds.next(), "p.`post_type`", pq.Types)
	}
	if !pq.InheritFromParent {
		statusConds(b.conds, "p", pq)
		return
	}
	// A post passes by itself, or inherits and its parent passes.
	own, parent := and(), and()
	statusConds(own, "p", pq)
	if own.empty() {
		return
	}
	statusConds(parent, "pp", pq)
	either := or()
	either.group(own)
	n := either.next()
	n.add("p.`post_status` = 'inherit' AND EXISTS (SELECT 1 FROM " + b.q.s.t.posts + " pp WHERE pp.`ID` = p.`post_parent` AND ")
	n.sub(&parent.clause)
	n.add(")")
	b.conds.group(either)
}

// statusConds adds Statuses and Visible for the table alias. Rules about types do not apply to an inheriting post's parent.
func statusConds(c *conds, alias string, pq *PostQuery) {
	if len(pq.Statuses) > 0 {
		in(c.next(), alias+".`post_status`", pq.Statuses)
	}
	c.group(ruleConds(alias, pq.Visible))
}

func ruleConds(alias string, rules []StatusRule) *conds {
	any := or()
	for _, r := range rules {
		rule := and()
		if len(r.Types) > 0 && alias == "p" {
			in(rule.next(), alias+".`post_type`", r.Types)
		}
		if len(r.Statuses) > 0 {
			in(rule.next(), alias+".`post_status`", r.Statuses)
		}
		if r.Author != 0 {
			rule.next().add(alias+".`post_author` = ?", r.Author)
		}
		if rule.empty() {
			return or() // this rule lets everything through
		}
		any.group(rule)
	}
	return any
}

// columns adds the plain conditions on columns.
func (b *postBuilder) columns(pq *PostQuery) {
	c := b.conds
	if len(pq.Author) > 0 {
		in(c.next(), "p.`post_author`", pq.Author)
	}
	if len(pq.AuthorNot) > 0 {
		notIn(c.next(), "p.`post_author`", pq.AuthorNot)
	}
	if len(pq.Include) > 0 {
		in(c.next(), "p.`ID`", pq.Include)
	} else if len(pq.Exclude) > 0 {
		notIn(c.next(), "p.`ID`", pq.Exclude)
	}
	if pq.Beyond > 0 {
		c.next().add("p.`ID` > ?", pq.Beyond)
	}
	if len(pq.Parents) > 0 {
		in(c.next(), "p.`post_parent`", pq.Parents)
	} else if len(pq.ParentsNot) > 0 {
		notIn(c.next(), "p.`post_parent`", pq.ParentsNot)
	}
	if len(pq.Names) > 0 {
		in(c.next(), "p.`post_name`", pq.Names)
	}
	for _, e := range []struct{ column, value string }{{"p.`post_title`", pq.Title}, {"p.`guid`", pq.GUID},
		{"p.`comment_status`", pq.CommentStatus}, {"p.`ping_status`", pq.PingStatus}} {
		if e.value != "" {
			c.next().add(e.column+" = ?", e.value)
		}
	}
	if pq.MenuOrder != nil {
		c.next().add("p.`menu_order` = ?", *pq.MenuOrder)
	}
	if pq.Password != nil {
		c.next().add("p.`post_password` = ?", *pq.Password)
	} else if pq.HasPassword != nil {
		if *pq.HasPassword {
			c.next().add("p.`post_password` <> ''")
		} else {
			c.next().add("p.`post_password` = ''")
		}
	}
	b.mimes(pq.MimeTypes)
}

func (b *postBuilder) mimes(types []string) {
	mimes := or()
	for _, m := range types {
		pattern, wild, all := mimePattern(m)
		switch {
		case all:
			return
		case wild:
			mimes.next().add("p.`post_mime_type` LIKE ? ESCAPE '!'", pattern)
		default:
			mimes.next().add("p.`post_mime_type` = ?", pattern)
		}
	}
	b.conds.group(mimes)
}

// dateColumns are the columns a DateClause may name.
var dateColumns = map[DateColumn]string{"": "p.`post_date`", DateLocal: "p.`post_date`", DateGMT: "p.`post_date_gmt`",
	DateModified: "p.`post_modified`", DateModifiedGMT: "p.`post_modified_gmt`"}

func (b *postBuilder) dates(list []DateClause) error {
	for _, d := range list {
		column, ok := dateColumns[d.Column]
		if !ok {
			return fmt.Errorf("store: no date column %q", d.Column)
		}
		after, before := " > ?", " < ?"
		if d.Inclusive {
			after, before = " >= ?", " <= ?"
		}
		if d.After != "" {
			b.conds.next().add(column+after, d.After)
		}
		if d.Before != "" {
			b.conds.next().add(column+before, d.Before)
		}
	}
	return nil
}

// orderColumns are the plain columns posts can be sorted by.
var orderColumns = map[PostOrderKey]string{ByDate: "`post_date`", ByModified: "`post_modified`", ByID: "`ID`", ByTitle: "`post_title`",
	ByName: "`post_name`", ByAuthor: "`post_author`", ByParent: "`post_parent`", ByType: "`post_type`", ByMenuOrder: "`menu_order`",
	ByCommentCount: "`comment_count`"}

// orderBy adds ORDER BY. The id is added as the last key, in the direction of the last given one, so that pages never
// overlap; on the default list that is also the order of the index.
func (b *postBuilder) orderBy(c *clause, pq *PostQuery) error {
	keys := pq.OrderBy
	if len(keys) == 0 {
		keys = []PostOrder{{By: ByDate, Order: pq.Order}}
		if b.search != nil && pq.Search != "0" {
			keys = []PostOrder{{By: ByRelevance, Order: pq.Order}}
		}
	}
	o := &conds{joint: ", "}
	last, closed := Desc, false
	for i, k := range keys {
		if k.Order != DefaultOrder {
			last = k.Order
		}
		if column, ok := orderColumns[k.By]; ok {
			o.next().add("p." + column + direction(k.Order, Desc))
			closed = closed || k.By == ByID
			continue
		}
		switch k.By {
		case ByNone:
			if i == 0 && len(keys) == 1 {
				return nil
			}
		case ByRelevance:
			if b.search != nil {
				b.search.order(o)
			}
			if i == len(keys)-1 {
				o.next().add("p.`post_date`" + direction(k.Order, Desc))
			}
		case ByInclude:
			if len(pq.Include) > 0 {
				caseOrder(o.next(), "p.`ID`", pq.Include)
			}
		case ByNames:
			if len(pq.Names) > 0 {
				caseOrder(o.next(), "p.`post_name`", pq.Names)
			}
		case ByParents:
			if len(pq.Parents) > 0 {
				caseOrder(o.next(), "p.`post_parent`", pq.Parents)
			}
		case ByMetaValue, ByMetaValueNum:
			b.metaOrder(o, pq, k)
		case ByRand:
			o.next().add(b.q.s.d.rand)
			closed = true
		default:
			return fmt.Errorf("store: posts cannot be sorted by %q", k.By)
		}
	}
	if o.empty() {
		o.next().add("p.`post_date`" + direction(pq.Order, Desc))
	}
	if !closed {
		o.next().add("p.`ID`" + direction(last, Desc))
	}
	c.add(" ORDER BY ")
	c.sub(&o.clause)
	return nil
}

// metaOrder sorts by the value of the first meta clause that names a key.
func (b *postBuilder) metaOrder(o *conds, pq *PostQuery, k PostOrder) {
	if pq.Meta == nil {
		return
	}
	for _, m := range pq.Meta.Clauses {
		if m.Key == "" {
			continue
		}
		value := "m.`meta_value`"
		if k.By == ByMetaValueNum || m.Numeric {
			value = "m.`meta_value`+0"
		}
		o.next().add("(SELECT MIN("+value+") FROM "+b.q.s.t.postmeta+" m WHERE m.`post_id` = p.`ID` AND m.`meta_key` = ?)"+
			direction(k.Order, Desc), m.Key)
		return
	}
}
