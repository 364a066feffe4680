package store

import (
	"context"
	"errors"
	"log/slog"

	"github.com/platenhq/platen/internal/wp"
)

var errTODO = errors.New("store: not implemented yet")

type (
	ctx = context.Context
	q   = Queries
)

// Options tunes Open. The zero value is right for a server.
type Options struct {
	Prefix   string // table prefix; "" takes the DSN's, or "wp_"
	ReadOnly bool
	Logger   *slog.Logger // nil: silent
	MaxConns int          // 0: a sensible number
	// Charset and Collation are the connection's on MySQL ("" is utf8mb4 and the server's choice), from wp-config.php.
	Charset, Collation string
}

// Store is one open database.
type Store struct{ Queries }

// Tx is an open transaction: the same methods as Store, all or nothing.
type Tx struct{ Queries }

// Queries is what Store and Tx have in common: every statement there is. A function that takes *Queries works on both.
type Queries struct{}

// Area is a bit set of what a write touched.
type Area uint16

// The areas a write can touch.
const (
	AreaPosts Area = 1 << iota
	AreaPostMeta
	AreaTerms // terms, term_taxonomy, term_relationships
	AreaTermMeta
	AreaUsers
	AreaUserMeta
	AreaComments
	AreaCommentMeta
	AreaOptions
	AreaOther
)

// Generation identifies a state of the data; two equal generations mean that nothing visible to this process changed.
type Generation struct {
	Own     uint64 // writes by this process
	Foreign int64  // SQLite: PRAGMA data_version, moves with writes of other processes too
}

func Open(c ctx, dsn string, o Options) (*Store, error) { return nil, errTODO }
func (*Store) Close() error                             { return errTODO }
func (*Store) Ping(c ctx) error                         { return errTODO }
func (*Store) DialectName() string                      { return "" } // "sqlite" or "mysql"
func (*Store) HasSchema(c ctx) (bool, error)            { return false, errTODO }
func (*Store) CreateSchema(c ctx) error                 { return errTODO }

// Generation is cheap. ForeignWrites reports whether it also moves with other processes' writes (true on SQLite).
func (*Store) Generation(c ctx) (Generation, error) { return Generation{}, errTODO }
func (*Store) ForeignWrites() bool                  { return false }

// OnWrite registers f to be called after every committed write of this process, before the write returns.
func (*Store) OnWrite(f func(Area)) {}

// Prefix is the table prefix ("wp_"); meta keys such as wp_capabilities are made with it.
func (*q) Prefix() string { return "" }

// Tx runs f in one transaction: all of it or nothing. On a Tx it joins the running one. f may run again after a lost
// deadlock, so it must not have effects outside.
func (*q) Tx(c ctx, f func(*Tx) error) error { return errTODO }

// --- posts
func (*q) Post(c ctx, id int64) (wp.Post, error)                             { return wp.Post{}, errTODO }
func (*q) PostsByIDs(c ctx, ids []int64) ([]wp.Post, error)                  { return nil, errTODO } // in the order of ids, missing ones left out
func (*q) InsertPost(c ctx, p wp.Post) (int64, error)                        { return 0, errTODO }   // p.ID != 0 is kept
func (*q) UpdatePost(c ctx, p wp.Post) error                                 { return errTODO }      // the whole row
func (*q) DeletePost(c ctx, id int64) error                                  { return errTODO }      // the row only
func (*q) PostIDs(c ctx, pq PostQuery) (ids []int64, total int, err error)   { return nil, 0, errTODO }
func (*q) CountPosts(c ctx, pq PostQuery) (int, error)                       { return 0, errTODO }
func (*q) PostSlugTaken(c ctx, slug string, in SlugScope) (bool, error)      { return false, errTODO }
func (*q) PostRefsByName(c ctx, names, types []string) ([]wp.PostRef, error) { return nil, errTODO }
func (*q) PostByGUID(c ctx, guid string) (wp.Post, error)                    { return wp.Post{}, errTODO }
func (*q) Adjacent(c ctx, a AdjacentQuery) (int64, error)                    { return 0, errTODO }
func (*q) ArchiveMonths(c ctx, postType string, visible []StatusRule) ([]wp.ArchiveMonth, error) {
	return nil, errTODO
}
func (*q) PostCountsByStatus(c ctx, postType string) (map[string]int, error) { return nil, errTODO }
func (*q) PostCountsByAuthor(c ctx, authors []int64, types, statuses []string) (map[int64]int, error) {
	return nil, errTODO
}
func (*q) MoveChildren(c ctx, fromParent, toParent int64, types []string) ([]int64, error) {
	return nil, errTODO
}
func (*q) ReassignPosts(c ctx, fromAuthor, toAuthor int64) ([]int64, error) { return nil, errTODO }

