// Package ordered holds JSON values whose objects keep the order of their
// members, as PHP's arrays do. WordPress's schemas and answers are ordered,
// and the values that clients send are validated in the order they came in.
//
// A value is one of: nil, bool, int64, float64, string, []any, *Object.
// Decode produces exactly these; Append also takes the other integer kinds,
// []string, []int64, []*Object, and anything that
// implements Appender or json.Marshaler.
package ordered

import "iter"

// Member is one name and value of an Object.
type Member struct {
	Name  string
	Value any
}

// Object is a JSON object that keeps the order in which names were first set.
// The zero value is an empty object. It is not safe for concurrent writes.
type Object struct {
	members []Member
	index   map[string]int // built once the object outgrows a linear search
}

// linear is the number of members up to which a scan beats a map.
const linear = 12

// NewObject returns an empty object with room for n members.
func NewObject(n int) *Object { return &Object{members: make([]Member, 0, n)} }

// Of builds an object out of alternating names and values. It panics when a
// name is not a string or the last value is missing: both are slips of the
// programmer.
func Of(pairs ...any) *Object {
	if len(pairs)%2 != 0 {
		panic("ordered.Of: odd number of arguments")
	}
	o := NewObject(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func (o *Object) find(name string) int {
	if o == nil {
		return -1
	}
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range o.members {
		if o.members[i].Name == name {
			return i
		}
	}
	return -1
}

// Get returns the value of name and whether the object has it.
func (o *Object) Get(name string) (any, bool) {
	if i := o.find(name); i >= 0 {
		return o.members[i].Value, true
	}
	return nil, false
}

// Value returns the value of name, nil when the object does not have it.
func (o *Object) Value(name string) any {
	v, _ := o.Get(name)
	return v
}

// Has reports whether the object has name, whatever its value.
func (o *Object) Has(name string) bool { return o.find(name) >= 0 }

// Set gives name a value: in place when the object has it, else at the end.
func (o *Object) Set(name string, value any) {
	if i := o.find(name); i >= 0 {
		o.members[i].Value = value
		return
	}
	o.members = append(o.members, Member{name, value})
	switch {
	case o.index != nil:
		o.index[name] = len(o.members) - 1
	case len(o.members) > linear:
		o.reindex()
	}
}

// Delete removes name and reports whether it was there.
func (o *Object) Delete(name string) bool {
	i := o.find(name)
	if i < 0 {
		return false
	}
	o.members = append(o.members[:i], o.members[i+1:]...)
	o.index = nil
	if len(o.members) > linear {
		o.reindex()
	}
	return true
}

func (o *Object) reindex() {
	o.index = make(map[string]int, 2*len(o.members))
	for i := range o.members {
		o.index[o.members[i].Name] = i
	}
}

// Len is the number of members; a nil object has none.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

// At returns the i-th member.
func (o *Object) At(i int) Member { return o.members[i] }

// Keys returns the names in order.
func (o *Object) Keys() []string {
	keys := make([]string, o.Len())
	for i := range keys {
		keys[i] = o.members[i].Name
	}
	return keys
}

// All yields names and values in order. The object must not be changed
// meanwhile, except by Set of a name it already has.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i := 0; i < o.Len(); i++ {
			if !yield(o.members[i].Name, o.members[i].Value) {
				return
			}
		}
	}
}

// Clone copies the object and the objects and lists in it.
func (o *Object) Clone() *Object {
	if o == nil {
		return nil
	}
	c := NewObject(len(o.members))
	for _, m := range o.members {
		c.Set(m.Name, Clone(m.Value))
	}
	return c
}

// Clone copies a value deeply.
func Clone(v any) any {
	switch v := v.(type) {
	case *Object:
		return v.Clone()
	case []any:
		c := make([]any, len(v))
		for i := range v {
			c[i] = Clone(v[i])
		}
		return c
	}
	return v
}
