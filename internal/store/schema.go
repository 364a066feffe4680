package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// SchemaRevision names the form of the tables on SQLite; whoever keeps built files looks whether it is still theirs.
const SchemaRevision = "7.1.2"

// tables holds the table names, prefixed and quoted.
type tables struct {
	prefix                                                            string
	posts, postmeta, users, usermeta, terms, termmeta, taxonomy, rels string
	comments, commentmeta, options, links                             string
}

func newTables(prefix string) *tables {
	q := func(name string) string { return "`" + prefix + name + "`" }
	return &tables{prefix: prefix, posts: q("posts"), postmeta: q("postmeta"), users: q("users"), usermeta: q("usermeta"),
		terms: q("terms"), termmeta: q("termmeta"), taxonomy: q("term_taxonomy"), rels: q("term_relationships"),
		comments: q("comments"), commentmeta: q("commentmeta"), options: q("options"), links: q("links")}
}

// TableNames are WordPress's twelve tables without their prefix, in an order that suits copying a site.
func TableNames() []string {
	return []string{"options", "users", "usermeta", "terms", "term_taxonomy", "termmeta", "posts", "postmeta", "term_relationships",
		"comments", "commentmeta", "links"}
}

// column is one column in both databases' words. my is the MySQL type with its nullability and default.
type column struct {
	name string
	lite string
	my   string
}

// index is one key of a table. unique keys are named too, as WordPress names them.
type index struct {
	name    string
	unique  bool
	columns []string
	prefix  map[string]int // indexed length on MySQL
}

type tableDef struct {
	name    string
	columns []column
	primary []string // more than one column; else the first column is the AUTO_INCREMENT id
	indexes []index
}

// The kinds of columns the schema uses. Text that WordPress looks up or sorts by has the collation wp_ci on SQLite;
// option names and meta keys use the built-in NOCASE, which is enough for them and keeps the indexes readable elsewhere.
func idCol(name string) column {
	return column{name, "INTEGER PRIMARY KEY AUTOINCREMENT", "bigint(20) unsigned NOT NULL AUTO_INCREMENT"}
}
func refCol(name string) column {
	return column{name, "INTEGER NOT NULL DEFAULT 0", "bigint(20) unsigned NOT NULL DEFAULT 0"}
}
func bigCol(name string) column {
	return column{name, "INTEGER NOT NULL DEFAULT 0", "bigint(20) NOT NULL DEFAULT 0"}
}
func intCol(name string) column {
	return column{name, "INTEGER NOT NULL DEFAULT 0", "int(11) NOT NULL DEFAULT 0"}
}
func dateCol(name string) column {
	return column{name, "TEXT NOT NULL DEFAULT '" + wp.ZeroDate + "'", "datetime NOT NULL DEFAULT '" + wp.ZeroDate + "'"}
}
func charCol(name string, n int, def, collation string) column {
	lite := "TEXT"
	if collation != "" {
		lite += " COLLATE " + collation
	}
	return column{name, fmt.Sprintf("%s NOT NULL DEFAULT '%s'", lite, def), fmt.Sprintf("varchar(%d) NOT NULL DEFAULT '%s'", n, def)}
}
func textCol(name, my, collation string) column {
	lite := "TEXT"
	if collation != "" {
		lite += " COLLATE " + collation
	}
	return column{name, lite + " NOT NULL DEFAULT ''", my + " NOT NULL"}
}
func key(columns ...string) index { return index{name: columns[0], columns: columns} }
func longKey(column string, n int) index {
	return index{name: column, columns: []string{column}, prefix: map[string]int{column: n}}
}

func metaDef(name, id, object string) tableDef {
	return tableDef{name: name, columns: []column{idCol(id), refCol(object),
		{"meta_key", "TEXT COLLATE NOCASE DEFAULT NULL", "varchar(255) DEFAULT NULL"},
		{"meta_value", "TEXT DEFAULT NULL", "longtext DEFAULT NULL"},
	}, indexes: []index{key(object), longKey("meta_key", 191)}}
}

