package block

import (
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

func (t token) decode() *ordered.Object {
	if !t.hasAttrs {
		return &ordered.Object{}
	}
	return DecodeAttrs(t.attrs)
}

// DecodeAttrs reads the attributes of a delimiter as json_decode with
// associative arrays does: objects inside become lists where PHP could not
// tell them apart (no members, or the names 0, 1, 2 … in order). Nil means
// that text is no JSON object.
func DecodeAttrs(text string) *ordered.Object {
	v, err := ordered.Decode([]byte(text))
	if err != nil {
		return nil
	}
	o, ok := v.(*ordered.Object)
	if !ok {
		return nil
	}
	for name, v := range o.All() {
		o.Set(name, phpShape(v))
	}
	return o
}

func phpShape(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = phpShape(v[i])
		}
	case *ordered.Object:
		for name, member := range v.All() {
			v.Set(name, phpShape(member))
		}
		if isList(v) {
			list := make([]any, 0, v.Len())
			for _, member := range v.All() {
				list = append(list, member)
			}
			return list
		}
	}
	return v
}

func isList(o *ordered.Object) bool {
	i := 0
	for name := range o.All() {
		if name != strconv.Itoa(i) {
			return false
		}
		i++
	}
	return true
}

// attrsEscaper keeps attributes from ending the comment they stand in, and
// from being changed by software that cleans HTML.
var attrsEscaper = strings.NewReplacer(
	`\\`, `\u005c`, "--", `\u002d\u002d`, "<", `\u003c`, ">", `\u003e`, "&", `\u0026`, `\"`, `\u0022`)

// SerializeAttrs writes attributes for a delimiter, as
// serialize_block_attributes does. No attributes are "[]", PHP's empty array.
func SerializeAttrs(attrs *ordered.Object) string {
	var v any = attrs
	if isList(attrs) {
		v = phpShape(attrs)
	}
	json, err := ordered.Append(nil, v)
	if err != nil {
		return ""
	}
	return attrsEscaper.Replace(string(json))
}
