package store

import (
	"encoding/json"

	"github.com/platenhq/platen/internal/wp"
)

// Order is a sort direction. The zero value means the query's own default.
type Order int

// Sort directions.
const (
	DefaultOrder Order = iota
	Asc
	Desc
)

// PostOrderKey names what posts are sorted by; the names are WP_Query's.
type PostOrderKey string

// What posts can be sorted by. ByInclude, ByNames and ByParents keep the order in which the ids or slugs were given.
const (
	ByDate         PostOrderKey = "date"
	ByModified     PostOrderKey = "modified"
	ByID           PostOrderKey = "id"
	ByTitle        PostOrderKey = "title"
	ByName         PostOrderKey = "name"
	ByAuthor       PostOrderKey = "author"
	ByParent       PostOrderKey = "parent"
	ByType         PostOrderKey = "type"
	ByMenuOrder    PostOrderKey = "menu_order"
	ByCommentCount PostOrderKey = "comment_count"
	ByRelevance    PostOrderKey = "relevance"
	ByInclude      PostOrderKey = "include"
	ByNames        PostOrderKey = "include_slugs"
	ByParents      PostOrderKey = "include_parents"
	ByMetaValue    PostOrderKey = "meta_value"     // of the first MetaClause with a key
	ByMetaValueNum PostOrderKey = "meta_value_num" // the same, as a number
	ByRand         PostOrderKey = "rand"
	ByNone         PostOrderKey = "none"
)

// PostOrder is one sort key. DefaultOrder is Desc.
type PostOrder struct {
	By    PostOrderKey
	Order Order
}

// StatusRule is one alternative of the visibility clause: posts of these types and statuses, and, where Author is not
// zero, only that author's own. Empty Types means any of the query's Types; empty Statuses means any status.
type StatusRule struct {
	Types    []string
	Statuses []string
	Author   int64
}

// DateColumn says which of a row's four dates a DateClause looks at.
type DateColumn string

// The date columns of a post. Comments and users have one of each kind only.
const (
	DateLocal       DateColumn = "post_date"
	DateGMT         DateColumn = "post_date_gmt"
	DateModified    DateColumn = "post_modified"
	DateModifiedGMT DateColumn = "post_modified_gmt"
)

// DateClause bounds a date column; After and Before are "2006-01-02 15:04:05" in the column's own time, "" for no bound.
// Bounds are exclusive unless Inclusive is set (WP_Date_Query).
type DateClause struct {
	Column    DateColumn // "" is DateLocal
	After     string
	Before    string
	Inclusive bool
}

// TaxOperator is how a TaxClause compares (WP_Tax_Query).
type TaxOperator string

// The operators of WP_Tax_Query. TaxAnd asks for all of the terms on one post.
const (
	TaxIn        TaxOperator = "IN"
	TaxNotIn     TaxOperator = "NOT IN"
	TaxAnd       TaxOperator = "AND"
	TaxExists    TaxOperator = "EXISTS"
	TaxNotExists TaxOperator = "NOT EXISTS"
)

// TaxClause selects by terms. TermTaxonomyIDs serve IN, NOT IN and AND; Taxonomy serves EXISTS and NOT EXISTS.
// IN with no ids matches nothing; NOT IN and AND with no ids are no condition at all, as in core.
type TaxClause struct {
	Taxonomy        string
	TermTaxonomyIDs []int64
	Operator        TaxOperator // "" is TaxIn
	Uses            int64       // how many objects have the terms, as far as is known; it decides where IN begins
}

// TaxQuery combines clauses; nested groups are Groups.
type TaxQuery struct {
	Or      bool // relation; false is AND
	Clauses []TaxClause
	Groups  []TaxQuery
}

// MetaCompare is how a MetaClause compares (WP_Meta_Query).
type MetaCompare string

// The comparisons of WP_Meta_Query this store knows.
const (
	MetaEqual      MetaCompare = "="
	MetaNotEqual   MetaCompare = "!="
	MetaGreater    MetaCompare = ">"
	MetaGreaterEq  MetaCompare = ">="
	MetaLess       MetaCompare = "<"
	MetaLessEq     MetaCompare = "<="
	MetaLike       MetaCompare = "LIKE"     // contains
	MetaNotLike    MetaCompare = "NOT LIKE" // does not contain
	MetaIn         MetaCompare = "IN"
	MetaNotIn      MetaCompare = "NOT IN"
	MetaExists     MetaCompare = "EXISTS"
	MetaNotExists  MetaCompare = "NOT EXISTS"
	MetaBetween    MetaCompare = "BETWEEN"
	MetaNotBetween MetaCompare = "NOT BETWEEN"
)

