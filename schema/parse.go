package schema

import (
	"fmt"
	"math"

	"github.com/platenhq/platen/ordered"
)

// Parse reads a schema out of its JSON form. Keywords it does not know, and
// those that are null, are kept for Describe and have no effect. It fails on a
// keyword of the wrong type and on a pattern that cannot be compiled.
func Parse(v any) (*Schema, error) {
	s := &Schema{}
	if !isArray(v) {
		return nil, fmt.Errorf("schema: %T is not a schema", v)
	}
	for key, value := range entries(v) {
		if value == nil && key != "default" {
			s.Keyword(key, nil)
			continue
		}
		if err := s.parse(key, value); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return s, nil
}

func (s *Schema) parse(key string, v any) error {
	if done, err := s.parseSimple(key, v); done {
		return err
	}
	switch key {
	case "properties":
		s.Props()
		return parseEach(v, func(name string, of *Schema) error { s.Prop(name, of); return nil })
	case "patternProperties":
		s.mark(key)
		return parseEach(v, func(expr string, of *Schema) error {
			p, err := compilePattern(expr)
			s.patterns = append(s.patterns, patternProperty{p, of})
			return err
		})
	case "additionalProperties":
		allow, ok := v.(bool)
		if ok {
			s.mark(key)
			s.extra = additional{set: true, allow: allow}
			return nil
		}
		of, err := Parse(v)
		if err == nil {
			s.Additional(of)
		}
		return err
	case "items":
		of, err := Parse(v)
		if err == nil {
			s.Items(of)
		}
		return err
	case "anyOf", "oneOf":
		list := []*Schema{}
		err := parseEach(v, func(_ string, of *Schema) error { list = append(list, of); return nil })
		if key == "anyOf" {
			s.AnyOf(list...)
		} else {
			s.OneOf(list...)
		}
		return err
	case "required":
		if b, ok := v.(bool); ok {
			s.mark(key)
			s.required = b
			return nil
		}
		names, err := stringList(v)
		if err == nil {
			s.RequireProps(names...)
		}
		return err
	}
	s.Keyword(key, v)
	return nil
}

// parseSimple reads the keywords that hold no schemas.
func (s *Schema) parseSimple(key string, v any) (done bool, err error) {
	switch key {
	case "description", "title", "format", "pattern":
		text, ok := v.(string)
		if !ok {
			return true, errKind(v)
		}
		return true, s.parseText(key, text)
	case "type", "context":
		return true, s.parseNames(key, v)
	case "default":
		s.Default(v)
	case "enum":
		if !isArray(v) {
			return true, errKind(v)
		}
		s.Enum(values(v)...)
		if o, ok := v.(*ordered.Object); ok {
			s.enumKeys = o.Keys()
		}
	case "readonly", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum":
		s.mark(key)
		s.setFlag(key, truthy(v))
	case "minimum", "maximum", "multipleOf":
		n, ok := number(v)
		if !ok {
			return true, errKind(v)
		}
		switch key {
		case "minimum":
			s.Min(n)
		case "maximum":
			s.Max(n)
		default:
			s.MultipleOf(n)
		}
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		n, ok := number(v)
		if !ok || math.Abs(toFloat(n)) > math.MaxInt32 {
			return true, errKind(v)
		}
		s.mark(key)
		s.setLimit(key, limit{true, int(toInt(n))})
	default:
		return false, nil
	}
	return true, nil
}

func (s *Schema) parseText(key, text string) error {
	switch key {
	case "description":
		s.Description(text)
	case "title":
		s.Title(text)
	case "format":
		s.Format(text)
	case "pattern":
		p, err := compilePattern(text)
		if err != nil {
			return err
		}
		s.mark(key)
		s.pattern = p
	}
	return nil
}

func (s *Schema) parseNames(key string, v any) error {
	name, single := v.(string)
	names := []string{name}
	if !single {
		var err error
		if names, err = stringList(v); err != nil {
			return err
		}
	}
	if key == "context" {
		s.In(names...)
		return nil
	}
	s.Type(names...)
	s.types.list = !single
	return nil
}

func (s *Schema) setFlag(key string, on bool) {
	switch key {
	case "readonly":
		s.readonly = on
	case "uniqueItems":
		s.uniqueItems = on
	case "exclusiveMinimum":
		s.exclusiveMinimum = on
	case "exclusiveMaximum":
		s.exclusiveMaximum = on
	}
}

func (s *Schema) setLimit(key string, l limit) {
	switch key {
	case "minLength":
		s.minLength = l
	case "maxLength":
		s.maxLength = l
	case "minItems":
		s.minItems = l
	case "maxItems":
		s.maxItems = l
	case "minProperties":
		s.minProperties = l
	case "maxProperties":
		s.maxProperties = l
	}
}

func parseEach(v any, add func(key string, of *Schema) error) error {
	if !isArray(v) {
		return errKind(v)
	}
	for key, value := range entries(v) {
		of, err := Parse(value)
		if err == nil {
			err = add(key, of)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

func stringList(v any) ([]string, error) {
	if !isArray(v) {
		return nil, errKind(v)
	}
	list := make([]string, 0, length(v))
	for _, item := range entries(v) {
		text, ok := item.(string)
		if !ok {
			return nil, errKind(item)
		}
		list = append(list, text)
	}
	return list, nil
}

func errKind(v any) error {
	if _, ok := v.(*ordered.Object); ok {
		return fmt.Errorf("schema: unexpected object")
	}
	return fmt.Errorf("schema: unexpected %T", v)
}
