package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// kind is how a column's values are read, written and summed up.
type kind int

const (
	kindText kind = iota
	kindInt
	kindFloat
	kindBlob
	kindAny // SQLite: whatever the row holds
)

// copyTable describes a table in words that both databases can be made of.
type copyTable struct {
	Name      string // without the prefix if Own
	Own       bool   // carries the site's prefix
	Columns   []copyColumn
	Keys      []copyKey
	Collation string
	Next      int64 // the next id, 0 if there is none

	known bool
	empty bool     // known, but missing or skipped in the source
	lite  []string // SQLite's own texts, for a copy from SQLite to SQLite
}

// copyColumn is one column. Type is MySQL's; it is "" where only SQLite is known, and Affinity says what that holds.
type copyColumn struct {
	Name, Type, Collation string
	Null                  bool
	Default               *string
	Now, OnUpdate         string // current_timestamp(n) as default, and on update
	Auto                  bool

	kind     kind
	my, lite string // definitions that are fixed: WordPress's own
	absent   bool   // not in the source: the default is taken
	affinity string // SQLite's declared type, for a column of SQLite
}

// copyKey is an index.
type copyKey struct {
	Name    string
	Kind    string // "", UNIQUE, PRIMARY, FULLTEXT, SPATIAL
	Columns []string
	Lengths []int
}

// rememberTable keeps MySQL's description of the tables that SQLite's schema cannot hold exactly, for the way back.
const rememberTable = "platen_copied"

// describe finds out what is to be copied.
func (c *copier) describe(ctx context.Context) error {
	var found []copyTable
	var err error
	if c.from.d == mysqlDialect {
		found, err = c.describeMySQL(ctx)
	} else {
		found, err = c.describeSQLite(ctx)
	}
	if err != nil {
		return err
	}
	byName := map[string]copyTable{}
	for _, t := range found {
		byName[t.Name] = t
	}
	for _, must := range []string{"options", "posts", "users"} {
		if t, ok := byName[c.from.t.prefix+must]; !ok || len(t.Columns) == 0 {
			return fmt.Errorf("store: there is no table %s%s in the source: %w", c.from.t.prefix, must, wp.ErrNoSchema)
		}
	}
	defs := map[string]tableDef{}
	for _, d := range schemaDef() {
		defs[d.name] = d
	}
	others := foreignPrefixes(found, c.from.t.prefix)
	for _, name := range TableNames() {
		c.tables = append(c.tables, c.knownTable(defs[name], byName))
	}
	for _, t := range found {
		own, isOwn := strings.CutPrefix(t.Name, c.from.t.prefix)
		_, isKnown := defs[own]
		switch {
		case isOwn && (isKnown || strings.HasPrefix(own, "platen_copy_")):
			continue
		case isOwn && own == rememberTable && c.to.d == mysqlDialect:
			continue
		case slices.Contains(c.o.Skip, t.Name):
			c.note("table %s: left out as asked", t.Name)
			continue
		case belongsTo(t.Name, c.from.t.prefix, others) != "":
			c.note("table %s: left out, it belongs to the WordPress with the prefix %s (copy that with ?prefix=%[2]s)", t.Name, belongsTo(t.Name, c.from.t.prefix, others))
			continue
		}
		if isOwn {
			t.Name, t.Own = own, true
		}
		c.tables = append(c.tables, t)
	}
	for _, name := range c.o.Skip {
		if _, ok := byName[name]; !ok {
			return fmt.Errorf("store: there is no table %s to leave out", name)
		}
	}
	return nil
}

