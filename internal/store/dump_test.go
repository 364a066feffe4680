package store_test

import (
	"context"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

var ctx = context.Background()

func TestDump(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, s *store.Store) {
		if ok, err := s.HasSchema(ctx); err != nil || !ok {
			t.Fatal(ok, err)
		}
		ids, total, err := s.PostIDs(ctx, store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		posts, err := s.PostsByIDs(ctx, ids)
		if err != nil || len(posts) != 10 {
			t.Fatal(len(posts), err)
		}
		t.Log(total, ids)
		id, err := s.InsertPost(ctx, wp.Post{Title: "x", Type: "post", Status: "draft"})
		if err != nil || id != 1921 {
			t.Fatal(id, err)
		}
		if _, err := s.Post(ctx, 99999); err == nil {
			t.Fatal("found")
		}
	})
}
