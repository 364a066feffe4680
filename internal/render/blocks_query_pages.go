package render

import (
	"net/url"
	"strconv"
	"strings"
)

func (b *Block) linkClass() string {
	if b.linkColor() {
		return "has-link-color"
	}
	return ""
}

func renderQueryPagination(b *Block, c string) string {
	if empty(phpTrim(c)) {
		return ""
	}
	return element("nav", b.wrapper("aria-label", "Pagination", "class", b.linkClass()), c)
}

// arrow is the arrow of a pagination link.
func (b *Block) arrow(context, class, kind string) string {
	arrows := map[string][2]string{"arrow": {"→", "←"}, "chevron": {"»", "«"}}
	name := str(b.Context[context])
	pair, ok := arrows[name]
	if !ok {
		return ""
	}
	arrow := pair[0]
	if kind == "previous" {
		arrow = pair[1]
	}
	return "<span class='" + class + "-" + kind + "-arrow is-arrow-" + name + "' aria-hidden='true'>" + arrow + "</span>"
}

func (b *Block) pageKey() string {
	if id, ok := b.Context["queryId"]; ok && id != nil {
		return "query-" + str(id) + "-page"
	}
	return "query-page"
}

// pages is how many pages a loop has.
func (l loop) pages(total int) int {
	if l.perPage <= 0 {
		return 0
	}
	return (total + l.perPage - 1) / l.perPage
}

func renderQueryNext(b *Block, _ string) string {
	wrapper := b.wrapper()
	label := "Next Page"
	if v := b.attr("label"); truthy(v) {
		label = escHTML(str(v))
	}
	text := label
	if v, ok := b.Context["showLabel"]; ok && v != nil && !truthy(v) {
		text = ""
		wrapper += ` aria-label="` + label + `"`
	}
	text += b.arrow("paginationArrow", "wp-block-query-pagination", "next")
	limit := integer(dig(b.Context["query"], "pages"))
	l := b.loop()
	if l.inherit || limit != 0 && limit <= 1 {
		return ""
	}
	_, total := b.loopPosts(l)
	if n := l.pages(total); n == 0 || n == 1 {
		return ""
	}
	out := `<a href="` + escURL(addQueryArg(b.Run.requestPath(), b.pageKey(), "2")) + `" ` + wrapper + ">" + text + "</a>"
	if truthy(b.Context["enhancedPagination"]) {
		t := newTags(out)
		if t.nextClass("a", "wp-block-query-pagination-next") {
			t.setAttr("data-wp-key", "query-pagination-next")
			t.setAttr("data-wp-on--click", "core/query::actions.navigate")
			t.setAttr("data-wp-on--mouseenter", "core/query::actions.prefetch")
			t.setAttr("data-wp-watch", "core/query::callbacks.prefetch")
		}
		out = t.String()
	}
	return out
}

// renderQueryPrevious: the API shows the first page of every loop.
func renderQueryPrevious(*Block, string) string { return "" }

func renderQueryNumbers(b *Block, _ string) string {
	l := b.loop()
	if l.inherit {
		return ""
	}
	_, found := b.loopPosts(l)
	total := l.pages(found)
	if limit := int(integer(dig(b.Context["query"], "pages"))); limit > 0 && limit < total {
		total = limit
	}
	if total < 2 {
		return ""
	}
	mid := 2
	if v := b.attr("midSize"); v != nil && integer(v) >= 0 {
		mid = int(integer(v))
	}
	var links []string
	more := b.Run.requestArgs(b.pageKey())
	dots := false
	for n := 1; n <= total; n++ {
		switch {
		case n == 1:
			links = append(links, `<span aria-current="page" class="page-numbers current">1</span>`)
			dots = true
		case n <= 1+mid || n > total-1:
			links = append(links, `<a class="page-numbers" href="`+escURL("?"+b.pageKey()+"="+strconv.Itoa(n)+more)+`">`+numberFormat(int64(n))+"</a>")
			dots = true
		case dots:
			links = append(links, `<span class="page-numbers dots">&hellip;</span>`)
			dots = false
		}
	}
	content := strings.Join(links, "\n")
	if truthy(b.Context["enhancedPagination"]) {
		t := newTags(content)
		for i := 0; t.nextClass("", "page-numbers"); i++ {
			t.setAttr("data-wp-key", "index-"+strconv.Itoa(i))
			if t.name == "A" {
				t.setAttr("data-wp-on--click", "core/query::actions.navigate")
			}
		}
		content = t.String()
	}
	return element("div", b.wrapper(), content)
}

func renderQueryTotal(b *Block, _ string) string {
	wrapper := b.wrapper()
	l := b.loop()
	_, rows := b.loopPosts(l)
	text := strconv.Itoa(rows) + " results found"
	if rows == 1 {
		text = "1 result found"
	}
	if b.attr("displayType") == "range-display" {
		start := 1
		if rows == 0 {
			start = 0
		}
		end := min(start+l.perPage-1, rows)
		text = "Displaying " + strconv.Itoa(start) + " – " + strconv.Itoa(end) + " of " + strconv.Itoa(rows)
		if start == end {
			text = "Displaying " + strconv.Itoa(start) + " of " + strconv.Itoa(rows)
		}
	}
	return element("div", wrapper, text)
}

func renderQueryTitle(b *Block, _ string) string {
	run := b.Run
	if b.attr("type") != "post-type" {
		return ""
	}
	name := dig(b.Context["query"], "postType")
	if name == nil {
		if p := run.thePost(); p != nil {
			name = p.Type
		}
	}
	t := run.Source.PostType(str(name))
	if t == nil {
		return ""
	}
	title := t.Labels.Get("singular_name")
	if v := b.attr("showPrefix"); v == nil || truthy(v) {
		title = "Post Type: &#8220;" + title + "&#8221;"
	}
	level := b.attr("level")
	if level == nil {
		level = int64(1)
	}
	return element(headingTag(level, "h1"), b.wrapper("class", b.alignClass()), title)
}

// requestArgs are the parameters of the request as paginate_links adds them to
// its links, each behind a "&"; one is left out.
func (run *Run) requestArgs(except string) string {
	_, query, _ := strings.Cut(run.requestURL(), "?")
	out := ""
	lists := map[string]int{}
	for pair := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(k)
		if err != nil {
			name = k
		}
		value, err := url.QueryUnescape(v)
		if err != nil {
			value = v
		}
		if name == "" || name == except {
			continue
		}
		if list, ok := strings.CutSuffix(name, "[]"); ok {
			name = list + "[" + strconv.Itoa(lists[list]) + "]"
			lists[list]++
		}
		out += "&" + name + "=" + queryEscape(value)
	}
	return out
}
