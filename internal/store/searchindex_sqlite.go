package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// The index is an FTS5 table without texts of its own, kept right by triggers of nothing but SQLite's own means: whoever
// writes to the posts writes to it, in the same transaction, other versions of this program too. Revisions are not in it.

// buildPosts is how many posts one transaction of a build takes in.
const buildPosts = 1000

// notInIndex is the type of the posts that are not indexed: there are many of them, and they are looked for by parent.
const notInIndex = "revision"

var searchTokenizers = map[SearchMode]string{SearchFulltext: "unicode61 remove_diacritics 2", SearchTrigram: "trigram remove_diacritics 1"}

func (s *Store) searchTable() string { return s.t.prefix + "platen_search" }

// searchTodo is the table that is there while an index is being built: how far it is.
func (s *Store) searchTodo() string { return s.t.prefix + "platen_search_todo" }

// searchDDL is what makes the index: names and texts as SQLite keeps them.
func (s *Store) searchDDL(mode SearchMode) [][2]string {
	name := s.searchTable()
	const columns = "`post_title`, `post_excerpt`, `post_content`"
	const fresh = "new.`ID`, new.`post_title`, new.`post_excerpt`, new.`post_content`"
	var changed []string
	for _, c := range []string{"ID", "post_title", "post_excerpt", "post_content", "post_type"} {
		changed = append(changed, "old.`"+c+"` COLLATE BINARY IS NOT new.`"+c+"`")
	}
	trigger := func(event, when, body string) [2]string {
		verb, _, _ := strings.Cut(event, " ")
		n := name + "_" + strings.ToLower(verb)
		return [2]string{n, "CREATE TRIGGER `" + n + "` AFTER " + event + " ON " + s.t.posts + when + " BEGIN " + body + "; END"}
	}
	insert := "INSERT OR REPLACE INTO `" + name + "` (rowid, " + columns + ") SELECT " + fresh + " WHERE new.`post_type` <> '" + notInIndex + "'"
	remove := "DELETE FROM `" + name + "` WHERE rowid = old.`ID`"
	return [][2]string{
		{name, "CREATE VIRTUAL TABLE `" + name + "` USING fts5(" + columns + ", content='', contentless_delete=1, tokenize='" + searchTokenizers[mode] + "')"},
		trigger("INSERT", "", insert),
		trigger("UPDATE OF `ID`, "+columns+", `post_type`", " WHEN "+strings.Join(changed, " OR "), remove+"; "+insert),
		trigger("DELETE", "", remove),
	}
}

// sqliteSearchState looks whether the index, its triggers included, is there just as it would be made.
func (s *Store) sqliteSearchState(ctx context.Context) (SearchState, error) {
	return s.searchStateIn(ctx, s.read)
}

func (s *Store) searchStateIn(ctx context.Context, db database) (SearchState, error) {
	none := SearchState{Mode: SearchLike}
	have := map[string]string{}
	err := eachText(ctx, db, "SELECT name, sql FROM sqlite_master WHERE name LIKE ? ESCAPE '!' AND sql IS NOT NULL",
		[]any{strings.ReplaceAll(s.searchTable(), "_", "!_") + "%"}, func(v []sql.NullString) { have[v[0].String] = v[1].String }, 2)
	if err != nil || len(have) == 0 {
		return none, err
	}
	for _, mode := range []SearchMode{SearchFulltext, SearchTrigram} {
		ddl, same := s.searchDDL(mode), 0
		for _, d := range ddl {
			if have[d[0]] == d[1] {
				same++
			}
		}
		if same == len(ddl) {
			return SearchState{Mode: mode, Complete: have[s.searchTodo()] == ""}, nil
		}
	}
	return SearchState{}, nil // of another make
}

// dropSQLiteSearch removes the index and its triggers, whatever there is of them.
func (q *Queries) dropSQLiteSearch(ctx context.Context) error {
	s := q.s
	for _, d := range s.searchDDL(SearchFulltext)[1:] {
		if _, err := q.exec(ctx, AreaOther, "DROP TRIGGER IF EXISTS `"+d[0]+"`"); err != nil {
			return err
		}
	}
	for _, name := range []string{s.searchTable(), s.searchTodo()} {
		if _, err := q.exec(ctx, AreaOther, "DROP TABLE IF EXISTS `"+name+"`"); err != nil {
			return err
		}
	}
	return nil
}

