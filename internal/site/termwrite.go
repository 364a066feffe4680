package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// TermChanges is what a caller wants of a term: nil fields are left as they
// are (on update) or empty (on insert).
type TermChanges struct {
	Name, Slug, Description *string
	Parent                  *int64
	// ImportID asks for an id for a new term, if it is free.
	ImportID int64
}

var (
	errNoTermName    = fail("empty_term_name", "A name is required for this term.")
	errMissingParent = fail("missing_parent", "Parent term does not exist.")
)

// InsertTerm creates a term and returns it: wp_insert_term. The error
// term_exists has the id of the other term in its data, as term_id.
func (s *Site) InsertTerm(ctx context.Context, taxonomy string, c TermChanges) (*wp.Term, error) {
	tax := s.reg.Taxonomy(taxonomy)
	if tax == nil {
		return nil, fail("invalid_taxonomy", "Invalid taxonomy.")
	}
	if trimmed(or(c.Name, "")) == "" {
		return nil, errNoTermName
	}
	t := s.filterTerm(ctx, wp.Term{Taxonomy: taxonomy, Name: *c.Name, Slug: or(c.Slug, ""), Description: or(c.Description, ""), Parent: or(c.Parent, 0)})
	defer s.changed(ctx)
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		row := t
		if c.ImportID > 0 {
			_, err := tx.Term(ctx, c.ImportID, "")
			if isNotFound(err) {
				row.ID = c.ImportID
			} else if err != nil {
				return err
			}
		}
		if err := s.insertTerm(ctx, tx, tax, &row, emptyText(row.Slug)); err != nil {
			return err
		}
		t = row
		return forgetTermTree(ctx, tx, tax)
	})
	if err != nil {
		return nil, unstorable(err, "db_insert_error", "Could not insert term into the database.")
	}
	return &t, nil
}

// emptyText is PHP's empty() of a text.
func emptyText(t string) bool { return t == "" || t == "0" }

// filterTerm takes the texts of a term as the filters leave them: sanitize_term
// in context db.
func (s *Site) filterTerm(ctx context.Context, t wp.Term) wp.Term {
	f := s.SaveFilters(ctx)
	t.Name, t.Description = f.Name(t.Name), f.Description(t.Description)
	t.Slug = format.SanitizeTitle(t.Slug, "")
	t.Parent, t.Group = max(t.Parent, 0), max(t.Group, 0)
	return t
}

func (s *Site) insertTerm(ctx context.Context, tx *store.Tx, tax *wp.Taxonomy, t *wp.Term, derive bool) error {
	if err := termThere(ctx, tx, t.Parent); err != nil {
		return err
	}
	if t.Name == "" {
		return fail("invalid_term_name", "Invalid term name.")
	}
	if derive {
		t.Slug = format.SanitizeTitle(t.Name, "")
	}
	if err := s.sameTerm(ctx, tx, tax, t, derive); err != nil {
		return err
	}
	var err error
	if t.Slug, err = s.uniqueTermSlug(ctx, tx, tax, t); err != nil {
		return err
	}
	bare := t.Slug == ""
	if t.ID, t.TermTaxonomyID, err = tx.InsertTerm(ctx, *t); err != nil || !bare {
		return err
	}
	t.Slug = strconv.FormatInt(t.ID, 10)
	return tx.UpdateTerm(ctx, *t)
}

// termThere refuses a parent that is no term of any taxonomy.
func termThere(ctx context.Context, tx *store.Tx, id int64) error {
	if id <= 0 {
		return nil
	}
	_, err := tx.Term(ctx, id, "")
	if isNotFound(err) {
		return errMissingParent
	}
	return err
}

