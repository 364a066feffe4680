package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/store/storetest"
)

// plan returns how a database would run the list.
func plan(t *testing.T, s *store.Store, q store.PostQuery) string {
	t.Helper()
	text, args, err := s.ListSQL(q)
	must(t, err)
	explain := "EXPLAIN "
	if s.DialectName() == "sqlite" {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := s.Reader().Query(explain+text, args...)
	must(t, err)
	defer rows.Close()
	cols, err := rows.Columns()
	must(t, err)
	var b strings.Builder
	for rows.Next() {
		cells := make([]any, len(cols))
		for i := range cells {
			cells[i] = new(*string)
		}
		must(t, rows.Scan(cells...))
		for i, c := range cells {
			if p := *c.(**string); p != nil {
				b.WriteString(cols[i] + "=" + *p + " ")
			}
		}
		b.WriteByte('\n')
	}
	must(t, rows.Err())
	return b.String()
}

// TestTermOfMany: how many objects a term is thought to have changes the way, not what is found.
func TestTermOfMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s, 300)
		q := func(uses int64) store.PostQuery {
			return store.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Limit: 10, Offset: 3,
				Tax: &store.TaxQuery{Clauses: []store.TaxClause{{TermTaxonomyIDs: []int64{7, 8}, Uses: uses}}}}
		}
		few, n, err := s.PostIDs(t.Context(), q(1))
		must(t, err)
		many, m, err := s.PostIDs(t.Context(), q(1<<20))
		must(t, err)
		if len(few) == 0 || n != m || !slices.Equal(few, many) {
			t.Errorf("%d %v, and as a term of many %d %v", n, few, m, many)
		}
	})
}

// TestPlans holds the lists every site asks for to their indexes.
func TestPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if s.DialectName() == "sqlite" {
			fill(t, s, 3000)
		} else {
			fill(t, s, 600)
			if _, err := s.Writer().Exec("ANALYZE TABLE wp_posts"); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range plans() {
			if c.lite && s.DialectName() != "sqlite" {
				continue
			}
			p := plan(t, s, c.q)
			t.Logf("%s:\n%s", c.name, p)
			if !strings.Contains(p, c.index) {
				t.Errorf("%s does not use %s:\n%s", c.name, c.index, p)
			}
			if !c.sort && (strings.Contains(p, "TEMP B-TREE") || strings.Contains(p, "filesort")) {
				t.Errorf("%s sorts:\n%s", c.name, p)
			}
		}
	})
}

type planCase struct {
	name  string
	q     store.PostQuery
	index string
	sort  bool // may sort
	lite  bool // MariaDB decides by its statistics
}

func plans() []planCase {
	post, publish := []string{"post"}, []string{"publish"}
	return []planCase{
		{"default list", store.PostQuery{Types: post, Statuses: publish, Limit: 10}, "type_status_date", false, false},
		{"oldest first", store.PostQuery{Types: post, Statuses: publish, Order: store.Asc, Limit: 10}, "type_status_date", false, false},
		{"after a date", store.PostQuery{Types: post, Statuses: publish, Dates: []store.DateClause{{After: "2024-10-01 00:00:00"}}, Limit: 10}, "type_status_date", false, false},
		{"by slug", store.PostQuery{Types: post, Statuses: publish, Names: []string{"post-11"}, Limit: 10}, "post_name", true, false},
		{"one author", store.PostQuery{Types: post, Statuses: publish, Author: []int64{3}, Limit: 10}, "author", true, false},
		{"by term", store.PostQuery{Types: post, Statuses: publish, Tax: &store.TaxQuery{Clauses: []store.TaxClause{{TermTaxonomyIDs: []int64{7}}}}, Limit: 10}, "", true, false},
		{"by a term of many", store.PostQuery{Types: post, Statuses: publish, Tax: &store.TaxQuery{Clauses: []store.TaxClause{{TermTaxonomyIDs: []int64{7}, Uses: 1 << 20}}}, Limit: 10}, "type_status_date", false, true},
		{"children", store.PostQuery{Types: []string{"page"}, Statuses: publish, Parents: []int64{17}, Limit: 10}, "post_parent", true, false},
		{"some ids", store.PostQuery{Types: post, Include: []int64{1, 2, 3}, Limit: 10}, "PRIMARY", true, false},
		{"pages by menu order", store.PostQuery{Types: []string{"page"}, Statuses: publish, OrderBy: []store.PostOrder{{By: store.ByMenuOrder, Order: store.Asc}, {By: store.ByTitle, Order: store.Asc}}, Limit: 10}, "type_status", true, false},
	}
}
