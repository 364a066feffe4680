package render

import (
	"sync"

	"github.com/platenhq/platen/ordered"
)

// coreTypes decodes the table of core's blocks once; the result is shared and
// must not be changed.
var coreTypes = sync.OnceValue(func() map[string]*BlockType {
	v, err := ordered.Decode(blockTypesJSON)
	if err != nil {
		panic("render: blocktypes.json: " + err.Error())
	}
	out, renders := map[string]*BlockType{}, coreRender()
	for _, item := range v.([]any) {
		o := item.(*ordered.Object)
		t := &BlockType{Name: str(o.Value("name"))}
		t.Attributes, _ = o.Value("attributes").(*ordered.Object)
		t.Supports, _ = o.Value("supports").(*ordered.Object)
		if t.Supports == nil {
			t.Supports = &ordered.Object{}
		}
		t.Selectors, _ = o.Value("selectors").(*ordered.Object)
		t.ProvidesContext, _ = o.Value("providesContext").(*ordered.Object)
		each(o.Value("usesContext"), func(_ string, v any) { t.UsesContext = append(t.UsesContext, str(v)) })
		each(o.Value("styles"), func(_ string, v any) { t.Styles = append(t.Styles, str(v)) })
		t.prepare()
		t.Render = renders[t.Name]
		out[t.Name] = t
	}
	out["core/tab-list"].UsesContext = append(out["core/tab-list"].UsesContext, "core/tabs-list", "core/tabs-id")
	for _, name := range []string{"core/post-template", "core/comment-template", "core/comments",
		// these render their inner blocks themselves; doing it twice doubles with every level
		"core/navigation-link", "core/navigation-submenu"} {
		out[name].SkipInnerBlocks = true
	}
	old := *out["core/comments"]
	old.Name = "core/post-comments"
	old.Attributes = old.Attributes.Clone()
	old.Attributes.Set("legacy", ordered.Of("type", "boolean", "default", true))
	old.Render = renders[old.Name]
	out[old.Name] = &old
	return out
})

// coreBlocks is a map of core's block types that may be added to.
func coreBlocks() map[string]*BlockType {
	out := map[string]*BlockType{}
	for name, t := range coreTypes() {
		out[name] = t
	}
	return out
}
