package wpv2

import (
	"context"
	"net/http"
	"regexp"

	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

// plugins answers as a site without any plugin: those of PHP do not run here,
// and ours are compiled in. It mirrors WP_REST_Plugins_Controller.
type plugins struct {
	*API
	shape *shape
}

func (a *API) pluginRoutes() []rest.Route {
	c := &plugins{a, a.shape("plugins")}
	pattern := `/plugins/(?P<plugin>[^.\/]+(?:\/[^.\/]+)?)`
	one := []*rest.Endpoint{
		c.shape.get("one", c.may("rest_cannot_view_plugin"), c.none), c.shape.edit("one", c.may("rest_cannot_manage_plugins"), c.none),
		c.shape.remove("one", c.mayDelete, c.none),
	}
	for _, e := range one {
		arg(e.Args, "plugin").Validate(validPlugin).Sanitize(nil)
	}
	return []rest.Route{
		c.shape.route(namespace, "/plugins",
			c.shape.get("collection", a.mayIf("activate_plugins", "rest_cannot_view_plugins", "Sorry, you are not allowed to manage plugins for this site."), c.list),
			c.shape.create("collection", c.mayInstall, c.install)),
		c.shape.route(namespace, pattern, one...),
	}
}

var pluginName = regexp.MustCompile(`[^./]+(?:/[^./]+)?`)

func validPlugin(_ context.Context, v any, _ string) *schema.Error {
	if text, ok := v.(string); ok && pluginName.MatchString(text) {
		return nil
	}
	return &schema.Error{Message: "Invalid parameter."}
}

func (c *plugins) list(context.Context, *rest.Request) (*rest.Response, error) {
	return rest.OK([]any{}), nil
}

func noPlugin() error {
	return rest.NewError(http.StatusNotFound, "rest_plugin_not_found", "Plugin not found.")
}

func (c *plugins) none(context.Context, *rest.Request) (*rest.Response, error) {
	return nil, noPlugin()
}

// may lets those in who manage plugins, to find that there is none.
func (c *plugins) may(code string) permission {
	return func(ctx context.Context, _ *rest.Request) error {
		if !c.site.Can(ctx, "activate_plugins") {
			return rest.Denied(ctx, code, "Sorry, you are not allowed to manage plugins for this site.")
		}
		return noPlugin()
	}
}

func (c *plugins) mayDelete(ctx context.Context, _ *rest.Request) error {
	switch {
	case !c.site.Can(ctx, "activate_plugins"):
		return rest.Denied(ctx, "rest_cannot_manage_plugins", "Sorry, you are not allowed to manage plugins for this site.")
	case !c.site.Can(ctx, "delete_plugins"):
		return rest.Denied(ctx, "rest_cannot_manage_plugins", "Sorry, you are not allowed to delete plugins for this site.")
	}
	return noPlugin()
}

func (c *plugins) mayInstall(ctx context.Context, req *rest.Request) error {
	switch {
	case !c.site.Can(ctx, "install_plugins"):
		return rest.Denied(ctx, "rest_cannot_install_plugin", "Sorry, you are not allowed to install plugins on this site.")
	case req.String("status") != "inactive" && !c.site.Can(ctx, "activate_plugins"):
		return rest.Denied(ctx, "rest_cannot_activate_plugin", "Sorry, you are not allowed to activate plugins.")
	}
	return nil
}

func (c *plugins) install(context.Context, *rest.Request) (*rest.Response, error) {
	return nil, rest.NewError(http.StatusInternalServerError, "plugins_api_failed", "The directory of plugins cannot be reached.")
}
