package render

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/wp"
)

func renderCategories(b *Block, _ string) string {
	run := b.Run
	n := run.count("categories")
	name := str(b.attr("taxonomy"))
	tax := run.Source.Taxonomy(name)
	run.note("query")
	if tax == nil {
		return "<ul " + b.wrapper("class", "wp-block-categories-list wp-block-categories-taxonomy-"+name) + "></ul>"
	}
	hierarchical := truthy(b.attr("showHierarchy"))
	q := TermQuery{Taxonomy: name, HideEmpty: !truthy(b.attr("showEmpty")), OrderBy: "name", Order: "ASC",
		Hierarchy: hierarchical, PadCounts: hierarchical && truthy(b.attr("showPostCounts"))}
	if truthy(b.attr("showOnlyTopLevel")) {
		q.HasParent = true
	}
	terms := run.Source.Terms(q)
	counts := truthy(b.attr("showPostCounts"))
	if truthy(b.attr("displayAsDropdown")) {
		id := "wp-block-categories-" + strconv.Itoa(n)
		hidden := " screen-reader-text"
		if truthy(b.attr("showLabel")) {
			hidden = ""
		}
		label := tax.Label
		if l := b.attr("label"); truthy(l) {
			label = run.ksesPost(str(l))
		}
		return "<div " + b.wrapper("class", "wp-block-categories-dropdown wp-block-categories-taxonomy-"+name) + `><label class="wp-block-categories__label` + hidden +
			`" for="` + escAttr(id) + `">` + label + "</label>" + run.termDropdown(terms, tax, id, hierarchical, counts) + "</div>"
	}
	items := ""
	if len(terms) == 0 {
		none := tax.Labels.Get("no_terms")
		if none == "" {
			none = "No " + strings.ToLower(tax.Label)
		}
		items = `<li class="cat-item-none">` + none + "</li>"
	} else {
		items = run.termList(terms, hierarchical, counts)
	}
	if truthy(b.Context["enhancedPagination"]) {
		t := newTags(items)
		for t.nextNamed("A") {
			t.setAttr("data-wp-on--click", "core/query::actions.navigate")
		}
		items = t.String()
	}
	return "<ul " + b.wrapper("class", "wp-block-categories-list wp-block-categories-taxonomy-"+name) + ">" + items + "</ul>"
}

// walkTerms goes through terms, children below their parents when
// hierarchical.
func walkTerms(terms []*wp.Term, hierarchical bool, open func(t *wp.Term, depth int), down, up func(depth int), closing func()) {
	if !hierarchical {
		for _, t := range terms {
			open(t, 0)
			closing()
		}
		return
	}
	ids := map[int64]bool{}
	children := map[int64][]*wp.Term{}
	for _, t := range terms {
		ids[t.ID] = true
	}
	var roots []*wp.Term
	for _, t := range terms {
		if t.Parent == 0 {
			roots = append(roots, t)
		} else {
			children[t.Parent] = append(children[t.Parent], t)
		}
	}
	if len(roots) == 0 && len(terms) > 0 {
		root := terms[0].Parent
		for _, t := range terms {
			if t.Parent == root {
				roots = append(roots, t)
			}
		}
		delete(children, root)
	}
	seen := map[int64]bool{}
	var walk func(t *wp.Term, depth int)
	walk = func(t *wp.Term, depth int) {
		seen[t.ID] = true
		open(t, depth)
		if kids := children[t.ID]; len(kids) > 0 && depth < 100 {
			down(depth)
			for _, k := range kids {
				if !seen[k.ID] {
					walk(k, depth+1)
				}
			}
			up(depth)
		}
		closing()
	}
	for _, t := range roots {
		walk(t, 0)
	}
	for _, t := range terms { // those whose parents are not shown
		if !seen[t.ID] {
			seen[t.ID] = true
			open(t, 0)
			closing()
		}
	}
}

func (run *Run) termList(terms []*wp.Term, hierarchical, counts bool) string {
	var out strings.Builder
	walkTerms(terms, hierarchical, func(t *wp.Term, _ int) {
		link := `<a href="` + escURL(run.TermLink(t)) + `">` + escAttr(t.Name) + "</a>"
		if counts {
			link += " (" + numberFormat(t.Count) + ")"
		}
		out.WriteString("\t<li class=\"cat-item cat-item-" + itoa(t.ID) + "\">" + link + "\n")
	}, func(depth int) {
		out.WriteString(strings.Repeat("\t", depth) + "<ul class='children'>\n")
	}, func(depth int) {
		out.WriteString(strings.Repeat("\t", depth) + "</ul>\n")
	}, func() { out.WriteString("</li>\n") })
	return out.String()
}

