package store_test

import (
	"testing"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

// TestDiagnose holds that our own tables are found complete on both databases.
func TestDiagnose(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, err := s.Diagnose(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d.Version == "" || len(d.Tables) != 12 || len(d.Denied) > 0 || time.Since(d.Clock).Abs() > time.Hour {
			t.Errorf("%+v", d)
		}
		for _, table := range d.Tables {
			if table.Missing || table.MissingColumns != nil || table.ExtraColumns != nil || table.MissingIndexes != nil {
				t.Errorf("%+v", table)
			}
			if (s.DialectName() == "mysql") != (table.Storage != "") {
				t.Errorf("%s is stored as %q", table.Name, table.Storage)
			}
		}
	})
}
