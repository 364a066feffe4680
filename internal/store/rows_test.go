package store_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

const nasty = "a\x00b'c\"d\\e%f_g!h`i;j--k\r\nl\u00e9 😀 \\' \\0 ?"

func samplePost() wp.Post {
	return wp.Post{Author: 7, Date: "2026-01-02 03:04:05", DateGMT: wp.ZeroDate, Content: nasty, Title: nasty + " ", Excerpt: "x", Status: "draft",
		CommentStatus: "open", PingStatus: "closed", Password: "p'w", Name: "caf%c3%a9", ToPing: "a\nb", Pinged: "c", Modified: "2026-02-03 04:05:06",
		ModifiedGMT: "2026-02-03 09:05:06", ContentFiltered: "cf", Parent: 3, GUID: "http://x/?p=1&a", MenuOrder: -4, Type: "post",
		MimeType: "image/jpeg", CommentCount: 9}
}

func want(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("error %v, want %v", err, target)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPostRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := samplePost()
		id, err := s.InsertPost(ctx, p)
		must(t, err)
		p.ID = id
		got, err := s.Post(ctx, id)
		if err != nil || got != p {
			t.Fatalf("%v\n got %+v\nwant %+v", err, got, p)
		}
		p.Title, p.MenuOrder, p.Date, p.CommentCount = "new", 5, "", 77 // the count stays
		must(t, s.UpdatePost(ctx, p))
		must(t, s.UpdatePost(ctx, p)) // the same again is not "not found"
		p.Date, p.CommentCount = wp.ZeroDate, 9
		if got, _ = s.Post(ctx, id); got != p {
			t.Fatalf("got %+v", got)
		}
		far := samplePost()
		far.ID = 5000
		if id, err := s.InsertPost(ctx, far); err != nil || id != 5000 {
			t.Fatal(id, err)
		}
		_, err = s.InsertPost(ctx, far)
		want(t, err, wp.ErrConflict)
		must(t, s.DeletePost(ctx, 5000))
		want(t, s.DeletePost(ctx, 5000), wp.ErrNotFound)
		want(t, s.UpdatePost(ctx, far), wp.ErrNotFound)
		_, err = s.Post(ctx, 5000)
		want(t, err, wp.ErrNotFound)
		if id, err := s.InsertPost(ctx, samplePost()); err != nil || id != 5001 {
			t.Fatalf("a deleted id was used again: %d %v", id, err)
		}
		rows, err := s.PostsByIDs(ctx, []int64{5001, 77, p.ID, 5001})
		if err != nil || len(rows) != 3 || rows[0].ID != 5001 || rows[1].ID != p.ID || rows[2].ID != 5001 {
			t.Fatal(rows, err)
		}
		for _, bad := range []func(*wp.Post){
			func(p *wp.Post) { p.Title = strings.Repeat("x", 65536) },
			func(p *wp.Post) { p.Name = strings.Repeat("é", 201) },
			func(p *wp.Post) { p.Status = strings.Repeat("x", 21) },
		} {
			p := samplePost()
			bad(&p)
			_, err := s.InsertPost(ctx, p)
			want(t, err, wp.ErrTooLong)
		}
		p = samplePost()
		p.Name = strings.Repeat("é", 200)
		_, err = s.InsertPost(ctx, p)
		must(t, err)
		p.Content = "bad \xff utf-8"
		_, err = s.InsertPost(ctx, p)
		want(t, err, wp.ErrBadText)
	})
}

