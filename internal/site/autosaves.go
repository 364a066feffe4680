package site

import (
	"context"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// RevisionsEnabled reports whether revisions of a post type are kept:
// wp_revisions_enabled.
func (s *Site) RevisionsEnabled(postType string) bool { return s.revisionsKept(postType) != 0 }

// autosaveName is the slug of the autosaves of a post.
func autosaveName(post int64) string { return itoa(post) + "-autosave-v1" }

// IsAutosave reports whether a row is an autosave and not a revision:
// wp_is_post_autosave.
func IsAutosave(p *wp.Post) bool {
	return p.Type == "revision" && strings.Contains(p.Name, itoa(p.Parent)+"-autosave")
}

// Autosave is the newest autosave of a post, of a user or with 0 of anybody;
// wp.ErrNotFound when there is none: wp_get_post_autosave.
func (s *Site) Autosave(ctx context.Context, post, user int64) (*wp.Post, error) {
	q := store.PostQuery{
		Types: []string{"revision"}, Statuses: []string{"inherit"}, Parents: []int64{post}, Names: []string{autosaveName(post)},
		OrderBy: []store.PostOrder{{By: store.ByDate, Order: store.Desc}}, Limit: 1, NoCount: true,
	}
	if user != 0 {
		q.Author = []int64{user}
	}
	found, _, err := s.QueryPosts(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, wp.ErrNotFound
	}
	return found[0], nil
}

// Autosaves lists the autosaves of a post, newest first.
func (s *Site) Autosaves(ctx context.Context, post int64) ([]*wp.Post, error) {
	all, err := s.Revisions(ctx, post)
	if err != nil {
		return nil, err
	}
	var out []*wp.Post
	for _, p := range all {
		if IsAutosave(p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// SaveAutosave keeps unsaved text of a post for the user who acts, one autosave
// a user; what c does not give stays as it was in an autosave there is, and
// is empty in a new one. Meta holds the revisioned keys that were given, other
// says that one of them differs from the post's. Without a difference an
// autosave that is there stays as it is. It mirrors create_post_autosave.
func (s *Site) SaveAutosave(ctx context.Context, p *wp.Post, c PostChanges, meta []wp.Meta, other bool) (*wp.Post, error) {
	user := CurrentID(ctx)
	old, err := s.Autosave(ctx, p.ID, user)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	differs := other || changes(c.Title, p.Title) || changes(c.Content, p.Content) || changes(c.Excerpt, p.Excerpt)
	if !differs && old != nil {
		return old, nil
	}
	kind, status, name, empty := "revision", "inherit", autosaveName(p.ID), ""
	row := PostChanges{Type: &kind, Status: &status, Slug: &name, Author: &user, Parent: &p.ID, Title: c.Title, Content: c.Content, Excerpt: c.Excerpt, Date: &empty, DateGMT: &empty}
	if old != nil {
		row.Meta = meta
		return s.UpdatePost(ctx, old.ID, row)
	}
	have, err := s.Meta(ctx, wp.PostMeta, p.ID)
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	for _, m := range meta {
		given[m.Key] = true
	}
	for _, key := range s.revisionMeta(p.Type) {
		if v, ok := have.Lookup(key); ok && !given[key] {
			row.Meta = append(row.Meta, wp.Meta{Key: key, Value: v})
		}
	}
	row.Meta = append(row.Meta, meta...)
	return s.InsertPost(ctx, row)
}

func changes(text *string, was string) bool { return text != nil && normalize(*text) != normalize(was) }

// RevisionedMeta lists the meta keys of a post type that revisions keep a copy
// of.
func (s *Site) RevisionedMeta(postType string) []string { return s.revisionMeta(postType) }

// lockWindow is how long an editor holds a post without a sign of life.
const lockWindow = 150 * time.Second

// LockedBy is the other user who has a post open in an editor, 0 for nobody:
// wp_check_post_lock.
func (s *Site) LockedBy(ctx context.Context, post int64) int64 {
	m, err := s.Meta(ctx, wp.PostMeta, post)
	if err != nil {
		return 0
	}
	at, by, ok := strings.Cut(m.Get("_edit_lock"), ":")
	user := Atoi(by)
	if !ok {
		user = Atoi(m.Get("_edit_last"))
	}
	if user == CurrentID(ctx) || Atoi(at) <= s.now().Add(-lockWindow).Unix() {
		return 0
	}
	if _, err := s.User(ctx, user); err != nil {
		return 0
	}
	return user
}
