package platen

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/admin"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/js"
	"github.com/platenhq/platen/rest"
)

// Page is a page of the dashboard, at /wp-admin/admin.php?page=SLUG, with an
// entry in the menu: add_menu_page.
type Page struct {
	Slug       string // letters, digits, - and _
	Title      string
	Capability string // who lacks it sees neither page nor entry; "": whoever is logged in
	// Scripts are handles of scripts. They find an element with the id "root"
	// to fill, jQuery, wp.api and wpApiSettings.
	Scripts []string
	// Prepare, if it is there, is called for each visit, to give the scripts
	// data of this user or moment: page.Localize.
	Prepare func(ctx context.Context, page *js.Page) error
	// Handler, if it is there, answers in place of the frame with Scripts.
	Handler http.Handler
}

// Anyone is the Permission of an endpoint that is open to everybody.
func Anyone(context.Context, *rest.Request) error { return nil }

// Route adds a route to the API: register_rest_route. Namespace is such as
// "books/v1", pattern what follows it: a regular expression with named groups,
// `/shelf/(?P<id>\d+)`. Each endpoint needs a Permission: Site.Require, Anyone
// or its own.
func (r *Registry) Route(namespace, pattern string, endpoints ...rest.Endpoint) {
	name := namespace + pattern
	switch {
	case namespace == "" || strings.Trim(namespace, "/") != namespace:
		r.refuse("route %s: %q is no namespace such as books/v1", name, namespace)
		return
	case !strings.HasPrefix(pattern, "/"):
		r.refuse("route %s: pattern %q does not begin with a slash", name, pattern)
		return
	case len(endpoints) == 0:
		r.refuse("route %s: it has no endpoints", name)
		return
	}
	route := rest.Route{Namespace: namespace, Pattern: "/" + name}
	for _, e := range endpoints {
		what := strings.Join(e.Methods, ", ") + " " + name
		switch {
		case len(e.Methods) == 0:
			r.refuse("route %s: an endpoint has no methods", name)
			return
		case e.Handle == nil:
			r.refuse("route %s: there is no Handle", what)
			return
		case e.Permission == nil:
			r.refuse("route %s: there is no Permission; platen.Anyone opens it to everybody", what)
			return
		}
		for _, m := range e.Methods {
			if !r.claim("route", m+" "+name) {
				return
			}
		}
		r.shieldEndpoint(&e, what)
		route.Endpoints = append(route.Endpoints, &e)
	}
	r.app.plugins.routes = append(r.app.plugins.routes, route)
}

func (r *Registry) shieldEndpoint(e *rest.Endpoint, what string) {
	permission, handle, validate := e.Permission, e.Handle, e.Validate
	e.Permission = func(ctx context.Context, req *rest.Request) error {
		return r.shield("permission of "+what, func() error { return permission(ctx, req) })
	}
	e.Handle = func(ctx context.Context, req *rest.Request) (resp *rest.Response, err error) {
		err = r.shield(what, func() (err error) { resp, err = handle(ctx, req); return err })
		if err != nil {
			return nil, err
		}
		return resp, nil
	}
	if validate != nil {
		e.Validate = func(ctx context.Context, req *rest.Request) error {
			return r.shield("validation of "+what, func() error { return validate(ctx, req) })
		}
	}
}

// Handle adds a page or an endpoint outside the API, such as one for webhooks.
// The pattern is that of http.ServeMux. Who is looking is in the context
// (auth.FromContext), by the login cookie alone; what changes something has to
// check a nonce (Site.CheckNonce). Requests that another site's page sends
// across are refused before they come here.
func (r *Registry) Handle(pattern string, h http.Handler) {
	if h == nil {
		r.refuse("handler of %s: it is nil", pattern)
		return
	}
	if r.claim("handler of", pattern) {
		r.app.plugins.handled = append(r.app.plugins.handled, handled{r.plugin, pattern, h})
	}
}

