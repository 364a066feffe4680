package schema

import (
	"strconv"

	"github.com/platenhq/platen/ordered"
)

// Sanitize mirrors rest_sanitize_value_from_schema: the value turned into the
// type of the schema: int64, float64, bool, string, []any, *ordered.Object, or
// nil. It does not validate, but fails where no schema of anyOf or oneOf fits
// or items are not unique. The value itself is left alone.
//
// A schema of type object always gives an *ordered.Object, also out of a list.
func Sanitize(value any, s *Schema, param string) (any, *Error) {
	return sanitizeAs(value, s, s.types, param)
}

func sanitizeAs(value any, s *Schema, types typeSpec, param string) (any, *Error) {
	var err *Error
	if s.anyOf != nil {
		m, err := findAny(value, s, types, param)
		if err != nil {
			return nil, err
		}
		if !types.set() {
			types = m.types
		}
		if value, err = sanitizeAs(value, m.schema, m.types, param); err != nil {
			return nil, err
		}
	}
	if s.oneOf != nil {
		m, err := findOne(value, s, types, param, false)
		if err != nil {
			return nil, err
		}
		if !types.set() {
			types = m.types
		}
		if value, err = sanitizeAs(value, m.schema, m.types, param); err != nil {
			return nil, err
		}
	}
	name, ok := resolve(value, types)
	if !ok {
		return nil, nil
	}
	switch name {
	case "array":
		value, err = sanitizeArray(value, s, param)
		return value, err
	case "object":
		return sanitizeObject(value, s, param)
	case "null":
		return nil, nil
	case "integer":
		return toInt(value), nil
	case "number":
		return toFloat(value), nil
	case "boolean":
		return SanitizeBoolean(value), nil
	}
	if text, ok := sanitizeFormat(value, s.format); ok {
		return text, nil
	}
	if name == "string" {
		return toString(value), nil
	}
	return value, nil
}

func sanitizeArray(value any, s *Schema, param string) (any, *Error) {
	list := SanitizeArray(value)
	if s.items != nil && len(s.items.order) > 0 {
		for i, v := range list {
			clean, err := Sanitize(v, s.items, param+"["+strconv.Itoa(i)+"]")
			if err != nil {
				return nil, err
			}
			list[i] = clean
		}
	}
	if s.uniqueItems && !UniqueItems(list) {
		return nil, duplicateItems(param)
	}
	return list, nil
}

func sanitizeObject(value any, s *Schema, param string) (any, *Error) {
	out := ordered.NewObject(length(value))
	for name, v := range entries(value) {
		child := s.memberOrAdditional(name)
		if child == nil {
			if !s.extra.set || s.extra.allow {
				out.Set(name, v)
			}
			continue
		}
		clean, err := Sanitize(v, child, param+"["+name+"]")
		if err != nil {
			return nil, err
		}
		out.Set(name, clean)
	}
	return out, nil
}

// sanitizeFormat cleans text by its format. ok is false for formats that mean
// nothing here. WordPress validates an e-mail address, a date or a UUID, and
// merely strips tags from it.
func sanitizeFormat(value any, format string) (text string, ok bool) {
	switch format {
	case "date-time", "email", "ip", "uuid", "text-field":
		return sanitizeText(value, false), true
	case "textarea-field":
		return sanitizeText(value, true), true
	case "hex-color":
		if text := toString(value); isHexColor(text) {
			return text, true
		}
		return "", true
	case "uri":
		if isArray(value) {
			return "", true
		}
		return sanitizeURL(toString(value)), true
	}
	return "", false
}

func sanitizeText(value any, keepNewlines bool) string {
	if isArray(value) {
		return ""
	}
	return sanitizeTextField(toString(value), keepNewlines)
}
