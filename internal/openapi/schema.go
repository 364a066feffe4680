package openapi

import (
	"regexp"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// kept are the keywords that mean the same in WordPress's dialect and in JSON
// Schema 2020-12.
var kept = []string{"title", "description", "minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems",
	"minProperties", "maxProperties", "uniqueItems"}

// converter turns schemas of WordPress's dialect into those of JSON Schema
// 2020-12: for what is sent to the server, or for what it answers.
type converter struct{ answer bool }

// plain is v as JSON has it: ordered objects, []any, strings, numbers.
func plain(v any) any {
	raw, err := ordered.Append(nil, v)
	if err != nil {
		return nil
	}
	out, err := ordered.Decode(raw)
	if err != nil {
		return nil
	}
	return out
}

// schema converts one schema, which is in its plain form.
func (c converter) schema(v any) *ordered.Object {
	in, ok := v.(*ordered.Object)
	if !ok {
		return &ordered.Object{} // PHP's empty array
	}
	out := ordered.NewObject(in.Len())
	if types := typesOf(in.Value("type")); len(types) == 1 {
		out.Set("type", types[0])
	} else if len(types) > 1 {
		out.Set("type", types)
	}
	for _, key := range kept {
		if v := in.Value(key); v != nil && v != "" {
			out.Set(key, v)
		}
	}
	c.format(out, in)
	c.bounds(out, in)
	c.values(out, in)
	c.inner(out, in)
	if props, _ := in.Value("properties").(*ordered.Object); c.answer && out.Value("type") == "object" && props.Len() == 0 {
		out.Set("type", []any{"object", "array"}) // PHP's empty array is a list
		out.Set("maxItems", 0)
	}
	if in.Value("readonly") == true {
		out.Set("readOnly", true)
	}
	if list, ok := in.Value("context").([]any); ok && c.answer {
		out.Set("x-context", list)
	}
	return out
}

// typesOf lists the types of a type keyword; none means any.
func typesOf(v any) []any {
	var out []any
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, t := range list {
		switch t {
		case "array", "object", "string", "number", "integer", "boolean", "null":
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		default:
			return nil
		}
	}
	if len(out) >= 6 {
		return nil
	}
	return out
}

// format passes on the formats that hold. WordPress's dates have no zone, so
// they are no date-time of RFC 3339; and an address in an answer may be empty.
func (c converter) format(out, in *ordered.Object) {
	switch f := in.Value("format"); f {
	case "uuid":
		out.Set("format", f)
	case "uri", "email":
		if !c.answer {
			out.Set("format", f)
		}
	case "date-time":
		out.Set("examples", []any{"2026-01-31T12:00:00"})
	case "hex-color":
		out.Set("pattern", "^#([A-Fa-f0-9]{3}){1,2}$")
	}
}

// bounds turns draft 4's boolean exclusiveMinimum and exclusiveMaximum into
// numbers, and passes on patterns that other engines read too.
func (c converter) bounds(out, in *ordered.Object) {
	for _, pair := range [][2]string{{"exclusiveMinimum", "minimum"}, {"exclusiveMaximum", "maximum"}} {
		if in.Value(pair[0]) == true && out.Has(pair[1]) {
			out.Set(pair[0], out.Value(pair[1]))
			out.Delete(pair[1])
		}
	}
	if p, ok := in.Value("pattern").(string); ok && p != "" {
		if _, err := regexp.Compile(p); err == nil && !strings.Contains(p, "(?P<") {
			out.Set("pattern", portable(p))
		}
	}
}

// values converts enum and default.
func (c converter) values(out, in *ordered.Object) {
	list, ok := in.Value("enum").([]any)
	if o, isObject := in.Value("enum").(*ordered.Object); isObject { // PHP kept the keys of a filtered list
		for _, v := range o.All() {
			list = append(list, v)
		}
		ok = true
	}
	if ok && len(list) > 0 {
		var seen []any
		for _, v := range list {
			if !slices.Contains(seen, v) {
				seen = append(seen, v)
			}
		}
		out.Set("enum", seen)
	}
	if c.answer {
		return
	}
	if def, ok := in.Get("default"); ok && def != nil {
		if list, ok := def.([]any); ok && len(list) == 0 && out.Value("type") == "object" {
			def = &ordered.Object{}
		}
		out.Set("default", def)
	}
}

// inner converts the schemas within a schema.
func (c converter) inner(out, in *ordered.Object) {
	if props, ok := in.Value("properties").(*ordered.Object); ok {
		converted := ordered.NewObject(props.Len())
		required := []any{}
		for name, p := range props.All() {
			s := c.schema(p)
			if c.answer && name == "meta" {
				loosen(s)
			}
			converted.Set(name, s)
			if o, ok := p.(*ordered.Object); ok && o.Value("required") == true && !c.answer {
				required = append(required, name)
			}
		}
		if list, ok := in.Value("required").([]any); ok && !c.answer {
			required = list
		}
		out.Set("properties", converted)
		if len(required) > 0 {
			out.Set("required", required)
		}
	}
	if items, ok := in.Get("items"); ok {
		out.Set("items", c.schema(items))
	}
	switch v := in.Value("additionalProperties").(type) {
	case bool:
		if !c.answer || v {
			out.Set("additionalProperties", v)
		}
	case *ordered.Object:
		out.Set("additionalProperties", c.schema(v))
	}
	if props, ok := in.Value("patternProperties").(*ordered.Object); ok && props.Len() > 0 {
		converted := ordered.NewObject(props.Len())
		for name, p := range props.All() {
			converted.Set(name, c.schema(p))
		}
		out.Set("patternProperties", converted)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if list, ok := in.Value(key).([]any); ok && len(list) > 0 {
			converted := make([]any, len(list))
			for i, s := range list {
				converted[i] = c.schema(s)
			}
			if c.answer {
				key = "anyOf" // WordPress's alternatives overlap
			}
			out.Set(key, converted)
		}
	}
}

// loosen lets an object of meta values be what PHP makes of them: without any
// it is an empty list, and a value that is not set may be null.
func loosen(meta *ordered.Object) {
	addTypes(meta, "array")
	meta.Set("maxItems", 0)
	props, _ := meta.Value("properties").(*ordered.Object)
	for _, p := range props.All() {
		if o, ok := p.(*ordered.Object); ok {
			if o.Value("type") == "object" {
				addTypes(o, "array")
				o.Set("maxItems", 0)
			}
			addTypes(o, "null")
			if list, ok := o.Value("enum").([]any); ok {
				o.Set("enum", append(slices.Clone(list), nil))
			}
		}
	}
}

// addTypes lets a schema that names types allow more.
func addTypes(s *ordered.Object, more ...string) {
	types := typesOf(s.Value("type"))
	if len(types) == 0 {
		return
	}
	for _, t := range more {
		if !slices.Contains(types, any(t)) {
			types = append(types, t)
		}
	}
	s.Set("type", types)
}

// unsaid are types of properties that WordPress answers although its schemas
// do not say so, by the title of the schema and the property.
var unsaid = map[string][]string{
	"wp_template.origin":       {"null"},
	"wp_template.content":      {"array"},
	"wp_template_part.origin":  {"null"},
	"wp_template_part.content": {"array"},
	"settings.site_logo":       {"null"},
	"settings.site_icon":       {"null"},
}

// admit adds what is unsaid to the schema of an answer.
func admit(title string, s *ordered.Object) {
	props, _ := s.Value("properties").(*ordered.Object)
	for name, p := range props.All() {
		if o, ok := p.(*ordered.Object); ok {
			addTypes(o, unsaid[title+"."+name]...)
		}
	}
}
