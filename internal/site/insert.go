package site

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// PostChanges is what a caller wants of a post: nil fields are left as they
// are (on update) or take WordPress's default (on insert). It mirrors the
// array given to wp_insert_post and wp_update_post.
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
	MimeType      *string
	GUID          *string
	ToPing        *string
	// Date and DateGMT are "2006-01-02 15:04:05"; an empty DateGMT means that
	// it follows from Date, a zero one that the date floats. EditDate says
	// that a floating draft is to keep the date given here.
	Date, DateGMT *string
	EditDate      bool
	// Categories replaces the categories. Nil: unchanged, or the default
	// category for a new post.
	Categories *[]int64
	// Meta is set after the row was written, in order.
	Meta []wp.Meta
	// ImportID asks for an id, if it is free.
	ImportID int64
	// Modified and ModifiedGMT are those of a new post that is not really new;
	// otherwise they follow from the date.
	Modified, ModifiedGMT *string
	// Raw takes title, content and excerpt as they are: for revisions, whose
	// text was filtered when the post was saved.
	Raw bool
}

// floating reports whether a post of this status has no fixed date.
func (s *Site) floating(status string) bool {
	st := s.reg.Status(status)
	return st != nil && st.DateFloating
}

// InsertPost creates a post and returns it: wp_insert_post.
func (s *Site) InsertPost(ctx context.Context, c PostChanges) (*wp.Post, error) {
	return s.writePost(ctx, nil, c)
}

// UpdatePost changes a post and returns it as it is then: wp_update_post.
// Unless the type is without revisions, the new text is kept as a revision.
func (s *Site) UpdatePost(ctx context.Context, id int64, c PostChanges) (*wp.Post, error) {
	before, err := s.Post(ctx, id)
	if isNotFound(err) {
		return nil, fail("invalid_post", "Invalid post ID.")
	}
	if err != nil {
		return nil, err
	}
	if slices.Contains([]string{"draft", "pending", "auto-draft"}, before.Status) && !c.EditDate && before.DateGMT == wp.ZeroDate {
		now, empty := s.localNow(ctx), ""
		c.Date, c.DateGMT = &now, &empty
	}
	return s.writePost(ctx, before, c)
}

func (s *Site) localNow(ctx context.Context) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return s.utcNow()
	}
	return set.Zone.MySQL(s.now())
}

func (s *Site) utcNow() string { return s.now().UTC().Format(time.DateTime) }

func or[T any](p *T, otherwise T) T {
	if p != nil {
		return *p
	}
	return otherwise
}

// writePost mirrors wp_insert_post: it decides the whole row and writes it
// with all that hangs on it in one transaction.
func (s *Site) writePost(ctx context.Context, before *wp.Post, c PostChanges) (*wp.Post, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	row := s.baseRow(ctx, set, before, c)
	s.filterText(ctx, &row, c)
	if s.looksEmpty(&row) {
		return nil, fail("empty_content", "Content, title, and excerpt are empty.")
	}
	if err := s.resolveDates(ctx, set, &row, before, c); err != nil {
		return nil, err
	}
	s.resolveSlug(ctx, &row, before, c)
	row.Parent = s.checkedParent(ctx, &row)
	if err := s.beforeWrite(ctx, &row, before); err != nil {
		return nil, err
	}
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		r := row
		if err := s.savePost(ctx, tx, set, &r, before, c); err != nil {
			return err
		}
		row = r
		return nil
	})
	if err != nil {
		kind := "post"
		if row.Type == "attachment" {
			kind = "attachment"
		}
		if before != nil {
			return nil, unstorable(err, "db_update_error", "Could not update "+kind+" in the database.")
		}
		return nil, unstorable(err, "db_insert_error", "Could not insert "+kind+" into the database.")
	}
	s.changed(ctx)
	s.afterWrite(ctx, &row, before)
	return &row, nil
}

