package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// metaKey is a registered key with the schema of its value, as
// WP_REST_Meta_Fields makes it.
type metaKey struct {
	*site.MetaKey
	name   string
	one    *schema.Schema // of one value
	schema *schema.Schema // of the property: one, or a list of it
}

// metaKeys lists the keys of a kind and subtype that the API shows.
func (a *API) metaKeys(kind wp.MetaKind, subtype string) []metaKey {
	var out []metaKey
	for _, m := range a.site.Registry().MetaOf(kind, subtype) {
		if !m.ShowInREST {
			continue
		}
		one := schema.New("", m.Type)
		if m.Schema != nil {
			one = m.Schema.Clone()
		}
		one.Title(m.Label).Description(m.Description)
		if def, ok := one.DefaultValue(); !ok || def == nil {
			one.Default(defaultOf(m))
		}
		one = schema.DefaultAdditionalToFalse(one)
		k := metaKey{MetaKey: m, name: m.Name(), one: one, schema: one}
		if !m.Single {
			k.schema = schema.New("", "array").Items(one)
		}
		out = append(out, k)
	}
	return out
}

// defaultOf is the default of a key, or the empty value of its type:
// get_empty_value_for_type.
func defaultOf(m *site.MetaKey) any {
	if m.Default != nil {
		return m.Default
	}
	switch m.Type {
	case "string":
		return ""
	case "boolean":
		return false
	case "integer":
		return int64(0)
	case "number":
		return 0.0
	case "array", "object":
		return []any{}
	}
	return nil
}

// metaSchema describes the meta property.
func (a *API) metaSchema(kind wp.MetaKind, subtype string) *schema.Schema {
	s := schema.New("Meta fields.", "object").In(viewEdit...).Validate(checkMetaObject).Sanitize(nil)
	s.Props()
	for _, k := range a.metaKeys(kind, subtype) {
		s.Prop(k.name, k.schema)
	}
	return s
}

// checkMetaObject mirrors check_meta_is_array, which answers false without
// saying why: the error has no code.
func checkMetaObject(_ context.Context, v any, _ string) *schema.Error {
	switch v.(type) {
	case *ordered.Object, []any:
		return nil
	}
	return &schema.Error{Message: "Invalid parameter."}
}

func (c *posts) metaField() postField {
	keys := c.metaKeys(wp.PostMeta, c.typ.Name)
	return postField{
		Name: "meta", Schema: c.metaSchema(wp.PostMeta, c.typ.Name),
		Get: func(s *rest.Scope, p post) any { return c.metaValue(s, wp.PostMeta, keys, p.ID) },
	}
}

// metaValue shows the meta of an object; without any key it is the empty list.
func (a *API) metaValue(s *rest.Scope, kind wp.MetaKind, keys []metaKey, object int64) any {
	if len(keys) == 0 {
		return []any{}
	}
	m, err := a.site.Meta(s.Ctx, kind, object)
	if err != nil {
		return []any{}
	}
	out := ordered.NewObject(len(keys))
	for _, k := range keys {
		if !k.schema.InContext(s.Context) {
			continue
		}
		rows := m.All(k.Key)
		if k.Single {
			if len(rows) == 0 {
				def, _ := k.one.DefaultValue()
				out.Set(k.name, k.show(def))
				continue
			}
			out.Set(k.name, k.show(phpObject(phpserialize.MaybeUnserialize(rows[0]))))
			continue
		}
		list := make([]any, len(rows))
		for i, raw := range rows {
			list[i] = k.show(phpObject(phpserialize.MaybeUnserialize(raw)))
		}
		out.Set(k.name, list)
	}
	if out.Len() == 0 {
		return []any{}
	}
	return out
}

// show is prepare_value: a stored value that does not fit is null.
func (k *metaKey) show(v any) any {
	if v == "" && (k.Type == "boolean" || k.Type == "integer" || k.Type == "number") {
		v = defaultOf(&site.MetaKey{Type: k.Type})
	}
	if schema.Validate(v, k.one, "") != nil {
		return nil
	}
	out, err := schema.Sanitize(v, k.one, "")
	if err != nil {
		return nil
	}
	return emptyLists(out)
}

// emptyLists makes lists of the empty objects in a value, since PHP has one
// array for both.
func emptyLists(v any) any {
	o, ok := v.(*ordered.Object)
	if !ok {
		return v
	}
	if o.Len() == 0 {
		return []any{}
	}
	for name, x := range o.All() {
		o.Set(name, emptyLists(x))
	}
	return o
}

// saveMeta writes the meta of a request: update_value. Keys that are not
// registered are passed over.
func (a *API) saveMeta(ctx context.Context, kind wp.MetaKind, subtype string, object int64, req *rest.Request) error {
	given, ok := req.Param("meta").(*ordered.Object)
	if !ok {
		return nil
	}
	var failed *rest.Error
	for _, k := range a.metaKeys(kind, subtype) {
		v, ok := given.Get(k.name)
		if !ok {
			continue
		}
		err := a.saveKey(ctx, kind, &k, object, v)
		if err == nil {
			continue
		}
		e, ok := err.(*rest.Error)
		switch {
		case !ok:
			return err
		case failed == nil:
			failed = e
		default:
			failed.Additional = append(failed.Additional, e)
		}
	}
	if failed != nil {
		return failed
	}
	return nil
}