// Auth adds a way into the API. It is asked after JSON Web Tokens and OAuth and
// before cookies and application passwords, as package auth says; Identity.Method
// becomes the plugin's name where it is empty. An identity of a user who is not
// there is refused.
func (r *Registry) Auth(m auth.Method) {
	if m == nil {
		r.refuse("the auth method is nil")
		return
	}
	r.app.plugins.methods = append(r.app.plugins.methods, auth.MethodFunc(func(req *http.Request) (id *auth.Identity, err error) {
		err = r.shield("authentication", func() (err error) { id, err = m.Authenticate(req); return err })
		switch {
		case errors.Is(err, errPlugin):
			return nil, &auth.Error{Code: errPlugin.Code, Message: errPlugin.Message, Status: errPlugin.Status}
		case err != nil:
			return nil, err
		case !id.LoggedIn():
			return id, nil
		}
		u, err := r.app.site.User(req.Context(), id.UserID)
		if errors.Is(err, wp.ErrNotFound) {
			return nil, &auth.Error{Code: "rest_user_unknown", Message: "There is no such user.", Status: http.StatusUnauthorized}
		}
		if err != nil {
			return nil, err
		}
		out := *id
		out.Login = u.Login
		if out.Method == "" {
			out.Method = r.plugin
		}
		return &out, nil
	}))
}

// Script adds a script with its text; it runs after those it depends on, such
// as "wp-api". The site serves it as HANDLE.js.
func (r *Registry) Script(handle string, content []byte, deps ...string) {
	if err := r.app.scripts.RegisterFile(handle, handle+".js", content, deps...); err != nil {
		r.refuse("script %s: %w", handle, err)
	}
}

// Localize gives a script data, the same on every page: the global variable
// object is set before it runs. It is wp_localize_script; see js.Page.Localize.
func (r *Registry) Localize(handle, object string, data any) {
	if err := r.app.scripts.Localize(handle, object, data); err != nil {
		r.refuse("data %s for script %s: %w", object, handle, err)
	}
}

// Page adds a page to the dashboard.
func (r *Registry) Page(p Page) {
	if !r.claim("dashboard page", p.Slug) {
		return
	}
	if prepare := p.Prepare; prepare != nil {
		p.Prepare = func(ctx context.Context, page *js.Page) error {
			return r.shield("page "+p.Slug, func() error { return prepare(ctx, page) })
		}
	}
	r.app.plugins.pages = append(r.app.plugins.pages, admin.Page(p))
}

// pluginRoutes adds the routes of the plugins to the API.
func (a *App) pluginRoutes() error {
	for _, route := range a.plugins.routes {
		for _, old := range a.rest.Routes() {
			if !strings.EqualFold(old.Pattern, route.Pattern) {
				continue
			}
			for _, e := range route.Endpoints {
				for _, m := range e.Methods {
					if slices.ContainsFunc(old.Endpoints, func(o *rest.Endpoint) bool { return slices.Contains(o.Methods, m) }) {
						owner := a.plugins.owners["route "+m+" "+strings.TrimPrefix(route.Pattern, "/")]
						return fmt.Errorf("plugin %s: route %s %s is there already", owner, m, route.Pattern)
					}
				}
			}
		}
		if err := a.rest.Register(route); err != nil {
			e := route.Endpoints[0]
			return fmt.Errorf("plugin %s: %w", a.plugins.owners["route "+e.Methods[0]+" "+strings.TrimPrefix(route.Pattern, "/")], err)
		}
	}
	return nil
}

// pluginHandlers adds the handlers of the plugins outside the API.
func (a *App) pluginHandlers(mux *http.ServeMux, guard *http.CrossOriginProtection) (err error) {
	a.plugins.mux = http.NewServeMux()
	for _, h := range a.plugins.handled {
		if err := handleSafely(a.plugins.mux, h.pattern, h.handler); err != nil {
			return fmt.Errorf("plugin %s: handler of %s: %w", h.plugin, h.pattern, err)
		}
		if err := handleSafely(mux, h.pattern, guard.Handler(a.visitor(h.handler))); err != nil {
			return fmt.Errorf("plugin %s: handler of %s: %w", h.plugin, h.pattern, err)
		}
	}
	return nil
}

// pluginPage reports a request that is for a handler of a plugin: it is not
// handed over to a PHP site behind us.
func (a *App) pluginPage(r *http.Request) bool {
	_, pattern := a.plugins.mux.Handler(r)
	return pattern != ""
}

// handleSafely is mux.Handle, which panics where a pattern is wrong or taken.
func handleSafely(mux *http.ServeMux, pattern string, h http.Handler) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	mux.Handle(pattern, h)
	return nil
}
