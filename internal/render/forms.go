package render

import (
	"html"
	"math/rand/v2"
	"strconv"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

func isMail(s string) bool { return format.IsEmail(s) }

// passwordForm asks for the password of a post (get_the_password_form).
func (run *Run) passwordForm(p *wp.Post) string {
	id := "pwbox-" + itoa(p.ID)
	button := `<input type="submit" name="Submit" value="Enter" />`
	if !run.cfg.Classic {
		button = `<span class="wp-block-button"><input type="submit" name="Submit" class="wp-block-button__link wp-element-button" value="Enter" /></span>`
	}
	return `<form action="` + escURL(run.cfg.SiteURL+"/wp-login.php?action=postpass") + `" class="post-password-form" method="post"><input type="hidden" name="redirect_to" value="` +
		escAttr(run.Permalink(p)) + "\" />\n\t<p>This content is password-protected. To view it, please enter the password below.</p>\n\t<p><label for=\"" + id +
		`">Password: <input name="post_password" id="` + id + `" type="password" spellcheck="false" required size="20" /></label> ` + button + "</p></form>\n\t"
}

// renderCommentsForm is the form for a new comment, as a visitor sees it.
func renderCommentsForm(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil || run.Locked(p) || !b.commentsOpen(p) {
		return ""
	}
	run.note("user")
	classic := run.cfg.Classic
	required, email, url := " required", "email", "url"
	if classic {
		required, email, url = ` required="required"`, "text", "text"
	}
	const star = ` <span class="required">*</span>`
	out := "\t<div id=\"respond\" " + b.wrapper("class", b.textClasses("comment-respond")) + ">\n\t\t<h3 id=\"reply-title\" class=\"comment-reply-title\">Leave a Reply"
	if truthy(run.option("thread_comments")) {
		out += ` <small><a rel="nofollow" id="cancel-comment-reply-link" href="` + escURL(run.requestPath()) + `#respond" style="display:none;">Cancel reply</a></small>`
	}
	out += "</h3>"
	if truthy(run.option("comment_registration")) && run.Source.CurrentUser() == nil {
		login := addQueryArg(run.cfg.SiteURL+"/wp-login.php", "redirect_to", queryEscape(run.Permalink(p)))
		return out + `<p class="must-log-in">You must be <a href="` + login + `">logged in</a> to post a comment.</p>` + "\t</div><!-- #respond -->\n\t"
	}
	star1, req := star, required
	if run.option("require_name_email") == "0" {
		star1, req = "", ""
	}
	submit := `<p class="form-submit"><input name="submit" type="submit" id="submit" class="submit" value="Post Comment" /> `
	if !classic {
		submit = `<p class="form-submit wp-block-button"><input name="submit" type="submit" id="submit" class="wp-block-button__link wp-element-button" value="Post Comment" /> `
	}
	out += `<form action="` + escURL(run.cfg.SiteURL+"/wp-comments-post.php") + `" method="post" id="commentform" class="comment-form">` +
		`<p class="comment-notes"><span id="email-notes">Your email address will not be published.</span> <span class="required-field-message">Required fields are marked` + star + `</span></p>` +
		`<p class="comment-form-comment"><label for="comment">Comment` + star + `</label> <textarea id="comment" name="comment" cols="45" rows="8" maxlength="65525"` + required + `></textarea></p>` +
		`<p class="comment-form-author"><label for="author">Name` + star1 + `</label> <input id="author" name="author" type="text" value="" size="30" maxlength="245" autocomplete="name"` + req + " /></p>\n" +
		`<p class="comment-form-email"><label for="email">Email` + star1 + `</label> <input id="email" name="email" type="` + email + `" value="" size="30" maxlength="100" aria-describedby="email-notes" autocomplete="email"` + req + " /></p>\n" +
		`<p class="comment-form-url"><label for="url">Website</label> <input id="url" name="url" type="` + url + `" value="" size="30" maxlength="200" autocomplete="url" /></p>` + "\n"
	if run.option("show_comments_cookies_opt_in") != "0" {
		out += `<p class="comment-form-cookies-consent"><input id="wp-comment-cookies-consent" name="wp-comment-cookies-consent" type="checkbox" value="yes" />` +
			` <label for="wp-comment-cookies-consent">Save my name, email, and website in this browser for the next time I comment.</label></p>` + "\n"
	}
	id := itoa(p.ID)
	return out + submit + "<input type='hidden' name='comment_post_ID' value='" + id + "' id='comment_post_ID' />\n" +
		"<input type='hidden' name='comment_parent' id='comment_parent' value='0' />\n</p></form>\t</div><!-- #respond -->\n\t"
}

// embedOwn embeds a post of this site; "" for any other address.
func (run *Run) embedOwn(url string, atts *ordered.Object) string {
	if len(run.cfg.HomeURL) == 0 || len(url) <= len(run.cfg.HomeURL) || url[:len(run.cfg.HomeURL)] != run.cfg.HomeURL {
		return ""
	}
	run.note("query")
	p := run.Source.PostByURL(url)
	if p == nil || p.Status != "publish" && p.Status != "inherit" {
		return ""
	}
	run.note("random")
	run.note("option:blogname")
	width := int64(500)
	if w := run.cfg.ContentWidth; w > 0 {
		width = int64(w)
	}
	if w := integer(atts.Value("width")); w > 0 {
		width = w
	}
	width = min(max(width, 200), 600)
	height := max((width*9+15)/16, 200)
	secret, first := randomSecret(), randomSecret()
	link := run.Permalink(p)
	title := run.prefixedTitle(p)
	embed := link + "embed/"
	if link == "" || link[len(link)-1] != '/' {
		embed = addQueryArg(link, "embed", "true")
	}
	name := html.UnescapeString("“" + stripTags(title) + "” — " + run.texturizeName(run.Source.Option("blogname")))
	return `<blockquote class="wp-embedded-content" data-secret="` + secret + `"><a href="` + escURL(link) + `">` + title + "</a></blockquote>" +
		`<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; visibility: hidden;" title="` + escAttr(name) +
		`" src="` + escURL(embed+"#?secret="+first+"#?secret="+secret) + `" data-secret="` + secret + `" width="` + itoa(width) + `" height="` + strconv.FormatInt(height, 10) +
		`" frameborder="0" marginwidth="0" marginheight="0" scrolling="no"></iframe>`
}

// randomSecret ties the parts of an embed together on the page; it keeps
// nothing secret from anybody else.
func randomSecret() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, 10)
	for i := range b {
		b[i] = letters[rand.IntN(len(letters))]
	}
	return string(b)
}
