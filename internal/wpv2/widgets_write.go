package wpv2

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"math"
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

// given reads the instance of a request and the number under which to keep it,
// nil when there is none. An instance belongs to the widget the request is
// about, a form names the number itself.
func (c *widgets) given(req *rest.Request, base string, number int64) (*phpserialize.Array, int64, error) {
	if req.Has("instance") {
		v, _ := req.Param("instance").(*ordered.Object)
		if v == nil {
			v = &ordered.Object{}
		}
		if raw := v.Value("raw"); raw != nil {
			a, _ := toPHP(raw).(*phpserialize.Array)
			return a, number, nil
		}
		encoded, has := v.Value("encoded").(string)
		hash, hashed := v.Value("hash").(string)
		if !has || !hashed {
			return nil, 0, malformed("The provided instance is invalid. Must contain raw OR encoded and hash.")
		}
		a, err := c.decoded(encoded, hash)
		return a, number, err
	}
	form, _ := req.Param("form_data").(*ordered.Object)
	a, number := formInstance(form, base)
	return a, number, nil
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

// formInstance is the first instance of a kind in a form, with its number.
func formInstance(form *ordered.Object, base string) (*phpserialize.Array, int64) {
	if form == nil {
		return nil, 0
	}
	switch v := form.Value("widget-" + base).(type) {
	case *ordered.Object:
		if v.Len() > 0 {
			first := v.At(0)
			if number, err := strconv.ParseInt(first.Name, 10, 64); err == nil {
				a, _ := toPHP(first.Value).(*phpserialize.Array)
				return a, number
			}
		}
	case []any:
		if len(v) > 0 {
			a, _ := toPHP(v[0]).(*phpserialize.Array)
			return a, 0
		}
	}
	return nil, 0
}

// keep stores the settings of a widget, or takes them away.
func (c *widgets) keep(ctx context.Context, base string, number int64, instance *phpserialize.Array) error {
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

// save keeps what the request says of the widget base-number, if anything.
func (c *widgets) save(ctx context.Context, req *rest.Request, base string, number int64) error {
	instance, number, err := c.given(req, base, number)
	if err != nil || instance == nil {
		return err
	}
	return c.keep(ctx, base, number, instance)
}

// target is the widget that a request to create one is about: the one it names,
// or the next of its kind. Those count that have settings.
func (c *widgets) target(ctx context.Context, req *rest.Request) (base string, number int64, err error) {
	id, named := req.Param("id").(string)
	base = req.String("id_base")
	if named {
		base, number = parseWidgetID(id)
	}
	switch {
	case base == "" && !named:
		return "", 0, malformed("Widget type (id_base) is required.")
	case widgetTypeOf(base) == nil:
		return "", 0, malformed("The provided widget type (id_base) cannot be updated.")
	case named && widgetName(base, number) != id:
		return "", 0, malformed("The requested widget is invalid.")
	case named:
		return base, number, nil
	}
	number = firstWidget - 1
	for k := range c.instances(ctx, base).All() {
		if k.IsInt() {
			number = max(number, k.Int())
		}
	}
	if number == math.MaxInt64 {
		return "", 0, malformed("The requested widget is invalid.")
	}
	return base, number + 1, nil
}

func widgetName(base string, number int64) string { return base + "-" + strconv.FormatInt(number, 10) }

// create saves a widget. Whatever sidebar it is for, it is found again as one
// that stands nowhere, before all others: a theme without sidebars has no place
// for it. One without an instance is shown and not kept.
func (c *widgets) create(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	base, number, err := c.target(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := c.save(ctx, req, base, number); err != nil {
		return nil, err
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.place(ctx, list); err != nil {
		return nil, err
	}
	resp, err := c.show(rest.NewScope(ctx, req).In(schema.Edit), widgetName(base, number), req.String("sidebar"))
	if err != nil {
		return nil, err
	}
	resp.Status = http.StatusCreated
	return resp, nil
}

// update saves a widget. Sent to a sidebar that the theme does not have, it
// ends up behind the inactive ones; sent nowhere, before them.
func (c *widgets) update(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	base, number := parseWidgetID(id)
	if err := c.save(ctx, req, base, number); err != nil {
		return nil, err
	}
	sidebar, ok := req.Param("sidebar").(string)
	if !ok {
		sidebar = inactiveWidgets
	}
	if sidebar != inactiveWidgets {
		list, err := c.inactive(ctx)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(x string) bool { return x == id })
		if sidebar != "" {
			list = append(list, id)
		}
		if err := c.place(ctx, list); err != nil {
			return nil, err
		}
	}
	return c.show(rest.NewScope(ctx, req).In(schema.Edit), id, sidebar)
}

func (c *widgets) delete(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	id, err := c.load(ctx, req)
	if err != nil {
		return nil, err
	}
	resp, err := c.show(rest.NewScope(ctx, req).In(schema.Edit), id, inactiveWidgets)
	if err != nil || !req.Bool("force") {
		return resp, err
	}
	list, err := c.inactive(ctx)
	if err != nil {
		return nil, err
	}
	base, number := parseWidgetID(id)
	if err := c.keep(ctx, base, number, nil); err != nil {
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
		if a, _ := formInstance(form, req.String("id")); a != nil {
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
