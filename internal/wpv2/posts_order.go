package wpv2

import (
	"slices"

	"github.com/platenhq/platen/rest"
)

// postOrder is the order of an answer's properties, which is another than that
// of the schema. What is not named follows in the schema's order: the terms
// after meta, the rest at the end.
var postOrder = []string{
	"id", "date", "date_gmt", "guid", "modified", "modified_gmt", "password", "slug", "status", "type", "link", "title", "content",
	"excerpt", "author", "featured_media", "parent", "menu_order", "comment_status", "ping_status", "sticky", "template", "format",
	"meta", termsHere, "permalink_template", "generated_slug", "class_list", "description", "caption",
	"alt_text", "media_type", "mime_type", "media_details", "post", "source_url", "missing_image_sizes", "filename", "filesize",
	"exif_orientation", "image_output_format", "image_save_progressive", "image_quality",
}

// termsHere is the place of the taxonomies in postOrder.
const termsHere = ""

// postTexts are the same for the parts of a property.
var postTexts = map[string][]string{
	"guid":    {"rendered", "raw"},
	"content": {"raw", "rendered", "protected", "block_version"},
}

// inAnswerOrder returns the rows as answers show them.
func (c *posts) inAnswerOrder(rows rest.Fields[post, postWrite]) rest.Fields[post, postWrite] {
	terms := slices.Index(postOrder, termsHere)
	taxonomies := c.restTaxonomies()
	rank := func(f postField) int {
		if i := slices.Index(postOrder, f.Name); i >= 0 {
			return i
		}
		for _, t := range taxonomies {
			if t.Base() == f.Name {
				return terms
			}
		}
		return len(postOrder)
	}
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b postField) int { return rank(a) - rank(b) })
	for i := range out {
		if names := postTexts[out[i].Name]; names != nil {
			out[i].Props = slices.Clone(out[i].Props)
			slices.SortStableFunc(out[i].Props, func(a, b postField) int { return slices.Index(names, a.Name) - slices.Index(names, b.Name) })
		}
	}
	return out
}
