package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/wp"
)

// withIndex switches searches of a mode on.
func withIndex(t *testing.T, s *store.Store, mode store.SearchMode) {
	t.Helper()
	if s.DialectName() == "mysql" {
		must(t, s.CreateSearchIndex(ctx, mode))
	}
	must(t, s.UseSearch(ctx, mode, true))
	st, err := s.SearchState(ctx)
	must(t, err)
	if st.Mode != mode || !st.Complete || !st.InUse {
		t.Fatalf("%s: %+v", mode, st)
	}
}

// text adds a post.
func text(t *testing.T, s *store.Store, title, content string) int64 {
	t.Helper()
	id, err := s.InsertPost(ctx, plain(title, content))
	must(t, err)
	return id
}

func plain(title, content string) wp.Post {
	p := samplePost()
	p.Title, p.Content, p.Excerpt, p.Status, p.Password, p.Parent = title, content, "", "publish", "", 0
	return p
}

// look searches the published posts.
func look(t *testing.T, s *store.Store, search string, more ...func(*store.PostQuery)) []int64 {
	t.Helper()
	q := store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Search: search, Limit: 2000}
	for _, f := range more {
		f(&q)
	}
	ids, total, err := s.PostIDs(ctx, q)
	must(t, err)
	n, err := s.CountPosts(ctx, q)
	must(t, err)
	if total != len(ids) || n != total {
		t.Errorf("%q: %d ids, total %d, count %d", search, len(ids), total, n)
	}
	return ids
}

func columns(names ...string) func(*store.PostQuery) {
	return func(q *store.PostQuery) { q.SearchColumns = names }
}

func these(t *testing.T, what string, got []int64, want ...int64) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestSearchFulltext looks for words and what is no word. The texts are there before the index is.
func TestSearchFulltext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		harbour := text(t, s, "The harbour", "Lanterns at night, seen from the river.")
		river := text(t, s, "River and harbour at night", "Nothing else.")
		cafe := text(t, s, "Café au lait", "C++ and node.js, x-ray; the 42nd night. email me@example.org")
		tokyo := text(t, s, "東京の天気", "最新のWordPress情報 🎉")
		for range 20 { // words that all have weigh little
			text(t, s, "Filler", "night night")
		}
		withIndex(t, s, store.SearchFulltext)
		all := func(ids []int64) []int64 { slices.Sort(ids); return ids }
		for _, c := range []struct {
			search string
			want   []int64
		}{
			{"harbour", []int64{harbour, river}}, {"HARBOUR", []int64{harbour, river}}, {"harb", []int64{harbour, river}},
			{"river harbour", []int64{harbour, river}}, {"river -lanterns", []int64{river}}, {"river -nothing", []int64{harbour}},
			{`"river and harbour"`, []int64{river}}, {`"harbour river"`, nil}, {`"at night, seen"`, []int64{harbour}},
			{"cafe", []int64{cafe}}, {"café", []int64{cafe}}, {"cafe\u0301", []int64{cafe}}, {"lait night", []int64{cafe}},
			{"C++", []int64{cafe}}, {"node.js", []int64{cafe}}, {"x-ray", []int64{cafe}}, {"42", []int64{cafe}}, {"me@example.org", []int64{cafe}}, {"au", []int64{cafe}},
			{"東京", []int64{tokyo}}, {"天気", []int64{tokyo}}, {"🎉", []int64{tokyo}}, {"情報 東京", []int64{tokyo}}, {"のWordPress", []int64{tokyo}}, {"c#", nil}, {"lantern 東京", nil},
			{"the", []int64{harbour, cafe}}, {"from the", []int64{harbour}}, {"zebra", nil},
		} {
			these(t, c.search, all(look(t, s, c.search)), c.want...)
		}
		these(t, "the beginning of words only", look(t, s, "arbour"))
		these(t, "titles first", look(t, s, "river"), river, harbour)
		these(t, "in titles", look(t, s, "river", columns("post_title")), river)
		these(t, "in titles, not", look(t, s, "harbour -river", columns("post_title")), harbour)
		these(t, "in contents", look(t, s, "river", columns("post_content", "post_excerpt")), harbour)
		these(t, "exact", look(t, s, "the harbour", func(q *store.PostQuery) { q.SearchExact, q.SearchSentence = true, true }), harbour)
		these(t, "sorted otherwise", look(t, s, "harbour", func(q *store.PostQuery) { q.OrderBy = []store.PostOrder{{By: store.ByID, Order: store.Asc}} }), harbour, river)
	})
}

// TestSearchScore orders what titles do not tell apart.
func TestSearchScore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		once := text(t, s, "One", "a zebra "+strings.Repeat("and other animals ", 50))
		often := text(t, s, "Two", "zebra zebra zebra zebra zebra")
		title := text(t, s, "Zebra", "animals")
		for range 30 {
			text(t, s, "Filler", "animals")
		}
		withIndex(t, s, store.SearchFulltext)
		these(t, "score", look(t, s, "zebra"), title, often, once)
		asc := look(t, s, "zebra", func(q *store.PostQuery) { q.OrderBy = []store.PostOrder{{By: store.ByRelevance, Order: store.Asc}} })
		these(t, "relevance knows no direction, as in WordPress", asc, title, often, once)
	})
}

