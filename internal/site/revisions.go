package site

import (
	"context"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// revisionMeta are the meta keys that revisions keep a copy of:
// wp_post_revision_meta_keys.
func (s *Site) revisionMeta(postType string) []string {
	var keys []string
	for _, m := range s.reg.MetaOf(wp.PostMeta, postType) {
		if m.Revisioned {
			keys = append(keys, m.Key)
		}
	}
	return keys
}

// Revisions lists the revisions of a post, newest first, autosaves among them:
// wp_get_post_revisions.
func (s *Site) Revisions(ctx context.Context, post int64) ([]*wp.Post, error) {
	posts, _, err := s.QueryPosts(ctx, revisionQuery(post))
	return posts, err
}

func revisionQuery(post int64) store.PostQuery {
	return store.PostQuery{
		Types: []string{"revision"}, Statuses: []string{"inherit"}, Parents: []int64{post}, NoCount: true,
		OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}, {By: store.ByID, Order: store.Desc}},
	}
}

// revisionsKept is how many revisions of a post are kept, -1 for all:
// wp_revisions_to_keep.
func (s *Site) revisionsKept(postType string) int {
	if !s.Supports(postType, "revisions") {
		return 0
	}
	if s.cfg.Revisions == nil || *s.cfg.Revisions < 0 {
		return -1
	}
	return *s.cfg.Revisions
}

// SaveRevision keeps the present text of a post, unless the newest revision
// has it already: wp_save_post_revision.
func (s *Site) SaveRevision(ctx context.Context, p *wp.Post) error {
	keep := s.revisionsKept(p.Type)
	if keep == 0 || p.Status == "auto-draft" {
		return nil
	}
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		ids, _, err := tx.PostIDs(ctx, revisionQuery(p.ID))
		if err != nil {
			return err
		}
		posts, err := tx.PostsByIDs(ctx, ids)
		if err != nil {
			return err
		}
		prefix := strconv.FormatInt(p.ID, 10) + "-revision"
		for i := range posts {
			if !strings.Contains(posts[i].Name, prefix) {
				continue
			}
			same, err := s.sameText(ctx, tx, p, &posts[i])
			if err != nil || same {
				return err
			}
			break
		}
		if _, err := s.putRevision(ctx, tx, p, "revision"); err != nil {
			return err
		}
		return s.pruneRevisions(ctx, tx, posts, keep)
	})
}

// sameText reports whether title, content, excerpt and revisioned meta of a
// post are those of a revision, white space aside.
func (s *Site) sameText(ctx context.Context, tx *store.Tx, p, rev *wp.Post) (bool, error) {
	if normalize(p.Title) != normalize(rev.Title) || normalize(p.Content) != normalize(rev.Content) || normalize(p.Excerpt) != normalize(rev.Excerpt) {
		return false, nil
	}
	for _, key := range s.revisionMeta(p.Type) {
		a, err := tx.MetaByKey(ctx, wp.PostMeta, p.ID, key)
		if err != nil {
			return false, err
		}
		b, err := tx.MetaByKey(ctx, wp.PostMeta, rev.ID, key)
		if err != nil {
			return false, err
		}
		if firstValue(a) != firstValue(b) {
			return false, nil
		}
	}
	return true, nil
}

func firstValue(rows []wp.Meta) string {
	if len(rows) == 0 {
		return ""
	}
	return rows[0].Value
}

// normalize mirrors normalize_whitespace.
func normalize(t string) string {
	t = strings.Trim(t, " \t\n\r\x00\x0b")
	t = strings.ReplaceAll(t, "\r", "\n")
	var b strings.Builder
	last := byte(0)
	for i := range len(t) {
		c := t[i]
		if c == '\t' {
			c = ' '
		}
		if (c == ' ' || c == '\n') && c == last {
			continue
		}
		b.WriteByte(c)
		last = c
	}
	return b.String()
}

// putRevision writes a revision (kind "revision" or "autosave") of p.
func (s *Site) putRevision(ctx context.Context, tx *store.Tx, p *wp.Post, kind string) (*wp.Post, error) {
	rev := wp.Post{
		Author: CurrentID(ctx), Title: p.Title, Content: p.Content, Excerpt: p.Excerpt,
		Status: "inherit", Type: "revision", Name: strconv.FormatInt(p.ID, 10) + "-" + kind + "-v1", Parent: p.ID,
		Date: p.Modified, DateGMT: p.ModifiedGMT, Modified: p.Modified, ModifiedGMT: p.ModifiedGMT,
		CommentStatus: "closed", PingStatus: "closed",
	}
	id, err := tx.InsertPost(ctx, rev)
	if err != nil {
		return nil, err
	}
	rev.ID = id
	rev.GUID = s.Permalink(ctx, &rev)
	if err := tx.UpdatePost(ctx, rev); err != nil {
		return nil, err
	}
	for _, key := range s.revisionMeta(p.Type) {
		rows, err := tx.MetaByKey(ctx, wp.PostMeta, p.ID, key)
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: id, Key: key, Value: m.Value}); err != nil {
				return nil, err
			}
		}
	}
	return &rev, nil
}

// pruneRevisions removes the oldest of the revisions there were, when more
// are kept than the site wants.
func (s *Site) pruneRevisions(ctx context.Context, tx *store.Tx, newestFirst []wp.Post, keep int) error {
	if keep < 0 {
		return nil
	}
	drop := len(newestFirst) + 1 - keep
	for i := len(newestFirst) - 1; i >= 0 && drop > 0; i-- {
		drop--
		if strings.Contains(newestFirst[i].Name, "autosave") {
			continue
		}
		if err := s.deleteRow(ctx, tx, &newestFirst[i]); err != nil {
			return err
		}
	}
	return nil
}
