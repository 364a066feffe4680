package render

import (
	"regexp"
	"strings"
)

// voidTags have no end tag.
var voidTags = map[string]bool{"AREA": true, "BASE": true, "BASEFONT": true, "BGSOUND": true, "BR": true, "COL": true,
	"EMBED": true, "FRAME": true, "HR": true, "IMG": true, "INPUT": true, "KEYGEN": true, "LINK": true, "META": true,
	"PARAM": true, "SOURCE": true, "TRACK": true, "WBR": true}

// innerWrapperClass is the class of the innermost element open where the first
// inner block stands: that element gets the layout.
func (b *Block) innerWrapperClass() string {
	content := b.parsed.InnerContent
	if len(content) < 2 || content[0].Inner {
		return ""
	}
	t := newTags(content[0].HTML)
	var open []string
	for t.nextAny() {
		if t.closer {
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		} else if !voidTags[t.name] {
			open = append(open, t.value("class"))
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] != "" && open[i] != "0" {
			return open[i]
		}
	}
	return ""
}

// groupInnerContainer puts a container into a group for themes without
// theme.json (wp_restore_group_inner_container).
func (b *Block) groupInnerContainer(h string) string {
	tag := "div"
	if v := b.attrs.Value("tagName"); v != nil {
		tag = str(v)
	}
	kind := dig(b.attrs, "layout", "type")
	if b.Run.theme.JSON || kind == "flex" || kind == "grid" {
		return h
	}
	q := regexp.QuoteMeta(tag)
	has, err := regexp.Compile(`^\s*<` + q + `\b[^>]*wp-block-group[\s"][^>]*>\s*<div\b[^>]*wp-block-group__inner-container[\s"][^>]*>`)
	if err != nil || has.MatchString(h) {
		return h
	}
	var classes []string
	t := newTags(h)
	if t.nextClass("", "wp-block-group") {
		for _, c := range t.classes() {
			if strings.Contains(c, "is-layout-") {
				classes = append(classes, c)
				t.removeClass(c)
			}
		}
	}
	h = t.String()
	open := regexp.MustCompile(`^\s*<` + q + `\b[^>]*wp-block-group[^>]*>`)
	closing := regexp.MustCompile(`</` + q + `>\s*$`)
	m, c := open.FindStringIndex(h), closing.FindStringIndex(h)
	if m == nil || c == nil || c[0] < m[1] {
		return h
	}
	h = h[:m[1]] + `<div class="wp-block-group__inner-container">` + h[m[1]:c[0]] + "</div>" + h[c[0]:]
	t = newTags(h)
	if t.nextClass("", "wp-block-group__inner-container") {
		for _, c := range classes {
			t.addClass(c)
		}
	}
	return t.String()
}

// imageContainer wraps aligned images in a div for themes without theme.json
// (wp_restore_image_outer_container).
func (b *Block) imageContainer(h string) string {
	if b.Run.theme.JSON {
		return h
	}
	t := newTags(h)
	if !t.nextNamed("FIGURE") || !t.hasClass("wp-block-image") || !(t.hasClass("alignleft") || t.hasClass("aligncenter") || t.hasClass("alignright")) {
		return h
	}
	class := "wp-block-image"
	if c, ok := b.attrs.Value("className").(string); ok {
		class += " " + c
	}
	w := newTags("<div>")
	w.next()
	w.setAttr("class", class)
	t.removeClass("wp-block-image")
	for _, c := range w.classes() {
		t.removeClass(c)
	}
	for _, c := range t.classes() {
		if strings.HasPrefix(c, "wp-duotone") {
			t.removeClass(c)
			w.addClass(c)
			break
		}
	}
	return w.String() + t.String() + "</div>"
}
