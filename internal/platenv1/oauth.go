package platenv1

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// oauthRoutes register consumers (for who may edit users, as in the plugin)
// and show users which applications they let in.
func (a *API) oauthRoutes() []rest.Route {
	edit := a.can("edit_users")
	create := rest.Args{
		prop("name", schema.String("Name of the application, shown to the users it asks.").Required().MinLength(1).MaxLength(200)),
		prop("description", schema.String("What the application is for.").MaxLength(5000)),
		prop("callback", schema.String("Address the users are sent back to, or oob.").Required().MinLength(1).MaxLength(2000)),
	}
	one := `/oauth-consumers/(?P<id>[\d]+)`
	return []rest.Route{
		{Pattern: "/oauth-consumers", Endpoints: []*rest.Endpoint{
			{Methods: []string{http.MethodGet}, Permission: edit, Handle: a.listConsumers},
			{Methods: []string{http.MethodPost}, Args: create, Permission: edit, Handle: a.createConsumer},
		}},
		{Pattern: one, Endpoints: []*rest.Endpoint{
			{Methods: []string{http.MethodGet}, Permission: edit, Handle: a.getConsumer},
			{Methods: []string{http.MethodDelete}, Permission: edit, Handle: a.deleteConsumer},
		}},
		{Pattern: one + "/secret", Endpoints: []*rest.Endpoint{{Methods: []string{http.MethodPost}, Permission: edit, Handle: a.renewSecret}}},
		{Pattern: "/oauth-tokens", Endpoints: []*rest.Endpoint{{Methods: []string{http.MethodGet}, Permission: loggedIn, Handle: a.listTokens}}},
		{Pattern: `/oauth-tokens/(?P<key>[A-Za-z0-9]{24})`, Endpoints: []*rest.Endpoint{{Methods: []string{http.MethodDelete}, Permission: loggedIn, Handle: a.revokeToken}}},
	}
}

func consumer(c site.Consumer, withSecret bool) *ordered.Object {
	o := ordered.Of("id", c.ID, "name", c.Name, "description", c.Description, "callback", c.Callback, "key", c.Key)
	if withSecret {
		o.Set("secret", c.Secret)
	}
	return o
}

func (a *API) listConsumers(ctx context.Context, _ *rest.Request) (*rest.Response, error) {
	list, err := a.site.Consumers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(list))
	for _, c := range list {
		out = append(out, consumer(c, false))
	}
	return rest.OK(out), nil
}

func (a *API) createConsumer(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	c, err := a.site.CreateConsumer(ctx, site.Consumer{Name: req.String("name"), Description: req.String("description"), Callback: req.String("callback")})
	if err != nil {
		return nil, refuse(err)
	}
	return created(consumer(c, true)), nil
}

func (a *API) getConsumer(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	c, err := a.site.Consumer(ctx, req.Int("id"))
	if err != nil {
		return nil, refuse(err)
	}
	return rest.OK(consumer(c, true)), nil
}

func (a *API) deleteConsumer(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	c, err := a.site.Consumer(ctx, req.Int("id"))
	if err == nil {
		err = a.site.DeleteConsumer(ctx, c.ID)
	}
	if err != nil {
		return nil, refuse(err)
	}
	return deleted(consumer(c, false)), nil
}

func (a *API) renewSecret(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	c, err := a.site.RenewConsumerSecret(ctx, req.Int("id"))
	if err != nil {
		return nil, refuse(err)
	}
	return rest.OK(consumer(c, true)), nil
}

// listTokens shows a user the applications that act in the user's name.
func (a *API) listTokens(ctx context.Context, _ *rest.Request) (*rest.Response, error) {
	list, err := a.site.AccessTokens(ctx, auth.UserID(ctx))
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(list))
	for _, t := range list {
		name := ""
		if c, err := a.site.Consumer(ctx, t.Consumer); err == nil {
			name = c.Name
		}
		out = append(out, ordered.Of("key", t.Key, "consumer", t.Consumer, "name", name))
	}
	return rest.OK(out), nil
}

func (a *API) revokeToken(ctx context.Context, req *rest.Request) (*rest.Response, error) {
	key := req.String("key")
	if err := a.site.RevokeAccessToken(ctx, auth.UserID(ctx), key); err != nil {
		return nil, refuse(err)
	}
	return deleted(ordered.Of("key", key)), nil
}
