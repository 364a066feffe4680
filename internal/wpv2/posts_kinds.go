package wpv2

import "slices"

// fixedFeatures are the features whose properties posts, pages and
// attachments always have, whatever the types support.
var fixedFeatures = map[string][]string{
	"post":       {"title", "editor", "author", "excerpt", "thumbnail", "comments", "revisions", "post-formats", "custom-fields"},
	"page":       {"title", "editor", "author", "excerpt", "thumbnail", "comments", "revisions", "page-attributes", "custom-fields"},
	"attachment": {"title", "author", "comments", "revisions", "custom-fields", "thumbnail"},
}

// shows reports whether the items of the type have the properties of a
// feature.
func (c *posts) shows(feature string) bool {
	if fixed, ok := fixedFeatures[c.typ.Name]; ok {
		return slices.Contains(fixed, feature)
	}
	return c.site.Supports(c.typ.Name, feature)
}
