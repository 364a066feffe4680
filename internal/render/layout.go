package render

import (
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// childKeys are the members of a layout that place a block in its parent.
var childKeys = []string{"selfStretch", "flexSize", "columnStart", "columnSpan", "rowStart", "rowSpan"}

var breakpoints = []string{"@mobile", "@tablet"}

// layoutClasses are the class names of the layout types.
var layoutClasses = map[string]string{"default": "is-layout-flow", "constrained": "is-layout-constrained",
	"flex": "is-layout-flex", "grid": "is-layout-grid"}

// pick keeps the members of an object that are (or are not) among names.
func pick(v any, names []string, in bool) *ordered.Object {
	out := &ordered.Object{}
	each(v, func(k string, m any) {
		if slices.Contains(names, k) == in {
			out.Set(k, m)
		}
	})
	return out
}

// merged is array_replace.
func merged(base, over any) *ordered.Object {
	out := &ordered.Object{}
	each(base, func(k string, v any) { out.Set(k, v) })
	each(over, func(k string, v any) { out.Set(k, v) })
	return out
}

var badGap = regexp.MustCompile(`[\\(&=}]|/\*`)

// cleanGap is wp_sanitize_block_gap_value.
func cleanGap(v any) any {
	switch x := v.(type) {
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = cleanGap1(e)
		}
		return out
	case *ordered.Object:
		out := &ordered.Object{}
		for k, e := range x.All() {
			out.Set(k, cleanGap1(e))
		}
		return out
	}
	if truthy(v) && badGap.MatchString(str(v)) {
		return nil
	}
	return v
}

func cleanGap1(v any) any {
	if !scalar(v) || truthy(v) && badGap.MatchString(str(v)) {
		return nil
	}
	return v
}

// childClass is the class of a block that its parent's layout places.
func (b *Block) childClass(style any) string {
	child := dig(style, "layout")
	views := &ordered.Object{}
	for _, bp := range breakpoints {
		if o := pick(dig(style, bp, "layout"), childKeys, true); o.Len() > 0 {
			views.Set(bp, o)
		}
	}
	if !truthy(child) && views.Len() == 0 {
		return ""
	}
	base := pick(child, childKeys, true)
	in := ordered.Of("layout", base, "parentLayout", pick(b.parent, []string{"minimumColumnWidth", "columnCount"}, true))
	css := childCSS(base, b.parent, nil)
	for bp, o := range views.All() {
		in.Set(bp, o)
		css = css || childCSS(base, b.parent, o.(*ordered.Object))
	}
	if !css {
		return ""
	}
	return hashID("wp-container-content-", in)
}

// childCSS reports whether a child layout comes to any style rule.
func childCSS(base *ordered.Object, parent any, over *ordered.Object) bool {
	child := base
	if over != nil {
		child = merged(base, over)
	}
	on := func(names ...string) bool { return over == nil || slices.ContainsFunc(names, over.Has) }
	var d []declaration
	stretch, was := child.Value("selfStretch"), base.Value("selfStretch")
	if on("selfStretch", "flexSize") {
		if over != nil && (stretch == "fit" || stretch == "fill") && (was == "fixed" || was == "fixedNoShrink") && base.Value("flexSize") != nil {
			d = append(d, declaration{"flex-basis", "unset"})
		}
		if (stretch == "fixed" || stretch == "fixedNoShrink") && child.Value("flexSize") != nil {
			d = append(d, declaration{"flex-basis", child.Value("flexSize")}, declaration{"box-sizing", "border-box"})
		} else if stretch == "fill" {
			d = append(d, declaration{"flex-grow", "1"})
		}
	}
	for _, axis := range []string{"column", "row"} {
		start, span := child.Value(axis+"Start"), child.Value(axis+"Span")
		if on(axis+"Start", axis+"Span") && (truthy(start) || truthy(span)) {
			d = append(d, declaration{"grid-" + axis, "span 1"})
		}
	}
	span, start := child.Value("columnSpan"), child.Value("columnStart")
	if over == nil && (truthy(span) || truthy(start)) && (truthy(dig(parent, "minimumColumnWidth")) || !truthy(dig(parent, "columnCount"))) {
		return true
	}
	return anyCSS(d)
}

