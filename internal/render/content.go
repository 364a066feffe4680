package render

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
)

// Content is content.rendered of a post, and description.rendered of a media
// item: the filters of the_content over the stored text. It does not ask
// whether the reader may see a protected post; see Locked.
func (run *Run) Content(p *wp.Post) string {
	out := ""
	run.withPost(p, func() { out = run.theContent(p.Content) })
	return out
}

// ContentOf is Content for a text that stands in for the stored one.
func (run *Run) ContentOf(p *wp.Post, text string) string {
	out := ""
	run.withPost(p, func() { out = run.theContent(text) })
	return out
}

// Locked reports whether a post asks for a password that the reader has not
// given (post_password_required).
func (run *Run) Locked(p *wp.Post) bool {
	if p.Password == "" {
		return false
	}
	run.note("post")
	return p.Password != run.Password
}

// contentOptions leave steps of the_content out.
type contentOptions struct{ noBlocks, noTags bool }

func (run *Run) theContent(s string) string { return run.filterContent(s, contentOptions{}) }

// filterContent runs the filters of the_content in core's order. A text with
// blocks takes wpautop off the list and puts it back at the end of those of its
// priority: later texts of the same run meet it behind shortcode_unautop, and
// keep the paragraphs around their shortcodes.
func (run *Run) filterContent(s string, o contentOptions) string {
	run.inContent++
	defer func() { run.inContent-- }()
	s = run.blockHooks(s)
	s = run.embedShortcodes(s)
	s = run.autoEmbed(s)
	blocks := !o.noBlocks && block.Has(s)
	if !o.noBlocks {
		s = run.renderBlocks(s)
	}
	s = run.texturize(s)
	late := run.lateAutop
	if !blocks && !late {
		s = autop(s)
	}
	s = run.shortcodeUnautop(s)
	s = run.prependAttachment(s)
	s = run.secureHome(s)
	if !blocks && late {
		s = autop(s)
	}
	run.lateAutop = late || blocks
	s = format.CapitalPDangit(s)
	s = run.doShortcodes(s)
	if !o.noTags {
		s = run.contentTags(s)
	}
	return run.smilies(s)
}

// blockHooks is what remains of core's block hooks where nothing is hooked:
// the text is parsed and written anew inside the block that stands for the
// whole post, which closes blocks left open and rewrites broken delimiters.
func (run *Run) blockHooks(s string) string {
	if !strings.Contains(s, "<!--") {
		return s
	}
	content, classic := s, ""
	if !block.Has(s) {
		classic = block.Delimit("core/freeform", nil, s)
		content = classic
	}
	wrapper := "core/post-content"
	if run.post != nil {
		switch run.post.Type {
		case "wp_navigation":
			wrapper = "core/navigation"
		case "wp_block":
			wrapper = "core/block"
		}
	}
	content = run.reserialize(block.Delimit(wrapper, nil, content))
	start := strings.Index(content, "-->")
	end := strings.LastIndex(content, "<!--")
	if start < 0 || end < start+3 {
		return ""
	}
	content = content[start+3 : end]
	if classic != "" {
		content = strings.ReplaceAll(content, classic, s)
	}
	return content
}

func (run *Run) reserialize(content string) string {
	blocks := block.Parse(content)
	run.themeTemplateParts(blocks, 0)
	if totalSize(blocks) > max(minGrowth, growth*len(content)) {
		return content
	}
	return block.Serialize(blocks)
}

// totalSize is the length of all HTML in a list of blocks, each counted as
// often as it will be written.
func totalSize(blocks []block.Block) int {
	n := 0
	for i := range blocks {
		for _, c := range blocks[i].InnerContent {
			n += len(c.HTML)
		}
		n += totalSize(blocks[i].InnerBlocks)
	}
	return n
}

// themeTemplateParts names the theme in template parts that name none.
func (run *Run) themeTemplateParts(blocks []block.Block, depth int) {
	for i := range blocks {
		b := &blocks[i]
		if b.Name == "core/template-part" && b.Attrs != nil && !b.Attrs.Has("theme") {
			b.Attrs.Set("theme", run.option("stylesheet"))
		}
		if depth < maxDepth {
			run.themeTemplateParts(b.InnerBlocks, depth+1)
		}
	}
}

