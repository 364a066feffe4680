// Package block reads and writes WordPress's block grammar: the HTML comments
// that divide a post's content into a tree of blocks.
//
// Parse makes the same tree as core's parse_blocks, also out of broken
// documents, and never fails: what is no block delimiter is HTML. Serialize is
// serialize_blocks.
package block

import (
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Chunk is one piece of a block's inner content: a run of HTML, or the place
// of the next inner block (null in core's innerContent).
type Chunk struct {
	HTML  string
	Inner bool
}

// Block is one node of the tree.
type Block struct {
	// Name has its namespace ("core/paragraph"); it is empty for HTML that
	// stands between blocks.
	Name string
	// Attrs are the attributes in order, in the shapes json_decode gives them
	// (an object without members is an empty list). Nil means that the
	// attributes could not be decoded; without attributes it is empty.
	Attrs *ordered.Object
	// InnerBlocks are the blocks inside, in order.
	InnerBlocks []Block
	// InnerContent is what stands between the delimiters.
	InnerContent []Chunk
}

// InnerHTML is the HTML of the block without that of its inner blocks.
func (b *Block) InnerHTML() string {
	switch len(b.InnerContent) {
	case 0:
		return ""
	case 1:
		return b.InnerContent[0].HTML
	}
	var s strings.Builder
	for _, c := range b.InnerContent {
		s.WriteString(c.HTML)
	}
	return s.String()
}

// Has reports whether content holds a block delimiter: core's has_blocks, a
// plain search for the opening of one.
func Has(content string) bool { return strings.Contains(content, "<!-- wp:") }

// Version is the version of the block format content is written in: 1 with
// blocks, 0 without (core's block_version).
func Version(content string) int {
	if Has(content) {
		return 1
	}
	return 0
}

// StripCoreNamespace takes "core/" off a block name, as
// strip_core_block_namespace does.
func StripCoreNamespace(name string) string { return strings.TrimPrefix(name, "core/") }

// freeform is a block of loose HTML.
func freeform(html string) Block {
	return Block{Attrs: &ordered.Object{}, InnerContent: []Chunk{{HTML: html}}}
}
