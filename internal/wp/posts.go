// Package wp holds the nouns of a WordPress site as plain values: rows of its tables, entries of its registries, and the
// errors the rooms above share. It does no I/O and decides nothing.
package wp

// ZeroDate is what WordPress stores where a moment is not set (a draft's post_date_gmt, for instance).
const ZeroDate = "0000-00-00 00:00:00"

// Post is one row of the posts table: a post, page, attachment, revision or any other post type.
//
// Dates are text in the form "2006-01-02 15:04:05"; Date and Modified are site time, the GMT twins are UTC. An unset
// moment is ZeroDate, never the empty string.
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

// PostRef is the part of a post that path look-ups need (get_page_by_path).
type PostRef struct {
	ID     int64
	Parent int64
	Name   string
	Type   string
	Status string
}

// ArchiveMonth is one line of a monthly archive: how many posts a month of site time holds.
type ArchiveMonth struct {
	Year  int
	Month int
	Posts int
}
