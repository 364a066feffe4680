package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// postTime reads a date of the database as site time; zero when unset.
func (run *Run) postTime(date string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", date, run.Location())
	if err != nil {
		return time.Time{}
	}
	return t
}

// date writes a date of the database; an empty layout is the site's.
func (run *Run) date(date, layout string) string {
	t := run.postTime(date)
	if t.IsZero() {
		return ""
	}
	if layout == "" {
		layout = run.option("date_format")
	}
	return format.FormatDate(t, layout)
}

// queryPosts runs a query and notes it.
func (run *Run) queryPosts(q PostQuery) ([]*wp.Post, int) {
	run.note("query")
	return run.Source.Posts(q)
}

// linkColor adds the class of a block whose links have a colour of their own.
func (b *Block) linkColor() bool {
	return b.attr("style", "elements", "link", "color", "text") != nil
}

// textClasses are the classes many blocks share: alignment and link colour.
func (b *Block) textClasses(first ...string) string {
	if v := b.attr("textAlign"); v != nil {
		first = append(first, "has-text-align-"+str(v))
	}
	if b.linkColor() {
		first = append(first, "has-link-color")
	}
	return strings.Join(first, " ")
}

func (b *Block) permalink(id int64) string {
	p := b.Run.getPost(id)
	if p == nil {
		return ""
	}
	return escURL(b.Run.Permalink(p))
}

func renderLatestPosts(b *Block, _ string) string {
	run := b.Run
	q := PostQuery{Limit: int(integer(b.attr("postsToShow"))), NoTotal: true, OrderBy: str(b.attr("orderBy")), Order: strings.ToUpper(str(b.attr("order")))}
	if cats := b.attr("categories"); truthy(cats) {
		tax := TaxQuery{Taxonomy: "category"}
		each(cats, func(_ string, c any) {
			if id := dig(c, "id"); id != nil {
				tax.Terms = append(tax.Terms, integer(id))
			}
		})
		q.Taxonomies = []TaxQuery{tax}
	}
	if a := b.attr("selectedAuthor"); a != nil {
		q.Authors = []int64{integer(a)}
	}
	posts, _ := run.queryPosts(q)
	var items strings.Builder
	for _, p := range posts {
		items.WriteString("<li>" + b.latestPost(p) + "</li>\n")
	}
	return "<ul " + b.wrapper("class", b.latestClasses()) + ">" + items.String() + "</ul>"
}

func (b *Block) latestClasses() string {
	layout := b.attr("layout")
	kind := dig(layout, "type")
	if kind == nil {
		kind = "default"
		if b.attr("postLayout") == "grid" {
			kind = "grid"
		}
	}
	columns := dig(layout, "columnCount")
	if columns == nil {
		columns = b.attr("columns")
	}
	classes := []string{"wp-block-latest-posts__list"}
	if kind == "grid" {
		classes = append(classes, "is-grid")
		if truthy(columns) {
			classes = append(classes, sanitizeTitle("columns-"+str(columns)))
			if truthy(dig(layout, "minimumColumnWidth")) {
				classes = append(classes, "has-native-responsive-grid")
			}
		}
	}
	if truthy(b.attr("displayPostDate")) {
		classes = append(classes, "has-dates")
	}
	if truthy(b.attr("displayAuthor")) {
		classes = append(classes, "has-author")
	}
	if b.linkColor() {
		classes = append(classes, "has-link-color")
	}
	return strings.Join(classes, " ")
}

