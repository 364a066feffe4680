package wpv2

import (
	"context"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// taxQuery turns the limits by terms and format into a query:
// prepare_tax_query.
func (c *posts) taxQuery(ctx context.Context, req *rest.Request) (*store.TaxQuery, error) {
	q := &store.TaxQuery{Or: req.String("tax_relation") == "OR"}
	for _, t := range c.restTaxonomies() {
		for _, exclude := range []bool{false, true} {
			name := t.Base()
			if exclude {
				name += "_exclude"
			}
			clause, ok, err := c.termClause(ctx, t, req.Param(name), exclude)
			if err != nil {
				return nil, err
			}
			if ok {
				q.Clauses = append(q.Clauses, clause)
			}
		}
	}
	formats, err := c.formatQuery(ctx, req.Strings("format"))
	if err != nil {
		return nil, err
	}
	if formats != nil {
		if len(q.Clauses) == 0 {
			return formats, nil
		}
		q.Groups = append(q.Groups, *formats)
	}
	if len(q.Clauses) == 0 && len(q.Groups) == 0 {
		return nil, nil
	}
	return q, nil
}

// termClause reads one limit: a list of ids, or {terms, include_children,
// operator}.
func (c *posts) termClause(ctx context.Context, t *wp.Taxonomy, v any, exclude bool) (store.TaxClause, bool, error) {
	var terms []any
	children, all := false, false
	switch v := v.(type) {
	case []any:
		terms = v
	case *ordered.Object:
		if !v.Has("terms") && !v.Has("operator") && !v.Has("include_children") { // a list, read as an object
			for _, x := range v.All() {
				terms = append(terms, x)
			}
			break
		}
		terms, _ = v.Value("terms").([]any)
		children = v.Value("include_children") == true
		all = v.Value("operator") == "AND"
	}
	clause := store.TaxClause{Taxonomy: t.Name, Operator: store.TaxIn}
	switch {
	case exclude:
		clause.Operator = store.TaxNotIn
	case all:
		clause.Operator = store.TaxAnd
	}
	ids := make([]int64, 0, len(terms))
	for _, x := range terms {
		if n, ok := x.(int64); ok {
			n = max(n, -n)
			ids = append(ids, n)
		}
	}
	if len(ids) == 0 {
		return clause, false, nil
	}
	var err error
	if children {
		if ids, err = c.site.WithDescendants(ctx, t.Name, ids); err != nil {
			return clause, false, err
		}
	}
	rows, _, err := c.site.Store().Terms(ctx, store.TermQuery{Taxonomies: []string{t.Name}, IDs: ids, NoCount: true})
	if err != nil {
		return clause, false, err
	}
	for _, r := range rows {
		clause.TermTaxonomyIDs = append(clause.TermTaxonomyIDs, r.TermTaxonomyID)
		clause.Uses += r.Count
	}
	if all && len(rows) < len(ids) { // a term that is not there is on no post
		clause.TermTaxonomyIDs = nil
		clause.Operator = store.TaxIn
	}
	return clause, true, nil
}

// formatQuery limits by post format; the standard one is the absence of any.
func (c *posts) formatQuery(ctx context.Context, formats []string) (*store.TaxQuery, error) {
	if len(formats) == 0 {
		return nil, nil
	}
	q := &store.TaxQuery{Or: true}
	var slugs []string
	for _, f := range formats {
		if f == "standard" {
			q.Clauses = append(q.Clauses, store.TaxClause{Taxonomy: "post_format", Operator: store.TaxNotExists})
			continue
		}
		slugs = append(slugs, "post-format-"+f)
	}
	if len(slugs) == 0 {
		return q, nil
	}
	rows, _, err := c.site.Store().Terms(ctx, store.TermQuery{Taxonomies: []string{"post_format"}, Slugs: slugs, NoCount: true})
	if err != nil {
		return nil, err
	}
	clause := store.TaxClause{Taxonomy: "post_format", Operator: store.TaxIn}
	for _, r := range rows {
		clause.TermTaxonomyIDs = append(clause.TermTaxonomyIDs, r.TermTaxonomyID)
	}
	q.Clauses = append(q.Clauses, clause)
	return q, nil
}
