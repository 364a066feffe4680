package schema

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// validateEnum mirrors rest_validate_enum: the sanitized value must be one of the enum.
func validateEnum(value any, s *Schema, types typeSpec, param string) *Error {
	value, err := sanitizeAs(value, s, types, param)
	if err != nil {
		return err
	}
	for _, allowed := range s.enum {
		if Equal(value, allowed) {
			return nil
		}
	}
	names := make([]string, len(s.enum))
	for i, allowed := range s.enum {
		if isScalar(allowed) {
			names[i] = toString(allowed)
		} else {
			names[i] = phpJSON(allowed)
		}
	}
	if len(names) == 1 {
		return fail("rest_not_in_enum", "%s is not %s.", param, names[0])
	}
	return fail("rest_not_in_enum", "%s is not one of %s", param, joinAnd(names, "."))
}

// Equal mirrors rest_are_values_equal: 1 and 1.0 are equal, 1 and "1" are not,
// the order of an object's names does not matter.
func Equal(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case bool, string:
		return a == b // b of an uncomparable type has another type, so this cannot panic
	case int64:
		switch y := b.(type) {
		case int64:
			return x == y
		case float64:
			return float64(x) == y
		}
	case float64:
		switch y := b.(type) {
		case int64:
			return x == float64(y)
		case float64:
			return x == y
		}
	}
	if !isArray(a) || !isArray(b) || length(a) != length(b) {
		return false
	}
	for k, v := range entries(a) {
		w, ok := lookup(b, k)
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// UniqueItems mirrors rest_validate_array_contains_unique_items. Unlike Equal it
// tells 1 from 1.0.
func UniqueItems(list []any) bool {
	if len(list) < 2 {
		return true
	}
	seen := make(map[string]struct{}, len(list))
	for _, item := range list {
		key := string(fingerprint(nil, item))
		if _, ok := seen[key]; ok {
			return false
		}
		seen[key] = struct{}{}
	}
	return true
}

// fingerprint appends a text that two values share exactly when PHP serializes
// their stabilized forms alike.
func fingerprint(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, 'N')
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(append(dst, 'i'), v, 10)
	case float64:
		if math.IsNaN(v) {
			return append(dst, 'd', 'N')
		}
		return strconv.AppendFloat(append(dst, 'd'), v, 'g', -1, 64)
	case string:
		return append(strconv.AppendInt(append(dst, 's'), int64(len(v)), 10), ":"+v...)
	}
	keys := make([]string, 0, length(v))
	for k := range entries(v) {
		keys = append(keys, k)
	}
	if _, ok := v.(*ordered.Object); ok {
		slices.SortStableFunc(keys, cmpKeys)
	}
	dst = append(dst, '{')
	for _, k := range keys {
		item, _ := lookup(v, k)
		dst = append(fingerprint(fingerprint(dst, k), item), ';')
	}
	return append(dst, '}')
}

// phpJSON is wp_json_encode, which escapes slashes and all that is not ASCII.
func phpJSON(v any) string {
	if o, ok := v.(*ordered.Object); ok && isList(o) {
		v = values(o)
	}
	raw, err := ordered.Append(nil, v)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, r := range string(raw) {
		switch {
		case r == '/':
			b.WriteString(`\/`)
		case r < 0x80:
			b.WriteByte(byte(r))
		case r > 0xFFFF:
			r -= 0x10000
			b.WriteString(`\u` + strconv.FormatInt(int64(0xD800+r>>10), 16) + `\u` + strconv.FormatInt(int64(0xDC00+r&0x3FF), 16))
		default:
			h := strconv.FormatInt(int64(r), 16)
			b.WriteString(`\u` + "0000"[len(h):] + h)
		}
	}
	return b.String()
}

// isList reports an object that PHP writes as a JSON list: the keys 0, 1, 2 …
func isList(o *ordered.Object) bool {
	i := 0
	for k := range o.All() {
		if k != strconv.Itoa(i) {
			return false
		}
		i++
	}
	return true
}
