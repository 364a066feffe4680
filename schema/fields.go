package schema

import (
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Fields is the _fields parameter of a request: the members of an answer, with
// dots between the levels, that the client wants.
type Fields struct {
	names []string
	tree  *fieldTree // nil: Filter lets all pass
}

// fieldTree is the names as a tree; a nil child means all of that member.
type fieldTree struct {
	children map[string]*fieldTree
}

// ParseFields reads a _fields parameter, a list or text with commas. ok is false
// when it names nothing, and all is wanted.
func ParseFields(param any) (f Fields, ok bool) {
	f.names = ParseStrings(param)
	f.tree = &fieldTree{children: map[string]*fieldTree{}}
	for _, name := range f.names {
		if !f.tree.add(strings.Split(name, ".")) {
			break
		}
	}
	return f, len(f.names) > 0
}

// add enters one name. It is false where the name lies below one that is wanted
// whole; WordPress stops reading the list there.
func (t *fieldTree) add(parts []string) bool {
	for ; len(parts) > 1; parts = parts[1:] {
		child, seen := t.children[parts[0]]
		if seen && child == nil {
			return false
		}
		if !seen {
			child = &fieldTree{children: map[string]*fieldTree{}}
			t.children[parts[0]] = child
		}
		t = child
	}
	t.children[parts[0]] = nil
	return true
}

// Names returns the names in the order of the request.
func (f Fields) Names() []string { return slices.Clone(f.names) }

// Includes mirrors rest_is_field_included.
func (f Fields) Includes(field string) bool { return IsFieldIncluded(field, f.names) }

// Filter mirrors rest_filter_response_fields: data, an object or a list of
// them, with only the wanted members. data is left alone. What comes out empty
// is an empty list, which is what WordPress prints.
func (f Fields) Filter(data any) any {
	data = plainData(data)
	if !isArray(data) || f.tree == nil {
		return data
	}
	if numericArray(data) {
		list := make([]any, 0, length(data))
		for _, item := range entries(data) {
			list = append(list, f.tree.filter(item))
		}
		return list
	}
	return f.tree.filter(data)
}

func (t *fieldTree) filter(data any) any {
	plain := plainData(data)
	if !isArray(plain) {
		return data
	}
	out := ordered.NewObject(min(length(plain), len(t.children)))
	for key, v := range entries(plain) {
		child, wanted := t.children[key]
		switch {
		case !wanted:
		case child == nil:
			out.Set(key, v)
		default:
			out.Set(key, child.filter(v))
		}
	}
	if _, ok := plain.([]any); out.Len() == 0 || ok && isList(out) {
		return values(out)
	}
	return out
}

// IsFieldIncluded mirrors rest_is_field_included: whether field, or something
// above or below it, is among fields.
func IsFieldIncluded(field string, fields []string) bool {
	for _, f := range fields {
		if f == field || under(f, field) || under(field, f) {
			return true
		}
	}
	return false
}

// under reports that name lies below parent.
func under(name, parent string) bool {
	return len(name) > len(parent) && name[len(parent)] == '.' && name[:len(parent)] == parent
}

// ResponseFields mirrors WP_REST_Controller::get_fields_for_response: the
// fields of the answer of a controller, to ask Includes about. Those are the
// properties of item that context shows, and _links (and _embedded with embed);
// out of them those that param, the _fields parameter, names; nil names all.
// context may be "".
func ResponseFields(item *Schema, context string, param any, embed bool) Fields {
	fields := make([]string, 0, len(item.props)+2)
	for _, p := range item.props {
		if context == "" || len(p.Schema.context) == 0 || p.Schema.InContext(context) {
			fields = append(fields, p.Name)
		}
	}
	fields = append(fields, "_links")
	if embed {
		fields = append(fields, "_embedded")
	}
	if param == nil {
		return Fields{names: fields}
	}
	wanted := ParseStrings(param)
	if len(wanted) == 0 {
		return Fields{names: fields}
	}
	if slices.Contains(fields, "id") {
		wanted = append(wanted, "id")
	}
	return Fields{names: slices.DeleteFunc(wanted, func(name string) bool {
		top, _, _ := strings.Cut(name, ".")
		return !slices.Contains(fields, name) && !slices.Contains(fields, top)
	})}
}
