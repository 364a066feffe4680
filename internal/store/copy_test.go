package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

func openAs(t *testing.T, dsn, prefix string) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, dsn, store.Options{Prefix: prefix})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func liteFile(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "copy.db")
}

// sums are the tables of a report by name.
func sums(r store.CopyReport) map[string]string {
	out := map[string]string{}
	for _, t := range r.Tables {
		out[t.Name] = fmt.Sprintf("%d %s", t.Rows, t.Checksum)
	}
	return out
}

// oddTable is a table of a plugin that WordPress does not know, with every sort of column.
const oddTable = "CREATE TABLE `%s` (`id` bigint(20) unsigned NOT NULL AUTO_INCREMENT, `n` smallint(5) NOT NULL DEFAULT -3, `z` int(5) unsigned zerofill DEFAULT NULL," +
	" `price` decimal(20,6) NOT NULL DEFAULT '0.500000', `ratio` float DEFAULT NULL, `wide` double DEFAULT NULL, `kind` enum('int','a''b') NOT NULL DEFAULT 'int'," +
	" `flags` set('x','y') DEFAULT NULL, `seen` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), `day` date DEFAULT '0000-00-00'," +
	" `y` year(4) DEFAULT NULL, `raw` varbinary(20) DEFAULT NULL, `bits` bit(9) DEFAULT b'101', `old` varchar(30) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL DEFAULT 'o''k'," +
	" `doc` longtext, `blob_` longblob, PRIMARY KEY (`id`), UNIQUE KEY `old` (`old`,`n`), KEY `doc` (`doc`(20)), FULLTEXT KEY `words` (`doc`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"

var oddRows = []string{
	"INSERT INTO `%s` VALUES (7, -3, 42, '12345678901234.123456', 0.1, 1e300/3, 'a''b', 'x,y', '2024-02-03 04:05:06', '0000-00-00', 1999, X'00ff27', b'100000001', 'Müller', 'a\\nb''c 😀', X'deadbeef00')",
	"INSERT INTO `%s` (id, old, seen) VALUES (9, '', '2020-01-01 00:00:00')",
}

