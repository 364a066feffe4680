package schema

import (
	"math"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// IsBoolean mirrors rest_is_boolean: true and false, 0 and 1, and the strings
// "true", "false", "0" and "1" in any case.
func IsBoolean(v any) bool {
	switch v := v.(type) {
	case bool:
		return true
	case string:
		switch lower(v) {
		case "false", "true", "0", "1":
			return true
		}
	case int64:
		return v == 0 || v == 1
	}
	return false
}

// SanitizeBoolean mirrors rest_sanitize_boolean: "false" in any case is false,
// everything else goes by PHP's rules of truth.
func SanitizeBoolean(v any) bool {
	if s, ok := v.(string); ok && lower(s) == "false" {
		return false
	}
	return truthy(v)
}

// IsInteger mirrors rest_is_integer: integers of any size, whole floats, and
// strings of either, with blanks around them.
func IsInteger(v any) bool {
	if s, ok := v.(string); ok {
		digits := strings.Trim(s, phpSpace)
		if digits != "" && (digits[0] == '+' || digits[0] == '-') {
			digits = digits[1:]
		}
		if digits != "" && strings.Trim(digits, "0123456789") == "" {
			return true
		}
	}
	n, ok := number(v)
	if !ok {
		return false
	}
	f, isFloat := n.(float64)
	return !isFloat || math.Floor(f) == f
}

// IsArray mirrors rest_is_array: a list, an object whose names are all integers,
// or a scalar, which is a list in the words of ParseList.
func IsArray(v any) bool { return isScalar(v) || numericArray(v) }

// SanitizeArray mirrors rest_sanitize_array: the items of anything that IsArray
// accepts, the values of an object, else an empty list.
func SanitizeArray(v any) []any {
	switch {
	case isScalar(v):
		return splitList(toString(v))
	case isArray(v):
		return append([]any{}, values(v)...)
	}
	return []any{}
}

// IsObject mirrors rest_is_object: objects, lists, the empty string, and values
// of other Go types, which are what objects are to PHP.
func IsObject(v any) bool { return v == "" || isArray(v) || v != nil && !isScalar(v) }

// SanitizeObject mirrors rest_sanitize_object. A list becomes an object with
// the names "0", "1", …, where PHP would go on calling it an array; anything
// else is an empty object.
func SanitizeObject(v any) *ordered.Object {
	o := ordered.NewObject(length(v))
	for k, item := range entries(v) {
		o.Set(k, item)
	}
	return o
}

// Absint mirrors absint: the integer in v without its sign.
func Absint(v any) int64 {
	n := toInt(v)
	if n < 0 && n != math.MinInt64 {
		return -n
	}
	if n == math.MinInt64 {
		return math.MaxInt64 // PHP makes it a float; nothing that counts is that large
	}
	return n
}

// ValidateBoolean mirrors wp_validate_boolean. Despite its name it converts, and
// just as SanitizeBoolean does.
func ValidateBoolean(v any) bool { return SanitizeBoolean(v) }

// BestType mirrors rest_get_best_type_for_value: the first of types that the
// value fits, "" if none; an empty string prefers to be one.
func BestType(v any, types []string) string {
	if v == "" {
		for _, t := range types {
			if t == "string" {
				return t
			}
		}
	}
	for _, t := range types {
		if fits(v, t) {
			return t
		}
	}
	return ""
}

func fits(v any, name string) bool {
	switch name {
	case "array":
		return IsArray(v)
	case "object":
		return IsObject(v)
	case "integer":
		return IsInteger(v)
	case "number":
		return isNumeric(v)
	case "boolean":
		return IsBoolean(v)
	case "string":
		_, ok := v.(string)
		return ok
	case "null":
		return v == nil
	}
	return false
}