func TestSlugs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := samplePost()
		p.Name, p.Type, p.Parent = "about", "page", 4
		id, err := s.InsertPost(ctx, p)
		must(t, err)
		for _, c := range []struct {
			slug  string
			scope store.SlugScope
			want  bool
		}{
			{"about", store.SlugScope{}, true},
			{"ABOUT", store.SlugScope{}, true},
			{"about ", store.SlugScope{}, true},
			{"abóut", store.SlugScope{}, true},
			{"about", store.SlugScope{Except: id}, false},
			{"about", store.SlugScope{Types: []string{"post"}}, false},
			{"about", store.SlugScope{Types: []string{"page", "attachment"}, Parent: ptr(int64(4))}, true},
			{"about", store.SlugScope{Types: []string{"page", "attachment"}, Parent: ptr(int64(0))}, false},
			{"about-2", store.SlugScope{}, false},
		} {
			got, err := s.PostSlugTaken(ctx, c.slug, c.scope)
			if err != nil || got != c.want {
				t.Errorf("%q %+v: %v %v", c.slug, c.scope, got, err)
			}
		}
		moved, err := s.MoveChildren(ctx, 4, 9, []string{"page"})
		if err != nil || !reflect.DeepEqual(moved, []int64{id}) {
			t.Fatal(moved, err)
		}
		if ids, err := s.ChildIDs(ctx, 9, nil); err != nil || len(ids) != 1 {
			t.Fatal(ids, err)
		}
		if ids, err := s.ReassignPosts(ctx, 7, 8); err != nil || len(ids) != 1 {
			t.Fatal(ids, err)
		}
		if ok, err := s.SwapPostStatus(ctx, id, "future", "publish"); err != nil || ok {
			t.Fatal(ok, err)
		}
		if ok, err := s.SwapPostStatus(ctx, id, "draft", "publish"); err != nil || !ok {
			t.Fatal(ok, err)
		}
	})
}

func TestMeta(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, k := range []wp.MetaKind{wp.PostMeta, wp.UserMeta, wp.TermMeta, wp.CommentMeta} {
			id, err := s.AddMeta(ctx, k, wp.Meta{ObjectID: 1, Key: "k", Value: nasty})
			must(t, err)
			_, err = s.AddMeta(ctx, k, wp.Meta{ObjectID: 1, Key: "K", Value: "other case"})
			must(t, err)
			_, err = s.AddMeta(ctx, k, wp.Meta{ObjectID: 2, Key: "k", Value: nasty})
			must(t, err)
			rows, err := s.MetaByKey(ctx, k, 1, "k")
			if err != nil || !reflect.DeepEqual(rows, []wp.Meta{{ID: id, ObjectID: 1, Key: "k", Value: nasty}}) {
				t.Fatal(rows, err)
			}
			if m, err := s.MetaByID(ctx, k, id); err != nil || m.Value != nasty {
				t.Fatal(m, err)
			}
			for _, c := range []struct {
				old string
				ok  bool
			}{{strings.ToUpper(nasty), false}, {nasty + " ", false}, {nasty, true}, {nasty, false}} {
				if ok, err := s.SwapMeta(ctx, k, id, c.old, "swapped"); err != nil || ok != c.ok {
					t.Fatalf("swap %q: %v %v", c.old, ok, err)
				}
			}
			must(t, s.UpdateMeta(ctx, k, id, "swapped"))
			want(t, s.UpdateMeta(ctx, k, 999, "x"), wp.ErrNotFound)
			if n, err := s.UpdateMetaByKey(ctx, k, 1, "k", "v2"); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			must(t, s.SetMeta(ctx, k, 1, "k", "v2"))
			must(t, s.SetMeta(ctx, k, 1, "fresh", "f"))
			all, err := s.MetaFor(ctx, k, []int64{1, 2, 3})
			if err != nil || len(all[1]) != 3 || len(all[2]) != 1 || len(all) != 2 || all[1][0].Value != "v2" || all[1][1].Value != "other case" {
				t.Fatal(all, err)
			}
			if rows, err := s.FindMeta(ctx, k, "k", nasty); err != nil || len(rows) != 1 || rows[0].ObjectID != 2 {
				t.Fatal(rows, err)
			}
			if rows, err := s.FindMeta(ctx, k, "k", strings.ToUpper(nasty)); err != nil || len(rows) != 0 {
				t.Fatal(rows, err)
			}
			if n, err := s.DeleteMetaByValue(ctx, k, 0, "k", nasty); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			if n, err := s.DeleteMetaByKey(ctx, k, 1, "k"); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			if n, err := s.DeleteMetaEverywhere(ctx, k, "K"); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			if n, err := s.DeleteObjectMeta(ctx, k, 1); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			if n, err := s.DeleteMeta(ctx, k, 1, 2, 3); err != nil || n != 0 {
				t.Fatal(n, err)
			}
			_, err = s.AddMeta(ctx, k, wp.Meta{ObjectID: 1, Key: strings.Repeat("k", 256)})
			want(t, err, wp.ErrTooLong)
		}
		if _, err := s.Meta(ctx, 99, 1); err == nil {
			t.Fatal("no error for an unknown kind")
		}
	})
}

func TestTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		id, ttid, err := s.InsertTerm(ctx, wp.Term{Name: "Café", Slug: "cafe", Taxonomy: "category", Description: nasty, Count: 3})
		must(t, err)
		again, tt2, err := s.InsertTerm(ctx, wp.Term{ID: id, Name: "Café", Slug: "cafe", Taxonomy: "post_tag"})
		if err != nil || again != id || tt2 == ttid {
			t.Fatal(again, tt2, err)
		}
		_, _, err = s.InsertTerm(ctx, wp.Term{ID: id, Name: "Café", Slug: "cafe", Taxonomy: "post_tag"})
		want(t, err, wp.ErrConflict)
		term, err := s.TermByName(ctx, "CAFE", "category")
		if err != nil || term != (wp.Term{ID: id, Name: "Café", Slug: "cafe", TermTaxonomyID: ttid, Taxonomy: "category", Description: nasty, Count: 3}) {
			t.Fatalf("%+v %v", term, err)
		}
		_, err = s.TermBySlug(ctx, "cafe", "nav_menu")
		want(t, err, wp.ErrNotFound)
		child, ctt, err := s.InsertTerm(ctx, wp.Term{ID: 50, Name: "Child", Slug: "child", Taxonomy: "category", Parent: id})
		if err != nil || child != 50 {
			t.Fatal(child, err)
		}
		term.Name, term.Count = "Renamed", 99
		must(t, s.UpdateTerm(ctx, term))
		if got, _ := s.TermByTTID(ctx, ttid); got.Name != "Renamed" || got.Count != 3 {
			t.Fatalf("%+v", got)
		}
		term.Taxonomy = "none"
		want(t, s.UpdateTerm(ctx, term), wp.ErrNotFound)
		if taken, _ := s.TermSlugTaken(ctx, "CAFE", "category", 0); !taken {
			t.Fatal("slug free")
		}
		if taken, _ := s.TermSlugTaken(ctx, "cafe", "", id); taken {
			t.Fatal("slug taken")
		}
		p := samplePost()
		p.Status = "publish"
		post, err := s.InsertPost(ctx, p)
		must(t, err)
		att := samplePost()
		att.Type, att.Status, att.Parent = "attachment", "inherit", post
		attID, err := s.InsertPost(ctx, att)
		must(t, err)
		must(t, s.AddObjectTerms(ctx, post, []int64{ttid, tt2, ttid}))
		must(t, s.AddObjectTerms(ctx, post, []int64{ctt}))
		must(t, s.AddObjectTerms(ctx, attID, []int64{ttid}))
		must(t, s.SetObjectTermOrder(ctx, post, []int64{ctt, ttid}))
		terms, err := s.ObjectTerms(ctx, []int64{post, 999}, []string{"category"})
		if err != nil || len(terms[post]) != 2 || terms[post][0].Name != "Child" {
			t.Fatal(terms, err)
		}
		ordered, _, err := s.Terms(ctx, store.TermQuery{Objects: []int64{post}, Taxonomies: []string{"category"}, OrderBy: store.TermByOrder, Order: store.Desc})
		if err != nil || len(ordered) != 2 || ordered[0].TermTaxonomyID != ttid {
			t.Fatal(ordered, err)
		}
		for _, c := range []struct {
			rule store.CountRule
			want int64
		}{{store.CountRule{}, 2}, {store.CountRule{Types: []string{"post"}}, 1}, {store.CountRule{Types: []string{"post", "attachment"}}, 2},
			{store.CountRule{Types: []string{"attachment"}}, 1}, {store.CountRule{Types: []string{"post"}, Statuses: []string{"draft"}}, 0}} {
			for _, before := range []int64{0, 1 << 20} { // a term of few objects and one of many are counted in different ways
				must(t, s.RecountTerms(ctx, []wp.Term{{TermTaxonomyID: ttid, Count: before}}, c.rule))
				if got, _ := s.TermByTTID(ctx, ttid); got.Count != c.want {
					t.Errorf("%+v of %d: %d", c.rule, before, got.Count)
				}
			}
		}
		if ids, err := s.MoveTermChildren(ctx, "category", id, 0); err != nil || len(ids) != 1 {
			t.Fatal(ids, err)
		}
		if n, err := s.RemoveObjectTerms(ctx, post, []int64{ctt, 999}); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		must(t, s.DeleteTerm(ctx, id, "category"))
		if _, err := s.Term(ctx, id, ""); err != nil {
			t.Fatal("the term is gone from its other taxonomy", err)
		}
		if ids, _ := s.ObjectsInTerms(ctx, []int64{ttid}); len(ids) != 0 {
			t.Fatal("relations stayed", ids)
		}
		if ids, err := s.DeleteObjectTerms(ctx, post); err != nil || !reflect.DeepEqual(ids, []int64{tt2}) {
			t.Fatal(ids, err)
		}
		must(t, s.DeleteTerm(ctx, id, "post_tag"))
		want(t, s.DeleteTerm(ctx, id, "post_tag"), wp.ErrNotFound)
		_, err = s.Term(ctx, id, "")
		want(t, err, wp.ErrNotFound)
	})
}

