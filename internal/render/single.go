package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// BlockTypes lists the registered block types in the order of WordPress's
// registry: widgets, blocks with PHP of their own, static blocks, the others.
func (r *Renderer) BlockTypes() []*BlockType {
	out := make([]*BlockType, 0, len(r.blocks))
	for _, name := range slices.Sorted(maps.Keys(r.blocks)) {
		out = append(out, r.blocks[name])
	}
	slices.SortStableFunc(out, func(a, b *BlockType) int { return a.rank() - b.rank() })
	return out
}

func (t *BlockType) rank() int {
	switch {
	case t.Name == "core/legacy-widget" || t.Name == "core/widget-group":
		return 0
	case t.Name == "core/post-comments":
		return 3
	case !strings.HasPrefix(t.Name, "core/"):
		return 4
	case t.Dynamic() || slices.Contains([]string{"core/details", "core/page-list-item", "core/paragraph"}, t.Name):
		return 1
	}
	return 2
}

// staticBlocks are the blocks of core whose HTML is all in the document.
var staticBlocks = strings.Fields(`details page-list-item paragraph accordion-heading accordion-panel audio buttons code column columns embed freeform group html
list-item math missing more nextpage preformatted pullquote quote separator social-links spacer tab-panels table terms-query text-columns verse`)

// Dynamic reports whether the block's HTML is made anew each time it is shown.
func (t *BlockType) Dynamic() bool {
	name, core := strings.CutPrefix(t.Name, "core/")
	if !core {
		return t.Render != nil
	}
	return !slices.Contains(staticBlocks, name)
}

// BlockType returns a registered block type, nil when there is none.
func (r *Renderer) BlockType(name string) *BlockType { return r.blocks[name] }

// BlockOf renders one block alone, without inner blocks, in the context of a
// post (which may be nil): render_block.
func (run *Run) BlockOf(p *wp.Post, name string, attrs *ordered.Object) string {
	if attrs == nil {
		attrs = &ordered.Object{}
	}
	was := run.post
	run.post = p
	defer func() { run.post = was }()
	return run.renderBlock(&block.Block{Name: name, Attrs: attrs})
}
