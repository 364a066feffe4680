package render

import (
	"regexp"
	"strconv"
	"strings"
)

// coreRender are the callbacks of core's dynamic blocks.
func coreRender() map[string]RenderFunc {
	return map[string]RenderFunc{
		"core/heading": renderHeading, "core/list": renderList,
		"core/shortcode": func(_ *Block, c string) string { return autop(c) },
		"core/button":    renderButton, "core/video": renderVideo, "core/image": renderImage,
		"core/cover": renderCover, "core/gallery": renderGallery, "core/media-text": renderMediaText,
		"core/accordion": renderAccordion, "core/accordion-item": renderAccordionItem,
		"core/latest-posts": renderLatestPosts, "core/categories": renderCategories, "core/archives": renderArchives,
		"core/tag-cloud": renderTagCloud, "core/calendar": renderCalendar, "core/latest-comments": renderLatestComments,
		"core/loginout": renderLoginout, "core/avatar": renderAvatar, "core/site-title": renderSiteTitle,
		"core/site-tagline": renderSiteTagline, "core/site-logo": renderSiteLogo, "core/footnotes": renderFootnotes, "core/file": renderFile,
		"core/post-title": renderPostTitle, "core/post-date": renderPostDate, "core/post-excerpt": renderPostExcerpt,
		"core/post-featured-image": renderFeaturedImage, "core/post-terms": renderPostTerms, "core/post-author": renderPostAuthor,
		"core/post-author-name": renderPostAuthorName, "core/post-author-biography": renderPostAuthorBiography,
		"core/post-content": renderPostContent, "core/read-more": renderReadMore, "core/post-time-to-read": renderTimeToRead,
		"core/query": renderQuery, "core/post-template": renderPostTemplate, "core/query-no-results": renderQueryNoResults,
		"core/query-pagination": renderQueryPagination, "core/query-pagination-next": renderQueryNext,
		"core/query-pagination-previous": renderQueryPrevious, "core/query-pagination-numbers": renderQueryNumbers,
		"core/query-total": renderQueryTotal, "core/query-title": renderQueryTitle, "core/term-template": renderTermTemplate,
		"core/term-name": renderTermName, "core/term-count": renderTermCount, "core/term-description": renderTermDescription,
		"core/block": renderPattern, "core/template-part": renderTemplatePart, "core/playlist": renderPlaylist, "core/playlist-track": renderPlaylistTrack,
		"core/comments": renderComments, "core/post-comments": renderComments, "core/comments-title": renderCommentsTitle,
		"core/comment-template": renderCommentTemplate, "core/comment-author-name": renderCommentAuthorName,
		"core/comment-content": renderCommentContent, "core/comment-date": renderCommentDate, "core/comment-edit-link": renderCommentEditLink,
		"core/comment-reply-link": renderCommentReplyLink, "core/post-comments-count": renderPostCommentsCount,
		"core/post-comments-link": renderPostCommentsLink, "core/comments-pagination": renderCommentsPagination,
		"core/search": renderSearch, "core/page-list": renderPageList, "core/home-link": renderHomeLink,
		"core/navigation-overlay-close": renderOverlayClose, "core/breadcrumbs": renderBreadcrumbs,
		"core/navigation": renderNavigation, "core/navigation-link": renderNavigationLink, "core/navigation-submenu": renderNavigationSubmenu,
		"core/social-link": renderSocialLink, "core/post-comments-form": renderCommentsForm,
		"core/tabs": renderTabs, "core/tab-list": renderTabList, "core/tab-panel": renderTabPanel,
	}
}

func empty(s string) bool { return s == "" || s == "0" }

func renderHeading(_ *Block, c string) string {
	return classOnFirstOf(c, "wp-block-heading", "H1", "H2", "H3", "H4", "H5", "H6")
}

func renderList(_ *Block, c string) string { return classOnFirstOf(c, "wp-block-list", "OL", "UL") }

// classOnFirstOf adds a class to the first of several kinds of tags.
func classOnFirstOf(c, class string, names ...string) string {
	if empty(c) {
		return c
	}
	t := newTags(c)
	for t.next() {
		for _, n := range names {
			if t.name == n {
				t.addClass(class)
				return t.String()
			}
		}
	}
	return c
}

