package format

import (
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/ordered"
)

// filterBlocks cleans the attributes of block delimiters, which renderers turn
// into HTML: filter_block_content.
func (k *Kses) filterBlocks(html string) string {
	if !strings.Contains(html, "<!--") {
		return html
	}
	html = shortenCommentEnds(html)
	if !strings.Contains(html, "wp:") {
		return html
	}
	blocks := block.Parse(html)
	k.filterBlockList(blocks)
	return block.Serialize(blocks)
}

// shortenCommentEnds makes --> of ---> and longer at the end of a comment that
// stands on one line.
func shortenCommentEnds(s string) string {
	if !strings.Contains(s, "--->") {
		return s
	}
	var (
		b    strings.Builder
		open = finder{pattern: "<!--"}
		end  = finder{pattern: "--->"}
		line = finder{pattern: "\n"}
		kept int
	)
	for pos := 0; ; {
		start := open.from(s, pos)
		if start < 0 {
			break
		}
		stop, nl := end.from(s, start+4), line.from(s, start+4)
		if stop < 0 {
			break
		}
		if nl >= 0 && nl < stop {
			pos = start + 1
			continue
		}
		b.WriteString(s[kept : start+4])
		b.WriteString(strings.TrimRight(s[start+4:stop], "-"))
		b.WriteString("-->")
		kept = stop + 4
		pos = kept
	}
	b.WriteString(s[kept:])
	return b.String()
}

func (k *Kses) filterBlockList(blocks []block.Block) {
	for i := range blocks {
		b := &blocks[i]
		if b.Attrs != nil {
			b.Attrs = k.filterObject(b.Attrs, b.Name == "core/template-part")
		}
		k.filterBlockList(b.InnerBlocks)
	}
}

// filterObject cleans names and values. A name that changes moves to the end.
func (k *Kses) filterObject(o *ordered.Object, templatePart bool) *ordered.Object {
	out := o.Clone()
	for name, value := range o.All() {
		clean := k.plain(name)
		value = k.filterValue(value, templatePart)
		if templatePart && clean == "tagName" {
			value = k.tagName(value)
		}
		if clean != name {
			out.Delete(name)
		}
		out.Set(clean, value)
	}
	return out
}

func (k *Kses) filterValue(v any, templatePart bool) any {
	switch v := v.(type) {
	case string:
		return k.plain(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = k.filterValue(v[i], templatePart)
		}
		return out
	case *ordered.Object:
		return k.filterObject(v, templatePart)
	}
	return v
}

// tagName lets a template part only be an element that could stand in the text.
func (k *Kses) tagName(v any) any {
	switch v := v.(type) {
	case string:
		if _, ok := k.tags[v]; ok || v == "" || v == "0" {
			return v
		}
		return ""
	case nil:
		return v
	case bool:
		if !v {
			return v
		}
	case int64:
		if v == 0 {
			return v
		}
	case []any:
		if len(v) == 0 {
			return v
		}
	}
	return ""
}
