package schema

import (
	"fmt"
	"slices"

	"github.com/platenhq/platen/ordered"
)

// New returns a schema of the given types: none for any type, several for a
// list of types. An empty description is left out.
func New(description string, types ...string) *Schema {
	s := &Schema{}
	if description != "" {
		s.Description(description)
	}
	if len(types) > 0 {
		s.Type(types...)
	}
	return s
}

// String describes a string.
func String(description string) *Schema { return New(description, "string") }

// Integer describes a whole number.
func Integer(description string) *Schema { return New(description, "integer") }

// Number describes a number.
func Number(description string) *Schema { return New(description, "number") }

// Boolean describes true or false, in any of the spellings of IsBoolean.
func Boolean(description string) *Schema { return New(description, "boolean") }

// Null describes null.
func Null(description string) *Schema { return New(description, "null") }

// Array describes a list of items; nil items are of any kind.
func Array(description string, items *Schema) *Schema {
	s := New(description, "array")
	if items != nil {
		s.Items(items)
	}
	return s
}

// Object describes an object; add its properties by Prop or Props, before or
// after the other keywords as WordPress prints them.
func Object(description string, props ...Property) *Schema {
	s := New(description, "object")
	if len(props) > 0 {
		s.Props(props...)
	}
	return s
}

// AnyOf describes a value that fits at least one of the schemas.
func AnyOf(description string, of ...*Schema) *Schema { return New(description).AnyOf(of...) }

// OneOf describes a value that fits exactly one of the schemas.
func OneOf(description string, of ...*Schema) *Schema { return New(description).OneOf(of...) }

// Prop makes a Property, for Object and Props.
func Prop(name string, s *Schema) Property { return Property{name, s} }

// Description says what the value means.
func (s *Schema) Description(text string) *Schema { s.mark("description"); s.desc = text; return s }

// Title names the schema.
func (s *Schema) Title(text string) *Schema { s.mark("title"); s.title = text; return s }

// Type sets one type, or several.
func (s *Schema) Type(names ...string) *Schema {
	s.mark("type")
	s.types = typeSpec{slices.Clone(names), len(names) != 1}
	return s
}

// In names the contexts that show the value.
func (s *Schema) In(contexts ...string) *Schema {
	s.mark("context")
	s.context = append([]string{}, contexts...)
	return s
}

// Format sets the format of a string: date-time, email, ip, uri, uuid,
// hex-color, text-field or textarea-field; others are printed only.
func (s *Schema) Format(name string) *Schema { s.mark("format"); s.format = name; return s }

// Default sets the value of an argument that a request does not bring. nil is a
// default too.
func (s *Schema) Default(value any) *Schema { s.mark("default"); s.def = value; return s }

// Readonly keeps the property out of the arguments of EndpointArgs.
func (s *Schema) Readonly() *Schema { s.mark("readonly"); s.readonly = true; return s }

// Required demands the argument or property.
func (s *Schema) Required() *Schema { s.mark("required"); s.required = true; return s }

// Optional undoes Required and forgets the keyword.
func (s *Schema) Optional() *Schema { s.unmark("required"); s.required = false; return s }

// RequireProps demands properties of an object by name (draft 4). It switches
// the Required of the properties themselves off, as in WordPress.
func (s *Schema) RequireProps(names ...string) *Schema {
	s.mark("required")
	s.requiredList = append([]string{}, names...)
	return s
}

// Enum lists the allowed values.
func (s *Schema) Enum(values ...any) *Schema {
	s.mark("enum")
	s.enum, s.enumKeys = make([]any, len(values)), nil
	for i, v := range values {
		if n, ok := v.(int); ok {
			v = int64(n)
		}
		s.enum[i] = v
	}
	return s
}

// EnumStrings lists the allowed strings.
func (s *Schema) EnumStrings(values []string) *Schema {
	s.mark("enum")
	s.enum, s.enumKeys = make([]any, len(values)), nil
	for i, v := range values {
		s.enum[i] = v
	}
	return s
}

// EnumKeyed lists the allowed strings and prints each under itself: some core
// schemas take their enum from an array with keys, such as get_post_types().
func (s *Schema) EnumKeyed(values []string) *Schema {
	s.EnumStrings(values).enumKeys = slices.Clone(values)
	return s
}

// Prop adds a property, or replaces the one of that name in its place.
func (s *Schema) Prop(name string, of *Schema) *Schema { return s.Props(Property{name, of}) }

// Props adds properties; without any it says that the object has none.
func (s *Schema) Props(props ...Property) *Schema {
	s.mark("properties")
	if s.propIndex == nil {
		s.propIndex = make(map[string]*Schema, len(props))
	}
	for _, p := range props {
		if p.Schema == nil {
			panic(fmt.Sprintf("schema: property %q without a schema", p.Name))
		}
		if _, ok := s.propIndex[p.Name]; ok {
			i := slices.IndexFunc(s.props, func(q Property) bool { return q.Name == p.Name })
			s.props[i] = p
		} else {
			s.props = append(s.props, p)
		}
		s.propIndex[p.Name] = p.Schema
	}
	return s
}

