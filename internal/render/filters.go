package render

import (
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/ordered"
)

// hashID is wp_unique_id_from_values: a prefix and eight digits of a hash.
func hashID(prefix string, data any) string {
	sum := md5.Sum([]byte(phpJSON(data, 0)))
	return prefix + hex.EncodeToString(sum[:])[:8]
}

// filterData are core's filters on a block's data before it is rendered
// (render_block_data).
func (b *Block) filterData() {
	style := b.attrs.Value("style")
	if b.Type != nil && style != nil && b.elementsClass(style) {
		b.appendClassName(b.Run.uniquePrefixedID("wp-elements-"))
	}
	if class, ok := b.attrs.Value("className").(string); ok && strings.Contains(class, "is-style-") {
		if variation := b.Run.theme.variation(b.Name, class); variation != "" {
			b.setAttr("className", class+" is-style-"+b.Run.uniqueID(variation+"--"))
		}
	}
	if css, ok := dig(style, "css").(string); ok && strings.TrimSpace(css) != "" && b.Type.support(true, "customCSS") && !looksLikeTag(css) {
		b.appendClassName(hashID("wp-custom-css-", b.value()))
	}
	switch b.Name {
	case "core/latest-posts":
		b.migrateLatestPosts()
	case "core/navigation":
		b.migrateNavigation()
	}
}

func (b *Block) appendClassName(class string) {
	if old, ok := b.attrs.Get("className"); ok && old != nil {
		class = str(old) + " " + class
	}
	b.setAttr("className", class)
}

func looksLikeTag(css string) bool {
	for i := 0; i+1 < len(css); i++ {
		if css[i] != '<' {
			continue
		}
		c := css[i+1]
		if c == '/' && i+2 < len(css) {
			c = css[i+2]
		}
		if isLetter(c) || c >= '0' && c <= '9' || c == '_' {
			return true
		}
	}
	return false
}

// value is the block as PHP's parsed block array.
func (b *Block) value() any {
	o := blockValue(b.parsed, b.attrs)
	if b.parent != nil {
		o.Set("parentLayout", b.parent)
	}
	return o
}

func blockValue(p *block.Block, attrs *ordered.Object) *ordered.Object {
	inner, content := []any{}, []any{}
	for i := range p.InnerBlocks {
		inner = append(inner, blockValue(&p.InnerBlocks[i], p.InnerBlocks[i].Attrs))
	}
	for _, c := range p.InnerContent {
		if c.Inner {
			content = append(content, nil)
		} else {
			content = append(content, c.HTML)
		}
	}
	var name, a any
	if p.Name != "" {
		name = p.Name
	}
	if attrs != nil {
		a = attrs
	}
	return ordered.Of("blockName", name, "attrs", a, "innerBlocks", inner, "innerHTML", p.InnerHTML(), "innerContent", content)
}

// elementsClass reports whether a block's styles for links, headings or
// buttons inside it call for a class (wp_should_add_elements_class_name).
func (b *Block) elementsClass(style any) bool {
	elements := dig(style, "elements")
	if elements == nil {
		return false
	}
	has := func(element string, props ...string) bool {
		for _, p := range props {
			if dig(elements, element, "color", p) != nil {
				return true
			}
		}
		return false
	}
	if !b.Type.skips("color", "button") && has("button", "text", "background", "gradient") {
		return true
	}
	if !b.Type.skips("color", "link") && (has("link", "text") || dig(elements, "link", ":hover", "color", "text") != nil) {
		return true
	}
	if b.Type.skips("color", "heading") {
		return false
	}
	for _, h := range []string{"heading", "h1", "h2", "h3", "h4", "h5", "h6"} {
		if has(h, "text", "background", "gradient") {
			return true
		}
	}
	return false
}

