package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/wp"
)

// CopyOptions tunes Copy.
type CopyOptions struct {
	Force    bool     // replace the tables that are there already
	Skip     []string // tables to leave out, by their names in the source; WordPress's own are then made empty
	Progress func(CopyProgress)
}

// CopyProgress says how far a copy is.
type CopyProgress struct {
	Table          string // by its name in the target
	Rows, RowsOf   int64
	Number, Tables int // the table is the Number-th, from 1, of Tables
	Checked        bool
}

// CopyReport is what was copied.
type CopyReport struct {
	Tables []CopiedTable `json:"tables"`
	Notes  []string      `json:"notes"` // what was not carried over, in plain words
}

// CopiedTable is one table of the target as it was read back: the number of its rows and a checksum of their contents
// that depends neither on their order nor on the database.
type CopiedTable struct {
	Name     string `json:"table"`
	Rows     int64  `json:"rows"`
	Checksum string `json:"checksum"`
	Known    bool   `json:"wordpress"` // one of WordPress's twelve
}

// Copy copies a whole site, ids and next ids kept: WordPress's tables and every other table of the database but those of
// another WordPress with a prefix of its own. It is all or nothing, every row is read back and compared before the copy
// becomes visible, and what is copied is one moment of from, even while that goes on working. It answers wp.ErrConflict
// when to has tables with its prefix already (see CopyOptions.Force), wp.ErrNoSchema when from holds no site, and a
// *Misfit when rows do not fit.
//
// On MySQL the tables are filled under names of their own (`{prefix}platen_copy_N`) and put in place by one RENAME; what
// a killed copy left under such names the next one removes.
func Copy(ctx context.Context, from, to *Store, o CopyOptions) (CopyReport, error) {
	c := &copier{from: from, to: to, o: o}
	conn, err := from.read.Conn(ctx)
	if err != nil {
		return c.report, fmt.Errorf("store: %w", classify(err))
	}
	defer conn.Close()
	if from.d == mysqlDialect {
		if _, err := conn.ExecContext(ctx, "SET time_zone = '+00:00'"); err != nil {
			return c.report, fmt.Errorf("store: %w", classify(err))
		}
		defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "SET time_zone = @@global.time_zone") }()
	}
	src, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: isolation(from.d), ReadOnly: from.d == mysqlDialect})
	if err != nil {
		return c.report, fmt.Errorf("store: %w", classify(err))
	}
	defer func() { _ = src.Rollback() }()
	c.src = src
	if err := c.describe(ctx); err != nil {
		return c.report, err
	}
	if to.d == mysqlDialect {
		err = c.onMySQL(ctx)
	} else {
		err = to.once(ctx, to.txOptions, func(tx *Tx) error {
			tx.tx.touched = ^Area(0)
			c.dst = tx.tx.tx
			return c.besideIndex(ctx, tx)
		})
	}
	if err != nil {
		c.report.Tables = nil
		return c.report, fmt.Errorf("store: %w", err)
	}
	return c.report, nil
}

