package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// navigation is a navigation block being rendered.
type navigation struct {
	*Block
	items      []*Block
	responsive bool
	visibility string // of submenus: hover, click or always
	submenus   bool
}

func renderNavigation(b *Block, _ string) string {
	run := b.Run
	b.Attributes = shallow(b.Attributes)
	for _, c := range [][3]string{{"rgbTextColor", "textColor", "customTextColor"}, {"rgbBackgroundColor", "backgroundColor", "customBackgroundColor"}} {
		if v := b.attr(c[0]); v != nil && !truthy(b.attr(c[1])) {
			b.Attributes.Set(c[2], v)
		}
		b.Attributes.Delete(c[0])
	}
	if id, ok := b.Attributes.Get("navigationMenuId"); ok {
		b.Attributes.Set("ref", id)
	}
	n := &navigation{Block: b, items: b.menuItems()}
	for _, item := range n.items {
		if item.Name == "core/navigation" || nestsNavigation(item.parsed.InnerBlocks, 0) {
			return ""
		}
	}
	overlay := b.attr("overlayMenu")
	n.responsive = overlay != nil && overlay != "never" || truthy(b.attr("isResponsive"))
	n.visibility = submenuVisibility(map[string]any{"openSubmenusOnClick": b.attr("openSubmenusOnClick"), "submenuVisibility": b.attr("submenuVisibility")})
	n.submenus = run.hasSubmenus || n.findSubmenus()
	run.hasSubmenus = n.submenus
	interactive := n.responsive || n.submenus && (n.visibility == "click" || truthy(b.attr("showSubmenuIcon")))
	wrapper := n.navAttributes(interactive)
	inner := n.list(interactive)
	if n.responsive {
		inner = n.container(inner, interactive)
	}
	return "<nav " + wrapper + ">" + inner + "</nav>"
}

func nestsNavigation(blocks []block.Block, depth int) bool {
	for i := range blocks {
		if blocks[i].Name == "core/navigation" || depth < maxDepth && nestsNavigation(blocks[i].InnerBlocks, depth+1) {
			return true
		}
	}
	return false
}

// plain prepares an inner block without the filters that a block passes when
// its parent renders it.
func (run *Run) plain(p *block.Block, context map[string]any) *Block {
	b := &Block{Run: run, Name: p.Name, Type: run.blocks[p.Name], parsed: p, attrs: p.Attrs, available: context, Context: map[string]any{}}
	b.pickContext()
	b.prepareAttributes()
	return b
}

func (run *Run) plainList(blocks []block.Block, context map[string]any) []*Block {
	out := make([]*Block, len(blocks))
	for i := range blocks {
		out[i] = run.plain(&blocks[i], context)
	}
	return out
}

// menuItems are the blocks inside a navigation: its own, or those of a menu
// kept as a post, or a list of pages.
func (b *Block) menuItems() []*Block {
	run := b.Run
	context := map[string]any{}
	for k, v := range b.Attributes.All() {
		context[k] = v
	}
	items := run.plainList(b.parsed.InnerBlocks, b.childContext())
	if ref, ok := b.Attributes.Get("ref"); ok {
		p := run.getPost(integer(ref))
		if p == nil {
			return nil
		}
		items = nil
		if p.Status == "publish" {
			return run.plainList(run.menuBlocks(p, nil), context)
		}
	}
	if len(items) > 0 {
		return items
	}
	fallback := []block.Block{{Name: "core/page-list", Attrs: &ordered.Object{}}}
	if list, _ := run.queryPosts(PostQuery{Types: []string{"wp_navigation"}, Limit: 1, NoTotal: true}); len(list) > 0 {
		fallback = run.menuBlocks(list[0], fallback)
	}
	return run.plainList(fallback, context)
}

// menuBlocks are the blocks of a menu post.
func (run *Run) menuBlocks(p *wp.Post, otherwise []block.Block) []block.Block {
	blocks := slices.DeleteFunc(block.Parse(p.Content), func(b block.Block) bool { return b.Name == "" })
	if len(blocks) == 0 {
		blocks = otherwise
	}
	markup := ""
	run.withPost(p, func() { markup = run.blockHooks(block.Serialize(blocks)) })
	return block.Parse(markup)
}