// schemaDef is WordPress 7.1's schema (wp_get_db_schema) for a single site.
func schemaDef() []tableDef {
	const ci, nc = "wp_ci", "NOCASE"
	return []tableDef{
		metaDef("termmeta", "meta_id", "term_id"),
		{name: "terms", columns: []column{idCol("term_id"), charCol("name", 200, "", ci), charCol("slug", 200, "", ci),
			{"term_group", "INTEGER NOT NULL DEFAULT 0", "bigint(10) NOT NULL DEFAULT 0"}},
			indexes: []index{longKey("slug", 191), longKey("name", 191)}},
		{name: "term_taxonomy", columns: []column{idCol("term_taxonomy_id"), refCol("term_id"), charCol("taxonomy", 32, "", ""),
			textCol("description", "longtext", ci), refCol("parent"), bigCol("count")},
			indexes: []index{{name: "term_id_taxonomy", unique: true, columns: []string{"term_id", "taxonomy"}}, key("taxonomy")}},
		{name: "term_relationships", columns: []column{refCol("object_id"), refCol("term_taxonomy_id"), intCol("term_order")},
			primary: []string{"object_id", "term_taxonomy_id"}, indexes: []index{key("term_taxonomy_id")}},
		metaDef("commentmeta", "meta_id", "comment_id"),
		{name: "comments", columns: []column{idCol("comment_ID"), refCol("comment_post_ID"), textCol("comment_author", "tinytext", ci),
			charCol("comment_author_email", 100, "", ci), charCol("comment_author_url", 200, "", ci), charCol("comment_author_IP", 100, "", ""),
			dateCol("comment_date"), dateCol("comment_date_gmt"), textCol("comment_content", "text", ci), intCol("comment_karma"),
			charCol("comment_approved", 20, "1", ""), charCol("comment_agent", 255, "", ""), charCol("comment_type", 20, "comment", ""),
			refCol("comment_parent"), refCol("user_id")},
			indexes: []index{key("comment_post_ID"),
				{name: "comment_approved_date_gmt", columns: []string{"comment_approved", "comment_date_gmt"}},
				key("comment_date_gmt"), key("comment_parent"), longKey("comment_author_email", 10)}},
		{name: "links", columns: []column{idCol("link_id"), charCol("link_url", 255, "", ""), charCol("link_name", 255, "", ci),
			charCol("link_image", 255, "", ""), charCol("link_target", 25, "", ""), charCol("link_description", 255, "", ci),
			charCol("link_visible", 20, "Y", ""), {"link_owner", "INTEGER NOT NULL DEFAULT 1", "bigint(20) unsigned NOT NULL DEFAULT 1"},
			intCol("link_rating"), dateCol("link_updated"), charCol("link_rel", 255, "", ""), textCol("link_notes", "mediumtext", ""),
			charCol("link_rss", 255, "", "")}, indexes: []index{key("link_visible")}},
		{name: "options", columns: []column{idCol("option_id"), charCol("option_name", 191, "", nc), textCol("option_value", "longtext", ""),
			charCol("autoload", 20, "yes", "")},
			indexes: []index{{name: "option_name", unique: true, columns: []string{"option_name"}}, key("autoload")}},
		metaDef("postmeta", "meta_id", "post_id"),
		postsDef(ci),
		{name: "users", columns: []column{idCol("ID"), charCol("user_login", 60, "", ci), charCol("user_pass", 255, "", ""),
			charCol("user_nicename", 50, "", ci), charCol("user_email", 100, "", ci), charCol("user_url", 100, "", ci),
			dateCol("user_registered"), charCol("user_activation_key", 255, "", ""), intCol("user_status"),
			charCol("display_name", 250, "", ci)},
			indexes: []index{{name: "user_login_key", columns: []string{"user_login"}}, key("user_nicename"), key("user_email")}},
		metaDef("usermeta", "umeta_id", "user_id"),
	}
}

