package rectest

import (
	"fmt"
	"unicode/utf8"
)

var schemaTypes = map[string]bool{
	"string": true, "integer": true, "number": true, "boolean": true, "array": true, "object": true, "null": true,
}

// withoutDescriptions drops the descriptions of schemas, which every server
// words itself. Descriptions that are content (a term's) stay.
func withoutDescriptions(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = withoutDescriptions(x)
		}
		return out
	case *object:
		schema := isSchema(v)
		out := newObject()
		for _, k := range v.keys {
			x := v.vals[k]
			if _, isText := x.(string); schema && k == "description" && isText {
				continue
			}
			out.set(k, withoutDescriptions(x))
		}
		return out
	}
	return v
}

func isSchema(o *object) bool {
	switch t := o.vals["type"].(type) {
	case string:
		if schemaTypes[t] {
			return true
		}
	case []any:
		all := true
		for _, x := range t {
			all = all && schemaTypes[text(x)]
		}
		if all {
			return true
		}
	}
	if _, ok := o.vals["oneOf"]; ok {
		return true
	}
	if _, ok := o.vals["anyOf"]; ok {
		return true
	}
	_, required := o.vals["required"]
	_, described := o.vals["description"]
	return required && described && len(o.keys) <= 3
}

// onlyCount replaces a collection by its length: for an order with ties that
// SQL leaves open.
func onlyCount(o *object) *object {
	list, ok := o.vals["body"].([]any)
	if !ok {
		return o
	}
	out := o.without()
	n := newObject()
	n.set("items", integer(fmt.Sprint(len(list))))
	out.set("body", n)
	return out
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case string:
		return "string"
	case integer:
		return "integer"
	case float64:
		return "float"
	case []any:
		return "array"
	}
	return "object"
}

// differ collects one line for each difference.
type differ struct {
	strictOrder bool
	out         []string
}

func (d *differ) add(path, format string, args ...any) {
	if path == "" {
		path = "."
	}
	d.out = append(d.out, path+": "+fmt.Sprintf(format, args...))
}

// compare notes where got differs from want.
func (d *differ) compare(want, got any, path string) {
	if kind(want) != kind(got) {
		d.add(path, "expected %s, got %s", short(want), short(got))
		return
	}
	switch a := want.(type) {
	case *object:
		d.objects(a, got.(*object), path)
	case []any:
		b := got.([]any)
		if len(a) != len(b) {
			d.add(path, "expected %d items, got %d", len(a), len(b))
		}
		for i := range min(len(a), len(b)) {
			d.compare(a[i], b[i], fmt.Sprintf("%s[%d]", path, i))
		}
	case string:
		if b := got.(string); a != b {
			d.strings(a, b, path)
		}
	default:
		if want != got {
			d.add(path, "expected %s, got %s", short(want), short(got))
		}
	}
}

func (d *differ) objects(a, b *object, path string) {
	for _, k := range a.keys {
		if v, ok := b.vals[k]; ok {
			d.compare(a.vals[k], v, path+"."+k)
		} else {
			d.add(path+"."+k, "missing (expected %s)", short(a.vals[k]))
		}
	}
	for _, k := range b.keys {
		if _, ok := a.vals[k]; !ok {
			d.add(path+"."+k, "unexpected %s", short(b.vals[k]))
		}
	}
	if d.strictOrder && sameKeys(a, b) && !sameOrder(a, b) {
		d.add(path, "key order %s, got %s", short(names(a)), short(names(b)))
	}
}

func (d *differ) strings(a, b, path string) {
	if utf8.RuneCountInString(a) <= 60 {
		d.add(path, "expected %s, got %s", short(a), short(b))
		return
	}
	x, y := []rune(a), []rune(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	cut := func(r []rune) string {
		lo, hi := min(max(0, i-20), len(r)), min(i+60, len(r))
		return short(string(r[lo:hi]))
	}
	d.add(path, "strings differ at %d: expected …%s, got …%s", i, cut(x), cut(y))
}

func names(o *object) []any {
	out := make([]any, len(o.keys))
	for i, k := range o.keys {
		out[i] = k
	}
	return out
}

func sameKeys(a, b *object) bool {
	if len(a.keys) != len(b.keys) {
		return false
	}
	for _, k := range a.keys {
		if _, ok := b.vals[k]; !ok {
			return false
		}
	}
	return true
}

func sameOrder(a, b *object) bool {
	for i, k := range a.keys {
		if i >= len(b.keys) || b.keys[i] != k {
			return false
		}
	}
	return len(a.keys) == len(b.keys)
}

// orderDiffers tells whether any two objects have the same members in another
// order. That alone fails no entry.
func orderDiffers(a, b any) bool {
	switch a := a.(type) {
	case *object:
		b, ok := b.(*object)
		if !ok {
			return false
		}
		if sameKeys(a, b) && !sameOrder(a, b) {
			return true
		}
		for _, k := range a.keys {
			if v, ok := b.vals[k]; ok && orderDiffers(a.vals[k], v) {
				return true
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok {
			return false
		}
		for i := range min(len(a), len(b)) {
			if orderDiffers(a[i], b[i]) {
				return true
			}
		}
	}
	return false
}

// short is v as JSON, cut at 160 characters.
func short(v any) string {
	s := string(appendJSON(nil, v))
	if utf8.RuneCountInString(s) <= 160 {
		return s
	}
	return string([]rune(s)[:157]) + "..."
}
