package wpv2

import (
	"context"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// itemFields are the rows of a menu item, in the order of answers.
func (c *menuItems) itemFields() rest.Fields[*site.MenuItem, itemWrite] {
	raw := schema.String("The title as it is stored.").In(editOnly...)
	rendered := schema.String("The title as HTML.").In(everywhere...).Readonly()
	f := rest.Fields[*site.MenuItem, itemWrite]{
		{
			Name: "id", Schema: schema.Integer("ID of the menu item.").Default(int64(0)).Min(0).In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.ID },
		},
		{
			Name: "title", Schema: schema.New("The title of the menu item.", "string", "object").In(everywhere...).Prop("raw", raw).Prop("rendered", rendered),
			Props: []itemField{
				{Name: "raw", Schema: raw, Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Title }},
				{Name: "rendered", Schema: rendered, Get: func(s *rest.Scope, m *site.MenuItem) any { return c.title(s, &wp.Post{Title: m.Title}) }},
			},
			Set: setItemTitle,
		},
		{
			Name: "status", Schema: schema.String("The status of the menu item.").EnumStrings(writable).Default("publish").In(everywhere...),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Status },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.Status, v) },
		},
		{
			Name: "url", Schema: schema.String("The address that the menu item leads to.").Format("uri").In(everywhere...).Validate(validateItemURL),
			Get: func(_ *rest.Scope, m *site.MenuItem) any {
				if m.NoURL {
					return false
				}
				return m.URL
			},
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.URL, v) },
		},
		{
			Name: "attr_title", Schema: schema.String("The title attribute of the link.").In(everywhere...).Sanitize(schema.Text(sanitizeText)),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Attr },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.Attr, v) },
		},
		{
			Name: "description", Schema: schema.String("What the menu item is about.").In(everywhere...).Sanitize(schema.Text(sanitizeText)),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Description },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.Description, v) },
		},
	}
	f = append(f, itemTarget()...)
	f = append(f, itemLook()...)
	keys := c.metaKeys(wp.PostMeta, c.typ.Name)
	return append(f,
		itemField{
			Name: "meta", Schema: c.metaSchema(wp.PostMeta, c.typ.Name),
			Get: func(s *rest.Scope, m *site.MenuItem) any { return c.metaValue(s, wp.PostMeta, keys, m.ID) },
		},
		itemField{
			Name: "menus", Schema: schema.Integer("ID of the menu that the item is in.").In(viewEdit...),
			Get: func(s *rest.Scope, m *site.MenuItem) any {
				terms, err := c.site.PostTerms(s.Ctx, m.ID, "nav_menu")
				if err != nil || len(terms) == 0 {
					return rest.Omit
				}
				return terms[0].ID
			},
			Set: func(_ *rest.Scope, w *itemWrite, v any) error {
				if n, ok := v.(int64); ok && n != 0 {
					w.Menu = max(n, -n)
				}
				return nil
			},
		},
	)
}

// itemTarget are the rows that say what an item leads to and where it stands.
func itemTarget() []itemField {
	number := func(name, description string, least, def int64, get func(*site.MenuItem) int64, field func(*itemWrite) *int64) itemField {
		s := schema.Integer(description).Min(least).Default(def).In(everywhere...)
		if name != "parent" {
			s = schema.New(description).In(everywhere...).Type("integer").Min(least).Default(def)
		}
		return itemField{
			Name: name, Schema: s,
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return get(m) },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error {
				if n, ok := v.(int64); ok {
					*field(w) = n
				}
				return nil
			},
		}
	}
	return []itemField{
		{
			Name: "type", Schema: schema.String("What kind of thing the item leads to.").Enum("taxonomy", "post_type", "post_type_archive", "custom").In(everywhere...).Default("custom"),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Kind },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.Kind, v) },
		},
		{
			Name: "type_label", Schema: schema.String("The kind of thing in words.").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Label },
		},
		{
			Name: "object", Schema: schema.New("The post type or taxonomy of what the item leads to.").In(everywhere...).Type("string").Sanitize(schema.Text(format.SanitizeKey)),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Object },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.Object, v) },
		},
		number("object_id", "ID of what the item leads to.", 0, 0,
			func(m *site.MenuItem) int64 { return max(m.ObjectID, -m.ObjectID) }, func(w *itemWrite) *int64 { return &w.ObjectID }),
		number("parent", "ID of the item above.", 0, 0,
			func(m *site.MenuItem) int64 { return m.Above }, func(w *itemWrite) *int64 { return &w.Above }),
		number("menu_order", "Place of the item in its menu.", 1, 1,
			func(m *site.MenuItem) int64 { return m.MenuOrder }, func(w *itemWrite) *int64 { return &w.Position }),
	}
}

// itemLook are the attributes of an item's link.
func itemLook() []itemField {
	names := func(description string) *schema.Schema {
		return schema.New(description, "array").Items(schema.String("")).In(everywhere...).Sanitize(htmlClasses)
	}
	return []itemField{
		{
			Name: "target", Schema: schema.String("The target attribute of the link.").In(everywhere...).Enum("_blank", ""),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Target },
			Set: func(_ *rest.Scope, w *itemWrite, v any) error { return itemText(&w.Target, v) },
		},
		{
			Name: "classes", Schema: names("The class names of the link."),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Classes },
			Set: func(s *rest.Scope, w *itemWrite, v any) error {
				if v != nil {
					w.Classes = s.Req.Strings("classes")
				}
				return nil
			},
		},
		{
			Name: "xfn", Schema: names("How the link's target is related to the site, in words of XFN."),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return xfnOf(m.XFN) },
			Set: func(s *rest.Scope, w *itemWrite, v any) error {
				if v != nil {
					w.XFN = s.Req.Strings("xfn")
				}
				return nil
			},
		},
		{
			Name: "invalid", Schema: schema.New("Whether what the item leads to is gone.").In(everywhere...).Type("boolean").Readonly(),
			Get: func(_ *rest.Scope, m *site.MenuItem) any { return m.Invalid },
		},
	}
}

func itemText(field *string, v any) error {
	if s, ok := v.(string); ok {
		*field = s
	}
	return nil
}

// validateItemURL accepts what is an address, or nothing.
func validateItemURL(_ context.Context, v any, _ string) *schema.Error {
	text, ok := v.(string)
	switch v := v.(type) {
	case int64, float64:
		text, ok = phpText(v), true
	case bool:
		text, ok = phpText(v), v
	}
	if ok && (text == "" || format.SanitizeURL(text) != "") {
		return nil
	}
	return &schema.Error{Code: "rest_invalid_url", Message: "Invalid URL."}
}
