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
	d := delimiters{s: html}
	sane, open := d.balanced()
	switch {
	case open > 1:
		// WordPress prints what is in such blocks again and again, and lets
		// the copies keep their attributes.
		return k.filterDelimiters(html)
	case sane < len(html):
		return k.filterTree(html[:sane]) + k.filterDelimiters(html[sane:])
	}
	return k.filterTree(html)
}

func (k *Kses) filterTree(html string) string {
	blocks := block.Parse(html)
	k.filterBlockList(blocks)
	return block.Serialize(blocks)
}

// filterDelimiters cleans attributes where they stand, whatever the blocks are.
func (k *Kses) filterDelimiters(html string) string {
	var b strings.Builder
	kept := 0
	for d := (delimiters{s: html}); d.next(); {
		if d.attrs == 0 {
			continue
		}
		b.WriteString(html[kept:d.attrs])
		kept = d.attrsEnd
		attrs := block.DecodeAttrs(html[d.attrs:d.attrsEnd])
		if attrs != nil {
			attrs = k.filterObject(attrs, d.name == "template-part" || d.name == "core/template-part")
		}
		if attrs.Len() > 0 {
			b.WriteString(block.SerializeAttrs(attrs))
		} else {
			kept++ // the blank too
		}
	}
	return b.String() + html[kept:]
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
