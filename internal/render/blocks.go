package render

import (
	"maps"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/ordered"
)

const (
	// maxDepth bounds the nesting of blocks; PHP's stack ends somewhere there.
	maxDepth = 400
	// growth and minGrowth bound how much HTML the blocks of a document may
	// hold together, in times its length: unclosed blocks repeat the rest of
	// the document once each. A sound document stays below its own length.
	growth    = 8
	minGrowth = 1 << 20
)

// Block is a block being rendered (WP_Block).
type Block struct {
	Run  *Run
	Type *BlockType // nil for an unknown block
	Name string
	// Attributes are complete: checked, and with the defaults.
	Attributes *ordered.Object
	// Context are the values from the blocks around that the block asked for.
	Context map[string]any

	parsed    *block.Block
	attrs     *ordered.Object // as parsed, with what supports changed
	parent    any             // layout of the block around
	available map[string]any
}

// Parsed is the block as it stands in the document.
func (b *Block) Parsed() *block.Block { return b.parsed }

// attr returns an attribute by path.
func (b *Block) attr(path ...string) any { return dig(b.Attributes, path...) }

// renderBlocks is do_blocks.
func (run *Run) renderBlocks(content string) string {
	if !strings.Contains(content, "<!--") {
		return content
	}
	blocks := block.Parse(content)
	var out strings.Builder
	for i := range bounded(blocks, len(content)) {
		out.WriteString(run.renderBlock(&blocks[i]))
	}
	return out.String()
}

// bounded cuts off the blocks beyond the bound for a document's length.
func bounded(blocks []block.Block, length int) []block.Block {
	left := max(minGrowth, growth*length)
	for i := range blocks {
		if left -= totalSize(blocks[i : i+1]); left < 0 {
			return blocks[:i]
		}
	}
	return blocks
}

// renderBlock is render_block: a block at the top of a document.
func (run *Run) renderBlock(p *block.Block) string {
	context := map[string]any{}
	if run.post != nil {
		context["postId"], context["postType"] = run.post.ID, run.post.Type
	}
	b := run.newBlock(p, nil, context, nil)
	return b.render()
}

// newBlock prepares a block: its data and context pass the filters of core.
// parent is nil for a block at the top.
func (run *Run) newBlock(p *block.Block, parent *Block, available map[string]any, data *ordered.Object) *Block {
	b := &Block{Run: run, Name: p.Name, Type: run.blocks[p.Name], parsed: p, attrs: data}
	if data == nil {
		b.attrs = p.Attrs
	}
	if parent != nil {
		if layout, ok := parent.attrs.Get("layout"); ok && layout != nil {
			b.parent = layout
		}
	}
	if p.Name != "" {
		b.filterData()
		if b.Type == nil && run.cfg.NoteUnknown {
			run.note("unknown block") // what is kept would not be noted again
			run.unknown = append(run.unknown, p.Name)
		}
	}
	b.available = available
	b.Context = map[string]any{}
	b.pickContext()
	if f := run.contextFor(b); f != nil {
		// filtered values count for the block and for what is inside
		maps.Copy(b.Context, f)
		b.available = maps.Clone(b.available)
		maps.Copy(b.available, f)
		b.pickContext()
	}
	b.prepareAttributes()
	return b
}

func (b *Block) pickContext() {
	if b.Type == nil {
		return
	}
	for _, name := range b.Type.UsesContext {
		if v, ok := b.available[name]; ok {
			b.Context[name] = v
		}
	}
}

func (b *Block) prepareAttributes() {
	b.Attributes = b.attrs
	if b.Type != nil {
		b.Attributes = b.Type.fill(b.attrs)
	} else if b.Attributes == nil {
		b.Attributes = &ordered.Object{}
	}
}

// setAttr changes an attribute of the parsed block, for this block only.
func (b *Block) setAttr(name string, value any) {
	b.attrs = shallow(b.attrs)
	b.attrs.Set(name, value)
}

func shallow(o *ordered.Object) *ordered.Object {
	c := ordered.NewObject(o.Len() + 1)
	for k, v := range o.All() {
		c.Set(k, v)
	}
	return c
}

