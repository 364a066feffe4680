package render

import (
	"maps"
	"slices"
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