// DropProp removes a property.
func (s *Schema) DropProp(name string) *Schema {
	s.props = slices.DeleteFunc(slices.Clone(s.props), func(p Property) bool { return p.Name == name })
	delete(s.propIndex, name)
	return s
}

// PatternProp describes the properties whose name matches expr, a regular
// expression as for Pattern.
func (s *Schema) PatternProp(expr string, of *Schema) *Schema {
	s.mark("patternProperties")
	s.patterns = append(s.patterns, patternProperty{mustPattern(expr), of})
	return s
}

// NoAdditional forbids properties that are not declared.
func (s *Schema) NoAdditional() *Schema {
	s.mark("additionalProperties")
	s.extra = additional{set: true}
	return s
}

// AllowAdditional allows properties that are not declared, which is what
// happens without it too; it is printed, and DefaultAdditionalToFalse heeds it.
func (s *Schema) AllowAdditional() *Schema {
	s.mark("additionalProperties")
	s.extra = additional{set: true, allow: true}
	return s
}

// Additional describes the properties that are not declared.
func (s *Schema) Additional(of *Schema) *Schema {
	s.mark("additionalProperties")
	s.extra = additional{set: true, allow: true, schema: of}
	return s
}

// Items describes the items of an array.
func (s *Schema) Items(of *Schema) *Schema { s.mark("items"); s.items = of; return s }

// AnyOf demands that at least one of the schemas fits; those without a type
// take that of s.
func (s *Schema) AnyOf(of ...*Schema) *Schema { s.mark("anyOf"); s.anyOf = of; return s }

// OneOf demands that exactly one of the schemas fits; those without a type take
// that of s.
func (s *Schema) OneOf(of ...*Schema) *Schema { s.mark("oneOf"); s.oneOf = of; return s }

// Min sets the minimum: an int, int64 or float64.
func (s *Schema) Min(n any) *Schema { s.mark("minimum"); s.minimum = mustNumber(n); return s }

// Max sets the maximum: an int, int64 or float64.
func (s *Schema) Max(n any) *Schema { s.mark("maximum"); s.maximum = mustNumber(n); return s }

// ExclusiveMin makes the minimum itself too small.
func (s *Schema) ExclusiveMin() *Schema {
	s.mark("exclusiveMinimum")
	s.exclusiveMinimum = true
	return s
}

// ExclusiveMax makes the maximum itself too large.
func (s *Schema) ExclusiveMax() *Schema {
	s.mark("exclusiveMaximum")
	s.exclusiveMaximum = true
	return s
}

// MultipleOf demands a multiple of n: an int, int64 or float64.
func (s *Schema) MultipleOf(n any) *Schema {
	s.mark("multipleOf")
	s.multipleOf = mustNumber(n)
	return s
}

// MinLength and the five that follow set bounds, in characters, items or properties.
func (s *Schema) MinLength(n int) *Schema {
	s.mark("minLength")
	s.minLength = limit{true, n}
	return s
}

// MaxLength is the most characters of a string.
func (s *Schema) MaxLength(n int) *Schema {
	s.mark("maxLength")
	s.maxLength = limit{true, n}
	return s
}

// MinItems is the least items of an array.
func (s *Schema) MinItems(n int) *Schema { s.mark("minItems"); s.minItems = limit{true, n}; return s }

// MaxItems is the most items of an array.
func (s *Schema) MaxItems(n int) *Schema { s.mark("maxItems"); s.maxItems = limit{true, n}; return s }

// MinProps is the least properties of an object.
func (s *Schema) MinProps(n int) *Schema {
	s.mark("minProperties")
	s.minProperties = limit{true, n}
	return s
}

// MaxProps is the most properties of an object.
func (s *Schema) MaxProps(n int) *Schema {
	s.mark("maxProperties")
	s.maxProperties = limit{true, n}
	return s
}

// UniqueItems forbids equal items in an array.
func (s *Schema) UniqueItems() *Schema { s.mark("uniqueItems"); s.uniqueItems = true; return s }

// Pattern demands that a string match expr anywhere: a PCRE expression without
// delimiters, of the subset that package regexp can express. It panics on any
// other, as regexp.MustCompile does.
func (s *Schema) Pattern(expr string) *Schema {
	s.mark("pattern")
	s.pattern = mustPattern(expr)
	return s
}

// Keyword sets a keyword that is printed and has no effect, such as $schema or links.
func (s *Schema) Keyword(name string, value any) *Schema {
	s.mark(name)
	if s.other == nil {
		s.other = &ordered.Object{}
	}
	s.other.Set(name, value)
	return s
}

func mustNumber(n any) any {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int64, float64:
		return n
	}
	panic(fmt.Sprintf("schema: %T is not a number", n))
}