func TestUsers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		u := wp.User{Login: "Zoë", Pass: "$wp$x", Nicename: "zoe", Email: "Z@Example.org", URL: "http://x", Registered: "2026-01-01 00:00:00",
			ActivationKey: "1:k", DisplayName: nasty}
		id, err := s.InsertUser(ctx, u)
		must(t, err)
		u.ID = id
		for _, get := range []func() (wp.User, error){
			func() (wp.User, error) { return s.User(ctx, id) },
			func() (wp.User, error) { return s.UserByLogin(ctx, "zoe") },
			func() (wp.User, error) { return s.UserByLogin(ctx, "ZOË ") },
			func() (wp.User, error) { return s.UserByEmail(ctx, "z@example.ORG") },
			func() (wp.User, error) { return s.UserByNicename(ctx, "zoe") },
		} {
			if got, err := get(); err != nil || got != u {
				t.Fatalf("%+v %v", got, err)
			}
		}
		if ok, err := s.SwapUserPass(ctx, id, "$WP$x", "new"); ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := s.SwapUserPass(ctx, id, "$wp$x", "new"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		must(t, s.SetActivationKey(ctx, id, ""))
		u.Email = "new@x"
		must(t, s.UpdateUser(ctx, u))
		must(t, s.DeleteUser(ctx, id))
		want(t, s.UpdateUser(ctx, u), wp.ErrNotFound)
		_, err = s.UserByLogin(ctx, "zoe")
		want(t, err, wp.ErrNotFound)
	})
}

