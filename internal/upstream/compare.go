package upstream

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// compare looks for what PHP's description of a route has and ours has not:
// fields, parameters, values. What only ours has does no harm.
func (g *Gate) compare(ctx context.Context, r *rest.Route) (Finding, error) {
	f := Finding{Route: r.Pattern}
	answer, err := g.Ask(ctx, http.MethodOptions, r.Pattern, "", nil)
	if err == nil && (answer.Status == http.StatusMethodNotAllowed || answer.Status == http.StatusForbidden || answer.Status == http.StatusNotImplemented) {
		answer, err = g.Ask(ctx, http.MethodGet, r.Pattern, "_method=OPTIONS", nil) // a server in between keeps the method off
	}
	if err != nil {
		return f, err
	}
	theirs, err := answer.object(r.Pattern)
	if err != nil {
		f.Whole, f.Text = true, err.Error()
		return f, nil
	}
	ours := g.own(ctx, http.MethodOptions, r.Pattern)
	f.Fields = moreFields(value(theirs, "schema"), value(ours, "schema"), "")
	reads, params := moreArgs(theirs, ours, true)
	writes, _ := moreArgs(theirs, ours, false)
	f.Params, f.params, f.Writes = reads, params, len(writes) > 0
	var text []string
	if len(f.Fields) > 0 {
		text = append(text, "only PHP knows the fields "+strings.Join(f.Fields, ", "))
	}
	if reads = append(reads, writes...); len(reads) > 0 {
		slices.Sort(reads)
		text = append(text, "only PHP reads "+strings.Join(slices.Compact(reads), ", "))
	}
	f.Text = strings.Join(text, "; ")
	return f, nil
}

// maxNested bounds how deep fields are compared.
const maxNested = 6

// moreFields lists the properties of a schema that the other lacks.
func moreFields(theirs, ours any, prefix string) []string {
	if strings.Count(prefix, ".") >= maxNested {
		return nil
	}
	props, _ := value(theirs, "properties").(*ordered.Object)
	known, _ := value(ours, "properties").(*ordered.Object)
	var out []string
	for name, p := range props.All() {
		q, ok := known.Get(name)
		if !ok {
			out = append(out, prefix+name)
			continue
		}
		out = append(out, moreFields(p, q, prefix+name+".")...)
	}
	return out
}

// moreArgs lists the parameters that PHP's endpoints read and ours do not, and
// the values they take; those of reading, or those of the other methods.
func moreArgs(theirs, ours any, reading bool) (names []string, params []param) {
	known := argsOf(ours, reading)
	for name, arg := range argsOf(theirs, reading).All() {
		mine, ok := known.Get(name)
		if !ok {
			names, params = append(names, name), append(params, param{name: name})
			continue
		}
		values := moreValues(arg, mine)
		if values == nil {
			continue
		}
		p := param{name: name, values: values, always: meansAny(value(arg, "default"))}
		params = append(params, p)
		for _, v := range values {
			names = append(names, name+"="+v)
		}
	}
	return names, params
}

// argsOf collects the args of the endpoints of a description.
func argsOf(description any, reading bool) *ordered.Object {
	out := &ordered.Object{}
	endpoints, _ := value(description, "endpoints").([]any)
	for _, e := range endpoints {
		methods, _ := value(e, "methods").([]any)
		if slices.Contains(methods, any(http.MethodGet)) != reading {
			continue
		}
		args, _ := value(e, "args").(*ordered.Object)
		for name, arg := range args.All() {
			out.Set(name, arg)
		}
	}
	return out
}

// moreValues lists the values that an arg of PHP's may have and ours may not.
func moreValues(theirs, ours any) []string {
	var out []string
	for _, path := range [][]string{{"enum"}, {"items", "enum"}} {
		all, _ := value(theirs, path...).([]any)
		known, restricted := value(ours, path...).([]any)
		if !restricted {
			continue // then ours takes anything
		}
		for _, v := range all {
			if s, ok := v.(string); ok && !slices.Contains(known, v) {
				out = append(out, s)
			}
		}
	}
	return out
}

func meansAny(v any) bool {
	list, ok := v.([]any)
	return v == "any" || ok && slices.Contains(list, any("any"))
}

// same reports whether two values of JSON mean the same: the order of members
// does not count, and PHP writes an empty object as an empty list.
func same(a, b any) bool {
	if empty(a) && empty(b) {
		return true
	}
	switch a := a.(type) {
	case *ordered.Object:
		b, ok := b.(*ordered.Object)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for name, v := range a.All() {
			w, ok := b.Get(name)
			if !ok || !same(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	}
	switch b.(type) {
	case *ordered.Object, []any:
		return false
	}
	return a == b
}

func empty(v any) bool {
	switch v := v.(type) {
	case *ordered.Object:
		return v.Len() == 0
	case []any:
		return len(v) == 0
	}
	return false
}
