// Package wxr reads and writes WordPress eXtended RSS, the format of WordPress's
// export files: RSS 2.0 with elements of WordPress's own, version 1.2 (1.0 and
// 1.1 are read too).
//
// A document is a stream: what stands in it comes one piece at a time, and a
// document of any size takes as much memory as its largest item.
package wxr

// Version is the version of the format that is written.
const Version = "1.2"

// Head is what a document says of its site.
type Head struct {
	Title, Link, Description string
	PubDate                  string // RFC 1123, as it stands in the file
	Language                 string
	Version                  string // of the format
	BaseSiteURL, BaseBlogURL string
	Generator                string // of a document that is written: what made it
	Created                  string // and when, "2006-01-02 15:04"
}

// Author is a user whom items of the document name. ID is 0 where the document
// has none.
type Author struct {
	ID                               int64
	Login, Email                     string
	DisplayName, FirstName, LastName string
}

// Term is a category, tag or term of another taxonomy.
type Term struct {
	ID          int64
	Taxonomy    string // "category", "post_tag", …
	Slug        string
	Parent      string // the slug of the parent, "" for none
	Name        string
	Description string
	Meta        []Meta
}

// Meta is a key with its value as it stands in the database.
type Meta struct{ Key, Value string }

// TermRef is a term that an item has.
type TermRef struct{ Taxonomy, Slug, Name string }

// Item is a post of any type. Dates are as in the database.
type Item struct {
	Title, Link, PubDate      string
	Creator                   string // the author's login
	GUID                      string
	Content, Excerpt          string
	ID                        int64
	Date, DateGMT             string
	Modified, ModifiedGMT     string // "" in documents of WordPress before 5.7
	CommentStatus, PingStatus string
	Name, Status              string
	Parent, MenuOrder         int64
	Type, Password            string
	Sticky                    bool
	AttachmentURL             string
	Terms                     []TermRef
	Meta                      []Meta
	Comments                  []Comment

	// Line is where the item begins in the document that was read.
	Line int
}

// Comment is a comment on an item.
type Comment struct {
	ID                     int64
	Author, Email, URL, IP string
	Date, DateGMT          string
	Content                string
	Approved, Type         string
	Parent, UserID         int64
	Meta                   []Meta
}