// --- meta
func (*q) Meta(c ctx, k wp.MetaKind, object int64) ([]wp.Meta, error) { return nil, errTODO }
func (*q) MetaFor(c ctx, k wp.MetaKind, objects []int64) (map[int64][]wp.Meta, error) {
	return nil, errTODO
}
func (*q) MetaByKey(c ctx, k wp.MetaKind, object int64, key string) ([]wp.Meta, error) {
	return nil, errTODO
}
func (*q) MetaByID(c ctx, k wp.MetaKind, id int64) (wp.Meta, error)            { return wp.Meta{}, errTODO }
func (*q) FindMeta(c ctx, k wp.MetaKind, key, value string) ([]wp.Meta, error) { return nil, errTODO } // over all objects
func (*q) AddMeta(c ctx, k wp.MetaKind, m wp.Meta) (int64, error)              { return 0, errTODO }
func (*q) UpdateMeta(c ctx, k wp.MetaKind, id int64, value string) error       { return errTODO }
func (*q) UpdateMetaByKey(c ctx, k wp.MetaKind, object int64, key, value string) (n int64, err error) {
	return 0, errTODO
}                                                                              // all rows of the key
func (*q) SetMeta(c ctx, k wp.MetaKind, object int64, key, value string) error { return errTODO } // update or add
func (*q) SwapMeta(c ctx, k wp.MetaKind, id int64, old, value string) (bool, error) {
	return false, errTODO
}                                                                             // only if it still is old
func (*q) DeleteMeta(c ctx, k wp.MetaKind, ids ...int64) (n int64, err error) { return 0, errTODO }
func (*q) DeleteMetaByKey(c ctx, k wp.MetaKind, object int64, key string) (n int64, err error) {
	return 0, errTODO
}
func (*q) DeleteMetaByValue(c ctx, k wp.MetaKind, object int64, key, value string) (n int64, err error) {
	return 0, errTODO
} // object 0: all
func (*q) DeleteMetaEverywhere(c ctx, k wp.MetaKind, key string) (n int64, err error) {
	return 0, errTODO
}
func (*q) DeleteObjectMeta(c ctx, k wp.MetaKind, object int64) (n int64, err error) {
	return 0, errTODO
}

// --- terms
func (*q) Term(c ctx, id int64, taxonomy string) (wp.Term, error)            { return wp.Term{}, errTODO } // taxonomy "": any
func (*q) TermByTTID(c ctx, ttid int64) (wp.Term, error)                     { return wp.Term{}, errTODO }
func (*q) TermBySlug(c ctx, slug, taxonomy string) (wp.Term, error)          { return wp.Term{}, errTODO }
func (*q) TermByName(c ctx, name, taxonomy string) (wp.Term, error)          { return wp.Term{}, errTODO }
func (*q) Terms(c ctx, tq TermQuery) (terms []wp.Term, total int, err error) { return nil, 0, errTODO }
func (*q) CountTerms(c ctx, tq TermQuery) (int, error)                       { return 0, errTODO }
func (*q) TermParents(c ctx, taxonomy string) ([]wp.TermParent, error)       { return nil, errTODO }
func (*q) TermSlugTaken(c ctx, slug, taxonomy string, except int64) (bool, error) {
	return false, errTODO
}                                                                  // taxonomy "": any
func (*q) InsertTerm(c ctx, t wp.Term) (id, ttid int64, err error) { return 0, 0, errTODO } // both rows; t.ID set: only a further taxonomy row if the term is there
func (*q) UpdateTerm(c ctx, t wp.Term) error                       { return errTODO }       // both rows, found by t.ID and t.Taxonomy; count stays
func (*q) DeleteTerm(c ctx, id int64, taxonomy string) error       { return errTODO }       // taxonomy row; the term too when it was the last
func (*q) MoveTermChildren(c ctx, taxonomy string, from, to int64) ([]int64, error) {
	return nil, errTODO
}
func (*q) ObjectTerms(c ctx, objects []int64, taxonomies []string) (map[int64][]wp.Term, error) {
	return nil, errTODO
}                                                                  // by name
func (*q) AddObjectTerms(c ctx, object int64, ttids []int64) error { return errTODO } // those already there stay as they are
func (*q) RemoveObjectTerms(c ctx, object int64, ttids []int64) (n int64, err error) {
	return 0, errTODO
}
func (*q) SetObjectTermOrder(c ctx, object int64, ttids []int64) error      { return errTODO } // term_order 1, 2, 3, …
func (*q) DeleteObjectTerms(c ctx, object int64) (ttids []int64, err error) { return nil, errTODO }
func (*q) ObjectsInTerms(c ctx, ttids []int64) ([]int64, error)             { return nil, errTODO }
func (*q) RecountTerms(c ctx, ttids []int64, r CountRule) error             { return errTODO }