// filterOutput are core's filters on a rendered block (render_block), in the
// order in which core adds them.
func (b *Block) filterOutput(h string) string {
	h = b.typographySupport(h)
	h = stripNoteMarkers(h)
	h = b.presetsClass(h)
	h = b.markerClass(h, "wp-elements-")
	h = b.layoutSupport(h)
	h = b.positionSupport(h)
	h = b.dimensionsSupport(h)
	h = b.duotoneSupport(h)
	h = b.backgroundSupport(h)
	h = b.variationClass(h)
	h = b.visibilitySupport(h)
	h = b.markerClass(h, "wp-custom-css-")
	h = b.statesSupport(h)
	switch b.Name {
	case "core/navigation":
		h = b.navigationContainer(h)
	case "core/paragraph":
		if h != "" && h != "0" {
			t := newTags(h)
			if t.nextNamed("P") {
				t.addClass("wp-block-paragraph")
			}
			h = t.String()
		}
	case "core/group":
		h = b.groupInnerContainer(h)
	case "core/image":
		h = b.imageContainer(h)
		if b.Run.lightbox {
			h = b.renderLightbox(h)
		}
	case "core/details":
		if !truthy(b.attrs.Value("showContent")) {
			h = lowPriorityImages(h)
		}
	}
	return h
}

func lowPriorityImages(h string) string {
	t := newTags(h)
	for t.nextNamed("IMG") {
		t.setAttr("fetchpriority", "low")
	}
	return t.String()
}

// markerClass puts the generated class with a prefix, which stands among the
// block's class names, on the block's first tag.
func (b *Block) markerClass(h, prefix string) string {
	class, _ := b.attrs.Value("className").(string)
	if !strings.Contains(class, prefix) {
		return h
	}
	for _, c := range strings.FieldsFunc(class, func(r rune) bool { return strings.ContainsRune(tagSpace, r) }) {
		if strings.HasPrefix(c, prefix) {
			if prefix == "wp-custom-css-" {
				return addClassToFirst(h, "has-custom-css", c)
			}
			return addClassToFirst(h, c)
		}
	}
	return h
}

// stripNoteMarkers unwraps the mark elements that editors' notes leave behind.
func stripNoteMarkers(h string) string {
	if !strings.Contains(h, "wp-note") {
		return h
	}
	t := newTags(h)
	var stack []bool
	var out strings.Builder
	at := 0
	for t.nextTag("MARK", "", true) {
		note := false
		if t.closer {
			if n := len(stack); n > 0 {
				note, stack = stack[n-1], stack[:n-1]
			}
		} else {
			note = t.hasClass("wp-note")
			stack = append(stack, note)
		}
		if note {
			out.WriteString(h[at:t.tagStart])
			at = t.tagEnd
		}
	}
	out.WriteString(h[at:])
	return out.String()
}

// visibilitySupport hides a block, wholly or for some widths of the screen.
func (b *Block) visibilitySupport(h string) string {
	visibility := dig(b.attrs, "metadata", "blockVisibility")
	if b.Type == nil || visibility == nil {
		return h
	}
	if visibility == false {
		return ""
	}
	viewport, ok := dig(visibility, "viewport").(*ordered.Object)
	if !ok || !b.Type.support(true, "visibility") {
		return h
	}
	var hidden []string
	for size, visible := range viewport.All() {
		if visible == false && (size == "mobile" || size == "tablet" || size == "desktop") {
			hidden = append(hidden, size)
		}
	}
	if len(hidden) == 0 || h == "" {
		return h
	}
	slices.Sort(hidden)
	t := newTags(h)
	if !t.next() {
		return h
	}
	t.addClass("wp-block-hidden-" + strings.Join(hidden, " wp-block-hidden-"))
	for more := true; more; more = t.next() {
		if t.name == "IMG" {
			t.setAttr("fetchpriority", "auto")
		}
	}
	return t.String()
}

// variationClass puts the numbered class of a style variation on the block.
func (b *Block) variationClass(h string) string {
	class, _ := b.attrs.Value("className").(string)
	if h == "" || !strings.Contains(class, "is-style-") {
		return h
	}
	if c := numberedVariation(class); c != "" {
		return addClassToFirst(h, c)
	}
	return h
}

// numberedVariation finds is-style-NAME--N as a whole word.
func numberedVariation(class string) string {
	for _, c := range strings.Fields(class) {
		i := strings.Index(c, "is-style-")
		if i < 0 {
			continue
		}
		rest := c[i:]
		j := strings.LastIndex(rest, "--")
		for ; j > 0; j = strings.LastIndex(rest[:j], "--") {
			k := j + 2
			for k < len(rest) && rest[k] >= '0' && rest[k] <= '9' {
				k++
			}
			if k > j+2 && (k == len(rest) || !isWord(rest[k])) && j > len("is-style-") {
				return rest[:k]
			}
		}
	}
	return ""
}

func isWord(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }
