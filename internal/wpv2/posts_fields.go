package wpv2

import (
	"context"
	"slices"
	"time"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

type postField = rest.Field[post, postWrite]

// writable are the statuses that a client may ask for.
var writable = []string{"publish", "future", "draft", "pending", "private"}

// postFields builds the rows of a post type: what it supports, its taxonomies
// and registered meta add and drop properties. The order is WordPress's.
func (c *posts) postFields() rest.Fields[post, postWrite] {
	supports := c.shows
	f := slices.Concat(c.dateFields(), c.nameFields())
	if c.typ.Hierarchical {
		f = append(f, c.parentField())
	}
	if supports("title") {
		f = append(f, c.titleField())
	}
	if supports("editor") || c.typ.Name == "wp_template" {
		f = append(f, c.contentField())
	}
	f = append(f, c.attributeFields(supports)...)
	for _, t := range c.restTaxonomies() {
		f = append(f, termsField(c, t))
	}
	return f
}

func dateTime(description string) *schema.Schema {
	return schema.New(description, "string", "null").Format("date-time")
}

// utcNow is a local moment in UTC by the distance that the zone has today, as
// WordPress reckons where the UTC column is empty.
func (a *API) utcNow(ctx context.Context, local string) any {
	t, err := time.Parse(time.DateTime, local)
	if err != nil {
		return nil
	}
	hours := a.settings(ctx).Zone.OffsetHours(a.site.Now())
	return a.date(ctx, t.Add(-time.Duration(hours*float64(time.Hour))).Format(time.DateTime))
}

// date is a stored moment as the API shows it. A moment that the clocks of
// the site's zone skip is moved on by the gap, a UTC one too: mysql_to_rfc3339.
func (a *API) date(ctx context.Context, stored string) any {
	if stored == wp.ZeroDate {
		return nil
	}
	zone := a.settings(ctx).Zone
	if plainDate(stored) && !skipped(stored, zone.Location()) {
		return stored[:10] + "T" + stored[11:]
	}
	out, ok := zone.RFC3339(stored)
	if !ok {
		return nil
	}
	return out
}

// plainDate reports the form "2006-01-02 15:04:05" with all parts in range.
func plainDate(s string) bool {
	if len(s) != len(wp.ZeroDate) || s[4] != '-' || s[7] != '-' || s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return false
	}
	for i := range len(s) {
		if wp.ZeroDate[i] == '0' && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	month, day := num(s[5:7]), num(s[8:10])
	return month >= 1 && month <= 12 && day >= 1 && day <= 28 && num(s[11:13]) < 24 && num(s[14:16]) < 60 && num(s[17:19]) < 60
}

func num(s string) int {
	n := 0
	for i := range len(s) {
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// skipped reports a moment that the clocks of a zone pass over.
func skipped(s string, loc *time.Location) bool {
	hour := num(s[11:13])
	t := time.Date(num(s[:4]), time.Month(num(s[5:7])), num(s[8:10]), hour, num(s[14:16]), num(s[17:19]), 0, loc)
	return t.Hour() != hour
}

// isoDate is date for a moment that the clocks did not skip.
func isoDate(stored string) any {
	if stored == wp.ZeroDate || len(stored) != len(wp.ZeroDate) {
		return nil
	}
	return stored[:10] + "T" + stored[11:]
}

func (c *posts) dateFields() []postField {
	return []postField{
		{
			Name: "date", Schema: dateTime("When the post was published, in the time zone of the site.").In(everywhere...),
			Get: func(s *rest.Scope, p post) any { return c.date(s.Ctx, p.Date) },
			Set: func(s *rest.Scope, w *postWrite, v any) error { return c.setDate(s, w, v, false) },
		},
		{
			Name: "date_gmt", Schema: dateTime("When the post was published, in UTC.").In(viewEdit...),
			Get: func(s *rest.Scope, p post) any {
				if p.DateGMT == wp.ZeroDate {
					return c.date(s.Ctx, c.settings(s.Ctx).Zone.GMTFromDate(p.Date))
				}
				return c.date(s.Ctx, p.DateGMT)
			},
			Set: func(s *rest.Scope, w *postWrite, v any) error { return c.setDate(s, w, v, true) },
		},
		{
			Name: "guid", Schema: schema.Object("The unique identifier of the post.").In(viewEdit...).Readonly(),
			Props: []postField{
				{Name: "raw", Schema: schema.String("The identifier as it is stored.").In(editOnly...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.GUID }},
				{Name: "rendered", Schema: schema.String("The identifier as it is shown.").In(viewEdit...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.GUID }},
			},
		},
		{Name: "id", Schema: schema.Integer("ID of the post.").In(everywhere...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.ID }},
		{
			Name: "link", Schema: schema.String("Address of the post.").Format("uri").In(everywhere...).Readonly(),
			Get: func(s *rest.Scope, p post) any { return c.site.Permalink(s.Ctx, p.Post) },
		},
		{
			Name: "modified", Schema: schema.String("When the post was changed last, in the time zone of the site.").Format("date-time").In(viewEdit...).Readonly(),
			Get: func(s *rest.Scope, p post) any { return c.date(s.Ctx, p.Modified) },
		},
		{
			Name: "modified_gmt", Schema: schema.String("When the post was changed last, in UTC.").Format("date-time").In(viewEdit...).Readonly(),
			Get: func(s *rest.Scope, p post) any {
				if p.ModifiedGMT == wp.ZeroDate {
					return c.utcNow(s.Ctx, p.Modified)
				}
				return c.date(s.Ctx, p.ModifiedGMT)
			},
		},
	}
}

func (c *posts) nameFields() []postField {
	f := []postField{
		{
			Name: "slug", Schema: schema.String("The post's part of its address.").In(everywhere...).Sanitize(sanitizeSlug),
			Get: func(_ *rest.Scope, p post) any { return p.Name },
			Set: func(_ *rest.Scope, w *postWrite, v any) error { return w.setSlug(v) },
		},
		{
			Name: "status", Schema: schema.String("The status of the post.").EnumStrings(writable).In(viewEdit...).Validate(c.validateStatus),
			Get: func(_ *rest.Scope, p post) any { return p.Status },
			Set: c.setStatus,
		},
		{Name: "type", Schema: schema.String("The type of the post.").In(everywhere...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.Type }},
		{
			Name: "password", Schema: schema.String("Password that protects content and excerpt.").In(editOnly...),
			Get: func(_ *rest.Scope, p post) any { return p.Password },
			Set: c.setPassword,
		},
	}
	if !c.typ.Viewable() || !c.typ.Public {
		return f
	}
	return append(f,
		postField{
			Name: "permalink_template", Schema: schema.String("Pattern of the post's address.").In(editOnly...).Readonly(),
			Get: func(s *rest.Scope, p post) any { template, _ := c.site.SamplePermalink(s.Ctx, p.Post); return template },
		},
		postField{
			Name: "generated_slug", Schema: schema.String("The slug that the title makes.").In(editOnly...).Readonly(),
			Get: func(s *rest.Scope, p post) any {
				_, slug := c.site.SamplePermalink(s.Ctx, p.Post)
				return format.EscTextarea(decodePercent(slug))
			},
		},
		postField{
			Name: "class_list", Schema: schema.New("Names for the element that holds the post.", "array").In(viewEdit...).Readonly().Items(schema.String("")),
			Get: func(s *rest.Scope, p post) any { return c.site.PostClass(s.Ctx, p.Post) },
		},
	)
}

func (c *posts) titleField() postField {
	return postField{
		Name: "title", Schema: schema.Object("The title of the post.").In(everywhere...).Validate(nil).Sanitize(nil),
		Props: []postField{
			{Name: "raw", Schema: schema.String("The title as it is stored.").In(editOnly...), Get: func(_ *rest.Scope, p post) any { return p.Title }},
			{Name: "rendered", Schema: schema.String("The title as HTML.").In(everywhere...).Readonly(), Get: func(s *rest.Scope, p post) any { return c.title(s, p.Post) }},
		},
		Set: func(_ *rest.Scope, w *postWrite, v any) error { return setText(&w.Title, v, false) },
	}
}

func (c *posts) contentField() postField {
	return postField{
		Name: "content", Schema: schema.Object("The content of the post.").In(viewEdit...).Validate(nil).Sanitize(nil),
		Props: []postField{
			{Name: "raw", Schema: schema.String("The content as it is stored.").In(editOnly...), Get: func(_ *rest.Scope, p post) any { return p.Content }},
			{Name: "rendered", Schema: schema.String("The content as HTML.").In(viewEdit...).Readonly(), Get: func(s *rest.Scope, p post) any {
				if !p.open {
					return ""
				}
				return c.content(s, p.Post)
			}},
			{Name: "block_version", Schema: schema.Integer("Version of the block format.").In(editOnly...).Readonly(), Get: func(_ *rest.Scope, p post) any { return int64(block.Version(p.Content)) }},
			{Name: "protected", Schema: schema.Boolean("Whether a password protects the content.").In(everywhere...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.Password != "" }},
		},
		Set: func(_ *rest.Scope, w *postWrite, v any) error { return setText(&w.Content, v, true) },
	}
}

func (c *posts) excerptField() postField {
	return postField{
		Name: "excerpt", Schema: schema.Object("The excerpt of the post.").In(everywhere...).Validate(nil).Sanitize(nil),
		Props: []postField{
			{Name: "raw", Schema: schema.String("The excerpt as it is stored.").In(editOnly...), Get: func(_ *rest.Scope, p post) any { return p.Excerpt }},
			{Name: "rendered", Schema: schema.String("The excerpt as HTML.").In(everywhere...).Readonly(), Get: func(s *rest.Scope, p post) any {
				if !p.open {
					return ""
				}
				return c.excerpt(s, p.Post, excerptWords(s))
			}},
			{Name: "protected", Schema: schema.Boolean("Whether a password protects the excerpt.").In(everywhere...).Readonly(), Get: func(_ *rest.Scope, p post) any { return p.Password != "" }},
		},
		Set: func(_ *rest.Scope, w *postWrite, v any) error { return setText(&w.Excerpt, v, true) },
	}
}

// excerptLength is WordPress's number of words of an automatic excerpt.
const excerptLength = 55

func excerptWords(s *rest.Scope) int {
	if n, ok := s.Req.Param("excerpt_length").(int64); ok {
		return int(n)
	}
	return excerptLength
}

// openClosed declares comment_status and ping_status.
func openClosed(description string) *schema.Schema {
	return schema.String(description).Enum("open", "closed").In(viewEdit...)
}

func (c *posts) attributeFields(supports func(string) bool) []postField {
	var f []postField
	add := func(on bool, row postField) {
		if on {
			f = append(f, row)
		}
	}
	builtin := c.typ.Name == "post" || c.typ.Name == "page"
	add(supports("author"), postField{
		Name: "author", Schema: schema.Integer("ID of the user who wrote the post.").In(everywhere...),
		Get: func(_ *rest.Scope, p post) any { return p.Author },
		Set: c.setAuthor,
	})
	add(supports("excerpt"), c.excerptField())
	add(supports("thumbnail"), c.featuredMediaField())
	add(supports("comments") || builtin, postField{
		Name: "comment_status", Schema: openClosed("Whether the post takes comments."),
		Get: func(_ *rest.Scope, p post) any { return p.CommentStatus },
		Set: func(_ *rest.Scope, w *postWrite, v any) error { return setString(&w.CommentStatus, v) },
	})
	add(supports("comments") || builtin, postField{
		Name: "ping_status", Schema: openClosed("Whether the post can be pinged."),
		Get: func(_ *rest.Scope, p post) any { return p.PingStatus },
		Set: func(_ *rest.Scope, w *postWrite, v any) error { return setString(&w.PingStatus, v) },
	})
	add(c.ordered(), postField{
		Name: "menu_order", Schema: schema.Integer("Place of the post among others.").In(viewEdit...),
		Get: func(_ *rest.Scope, p post) any { return p.MenuOrder },
		Set: func(_ *rest.Scope, w *postWrite, v any) error {
			if n, ok := v.(int64); ok {
				w.MenuOrder = &n
			}
			return nil
		},
	})
	add(supports("post-formats"), postField{
		Name: "format", Schema: schema.String("The format of the post.").EnumStrings(postFormats).In(viewEdit...),
		Get: func(s *rest.Scope, p post) any {
			if name := c.site.PostFormat(s.Ctx, p.ID); name != "" {
				return name
			}
			return "standard"
		},
	})
	add(supports("custom-fields"), c.metaField())
	add(c.typ.Name == "post", postField{
		Name: "sticky", Schema: schema.Boolean("Whether the post stays on top.").In(viewEdit...),
		Get: func(s *rest.Scope, p post) any { return c.site.Sticky(s.Ctx, p.ID) },
		Set: c.setSticky,
	})
	add(c.typ.Name != "attachment", postField{
		Name: "template", Schema: schema.String("The theme file that shows the post.").In(viewEdit...).Validate(c.validateTemplate),
		Get: func(s *rest.Scope, p post) any { return c.site.PageTemplate(s.Ctx, p.ID) },
	})
	return f
}

func (c *posts) featuredMediaField() postField {
	return postField{
		Name: "featured_media", Schema: schema.Integer("ID of the post's image.").In(everywhere...),
		Get: func(s *rest.Scope, p post) any { return c.site.ThumbnailID(s.Ctx, p.ID) },
	}
}

func (c *posts) parentField() postField {
	return postField{
		Name: "parent", Schema: schema.Integer("ID of the post above.").In(viewEdit...),
		Get: func(_ *rest.Scope, p post) any { return p.Parent },
		Set: c.setParent,
	}
}

func termsField(c *posts, t *wp.Taxonomy) postField {
	return postField{
		Name:   t.Base(),
		Schema: schema.New("The terms of the post in the taxonomy "+t.Name+".", "array").Items(schema.Integer("")).In(viewEdit...),
		Get: func(s *rest.Scope, p post) any {
			terms, err := c.site.PostTerms(s.Ctx, p.ID, t.Name)
			if err != nil {
				return []any{}
			}
			ids := make([]int64, len(terms))
			for i := range terms {
				ids[i] = terms[i].ID
			}
			return ids
		},
	}
}