func TestComments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		post, err := s.InsertPost(ctx, samplePost())
		must(t, err)
		m := wp.Comment{PostID: post, Author: "A", AuthorEmail: "a@x", AuthorURL: "u", AuthorIP: "::1", Date: "2026-01-01 00:00:00",
			DateGMT: "2026-01-01 05:00:00", Content: nasty, Karma: 1, Approved: "1", Agent: "ag", Type: "comment", UserID: 3}
		id, err := s.InsertComment(ctx, m)
		must(t, err)
		m.ID = id
		if got, err := s.Comment(ctx, id); err != nil || got != m {
			t.Fatalf("%+v %v", got, err)
		}
		reply := m
		reply.ID, reply.Parent, reply.Approved = 0, id, "0"
		rid, err := s.InsertComment(ctx, reply)
		must(t, err)
		note := m
		note.ID, note.Type = 0, "note"
		_, err = s.InsertComment(ctx, note)
		must(t, err)
		if n, err := s.RecountComments(ctx, post); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		if p, _ := s.Post(ctx, post); p.CommentCount != 1 {
			t.Fatal(p.CommentCount)
		}
		if tally, err := s.CommentTally(ctx, post); err != nil || !reflect.DeepEqual(tally, store.CommentTally{"1": 1, "0": 1}) {
			t.Fatal(tally, err)
		}
		if dup, err := s.DuplicateComment(ctx, m); err != nil || dup != id {
			t.Fatal(dup, err)
		}
		if d, err := s.LastCommentDate(ctx, 0, "::1", "", "2025-01-01 00:00:00"); err != nil || d != m.DateGMT {
			t.Fatal(d, err)
		}
		if d, err := s.LastCommentDate(ctx, 9, "", "", "2025-01-01 00:00:00"); err != nil || d != "" {
			t.Fatal(d, err)
		}
		if ok, err := s.HasApprovedComment(ctx, "a", "A@x"); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if kids, err := s.HasChildComments(ctx, []int64{id, rid}); err != nil || !kids[id] || kids[rid] {
			t.Fatal(kids, err)
		}
		if ids, err := s.MoveCommentChildren(ctx, id, 0); err != nil || len(ids) != 1 {
			t.Fatal(ids, err)
		}
		must(t, s.ReassignComments(ctx, 3, 0))
		m.Approved = "spam"
		must(t, s.UpdateComment(ctx, m))
		must(t, s.DeleteComment(ctx, id))
		want(t, s.DeleteComment(ctx, id), wp.ErrNotFound)
		m.Author = strings.Repeat("é", 128)
		_, err = s.InsertComment(ctx, m)
		want(t, err, wp.ErrTooLong)
	})
}

func TestOptions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if ok, err := s.AddOption(ctx, wp.Option{Name: "a_b", Value: nasty, Autoload: "off"}); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if ok, err := s.AddOption(ctx, wp.Option{Name: "A_B", Value: "second"}); err != nil || ok {
			t.Fatal(ok, err)
		}
		if o, err := s.Option(ctx, "a_b"); err != nil || o.Value != nasty || o.Autoload != "off" {
			t.Fatal(o, err)
		}
		must(t, s.SetOption(ctx, "a_b", "v", ""))
		must(t, s.SetOption(ctx, "axb", "w", "on"))
		if o, _ := s.Option(ctx, "a_b"); o.Value != "v" || o.Autoload != "off" {
			t.Fatal(o)
		}
		if ok, err := s.SwapOption(ctx, "a_b", "V", "x"); err != nil || ok {
			t.Fatal(ok, err)
		}
		if ok, err := s.SwapOption(ctx, "a_b", "v", "x"); err != nil || !ok {
			t.Fatal(ok, err)
		}
		auto, err := s.AutoloadedOptions(ctx)
		if err != nil || len(auto) != 1 || auto[0].Name != "axb" {
			t.Fatal(auto, err)
		}
		if like, err := s.OptionsLike(ctx, "a_"); err != nil || len(like) != 1 {
			t.Fatal(like, err)
		}
		if all, err := s.Options(ctx, []string{"a_b", "axb", "none"}); err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		if ok, err := s.DeleteOption(ctx, "a_b"); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if ok, err := s.DeleteOption(ctx, "a_b"); err != nil || ok {
			t.Fatal(ok, err)
		}
		_, err = s.Option(ctx, "a_b")
		want(t, err, wp.ErrNotFound)
	})
}
