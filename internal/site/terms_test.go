package site_test

import (
	"context"
	"errors"
	"testing"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

func ptr[T any](v T) *T { return &v }

func TestTerms(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := site.New(site.Config{Store: st})
		ctx := s.View(context.Background())
		code := func(err error) string {
			var e *site.Error
			if errors.As(err, &e) {
				return e.Code
			}
			return ""
		}
		a, err := s.InsertTerm(ctx, "category", site.TermChanges{Name: ptr("Above & beyond")})
		if err != nil || a.Slug != "above-beyond" || a.Name != "Above &amp; beyond" {
			t.Fatalf("insert: %+v, %v", a, err)
		}
		if _, err := s.InsertTerm(ctx, "category", site.TermChanges{Name: ptr("ABOVE & beyond")}); code(err) != "term_exists" {
			t.Errorf("the same name again: %v", err)
		}
		b, err := s.InsertTerm(ctx, "category", site.TermChanges{Name: ptr("Above & beyond"), Parent: &a.ID})
		if err != nil || b.Slug != "above-beyond-above-beyond" {
			t.Fatalf("the same name below: %+v, %v", b, err)
		}
		if got, err := s.UpdateTerm(ctx, a.ID, "category", site.TermChanges{Parent: &b.ID}); err != nil || got.Parent != 0 {
			t.Errorf("a circle of parents: %+v, %v", got, err)
		}
		if _, err := s.UpdateTerm(ctx, b.ID, "category", site.TermChanges{Slug: ptr("above-beyond")}); code(err) != "duplicate_term_slug" {
			t.Errorf("a taken slug: %v", err)
		}
		if err := s.DeleteTerm(ctx, a.ID, "category"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Term(ctx, b.ID, "category"); err != nil || got.Parent != 0 {
			t.Errorf("a child moves up: %+v, %v", got, err)
		}
		set, err := s.Settings(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteTerm(ctx, set.Int("default_category"), "category"); !site.NotFound(err) {
			t.Errorf("the default category was deleted: %v", err)
		}
	})
}

func TestCommentsCount(t *testing.T) {
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := site.New(site.Config{Store: st})
		ctx := s.View(context.Background())
		posts, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Limit: 1})
		if err != nil || len(posts) == 0 {
			t.Fatal(err)
		}
		post := posts[0].ID
		count := func() int64 {
			t.Helper()
			p, err := s.Post(s.View(ctx), post)
			if err != nil {
				t.Fatal(err)
			}
			return p.CommentCount
		}
		was := count()
		m, err := s.InsertComment(ctx, site.CommentChanges{Post: &post, Content: ptr("One <script>2</script>"), Author: ptr("A"), Approved: ptr("1")})
		if err != nil || m.Content != "One 2" {
			t.Fatalf("insert: %+v, %v", m, err)
		}
		steps := []struct {
			name  string
			do    func() (bool, error)
			state string
			count int64
		}{
			{"spam", func() (bool, error) { return s.SpamComment(ctx, m.ID) }, "spam", was},
			{"spam again", func() (bool, error) { return s.SpamComment(ctx, m.ID) }, "spam", was},
			{"unspam", func() (bool, error) { return s.RestoreComment(ctx, m.ID) }, "1", was + 1},
			{"trash", func() (bool, error) { return s.TrashComment(ctx, m.ID) }, "trash", was},
			{"untrash", func() (bool, error) { return s.RestoreComment(ctx, m.ID) }, "1", was + 1},
			{"untrash what is not", func() (bool, error) { return s.RestoreComment(ctx, m.ID) }, "0", was},
		}
		for _, step := range steps {
			if _, err := step.do(); err != nil {
				t.Fatal(step.name, err)
			}
			got, err := s.Comment(s.View(ctx), m.ID)
			if err != nil || got.Approved != step.state || count() != step.count {
				t.Errorf("%s: state %q, count %d, %v; want %q, %d", step.name, got.Approved, count(), err, step.state, step.count)
			}
		}
		if err := s.DeleteComment(ctx, m.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Comment(s.View(ctx), m.ID); !site.NotFound(err) {
			t.Errorf("deleted, and still there: %v", err)
		}
	})
}
