package render

import (
	"math"
	"slices"
	"strings"
)

// Theme are the facts of a theme's theme.json that reach into the markup.
type Theme struct {
	JSON             bool              // has a theme.json
	HasBlockGap      bool              // settings.spacing.blockGap
	BlockGap         string            // styles.spacing.blockGap
	BlockGaps        map[string]string // styles.blocks.NAME.spacing.blockGap
	Variations       map[string][]string
	VariationGaps    map[string]string // by "BLOCK/VARIATION"
	GlobalPadding    bool              // useRootPaddingAwareAlignments
	Fluid            bool              // settings.typography.fluid
	WideSize         string
	Sticky           bool // position: sticky is offered
	DuotonePresets   []string
	DimensionPresets map[string]string
}

// coreVariations are the style variations of core's own theme.json.
func coreVariations() map[string][]string {
	return map[string][]string{"core/button": {"outline"}, "core/site-logo": {"rounded"}}
}

// defaultTheme is the theme of a plain install, or one without theme.json.
func defaultTheme(classic bool) *Theme {
	duotones := []string{"dark-grayscale", "grayscale", "purple-yellow", "blue-red", "midnight", "magenta-yellow", "purple-green", "blue-orange"}
	t := &Theme{Variations: coreVariations(), DuotonePresets: duotones, BlockGap: "24px"}
	if classic {
		return t
	}
	t.JSON, t.HasBlockGap, t.GlobalPadding, t.Fluid, t.Sticky = true, true, true, true, true
	t.BlockGap, t.WideSize = "1.2rem", "1340px"
	t.BlockGaps = map[string]string{"core/columns": "var(--wp--preset--spacing--50)", "core/buttons": "16px", "core/quote": "var(--wp--preset--spacing--30)"}
	sections := []string{"section-1", "section-2", "section-3", "section-4", "section-5"}
	for _, name := range []string{"core/group", "core/columns", "core/column"} {
		t.Variations[name] = sections
	}
	text := []string{"text-display", "text-subtitle", "text-annotation"}
	t.Variations["core/heading"], t.Variations["core/paragraph"] = text, text
	t.Variations["core/post-terms"] = []string{"post-terms-1"}
	t.Variations["core/quote"] = []string{"plain"}
	t.Variations["core/separator"] = []string{"wide"}
	return t
}

// variation is the first style variation named in a class attribute that the
// theme styles for the block.
func (t *Theme) variation(block, class string) string {
	known := t.Variations[block]
	if len(known) == 0 {
		return ""
	}
	for rest := class; ; {
		i := strings.Index(rest, "is-style-")
		if i < 0 {
			return ""
		}
		boundary := i == 0 || !isWord(rest[i-1])
		rest = rest[i+len("is-style-"):]
		end := strings.IndexAny(rest, " \t\n\r\v\f")
		if end < 0 {
			end = len(rest)
		}
		if name := rest[:end]; boundary && !strings.HasPrefix(name, "default") && slices.Contains(known, name) {
			return name
		}
	}
}

func (t *Theme) duotone(slug string) bool { return slices.Contains(t.DuotonePresets, slug) }

// fontSize is wp_get_typography_font_size_value: sizes grow with the screen
// when the theme wants it.
func (t *Theme) fontSize(size any) any {
	if size == nil || !truthy(size) || !t.Fluid {
		return size
	}
	preferred, ok := parseSize(size, "")
	if !ok {
		return size
	}
	limit, ok := parseSize("14px", preferred.unit)
	if ok && preferred.value <= limit.value {
		return size
	}
	px := preferred.value
	if preferred.unit != "px" {
		px *= 16
	}
	factor := min(max(1-0.075*math.Log2(px), 0.25), 0.75)
	minimum := cssSize{round(preferred.value*factor, 3), preferred.unit}
	if ok && minimum.value <= limit.value {
		minimum = limit
	}
	if fluid := t.fluid(minimum.String(), preferred.String()); fluid != "" {
		return fluid
	}
	return size
}

