package wp

// MetaKind says whose meta table is meant.
type MetaKind int

// The four kinds of objects that carry meta.
const (
	PostMeta MetaKind = iota + 1
	UserMeta
	TermMeta
	CommentMeta
)

// String names the kind as WordPress does ("post", "user", "term", "comment").
func (k MetaKind) String() string {
	switch k {
	case PostMeta:
		return "post"
	case UserMeta:
		return "user"
	case TermMeta:
		return "term"
	case CommentMeta:
		return "comment"
	}
	return "unknown"
}

// Meta is one row of a meta table. Value is the raw stored text; a serialised value is still serialised.
type Meta struct {
	ID       int64
	ObjectID int64
	Key      string
	Value    string
}
