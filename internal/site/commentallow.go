package site

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// floodPause is how long one has to wait between two comments.
const floodPause = 15 * time.Second

// AllowComment decides the state of a new comment: "1", "0" or "trash" (or
// "spam" without a trash). It refuses one that was said already and one that
// comes too soon after another: wp_allow_comment.
func (s *Site) AllowComment(ctx context.Context, c CommentChanges) (string, error) {
	m := wp.Comment{Type: "comment"}
	c.apply(&m)
	same := m
	same.Author, same.AuthorEmail, same.Content = unslash(m.Author), unslash(m.AuthorEmail), unslash(m.Content)
	other, err := s.store.DuplicateComment(ctx, same)
	if err != nil {
		return "", err
	}
	if other != 0 {
		return "", fail("comment_duplicate", "Duplicate comment detected; it looks as though you&#8217;ve already said that!")
	}
	flood, err := s.flood(ctx, &m)
	if err != nil {
		return "", err
	}
	if flood {
		return "", fail("comment_flood", "You are posting comments too quickly. Slow down.")
	}
	return s.judge(ctx, &m, c.Shown)
}

// unslash is PHP's stripslashes: WordPress compares new comments with old ones
// without their backslashes.
func unslash(t string) string {
	if !strings.Contains(t, `\`) {
		return t
	}
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		if t[i] == '\\' {
			if i++; i == len(t) {
				break
			}
			if t[i] == '0' {
				b.WriteByte(0)
				continue
			}
		}
		b.WriteByte(t[i])
	}
	return b.String()
}

// flood reports a second comment within moments: wp_check_comment_flood.
func (s *Site) flood(ctx context.Context, m *wp.Comment) (bool, error) {
	if s.Can(ctx, "manage_options") || s.Can(ctx, "moderate_comments") {
		return false, nil
	}
	last, err := s.store.LastCommentDate(ctx, CurrentID(ctx), m.AuthorIP, m.AuthorEmail, s.now().UTC().Add(-time.Hour).Format(time.DateTime))
	if err != nil || last == "" {
		return false, err
	}
	before, err := time.Parse(time.DateTime, last)
	if err != nil {
		return false, nil
	}
	now, err := time.Parse(time.DateTime, m.DateGMT)
	return err == nil && now.Sub(before) < floodPause, nil
}

// judge mirrors wp_check_comment_data: the post's author and moderators are
// approved, others by the site's rules; disallowed words lead to the trash.
func (s *Site) judge(ctx context.Context, m *wp.Comment, shown func(string) string) (string, error) {
	if m.UserID != 0 {
		u, err := s.User(ctx, m.UserID)
		if err != nil && !isNotFound(err) {
			return "", err
		}
		if err == nil {
			p, perr := s.Post(ctx, m.PostID)
			if perr == nil && p.Author == u.ID || s.UserCan(ctx, u, "moderate_comments") {
				return "1", nil
			}
		}
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return "", err
	}
	ok, err := s.passes(ctx, set, m, shown)
	if err != nil {
		return "", err
	}
	keys, err := s.Option(ctx, "disallowed_keys")
	if err != nil {
		return "", err
	}
	fields := []string{m.Author, m.AuthorEmail, m.AuthorURL, m.Content, format.StripAllTags(m.Content, false), m.AuthorIP, m.Agent}
	switch {
	case hasWord(keys, fields) && s.cfg.NoTrash:
		return "spam", nil
	case hasWord(keys, fields):
		return "trash", nil
	case ok:
		return "1", nil
	}
	return "0", nil
}

var linkPattern = regexp.MustCompile(`(?i)<a [^>]*href`)

// passes reports whether a comment is approved without a moderator:
// check_comment.
func (s *Site) passes(ctx context.Context, set *Settings, m *wp.Comment, shown func(string) string) (bool, error) {
	if set.Get("comment_moderation") == "1" {
		return false, nil
	}
	text := m.Content
	if shown != nil {
		text = shown(text)
	}
	if most := set.Int("comment_max_links"); most != 0 && int64(len(linkPattern.FindAllStringIndex(text, -1))) >= most {
		return false, nil
	}
	keys, err := s.Option(ctx, "moderation_keys")
	if err != nil {
		return false, err
	}
	if hasWord(keys, []string{m.Author, m.AuthorEmail, m.AuthorURL, text, m.AuthorIP, m.Agent}) {
		return false, nil
	}
	if set.Get("comment_previously_approved") != "1" {
		return true, nil
	}
	if m.Author == "" || m.AuthorEmail == "" {
		return false, nil
	}
	known, err := s.approvedBefore(ctx, m)
	keys = trimmed(keys)
	return known && (emptyText(keys) || !strings.Contains(m.AuthorEmail, keys)), err
}

// approvedBefore reports whether the writer has an approved comment.
func (s *Site) approvedBefore(ctx context.Context, m *wp.Comment) (bool, error) {
	u, err := s.UserByEmail(ctx, m.AuthorEmail)
	switch {
	case isNotFound(err):
		return s.store.HasApprovedComment(ctx, m.Author, m.AuthorEmail)
	case err != nil:
		return false, err
	}
	ids, _, err := s.store.CommentIDs(ctx, store.CommentQuery{Authors: []int64{u.ID}, Approved: []string{"1"}, Limit: 1, NoCount: true})
	return len(ids) > 0, err
}

// hasWord reports whether one of the words of a list, a line each, stands in
// one of the fields, whatever the case.
func hasWord(list string, fields []string) bool {
	for _, word := range strings.Split(trimmed(list), "\n") {
		word = trimmed(word)
		if emptyText(word) {
			continue
		}
		re, err := regexp.Compile("(?i)" + regexp.QuoteMeta(word))
		if err != nil {
			continue
		}
		for _, f := range fields {
			if re.MatchString(f) {
				return true
			}
		}
	}
	return false
}
