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
	if before != nil { // a change of status is counted by itself, later
		r = before
	}
	return s.setTerms(ctx, tx, refOf(r), "category", want)
}

// SetPostTerms makes terms, given by id, the only ones of a post in a taxonomy:
// wp_set_object_terms. Ids that are no terms of it are passed over.
func (s *Site) SetPostTerms(ctx context.Context, post int64, taxonomy string, terms []int64) error {
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		refs, err := s.refs(ctx, tx, []int64{post})
		if err != nil {
			return err
		}
		return s.setTerms(ctx, tx, refs[post], taxonomy, terms)
	})
}

// refs are objects by id. One that is not there is of no type: a relation needs
// no post.
func (s *Site) refs(ctx context.Context, tx *store.Tx, ids []int64) (map[int64]*wp.PostRef, error) {
	found, err := tx.PostRefs(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]*wp.PostRef, len(ids))
	for _, id := range ids {
		out[id] = &wp.PostRef{ID: id}
	}
	for i := range found {
		out[found[i].ID] = &found[i]
	}
	return out, nil
}

func refOf(p *wp.Post) *wp.PostRef {
	return &wp.PostRef{ID: p.ID, Parent: p.Parent, Name: p.Name, Type: p.Type, Status: p.Status}
}

// setTerms is SetPostTerms for a post that counts as p does.
func (s *Site) setTerms(ctx context.Context, tx *store.Tx, p *wp.PostRef, taxonomy string, terms []int64) error {
	object := p.ID
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
	if err := s.recountTerms(ctx, tx, add, use{is: p}); err != nil {
		return err
	}
	return s.recountTerms(ctx, tx, drop, use{was: p})
}

// recountPost brings the counts of a post's terms up to date, after its status
// changed: _update_term_count_on_transition_post_status.
func (s *Site) recountPost(ctx context.Context, tx *store.Tx, was, is *wp.PostRef) error {
	var taxonomies []string
	for _, t := range s.reg.TaxonomiesOf(is.Type) {
		taxonomies = append(taxonomies, t.Name)
	}
	if len(taxonomies) == 0 {
		return nil
	}
	rows, err := tx.ObjectTerms(ctx, []int64{is.ID}, taxonomies)
	if err != nil {
		return err
	}
	var ttids []int64
	for _, t := range rows[is.ID] {
		ttids = append(ttids, t.TermTaxonomyID)
	}
	return s.recountTerms(ctx, tx, ttids, use{was, is})
}

// manyPosts is from how many posts of a term on its count is changed by what a
// write changes, instead of counting all of them.
const manyPosts = 5000

// use is what a write does to a post among those of a term: was is nil where
// it was not one of them, is where it is none any more.
type use struct{ was, is *wp.PostRef }

// change is what a use does to a count, where that can be told.
func (u use) change(rule store.CountRule) (n int64, ok bool) {
	counts := func(p *wp.PostRef) int64 {
		if p == nil || len(rule.Types) > 0 && (!slices.Contains(rule.Types, p.Type) || !slices.Contains(rule.Statuses, p.Status)) {
			return 0
		}
		return 1
	}
	// An attachment counts as its parent does.
	return counts(u.is) - counts(u.was), !slices.Contains(rule.Types, "attachment")
}

// recountTerms counts the published posts of terms again: wp_update_term_count.
func (s *Site) recountTerms(ctx context.Context, tx *store.Tx, ttids []int64, u use) error {
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
		rule := s.countRule(name)
		n, told := u.change(rule)
		few := slices.DeleteFunc(slices.Clone(byTax[name]), func(t wp.Term) bool { return told && t.Count >= manyPosts })
		if err := tx.RecountTerms(ctx, few, rule); err != nil {
			return err
		}
		for _, t := range byTax[name] {
			if !told || t.Count < manyPosts || n == 0 {
				continue
			}
			if err := tx.AddTermCount(ctx, t.TermTaxonomyID, n); err != nil {
				return err
			}
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
		refs, err := s.refs(ctx, tx, []int64{post})
		if err != nil {
			return err
		}
		return s.setTerms(ctx, tx, refs[post], "post_format", []int64{t.ID})
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
