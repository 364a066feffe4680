package store_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// fill writes n posts of 2 KB, a hundredth of them drafts and the like, each with a meta row and a term.
func fill(tb testing.TB, s *store.Store, n int) {
	tb.Helper()
	body := strings.Repeat("Lorem ipsum dolor sit amet, consectetur. ", 50)
	for from := 0; from < n; from += 5000 {
		err := s.Tx(ctx, func(tx *store.Tx) error {
			for i := from; i < min(n, from+5000); i++ {
				p := samplePost()
				p.Parent, p.Content, p.Title, p.Name, p.Status = 0, body, fmt.Sprintf("Post number %d", i), fmt.Sprintf("post-%d", i), "publish"
				if i%100 == 0 {
					p.Status = []string{"draft", "private", "pending"}[i/100%3]
				}
				p.Author = int64(1 + i%20)
				p.Date = fmt.Sprintf("20%02d-%02d-%02d %02d:%02d:00", 10+i*15/n, 1+i%12, 1+i%28, i%24, i%60)
				id, err := tx.InsertPost(ctx, p)
				if err != nil {
					return err
				}
				if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: id, Key: "views", Value: strconv.Itoa(i)}); err != nil {
					return err
				}
				if err := tx.AddObjectTerms(ctx, id, []int64{int64(1 + i%50)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func size() int {
	if n, err := strconv.Atoi(os.Getenv("PLATEN_BENCH_POSTS")); err == nil {
		return n
	}
	return 10000
}

func BenchmarkStore(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "mariadb": storetest.MariaDB} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			fill(b, s, size())
			queries(b, s)
		})
	}
}

func queries(b *testing.B, s *store.Store) {
	i := 0
	b.Run("point read", func(b *testing.B) {
		for b.Loop() {
			i++
			if _, err := s.Post(ctx, int64(1+i%size())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("point read parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.Post(ctx, int64(1+size()/2)); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	list := func(name string, q store.PostQuery) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ids, _, err := s.PostIDs(ctx, q)
				if err != nil || len(ids) == 0 {
					b.Fatal(len(ids), err)
				}
				if _, err := s.PostsByIDs(ctx, ids); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	post, publish := []string{"post"}, []string{"publish"}
	list("default list with total", store.PostQuery{Types: post, Statuses: publish, Limit: 10})
	list("default list, no total", store.PostQuery{Types: post, Statuses: publish, Limit: 10, NoCount: true})
	list("editor's list", store.PostQuery{Types: post, Statuses: []string{"publish", "draft", "private", "pending", "future"}, Limit: 10, NoCount: true})
	list("page 200", store.PostQuery{Types: post, Statuses: publish, Limit: 10, Offset: 2000, NoCount: true})
	list("by author", store.PostQuery{Types: post, Statuses: publish, Author: []int64{3}, Limit: 10})
	list("by term", store.PostQuery{Types: post, Statuses: publish, Tax: &store.TaxQuery{Clauses: []store.TaxClause{{TermTaxonomyIDs: []int64{7}}}}, Limit: 10})
	list("by title", store.PostQuery{Types: post, Statuses: publish, OrderBy: []store.PostOrder{{By: store.ByTitle, Order: store.Asc}}, Limit: 10, NoCount: true})
	list("search", store.PostQuery{Types: post, Statuses: publish, Search: "number 77", Limit: 10})
	list("by slug", store.PostQuery{Types: post, Statuses: publish, Names: []string{"post-4711"}, Limit: 10})
	list("after a date", store.PostQuery{Types: post, Statuses: publish, Dates: []store.DateClause{{After: "2024-10-01 00:00:00"}}, Limit: 10})
	b.Run("meta of 10", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.MetaFor(ctx, wp.PostMeta, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("update", func(b *testing.B) {
		p, err := s.Post(ctx, 2)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			i++
			p.Title = "Post " + strconv.Itoa(i)
			if err := s.UpdatePost(ctx, p); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("generation", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Generation(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}
