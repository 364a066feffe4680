package wxr

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Writer writes a document piece by piece, laid out as WordPress does: its
// importer's fallback reads lines. Write the authors first, then the terms, no
// child before its parent, then the items.
type Writer struct {
	w       *bufio.Writer
	err     error
	dropped int
}

// NewWriter begins a document.
func NewWriter(w io.Writer, h Head) *Writer {
	x := &Writer{w: bufio.NewWriterSize(w, 64<<10)}
	x.line(`<?xml version="1.0" encoding="UTF-8" ?>`)
	x.line("<!-- An export of a WordPress site (WXR): posts, pages, media, comments, terms and menus. -->")
	x.line("<!-- Read it with: platen import FILE, or in WordPress with Tools, Import, WordPress. -->")
	if h.Generator != "" {
		x.line(fmt.Sprintf(`<!-- generator="%s" created="%s" -->`, commentText(h.Generator), commentText(h.Created)))
	}
	x.line(`<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/` + Version + `/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/` + Version + `/"
>

<channel>`)
	for _, e := range [][2]string{{"title", h.Title}, {"link", h.Link}, {"description", h.Description}, {"pubDate", h.PubDate}, {"language", h.Language},
		{"wp:wxr_version", Version}, {"wp:base_site_url", h.BaseSiteURL}, {"wp:base_blog_url", h.BaseBlogURL}} {
		x.line("\t" + x.tag(e[0], x.escape(e[1])))
	}
	x.line("")
	return x
}

// commentText takes out what ends an XML comment.
func commentText(s string) string { return strings.NewReplacer("--", "", `"`, "", ">", "").Replace(s) }

// Author writes an author.
func (x *Writer) Author(a Author) error {
	x.line("\t<wp:author>" + x.tag("wp:author_id", fmt.Sprint(a.ID)) + x.data("wp:author_login", a.Login) + x.data("wp:author_email", a.Email) +
		x.data("wp:author_display_name", a.DisplayName) + x.data("wp:author_first_name", a.FirstName) + x.data("wp:author_last_name", a.LastName) + "</wp:author>")
	return x.err
}

// Term writes a term; menus have the taxonomy nav_menu.
func (x *Writer) Term(t Term) error {
	id := x.tag("wp:term_id", fmt.Sprint(t.ID))
	switch t.Taxonomy {
	case "category":
		x.line("\t<wp:category>\n\t\t" + id)
		x.line("\t\t" + x.data("wp:category_nicename", t.Slug))
		x.line("\t\t" + x.data("wp:category_parent", t.Parent))
		x.named("wp:cat_name", t.Name)
		x.named("wp:category_description", t.Description)
		x.meta("wp:termmeta", "\t\t", t.Meta)
		x.line("\t</wp:category>")
	case "post_tag":
		x.line("\t<wp:tag>\n\t\t" + id)
		x.line("\t\t" + x.data("wp:tag_slug", t.Slug))
		x.named("wp:tag_name", t.Name)
		x.named("wp:tag_description", t.Description)
		x.meta("wp:termmeta", "\t\t", t.Meta)
		x.line("\t</wp:tag>")
	default:
		x.line("\t<wp:term>\n\t\t" + id)
		x.line("\t\t" + x.data("wp:term_taxonomy", t.Taxonomy))
		x.line("\t\t" + x.data("wp:term_slug", t.Slug))
		x.line("\t\t" + x.data("wp:term_parent", t.Parent))
		x.named("wp:term_name", t.Name)
		x.named("wp:term_description", t.Description)
		x.meta("wp:termmeta", "\t\t", t.Meta)
		x.line("\t</wp:term>")
	}
	return x.err
}

func (x *Writer) named(name, text string) {
	if text != "" {
		x.line("\t\t" + x.data(name, text))
	}
}

func (x *Writer) meta(name, indent string, list []Meta) {
	for _, m := range list {
		x.line(indent + "<" + name + ">")
		x.line(indent + "\t" + x.data("wp:meta_key", m.Key))
		x.line(indent + "\t" + x.data("wp:meta_value", m.Value))
		x.line(indent + "</" + name + ">")
	}
}

