package site

import (
	"context"
	"strconv"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// DeleteTerm removes a term from a taxonomy for good; its children go to its
// parent, what it was the only term of gets the default term, and menu items
// that lead to it go with it: wp_delete_term. wp.ErrNotFound: there is none, or
// it is the default term, which stays.
func (s *Site) DeleteTerm(ctx context.Context, id int64, taxonomy string) error {
	tax := s.reg.Taxonomy(taxonomy)
	if tax == nil {
		return wp.ErrNotFound
	}
	fallback, err := s.defaultTerm(ctx, tax)
	if err != nil {
		return err
	}
	if fallback == id {
		return wp.ErrNotFound
	}
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		t, err := tx.Term(ctx, id, taxonomy)
		if err != nil {
			return err
		}
		if fallback != 0 {
			if _, err := tx.Term(ctx, fallback, taxonomy); isNotFound(err) {
				fallback = 0
			} else if err != nil {
				return err
			}
		}
		if tax.Hierarchical {
			if _, err := tx.MoveTermChildren(ctx, taxonomy, id, t.Parent); err != nil {
				return err
			}
			if err := forgetTermTree(ctx, tx, tax); err != nil {
				return err
			}
		}
		if err := s.emptyTerm(ctx, tx, &t, fallback); err != nil {
			return err
		}
		if _, err := tx.DeleteObjectMeta(ctx, wp.TermMeta, id); err != nil {
			return err
		}
		if err := tx.DeleteTerm(ctx, id, taxonomy); err != nil {
			return err
		}
		return s.deleteMenuItemsOf(ctx, tx, id, "taxonomy", taxonomy)
	})
}

// defaultTerm is the term of a taxonomy that objects get which have no other; 0
// when it has none.
func (s *Site) defaultTerm(ctx context.Context, tax *wp.Taxonomy) (int64, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return 0, err
	}
	if tax.DefaultTerm != "" {
		return set.Int("default_term_" + tax.Name), nil
	}
	if tax.Name == "category" {
		return set.Int("default_category"), nil
	}
	return 0, nil
}

// emptyTerm takes a term from everything that has it.
func (s *Site) emptyTerm(ctx context.Context, tx *store.Tx, t *wp.Term, fallback int64) error {
	objects, err := tx.ObjectsInTerms(ctx, []int64{t.TermTaxonomyID})
	if err != nil || len(objects) == 0 {
		return err
	}
	rows, err := tx.ObjectTerms(ctx, objects, []string{t.Taxonomy})
	if err != nil {
		return err
	}
	refs, err := s.refs(ctx, tx, objects)
	if err != nil {
		return err
	}
	for _, object := range objects {
		var keep []int64
		for _, other := range rows[object] {
			if other.ID != t.ID {
				keep = append(keep, other.ID)
			}
		}
		if len(keep) == 0 && fallback != 0 {
			keep = []int64{fallback}
		}
		if err := s.setTerms(ctx, tx, refs[object], t.Taxonomy, keep); err != nil {
			return err
		}
	}
	return nil
}

// deleteMenuItemsOf removes the menu items that lead to an object; kind is
// "taxonomy" or "post_type": wp_get_associated_nav_menu_items.
func (s *Site) deleteMenuItemsOf(ctx context.Context, tx *store.Tx, object int64, kind, name string) error {
	rows, err := tx.FindMeta(ctx, wp.PostMeta, "_menu_item_object_id", strconv.FormatInt(object, 10))
	if err != nil {
		return err
	}
	for _, m := range rows {
		meta, err := tx.Meta(ctx, wp.PostMeta, m.ObjectID)
		if err != nil {
			return err
		}
		all := Meta(meta)
		if all.Get("_menu_item_type") != kind || kind == "taxonomy" && all.Get("_menu_item_object") != name {
			continue
		}
		item, err := tx.Post(ctx, m.ObjectID)
		if isNotFound(err) || err == nil && item.Type != "nav_menu_item" {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.deleteRow(ctx, tx, &item); err != nil {
			return err
		}
	}
	return nil
}
