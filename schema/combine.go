package schema

import "github.com/platenhq/platen/ordered"

// match is a schema of anyOf or oneOf that fits, with the types it was taken to have.
type match struct {
	schema *Schema
	types  typeSpec
	index  int
}

// mismatch is one that does not, and why.
type mismatch struct {
	match
	err *Error
}

func inherit(child *Schema, types typeSpec) typeSpec {
	if child.types.set() {
		return child.types
	}
	return types
}

// findAny mirrors rest_find_any_matching_schema.
func findAny(value any, s *Schema, types typeSpec, param string) (match, *Error) {
	errors := make([]mismatch, 0, len(s.anyOf))
	for i, child := range s.anyOf {
		m := match{child, inherit(child, types), i}
		err := validateAs(value, child, m.types, param)
		if err == nil {
			return m, nil
		}
		errors = append(errors, mismatch{m, err})
	}
	return match{}, combinedError(value, param, errors)
}

// findOne mirrors rest_find_one_matching_schema; first stops at the first match.
func findOne(value any, s *Schema, types typeSpec, param string, first bool) (match, *Error) {
	var matches []match
	var errors []mismatch
	for i, child := range s.oneOf {
		m := match{child, inherit(child, types), i}
		if err := validateAs(value, child, m.types, param); err != nil {
			errors = append(errors, mismatch{m, err})
			continue
		}
		if first {
			return m, nil
		}
		matches = append(matches, m)
	}
	switch len(matches) {
	case 0:
		return match{}, combinedError(value, param, errors)
	case 1:
		return matches[0], nil
	}
	return match{}, multipleMatches(param, matches)
}

func multipleMatches(param string, matches []match) *Error {
	positions := make([]any, len(matches))
	for i, m := range matches {
		positions[i] = int64(m.index)
	}
	err := fail("rest_one_of_multiple_matches", "%s matches more than one of the expected formats.", param)
	if titles := titles(matches); titles != nil {
		err.Message = param + " matches " + joinAnd(titles, ", but should match only one.")
	}
	err.Data = ordered.Of("positions", positions)
	return err
}

// titles returns the titles of the schemas if every one has a title, else nil.
func titles(matches []match) []string {
	out := make([]string, 0, len(matches))
	for _, m := range matches {
		if !m.schema.has("title") {
			return nil
		}
		out = append(out, m.schema.title)
	}
	return out
}

// combinedError mirrors rest_get_combining_operation_error: the most telling
// reason why none of the schemas fits.
func combinedError(value any, param string, errors []mismatch) *Error {
	if len(errors) == 1 {
		return describeMismatch(param, errors[0])
	}
	var relevant []mismatch // those that are not about the type of the value itself
	for _, e := range errors {
		if e.err.Code != "rest_invalid_type" || e.err.Data.Value("param") != param {
			relevant = append(relevant, e)
		}
	}
	if len(relevant) == 1 {
		return describeMismatch(param, relevant[0])
	}
	if len(relevant) > 1 && relevant[0].types.is("object") {
		if best, ok := closest(value, relevant); ok {
			return describeMismatch(param, best)
		}
	}
	all := make([]match, len(errors))
	for i, e := range errors {
		all[i] = e.match
	}
	if titles := titles(all); titles != nil {
		return fail("rest_no_matching_schema", "%s is not a valid %s", param, joinAnd(titles, "."))
	}
	return fail("rest_no_matching_schema", "%s does not match any of the expected formats.", param)
}

// closest picks the schema that shares the most property names with the value.
func closest(value any, errors []mismatch) (best mismatch, ok bool) {
	most := 0
	for _, e := range errors {
		n := 0
		for _, p := range e.schema.props {
			if _, ok := lookup(value, p.Name); ok {
				n++
			}
		}
		if n > most {
			best, most, ok = e, n, true
		}
	}
	return best, ok
}

// describeMismatch mirrors rest_format_combining_operation_error.
func describeMismatch(param string, e mismatch) *Error {
	err := fail("rest_no_matching_schema", "%s does not match the expected format. Reason: %s", param, e.err.Message)
	if e.schema.has("title") {
		err.Message = param + " is not a valid " + e.schema.title + ". Reason: " + e.err.Message
	}
	err.Data = ordered.Of("position", int64(e.index))
	return err
}

// joinAnd mirrors the %l of wp_sprintf with what follows it: "a", "a and b",
// "a, b, and c"; an empty list swallows what follows.
func joinAnd(list []string, after string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0] + after
	case 2:
		return list[0] + " and " + list[1] + after
	}
	out := list[0]
	for _, item := range list[1 : len(list)-1] {
		out += ", " + item
	}
	return out + ", and " + list[len(list)-1] + after
}