// knownTable is one of WordPress's own tables: as WordPress makes it, with what the source has beyond that. Between two
// MySQL servers it is as the source has it.
func (c *copier) knownTable(d tableDef, have map[string]copyTable) copyTable {
	name := c.from.t.prefix + d.name
	src, ok := have[name]
	t := copyTable{Name: d.name, Own: true, known: true, Next: src.Next}
	switch {
	case !ok:
		c.note("table %s: missing in the source, an empty one was made", name)
		t.empty = true
	case slices.Contains(c.o.Skip, name):
		c.note("table %s: its rows are left out as asked", name)
		t.empty, t.Next = true, 0
	case c.from.d == mysqlDialect && c.to.d == mysqlDialect:
		src.Name, src.Own, src.known = d.name, true, true
		return src
	}
	for _, col := range d.columns {
		k := copyColumn{Name: col.name, my: col.my, lite: col.lite, Auto: strings.Contains(col.my, "AUTO_INCREMENT")}
		if strings.HasPrefix(col.lite, "INTEGER") {
			k.kind = kindInt
		}
		at := slices.IndexFunc(src.Columns, func(s copyColumn) bool { return strings.EqualFold(s.Name, col.name) })
		if k.absent = at < 0; k.absent && !t.empty {
			c.note("column %s.%s: missing in the source, its default is used", name, col.name)
		}
		t.Columns = append(t.Columns, k)
	}
	for _, s := range src.Columns {
		if !slices.ContainsFunc(d.columns, func(col column) bool { return strings.EqualFold(col.name, s.Name) }) {
			t.Columns = append(t.Columns, s)
		}
	}
	t.Keys = knownKeys(d)
	return t
}

func knownKeys(d tableDef) []copyKey {
	primary := copyKey{Name: "PRIMARY", Kind: "PRIMARY", Columns: d.primary, Lengths: make([]int, len(d.primary))}
	if d.primary == nil {
		primary.Columns, primary.Lengths = []string{d.columns[0].name}, []int{0}
	}
	keys := []copyKey{primary}
	for _, x := range d.indexes {
		k := copyKey{Name: x.name, Columns: x.columns}
		if x.unique {
			k.Kind = "UNIQUE"
		}
		for _, col := range x.columns {
			k.Lengths = append(k.Lengths, x.prefix[col])
		}
		keys = append(keys, k)
	}
	return keys
}

var blogNumber = regexp.MustCompile(`^[0-9]+_$`)

// foreignPrefixes are those of other WordPress sites in the same database.
func foreignPrefixes(found []copyTable, own string) []string {
	var out []string
	for _, t := range found {
		p, ok := strings.CutSuffix(t.Name, "options")
		if !ok || p == own {
			continue
		}
		if rest, mine := strings.CutPrefix(p, own); mine && blogNumber.MatchString(rest) {
			continue // a site of the same network
		}
		has := func(name string) bool {
			return slices.ContainsFunc(found, func(t copyTable) bool { return t.Name == p+name })
		}
		if has("posts") && has("postmeta") && has("term_taxonomy") {
			out = append(out, p)
		}
	}
	return out
}

// belongsTo is the other site's prefix that fits a table better than our own, or "".
func belongsTo(table, own string, others []string) string {
	best := ""
	for _, p := range others {
		if strings.HasPrefix(table, p) && len(p) > len(best) && (p != "" || !strings.HasPrefix(table, own)) {
			best = p
		}
	}
	if strings.HasPrefix(table, own) && len(own) > len(best) {
		return ""
	}
	return best
}

// tableList is every table of a database.
func tableList(ctx context.Context, db database, d *dialect) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
	if d == mysqlDialect {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
	}
	var out []string
	err := eachText(ctx, db, query, nil, func(v []sql.NullString) { out = append(out, v[0].String) }, 1)
	return out, err
}

// eachText runs a query whose columns are all read as text.
func eachText(ctx context.Context, db database, query string, args []any, f func([]sql.NullString), width int) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		cells := make([]sql.NullString, width)
		dest := make([]any, width)
		for i := range cells {
			dest[i] = &cells[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return classify(err)
		}
		f(cells)
	}
	return classify(rows.Err())
}

