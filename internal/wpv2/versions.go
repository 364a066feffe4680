package wpv2

import (
	"context"
	"strings"

	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/rest"
)

// oneByID ends the patterns of routes about one thing with a number.
const oneByID = `/(?P<id>[\d]+)`

// version is the hook of a route that tells the state of its thing.
type version func(ctx context.Context, req *rest.Request, lock bool) (string, error)

func postVersion(s *site.Site) version {
	return func(ctx context.Context, req *rest.Request, lock bool) (string, error) {
		return s.PostVersion(ctx, req.Int("id"), lock)
	}
}

// versioned gives v to the routes about one thing.
func versioned(v version, routes []rest.Route) []rest.Route {
	for i := range routes {
		if strings.HasSuffix(routes[i].Pattern, oneByID) || strings.HasSuffix(routes[i].Pattern, `/(?P<id>[\/\d+]+)`) {
			routes[i].Version = v
		}
	}
	return routes
}

// userRoutes are the routes of users, with what tells their state.
func (a *API) userRoutes() []rest.Route {
	routes := versioned(func(ctx context.Context, req *rest.Request, lock bool) (string, error) {
		return a.site.UserVersion(ctx, req.Int("id"), lock)
	}, a.newUsers().routes())
	for i := range routes {
		if strings.HasSuffix(routes[i].Pattern, "/users/me") {
			routes[i].Version = func(ctx context.Context, _ *rest.Request, lock bool) (string, error) {
				return a.site.UserVersion(ctx, site.CurrentID(ctx), lock)
			}
		}
	}
	return routes
}

// commentRoutes are the routes of comments, with what tells their state.
func (a *API) commentRoutes() []rest.Route {
	return versioned(func(ctx context.Context, req *rest.Request, lock bool) (string, error) {
		return a.site.CommentVersion(ctx, req.Int("id"), lock)
	}, a.newComments().routes())
}

// versionedTerms tells the state of the terms of a taxonomy.
func (a *API) versionedTerms(taxonomy string, routes []rest.Route) []rest.Route {
	return versioned(func(ctx context.Context, req *rest.Request, lock bool) (string, error) {
		return a.site.TermVersion(ctx, req.Int("id"), taxonomy, lock)
	}, routes)
}
