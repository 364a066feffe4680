package render

import (
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