// TestCopy takes the reference site from MariaDB to SQLite, there to another prefix, and back: every table of it, the
// extra column of a plugin and tables that WordPress does not know.
func TestCopy(t *testing.T) {
	dsn := storetest.MariaDBDumpDSN(t)
	maria := openAs(t, dsn, "")
	run := func(text string, args ...any) {
		t.Helper()
		_, err := maria.Writer().Exec(fmt.Sprintf(text, args...))
		must(t, err)
	}
	for _, name := range []string{"wp_odd", "loose"} {
		run(oddTable, name)
		for _, r := range oddRows {
			run(r, name)
		}
	}
	run("ALTER TABLE wp_odd AUTO_INCREMENT = 50")
	run("ALTER TABLE wp_posts ADD COLUMN extra_rank decimal(5,2) NOT NULL DEFAULT 1.25")
	run("UPDATE wp_posts SET extra_rank = 3.50 WHERE ID = 1")
	run("CREATE VIEW wp_view AS SELECT 1 AS a")
	for _, name := range []string{"options", "posts", "postmeta", "term_taxonomy", "users"} { // another WordPress
		run("CREATE TABLE wp_b_%s LIKE wp_%[1]s", name)
	}

	var last store.CopyProgress
	lite := openAs(t, liteFile(t), "")
	one, err := store.Copy(ctx, maria, lite, store.CopyOptions{Progress: func(p store.CopyProgress) { last = p }})
	must(t, err)
	if len(one.Tables) != 14 || last.Number != 14 || last.Tables != 14 || !last.Checked {
		t.Error(len(one.Tables), "tables", last)
	}
	notes := strings.Join(one.Notes, "\n")
	if !strings.Contains(notes, "view wp_view: not copied") || !strings.Contains(notes, "wp_b_posts: left out") {
		t.Error(notes)
	}
	_, err = store.Copy(ctx, maria, lite, store.CopyOptions{})
	want(t, err, wp.ErrConflict)
	other := openAs(t, liteFile(t), "x1_")
	two, err := store.Copy(ctx, lite, other, store.CopyOptions{})
	must(t, err)
	back := openAs(t, storetest.MariaDBDSN(t), "")
	three, err := store.Copy(ctx, other, back, store.CopyOptions{})
	must(t, err)
	if len(three.Notes) != 0 {
		t.Error(three.Notes)
	}
	if a, b := sums(one), sums(three); !reflect.DeepEqual(a, b) {
		t.Errorf("%v\n%v", a, b)
	}
	if len(two.Tables) != 15 { // what MySQL says of two of them travels along
		t.Error(len(two.Tables))
	}
	for _, table := range append(store.TableNames(), "odd") {
		if a, b := lines(t, maria, "SELECT * FROM wp_"+table+" ORDER BY 1, 2"), lines(t, back, "SELECT * FROM wp_"+table+" ORDER BY 1, 2"); a != b {
			t.Errorf("%s came back changed:\n%.300s\n%.300s", table, a, b)
		}
	}
	for _, name := range []string{"wp_odd", "loose"} {
		if a, b := lines(t, maria, "SHOW CREATE TABLE "+name), lines(t, back, "SHOW CREATE TABLE "+name); a != b {
			t.Errorf("the table came back changed:\n%s\n%s", a, b)
		}
	}
	if _, err := other.Option(ctx, "x1_user_roles"); err != nil {
		t.Error(err)
	}
	if m, err := other.MetaByKey(ctx, wp.UserMeta, 1, "x1_capabilities"); err != nil || len(m) != 1 {
		t.Error(m, err)
	}
	twin := openAs(t, storetest.MariaDBDSN(t), "")
	four, err := store.Copy(ctx, maria, twin, store.CopyOptions{})
	must(t, err)
	if a, b := sums(one), sums(four); !reflect.DeepEqual(a, b) {
		t.Errorf("%v\n%v", a, b)
	}
	ids := map[string]int64{}
	for name, s := range map[string]*store.Store{"maria": maria, "lite": lite, "other": other, "back": back, "twin": twin} {
		id, err := s.InsertPost(ctx, samplePost())
		must(t, err)
		ids[name] = id
	}
	if !reflect.DeepEqual(ids, map[string]int64{"maria": 1921, "lite": 1921, "other": 1921, "back": 1921, "twin": 1921}) {
		t.Error(ids)
	}
	// With force the tables are replaced.
	_, err = store.Copy(ctx, lite, back, store.CopyOptions{Force: true})
	must(t, err)
	if a, b := lines(t, lite, "SELECT * FROM wp_posts WHERE ID = 1921"), lines(t, back, "SELECT * FROM wp_posts WHERE ID = 1921"); a != b || a == "" {
		t.Errorf("%s\n%s", a, b)
	}
	if left := lines(t, back, "SHOW TABLES LIKE '%platen%'"); left != "" {
		t.Error(left)
	}
}

// TestCopyPlainSQLite copies tables that only SQLite knows.
func TestCopyPlainSQLite(t *testing.T) {
	src := storetest.SQLite(t)
	for _, text := range []string{
		"CREATE TABLE wp_hits (k TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, n INTEGER CHECK (n >= 0), f NUMERIC, mixed) WITHOUT ROWID",
		"CREATE INDEX wp_hits__n ON wp_hits (n)",
		"INSERT INTO wp_hits VALUES ('a', 5, 1.25, 'x'), ('B', 9007199254740993, 2, 3), ('c', NULL, NULL, X'41')",
		"CREATE TABLE log (at DATETIME, body BLOB)",
		"INSERT INTO log VALUES ('2024-01-01 00:00:00', X'00ff')",
	} {
		_, err := src.Writer().Exec(text)
		must(t, err)
	}
	lite := openAs(t, liteFile(t), "y_")
	a, err := store.Copy(ctx, src, lite, store.CopyOptions{})
	must(t, err)
	if text := lines(t, lite, "SELECT sql FROM sqlite_master WHERE name IN ('y_hits', 'y_hits__n')"); strings.Count(text, "y_hits") != 3 || !strings.Contains(text, "CHECK (n >= 0)") {
		t.Error(text)
	}
	if got := lines(t, lite, "SELECT typeof(n), typeof(f), typeof(mixed) FROM y_hits WHERE k = 'A'"); !strings.Contains(got, "integer") || !strings.Contains(got, "real") {
		t.Error(got)
	}
	maria := openAs(t, storetest.MariaDBDSN(t), "y_")
	b, err := store.Copy(ctx, lite, maria, store.CopyOptions{})
	must(t, err)
	if !reflect.DeepEqual(sums(a), sums(b)) {
		t.Error(sums(a), sums(b))
	}
	if notes := strings.Join(b.Notes, "\n"); !strings.Contains(notes, "y_hits.mixed: holds blob and integer and text; all become text") {
		t.Error(notes)
	}
}

