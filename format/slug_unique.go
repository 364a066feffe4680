package format

import (
	"strconv"
	"strings"
)

// reservedSlugs are the names of feeds and the embed endpoint, which no post
// may have in its address.
var reservedSlugs = map[string]bool{
	"rdf": true, "rss": true, "rss2": true, "atom": true, "feed": true, "embed": true,
}

// SlugScope says among which posts a slug must be alone.
type SlugScope struct {
	Types      []string // post types; none means all
	SameParent bool     // only posts with the parent Parent
	Parent     int64
	Except     int64 // a post that does not count
}

// PostSlug is a post that wants a slug, and what decides about it.
type PostSlug struct {
	Slug         string
	ID           int64
	Status       string
	Type         string
	Hierarchical bool // of the type
	Parent       int64
	Current      string // the slug the post has in the database, if it is there
	Permalinks   string // the option permalink_structure
}

// SlugTaken reports whether a post in scope has a slug. It must compare as the
// database does, without regard to case and accents.
type SlugTaken func(slug string, scope SlugScope) (bool, error)

// Unique returns the slug, with -2, -3 … behind it if it is taken or reserved:
// wp_unique_post_slug. Drafts and revisions keep what they have. The only error
// is one of taken.
func (p PostSlug) Unique(taken SlugTaken) (string, error) {
	switch p.Status {
	case "draft", "pending", "auto-draft":
		return p.Slug, nil
	}
	if p.Status == "inherit" && p.Type == "revision" || p.Type == "user_request" {
		return p.Slug, nil
	}
	scope := SlugScope{Except: p.ID}
	bad := reservedSlugs[p.Slug]
	switch {
	case p.Type == "attachment":
	case p.Hierarchical:
		if p.Type == "nav_menu_item" {
			return p.Slug, nil
		}
		scope.Types = []string{p.Type, "attachment"}
		scope.SameParent, scope.Parent = true, p.Parent
		bad = bad || pageNumber(p.Slug)
	default:
		scope.Types = []string{p.Type}
		bad = bad || p.readsAsDate()
	}
	inUse := func(slug string) (bool, error) {
		if slug == "" || slug == "0" {
			return false, nil // PHP takes what it found for nothing
		}
		return taken(slug, scope)
	}
	if !bad {
		if used, err := inUse(p.Slug); err != nil || !used {
			return p.Slug, err
		}
	}
	for n := 2; ; n++ {
		suffix := "-" + strconv.Itoa(n)
		slug := TruncateSlug(p.Slug, MaxSlug-len(suffix)) + suffix
		if used, err := inUse(slug); err != nil || !used {
			return slug, err
		}
	}
}

// pageNumber reports whether a page's slug would read as a page of its parent:
// digits, "page" before them or not.
func pageNumber(slug string) bool {
	return allDigits(strings.TrimPrefix(slug, "page"))
}

func allDigits(s string) bool {
	return s != "" && keepBytes(s, isDigit) == s
}

// readsAsDate reports whether the numeric slug of a post would read as a year,
// month or day where the permalinks have it.
func (p PostSlug) readsAsDate() bool {
	if p.Type != "post" || !allDigits(p.Slug) || p.ID != 0 && p.Current == p.Slug {
		return false
	}
	digits := strings.TrimLeft(p.Slug, "0")
	if digits == "" {
		return false
	}
	number := 1 << 20 // more than any date part
	if len(digits) < 6 {
		number, _ = strconv.Atoi(digits)
	}
	before := ""
	for _, part := range strings.Split(p.Permalinks, "/") {
		switch {
		case part == "" || part == "0":
			continue
		case part == "%postname%":
			return before == "" || before == "%year%" && number < 13 || before == "%monthnum%" && number < 32
		}
		before = part
	}
	return false
}

// TermSlug is a term that wants a slug.
type TermSlug struct {
	Slug         string
	ID           int64 // 0 for a new term
	Hierarchical bool  // of the taxonomy
	Parent       int64
}

// TermSlugs is what TermSlug.Unique asks the database. All comparisons are
// those of the database, without regard to case and accents.
type TermSlugs interface {
	// Exists reports whether any term of any taxonomy has the text for its slug
	// (after SanitizeTitle) or its name: term_exists.
	Exists(text string) (bool, error)
	// InTaxonomy reports whether a term of the same taxonomy has the slug.
	InTaxonomy(slug string) (bool, error)
	// Taken reports whether a term of any taxonomy other than except has the slug.
	Taken(slug string, except int64) (bool, error)
	// Parent returns slug and parent of a term of the same taxonomy.
	Parent(id int64) (slug string, parent int64, found bool, err error)
}

// Unique returns the slug if the taxonomy does not have it, else with the slugs
// of the ancestors and then -2, -3 … behind it: wp_unique_term_slug. The only
// errors are those of db.
func (t TermSlug) Unique(db TermSlugs) (string, error) {
	if known, err := db.Exists(t.Slug); err != nil || !known {
		return t.Slug, err
	}
	if known, err := db.InTaxonomy(t.Slug); err != nil || !known {
		return t.Slug, err
	}
	slug := t.Slug
	if t.Hierarchical {
		// Core could loop here; no tree of terms is that deep.
		for id, depth := t.Parent, 0; id != 0 && depth < 1000; depth++ {
			parentSlug, parent, found, err := db.Parent(id)
			if err != nil {
				return "", err
			}
			if !found {
				break
			}
			slug += "-" + parentSlug
			if known, err := db.Exists(slug); err != nil {
				return "", err
			} else if !known {
				break
			}
			id = parent
		}
	}
	if used, err := db.Taken(slug, t.ID); err != nil || !used {
		return slug, err
	}
	for n := 2; ; n++ {
		next := slug + "-" + strconv.Itoa(n)
		if used, err := db.Taken(next, 0); err != nil || !used {
			return next, err
		}
	}
}
