package render

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
)

// loop is the query of a query block.
type loop struct {
	q       PostQuery
	perPage int
	home    bool // nothing narrows the query: sticky posts come first
	inherit bool
}

func ints(v any) []int64 {
	var out []int64
	switch x := v.(type) {
	case string:
		for _, s := range strings.Split(x, ",") {
			out = append(out, integer(s))
		}
	default:
		each(v, func(_ string, e any) { out = append(out, integer(e)) })
	}
	return slices.DeleteFunc(out, func(n int64) bool { return n == 0 })
}

// loop builds the query of the query block around
// (build_query_vars_from_query_block).
func (b *Block) loop() loop {
	run := b.Run
	query := b.Context["query"]
	l := loop{q: PostQuery{Types: []string{"post"}, OrderBy: "date", Order: "DESC"}, home: true, inherit: truthy(dig(query, "inherit"))}
	if v := dig(query, "postType"); truthy(v) {
		if t := run.Source.PostType(str(v)); t != nil && t.Viewable() {
			l.q.Types = []string{t.Name}
		}
	}
	sticky := ""
	if v := dig(query, "sticky"); truthy(v) {
		sticky = str(v)
	}
	switch sticky {
	case "only":
		l.q.Include, l.home = append(slices.Clone(run.Source.StickyPosts()), 0), false
	case "exclude":
		l.q.Exclude = slices.Clone(run.Source.StickyPosts())
	case "ignore":
		l.home = false
	}
	l.q.Exclude = append(l.q.Exclude, ints(dig(query, "exclude"))...)
	if truthy(dig(query, "excludeCurrent")) && run.post != nil {
		l.q.Exclude = append(l.q.Exclude, run.thePost().ID)
	}
	if v := dig(query, "perPage"); isNumeric(v) {
		n := integer(v)
		l.perPage = int(max(n, -n))
		if o := dig(query, "offset"); isNumeric(o) {
			l.q.Offset = int(max(integer(o), -integer(o)))
		}
	}
	if l.perPage == 0 {
		l.perPage = int(integer(run.option("posts_per_page")))
	}
	l.q.Limit = l.perPage
	b.loopTaxonomies(&l, query)
	if v, ok := dig(query, "format").([]any); ok {
		for _, f := range v {
			l.q.Formats = append(l.q.Formats, str(f))
		}
		l.home = l.home && len(l.q.Formats) == 0
	}
	if o := strings.ToUpper(str(dig(query, "order"))); o == "ASC" || o == "DESC" {
		l.q.Order = o
	}
	if v := dig(query, "orderBy"); v != nil {
		l.q.OrderBy = str(v)
	}
	if v := dig(query, "author"); v != nil {
		if _, one := v.(int64); one {
			l.q.Authors = ints([]any{v})
			l.home = l.home && len(l.q.Authors) == 0
		} else {
			l.q.Authors = ints(v)
		}
	}
	if v := dig(query, "search"); truthy(v) {
		l.q.Search, l.home = str(v), false
	}
	if v := dig(query, "parents"); truthy(v) {
		if t := run.Source.PostType(l.q.Types[0]); t != nil && t.Hierarchical {
			l.q.Parents, l.q.HasParents = nil, true
			each(v, func(_ string, e any) { l.q.Parents = append(l.q.Parents, integer(e)) })
		}
	}
	return l
}

func (b *Block) loopTaxonomies(l *loop, query any) {
	add := func(tax string, terms any, not bool) {
		t := b.Run.Source.Taxonomy(tax)
		if t == nil || !t.Viewable() || !truthy(terms) {
			return
		}
		l.q.Taxonomies = append(l.q.Taxonomies, TaxQuery{Taxonomy: tax, Terms: ints(terms), Not: not})
		l.home = l.home && not
	}
	add("category", dig(query, "categoryIds"), false)
	add("post_tag", dig(query, "tagIds"), false)
	tax := dig(query, "taxQuery")
	plain := false
	each(tax, func(k string, _ any) { plain = plain || k != "include" && k != "exclude" })
	if plain {
		each(tax, func(k string, v any) { add(k, v, false) })
		return
	}
	each(dig(tax, "include"), func(k string, v any) { add(k, v, false) })
	each(dig(tax, "exclude"), func(k string, v any) { add(k, v, true) })
}