func isolation(d *dialect) sql.IsolationLevel {
	if d == mysqlDialect {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// database is a transaction or a connection.
type database interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// copier is one copy under way.
type copier struct {
	from, to *Store
	o        CopyOptions
	src, dst database
	tables   []copyTable
	report   CopyReport
	misfit   Misfit
	maria    bool // the target is MariaDB rather than MySQL
	colls    map[string]bool
}

func (c *copier) note(format string, args ...any) {
	c.report.Notes = append(c.report.Notes, fmt.Sprintf(format, args...))
}

// staging is the name a table is filled under: its own on SQLite, where the transaction hides it.
func (c *copier) staging(n int) string {
	if c.to.d == sqliteDialect {
		return c.target(c.tables[n])
	}
	return fmt.Sprintf("%splaten_copy_%d", c.to.t.prefix, n+1)
}

// target is a table's name in the target.
func (c *copier) target(t copyTable) string {
	if t.Own {
		return c.to.t.prefix + t.Name
	}
	return t.Name
}

func (c *copier) source(t copyTable) string {
	if t.Own {
		return c.from.t.prefix + t.Name
	}
	return t.Name
}

// run makes, fills and checks every table.
func (c *copier) run(ctx context.Context) error {
	if err := c.makeRoom(ctx); err != nil {
		return err
	}
	for n := range c.tables {
		if c.to.d == mysqlDialect && c.from.d == sqliteDialect && !c.tables[n].empty {
			if err := c.guess(ctx, &c.tables[n]); err != nil {
				return fmt.Errorf("looking at %s: %w", c.source(c.tables[n]), err)
			}
		}
		t, name := c.tables[n], c.staging(n)
		for _, col := range t.Columns {
			if _, ok := kindOf(col.Type); !ok {
				return fmt.Errorf("table %s: column %s is of the type %s, which cannot be copied; leave the table out with --skip", c.source(t), col.Name, col.Type)
			}
		}
		for _, text := range c.ddl(t, name) {
			if _, err := c.dst.ExecContext(ctx, text); err != nil {
				return fmt.Errorf("making the table %s: %w", c.target(t), classify(err))
			}
		}
		want, err := c.fillAtOnce(ctx, n, t, name)
		if err != nil {
			return fmt.Errorf("copying %s: %w", c.source(t), err)
		}
		if err := c.keepNext(ctx, t, name); err != nil {
			return fmt.Errorf("copying %s: %w", c.source(t), classify(err))
		}
		if c.misfit.Total > 0 {
			continue // the rest is only looked at, to name what else does not fit
		}
		got, err := c.sum(ctx, t, name)
		if err != nil {
			return fmt.Errorf("checking %s: %w", c.target(t), err)
		}
		if got != want {
			return fmt.Errorf("checking %s: %d rows (%s) were read and %d rows (%s) arrived", c.target(t), want.rows, want, got.rows, got)
		}
		c.report.Tables = append(c.report.Tables, CopiedTable{Name: c.target(t), Rows: got.rows, Checksum: got.String(), Known: t.known})
		c.tell(CopyProgress{Table: c.target(t), Rows: got.rows, RowsOf: got.rows, Number: n + 1, Tables: len(c.tables), Checked: true})
	}
	if c.misfit.Total > 0 {
		return &c.misfit
	}
	if c.to.d == sqliteDialect {
		if err := c.remember(ctx); err != nil {
			return err
		}
		for _, text := range sqliteStatistics(c.to.t) {
			if _, err := c.dst.ExecContext(ctx, text); err != nil {
				return classify(err)
			}
		}
	}
	return nil
}

// fillAtOnce fills a table in one transaction, for the sake of speed: on SQLite there is one around everything.
func (c *copier) fillAtOnce(ctx context.Context, n int, t copyTable, name string) (sum, error) {
	if c.to.d == sqliteDialect {
		return c.fill(ctx, n, t, name)
	}
	if _, err := c.dst.ExecContext(ctx, "START TRANSACTION"); err != nil {
		return sum{}, classify(err)
	}
	s, err := c.fill(ctx, n, t, name)
	end := "COMMIT"
	if err != nil {
		end = "ROLLBACK"
	}
	if _, e := c.dst.ExecContext(context.WithoutCancel(ctx), end); err == nil && e != nil {
		err = classify(e)
	}
	return s, err
}

func (c *copier) tell(p CopyProgress) {
	if c.o.Progress != nil {
		c.o.Progress(p)
	}
}

// makeRoom refuses a target that is in use, or clears it when that was asked for.
func (c *copier) makeRoom(ctx context.Context) error {
	have, err := tableList(ctx, c.dst, c.to.d)
	if err != nil {
		return err
	}
	var busy []string
	for _, t := range have {
		planned := slices.ContainsFunc(c.tables, func(p copyTable) bool { return strings.EqualFold(c.target(p), t) })
		if planned || strings.HasPrefix(t, c.to.t.prefix) && !strings.HasPrefix(t, c.to.t.prefix+"platen_copy_") {
			busy = append(busy, t)
		}
		if planned && c.o.Force && c.to.d == sqliteDialect {
			if _, err := c.dst.ExecContext(ctx, "DROP TABLE "+quoteName(t)); err != nil {
				return classify(err)
			}
		}
	}
	if len(busy) == 0 || c.o.Force {
		return nil
	}
	shown := busy[:min(5, len(busy))]
	return fmt.Errorf("the target is not empty: it has %d tables (%s…): %w", len(busy), strings.Join(shown, ", "), wp.ErrConflict)
}

// keepNext makes the next row of a table get the id it would get in the source.
func (c *copier) keepNext(ctx context.Context, t copyTable, name string) error {
	switch {
	case t.Next <= 1:
		return nil
	case c.to.d == mysqlDialect:
		_, err := c.dst.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s AUTO_INCREMENT = %d", quoteName(name), t.Next))
		return err
	}
	if _, err := c.dst.ExecContext(ctx, "DELETE FROM sqlite_sequence WHERE name = ?", name); err != nil {
		return err
	}
	_, err := c.dst.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", name, t.Next-1)
	return err
}

// onMySQL fills tables beside the real ones and puts them in place at the end.
func (c *copier) onMySQL(ctx context.Context) (err error) {
	conn, err := c.to.write.Conn(ctx)
	if err != nil {
		return classify(err)
	}
	defer conn.Close()
	c.dst = conn
	calm := context.WithoutCancel(ctx)
	lock := c.to.t.prefix + "platen_copy"
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(CONCAT(LEFT(MD5(DATABASE()), 16), ?), 0)", lock).Scan(&got); err != nil {
		return classify(err)
	}
	if got.Int64 != 1 {
		return fmt.Errorf("another copy into this database is under way: %w", wp.ErrBusy)
	}
	mode := ""
	if err := conn.QueryRowContext(ctx, "SELECT @@sql_mode").Scan(&mode); err != nil {
		return classify(err)
	}
	defer func() {
		_ = c.dropStaging(calm)
		_, _ = conn.ExecContext(calm, "SET sql_mode = ?, time_zone = @@global.time_zone, foreign_key_checks = 1", mode)
		_, _ = conn.ExecContext(calm, "DO RELEASE_LOCK(CONCAT(LEFT(MD5(DATABASE()), 16), ?))", lock)
	}()
	// Strict, so that the server says what does not fit instead of cutting it; dates stay what they are.
	strict := "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"
	if strings.Contains(mode, "NO_BACKSLASH_ESCAPES") {
		strict += ",NO_BACKSLASH_ESCAPES"
	}
	if _, err := conn.ExecContext(ctx, "SET sql_mode = ?, time_zone = '+00:00', foreign_key_checks = 0", strict); err != nil {
		return classify(err)
	}
	if err := c.learnTarget(ctx, conn); err != nil {
		return err
	}
	if err := c.dropStaging(ctx); err != nil {
		return err
	}
	if err := c.run(ctx); err != nil {
		return err
	}
	return c.swap(ctx)
}

// learnTarget asks a MySQL server what it is.
func (c *copier) learnTarget(ctx context.Context, conn *sql.Conn) error {
	var version string
	if err := conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return classify(err)
	}
	c.maria = strings.Contains(version, "MariaDB")
	c.colls = map[string]bool{}
	return eachText(ctx, conn, "SELECT collation_name FROM information_schema.collations", nil, func(v []sql.NullString) {
		c.colls[v[0].String] = true
	}, 1)
}

