package site

import (
	"context"
	"strconv"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// CommentChanges is what a caller wants of a comment: nil fields are left as
// they are (on update) or take WordPress's default (on insert).
type CommentChanges struct {
	Post, Parent, User *int64
	Author, Email, URL *string
	IP, Agent          *string
	Content, Type      *string
	Date, DateGMT      *string
	Approved           *string                  // "1", "0", "spam" or "trash"
	Shown              func(text string) string // the text as it is shown, for moderation by links and words
	ImportID           int64                    // asks for an id for a new comment, if it is free
}

// apply puts the changes into a row.
func (c CommentChanges) apply(m *wp.Comment) {
	m.PostID, m.Parent, m.UserID = or(c.Post, m.PostID), or(c.Parent, m.Parent), or(c.User, m.UserID)
	m.Author, m.AuthorEmail, m.AuthorURL = or(c.Author, m.Author), or(c.Email, m.AuthorEmail), or(c.URL, m.AuthorURL)
	m.AuthorIP, m.Agent = or(c.IP, m.AuthorIP), or(c.Agent, m.Agent)
	m.Content, m.Type = or(c.Content, m.Content), or(c.Type, m.Type)
	m.Date, m.DateGMT = or(c.Date, m.Date), or(c.DateGMT, m.DateGMT)
	m.Approved = or(c.Approved, m.Approved)
	m.Parent, m.PostID = max(m.Parent, 0), max(m.PostID, 0)
}

// filterComment takes the texts of a comment as the filters leave them:
// wp_filter_comment. What its writer may not write is taken out too.
func (s *Site) filterComment(ctx context.Context, m *wp.Comment, unfiltered bool) {
	f := s.SaveFilters(ctx)
	m.Author, m.AuthorEmail, m.AuthorURL = f.Name(m.Author), f.Email(m.AuthorEmail), f.URL(m.AuthorURL)
	f.UnfilteredHTML = f.UnfilteredHTML && unfiltered
	if importing(ctx) && f.UnfilteredHTML {
		return // the text was filtered where it was written
	}
	m.Content = f.Comment(m.Content)
}

// InsertComment stores a comment as it is asked for, without the checks of
// AllowComment: wp_insert_comment behind wp_filter_comment.
func (s *Site) InsertComment(ctx context.Context, c CommentChanges) (*wp.Comment, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	m := wp.Comment{Approved: "1"}
	c.apply(&m)
	if m.Date == "" {
		m.Date = s.localNow(ctx)
	}
	if m.DateGMT == "" {
		m.DateGMT = set.Zone.GMTFromDate(m.Date)
	}
	if emptyText(m.Type) {
		m.Type = "comment"
	}
	s.filterComment(ctx, &m, true)
	defer s.changed(ctx)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		if m.ID = 0; c.ImportID > 0 {
			if _, err := tx.Comment(ctx, c.ImportID); isNotFound(err) {
				m.ID = c.ImportID
			} else if err != nil {
				return err
			}
		}
		id, err := tx.InsertComment(ctx, m)
		if err != nil {
			return err
		}
		m.ID = id
		if m.Approved != "1" {
			return nil
		}
		_, err = tx.RecountComments(ctx, m.PostID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &m, nil
}

// UpdateComment changes a comment: wp_update_comment. The UTC date follows from
// the local one.
func (s *Site) UpdateComment(ctx context.Context, id int64, c CommentChanges) error {
	before, err := s.Comment(ctx, id)
	if isNotFound(err) {
		return fail("invalid_comment_id", "Invalid comment ID.")
	}
	if err != nil {
		return err
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	m := *before
	c.apply(&m)
	writer, err := s.User(ctx, before.UserID)
	if err != nil && !isNotFound(err) {
		return err
	}
	s.filterComment(ctx, &m, writer != nil && s.UserCan(ctx, writer, "unfiltered_html"))
	m.DateGMT = set.Zone.GMTFromDate(m.Date)
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.UpdateComment(ctx, m); err != nil {
			return err
		}
		_, err := tx.RecountComments(ctx, m.PostID)
		return err
	})
}

// How a trashed or spammed comment remembers what it was.
const (
	trashStatus = "_wp_trash_meta_status"
	trashTime   = "_wp_trash_meta_time"
)

// SetCommentStatus sets the state of a comment, "0", "1", "spam" or "trash":
// wp_set_comment_status. False when it was so already.
func (s *Site) SetCommentStatus(ctx context.Context, id int64, state string) (bool, error) {
	return s.moveComment(ctx, id, state, nil)
}

// moveComment sets the state of a comment and does also what then needs the
// state before, in one transaction.
func (s *Site) moveComment(ctx context.Context, id int64, state string, also func(tx *store.Tx, before *wp.Comment) error) (bool, error) {
	moved := false
	defer s.changed(ctx)
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		moved = false
		before, err := tx.Comment(ctx, id)
		if err != nil {
			return err
		}
		if before.Approved == state {
			return nil
		}
		m := before
		m.Approved = state
		if err := tx.UpdateComment(ctx, m); err != nil {
			return err
		}
		moved = true
		if _, err := tx.RecountComments(ctx, m.PostID); err != nil || also == nil {
			return err
		}
		return also(tx, &before)
	})
	return moved, err
}