// sameTerm refuses a name that the taxonomy has already under the same parent,
// unless a slug of its own tells the two apart.
func (s *Site) sameTerm(ctx context.Context, tx *store.Tx, tax *wp.Taxonomy, t *wp.Term, derived bool) error {
	rows, _, err := tx.Terms(ctx, store.TermQuery{Taxonomies: []string{t.Taxonomy}, Names: []string{t.Name}, Parent: &t.Parent, NoCount: true})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r wp.Term) bool { return asciiLower(r.Name) == asciiLower(t.Name) })
	if i < 0 {
		return nil
	}
	match := rows[i]
	bySlug, err := termBySlug(ctx, tx, t.Slug, t.Taxonomy)
	if err != nil || !derived && match.Slug != t.Slug && bySlug == nil {
		return err
	}
	exists := func(message string, id int64) error {
		return &Error{Code: "term_exists", Message: message, Data: map[string]any{"term_id": id}}
	}
	if !tax.Hierarchical {
		return exists("A term with the name provided already exists in this taxonomy.", match.ID)
	}
	siblings, _, err := tx.Terms(ctx, store.TermQuery{Taxonomies: []string{t.Taxonomy}, Parent: &t.Parent, NoCount: true})
	if err != nil {
		return err
	}
	const message = "A term with the name provided already exists with this parent."
	switch {
	case (derived || match.Slug == t.Slug) && slices.ContainsFunc(siblings, func(r wp.Term) bool { return r.Name == t.Name }):
		return exists(message, match.ID)
	case bySlug != nil && slices.ContainsFunc(siblings, func(r wp.Term) bool { return r.Slug == t.Slug }):
		return exists(message, bySlug.ID)
	}
	return nil
}

// asciiLower is PHP's strtolower.
func asciiLower(t string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, t)
}

// termBySlug finds a term by its slug, nil when there is none.
func termBySlug(ctx context.Context, tx *store.Tx, slug, taxonomy string) (*wp.Term, error) {
	if slug == "" {
		return nil, nil
	}
	t, err := tx.TermBySlug(ctx, slug, taxonomy)
	if isNotFound(err) {
		return nil, nil
	}
	return &t, err
}

// UpdateTerm changes a term and returns it as it is then: wp_update_term.
func (s *Site) UpdateTerm(ctx context.Context, id int64, taxonomy string, c TermChanges) (*wp.Term, error) {
	tax := s.reg.Taxonomy(taxonomy)
	if tax == nil {
		return nil, fail("invalid_taxonomy", "Invalid taxonomy.")
	}
	defer s.changed(ctx)
	var out wp.Term
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		before, err := tx.Term(ctx, id, taxonomy)
		if err != nil {
			return err
		}
		t := before
		t.Name, t.Slug, t.Description = or(c.Name, t.Name), or(c.Slug, t.Slug), or(c.Description, t.Description)
		t.Parent = or(c.Parent, t.Parent)
		t = s.filterTerm(ctx, t)
		if trimmed(t.Name) == "" {
			return errNoTermName
		}
		if err := termThere(ctx, tx, t.Parent); err != nil {
			return err
		}
		if err := s.updateTerm(ctx, tx, tax, &before, &t); err != nil {
			return err
		}
		out = t
		return forgetTermTree(ctx, tx, tax)
	})
	if isNotFound(err) {
		return nil, fail("invalid_term", "Empty Term.")
	}
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (s *Site) updateTerm(ctx context.Context, tx *store.Tx, tax *wp.Taxonomy, before, t *wp.Term) error {
	derive := emptyText(t.Slug)
	if derive {
		t.Slug = format.SanitizeTitle(t.Name, "")
	}
	wanted := t.Parent
	if err := s.breakTermLoop(ctx, tx, t); err != nil {
		return err
	}
	other, err := termBySlug(ctx, tx, t.Slug, t.Taxonomy)
	if err != nil {
		return err
	}
	if other != nil && other.ID != t.ID {
		if !derive && t.Parent == before.Parent {
			return fail("duplicate_term_slug", "The slug &#8220;"+t.Slug+"&#8221; is already in use by another term.")
		}
		row := *t
		row.Parent = wanted
		if t.Slug, err = s.uniqueTermSlug(ctx, tx, tax, &row); err != nil {
			return err
		}
	}
	if t.Slug == "" {
		t.Slug = format.SanitizeTitle(t.Name, strconv.FormatInt(t.ID, 10))
	}
	err = tx.UpdateTerm(ctx, *t)
	if errors.Is(err, wp.ErrTooLong) || errors.Is(err, wp.ErrBadText) { // WordPress leaves the row as it was
		t.Name, t.Slug = before.Name, before.Slug
		err = tx.UpdateTerm(ctx, *t)
	}
	return err
}

