package upstream

import (
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// maxDiffs bounds how many places of one answer are named.
const maxDiffs = 40

// differences collects where two answers differ: names of fields, with the
// numbers of lists left out.
type differences map[string]bool

func (d differences) add(at string) {
	if len(d) < maxDiffs {
		d[at] = true
	}
}

// sorted lists the places.
func (d differences) sorted() []string {
	var out []string
	for at := range d {
		out = append(out, at)
	}
	slices.Sort(out)
	return out
}

// without takes the places of another away.
func (d differences) without(other differences) {
	for at := range other {
		delete(d, at)
	}
}

// compareAnswers says where our answer differs from PHP's: status, the headers
// that say how many there are, the members of the body.
func compareAnswers(theirs, ours *Answer) differences {
	d := differences{}
	if theirs.Status != ours.Status {
		d.add("(status " + strconv.Itoa(theirs.Status) + ", here " + strconv.Itoa(ours.Status) + ")")
		return d
	}
	for _, name := range []string{"X-WP-Total", "X-WP-TotalPages", "Allow"} {
		if theirs.Header.Get(name) != ours.Header.Get(name) {
			d.add("(header " + name + ")")
		}
	}
	if theirs.Data == nil || ours.Data == nil {
		if string(theirs.Body) != string(ours.Body) {
			d.add("(body)")
		}
		return d
	}
	a, isList := theirs.Data.([]any)
	b, both := ours.Data.([]any)
	if isList && both && d.lists(a, b) {
		return d
	}
	d.values("", theirs.Data, ours.Data)
	return d
}

// sortKeys are what collections are sorted by.
var sortKeys = []string{"date", "menu_order", "name", "title", "id"}

// lists compares two lists of things with ids, thing by thing; false when they
// are none. Things that are equal in what the list is sorted by may come in any
// order, and so may stand on another page: SQL promises no more.
func (d differences) lists(theirs, ours []any) bool {
	a, known := byID(theirs)
	b, also := byID(ours)
	if !known || !also {
		return false
	}
	if len(a) != len(b) {
		d.add("[] (" + strconv.Itoa(len(a)) + ", here " + strconv.Itoa(len(b)) + ")")
		return true
	}
	others := false
	for id, v := range a {
		if w, ok := b[id]; ok {
			d.values("", v, w)
		} else {
			others = true
		}
	}
	sameOrder := slices.EqualFunc(theirs, ours, func(v, w any) bool { return thingID(v) == thingID(w) })
	if sameOrder || sameKeys(theirs, ours) {
		return true
	}
	if others {
		d.add("[] (other items)")
	} else {
		d.add("[] (another order)")
	}
	return true
}

// thingID tells the things of a list apart: search results have ids of several
// kinds.
func thingID(v any) string {
	id, ok := value(v, "id").(int64)
	if !ok {
		return ""
	}
	kind, _ := value(v, "subtype").(string)
	return kind + "/" + strconv.FormatInt(id, 10)
}

func byID(list []any) (map[string]any, bool) {
	out := map[string]any{}
	for _, v := range list {
		id := thingID(v)
		if id == "" || out[id] != nil {
			return nil, false
		}
		out[id] = v
	}
	return out, len(out) > 0
}

// sameKeys reports whether both lists have the same values, in the same order,
// of something that lists are sorted by.
func sameKeys(a, b []any) bool {
	return slices.ContainsFunc(sortKeys, func(key string) bool {
		return slices.EqualFunc(a, b, func(v, w any) bool {
			x, y := value(v, key), value(w, key)
			return x != nil && same(x, y)
		})
	})
}

func (d differences) values(at string, theirs, ours any) {
	if same(theirs, ours) {
		return
	}
	switch a := theirs.(type) {
	case *ordered.Object:
		if b, ok := ours.(*ordered.Object); ok {
			d.objects(at, a, b)
			return
		}
	case []any:
		b, ok := ours.([]any)
		if !ok {
			break
		}
		if len(a) != len(b) {
			d.add(at + "[] (" + strconv.Itoa(len(a)) + ", here " + strconv.Itoa(len(b)) + ")")
			return
		}
		for i := range a {
			d.values(at+"[]", a[i], b[i])
		}
		return
	}
	d.add(named(at))
}

func (d differences) objects(at string, a, b *ordered.Object) {
	for name, v := range a.All() {
		place := join(at, name)
		if w, ok := b.Get(name); ok {
			d.values(place, v, w)
		} else {
			d.add(place + " (missing here)")
		}
	}
	for name := range b.All() {
		if !a.Has(name) {
			d.add(join(at, name) + " (only here)")
		}
	}
}

// join is the name of a member; one whose name is a number stands for any.
func join(at, name string) string {
	if _, err := strconv.Atoi(name); err == nil {
		name = "*"
	}
	if at = strings.TrimPrefix(at, "[]"); at == "" {
		return strings.TrimPrefix(name, ".")
	}
	return strings.TrimPrefix(at, ".") + "." + name
}

func named(at string) string {
	if at = strings.TrimPrefix(at, "[]"); at == "" {
		return "(body)"
	}
	return at
}
