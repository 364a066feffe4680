package render

import (
	"strings"

	"github.com/platenhq/platen/ordered"
)

// searchForm is what renders a search block.
type searchForm struct {
	*Block
	position       string // of the button; "" without attribute
	inside         bool
	button         bool
	wrapperStyle   []string
	buttonStyle    []string
	inputStyle     []string
	labelStyle     []string
	colors, fonts  string
	borders, input string
}

func renderSearch(b *Block, _ string) string {
	s := &searchForm{Block: b}
	attrs := merged(ordered.Of("label", "Search", "buttonText", "Search"), b.Attributes)
	b.Attributes = attrs
	s.input = b.Run.uniqueID("wp-block-search__input-")
	s.position = ""
	if v := attrs.Value("buttonPosition"); truthy(v) {
		s.position = str(v)
	}
	s.inside = s.position == "button-inside"
	s.button = s.position != "no-button"
	s.styles()
	s.classes()
	expandable := s.position == "button-only"
	field := "wp-block-search__inside-wrapper"
	if s.inside && s.borders != "" {
		field += " " + s.borders
	}
	body := s.label() + `<div class="` + escAttr(field) + `" ` + styleAttr(s.wrapperStyle) + ">" + s.inputTag(expandable) + s.params() + s.buttonTag(expandable) + "</div>"
	directives := ""
	if expandable {
		directives = "\n\t\t data-wp-interactive=\"core/search\"\n\t\t data-wp-context='" +
			phpJSON(ordered.Of("isSearchInputVisible", false, "inputId", s.input, "ariaLabelExpanded", "Submit Search", "ariaLabelCollapsed", "Expand search field"), jsonHex) +
			"'\n\t\t data-wp-class--wp-block-search__searchfield-hidden=\"!context.isSearchInputVisible\"" +
			"\n\t\t data-wp-on--keydown=\"actions.handleSearchKeydown\"\n\t\t data-wp-on--focusout=\"actions.handleSearchFocusout\"\n\t\t"
	}
	wrapper := b.wrapper("class", s.formClass())
	action := escURL(b.Run.cfg.HomeURL + "/")
	if b.attr("tagName") == "search" {
		return "<search " + wrapper + " " + directives + `><form method="get" action="` + action + `">` + body + "</form></search>"
	}
	return `<form role="search" method="get" action="` + action + `" ` + wrapper + " " + directives + ">" + body + "</form>"
}

func (s *searchForm) formClass() string {
	var out []string
	switch s.position {
	case "button-inside", "button-outside", "no-button":
		out = append(out, "wp-block-search__"+s.position)
	case "button-only":
		out = append(out, "wp-block-search__button-only wp-block-search__searchfield-hidden")
	}
	if icon := s.attr("buttonUseIcon"); icon != nil && s.position != "" && s.button {
		if truthy(icon) {
			out = append(out, "wp-block-search__icon-button")
		} else {
			out = append(out, "wp-block-search__text-button")
		}
	}
	return strings.Join(out, " ")
}

func styleAttr(css []string) string {
	if len(css) == 0 {
		return ""
	}
	return ` style="` + escAttr(safeCSS(strings.Join(css, " "))) + `"`
}

func (s *searchForm) label() string {
	text := "Search"
	if v := s.attr("label"); truthy(v) {
		text = s.Run.ksesPost(str(v))
	}
	return firstTag("<label "+styleAttr(s.labelStyle)+">"+text+"</label>", func(t *tags) {
		t.setAttr("for", s.input)
		t.addClass("wp-block-search__label")
		if truthy(s.attr("showLabel")) && truthy(s.attr("label")) {
			if s.fonts != "" {
				t.addClass(s.fonts)
			}
		} else {
			t.addClass("screen-reader-text")
		}
	})
}

func (s *searchForm) inputTag(expandable bool) string {
	classes := "wp-block-search__input"
	if !s.inside && s.borders != "" {
		classes += " " + s.borders
	}
	if s.fonts != "" {
		classes += " " + s.fonts
	}
	if !s.button && s.colors != "" {
		classes += " " + s.colors
	}
	return firstTag(`<input type="search" name="s" required `+styleAttr(s.inputStyle)+"/>", func(t *tags) {
		t.addClass(classes)
		t.setAttr("id", s.input)
		t.setAttr("value", "")
		t.setAttr("placeholder", str(s.attr("placeholder")))
		if expandable {
			t.setAttr("data-wp-bind--aria-hidden", "!context.isSearchInputVisible")
			t.setAttr("data-wp-bind--tabindex", "state.tabindex")
			t.setAttr("aria-hidden", "true")
			t.setAttr("tabindex", "-1")
		}
	})
}

