package render

import (
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

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
