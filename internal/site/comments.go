package site

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// Comment returns a comment by id; wp.ErrNotFound when there is none. The row
// is shared: do not change it.
func (s *Site) Comment(ctx context.Context, id int64) (*wp.Comment, error) {
	if id <= 0 {
		return nil, wp.ErrNotFound
	}
	c := s.view(ctx).comments
	if m, ok := c.Get(id); ok {
		return m, nil
	}
	epoch := c.Epoch()
	row, err := s.store.Comment(ctx, id)
	if err != nil {
		return nil, err
	}
	c.Put(epoch, id, &row)
	return &row, nil
}

// QueryComments runs a query; total is how many there are in all.
func (s *Site) QueryComments(ctx context.Context, q store.CommentQuery) (comments []*wp.Comment, total int, err error) {
	count := !q.NoCount
	q.NoCount = true
	ids, _, err := s.store.CommentIDs(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if comments, err = s.commentsByIDs(ctx, ids); err != nil {
		return nil, 0, err
	}
	if n := len(ids); !count || q.Limit <= 0 || n < q.Limit && (n > 0 || q.Offset == 0) {
		return comments, q.Offset + n, nil
	}
	total, err = s.CountComments(ctx, q)
	return comments, total, err
}

// CountComments counts the comments of a query, whatever its limit. The number
// is kept until a comment or a post changes.
func (s *Site) CountComments(ctx context.Context, q store.CommentQuery) (int, error) {
	q.Limit, q.Offset, q.OrderBy, q.NoCount = 0, 0, "", false
	return s.counted(ctx, "comments "+q.Key(), func() (int, error) { return s.store.CountComments(ctx, q) })
}

// commentsByIDs reads comments in the order given, without those that are gone.
func (s *Site) commentsByIDs(ctx context.Context, ids []int64) (comments []*wp.Comment, err error) {
	c := s.view(ctx).comments
	if missing := absent(c.Get, ids); len(missing) > 0 {
		epoch := c.Epoch()
		rows, err := s.store.CommentsByIDs(ctx, missing)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			c.Put(epoch, rows[i].ID, &rows[i])
		}
	}
	for _, id := range ids {
		m, err := s.Comment(ctx, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		comments = append(comments, m)
	}
	return comments, nil
}

// CanEditComment reports whether the user who acts may edit a comment: who may
// edit its post, or posts at all where that is gone (edit_comment).
func (s *Site) CanEditComment(ctx context.Context, m *wp.Comment) bool {
	return s.Can(ctx, "edit_comment", m.ID)
}

// CommentStatus is the state of a comment in words: wp_get_comment_status. ""
// for a state that has none.
func CommentStatus(m *wp.Comment) string {
	switch m.Approved {
	case "1":
		return "approved"
	case "0":
		return "unapproved"
	case "spam", "trash":
		return m.Approved
	}
	return ""
}

// CommentsOpen reports whether a post takes comments: comments_open.
func (s *Site) CommentsOpen(ctx context.Context, p *wp.Post) bool {
	if p.CommentStatus != "open" {
		return false
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return false
	}
	days := set.Int("close_comments_days_old")
	if !set.Bool("close_comments_for_old_posts") || days == 0 || p.Type != "post" || p.DateGMT == wp.ZeroDate {
		return true
	}
	at, err := time.Parse(time.DateTime, p.DateGMT)
	return err != nil || s.now().Unix()-at.Unix() <= days*24*60*60
}

// SupportsNotes reports whether posts of a type take notes of their editors.
func (s *Site) SupportsNotes(postType string) bool {
	t := s.reg.PostType(postType)
	if t == nil {
		return false
	}
	for _, f := range t.Supports {
		if f.Feature == "editor" {
			return slices.ContainsFunc(f.Args, func(arg any) bool {
				o, ok := arg.(interface{ Value(string) any })
				return ok && o.Value("notes") == true
			})
		}
	}
	return false
}

// CommentLink is the address of a comment: get_comment_link.
func (s *Site) CommentLink(ctx context.Context, m *wp.Comment) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return ""
	}
	link := ""
	if p, err := s.Post(ctx, m.PostID); err == nil {
		link = s.Permalink(ctx, p)
	}
	if page := s.commentPage(ctx, set, m); page > 0 {
		n := strconv.Itoa(page)
		if set.Permalinks != "" {
			link = strings.TrimRight(link, "/") + "/comment-page-" + n
		} else if strings.Contains(link, "?") {
			link += "&cpage=" + n
		} else {
			link += "?cpage=" + n
		}
	}
	if set.Permalinks != "" {
		link = userTrailingSlash(set, link)
	}
	return link + "#comment-" + itoa(m.ID)
}

// commentPage is the page of a post's comments that has a comment, 0 where that
// does not show in addresses: get_page_of_comment.
func (s *Site) commentPage(ctx context.Context, set *Settings, m *wp.Comment) int {
	perPage := set.Int("comments_per_page")
	if !set.Bool("page_comments") || perPage < 1 {
		return 0
	}
	if set.Bool("thread_comments") && set.Int("thread_comments_depth") > 1 {
		for depth := 0; m.Parent != 0 && depth < 100; depth++ {
			parent, err := s.Comment(ctx, m.Parent)
			if err != nil {
				return 0
			}
			m = parent
		}
	}
	q := store.CommentQuery{Posts: []int64{m.PostID}, Approved: []string{"1"}, Parents: []int64{0}, BeforeGMT: m.DateGMT}
	if me := CurrentID(ctx); me != 0 {
		q.Unapproved = []store.CommentAuthor{{UserID: me}}
	}
	older, err := s.CountComments(ctx, q)
	if err != nil {
		return 0
	}
	page := older/int(perPage) + 1
	if page == 1 && set.Get("default_comments_page") == "oldest" {
		return 0
	}
	return page
}
