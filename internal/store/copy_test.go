package store_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// TestCopy takes the reference site from MariaDB to SQLite, there to another prefix, and back.
func TestCopy(t *testing.T) {
	maria := storetest.MariaDBDump(t)
	open := func(dsn, prefix string) *store.Store {
		s, err := store.Open(ctx, dsn, store.Options{Prefix: prefix})
		must(t, err)
		t.Cleanup(func() { s.Close() })
		return s
	}
	tables := 0
	lite := open("sqlite:"+filepath.Join(t.TempDir(), "a.db"), "")
	must(t, store.Copy(ctx, maria, lite, func(string, int) { tables++ }))
	if tables != 12 {
		t.Error(tables, "tables")
	}
	want(t, store.Copy(ctx, maria, lite, nil), wp.ErrConflict)
	other := open("sqlite:"+filepath.Join(t.TempDir(), "b.db"), "x1_")
	must(t, store.Copy(ctx, lite, other, nil))
	back := open(storetest.MariaDBDSN(t), "")
	must(t, store.Copy(ctx, other, back, nil))
	for _, table := range store.TableNames() {
		if a, b := lines(t, maria, "SELECT * FROM wp_"+table+" ORDER BY 1, 2"), lines(t, back, "SELECT * FROM wp_"+table+" ORDER BY 1, 2"); a != b {
			t.Errorf("%s came back changed", table)
		}
	}
	if _, err := other.Option(ctx, "x1_user_roles"); err != nil {
		t.Error(err)
	}
	if m, err := other.MetaByKey(ctx, wp.UserMeta, 1, "x1_capabilities"); err != nil || len(m) != 1 {
		t.Error(m, err)
	}
	ids := map[string]int64{}
	for name, s := range map[string]*store.Store{"maria": maria, "lite": lite, "other": other, "back": back} {
		id, err := s.InsertPost(ctx, samplePost())
		must(t, err)
		ids[name] = id
	}
	if !reflect.DeepEqual(ids, map[string]int64{"maria": 1921, "lite": 1921, "other": 1921, "back": 1921}) {
		t.Error(ids)
	}
}