// TestCopyFails leaves the target as it was, whatever goes wrong.
func TestCopyFails(t *testing.T) {
	src := storetest.SQLite(t)
	must(t, src.SetOption(ctx, "home", "https://example.org", "on"))
	p := samplePost()
	id, err := src.InsertPost(ctx, p)
	must(t, err)
	_, err = src.Writer().Exec("UPDATE wp_posts SET post_mime_type = ?, post_title = CAST(X'ff' AS TEXT) WHERE ID = ?", strings.Repeat("x", 101), id)
	must(t, err)
	_, err = src.Writer().Exec("INSERT INTO wp_options (option_name, option_value) VALUES ('late', ?)", string([]byte{'a', 0xfe}))
	must(t, err)
	maria := storetest.MariaDB(t)
	must(t, maria.SetOption(ctx, "home", "https://kept.example", "on"))
	before := lines(t, maria, "SHOW TABLES")
	_, err = store.Copy(ctx, src, maria, store.CopyOptions{})
	want(t, err, wp.ErrConflict)
	_, err = store.Copy(ctx, src, maria, store.CopyOptions{Force: true})
	var m *store.Misfit
	if !errors.As(err, &m) || m.Total != 2 || !strings.Contains(err.Error(), fmt.Sprintf("wp_posts, ID %d: ", id)) || !strings.Contains(err.Error(), "wp_options, option_id 2") {
		t.Fatal(err)
	}
	if after := lines(t, maria, "SHOW TABLES"); after != before {
		t.Error(after)
	}
	if o, err := maria.Option(ctx, "home"); err != nil || o.Value != "https://kept.example" {
		t.Error(o, err)
	}
	// An interrupt in the middle.
	for _, to := range []*store.Store{maria, storetest.SQLite(t)} {
		stop, cancel := context.WithCancel(ctx)
		before := lines(t, to, "SELECT * FROM wp_options")
		_, err = store.Copy(stop, src, to, store.CopyOptions{Force: true, Progress: func(p store.CopyProgress) {
			if p.Number == 5 {
				cancel()
			}
		}})
		cancel()
		if err == nil || lines(t, to, "SELECT * FROM wp_options") != before {
			t.Error(to.DialectName(), err)
		}
	}
	if left := lines(t, maria, "SHOW TABLES LIKE '%platen%'"); left != "" {
		t.Error(left)
	}
	// Not a site.
	_, err = store.Copy(ctx, openAs(t, liteFile(t), ""), openAs(t, liteFile(t), ""), store.CopyOptions{})
	want(t, err, wp.ErrNoSchema)
	// Numbers beyond SQLite's.
	_, err = maria.Writer().Exec("UPDATE wp_options SET option_id = 18446744073709551615 WHERE option_name = 'home'")
	must(t, err)
	lite := openAs(t, liteFile(t), "")
	if _, err = store.Copy(ctx, maria, lite, store.CopyOptions{}); err == nil || !strings.Contains(err.Error(), "18446744073709551615") {
		t.Error(err)
	}
	if has, err := lite.HasSchema(ctx); has || err != nil {
		t.Error(has, err)
	}
	if text, err := json.Marshal(store.CopyReport{}); err != nil || !strings.Contains(string(text), `"tables"`) {
		t.Error(string(text), err)
	}
}
