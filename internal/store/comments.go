package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/platenhq/platen/internal/wp"
)

const commentColumns = "`comment_ID`,`comment_post_ID`,`comment_author`,`comment_author_email`,`comment_author_url`,`comment_author_IP`," +
	"`comment_date`,`comment_date_gmt`,`comment_content`,`comment_karma`,`comment_approved`,`comment_agent`,`comment_type`," +
	"`comment_parent`,`user_id`"

func (q *Queries) commentRows(ctx context.Context, query string, args []any) ([]wp.Comment, error) {
	var out []wp.Comment
	err := q.each(ctx, query, args, func(r *sql.Rows) error {
		var m wp.Comment
		if err := r.Scan(&m.ID, &m.PostID, &m.Author, &m.AuthorEmail, &m.AuthorURL, &m.AuthorIP, &m.Date, &m.DateGMT, &m.Content,
			&m.Karma, &m.Approved, &m.Agent, &m.Type, &m.Parent, &m.UserID); err != nil {
			return err
		}
		out = append(out, m)
		return nil
	})
	return out, err
}

func commentArgs(m *wp.Comment) []any {
	return []any{m.PostID, m.Author, m.AuthorEmail, m.AuthorURL, m.AuthorIP, dateOr(m.Date), dateOr(m.DateGMT), m.Content, m.Karma,
		m.Approved, m.Agent, m.Type, m.Parent, m.UserID}
}

func (q *Queries) commentFits(m *wp.Comment) error {
	return q.fits(limit{"comment_author", m.Author, 0, tinyText}, limit{"comment_author_email", m.AuthorEmail, 100, 0},
		limit{"comment_author_url", m.AuthorURL, 200, 0}, limit{"comment_author_IP", m.AuthorIP, 100, 0},
		limit{"comment_content", m.Content, 0, plainText}, limit{"comment_approved", m.Approved, 20, 0},
		limit{"comment_agent", m.Agent, 255, 0}, limit{"comment_type", m.Type, 20, 0},
		limit{"comment_date", m.Date, 19, 0}, limit{"comment_date_gmt", m.DateGMT, 19, 0})
}

// Comment returns a comment by its id, or wp.ErrNotFound.
func (q *Queries) Comment(ctx context.Context, id int64) (wp.Comment, error) {
	rows, err := q.commentRows(ctx, "SELECT "+commentColumns+" FROM "+q.s.t.comments+" WHERE `comment_ID` = ?", []any{id})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("store: comment %d: %w", id, wp.ErrNotFound)
	}
	if err != nil {
		return wp.Comment{}, err
	}
	return rows[0], nil
}

// CommentsByIDs returns comments in the order of ids; those that do not exist are left out.
func (q *Queries) CommentsByIDs(ctx context.Context, ids []int64) ([]wp.Comment, error) {
	found := make(map[int64]wp.Comment, len(ids))
	for _, part := range chunks(unique(ids), chunkSize) {
		var c clause
		c.add("SELECT " + commentColumns + " FROM " + q.s.t.comments + " WHERE ")
		in(&c, "`comment_ID`", part)
		rows, err := q.commentRows(ctx, c.text.String(), c.args)
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			found[m.ID] = m
		}
	}
	out := make([]wp.Comment, 0, len(ids))
	for _, id := range ids {
		if m, ok := found[id]; ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// InsertComment adds a row and returns its id; an ID in m is kept. The post's count is the caller's next step.
func (q *Queries) InsertComment(ctx context.Context, m wp.Comment) (int64, error) {
	if err := q.commentFits(&m); err != nil {
		return 0, err
	}
	id, err := q.insert(ctx, AreaComments, "INSERT INTO "+q.s.t.comments+" ("+commentColumns+") VALUES ("+marks(15)+")",
		append([]any{newID(m.ID)}, commentArgs(&m)...)...)
	if m.ID != 0 {
		id = m.ID
	}
	return id, err
}

// UpdateComment writes the whole row of m.ID, or answers wp.ErrNotFound.
func (q *Queries) UpdateComment(ctx context.Context, m wp.Comment) error {
	if err := q.commentFits(&m); err != nil {
		return err
	}
	n, err := q.affected(ctx, AreaComments, "UPDATE "+q.s.t.comments+" SET `comment_post_ID`=?,`comment_author`=?,`comment_author_email`=?,"+
		"`comment_author_url`=?,`comment_author_IP`=?,`comment_date`=?,`comment_date_gmt`=?,`comment_content`=?,`comment_karma`=?,"+
		"`comment_approved`=?,`comment_agent`=?,`comment_type`=?,`comment_parent`=?,`user_id`=? WHERE `comment_ID` = ?",
		append(commentArgs(&m), m.ID)...)
	return mustMeet(n, err, "comment", m.ID)
}

// DeleteComment removes the row and nothing else, or answers wp.ErrNotFound.
func (q *Queries) DeleteComment(ctx context.Context, id int64) error {
	n, err := q.affected(ctx, AreaComments, "DELETE FROM "+q.s.t.comments+" WHERE `comment_ID` = ?", id)
	return mustMeet(n, err, "comment", id)
}

// MoveCommentChildren gives the answers to one comment another parent and returns their ids.
func (q *Queries) MoveCommentChildren(ctx context.Context, from, to int64) (ids []int64, err error) {
	err = q.Tx(ctx, func(tx *Tx) error {
		ids, err = tx.ids(ctx, "SELECT `comment_ID` FROM "+q.s.t.comments+" WHERE `comment_parent` = ? ORDER BY `comment_ID`", []any{from})
		if err != nil || len(ids) == 0 {
			return err
		}
		_, err = tx.exec(ctx, AreaComments, "UPDATE "+q.s.t.comments+" SET `comment_parent` = ? WHERE `comment_parent` = ?", to, from)
		return err
	})
	return ids, err
}

// RecountComments counts a post's approved comments (notes do not count), writes the number to the post and returns it
// (wp_update_comment_count_now).
func (q *Queries) RecountComments(ctx context.Context, post int64) (n int, err error) {
	err = q.Tx(ctx, func(tx *Tx) error {
		if err := tx.Lock(ctx, AreaPosts, post); err != nil { // who counts at the same time waits, and sees this
			return err
		}
		n, err = tx.count(ctx, "SELECT COUNT(*) FROM "+q.s.t.comments+" WHERE `comment_post_ID` = ? AND `comment_approved` = '1'"+
			" AND `comment_type` <> 'note'", []any{post})
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, AreaPosts, "UPDATE "+q.s.t.posts+" SET `comment_count` = ? WHERE `ID` = ?", n, post)
		return err
	})
	return n, err
}

