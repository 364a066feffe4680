package render

import (
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

// navColors are the classes and styles that colours of a navigation give its
// items.
type navColors struct {
	classes, overlayClasses []string
	style, overlayStyle     string
}

// navigationColors reads colours from a context
// (block_core_navigation_build_css_colors and its kin).
func navigationColors(get func(name string) (any, bool)) navColors {
	var c navColors
	pair := func(named, custom string, styled any, hasClass, property string, classes *[]string, style *string) {
		name, hasName := get(named)
		picked, hasPicked := get(custom)
		if !hasName && !hasPicked && styled == nil {
			return
		}
		*classes = append(*classes, hasClass)
		suffix := "-color"
		if property == "background-color" {
			suffix = "-background-color"
		}
		switch {
		case hasName:
			*classes = append(*classes, "has-"+kebab(str(name))+suffix)
		case hasPicked:
			*style += property + ": " + str(picked) + ";"
		default:
			*style += property + ": " + str(styled) + ";"
		}
	}
	own, _ := get("style")
	pair("textColor", "customTextColor", dig(own, "color", "text"), "has-text-color", "color", &c.classes, &c.style)
	pair("backgroundColor", "customBackgroundColor", dig(own, "color", "background"), "has-background", "background-color", &c.classes, &c.style)
	pair("overlayTextColor", "customOverlayTextColor", nil, "has-text-color", "color", &c.overlayClasses, &c.overlayStyle)
	pair("overlayBackgroundColor", "customOverlayBackgroundColor", nil, "has-background", "background-color", &c.overlayClasses, &c.overlayStyle)
	return c
}

func (b *Block) contextColors() navColors {
	return navigationColors(func(name string) (any, bool) {
		v, ok := b.Context[name]
		return v, ok
	})
}

// pageList is a page list being rendered.
type pageList struct {
	*Block
	children   map[int64][]*wp.Post
	colors     navColors
	visibility string
	icons      bool
	inNav      bool
	nested     bool
	front      int64
}

func renderPageList(b *Block, _ string) string {
	run := b.Run
	run.count("page-list")
	pages, _ := run.queryPosts(PostQuery{Types: []string{"page"}, Limit: -1, NoTotal: true, OrderBy: "menu_order title", Order: "ASC"})
	if len(pages) == 0 {
		return ""
	}
	l := &pageList{Block: b, children: map[int64][]*wp.Post{}, colors: b.contextColors(), nested: truthy(b.Context["core/isInsideSubmenu"]),
		visibility: "hover", front: integer(run.option("page_on_front"))}
	ids := map[int64]bool{}
	for _, p := range pages {
		ids[p.ID] = true
	}
	for _, p := range pages {
		if p.Parent != 0 && !ids[p.Parent] {
			continue // get_pages leaves out what hangs below a page that is not shown
		}
		l.children[p.Parent] = append(l.children[p.Parent], p)
	}
	top := l.children[0]
	if parent := integer(b.attr("parentPageID")); parent != 0 {
		if top = l.children[parent]; len(top) == 0 {
			return ""
		}
	}
	if icons, ok := b.Context["showSubmenuIcon"]; ok {
		l.inNav, l.icons = true, truthy(icons)
		l.visibility = submenuVisibility(b.Context)
	}
	items := l.render(top, 0)
	wrapper := b.wrapper("class", strings.Join(l.colors.classes, " "), "style", l.colors.style)
	if l.nested {
		return items
	}
	return element("ul", wrapper, items)
}

func submenuVisibility(context map[string]any) string {
	if v, ok := context["openSubmenusOnClick"]; ok && v != nil {
		if truthy(v) {
			return "click"
		}
		return "hover"
	}
	return orString(context["submenuVisibility"], "hover")
}

const submenuIcon = `<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12" viewBox="0 0 12 12" fill="none" aria-hidden="true" focusable="false"><path d="M1.50002 4L6.00002 8L10.5 4" stroke-width="1.5"></path></svg>`

func (l *pageList) render(pages []*wp.Post, depth int) string {
	run := l.Run
	var out strings.Builder
	for _, p := range pages {
		kids := l.children[p.ID]
		parent := len(kids) > 0 && depth < maxDepth
		class, style := "", ""
		if parent {
			class += " has-child"
		}
		content := ""
		if l.inNav {
			class += " wp-block-navigation-item"
			content = " wp-block-navigation-item__content"
			switch {
			case l.visibility == "click":
				class += " open-on-click"
			case l.visibility == "hover" && l.icons:
				class += " open-on-hover-click"
			case l.visibility == "always":
				class += " open-always"
			}
		}
		if depth > 0 || l.nested {
			class += " " + phpTrim(strings.Join(l.colors.overlayClasses, " "))
			if l.colors.overlayStyle != "" {
				style = ` style="` + escAttr(l.colors.overlayStyle) + `"`
			}
		}
		if p.ID == l.front {
			class += " menu-item-home"
		}
		title := p.Title
		if empty(title) {
			title = "(no title)"
		}
		label := escAttr(stripAllTags(title, false) + " submenu")
		out.WriteString(`<li class="wp-block-pages-list__item` + escAttr(class) + `"` + style + ">")
		if parent && l.inNav && l.visibility == "click" {
			out.WriteString(`<button aria-label="` + label + `" class="` + escAttr(content) + ` wp-block-navigation-submenu__toggle" aria-expanded="false">` + run.ksesPost(title) +
				`</button><span class="wp-block-page-list__submenu-icon wp-block-navigation__submenu-icon">` + submenuIcon + "</span>")
		} else {
			out.WriteString(`<a class="wp-block-pages-list__item__link` + escAttr(content) + `" href="` + escURL(run.Permalink(p)) + `">` + run.ksesPost(title) + "</a>")
		}
		if parent {
			if l.inNav && l.icons && l.visibility != "click" {
				out.WriteString(`<button aria-label="` + label + `" class="wp-block-navigation__submenu-icon wp-block-navigation-submenu__toggle" aria-expanded="false">` + submenuIcon + "</button>")
			}
			out.WriteString(`<ul class="wp-block-navigation__submenu-container">` + l.render(kids, depth+1) + "</ul>")
		}
		out.WriteString("</li>")
	}
	return out.String()
}

func renderHomeLink(b *Block, _ string) string {
	run := b.Run
	label := "Home"
	if v := b.attr("label"); truthy(v) {
		label = str(v)
	}
	colors := b.contextColors()
	target := ""
	if b.attr("opensInNewTab") == true {
		target = ` target="_blank"`
	}
	description := ""
	if v := b.attr("description"); truthy(v) {
		description = `<span class="wp-block-navigation-item__description">` + run.ksesPost(str(v)) + "</span>"
	}
	classes := strings.Join(append(colors.classes, "wp-block-navigation-item"), " ")
	return "<li " + b.wrapper("class", classes, "style", colors.style) + `><a class="wp-block-home-link__content wp-block-navigation-item__content" href="` +
		escURL(run.cfg.HomeURL) + `" rel="home" ` + target + ">" + run.ksesPost(label) + description + "</a></li>"
}

func renderOverlayClose(b *Block, _ string) string {
	text, mode := "Close", "icon"
	if v := b.attr("text"); truthy(v) {
		text = str(v)
	}
	if v := b.attr("displayMode"); truthy(v) {
		mode = str(v)
	}
	content, label := "", `aria-label="Close"`
	if mode == "both" || mode == "icon" {
		content = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="M13 11.8l6.1-6.3-1.1-1-6.1 6.2-6.1-6.2-1.1 1 6.1 6.3-6.5 6.7 1.1 1 6.5-6.6 6.5 6.6 1.1-1z" /></svg>`
	}
	if mode == "both" || mode == "text" {
		content += `<span class="wp-block-navigation-overlay-close__text">` + b.Run.ksesPost(text) + "</span>"
		label = ""
	}
	return "<button " + b.wrapper() + ` type="button" ` + label + " >" + content + "</button>"
}

// crumb is one step of a breadcrumb trail.
type crumb struct {
	label, url string
	html       bool
}

func renderBreadcrumbs(b *Block, _ string) string {
	run := b.Run
	p := b.contextPost()
	if p == nil || b.Context["postType"] == nil {
		return ""
	}
	title := func(p *wp.Post) string {
		if t := run.prefixedTitle(p); t != "" {
			return t
		}
		return "(no title)"
	}
	var crumbs []crumb
	if truthy(b.attr("showHomeItem")) {
		crumbs = append(crumbs, crumb{label: "Home", url: run.cfg.HomeURL + "/"})
	}
	from, hierarchical := p, false
	typ := run.Source.PostType(p.Type)
	hierarchical = typ != nil && typ.Hierarchical
	if !hierarchical && p.Parent != 0 {
		if q := run.getPost(p.Parent); q != nil {
			from = q
			crumbs = append(crumbs, b.ancestorCrumbs(q, title)...)
		}
	}
	switch {
	case hierarchical:
		crumbs = append(crumbs, b.ancestorCrumbs(p, title)...)
	case from == p:
		crumbs = append(crumbs, b.termCrumbs(p)...)
	}
	crumbs = append(crumbs, crumb{label: title(p), html: true})
	if v := b.attr("showCurrentItem"); v != nil && !truthy(v) {
		crumbs = crumbs[:len(crumbs)-1]
	}
	if len(crumbs) == 0 {
		return ""
	}
	separator := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(str(b.attr("separator")))
	var out strings.Builder
	for _, c := range crumbs {
		label := escHTML(c.label)
		if c.html {
			label = run.ksesPost(c.label)
		}
		if c.url != "" {
			out.WriteString(`<li><a href="` + escURL(c.url) + `">` + label + "</a></li>")
		} else {
			out.WriteString(`<li><span aria-current="page">` + label + "</span></li>")
		}
	}
	return "<nav " + b.wrapper("style", `--separator: "`+separator+`";`, "aria-label", "Breadcrumbs") + "><ol>" + out.String() + "</ol></nav>"
}

func (b *Block) ancestorCrumbs(p *wp.Post, title func(*wp.Post) string) []crumb {
	var out []crumb
	for q := b.Run.getPost(p.Parent); q != nil && len(out) < 100; q = b.Run.getPost(q.Parent) {
		out = append([]crumb{{title(q), b.Run.Permalink(q), true}}, out...)
	}
	return out
}

func (b *Block) termCrumbs(p *wp.Post) []crumb {
	run := b.Run
	for _, name := range run.taxonomies(p.Type) {
		tax := run.Source.Taxonomy(name)
		terms := run.Source.PostTerms(p.ID, name)
		if tax == nil || len(terms) == 0 {
			continue
		}
		out := []crumb{{label: terms[0].Name, url: run.TermLink(terms[0])}}
		for t := run.Source.Term(terms[0].Parent); tax.Hierarchical && t != nil && len(out) < 100; t = run.Source.Term(t.Parent) {
			out = append([]crumb{{label: t.Name, url: run.TermLink(t)}}, out...)
		}
		return out
	}
	return nil
}
