package store_test

import (
	"context"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

// TestAlone: of what a transaction of Alone reads nobody changes anything before
// it is done, over another connection pool either, and be it not there yet.
func TestAlone(t *testing.T) {
	for name, dsn := range map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "a.db"), "mariadb": ""} {
		t.Run(name, func(t *testing.T) {
			if dsn == "" {
				dsn = storetest.MariaDBDSN(t)
			}
			one, two := openAs(t, dsn, "wp_"), openAs(t, dsn, "wp_")
			if err := one.CreateSchema(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := one.SetOption(t.Context(), "siteurl", "http://example.org", "on"); err != nil {
				t.Fatal(err)
			}
			const each = 8
			var wg sync.WaitGroup
			for _, s := range []*store.Store{one, two} {
				wg.Go(func() {
					for range each {
						if err := s.Alone(t.Context(), func(ctx context.Context) error { return count(ctx, s) }); err != nil {
							t.Error(err)
						}
					}
				})
				wg.Go(func() {
					for i := range each { // and somebody who does not ask
						if err := s.SetOption(t.Context(), "theme", strconv.Itoa(i), "on"); err != nil {
							t.Error(err)
						}
					}
				})
				wg.Go(func() {
					for range each {
						if err := s.Alone(t.Context(), func(ctx context.Context) error { return twice(ctx, t, s) }); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if o, err := two.Option(t.Context(), "count"); err != nil || o.Value != strconv.Itoa(2*each) {
				t.Errorf("%d were counted as %q, %v", 2*each, o.Value, err)
			}
		})
	}
}

// count adds one to an option that is not there at first.
func count(ctx context.Context, s *store.Store) error {
	have, err := s.Options(ctx, []string{"count"})
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(have["count"].Value)
	return s.SetOption(ctx, "count", strconv.Itoa(n+1), "on")
}

// twice reads all settings two times.
func twice(ctx context.Context, t *testing.T, s *store.Store) error {
	first, err := s.AutoloadedOptions(ctx)
	if err != nil {
		return err
	}
	second, err := s.AutoloadedOptions(ctx)
	if err != nil {
		return err
	}
	if len(first) != len(second) {
		t.Errorf("%d options, then %d", len(first), len(second))
		return nil
	}
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("%+v, then %+v", first[i], second[i])
		}
	}
	return nil
}