// secureHome is wp_replace_insecure_home_url.
func (run *Run) secureHome(s string) string {
	home := run.cfg.HomeURL
	if !run.cfg.ReplaceInsecureHome || !strings.HasPrefix(home, "https://") {
		return s
	}
	insecure := "http://" + strings.TrimPrefix(home, "https://")
	s = strings.ReplaceAll(s, insecure, home)
	return strings.ReplaceAll(s, strings.ReplaceAll(insecure, "/", `\/`), strings.ReplaceAll(home, "/", `\/`))
}

// prependAttachment puts a media item before its description.
func (run *Run) prependAttachment(s string) string {
	p := run.post
	if p == nil || p.Type != "attachment" {
		return s
	}
	run.note("attachment:" + strconv.FormatInt(p.ID, 10))
	var before string
	switch {
	case run.attachmentIs("video", p):
		meta := run.attachment(p.ID)
		atts := newAtts("src", run.attachmentURL(p.ID))
		if truthy(dig(meta, "width")) && truthy(dig(meta, "height")) {
			atts.Set("width", str(integer(dig(meta, "width"))))
			atts.Set("height", str(integer(dig(meta, "height"))))
		}
		if thumb := run.thumbnailID(p.ID); thumb != 0 {
			atts.Set("poster", run.attachmentURL(thumb))
		}
		before = videoShortcode(run, atts, "", "video")
	case run.attachmentIs("audio", p):
		before = audioShortcode(run, newAtts("src", run.attachmentURL(p.ID)), "", "audio")
	default:
		before = `<p class="attachment">` + run.attachmentLink(p.ID, "medium", false) + "</p>"
	}
	return before + "\n" + s
}

// Title is title.rendered of a post (get_the_title without the prefixes for
// private and protected posts).
func (run *Run) Title(p *wp.Post) string { return run.TitleOf(p.Title) }

// TitleOf runs the filters of the_title over a text.
func (run *Run) TitleOf(title string) string {
	if title == "" {
		return ""
	}
	return format.CapitalPDangitTitle(phpTrim(format.ConvertChars(run.texturize(title))))
}

// prefixedTitle is get_the_title as the front of the site shows it.
func (run *Run) prefixedTitle(p *wp.Post) string {
	title := p.Title
	switch {
	case p.Password != "":
		title = "Protected: " + title
	case p.Status == "private":
		title = "Private: " + title
	}
	return run.TitleOf(title)
}

// Comment is content.rendered of a comment (the filters of comment_text).
func (run *Run) Comment(c *wp.Comment) string { return run.CommentOf(c.Content) }

// CommentOf runs the filters of comment_text over a text.
func (run *Run) CommentOf(s string) string {
	s = format.MakeClickable(s, format.LinkRules{InternalHosts: run.ownHosts, UGC: true})
	s = format.ConvertChars(run.texturize(s))
	s = run.smilies(s)
	s = balanceTags(s)
	return format.CapitalPDangit(autop(s))
}

// DefaultExcerptLength is how many words an automatic excerpt has.
const DefaultExcerptLength = 55

// Excerpt is excerpt.rendered of a post, and caption.rendered of a media item:
// the manual excerpt, or one made of the content, in words. See Locked.
func (run *Run) Excerpt(p *wp.Post, words int) string {
	out := ""
	run.withPost(p, func() { out = run.theExcerpt(run.getExcerpt(p, words)) })
	return out
}

// theExcerpt runs the filters of the_excerpt.
func (run *Run) theExcerpt(s string) string {
	s = run.texturize(s)
	s = run.smilies(s)
	s = format.ConvertChars(s)
	s = autop(s)
	s = run.shortcodeUnautop(s)
	s = run.secureHome(s)
	return run.contentTags(s)
}

// getExcerpt is the manual excerpt, or wp_trim_excerpt.
func (run *Run) getExcerpt(p *wp.Post, words int) string {
	if phpTrim(p.Excerpt) != "" {
		return p.Excerpt
	}
	s := ""
	run.withPost(p, func() {
		s = run.pageContent(p)
		s = run.stripShortcodes(s)
		s = run.excerptBlocks(s)
		s = excerptFootnotes(s)
		s = run.filterContent(s, contentOptions{noBlocks: true, noTags: true})
	})
	return format.AutoExcerpt(s, words)
}

