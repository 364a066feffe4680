package wpv2

import (
	"context"
	"slices"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// commentFields are the rows of a comment, in the order of answers.
func (c *comments) commentFields() rest.Fields[comment, commentWrite] {
	f := slices.Concat(c.commentWriter(), c.commentDates(), c.commentText())
	return append(f,
		commentField{
			Name: "author_avatar_urls", Schema: avatarSchema("Pictures of the writer.", embedFirst).In(everywhere...),
			Get: c.avatar,
		},
		commentField{
			Name: "meta", Schema: c.metaSchema(wp.CommentMeta, "comment"),
			Get: func(s *rest.Scope, m comment) any { return c.metaValue(s, wp.CommentMeta, c.meta, m.ID) },
		},
	)
}

// commentOrder is the order in which the item schema has the rows.
var commentOrder = []string{
	"id", "author", "author_email", "author_ip", "author_name", "author_url", "author_user_agent", "content", "date", "date_gmt", "link",
	"parent", "post", "status", "type", "author_avatar_urls", "meta",
}

func (c *comments) commentWriter() []commentField {
	return []commentField{
		{
			Name: "id", Schema: schema.Integer("ID of the comment.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, m comment) any { return m.ID },
		},
		{
			Name: "post", Schema: schema.Integer("ID of the post that the comment is on.").In(viewEdit...).Default(int64(0)),
			Get: func(_ *rest.Scope, m comment) any { return m.PostID },
			Set: func(_ *rest.Scope, w *commentWrite, v any) error { return setInt(&w.Post, v) },
		},
		{
			Name: "parent", Schema: schema.Integer("ID of the comment that this one answers.").In(everywhere...).Default(int64(0)),
			Get: func(_ *rest.Scope, m comment) any { return m.Parent },
			Set: func(_ *rest.Scope, w *commentWrite, v any) error { return setInt(&w.Parent, v) },
		},
		{
			Name: "author", Schema: schema.Integer("ID of the user who wrote the comment, if it was one.").In(everywhere...),
			Get: func(_ *rest.Scope, m comment) any { return m.UserID },
			Set: c.setAuthor,
		},
		{
			Name: "author_name", Schema: schema.String("Name of the writer.").In(everywhere...).Sanitize(schema.Text(sanitizeText)),
			Get: func(_ *rest.Scope, m comment) any { return m.Author },
			Set: func(_ *rest.Scope, w *commentWrite, v any) error { return setAny(&w.Author, v) },
		},
		{
			Name: "author_email", Schema: schema.String("E-mail address of the writer.").Format("email").In(editOnly...).Validate(nil).Sanitize(checkEmail),
			Get: func(_ *rest.Scope, m comment) any { return m.AuthorEmail },
			Set: func(_ *rest.Scope, w *commentWrite, v any) error { return setAny(&w.Email, v) },
		},
		{
			Name: "author_url", Schema: schema.String("Web address of the writer.").Format("uri").In(everywhere...),
			Get: func(_ *rest.Scope, m comment) any { return m.AuthorURL },
			Set: func(_ *rest.Scope, w *commentWrite, v any) error { return setAny(&w.URL, v) },
		},
		{
			Name: "author_ip", Schema: schema.String("IP address of the writer.").Format("ip").In(editOnly...),
			Get: func(_ *rest.Scope, m comment) any { return m.AuthorIP },
		},
		{
			Name: "author_user_agent", Schema: schema.String("The program that the writer used.").In(editOnly...).Sanitize(schema.Text(sanitizeText)),
			Get: func(_ *rest.Scope, m comment) any { return m.Agent },
		},
	}
}

func (c *comments) commentDates() []commentField {
	return []commentField{
		{
			Name: "date", Schema: moment("When the comment was written, in the time zone of the site.").In(everywhere...),
			Get: func(s *rest.Scope, m comment) any { return c.date(s.Ctx, m.Date) },
			Set: func(s *rest.Scope, w *commentWrite, v any) error { return c.setDate(s, w, v, false) },
		},
		{
			Name: "date_gmt", Schema: moment("When the comment was written, in UTC.").In(viewEdit...),
			Get: func(s *rest.Scope, m comment) any { return c.date(s.Ctx, m.DateGMT) },
			Set: func(s *rest.Scope, w *commentWrite, v any) error { return c.setDate(s, w, v, true) },
		},
	}
}

func (c *comments) commentText() []commentField {
	raw := schema.String("The text as it is stored.").In(editOnly...)
	rendered := schema.String("The text as HTML.").In(everywhere...).Readonly()
	return []commentField{
		{
			Name: "content", Schema: schema.Object("The text of the comment.").In(everywhere...).Sanitize(nil).Validate(nil).Prop("raw", raw).Prop("rendered", rendered),
			Props: []commentField{
				{Name: "rendered", Schema: rendered, Get: func(s *rest.Scope, m comment) any { return c.run(s).Comment(m.Comment) }},
				{Name: "raw", Schema: raw, Get: func(_ *rest.Scope, m comment) any { return m.Content }},
			},
			Set: setContent,
		},
		{
			Name: "link", Schema: schema.String("Address of the comment.").Format("uri").In(everywhere...).Readonly(),
			Get: func(s *rest.Scope, m comment) any { return c.site.CommentLink(s.Ctx, m.Comment) },
		},
		{
			Name: "status", Schema: schema.String("State of the comment.").In(viewEdit...).Sanitize(schema.Text(format.SanitizeKey)),
			Get: func(_ *rest.Scope, m comment) any { return shownStatus(m.Approved) },
		},
		{
			Name: "type", Schema: schema.String("Type of the comment.").In(everywhere...).Readonly().Default("comment"),
			Get: func(_ *rest.Scope, m comment) any { return commentType(m.Comment) },
		},
	}
}

func setInt(field **int64, v any) error {
	if n, ok := v.(int64); ok {
		*field = &n
	}
	return nil
}

// commentType is the type of a comment, which is empty for old ones.
func commentType(m *wp.Comment) string {
	if m.Type == "" {
		return "comment"
	}
	return m.Type
}

// shownStatus mirrors prepare_status_response.
func shownStatus(approved string) string {
	switch approved {
	case "hold", "0":
		return "hold"
	case "approve", "1":
		return "approved"
	}
	return approved
}

// avatar shows the picture of the user, or of the address where no user wrote;
// only comments and notes have any.
func (c *comments) avatar(s *rest.Scope, m comment) any {
	if !c.avatars(s.Ctx) {
		return rest.Omit
	}
	if t := commentType(m.Comment); t != "comment" && t != "note" {
		out := ordered.NewObject(len(avatarSizes))
		for _, size := range avatarSizes {
			out.Set(size, false)
		}
		return out
	}
	if m.UserID != 0 {
		if u, err := c.site.User(s.Ctx, m.UserID); err == nil {
			return c.avatarURLs(s.Ctx, u.Email, initialsOf(u))
		}
	}
	return c.avatarURLs(s.Ctx, m.AuthorEmail, initials(m.Author))
}

// checkEmail accepts an empty address; any other must be one:
// check_comment_author_email.
func checkEmail(_ context.Context, v any, param string) (any, *schema.Error) {
	text := ""
	switch v := v.(type) {
	case string:
		text = v
	case int64, float64, bool:
		text = phpText(v)
	case []any, *ordered.Object:
		text = "Array"
	}
	if emptyText(text) {
		return text, nil
	}
	if err := schema.Validate(text, schema.String("").Format("email"), param); err != nil {
		return nil, err
	}
	return text, nil
}

func currentID(ctx context.Context) int64 { return site.CurrentID(ctx) }