// layoutSupport is wp_render_layout_support_flag: the layout's classes on the
// element that holds the inner blocks.
func (b *Block) layoutSupport(h string) string {
	style := b.attrs.Value("style")
	supported := b.Type != nil && b.Type.layoutSupport()
	if !supported && !truthy(style) {
		return h
	}
	outer := ""
	child := dig(style, "layout")
	outer = b.childClass(style)
	if !supported && !truthy(child) && outer == "" {
		return h
	}
	t := newTags(h)
	if !t.next() {
		return h
	}
	if outer != "" {
		t.addClass(outer)
	}
	if !supported {
		return t.String()
	}
	classes := b.layoutClassNames(style)
	if inner := b.innerWrapperClass(); inner != "" {
		for more := true; more; more = t.next() {
			if c, ok := t.get("class"); ok && strings.Contains(c, inner) {
				break
			}
		}
	}
	for _, c := range classes {
		t.addClass(c)
	}
	return t.String()
}

// usedLayout is the layout of the block, or the default one of its type.
func (b *Block) usedLayout() any {
	used := b.attrs.Value("layout")
	if used == nil {
		used = dig(b.Type.Supports, "layout", "default")
		if !truthy(used) {
			used = dig(b.Type.Supports, "__experimentalLayout", "default")
		}
		if !truthy(used) {
			used = &ordered.Object{}
		}
	}
	if truthy(dig(used, "inherit")) || truthy(dig(used, "contentSize")) {
		o := merged(used, nil)
		o.Set("type", "constrained")
		used = o
	}
	return used
}

func (b *Block) layoutClassNames(style any) []string {
	theme := b.Run.theme
	used := b.usedLayout()
	kind := dig(used, "type")
	var classes []string
	if theme.GlobalPadding && kind == "constrained" {
		classes = append(classes, "has-global-padding")
	}
	own := b.attrs.Value("layout")
	if v := dig(own, "orientation"); truthy(v) {
		classes = append(classes, "is-"+sanitizeTitle(str(v)))
	}
	if v := dig(own, "justifyContent"); truthy(v) {
		classes = append(classes, "is-content-justification-"+sanitizeTitle(str(v)))
	}
	if dig(own, "flexWrap") == "nowrap" {
		classes = append(classes, "is-nowrap")
	}
	layoutClass := layoutClasses["default"]
	if kind != nil {
		layoutClass = layoutClasses[str(kind)]
	}
	if layoutClass != "" {
		classes = append(classes, layoutClass)
	}
	if c := b.containerClass(style, used); c != "" {
		classes = append(classes, c)
	}
	name, core := strings.CutPrefix(b.Name, "core/")
	if !core {
		name = strings.ReplaceAll(b.Name, "/", "-")
	}
	return append(classes, "wp-block-"+name+"-"+layoutClass)
}

// containerClass is the class that carries the layout's own style rules: a
// hash of the layout; "" when there are no rules.
func (b *Block) containerClass(style, used any) string {
	theme := b.Run.theme
	gap := cleanGap(dig(style, "spacing", "blockGap"))
	var fallback any = "0.5em"
	if v := dig(b.Type.Supports, "spacing", "blockGap", "__experimentalDefault"); v != nil {
		fallback = v
	}
	if v := theme.globalGap(b); v != nil {
		fallback = v
	}
	spacing := dig(style, "spacing")
	skip := b.Type.skips("spacing", "blockGap")
	in := []any{used, theme.HasBlockGap, gap, skip, fallback, spacing}
	l := layout{base: used, hasGap: theme.HasBlockGap, gap: gap, skipGap: skip, fallback: fallback, spacing: spacing}
	any := l.css()
	for _, bp := range breakpoints {
		view, ok := dig(style, bp).(*ordered.Object)
		if !ok {
			continue
		}
		container := pick(view.Value("layout"), childKeys, false)
		if container.Len() > 0 {
			in = append(in, ordered.Of("breakpoint", bp, "layout", container))
		}
		viewGap := dig(view, "spacing", "blockGap")
		if viewGap != nil {
			in = append(in, ordered.Of("breakpoint", bp, "blockGap", cleanGap(viewGap)))
		}
		if container.Len() == 0 && viewGap == nil {
			continue
		}
		v := l
		v.over, v.gapOver = container, viewGap != nil
		if viewGap != nil {
			v.gap = cleanGap(viewGap)
		}
		any = v.css() || any
	}
	if !any {
		return ""
	}
	return hashID("wp-container-"+sanitizeTitle(b.Name)+"-is-layout-", in)
}