// Item writes a post of any type with its terms, meta and comments.
func (x *Writer) Item(it Item) error {
	x.line("\t<item>")
	put := func(text string) { x.line("\t\t" + text) }
	put(x.data("title", it.Title))
	put(x.tag("link", x.escape(it.Link)))
	put(x.tag("pubDate", x.escape(it.PubDate)))
	put(x.data("dc:creator", it.Creator))
	put(`<guid isPermaLink="false">` + x.escape(it.GUID) + "</guid>")
	put("<description></description>")
	put(x.data("content:encoded", it.Content))
	put(x.data("excerpt:encoded", it.Excerpt))
	put(x.tag("wp:post_id", fmt.Sprint(it.ID)))
	for _, e := range [][2]string{{"wp:post_date", it.Date}, {"wp:post_date_gmt", it.DateGMT}, {"wp:post_modified", it.Modified},
		{"wp:post_modified_gmt", it.ModifiedGMT}, {"wp:comment_status", it.CommentStatus}, {"wp:ping_status", it.PingStatus},
		{"wp:post_name", it.Name}, {"wp:status", it.Status}} {
		put(x.data(e[0], e[1]))
	}
	put(x.tag("wp:post_parent", fmt.Sprint(it.Parent)))
	put(x.tag("wp:menu_order", fmt.Sprint(it.MenuOrder)))
	put(x.data("wp:post_type", it.Type))
	put(x.data("wp:post_password", it.Password))
	sticky := "0"
	if it.Sticky {
		sticky = "1"
	}
	put(x.tag("wp:is_sticky", sticky))
	if it.Type == "attachment" {
		put(x.data("wp:attachment_url", it.AttachmentURL))
	}
	for _, t := range it.Terms {
		put(`<category domain="` + x.escape(t.Taxonomy) + `" nicename="` + x.escape(t.Slug) + `">` + x.cdata(t.Name) + "</category>")
	}
	x.meta("wp:postmeta", "\t\t", it.Meta)
	for i := range it.Comments {
		x.comment(&it.Comments[i])
	}
	x.line("\t</item>")
	return x.err
}

func (x *Writer) comment(c *Comment) {
	x.line("\t\t<wp:comment>")
	put := func(text string) { x.line("\t\t\t" + text) }
	put(x.tag("wp:comment_id", fmt.Sprint(c.ID)))
	put(x.data("wp:comment_author", c.Author))
	put(x.data("wp:comment_author_email", c.Email))
	put(x.tag("wp:comment_author_url", x.escape(c.URL)))
	for _, e := range [][2]string{{"wp:comment_author_IP", c.IP}, {"wp:comment_date", c.Date}, {"wp:comment_date_gmt", c.DateGMT},
		{"wp:comment_content", c.Content}, {"wp:comment_approved", c.Approved}, {"wp:comment_type", c.Type}} {
		put(x.data(e[0], e[1]))
	}
	put(x.tag("wp:comment_parent", fmt.Sprint(c.Parent)))
	put(x.tag("wp:comment_user_id", fmt.Sprint(c.UserID)))
	x.meta("wp:commentmeta", "\t\t\t", c.Meta)
	x.line("\t\t</wp:comment>")
}

// Close ends the document. Dropped is then how many characters XML cannot say
// were left out.
func (x *Writer) Close() error {
	x.line("</channel>\n</rss>")
	if x.err == nil {
		x.err = x.w.Flush()
	}
	return x.err
}

// Dropped is how many characters were left out because XML 1.0 has no way to
// say them: control characters and bytes that are no UTF-8.
func (x *Writer) Dropped() int { return x.dropped }

func (x *Writer) line(text string) {
	if x.err == nil {
		_, x.err = x.w.WriteString(text + "\n")
	}
}

func (x *Writer) tag(name, text string) string { return "<" + name + ">" + text + "</" + name + ">" }

func (x *Writer) data(name, text string) string { return x.tag(name, x.cdata(text)) }

// cdata says a text in CDATA. A carriage return, which readers of XML turn into
// a line feed there, stands outside as a reference.
func (x *Writer) cdata(text string) string {
	text = strings.ReplaceAll(x.clean(text), "]]>", "]]]]><![CDATA[>")
	return "<![CDATA[" + strings.ReplaceAll(text, "\r", "]]>&#13;<![CDATA[") + "]]>"
}

func (x *Writer) escape(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(x.clean(text))); err != nil && x.err == nil {
		x.err = err
	}
	return b.String()
}

// clean leaves out what XML 1.0 cannot say, even in CDATA.
func (x *Writer) clean(text string) string {
	bad := func(r rune) bool {
		return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	}
	valid := strings.ToValidUTF8(text, "")
	if len(valid) == len(text) && strings.IndexFunc(text, bad) < 0 {
		return text
	}
	x.dropped += len(text) - len(valid)
	return strings.Map(func(r rune) rune {
		if bad(r) {
			x.dropped++
			return -1
		}
		return r
	}, valid)
}