func postsDef(ci string) tableDef {
	return tableDef{name: "posts", columns: []column{idCol("ID"), refCol("post_author"), dateCol("post_date"), dateCol("post_date_gmt"),
		textCol("post_content", "longtext", ci), textCol("post_title", "text", ci), textCol("post_excerpt", "text", ci),
		charCol("post_status", 20, "publish", ""), charCol("comment_status", 20, "open", ""), charCol("ping_status", 20, "open", ""),
		charCol("post_password", 255, "", ""), charCol("post_name", 200, "", ci), textCol("to_ping", "text", ""), textCol("pinged", "text", ""),
		dateCol("post_modified"), dateCol("post_modified_gmt"), textCol("post_content_filtered", "longtext", ""), refCol("post_parent"),
		charCol("guid", 255, "", ""), intCol("menu_order"), charCol("post_type", 20, "post", ""), charCol("post_mime_type", 100, "", ""),
		bigCol("comment_count")},
		indexes: []index{longKey("post_name", 191),
			{name: "type_status_date", columns: []string{"post_type", "post_status", "post_date", "ID"}},
			key("post_parent"), key("post_author"),
			{name: "type_status_author", columns: []string{"post_type", "post_status", "post_author"}}}}
}

func sqliteSchema(t *tables, _ string) []string {
	var out []string
	for _, d := range schemaDef() {
		out = append(out, sqliteTable(t, d)...)
	}
	return append(out, sqliteStatistics(t)...)
}

// sqliteTable is one table with its indexes.
func sqliteTable(t *tables, d tableDef) []string {
	var lines []string
	for _, c := range d.columns {
		lines = append(lines, "`"+c.name+"` "+c.lite)
	}
	tail := ""
	if d.primary != nil {
		lines = append(lines, "PRIMARY KEY (`"+strings.Join(d.primary, "`,`")+"`)")
		tail = " WITHOUT ROWID"
	}
	table := t.prefix + d.name
	out := []string{"CREATE TABLE `" + table + "` (\n  " + strings.Join(lines, ",\n  ") + "\n)" + tail}
	for _, x := range d.indexes {
		kind := "INDEX"
		if x.unique {
			kind = "UNIQUE INDEX"
		}
		// SQLite's index names share one room, so they carry the table's.
		out = append(out, fmt.Sprintf("CREATE %s `%s__%s` ON `%s` (`%s`)", kind, table, x.name, table, strings.Join(x.columns, "`,`")))
	}
	return out
}

// planStatistics tell SQLite's planner what a busy site looks like: rows of the table, then how many rows share the first
// column of the index, the first two, and so on. Given once they make the plans the same everywhere; without them the
// planner would take any index with two matching columns for better than one with a unique slug.
var planStatistics = []struct{ table, index, stat string }{
	{"posts", "type_status_date", "200000 40000 20000 2 1"}, {"posts", "type_status_author", "200000 40000 20000 400"},
	{"posts", "post_author", "200000 4000"}, {"posts", "post_parent", "200000 40"}, {"posts", "post_name", "200000 2"},
	{"postmeta", "post_id", "800000 4"}, {"postmeta", "meta_key", "800000 8000"},
	{"usermeta", "user_id", "20000 20"}, {"usermeta", "meta_key", "20000 1000"},
	{"termmeta", "term_id", "2000 2"}, {"termmeta", "meta_key", "2000 500"},
	{"commentmeta", "comment_id", "20000 2"}, {"commentmeta", "meta_key", "20000 5000"},
	{"terms", "slug", "5000 2"}, {"terms", "name", "5000 2"},
	{"term_taxonomy", "term_id_taxonomy", "5000 2 1"}, {"term_taxonomy", "taxonomy", "5000 1000"},
	{"term_relationships", "term_taxonomy_id", "600000 120"},
	{"comments", "comment_post_ID", "100000 10"}, {"comments", "comment_approved_date_gmt", "100000 25000 2"},
	{"comments", "comment_date_gmt", "100000 2"}, {"comments", "comment_parent", "100000 50"}, {"comments", "comment_author_email", "100000 10"},
	{"users", "user_login_key", "1000 1"}, {"users", "user_nicename", "1000 1"}, {"users", "user_email", "1000 1"},
	{"options", "option_name", "1000 1"}, {"options", "autoload", "1000 300"},
}