func (n *navigation) findSubmenus() bool {
	for _, item := range n.items {
		switch item.Name {
		case "core/navigation-submenu":
			return true
		case "core/page-list":
			pages, _ := n.Run.queryPosts(PostQuery{Types: []string{"page"}, Limit: -1, NoTotal: true})
			if slices.ContainsFunc(pages, func(p *wp.Post) bool { return p.Parent != 0 }) {
				return true
			}
		}
	}
	return false
}

// navColors are the navigation's own colours.
func (n *navigation) navColors() navColors {
	var c navColors
	one := func(named, custom, has, property, suffix string, classes *[]string, style *string) {
		name, isNamed := n.Attributes.Get(named)
		picked, isPicked := n.Attributes.Get(custom)
		if !isNamed && !isPicked {
			return
		}
		*classes = append(*classes, has)
		if isNamed {
			*classes = append(*classes, "has-"+str(name)+suffix)
		} else {
			*style += property + ": " + str(picked) + ";"
		}
	}
	one("textColor", "customTextColor", "has-text-color", "color", "-color", &c.classes, &c.style)
	one("backgroundColor", "customBackgroundColor", "has-background", "background-color", "-background-color", &c.classes, &c.style)
	one("overlayTextColor", "customOverlayTextColor", "has-text-color", "color", "-color", &c.overlayClasses, &c.overlayStyle)
	one("overlayBackgroundColor", "customOverlayBackgroundColor", "has-background", "background-color", "-background-color", &c.overlayClasses, &c.overlayStyle)
	return c
}

func (n *navigation) classes() (class, style string) {
	colors := n.navColors()
	classes, style := colors.classes, str(n.attr("styles"))+colors.style
	if v, ok := n.Attributes.Get("fontSize"); ok {
		classes = append(classes, "has-"+str(v)+"-font-size")
	} else if v, ok := n.Attributes.Get("customFontSize"); ok {
		style += "font-size: " + str(v) + "px;"
	}
	if n.responsive {
		classes = append(classes, "is-responsive")
	}
	layout := ""
	switch j := str(n.attr("layout", "justifyContent")); j {
	case "left", "right", "center", "space-between":
		layout = "items-justified-" + j
	}
	if n.attr("layout", "orientation") == "vertical" {
		layout += " is-vertical"
	}
	if n.attr("layout", "flexWrap") == "nowrap" {
		layout += " no-wrap"
	}
	if layout != "" {
		classes = append(classes, layout)
	}
	if v := n.attr("style", "typography", "textDecoration"); truthy(v) {
		classes = append(classes, "has-text-decoration-"+str(v))
	}
	return strings.Join(classes, " "), style
}

func (n *navigation) navAttributes(interactive bool) string {
	run := n.Run
	class, style := n.classes()
	name := str(n.attr("ariaLabel"))
	if ref, ok := n.Attributes.Get("ref"); ok && empty(name) {
		if p := run.getPost(integer(ref)); p != nil && p.Status == "publish" {
			name = p.Title
		}
	}
	if count := run.count("nav:" + name); count > 1 {
		name += " " + strconv.Itoa(count)
	}
	extra := []string{"class", class, "style", style}
	if !empty(name) {
		extra = append(extra, "aria-label", name)
	}
	out := n.wrapper(extra...)
	if n.responsive {
		out += " "
		if interactive {
			out += "\n\t\t data-wp-interactive=\"core/navigation\" data-wp-context='" +
				`{"overlayOpenedBy":{"click":false,"hover":false,"focus":false},"type":"overlay","roleAttribute":"","ariaLabel":"Menu"}'`
		}
	}
	return out
}