// TestSearchPlan holds a search by an index to the index.
func TestSearchPlan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s, 100)
		withIndex(t, s, store.SearchFulltext)
		p := plan(t, s, store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Search: "number lorem", Limit: 10})
		if !strings.Contains(p, "VIRTUAL TABLE INDEX") && !strings.Contains(p, "type=fulltext") || strings.Contains(p, "SCAN p") {
			t.Errorf("the plan is\n%s", p)
		}
	})
}

// TestSearchMany finds more posts than are looked at one by one.
func TestSearchMany(t *testing.T) {
	s := storetest.SQLite(t)
	withIndex(t, s, store.SearchFulltext)
	_, err := s.Writer().Exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 2500)" +
		" INSERT INTO wp_posts (post_title, post_content, post_date) SELECT 'Post ' || i, CASE WHEN i % 250 = 0 THEN 'zebra' ELSE 'lion' END || ' night', datetime('2026-01-01', i || ' hours') FROM n")
	must(t, err)
	q := store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, SearchPublic: true, OrderBy: []store.PostOrder{{By: store.ByDate}}, Limit: 3}
	for _, c := range []struct {
		search string
		offset int
		total  int
		want   []int64
		plan   string
	}{
		{"night", 0, 2500, []int64{2500, 2499, 2498}, "type_status_date"}, {"night", 2498, 2500, []int64{2, 1}, "type_status_date"},
		{"lion night", 0, 2490, []int64{2499, 2498, 2497}, "type_status_date"}, {"zebra", 0, 10, []int64{2500, 2250, 2000}, "VIRTUAL TABLE"},
		{"night -lion", 3, 10, []int64{1750, 1500, 1250}, "VIRTUAL TABLE"},
	} {
		q.Search, q.Offset = c.search, c.offset
		ids, total, err := s.PostIDs(ctx, q)
		must(t, err)
		these(t, c.search, ids, c.want...)
		n, err := s.CountPosts(ctx, q)
		if must(t, err); total != c.total || n != total {
			t.Errorf("%s: total %d, count %d, want %d", c.search, total, n, c.total)
		}
		p := plan(t, s, q)
		if first, _, _ := strings.Cut(p, "\n"); !strings.Contains(first, c.plan) || c.plan == "type_status_date" && strings.Contains(p, "TEMP B-TREE FOR ORDER") {
			t.Errorf("%s: the plan is\n%s", c.search, p)
		}
	}
	q.Search, q.OrderBy, q.Offset = "night", nil, 0
	if _, total, err := s.PostIDs(ctx, q); err != nil || total != 2500 {
		t.Errorf("by score: %d %v", total, err)
	}
}

// hostile are searches that mean something to an index, or too much.
var hostile = []string{
	`"`, `""`, `"""`, `'`, "*", "a*", `"a" * "b"`, "(", ")", "(((((", "NEAR(a b)", "NEAR", "AND", "OR OR", "NOT lorem", "lorem AND", "post_title:lorem", "post_title : lorem",
	"{post_title} : x", "^lorem", "-", "--", "-*", "+", "+lorem -", "~lorem", "<lorem >ipsum", "@3", `"lorem ipsum" @8`, `lorem" OR 1=1 --`, "lorem'); DROP TABLE wp_posts; --",
	"\x00", "lo\x00rem", "\xff\xfe", "lorem\xff", "\u0301", "a\u0301\u0301", "🎉", "👩‍👩‍👧", "\u202e", "%", "_", "!", "\\", "\\\\", " ", ",", "0", "a", "lorem\nipsum",
	"ﬁ ＡＢＣ ٣٤ x² ª", "कि हिन्दी", "ไทย", "العربية", "日本", "한국어", "İ ı ß ẞ", "e\u0301e\u0301e\u0301",
	strings.Repeat("a", 10_000), strings.Repeat("lorem ", 2_000), strings.Repeat(`"`, 5_000), strings.Repeat("東", 3_000), `"` + strings.Repeat("lorem ", 2_000) + `"`,
	strings.Repeat("a.b-", 3_000), strings.Repeat("\"x y\" ", 8),
}

// TestSearchHostile asks for what nobody should: nothing fails, and nothing is found that LIKE would not find.
func TestSearchHostile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i, h := range hostile[:40] {
			h = strings.ToValidUTF8(strings.ReplaceAll(h, "\x00", ""), "")
			text(t, s, fmt.Sprintf("Post %d", i), strings.ToValidUTF8(h[:min(len(h), 80)], ""))
		}
		modes := []store.SearchMode{store.SearchFulltext}
		if s.DialectName() == "sqlite" {
			modes = append(modes, store.SearchTrigram)
		}
		find := func(h string, sentence bool) []int64 {
			return look(t, s, h, func(q *store.PostQuery) { q.SearchSentence = sentence })
		}
		slow := map[string][]int64{}
		for _, h := range hostile {
			slow[h], slow[h+"\x00s"] = find(h, false), find(h, true)
		}
		for _, mode := range modes {
			withIndex(t, s, mode)
			for _, h := range hostile {
				for _, id := range find(h, false) {
					if !slices.Contains(slow[h], id) {
						t.Errorf("%s %.40q finds %d, which LIKE does not", mode, h, id)
					}
				}
				for _, id := range find(h, true) {
					if !slices.Contains(slow[h+"\x00s"], id) {
						t.Errorf("%s %.40q as a sentence finds %d, which LIKE does not", mode, h, id)
					}
				}
			}
			if n := s.SearchFailures(); n > 0 {
				t.Errorf("%s: the index failed %d times", mode, n)
			}
		}
	})
}