func (b *Block) latestPost(p *wp.Post) string {
	run := b.Run
	link := escURL(run.Permalink(p))
	title := run.prefixedTitle(p)
	if empty(title) {
		title = "(no title)"
	}
	var out strings.Builder
	if truthy(b.attr("displayFeaturedImage")) && run.thumbnailID(p.ID) != 0 {
		out.WriteString(b.latestImage(p, link, title))
	}
	out.WriteString(`<a class="wp-block-latest-posts__post-title" href="` + escURL(link) + `">` + title + "</a>")
	if truthy(b.attr("displayAuthor")) {
		if u := run.Source.User(p.Author); u != nil && u.DisplayName != "" {
			out.WriteString(`<div class="wp-block-latest-posts__post-author">by ` + u.DisplayName + "</div>")
		}
	}
	if truthy(b.attr("displayPostDate")) {
		out.WriteString(`<time datetime="` + escAttr(run.date(p.Date, "c")) + `" class="wp-block-latest-posts__post-date">` + run.date(p.Date, "") + "</time>")
	}
	if truthy(b.attr("displayPostContent")) {
		switch b.attr("displayPostContentRadio") {
		case "excerpt":
			out.WriteString(`<div class="wp-block-latest-posts__post-excerpt">` + b.latestExcerpt(p, link, title) + "</div>")
		case "full_post":
			out.WriteString(`<div class="wp-block-latest-posts__post-full-content">` + b.latestContent(p) + "</div>")
		}
	}
	return out.String()
}

func (b *Block) latestImage(p *wp.Post, link, title string) string {
	style := ""
	if w := b.attr("featuredImageSizeWidth"); w != nil {
		style += "max-width:" + str(w) + "px;"
	}
	if h := b.attr("featuredImageSizeHeight"); h != nil {
		style += "max-height:" + str(h) + "px;"
	}
	class := "wp-block-latest-posts__featured-image"
	if a := b.attr("featuredImageAlign"); a != nil {
		class += " align" + str(a)
	}
	image := b.Run.thumbnail(p.ID, str(b.attr("featuredImageSizeSlug")), imgAttr{"style", escAttr(style)})
	if truthy(b.attr("addLinkToFeaturedImage")) {
		image = `<a href="` + escURL(link) + `" aria-label="` + escAttr(title) + `">` + image + "</a>"
	}
	return `<div class="` + escAttr(class) + `">` + image + "</div>"
}

const protectedText = "This content is password protected."

func (b *Block) latestExcerpt(p *wp.Post, link, title string) string {
	run := b.Run
	if run.Locked(p) {
		return protectedText
	}
	s := run.getExcerpt(p, int(integer(b.attr("excerptLength"))))
	if cut, ok := strings.CutSuffix(s, " [&hellip;]"); ok {
		s = cut + `… <a class="wp-block-latest-posts__read-more" href="` + escURL(link) +
			`" rel="noopener">Read more<span class="screen-reader-text">: ` + escHTML(title) + "</span></a>"
	}
	return s
}

func (b *Block) latestContent(p *wp.Post) string {
	run := b.Run
	if run.Locked(p) {
		return protectedText
	}
	if run.contents[-p.ID] {
		return ""
	}
	run.contents[-p.ID] = true
	s := ""
	run.withPost(p, func() { s = run.blockContent(p.Content) })
	delete(run.contents, -p.ID)
	return strings.ReplaceAll(s, "]]>", "]]&gt;")
}

// blockContent is _wp_apply_block_content_filters: the content filters for
// text that a block shows.
func (run *Run) blockContent(s string) string {
	s = run.doShortcodes(run.shortcodeUnautop(s))
	s = run.renderBlocks(s)
	s = run.smilies(run.texturize(s))
	return run.autoEmbed(run.contentTags(s))
}

func (b *Block) migrateLatestPosts() {
	if c, ok := b.attrs.Value("categories").(string); ok && truthy(c) {
		n := integer(c)
		b.setAttr("categories", []any{ordered.Of("id", max(n, -n))})
	}
}

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