func (a *API) saveKey(ctx context.Context, kind wp.MetaKind, k *metaKey, object int64, v any) error {
	list, isList := v.([]any)
	if v == nil || isList && len(list) == 0 && !k.Single {
		return a.deleteKey(ctx, kind, k, object)
	}
	if isList && !k.Single {
		for _, x := range list {
			if x == nil {
				return k.invalidStored()
			}
		}
	}
	if err := schema.Validate(v, k.schema, "meta."+k.name); err != nil {
		return refuseMeta(err)
	}
	clean, serr := schema.Sanitize(v, k.schema, "meta."+k.name)
	if serr != nil {
		return refuseMeta(serr)
	}
	if k.Single {
		return a.updateKey(ctx, kind, k, object, clean)
	}
	values, _ := clean.([]any)
	return a.updateKeys(ctx, kind, k, object, values)
}

// refuseMeta is how a value that does not fit is answered: the status comes
// after the data that the error has.
func refuseMeta(err *schema.Error) error {
	out := rest.NewError(http.StatusBadRequest, err.Code, err.Message)
	if err.Data != nil {
		out.Earlier = []any{err.Data}
	}
	return out
}

func (k *metaKey) invalidStored() error {
	return rest.NewError(http.StatusInternalServerError, "rest_invalid_stored_value", "The "+k.name+" property has an invalid stored value, and cannot be updated to null.")
}

// mayMeta asks for edit_post_meta and the like, or the key's own rule.
func (a *API) mayMeta(ctx context.Context, verb string, kind wp.MetaKind, k *metaKey, object int64) error {
	may := false
	if k.Auth != nil {
		may = a.site.Can(ctx, "edit_"+kind.String(), object) && k.Auth(ctx, site.CurrentID(ctx), object)
	} else {
		may = a.site.Can(ctx, verb+"_"+kind.String()+"_meta", object, k.Key)
	}
	if may {
		return nil
	}
	code := "rest_cannot_update"
	if verb == "delete" {
		code = "rest_cannot_delete"
	}
	e := rest.Denied(ctx, code, "Sorry, you are not allowed to edit the "+k.name+" custom field.")
	e.Data = ordered.Of("key", k.name)
	return e
}

func (a *API) deleteKey(ctx context.Context, kind wp.MetaKind, k *metaKey, object int64) error {
	m, err := a.site.Meta(ctx, kind, object)
	if err != nil {
		return err
	}
	rows := m.All(k.Key)
	if k.Single {
		var current any = ""
		if len(rows) > 0 {
			current = phpObject(phpserialize.MaybeUnserialize(rows[0]))
		} else {
			current = defaultOf(k.MetaKey)
		}
		if schema.Validate(current, k.one, "") != nil {
			return k.invalidStored()
		}
	}
	if err := a.mayMeta(ctx, "delete", kind, k, object); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	return a.site.DeleteMeta(ctx, kind, object, k.Key)
}

// stored is the text that a value is kept as: maybe_serialize, with scalars as
// PHP writes them.
func stored(v any) (string, error) {
	return phpserialize.Text(toPHP(v))
}

// toPHP turns a JSON value into what PHP has for it.
func toPHP(v any) any {
	switch v := v.(type) {
	case []any:
		a := &phpserialize.Array{}
		for _, x := range v {
			a.Append(toPHP(x))
		}
		return a
	case *ordered.Object:
		a := &phpserialize.Array{}
		for k, x := range v.All() {
			a.Set(phpserialize.StrKey(k), toPHP(x))
		}
		return a
	}
	return v
}

func (k *metaKey) text(ctx context.Context, v any) (string, error) {
	if k.Sanitize != nil {
		v = k.Sanitize(ctx, v)
	}
	return stored(v)
}

func (a *API) updateKey(ctx context.Context, kind wp.MetaKind, k *metaKey, object int64, v any) error {
	text, err := k.text(ctx, v)
	if err != nil {
		return err
	}
	m, err := a.site.Meta(ctx, kind, object)
	if err != nil {
		return err
	}
	if rows := m.All(k.Key); len(rows) == 1 && rows[0] == text {
		return nil
	}
	if err := a.mayMeta(ctx, "edit", kind, k, object); err != nil {
		return err
	}
	return a.site.SetMeta(ctx, kind, object, k.Key, text)
}

// updateKeys makes values the rows of a key; rows that stay keep their ids:
// update_multi_meta_value.
func (a *API) updateKeys(ctx context.Context, kind wp.MetaKind, k *metaKey, object int64, values []any) error {
	if err := a.mayMeta(ctx, "edit", kind, k, object); err != nil {
		return err
	}
	m, err := a.site.Meta(ctx, kind, object)
	if err != nil {
		return err
	}
	have := m.All(k.Key)
	var add []string
	for _, v := range values {
		text, err := k.text(ctx, v)
		if err != nil {
			return err
		}
		add = append(add, text)
	}
	return a.site.ReplaceMeta(ctx, kind, object, k.Key, have, add)
}
