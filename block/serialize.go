package block

import (
	"strings"

	"github.com/platenhq/platen/ordered"
)

// Serialize writes blocks back into a document, as serialize_blocks does. The
// result of parsing and serializing is stable: doing both again changes nothing.
func Serialize(blocks []Block) string {
	var s strings.Builder
	for i := range blocks {
		appendBlock(&s, &blocks[i])
	}
	return s.String()
}

func appendBlock(s *strings.Builder, b *Block) {
	if b.Name == "" {
		appendContent(s, b)
		return
	}
	name := StripCoreNamespace(b.Name)
	s.WriteString("<!-- wp:")
	s.WriteString(name)
	s.WriteByte(' ')
	if b.Attrs.Len() > 0 {
		s.WriteString(SerializeAttrs(b.Attrs))
		s.WriteByte(' ')
	}
	if len(b.InnerBlocks) == 0 && !kept(b.InnerHTML()) {
		s.WriteString("/-->")
		return
	}
	s.WriteString("-->")
	appendContent(s, b)
	s.WriteString("<!-- /wp:")
	s.WriteString(name)
	s.WriteString(" -->")
}

func appendContent(s *strings.Builder, b *Block) {
	next := 0
	for _, c := range b.InnerContent {
		switch {
		case !c.Inner:
			s.WriteString(c.HTML)
		case next < len(b.InnerBlocks):
			appendBlock(s, &b.InnerBlocks[next])
			next++
		}
	}
}

// Delimit puts the delimiters of a block around its content, as
// get_comment_delimited_block_content does. Without a name the content comes
// back as it is; without content the block closes itself.
func Delimit(name string, attrs *ordered.Object, content string) string {
	if name == "" {
		return content
	}
	name = StripCoreNamespace(name)
	json := ""
	if attrs.Len() > 0 {
		json = SerializeAttrs(attrs) + " "
	}
	if !kept(content) {
		return "<!-- wp:" + name + " " + json + "/-->"
	}
	return "<!-- wp:" + name + " " + json + "-->" + content + "<!-- /wp:" + name + " -->"
}
