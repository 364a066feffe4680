package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/platenhq/platen/internal/wp"
)

const termColumns = "t.`term_id`,t.`name`,t.`slug`,t.`term_group`,tt.`term_taxonomy_id`,tt.`taxonomy`,tt.`description`,tt.`parent`,tt.`count`"

func termDest(t *wp.Term) []any {
	return []any{&t.ID, &t.Name, &t.Slug, &t.Group, &t.TermTaxonomyID, &t.Taxonomy, &t.Description, &t.Parent, &t.Count}
}

// termFrom joins the two tables of a term.
func (q *Queries) termFrom() string {
	return " FROM " + q.s.t.terms + " t JOIN " + q.s.t.taxonomy + " tt ON tt.`term_id` = t.`term_id`"
}

func (q *Queries) termRows(ctx context.Context, query string, args []any) ([]wp.Term, error) {
	var out []wp.Term
	err := q.each(ctx, query, args, func(r *sql.Rows) error {
		var t wp.Term
		if err := r.Scan(termDest(&t)...); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	})
	return out, err
}

// termBy finds the oldest term of a condition, or wp.ErrNotFound.
func (q *Queries) termBy(ctx context.Context, taxonomy, cond string, value any) (wp.Term, error) {
	c := and()
	c.next().add(cond, value)
	if taxonomy != "" {
		c.next().add("tt.`taxonomy` = ?", taxonomy)
	}
	rows, err := q.termRows(ctx, "SELECT "+termColumns+q.termFrom()+c.where()+" ORDER BY t.`term_id`, tt.`term_taxonomy_id` LIMIT 1", c.args)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("store: term: %w", wp.ErrNotFound)
	}
	if err != nil {
		return wp.Term{}, err
	}
	return rows[0], nil
}

// Term returns a term by its id, or wp.ErrNotFound. With taxonomy "" it is the term's first taxonomy.
func (q *Queries) Term(ctx context.Context, id int64, taxonomy string) (wp.Term, error) {
	return q.termBy(ctx, taxonomy, "t.`term_id` = ?", id)
}

// TermByTTID returns a term by its term_taxonomy_id, or wp.ErrNotFound.
func (q *Queries) TermByTTID(ctx context.Context, ttid int64) (wp.Term, error) {
	return q.termBy(ctx, "", "tt.`term_taxonomy_id` = ?", ttid)
}

// TermBySlug returns a term by its slug, or wp.ErrNotFound.
func (q *Queries) TermBySlug(ctx context.Context, slug, taxonomy string) (wp.Term, error) {
	return q.termBy(ctx, taxonomy, "t.`slug` = ?", slug)
}

// TermByName returns a term by its name, or wp.ErrNotFound.
func (q *Queries) TermByName(ctx context.Context, name, taxonomy string) (wp.Term, error) {
	return q.termBy(ctx, taxonomy, "t.`name` = ?", name)
}

// TermParents returns all edges of a taxonomy whose parent is not 0 (_get_term_hierarchy).
func (q *Queries) TermParents(ctx context.Context, taxonomy string) ([]wp.TermParent, error) {
	var out []wp.TermParent
	err := q.each(ctx, "SELECT `term_id`,`parent` FROM "+q.s.t.taxonomy+" WHERE `taxonomy` = ? AND `parent` > 0 ORDER BY `term_id`", []any{taxonomy},
		func(r *sql.Rows) error {
			var e wp.TermParent
			if err := r.Scan(&e.ID, &e.Parent); err != nil {
				return err
			}
			out = append(out, e)
			return nil
		})
	return out, err
}

// TermSlugTaken reports whether another term has a slug, in one taxonomy or, with "", in any.
func (q *Queries) TermSlugTaken(ctx context.Context, slug, taxonomy string, except int64) (bool, error) {
	c := and()
	c.next().add("t.`slug` = ? AND t.`term_id` <> ?", slug, except)
	if taxonomy != "" {
		c.next().add("tt.`taxonomy` = ?", taxonomy)
	}
	ids, err := q.ids(ctx, "SELECT t.`term_id`"+q.termFrom()+c.where()+" LIMIT 1", c.args)
	return len(ids) > 0, err
}

func (q *Queries) termFits(t *wp.Term) error {
	return q.fits(limit{"name", t.Name, 200, 0}, limit{"slug", t.Slug, 200, 0}, limit{"taxonomy", t.Taxonomy, 32, 0},
		limit{column: "description", value: t.Description})
}

