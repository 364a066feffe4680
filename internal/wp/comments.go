package wp

// Comment is one row of the comments table. Dates are as in Post.
type Comment struct {
	ID          int64
	PostID      int64
	Author      string
	AuthorEmail string
	AuthorURL   string
	AuthorIP    string
	Date        string
	DateGMT     string
	Content     string
	Karma       int64
	Approved    string // "1", "0", "spam", "trash" or "post-trashed"
	Agent       string
	Type        string // "comment", "pingback", "trackback", "note" or a plugin's
	Parent      int64
	UserID      int64
}
