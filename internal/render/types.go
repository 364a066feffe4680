package render

import (
	_ "embed"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// blockTypesJSON lists what is known of each core block: attributes with their
// types and defaults, supports, and the context it uses and provides.
//
//go:embed blocktypes.json
var blockTypesJSON []byte

// RenderFunc makes the HTML of a dynamic block (render_callback): content is
// the block's inner content, already rendered.
type RenderFunc func(b *Block, content string) string

// BlockType is a registered block.
type BlockType struct {
	// Name with namespace: "shop/price".
	Name string
	// Attributes maps names to schemas with the members type, default, enum,
	// and source, selector and attribute where bindings need them.
	Attributes *ordered.Object
	// Supports is the block.json member of that name.
	Supports *ordered.Object
	// Selectors is the block.json member of that name.
	Selectors *ordered.Object
	// UsesContext lists the context values the block reads, ProvidesContext
	// maps context names to the attributes that fill them.
	UsesContext     []string
	ProvidesContext *ordered.Object
	// Styles are the names of the block's registered styles.
	Styles []string
	// Render makes a dynamic block's HTML; nil for a static block.
	Render RenderFunc
	// SkipInnerBlocks leaves the inner blocks to Render.
	SkipInnerBlocks bool
}

// globalAttributes are what every block type has.
var globalAttributes = []string{"lock", "metadata"}

// prepare fills in the attributes that block supports add.
func (t *BlockType) prepare() {
	if t.Attributes == nil {
		t.Attributes = &ordered.Object{}
	}
	add := func(name, typ string) {
		if !t.Attributes.Has(name) {
			t.Attributes.Set(name, ordered.Of("type", typ))
		}
	}
	for _, name := range globalAttributes {
		add(name, "object")
	}
	if t.support(false, "align") {
		t.addEnum("align", "left", "center", "right", "wide", "full", "")
	}
	if t.support(true, "customClassName") {
		add("className", "string")
	}
	add("style", "object")
	color := t.Supports.Value("color")
	if colorOn(color, "text") {
		add("textColor", "string")
	}
	if colorOn(color, "background") {
		add("backgroundColor", "string")
	}
	if truthy(dig(color, "gradients")) {
		add("gradient", "string")
	}
	if truthy(dig(t.Supports, "typography", "fontSize")) {
		add("fontSize", "string")
	}
	if truthy(dig(t.Supports, "typography", "__experimentalFontFamily")) {
		add("fontFamily", "string")
	}
	if t.borderSupport("color") {
		add("borderColor", "string")
	}
	if t.layoutSupport() {
		add("layout", "object")
	}
	if t.support(false, "ariaLabel") {
		add("ariaLabel", "string")
	}
	if t.support(false, "anchor") {
		add("anchor", "string")
	}
}

func (t *BlockType) addEnum(name string, values ...any) {
	if !t.Attributes.Has(name) {
		t.Attributes.Set(name, ordered.Of("type", "string", "enum", values))
	}
}

// colorOn: text and background colours are on unless they are switched off.
func colorOn(color any, feature string) bool {
	switch c := color.(type) {
	case bool:
		return c
	case *ordered.Object:
		v, ok := c.Get(feature)
		return !ok || v == nil || truthy(v)
	case []any:
		return true
	}
	return false
}

// support is block_has_support for a path.
func (t *BlockType) support(otherwise bool, path ...string) bool {
	if t == nil {
		return otherwise
	}
	v := dig(t.Supports, path...)
	if v == nil {
		return otherwise
	}
	if b, ok := v.(bool); ok {
		return b
	}
	return isArray(v)
}

func (t *BlockType) layoutSupport() bool {
	return t.support(false, "layout") || t.support(false, "__experimentalLayout")
}

func (t *BlockType) borderSupport(feature string) bool {
	if t == nil {
		return false
	}
	if b, ok := t.Supports.Value("__experimentalBorder").(bool); ok && b {
		return true
	}
	return t.support(false, "__experimentalBorder", feature)
}

// skips is wp_should_skip_block_supports_serialization.
func (t *BlockType) skips(set, feature string) bool {
	if t == nil {
		return false
	}
	v := dig(t.Supports, set, "__experimentalSkipSerialization")
	if list, ok := v.([]any); ok {
		for _, e := range list {
			if e == feature && feature != "" {
				return true
			}
		}
		return false
	}
	return truthy(v)
}

// fill completes attributes for rendering: values of the wrong type go, and
// defaults come in (prepare_attributes_for_render).
func (t *BlockType) fill(attrs *ordered.Object) *ordered.Object {
	out := ordered.NewObject(attrs.Len() + 4)
	for name, v := range attrs.All() {
		if schema := t.Attributes.Value(name); schema == nil || validAttr(v, schema) {
			out.Set(name, v)
		}
	}
	for name, schema := range t.Attributes.All() {
		if def := dig(schema, "default"); def != nil && !out.Has(name) {
			out.Set(name, def)
		}
	}
	return out
}

// validAttr checks a value against the type and enum of an attribute.
func validAttr(v, schema any) bool {
	ok := true
	switch typ := dig(schema, "type").(type) {
	case string:
		ok = hasType(v, typ)
	case []any:
		ok = false
		for _, t := range typ {
			if s, is := t.(string); is && hasType(v, s) {
				ok = true
			}
		}
	}
	if enum, is := dig(schema, "enum").([]any); ok && is {
		ok = false
		for _, e := range enum {
			if e == v || scalar(v) && scalar(e) && str(e) == str(v) {
				ok = true
			}
		}
	}
	return ok
}

func hasType(v any, typ string) bool {
	switch typ {
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		switch x := v.(type) {
		case bool:
			return true
		case string:
			s := strings.ToLower(x)
			return s == "true" || s == "false" || s == "0" || s == "1"
		case int64:
			return x == 0 || x == 1
		}
		return false
	case "number":
		return isNumeric(v)
	case "integer":
		return isNumeric(v) && num(v) == float64(int64(num(v)))
	case "array":
		_, ok := v.([]any)
		return ok || scalar(v)
	case "object":
		return isArray(v) || v == ""
	case "null":
		return v == nil
	}
	return true
}
