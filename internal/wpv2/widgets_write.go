package wpv2

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

func malformed(message string) error {
	return rest.NewError(http.StatusBadRequest, "rest_invalid_widget", message)
}

// given reads the instance of a request.
func (c *widgets) given(req *rest.Request, base string) (*phpserialize.Array, error) {
	if v, ok := req.Param("instance").(*ordered.Object); ok {
		if raw := v.Value("raw"); raw != nil {
			a, _ := toPHP(raw).(*phpserialize.Array)
			return a, nil
		}
		encoded, _ := v.Value("encoded").(string)
		hash, _ := v.Value("hash").(string)
		if encoded == "" || hash == "" {
			return nil, malformed("The provided instance is invalid. Must contain raw OR encoded and hash.")
		}
		return c.decoded(encoded, hash)
	}
	form, _ := req.Param("form_data").(*ordered.Object)
	return formInstance(form, base), nil
}

// decoded undoes encoded.
func (c *widgets) decoded(encoded, hash string) (*phpserialize.Array, error) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !hmac.Equal([]byte(c.hash(string(text))), []byte(hash)) {
		return nil, malformed("The provided instance is malformed.")
	}
	a, _ := phpserialize.MaybeUnserialize(string(text)).(*phpserialize.Array)
	return a, nil
}

// formInstance is the first instance of a kind in a form.
func formInstance(form *ordered.Object, base string) *phpserialize.Array {
	if form == nil {
		return nil
	}
	var first any
	switch v := form.Value("widget-" + base).(type) {
	case *ordered.Object:
		if v.Len() > 0 {
			first = v.At(0).Value
		}
	case []any:
		if len(v) > 0 {
			first = v[0]
		}
	}
	a, _ := toPHP(first).(*phpserialize.Array)
	return a
}

func (c *widgets) keep(ctx context.Context, id string, instance *phpserialize.Array) error {
	base, number := parseWidgetID(id)
	all := c.instances(ctx, base)
	if instance == nil {
		all.Delete(phpserialize.IntKey(number))
	} else {
		all.Set(phpserialize.IntKey(number), instance)
	}
	all.Set(phpserialize.StrKey("_multiwidget"), int64(1))
	text, err := phpserialize.Marshal(all)
	if err != nil {
		return err
	}
	return c.site.SetOption(ctx, "widget_"+base, text)
}

func (c *widgets) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	base := req.String("id_base")
	switch {
	case base == "":
		return nil, malformed("Widget type (id_base) is required.")
	case widgetTypeOf(base) == nil:
		return nil, malformed("The provided widget type (id_base) cannot be updated.")
	}
	instance, err := c.given(req, base)
	if err != nil {
		return nil, err
	}
	if instance == nil {
		instance = &phpserialize.Array{}
	}
	number := int64(1)
	for k := range c.instances(ctx, base).All() {
		if k.IsInt() {
			number = max(number, k.Int())
		}
	}
	id := base + "-" + strconv.FormatInt(number+1, 10)
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.keep(ctx, id, instance); err != nil {
		return nil, err
	}
	if err := c.place(ctx, append(list, id)); err != nil {
		return nil, err
	}
	resp, err := c.show(rest.NewScope(ctx, req).In(schema.Edit), id)
	if err != nil {
		return nil, err
	}
	resp.Status = http.StatusCreated
	return resp, nil
}

func (c *widgets) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	if req.Has("instance") || req.Has("form_data") {
		base, _ := parseWidgetID(id)
		instance, err := c.given(req, base)
		if err != nil {
			return nil, err
		}
		if instance != nil {
			if err := c.keep(ctx, id, instance); err != nil {
				return nil, err
			}
		}
	}
	return c.show(rest.NewScope(ctx, req).In(schema.Edit), id)
}

func (c *widgets) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	resp, err := c.show(rest.NewScope(ctx, req).In(schema.Edit), id)
	if err != nil || !req.Bool("force") {
		return resp, err
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.keep(ctx, id, nil); err != nil {
		return nil, err
	}
	if err := c.place(ctx, slices.DeleteFunc(list, func(x string) bool { return x == id })); err != nil {
		return nil, err
	}
	resp.Data = ordered.Of("deleted", true, "previous", resp.Data)
	return resp, nil
}

// encode hands back an instance in the form in which it may be saved.
func (c *widgets) encode(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	instance := &phpserialize.Array{}
	if v, ok := req.Param("instance").(*ordered.Object); ok {
		encoded, _ := v.Value("encoded").(string)
		hash, _ := v.Value("hash").(string)
		if encoded != "" && hash != "" {
			a, err := c.decoded(encoded, hash)
			if err != nil {
				return nil, err
			}
			instance = a
		}
	}
	if form, ok := req.Param("form_data").(*ordered.Object); ok {
		if a := formInstance(form, req.String("id")); a != nil {
			instance = a
		}
	}
	encoded, err := c.encoded(instance)
	if err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("form", "", "preview", "", "instance", encoded)), nil
}

func (c *widgets) preview(context.Context, *rest.Request) (*rest.Response, error) {
	return rest.OK(ordered.Of("preview", "")), nil
}

// hash is wp_hash: an HMAC under the secret of scheme auth.
func (c *widgets) hash(text string) string {
	h := hmac.New(md5.New, []byte(c.site.Secret("auth")))
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}
