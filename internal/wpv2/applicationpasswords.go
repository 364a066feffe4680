package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// appPasswords is the controller of the application passwords of a user:
// WP_REST_Application_Passwords_Controller.
type appPasswords struct {
	*API
	fields rest.Fields[appPassword, appPasswordWrite]
	item   *schema.Schema
}

// appPassword is an entry while it is being shown; the password itself is
// known right after it was made.
type appPassword struct {
	apppassword.Item
	plain string
}

// appPasswordWrite collects what a request wants of an entry.
type appPasswordWrite struct {
	name, appID string
	limits      *apppassword.Limits // nil: not mentioned
}

func (a *API) newAppPasswords() *appPasswords {
	c := &appPasswords{API: a, fields: appPasswordFields()}
	order := []string{"uuid", "app_id", "name", "password", "created", "last_used", "last_ip"}
	if a.limits {
		c.fields = append(c.fields, c.limitsField())
		order = append(order, "platen")
	}
	c.item = inOrder(c.fields.ItemSchema("application-password"), order...)
	return c
}

func (c *appPasswords) routes() []rest.Route {
	base := "/" + namespace + `/users/(?P<user_id>(?:[\d]+|me))/application-passwords`
	get := rest.Args{contextArg(c.item)}
	return []rest.Route{
		{
			Namespace: namespace, Pattern: base, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: get, Permission: c.may("list_app_passwords", "rest_cannot_list_application_passwords", "list application passwords for this user"), Handle: c.of(c.list)},
				{Methods: []string{"POST"}, Args: schema.EndpointArgs(c.item, schema.ForCreate), Permission: c.mayGive("create_app_password", "rest_cannot_create_application_passwords", "create application passwords for this user"), Handle: c.of(c.create)},
				{Methods: []string{"DELETE"}, Permission: c.mayGive("delete_app_passwords", "rest_cannot_delete_application_passwords", "delete application passwords for this user"), Handle: c.of(c.deleteAll)},
			},
		},
		{
			Namespace: namespace, Pattern: base + "/introspect", Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{{Methods: []string{"GET"}, Args: get, Permission: c.mayIntrospect, Handle: c.of(c.introspect)}},
		},
		{
			Namespace: namespace, Pattern: base + `/(?P<uuid>[\w\-]+)`, Schema: describe(c.item),
			Endpoints: []*rest.Endpoint{
				{Methods: []string{"GET"}, Args: get, Permission: c.may("read_app_password", "rest_cannot_read_application_password", "read this application password"), Handle: c.of(c.get)},
				{Methods: []string{"POST", "PUT", "PATCH"}, Args: schema.EndpointArgs(c.item, schema.ForEdit), Permission: c.mayGive("edit_app_password", "rest_cannot_edit_application_password", "edit this application password"), Handle: c.of(c.update)},
				{Methods: []string{"DELETE"}, Permission: c.mayGive("delete_app_password", "rest_cannot_delete_application_password", "delete this application password"), Handle: c.of(c.delete)},
			},
		},
	}
}

type appPasswordField = rest.Field[appPassword, appPasswordWrite]

func appPasswordFields() rest.Fields[appPassword, appPasswordWrite] {
	return []appPasswordField{
		{
			Name: "uuid", Schema: schema.String("ID of the application password.").Format("uuid").In(everywhere...).Readonly(),
			Get: func(_ *rest.Scope, p appPassword) any { return p.UUID },
		},
		{
			Name: "app_id", Get: func(_ *rest.Scope, p appPassword) any { return p.AppID },
			Schema: schema.String("A UUID that the program calls itself by.").
				OneOf(schema.String("").Format("uuid"), schema.String("").Enum("")).In(everywhere...),
			Set: func(_ *rest.Scope, w *appPasswordWrite, v any) error { w.appID, _ = v.(string); return nil },
		},
		{
			Name: "name", Schema: schema.String("Name of the application password.").Required().In(everywhere...).MinLength(1).Pattern(`.*\S.*`),
			Get: func(_ *rest.Scope, p appPassword) any { return p.Name },
			Set: func(_ *rest.Scope, w *appPasswordWrite, v any) error { w.name, _ = v.(string); return nil },
		},
		{
			Name: "created", Schema: schema.String("When it was made, in UTC.").Format("date-time").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, p appPassword) any { return unixDate(p.Created) },
		},
		{
			Name: "last_used", Schema: dateTime("When it was used last, in UTC.").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, p appPassword) any {
				if p.LastUsed == 0 {
					return nil
				}
				return unixDate(p.LastUsed)
			},
		},
		{
			Name: "last_ip", Schema: schema.New("The address that it was used from last.", "string", "null").Format("ip").In(viewEdit...).Readonly(),
			Get: func(_ *rest.Scope, p appPassword) any {
				if emptyText(p.LastIP) {
					return nil
				}
				return p.LastIP
			},
		},
		{
			Name: "password", Schema: schema.String("The password itself, told once when it is made.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, p appPassword) any {
				if p.plain == "" {
					return rest.Omit
				}
				return apppassword.Chunk(p.plain)
			},
		},
	}
}