func renderArchives(b *Block, _ string) string {
	run := b.Run
	counts := truthy(b.attr("showPostCounts"))
	kind := orString(b.attr("type"), "monthly")
	dropdown := truthy(b.attr("displayAsDropdown"))
	id := ""
	if dropdown {
		id = run.uniqueID("wp-block-archives-")
	}
	var list strings.Builder
	for _, a := range run.archives(kind) {
		text := run.texturize(a.text)
		after := ""
		if counts && a.posts > 0 {
			after = "&nbsp;(" + strconv.Itoa(a.posts) + ")"
		}
		if dropdown {
			list.WriteString("\t<option value='" + escURL(a.url) + "'> " + text + " " + after + "</option>\n")
		} else {
			list.WriteString("\t<li><a href='" + escURL(a.url) + "'>" + text + "</a>" + after + "</li>\n")
		}
	}
	if !dropdown {
		if list.Len() == 0 {
			return "<div " + b.wrapper("class", "wp-block-archives-list") + ">No archives to show.</div>"
		}
		return "<ul " + b.wrapper("class", "wp-block-archives-list") + ">" + list.String() + "</ul>"
	}
	label := map[string]string{"yearly": "Year", "monthly": "Month", "daily": "Day", "weekly": "Week"}[kind]
	if label == "" {
		label = "Post"
	}
	hidden := " screen-reader-text"
	if truthy(b.attr("showLabel")) {
		hidden = ""
	}
	return "<div " + b.wrapper("class", "wp-block-archives-dropdown") + `><label for="` + id + `" class="wp-block-archives__label` + hidden + `">Archives</label>` +
		"\n\t\t<select id=\"" + escAttr(id) + "\" name=\"archive-dropdown\">\n\t\t<option value=\"\">Select " + label + "</option>" + list.String() + "</select>" +
		dropdownScript(id, run.cfg.HomeURL) + "</div>"
}

type archive struct {
	url, text string
	posts     int
}

// archives lists what an archive list shows.
func (run *Run) archives(kind string) []archive {
	run.note("query")
	var out []archive
	switch kind {
	case "yearly", "monthly":
		for _, m := range run.Source.Archives(kind == "yearly") {
			text := strconv.Itoa(m.Year)
			if m.Month > 0 {
				text = time.Month(m.Month).String() + " " + text
			}
			out = append(out, archive{run.DateLink(m.Year, m.Month, 0), text, m.Posts})
		}
	case "daily", "weekly":
		posts, _ := run.queryPosts(PostQuery{Limit: -1, NoTotal: true})
		for _, p := range posts {
			t := run.postTime(p.Date)
			a := archive{run.DateLink(t.Year(), int(t.Month()), t.Day()), format.FormatDate(t, run.option("date_format")), 1}
			if kind == "weekly" {
				start := t.AddDate(0, 0, -((int(t.Weekday()) - int(integer(run.option("start_of_week"))) + 7) % 7))
				week := mysqlWeek(t, int(integer(run.option("start_of_week"))))
				layout := run.option("date_format")
				a.url = addQueryArg(addQueryArg(run.cfg.HomeURL+"/", "m", strconv.Itoa(t.Year())), "w", strconv.Itoa(week))
				a.text = format.FormatDate(start, layout) + "&#8211;" + format.FormatDate(start.AddDate(0, 0, 6), layout)
			}
			if n := len(out); n > 0 && out[n-1].text == a.text {
				out[n-1].posts++
			} else {
				out = append(out, a)
			}
		}
	default:
		q := PostQuery{Limit: -1, NoTotal: true}
		if kind == "alpha" {
			q.OrderBy, q.Order = "title", "ASC"
		}
		posts, _ := run.queryPosts(q)
		for _, p := range posts {
			text := stripTags(run.prefixedTitle(p))
			if text == "" {
				text = itoa(p.ID)
			}
			out = append(out, archive{run.Permalink(p), text, 0})
		}
	}
	return out
}

