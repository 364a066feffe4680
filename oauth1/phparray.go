package oauth1

import (
	"math"
	"strconv"
	"strings"
)

// maxVars and maxNesting are PHP's max_input_vars and max_input_nesting_level.
const (
	maxVars    = 1000
	maxNesting = 64
)

// phpArray is an ordered PHP array of texts and arrays. Keys that are integers
// are kept as their decimal text, which PHP does not tell apart either.
type phpArray struct {
	keys  []string
	items map[string]phpItem
	last  int64 // the highest integer key
	ints  bool  // there is one
}

type phpItem struct {
	text  string
	array *phpArray // nil: text
}

func newArray() *phpArray { return &phpArray{items: map[string]phpItem{}} }

// intKey tells whether PHP takes a key for an integer.
func intKey(key string) (int64, bool) {
	n, err := strconv.ParseInt(key, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == key
}

func (a *phpArray) set(key string, item phpItem) {
	if _, ok := a.items[key]; !ok {
		a.keys = append(a.keys, key)
	}
	if n, ok := intKey(key); ok && (!a.ints || n > a.last) {
		a.last, a.ints = n, true
	}
	a.items[key] = item
}

// add stores an item under the next integer key, if there is one left.
func (a *phpArray) add(item phpItem) bool {
	var next int64
	if a.ints {
		if a.last == math.MaxInt64 {
			return false
		}
		next = a.last + 1
	}
	a.set(strconv.FormatInt(next, 10), item)
	return true
}

// merge is array_merge: integer keys are numbered anew, text keys replaced in
// place.
func merge(arrays ...*phpArray) *phpArray {
	out := newArray()
	for _, a := range arrays {
		for _, key := range a.keys {
			if _, ok := intKey(key); ok {
				out.add(a.items[key])
			} else {
				out.set(key, a.items[key])
			}
		}
	}
	return out
}

// phpVars makes an array of parameters as PHP makes $_GET and $_POST.
func phpVars(params []Param) (*phpArray, error) {
	if len(params) > maxVars {
		return nil, detail(ErrMalformed, "too many parameters")
	}
	a := newArray()
	for _, p := range params {
		if err := a.register(p.Name, p.Value); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// register stores one variable under its name, which may say a[b][]. It mirrors
// php_register_variable_ex: the name ends at a NUL, spaces and dots in it become
// underscores, and so does a bracket that is never closed.
func (a *phpArray) register(name, value string) error {
	name = strings.TrimLeft(name, " ")
	name, _, _ = strings.Cut(name, "\x00")
	base, rest := name, ""
	if i := strings.IndexByte(name, '['); i >= 0 {
		base, rest = name[:i], name[i:]
	}
	if base == "" {
		return nil
	}
	if rest != "" && strings.IndexByte(rest, ']') < 0 {
		base, rest = name, ""
	}
	key := phpKey{text: underscores(base)}
	for depth := 0; strings.HasPrefix(rest, "["); depth++ {
		if depth == maxNesting {
			return detail(ErrMalformed, "parameter nested too deeply")
		}
		var next phpKey
		var ok bool
		if next, rest, ok = cutIndex(rest[1:]); !ok {
			break
		}
		if a = a.enter(key); a == nil {
			return nil
		}
		key = next
	}
	a.put(key, phpItem{text: value})
	return nil
}

func underscores(name string) string {
	b := []byte(name)
	for i, c := range b {
		if c == ' ' || c == '.' || c == '[' {
			b[i] = '_'
		}
	}
	return string(b)
}

// phpKey is one step of a name: a key, or the next free integer.
type phpKey struct {
	text   string
	append bool
}

// cutIndex reads an index up to its closing bracket; blank means append.
func cutIndex(s string) (key phpKey, rest string, ok bool) {
	inner := s
	if s != "" && strings.IndexByte(" \t\n\v\f\r", s[0]) >= 0 {
		inner = s[1:]
	}
	if strings.HasPrefix(inner, "]") {
		return phpKey{append: true}, inner[1:], true
	}
	i := strings.IndexByte(inner, ']')
	if i < 0 {
		return phpKey{}, "", false
	}
	i += len(s) - len(inner)
	return phpKey{text: s[:i]}, s[i+1:], true
}

// put stores an item; an array whose integer keys are used up drops it.
func (a *phpArray) put(key phpKey, item phpItem) bool {
	if !key.append {
		a.set(key.text, item)
		return true
	}
	return a.add(item)
}

// enter returns the array stored under key, making one where there is none.
func (a *phpArray) enter(key phpKey) *phpArray {
	if !key.append {
		if item, ok := a.items[key.text]; ok && item.array != nil {
			return item.array
		}
	}
	inner := newArray()
	if !a.put(key, phpItem{array: inner}) {
		return nil
	}
	return inner
}
