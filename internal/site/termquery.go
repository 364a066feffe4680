package site

import (
	"context"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// QueryTerms runs a query in one taxonomy; total is how many there are in all.
// As in get_terms, a hierarchical taxonomy keeps empty terms with HideEmpty
// when something below them is not, and total does not count those.
func (s *Site) QueryTerms(ctx context.Context, q store.TermQuery) (terms []wp.Term, total int, err error) {
	c := s.view(ctx).terms
	epoch := c.Epoch()
	if terms, total, err = s.queryTerms(ctx, q); err != nil {
		return nil, 0, err
	}
	for i := range terms {
		c.Put(epoch, terms[i].ID, &terms[i])
	}
	return terms, total, nil
}

func (s *Site) queryTerms(ctx context.Context, q store.TermQuery) (terms []wp.Term, total int, err error) {
	tax := s.reg.Taxonomy(q.Taxonomies[0])
	if len(q.Objects) > 0 {
		q.HideEmpty = false
	}
	if !q.HideEmpty || tax == nil || !tax.Hierarchical {
		return s.store.Terms(ctx, q)
	}
	if total, err = s.store.CountTerms(ctx, q); err != nil {
		return nil, 0, err
	}
	used, err := s.usedTerms(ctx, tax.Name)
	if err != nil {
		return nil, 0, err
	}
	all := q
	all.HideEmpty, all.Limit, all.Offset, all.NoCount = false, 0, 0, true
	rows, _, err := s.store.Terms(ctx, all)
	if err != nil {
		return nil, 0, err
	}
	for _, t := range rows {
		if used[t.ID] {
			terms = append(terms, t)
		}
	}
	terms = terms[min(max(q.Offset, 0), len(terms)):]
	if q.Limit > 0 {
		terms = terms[:min(q.Limit, len(terms))]
	}
	return terms, total, nil
}

// usedTerms are the terms of a taxonomy that are not empty, and those above
// them.
func (s *Site) usedTerms(ctx context.Context, taxonomy string) (map[int64]bool, error) {
	rows, _, err := s.store.Terms(ctx, store.TermQuery{Taxonomies: []string{taxonomy}, HideEmpty: true, NoCount: true})
	if err != nil {
		return nil, err
	}
	edges, err := s.store.TermParents(ctx, taxonomy)
	if err != nil {
		return nil, err
	}
	up := make(map[int64]int64, len(edges))
	for _, e := range edges {
		up[e.ID] = e.Parent
	}
	used := make(map[int64]bool, len(rows))
	for _, t := range rows {
		for at := t.ID; at != 0 && !used[at]; at = up[at] {
			used[at] = true
		}
	}
	return used, nil
}

// PrimeTermParents reads the terms above some terms, a query for each level, so
// that their links take no query per term.
func (s *Site) PrimeTermParents(ctx context.Context, taxonomy string, rows []wp.Term) error {
	c := s.view(ctx).terms
	seen := map[int64]bool{}
	for len(rows) > 0 {
		var parents []int64
		for i := range rows {
			if p := rows[i].Parent; !seen[p] {
				seen[p] = true
				parents = append(parents, p)
			}
		}
		missing := absent(c.Get, parents)
		if len(missing) == 0 {
			return nil
		}
		epoch := c.Epoch()
		var err error
		if rows, _, err = s.store.Terms(ctx, store.TermQuery{Taxonomies: []string{taxonomy}, IDs: missing, NoCount: true}); err != nil {
			return err
		}
		for i := range rows {
			c.Put(epoch, rows[i].ID, &rows[i])
		}
	}
	return nil
}