// list renders the items: list items in ul elements.
func (n *navigation) list(interactive bool) string {
	class, style := n.classes()
	attrs := n.wrapper("class", "wp-block-navigation__container "+class, "style", style)
	var out strings.Builder
	open := false
	for _, item := range n.items {
		markup := item.render()
		switch item.Name {
		case "core/site-title", "core/site-logo", "core/social-links":
			if !empty(markup) {
				markup = `<li class="wp-block-navigation-item">` + markup + "</li>"
			}
		}
		if li := newTags(markup).nextNamed("LI"); li != open {
			if open = li; li {
				out.WriteString("<ul " + attrs + ">")
			} else {
				out.WriteString("</ul>")
			}
		}
		out.WriteString(markup)
	}
	if open {
		out.WriteString("</ul>")
	}
	if n.submenus && interactive {
		return n.submenuDirectives(out.String())
	}
	return out.String()
}

func (n *navigation) submenuDirectives(h string) string {
	t := newTags(h)
	for t.nextClass("li", "has-child") {
		t.setAttr("data-wp-interactive", "core/navigation")
		t.setAttr("data-wp-context", `{ "submenuOpenedBy": { "click": false, "hover": false, "focus": false }, "type": "submenu", "modal": null, "previousFocus": null }`)
		t.setAttr("data-wp-watch", "callbacks.initMenu")
		t.setAttr("data-wp-on--focusout", "actions.handleMenuFocusout")
		t.setAttr("data-wp-on--keydown", "actions.handleMenuKeydown")
		t.setAttr("tabindex", "-1")
		if n.visibility == "hover" {
			t.setAttr("data-wp-on--pointerenter", "actions.openMenuOnHover")
			t.setAttr("data-wp-on--pointerleave", "actions.closeMenuOnHover")
		}
		if t.nextClass("button", "wp-block-navigation-submenu__toggle") {
			t.setAttr("data-wp-on--click", "actions.toggleMenuOnClick")
			t.setAttr("data-wp-bind--aria-expanded", "state.isSubmenuOpen")
		}
		if t.nextClass("ul", "wp-block-navigation__submenu-container") {
			t.setAttr("data-wp-on--focus", "actions.openMenuOnFocus")
		}
	}
	return t.String()
}

const (
	openIcon  = `<svg width="24" height="24" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 7.5h16v1.5H4z"></path><path d="M4 15h16v1.5H4z"></path></svg>`
	menuIcon  = `<svg width="24" height="24" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M5 5v1.5h14V5H5z"></path><path d="M5 12.8h14v-1.5H5v1.5z"></path><path d="M5 19h14v-1.5H5V19z"></path></svg>`
	closeIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="m13.06 12 6.47-6.47-1.06-1.06L12 10.94 5.53 4.47 4.47 5.53 10.94 12l-6.47 6.47 1.06 1.06L12 13.06l6.47 6.47 1.06-1.06L13.06 12Z"></path></svg>`
)

// container puts the list into the overlay that small screens get.
func (n *navigation) container(inner string, interactive bool) string {
	id := n.Run.uniqueID("modal-")
	colors := n.navColors()
	hidden := n.attr("overlayMenu") == "always"
	open, shut, openLabel, shutLabel := "Menu", "Close", "", ""
	if n.attr("hasIcon") == true {
		open, shut, openLabel, shutLabel = openIcon, closeIcon, `aria-label="Open menu"`, `aria-label="Close menu"`
		if n.attr("icon") == "menu" {
			open = menuIcon
		}
	}
	classes, openClass := "wp-block-navigation__responsive-container", "wp-block-navigation__responsive-container-open"
	if hidden {
		classes += " hidden-by-default"
		openClass += " always-shown"
	}
	classes = phpTrim(classes + " " + strings.Join(colors.overlayClasses, " "))
	style := ""
	if css := escAttr(safeCSS(colors.overlayStyle)); css != "" {
		style = `style="` + css + `"`
	}
	on := func(lines ...string) string {
		if !interactive {
			return ""
		}
		return "\n\t\t\t\t" + strings.Join(lines, "\n\t\t\t\t") + "\n\t\t\t"
	}
	return `<button aria-haspopup="dialog" ` + openLabel + ` class="` + escAttr(openClass) + `" ` +
		on(`data-wp-on--click="actions.openMenuOnClick"`, `data-wp-on--keydown="actions.handleMenuKeydown"`) + ">" + open + "</button>" +
		"\n\t\t\t\t<div class=\"" + escAttr(classes) + `" ` + style + ` id="` + id + `" ` +
		on(`data-wp-class--has-modal-open="state.isMenuOpen"`, `data-wp-class--is-menu-open="state.isMenuOpen"`, `data-wp-watch="callbacks.initMenu"`,
			`data-wp-on--keydown="actions.handleMenuKeydown"`, `data-wp-on--focusout="actions.handleMenuFocusout"`, `tabindex="-1"`) + ">" +
		"\n\t\t\t\t\t<div class=\"wp-block-navigation__responsive-close\" tabindex=\"-1\">" +
		"\n\t\t\t\t\t\t<div class=\"wp-block-navigation__responsive-dialog\" " +
		on(`data-wp-bind--aria-modal="state.ariaModal"`, `data-wp-bind--aria-label="state.ariaLabel"`, `data-wp-bind--role="state.roleAttribute"`) + ">" +
		"\n\t\t\t\t\t\t\t<button " + shutLabel + ` class="wp-block-navigation__responsive-container-close" ` + on(`data-wp-on--click="actions.closeMenuOnClick"`) + ">" + shut + "</button>" +
		"\n\t\t\t\t\t\t\t<div class=\"wp-block-navigation__responsive-container-content\" " + on(`data-wp-watch="callbacks.focusFirstElement"`) + ` id="` + id + `-content">` +
		"\n\t\t\t\t\t\t\t\t" + inner + "\n\t\t\t\t\t\t\t\t\n\t\t\t\t\t\t\t</div>\n\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n\t\t\t\t</div>"
}

