package store_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

// TestSchemaIsWordPress compares the tables made on MariaDB with those the dump's own statements make.
func TestSchemaIsWordPress(t *testing.T) {
	ours := storetest.MariaDB(t)
	dsn := storetest.MariaDBDSN(t)
	theirs, err := store.Open(ctx, dsn, store.Options{})
	must(t, err)
	defer theirs.Close()
	create := exec.Command("sh", "-c", "zcat "+storetest.DumpPath(t)+" | grep -v '^INSERT\\|^(' ")
	out, err := create.Output()
	must(t, err)
	for _, stmt := range strings.Split(string(out), ";\n") {
		if i := strings.Index(stmt, "CREATE TABLE"); i >= 0 {
			if _, err := theirs.Writer().Exec(stmt[i:]); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, query := range []string{
		"SELECT CONCAT_WS('|', table_name, column_name, ordinal_position, column_type, is_nullable, column_default, extra, collation_name)" +
			" FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1",
		"SELECT CONCAT_WS('|', table_name, index_name, seq_in_index, column_name, non_unique, sub_part) FROM information_schema.statistics" +
			" WHERE table_schema = DATABASE() ORDER BY 1"} {
		a, b := lines(t, ours, query), lines(t, theirs, query)
		if a != b {
			t.Errorf("ours:\n%s\nWordPress's:\n%s", a, b)
		}
	}
}

func lines(t *testing.T, s *store.Store, query string) string {
	t.Helper()
	rows, err := s.Reader().Query(query)
	must(t, err)
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		cols, err := rows.Columns()
		must(t, err)
		cells := make([]any, len(cols))
		for i := range cells {
			cells[i] = new(any)
		}
		must(t, rows.Scan(cells...))
		for i, c := range cells {
			if i > 0 {
				b.WriteByte('\t')
			}
			v := *c.(*any)
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			fmt.Fprint(&b, v)
		}
		b.WriteByte('\n')
	}
	must(t, rows.Err())
	return b.String()
}

// TestPinnedLibc: modernc.org/sqlite only works with exactly the libc it was made with.
func TestPinnedLibc(t *testing.T) {
	libc := goList(t, "-m", "-f", "{{.Version}}", "modernc.org/libc")
	gomod := goList(t, "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	need, err := exec.Command("go", "mod", "edit", "-json", strings.TrimSpace(gomod)).Output()
	if err != nil {
		t.Fatal("go mod edit: ", err)
	}
	text := string(need)
	i := strings.Index(text, `"modernc.org/libc"`)
	if i < 0 {
		t.Fatal("sqlite's go.mod does not name libc")
	}
	if !strings.Contains(text[i:i+120], `"`+strings.TrimSpace(libc)+`"`) {
		t.Fatalf("modernc.org/libc is %s, but modernc.org/sqlite was made with %s", libc, text[i:i+120])
	}
}

func goList(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatal("go list: ", err)
	}
	return string(out)
}