// posts runs the loop's query: sticky posts first where a blog page would have
// them so.
func (b *Block) loopPosts(l loop) ([]*wp.Post, int) {
	run := b.Run
	if l.inherit {
		return nil, 0 // an API request has no query of its own
	}
	posts, total := run.queryPosts(l.q)
	sticky := run.Source.StickyPosts()
	if !l.home || len(sticky) == 0 {
		return posts, total
	}
	var front, rest []*wp.Post
	seen := map[int64]bool{}
	for _, p := range posts {
		if slices.Contains(sticky, p.ID) {
			front = append(front, p)
			seen[p.ID] = true
		} else {
			rest = append(rest, p)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(sticky), func(id int64) bool { return seen[id] || slices.Contains(l.q.Exclude, id) })
	if len(missing) > 0 {
		more, _ := run.queryPosts(PostQuery{Types: l.q.Types, Include: missing, Limit: len(missing), NoTotal: true})
		front = append(front, more...)
	}
	return append(front, rest...), total
}

func renderPostTemplate(b *Block, _ string) string {
	run := b.Run
	posts, _ := b.loopPosts(b.loop())
	if len(posts) == 0 {
		return ""
	}
	classes := ""
	if l := b.Context["displayLayout"]; l != nil && b.Context["query"] != nil && dig(l, "type") == "flex" {
		classes = "is-flex-container columns-" + str(dig(l, "columns"))
	}
	if b.linkColor() {
		classes += " has-link-color"
	}
	if layout := b.attr("layout"); dig(layout, "type") == "grid" && truthy(dig(layout, "columnCount")) {
		classes += " " + sanitizeTitle("columns-"+str(dig(layout, "columnCount")))
		if truthy(dig(layout, "minimumColumnWidth")) {
			classes += " has-native-responsive-grid"
		}
	}
	wrapper := b.wrapper("class", phpTrim(classes))
	var out strings.Builder
	for _, p := range posts {
		content := ""
		run.withPost(p, func() {
			content = b.repeat(map[string]any{"postType": p.Type, "postId": p.ID}, "core/null")
		})
		key := ""
		if truthy(b.Context["enhancedPagination"]) {
			key = ` data-wp-key="post-template-item-` + itoa(p.ID) + `"`
		}
		out.WriteString("<li" + key + ` class="` + run.postClass(p) + `">` + content + "</li>")
	}
	return element("ul", wrapper, out.String())
}

// repeat renders the inner blocks once more with context values for all of
// them.
func (b *Block) repeat(values map[string]any, name string) string {
	run := b.Run
	run.contexts = append(run.contexts, func(context map[string]any, _ string) { maps.Copy(context, values) })
	defer func() { run.contexts = run.contexts[:len(run.contexts)-1] }()
	copied := &Block{Run: run, Name: name, Type: run.blocks[name], parsed: b.parsed, attrs: b.attrs, parent: b.parent,
		available: map[string]any{}, Context: map[string]any{}}
	copied.prepareAttributes()
	return copied.renderAs(false)
}

// postClass are the classes of a post in a list (get_post_class).
func (run *Run) postClass(p *wp.Post) string {
	id := itoa(p.ID)
	classes := []string{"wp-block-post", "post-" + id, p.Type, "type-" + p.Type, "status-" + p.Status}
	if t := run.Source.PostType(p.Type); p.Type == "post" || t != nil && t.Supporting("post-formats") {
		f := run.Source.PostFormat(p.ID)
		if f == "" {
			f = "standard"
		}
		classes = append(classes, "format-"+htmlClass(f))
	}
	locked := run.Locked(p)
	switch {
	case locked:
		classes = append(classes, "post-password-required")
	case p.Password != "":
		classes = append(classes, "post-password-protected")
	}
	if !run.cfg.Classic && run.thumbnailID(p.ID) != 0 && p.Type != "attachment" && !locked {
		classes = append(classes, "has-post-thumbnail")
	}
	classes = append(classes, "hentry")
	for _, tax := range run.taxonomies(p.Type) {
		for _, t := range run.Source.PostTerms(p.ID, tax) {
			if t.Slug == "" {
				continue
			}
			class := format.SanitizeHTMLClass(t.Slug, itoa(t.ID))
			if isNumeric(class) || strings.Trim(class, "-") == "" {
				class = itoa(t.ID)
			}
			if tax == "post_tag" {
				classes = append(classes, "tag-"+class)
			} else {
				classes = append(classes, format.SanitizeHTMLClass(tax+"-"+class, tax+"-"+itoa(t.ID)))
			}
		}
	}
	for i := range classes {
		classes[i] = escAttr(classes[i])
	}
	return mergeClasses(strings.Join(classes, " "))
}

// taxonomies are the public taxonomies of a post type, core's first.
func (run *Run) taxonomies(postType string) []string {
	var own []string
	if t := run.Source.PostType(postType); t != nil {
		own = t.Taxonomies
	}
	var out []string
	for _, name := range []string{"category", "post_tag", "post_format"} {
		if postType == "post" || slices.Contains(own, name) {
			out = append(out, name)
		}
	}
	for _, name := range own {
		if t := run.Source.Taxonomy(name); t != nil && t.Public && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func renderQuery(b *Block, c string) string {
	if b.attr("enhancedPagination") != true || b.attr("queryId") == nil {
		return c
	}
	return firstTag(c, func(t *tags) {
		id := str(b.attr("queryId"))
		t.setAttr("data-wp-interactive", "core/query")
		t.setAttr("data-wp-router-region", "query-"+id)
		t.setAttr("data-wp-context", "{}")
		t.setAttr("data-wp-key", id)
	})
}

func renderQueryNoResults(b *Block, c string) string {
	if empty(phpTrim(c)) {
		return ""
	}
	if posts, _ := b.loopPosts(b.loop()); len(posts) > 0 {
		return ""
	}
	return element("div", b.wrapper("class", b.linkClass()), c)
}

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
	dots := false
	for n := 1; n <= total; n++ {
		switch {
		case n == 1:
			links = append(links, `<span aria-current="page" class="page-numbers current">1</span>`)
			dots = true
		case n <= 1+mid || n > total-1:
			links = append(links, `<a class="page-numbers" href="`+escURL("?"+b.pageKey()+"="+strconv.Itoa(n))+`">`+numberFormat(int64(n))+"</a>")
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
