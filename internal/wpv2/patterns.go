package wpv2

import (
	"context"
	"net/http"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// patternCategories are the categories that WordPress sorts patterns into.
var patternCategories = [][2]string{
	{"banner", "Banners"}, {"buttons", "Buttons"}, {"columns", "Columns"}, {"text", "Text"}, {"query", "Posts"}, {"featured", "Featured"},
	{"call-to-action", "Call to action"}, {"team", "Team"}, {"testimonials", "Testimonials"}, {"services", "Services"}, {"contact", "Contact"},
	{"about", "About"}, {"portfolio", "Portfolio"}, {"gallery", "Gallery"}, {"media", "Media"}, {"videos", "Videos"}, {"audio", "Audio"},
	{"posts", "Posts"}, {"footer", "Footers"}, {"header", "Headers"}, {"navigation", "Navigation"},
}

// directoryRoutes are the directories of WordPress.org, which are not asked:
// their answer is that of a site without a way out.
func (a *API) directoryRoutes() []rest.Route {
	blocks, patterns := a.shape("block-directory"), a.shape("pattern-directory")
	mayInstall := func(ctx context.Context, _ *rest.Request) error {
		if a.site.Can(ctx, "install_plugins") && a.site.Can(ctx, "activate_plugins") {
			return nil
		}
		return rest.Denied(ctx, "rest_block_directory_cannot_view", "Sorry, you are not allowed to browse the block directory.")
	}
	mayBrowse := a.mayEdit("rest_pattern_directory_cannot_view", "Sorry, you are not allowed to browse the local block pattern directory.")
	unreachable := func(code, message string) handler {
		return func(context.Context, *rest.Request) (*rest.Response, error) {
			return nil, rest.NewError(http.StatusInternalServerError, code, message)
		}
	}
	return []rest.Route{
		blocks.route(namespace, "/block-directory/search", blocks.get("search", mayInstall, unreachable("plugins_api_failed", "The directory of plugins cannot be reached."))),
		patterns.route(namespace, "/pattern-directory/patterns", patterns.get("patterns", mayBrowse, unreachable("pattern_api_failed", "The directory of patterns cannot be reached."))),
	}
}

// patternRoutes show the registered patterns. WordPress's and the theme's are
// files of theirs and not here; users' own are under blocks.
func (a *API) patternRoutes() []rest.Route {
	patterns, categories := a.shape("block-patterns"), a.shape("block-pattern-categories")
	return []rest.Route{
		patterns.route(namespace, "/block-patterns/patterns", patterns.get("patterns",
			a.mayEdit("rest_cannot_view", "Sorry, you are not allowed to view the registered block patterns."),
			func(context.Context, *rest.Request) (*rest.Response, error) { return rest.OK([]any{}), nil })),
		categories.route(namespace, "/block-patterns/categories", categories.get("categories",
			a.mayEdit("rest_cannot_view", "Sorry, you are not allowed to view the registered block pattern categories."),
			func(_ context.Context, req *rest.Request) (*rest.Response, error) {
				items := []any{}
				for _, c := range patternCategories {
					if !head(req) {
						items = append(items, ordered.Of("name", c[0], "label", c[1], "description", ""))
					}
				}
				return rest.OK(items), nil
			})),
	}
}
