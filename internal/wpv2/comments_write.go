package wpv2

import (
	"context"
	"errors"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// commentWrite collects what a request wants of a comment.
type commentWrite struct {
	site.CommentChanges
	dated bool // date was given; it wins over date_gmt
}

// setContent takes text, or an object with raw.
func setContent(_ *rest.Scope, w *commentWrite, v any) error {
	if o, ok := v.(*ordered.Object); ok {
		v = o.Value("raw")
	}
	if text, ok := v.(string); ok {
		text = trimmed(text)
		w.Content = &text
	}
	return nil
}

// setAuthor makes a user the writer, with name and addresses.
func (c *comments) setAuthor(s *rest.Scope, w *commentWrite, v any) error {
	n, ok := v.(int64)
	if !ok {
		return nil
	}
	u, err := c.site.User(s.Ctx, n)
	if missing(err) {
		return rest.NewError(http.StatusBadRequest, "rest_comment_author_invalid", "Invalid comment author ID.")
	}
	if err != nil {
		return err
	}
	w.writer(u)
	return nil
}

func (w *commentWrite) writer(u *site.User) {
	w.User, w.Author, w.Email, w.URL = &u.ID, &u.DisplayName, &u.Email, &u.URL
}

func (c *comments) setDate(s *rest.Scope, w *commentWrite, v any, utc bool) error {
	text, _ := v.(string)
	if emptyText(text) || w.dated {
		return nil
	}
	w.dated = true
	if local, gmt, ok := c.settings(s.Ctx).Zone.RESTDate(text, utc); ok {
		if max(len(local), len(gmt)) > len(wp.ZeroDate) {
			return rest.NewError(http.StatusBadRequest, "rest_invalid_date", "Invalid date.") // of a year that no column holds
		}
		w.Date, w.DateGMT = &local, &gmt
	}
	return nil
}

// read collects what the request wants: prepare_item_for_database.
func (c *comments) read(s *rest.Scope) (commentWrite, error) {
	var w commentWrite
	if err := c.fields.Read(s, &w); err != nil {
		return w, err
	}
	ip := s.Req.RemoteAddr
	if !schema.IsIP(ip) {
		ip = "127.0.0.1"
	}
	if given, ok := s.Req.Param("author_ip").(string); ok && c.site.Can(s.Ctx, "moderate_comments") {
		ip = given
	}
	w.IP = &ip
	if agent := s.Req.String("author_user_agent"); !emptyText(agent) {
		w.Agent = &agent
	} else if agent := s.Req.Header.Get("User-Agent"); !emptyText(agent) {
		w.Agent = &agent
	}
	return w, nil
}

func loginRequired() error {
	return rest.NewError(http.StatusUnauthorized, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
}

func notEditable(ctx context.Context, name string) error {
	return rest.Denied(ctx, "rest_comment_invalid_"+name, "Sorry, you are not allowed to edit '"+name+"' for comments.")
}

func (c *comments) mayCreate(ctx context.Context, req *rest.Request) error {
	me := currentID(ctx)
	if me == 0 {
		return loginRequired()
	}
	note := req.Param("type") == "note"
	moderates := c.site.Can(ctx, "moderate_comments")
	post := req.Int("post")
	if list, ok := req.Param("post").([]any); ok && len(list) > 0 { // what PHP makes of a list; Allow of a GET meets it
		post = 1
	}
	if v := req.Param("author"); v != nil && v != me && !moderates {
		return notEditable(ctx, "author")
	}
	if v := req.Param("author_ip"); v != nil && !moderates && (req.RemoteAddr == "" || v != req.RemoteAddr) {
		return notEditable(ctx, "author_ip")
	}
	if note && post != 0 && !c.site.Can(ctx, "edit_post", post) {
		return rest.Denied(ctx, "rest_cannot_create_note", "Sorry, you are not allowed to create notes for this post.")
	}
	if req.Param("status") != nil {
		may := moderates
		if note {
			may = c.site.Can(ctx, "edit_post", post)
		}
		if !may {
			return notEditable(ctx, "status")
		}
	}
	p, err := c.site.Post(ctx, post)
	if missing(err) {
		return rest.NewError(http.StatusForbidden, "rest_comment_invalid_post_id", "Sorry, you are not allowed to create this comment without a post.")
	}
	if err != nil {
		return err
	}
	return c.mayCommentOn(ctx, req, p, note)
}

// mayCommentOn looks at the post that a comment is to be on.
func (c *comments) mayCommentOn(ctx context.Context, req *rest.Request, p *wp.Post, note bool) error {
	const message = "Sorry, you are not allowed to create a comment on this post."
	switch {
	case note && !c.site.SupportsNotes(p.Type):
		return rest.NewError(http.StatusForbidden, "rest_comment_not_supported_post_type", "Sorry, this post type does not support notes.")
	case p.Status == "draft" && !note:
		return rest.NewError(http.StatusForbidden, "rest_comment_draft_post", message)
	case p.Status == "trash":
		return rest.NewError(http.StatusForbidden, "rest_comment_trash_post", message)
	case !c.readablePost(ctx, req, p):
		return rest.Denied(ctx, "rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
	case !note && !c.site.CommentsOpen(ctx, p):
		return rest.NewError(http.StatusForbidden, "rest_comment_closed", "Sorry, comments are closed for this item.")
	}
	return nil
}

var errContent = rest.NewError(http.StatusBadRequest, "rest_comment_content_invalid", "Invalid comment content.")

func (c *comments) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	if !falsy(req.Param("id")) {
		return nil, rest.NewError(http.StatusBadRequest, "rest_comment_exists", "Cannot create existing comment.")
	}
	kind := req.Param("type")
	if !falsy(kind) && kind != "comment" && kind != "note" {
		return nil, rest.NewError(http.StatusBadRequest, "rest_invalid_comment_type", "Cannot create a comment with that type.")
	}
	scope := rest.NewScope(ctx, req)
	w, err := c.read(scope)
	if err != nil {
		return nil, err
	}
	name, _ := kind.(string)
	w.Type = &name
	if err := c.complete(scope, &w); err != nil {
		return nil, err
	}
	var m *wp.Comment
	err = c.site.Atomically(ctx, func(ctx context.Context) (err error) {
		m, err = c.site.InsertComment(ctx, w.CommentChanges)
		if errors.Is(err, wp.ErrTooLong) || errors.Is(err, wp.ErrBadText) {
			return rest.NewError(http.StatusInternalServerError, "rest_comment_failed_create", "Creating comment failed.")
		}
		if err != nil {
			return err
		}
		if err := c.setStatus(ctx, req, m.ID); err != nil {
			return err
		}
		return c.saveKept(ctx, wp.CommentMeta, "comment", m.ID, req)
	})
	if err != nil {
		return nil, err
	}
	shown := schema.View
	if c.site.Can(ctx, "moderate_comments") {
		shown = schema.Edit
	}
	req.Set("context", shown)
	if m, err = c.site.Comment(ctx, m.ID); err != nil {
		return nil, err
	}
	resp, err := c.showOne(rest.NewScope(ctx, req), m)
	if err != nil {
		return nil, err
	}
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.url(ctx, commentsRoute+"/"+id(m.ID))), nil
}

// complete gives a new comment what the request left out, checks it and decides
// its state.
func (c *comments) complete(s *rest.Scope, w *commentWrite) error {
	ctx := s.Ctx
	note := *w.Type == "note"
	if text := or(w.Content, ""); text == "" && !(note && resolves(s.Req)) {
		return errContent
	}
	if w.DateGMT == nil {
		now := c.site.Now().UTC().Format("2006-01-02 15:04:05")
		w.DateGMT = &now
	}
	if or(w.User, 0) == 0 && emptyText(or(w.Author, "")) && emptyText(or(w.Email, "")) && emptyText(or(w.URL, "")) {
		if u := c.site.Current(ctx); u != nil {
			w.writer(u)
		}
	}
	if c.settings(ctx).Bool("require_name_email") && (emptyText(or(w.Author, "")) || emptyText(or(w.Email, ""))) {
		return rest.NewError(http.StatusBadRequest, "rest_comment_author_data_required", "Creating a comment requires valid author name and email values.")
	}
	if err := w.checkLengths(); err != nil {
		return err
	}
	state := "1"
	if !note {
		w.Shown = c.run(s).CommentOf
		var err error
		if state, err = c.site.AllowComment(ctx, w.CommentChanges); err != nil {
			var e *site.Error
			if errors.As(err, &e) && e.Code == "comment_duplicate" {
				return refuse(err, http.StatusConflict)
			}
			return refuse(err, http.StatusBadRequest)
		}
	}
	w.Approved = &state
	return nil
}

// resolves reports a note that needs no text: it only opens or closes another.
func resolves(req *rest.Request) bool {
	meta, _ := req.Param("meta").(*ordered.Object)
	if meta == nil {
		return false
	}
	v := meta.Value("_wp_note_status")
	return v == "resolved" || v == "reopen"
}

// checkLengths mirrors wp_check_comment_data_max_lengths; lengths are in bytes.
func (w *commentWrite) checkLengths() error {
	for _, f := range []struct {
		column string
		value  *string
		most   int
	}{{"comment_author", w.Author, 245}, {"comment_author_email", w.Email, 100}, {"comment_author_url", w.URL, 200}, {"comment_content", w.Content, 65525}} {
		if len(or(f.value, "")) > f.most {
			return rest.NewError(http.StatusBadRequest, f.column+"_column_length", "Comment field exceeds maximum length allowed.")
		}
	}
	return nil
}

// setStatus mirrors handle_status_param; words it does not know change nothing.
func (c *comments) setStatus(ctx context.Context, req *rest.Request, comment int64) error {
	status, ok := req.Param("status").(string)
	if !ok {
		return nil
	}
	m, err := c.site.Comment(ctx, comment)
	if err != nil || site.CommentStatus(m) == status {
		return err
	}
	switch status {
	case "approved", "approve", "1":
		_, err = c.site.SetCommentStatus(ctx, comment, "1")
	case "hold", "0":
		_, err = c.site.SetCommentStatus(ctx, comment, "0")
	case "spam":
		_, err = c.site.SpamComment(ctx, comment)
	case "trash":
		_, err = c.site.TrashComment(ctx, comment)
	case "unspam", "untrash":
		_, err = c.site.RestoreComment(ctx, comment)
	}
	return err
}

func (c *comments) mayUpdate(ctx context.Context, req *rest.Request) error {
	m, err := c.load(ctx, req)
	if err != nil {
		return err
	}
	if !c.editableComment(ctx, m) {
		return rest.Denied(ctx, "rest_cannot_edit", "Sorry, you are not allowed to edit this comment.")
	}
	return nil
}

func (c *comments) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	m, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if v := req.Param("type"); v != nil && v != commentType(m) {
		return nil, rest.NewError(http.StatusNotFound, "rest_comment_invalid_type", "Sorry, you are not allowed to change the comment type.")
	}
	w, err := c.read(rest.NewScope(ctx, req))
	if err != nil {
		return nil, err
	}
	if post := or(w.Post, 0); post != 0 {
		if _, err := c.site.Post(ctx, post); missing(err) {
			return nil, rest.NewError(http.StatusForbidden, "rest_comment_invalid_post_id", "Invalid post ID.")
		} else if err != nil {
			return nil, err
		}
	}
	if w.Content != nil && *w.Content == "" {
		return nil, errContent
	}
	if err := w.checkLengths(); err != nil {
		return nil, err
	}
	err = c.site.Atomically(ctx, func(ctx context.Context) error {
		err := c.site.UpdateComment(ctx, m.ID, w.CommentChanges)
		if errors.Is(err, wp.ErrTooLong) || errors.Is(err, wp.ErrBadText) {
			return rest.NewError(http.StatusInternalServerError, "rest_comment_failed_edit", "Updating comment failed.")
		}
		if err != nil {
			return err
		}
		if err := c.setStatus(ctx, req, m.ID); err != nil {
			return err
		}
		return c.saveKept(ctx, wp.CommentMeta, "comment", m.ID, req)
	})
	if err != nil {
		return nil, err
	}
	req.Set("context", schema.Edit)
	if m, err = c.site.Comment(ctx, m.ID); err != nil {
		return nil, err
	}
	return c.showOne(rest.NewScope(ctx, req), m)
}
