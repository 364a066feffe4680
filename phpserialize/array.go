package phpserialize

import (
	"iter"
	"math"
	"strconv"
)

// Key is the key of a PHP array: an integer or a string. Keys are comparable.
// Make one with [IntKey] or [StrKey].
type Key struct {
	str string
	num int64
	txt bool
}

// IntKey is the integer key i.
func IntKey(i int64) Key { return Key{num: i} }

// StrKey is the key PHP makes of the string s: the decimal text of an integer
// ("5", "-7", not "05", "-0" or "+1") becomes that integer.
func StrKey(s string) Key {
	if n, ok := decimalKey(s); ok {
		return Key{num: n}
	}
	return Key{str: s, txt: true}
}

// PropKey is the key of an object property: always a string, because objects
// do not turn numeric names into integers.
func PropKey(name string) Key { return Key{str: name, txt: true} }

// IsInt reports whether k is an integer key.
func (k Key) IsInt() bool { return !k.txt }

// Int is the integer of an integer key, and 0 for a string key.
func (k Key) Int() int64 { return k.num }

// String is the text of the key, in decimal for an integer key.
func (k Key) String() string {
	if k.txt {
		return k.str
	}
	return strconv.FormatInt(k.num, 10)
}

// decimalKey mirrors ZEND_HANDLE_NUMERIC_STR.
func decimalKey(s string) (int64, bool) {
	digits := s
	if len(s) > 1 && s[0] == '-' {
		digits = s[1:]
	}
	if digits == "" || len(digits) > 19 || digits[0] < '0' || digits[0] > '9' {
		return 0, false
	}
	if digits[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n == math.MinInt64 {
		return 0, false
	}
	return n, true
}

type entry struct {
	key  Key
	val  any
	dead bool
}

// Array is a PHP array: an ordered map from [Key] to values. The zero value
// is an empty array. It is shared by pointer; use [Array.Clone] before
// changing one that others hold. It is not safe for concurrent writing.
type Array struct {
	entries []entry
	index   map[Key]int
	dead    int
	next    int64
	hasInt  bool
}

// indexAbove is the length from which a lookup goes through a map.
const indexAbove = 8

// List makes an array of the values with the keys 0, 1, 2 and so on.
func List(values ...any) *Array {
	a := &Array{entries: make([]entry, 0, len(values))}
	for _, v := range values {
		a.Append(v)
	}
	return a
}

// Len is the number of elements; 0 for a nil array.
func (a *Array) Len() int {
	if a == nil {
		return 0
	}
	return len(a.entries) - a.dead
}

func (a *Array) find(k Key) int {
	if a == nil {
		return -1
	}
	if a.index != nil {
		if i, ok := a.index[k]; ok {
			return i
		}
		return -1
	}
	for i := range a.entries {
		if a.entries[i].key == k && !a.entries[i].dead {
			return i
		}
	}
	return -1
}

// Get returns the element under k, looking through references.
func (a *Array) Get(k Key) (any, bool) {
	i := a.find(k)
	if i < 0 {
		return nil, false
	}
	return deref(a.entries[i].val), true
}

// Lookup returns the element under the key that PHP makes of name, or nil.
func (a *Array) Lookup(name string) any {
	v, _ := a.Get(StrKey(name))
	return v
}

// Has reports whether there is an element under k (array_key_exists).
func (a *Array) Has(k Key) bool { return a.find(k) >= 0 }

// Set stores v under k: in place when k exists, else at the end. An element
// that is a reference keeps being one and takes the new value.
func (a *Array) Set(k Key, v any) {
	if i := a.find(k); i >= 0 {
		if r, ok := a.entries[i].val.(*Ref); ok {
			if _, isRef := v.(*Ref); !isRef {
				r.Value = v
				return
			}
		}
		a.entries[i].val = v
		return
	}
	a.add(k, v)
}

// Put is Set with the key that PHP makes of name; it returns a, so that
// literals can be chained.
func (a *Array) Put(name string, v any) *Array {
	a.Set(StrKey(name), v)
	return a
}

// add appends an entry that is known not to exist.
func (a *Array) add(k Key, v any) int {
	i := len(a.entries)
	a.entries = append(a.entries, entry{key: k, val: v})
	if a.index != nil {
		a.index[k] = i
	} else if len(a.entries) > indexAbove {
		a.reindex()
	}
	if !k.txt && (!a.hasInt || k.num >= a.next) {
		a.hasInt = true
		if k.num == math.MaxInt64 {
			a.next = math.MaxInt64
		} else {
			a.next = k.num + 1
		}
	}
	return i
}

func (a *Array) reindex() {
	a.index = make(map[Key]int, len(a.entries)+len(a.entries)/2)
	for i := range a.entries {
		if !a.entries[i].dead {
			a.index[a.entries[i].key] = i
		}
	}
}

// Append stores v under the next integer key, as $a[] = v does: one above the
// highest integer key the array has had, or 0. It reports false, and stores
// nothing, when that key is taken because the highest integer is in use.
func (a *Array) Append(v any) bool {
	k := Key{num: a.next}
	if a.next == math.MaxInt64 && a.find(k) >= 0 {
		return false
	}
	a.add(k, v)
	return true
}

// Delete removes the element under k and reports whether there was one. As in
// PHP the other keys stay, and so does the next integer key.
func (a *Array) Delete(k Key) bool {
	i := a.find(k)
	if i < 0 {
		return false
	}
	a.entries[i] = entry{dead: true}
	a.dead++
	if a.index != nil {
		delete(a.index, k)
	}
	if a.dead > 16 && a.dead > len(a.entries)/2 {
		a.compact()
	}
	return true
}

func (a *Array) compact() {
	live := make([]entry, 0, a.Len())
	for _, e := range a.entries {
		if !e.dead {
			live = append(live, e)
		}
	}
	a.entries, a.dead, a.index = live, 0, nil
	if len(live) > indexAbove {
		a.reindex()
	}
}

// All yields the elements in order, looking through references.
func (a *Array) All() iter.Seq2[Key, any] {
	return func(yield func(Key, any) bool) {
		if a == nil {
			return
		}
		for _, e := range a.entries {
			if !e.dead && !yield(e.key, deref(e.val)) {
				return
			}
		}
	}
}

// Keys returns the keys in order.
func (a *Array) Keys() []Key {
	keys := make([]Key, 0, a.Len())
	for k := range a.All() {
		keys = append(keys, k)
	}
	return keys
}

// Values returns the elements in order (array_values), looking through
// references.
func (a *Array) Values() []any {
	values := make([]any, 0, a.Len())
	for _, v := range a.All() {
		values = append(values, v)
	}
	return values
}

// Clone is a copy of the array; nested arrays are shared with the original.
// The next integer key starts afresh above the highest one present, as it does
// when PHP reads the array back from its serialized form.
func (a *Array) Clone() *Array {
	c := &Array{entries: make([]entry, 0, a.Len())}
	if a == nil {
		return c
	}
	for _, e := range a.entries {
		if !e.dead {
			c.add(e.key, e.val)
		}
	}
	return c
}

// Object is an object of a PHP class, never instantiated. Props holds its
// properties in order; the names of protected and private ones carry PHP's
// prefixes ("\x00*\x00name", "\x00Class\x00name").
type Object struct {
	Class string
	Props *Array
}

// NewObject makes an object without properties.
func NewObject(class string) *Object { return &Object{Class: class, Props: &Array{}} }

// Get returns the property called name, looking through references.
func (o *Object) Get(name string) (any, bool) { return o.Props.Get(PropKey(name)) }

// Set stores the property called name, at the end when it is new.
func (o *Object) Set(name string, v any) {
	if o.Props == nil {
		o.Props = &Array{}
	}
	o.Props.Set(PropKey(name), v)
}

// Custom is an object in the C: form, whose class serializes itself in a
// format of its own. Data is kept as it was read.
type Custom struct {
	Class string
	Data  string
}

// Enum is a case of a PHP enumeration, "Class:Case".
type Enum struct{ Name string }

// Ref is a PHP reference. All places that hold the same *Ref share one value.
type Ref struct{ Value any }

func deref(v any) any {
	for range 64 {
		r, ok := v.(*Ref)
		if !ok || r == nil {
			return v
		}
		v = r.Value
	}
	return nil
}