// breakTermLoop resets a parent that would close a circle through the term, and
// opens a circle above it: wp_check_term_hierarchy_for_loops.
func (s *Site) breakTermLoop(ctx context.Context, tx *store.Tx, t *wp.Term) error {
	if t.Parent == 0 || t.Parent == t.ID {
		t.Parent = 0
		return nil
	}
	edges, err := tx.TermParents(ctx, t.Taxonomy)
	if err != nil {
		return err
	}
	up := make(map[int64]int64, len(edges))
	for _, e := range edges {
		up[e.ID] = e.Parent
	}
	up[t.ID] = t.Parent
	seen := map[int64]bool{}
	at := t.Parent
	for at != 0 && !seen[at] {
		if at == t.ID {
			t.Parent = 0
			return nil
		}
		seen[at] = true
		at = up[at]
	}
	for first := at; at != 0; {
		row, err := tx.Term(ctx, at, t.Taxonomy)
		if err != nil {
			return err
		}
		at = up[at]
		row.Parent = 0
		if err := tx.UpdateTerm(ctx, row); err != nil {
			return err
		}
		if at == first {
			break
		}
	}
	return nil
}

// termSlugs answers what a term looking for a slug wants to know.
type termSlugs struct {
	ctx      context.Context
	tx       *store.Tx
	taxonomy string
}

func (q termSlugs) Exists(text string) (bool, error) {
	text = trimmed(text)
	if text == "" {
		return false, nil
	}
	if slug := format.SanitizeTitle(text, ""); slug != "" {
		if taken, err := q.tx.TermSlugTaken(q.ctx, slug, "", 0); taken || err != nil {
			return taken, err
		}
	}
	_, err := q.tx.TermByName(q.ctx, text, "")
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

func (q termSlugs) InTaxonomy(slug string) (bool, error) {
	return q.tx.TermSlugTaken(q.ctx, slug, q.taxonomy, 0)
}

func (q termSlugs) Taken(slug string, except int64) (bool, error) {
	return q.tx.TermSlugTaken(q.ctx, slug, "", except)
}

func (q termSlugs) Parent(id int64) (string, int64, bool, error) {
	t, err := q.tx.Term(q.ctx, id, q.taxonomy)
	if isNotFound(err) {
		return "", 0, false, nil
	}
	return t.Slug, t.Parent, err == nil, err
}

func (s *Site) uniqueTermSlug(ctx context.Context, tx *store.Tx, tax *wp.Taxonomy, t *wp.Term) (string, error) {
	want := format.TermSlug{Slug: t.Slug, ID: t.ID, Hierarchical: tax.Hierarchical, Parent: t.Parent}
	return want.Unique(termSlugs{ctx, tx, tax.Name})
}

// unstorable turns a value that does not fit its column into the error that
// WordPress makes of it; what the database would say is in its data, as error.
func unstorable(err error, code, message string) error {
	if !errors.Is(err, wp.ErrTooLong) && !errors.Is(err, wp.ErrBadText) {
		return err
	}
	column := ""
	if _, rest, ok := strings.Cut(err.Error(), "store: "); ok {
		column, _, _ = strings.Cut(rest, ":")
	}
	complaint := fmt.Sprintf("WordPress database error: Processing the value for the following field failed: %s. The supplied value may be too long or contains invalid data.", column)
	return &Error{Code: code, Message: message, Data: map[string]any{"error": complaint}}
}
