package site_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// TestTermCounts: the count of a term of many posts is changed by what a write
// changes. Terms that say they have 10,000 posts more than they have go on
// being off by just these, whatever happens to their posts.
func TestTermCounts(t *testing.T) {
	const off = 10000
	storetest.EachDump(t, func(t *testing.T, st *store.Store) {
		s := site.New(site.Config{Store: st})
		ctx := s.View(context.Background())
		taxonomies := []string{"category", "post_tag"}
		var terms [2][]*wp.Term
		for i, taxonomy := range taxonomies {
			for _, name := range []string{"one", "two", "three"} {
				term, err := s.InsertTerm(ctx, taxonomy, site.TermChanges{Name: ptr("many " + name)})
				if err != nil {
					t.Fatal(err)
				}
				if err := st.AddTermCount(ctx, term.TermTaxonomyID, off); err != nil {
					t.Fatal(err)
				}
				terms[i] = append(terms[i], term)
			}
		}
		rng := rand.New(rand.NewPCG(3, 4))
		some := func(of []*wp.Term) (ids []int64) {
			for _, term := range of {
				if rng.IntN(2) == 0 {
					ids = append(ids, term.ID)
				}
			}
			return ids
		}
		statuses := []string{"publish", "draft", "private", "pending"}
		var posts []int64
		for range 150 {
			what, err := "", error(nil)
			id := int64(0)
			if len(posts) > 0 {
				id = posts[rng.IntN(len(posts))]
			}
			switch op := rng.IntN(8); {
			case op == 0 || id == 0:
				what = "insert"
				var p *wp.Post
				if p, err = s.InsertPost(ctx, site.PostChanges{Title: ptr("P"), Status: &statuses[rng.IntN(4)], Categories: ptr(some(terms[0]))}); err == nil {
					posts = append(posts, p.ID)
				}
			case op == 1:
				what = "update with categories"
				_, err = s.UpdatePost(ctx, id, site.PostChanges{Status: &statuses[rng.IntN(4)], Categories: ptr(some(terms[0]))})
			case op < 4:
				what = "status"
				_, err = s.UpdatePost(ctx, id, site.PostChanges{Status: &statuses[rng.IntN(4)]})
			case op < 6:
				i := rng.IntN(2)
				what = "terms"
				err = s.SetPostTerms(ctx, id, taxonomies[i], some(terms[i]))
			case op == 6:
				what = "trash"
				if p, e := s.Post(ctx, id); e != nil || p.Status == "trash" {
					_, err = s.UntrashPost(ctx, id)
				} else if _, err = s.TrashPost(ctx, id); err == nil && rng.IntN(2) == 0 {
					what = "trash and back"
					_, err = s.UntrashPost(ctx, id)
				}
			default:
				what = "delete"
				_, err = s.DeletePost(ctx, id)
				for i := range posts {
					if posts[i] == id {
						posts = append(posts[:i], posts[i+1:]...)
						break
					}
				}
			}
			if err != nil {
				t.Fatal(what, err)
			}
			for i := range terms {
				for _, term := range terms[i] {
					got, err := st.TermByTTID(ctx, term.TermTaxonomyID)
					if err != nil {
						t.Fatal(err)
					}
					n, err := st.CountPosts(ctx, store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"},
						Tax: &store.TaxQuery{Clauses: []store.TaxClause{{TermTaxonomyIDs: []int64{term.TermTaxonomyID}}}}})
					if err != nil || got.Count != int64(n)+off {
						t.Fatalf("after %s of %d: %s has %d posts, and its count says %d (%v)", what, id, term.Slug, n, got.Count-off, err)
					}
				}
			}
		}
	})
}
