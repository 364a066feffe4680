package rest

import (
	"context"
	"slices"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// Scope is what a getter or setter of a field may look at: the request, the
// context asked for, the fields asked for.
type Scope struct {
	Ctx     context.Context
	Req     *Request
	Context string
	fields  []string // of _fields; nil: all
}

// NewScope returns the scope of a request; its context is the request's
// context parameter, View when there is none.
func NewScope(ctx context.Context, req *Request) *Scope {
	s := &Scope{Ctx: ctx, Req: req, Context: schema.View, fields: FieldsParam(req)}
	switch c := req.String("context"); c {
	case "edit":
		s.Context = schema.Edit
	case "embed":
		s.Context = schema.Embed
	}
	return s
}

// In returns a copy of the scope with another context.
func (s *Scope) In(c string) *Scope {
	t := *s
	t.Context = c
	return &t
}

// Whole returns a copy of the scope for a controller that knows no fields
// within fields: "labels.name" asks for nothing there.
func (s *Scope) Whole() *Scope {
	t := *s
	t.fields = slices.DeleteFunc(slices.Clone(s.fields), func(f string) bool { return strings.Contains(f, ".") && f[0] != '_' })
	if len(t.fields) == 0 && len(s.fields) > 0 {
		t.fields = []string{"."} // the name of no field
	}
	return &t
}

// Wants reports whether _fields asks for the field at path ("title",
// "title.rendered", "_links"), as rest_is_field_included.
func (s *Scope) Wants(path string) bool {
	return len(s.fields) == 0 || schema.IsFieldIncluded(path, s.fields)
}

// WantsLinks reports whether links are asked for, by themselves or to be
// embedded.
func (s *Scope) WantsLinks() bool {
	return len(s.fields) == 0 || schema.IsFieldIncluded("_links", s.fields) || s.Req.Has("_embed") && schema.IsFieldIncluded("_embedded", s.fields)
}

// FieldsParam returns the list in _fields; nil when the request has none.
func FieldsParam(req *Request) []string {
	v := req.Param("_fields")
	if v == nil {
		return nil
	}
	return schema.ParseStrings(v)
}

// WantsField reports whether the _fields of a request ask for path.
func WantsField(req *Request, path string) bool {
	f := FieldsParam(req)
	return len(f) == 0 || schema.IsFieldIncluded(path, f)
}

func filterFields(req *Request, data any) any {
	f, ok := schema.ParseFields(req.Param("_fields"))
	if !ok {
		return data
	}
	return f.Filter(data)
}

// Field is one property of a resource: how it is described, read and written.
// R is what is read from, W what a write collects. A row with Props is an
// object of further rows.
type Field[R, W any] struct {
	Name   string
	Schema *schema.Schema
	Get    func(*Scope, R) any
	Set    func(*Scope, *W, any) error
	Props  []Field[R, W]
}

// Fields are the rows of a resource in WordPress's order.
type Fields[R, W any] []Field[R, W]

type omitted struct{}

// Omit is what a getter returns for a property that is left out.
var Omit any = omitted{}

// Render reads the fields that the scope's context and _fields ask for. A
// getter that is not asked for does not run.
func (f Fields[R, W]) Render(s *Scope, r R) *ordered.Object {
	return render(f, s, r, "")
}

func render[R, W any](rows []Field[R, W], s *Scope, r R, prefix string) *ordered.Object {
	out := ordered.NewObject(len(rows) + 1)
	for i := range rows {
		row := &rows[i]
		if !row.Schema.InContext(s.Context) || row.Get == nil && row.Props == nil {
			continue
		}
		if len(s.fields) > 0 && !schema.IsFieldIncluded(prefix+row.Name, s.fields) {
			continue
		}
		if row.Get == nil {
			out.Set(row.Name, render(row.Props, s, r, prefix+row.Name+"."))
			continue
		}
		if v := row.Get(s, r); v != Omit {
			out.Set(row.Name, v)
		}
	}
	return out
}

// Read collects into w what the request brings, in the order of the rows.
// Rows without Set are read-only and passed over.
func (f Fields[R, W]) Read(s *Scope, w *W) error {
	for i := range f {
		if f[i].Set == nil || !s.Req.Has(f[i].Name) {
			continue
		}
		if err := f[i].Set(s, w, s.Req.Param(f[i].Name)); err != nil {
			return err
		}
	}
	return nil
}

// ItemSchema describes the rows as the item schema called title.
func (f Fields[R, W]) ItemSchema(title string) *schema.Schema {
	return schema.New("").Keyword("$schema", schema.Draft4).Title(title).Type("object").Props(props(f)...)
}

func props[R, W any](rows []Field[R, W]) []schema.Property {
	out := make([]schema.Property, len(rows))
	for i := range rows {
		sch := rows[i].Schema
		if rows[i].Props != nil && len(sch.Properties()) == 0 {
			sch = sch.Clone().Props(props(rows[i].Props)...)
		}
		out[i] = schema.Prop(rows[i].Name, sch)
	}
	return out
}