func (s *searchForm) params() string {
	out := ""
	each(s.attr("query"), func(name string, v any) {
		out += `<input type="hidden" name="` + escAttr(name) + `" value="` + escAttr(str(v)) + `" />`
	})
	return out
}

const searchIcon = "<svg class=\"search-icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\">\n\t\t\t\t\t<path d=\"M13 5c-3.3 0-6 2.7-6 6 0 1.4.5 2.7 1.3 3.7l-3.8 3.8 1.1 1.1 3.8-3.8c1 .8 2.3 1.3 3.7 1.3 3.3 0 6-2.7 6-6S16.3 5 13 5zm0 10.5c-2.5 0-4.5-2-4.5-4.5s2-4.5 4.5-4.5 4.5 2 4.5 4.5-2 4.5-4.5 4.5z\"></path>\n\t\t\t\t</svg>"

func (s *searchForm) buttonTag(expandable bool) string {
	if !s.button {
		return ""
	}
	classes := []string{"wp-block-search__button"}
	for _, c := range []string{s.colors, s.fonts} {
		if c != "" {
			classes = append(classes, c)
		}
	}
	if !s.inside && s.borders != "" {
		classes = append(classes, s.borders)
	}
	inner := ""
	if truthy(s.attr("buttonUseIcon")) {
		classes = append(classes, "has-icon")
		inner = searchIcon
	} else if v := s.attr("buttonText"); truthy(v) {
		inner = s.Run.ksesPost(str(v))
	}
	classes = append(classes, "wp-element-button")
	return firstTag(`<button type="submit" `+styleAttr(s.buttonStyle)+">"+inner+"</button>", func(t *tags) {
		t.addClass(strings.Join(classes, " "))
		if !expandable {
			t.setAttr("aria-label", stripAllTags(str(s.attr("buttonText")), false))
			return
		}
		t.setAttr("data-wp-bind--aria-label", "state.ariaLabel")
		t.setAttr("data-wp-bind--aria-controls", "state.ariaControls")
		t.setAttr("data-wp-bind--aria-expanded", "context.isSearchInputVisible")
		t.setAttr("data-wp-bind--type", "state.type")
		t.setAttr("data-wp-on--click", "actions.openSearchInput")
		t.setAttr("aria-label", "Expand search field")
		t.setAttr("aria-controls", "wp-block-search__input-"+s.input)
		t.setAttr("aria-expanded", "false")
		t.setAttr("type", "button")
	})
}

// classes collects the class names for colours, fonts and borders.
func (s *searchForm) classes() {
	var colors, fonts, borders []string
	named := func(attr, format string) (string, bool) {
		v := s.attr(attr)
		return strings.Replace(format, "%", str(v), 1), truthy(v)
	}
	if c, ok := named("textColor", "has-text-color has-%-color"); ok {
		colors = append(colors, c)
	} else if truthy(s.attr("style", "color", "text")) {
		colors = append(colors, "has-text-color")
	}
	bg, hasBg := named("backgroundColor", "has-%-background-color")
	gr, hasGr := named("gradient", "has-%-gradient-background")
	if hasBg || hasGr || truthy(s.attr("style", "color", "background")) || truthy(s.attr("style", "color", "gradient")) {
		colors = append(colors, "has-background")
	}
	if hasBg {
		colors = append(colors, bg)
	}
	if hasGr {
		colors = append(colors, gr)
	}
	if c, ok := named("fontSize", "has-%-font-size"); ok {
		fonts = append(fonts, escAttr(c))
	}
	if c, ok := named("fontFamily", "has-%-font-family"); ok {
		fonts = append(fonts, escAttr(c))
	}
	c, ok := named("borderColor", "has-%-border-color")
	if ok || truthy(s.attr("style", "border", "color")) {
		borders = append(borders, "has-border-color")
	}
	if ok {
		borders = append(borders, escAttr(c))
	}
	s.colors, s.fonts, s.borders = strings.Join(colors, " "), strings.Join(fonts, " "), strings.Join(borders, " ")
}

