package wpv2

import (
	"strings"

	"github.com/platenhq/platen/rest"
)

// lists end the patterns of routes that answer a list without taking per_page.
var lists = []string{
	"/autosaves", "/application-passwords", "/templates", "/template-parts", "/variations", "/block-types", "/block-types/(?P<namespace>[a-zA-Z0-9_-]+)",
	"/themes", "/plugins", "/sidebars", "/widget-types", "/widgets", "/block-patterns/patterns", "/block-patterns/categories",
}

// maps are the routes that answer an object of items by name.
var maps = []string{"/types", "/statuses", "/taxonomies", "/menu-locations"}

// shapeOf says what a GET of a route answers, where its arguments do not.
func shapeOf(pattern string) rest.Shape {
	for _, p := range lists {
		if strings.HasSuffix(pattern, p) {
			return rest.ShapeList
		}
	}
	for _, p := range maps {
		if pattern == "/"+namespace+p {
			return rest.ShapeMap
		}
	}
	return rest.ShapeByArgs
}
