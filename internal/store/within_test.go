package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// TestWithin joins calls by their context: all of them are committed, or none,
// they see each other's writes, and others do not see them before the end.
func TestWithin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		writes := 0
		s.OnWrite(func(store.Area) { writes++ })
		there := func(ctx context.Context, name string) bool {
			t.Helper()
			_, err := s.Option(ctx, name)
			if err != nil && !errors.Is(err, wp.ErrNotFound) {
				t.Fatal(err)
			}
			return err == nil
		}
		stop := errors.New("stop")
		var left context.Context
		for _, c := range []struct {
			name string
			err  error
		}{{"kept", nil}, {"dropped", stop}} {
			writes = 0
			err := s.Within(ctx, func(in context.Context) error {
				left = in
				if err := s.SetOption(in, c.name, "1", "off"); err != nil {
					return err
				}
				err := s.Tx(in, func(tx *store.Tx) error { return tx.SetOption(in, c.name+" too", "1", "off") })
				if err != nil {
					return err
				}
				if !there(in, c.name) || !there(in, c.name+" too") {
					t.Error("its own writes are not seen")
				}
				if there(ctx, c.name) {
					t.Error("others see what is not committed")
				}
				return c.err
			})
			if !errors.Is(err, c.err) {
				t.Fatal(err)
			}
			kept := c.err == nil
			if there(ctx, c.name) != kept || there(ctx, c.name+" too") != kept {
				t.Errorf("%s: %v %v", c.name, there(ctx, c.name), there(ctx, c.name+" too"))
			}
			if told := writes > 0; told != kept {
				t.Errorf("%s: %d writes were told", c.name, writes)
			}
		}
		if err := s.SetOption(left, "late", "1", "off"); !errors.Is(err, sql.ErrTxDone) {
			t.Errorf("a write after the end: %v", err)
		}
	})
}