var (
	moreMarker  = regexp.MustCompile(`<!--more(.*?)?-->`)
	moreBlock   = regexp.MustCompile(`<!-- /?wp:more(.*?) -->`)
	footnoteRef = regexp.MustCompile(`<sup data-fn="[^"]+" class="[^"]+">\s*<a href="[^"]+" id="[^"]+">\d+</a>\s*</sup>`)
)

// pageContent is get_the_content on a list: the first page up to the more
// marker.
func (run *Run) pageContent(p *wp.Post) string {
	if run.Locked(p) {
		return run.passwordForm(p)
	}
	s := p.Content
	if strings.Contains(s, "<!--nextpage-->") {
		s = strings.ReplaceAll(s, "\n<!--nextpage-->\n", "<!--nextpage-->")
		s = strings.ReplaceAll(s, "\n<!--nextpage-->", "<!--nextpage-->")
		s = strings.ReplaceAll(s, "<!--nextpage-->\n", "<!--nextpage-->")
		s = strings.ReplaceAll(s, "<!-- wp:nextpage -->", "")
		s = strings.ReplaceAll(s, "<!-- /wp:nextpage -->", "")
		s = strings.TrimPrefix(s, "<!--nextpage-->")
		s, _, _ = strings.Cut(s, "<!--nextpage-->")
	}
	m := moreMarker.FindString(s)
	if m == "" {
		return s
	}
	if strings.Contains(s, "<!-- wp:more ") {
		s = moreBlock.ReplaceAllString(s, "")
	}
	s, _, _ = strings.Cut(s, m)
	return balanceTags(s)
}

func excerptFootnotes(s string) string {
	if !strings.Contains(s, "data-fn=") {
		return s
	}
	return footnoteRef.ReplaceAllString(s, "")
}

// excerptInner are the blocks an excerpt keeps, excerptWrappers those whose
// inner blocks it looks at.
var (
	excerptInner = map[string]bool{"": true, "core/freeform": true, "core/heading": true, "core/html": true,
		"core/list": true, "core/media-text": true, "core/paragraph": true, "core/preformatted": true,
		"core/pullquote": true, "core/quote": true, "core/table": true, "core/verse": true}
	excerptWrappers = map[string]bool{"core/columns": true, "core/column": true, "core/group": true}
)

// excerptBlocks is excerpt_remove_blocks.
func (run *Run) excerptBlocks(s string) string {
	if !block.Has(s) {
		return s
	}
	var out strings.Builder
	blocks := bounded(block.Parse(s), len(s))
	for i := range blocks {
		b := &blocks[i]
		switch {
		case dig(b.Attrs, "metadata", "blockVisibility") == false:
		case excerptWrappers[b.Name] && len(b.InnerBlocks) > 0:
			run.excerptWrapper(&out, b, 0)
		case excerptInner[b.Name] || excerptWrappers[b.Name]:
			if plainChildren(b) {
				out.WriteString(run.renderBlock(b))
			}
		}
	}
	return out.String()
}

func plainChildren(b *block.Block) bool {
	for i := range b.InnerBlocks {
		if in := &b.InnerBlocks[i]; !excerptInner[in.Name] || len(in.InnerBlocks) > 0 {
			return false
		}
	}
	return true
}

func (run *Run) excerptWrapper(out *strings.Builder, b *block.Block, depth int) {
	for i := range b.InnerBlocks {
		in := &b.InnerBlocks[i]
		if dig(in.Attrs, "metadata", "blockVisibility") == false || !excerptInner[in.Name] && !excerptWrappers[in.Name] {
			continue
		}
		if len(in.InnerBlocks) == 0 {
			out.WriteString(run.renderBlock(in))
		} else if depth < maxDepth {
			run.excerptWrapper(out, in, depth+1)
		}
	}
}

// ContentKey tells apart what Content makes of the same text at different
// places of a run.
func (run *Run) ContentKey(text string) string {
	if run.lateAutop && !block.Has(text) {
		return "late"
	}
	return ""
}

// ContentShown says that what was made of a text before is used in place of
// Content: a text with blocks changes how later ones are made.
func (run *Run) ContentShown(text string) { run.lateAutop = run.lateAutop || block.Has(text) }
