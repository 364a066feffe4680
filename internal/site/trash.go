package site

import (
	"context"
	"slices"
	"strconv"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/phpserialize"
)

// TrashDisabled reports EMPTY_TRASH_DAYS 0.
func (s *Site) TrashDisabled() bool { return s.cfg.NoTrash }

// MediaTrash reports MEDIA_TRASH.
func (s *Site) MediaTrash() bool { return s.cfg.MediaTrash }

// TrashPost moves a post to the trash, with its comments: wp_trash_post.
func (s *Site) TrashPost(ctx context.Context, id int64) (*wp.Post, error) {
	p, err := s.Post(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.Status == "trash" {
		return nil, fail("rest_already_trashed", "The post has already been deleted.")
	}
	trash := "trash"
	var out *wp.Post
	err = s.Atomically(ctx, func(ctx context.Context) error {
		if err := s.markTrashed(ctx, p); err != nil {
			return err
		}
		out, err = s.updateAndKeep(ctx, id, PostChanges{Status: &trash})
		return err
	})
	return out, err
}

// markTrashed remembers what a post was, and takes it and its comments from
// where they are shown.
func (s *Site) markTrashed(ctx context.Context, p *wp.Post) error {
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		marks := []wp.Meta{
			{ObjectID: p.ID, Key: "_wp_trash_meta_status", Value: p.Status},
			{ObjectID: p.ID, Key: "_wp_trash_meta_time", Value: strconv.FormatInt(s.now().Unix(), 10)},
		}
		for _, m := range marks {
			if _, err := tx.AddMeta(ctx, wp.PostMeta, m); err != nil {
				return err
			}
		}
		if err := s.leaveFront(ctx, tx, p); err != nil {
			return err
		}
		return s.trashComments(ctx, tx, p.ID)
	})
}

// UntrashPost takes a post out of the trash, as a draft (an attachment: with
// status inherit), with its comments: wp_untrash_post.
func (s *Site) UntrashPost(ctx context.Context, id int64) (*wp.Post, error) {
	p, err := s.Post(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.Status != "trash" {
		return nil, fail("rest_not_trashed", "The post is not in the trash.")
	}
	status := "draft"
	if p.Type == "attachment" {
		status = "inherit"
	}
	var out *wp.Post
	err = s.Atomically(ctx, func(ctx context.Context) error {
		if err := s.forgetTrash(ctx, id); err != nil {
			return err
		}
		out, err = s.updateAndKeep(ctx, id, PostChanges{Status: &status})
		return err
	})
	return out, err
}

// updateAndKeep changes a post and keeps its text as a revision.
func (s *Site) updateAndKeep(ctx context.Context, id int64, c PostChanges) (*wp.Post, error) {
	p, err := s.UpdatePost(ctx, id, c)
	if err != nil {
		return nil, err
	}
	return p, s.SaveRevision(ctx, p)
}

func (s *Site) forgetTrash(ctx context.Context, id int64) error {
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		for _, key := range []string{"_wp_trash_meta_status", "_wp_trash_meta_time"} {
			if _, err := tx.DeleteMetaByKey(ctx, wp.PostMeta, id, key); err != nil {
				return err
			}
		}
		return s.untrashComments(ctx, tx, id)
	})
}

const trashedComments = "_wp_trash_meta_comments_status"

// trashComments marks the comments of a post as trashed with it and remembers
// what they were: wp_trash_post_comments.
func (s *Site) trashComments(ctx context.Context, tx *store.Tx, post int64) error {
	comments, err := postComments(ctx, tx, post)
	if err != nil || len(comments) == 0 {
		return err
	}
	statuses := &phpserialize.Array{}
	for i := range comments {
		statuses.Set(phpserialize.IntKey(comments[i].ID), comments[i].Approved)
		comments[i].Approved = "post-trashed"
		if err := tx.UpdateComment(ctx, comments[i]); err != nil {
			return err
		}
	}
	text, err := phpserialize.Marshal(statuses)
	if err != nil {
		return err
	}
	if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: post, Key: trashedComments, Value: text}); err != nil {
		return err
	}
	_, err = tx.RecountComments(ctx, post)
	return err
}

// untrashComments undoes trashComments: wp_untrash_post_comments.
func (s *Site) untrashComments(ctx context.Context, tx *store.Tx, post int64) error {
	rows, err := tx.MetaByKey(ctx, wp.PostMeta, post, trashedComments)
	if err != nil || len(rows) == 0 {
		return err
	}
	statuses, _ := phpserialize.MaybeUnserialize(rows[0].Value).(*phpserialize.Array)
	if statuses != nil {
		for k, v := range statuses.All() {
			c, err := tx.Comment(ctx, k.Int())
			if isNotFound(err) {
				continue
			}
			if err != nil {
				return err
			}
			was, _ := v.(string)
			if was == "" {
				was = "0"
			}
			c.Approved = was
			if err := tx.UpdateComment(ctx, c); err != nil {
				return err
			}
		}
	}
	if _, err := tx.DeleteMetaByKey(ctx, wp.PostMeta, post, trashedComments); err != nil {
		return err
	}
	_, err = tx.RecountComments(ctx, post)
	return err
}

