package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/platenhq/platen/internal/wp"
)

// postColumns in the order of scanPost and of the table.
const postColumns = "`ID`,`post_author`,`post_date`,`post_date_gmt`,`post_content`,`post_title`,`post_excerpt`,`post_status`," +
	"`comment_status`,`ping_status`,`post_password`,`post_name`,`to_ping`,`pinged`,`post_modified`,`post_modified_gmt`," +
	"`post_content_filtered`,`post_parent`,`guid`,`menu_order`,`post_type`,`post_mime_type`,`comment_count`"

func postDest(p *wp.Post) []any {
	return []any{&p.ID, &p.Author, &p.Date, &p.DateGMT, &p.Content, &p.Title, &p.Excerpt, &p.Status,
		&p.CommentStatus, &p.PingStatus, &p.Password, &p.Name, &p.ToPing, &p.Pinged, &p.Modified, &p.ModifiedGMT,
		&p.ContentFiltered, &p.Parent, &p.GUID, &p.MenuOrder, &p.Type, &p.MimeType, &p.CommentCount}
}

func postArgs(p *wp.Post) []any {
	return []any{p.Author, dateOr(p.Date), dateOr(p.DateGMT), p.Content, p.Title, p.Excerpt, p.Status,
		p.CommentStatus, p.PingStatus, p.Password, p.Name, p.ToPing, p.Pinged, dateOr(p.Modified), dateOr(p.ModifiedGMT),
		p.ContentFiltered, p.Parent, p.GUID, p.MenuOrder, p.Type, p.MimeType, p.CommentCount}
}

func (q *Queries) postFits(p *wp.Post) error {
	return q.fits(limit{column: "post_content", value: p.Content}, limit{"post_title", p.Title, 0, plainText},
		limit{"post_excerpt", p.Excerpt, 0, plainText}, limit{"post_status", p.Status, 20, 0},
		limit{"comment_status", p.CommentStatus, 20, 0}, limit{"ping_status", p.PingStatus, 20, 0},
		limit{"post_password", p.Password, 255, 0}, limit{"post_name", p.Name, 200, 0},
		limit{"to_ping", p.ToPing, 0, plainText}, limit{"pinged", p.Pinged, 0, plainText},
		limit{column: "post_content_filtered", value: p.ContentFiltered}, limit{"guid", p.GUID, 255, 0},
		limit{"post_type", p.Type, 20, 0}, limit{"post_mime_type", p.MimeType, 100, 0},
		limit{"post_date", p.Date, 19, 0}, limit{"post_date_gmt", p.DateGMT, 19, 0},
		limit{"post_modified", p.Modified, 19, 0}, limit{"post_modified_gmt", p.ModifiedGMT, 19, 0})
}

// Post returns a post by its id, or wp.ErrNotFound.
func (q *Queries) Post(ctx context.Context, id int64) (wp.Post, error) {
	var p wp.Post
	err := q.one(ctx, "SELECT "+postColumns+" FROM "+q.s.t.posts+" WHERE `ID` = ?", []any{id}, postDest(&p)...)
	return p, err
}

// PostsByIDs returns posts in the order of ids; those that do not exist are left out.
func (q *Queries) PostsByIDs(ctx context.Context, ids []int64) ([]wp.Post, error) {
	found := make(map[int64]*wp.Post, len(ids))
	for _, part := range chunks(unique(ids), chunkSize) {
		var c clause
		c.add("SELECT " + postColumns + " FROM " + q.s.t.posts + " WHERE ")
		in(&c, "`ID`", part)
		err := q.each(ctx, c.text.String(), c.args, func(r *sql.Rows) error {
			p := new(wp.Post)
			if err := r.Scan(postDest(p)...); err != nil {
				return err
			}
			found[p.ID] = p
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]wp.Post, 0, len(ids))
	for _, id := range ids {
		if p := found[id]; p != nil && id != 0 {
			out = append(out, *p)
		}
	}
	return out, nil
}

// InsertPost adds a row and returns its id. An ID in p is kept, and wp.ErrConflict answered where it is taken.
func (q *Queries) InsertPost(ctx context.Context, p wp.Post) (int64, error) {
	if err := q.postFits(&p); err != nil {
		return 0, err
	}
	args := append([]any{newID(p.ID)}, postArgs(&p)...)
	id, err := q.insert(ctx, AreaPosts, "INSERT INTO "+q.s.t.posts+" ("+postColumns+") VALUES ("+marks(23)+")", args...)
	if p.ID != 0 {
		id = p.ID
	}
	return id, err
}

// UpdatePost writes the whole row of p.ID, or answers wp.ErrNotFound. Only comment_count stays, as in wp_update_post: it
// changes with the comments (RecountComments), maybe at this very moment.
func (q *Queries) UpdatePost(ctx context.Context, p wp.Post) error {
	if err := q.postFits(&p); err != nil {
		return err
	}
	n, err := q.affected(ctx, AreaPosts, "UPDATE "+q.s.t.posts+" SET `post_author`=?,`post_date`=?,`post_date_gmt`=?,`post_content`=?,"+
		"`post_title`=?,`post_excerpt`=?,`post_status`=?,`comment_status`=?,`ping_status`=?,`post_password`=?,`post_name`=?,"+
		"`to_ping`=?,`pinged`=?,`post_modified`=?,`post_modified_gmt`=?,`post_content_filtered`=?,`post_parent`=?,`guid`=?,"+
		"`menu_order`=?,`post_type`=?,`post_mime_type`=? WHERE `ID` = ?", append(postArgs(&p)[:21], p.ID)...)
	return mustMeet(n, err, "post", p.ID)
}

// DeletePost removes the row and nothing else, or answers wp.ErrNotFound.
func (q *Queries) DeletePost(ctx context.Context, id int64) error {
	n, err := q.affected(ctx, AreaPosts, "DELETE FROM "+q.s.t.posts+" WHERE `ID` = ?", id)
	return mustMeet(n, err, "post", id)
}

// mustMeet turns a write that met no row into wp.ErrNotFound.
func mustMeet(n int64, err error, what string, id int64) error {
	if err == nil && n == 0 {
		return fmt.Errorf("store: %s %d: %w", what, id, wp.ErrNotFound)
	}
	return err
}
