package schema

import (
	"slices"

	"github.com/platenhq/platen/ordered"
)

// keywords are those that an argument shows to clients, in the order in which
// arguments made of an item schema carry them: rest_get_allowed_schema_keywords.
func keywords() []string {
	return []string{"title", "description", "default", "type", "format", "enum", "items", "properties",
		"additionalProperties", "patternProperties", "minProperties", "maxProperties", "minimum", "maximum",
		"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "minItems",
		"maxItems", "uniqueItems", "anyOf", "oneOf"}
}

// Describe renders the schema as WordPress prints it under "schema" in the
// answer to OPTIONS. The caller may change the object, but not the values of
// default and enum in it.
func (s *Schema) Describe() *ordered.Object {
	o := ordered.NewObject(len(s.order))
	for _, key := range s.order {
		o.Set(key, s.keyword(key))
	}
	return o
}

// DescribeArg renders the schema as an argument of an endpoint, as the index and
// OPTIONS list it (WP_REST_Server::get_data_for_route): without the keywords
// that are not for clients, and always with required, in last place. Schemas
// inside are not trimmed.
func (s *Schema) DescribeArg() *ordered.Object {
	o := ordered.NewObject(len(s.order) + 1)
	allowed := keywords()
	for _, key := range s.order {
		if slices.Contains(allowed, key) {
			o.Set(key, s.keyword(key))
		}
	}
	o.Set("required", s.required || len(s.requiredList) > 0)
	return o
}

func (s *Schema) keyword(key string) any {
	if s.other.Has(key) {
		return s.other.Value(key)
	}
	switch key {
	case "description":
		return s.desc
	case "title":
		return s.title
	case "type":
		if s.types.list {
			return anyList(s.types.names)
		}
		return s.types.names[0]
	case "format":
		return s.format
	case "default":
		return s.def
	case "context":
		return anyList(s.context)
	case "readonly":
		return s.readonly
	case "enum":
		return s.describeEnum()
	case "properties":
		return describeProps(s.props)
	case "patternProperties":
		return describePatterns(s.patterns)
	case "additionalProperties":
		if s.extra.schema != nil {
			return s.extra.schema.describeInner()
		}
		return s.extra.allow
	case "items":
		return s.items.describeInner()
	case "anyOf":
		return describeAll(s.anyOf)
	case "oneOf":
		return describeAll(s.oneOf)
	case "required":
		if s.requiredList != nil {
			return anyList(s.requiredList)
		}
		return s.required
	}
	return s.bound(key)
}

func (s *Schema) describeEnum() any {
	if s.enumKeys == nil {
		return s.enum
	}
	o := ordered.NewObject(len(s.enum))
	for i, key := range s.enumKeys {
		o.Set(key, s.enum[i])
	}
	return o
}

func (s *Schema) bound(key string) any {
	switch key {
	case "minimum":
		return s.minimum
	case "maximum":
		return s.maximum
	case "multipleOf":
		return s.multipleOf
	case "exclusiveMinimum":
		return s.exclusiveMinimum
	case "exclusiveMaximum":
		return s.exclusiveMaximum
	case "minLength":
		return int64(s.minLength.n)
	case "maxLength":
		return int64(s.maxLength.n)
	case "minItems":
		return int64(s.minItems.n)
	case "maxItems":
		return int64(s.maxItems.n)
	case "minProperties":
		return int64(s.minProperties.n)
	case "maxProperties":
		return int64(s.maxProperties.n)
	case "uniqueItems":
		return s.uniqueItems
	case "pattern":
		return s.pattern.expr
	}
	return nil
}

// describeInner is Describe, where an empty schema is PHP's empty array.
func (s *Schema) describeInner() any {
	if len(s.order) == 0 {
		return []any{}
	}
	return s.Describe()
}

func describeProps(props []Property) any {
	if len(props) == 0 {
		return []any{}
	}
	o := ordered.NewObject(len(props))
	for _, p := range props {
		o.Set(p.Name, p.Schema.describeInner())
	}
	return o
}

func describePatterns(patterns []patternProperty) any {
	if len(patterns) == 0 {
		return []any{}
	}
	o := ordered.NewObject(len(patterns))
	for _, p := range patterns {
		o.Set(p.pattern.expr, p.schema.describeInner())
	}
	return o
}

func describeAll(list []*Schema) any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s.describeInner()
	}
	return out
}

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