func sqliteStatistics(t *tables) []string {
	out := []string{"ANALYZE sqlite_schema"}
	for _, p := range planStatistics {
		out = append(out, fmt.Sprintf("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('%s%s', '%s%s__%s', '%s')", t.prefix, p.table,
			t.prefix, p.table, p.index, p.stat))
	}
	out = append(out, fmt.Sprintf("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('%sterm_relationships', '%sterm_relationships', '600000 3 1')",
		t.prefix, t.prefix))
	return append(out, "ANALYZE sqlite_schema") // makes this connection read them
}

func mysqlSchema(t *tables, charset string) []string {
	var out []string
	for _, d := range schemaDef() {
		var lines []string
		for _, c := range d.columns {
			lines = append(lines, "`"+c.name+"` "+c.my)
		}
		primary := d.primary
		if primary == nil {
			primary = []string{d.columns[0].name}
		}
		lines = append(lines, "PRIMARY KEY (`"+strings.Join(primary, "`,`")+"`)")
		for _, x := range d.indexes {
			cols := make([]string, len(x.columns))
			for i, c := range x.columns {
				cols[i] = "`" + c + "`"
				if n := x.prefix[c]; n > 0 {
					cols[i] += fmt.Sprintf("(%d)", n)
				}
			}
			kind := "KEY"
			if x.unique {
				kind = "UNIQUE KEY"
			}
			lines = append(lines, kind+" `"+x.name+"` ("+strings.Join(cols, ",")+")")
		}
		out = append(out, "CREATE TABLE `"+t.prefix+d.name+"` (\n  "+strings.Join(lines, ",\n  ")+"\n) "+charset)
	}
	return out
}

// HasSchema reports whether WordPress's tables are there. Some but not all of them is an error: such a database is
// neither empty nor a site.
func (s *Store) HasSchema(ctx context.Context) (bool, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ("
	if s.d == mysqlDialect {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ("
	}
	names := TableNames()
	args := make([]any, len(names))
	for i, n := range names {
		args[i] = s.t.prefix + n
	}
	query += strings.Repeat("?,", len(names)-1) + "?)"
	rows, err := s.write.QueryContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("store: %w", classify(err))
	}
	defer rows.Close()
	found := 0
	var have []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return false, fmt.Errorf("store: %w", err)
		}
		have = append(have, n)
		found++
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("store: %w", classify(err))
	}
	switch {
	case found == len(names):
		return true, nil
	case found == 0:
		return false, nil
	case found == len(names)-1 && !contained(have, s.t.prefix+"links"):
		return true, nil // some sites dropped the unused links table
	}
	return false, fmt.Errorf("store: only %d of WordPress's %d tables with prefix %q exist (%s)", found, len(names), s.t.prefix, strings.Join(have, ", "))
}

// CreateSchema makes WordPress's twelve tables, on SQLite all of them or none. It answers wp.ErrConflict when a table of
// these names exists.
func (s *Store) CreateSchema(ctx context.Context) error {
	if ok, err := s.HasSchema(ctx); err != nil || ok {
		if ok {
			err = fmt.Errorf("store: the tables exist: %w", wp.ErrConflict)
		}
		return err
	}
	err := s.Tx(ctx, func(tx *Tx) error {
		for _, text := range s.d.schema(s.t, "DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci") {
			if _, err := tx.exec(ctx, AreaOther, text); err != nil {
				return fmt.Errorf("creating the tables: %w", err)
			}
		}
		return nil
	})
	return err
}

func contained(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
