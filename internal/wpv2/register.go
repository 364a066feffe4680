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
			routes = append(routes, versioned(postVersion(a.site), a.postTypeRoutes(t))...)
		}
	}
	blocks, widgets := a.newBlockTypes(), a.newWidgets()
	routes = slices.Concat(a.oembedRoutes(), routes, a.newTypes().routes(), a.newStatuses().routes(), a.newTaxonomies().routes(), a.termRoutes(),
		a.userRoutes(), a.newAppPasswords().routes(), a.commentRoutes(), a.newSearch().routes(),
		blocks.rendererRoutes(), blocks.routes(), a.newSettings().routes(), a.themeRoutes(), a.pluginRoutes(), widgets.routes(),
		a.directoryRoutes(), a.patternRoutes(), a.healthRoutes(), a.urlDetailsRoutes(), a.newMenuLocations().routes(), a.exportRoutes(),
		a.newNavigationFallback().routes(), a.fontCollectionRoutes(), a.abilityRoutes(), a.iconRoutes(), a.viewConfigRoutes())
	for _, r := range routes {
		r.Shape = shapeOf(r.Pattern)
		if err := a.rest.Register(r); err != nil {
			return err
		}
	}
	return a.checkRegistered()
}

// postTypeRoutes are those of a post type: its posts, their revisions and
// autosaves.
func (a *API) postTypeRoutes(t *wp.PostType) []rest.Route {
	switch t.RESTController {
	case "", "posts", "blocks":
		c := a.newPosts(t)
		return slices.Concat(c.routes(), a.versionRoutes(c))
	case "menu-items":
		c := a.newMenuItems(t)
		return slices.Concat(c.routes(), a.versionRoutes(c.posts))
	case "attachments":
		return a.newMedia(t).routes()
	case "templates":
		return a.newTemplates(t).routes()
	case "global-styles":
		return a.newGlobalStyles(t).routes()
	case "font-families", "font-faces":
		return a.newFonts(t).routes()
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
