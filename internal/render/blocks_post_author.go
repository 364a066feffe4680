package render

import (
	"github.com/platenhq/platen/internal/wp"
)

func (b *Block) bio(u *wp.User) string {
	v, _ := b.Run.Source.UserMeta(u.ID, "description")
	return v
}

func renderPostAuthor(b *Block, _ string) string {
	run := b.Run
	u := b.author()
	if u == nil || !b.supportsAuthor() {
		return ""
	}
	name := u.DisplayName
	if truthy(b.attr("isLink")) && truthy(b.attr("linkTarget")) {
		name = `<a href="` + escURL(run.AuthorLink(u)) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `">` + name + "</a>"
	}
	var first []string
	if v := b.attr("itemsJustification"); v != nil {
		first = append(first, "items-justified-"+str(v))
	}
	out := "<div " + b.wrapper("class", b.textClasses(first...)) + ">"
	if truthy(b.attr("showAvatar")) {
		out += `<div class="wp-block-post-author__avatar">`
		if size := b.attr("avatarSize"); truthy(size) {
			out += run.avatar(u.Email, integer(size), "", "", "")
		}
		out += "</div>"
	}
	out += `<div class="wp-block-post-author__content">`
	if v := b.attr("byline"); truthy(v) {
		out += `<p class="wp-block-post-author__byline">` + run.ksesPost(str(v)) + "</p>"
	}
	out += `<p class="wp-block-post-author__name">` + name + "</p>"
	if truthy(b.attr("showBio")) {
		out += `<p class="wp-block-post-author__bio">` + b.bio(u) + "</p>"
	}
	return out + "</div></div>"
}

// supportsAuthor asks whether posts of the context's type have authors. Types
// that list no features are taken to have them.
func (b *Block) supportsAuthor() bool {
	t := b.Run.Source.PostType(str(b.Context["postType"]))
	return t == nil || len(t.Supports) == 0 || t.Supporting("author")
}

func renderPostAuthorName(b *Block, _ string) string {
	u := b.author()
	if u == nil || !b.supportsAuthor() {
		return ""
	}
	name := u.DisplayName
	if truthy(b.attr("isLink")) {
		name = `<a href="` + escURL(b.Run.AuthorLink(u)) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `" class="wp-block-post-author-name__link">` + name + "</a>"
	}
	return element("div", b.wrapper("class", b.textClasses()), name)
}

func renderPostAuthorBiography(b *Block, _ string) string {
	u := b.author()
	if u == nil {
		return ""
	}
	bio := b.bio(u)
	if empty(bio) {
		return ""
	}
	return element("div", b.wrapper("class", b.alignClass()), bio)
}