// mysqlWeek is the number of a week as archives have it: weeks that begin on
// Monday count when most of their days are in the year, others from their
// first day on.
func mysqlWeek(t time.Time, begins int) int {
	if begins == 1 {
		switch year, week := t.ISOWeek(); {
		case year < t.Year():
			return 0
		case year > t.Year():
			return 53
		default:
			return week
		}
	}
	if begins > 1 {
		t = t.AddDate(0, 0, -begins)
	}
	return (t.YearDay() + 6 - int(t.Weekday())) / 7
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

// avatarURL is the Gravatar address of a mail address.
func (run *Run) avatarURL(email string, size int64) string {
	def := run.option("avatar_default")
	switch def {
	case "mystery", "mysteryman", "":
		def = "mm"
	case "gravatar_default":
		def = ""
	}
	hash := ""
	if email != "" {
		sum := sha256.Sum256([]byte(strings.ToLower(phpTrim(email))))
		hash = hex.EncodeToString(sum[:])
	}
	url := "https://secure.gravatar.com/avatar/" + hash + "?s=" + itoa(size)
	if def != "" {
		url += "&d=" + def
	}
	if r := strings.ToLower(run.option("avatar_rating")); r != "" {
		url += "&r=" + r
	}
	return url
}

// avatar is get_avatar; "" where avatars are off.
func (run *Run) avatar(email string, size int64, alt, class, extra string) string {
	if run.option("show_avatars") == "0" {
		return ""
	}
	n := itoa(size)
	classes := "avatar avatar-" + n + " photo"
	if email == "" {
		classes += " avatar-default"
	}
	if class != "" {
		classes += " " + class
	}
	if run.inContent == 0 {
		for _, a := range []string{"loading='lazy'", "decoding='async'"} {
			if extra != "" {
				extra += " "
			}
			extra += a
		}
	}
	return "<img alt='" + escAttr(alt) + "' src='" + escURL(run.avatarURL(email, size)) + "' srcset='" + escURL(run.avatarURL(email, 2*size)) +
		" 2x' class='" + escAttr(classes) + "' height='" + n + "' width='" + n + "' " + extra + "/>"
}

// commentAvatar is the avatar of a comment's author; pingbacks have none.
func (run *Run) commentAvatar(c *wp.Comment, size int64, alt, class, extra string) string {
	if c.Type != "" && c.Type != "comment" && c.Type != "note" {
		return ""
	}
	return run.avatar(run.commentEmail(c), size, alt, class, extra)
}

func (run *Run) commentEmail(c *wp.Comment) string {
	if c.UserID != 0 {
		if u := run.Source.User(c.UserID); u != nil {
			return u.Email
		}
	}
	return c.AuthorEmail
}

func (run *Run) commentLink(c *wp.Comment) string {
	p := run.getPost(c.PostID)
	if p == nil {
		return ""
	}
	return run.Permalink(p) + "#comment-" + itoa(c.ID)
}

// commentAuthor is get_comment_author as displayed.
func (run *Run) commentAuthor(c *wp.Comment) string {
	name := c.Author
	if name == "" {
		name = "Anonymous"
		if u := run.Source.User(c.UserID); u != nil && c.UserID != 0 {
			name = u.DisplayName
		}
	}
	return name
}

func commentURL(c *wp.Comment) string {
	if c.AuthorURL == "http://" {
		return ""
	}
	return escURL(c.AuthorURL)
}

func renderLatestComments(b *Block, _ string) string {
	run := b.Run
	run.note("query")
	shown := orString(b.attr("displayContent"), "excerpt")
	if v := b.attr("displayExcerpt"); v != nil {
		shown = "none"
		if truthy(v) {
			shown = "excerpt"
		}
	}
	comments, _ := run.Source.Comments(CommentQuery{Published: true, Order: "DESC", Limit: int(integer(b.attr("commentsToShow")))})
	var classes []string
	if truthy(b.attr("displayAvatar")) {
		classes = append(classes, "has-avatars")
	}
	if truthy(b.attr("displayDate")) {
		classes = append(classes, "has-dates")
	}
	if shown != "none" {
		classes = append(classes, "has-excerpts")
	}
	if len(comments) == 0 {
		return "<div " + b.wrapper("class", strings.Join(append(classes, "no-comments"), " ")) + ">No comments to show.</div>"
	}
	var out strings.Builder
	for _, c := range comments {
		out.WriteString(b.latestComment(c, shown))
	}
	return "<ol " + b.wrapper("class", strings.Join(classes, " ")) + ">" + out.String() + "</ol>"
}

func (b *Block) latestComment(c *wp.Comment, shown string) string {
	run := b.Run
	out := `<li class="wp-block-latest-comments__comment">`
	if truthy(b.attr("displayAvatar")) {
		out += run.commentAvatar(c, 48, "", "wp-block-latest-comments__comment-avatar", "")
	}
	url := commentURL(c)
	if url == "" && c.UserID != 0 {
		if u := run.Source.User(c.UserID); u != nil {
			url = run.AuthorLink(u)
		}
	}
	author := `<span class="wp-block-latest-comments__comment-author">` + run.commentAuthor(c) + "</span>"
	if url != "" {
		author = `<a class="wp-block-latest-comments__comment-author" href="` + escURL(url) + `">` + run.commentAuthor(c) + "</a>"
	}
	title := ""
	p := run.getPost(c.PostID)
	if p != nil {
		title = run.prefixedTitle(p)
	}
	if title == "" {
		title = "(no title)"
	}
	out += `<article><footer class="wp-block-latest-comments__comment-meta">` + author +
		` on <a class="wp-block-latest-comments__comment-link" href="` + escURL(run.commentLink(c)) + `">` + title + "</a>"
	if truthy(b.attr("displayDate")) {
		out += `<time datetime="` + escAttr(run.date(c.Date, "c")) + `" class="wp-block-latest-comments__comment-date">` + run.date(c.Date, "") + "</time>"
	}
	out += "</footer>"
	locked := p != nil && run.Locked(p)
	switch shown {
	case "full":
		text := c.Content
		if locked {
			text = "Password protected"
		}
		out += `<div class="wp-block-latest-comments__comment-excerpt">` + autop(text) + "</div>"
	case "excerpt":
		text := "Password protected"
		if !locked {
			text = commentExcerpt(c.Content)
		}
		out += `<div class="wp-block-latest-comments__comment-excerpt">` + autop(text) + "</div>"
	}
	return out + "</article></li>"
}

// commentExcerpt is get_comment_excerpt: the first twenty words.
func commentExcerpt(s string) string {
	s = stripTags(strings.NewReplacer("\n", " ", "\r", " ").Replace(s))
	return format.TrimWords(s, 20, "&hellip;")
}

func renderCalendar(b *Block, _ string) string {
	run := b.Run
	run.note("time")
	if posts, _ := run.queryPosts(PostQuery{Limit: 1, NoTotal: true}); len(posts) == 0 {
		return ""
	}
	now := run.Now().In(run.Location())
	year, month := now.Year(), now.Month()
	if b.attr("month") != nil && b.attr("year") != nil {
		if s := run.option("permalink_structure"); strings.Contains(s, "%monthnum%") && strings.Contains(s, "%year%") {
			if m, y := integer(b.attr("month")), integer(b.attr("year")); m != 0 && y != 0 {
				month, year = time.Month(m), int(y)
			}
		}
	}
	color := ordered.Of("text", presetOr(b.Attributes, "textColor", "color", b.attr("style", "color", "text")),
		"background", presetOr(b.Attributes, "backgroundColor", "color", b.attr("style", "color", "background")))
	s := compileStyles(ordered.Of("color", color), true)
	style, classes := "", ""
	if css := s.css(); css != "" {
		style = ` style="` + escAttr(css) + `"`
	}
	if c := s.class(); c != "" {
		classes = " " + escAttr(c)
	}
	if b.linkColor() {
		classes += " has-link-color"
	}
	table := run.calendar(year, month, now)
	table = strings.ReplaceAll(table, "<table", "<table"+style)
	table = strings.ReplaceAll(table, `class="wp-calendar-table`, `class="wp-calendar-table`+classes)
	return "<div " + b.wrapper() + ">" + table + "</div>"
}

// calendar is get_calendar for a month.
func (run *Run) calendar(year int, month time.Month, now time.Time) string {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	days := first.AddDate(0, 1, -1).Day()
	begins := int(integer(run.option("start_of_week")))
	posted := map[int]bool{}
	posts, _ := run.queryPosts(PostQuery{Year: year, Month: int(month), Limit: -1, NoTotal: true})
	for _, p := range posts {
		posted[run.postTime(p.Date).Day()] = true
	}
	var out strings.Builder
	out.WriteString("<table id=\"wp-calendar\" class=\"wp-calendar-table\">\n\t<caption>" + month.String() + " " + strconv.Itoa(year) + "</caption>\n\t<thead>\n\t<tr>")
	for i := range 7 {
		day := time.Weekday((i + begins) % 7).String()
		out.WriteString("\n\t\t<th scope=\"col\" aria-label=\"" + day + "\">" + day[:1] + "</th>")
	}
	out.WriteString("\n\t</tr>\n\t</thead>\n\t<tbody>\n\t<tr>")
	weekday := func(t time.Time) int { return (int(t.Weekday()) - begins + 7) % 7 }
	if pad := weekday(first); pad > 0 {
		out.WriteString("\n\t\t<td colspan=\"" + strconv.Itoa(pad) + "\" class=\"pad\">&nbsp;</td>")
	}
	for day := 1; day <= days; day++ {
		t := first.AddDate(0, 0, day-1)
		if day > 1 && weekday(t) == 0 {
			out.WriteString("\n\t</tr>\n\t<tr>\n\t\t")
		}
		if now.Day() == day && now.Month() == month && now.Year() == year {
			out.WriteString(`<td id="today">`)
		} else {
			out.WriteString("<td>")
		}
		if posted[day] {
			out.WriteString(`<a href="` + run.DateLink(year, int(month), day) + `" aria-label="Posts published on ` + format.FormatDate(t, "F j, Y") + `">` + strconv.Itoa(day) + "</a>")
		} else {
			out.WriteString(strconv.Itoa(day))
		}
		out.WriteString("</td>")
	}
	if pad := 7 - weekday(first.AddDate(0, 0, days)); pad < 7 {
		out.WriteString("\n\t\t<td class=\"pad\" colspan=\"" + strconv.Itoa(pad) + "\">&nbsp;</td>")
	}
	out.WriteString("\n\t</tr>\n\t</tbody>\n\t</table><nav aria-label=\"Previous and next months\" class=\"wp-calendar-nav\">\n\t\t<span class=\"wp-calendar-nav-prev\">")
	prev, next := run.monthsAround(year, int(month))
	if prev != nil {
		out.WriteString(`<a href="` + run.DateLink(prev.Year, prev.Month, 0) + `">&laquo; ` + time.Month(prev.Month).String()[:3] + "</a>")
	} else {
		out.WriteString("&nbsp;")
	}
	out.WriteString("</span>\n\t\t<span class=\"pad\">&nbsp;</span>\n\t\t<span class=\"wp-calendar-nav-next\">")
	if next != nil {
		out.WriteString(`<a href="` + run.DateLink(next.Year, next.Month, 0) + `">` + time.Month(next.Month).String()[:3] + " &raquo;</a>")
	} else {
		out.WriteString("&nbsp;")
	}
	out.WriteString("</span>\n\t</nav>")
	return out.String()
}

// monthsAround are the nearest months with posts before and after a month.
func (run *Run) monthsAround(year, month int) (prev, next *wp.ArchiveMonth) {
	list := run.Source.Archives(false)
	for i := range list {
		switch c := cmp.Or(cmp.Compare(list[i].Year, year), cmp.Compare(list[i].Month, month)); {
		case c > 0:
			next = &list[i]
		case c < 0 && prev == nil:
			prev = &list[i]
		}
	}
	return prev, next
}
