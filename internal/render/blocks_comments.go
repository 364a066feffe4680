package render

import (
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
)

// comment is the comment a block stands for, nil without one.
func (b *Block) comment() *wp.Comment {
	c, _ := b.Context["commentId"].(*wp.Comment)
	return c
}

func (b *Block) commentsOpen(p *wp.Post) bool { return p.CommentStatus == "open" }

// commentCount is how many approved comments a post has.
func (b *Block) commentCount(p *wp.Post) int64 {
	b.Run.note("query")
	return p.CommentCount
}

// renderComments: the old form of the block would need the theme's comments
// template, of which a block theme has none.
func renderComments(b *Block, _ string) string {
	p := b.contextPost()
	if p == nil || !b.commentsOpen(p) && b.commentCount(p) == 0 {
		return ""
	}
	legacy := b.attr("legacy")
	if b.Name != "core/post-comments" && !truthy(legacy) {
		return b.renderAs(false)
	}
	var classes []string
	if b.Name != "core/post-comments" {
		classes = append(classes, "wp-block-post-comments")
	}
	if v := b.attr("textAlign"); v != nil {
		classes = append(classes, "has-text-align-"+str(v))
	}
	return element("div", b.wrapper("class", strings.Join(classes, " ")), "")
}

func renderCommentsTitle(b *Block, _ string) string {
	run := b.Run
	p := b.globalPost()
	if p == nil || run.Locked(p) {
		return ""
	}
	n := b.commentCount(p)
	if n == 0 {
		return ""
	}
	title := "Responses"
	if n == 1 {
		title = "Response"
	}
	if truthy(b.attr("showCommentsCount")) {
		title = numberFormat(n) + " responses"
		if n == 1 {
			title = "One response"
		}
	}
	if truthy(b.attr("showPostTitle")) {
		title += " to &#8220;" + run.prefixedTitle(p) + "&#8221;"
	}
	tag := "h2"
	if v := b.attr("level"); v != nil {
		tag = "h" + str(v)
	}
	return "<" + tag + ` id="comments" ` + b.wrapper("class", b.alignClass()) + ">" + title + "</" + tag + ">"
}

// thread walks the comments of a post.
type thread struct {
	b        *Block
	children map[int64][]*wp.Comment
	post     *wp.Post
	threaded bool
	maxDepth int64
}

func renderCommentTemplate(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil || run.Locked(p) {
		return ""
	}
	run.note("query")
	t := thread{b: b, children: map[int64][]*wp.Comment{}, post: p, threaded: truthy(run.option("thread_comments")), maxDepth: 5}
	if v := run.option("thread_comments_depth"); v != "" {
		t.maxDepth = integer(v)
	}
	list, _ := run.Source.Comments(CommentQuery{PostID: p.ID, Order: "ASC"})
	ids := map[int64]bool{}
	for _, c := range list {
		ids[c.ID] = true
	}
	var top []*wp.Comment
	for _, c := range list {
		if t.threaded && c.Parent != 0 {
			t.children[c.Parent] = append(t.children[c.Parent], c)
		} else {
			top = append(top, c)
		}
	}
	if truthy(run.option("page_comments")) {
		if n := int(integer(run.option("comments_per_page"))); n > 0 && len(top) > n {
			if run.option("default_comments_page") == "oldest" {
				top = top[:n]
			} else {
				top = top[(len(top)-1)/n*n:]
			}
		}
	}
	if len(top) == 0 {
		return ""
	}
	if run.option("comment_order") == "desc" {
		for i, j := 0, len(top)-1; i < j; i, j = i+1, j-1 {
			top[i], top[j] = top[j], top[i]
		}
	}
	return element("ol", b.wrapper(), t.render(top, 1))
}

func (t *thread) render(list []*wp.Comment, depth int64) string {
	var out strings.Builder
	for _, c := range list {
		content := t.b.repeat(map[string]any{"commentId": c}, t.b.Name)
		class := t.class(c, depth)
		if kids := t.children[c.ID]; len(kids) > 0 && depth < maxDepth {
			if depth < t.maxDepth {
				content += "<ol>" + t.render(kids, depth+1) + "</ol>"
			} else {
				content += t.render(kids, depth)
			}
		}
		out.WriteString(`<li id="comment-` + itoa(c.ID) + `" class="` + class + `">` + content + "</li>")
	}
	return out.String()
}

// class is comment_class.
func (t *thread) class(c *wp.Comment, depth int64) string {
	kind := c.Type
	if kind == "" {
		kind = "comment"
	}
	classes := []string{kind}
	if u := t.b.Run.Source.User(c.UserID); c.UserID > 0 && u != nil {
		classes = append(classes, "byuser", "comment-author-"+htmlClass(u.Nicename))
		if c.UserID == t.post.Author {
			classes = append(classes, "bypostauthor")
		}
	}
	run := t.b.Run
	if run.comments%2 == 1 {
		classes = append(classes, "odd", "alt")
	} else {
		classes = append(classes, "even")
	}
	run.comments++
	if depth == 1 {
		if run.threads%2 == 1 {
			classes = append(classes, "thread-odd", "thread-alt")
		} else {
			classes = append(classes, "thread-even")
		}
		run.threads++
	}
	return escAttr(strings.Join(append(classes, "depth-"+itoa(depth)), " "))
}