// --- users
func (*q) User(c ctx, id int64) (wp.User, error)                           { return wp.User{}, errTODO }
func (*q) UserByLogin(c ctx, login string) (wp.User, error)                { return wp.User{}, errTODO }
func (*q) UserByEmail(c ctx, email string) (wp.User, error)                { return wp.User{}, errTODO }
func (*q) UserByNicename(c ctx, nicename string) (wp.User, error)          { return wp.User{}, errTODO }
func (*q) UsersByIDs(c ctx, ids []int64) ([]wp.User, error)                { return nil, errTODO }
func (*q) UserIDs(c ctx, uq UserQuery) (ids []int64, total int, err error) { return nil, 0, errTODO }
func (*q) CountUsers(c ctx, uq UserQuery) (int, error)                     { return 0, errTODO }
func (*q) InsertUser(c ctx, u wp.User) (int64, error)                      { return 0, errTODO }
func (*q) UpdateUser(c ctx, u wp.User) error                               { return errTODO }
func (*q) SwapUserPass(c ctx, id int64, old, hash string) (bool, error)    { return false, errTODO } // rehash without racing a password change
func (*q) SetActivationKey(c ctx, id int64, key string) error              { return errTODO }
func (*q) DeleteUser(c ctx, id int64) error                                { return errTODO }

// --- comments
func (*q) Comment(c ctx, id int64) (wp.Comment, error)            { return wp.Comment{}, errTODO }
func (*q) CommentsByIDs(c ctx, ids []int64) ([]wp.Comment, error) { return nil, errTODO }
func (*q) CommentIDs(c ctx, cq CommentQuery) (ids []int64, total int, err error) {
	return nil, 0, errTODO
}
func (*q) CountComments(c ctx, cq CommentQuery) (int, error)           { return 0, errTODO }
func (*q) InsertComment(c ctx, m wp.Comment) (int64, error)            { return 0, errTODO }
func (*q) UpdateComment(c ctx, m wp.Comment) error                     { return errTODO }
func (*q) DeleteComment(c ctx, id int64) error                         { return errTODO }
func (*q) MoveCommentChildren(c ctx, from, to int64) ([]int64, error)  { return nil, errTODO }
func (*q) RecountComments(c ctx, post int64) (int, error)              { return 0, errTODO }   // sets and returns posts.comment_count
func (*q) CommentTally(c ctx, post int64) (CommentTally, error)        { return nil, errTODO } // post 0: the whole site
func (*q) HasChildComments(c ctx, ids []int64) (map[int64]bool, error) { return nil, errTODO }
func (*q) DuplicateComment(c ctx, m wp.Comment) (int64, error)         { return 0, errTODO } // wp_allow_comment's test; 0 for none
func (*q) LastCommentDate(c ctx, userID int64, ip, email, sinceGMT string) (string, error) {
	return "", errTODO
}                                                               // flood check
func (*q) ReassignComments(c ctx, fromUser, toUser int64) error { return errTODO }

// --- options
func (*q) Option(c ctx, name string) (wp.Option, error)                { return wp.Option{}, errTODO }
func (*q) Options(c ctx, names []string) (map[string]wp.Option, error) { return nil, errTODO }
func (*q) AutoloadedOptions(c ctx) ([]wp.Option, error)                { return nil, errTODO }
func (*q) AddOption(c ctx, o wp.Option) (added bool, err error)        { return false, errTODO } // leaves an existing one alone
func (*q) SetOption(c ctx, name, value, autoload string) error         { return errTODO }        // add or update; autoload "" keeps
func (*q) SwapOption(c ctx, name, old, value string) (bool, error)     { return false, errTODO }
func (*q) DeleteOption(c ctx, name string) (bool, error)               { return false, errTODO }
func (*q) OptionsLike(c ctx, prefix string) ([]wp.Option, error)       { return nil, errTODO }
