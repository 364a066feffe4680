package schema

import (
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// ParseList mirrors wp_parse_list: text is split at commas and blanks, a list or
// an object keeps its scalar members. PHP's keys of the members are dropped.
func ParseList(v any) []any {
	if !isArray(v) {
		return splitList(toString(v))
	}
	list := []any{}
	for _, item := range entries(v) {
		if isScalar(item) {
			list = append(list, item)
		}
	}
	return list
}

// ParseStrings is ParseList with every member as trimmed text: how WordPress
// reads _fields and the like.
func ParseStrings(v any) []string {
	list := ParseList(v)
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = strings.Trim(toString(item), " \t\n\r\x00\v")
	}
	return out
}

// ParseIDList mirrors wp_parse_id_list: the members of ParseList by Absint, each once.
func ParseIDList(v any) []int64 {
	ids := []int64{}
	for _, item := range ParseList(v) {
		if id := Absint(item); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// ParseSlugList mirrors wp_parse_slug_list: the members of ParseList by
// sanitizeTitle (sanitize_title), each once.
func ParseSlugList(v any, sanitizeTitle func(string) string) []string {
	slugs := []string{}
	for _, item := range ParseList(v) {
		slug := sanitizeTitle(toString(item))
		if !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	return slugs
}

// ParseEmbed mirrors rest_parse_embed_param: everything to embed (all), or the
// relations. PHP gives the boolean true where all is set.
func ParseEmbed(v any) (rels []string, all bool) {
	if !truthy(v) || v == "true" || v == "1" {
		return nil, true
	}
	for _, item := range ParseList(v) {
		rels = append(rels, toString(item))
	}
	return rels, len(rels) == 0
}

func splitList(s string) []any {
	list := []any{}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || strings.ContainsRune(phpSpace, r) }) {
		list = append(list, word)
	}
	return list
}

// Stabilize mirrors rest_stabilize_value: objects with their names sorted, at
// every level; lists keep their order.
func Stabilize(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = Stabilize(v[i])
		}
		return out
	case *ordered.Object:
		keys := v.Keys()
		slices.SortStableFunc(keys, cmpKeys)
		out := ordered.NewObject(len(keys))
		for _, k := range keys {
			out.Set(k, Stabilize(v.Value(k)))
		}
		return out
	}
	return v
}
