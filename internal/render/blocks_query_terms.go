package render

import (
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

func renderTermTemplate(b *Block, _ string) string {
	run := b.Run
	query := b.Context["termQuery"]
	if !truthy(query) {
		return ""
	}
	run.note("query")
	name := str(dig(query, "taxonomy"))
	q := TermQuery{Taxonomy: name, Limit: int(integer(dig(query, "perPage"))), Order: str(dig(query, "order")), OrderBy: str(dig(query, "orderBy")),
		HideEmpty: truthy(dig(query, "hideEmpty"))}
	tax := run.Source.Taxonomy(name)
	if tax == nil {
		return ""
	}
	if include := ints(dig(query, "include")); len(include) > 0 {
		q.Include, q.OrderBy, q.Order = include, "include", "asc"
	} else if tax.Hierarchical && !truthy(dig(query, "showNested")) {
		q.HasParent = true
	}
	terms := run.Source.Terms(q)
	if len(terms) == 0 {
		return ""
	}
	var out strings.Builder
	for _, t := range terms {
		content := b.repeat(map[string]any{"termId": t.ID, "taxonomy": t.Taxonomy}, "core/null")
		out.WriteString(`<li class="` + escAttr("wp-block-term term-"+itoa(t.ID)+" "+t.Taxonomy+" taxonomy-"+t.Taxonomy) + `">` + content + "</li>")
	}
	return element("ul", b.wrapper("class", b.linkClass()), out.String())
}

// term is the term a block stands for.
func (b *Block) term() *wp.Term {
	id, ok := b.Context["termId"]
	if !ok || b.Context["taxonomy"] == nil {
		return nil
	}
	t := b.Run.Source.Term(integer(id))
	if t == nil || t.Taxonomy != str(b.Context["taxonomy"]) {
		return nil
	}
	return t
}

func renderTermName(b *Block, _ string) string {
	t := b.term()
	if t == nil {
		return ""
	}
	name := t.Name
	if truthy(b.attr("isLink")) {
		name = `<a href="` + escURL(b.Run.TermLink(t)) + `">` + name + "</a>"
	}
	level := b.attr("level")
	if level == nil {
		level = int64(0)
	}
	return element(headingTag(level, "p"), b.wrapper("class", b.textClasses()), name)
}

func renderTermCount(b *Block, _ string) string {
	t := b.term()
	if t == nil {
		return ""
	}
	brackets := map[string]string{"round": "()", "square": "[]", "curly": "{}", "angle": "<>"}[str(b.attr("bracketType"))]
	count := itoa(t.Count)
	if brackets != "" {
		count = brackets[:1] + count + brackets[1:]
	}
	return element("div", b.wrapper(), count)
}

func renderTermDescription(b *Block, _ string) string {
	t := b.term()
	if t == nil || empty(t.Description) {
		return ""
	}
	return element("div", b.wrapper("class", b.textClasses()), t.Description)
}
