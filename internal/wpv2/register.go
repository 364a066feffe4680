package wpv2

import (
	"slices"

	"github.com/platenhq/platen/rest"
)

// Register adds the routes of the namespace, in the order of WordPress's index.
func (a *API) Register() error {
	var routes []rest.Route
	for _, t := range a.site.Registry().PostTypes() {
		if !t.ShowInREST || t.RESTController != "" {
			continue
		}
		routes = append(routes, a.newPosts(t).routes()...)
	}
	routes = slices.Concat(routes, a.newTypes().routes(), a.newStatuses().routes(), a.newTaxonomies().routes())
	for _, r := range routes {
		if err := a.rest.Register(r); err != nil {
			return err
		}
	}
	return nil
}
