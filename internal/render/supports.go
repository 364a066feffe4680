package render

import (
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// wrapper is get_block_wrapper_attributes: the attributes that block supports
// give the outermost tag of a dynamic block, merged with extra ones (names and
// values in turn).
func (b *Block) wrapper(extra ...string) string {
	class, style, id, label := b.applySupports()
	var ex struct{ class, style, id, label string }
	var others []string
	for i := 0; i+1 < len(extra); i += 2 {
		switch v := extra[i+1]; extra[i] {
		case "class":
			ex.class = v
		case "style":
			ex.style = v
		case "id":
			ex.id = v
		case "aria-label":
			ex.label = v
		default:
			others = append(others, extra[i]+`="`+escAttr(v)+`"`)
		}
	}
	var out []string
	if style != "" || ex.style != "" {
		var parts []string
		for _, s := range []string{style, ex.style} {
			if s = strings.TrimRight(phpTrim(s), ";"); s != "" && s != "0" {
				parts = append(parts, s)
			}
		}
		out = append(out, `style="`+escAttr(safeCSS(strings.Join(parts, ";")))+`"`)
	}
	if class != "" || ex.class != "" {
		out = append(out, `class="`+escAttr(mergeClasses(ex.class, class))+`"`)
	}
	if ex.id == "" {
		ex.id = id
	}
	if ex.id != "" {
		out = append(out, `id="`+escAttr(ex.id)+`"`)
	}
	if ex.label == "" {
		ex.label = label
	}
	if ex.label != "" {
		out = append(out, `aria-label="`+escAttr(ex.label)+`"`)
	}
	return strings.Join(append(out, others...), " ")
}

func mergeClasses(lists ...string) string {
	var out []string
	for _, l := range lists {
		for _, c := range strings.FieldsFunc(l, func(r rune) bool { return strings.ContainsRune(" \t\n\r\v\f", r) }) {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return strings.Join(out, " ")
}

func phpTrim(s string) string { return strings.Trim(s, " \t\n\r\x00\v") }

// applySupports collects what each support adds.
func (b *Block) applySupports() (class, style, id, label string) {
	t := b.Type
	if t == nil {
		return
	}
	attrs := t.fill(b.attrs)
	add := func(to *string, s string) {
		if s == "" {
			return
		}
		if *to != "" {
			*to += " "
		}
		*to += s
	}
	addBoth := func(s *styles) {
		add(&class, s.class())
		add(&style, s.css())
	}
	if align, ok := attrs.Get("align"); ok && t.support(false, "align") {
		add(&class, "align"+str(align))
	}
	if c, ok := attrs.Get("className"); ok && t.support(true, "customClassName") && scalar(c) {
		add(&class, str(c))
	}
	if t.support(true, "className") {
		add(&class, defaultClass(t.Name))
	}
	addBoth(t.colors(attrs))
	addBoth(t.typography(attrs, b.Run.theme))
	addBoth(t.border(attrs))
	if s := t.spacing(attrs); s != nil {
		add(&style, s.css())
	}
	if s := t.dimensions(attrs); s != nil {
		add(&style, s.css())
	}
	if t.support(false, "shadow") && !t.skips("shadow", "") {
		add(&style, compileStyles(ordered.Of("shadow", dig(attrs, "style", "shadow")), false).css())
	}
	if v := attrs.Value("ariaLabel"); v != nil && t.support(false, "ariaLabel") && !t.skips("ariaLabel", "") {
		label = str(v)
	}
	if v, ok := attrs.Value("anchor").(string); ok && t.support(false, "anchor") {
		id = v
	}
	return
}

// defaultClass is wp_get_block_default_classname.
func defaultClass(name string) string {
	return "wp-block-" + strings.TrimPrefix(strings.ReplaceAll(name, "/", "-"), "core-")
}

func presetOr(attrs *ordered.Object, name, preset string, otherwise any) any {
	if attrs.Has(name) {
		return "var:preset|" + preset + "|" + str(attrs.Value(name))
	}
	return otherwise
}

func (t *BlockType) colors(attrs *ordered.Object) *styles {
	support := t.Supports.Value("color")
	if isArray(support) && t.skips("color", "") {
		return &styles{}
	}
	color := &ordered.Object{}
	if colorOn(support, "text") && !t.skips("color", "text") {
		color.Set("text", presetOr(attrs, "textColor", "color", dig(attrs, "style", "color", "text")))
	}
	if colorOn(support, "background") && !t.skips("color", "background") {
		color.Set("background", presetOr(attrs, "backgroundColor", "color", dig(attrs, "style", "color", "background")))
	}
	if truthy(dig(support, "gradients")) && !t.skips("color", "gradients") &&
		!(t.support(false, "background", "gradient") && truthy(dig(attrs, "style", "background", "gradient"))) {
		color.Set("gradient", presetOr(attrs, "gradient", "gradient", dig(attrs, "style", "color", "gradient")))
	}
	return compileStyles(ordered.Of("color", color), true)
}

// typographyFeatures are the members of style.typography with their supports.
var typographyFeatures = []struct{ key, support, property string }{
	{"fontStyle", "__experimentalFontStyle", "font-style"}, {"fontWeight", "__experimentalFontWeight", "font-weight"},
	{"lineHeight", "lineHeight", ""}, {"textAlign", "textAlign", ""}, {"textColumns", "textColumns", ""},
	{"textDecoration", "__experimentalTextDecoration", "text-decoration"},
	{"textTransform", "__experimentalTextTransform", "text-transform"},
	{"letterSpacing", "__experimentalLetterSpacing", "letter-spacing"}, {"writingMode", "__experimentalWritingMode", ""},
	{"textIndent", "textIndent", ""},
}

func (t *BlockType) typography(attrs *ordered.Object, theme *Theme) *styles {
	support := t.Supports.Value("typography")
	if !truthy(support) || t.skips("typography", "") {
		return &styles{}
	}
	own := dig(attrs, "style", "typography")
	typo := &ordered.Object{}
	if truthy(dig(support, "fontSize")) && !t.skips("typography", "fontSize") {
		var custom any
		if !attrs.Has("fontSize") {
			custom = theme.fontSize(dig(own, "fontSize"))
		}
		typo.Set("fontSize", presetOr(attrs, "fontSize", "font-size", custom))
	}
	if truthy(dig(support, "__experimentalFontFamily")) && !t.skips("typography", "fontFamily") {
		typo.Set("fontFamily", presetOr(attrs, "fontFamily", "font-family", inlinePreset(dig(own, "fontFamily"), "font-family")))
	}
	for _, f := range typographyFeatures {
		v := dig(own, f.key)
		if v == nil || !truthy(dig(support, f.support)) || t.skips("typography", f.key) {
			continue
		}
		if f.property != "" {
			v = inlinePreset(v, f.property)
		}
		typo.Set(f.key, v)
	}
	s := compileStyles(ordered.Of("typography", typo), true)
	if align := dig(own, "textAlign"); align != nil && truthy(dig(support, "textAlign")) && !t.skips("typography", "textAlign") {
		s.classes = append(slices.Clone(s.classes), "has-text-align-"+str(align))
	}
	return s
}

// inlinePreset writes a preset as a custom property.
func inlinePreset(v any, property string) any {
	if slug := presetSlug(v, property); slug != "" {
		return "var(--wp--preset--" + property + "--" + slug + ");"
	}
	return v
}

func (t *BlockType) border(attrs *ordered.Object) *styles {
	if t.skips("border", "") {
		return &styles{}
	}
	own := dig(attrs, "style", "border")
	border := &ordered.Object{}
	const set = "__experimentalBorder"
	px := func(v any) any {
		if isNumeric(v) {
			return str(v) + "px"
		}
		return v
	}
	for _, f := range []string{"radius", "style", "width"} {
		if v := dig(own, f); v != nil && t.borderSupport(f) && !t.skips(set, f) {
			if f != "style" {
				v = px(v)
			}
			border.Set(f, v)
		}
	}
	if t.borderSupport("color") && !t.skips(set, "color") {
		border.Set("color", presetOr(attrs, "borderColor", "color", dig(own, "color")))
	}
	if t.borderSupport("color") || t.borderSupport("width") {
		for _, side := range []string{"top", "right", "bottom", "left"} {
			o := &ordered.Object{}
			for _, f := range []string{"width", "color", "style"} {
				if v := dig(own, side, f); v != nil && !t.skips(set, f) {
					o.Set(f, v)
				}
			}
			if o.Len() > 0 {
				border.Set(side, o)
			}
		}
	}
	return compileStyles(ordered.Of("border", border), false)
}

func (t *BlockType) spacing(attrs *ordered.Object) *styles {
	own := attrs.Value("style")
	if !truthy(own) || t.skips("spacing", "") {
		return nil
	}
	spacing := &ordered.Object{}
	for _, f := range []string{"padding", "margin"} {
		if t.support(false, "spacing", f) && !t.skips("spacing", f) {
			spacing.Set(f, dig(own, "spacing", f))
		}
	}
	return compileStyles(ordered.Of("spacing", spacing), false)
}

func (t *BlockType) dimensions(attrs *ordered.Object) *styles {
	own := attrs.Value("style")
	if !truthy(own) || t.skips("dimensions", "") {
		return nil
	}
	dims := &ordered.Object{}
	for _, f := range []string{"minHeight", "minWidth", "height", "width"} {
		if t.support(false, "dimensions", f) && !t.skips("dimensions", f) {
			dims.Set(f, dig(own, "dimensions", f))
		}
	}
	return compileStyles(ordered.Of("dimensions", dims), false)
}

func appendStyle(t *tags, css string) {
	if old := t.value("style"); old != "" {
		if !strings.HasSuffix(old, ";") {
			old += ";"
		}
		css = old + css
	}
	t.setAttr("style", css)
}

func explicitRatio(v any) bool {
	if !scalar(v) || v == true || v == false {
		return false
	}
	s := strings.ToLower(phpTrim(str(v)))
	return s != "" && s != "auto"
}

// dimensionsSupport is wp_render_dimensions_support: the aspect ratio.
func (b *Block) dimensionsSupport(h string) string {
	if !b.Type.support(false, "dimensions", "aspectRatio") || b.Type.skips("dimensions", "aspectRatio") {
		return h
	}
	ratio := dig(b.attrs, "style", "dimensions", "aspectRatio")
	dims := ordered.Of("aspectRatio", ratio)
	explicit := explicitRatio(ratio)
	if explicit {
		dims.Set("minHeight", "unset")
		dims.Set("height", "unset")
	} else if dig(b.attrs, "style", "dimensions", "minHeight") != nil || b.attrs.Value("minHeight") != nil {
		dims.Set("aspectRatio", "unset")
	}
	s := compileStyles(ordered.Of("dimensions", dims), false)
	css := s.css()
	if css == "" {
		return h
	}
	return firstTag(h, func(t *tags) {
		appendStyle(t, css)
		for _, c := range s.classes {
			if !strings.Contains(c, "aspect-ratio") || explicit {
				t.addClass(c)
			}
		}
	})
}

// backgroundSupport is wp_render_background_support.
func (b *Block) backgroundSupport(h string) string {
	own := dig(b.attrs, "style", "background")
	image := b.Type.support(false, "background", "backgroundImage") && !b.Type.skips("background", "backgroundImage")
	gradient := b.Type.support(false, "background", "gradient") && !b.Type.skips("background", "gradient")
	if own == nil || !image && !gradient {
		return h
	}
	bg := &ordered.Object{}
	if image {
		for _, f := range []string{"backgroundImage", "backgroundSize", "backgroundPosition", "backgroundRepeat", "backgroundAttachment"} {
			bg.Set(f, dig(own, f))
		}
		if truthy(bg.Value("backgroundImage")) {
			if bg.Value("backgroundSize") == nil {
				bg.Set("backgroundSize", "cover")
			}
			if bg.Value("backgroundSize") == "contain" && !truthy(bg.Value("backgroundPosition")) {
				bg.Set("backgroundPosition", "50% 50%")
			}
		}
	}
	if gradient {
		bg.Set("gradient", dig(own, "gradient"))
	}
	css := compileStyles(ordered.Of("background", bg), false).css()
	if css == "" {
		return h
	}
	return firstTag(h, func(t *tags) {
		appendStyle(t, css)
		t.addClass("has-background")
	})
}

// positionSupport is wp_render_position_support.
func (b *Block) positionSupport(h string) string {
	position := dig(b.attrs, "style", "position")
	if !b.Type.support(false, "position") || !truthy(position) {
		return h
	}
	class := b.Run.uniqueID("wp-container-")
	kind := dig(position, "type")
	if kind != "sticky" || !b.Run.theme.Sticky {
		return h
	}
	return addClassToFirst(h, class, "is-position-sticky")
}
