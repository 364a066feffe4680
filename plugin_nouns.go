package platen

import "github.com/platenhq/platen/internal/site"

// Post is one row of the posts table: a post, page, attachment or a post of any
// other type.
//
// Dates are text in the form "2006-01-02 15:04:05"; Date and Modified are site
// time, the GMT twins are UTC. A moment that is not set is
// "0000-00-00 00:00:00", never the empty string.
type Post struct {
	ID              int64
	Author          int64
	Date            string
	DateGMT         string
	Content         string
	Title           string
	Excerpt         string
	Status          string
	CommentStatus   string // "open" or "closed"
	PingStatus      string // "open" or "closed"
	Password        string
	Name            string // the slug, percent-encoded as WordPress keeps it
	ToPing          string
	Pinged          string
	Modified        string
	ModifiedGMT     string
	ContentFiltered string
	Parent          int64
	GUID            string
	MenuOrder       int64
	Type            string
	MimeType        string
	CommentCount    int64
}

// Term is one term in one taxonomy.
type Term struct {
	ID             int64
	Name           string
	Slug           string
	Group          int64
	TermTaxonomyID int64
	Taxonomy       string
	Description    string
	Parent         int64 // ID of the parent, 0 for none
	Count          int64
}

// PostChanges is what is wanted of a post: nil fields stay as they are, or take
// WordPress's default in a new post. In Go 1.26, new("text") makes a pointer.
type PostChanges struct {
	Type          *string
	Status        *string
	Title         *string
	Content       *string
	Excerpt       *string
	Slug          *string
	Author        *int64
	Parent        *int64
	MenuOrder     *int64
	Password      *string
	CommentStatus *string
	PingStatus    *string
	// Date and DateGMT are "2006-01-02 15:04:05"; one follows from the other.
	Date, DateGMT *string
}

func (c PostChanges) changes() site.PostChanges {
	return site.PostChanges{
		Type: c.Type, Status: c.Status, Title: c.Title, Content: c.Content, Excerpt: c.Excerpt, Slug: c.Slug, Author: c.Author, Parent: c.Parent,
		MenuOrder: c.MenuOrder, Password: c.Password, CommentStatus: c.CommentStatus, PingStatus: c.PingStatus, Date: c.Date, DateGMT: c.DateGMT,
		EditDate: c.Date != nil || c.DateGMT != nil,
	}
}
