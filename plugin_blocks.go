package platen

import (
	"context"
	"regexp"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/schema"
)

// Block is a block whose HTML is made when it is shown.
type Block struct {
	Name       string // with namespace: "books/shelf"
	Attributes []schema.Property
	// Render returns the HTML, which goes out as it is: escape what is text.
	Render func(ctx context.Context, c BlockCall) string
}

// BlockCall is one block in a text.
type BlockCall struct {
	Name       string
	Attributes *ordered.Object // checked, and with defaults
	Content    string          // the rendered blocks within
	Post       *Post           // that the text is of; nil when there is none
}

// ShortcodeCall is one shortcode in a text: [tag name="value"]content[/tag].
type ShortcodeCall struct {
	Tag        string
	Attributes *ordered.Object // names in lower case, text without a name under 0, 1, …
	Content    string          // "" when it encloses nothing
	Post       *Post           // that the text is of; nil when there is none
}

var (
	blockName    = regexp.MustCompile(`^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$`)
	shortcodeTag = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// Block adds a block. Where it panics nothing is shown.
func (r *Registry) Block(b Block) {
	reg := r.app.plugins.blocks
	switch {
	case !blockName.MatchString(b.Name) || b.Render == nil:
		r.refuse("block %q: Render and a name such as books/shelf are required", b.Name)
		return
	case !r.claim("block", b.Name):
		return
	case reg.HasBlock(b.Name):
		r.refuse("block %s is one of WordPress's", b.Name)
		return
	}
	attributes := ordered.NewObject(len(b.Attributes))
	for _, a := range b.Attributes {
		attributes.Set(a.Name, a.Schema.Describe())
	}
	reg.RegisterBlock(render.BlockType{Name: b.Name, Attributes: attributes, Render: func(block *render.Block, content string) (out string) {
		_ = r.shield("block "+b.Name, func() error {
			out = b.Render(block.Run.Ctx(), BlockCall{Name: b.Name, Attributes: block.Attributes.Clone(), Content: content, Post: postOf(block.Run)})
			return nil
		})
		return out
	}})
}

// Shortcode adds a shortcode: add_shortcode. The HTML that f returns goes out as
// it is: escape what is text. Where f panics nothing is shown.
func (r *Registry) Shortcode(tag string, f func(ctx context.Context, c ShortcodeCall) string) {
	reg := r.app.plugins.blocks
	switch {
	case !shortcodeTag.MatchString(tag) || f == nil:
		r.refuse("shortcode %q: a function and a tag of letters, digits, _ and - are required", tag)
		return
	case !r.claim("shortcode", tag):
		return
	case reg.HasShortcode(tag):
		r.refuse("shortcode %s is one of WordPress's", tag)
		return
	}
	reg.RegisterShortcode(tag, func(run *render.Run, atts *ordered.Object, content, tag string) (out string) {
		_ = r.shield("shortcode "+tag, func() error {
			out = f(run.Ctx(), ShortcodeCall{Tag: tag, Attributes: atts, Content: content, Post: postOf(run)})
			return nil
		})
		return out
	})
}

func postOf(run *render.Run) *Post {
	p := run.Shown()
	if p == nil {
		return nil
	}
	out := Post(*p)
	return &out
}
