package schema

import "math"

// validateNumber mirrors rest_validate_number_value_from_schema; name is number
// or integer.
func validateNumber(value any, s *Schema, name, param string) *Error {
	n, ok := number(value)
	if !ok {
		return invalidType(param, name)
	}
	if s.multipleOf != nil && math.Mod(toFloat(n), toFloat(s.multipleOf)) != 0 {
		return fail("rest_invalid_multiple", "%s must be a multiple of %s.", param, toString(s.multipleOf))
	}
	if s.minimum == nil && s.maximum == nil {
		return nil
	}
	return validateBounds(n, s, param)
}

// validateBounds checks the bounds. The messages print them as integers, whatever they are.
func validateBounds(n any, s *Schema, param string) *Error {
	const code = "rest_out_of_bounds"
	low := s.minimum != nil && below(n, s.minimum, s.exclusiveMinimum)
	high := s.maximum != nil && below(s.maximum, n, s.exclusiveMaximum)
	switch {
	case !low && !high:
		return nil
	case s.maximum == nil && s.exclusiveMinimum:
		return fail(code, "%s must be greater than %d", param, toInt(s.minimum))
	case s.maximum == nil:
		return fail(code, "%s must be greater than or equal to %d", param, toInt(s.minimum))
	case s.minimum == nil && s.exclusiveMaximum:
		return fail(code, "%s must be less than %d", param, toInt(s.maximum))
	case s.minimum == nil:
		return fail(code, "%s must be less than or equal to %d", param, toInt(s.maximum))
	}
	return fail(code, "%s must be between %d (%s) and %d (%s)", param,
		toInt(s.minimum), inclusion(s.exclusiveMinimum), toInt(s.maximum), inclusion(s.exclusiveMaximum))
}

// below reports a < b, or a <= b where the bound itself is excluded. Nothing is below or above NaN.
func below(a, b any, exclusive bool) bool {
	if math.IsNaN(toFloat(a)) || math.IsNaN(toFloat(b)) {
		return false
	}
	c := compareNumbers(a, b)
	return c < 0 || exclusive && c == 0
}

func inclusion(exclusive bool) string {
	if exclusive {
		return "exclusive"
	}
	return "inclusive"
}
