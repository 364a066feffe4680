package store

import (
	"context"
	"database/sql"
)

// Reader and Writer let tests look behind the curtain.
func (s *Store) Reader() *sql.DB { return s.read }
func (s *Store) Writer() *sql.DB { return s.write }

// ListSQL is the text of the query PostIDs would run, for EXPLAIN.
func (s *Store) ListSQL(pq PostQuery) (string, []any, error) {
	b, err := s.plannedWhere(context.Background(), &pq)
	if err != nil {
		return "", nil, err
	}
	var c clause
	c.add("SELECT p.`ID` FROM " + b.from())
	c.add(b.conds.where(), b.conds.args...)
	if err := b.orderBy(&c, &pq); err != nil {
		return "", nil, err
	}
	c.limit(pq.Limit, pq.Offset)
	return c.text.String(), c.args, nil
}

var ParseDSN = func(dsn string) (network, address, database, user, pass string, err error) {
	s, err := parseDSN(dsn)
	if s.engine == "sqlite" {
		return "sqlite", s.path, "", "", "", err
	}
	return s.network, s.address, s.database, s.user, s.pass, err
}

// BeginSearch begins to build an index of searches and takes the first n posts in, as a build does that is then killed.
func (s *Store) BeginSearch(ctx context.Context, mode SearchMode, n int) error {
	return s.Tx(ctx, func(tx *Tx) error {
		if err := tx.beginSQLiteSearch(ctx, mode); err != nil {
			return err
		}
		_, _, err := tx.indexSome(ctx, n)
		return err
	})
}
