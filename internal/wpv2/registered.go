package wpv2

import (
	"context"
	"fmt"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// Registered is a property that a plugin adds to a resource:
// register_rest_field.
type Registered struct {
	Plugin string // whose it is, for errors
	// Object names the resource: a post type, a taxonomy, "user" or "comment".
	Object, Name string
	// Schema describes the property; nil says nothing about it.
	Schema *schema.Schema
	// Get reads the property of the object with an id.
	Get func(ctx context.Context, id int64) any
	// Set writes it, within the transaction of the object; nil for a property
	// that is only shown.
	Set func(ctx context.Context, id int64, v any) error
}

// registeredRows are the registered properties of an object as rows of its resource,
// after all others.
func registeredRows[R, W any](a *API, object string, id func(R) int64) []rest.Field[R, W] {
	var out []rest.Field[R, W]
	for _, f := range a.registered {
		if f.Object != object {
			continue
		}
		s := schema.New("")
		if f.Schema != nil {
			s = f.Schema.Clone()
		}
		if len(s.Contexts()) == 0 {
			s.In(viewEdit...)
		}
		if f.Set == nil {
			s.Readonly()
		}
		out = append(out, rest.Field[R, W]{Name: f.Name, Schema: s, Get: func(s *rest.Scope, r R) any { return f.Get(s.Ctx, id(r)) }})
	}
	return out
}

// saveRegistered writes the registered properties that a request brings:
// update_additional_fields_for_object.
func (a *API) saveRegistered(ctx context.Context, object string, id int64, req *rest.Request) error {
	for _, f := range a.registered {
		if f.Object != object || f.Set == nil || !req.Has(f.Name) {
			continue
		}
		if err := f.Set(ctx, id, req.Param(f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// saveKept writes what is kept beside the row of an object: its meta and its
// registered properties.
func (a *API) saveKept(ctx context.Context, kind wp.MetaKind, subtype string, id int64, req *rest.Request) error {
	if err := a.saveMeta(ctx, kind, subtype, id, req); err != nil {
		return err
	}
	return a.saveRegistered(ctx, subtype, id, req)
}

// checkRegistered refuses two properties of one name, and properties of what
// has no rows.
func (a *API) checkRegistered() error {
	for _, f := range a.registered {
		found := a.fieldNames[f.Object]
		switch n := count(found, f.Name); {
		case found == nil:
			return fmt.Errorf("plugin %s: field %s: there is no resource %q (a post type or taxonomy that the API shows, user or comment)", f.Plugin, f.Name, f.Object)
		case n > 1:
			return fmt.Errorf("plugin %s: field %s of %s: there is one of that name already", f.Plugin, f.Name, f.Object)
		}
	}
	return nil
}

func count(list []string, name string) int {
	n := 0
	for _, s := range list {
		if s == name {
			n++
		}
	}
	return n
}

// noteFields remembers the names of the properties of a resource.
func noteFields[R, W any](a *API, object string, f rest.Fields[R, W]) {
	names := make([]string, len(f))
	for i := range f {
		names[i] = f[i].Name
	}
	a.fieldNames[object] = names
}