// contextFor are the context values core's filters add to a block.
func (run *Run) contextFor(b *Block) map[string]any {
	var add map[string]any
	set := func(name string, v any) {
		if add == nil {
			add = map[string]any{}
		}
		add[name] = v
	}
	for _, f := range run.contexts {
		add2 := map[string]any{}
		f(add2, b.Name)
		for k, v := range add2 {
			set(k, v)
		}
	}
	switch b.Name {
	case "core/gallery":
		set("galleryId", uniqid())
	case "core/tabs":
		id, list := b.tabsContext()
		set("core/tabs-list", list)
		set("core/tabs-id", id)
	}
	return add
}

// children prepares the inner blocks.
func (b *Block) childContext() map[string]any {
	if b.Type == nil || b.Type.ProvidesContext.Len() == 0 {
		return b.available
	}
	context := maps.Clone(b.available)
	if context == nil {
		context = map[string]any{}
	}
	for name, attr := range b.Type.ProvidesContext.All() {
		if v, ok := b.Attributes.Get(str(attr)); ok {
			context[name] = v
		}
	}
	return context
}

// render is WP_Block::render.
func (b *Block) render() string { return b.renderAs(true) }

// renderAs renders with or without the callback of a dynamic block.
func (b *Block) renderAs(dynamic bool) string {
	run := b.Run
	if run.depth >= maxDepth {
		return ""
	}
	run.depth++
	defer func() { run.depth-- }()
	root := false
	if run.interactive == nil && b.Type != nil && (b.Type.Supports.Value("interactivity") == true || truthy(dig(b.Type.Supports, "interactivity", "interactive"))) {
		run.interactive, root = b, true
	}
	computed := b.bindings()
	if computed.Len() > 0 {
		b.Attributes = shallow(b.Attributes)
		for k, v := range computed.All() {
			b.Attributes.Set(k, v)
		}
	}
	content, offsets := "", []int(nil)
	if !dynamic || b.Type == nil || !b.Type.SkipInnerBlocks {
		content, offsets = b.renderInner()
	}
	if content != "" {
		for name, v := range computed.All() {
			next := b.replaceBound(content, name, v, offsets)
			if next != content {
				offsets = nil
			}
			content = next
		}
	}
	if dynamic && b.Type != nil && b.Type.Render != nil {
		post := run.post
		run.supports = append(run.supports, b)
		content = b.Type.Render(b, content)
		run.supports = run.supports[:len(run.supports)-1]
		run.post = post
	}
	if b.Name != "" {
		content = b.filterOutput(content)
	} else {
		content = stripNoteMarkers(content)
	}
	if root {
		content = run.directives(content)
		run.interactive = nil
	}
	return content
}

// renderInner renders the inner content and says where inner blocks begin.
func (b *Block) renderInner() (string, []int) {
	content := b.parsed.InnerContent
	if len(content) == 1 && !content[0].Inner {
		return content[0].HTML, nil
	}
	var out strings.Builder
	var offsets []int
	context := b.childContext()
	next := 0
	for _, c := range content {
		if !c.Inner {
			out.WriteString(c.HTML)
			continue
		}
		if next >= len(b.parsed.InnerBlocks) {
			continue
		}
		offsets = append(offsets, out.Len())
		out.WriteString(b.child(next, context).render())
		next++
	}
	return out.String(), offsets
}

// child prepares the i-th inner block.
func (b *Block) child(i int, context map[string]any) *Block {
	return b.Run.newBlock(&b.parsed.InnerBlocks[i], b, context, b.childAttrs(i))
}

// childAttrs gives images of a gallery the number the gallery script needs.
func (b *Block) childAttrs(i int) *ordered.Object {
	p := &b.parsed.InnerBlocks[i]
	if b.Name != "core/gallery" || p.Name != "core/image" {
		return nil
	}
	id := p.Attrs.Value("id")
	if id == nil || p.Attrs.Value("data-id") != nil {
		return nil
	}
	attrs := shallow(p.Attrs)
	attrs.Set("data-id", escAttr(str(id)))
	return attrs
}