// user is the user of the user_id parameter: get_user.
func (c *appPasswords) user(ctx context.Context, req *rest.Request) (*site.User, error) {
	if !c.site.AppPasswordsAvailable(req.Secure) {
		return nil, rest.NewError(http.StatusNotImplemented, "application_passwords_disabled", "Application passwords are not available.")
	}
	name, _ := req.Param("user_id").(string)
	if name != "me" {
		return c.load(ctx, req.Int("user_id"))
	}
	if site.CurrentID(ctx) == 0 {
		return nil, rest.NewError(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
	}
	return c.load(ctx, site.CurrentID(ctx))
}

// may asks for a capability on the user; what is what one would be doing.
func (c *appPasswords) may(capability, code, what string) func(context.Context, *rest.Request) error {
	return func(ctx context.Context, req *rest.Request) error {
		u, err := c.user(ctx, req)
		if err != nil {
			return err
		}
		if !c.site.Can(ctx, capability, u.ID) {
			return rest.Denied(ctx, code, "Sorry, you are not allowed to "+what+".")
		}
		return nil
	}
}

func (c *appPasswords) mayIntrospect(ctx context.Context, req *rest.Request) error {
	u, err := c.user(ctx, req)
	if err != nil {
		return err
	}
	if u.ID != site.CurrentID(ctx) {
		return rest.Denied(ctx, "rest_cannot_introspect_app_password_for_non_authenticated_user", "The authenticated application password can only be introspected for the current user.")
	}
	return nil
}

// of makes an endpoint's callback of one that knows the user.
func (c *appPasswords) of(f handleUser) func(context.Context, *rest.Request) (*rest.Response, error) {
	return func(ctx context.Context, req *rest.Request) (*rest.Response, error) {
		u, err := c.user(ctx, req)
		if err != nil {
			return nil, err
		}
		return f(ctx, req, u)
	}
}

// find returns the entry of the uuid parameter.
func (c *appPasswords) find(ctx context.Context, u *site.User, uuid string, status int) (appPassword, error) {
	list, err := c.site.AppPasswords(ctx, u.ID)
	if err != nil {
		return appPassword{}, err
	}
	item, ok := list.Get(uuid)
	if !ok {
		return appPassword{}, rest.NewError(status, "rest_application_password_not_found", "Application password not found.")
	}
	return appPassword{Item: item}, nil
}

// show is prepare_item_for_response.
func (c *appPasswords) show(s *rest.Scope, u *site.User, p appPassword) *rest.Response {
	resp := rest.OK(c.fields.Render(s, p))
	if s.WantsLinks() {
		resp.Links = &rest.Links{}
		resp.Links.Add("self", rest.Link{Href: c.itemURL(s.Ctx, u, p.UUID)})
	}
	return resp
}

func (c *appPasswords) itemURL(ctx context.Context, u *site.User, uuid string) string {
	return c.url(ctx, namespace+"/users/"+id(u.ID)+"/application-passwords/"+uuid)
}

func (c *appPasswords) list(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	list, err := c.site.AppPasswords(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req)
	items := make([]any, 0, list.Len())
	for _, item := range list.All() {
		items = append(items, c.rest.Item(ctx, req, c.show(scope, u, appPassword{Item: item})))
	}
	return rest.OK(items), nil
}

func (c *appPasswords) get(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	p, err := c.find(ctx, u, req.String("uuid"), http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), u, p), nil
}

func (c *appPasswords) create(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w := appPasswordWrite{}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	if !emptyValue(req.Param("uuid")) { // as WordPress tells creating from changing
		w.appID = ""
	}
	fresh := apppassword.New{Name: w.name, AppID: w.appID}
	if w.limits != nil {
		fresh.Limits = *w.limits
	}
	item, plain, err := c.site.CreateAppPassword(ctx, u.ID, fresh)
	if err != nil {
		return nil, refuse(err, http.StatusBadRequest)
	}
	resp := c.show(scope, u, appPassword{item, plain})
	resp.Status = http.StatusCreated
	return resp.SetHeader("Location", c.itemURL(ctx, u, item.UUID)), nil
}

func (c *appPasswords) update(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	p, err := c.find(ctx, u, req.String("uuid"), http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	scope := rest.NewScope(ctx, req).In(schema.Edit)
	w := appPasswordWrite{}
	if err := c.fields.Read(scope, &w); err != nil {
		return nil, err
	}
	if w.name != "" || w.limits != nil {
		if err := c.site.UpdateAppPassword(ctx, u.ID, p.UUID, w.name, w.limits); err != nil {
			return nil, refuse(err, http.StatusBadRequest)
		}
	}
	if p, err = c.find(ctx, u, p.UUID, http.StatusNotFound); err != nil {
		return nil, err
	}
	return c.show(scope, u, p), nil
}

func (c *appPasswords) delete(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	p, err := c.find(ctx, u, req.String("uuid"), http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	previous := c.show(rest.NewScope(ctx, req).In(schema.Edit), u, p)
	if err := c.site.DeleteAppPassword(ctx, u.ID, p.UUID); err != nil {
		return nil, refuse(err, http.StatusInternalServerError)
	}
	return rest.OK(ordered.Of("deleted", true, "previous", previous.Data)), nil
}

func (c *appPasswords) deleteAll(ctx context.Context, _ *rest.Request, u *site.User) (*rest.Response, error) {
	n, err := c.site.DeleteAppPasswords(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	return rest.OK(ordered.Of("deleted", true, "count", int64(n))), nil
}

// introspect shows the application password that the request came with.
func (c *appPasswords) introspect(ctx context.Context, req *rest.Request, u *site.User) (*rest.Response, error) {
	who := auth.FromContext(ctx)
	if who == nil || who.Method != auth.MethodAppPassword {
		return nil, rest.NewError(http.StatusNotFound, "rest_no_authenticated_app_password", "Cannot introspect application password.")
	}
	p, err := c.find(ctx, u, who.Credential, http.StatusInternalServerError)
	if err != nil {
		return nil, err
	}
	return c.show(rest.NewScope(ctx, req), u, p), nil
}
