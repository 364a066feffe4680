package wpv2

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// limitsField is what Platen adds to application passwords. It is shown only
// of passwords that have limits, so that WordPress's clients see WordPress's
// entries. A write replaces all limits; null takes them away.
func (c *appPasswords) limitsField() appPasswordField {
	text := schema.String("").MinLength(1).MaxLength(100)
	list := func(description string, item *schema.Schema) *schema.Schema {
		return schema.New(description, "array", "null").Items(item).MaxItems(apppassword.MaxLimits)
	}
	return appPasswordField{
		Name: "platen", Schema: schema.New("What the password may not do though its user may.", "object", "null").In(viewEdit...).NoAdditional().Props(
			schema.Prop("expires", schema.New("When it is refused from, in UTC; null for never.", "string", "null").Format("date-time")),
			schema.Prop("read_only", schema.Boolean("Whether it may only be used for requests that change nothing.")),
			schema.Prop("caps", list("The capabilities that are left of the user's; null for all.", text)),
			schema.Prop("networks", list("Addresses and networks it may be used from; null for any.", text)),
			schema.Prop("intact", schema.Boolean("False when the limits were lost or altered: then the password is refused.").Readonly()),
		),
		Get: func(_ *rest.Scope, p appPassword) any {
			limits, err := p.Limits()
			if err == nil && !limits.Limited() {
				return rest.Omit
			}
			return limitsObject(limits, err == nil)
		},
		Set: func(_ *rest.Scope, w *appPasswordWrite, v any) error {
			limits, err := c.readLimits(v)
			w.limits = &limits
			return err
		},
	}
}

func limitsObject(l apppassword.Limits, intact bool) *ordered.Object {
	var expires, caps, networks any
	if l.Expires != 0 {
		expires = unixDate(l.Expires)
	}
	if l.Caps != nil {
		caps = l.Caps
	}
	if l.Networks != nil {
		list := make([]string, len(l.Networks))
		for i, p := range l.Networks {
			list[i] = p.String()
		}
		networks = list
	}
	return ordered.Of("expires", expires, "read_only", l.ReadOnly, "caps", caps, "networks", networks, "intact", intact)
}

// readLimits reads the limits of a request. The schema has seen to their kinds.
func (c *appPasswords) readLimits(v any) (apppassword.Limits, error) {
	var l apppassword.Limits
	o, ok := v.(*ordered.Object)
	if !ok {
		return l, nil
	}
	bad := func(name, why string) error {
		e := rest.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): platen")
		e.Data = ordered.Of("params", ordered.Of("platen", "platen["+name+"] "+why))
		return e
	}
	if text, ok := o.Value("expires").(string); ok {
		at, ok := schema.ParseDate(text)
		if !ok || !at.After(c.site.Now()) {
			return l, bad("expires", "is no time in the future.")
		}
		l.Expires = at.Unix()
	}
	l.ReadOnly, _ = o.Value("read_only").(bool)
	if list, ok := o.Value("caps").([]any); ok {
		l.Caps = []string{}
		for _, v := range list {
			name, _ := v.(string)
			l.Caps = append(l.Caps, name)
		}
	}
	if list, ok := o.Value("networks").([]any); ok {
		l.Networks = []netip.Prefix{}
		for _, v := range list {
			text, _ := v.(string)
			p, err := apppassword.ParseNetwork(text)
			if err != nil {
				return l, bad("networks", err.Error()+".")
			}
			l.Networks = append(l.Networks, p)
		}
	}
	return l, nil
}

// notLimited refuses callers whose credential has limits: it must not make
// another one, nor take over the account it belongs to.
func notLimited(ctx context.Context) error {
	if auth.FromContext(ctx).Limited() {
		return rest.NewError(http.StatusForbidden, "rest_limited_credential", "An application password with limits cannot give out credentials or change its own account.")
	}
	return nil
}

// mayGive is may for what makes or changes a credential.
func (c *appPasswords) mayGive(capability, code, what string) func(context.Context, *rest.Request) error {
	may := c.may(capability, code, what)
	return func(ctx context.Context, req *rest.Request) error {
		if err := may(ctx, req); err != nil {
			return err
		}
		return notLimited(ctx)
	}
}

// unixDate shows a Unix time as UTC without a zone.
func unixDate(t int64) string { return time.Unix(t, 0).UTC().Format("2006-01-02T15:04:05") }
