// Package platenv1 is the namespace platen/v1: what Platen's own authentication
// offers over WordPress's: sessions, OAuth consumers and tokens, and answers to
// the question why a request was refused.
package platenv1

import (
	"context"
	"errors"
	"net/http"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

const namespace = "platen/v1"

// Config is what the API needs.
type Config struct {
	Site   *site.Site
	Server *rest.Server
	// Quiet keeps the namespace out of the index, so that the site looks like
	// a WordPress.
	Quiet bool
	// OAuth adds the routes of OAuth 1.0a.
	OAuth bool
	// JWT adds the logins by JSON Web Token to the sessions.
	JWT bool
}

// API serves the namespace over a site.
type API struct {
	cfg  Config
	site *site.Site
}

// New returns an API; Register adds its routes.
func New(cfg Config) *API { return &API{cfg: cfg, site: cfg.Site} }

// Register adds the routes of the namespace.
func (a *API) Register() error {
	routes := append(a.sessionRoutes(), a.selfCheckRoute(), a.exportRoute())
	if a.cfg.OAuth {
		routes = append(routes, a.oauthRoutes()...)
	}
	for _, r := range routes {
		r.Namespace = namespace
		r.Pattern = "/" + namespace + r.Pattern
		if a.cfg.Quiet {
			r.Quiet = true
			for _, e := range r.Endpoints {
				e.Hidden = true
			}
		}
		if err := a.cfg.Server.Register(r); err != nil {
			return err
		}
	}
	return nil
}

// loggedIn lets every user through; those who come with a limited credential
// only to look.
func loggedIn(ctx context.Context, req *rest.Request) error {
	id := auth.FromContext(ctx)
	switch {
	case !id.LoggedIn():
		return rest.NewError(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
	case id.Limited() && req.Method != http.MethodGet && req.Method != http.MethodHead:
		return rest.NewError(http.StatusForbidden, "rest_limited_credential", "An application password with limits cannot end sessions or revoke credentials.")
	}
	return nil
}

// can lets users through who have a capability.
func (a *API) can(capability string) func(context.Context, *rest.Request) error {
	return func(ctx context.Context, _ *rest.Request) error {
		if !a.site.Can(ctx, capability) {
			return rest.Forbidden
		}
		return nil
	}
}

// refuse turns an error of the site into one of the API.
func refuse(err error) error {
	var e *site.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, wp.ErrNotFound):
		return notFound
	case errors.As(err, &e):
		status := e.Status
		if status == 0 {
			status = http.StatusBadRequest
		}
		return rest.NewError(status, e.Code, e.Message)
	case errors.Is(err, wp.ErrTooLong), errors.Is(err, wp.ErrBadText):
		return rest.NewError(http.StatusBadRequest, "rest_invalid_text", "A text does not fit into the database.")
	}
	return err
}

var notFound = rest.NewError(http.StatusNotFound, "rest_not_found", "There is nothing with this id.")

func created(data any) *rest.Response { return &rest.Response{Status: http.StatusCreated, Data: data} }

func deleted(previous any) *rest.Response {
	return rest.OK(ordered.Of("deleted", true, "previous", previous))
}

func prop(name string, s *schema.Schema) schema.Property { return schema.Prop(name, s) }
