package site

import (
	"context"
	"slices"
	"strconv"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// Term returns a term by id; taxonomy "" is any. wp.ErrNotFound when there is
// none.
func (s *Site) Term(ctx context.Context, id int64, taxonomy string) (*wp.Term, error) {
	if id <= 0 {
		return nil, wp.ErrNotFound
	}
	c := s.view(ctx).terms
	if t, ok := c.Get(id); ok && (taxonomy == "" || t.Taxonomy == taxonomy) {
		return t, nil
	}
	epoch := c.Epoch()
	row, err := s.store.Term(ctx, id, taxonomy)
	if err != nil {
		return nil, err
	}
	c.Put(epoch, id, &row)
	return &row, nil
}

// PostTerms returns the terms of a post in one taxonomy, by name: get_the_terms.
func (s *Site) PostTerms(ctx context.Context, post int64, taxonomy string) ([]wp.Term, error) {
	all, ok := s.view(ctx).postTerms.Get(post)
	if !ok {
		if err := s.PrimePostTerms(ctx, []int64{post}); err != nil {
			return nil, err
		}
		all, ok = s.view(ctx).postTerms.Get(post)
		if !ok { // cleared meanwhile
			m, err := s.store.ObjectTerms(ctx, []int64{post}, nil)
			if err != nil {
				return nil, err
			}
			all = m[post]
		}
	}
	var out []wp.Term
	for i := range all {
		if all[i].Taxonomy == taxonomy {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// PrimePostTerms reads the terms of many posts, in every taxonomy, at once.
func (s *Site) PrimePostTerms(ctx context.Context, posts []int64) error {
	c := s.view(ctx).postTerms
	missing := absent(c.Get, posts)
	if len(missing) == 0 {
		return nil
	}
	epoch := c.Epoch()
	terms := s.view(ctx).terms
	termsEpoch := terms.Epoch()
	rows, err := s.store.ObjectTerms(ctx, missing, nil)
	if err != nil {
		return err
	}
	for _, id := range missing {
		for i := range rows[id] {
			terms.Put(termsEpoch, rows[id][i].ID, &rows[id][i])
		}
		c.Put(epoch, id, rows[id])
	}
	return nil
}

func (s *Site) defaultCategory(ctx context.Context) *wp.Term {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil
	}
	t, err := s.Term(ctx, set.Int("default_category"), "category")
	if err != nil {
		return nil
	}
	return t
}

// saveCategories gives a new post its categories, the default one when it is
// given none: the part of wp_insert_post about categories.
func (s *Site) saveCategories(ctx context.Context, tx *store.Tx, r, before *wp.Post, c PostChanges) error {
	tax := s.reg.Taxonomy("category")
	if tax == nil || !slices.Contains(tax.ObjectTypes, r.Type) {
		return nil
	}
	var want []int64
	switch {
	case c.Categories != nil:
		for _, id := range *c.Categories {
			if id != 0 {
				want = append(want, id)
			}
		}
	case before != nil:
		if before.Status != "auto-draft" {
			rows, err := tx.ObjectTerms(ctx, []int64{r.ID}, []string{"category"})
			if err != nil || len(rows[r.ID]) > 0 {
				return err
			}
		}
	}
	if len(want) == 0 {
		if r.Type != "post" || r.Status == "auto-draft" {
			return nil
		}
		set, err := s.Settings(ctx)
		if err != nil {
			return err
		}
		want = []int64{set.Int("default_category")}
	}
	return s.setTerms(ctx, tx, r.ID, "category", want)
}

// SetPostTerms makes terms, given by id, the only ones of a post in a taxonomy:
// wp_set_object_terms. Ids that are no terms of it are passed over.
func (s *Site) SetPostTerms(ctx context.Context, post int64, taxonomy string, terms []int64) error {
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error { return s.setTerms(ctx, tx, post, taxonomy, terms) })
}

func (s *Site) setTerms(ctx context.Context, tx *store.Tx, object int64, taxonomy string, terms []int64) error {
	var want []int64
	if len(terms) > 0 {
		rows, _, err := tx.Terms(ctx, store.TermQuery{Taxonomies: []string{taxonomy}, IDs: terms, NoCount: true})
		if err != nil {
			return err
		}
		for _, t := range rows {
			want = append(want, t.TermTaxonomyID)
		}
	}
	rows, err := tx.ObjectTerms(ctx, []int64{object}, []string{taxonomy})
	if err != nil {
		return err
	}
	var have, drop []int64
	for _, t := range rows[object] {
		have = append(have, t.TermTaxonomyID)
		if !slices.Contains(want, t.TermTaxonomyID) {
			drop = append(drop, t.TermTaxonomyID)
		}
	}
	add := slices.DeleteFunc(slices.Clone(want), func(id int64) bool { return slices.Contains(have, id) })
	if len(add) > 0 {
		if err := tx.AddObjectTerms(ctx, object, add); err != nil {
			return err
		}
	}
	if len(drop) > 0 {
		if _, err := tx.RemoveObjectTerms(ctx, object, drop); err != nil {
			return err
		}
	}
	if tax := s.reg.Taxonomy(taxonomy); tax != nil && tax.Sort {
		if err := tx.SetObjectTermOrder(ctx, object, want); err != nil {
			return err
		}
	}
	return s.recountTerms(ctx, tx, append(add, drop...))
}

// recountPost brings the counts of a post's terms up to date, after its status
// changed: _update_term_count_on_transition_post_status.
func (s *Site) recountPost(ctx context.Context, tx *store.Tx, post int64, postType string) error {
	var taxonomies []string
	for _, t := range s.reg.TaxonomiesOf(postType) {
		taxonomies = append(taxonomies, t.Name)
	}
	if len(taxonomies) == 0 {
		return nil
	}
	rows, err := tx.ObjectTerms(ctx, []int64{post}, taxonomies)
	if err != nil {
		return err
	}
	var ttids []int64
	for _, t := range rows[post] {
		ttids = append(ttids, t.TermTaxonomyID)
	}
	return s.recountTerms(ctx, tx, ttids)
}

// recountTerms counts the published posts of terms again: wp_update_term_count.
func (s *Site) recountTerms(ctx context.Context, tx *store.Tx, ttids []int64) error {
	if len(ttids) == 0 {
		return nil
	}
	rows, _, err := tx.Terms(ctx, store.TermQuery{TTIDs: ttids, NoCount: true})
	if err != nil {
		return err
	}
	byTax := map[string][]wp.Term{}
	var order []string
	for _, t := range rows {
		if byTax[t.Taxonomy] == nil {
			order = append(order, t.Taxonomy)
		}
		byTax[t.Taxonomy] = append(byTax[t.Taxonomy], t)
	}
	for _, name := range order {
		if err := tx.RecountTerms(ctx, byTax[name], s.countRule(name)); err != nil {
			return err
		}
	}
	return nil
}

// countRule says what counts as a use of a term.
func (s *Site) countRule(taxonomy string) store.CountRule {
	tax := s.reg.Taxonomy(taxonomy)
	if tax == nil || tax.GenericCount {
		return store.CountRule{}
	}
	for _, t := range tax.ObjectTypes {
		if s.reg.PostType(t) == nil {
			return store.CountRule{}
		}
	}
	return store.CountRule{Types: tax.ObjectTypes, Statuses: []string{"publish"}}
}

// PostFormat is the format of a post: "" for the standard one. It mirrors
// get_post_format.
func (s *Site) PostFormat(ctx context.Context, post int64) string {
	terms, err := s.PostTerms(ctx, post, "post_format")
	if err != nil || len(terms) == 0 {
		return ""
	}
	slug := terms[0].Slug
	if len(slug) > len("post-format-") {
		return slug[len("post-format-"):]
	}
	return ""
}

// SetPostFormat sets the format of a post; "" or "standard" removes it:
// set_post_format. The term is made when it is not there.
func (s *Site) SetPostFormat(ctx context.Context, post int64, name string) error {
	if name == "" || name == "standard" {
		return s.SetPostTerms(ctx, post, "post_format", nil)
	}
	slug := "post-format-" + name
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		t, err := tx.TermBySlug(ctx, slug, "post_format")
		switch {
		case isNotFound(err):
			if t.ID, _, err = tx.InsertTerm(ctx, wp.Term{Name: slug, Slug: slug, Taxonomy: "post_format"}); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		return s.setTerms(ctx, tx, post, "post_format", []int64{t.ID})
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
