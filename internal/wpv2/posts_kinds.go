package wpv2

import (
	"context"
	"slices"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

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

// adapt changes the rows of types whose controllers differ from that of posts.
func (c *posts) adapt(f rest.Fields[post, postWrite]) rest.Fields[post, postWrite] {
	switch c.typ.Name {
	case "wp_block":
		return blockFields(f)
	case "wp_navigation":
		return navigationFields(f)
	}
	return f
}

// blockFields shows patterns as their text only, to everybody who may read
// them: WP_REST_Blocks_Controller.
func blockFields(f rest.Fields[post, postWrite]) rest.Fields[post, postWrite] {
	for i := range f {
		if f[i].Name != "title" && f[i].Name != "content" {
			continue
		}
		f[i].Props = slices.DeleteFunc(f[i].Props, func(p postField) bool { return p.Name == "rendered" })
		for j := range f[i].Props {
			if f[i].Props[j].Name == "raw" {
				f[i].Props[j].Schema.In(viewEdit...)
			}
		}
	}
	return f
}

// navigationFields lets menus be embedded with their text:
// WP_Navigation_Fallback::update_wp_navigation_post_schema.
func navigationFields(f rest.Fields[post, postWrite]) rest.Fields[post, postWrite] {
	for i := range f {
		switch f[i].Name {
		case "status":
			alsoEmbed(f[i].Schema)
		case "title":
			for j := range f[i].Props {
				alsoEmbed(f[i].Props[j].Schema)
			}
		case "content":
			alsoEmbed(f[i].Schema)
			for j := range f[i].Props {
				alsoEmbed(f[i].Props[j].Schema)
			}
		}
	}
	return f
}

func alsoEmbed(s *schema.Schema) {
	if !s.InContext(schema.Embed) {
		s.In(append(s.Contexts(), schema.Embed)...)
	}
}

// finish changes what is shown of a post of such a type.
func (c *posts) finish(data *ordered.Object) {
	if c.typ.Name != "wp_block" {
		return
	}
	const key = "wp_pattern_sync_status"
	var status any
	if meta, ok := data.Value("meta").(*ordered.Object); ok {
		status = meta.Value(key)
		meta.Delete(key)
	}
	if status == nil {
		status = ""
	}
	for _, name := range []string{"title", "content"} {
		if o, ok := data.Value(name).(*ordered.Object); ok && o.Len() == 0 {
			data.Set(name, []any{})
		}
	}
	data.Set(key, status)
}

// readable reports who may read a post; patterns only those who may edit
// posts.
func (c *posts) readable(ctx context.Context, p *wp.Post) bool {
	if c.typ.Name == "wp_block" && !c.site.CanPost(ctx, "read_post", p) {
		return false
	}
	return c.API.readable(ctx, p)
}