// baseRow merges changes, the row before and the defaults.
func (s *Site) baseRow(ctx context.Context, set *Settings, before *wp.Post, c PostChanges) wp.Post {
	var r wp.Post
	if before != nil {
		r = *before
	} else {
		r = wp.Post{Author: CurrentID(ctx), Status: "draft", Type: or(c.Type, "post")}
		r.CommentStatus = s.defaultCommentStatus(set, r.Type, "comment_status")
		r.PingStatus = s.defaultCommentStatus(set, r.Type, "ping_status")
	}
	r.Type = or(c.Type, r.Type)
	if c.Status != nil && *c.Status != "" {
		r.Status = *c.Status
	}
	if r.Type == "attachment" && !slices.Contains([]string{"inherit", "private", "trash", "auto-draft"}, r.Status) {
		r.Status = "inherit"
	}
	r.Author = or(c.Author, r.Author)
	r.Parent = or(c.Parent, r.Parent)
	r.MenuOrder = or(c.MenuOrder, r.MenuOrder)
	r.Password = or(c.Password, r.Password)
	r.MimeType = or(c.MimeType, r.MimeType)
	r.ToPing = or(c.ToPing, r.ToPing)
	if before == nil {
		r.GUID = or(c.GUID, "")
	}
	if c.CommentStatus != nil && *c.CommentStatus != "" {
		r.CommentStatus = *c.CommentStatus
	}
	if c.PingStatus != nil && *c.PingStatus != "" {
		r.PingStatus = *c.PingStatus
	}
	if r.Status == "private" {
		r.Password = ""
	}
	return r
}

// defaultCommentStatus mirrors get_default_comment_status.
func (s *Site) defaultCommentStatus(set *Settings, postType, column string) string {
	feature := "comments"
	if column == "ping_status" {
		feature = "trackbacks"
	}
	if postType == "page" {
		return "closed"
	}
	if !s.Supports(postType, feature) {
		return "closed"
	}
	if set.Get("default_"+column) == "open" {
		return "open"
	}
	return "closed"
}

// looksEmpty reports a post without title, content and excerpt of a type that
// supports all three.
func (s *Site) looksEmpty(r *wp.Post) bool {
	falsy := func(t string) bool { return t == "" || t == "0" }
	return r.Type != "attachment" && falsy(r.Content) && falsy(r.Title) && falsy(r.Excerpt) &&
		s.Supports(r.Type, "editor") && s.Supports(r.Type, "title") && s.Supports(r.Type, "excerpt")
}

// resolveDates decides post_date, post_modified and, by them, between publish
// and future.
func (s *Site) resolveDates(ctx context.Context, set *Settings, r *wp.Post, before *wp.Post, c PostChanges) error {
	date, gmt := "", ""
	if before != nil {
		date, gmt = before.Date, before.DateGMT
	}
	date, gmt = or(c.Date, date), or(c.DateGMT, gmt)
	resolved, ok := set.Zone.ResolvePostDate(date, gmt, s.now())
	if !ok {
		return fail("invalid_date", "Invalid date.")
	}
	r.Date = resolved
	switch {
	case gmt != "" && gmt != wp.ZeroDate:
		r.DateGMT = gmt
	case s.floating(r.Status):
		r.DateGMT = wp.ZeroDate
	default:
		r.DateGMT = set.Zone.GMTFromDate(resolved)
	}
	if before != nil || r.Date == wp.ZeroDate {
		r.Modified, r.ModifiedGMT = s.localNow(ctx), s.utcNow()
	} else {
		r.Modified, r.ModifiedGMT = r.Date, r.DateGMT
	}
	if before == nil && c.Modified != nil && c.ModifiedGMT != nil {
		modified, ok := set.Zone.ResolvePostDate(*c.Modified, *c.ModifiedGMT, s.now())
		if !ok {
			return fail("invalid_date", "Invalid date.")
		}
		r.Modified, r.ModifiedGMT = modified, *c.ModifiedGMT
	}
	if r.Type == "attachment" {
		return nil
	}
	ahead := secondsAhead(r.DateGMT, s.now())
	switch {
	case r.Status == "publish" && ahead >= 60:
		r.Status = "future"
	case r.Status == "future" && ahead < 60:
		r.Status = "publish"
	}
	return nil
}

// secondsAhead is how far a UTC date lies ahead of now, in whole seconds.
func secondsAhead(gmt string, now time.Time) int64 {
	t, err := time.Parse(time.DateTime, gmt)
	if err != nil {
		return -1
	}
	return t.Unix() - now.Unix()
}

