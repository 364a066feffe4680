package store_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

func ptr[T any](v T) *T { return &v }

// TestSameTermsUsersComments asks both databases the same random questions about terms, users and comments.
func TestSameTermsUsersComments(t *testing.T) {
	maria := storetest.MariaDBDump(t)
	lite := storetest.SQLiteDump(t)
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		tq := randomTermQuery(r)
		a, an, aerr := maria.Terms(ctx, tq)
		b, bn, berr := lite.Terms(ctx, tq)
		same(t, seed, tq, a, b, an, bn, aerr, berr)
		uq := randomUserQuery(r)
		c, cn, cerr := maria.UserIDs(ctx, uq)
		d, dn, derr := lite.UserIDs(ctx, uq)
		same(t, seed, uq, c, d, cn, dn, cerr, derr)
		cq := randomCommentQuery(r)
		e, en, eerr := maria.CommentIDs(ctx, cq)
		f, fn, ferr := lite.CommentIDs(ctx, cq)
		same(t, seed, cq, e, f, en, fn, eerr, ferr)
		for _, s := range []*store.Store{maria, lite} {
			n1, err1 := s.CountTerms(ctx, tq)
			n2, err2 := s.CountUsers(ctx, uq)
			n3, err3 := s.CountComments(ctx, cq)
			if err1 != nil || err2 != nil || err3 != nil || n1 != an || n2 != cn || n3 != en {
				t.Fatalf("seed %d: counts %d/%d %d/%d %d/%d %v %v %v", seed, n1, an, n2, cn, n3, en, err1, err2, err3)
			}
		}
	}
}

func same(t *testing.T, seed uint64, q, a, b any, an, bn int, aerr, berr error) {
	t.Helper()
	if aerr != nil || berr != nil {
		t.Fatalf("seed %d: %+v: maria %v, sqlite %v", seed, q, aerr, berr)
	}
	if an != bn || !reflect.DeepEqual(a, b) {
		t.Fatalf("seed %d: %+v\nmaria  %d %v\nsqlite %d %v", seed, q, an, a, bn, b)
	}
}

func randomTermQuery(r *rand.Rand) store.TermQuery {
	q := store.TermQuery{Taxonomies: pick(r, 2, "category", "post_tag", "nav_menu", "post_format"), HideEmpty: r.IntN(3) == 0,
		Order: store.Order(r.IntN(3)), Limit: r.IntN(12), Offset: r.IntN(2) * r.IntN(10)}
	switch r.IntN(9) {
	case 0:
		q.IDs = pick(r, 5, int64(1), 2, 3, 8, 20, 40, 41)
	case 1:
		q.Exclude = pick(r, 5, int64(1), 2, 3, 8, 20, 40, 41)
	case 2:
		q.Slugs = pick(r, 3, "uncategorized", "UNCATEGORIZED", "markup", "css")
	case 3:
		q.Names = pick(r, 3, "Uncategorized", "märkup", "css", "aciform")
	case 4:
		q.Search = one(r, "a", "cat", "É", "post-format", "%", "template")
	case 5:
		q.Parent = ptr(one(r, int64(0), 1, 5, 30))
	case 6:
		q.Objects = pick(r, 5, int64(1), 1241, 1178, 1177, 1176, 1000, 358)
	case 7:
		q.TTIDs = pick(r, 5, int64(1), 2, 3, 8, 20, 40, 41)
	}
	q.OrderBy = one(r, "", store.TermByName, store.TermBySlug, store.TermByCount, store.TermByID, store.TermByDescription, store.TermByInclude,
		store.TermBySlugs, store.TermByGroup, store.TermByParent, store.TermByOrder)
	return q
}

func randomUserQuery(r *rand.Rand) store.UserQuery {
	q := store.UserQuery{Order: store.Order(r.IntN(3)), Limit: r.IntN(8), Offset: r.IntN(2) * r.IntN(6)}
	switch r.IntN(8) {
	case 0:
		q.Include = pick(r, 5, int64(5), 3, 1, 2, 9)
	case 1:
		q.Exclude = pick(r, 5, int64(5), 3, 1, 2, 9)
	case 2:
		q.RolesIn = pick(r, 2, "editor", "author", "nobody")
	case 3:
		q.RolesNot = pick(r, 2, "editor", "author", "nobody")
	case 4:
		q.HasPosts = pick(r, 2, "post", "page")
	case 5:
		q.Search = one(r, "a", "site", "@", "1", "É", "5abc")
		q.SearchColumns = pick(r, 3, "ID", "user_login", "display_name", "user_email")
		q.SearchAt = one(r, store.SearchBoth, store.SearchLeading, store.SearchTrailing, store.SearchWhole)
	case 6:
		q.Slugs = pick(r, 3, "site_admin", "site_editor", "SITE_AUTHOR", "site-admin")
	case 7:
		q.RolesAll, q.CapsIn = pick(r, 1, "editor"), pick(r, 1, "administrator", "editor")
	}
	q.OrderBy = one(r, "", store.UserByLogin, store.UserByID, store.UserByName, store.UserByNicename, store.UserByEmail, store.UserByURL,
		store.UserByRegistered, store.UserByInclude, store.UserBySlugs, store.UserByPostCount)
	return q
}