// renderButton drops a button without text and applies its width.
func renderButton(b *Block, c string) string {
	t := newTags(c)
	name := ""
	for t.next() {
		if name = t.name; name == "A" || name == "BUTTON" {
			break
		}
	}
	if name == "" {
		return c
	}
	if emptyElement(c[t.innerStart:], name) {
		return ""
	}
	width, ok := b.attr("style", "dimensions", "width").(string)
	if !ok || empty(width) {
		return c
	}
	return buttonWidth(b, c, width)
}

// emptyElement reports whether only comments stand before the next tag called
// name.
func emptyElement(s, name string) bool {
	for strings.HasPrefix(s, "<!") || strings.HasPrefix(s, "<?") {
		end := commentEnd(s, 0)
		if end < 0 {
			return true
		}
		s = s[end:]
	}
	if s == "" {
		return true
	}
	if s[0] != '<' {
		return false
	}
	s = s[1:]
	s = strings.TrimPrefix(s, "/")
	return len(s) > len(name) && strings.EqualFold(s[:len(name)], name) && !isLetter(s[len(name)])
}

func buttonWidth(b *Block, c, width string) string {
	resolved := width
	slug, preset := strings.CutPrefix(width, "var:preset|dimension|")
	if preset {
		if v := b.Run.theme.DimensionPresets[slug]; v != "" {
			resolved = v
		}
	}
	t := newTags(c)
	if !t.nextClass("", "wp-block-button") {
		return c
	}
	t.addClass("has-custom-width")
	style := t.value("style")
	if style != "" {
		style = " " + style
	}
	if strings.HasSuffix(resolved, "%") {
		t.addClass("wp-block-button__width")
		switch resolved {
		case "25%", "50%", "75%", "100%":
			t.addClass("wp-block-button__width-" + strings.TrimSuffix(resolved, "%"))
		}
		t.setAttr("style", "--wp--block-button--width: "+phpFloat(leadingFloat(resolved))+";"+style)
	} else {
		css := width
		if preset {
			css = "var(--wp--preset--dimension--" + kebab(slug) + ")"
		}
		t.setAttr("style", "width: "+css+";"+style)
	}
	return t.String()
}

func renderVideo(b *Block, c string) string {
	id, ok := b.attr("id").(int64)
	if !strings.Contains(c, "<video") || !ok || id <= 0 {
		return c
	}
	meta := b.Run.attachment(id)
	w, wok := dig(meta, "width").(int64)
	h, hok := dig(meta, "height").(int64)
	if !wok || !hok || w <= 0 || h <= 0 {
		return c
	}
	t := newTags(c)
	if !t.nextNamed("VIDEO") {
		return c
	}
	ws, hs := strconv.FormatInt(w, 10), strconv.FormatInt(h, 10)
	t.setAttr("width", ws)
	t.setAttr("height", hs)
	t.setAttr("style", "aspect-ratio: "+ws+" / "+hs+";"+t.value("style"))
	return t.String()
}

// focalPoint is a position in CSS, "" without one.
func (b *Block) focalPoint() string {
	p := b.attr("focalPoint")
	if p == nil {
		return ""
	}
	pct := func(axis string) string { return phpFloat(round(num(dig(p, axis))*100, 0)) + "%" }
	return pct("x") + " " + pct("y")
}

var coverInner = regexp.MustCompile(`<div\b[^>]+?wp-block-cover__inner-container[\s|"][^>]*?>`)

// renderCover puts the featured image into a cover that uses it.
func renderCover(b *Block, c string) string {
	if b.attr("backgroundType") != "image" || b.attr("useFeaturedImage") == false {
		return c
	}
	run := b.Run
	p := run.thePost()
	if p == nil {
		return c
	}
	position := b.focalPoint()
	image := ""
	if !truthy(b.attr("hasParallax")) && !truthy(b.attr("isRepeated")) {
		attrs := []imgAttr{{"class", "wp-block-cover__image-background"}, {"data-object-fit", "cover"}}
		if position != "" {
			attrs = append(attrs, imgAttr{"data-object-position", position}, imgAttr{"style", "object-position:" + position + ";"})
		}
		image = run.thumbnail(p.ID, orString(b.attr("sizeSlug"), "post-thumbnail"), attrs...)
	} else {
		id := run.thumbnailID(p.ID)
		img := run.image(id, orString(b.attr("sizeSlug"), "full"))
		if img == nil {
			return c
		}
		t := newTags("<div></div>")
		t.next()
		alt, _ := run.Source.PostMeta(id, "_wp_attachment_image_alt")
		if alt = phpTrim(stripTags(alt)); alt != "" {
			t.setAttr("role", "img")
			t.setAttr("aria-label", alt)
		}
		t.addClass("wp-block-cover__image-background")
		t.addClass("wp-image-" + strconv.FormatInt(id, 10))
		if truthy(b.attr("hasParallax")) {
			t.addClass("has-parallax")
		}
		if truthy(b.attr("isRepeated")) {
			t.addClass("is-repeated")
		}
		if position == "" {
			position = "50% 50%"
		}
		t.setAttr("style", "background-position:"+position+";background-image:url("+escURL(img.url)+");")
		image = t.String()
	}
	if m := coverInner.FindStringIndex(c); m != nil {
		c = c[:m[0]] + image + c[m[0]:]
	}
	return c
}