// dropStaging removes the tables of this copy, or of one that was killed.
func (c *copier) dropStaging(ctx context.Context) error {
	have, err := tableList(ctx, c.dst, c.to.d)
	if err != nil {
		return err
	}
	for _, t := range have {
		if strings.HasPrefix(t, c.to.t.prefix+"platen_copy_") {
			if _, err := c.dst.ExecContext(ctx, "DROP TABLE "+quoteName(t)); err != nil {
				return classify(err)
			}
		}
	}
	return nil
}

// swap puts the filled tables in place of the old ones, all at once.
func (c *copier) swap(ctx context.Context) error {
	have, err := tableList(ctx, c.dst, c.to.d)
	if err != nil {
		return err
	}
	var moves []string
	for n, t := range c.tables {
		name := c.target(t)
		if i := slices.IndexFunc(have, func(h string) bool { return strings.EqualFold(h, name) }); i >= 0 {
			moves = append(moves, fmt.Sprintf("%s TO %s", quoteName(have[i]), quoteName(fmt.Sprintf("%splaten_copy_old_%d", c.to.t.prefix, n+1))))
		}
		moves = append(moves, fmt.Sprintf("%s TO %s", quoteName(c.staging(n)), quoteName(name)))
	}
	// Not stopped in the middle by an interrupt, whose outcome would be unknown.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if _, err := c.dst.ExecContext(ctx, "RENAME TABLE "+strings.Join(moves, ", ")); err != nil {
		return fmt.Errorf("putting the tables in place: %w", classify(err))
	}
	c.to.wrote(^Area(0))
	return nil
}

// quoteName quotes the name of a table or column.
func quoteName(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }

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