// fluid is wp_get_computed_fluid_typography_value between two sizes.
func (t *Theme) fluid(minimum, maximum string) string {
	least, ok := parseSize(minimum, "")
	if !ok {
		return ""
	}
	most, ok := parseSize(maximum, least.unit)
	if !ok {
		return ""
	}
	leastRem, _ := parseSize(minimum, "rem")
	widest := t.WideSize
	if _, ok := parseSize(widest, ""); !ok {
		widest = "1600px"
	}
	wide, ok1 := parseSize(widest, least.unit)
	narrow, ok2 := parseSize("320px", least.unit)
	if !ok1 || !ok2 || wide.value == narrow.value {
		return ""
	}
	offset := phpFloat(round(narrow.value/100, 3)) + least.unit
	factor := round(100*((most.value-least.value)/(wide.value-narrow.value)), 3)
	if factor == 0 {
		factor = 1
	}
	return "clamp(" + minimum + ", " + leastRem.String() + " + ((1vw - " + offset + ") * " + phpFloat(factor) + "), " + maximum + ")"
}

type cssSize struct {
	value float64
	unit  string
}

func (s cssSize) String() string { return phpFloat(s.value) + s.unit }

// parseSize is wp_get_typography_value_and_unit.
func parseSize(v any, coerce string) (cssSize, bool) {
	if !truthy(v) || !scalar(v) {
		return cssSize{}, false
	}
	s := str(v)
	if isNumeric(v) {
		s += "px"
	}
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	unit := s[i:]
	if i == 0 || s[i-1] == '.' || strings.Count(s[:i], ".") > 1 {
		return cssSize{}, false
	}
	value := leadingFloat(s[:i])
	if unit != "rem" && unit != "px" && unit != "em" {
		return cssSize{}, false
	}
	relative := coerce == "em" || coerce == "rem"
	switch {
	case coerce == "px" && unit != "px":
		value, unit = value*16, "px"
	case relative && unit == "px":
		value, unit = value/16, coerce
	case relative:
		unit = coerce
	}
	return cssSize{round(value, 3), unit}, true
}

// typographySupport is wp_render_typography_support: text that fits its
// container, and fluid sizes in saved markup.
func (b *Block) typographySupport(h string) string {
	if truthy(b.attrs.Value("fitText")) {
		if h == "" {
			return h
		}
		return firstTag(h, func(t *tags) {
			if v, _ := t.get("data-wp-interactive"); v == "" {
				t.setFlag("data-wp-interactive")
			}
			t.setAttr("data-wp-context---core-fit-text", `core/fit-text::{"fontSize":""}`)
			t.setAttr("data-wp-init---core-fit-text", "core/fit-text::callbacks.init")
			t.setAttr("data-wp-style--font-size", "core/fit-text::context.fontSize")
		})
	}
	size := dig(b.attrs, "style", "typography", "fontSize")
	if size == nil || !scalar(size) {
		return h
	}
	fluid := b.Run.theme.fontSize(size)
	if !truthy(fluid) || fluid == size {
		return h
	}
	return replaceFontSize(h, str(size), str(fluid))
}

// replaceFontSize changes the first "font-size: OLD;".
func replaceFontSize(h, old, size string) string {
	for from := 0; ; {
		i := strings.Index(h[from:], "font-size")
		if i < 0 {
			return h
		}
		start := from + i
		j := skipSpace(h, start+len("font-size"))
		if j < len(h) && h[j] == ':' {
			if j = skipSpace(h, j+1); strings.HasPrefix(h[j:], old) {
				end := j + len(old)
				if k := skipSpace(h, end); k < len(h) && h[k] == ';' {
					end = k + 1
				} else {
					end = k
				}
				return h[:start] + "font-size:" + escAttr(size) + ";" + h[end:]
			}
		}
		from = start + 1
	}
}

func skipSpace(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\n\r\v\f", s[i]) >= 0 {
		i++
	}
	return i
}

// globalGap is the block gap of the theme's styles for a block, nil for none.
func (t *Theme) globalGap(b *Block) any {
	if class, ok := b.attrs.Value("className").(string); ok && b.Type != nil {
		for _, c := range strings.Split(class, " ") {
			if v, is := strings.CutPrefix(c, "is-style-"); is && v != "default" && (slices.Contains(b.Type.Styles, v) || slices.Contains(t.Variations[b.Name], v)) {
				if gap, ok := t.VariationGaps[b.Name+"/"+v]; ok {
					return gap
				}
				break
			}
		}
	}
	if gap, ok := t.BlockGaps[b.Name]; ok {
		return gap
	}
	if t.BlockGap != "" {
		return t.BlockGap
	}
	return nil
}
