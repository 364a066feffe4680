package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

func TestOAuthNonces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		must(t, s.CreateOAuthNonces(ctx))
		must(t, s.CreateOAuthNonces(ctx))
		key := strings.Repeat("a", 64)
		var wg sync.WaitGroup
		var mu sync.Mutex
		first := 0
		for range 20 {
			wg.Go(func() {
				fresh, err := s.UseOAuthNonce(ctx, key, 100)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if fresh {
					first++
				}
			})
		}
		wg.Wait()
		if first != 1 {
			t.Fatal(first, "uses were the first")
		}
		if fresh, err := s.UseOAuthNonce(ctx, strings.Repeat("A", 64), 200); err != nil || !fresh {
			t.Fatal("another key", fresh, err)
		}
		if n, err := s.ForgetOAuthNonces(ctx, 100); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	})
}
