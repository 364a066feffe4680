package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/platenhq/platen/internal/wp"
)

// ObjectTerms returns the terms of several objects in some taxonomies (none given: in all), each one's by name. Objects
// without terms have no entry.
func (q *Queries) ObjectTerms(ctx context.Context, objects []int64, taxonomies []string) (map[int64][]wp.Term, error) {
	rels, err := q.Relations(ctx, objects, taxonomies)
	if err != nil {
		return nil, err
	}
	out := make(map[int64][]wp.Term, len(objects))
	for _, r := range rels {
		out[r.ObjectID] = append(out[r.ObjectID], r.Term)
	}
	return out, nil
}

// Relations is ObjectTerms with the order of each relation, as one list sorted by name.
func (q *Queries) Relations(ctx context.Context, objects []int64, taxonomies []string) ([]TermRelation, error) {
	var out []TermRelation
	for _, part := range chunks(unique(objects), chunkSize) {
		c := and()
		in(c.next(), "tr.`object_id`", part)
		if len(taxonomies) > 0 {
			in(c.next(), "tt.`taxonomy`", taxonomies)
		}
		query := "SELECT tr.`object_id`,tr.`term_order`," + termColumns + " FROM " + q.s.t.rels + " tr JOIN " + q.s.t.taxonomy +
			" tt ON tt.`term_taxonomy_id` = tr.`term_taxonomy_id` JOIN " + q.s.t.terms + " t ON t.`term_id` = tt.`term_id`" +
			c.where() + " ORDER BY t.`name`, t.`term_id`"
		err := q.each(ctx, query, c.args, func(r *sql.Rows) error {
			var rel TermRelation
			if err := r.Scan(append([]any{&rel.ObjectID, &rel.Order}, termDest(&rel.Term)...)...); err != nil {
				return err
			}
			out = append(out, rel)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AddObjectTerms relates an object with terms; relations that are there already stay as they are.
func (q *Queries) AddObjectTerms(ctx context.Context, object int64, ttids []int64) error {
	if len(ttids) == 0 {
		return nil
	}
	return q.Tx(ctx, func(tx *Tx) error {
		for _, id := range unique(ttids) {
			if _, err := tx.exec(ctx, AreaTerms, q.s.d.insertIgnore+" "+q.s.t.rels+" (`object_id`,`term_taxonomy_id`,`term_order`) VALUES (?,?,0)",
				object, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveObjectTerms takes relations away and returns how many there were.
func (q *Queries) RemoveObjectTerms(ctx context.Context, object int64, ttids []int64) (int64, error) {
	if len(ttids) == 0 {
		return 0, nil
	}
	var c clause
	c.add("DELETE FROM "+q.s.t.rels+" WHERE `object_id` = ? AND ", object)
	in(&c, "`term_taxonomy_id`", ttids)
	return q.affected(ctx, AreaTerms, c.text.String(), c.args...)
}

// SetObjectTermOrder numbers an object's relations 1, 2, 3, … in the order given (taxonomies with Sort).
func (q *Queries) SetObjectTermOrder(ctx context.Context, object int64, ttids []int64) error {
	return q.Tx(ctx, func(tx *Tx) error {
		for i, id := range ttids {
			if _, err := tx.exec(ctx, AreaTerms, "UPDATE "+q.s.t.rels+" SET `term_order` = ? WHERE `object_id` = ? AND `term_taxonomy_id` = ?",
				i+1, object, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// DeleteObjectTerms takes all of an object's relations away and returns the term_taxonomy_ids, whose counts the caller
// renews.
func (q *Queries) DeleteObjectTerms(ctx context.Context, object int64) (ttids []int64, err error) {
	err = q.Tx(ctx, func(tx *Tx) error {
		ttids, err = tx.ids(ctx, "SELECT `term_taxonomy_id` FROM "+q.s.t.rels+" WHERE `object_id` = ? ORDER BY `term_taxonomy_id`", []any{object})
		if err != nil || len(ttids) == 0 {
			return err
		}
		_, err = tx.exec(ctx, AreaTerms, "DELETE FROM "+q.s.t.rels+" WHERE `object_id` = ?", object)
		return err
	})
	return ttids, err
}

// ObjectsInTerms returns the ids of the objects that have one of the terms, in order.
func (q *Queries) ObjectsInTerms(ctx context.Context, ttids []int64) ([]int64, error) {
	if len(ttids) == 0 {
		return nil, nil
	}
	var c clause
	c.add("SELECT DISTINCT `object_id` FROM " + q.s.t.rels + " WHERE ")
	in(&c, "`term_taxonomy_id`", ttids)
	c.add(" ORDER BY `object_id`")
	return q.ids(ctx, c.text.String(), c.args)
}

// RecountTerms counts the objects of terms anew and writes the numbers (_update_post_term_count).
func (q *Queries) RecountTerms(ctx context.Context, terms []wp.Term, rule CountRule) error {
	if len(terms) == 0 {
		return nil
	}
	return q.Tx(ctx, func(tx *Tx) error {
		// Everybody locks in the same order.
		for _, t := range slices.SortedFunc(slices.Values(terms), func(a, b wp.Term) int { return cmp.Compare(a.TermTaxonomyID, b.TermTaxonomyID) }) {
			id := t.TermTaxonomyID
			if err := tx.Lock(ctx, AreaTaxonomy, id); err != nil { // who counts at the same time waits, and sees this
				return err
			}
			n, err := tx.countObjects(ctx, id, t.Count, rule)
			if err != nil {
				return err
			}
			if _, err := tx.exec(ctx, AreaTerms, "UPDATE "+q.s.t.taxonomy+" SET `count` = ? WHERE `term_taxonomy_id` = ?", n, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddTermCount adds to the count of a term.
func (q *Queries) AddTermCount(ctx context.Context, ttid, n int64) error {
	_, err := q.exec(ctx, AreaTerms, "UPDATE "+q.s.t.taxonomy+" SET `count` = `count` + ? WHERE `term_taxonomy_id` = ?", n, ttid)
	return err
}

// countObjects counts what a rule lets count for one term, which before were about as many.
func (q *Queries) countObjects(ctx context.Context, ttid, before int64, rule CountRule) (int, error) {
	if len(rule.Types) == 0 {
		return q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.rels+" WHERE `term_taxonomy_id` = ?", []any{ttid})
	}
	statuses := rule.Statuses
	if len(statuses) == 0 {
		statuses = []string{"publish"}
	}
	var types []string
	attachments := false
	for _, t := range rule.Types {
		if t == "attachment" {
			attachments = true
		} else {
			types = append(types, t)
		}
	}
	any := or()
	if len(types) > 0 {
		own := and()
		in(own.next(), "p.`post_type`", types)
		in(own.next(), "p.`post_status`", statuses)
		any.group(own)
	}
	if attachments {
		// An attachment counts by itself or through its parent.
		own := and()
		own.next().add("p.`post_type` = 'attachment'")
		state := or()
		in(state.next(), "p.`post_status`", statuses)
		n := state.next()
		n.add("(p.`post_status` = 'inherit' AND p.`post_parent` > 0 AND EXISTS (SELECT 1 FROM " + q.s.t.posts + " pp WHERE pp.`ID` = p.`post_parent` AND ")
		in(n, "pp.`post_status`", statuses)
		n.add("))")
		own.group(state)
		any.group(own)
	}
	c := and()
	if before >= manyRelations {
		c.group(any)
		c.next().add("EXISTS (SELECT 1 FROM "+q.s.t.rels+" tr WHERE tr.`object_id` = p.`ID` AND tr.`term_taxonomy_id` = ?)", ttid)
		return q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.posts+" p"+c.where(), c.args)
	}
	c.next().add("tr.`term_taxonomy_id` = ?", ttid)
	c.group(any)
	return q.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.rels+" tr JOIN "+q.s.t.posts+" p ON p.`ID` = tr.`object_id`"+c.where(), c.args)
}

// manyRelations is from how many objects of a term on SQLite, which keeps no statistics, does better to walk along an
// index of the posts and look for the term of each than to look for the post of each of the term's objects.
const manyRelations = 5000
