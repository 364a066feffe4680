package wpv2

import (
	"slices"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/rest"
)

// Register adds the routes of the namespace, in the order of WordPress's index.
func (a *API) Register() error {
	var routes []rest.Route
	for _, t := range a.site.Registry().PostTypes() {
		if t.ShowInREST {
			routes = append(routes, a.postTypeRoutes(t)...)
		}
	}
	routes = slices.Concat(routes, a.newTypes().routes(), a.newStatuses().routes(), a.newTaxonomies().routes(), a.termRoutes(), a.newUsers().routes())
	for _, r := range routes {
		if err := a.rest.Register(r); err != nil {
			return err
		}
	}
	return nil
}

// postTypeRoutes are those of a post type: its posts, their revisions and
// autosaves.
func (a *API) postTypeRoutes(t *wp.PostType) []rest.Route {
	switch t.RESTController {
	case "", "posts", "blocks":
		c := a.newPosts(t)
		return slices.Concat(c.routes(), a.versionRoutes(c))
	case "attachments":
		return a.newMedia(t).routes()
	}
	return nil
}

// versionRoutes are the revisions and autosaves of the posts of a type that
// has them.
func (a *API) versionRoutes(c *posts) []rest.Route {
	revs := a.newRevisions(c)
	var out []rest.Route
	if c.site.Supports(c.typ.Name, "revisions") {
		out = append(out, revs.routes()...)
	}
	if c.site.Supports(c.typ.Name, "autosave") {
		out = append(out, a.newAutosaves(revs).routes()...)
	}
	return out
}
