package store

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Diagnosis is what can be told about a database without changing anything.
type Diagnosis struct {
	Engine  string // SQLite, MariaDB or MySQL
	Version string
	Charset string // of the database; "" on SQLite
	SQLMode string // of the server, before a connection sets its own; "" on SQLite
	Clock   time.Time
	Tables  []TableState // WordPress's twelve
	// Denied are the privileges that are needed and were not granted; GrantsKnown
	// is false where they could not be told.
	Denied      []string
	GrantsKnown bool
}

// TableState compares one table with WordPress's.
type TableState struct {
	Name           string // with prefix
	Missing        bool
	Charset        string // of the table's text; "" on SQLite
	Storage        string // InnoDB, MyISAM; "" on SQLite
	MissingColumns []string
	ExtraColumns   []string // that a plugin added
	MissingIndexes []string
}

// number is the first two numbers of the version.
func (d *Diagnosis) number() (major, minor int) {
	parts := strings.SplitN(d.Version, ".", 3)
	major, _ = strconv.Atoi(parts[0])
	if len(parts) > 1 {
		minor, _ = strconv.Atoi(parts[1])
	}
	return major, minor
}

// Before reports whether the version is lower than another.
func (d *Diagnosis) Before(major, minor int) bool {
	a, b := d.number()
	return a < major || a == major && b < minor
}

// Diagnose looks at the database and its tables.
func (s *Store) Diagnose(ctx context.Context) (*Diagnosis, error) {
	d := &Diagnosis{}
	look := s.diagnoseSQLite
	if s.d == mysqlDialect {
		look = s.diagnoseMySQL
	}
	if err := look(ctx, d); err != nil {
		return nil, classify(err)
	}
	return d, nil
}

func (s *Store) diagnoseSQLite(ctx context.Context, d *Diagnosis) error {
	d.Engine, d.GrantsKnown = "SQLite", true
	var clock string
	if err := s.read.QueryRowContext(ctx, "SELECT sqlite_version(), strftime('%Y-%m-%d %H:%M:%f', 'now')").Scan(&d.Version, &clock); err != nil {
		return err
	}
	d.Clock, _ = time.Parse("2006-01-02 15:04:05.999", clock)
	for _, def := range schemaDef() {
		t := TableState{Name: s.t.prefix + def.name}
		columns, err := s.texts(ctx, "SELECT name FROM pragma_table_info(?)", t.Name)
		if err != nil {
			return err
		}
		indexes, err := s.texts(ctx, "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?", t.Name)
		if err != nil {
			return err
		}
		for i, name := range indexes {
			indexes[i] = strings.TrimPrefix(name, t.Name+"__")
		}
		t.compare(def, columns, indexes)
		d.Tables = append(d.Tables, t)
	}
	return nil
}

func (s *Store) diagnoseMySQL(ctx context.Context, d *Diagnosis) error {
	var clock string
	err := s.read.QueryRowContext(ctx, "SELECT VERSION(), @@GLOBAL.sql_mode, @@character_set_database, UTC_TIMESTAMP(3)").Scan(&d.Version, &d.SQLMode, &d.Charset, &clock)
	if err != nil {
		return err
	}
	d.Engine = "MySQL"
	if strings.Contains(strings.ToLower(d.Version), "mariadb") {
		d.Engine, d.Version = "MariaDB", strings.TrimPrefix(d.Version, "5.5.5-")
	}
	d.Clock, _ = time.Parse("2006-01-02 15:04:05.999", clock)
	for _, def := range schemaDef() {
		t := TableState{Name: s.t.prefix + def.name}
		if err := s.diagnoseTable(ctx, &t, def); err != nil {
			return err
		}
		d.Tables = append(d.Tables, t)
	}
	return s.diagnoseGrants(ctx, d)
}

func (s *Store) diagnoseTable(ctx context.Context, t *TableState, def tableDef) error {
	var storage, collation sql.NullString
	err := s.read.QueryRowContext(ctx, "SELECT ENGINE, TABLE_COLLATION FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?", t.Name).Scan(&storage, &collation)
	if err != nil && err != sql.ErrNoRows {
		return err
	}
	t.Storage = storage.String
	columns, err := s.texts(ctx, "SELECT COLUMN_NAME FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position", t.Name)
	if err != nil {
		return err
	}
	indexes, err := s.texts(ctx, "SELECT DISTINCT INDEX_NAME FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ?", t.Name)
	if err != nil {
		return err
	}
	charsets, err := s.texts(ctx, "SELECT DISTINCT CHARACTER_SET_NAME FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND CHARACTER_SET_NAME IS NOT NULL ORDER BY 1", t.Name)
	if err != nil {
		return err
	}
	t.Charset = strings.Join(charsets, ", ")
	t.compare(def, columns, indexes)
	return nil
}

// compare fills in what a table has too little or too much.
func (t *TableState) compare(def tableDef, columns, indexes []string) {
	if t.Missing = len(columns) == 0; t.Missing {
		return
	}
	has := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	var known []string
	for _, c := range def.columns {
		known = append(known, c.name)
		if !has(columns, c.name) {
			t.MissingColumns = append(t.MissingColumns, c.name)
		}
	}
	for _, name := range columns {
		if !has(known, name) {
			t.ExtraColumns = append(t.ExtraColumns, name)
		}
	}
	for _, x := range def.indexes {
		if !has(indexes, x.name) {
			t.MissingIndexes = append(t.MissingIndexes, x.name)
		}
	}
}

// needed are the privileges that a site cannot be served without.
var needed = []string{"SELECT", "INSERT", "UPDATE", "DELETE"}

var grantForm = regexp.MustCompile("^GRANT (.+) ON (.+?) TO ")

func (s *Store) diagnoseGrants(ctx context.Context, d *Diagnosis) error {
	lines, err := s.texts(ctx, "SHOW GRANTS")
	if err != nil {
		return nil // not even this is allowed: they cannot be told
	}
	var database string
	if err := s.read.QueryRowContext(ctx, "SELECT DATABASE()").Scan(&database); err != nil {
		return err
	}
	d.Denied, d.GrantsKnown = denied(lines, database)
	return nil
}

// denied reads SHOW GRANTS. It is not known when there are roles, or grants on
// single tables: those are beyond what is read here.
func denied(lines []string, database string) (missing []string, known bool) {
	granted := map[string]bool{}
	known = true
	for _, line := range lines {
		m := grantForm.FindStringSubmatch(line)
		if m == nil {
			known = known && !strings.HasPrefix(line, "GRANT ")
			continue
		}
		on, object, _ := strings.Cut(m[2], ".")
		on = strings.Trim(on, "`\"")
		if object != "*" {
			known = known && on != database
			continue
		}
		if !grantCovers(on, database) {
			continue
		}
		for _, p := range strings.Split(m[1], ",") {
			granted[strings.ToUpper(strings.TrimSpace(p))] = true
		}
	}
	for _, p := range needed {
		if !granted[p] && !granted["ALL PRIVILEGES"] && !granted["ALL"] {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 && !known {
		return nil, false
	}
	return missing, true
}

// grantCovers reports whether the pattern of a grant is that of a database: %
// and _ are wildcards unless escaped.
func grantCovers(pattern, database string) bool {
	if pattern == "*" {
		return true
	}
	var b strings.Builder
	b.WriteString("(?is)^")
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		case c == '%':
			b.WriteString(".*")
		case c == '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	re, err := regexp.Compile(b.String() + "$")
	return err == nil && re.MatchString(database)
}

// texts reads one column of text.
func (s *Store) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
