package render

import (
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// styleDef says how one member of a block's style object becomes CSS.
type styleDef struct {
	group, key string
	property   string // CSS property of a single value
	individual string // property with %s for the members of an object
	preset     string // name of the preset that var:preset|NAME|slug refers to
	variable   string // custom property of that preset, without the slug
	classes    []styleClass
	kind       int
}

// styleClass is a class name; with a preset, $slug in it stands for the slug.
type styleClass struct{ name, preset string }

const (
	plainValue = iota
	sideValue  // an object of border properties for one side
	urlValue   // a string or an object with a url
)

// styleDefs are the style engine's definitions, in its order.
var styleDefs = []styleDef{
	{group: "background", key: "backgroundImage", property: "background-image", kind: urlValue},
	{group: "background", key: "backgroundPosition", property: "background-position"},
	{group: "background", key: "backgroundRepeat", property: "background-repeat"},
	{group: "background", key: "backgroundSize", property: "background-size"},
	{group: "background", key: "backgroundAttachment", property: "background-attachment"},
	{group: "background", key: "gradient", property: "background-image", preset: "gradient", variable: "gradient",
		classes: []styleClass{{"has-background", ""}}},
	{group: "color", key: "text", property: "color", preset: "color", variable: "color",
		classes: []styleClass{{"has-text-color", ""}, {"has-$slug-color", "color"}}},
	{group: "color", key: "background", property: "background-color", preset: "color", variable: "color",
		classes: []styleClass{{"has-background", ""}, {"has-$slug-background-color", "color"}}},
	{group: "color", key: "gradient", property: "background", preset: "gradient", variable: "gradient",
		classes: []styleClass{{"has-background", ""}, {"has-$slug-gradient-background", "gradient"}}},
	{group: "border", key: "color", property: "border-color", individual: "border-%s-color",
		classes: []styleClass{{"has-border-color", ""}, {"has-$slug-border-color", "color"}}},
	{group: "border", key: "radius", property: "border-radius", individual: "border-%s-radius", preset: "border-radius", variable: "border-radius"},
	{group: "border", key: "style", property: "border-style", individual: "border-%s-style"},
	{group: "border", key: "width", property: "border-width", individual: "border-%s-width"},
	{group: "border", key: "top", kind: sideValue, preset: "color", variable: "color"},
	{group: "border", key: "right", kind: sideValue, preset: "color", variable: "color"},
	{group: "border", key: "bottom", kind: sideValue, preset: "color", variable: "color"},
	{group: "border", key: "left", kind: sideValue, preset: "color", variable: "color"},
	{group: "shadow", key: "", property: "box-shadow", preset: "shadow", variable: "shadow"},
	{group: "dimensions", key: "aspectRatio", property: "aspect-ratio", classes: []styleClass{{"has-aspect-ratio", ""}}},
	{group: "dimensions", key: "height", property: "height", preset: "dimension", variable: "dimension"},
	{group: "dimensions", key: "minHeight", property: "min-height", preset: "dimension", variable: "dimension"},
	{group: "dimensions", key: "minWidth", property: "min-width", preset: "dimension", variable: "dimension"},
	{group: "dimensions", key: "objectFit", property: "object-fit"},
	{group: "dimensions", key: "width", property: "width", preset: "dimension", variable: "dimension"},
	{group: "spacing", key: "padding", property: "padding", individual: "padding-%s", preset: "spacing", variable: "spacing"},
	{group: "spacing", key: "margin", property: "margin", individual: "margin-%s", preset: "spacing", variable: "spacing"},
	{group: "typography", key: "fontSize", property: "font-size", preset: "font-size", variable: "font-size",
		classes: []styleClass{{"has-$slug-font-size", "font-size"}}},
	{group: "typography", key: "fontFamily", property: "font-family", preset: "font-family", variable: "font-family",
		classes: []styleClass{{"has-$slug-font-family", "font-family"}}},
	{group: "typography", key: "fontStyle", property: "font-style"},
	{group: "typography", key: "fontWeight", property: "font-weight"},
	{group: "typography", key: "lineHeight", property: "line-height"},
	{group: "typography", key: "textColumns", property: "column-count"},
	{group: "typography", key: "textDecoration", property: "text-decoration"},
	{group: "typography", key: "textIndent", property: "text-indent"},
	{group: "typography", key: "textTransform", property: "text-transform"},
	{group: "typography", key: "letterSpacing", property: "letter-spacing"},
	{group: "typography", key: "writingMode", property: "writing-mode"},
}

type declaration struct {
	property string
	value    any
}

// styles is what a style object comes to.
type styles struct {
	classes      []string
	declarations []declaration
}

func (s *styles) declare(property string, value any) {
	for i := range s.declarations {
		if s.declarations[i].property == property {
			if property == "background-image" {
				value = str(value) + ", " + str(s.declarations[i].value)
			}
			s.declarations[i].value = value
			return
		}
	}
	s.declarations = append(s.declarations, declaration{property, value})
}

// get returns a declared value, nil for none.
func (s *styles) get(property string) any {
	for _, d := range s.declarations {
		if d.property == property {
			return d.value
		}
	}
	return nil
}

// class is the class attribute.
func (s *styles) class() string {
	var out []string
	for _, c := range s.classes {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return strings.Join(out, " ")
}

// css is the style attribute.
func (s *styles) css() string {
	var b strings.Builder
	for _, d := range s.declarations {
		if css := d.css(); css != "" {
			b.WriteString(css)
			b.WriteByte(';')
		}
	}
	return b.String()
}

// css is the declaration, cleaned; "" when it is not allowed or no text.
func (d declaration) css() string {
	value, ok := d.value.(string)
	if !ok {
		return ""
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return ""
	}
	if value = stripAllTags(value, true); value == "" {
		return ""
	}
	return safeCSS(d.property + ":" + value)
}

// anyCSS reports whether one of the declarations comes to something.
func anyCSS(list []declaration) bool {
	return slices.ContainsFunc(list, func(d declaration) bool { return d.css() != "" })
}

func validStyle(v any) bool { return v == "0" || truthy(v) }

// presetSlug is the slug in "var:preset|PRESET|slug".
func presetSlug(v any, preset string) string {
	s, ok := v.(string)
	if !ok || preset == "" || !strings.Contains(s, "var:preset|"+preset+"|") {
		return ""
	}
	return kebab(s[strings.LastIndexByte(s, '|')+1:])
}

func presetVar(v any, preset, variable string) any {
	if slug := presetSlug(v, preset); validStyle(slug) {
		return "var(--wp--preset--" + variable + "--" + slug + ")"
	}
	return ""
}

// compileStyles is wp_style_engine_get_styles. With classes, presets become
// class names and leave no declaration.
func compileStyles(style any, classes bool) *styles {
	out := &styles{}
	for i := range styleDefs {
		def := &styleDefs[i]
		group := dig(style, def.group)
		if !truthy(group) {
			continue
		}
		v := group
		if def.key != "" {
			v = dig(group, def.key)
		}
		if !validStyle(v) {
			continue
		}
		if truthy(v) {
			for _, c := range def.classes {
				if c.preset == "" {
					out.classes = append(out.classes, c.name)
				} else if slug := presetSlug(v, c.preset); slug != "" && slug != "0" {
					out.classes = append(out.classes, strings.Replace(c.name, "$slug", slug, 1))
				}
			}
		}
		def.declare(out, v, classes)
	}
	return out
}

func (def *styleDef) declare(out *styles, v any, classes bool) {
	switch def.kind {
	case sideValue:
		def.declareSide(out, v, classes)
		return
	case urlValue:
		if url := dig(v, "url"); truthy(url) {
			out.declare(def.property, "url('"+str(url)+"')")
		} else if s, ok := v.(string); ok {
			out.declare(def.property, s)
		}
		return
	}
	if s, ok := v.(string); ok && strings.Contains(s, "var:") {
		if !classes && def.preset != "" {
			if css := presetVar(s, def.preset, def.variable); validStyle(css) {
				out.declare(def.property, css)
			}
		}
		return
	}
	if isArray(v) {
		if def.individual == "" {
			return
		}
		each(v, func(key string, value any) {
			if s, ok := value.(string); ok && strings.Contains(s, "var:") && !classes && def.preset != "" {
				value = presetVar(s, def.preset, def.variable)
			}
			if validStyle(value) {
				out.declare(strings.Replace(def.individual, "%s", kebab(key), 1), value)
			}
		})
		return
	}
	out.declare(def.property, v)
}

func (def *styleDef) declareSide(out *styles, v any, classes bool) {
	each(v, func(key string, value any) {
		if !truthy(value) {
			return
		}
		for i := range styleDefs {
			d := &styleDefs[i]
			if d.group != def.group || d.key != key || d.individual == "" {
				continue
			}
			if s, ok := value.(string); ok && strings.Contains(s, "var:") && !classes {
				value = presetVar(s, def.preset, def.variable)
			}
			out.declare(strings.Replace(d.individual, "%s", def.key, 1), value)
		}
	})
}

// each goes through an object's members or a list's items.
func each(v any, f func(key string, value any)) {
	switch x := v.(type) {
	case *ordered.Object:
		for k, m := range x.All() {
			f(k, m)
		}
	case []any:
		for i, m := range x {
			f(str(i), m)
		}
	}
}
