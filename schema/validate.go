package schema

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Validate mirrors rest_validate_value_from_schema: nil when the value fits the
// schema, else the first reason why not. param is the name of the value in
// messages; members of it are named param[key].
func Validate(value any, s *Schema, param string) *Error {
	return validateAs(value, s, s.types, param)
}

// validateAs validates with the types of a schema replaced: a schema within
// anyOf or oneOf inherits those of the outer one.
func validateAs(value any, s *Schema, types typeSpec, param string) *Error {
	if s.anyOf != nil {
		match, err := findAny(value, s, types, param)
		if err != nil {
			return err
		}
		if !types.set() {
			types = match.types
		}
	}
	if s.oneOf != nil {
		match, err := findOne(value, s, types, param, false)
		if err != nil {
			return err
		}
		if !types.set() {
			types = match.types
		}
	}
	name, ok := resolve(value, types)
	if !ok {
		return invalidType(param, strings.Join(types.names, ","))
	}
	if err := validateType(value, s, name, param); err != nil {
		return err
	}
	if len(s.enum) > 0 {
		if err := validateEnum(value, s, single(name), param); err != nil {
			return err
		}
	}
	if s.format != "" && (name == "string" || !builtin(name)) {
		return validateFormat(value, s.format, param)
	}
	return nil
}

// single is the type keyword once resolve has picked name.
func single(name string) typeSpec {
	if name == "" {
		return typeSpec{}
	}
	return typeSpec{names: []string{name}}
}

// resolve picks the one type to treat the value as; "" when the schema has
// none. ok is false when several are allowed and none fits.
func resolve(value any, types typeSpec) (name string, ok bool) {
	if !types.list {
		if len(types.names) == 0 {
			return "", true
		}
		return types.names[0], true
	}
	if best := BestType(value, types.names); best != "" {
		return best, true
	}
	for _, t := range types.names { // an unknown type allows anything
		if !builtin(t) {
			return t, true
		}
	}
	return "", false
}

func validateType(value any, s *Schema, name, param string) *Error {
	ok := true
	switch name {
	case "null":
		ok = value == nil
	case "boolean":
		ok = IsBoolean(value)
	case "object":
		return validateObject(value, s, param)
	case "array":
		return validateArray(value, s, param)
	case "number":
		return validateNumber(value, s, name, param)
	case "integer":
		if err := validateNumber(value, s, name, param); err != nil {
			return err
		}
		ok = IsInteger(value)
	case "string":
		return validateString(value, s, param)
	}
	if !ok {
		return invalidType(param, name)
	}
	return nil
}

func fail(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalidType(param, name string) *Error {
	err := fail("rest_invalid_type", "%s is not of type %s.", param, name)
	err.Data = ordered.Of("param", param)
	return err
}

// count fills one of two messages, singular or plural, with a bound.
func (l limit) fail(code, one, many, param string) *Error {
	if l.n == 1 {
		many = one
	}
	return fail(code, many, param, numberFormat(l.n))
}

func (l limit) tooFew(n int) bool  { return l.set && n < l.n }
func (l limit) tooMany(n int) bool { return l.set && n > l.n }

func validateObject(value any, s *Schema, param string) *Error {
	if !IsObject(value) {
		return invalidType(param, "object")
	}
	if err := requiredProps(value, s, param); err != nil {
		return err
	}
	for name, v := range entries(value) {
		if s.extra.set && !s.extra.allow && s.member(name) == nil {
			return fail("rest_additional_properties_forbidden", "%s is not a valid property of Object.", name)
		}
		child := s.memberOrAdditional(name)
		if child == nil {
			continue
		}
		if err := Validate(v, child, param+"["+name+"]"); err != nil {
			return err
		}
	}
	n := length(value)
	if s.minProperties.tooFew(n) {
		return s.minProperties.fail("rest_too_few_properties",
			"%s must contain at least %s property.", "%s must contain at least %s properties.", param)
	}
	if s.maxProperties.tooMany(n) {
		return s.maxProperties.fail("rest_too_many_properties",
			"%s must contain at most %s property.", "%s must contain at most %s properties.", param)
	}
	return nil
}

func requiredProps(value any, s *Schema, param string) *Error {
	missing := func(name string) *Error {
		if _, ok := lookup(value, name); ok {
			return nil
		}
		return fail("rest_property_required", "%s is a required property of %s.", name, param)
	}
	if s.requiredList != nil {
		for _, name := range s.requiredList {
			if err := missing(name); err != nil {
				return err
			}
		}
		return nil
	}
	for _, p := range s.props {
		if p.Schema.required {
			if err := missing(p.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// member finds the schema of a declared property: by name, then by pattern
// (rest_find_matching_pattern_property_schema).
func (s *Schema) member(name string) *Schema {
	if child := s.propIndex[name]; child != nil {
		return child
	}
	for i := range s.patterns {
		if s.patterns[i].pattern.match(name) {
			return s.patterns[i].schema
		}
	}
	return nil
}

func (s *Schema) memberOrAdditional(name string) *Schema {
	if child := s.member(name); child != nil {
		return child
	}
	return s.extra.schema
}

func validateArray(value any, s *Schema, param string) *Error {
	if !IsArray(value) {
		return invalidType(param, "array")
	}
	var list []any
	if isScalar(value) {
		list = splitList(toString(value))
	} else {
		list = values(value)
	}
	if s.items != nil {
		for i, v := range list {
			if err := Validate(v, s.items, param+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	}
	if s.minItems.tooFew(len(list)) {
		return s.minItems.fail("rest_too_few_items",
			"%s must contain at least %s item.", "%s must contain at least %s items.", param)
	}
	if s.maxItems.tooMany(len(list)) {
		return s.maxItems.fail("rest_too_many_items",
			"%s must contain at most %s item.", "%s must contain at most %s items.", param)
	}
	if s.uniqueItems && !UniqueItems(list) {
		return duplicateItems(param)
	}
	return nil
}

func duplicateItems(param string) *Error {
	return fail("rest_duplicate_items", "%s has duplicate items.", param)
}

func validateString(value any, s *Schema, param string) *Error {
	text, ok := value.(string)
	if !ok {
		return invalidType(param, "string")
	}
	if s.minLength.set && s.minLength.tooFew(characters(text)) {
		return s.minLength.fail("rest_too_short",
			"%s must be at least %s character long.", "%s must be at least %s characters long.", param)
	}
	if s.maxLength.set && s.maxLength.tooMany(characters(text)) {
		return s.maxLength.fail("rest_too_long",
			"%s must be at most %s character long.", "%s must be at most %s characters long.", param)
	}
	if s.pattern.re != nil && !s.pattern.match(text) {
		return fail("rest_invalid_pattern", "%s does not match pattern %s.", param, s.pattern.expr)
	}
	return nil
}

// characters is mb_strlen: it goes by the first byte of each UTF-8 sequence
// and does not look at the others.
func characters(s string) int {
	n := 0
	for i := 0; i < len(s); n++ {
		switch c := s[i]; {
		case c < 0xC2 || c > 0xF7:
			i++
		case c < 0xE0:
			i += 2
		case c < 0xF0:
			i += 3
		default:
			i += 4
		}
	}
	return n
}