// remember keeps the state that a comment had before it was trashed or spammed.
func (s *Site) remember(ctx context.Context) func(tx *store.Tx, before *wp.Comment) error {
	return func(tx *store.Tx, before *wp.Comment) error {
		if err := forget(ctx)(tx, before); err != nil {
			return err
		}
		for _, m := range []wp.Meta{
			{ObjectID: before.ID, Key: trashStatus, Value: before.Approved},
			{ObjectID: before.ID, Key: trashTime, Value: strconv.FormatInt(s.now().Unix(), 10)},
		} {
			if _, err := tx.AddMeta(ctx, wp.CommentMeta, m); err != nil {
				return err
			}
		}
		return nil
	}
}

func forget(ctx context.Context) func(tx *store.Tx, before *wp.Comment) error {
	return func(tx *store.Tx, before *wp.Comment) error {
		for _, key := range []string{trashStatus, trashTime} {
			if _, err := tx.DeleteMetaByKey(ctx, wp.CommentMeta, before.ID, key); err != nil {
				return err
			}
		}
		return nil
	}
}

// SpamComment marks a comment as spam: wp_spam_comment.
func (s *Site) SpamComment(ctx context.Context, id int64) (bool, error) {
	return s.moveComment(ctx, id, "spam", s.remember(ctx))
}

// TrashComment moves a comment to the trash, a note with its answers:
// wp_trash_comment. Without a trash it is deleted.
func (s *Site) TrashComment(ctx context.Context, id int64) (bool, error) {
	m, err := s.Comment(ctx, id)
	if err != nil {
		return false, err
	}
	var answers []int64
	if m.Type == "note" && m.Parent == 0 {
		if answers, _, err = s.store.CommentIDs(ctx, store.CommentQuery{Parents: []int64{id}, Types: []string{"note"}, Approved: []string{"0", "1"}, NoCount: true}); err != nil {
			return false, err
		}
	}
	for _, answer := range append([]int64{id}, answers...) {
		ok, err := true, error(nil)
		if s.cfg.NoTrash {
			err = s.DeleteComment(ctx, answer)
		} else {
			ok, err = s.moveComment(ctx, answer, "trash", s.remember(ctx))
		}
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// RestoreComment takes a comment out of the trash or of spam, to the state that
// it had before: wp_untrash_comment, wp_unspam_comment.
func (s *Site) RestoreComment(ctx context.Context, id int64) (bool, error) {
	meta, err := s.Meta(ctx, wp.CommentMeta, id)
	if err != nil {
		return false, err
	}
	state := meta.Get(trashStatus)
	switch state {
	case "", "hold":
		state = "0"
	case "approve":
		state = "1"
	case "0", "1", "spam", "trash":
	default:
		return false, nil
	}
	return s.moveComment(ctx, id, state, forget(ctx))
}

// DeleteComment removes a comment for good; answers to it move up:
// wp_delete_comment.
func (s *Site) DeleteComment(ctx context.Context, id int64) error {
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		m, err := tx.Comment(ctx, id)
		if err != nil {
			return err
		}
		if _, err := tx.MoveCommentChildren(ctx, id, m.Parent); err != nil {
			return err
		}
		if _, err := tx.DeleteObjectMeta(ctx, wp.CommentMeta, id); err != nil {
			return err
		}
		if err := tx.DeleteComment(ctx, id); err != nil {
			return err
		}
		if m.PostID == 0 || m.Approved != "1" {
			return nil
		}
		_, err = tx.RecountComments(ctx, m.PostID)
		return err
	})
}
