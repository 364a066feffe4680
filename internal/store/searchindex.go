package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"

	"github.com/platenhq/platen/internal/wp"
)

// SearchMode is how searches of posts find what they look for.
type SearchMode string

// The modes of searching. SearchTrigram is for SQLite only.
const (
	SearchLike     SearchMode = "like"     // WordPress's way: any part of a text, every text is looked at
	SearchFulltext SearchMode = "fulltext" // the beginnings of words, by an index of the words
	SearchTrigram  SearchMode = "trigram"  // any part of a text, by an index of all runs of three characters
)

// searchIndex is an index that searches of posts go through.
type searchIndex struct {
	mode  SearchMode
	table string     // SQLite: its name
	rules *wordRules // MySQL: which words the server does not keep
}

// SearchState tells what there is of an index.
type SearchState struct {
	Mode     SearchMode // SearchLike: there is none
	Complete bool       // all posts are in it
	InUse    bool       // by this Store
}

// UseSearch makes searches go by an index, or by LIKE. Where change is set an index that is missing is built and one that
// is not asked for is removed, on SQLite: the tables of MySQL are PHP's too, and change when CreateSearchIndex says so.
// Without the index that was asked for searches go by LIKE, and the log says so.
func (s *Store) UseSearch(ctx context.Context, mode SearchMode, change bool) error {
	if s.d == mysqlDialect {
		return s.useMySQLSearch(ctx, mode)
	}
	s.index.Store(nil)
	have, err := s.SearchState(ctx)
	switch {
	case err != nil:
		return err
	case change && !s.readOnly && mode == SearchLike && have.Mode != SearchLike:
		s.log.Info("the index of searches is removed: --search is like", "index", have.Mode)
		return s.DropSearchIndex(ctx)
	case mode == SearchLike:
		return nil
	case change && !s.readOnly && (have.Mode != mode || !have.Complete):
		if err := s.buildSearch(ctx, mode); err != nil {
			return err
		}
	case have.Mode != mode || !have.Complete:
		s.log.Warn("the index of searches is not there: they are slow until platen serve or platen search-index create made it", "search", mode)
		return nil
	}
	s.index.Store(&searchIndex{mode: mode, table: s.searchTable()})
	return nil
}

// SearchState looks for an index of searches.
func (s *Store) SearchState(ctx context.Context) (SearchState, error) {
	look := s.sqliteSearchState
	if s.d == mysqlDialect {
		look = s.mysqlSearchState
	}
	st, err := look(ctx)
	st.InUse = s.index.Load() != nil
	return st, err
}

// CreateSearchIndex makes the index of a mode, on SQLite anew where there is one.
func (s *Store) CreateSearchIndex(ctx context.Context, mode SearchMode) error {
	if s.readOnly {
		return fmt.Errorf("store: opened read-only: %w", wp.ErrReadOnly)
	}
	if s.d == mysqlDialect {
		return s.createMySQLSearch(ctx, mode)
	}
	if err := s.DropSearchIndex(ctx); err != nil {
		return err
	}
	return s.buildSearch(ctx, mode)
}

// DropSearchIndex removes the index of searches, where there is one of ours.
func (s *Store) DropSearchIndex(ctx context.Context) error {
	s.index.Store(nil)
	if s.d == mysqlDialect {
		return s.dropMySQLSearch(ctx)
	}
	return s.Tx(ctx, func(tx *Tx) error { return tx.dropSQLiteSearch(ctx) })
}

// SearchFailures is how many searches had to do without their index so far.
func (s *Store) SearchFailures() uint64 { return s.unindexed.Load() }

// withoutIndex reports whether a search failed for its index and is to be made again without it. An index that is gone is
// not tried again.
func (q *Queries) withoutIndex(ctx context.Context, pq *PostQuery, err error) bool {
	x := q.s.index.Load()
	if err == nil || x == nil || pq.Search == "" || pq.noIndex || ctx.Err() != nil {
		return false
	}
	gone, broken := false, false
	var le *sqlite.Error
	var me *mysql.MySQLError
	switch {
	case errors.As(err, &le):
		gone = errors.Is(err, wp.ErrNoSchema)
		broken = le.Code()&0xff == 1 || le.Code()&0xff == 11 // an error of the index's module, damage
	case errors.As(err, &me):
		gone = me.Number == 1191 // ER_FT_MATCHING_KEY_NOT_FOUND
		broken = me.Number == 1030 || me.Number == 188 || me.Number == 1712
	}
	if !gone && !broken {
		return false
	}
	if gone {
		q.s.index.CompareAndSwap(x, nil)
	}
	q.s.log.ErrorContext(ctx, "the index of searches cannot be used; LIKE is used instead. platen search-index create makes it anew", "err", err)
	q.s.unindexed.Add(1)
	pq.noIndex = true
	return true
}

// lite is the index a search goes by if it is SQLite's, else nil.
func (s *search) lite() *searchIndex {
	if s == nil || s.index == nil || s.index.table == "" {
		return nil
	}
	return s.index
}

// cond adds that the index finds a row.
func (x *searchIndex) cond(c *clause, s *search) {
	switch {
	case x.table == "":
		c.add(matchColumns, s.match)
	case s.many: // the sign keeps the planner from beginning with what is found
		c.add("+p.`ID` IN (SELECT rowid FROM `"+x.table+"` WHERE `"+x.table+"` MATCH ?)", s.match)
	default:
		c.add("f.`"+x.table+"` MATCH ?", s.match)
	}
}

// score adds the order by how well rows match: words that are rare, and such in the title, count for more.
func (x *searchIndex) score(o *conds, match string) {
	if x.table != "" {
		o.next().add("bm25(`" + x.table + "`, 8, 4, 1) ASC")
		return
	}
	o.next().add(matchColumns+" DESC", match)
}