func postComments(ctx context.Context, tx *store.Tx, post int64) ([]wp.Comment, error) {
	ids, _, err := tx.CommentIDs(ctx, store.CommentQuery{Posts: []int64{post}, NoCount: true})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return tx.CommentsByIDs(ctx, ids)
}

// DeletePost removes a post for good, with revisions, comments, meta and
// relations; children and attachments go to its parent: wp_delete_post.
func (s *Site) DeletePost(ctx context.Context, id int64) (*wp.Post, error) {
	p, err := s.Post(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := s.beforeDelete(ctx, p); err != nil {
		return nil, err
	}
	if p.Type == "attachment" {
		if err := s.DeleteAttachment(ctx, p); err != nil {
			return p, err
		}
		s.afterDelete(ctx, p)
		return p, nil
	}
	if p.Type == fontFamily || p.Type == fontFace {
		err = s.deleteFonts(ctx, p)
	} else {
		err = s.deleteAll(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	s.changed(ctx)
	s.afterDelete(ctx, p)
	return p, nil
}

// deleteAll removes a post and what belongs to it.
func (s *Site) deleteAll(ctx context.Context, p *wp.Post) error {
	id := p.ID
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		types := []string{"attachment"}
		if t := s.reg.PostType(p.Type); t != nil && t.Hierarchical {
			types = append(types, p.Type)
		}
		if _, err := tx.MoveChildren(ctx, id, p.Parent, types); err != nil {
			return err
		}
		q := revisionQuery(id)
		q.Statuses = nil
		revisions, _, err := tx.PostIDs(ctx, q)
		if err != nil {
			return err
		}
		for _, rev := range revisions {
			row, err := tx.Post(ctx, rev)
			if err != nil {
				return err
			}
			if err := s.deleteRow(ctx, tx, &row); err != nil {
				return err
			}
		}
		if err := s.leaveFront(ctx, tx, p); err != nil {
			return err
		}
		if err := s.deleteMenuItemsOf(ctx, tx, id, "post_type", ""); err != nil {
			return err
		}
		if p.Status == "future" {
			if err := s.setAppointment(ctx, tx, id, 0); err != nil {
				return err
			}
		}
		return s.deleteRow(ctx, tx, p)
	})
}

// leaveFront makes a post that goes neither sticky nor the front page:
// _reset_front_page_settings_for_post.
func (s *Site) leaveFront(ctx context.Context, tx *store.Tx, p *wp.Post) error {
	set, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	if p.Type == "page" && set.Get("show_on_front") == "page" {
		for _, name := range []string{"page_on_front", "page_for_posts"} {
			if set.Int(name) != p.ID {
				continue
			}
			if err := tx.SetOption(ctx, name, "0", ""); err != nil {
				return err
			}
			if name == "page_on_front" {
				if err := tx.SetOption(ctx, "show_on_front", "posts", ""); err != nil {
					return err
				}
			}
		}
	}
	return s.unstick(ctx, tx, p.ID)
}

// deleteRow removes one post with its relations, comments and meta.
func (s *Site) deleteRow(ctx context.Context, tx *store.Tx, p *wp.Post) error {
	ttids, err := tx.DeleteObjectTerms(ctx, p.ID)
	if err != nil {
		return err
	}
	comments, err := postComments(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range comments {
		if _, err := tx.DeleteObjectMeta(ctx, wp.CommentMeta, c.ID); err != nil {
			return err
		}
		if err := tx.DeleteComment(ctx, c.ID); err != nil {
			return err
		}
	}
	if _, err := tx.DeleteObjectMeta(ctx, wp.PostMeta, p.ID); err != nil {
		return err
	}
	if err := tx.DeletePost(ctx, p.ID); err != nil {
		return err
	}
	return s.recountTerms(ctx, tx, ttids, use{was: refOf(p)})
}

// Stick makes a post sticky or not: stick_post, unstick_post.
func (s *Site) Stick(ctx context.Context, id int64, sticky bool) error {
	set, err := s.Settings(ctx)
	if err != nil || slices.Contains(set.Sticky, id) == sticky {
		return err
	}
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if !sticky {
			return s.unstick(ctx, tx, id)
		}
		list, err := stickyPosts(ctx, tx)
		if err != nil {
			return err
		}
		return saveSticky(ctx, tx, append(list, id))
	})
}

func (s *Site) unstick(ctx context.Context, tx *store.Tx, id int64) error {
	list, err := stickyPosts(ctx, tx)
	if err != nil || !slices.Contains(list, id) {
		return err
	}
	return saveSticky(ctx, tx, slices.DeleteFunc(list, func(x int64) bool { return x == id }))
}

func stickyPosts(ctx context.Context, tx *store.Tx) ([]int64, error) {
	o, err := tx.OptionForUpdate(ctx, "sticky_posts")
	if isNotFound(err) {
		return nil, nil
	}
	return ids(phpserialize.MaybeUnserialize(o.Value)), err
}

func saveSticky(ctx context.Context, tx *store.Tx, list []int64) error {
	a := &phpserialize.Array{}
	for _, id := range list {
		a.Append(id)
	}
	text, err := phpserialize.Marshal(a)
	if err != nil {
		return err
	}
	return tx.SetOption(ctx, "sticky_posts", text, "")
}