// shown reports whether a menu item's target may be seen, and has a label.
func (b *Block) shown() bool {
	kind := b.attr("type")
	if b.attr("kind") == "post-type" || kind == "post" || kind == "page" {
		if id := b.attr("id"); isNumeric(id) {
			if p := b.Run.getPost(integer(id)); p == nil || p.Status != "publish" {
				return false
			}
		}
	}
	return truthy(b.attr("label"))
}

// itemAttrs are the attributes of a menu item's link.
func (b *Block) itemAttrs() string {
	out := ""
	if b.attr("opensInNewTab") == true {
		out += ` target="_blank"  `
	}
	if v := b.attr("rel"); v != nil {
		out += ` rel="` + escAttr(str(v)) + `"`
	} else if truthy(b.attr("nofollow")) {
		out += ` rel="nofollow"`
	}
	if v := b.attr("title"); v != nil {
		out += ` title="` + escAttr(str(v)) + `"`
	}
	return out
}

func (b *Block) itemLabel() string {
	out := `<span class="wp-block-navigation-item__label">` + b.Run.ksesPost(str(b.attr("label"))) + "</span>"
	if v := b.attr("description"); truthy(v) {
		out += `<span class="wp-block-navigation-item__description">` + b.Run.ksesPost(str(v)) + "</span>"
	}
	return out
}

func (b *Block) subItems() string {
	var out strings.Builder
	for _, item := range b.Run.plainList(b.parsed.InnerBlocks, b.childContext()) {
		out.WriteString(item.render())
	}
	return out.String()
}

// decodedURL undoes the encoding of an address whose query is encoded.
func decodedURL(url string) string {
	_, query, _ := strings.Cut(url, "?")
	query, _, _ = strings.Cut(query, "#")
	for _, p := range strings.Split(query, "&") {
		if _, v, _ := strings.Cut(p, "="); v != "" && rawURLDecode(queryDecode(v)) != queryDecode(v) {
			return rawURLDecode(url)
		}
	}
	return url
}

func queryDecode(s string) string { return rawURLDecode(strings.ReplaceAll(s, "+", " ")) }

func rawURLDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func renderNavigationLink(b *Block, _ string) string {
	if !b.shown() {
		return ""
	}
	inner := b.subItems()
	parent := !empty(phpTrim(inner))
	class := " wp-block-navigation-item"
	if parent {
		class += " has-child"
	}
	out := "<li " + b.wrapper("class", class) + `><a class="wp-block-navigation-item__content" `
	if v := b.attr("url"); v != nil {
		out += ` href="` + escURL(decodedURL(str(v))) + `"`
	}
	out += b.itemAttrs() + ">" + b.itemLabel() + "</a>"
	if parent && truthy(b.Context["showSubmenuIcon"]) {
		out += `<span class="wp-block-navigation__submenu-icon">` + submenuIcon + "</span>"
	}
	if parent {
		out += `<ul class="wp-block-navigation__submenu-container">` + inner + "</ul>"
	}
	return out + "</li>"
}

func renderNavigationSubmenu(b *Block, _ string) string {
	if !b.shown() {
		return ""
	}
	inner := b.subItems()
	parent := !empty(phpTrim(inner))
	icons := truthy(b.Context["showSubmenuIcon"])
	visibility := submenuVisibility(b.Context)
	class := "wp-block-navigation-item"
	if parent {
		class += " has-child"
	}
	switch {
	case visibility == "click":
		class += " open-on-click"
	case visibility == "hover" && icons:
		class += " open-on-hover-click"
	case visibility == "always":
		class += " open-always"
	}
	label := escAttr(stripAllTags(b.Run.ksesPost(str(b.attr("label"))), false) + " submenu")
	out := "<li " + b.wrapper("class", class) + ">"
	if visibility == "click" {
		out += `<button aria-label="` + label + `" class="wp-block-navigation-item__content wp-block-navigation-submenu__toggle" aria-expanded="false">` + b.itemLabel() + "</button>"
		if parent {
			out += `<span class="wp-block-navigation__submenu-icon">` + submenuIcon + "</span>"
		}
	} else {
		out += `<a class="wp-block-navigation-item__content"`
		if v := b.attr("url"); truthy(v) {
			out += ` href="` + escURL(str(v)) + `"`
		}
		out += b.itemAttrs() + ">" + b.itemLabel() + "</a>"
		if icons && parent {
			out += `<button aria-label="` + label + `" class="wp-block-navigation__submenu-icon wp-block-navigation-submenu__toggle" aria-expanded="false">` + submenuIcon + "</button>"
		}
	}
	if parent {
		colors := b.submenuColors()
		ul := "wp-block-navigation__submenu-container"
		if c := colors.class(); c != "" {
			ul += " " + c
		}
		out += "<ul " + b.wrapper("class", ul, "style", colors.css()) + ">" + inner + "</ul>"
	}
	return out + "</li>"
}

func (b *Block) submenuColors() *styles {
	attrs := shallow(b.Attributes)
	color, _ := b.attr("style", "color").(*ordered.Object)
	color = shallow(color)
	for _, c := range [][2]string{{"Text", "text"}, {"Background", "background"}} {
		if v, ok := b.Context["overlay"+c[0]+"Color"]; ok {
			attrs.Set(c[1]+"Color", v)
		}
		if v, ok := b.Context["customOverlay"+c[0]+"Color"]; ok {
			color.Set(c[1], v)
		}
	}
	attrs.Set("style", ordered.Of("color", color))
	t := BlockType{Supports: ordered.Of("color", true)}
	return t.colors(attrs)
}

// navigationContainer passes the class of styles for states on to the list.
func (b *Block) navigationContainer(h string) string { return h }

// migrateNavigation turns the presets of older navigation blocks into values.
func (b *Block) migrateNavigation() {
	typo, ok := dig(b.attrs, "style", "typography").(*ordered.Object)
	if !ok {
		return
	}
	next := shallow(typo)
	for _, p := range [][2]string{{"fontStyle", "font-style"}, {"fontWeight", "font-weight"}, {"textDecoration", "text-decoration"}, {"textTransform", "text-transform"}} {
		v, ok := typo.Value(p[0]).(string)
		if !ok || v == "" {
			continue
		}
		v = strings.TrimPrefix(v, "var:preset|"+p[1]+"|")
		if p[0] == "textDecoration" && v == "strikethrough" {
			v = "line-through"
		}
		next.Set(p[0], v)
	}
	b.setAttr("style", merged(b.attrs.Value("style"), ordered.Of("typography", next)))
}