// styles collects the inline styles of the form's parts.
func (s *searchForm) styles() {
	if w, unit := s.attr("width"), s.attr("widthUnit"); truthy(w) && truthy(unit) {
		s.wrapperStyle = append(s.wrapperStyle, "width: "+itoa(integer(w))+escAttr(str(unit))+";")
	}
	for _, property := range []string{"width", "color", "style"} {
		for _, side := range []string{"", "top", "right", "bottom", "left"} {
			s.border(property, side)
		}
	}
	s.radius()
	add := func(css string) {
		if s.position == "no-button" {
			s.inputStyle = append(s.inputStyle, css)
		} else {
			s.buttonStyle = append(s.buttonStyle, css)
		}
	}
	for _, c := range [][2]string{{"text", "color"}, {"background", "background-color"}, {"gradient", "background"}} {
		if v := s.attr("style", "color", c[0]); truthy(v) {
			add(c[1] + ": " + str(v) + ";")
		}
	}
	fonts := ""
	for _, f := range [][2]string{{"fontSize", "font-size"}, {"fontFamily", "font-family"}, {"letterSpacing", "letter-spacing"},
		{"fontWeight", "font-weight"}, {"fontStyle", "font-style"}, {"lineHeight", "line-height"}, {"textTransform", "text-transform"}} {
		if v := s.attr("style", "typography", f[0]); truthy(v) {
			if f[0] == "fontSize" {
				v = s.Run.theme.fontSize(v)
			}
			fonts += f[1] + ": " + str(v) + ";"
		}
	}
	if fonts = escAttr(fonts); fonts != "" {
		s.labelStyle, s.buttonStyle, s.inputStyle = append(s.labelStyle, fonts), append(s.buttonStyle, fonts), append(s.inputStyle, fonts)
	}
	if v := s.attr("style", "typography", "textDecoration"); truthy(v) {
		css := "text-decoration: " + escAttr(str(v)) + ";"
		s.buttonStyle = append(s.buttonStyle, css)
		if l := s.attr("showLabel"); l != nil && l != false {
			s.labelStyle = append(s.labelStyle, css)
		}
	}
}

func (s *searchForm) border(property, side string) {
	path := []string{"style", "border", property}
	name := property
	if side != "" {
		path = []string{"style", "border", side, property}
		name = side + "-" + property
	}
	v := s.attr(path...)
	if !truthy(v) || isArray(v) {
		return
	}
	value := str(v)
	if property == "color" && side != "" && strings.Contains(value, "var:preset|color|") {
		value = "var(--wp--preset--color--" + value[strings.LastIndexByte(value, '|')+1:] + ")"
	}
	css := "border-" + name + ": " + escAttr(value) + ";"
	if s.inside {
		s.wrapperStyle = append(s.wrapperStyle, css)
		return
	}
	s.buttonStyle, s.inputStyle = append(s.buttonStyle, css), append(s.inputStyle, css)
}

func (s *searchForm) radius() {
	radius := s.attr("style", "border", "radius")
	if !truthy(radius) {
		return
	}
	one := func(property, value string) {
		if slug := presetSlug(value, "border-radius"); slug != "" {
			value = "var(--wp--preset--border-radius--" + slug + ")"
		}
		css := property + ": " + escAttr(value) + ";"
		s.inputStyle, s.buttonStyle = append(s.inputStyle, css), append(s.buttonStyle, css)
		if s.inside && (integer(value) != 0 || property != "border-radius" && strings.Contains(value, "var(--wp--preset--border-radius--")) {
			s.wrapperStyle = append(s.wrapperStyle, property+": calc("+escAttr(value)+" + 4px);")
		}
	}
	if isArray(radius) {
		each(radius, func(key string, v any) {
			if v != nil {
				one("border-"+escAttr(camelToKebab(key))+"-radius", str(v))
			}
		})
		return
	}
	value := str(radius)
	if isNumeric(radius) {
		value += "px"
	}
	one("border-radius", value)
}

func camelToKebab(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' && i > 0 {
			b.WriteByte('-')
		}
		b.WriteByte(s[i])
	}
	return strings.ToLower(b.String())
}