// CommentTally counts comments by their stored state, notes not included; post 0 means the whole site (get_comment_count).
func (q *Queries) CommentTally(ctx context.Context, post int64) (CommentTally, error) {
	c := and()
	if post != 0 {
		c.next().add("`comment_post_ID` = ?", post)
	}
	c.next().add("`comment_type` <> 'note'")
	out := CommentTally{}
	err := q.each(ctx, "SELECT `comment_approved`, COUNT(*) FROM "+q.s.t.comments+c.where()+" GROUP BY `comment_approved`", c.args,
		func(r *sql.Rows) error {
			var state string
			var n int
			if err := r.Scan(&state, &n); err != nil {
				return err
			}
			out[state] += n
			return nil
		})
	return out, err
}

// HasChildComments tells which of some comments have answers that are approved or await approval
// (WP_Comment::get_children).
func (q *Queries) HasChildComments(ctx context.Context, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	for _, part := range chunks(unique(ids), chunkSize) {
		var c clause
		c.add("SELECT DISTINCT `comment_parent` FROM " + q.s.t.comments + " WHERE ")
		in(&c, "`comment_parent`", part)
		c.add(" AND `comment_approved` IN ('0','1')")
		found, err := q.ids(ctx, c.text.String(), c.args)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
	}
	return out, nil
}

// DuplicateComment returns the id of a comment by the same author with the same text on the same post, or 0
// (wp_allow_comment).
func (q *Queries) DuplicateComment(ctx context.Context, m wp.Comment) (int64, error) {
	c := and()
	c.next().add("`comment_post_ID` = ? AND `comment_parent` = ? AND `comment_approved` <> 'trash' AND `comment_author` = ?", m.PostID, m.Parent, m.Author)
	if m.AuthorEmail != "" {
		c.next().add("`comment_author_email` = ?", m.AuthorEmail)
	}
	c.next().add("`comment_content` = ?", m.Content)
	ids, err := q.ids(ctx, "SELECT `comment_ID` FROM "+q.s.t.comments+c.where()+" LIMIT 1", c.args)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// LastCommentDate returns the GMT date of the newest comment since a moment by a user (or, without one, an IP address) or
// an e-mail address, or "" (wp_check_comment_flood).
func (q *Queries) LastCommentDate(ctx context.Context, userID int64, ip, email, sinceGMT string) (string, error) {
	c := and()
	c.next().add("`comment_date_gmt` >= ?", sinceGMT)
	who := or()
	if userID != 0 {
		who.next().add("`user_id` = ?", userID)
	} else {
		who.next().add("`comment_author_IP` = ?", ip)
	}
	who.next().add("`comment_author_email` = ?", email)
	c.group(who)
	var date string
	err := q.one(ctx, "SELECT `comment_date_gmt` FROM "+q.s.t.comments+c.where()+" ORDER BY `comment_date_gmt` DESC LIMIT 1", c.args, &date)
	if err == wp.ErrNotFound {
		return "", nil
	}
	return date, err
}

// HasApprovedComment reports whether someone has an approved comment under this name and address (check_comment's test
// for people who wrote before).
func (q *Queries) HasApprovedComment(ctx context.Context, author, email string) (bool, error) {
	ids, err := q.ids(ctx, "SELECT `comment_ID` FROM "+q.s.t.comments+" WHERE `comment_author_email` = ? AND `comment_author` = ?"+
		" AND `comment_approved` = '1' LIMIT 1", []any{email, author})
	return len(ids) > 0, err
}

// ReassignComments gives all comments of a user to another; 0 makes them anonymous.
func (q *Queries) ReassignComments(ctx context.Context, fromUser, toUser int64) error {
	_, err := q.exec(ctx, AreaComments, "UPDATE "+q.s.t.comments+" SET `user_id` = ? WHERE `user_id` = ?", toUser, fromUser)
	return err
}