// socialNames are the services a social link knows by name.
var socialNames = map[string]string{"wordpress": "WordPress", "x": "X", "facebook": "Facebook", "mail": "Mail", "twitter": "Twitter",
	"instagram": "Instagram", "github": "GitHub", "youtube": "YouTube", "linkedin": "LinkedIn", "mastodon": "Mastodon", "bluesky": "Bluesky",
	"threads": "Threads", "tiktok": "TikTok", "pinterest": "Pinterest", "reddit": "Reddit", "telegram": "Telegram", "whatsapp": "WhatsApp",
	"tumblr": "Tumblr", "vimeo": "Vimeo", "spotify": "Spotify", "soundcloud": "SoundCloud", "medium": "Medium", "feed": "RSS Feed", "chain": "Link",
	"amazon": "Amazon", "bandcamp": "Bandcamp", "behance": "Behance", "codepen": "CodePen", "deviantart": "DeviantArt", "discord": "Discord",
	"dribbble": "Dribbble", "dropbox": "Dropbox", "etsy": "Etsy", "fivehundredpx": "500px", "flickr": "Flickr", "foursquare": "Foursquare",
	"goodreads": "Goodreads", "google": "Google", "gravatar": "Gravatar", "lastfm": "Last.fm", "meetup": "Meetup", "patreon": "Patreon",
	"pocket": "Pocket", "skype": "Skype", "snapchat": "Snapchat", "twitch": "Twitch", "vk": "VK", "yelp": "Yelp"}

// socialIcon stands for every service: a plain ring of our own, since the
// services' pictures are not ours to give.
const socialIcon = `<svg width="24" height="24" viewBox="0 0 24 24" version="1.1" xmlns="http://www.w3.org/2000/svg" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="7" fill="none" stroke="currentColor" stroke-width="2"></circle></svg>`

func renderSocialLink(b *Block, _ string) string {
	url := str(b.attr("url"))
	if empty(url) {
		return ""
	}
	service := orString(b.attr("service"), "Icon")
	text := phpTrim(str(b.attr("label")))
	if empty(text) {
		if text = socialNames[service]; text == "" {
			text = "Share Icon"
		}
	}
	if isMail(url) {
		url = "mailto:" + url
	}
	if !hasScheme(url) && !strings.HasPrefix(url, "//") && !strings.HasPrefix(url, "#") {
		url = "https://" + url
	}
	class, style := "wp-social-link wp-social-link-"+service, ""
	for _, c := range [][3]string{{"iconColor", "-color", "color"}, {"iconBackgroundColor", "-background-color", "background-color"}} {
		if v, ok := b.Context[c[0]]; ok && v != nil {
			class += " has-" + str(v) + c[1]
		}
		if v, ok := b.Context[c[0]+"Value"]; ok && v != nil {
			style += c[2] + ":" + str(v) + ";"
		}
	}
	hidden := " screen-reader-text"
	if truthy(b.Context["showLabels"]) {
		hidden = ""
	}
	link := "<li " + b.wrapper("class", class, "style", style) + `><a href="` + escURL(url) + `" class="wp-block-social-link-anchor">` + socialIcon +
		`<span class="wp-block-social-link-label` + hidden + `">` + escHTML(text) + "</span></a></li>"
	t := newTags(link)
	if t.nextNamed("A") {
		rel := str(b.attr("rel"))
		if truthy(b.Context["openInNewTab"]) {
			t.setAttr("rel", phpTrim(rel+" noopener nofollow"))
			t.setAttr("target", "_blank")
		} else if rel != "" {
			t.setAttr("rel", phpTrim(rel))
		}
	}
	return t.String()
}

func hasScheme(url string) bool {
	i := strings.IndexByte(url, ':')
	if i <= 0 || !isLetter(url[0]) {
		return false
	}
	rest := url[i+1:]
	port := len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9'
	return !strings.ContainsAny(url[:i], "/?#") && !port
}
