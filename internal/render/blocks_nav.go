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
