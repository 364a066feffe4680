package store

import (
	"context"
	"errors"

	"github.com/platenhq/platen/internal/wp"
)

// Lock keeps the row of one thing (a post, term, comment or user, named by its area and id) for the running transaction:
// until that ends nobody else changes it. On SQLite a transaction has the whole database to itself anyway.
func (q *Queries) Lock(ctx context.Context, a Area, id int64) error {
	if q.s.d.forUpdate == "" || q.running(ctx) == nil {
		return nil
	}
	table, column := "", ""
	switch a {
	case AreaPosts:
		table, column = q.s.t.posts, "ID"
	case AreaTerms:
		table, column = q.s.t.terms, "term_id"
	case AreaTaxonomy:
		table, column = q.s.t.taxonomy, "term_taxonomy_id"
	case AreaComments:
		table, column = q.s.t.comments, "comment_ID"
	case AreaUsers:
		table, column = q.s.t.users, "ID"
	default:
		return errors.New("store: nothing to lock")
	}
	var found int64
	err := q.one(ctx, "SELECT `"+column+"` FROM "+table+" WHERE `"+column+"` = ?"+q.s.d.forUpdate, []any{id}, &found)
	if errors.Is(err, wp.ErrNotFound) {
		return nil
	}
	return err
}