func renderCommentAuthorName(b *Block, _ string) string {
	c := b.comment()
	if c == nil {
		return ""
	}
	name := b.Run.commentAuthor(c)
	if url := commentURL(c); url != "" && truthy(b.attr("isLink")) && truthy(b.attr("linkTarget")) {
		name = `<a rel="external nofollow ugc" href="` + escURL(url) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `" >` + name + "</a>"
	}
	return element("div", b.wrapper("class", b.textClasses()), name)
}

func renderCommentContent(b *Block, _ string) string {
	c := b.comment()
	if c == nil || empty(c.Content) {
		return ""
	}
	return element("div", b.wrapper("class", b.textClasses()), b.Run.Comment(c))
}

func renderCommentDate(b *Block, _ string) string {
	run := b.Run
	c := b.comment()
	if c == nil {
		return ""
	}
	layout := str(b.attr("format"))
	date := ""
	if layout == "human-diff" {
		run.note("time")
		date = humanDiff(run.postTime(c.Date).Unix(), run.Now().Unix()) + " ago"
	} else {
		date = run.date(c.Date, layout)
	}
	if truthy(b.attr("isLink")) {
		date = `<a href="` + escURL(run.commentLink(c)) + `">` + date + "</a>"
	}
	return element("div", b.wrapper("class", b.linkClass()), `<time datetime="`+escAttr(run.date(c.Date, "c"))+`">`+date+"</time>")
}

func renderCommentEditLink(b *Block, _ string) string {
	c := b.comment()
	if c == nil || !b.Run.Source.Can("edit_comment", c.ID) {
		return ""
	}
	b.Run.note("user")
	target := ""
	if v := b.attr("linkTarget"); truthy(v) {
		target = `target="` + escAttr(str(v)) + `"`
	}
	url := b.Run.cfg.SiteURL + "/wp-admin/comment.php?action=editcomment&c=" + itoa(c.ID)
	return element("div", b.wrapper("class", b.textClasses()), `<a href="`+escURL(url)+`" `+target+">Edit</a>")
}

func renderCommentReplyLink(b *Block, _ string) string {
	run := b.Run
	c := b.comment()
	if c == nil || !truthy(run.option("thread_comments")) {
		return ""
	}
	p := run.getPost(c.PostID)
	if p == nil || !b.commentsOpen(p) {
		return ""
	}
	wrapper := b.wrapper("class", b.textClasses())
	id, post := itoa(c.ID), itoa(p.ID)
	if truthy(run.option("comment_registration")) && run.Source.CurrentUser() == nil {
		url := addQueryArg(run.cfg.SiteURL+"/wp-login.php", "redirect_to", queryEscape(run.Permalink(p)))
		return element("div", wrapper, `<a rel="nofollow" class="comment-reply-login" href="`+escURL(url)+`">Log in to Reply</a>`)
	}
	url := addQueryArg(run.Permalink(p), "replytocom", id) + "#respond"
	name := escAttr("Reply to " + run.commentAuthor(c))
	return element("div", wrapper, `<a rel="nofollow" class="comment-reply-link" href="`+escURL(url)+`" data-commentid="`+id+`" data-postid="`+post+
		`" data-belowelement="comment-`+id+`" data-respondelement="respond" data-replyto="`+name+`" aria-label="`+name+`">Reply</a>`)
}

func renderPostCommentsCount(b *Block, _ string) string {
	p := b.contextPost()
	if p == nil {
		return ""
	}
	class := ""
	if v := b.attr("textAlign"); v != nil {
		class = "has-text-align-" + str(v)
	}
	return element("div", b.wrapper("class", class), itoa(b.commentCount(p)))
}

func renderPostCommentsLink(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil || !b.commentsOpen(p) {
		return ""
	}
	n := b.commentCount(p)
	text, anchor := "No comments", "#respond"
	switch {
	case n == 1:
		text = "1 comment"
	case n > 1:
		text = numberFormat(n) + " comments"
	}
	if n > 0 {
		anchor = "#comments"
	}
	return "<div " + b.wrapper("class", b.textClasses()) + "><a href=" + escURL(run.Permalink(p)+anchor) + ">" + text +
		`<span class="screen-reader-text"> on ` + run.prefixedTitle(p) + "</span></a></div>"
}

// renderCommentsPagination: the API shows one page of comments, which has no
// neighbours unless comments are divided into pages.
func renderCommentsPagination(b *Block, c string) string {
	if empty(phpTrim(c)) {
		return ""
	}
	if p := b.globalPost(); p == nil || b.Run.Locked(p) {
		return ""
	}
	return element("nav", b.wrapper("aria-label", "Comments pagination", "class", b.linkClass()), c)
}

func humanDiff(from, to int64) string {
	return format.HumanTimeDiff(from, to)
}