// MetaClause selects by one meta row. Key "" means any key. Numeric compares values as numbers instead of text.
type MetaClause struct {
	Key     string
	Values  []string
	Compare MetaCompare // "" is MetaEqual, or MetaExists without Values
	Numeric bool
}

// MetaQuery combines clauses; nested groups are Groups.
type MetaQuery struct {
	Or      bool // relation; false is AND
	Clauses []MetaClause
	Groups  []MetaQuery
}

// PostQuery is what a list of posts can ask for; it mirrors the arguments of WP_Query that REST collections use.
// The zero value of every field means "do not care".
//
// Permissions are the caller's business: put them into Visible.
type PostQuery struct {
	Types    []string
	Statuses []string
	Visible  []StatusRule // alternatives; a post must satisfy one of them
	// InheritFromParent lets status "inherit" pass where the parent post passes Statuses and Visible (attachments in a
	// query by term).
	InheritFromParent bool

	Author      []int64
	AuthorNot   []int64
	Include     []int64 // core lets Include win over Exclude; so does this
	Exclude     []int64
	Beyond      int64 // only ids above this one
	Parents     []int64
	ParentsNot  []int64 // not looked at when Parents is given
	Names       []string
	Title       string // exact
	GUID        string
	MenuOrder   *int64
	MimeTypes   []string // exact, or a whole family as "image/%"
	HasPassword *bool
	Password    *string

	CommentStatus string
	PingStatus    string

	// Search is the user's search text, split and interpreted as WP_Query does it: quotes, stop words, "-" to exclude.
	Search         string
	SearchColumns  []string // of "post_title", "post_excerpt", "post_content"; none means all three
	SearchSentence bool     // take Search as one term
	SearchExact    bool     // columns equal the term instead of containing it
	// SearchFilename also looks into _wp_attached_file (the media library's search).
	SearchFilename bool
	// SearchPublic leaves out posts with a password, as WP_Query does for visitors who are not logged in.
	SearchPublic bool
	noIndex      bool // search by LIKE whatever there is
	many         bool // the index finds many

	Dates []DateClause
	Tax   *TaxQuery
	Meta  *MetaQuery

	// OrderBy: none given means relevance, then date, for a search and date otherwise.
	OrderBy []PostOrder
	// Order is WP_Query's "order": it serves the default order (the zero value is Desc).
	Order   Order
	Limit   int // 0 is no limit
	Offset  int
	NoCount bool // total is not wanted; PostIDs then answers len(ids)
}

// SlugScope says among which posts a slug must be unique (the three cases of wp_unique_post_slug).
type SlugScope struct {
	Types  []string // none: among all post types, as for attachments
	Parent *int64   // only among the children of this post
	Except int64    // the post itself
}

// AdjacentQuery asks for the neighbour of a post in time (get_adjacent_post).
type AdjacentQuery struct {
	ID       int64
	Date     string
	Type     string
	Previous bool // the older neighbour; else the newer
	Visible  []StatusRule
	InTerms  []int64 // term_taxonomy_ids; must have one of these
	NotTerms []int64 // term_taxonomy_ids; must have none of these
}

// TermQuery is what a list of terms can ask for (WP_Term_Query). The zero value of every field means "do not care".
type TermQuery struct {
	Beyond     int64 // only ids above this one
	Taxonomies []string
	IDs        []int64 // term ids; wins over Exclude
	TTIDs      []int64
	Exclude    []int64
	Slugs      []string
	Names      []string
	Search     string // in name or slug, anywhere
	NameLike   string // in name only
	Parent     *int64
	Objects    []int64 // only terms of these objects
	HideEmpty  bool    // count > 0; hierarchical pruning is the caller's business
	Meta       *MetaQuery

	OrderBy TermOrderKey // "" is TermByName
	Order   Order        // default Asc
	Limit   int
	Offset  int
	NoCount bool
}

// TermOrderKey names what terms are sorted by; the names are WP_Term_Query's.
type TermOrderKey string

// What terms can be sorted by.
const (
	TermByName        TermOrderKey = "name"
	TermBySlug        TermOrderKey = "slug"
	TermByCount       TermOrderKey = "count"
	TermByID          TermOrderKey = "id"
	TermByDescription TermOrderKey = "description"
	TermByInclude     TermOrderKey = "include"
	TermBySlugs       TermOrderKey = "include_slugs"
	TermByGroup       TermOrderKey = "term_group"
	TermByParent      TermOrderKey = "parent"
	TermByOrder       TermOrderKey = "term_order" // of the relation; needs Objects
	TermByNone        TermOrderKey = "none"
)