// InsertTerm adds both rows of a term and returns their ids. With t.ID set, a term that is there only gets the further
// taxonomy row; one that is not is made with that id. wp.ErrConflict: the term is in that taxonomy already.
func (q *Queries) InsertTerm(ctx context.Context, t wp.Term) (id, ttid int64, err error) {
	if err := q.termFits(&t); err != nil {
		return 0, 0, err
	}
	err = q.Tx(ctx, func(tx *Tx) error {
		id = t.ID
		there := false
		if id != 0 {
			n, err := tx.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.terms+" WHERE `term_id` = ?", []any{id})
			if err != nil {
				return err
			}
			there = n > 0
		}
		if !there {
			n, err := tx.insert(ctx, AreaTerms, "INSERT INTO "+q.s.t.terms+" (`term_id`,`name`,`slug`,`term_group`) VALUES (?,?,?,?)",
				newID(id), t.Name, t.Slug, t.Group)
			if err != nil {
				return err
			}
			if id == 0 {
				id = n
			}
		}
		ttid, err = tx.insert(ctx, AreaTerms, "INSERT INTO "+q.s.t.taxonomy+" (`term_taxonomy_id`,`term_id`,`taxonomy`,`description`,`parent`,`count`)"+
			" VALUES (?,?,?,?,?,?)", newID(t.TermTaxonomyID), id, t.Taxonomy, t.Description, t.Parent, t.Count)
		if t.TermTaxonomyID != 0 {
			ttid = t.TermTaxonomyID
		}
		return err
	})
	return id, ttid, err
}

// UpdateTerm writes both rows, found by t.ID and t.Taxonomy, except the count, or answers wp.ErrNotFound.
func (q *Queries) UpdateTerm(ctx context.Context, t wp.Term) error {
	if err := q.termFits(&t); err != nil {
		return err
	}
	return q.Tx(ctx, func(tx *Tx) error {
		n, err := tx.affected(ctx, AreaTerms, "UPDATE "+q.s.t.taxonomy+" SET `description` = ?, `parent` = ? WHERE `term_id` = ? AND `taxonomy` = ?",
			t.Description, t.Parent, t.ID, t.Taxonomy)
		if err := mustMeet(n, err, "term", t.ID); err != nil {
			return err
		}
		n, err = tx.affected(ctx, AreaTerms, "UPDATE "+q.s.t.terms+" SET `name` = ?, `slug` = ?, `term_group` = ? WHERE `term_id` = ?",
			t.Name, t.Slug, t.Group, t.ID)
		return mustMeet(n, err, "term", t.ID)
	})
}

// DeleteTerm removes a term from a taxonomy, with its relations there, and the term itself when that was its last
// taxonomy. wp.ErrNotFound: it was not there. Meta and child terms are the caller's.
func (q *Queries) DeleteTerm(ctx context.Context, id int64, taxonomy string) error {
	return q.Tx(ctx, func(tx *Tx) error {
		ttids, err := tx.ids(ctx, "SELECT `term_taxonomy_id` FROM "+q.s.t.taxonomy+" WHERE `term_id` = ? AND `taxonomy` = ?", []any{id, taxonomy})
		if err := mustMeet(int64(len(ttids)), err, "term", id); err != nil {
			return err
		}
		for _, del := range []struct {
			table, column string
		}{{q.s.t.rels, "`term_taxonomy_id`"}, {q.s.t.taxonomy, "`term_taxonomy_id`"}} {
			if _, err := tx.exec(ctx, AreaTerms, "DELETE FROM "+del.table+" WHERE "+del.column+" = ?", ttids[0]); err != nil {
				return err
			}
		}
		left, err := tx.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.taxonomy+" WHERE `term_id` = ?", []any{id})
		if err != nil || left > 0 {
			return err
		}
		_, err = tx.exec(ctx, AreaTerms, "DELETE FROM "+q.s.t.terms+" WHERE `term_id` = ?", id)
		return err
	})
}

// MoveTermChildren gives the terms below one another parent and returns their ids.
func (q *Queries) MoveTermChildren(ctx context.Context, taxonomy string, from, to int64) (ids []int64, err error) {
	err = q.Tx(ctx, func(tx *Tx) error {
		ids, err = tx.ids(ctx, "SELECT `term_id` FROM "+q.s.t.taxonomy+" WHERE `taxonomy` = ? AND `parent` = ? ORDER BY `term_id`", []any{taxonomy, from})
		if err != nil || len(ids) == 0 {
			return err
		}
		_, err = tx.exec(ctx, AreaTerms, "UPDATE "+q.s.t.taxonomy+" SET `parent` = ? WHERE `taxonomy` = ? AND `parent` = ?", to, taxonomy, from)
		return err
	})
	return ids, err
}