// resolveSlug decides the slug that is asked for; whether it is free is seen in
// the transaction.
func (s *Site) resolveSlug(ctx context.Context, r *wp.Post, before *wp.Post, c PostChanges) {
	name := or(c.Slug, r.Name)
	if r.Status == "pending" && !s.mayPublish(ctx, r, before) {
		name = ""
	}
	switch {
	case name != "" && before != nil && name == before.Name:
		r.Name = name // already a slug
	case name != "":
		r.Name = format.SanitizeTitle(name, "")
	case slices.Contains([]string{"draft", "pending", "auto-draft"}, r.Status):
		r.Name = ""
	default:
		r.Name = format.SanitizeTitle(r.Title, "")
	}
}

func (s *Site) mayPublish(ctx context.Context, r, before *wp.Post) bool {
	t := s.reg.PostType(r.Type)
	if t == nil {
		return true
	}
	if before == nil {
		return s.Can(ctx, t.Caps.Get("publish_posts"))
	}
	return s.CanPost(ctx, "publish_post", before)
}

// checkedParent resets a parent that would close a circle:
// wp_check_post_hierarchy_for_loops.
func (s *Site) checkedParent(ctx context.Context, r *wp.Post) int64 {
	if r.Parent == 0 || r.ID == 0 {
		return r.Parent
	}
	seen := map[int64]bool{}
	for at := r.Parent; at != 0; {
		if at == r.ID {
			return 0
		}
		if seen[at] {
			return r.Parent
		}
		seen[at] = true
		p, err := s.Post(ctx, at)
		if err != nil {
			return r.Parent
		}
		at = p.Parent
	}
	return r.Parent
}

// savePost writes the row and what hangs on it.
func (s *Site) savePost(ctx context.Context, tx *store.Tx, set *Settings, r *wp.Post, before *wp.Post, c PostChanges) error {
	if err := s.settleSlug(ctx, tx, set, r, before); err != nil {
		return err
	}
	if before != nil {
		if err := tx.UpdatePost(ctx, *r); err != nil {
			return err
		}
	} else if err := s.insertRow(ctx, tx, r, c.ImportID); err != nil {
		return err
	}
	if err := s.completeRow(ctx, tx, set, r, before); err != nil {
		return err
	}
	if err := s.saveCategories(ctx, tx, r, before, c); err != nil {
		return err
	}
	for _, m := range c.Meta {
		if err := tx.SetMeta(ctx, wp.PostMeta, r.ID, m.Key, m.Value); err != nil {
			return err
		}
	}
	if r.Type == "attachment" || r.Type == "revision" {
		return nil
	}
	if err := s.transition(ctx, tx, r, before); err != nil {
		return err
	}
	if err := s.schedule(ctx, tx, r, before); err != nil {
		return err
	}
	if before == nil {
		return nil
	}
	return s.keepOldAddress(ctx, tx, r, before)
}

func (s *Site) insertRow(ctx context.Context, tx *store.Tx, r *wp.Post, importID int64) error {
	r.ID = 0
	if importID > 0 {
		_, err := tx.Post(ctx, importID)
		switch {
		case isNotFound(err):
			r.ID = importID
		case err != nil:
			return err
		}
	}
	id, err := tx.InsertPost(ctx, *r)
	r.ID = id
	return err
}

// completeRow gives a row what needs its id: a slug of last resort and a guid.
func (s *Site) completeRow(ctx context.Context, tx *store.Tx, set *Settings, r *wp.Post, before *wp.Post) error {
	again := false
	if r.Name == "" && !slices.Contains([]string{"draft", "pending", "auto-draft"}, r.Status) {
		name := format.SanitizeTitle(r.Title, strconv.FormatInt(r.ID, 10))
		unique, err := s.uniqueSlug(ctx, tx, set, name, "", r)
		if err != nil {
			return err
		}
		r.Name, again = unique, true
	}
	publishing := r.Status == "publish" && (before == nil || before.Status != "publish")
	if r.GUID == "" && (before == nil || publishing) {
		r.GUID, again = s.Permalink(ctx, r), true
	}
	if !again {
		return nil
	}
	return tx.UpdatePost(ctx, *r)
}