// layout is the input of wp_get_layout_style.
type layout struct {
	base, gap, fallback, spacing any
	hasGap, skipGap, gapOver     bool
	over                         *ordered.Object // nil for the base styles
}

func (l *layout) on(names ...string) bool {
	return l.over == nil || slices.ContainsFunc(names, l.over.Has)
}

// css reports whether the layout comes to any style rule.
func (l *layout) css() bool {
	used := merged(l.base, nil)
	if l.over != nil {
		used = merged(l.base, l.over)
	}
	outGap := l.over == nil || l.gapOver
	kind := "default"
	if v := dig(l.base, "type"); v != nil {
		kind = str(v)
	}
	switch kind {
	case "default":
		return l.flowGap(outGap)
	case "constrained":
		if l.flowGap(outGap) {
			return true
		}
		return l.constrained(used)
	case "flex":
		return l.flex(used, outGap)
	case "grid":
		return l.grid(used, outGap)
	}
	return false
}

func (l *layout) flowGap(out bool) bool {
	if !l.hasGap || !out {
		return false
	}
	gap := l.gap
	if isArray(gap) {
		gap = dig(gap, "top")
	}
	return gap != nil && !l.skipGap
}

func (l *layout) constrained(used *ordered.Object) bool {
	content, wide, justify := used.Value("contentSize"), used.Value("wideSize"), used.Value("justifyContent")
	if l.over == nil {
		if truthy(content) || truthy(wide) || justify == "left" || justify == "right" {
			return true
		}
		if l.spacing != nil {
			s := compileStyles(ordered.Of("spacing", l.spacing), false)
			return s.get("padding-right") != nil || s.get("padding-left") != nil
		}
		return false
	}
	return l.over.Has("justifyContent") || l.over.Has("contentSize") || l.over.Has("wideSize")
}

func (l *layout) flex(used *ordered.Object, outGap bool) bool {
	if l.on("flexWrap") && used.Value("flexWrap") == "nowrap" {
		return true
	}
	if l.hasGap && outGap && l.gap != nil && !l.skipGap && anyCSS([]declaration{{"gap", l.combinedGap()}}) {
		return true
	}
	horizontal := used.Value("orientation") == nil || used.Value("orientation") == "horizontal"
	if !horizontal && (l.on("orientation") || l.on("justifyContent")) {
		return true
	}
	justify, align := str(used.Value("justifyContent")), str(used.Value("verticalAlignment"))
	justifies, aligns := []string{"left", "right", "center"}, []string{"top", "center", "bottom"}
	if horizontal {
		justifies, aligns = append(justifies, "space-between"), append(aligns, "stretch")
	} else {
		justifies, aligns = append(justifies, "stretch"), append(aligns, "space-between")
	}
	return l.on("justifyContent", "orientation") && slices.Contains(justifies, justify) ||
		l.on("verticalAlignment", "orientation") && slices.Contains(aligns, align)
}

// combinedGap joins the gaps between rows and between columns.
func (l *layout) combinedGap() string {
	sides := []string{"top"}
	if isArray(l.gap) {
		sides = []string{"top", "left"}
	}
	var out []string
	for _, side := range sides {
		v := l.gap
		if isArray(l.gap) {
			if v = dig(l.gap, side); v == nil {
				if v = l.fallback; isArray(v) {
					v = dig(l.fallback, side)
				}
			}
		}
		if slug := presetSlug(v, "spacing"); slug != "" {
			v = "var(--wp--preset--spacing--" + slug + ")"
		}
		out = append(out, str(v))
	}
	return strings.TrimSpace(strings.Join(out, " "))
}

func (l *layout) grid(used *ordered.Object, outGap bool) bool {
	columns := l.on("minimumColumnWidth", "columnCount", "autoFit") ||
		l.gapOver && truthy(used.Value("columnCount")) && truthy(used.Value("minimumColumnWidth"))
	rows := l.on("rowCount") && truthy(used.Value("columnCount")) && truthy(used.Value("rowCount"))
	return columns || rows || l.hasGap && outGap && l.gap != nil && !l.skipGap
}
