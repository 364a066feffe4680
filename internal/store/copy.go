package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Copy copies a whole site into an empty database, ids and next ids kept. The tables of to are made by it; wp.ErrConflict
// is answered where they exist. progress, if not nil, hears of each table when it is done. It is all or nothing, and what
// is copied is one moment of from, even while that goes on working. Only WordPress's own tables are copied.
func Copy(ctx context.Context, from, to *Store, progress func(table string, rows int)) error {
	if err := to.CreateSchema(ctx); err != nil {
		return err
	}
	src, err := from.read.BeginTx(ctx, &sql.TxOptions{Isolation: isolation(from.d), ReadOnly: from.d == mysqlDialect})
	if err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	defer func() { _ = src.Rollback() }()
	next := map[string]int64{}
	err = to.once(ctx, func(tx *Tx) error {
		for _, def := range schemaDef() {
			n, err := copyTable(ctx, src, from, tx, def)
			if err != nil {
				return fmt.Errorf("store: copying %s: %w", def.name, err)
			}
			if def.primary == nil {
				if next[def.name], err = from.nextID(ctx, src, def); err != nil {
					return err
				}
			}
			if progress != nil {
				progress(def.name, n)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for table, id := range next {
		if err := to.setNextID(ctx, table, id); err != nil {
			return err
		}
	}
	return nil
}

func isolation(d *dialect) sql.IsolationLevel {
	if d == mysqlDialect {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// copyTable streams one table, some rows at a time.
func copyTable(ctx context.Context, src *sql.Tx, from *Store, tx *Tx, def tableDef) (int, error) {
	columns := make([]string, len(def.columns))
	for i, c := range def.columns {
		columns[i] = c.name
	}
	rows, err := src.QueryContext(ctx, "SELECT `"+strings.Join(columns, "`,`")+"` FROM `"+from.t.prefix+def.name+"` ORDER BY 1, 2")
	if err != nil {
		return 0, classify(err)
	}
	defer rows.Close()
	n := 0
	var batch [][]any
	size := 0
	flush := func() error {
		rename(def.name, columns, batch, from.t.prefix, tx.s.t.prefix)
		err := tx.insertRows(ctx, def.name, columns, batch)
		batch, size = batch[:0], 0
		return err
	}
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		dest := make([]any, len(columns))
		for i := range cells {
			dest[i] = &cells[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return n, err
		}
		row := make([]any, len(columns))
		for i, c := range cells {
			if c.Valid {
				row[i] = c.String
				size += len(c.String)
			}
		}
		batch = append(batch, row)
		n++
		if len(batch) == rowsAtATime || size > 1<<20 {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return n, classify(err)
	}
	return n, flush()
}

// nextID is the id the table's next row would get.
func (s *Store) nextID(ctx context.Context, tx *sql.Tx, def tableDef) (int64, error) {
	name := s.t.prefix + def.name
	var seq, top sql.NullInt64
	query := "SELECT seq + 1 FROM sqlite_sequence WHERE name = ?"
	if s.d == mysqlDialect {
		query = "SELECT auto_increment FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?"
	}
	if err := tx.QueryRowContext(ctx, query, name).Scan(&seq); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("store: %w", classify(err))
	}
	if err := tx.QueryRowContext(ctx, "SELECT MAX(`"+def.columns[0].name+"`) + 1 FROM `"+name+"`").Scan(&top); err != nil {
		return 0, fmt.Errorf("store: %w", classify(err))
	}
	return max(1, seq.Int64, top.Int64), nil
}

// prefixedUserMeta are the keys of user meta that core writes with the table prefix in front (update_user_option).
var prefixedUserMeta = []string{"capabilities", "user_level", "user-settings", "user-settings-time", "dashboard_quick_press_last_post_id",
	"persisted_preferences", "media_library_mode"}

// rename changes the names that carry the table prefix in rows that move to another prefix.
func rename(table string, columns []string, rows [][]any, from, to string) {
	names, column := prefixedUserMeta, "meta_key"
	switch {
	case from == to:
		return
	case table == "options":
		names, column = []string{"user_roles"}, "option_name"
	case table != "usermeta":
		return
	}
	for i, c := range columns {
		if c != column {
			continue
		}
		for _, row := range rows {
			for _, n := range names {
				if row[i] == from+n {
					row[i] = to + n
				}
			}
		}
	}
}