func orString(v any, otherwise string) string {
	if v == nil {
		return otherwise
	}
	return str(v)
}

// renderImage drops images without a source and empty captions.
func renderImage(b *Block, c string) string {
	if !strings.Contains(strings.ToLower(c), "<img") {
		return ""
	}
	t := newTags(c)
	if !t.nextNamed("IMG") || empty(t.value("src")) {
		return ""
	}
	bound := b.attr("metadata", "bindings", "id") != nil && b.attr("id") != nil
	if bound {
		class := "wp-image-" + str(b.attr("id"))
		if old, ok := t.get("class"); ok && !strings.Contains(old, class) {
			t.setAttr("class", imgClassID.ReplaceAllString(old, class))
		}
	}
	if v := b.attr("data-id"); v != nil {
		if bound {
			v = b.attr("id")
		}
		t.setAttr("data-id", str(v))
	}
	from, to := -1, -1
	if t.nextNamed("FIGCAPTION") && !truthy(b.attr("caption")) && emptyElement(c[t.innerStart:], "figcaption") {
		from = t.tagStart
		rest := strings.Index(strings.ToLower(c[t.innerStart:]), "</figcaption")
		if rest >= 0 {
			if end := strings.IndexByte(c[t.innerStart+rest:], '>'); end >= 0 {
				to = t.innerStart + rest + end + 1
			}
		}
	}
	b.Run.lightbox = dig(b.attrs, "lightbox", "enabled") == true && orString(b.attr("linkDestination"), "none") == "none"
	if to < 0 {
		return t.String()
	}
	tail := c[to:]
	t.html = c[:from] // all changes stand before the caption
	return t.String() + tail
}

// galleryClass gives a gallery its number.
func renderGallery(b *Block, c string) string {
	class := b.Run.uniqueID("wp-block-gallery-")
	c = addClassToFirst(c, class)
	if truthy(b.attr("randomOrder")) {
		b.Run.note("random")
	}
	return b.Run.galleryLightbox(b, c)
}

func renderMediaText(b *Block, c string) string {
	if b.attr("useFeaturedImage") == false {
		return c
	}
	run := b.Run
	p := run.thePost()
	if p == nil {
		return c
	}
	id := run.thumbnailID(p.ID)
	img := run.image(id, "post-thumbnail")
	if img == nil {
		return c
	}
	fill := truthy(b.attr("imageFill"))
	position := b.focalPoint()
	if position == "" {
		position = "50% 50%"
	}
	run.uniqueID("")
	t := newTags(c)
	for fill && t.nextClass("div", "wp-block-media-text") {
		t.removeClass("is-image-fill")
		t.addClass("is-image-fill-element")
	}
	c = t.String()
	t = newTags(c)
	at := -1
	for t.nextClass("figure", "wp-block-media-text__media") {
		at = t.tagEnd
		// only the plain tag is filled
		if strings.TrimSpace(c[t.tagStart:t.tagEnd]) != `<figure class="wp-block-media-text__media">` {
			at = -1
		}
		if b.attr("mediaPosition") != "right" {
			break
		}
	}
	if at < 0 {
		return c
	}
	i := newTags(`<img class="wp-block-media-text__featured_image">`)
	i.next()
	i.setAttr("src", escURL(img.url))
	i.setAttr("class", "wp-image-"+strconv.FormatInt(id, 10)+" size-"+orString(b.attr("mediaSizeSlug"), "full"))
	alt, _ := run.Source.PostMeta(id, "_wp_attachment_image_alt")
	i.setAttr("alt", phpTrim(stripTags(alt)))
	if fill {
		i.setAttr("style", "object-position:"+position+";")
	}
	return c[:at] + i.String() + c[at:]
}
