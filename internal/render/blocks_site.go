package render

import (
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

func renderLoginout(b *Block, _ string) string {
	run := b.Run
	run.note("user")
	here := run.requestURL()
	redirect := ""
	if truthy(b.attr("redirectToCurrent")) {
		redirect = here
	}
	loggedIn := run.Source.CurrentUser() != nil
	classes, text := "logged-out", "Log in"
	login := run.cfg.SiteURL + "/wp-login.php"
	url := login
	if loggedIn {
		classes, text = "logged-in", "Log out"
		url = addQueryArg(login, "action", "logout")
		if n, ok := run.Source.(interface{ Nonce(action string) string }); ok {
			url = addQueryArg(url, "_wpnonce", n.Nonce("log-out"))
		}
	}
	if redirect != "" {
		url = addQueryArg(url, "redirect_to", queryEscape(redirect))
	}
	content := `<a href="` + escURL(url) + `">` + text + "</a>"
	if !loggedIn && truthy(b.attr("displayLoginAsForm")) {
		classes += " has-login-form"
		content = run.loginForm(login, here)
	}
	return "<div " + b.wrapper("class", classes) + ">" + content + "</div>"
}

// requestURL is the address of the request, as far as rendering knows it: the
// API's address of the post.
func (run *Run) requestURL() string {
	run.note("request")
	if r, ok := run.Source.(interface{ RequestURL() string }); ok {
		return r.RequestURL()
	}
	base := "posts"
	if run.post == nil {
		return run.cfg.HomeURL + "/wp-json/wp/v2/posts"
	}
	if run.post.Type == "page" {
		base = "pages"
	}
	return run.cfg.HomeURL + "/wp-json/wp/v2/" + base + "/" + itoa(run.post.ID)
}

// requestPath is requestURL without scheme and host, its parameters written anew
// as add_query_arg does.
func (run *Run) requestPath() string {
	path, _, _ := strings.Cut(run.requestURL(), "?")
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		path = "/" + rest
	}
	if args := run.requestArgs(""); args != "" {
		path += "?" + args[1:]
	}
	return path
}

func (run *Run) loginForm(action, redirect string) string {
	button := "button button-primary"
	if !run.cfg.Classic {
		button += " wp-block-button__link wp-element-button"
	}
	const in = "\n\t\t\t\t"
	return `<form name="loginform" id="loginform" action="` + escURL(action) + `" method="post"><p class="login-username">` +
		in + `<label for="user_login">Username or Email Address</label>` +
		in + `<input type="text" name="log" id="user_login" autocomplete="username" class="input" value="" size="20" />` +
		"\n\t\t\t</p>" + `<p class="login-password">` +
		in + `<label for="user_pass">Password</label>` +
		in + `<input type="password" name="pwd" id="user_pass" autocomplete="current-password" spellcheck="false" class="input" value="" size="20" />` +
		"\n\t\t\t</p>" + `<p class="login-remember"><label><input name="rememberme" type="checkbox" id="rememberme" value="forever" /> Remember Me</label></p><p class="login-submit">` +
		in + `<input type="submit" name="wp-submit" id="wp-submit" class="` + button + `" value="Log In" />` +
		in + `<input type="hidden" name="redirect_to" value="` + escURL(redirect) + `" />` +
		"\n\t\t\t</p></form>"
}

// queryEscape is urlencode.
func queryEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case isLetter(c), c >= '0' && c <= '9', c == '-', c == '_', c == '.':
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			const hexDigits = "0123456789ABCDEF"
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// borderStyles are the border settings that a block puts on an inner element.
func (b *Block) borderStyles() *styles {
	own := b.attr("style", "border")
	border := &ordered.Object{}
	for _, f := range []string{"radius", "style", "width"} {
		if v := dig(own, f); v != nil {
			border.Set(f, v)
		}
	}
	border.Set("color", presetOr(b.Attributes, "borderColor", "color", dig(own, "color")))
	for _, side := range []string{"top", "right", "bottom", "left"} {
		o := &ordered.Object{}
		for _, f := range []string{"color", "style", "width"} {
			if v := dig(own, side, f); v != nil {
				o.Set(f, v)
			}
		}
		border.Set(side, o)
	}
	return compileStyles(ordered.Of("border", border), false)
}

func renderAvatar(b *Block, _ string) string {
	run := b.Run
	size := int64(96)
	if v := b.attr("size"); v != nil {
		size = integer(v)
	}
	wrapper := b.wrapper()
	border := b.borderStyles()
	class, style := "wp-block-avatar__image", ""
	if c := border.class(); c != "" {
		class += " " + c
	}
	if css := border.css(); css != "" {
		style = ` style="` + escAttr(css) + `"`
	}
	blank := str(b.attr("linkTarget")) == "_blank"
	wrap := func(image, url, label string) string {
		aria := ""
		if blank {
			aria = `aria-label="` + escAttr(label) + `"`
		}
		return `<a href="` + escURL(url) + `" target="` + escAttr(str(b.attr("linkTarget"))) + `" ` + aria + ` class="wp-block-avatar__link">` + image + "</a>"
	}
	if c := b.comment(); c != nil {
		image := run.commentAvatar(c, size, c.Author+" Avatar", class, style)
		if truthy(b.attr("isLink")) && c.AuthorURL != "" {
			image = wrap(image, c.AuthorURL, "("+c.Author+" website link, opens in a new tab)")
		}
		return "<div " + wrapper + ">" + image + "</div>"
	}
	if _, ok := b.Context["commentId"]; ok {
		return ""
	}
	var u *wp.User
	if id := b.attr("userId"); id != nil {
		u = run.Source.User(integer(id))
		run.note("user")
	} else {
		u = b.author()
	}
	if u == nil {
		return ""
	}
	image := run.avatar(u.Email, size, u.DisplayName+" Avatar", class, style)
	if truthy(b.attr("isLink")) {
		image = wrap(image, run.AuthorLink(u), "("+u.DisplayName+" author archive, opens in a new tab)")
	}
	return "<div " + wrapper + ">" + image + "</div>"
}