// beginSQLiteSearch makes the index, empty.
func (q *Queries) beginSQLiteSearch(ctx context.Context, mode SearchMode) error {
	if err := q.dropSQLiteSearch(ctx); err != nil {
		return err
	}
	texts := []string{"CREATE TABLE `" + q.s.searchTodo() + "` (`done` INTEGER NOT NULL)", "INSERT INTO `" + q.s.searchTodo() + "` (`done`) VALUES (0)"}
	for _, d := range q.s.searchDDL(mode) {
		texts = append(texts, d[1])
	}
	for _, text := range texts {
		if _, err := q.exec(ctx, AreaOther, text); err != nil {
			return fmt.Errorf("making the index of searches: %w", err)
		}
	}
	return nil
}

// buildSearch makes the index, or goes on where a build was broken off. Writers may write between its transactions: the
// triggers are there from the first.
func (s *Store) buildSearch(ctx context.Context, mode SearchMode) error {
	if searchTokenizers[mode] == "" {
		return fmt.Errorf("store: there is no search %q", mode)
	}
	var done int64
	err := s.Tx(ctx, func(tx *Tx) error {
		st, err := s.searchStateIn(ctx, tx.tx.tx)
		if err != nil || st.Mode == mode && st.Complete {
			return err
		}
		if st.Mode != mode {
			return tx.beginSQLiteSearch(ctx, mode)
		}
		return tx.one(ctx, "SELECT `done` FROM `"+s.searchTodo()+"`", nil, &done)
	})
	if err != nil {
		return err
	}
	var last int64
	if err := s.one(ctx, "SELECT COALESCE(MAX(`ID`), 0) FROM "+s.t.posts, nil, &last); err != nil {
		return err
	}
	s.log.Info("the index of searches is being built", "search", mode, "from", done, "to", last)
	for said := done; ; {
		more := false
		err := s.Tx(ctx, func(tx *Tx) (err error) {
			done, more, err = tx.indexSome(ctx, buildPosts)
			return err
		})
		if err != nil {
			return fmt.Errorf("building the index of searches: %w", err)
		}
		if !more {
			break
		}
		if (done-said)*10 >= last {
			s.log.Info("the index of searches is being built", "search", mode, "at", done, "to", last)
			said = done
		}
	}
	if _, err := s.exec(ctx, AreaOther, "INSERT INTO `"+s.searchTable()+"` (`"+s.searchTable()+"`) VALUES ('optimize')"); err != nil {
		return err
	}
	s.log.Info("the index of searches is complete", "search", mode)
	return nil
}

// indexSome takes the next n posts into the index that is being built. more is false when it is complete.
func (q *Queries) indexSome(ctx context.Context, n int) (done int64, more bool, err error) {
	todo := "`" + q.s.searchTodo() + "`"
	if err := q.one(ctx, "SELECT `done` FROM "+todo, nil, &done); err != nil {
		if errors.Is(err, wp.ErrNoSchema) { // another process completed it
			err = nil
		}
		return 0, false, err
	}
	var upTo sql.NullInt64
	if err := q.one(ctx, "SELECT MAX(`ID`) FROM (SELECT `ID` FROM "+q.s.t.posts+" WHERE `ID` > ? ORDER BY `ID` LIMIT ?)", []any{done, n}, &upTo); err != nil {
		return done, false, err
	}
	if !upTo.Valid {
		_, err := q.exec(ctx, AreaOther, "DROP TABLE "+todo)
		return done, false, err
	}
	_, err = q.exec(ctx, AreaOther, "INSERT OR REPLACE INTO `"+q.s.searchTable()+"` (rowid, `post_title`, `post_excerpt`, `post_content`)"+
		" SELECT `ID`, `post_title`, `post_excerpt`, `post_content` FROM "+q.s.t.posts+
		" WHERE `ID` > ? AND `ID` <= ? AND `post_type` <> '"+notInIndex+"' ORDER BY `ID`", done, upTo.Int64)
	if err == nil {
		_, err = q.exec(ctx, AreaOther, "UPDATE "+todo+" SET `done` = ?", upTo.Int64)
	}
	return upTo.Int64, true, err
}

// besideIndex copies into SQLite. Where the target has an index of searches, the posts that come are in it as well.
func (c *copier) besideIndex(ctx context.Context, tx *Tx) error {
	st, err := c.to.searchStateIn(ctx, c.dst)
	if err != nil {
		return classify(err)
	}
	if st.Mode != SearchLike && c.o.Force {
		if err := tx.dropSQLiteSearch(ctx); err != nil {
			return err
		}
	}
	if err := c.run(ctx); err != nil || st.Mode == SearchLike || st.Mode == "" {
		return err
	}
	if err := tx.beginSQLiteSearch(ctx, st.Mode); err != nil {
		return err
	}
	for more := true; more && err == nil; {
		_, more, err = tx.indexSome(ctx, buildPosts)
	}
	return err
}