// describeSQLite reads the schema of a SQLite file.
func (c *copier) describeSQLite(ctx context.Context) ([]copyTable, error) {
	remembered, err := c.remembered(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	var out []copyTable
	err = eachText(ctx, c.src, "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name", nil, func(v []sql.NullString) {
		switch v[1].String {
		case "table":
			if v[0].String != c.from.searchTodo() {
				out = append(out, copyTable{Name: v[0].String})
			}
		case "view", "virtual":
			if v[0].String == c.from.searchTable() {
				return // whoever opens the copy has one made if he wants
			}
			c.note("%s %s: not copied", v[1].String, v[0].String)
		}
	}, 2)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	seen := 0
	err = eachText(ctx, c.src, "SELECT name FROM sqlite_master WHERE type = 'trigger'", nil, func(v []sql.NullString) {
		if !strings.HasPrefix(v[0].String, c.from.searchTable()+"_") {
			seen++
		}
	}, 1)
	if seen > 0 {
		c.note("%d triggers: not copied", seen)
	}
	for i := range out {
		if err == nil {
			err = c.describeLite(ctx, &out[i])
		}
		own, isOwn := strings.CutPrefix(out[i].Name, c.from.t.prefix)
		if r, ok := remembered[own]; ok && isOwn {
			out[i].recall(r)
		} else if r, ok := remembered["\x00"+out[i].Name]; ok && !isOwn {
			out[i].recall(r)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return out, nil
}

// describeLite reads one table of a SQLite file.
func (c *copier) describeLite(ctx context.Context, t *copyTable) error {
	var primary []string
	order := map[string]int{}
	err := eachText(ctx, c.src, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)", []any{t.Name}, func(v []sql.NullString) {
		if v[5].String == "1" {
			return
		}
		if h := v[5].String; h != "0" {
			c.note("column %s.%s: generated; its values are copied, not its rule", t.Name, v[0].String)
		}
		col := copyColumn{Name: v[0].String, affinity: v[1].String, Null: v[2].String == "0", kind: kindAny}
		if d, ok := liteDefault(v[3]); ok {
			col.Default = &d
		}
		if pk, _ := strconv.Atoi(v[4].String); pk > 0 {
			primary = append(primary, col.Name)
			order[col.Name] = pk
			col.Null = false
		}
		t.Columns = append(t.Columns, col)
	}, 6)
	if err != nil {
		return err
	}
	slices.SortFunc(primary, func(a, b string) int { return order[a] - order[b] })
	if len(primary) > 0 {
		t.Keys = append(t.Keys, copyKey{Name: "PRIMARY", Kind: "PRIMARY", Columns: primary, Lengths: make([]int, len(primary))})
	}
	var text sql.NullString
	err = eachText(ctx, c.src, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", []any{t.Name}, func(v []sql.NullString) { text = v[0] }, 1)
	if err != nil {
		return err
	}
	t.lite = append(t.lite, text.String)
	if err := c.liteIndexes(ctx, t); err != nil {
		return err
	}
	if len(primary) == 1 && strings.Contains(strings.ToUpper(text.String), "AUTOINCREMENT") {
		for i := range t.Columns {
			t.Columns[i].Auto = t.Columns[i].Name == primary[0]
		}
		t.Next = 1
		return eachText(ctx, c.src, "SELECT seq + 1 FROM sqlite_sequence WHERE name = ?", []any{t.Name}, func(v []sql.NullString) {
			t.Next, _ = strconv.ParseInt(v[0].String, 10, 64)
		}, 1)
	}
	return nil
}

func (c *copier) liteIndexes(ctx context.Context, t *copyTable) error {
	type index struct{ name, unique, partial string }
	var list []index
	err := eachText(ctx, c.src, "SELECT name, \"unique\", partial FROM pragma_index_list(?) WHERE origin <> 'pk' ORDER BY name", []any{t.Name}, func(v []sql.NullString) {
		list = append(list, index{v[0].String, v[1].String, v[2].String})
	}, 3)
	for _, x := range list {
		if err != nil {
			return err
		}
		k := copyKey{Name: strings.TrimPrefix(x.name, t.Name+"__")}
		if x.unique == "1" {
			k.Kind = "UNIQUE"
		}
		whole := x.partial == "0"
		err = eachText(ctx, c.src, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", []any{x.name}, func(v []sql.NullString) {
			whole = whole && v[0].Valid
			k.Columns, k.Lengths = append(k.Columns, v[0].String), append(k.Lengths, 0)
		}, 1)
		if err == nil {
			err = eachText(ctx, c.src, "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ? AND sql IS NOT NULL", []any{x.name}, func(v []sql.NullString) {
				t.lite = append(t.lite, v[0].String)
			}, 1)
		}
		if whole {
			t.Keys = append(t.Keys, k)
		} else if c.to.d == mysqlDialect {
			c.note("index %s of table %s: not copied, it covers part of the rows or an expression", x.name, t.Name)
		}
	}
	return err
}

// liteDefault is the value of a default that is a literal.
func liteDefault(v sql.NullString) (string, bool) {
	s := strings.TrimSpace(v.String)
	if !v.Valid || s == "" {
		return "", false
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s, true
	}
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'"), true
	}
	return "", false
}