func headingTag(level any, otherwise string) string {
	if level == nil {
		return otherwise
	}
	if n, ok := level.(int64); ok && n == 0 {
		return "p"
	}
	return "h" + itoa(integer(level))
}

func (b *Block) alignClass() string {
	if v := b.attr("textAlign"); truthy(v) {
		return "has-text-align-" + str(v)
	}
	return ""
}

func element(tag, attrs, content string) string {
	return "<" + tag + " " + attrs + ">" + content + "</" + tag + ">"
}

func renderSiteTitle(b *Block, _ string) string {
	run := b.Run
	title := run.texturizeName(run.option("blogname"))
	if empty(phpTrim(title)) {
		return ""
	}
	classes := b.alignClass()
	if b.linkColor() {
		classes += " has-link-color"
	}
	content := escHTML(title)
	if truthy(b.attr("isLink")) {
		target := "_self"
		if v := b.attr("linkTarget"); truthy(v) {
			target = str(v)
		}
		content = `<a href="` + escURL(run.cfg.HomeURL) + `" target="` + escAttr(target) + `" rel="home">` + content + "</a>"
	}
	return element(headingTag(b.attr("level"), "h1"), b.wrapper("class", phpTrim(classes)), content)
}

// texturizeName is get_bloginfo for display: the option with its filters.
func (run *Run) texturizeName(s string) string {
	return phpTrim(format.ConvertChars(run.texturize(s)))
}

func renderSiteTagline(b *Block, _ string) string {
	tagline := b.Run.texturizeName(b.Run.option("blogdescription"))
	if empty(tagline) {
		return ""
	}
	tag := "p"
	if v := b.attr("level"); v != nil && integer(v) != 0 {
		tag = "h" + itoa(integer(v))
	}
	return element(tag, b.wrapper("class", b.alignClass()), tagline)
}

func renderSiteLogo(b *Block, _ string) string {
	run := b.Run
	id := integer(run.option("site_logo"))
	img := run.image(id, "full")
	if img == nil {
		return ""
	}
	attrs := []imgAttr{{"class", "custom-logo"}}
	w, h := img.width, img.height
	if width := b.attr("width"); truthy(width) && w > 0 && h > 0 {
		h = int64(num(width) / (float64(w) / float64(h)))
		w = integer(width)
	}
	attrs = append(attrs, imgAttr{"width", itoa(w)}, imgAttr{"height", itoa(h)})
	link := truthy(b.attr("isLink"))
	alt, _ := run.Source.PostMeta(id, "_wp_attachment_image_alt")
	if alt == "" {
		attrs = append(attrs, imgAttr{"alt", run.texturizeName(run.option("blogname"))})
	}
	logo := run.attachmentImage(id, "full", attrs...)
	if link {
		extra := ""
		if str(b.attr("linkTarget")) == "_blank" {
			extra = ` aria-label="(Home link, opens in a new tab)" target="_blank"`
		}
		logo = "<a" + extra + ` href="` + escURL(run.cfg.HomeURL+"/") + `" class="custom-logo-link" rel="home">` + logo + "</a>"
	}
	class := ""
	if !truthy(b.attr("width")) {
		class = "is-default-size"
	}
	return element("div", b.wrapper("class", class), logo)
}

func renderFootnotes(b *Block, _ string) string {
	run := b.Run
	id := integer(b.Context["postId"])
	p := run.getPost(id)
	if p == nil || run.Locked(p) {
		return ""
	}
	run.note("post")
	meta, _ := run.Source.PostMeta(id, "footnotes")
	v, err := ordered.Decode([]byte(meta))
	if err != nil || !isArray(v) || !truthy(v) {
		return ""
	}
	wrapper := b.wrapper()
	var out strings.Builder
	n := 0
	each(v, func(_ string, f any) {
		if dig(f, "id") == nil || dig(f, "content") == nil {
			return // core drops such notes when they are saved
		}
		n++
		note := escAttr(str(dig(f, "id")))
		out.WriteString(`<li id="` + note + `">` + run.ksesPost(str(dig(f, "content"))) + ` <a href="#` + note +
			`-link" aria-label="Jump to footnote reference ` + strconv.Itoa(n) + `">↩︎</a></li>`)
	})
	if n == 0 {
		return ""
	}
	return element("ol", wrapper, out.String())
}

func renderFile(b *Block, c string) string {
	if !truthy(b.attr("displayPreview")) {
		return c
	}
	t := newTags(c)
	if t.next() {
		t.setAttr("data-wp-interactive", "core/file")
	}
	if !t.nextNamed("OBJECT") {
		return c
	}
	label := "PDF embed"
	if name := t.value("aria-label"); !empty(name) && name != label {
		label = "Embed of " + name + "."
	}
	t.setAttr("data-wp-bind--hidden", "!state.hasPdfPreview")
	t.setFlag("hidden")
	t.setAttr("aria-label", label)
	return t.String()
}