// TestSearchAsLike compares random searches of random texts: an index finds nothing that LIKE does not, and of what LIKE
// finds all posts in which a word begins so; of trigrams it finds the very same.
func TestSearchAsLike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		words := strings.Fields("harbour harbours arbour harb Lantern lanterns antler winter interval Interior terror error mirror river driver with within the then other about cabin able table 42 421 1942 to tomato com comet commerce where herewith")
		r := rand.New(rand.NewPCG(7, 7))
		var posts []wp.Post
		for range 40 {
			var b strings.Builder
			for range 1 + r.IntN(12) {
				b.WriteString(one(r, words...) + one(r, " ", " ", " ", ", ", "-", "/", "_", "'", "\n", ".", " <b>", "&amp;"))
			}
			p := plain(one(r, words...), b.String())
			var err error
			p.ID, err = s.InsertPost(ctx, p)
			must(t, err)
			posts = append(posts, p)
		}
		word := func() string {
			w := one(r, words...)
			return w[:1+r.IntN(len(w))]
		}
		slow := map[string][]int64{}
		for range 80 {
			search := word()
			for range r.IntN(3) {
				search += " " + one(r, "", "-", "+") + word()
			}
			search += one(r, "", "", "-", "'", "/", ", ", ".") + one(r, "", word())
			slow[search] = look(t, s, search)
			slices.Sort(slow[search])
		}
		withIndex(t, s, store.SearchFulltext)
		for search, want := range slow {
			fast := look(t, s, search)
			for _, id := range fast {
				if !slices.Contains(want, id) && !strings.Contains(search, "-") { // fewer are excluded
					t.Errorf("%q finds %d, which LIKE does not", search, id)
				}
			}
			for _, p := range posts {
				if slices.Contains(want, p.ID) && !slices.Contains(fast, p.ID) && allBegin(search, p) {
					t.Errorf("%q does not find %d", search, p.ID)
				}
			}
		}
		if s.DialectName() == "mysql" {
			return
		}
		withIndex(t, s, store.SearchTrigram)
		for search, want := range slow {
			got := look(t, s, search)
			slices.Sort(got)
			these(t, search, got, want...)
		}
	})
}

// allBegin reports whether each word begins some word of the post.
func allBegin(search string, p wp.Post) bool {
	has := strings.FieldsFunc(strings.ToLower(p.Title+" "+p.Excerpt+" "+p.Content), func(r rune) bool {
		return r < 0x80 && !(r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || r == '_')
	})
	for _, w := range strings.FieldsFunc(strings.ToLower(search), func(r rune) bool { return r == ' ' || r == '+' }) {
		if len(w) < 3 && len(w) < len(search) || strings.ContainsAny(w, "-'/,.") {
			return false // maybe a phrase
		}
		if !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// FuzzSearchIndex asks an index for anything: it never fails, and finds nothing that LIKE does not.
func FuzzSearchIndex(f *testing.F) {
	for _, text := range []string{`"lorem ipsum" -x`, "post_title:C++ NEAR(a b)", "最新のWordPress", "\x00*"} { // TestSearchHostile has more
		f.Add(text)
	}
	stores := map[store.SearchMode]*store.Store{}
	for _, mode := range []store.SearchMode{store.SearchLike, store.SearchFulltext, store.SearchTrigram} {
		s := storetest.SQLite(f)
		if err := s.UseSearch(ctx, mode, true); err != nil {
			f.Fatal(err)
		}
		for _, text := range []string{"lorem ipsum", "harbour, node.js C++ x-ray 42nd 最新のWordPress情報", `"' * ( NEAR AND post_title:x +- ~ % _ ! \ a-b 🎉 é é ß ﬁ İ`} {
			if _, err := s.InsertPost(ctx, plain("Harbour", text)); err != nil {
				f.Fatal(err)
			}
		}
		stores[mode] = s
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, sentence := range []bool{false, true} {
			set := func(q *store.PostQuery) { q.SearchSentence = sentence }
			all := look(t, stores[store.SearchLike], text, set)
			for _, mode := range []store.SearchMode{store.SearchFulltext, store.SearchTrigram} {
				for _, id := range look(t, stores[mode], text, set) {
					if !slices.Contains(all, id) && !strings.Contains(text, "-") { // fewer are excluded
						t.Errorf("%s %q finds %d, which LIKE does not", mode, text, id)
					}
				}
				if n := stores[mode].SearchFailures(); n > 0 {
					t.Errorf("%s %q: the index failed", mode, text)
				}
			}
		}
	})
}
