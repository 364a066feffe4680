package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
	"github.com/platenhq/platen/internal/store/uca520"
)

// pick returns up to n random elements.
func pick[T any](r *rand.Rand, n int, from ...T) []T {
	var out []T
	for range r.IntN(n + 1) {
		out = append(out, from[r.IntN(len(from))])
	}
	return out
}

func one[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func maybe[T any](r *rand.Rand, v T) *T {
	if r.IntN(8) != 0 {
		return nil
	}
	return &v
}

func randomPostQuery(r *rand.Rand) store.PostQuery {
	rare := func() bool { return r.IntN(5) == 0 }
	q := store.PostQuery{Types: pick(r, 2, "post", "page", "attachment", "wp_block"), Order: store.Order(r.IntN(3))}
	if rare() {
		q.Types = nil
	}
	q.Statuses = pick(r, 3, "publish", "draft", "private", "inherit", "trash", "future", "pending")
	if rare() {
		q.Visible = []store.StatusRule{{Statuses: []string{"publish"}}, {Statuses: []string{"private", "draft"}, Author: int64(1 + r.IntN(5))}}
	}
	q.InheritFromParent = rare()
	if rare() {
		q.Author = pick(r, 3, int64(1), 2, 3, 4, 5)
	}
	if rare() {
		q.AuthorNot = pick(r, 3, int64(1), 2, 3)
	}
	if rare() {
		q.Include = pick(r, 9, int64(1), 2, 3, 4, 1907, 1906, 1905, 1887, 1866, 1241, 1178)
	}
	if rare() {
		q.Exclude = pick(r, 4, int64(1), 2, 1907, 1906, 1905)
	}
	if rare() {
		q.Parents = pick(r, 3, int64(0), 1, 2, 173)
	}
	if rare() {
		q.ParentsNot = pick(r, 2, int64(0), 1)
	}
	if rare() {
		q.Names = pick(r, 4, "hello-world", "HELLO-WORLD", "sample-page", "about", "template-sticky", "hello-wörld")
	}
	if r.IntN(3) == 0 {
		q.Search = one(r, "hello", "the", "a", "Template", "sample page", `"sample page"`, "post -template", "block the image gallery", "é", "-", "0",
			"one two three four five six seven eight nine ten", "lorem ipsum dolor", `"`, `+,"`, "CAFÉ", "100%", "_", "!", "-page", "post block title")
	}
	if len(q.Search) > 0 {
		q.SearchColumns = pick(r, 2, "post_title", "post_excerpt", "post_content", "nonsense")
		q.SearchPublic = rare()
		q.SearchSentence = rare()
		q.SearchFilename = rare()
		q.SearchExact = r.IntN(9) == 0
	}
	q.HasPassword = maybe(r, r.IntN(2) == 0)
	q.MenuOrder = maybe(r, int64(r.IntN(3)))
	if rare() {
		q.MimeTypes = pick(r, 2, "image", "image/jpeg", "audio/%", "image/*", "application/pdf")
	}
	if rare() {
		q.Dates = append(q.Dates, store.DateClause{Column: []store.DateColumn{"", store.DateGMT, store.DateModified, store.DateModifiedGMT}[r.IntN(4)],
			After: fmt.Sprintf("20%02d-01-01 00:00:00", r.IntN(27)), Inclusive: r.IntN(2) == 0})
	}
	if rare() {
		q.Dates = append(q.Dates, store.DateClause{Before: fmt.Sprintf("20%02d-06-01 12:30:00", r.IntN(27))})
	}
	if rare() {
		q.Tax = randomTax(r, 2)
	}
	if rare() {
		q.Meta = randomMeta(r, 2)
	}
	keys := []store.PostOrderKey{store.ByDate, store.ByModified, store.ByID, store.ByTitle, store.ByName, store.ByAuthor, store.ByParent, store.ByType,
		store.ByMenuOrder, store.ByCommentCount, store.ByRelevance, store.ByInclude, store.ByNames, store.ByParents, store.ByMetaValue, store.ByMetaValueNum}
	for range r.IntN(3) {
		q.OrderBy = append(q.OrderBy, store.PostOrder{By: keys[r.IntN(len(keys))], Order: store.Order(r.IntN(3))})
	}
	q.Limit, q.Offset = r.IntN(20), r.IntN(3)*r.IntN(10)
	return q
}

func randomTax(r *rand.Rand, depth int) *store.TaxQuery {
	q := &store.TaxQuery{Or: r.IntN(2) == 0}
	for range 1 + r.IntN(2) {
		q.Clauses = append(q.Clauses, store.TaxClause{Taxonomy: []string{"category", "post_tag", "post_format"}[r.IntN(3)],
			TermTaxonomyIDs: pick(r, 3, int64(1), 2, 3, 5, 8, 20, 30, 50, 70),
			Operator:        []store.TaxOperator{"", store.TaxIn, store.TaxNotIn, store.TaxAnd, store.TaxExists, store.TaxNotExists}[r.IntN(6)]})
	}
	if depth > 0 && r.IntN(3) == 0 {
		q.Groups = append(q.Groups, *randomTax(r, depth-1))
	}
	return q
}

func randomMeta(r *rand.Rand, depth int) *store.MetaQuery {
	q := &store.MetaQuery{Or: r.IntN(2) == 0}
	for range 1 + r.IntN(2) {
		c := store.MetaClause{Key: []string{"_thumbnail_id", "_wp_attached_file", "_edit_last", "_wp_page_template", ""}[r.IntN(5)],
			Compare: []store.MetaCompare{"", "=", "!=", ">", "<=", "LIKE", "NOT LIKE", "IN", "NOT IN", "EXISTS", "NOT EXISTS", "BETWEEN"}[r.IntN(12)],
			Numeric: r.IntN(3) == 0}
		switch c.Compare {
		case "IN", "NOT IN", "BETWEEN":
			c.Values = []string{"1", "900"}
		case "EXISTS", "NOT EXISTS", "":
		default:
			c.Values = pick(r, 1, "1", "2019", "default")
			if c.Values == nil {
				c.Values = []string{"5"}
			}
		}
		if c.Compare == "LIKE" || c.Compare == "NOT LIKE" {
			c.Numeric = false
		}
		q.Clauses = append(q.Clauses, c)
	}
	if depth > 0 && r.IntN(3) == 0 {
		q.Groups = append(q.Groups, *randomMeta(r, depth-1))
	}
	return q
}

// TestSameAnswers asks both databases the same random questions about the reference site.
func TestSameAnswers(t *testing.T) {
	queries := 300
	if os.Getenv("PLATEN_LONG") != "" {
		queries = 5000
	}
	maria := storetest.MariaDBDump(t)
	lite := storetest.SQLiteDump(t)
	for seed := range uint64(queries) {
		r := rand.New(rand.NewPCG(seed, 1))
		q := randomPostQuery(r)
		a, an, aerr := maria.PostIDs(ctx, q)
		b, bn, berr := lite.PostIDs(ctx, q)
		if aerr != nil || berr != nil {
			t.Fatalf("seed %d: %+v: maria %v, sqlite %v", seed, q, aerr, berr)
		}
		if an != bn || !reflect.DeepEqual(a, b) {
			t.Errorf("seed %d: %+v\nmaria  %d %v\nsqlite %d %v", seed, q, an, a, bn, b)
			text, args, _ := maria.ListSQL(q)
			t.Fatal(text, args)
		}
		n, err := lite.CountPosts(ctx, q)
		if err != nil || n != bn {
			t.Fatalf("seed %d: count %d, list's total %d, %v", seed, n, bn, err)
		}
	}
}

// TestCollation compares our collation and LIKE with the server's on random pairs of text.
func TestCollation(t *testing.T) {
	maria := storetest.MariaDB(t)
	r := rand.New(rand.NewPCG(7, 7))
	letters := []rune("aAbBzZ019 -_.,'\"!?/\\%éÉèñÑßẞæÆøØåÅœıİIiΣσςжЖ한국漢字日本ÿŸ€$ \u00a0\u0301\u200b\t😀🎉ﬁ①²½ǆ\u0e01\u0e40")
	word := func() string {
		var out []rune
		for range r.IntN(6) {
			out = append(out, letters[r.IntN(len(letters))])
		}
		return string(out)
	}
	stmt := "SELECT STRCMP(CONVERT(? USING utf8mb4) COLLATE utf8mb4_unicode_520_ci, CONVERT(? USING utf8mb4) COLLATE utf8mb4_unicode_520_ci)," +
		" CONVERT(? USING utf8mb4) COLLATE utf8mb4_unicode_520_ci LIKE ? ESCAPE '!'"
	for range 6000 {
		a, b := word(), word()
		if r.IntN(3) == 0 && a != "" {
			b = a[:len(a)-len(string([]rune(a)[len([]rune(a))-1:]))] + word()
		}
		pattern := "%" + b + "%"
		if r.IntN(2) == 0 {
			pattern = "%" + uca520.EscapeLike(b, '!') + "%"
		}
		var cmp, fits int
		if err := maria.Reader().QueryRow(stmt, a, b, a, pattern).Scan(&cmp, &fits); err != nil {
			t.Fatal(err)
		}
		if got := uca520.Compare(a, b); got != cmp {
			t.Errorf("Compare(%q, %q) = %d, the server says %d", a, b, got, cmp)
		}
		if got := uca520.NewPattern(pattern, '!').Match(a); got != (fits == 1) {
			t.Errorf("%q LIKE %q: %v, the server says %d", a, pattern, got, fits)
		}
	}
}
