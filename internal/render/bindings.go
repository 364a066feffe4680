package render

import (
	"strings"
	"time"

	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

// bindable are the attributes that may be bound to a source, by block.
var bindable = map[string][]string{
	"core/paragraph": {"content"}, "core/heading": {"content"}, "core/list-item": {"content"},
	"core/image": {"id", "url", "title", "alt", "caption"}, "core/button": {"url", "text", "linkTarget", "rel"},
	"core/post-date": {"datetime"}, "core/navigation-link": {"url"}, "core/navigation-submenu": {"url"},
}

// bindings are the attributes that come from elsewhere (block bindings).
func (b *Block) bindings() *ordered.Object {
	names := bindable[b.Name]
	bound := dig(b.attrs, "metadata", "bindings")
	if len(names) == 0 || !isArray(bound) || !truthy(bound) {
		return nil
	}
	out := &ordered.Object{}
	if dig(bound, "__default", "source") == "core/pattern-overrides" {
		all := &ordered.Object{}
		for _, name := range names {
			v := dig(bound, name)
			if v == nil {
				v = ordered.Of("source", "core/pattern-overrides")
			}
			all.Set(name, v)
		}
		bound = all
		out.Set("metadata", merged(b.attrs.Value("metadata"), ordered.Of("bindings", bound)))
	}
	each(bound, func(name string, binding any) {
		source, ok := dig(binding, "source").(string)
		if !ok || !contains(names, name) {
			return
		}
		if v := b.bound(source, dig(binding, "args"), name); v != nil {
			out.Set(name, v)
		}
	})
	return out
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// bound reads a value out of a binding source; nil for none.
func (b *Block) bound(source string, args any, name string) any {
	navigation := strings.HasPrefix(b.Name, "core/navigation-")
	switch source {
	case "core/pattern-overrides":
		overrides, ok := b.available["pattern/overrides"]
		meta := b.attr("metadata", "name")
		if !ok || !truthy(meta) {
			return nil
		}
		return dig(overrides, str(meta), name)
	case "core/post-data":
		field := dig(args, "field")
		if !truthy(field) {
			field = dig(args, "key")
		}
		id := b.available["postId"]
		if navigation {
			id = b.attr("id")
		}
		return b.postData(str(field), id)
	case "core/post-meta":
		return b.postMeta(str(dig(args, "key")))
	case "core/term-data":
		return b.termData(str(dig(args, "field")), navigation)
	}
	return nil
}

// readable reports whether whoever asks may see a post.
func (run *Run) readable(p *wp.Post) bool {
	public := p.Status == "publish" || p.Status == "inherit"
	return (public || run.Source.Can("read_post", p.ID)) && !run.Locked(p)
}

// postData is a field of a post: date, modified or link.
func (b *Block) postData(field string, id any) any {
	run := b.Run
	run.note("post")
	p := run.getPost(integer(id))
	if p == nil || !run.readable(p) {
		return nil
	}
	switch field {
	case "date":
		return escAttr(run.date(p.Date, "c"))
	case "modified":
		if p.Modified > p.Date {
			return escAttr(run.date(p.Modified, "c"))
		}
		return ""
	case "link":
		return escURL(run.Permalink(p))
	}
	return nil
}

func (b *Block) postMeta(key string) any {
	run := b.Run
	p := run.getPost(integer(b.available["postId"]))
	if p == nil || empty(key) || strings.HasPrefix(key, "_") || !run.readable(p) || !run.Source.MetaKeyShown(p.Type, key) {
		return nil
	}
	run.note("post")
	v, _ := run.Source.PostMeta(p.ID, key)
	return v
}

func (b *Block) termData(field string, navigation bool) any {
	run := b.Run
	id, tax := b.available["termId"], str(b.available["taxonomy"])
	if navigation {
		id, tax = b.attr("id"), str(b.attr("type"))
		if tax == "tag" {
			tax = "post_tag"
		}
	}
	if !truthy(id) || empty(tax) {
		return nil
	}
	run.note("query")
	t := run.Source.Term(integer(id))
	if t == nil || t.Taxonomy != tax {
		return nil
	}
	switch field {
	case "id":
		return itoa(t.ID)
	case "name":
		return escHTML(t.Name)
	case "link":
		return escURL(run.TermLink(t))
	case "slug":
		return escHTML(t.Slug)
	case "description":
		return run.ksesPost(t.Description)
	case "parent":
		return itoa(t.Parent)
	case "count":
		return itoa(t.Count)
	}
	return nil
}

// replaceBound puts a bound value into the block's HTML, where the attribute
// is read from.
func (b *Block) replaceBound(c, name string, value any, offsets []int) string {
	schema := b.Type.Attributes.Value(name)
	switch dig(schema, "source") {
	case "html", "rich-text":
		for _, selector := range strings.Split(str(dig(schema, "selector")), ",") {
			if out, ok := replaceInner(c, selector, b.Run.ksesPost(str(value)), offsets); ok {
				return out
			}
		}
	case "attribute":
		t := newTags(c)
		if !t.nextNamed(str(dig(schema, "selector"))) {
			return c
		}
		t.setAttr(str(dig(schema, "attribute")), str(value))
		return t.String()
	}
	return c
}

// replaceInner replaces what is inside the first element called name, up to
// the first inner block.
func replaceInner(c, name, content string, offsets []int) (string, bool) {
	t := newTags(c)
	if !t.nextNamed(name) {
		return c, false
	}
	start, depth := t.innerStart, 1
	if voidTags[t.name] {
		return c, true
	}
	tag := t.name
	for t.nextTag(tag, "", true) {
		if !t.closer {
			depth++
			continue
		}
		if depth--; depth == 0 {
			end := t.tagStart
			for _, o := range offsets {
				if o >= start && o < end {
					end = o
					break
				}
			}
			return c[:start] + content + c[end:], true
		}
	}
	return c, true
}

// parseTime reads the dates that blocks hold.
func parseTime(s string, loc *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			return t, true
		}
	}
	return time.Time{}.In(loc), false
}