func (run *Run) termDropdown(terms []*wp.Term, tax *wp.Taxonomy, id string, hierarchical, counts bool) string {
	var out strings.Builder
	out.WriteString("<select  name='" + escAttr(tax.QueryVar) + "' id='" + escAttr(id) + "' class='postform'>\n\t<option value='-1'>Select " + tax.Labels.Get("singular_name") + "</option>\n")
	walkTerms(terms, hierarchical, func(t *wp.Term, depth int) {
		out.WriteString("\t<option class=\"level-" + strconv.Itoa(depth) + "\" value=\"" + escAttr(t.Slug) + "\">" + strings.Repeat("&nbsp;", depth*3) + t.Name)
		if counts {
			out.WriteString("&nbsp;&nbsp;(" + numberFormat(t.Count) + ")")
		}
		out.WriteString("</option>\n")
	}, func(int) {}, func(int) {}, func() {})
	out.WriteString("</select>" + dropdownScript(id, run.cfg.HomeURL) + "\n")
	return out.String()
}

// dropdownScript leads to what is chosen in a drop-down list.
func dropdownScript(id, home string) string {
	return "<script>\n(([id,home])=>{const s=document.getElementById(id);s.addEventListener('change',()=>{" +
		"if(!s.value||s.value==='-1')return;if(/^https?:/.test(s.value)){location.href=s.value;return}" +
		"const u=new URL(home);u.searchParams.set(s.name,s.value);location.href=u.href})})(" +
		phpJSON([]any{id, home}, jsonHexTag|jsonSlashes) + ");\n</script>\n"
}

// numberFormat is number_format_i18n.
func numberFormat(n int64) string {
	s := itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

var sizeUnit = regexp.MustCompile(`(?i)^[0-9.]+([a-z%]+)$`)

func renderTagCloud(b *Block, _ string) string {
	run := b.Run
	run.note("query")
	unit := "pt"
	if m := sizeUnit.FindStringSubmatch(str(b.attr("smallestFontSize"))); m != nil {
		unit = m[1]
	}
	terms := slices.Clone(run.Source.Terms(TermQuery{Taxonomy: str(b.attr("taxonomy")), HideEmpty: true, OrderBy: "count", Order: "DESC",
		Limit: int(integer(b.attr("numberOfTags")))}))
	cloud := ""
	if len(terms) > 0 && run.Source.Taxonomy(str(b.attr("taxonomy"))) != nil {
		cloud = run.tagCloud(terms, num(b.attr("smallestFontSize")), num(b.attr("largestFontSize")), unit, truthy(b.attr("showTagCounts")))
	}
	if cloud == "" {
		cloud = "There&#8217;s no content to show here yet."
	}
	return "<p " + b.wrapper() + ">" + cloud + "</p>"
}

// tagCloud is wp_generate_tag_cloud: links by name, larger with more posts.
func (run *Run) tagCloud(terms []*wp.Term, smallest, largest float64, unit string, counts bool) string {
	slices.SortStableFunc(terms, func(x, y *wp.Term) int { return naturalCompare(x.Name, y.Name) })
	scale := func(n int64) float64 { return round(math.Log10(float64(n+1))*100, 0) }
	least, most := math.Inf(1), math.Inf(-1)
	for _, t := range terms {
		least, most = min(least, scale(t.Count)), max(most, scale(t.Count))
	}
	spread := max(most-least, 0)
	if spread == 0 {
		spread = 1
	}
	fonts := largest - smallest
	if fonts < 0 {
		fonts = 1
	}
	var out []string
	for i, t := range terms {
		size := smallest + (scale(t.Count)-least)*(fonts/spread)
		count := numberFormat(t.Count) + " items"
		if t.Count == 1 {
			count = "1 item"
		}
		shown := ""
		if counts {
			shown = `<span class="tag-link-count"> (` + itoa(t.Count) + ")</span>"
		}
		out = append(out, `<a href="`+escURL(run.TermLink(t))+`" class="tag-cloud-link tag-link-`+itoa(t.ID)+` tag-link-position-`+strconv.Itoa(i+1)+
			`" style="font-size: `+phpFloat(size)+unit+`;" aria-label="`+escAttr(t.Name)+" ("+escAttr(count)+`)">`+escHTML(t.Name)+shown+"</a>")
	}
	return strings.Join(out, "\n")
}

// naturalCompare is strnatcasecmp, as far as tags need it.
func naturalCompare(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' }
	for a != "" && b != "" {
		if isDigit(a[0]) && isDigit(b[0]) {
			i, j := 0, 0
			for i < len(a) && isDigit(a[i]) {
				i++
			}
			for j < len(b) && isDigit(b[j]) {
				j++
			}
			x, y := strings.TrimLeft(a[:i], "0"), strings.TrimLeft(b[:j], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[i:], b[j:]
			continue
		}
		if c := cmp.Compare(a[0], b[0]); c != 0 {
			return c
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}
