package wp

// Term is one term in one taxonomy: a row of terms joined with its row of term_taxonomy (WP_Term).
type Term struct {
	ID             int64 // term_id
	Name           string
	Slug           string
	Group          int64 // term_group
	TermTaxonomyID int64
	Taxonomy       string
	Description    string
	Parent         int64 // term_id of the parent, 0 for none
	Count          int64
}

// TermParent is an edge of a hierarchical taxonomy: a term_id and the term_id of its parent.
type TermParent struct {
	ID     int64
	Parent int64
}