// remember writes down what MySQL said of the tables whose columns SQLite knows no types for.
func (c *copier) remember(ctx context.Context) error {
	if c.from.d != mysqlDialect {
		return nil
	}
	name := quoteName(c.to.t.prefix + rememberTable)
	made := false
	for _, t := range c.tables {
		if !slices.ContainsFunc(t.Columns, func(col copyColumn) bool { return col.my == "" }) {
			continue
		}
		if !made {
			if _, err := c.dst.ExecContext(ctx, "DROP TABLE IF EXISTS "+name); err != nil {
				return classify(err)
			}
			if _, err := c.dst.ExecContext(ctx, "CREATE TABLE "+name+" (`name` TEXT NOT NULL PRIMARY KEY, `own` INTEGER NOT NULL, `description` TEXT NOT NULL) WITHOUT ROWID"); err != nil {
				return classify(err)
			}
			made = true
		}
		text, err := json.Marshal(t)
		if err != nil {
			return err
		}
		if _, err := c.dst.ExecContext(ctx, "INSERT INTO "+name+" (`name`, `own`, `description`) VALUES (?, ?, ?)", t.Name, t.Own, string(text)); err != nil {
			return classify(err)
		}
	}
	return nil
}

// remembered reads what remember wrote. Tables without the site's prefix are under "\x00" and their name.
func (c *copier) remembered(ctx context.Context) (map[string]copyTable, error) {
	out := map[string]copyTable{}
	name := c.from.t.prefix + rememberTable
	have, err := tableList(ctx, c.src, c.from.d)
	if err != nil || !slices.Contains(have, name) {
		return out, err
	}
	err = eachText(ctx, c.src, "SELECT name, own, description FROM "+quoteName(name), nil, func(v []sql.NullString) {
		var t copyTable
		if json.Unmarshal([]byte(v[2].String), &t) != nil {
			return
		}
		if v[1].String == "0" {
			out["\x00"+v[0].String] = t
		} else {
			out[v[0].String] = t
		}
	}, 3)
	return out, err
}

// recall gives a table of SQLite the types and keys it has on MySQL, as far as its columns are still those.
func (t *copyTable) recall(r copyTable) {
	same := len(r.Columns) >= len(t.Columns)
	for i := range t.Columns {
		at := slices.IndexFunc(r.Columns, func(col copyColumn) bool { return col.Name == t.Columns[i].Name })
		if at < 0 || r.Columns[at].Type == "" || !myType.MatchString(r.Columns[at].Type) {
			same = false
			continue
		}
		col := r.Columns[at]
		col.affinity = t.Columns[i].affinity
		col.kind, _ = kindOf(col.Type)
		t.Columns[i] = col
	}
	if same {
		t.Keys, t.Collation = r.Keys, r.Collation
	}
}