// UserQuery is what a list of users can ask for (WP_User_Query). The zero value of every field means "do not care".
type UserQuery struct {
	Beyond  int64 // only ids above this one
	Include []int64
	Exclude []int64
	Slugs   []string // nicenames
	Logins  []string
	Emails  []string
	// Search is looked for anywhere in SearchColumns: "ID", "user_login", "user_nicename", "user_email", "user_url",
	// "display_name".
	Search        string
	SearchColumns []string
	// SearchAt is whether the wildcard stands in front, behind or on both sides; the zero value is both.
	SearchAt SearchSide
	// RolesIn, RolesAll and RolesNot select by role; CapsIn by a capability or role named in the user's own
	// capabilities. They look at the meta key PREFIXcapabilities.
	RolesIn  []string
	RolesAll []string
	RolesNot []string
	CapsIn   []string
	// HasPosts keeps only users with a published post of one of these types.
	HasPosts []string
	Meta     *MetaQuery

	OrderBy UserOrderKey // "" is UserByLogin
	Order   Order        // default Asc
	Limit   int
	Offset  int
	NoCount bool
}

// SearchSide says on which sides of a search text anything may stand.
type SearchSide int

// Where the wildcard of a user search stands.
const (
	SearchBoth SearchSide = iota
	SearchTrailing
	SearchLeading
	SearchWhole
)

// UserOrderKey names what users are sorted by; the names are WP_User_Query's.
type UserOrderKey string

// What users can be sorted by.
const (
	UserByLogin      UserOrderKey = "login"
	UserByID         UserOrderKey = "id"
	UserByName       UserOrderKey = "display_name"
	UserByNicename   UserOrderKey = "nicename"
	UserByEmail      UserOrderKey = "email"
	UserByURL        UserOrderKey = "url"
	UserByRegistered UserOrderKey = "registered"
	UserByInclude    UserOrderKey = "include"
	UserBySlugs      UserOrderKey = "include_slugs"
	UserByPostCount  UserOrderKey = "post_count"
	UserByNone       UserOrderKey = "none"
)

// CommentQuery is what a list of comments can ask for (WP_Comment_Query). The zero value means "do not care".
type CommentQuery struct {
	Beyond      int64    // only ids above this one
	Approved    []string // stored values: "1", "0", "spam", "trash"
	Types       []string // "comment" also matches the old empty type
	TypesNot    []string
	Include     []int64
	Exclude     []int64
	Posts       []int64
	PostsNot    []int64
	Parents     []int64
	ParentsNot  []int64
	Authors     []int64 // user ids
	AuthorsNot  []int64
	AuthorEmail string
	AuthorURL   string
	// Unapproved also lets comments in that are not approved but written by this user or under this e-mail address.
	Unapproved []CommentAuthor
	Search     string // in author, email, url, IP and content
	Karma      *int64
	After      string // comment_date, exclusive
	Before     string // comment_date, exclusive
	AfterGMT   string // comment_date_gmt, exclusive
	BeforeGMT  string // comment_date_gmt, exclusive
	// Conditions on the comment's post.
	PostTypes    []string
	PostStatuses []string
	PostAuthors  []int64
	PostParents  []int64
	PostPassword *bool
	Meta         *MetaQuery

	OrderBy CommentOrderKey // "" is CommentByDateGMT
	Order   Order           // default Desc
	Limit   int
	Offset  int
	NoCount bool
}

// CommentAuthor is a writer of comments: a user, or an e-mail address.
type CommentAuthor struct {
	UserID int64
	Email  string
}

// CommentOrderKey names what comments are sorted by; the names are the REST collection's.
type CommentOrderKey string

// What comments can be sorted by.
const (
	CommentByDateGMT CommentOrderKey = "date_gmt"
	CommentByDate    CommentOrderKey = "date"
	CommentByID      CommentOrderKey = "id"
	CommentByPost    CommentOrderKey = "post"
	CommentByParent  CommentOrderKey = "parent"
	CommentByType    CommentOrderKey = "type"
	CommentByInclude CommentOrderKey = "include"
	CommentByNone    CommentOrderKey = "none"
)

// CountRule says which relations count for a term (_update_post_term_count): posts of Types with one of Statuses, and
// attachments whose parent is such a post. No Types means every relation counts (_update_generic_term_count).
type CountRule struct {
	Types    []string
	Statuses []string // none means "publish"
}

// CommentTally is how many comments of each kind there are (get_comment_count).
type CommentTally map[string]int

// TermRelation is one line of term_relationships with its term.
type TermRelation struct {
	ObjectID int64
	Order    int64
	Term     wp.Term
}

// Key is a text that two queries share only when they ask for the same.
func (pq PostQuery) Key() string { return keyOf(pq) }

// Key is PostQuery.Key for comments.
func (cq CommentQuery) Key() string { return keyOf(cq) }

func keyOf(query any) string {
	raw, err := json.Marshal(query)
	if err != nil { // a query holds nothing that JSON cannot say
		return ""
	}
	return string(raw)
}
