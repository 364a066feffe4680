package render

import (
	"time"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// Source is what rendering reads of a site. An implementation is bound to one
// request: it holds the request's context and remembers the first error of its
// store; rendering goes on with what "not found" gives. Values are read only.
type Source interface {
	// Option is the raw text of an option, "" when there is none.
	Option(name string) string
	// StickyPosts is the option sticky_posts, decoded.
	StickyPosts() []int64
	// Now is the present moment.
	Now() time.Time
	// Location is the time zone of the site.
	Location() *time.Location

	// Post returns a post of any type, nil when there is none.
	Post(id int64) *wp.Post
	// PostBySlug finds a published post of a type, nil when there is none.
	PostBySlug(postType, slug string) *wp.Post
	// PostByURL finds the post an address of the site leads to
	// (url_to_postid), nil when there is none.
	PostByURL(url string) *wp.Post
	// Posts runs a query. total counts the posts of all pages; it is -1 when
	// the query has NoTotal.
	Posts(q PostQuery) (posts []*wp.Post, total int)
	// PostMeta is the raw text of a post's first meta value of that key.
	PostMeta(id int64, key string) (string, bool)
	// Attachment is the decoded meta value _wp_attachment_metadata, nil when
	// there is none.
	Attachment(id int64) *ordered.Object
	// MetaKeyShown reports whether a meta key of a post type is registered
	// to be shown in the API, which lets blocks bind to it.
	MetaKeyShown(postType, key string) bool
	// PostType and Taxonomy return registry entries, nil when unknown.
	PostType(name string) *wp.PostType
	Taxonomy(name string) *wp.Taxonomy
	// PostFormat is the slug of a post's format, "" for standard.
	PostFormat(id int64) string

	// Term returns a term, nil when there is none.
	Term(id int64) *wp.Term
	// Terms runs a query over terms.
	Terms(q TermQuery) []*wp.Term
	// PostTerms lists the terms of a post in a taxonomy by name.
	PostTerms(id int64, taxonomy string) []*wp.Term

	// User returns a user, nil when there is none.
	User(id int64) *wp.User
	// UserMeta is the raw text of a user's first meta value of that key.
	UserMeta(id int64, key string) (string, bool)
	// CurrentUser is the user who asks, nil for a visitor.
	CurrentUser() *wp.User
	// Can reports whether the user who asks has a capability, for object id
	// where the capability is about one.
	Can(capability string, id int64) bool

	// Comments runs a query over comments; total counts without the limit.
	Comments(q CommentQuery) (comments []*wp.Comment, total int)

	// Archives lists the months (or years, with month 0) that have posts,
	// newest first.
	Archives(yearly bool) []wp.ArchiveMonth

	// Permalink is the address of a post of any type (get_permalink).
	Permalink(p *wp.Post) string
	// TermLink, AuthorLink, MonthLink (month 0 for a year, day 0 for a month)
	// are the addresses of archives.
	TermLink(t *wp.Term) string
	AuthorLink(u *wp.User) string
	DateLink(year, month, day int) string
}

// PostQuery selects posts.
type PostQuery struct {
	Types         []string // none: post
	Statuses      []string // none: publish
	Include       []int64  // only these
	Exclude       []int64
	Parents       []int64 // with one of these parents; HasParents tells none from any
	HasParents    bool
	NotParents    []int64
	Authors       []int64
	NotAuthors    []int64
	Search        string
	Taxonomies    []TaxQuery
	Formats       []string // post formats, "standard" for none
	MimeType      string   // "image" or "image/png"
	Year, Month   int      // in site time, 0 for any
	HasPassword   *bool
	OrderBy       string // date, modified, title, menu_order, menu_order title, id, name, rand, comment_count, include
	Order         string // ASC or DESC
	Limit, Offset int    // limit -1: all
	NoTotal       bool
}

// TaxQuery asks for posts with (or, with Not, without) one of the terms.
type TaxQuery struct {
	Taxonomy        string
	Terms           []int64
	IncludeChildren bool
	Not             bool
}

// TermQuery selects terms.
type TermQuery struct {
	Taxonomy   string
	Include    []int64
	Exclude    []int64
	Parent     int64 // with HasParent
	HasParent  bool
	HideEmpty  bool
	OrderBy    string // name, count, slug, id, include
	Order      string
	Limit      int // 0: all
	Search     string
	Hierarchy  bool // keep empty terms that have children with posts
	PadCounts  bool
	Slugs      []string
	ChildOf    int64
	ObjectType string
}

// CommentQuery selects approved comments.
type CommentQuery struct {
	PostID        int64 // 0: of all posts
	Published     bool  // only of published posts
	Types         []string
	Parent        int64 // with HasParent
	HasParent     bool
	Order         string // by date; ASC or DESC
	Limit, Offset int
	Statuses      []string
}
