package render

import (
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// contextPost is the post a block stands for, nil without one.
func (b *Block) contextPost() *wp.Post {
	id, ok := b.Context["postId"]
	if !ok {
		return nil
	}
	b.Run.note("post")
	return b.Run.getPost(integer(id))
}

// author is the author of the block's post.
func (b *Block) author() *wp.User {
	p := b.contextPost()
	if p == nil || p.Author == 0 {
		return nil
	}
	b.Run.note("user")
	return b.Run.Source.User(p.Author)
}

// globalPost is the post of the loop around the block.
func (b *Block) globalPost() *wp.Post { return b.Run.thePost() }

func renderPostTitle(b *Block, _ string) string {
	p := b.globalPost()
	if _, ok := b.Context["postId"]; !ok || p == nil {
		return ""
	}
	title := b.Run.prefixedTitle(p)
	if empty(title) {
		return ""
	}
	if truthy(b.attr("isLink")) {
		rel := ""
		if v := b.attr("rel"); truthy(v) {
			rel = `rel="` + escAttr(str(v)) + `"`
		}
		title = `<a href="` + b.permalink(integer(b.Context["postId"])) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `" ` + rel + ">" + title + "</a>"
	}
	return element(headingTag(b.attr("level"), "h2"), b.wrapper("class", b.textClasses()), title)
}

func renderPostDate(b *Block, _ string) string {
	run := b.Run
	var classes []string
	datetime := b.attr("datetime")
	if datetime == nil && !(b.attr("metadata", "bindings", "datetime", "source") != nil && b.attr("metadata", "bindings", "datetime", "args") != nil) {
		field := "date"
		if b.attr("displayType") == "modified" {
			field = "modified"
			classes = append(classes, "wp-block-post-date__modified-date")
		}
		datetime = b.postData(field, b.Context["postId"])
	}
	if !truthy(datetime) {
		return ""
	}
	unformatted := str(datetime)
	shown := ""
	t, ok := parseTime(unformatted, run.Location())
	switch layout := b.attr("format"); {
	case layout == "human-diff":
		run.note("time")
		now := run.Now().Unix()
		if diff := format.HumanTimeDiff(t.Unix(), now); t.Unix() > now {
			shown = diff + " from now"
		} else {
			shown = diff + " ago"
		}
	case ok:
		f := str(layout)
		if !truthy(layout) {
			f = run.option("date_format")
		}
		shown = format.FormatDate(t.In(run.Location()), f)
	}
	wrapper := b.wrapper("class", b.textClasses(classes...))
	tag := `<time datetime="` + escAttr(unformatted) + `">` + escHTML(shown) + "</time>"
	if id, has := b.Context["postId"]; has && truthy(b.attr("isLink")) {
		tag = `<a href="` + b.permalink(integer(id)) + `">` + tag + "</a>"
	}
	return element("div", wrapper, tag)
}

func renderPostExcerpt(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil {
		return ""
	}
	more := ""
	if v := b.attr("moreText"); truthy(v) {
		more = `<a class="wp-block-post-excerpt__more-link" href="` + b.permalink(p.ID) + `">` + run.ksesPost(str(v)) + "</a>"
	}
	excerpt := ""
	if run.Locked(p) {
		excerpt = "There is no excerpt because this is a protected post."
	} else {
		excerpt = run.getExcerptMore(p, 101, more == "")
	}
	if n := b.attr("excerptLength"); n != nil {
		excerpt = format.TrimWords(excerpt, int(integer(n)), "&hellip;")
	}
	wrapper := b.wrapper("class", b.textClasses())
	content := `<p class="wp-block-post-excerpt__excerpt">` + excerpt
	if v := b.attr("showMoreOnNewLine"); (v == nil || truthy(v)) && more != "" {
		content += `</p><p class="wp-block-post-excerpt__more-text">` + more + "</p>"
	} else {
		content += " " + more + "</p>"
	}
	return element("div", wrapper, content)
}

// getExcerptMore is getExcerpt with or without the mark of what was cut.
func (run *Run) getExcerptMore(p *wp.Post, words int, mark bool) string {
	s := run.getExcerpt(p, words)
	if !mark && phpTrim(p.Excerpt) == "" {
		s = strings.TrimSuffix(s, " [&hellip;]")
	}
	return s
}

func renderFeaturedImage(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil {
		return ""
	}
	var attrs []imgAttr
	border := b.borderStyles()
	if c := border.class(); c != "" {
		attrs = append(attrs, imgAttr{"class", c})
	}
	style := border.css()
	link := truthy(b.attr("isLink"))
	alt := ""
	if link {
		if alt = phpTrim(stripTags(run.prefixedTitle(p))); alt == "" {
			alt = "Untitled post " + itoa(p.ID)
		}
	}
	style += b.featuredStyles()
	if style != "" {
		attrs = append(attrs, imgAttr{"style", style})
	}
	if link {
		attrs = append(attrs, imgAttr{"alt", alt})
	}
	image := run.thumbnail(p.ID, orString(b.attr("sizeSlug"), "post-thumbnail"), attrs...)
	if image == "" && truthy(b.attr("useFirstImageFromPost")) {
		image = firstImage(p.Content, style)
	}
	if image == "" {
		return ""
	}
	overlay := b.featuredOverlay()
	if link {
		rel := ""
		if v := b.attr("rel"); truthy(v) {
			rel = `rel="` + escAttr(str(v)) + `"`
		}
		image = `<a href="` + b.permalink(p.ID) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `" ` + rel + ">" + image + overlay + "</a>"
	} else {
		image += overlay
	}
	return "<figure " + b.wrapper() + ">" + image + "</figure>"
}

func (b *Block) featuredStyles() string {
	css := func(property string, v any) string { return escAttr(safeCSS(property+":"+str(v))) + ";" }
	set := func(name string) bool {
		v, ok := b.Attributes.Get(name)
		return ok && v != nil && v != ""
	}
	out := ""
	if ratio := b.attr("aspectRatio"); truthy(ratio) {
		if ratio != "auto" {
			out += css("aspect-ratio", ratio)
		}
		out += "width:100%;"
	}
	if set("height") {
		out += css("height", b.attr("height"))
	} else if set("width") {
		out += "height:auto;"
	}
	if set("width") {
		out += css("width", b.attr("width"))
	}
	if v := b.attr("scale"); truthy(v) {
		out += css("object-fit", v)
	}
	if v := b.attr("style", "shadow"); truthy(v) {
		out += compileStyles(ordered.Of("shadow", v), false).css()
	}
	return out
}

// firstImage copies the first image of a text.
func firstImage(content, style string) string {
	t := newTags(content)
	if !t.nextNamed("IMG") {
		return ""
	}
	n := newTags("<img>")
	n.next()
	for _, a := range t.attrs {
		if a.flag {
			n.setFlag(a.name)
		} else {
			n.setAttr(a.name, decodeAttr(a.value))
		}
	}
	if style != "" {
		if old := n.value("style"); old != "" {
			style = strings.TrimRight(old, ";") + ";" + style
		}
		n.setAttr("style", style)
	}
	return n.String()
}

func (b *Block) featuredOverlay() string {
	if !truthy(b.attr("dimRatio")) {
		return ""
	}
	classes := []string{"wp-block-post-featured-image__overlay"}
	var css []string
	border := b.borderStyles()
	if c := border.class(); c != "" {
		classes = append(classes, c)
	}
	if s := border.css(); s != "" {
		css = append(css, s)
	}
	classes = append(classes, "has-background-dim", "has-background-dim-"+str(b.attr("dimRatio")))
	if v := b.attr("overlayColor"); truthy(v) {
		classes = append(classes, "has-"+str(v)+"-background-color")
	}
	gradient, custom := b.attr("gradient"), b.attr("customGradient")
	if truthy(gradient) || truthy(custom) {
		classes = append(classes, "has-background-gradient")
	}
	if truthy(gradient) {
		classes = append(classes, "has-"+str(gradient)+"-gradient-background")
	}
	if truthy(custom) {
		css = append(css, "background-image: "+str(custom)+";")
	}
	if v := b.attr("customOverlayColor"); truthy(v) {
		css = append(css, "background-color: "+str(v)+";")
	}
	return `<span class="` + escAttr(strings.Join(classes, " ")) + `" style="` + escAttr(safeCSS(strings.Join(css, " "))) + `" aria-hidden="true"></span>`
}

func renderPostTerms(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	name := b.attr("term")
	if p == nil || name == nil {
		return ""
	}
	tax := run.Source.Taxonomy(str(name))
	if tax == nil || !tax.Viewable() {
		return ""
	}
	terms := run.Source.PostTerms(p.ID, tax.Name)
	if len(terms) == 0 {
		return ""
	}
	prefix := "<div " + b.wrapper("class", b.textClasses("taxonomy-"+tax.Name)) + ">"
	if v := b.attr("prefix"); truthy(v) {
		prefix += `<span class="wp-block-post-terms__prefix">` + str(v) + "</span>"
	}
	suffix := "</div>"
	if v := b.attr("suffix"); truthy(v) {
		suffix = `<span class="wp-block-post-terms__suffix">` + str(v) + "</span>" + suffix
	}
	separator := " "
	if v := b.attr("separator"); truthy(v) {
		separator = str(v)
	}
	var links []string
	for _, t := range terms {
		links = append(links, `<a href="`+escURL(run.TermLink(t))+`" rel="tag">`+t.Name+"</a>")
	}
	return run.ksesPost(prefix) + strings.Join(links, `<span class="wp-block-post-terms__separator">`+escHTML(separator)+"</span>") + run.ksesPost(suffix)
}

func renderPostContent(b *Block, _ string) string {
	run := b.Run
	id, ok := b.Context["postId"]
	p := b.globalPost()
	if !ok || p == nil || run.contents[integer(id)] {
		return ""
	}
	key := integer(id)
	run.contents[key] = true
	content := ""
	run.withPost(p, func() {
		content = run.theContent(strings.ReplaceAll(run.pageContent(p), "]]>", "]]&gt;"))
	})
	delete(run.contents, key)
	if empty(content) {
		return ""
	}
	tag := "div"
	if v, ok := b.attr("tagName").(string); ok {
		switch v = strings.ToLower(v); v {
		case "main", "section", "article":
			tag = v
		}
	}
	return element(tag, b.wrapper("class", "entry-content"), content)
}

func renderReadMore(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil {
		return ""
	}
	title := run.prefixedTitle(p)
	if title == "" {
		title = "untitled post " + itoa(p.ID)
	}
	class := ""
	if v := b.attr("justifyContent"); truthy(v) {
		class = "is-justified-" + str(v)
	}
	text := "Read more"
	if v := b.attr("content"); truthy(v) {
		text = run.ksesPost(str(v))
	}
	return "<a " + b.wrapper("class", class) + ` href="` + b.permalink(p.ID) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `">` + text +
		`<span class="screen-reader-text">: ` + title + "</span></a>"
}