// settleSlug makes the slug unique, and gives way or takes back where the
// trash is concerned.
func (s *Site) settleSlug(ctx context.Context, tx *store.Tx, set *Settings, r *wp.Post, before *wp.Post) error {
	was := ""
	if before != nil {
		was = before.Status
	}
	if was == "trash" && r.Status != "trash" {
		rows, err := tx.MetaByKey(ctx, wp.PostMeta, r.ID, "_wp_desired_post_slug")
		if err != nil {
			return err
		}
		if len(rows) > 0 && rows[0].Value != "" {
			if _, err := tx.DeleteMetaByKey(ctx, wp.PostMeta, r.ID, "_wp_desired_post_slug"); err != nil {
				return err
			}
			r.Name = rows[0].Value
		}
	}
	if r.Status != "trash" && r.Name != "" && r.Type != "revision" {
		if err := s.trashedGiveWay(ctx, tx, r); err != nil {
			return err
		}
	}
	if r.Status == "trash" && was != "" && was != "trash" {
		name, err := s.trashedName(ctx, tx, before)
		if err != nil {
			return err
		}
		r.Name = name
	}
	name, err := s.uniqueSlug(ctx, tx, set, r.Name, nameOf(before), r)
	r.Name = name
	return err
}

const trashedSuffix = "__trashed"

// trashedName is the slug of a post in the trash; the wanted one is remembered:
// wp_add_trashed_suffix_to_post_name_for_post.
func (s *Site) trashedName(ctx context.Context, tx *store.Tx, p *wp.Post) (string, error) {
	if strings.HasSuffix(p.Name, trashedSuffix) {
		return p.Name, nil
	}
	if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: p.ID, Key: "_wp_desired_post_slug", Value: p.Name}); err != nil {
		return "", err
	}
	return format.TruncateSlug(p.Name, 191) + trashedSuffix, nil
}

// trashedGiveWay renames posts in the trash that hold the slug of r.
func (s *Site) trashedGiveWay(ctx context.Context, tx *store.Tx, r *wp.Post) error {
	ids, _, err := tx.PostIDs(ctx, store.PostQuery{Types: s.searchableTypes(), Statuses: []string{"trash"}, Names: []string{format.SanitizeTitleForQuery(r.Name)}, Exclude: []int64{r.ID}, NoCount: true})
	if err != nil || len(ids) == 0 {
		return err
	}
	posts, err := tx.PostsByIDs(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range posts {
		name, err := s.trashedName(ctx, tx, &p)
		if err != nil {
			return err
		}
		if name == p.Name {
			continue
		}
		p.Name = name
		if err := tx.UpdatePost(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// searchableTypes are the post types that post_type "any" stands for.
func (s *Site) searchableTypes() []string {
	var out []string
	for _, t := range s.reg.types {
		if !t.ExcludeFromSearch {
			out = append(out, t.Name)
		}
	}
	return out
}

// slugs is what looking for a free slug needs of the store, in a transaction
// or out of one.
type slugs interface {
	PostSlugTaken(ctx context.Context, slug string, in store.SlugScope) (bool, error)
}

// uniqueSlug is wp_unique_post_slug.
func (s *Site) uniqueSlug(ctx context.Context, db slugs, set *Settings, name, current string, r *wp.Post) (string, error) {
	t := s.reg.PostType(r.Type)
	p := format.PostSlug{
		Slug: name, ID: r.ID, Status: r.Status, Type: r.Type, Parent: r.Parent, Current: current,
		Hierarchical: t != nil && t.Hierarchical, Permalinks: set.Permalinks,
	}
	return p.Unique(func(slug string, scope format.SlugScope) (bool, error) {
		in := store.SlugScope{Types: scope.Types, Except: scope.Except}
		if scope.SameParent {
			in.Parent = &scope.Parent
		}
		return db.PostSlugTaken(ctx, slug, in)
	})
}

func nameOf(p *wp.Post) string {
	if p == nil {
		return ""
	}
	return p.Name
}