func randomCommentQuery(r *rand.Rand) store.CommentQuery {
	q := store.CommentQuery{Approved: pick(r, 2, "1", "0", "spam", "trash"), Types: pick(r, 2, "comment", "pingback", "note"),
		Order: store.Order(r.IntN(3)), Limit: r.IntN(12), Offset: r.IntN(2) * r.IntN(6)}
	switch r.IntN(9) {
	case 0:
		q.Posts = pick(r, 3, int64(1), 1148, 1149, 155)
	case 1:
		q.Include = pick(r, 4, int64(1), 5, 9, 44, 40)
	case 2:
		q.Parents, q.TypesNot = pick(r, 2, int64(0), 3, 20), pick(r, 1, "note")
	case 3:
		q.Authors, q.Unapproved = pick(r, 2, int64(0), 1, 2), []store.CommentAuthor{{UserID: 2}, {Email: "example@example.org"}}
	case 4:
		q.Search = one(r, "a", "comment", "Wörd", "127.0", "_")
	case 5:
		q.After, q.BeforeGMT = "2012-01-01 00:00:00", "2027-01-01 00:00:00"
	case 6:
		q.PostTypes, q.PostStatuses, q.PostPassword = []string{"post"}, pick(r, 2, "publish", "private"), ptr(r.IntN(2) == 0)
	case 7:
		q.AuthorEmail = one(r, "example@example.org", "EXAMPLE@example.org", "nobody")
	case 8:
		q.Exclude, q.PostsNot, q.Karma = pick(r, 2, int64(1), 2), pick(r, 2, int64(1148)), ptr(int64(0))
	}
	q.OrderBy = one(r, "", store.CommentByDateGMT, store.CommentByDate, store.CommentByID, store.CommentByPost, store.CommentByParent,
		store.CommentByType, store.CommentByInclude)
	return q
}

// TestSameHelpers compares the smaller questions.
func TestSameHelpers(t *testing.T) {
	maria := storetest.MariaDBDump(t)
	lite := storetest.SQLiteDump(t)
	public := []store.StatusRule{{Statuses: []string{"publish"}}}
	ask := map[string]func(s *store.Store) (any, error){
		"months":    func(s *store.Store) (any, error) { return s.ArchiveMonths(ctx, "post", public) },
		"by status": func(s *store.Store) (any, error) { return s.PostCountsByStatus(ctx, "post") },
		"by author": func(s *store.Store) (any, error) {
			return s.WithPosts(ctx, []int64{1, 2, 3, 4}, []string{"post"}, nil)
		},
		"refs":     func(s *store.Store) (any, error) { return s.PostRefsByName(ctx, []string{"HELLO-world", "about"}, nil) },
		"children": func(s *store.Store) (any, error) { return s.ChildIDs(ctx, 0, []string{"page"}) },
		"options":  func(s *store.Store) (any, error) { return s.AutoloadedOptions(ctx) },
		"like":     func(s *store.Store) (any, error) { return s.OptionsLike(ctx, "widget_") },
		"parents":  func(s *store.Store) (any, error) { return s.TermParents(ctx, "category") },
		"tally":    func(s *store.Store) (any, error) { return s.CommentTally(ctx, 0) },
		"has children": func(s *store.Store) (any, error) {
			return s.HasChildComments(ctx, []int64{1, 2, 3, 20, 21, 22, 23, 24})
		},
		"post meta":   func(s *store.Store) (any, error) { return s.MetaFor(ctx, 1, []int64{1, 2, 3, 1241, 1178, 1907, 1866}) },
		"user meta":   func(s *store.Store) (any, error) { return s.Meta(ctx, 2, 1) },
		"meta of key": func(s *store.Store) (any, error) { return s.MetaOfKey(ctx, 1, "_wp_attached_file", 7) },
		"relations": func(s *store.Store) (any, error) {
			return s.Relations(ctx, []int64{1, 1241, 1178, 1177, 1906}, []string{"category", "post_tag"})
		},
		"objects": func(s *store.Store) (any, error) { return s.ObjectsInTerms(ctx, []int64{1, 2, 3}) },
		"users":   func(s *store.Store) (any, error) { return s.UsersByIDs(ctx, []int64{3, 1, 77, 2}) },
		"comment": func(s *store.Store) (any, error) { return s.CommentsByIDs(ctx, []int64{3, 1, 77, 2}) },
		"next": func(s *store.Store) (any, error) {
			return s.Adjacent(ctx, store.AdjacentQuery{ID: 1177, Date: "2013-01-10 20:15:40", Type: "post", Visible: public})
		},
		"previous in term": func(s *store.Store) (any, error) {
			return s.Adjacent(ctx, store.AdjacentQuery{ID: 1177, Date: "2013-01-10 20:15:40", Type: "post", Previous: true, Visible: public, NotTerms: []int64{5}, InTerms: []int64{1, 2, 3, 40, 41, 42, 43}})
		},
	}
	for name, f := range ask {
		a, aerr := f(maria)
		b, berr := f(lite)
		if (aerr == nil) != (berr == nil) || !reflect.DeepEqual(a, b) {
			t.Errorf("%s:\nmaria  %v %v\nsqlite %v %v", name, a, aerr, b, berr)
		}
	}
	// Every post of the dump reads the same, byte for byte.
	ids, _, err := maria.PostIDs(ctx, store.PostQuery{OrderBy: []store.PostOrder{{By: store.ByID, Order: store.Asc}}})
	if err != nil || len(ids) < 300 {
		t.Fatal(len(ids), err)
	}
	a, err := maria.PostsByIDs(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	b, err := lite.PostsByIDs(ctx, ids)
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Fatal("posts differ", err)
	}
}
