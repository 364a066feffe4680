package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// settings is the controller of the options that the API shows:
// WP_REST_Settings_Controller.
type settings struct {
	*API
	list []setting
	item *schema.Schema
}

// setting is a registered setting with the schema of its value.
type setting struct {
	*site.Setting
	name   string
	schema *schema.Schema
}

func (a *API) newSettings() *settings {
	c := &settings{API: a, item: schema.New("").Keyword("$schema", schema.Draft4).Title("settings").Type("object").Props()}
	for _, t := range a.site.Registry().Settings() {
		s := schema.New("", t.Type).Title(t.Label).Description(t.Description).Default(t.Default)
		if t.Schema != nil {
			s = refined(s, t.Schema)
		}
		s = schema.DefaultAdditionalToFalse(s)
		c.list = append(c.list, setting{t, t.RESTName(), s})
		c.item.Prop(t.RESTName(), s.Clone().Validate(nullable(s)).Sanitize(nullableClean(s)))
	}
	return c
}

// refined adds the keywords of more to a schema.
func refined(s, more *schema.Schema) *schema.Schema {
	o := s.Describe()
	for name, v := range more.Describe().All() {
		o.Set(name, v)
	}
	out, err := schema.Parse(o)
	if err != nil { // more was made by the methods of schema
		return s
	}
	return out
}

// nullable and nullableClean let null through, which deletes an option.
func nullable(s *schema.Schema) func(context.Context, any, string) *schema.Error {
	return func(_ context.Context, v any, param string) *schema.Error {
		if v == nil {
			return nil
		}
		return schema.Validate(v, s, param)
	}
}

func nullableClean(s *schema.Schema) schema.Sanitizer {
	return func(_ context.Context, v any, param string) (any, *schema.Error) {
		if v == nil {
			return nil, nil
		}
		if err := schema.Validate(v, s, param); err != nil {
			return nil, err
		}
		return schema.Sanitize(v, s, param)
	}
}

func (c *settings) routes() []rest.Route {
	return []rest.Route{{
		Namespace: namespace, Pattern: "/" + namespace + "/settings", Schema: describe(c.item),
		Endpoints: []*rest.Endpoint{
			{Methods: []string{"GET"}, Permission: c.may, Handle: c.get},
			{Methods: []string{"POST", "PUT", "PATCH"}, Args: schema.EndpointArgs(c.item, schema.ForEdit), Permission: c.may, Handle: c.update},
		},
	}}
}

func (c *settings) may(ctx context.Context, _ *rest.Request) error {
	if !c.site.Can(ctx, "manage_options") {
		return rest.Forbidden
	}
	return nil
}

func (c *settings) get(ctx context.Context, _ *rest.Request) (*rest.Response, error) {
	return c.show(ctx, nil)
}

// show lists the settings; a stored value that does not fit is null. Fresh
// are values that were stored just now, which PHP shows as they were given.
func (c *settings) show(ctx context.Context, fresh map[string]any) (*rest.Response, error) {
	out := ordered.NewObject(len(c.list))
	for i := range c.list {
		t := &c.list[i]
		v, ok := fresh[t.name]
		if !ok {
			stored, _, err := c.site.Setting(ctx, t.Setting)
			if err != nil {
				return nil, err
			}
			v = phpObject(stored)
		}
		out.Set(t.name, t.show(v))
	}
	return rest.OK(out), nil
}

// show is prepare_value.
func (t *setting) show(v any) any {
	if schema.Validate(v, t.schema, "") != nil {
		return nil
	}
	out, err := schema.Sanitize(v, t.schema, "")
	if err != nil {
		return nil
	}
	return emptyLists(out)
}

func (c *settings) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	fresh := map[string]any{}
	for i := range c.list {
		t := &c.list[i]
		if !req.Has(t.name) {
			continue
		}
		v := req.Param(t.name)
		if v == nil {
			if err := c.forget(ctx, t); err != nil {
				return nil, err
			}
			continue
		}
		saved, changed, err := c.site.SaveSetting(ctx, t.Setting, toPHP(v))
		if err != nil {
			return nil, err
		}
		if changed {
			fresh[t.name] = phpObject(saved)
		}
	}
	return c.show(ctx, fresh)
}

func (c *settings) forget(ctx context.Context, t *setting) error {
	stored, found, err := c.site.Setting(ctx, t.Setting)
	if err != nil {
		return err
	}
	var v any = false
	if found {
		v = phpObject(stored)
	}
	if schema.Validate(v, t.schema, "") != nil {
		return rest.NewError(http.StatusInternalServerError, "rest_invalid_stored_value", "The "+t.name+" property has an invalid stored value, and cannot be updated to null.")
	}
	return c.site.ForgetSetting(ctx, t.Setting)
}
