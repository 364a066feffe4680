package render

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
)

// avatarURL is the Gravatar address of a mail address.
func (run *Run) avatarURL(email string, size int64) string {
	def := run.option("avatar_default")
	switch def {
	case "mystery", "mysteryman", "":
		def = "mm"
	case "gravatar_default":
		def = ""
	}
	hash := ""
	if email != "" {
		sum := sha256.Sum256([]byte(strings.ToLower(phpTrim(email))))
		hash = hex.EncodeToString(sum[:])
	}
	url := "https://secure.gravatar.com/avatar/" + hash + "?s=" + itoa(size)
	if def != "" {
		url += "&d=" + def
	}
	if r := strings.ToLower(run.option("avatar_rating")); r != "" {
		url += "&r=" + r
	}
	return url
}

// avatar is get_avatar; "" where avatars are off.
func (run *Run) avatar(email string, size int64, alt, class, extra string) string {
	if run.option("show_avatars") == "0" {
		return ""
	}
	n := itoa(size)
	classes := "avatar avatar-" + n + " photo"
	if email == "" {
		classes += " avatar-default"
	}
	if class != "" {
		classes += " " + class
	}
	if run.inContent == 0 {
		for _, a := range []string{"loading='lazy'", "decoding='async'"} {
			if extra != "" {
				extra += " "
			}
			extra += a
		}
	}
	return "<img alt='" + escAttr(alt) + "' src='" + escURL(run.avatarURL(email, size)) + "' srcset='" + escURL(run.avatarURL(email, 2*size)) +
		" 2x' class='" + escAttr(classes) + "' height='" + n + "' width='" + n + "' " + extra + "/>"
}

// commentAvatar is the avatar of a comment's author; pingbacks have none.
func (run *Run) commentAvatar(c *wp.Comment, size int64, alt, class, extra string) string {
	if c.Type != "" && c.Type != "comment" && c.Type != "note" {
		return ""
	}
	return run.avatar(run.commentEmail(c), size, alt, class, extra)
}

func (run *Run) commentEmail(c *wp.Comment) string {
	if c.UserID != 0 {
		if u := run.Source.User(c.UserID); u != nil {
			return u.Email
		}
	}
	return c.AuthorEmail
}

func (run *Run) commentLink(c *wp.Comment) string {
	p := run.getPost(c.PostID)
	if p == nil {
		return ""
	}
	return run.Permalink(p) + "#comment-" + itoa(c.ID)
}

// commentAuthor is get_comment_author as displayed.
func (run *Run) commentAuthor(c *wp.Comment) string {
	name := c.Author
	if name == "" {
		name = "Anonymous"
		if u := run.Source.User(c.UserID); u != nil && c.UserID != 0 {
			name = u.DisplayName
		}
	}
	return name
}

func commentURL(c *wp.Comment) string {
	if c.AuthorURL == "http://" {
		return ""
	}
	return escURL(c.AuthorURL)
}

func renderLatestComments(b *Block, _ string) string {
	run := b.Run
	run.note("query")
	shown := orString(b.attr("displayContent"), "excerpt")
	if v := b.attr("displayExcerpt"); v != nil {
		shown = "none"
		if truthy(v) {
			shown = "excerpt"
		}
	}
	comments, _ := run.Source.Comments(CommentQuery{Published: true, Order: "DESC", Limit: int(integer(b.attr("commentsToShow")))})
	var classes []string
	if truthy(b.attr("displayAvatar")) {
		classes = append(classes, "has-avatars")
	}
	if truthy(b.attr("displayDate")) {
		classes = append(classes, "has-dates")
	}
	if shown != "none" {
		classes = append(classes, "has-excerpts")
	}
	if len(comments) == 0 {
		return "<div " + b.wrapper("class", strings.Join(append(classes, "no-comments"), " ")) + ">No comments to show.</div>"
	}
	var out strings.Builder
	for _, c := range comments {
		out.WriteString(b.latestComment(c, shown))
	}
	return "<ol " + b.wrapper("class", strings.Join(classes, " ")) + ">" + out.String() + "</ol>"
}

func (b *Block) latestComment(c *wp.Comment, shown string) string {
	run := b.Run
	out := `<li class="wp-block-latest-comments__comment">`
	if truthy(b.attr("displayAvatar")) {
		out += run.commentAvatar(c, 48, "", "wp-block-latest-comments__comment-avatar", "")
	}
	url := commentURL(c)
	if url == "" && c.UserID != 0 {
		if u := run.Source.User(c.UserID); u != nil {
			url = run.AuthorLink(u)
		}
	}
	author := `<span class="wp-block-latest-comments__comment-author">` + run.commentAuthor(c) + "</span>"
	if url != "" {
		author = `<a class="wp-block-latest-comments__comment-author" href="` + escURL(url) + `">` + run.commentAuthor(c) + "</a>"
	}
	title := ""
	p := run.getPost(c.PostID)
	if p != nil {
		title = run.prefixedTitle(p)
	}
	if title == "" {
		title = "(no title)"
	}
	out += `<article><footer class="wp-block-latest-comments__comment-meta">` + author +
		` on <a class="wp-block-latest-comments__comment-link" href="` + escURL(run.commentLink(c)) + `">` + title + "</a>"
	if truthy(b.attr("displayDate")) {
		out += `<time datetime="` + escAttr(run.date(c.Date, "c")) + `" class="wp-block-latest-comments__comment-date">` + run.date(c.Date, "") + "</time>"
	}
	out += "</footer>"
	locked := p != nil && run.Locked(p)
	switch shown {
	case "full":
		text := c.Content
		if locked {
			text = "Password protected"
		}
		out += `<div class="wp-block-latest-comments__comment-excerpt">` + autop(text) + "</div>"
	case "excerpt":
		text := "Password protected"
		if !locked {
			text = commentExcerpt(c.Content)
		}
		out += `<div class="wp-block-latest-comments__comment-excerpt">` + autop(text) + "</div>"
	}
	return out + "</article></li>"
}

// commentExcerpt is get_comment_excerpt: the first twenty words.
func commentExcerpt(s string) string {
	s = stripTags(strings.NewReplacer("\n", " ", "\r", " ").Replace(s))
	return format.TrimWords(s, 20, "&hellip;")
}
