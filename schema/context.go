package schema

import (
	"slices"

	"github.com/platenhq/platen/ordered"
)

// FilterByContext mirrors rest_filter_response_by_context: data without the
// members whose schema names contexts and not this one, at every level. data is
// left alone. An object that loses all members becomes an empty list, which is
// what WordPress prints; members without a schema stay.
func FilterByContext(data any, s *Schema, context string) any {
	return filterContext(data, s, s.types, context)
}

func filterContext(data any, s *Schema, types typeSpec, context string) any {
	plain := plainData(data)
	if s.anyOf != nil {
		if m, err := findAny(plain, s, types, ""); err == nil {
			if !types.set() {
				types = m.types
			}
			data = filterContext(data, m.schema, m.types, context)
		}
	}
	if s.oneOf != nil {
		if m, err := findOne(plain, s, types, "", true); err == nil {
			if !types.set() {
				types = m.types
			}
			data = filterContext(data, m.schema, m.types, context)
		}
	}
	if plain = plainData(data); !isArray(plain) {
		return data
	}
	isList, isObject := types.has("array"), types.has("object")
	if !types.set() {
		isObject = s.has("properties") // the type was forgotten
	}
	if isList && isObject {
		isList = IsArray(plain)
		isObject = !isList
	}
	switch {
	case isList && s.items != nil && s.items.context != nil:
		return filterItems(plain, s.items, context)
	case isObject:
		return filterMembers(plain, s, context)
	}
	return data
}

func filterItems(data any, items *Schema, context string) any {
	if length(data) > 0 && !slices.Contains(items.context, context) {
		return []any{}
	}
	if o, ok := data.(*ordered.Object); ok {
		out := ordered.NewObject(o.Len())
		for k, v := range o.All() {
			out.Set(k, filterValue(v, items, context))
		}
		return out
	}
	list := data.([]any)
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = filterValue(v, items, context)
	}
	return out
}

func filterMembers(data any, s *Schema, context string) any {
	out := ordered.NewObject(length(data))
	changed := false
	for k, v := range entries(data) {
		check := s.memberOrAdditional(k)
		switch {
		case check == nil || check.context == nil:
			out.Set(k, v)
		case slices.Contains(check.context, context):
			out.Set(k, filterValue(v, check, context))
		default:
			changed = true
		}
	}
	switch {
	case changed && out.Len() == 0:
		return []any{}
	case !changed:
		if _, ok := data.([]any); ok {
			return values(out)
		}
	}
	return out
}

func filterValue(v any, s *Schema, context string) any {
	if !isArray(plainData(v)) {
		return v
	}
	return FilterByContext(v, s, context)
}

// plainData turns the other lists that package ordered prints into []any.
func plainData(v any) any {
	switch v := v.(type) {
	case []string:
		return anyList(v)
	case []int64:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out
	case []*ordered.Object:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out
	}
	return v
}
