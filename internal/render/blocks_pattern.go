package render

import (
	"strings"

	"github.com/platenhq/platen/block"
	"github.com/platenhq/platen/ordered"
)

// maxPatterns bounds how many synced patterns one response shows.
const maxPatterns = 5000

// renderPattern shows a synced pattern: the blocks of another post.
func renderPattern(b *Block, _ string) string {
	run := b.Run
	ref := b.attr("ref")
	if !truthy(ref) {
		return ""
	}
	id := integer(ref)
	p := run.getPost(id)
	if p == nil || p.Type != "wp_block" || run.refs[id] || p.Status != "publish" || p.Password != "" {
		return ""
	}
	// patterns inside patterns multiply
	if run.patterns++; run.patterns > maxPatterns {
		return ""
	}
	run.refs[id] = true
	defer delete(run.refs, id)
	content := run.autoEmbed(run.embedShortcodes(p.Content))
	run.withPost(p, func() { content = run.blockHooks(content) })
	inner := block.Parse(content)
	parsed := *b.parsed
	parsed.InnerBlocks = inner
	parsed.InnerContent = make([]block.Chunk, len(inner))
	for i := range parsed.InnerContent {
		parsed.InnerContent[i].Inner = true
	}
	copied := *b
	copied.parsed = &parsed
	return copied.renderAs(false)
}

// renderTemplatePart shows a template part kept in the database; those of
// theme files are not known here.
func renderTemplatePart(b *Block, _ string) string {
	run := b.Run
	slug, ok := b.attr("slug").(string)
	theme := b.attr("theme")
	if !ok || theme != nil && str(theme) != run.option("stylesheet") {
		return ""
	}
	run.note("query")
	p := run.Source.PostBySlug("wp_template_part", slug)
	if p == nil || run.refs[p.ID] {
		return ""
	}
	run.refs[p.ID] = true
	content := run.blockContent(p.Content)
	delete(run.refs, p.ID)
	tag := "div"
	if v := str(b.attr("tagName")); !empty(v) && tagName.FindString(v) == "" {
		tag = escAttr(v)
	}
	return element(tag, b.wrapper(), strings.ReplaceAll(content, "]]>", "]]&gt;"))
}

func renderPlaylist(b *Block, c string) string {
	run := b.Run
	id := run.uniqueID("playlist-")
	var ids []any
	for i := range b.parsed.InnerBlocks {
		in := &b.parsed.InnerBlocks[i]
		if in.Name == "core/playlist-track" && truthy(in.Attrs.Value("id")) {
			ids = append(ids, "track-"+itoa(int64(len(ids))))
		}
	}
	if len(ids) == 0 {
		return ""
	}
	player := `<div class="wp-block-playlist__waveform-player"`
	for _, a := range [][2]string{{"waveformColor", "color"}, {"waveformGradient", "gradient"},
		{"waveformBackgroundColor", "background-color"}, {"waveformBackgroundGradient", "background-gradient"}} {
		if v := b.attr(a[0]); truthy(v) {
			player += " data-waveform-player-" + a[1] + `="` + escAttr(str(v)) + `"`
		}
	}
	player += "\n\t\tdata-wp-watch=\"callbacks.initWaveformPlayer\"\n\t\tdata-label-play=\"Play\"\n\t\tdata-label-pause=\"Pause\"" +
		"\n\t\tdata-label-seek=\"Seek\"\n\t\tdata-label-seek-value=\"%1$s of %2$s\"\n\t></div>"
	if i := strings.Index(c, "<figure"); i >= 0 {
		if j := strings.IndexByte(c[i:], '>'); j >= 0 {
			c = c[:i+j+1] + player + c[i+j+1:]
		}
	}
	t := newTags(c)
	if !t.nextNamed("FIGURE") {
		return c
	}
	t.setAttr("data-wp-interactive", "core/playlist")
	t.setAttr("data-wp-context", phpJSON(ordered.Of("playlistId", id, "currentId", ids[0], "isPlaying", false, "tracks", ids,
		"waveformStyle", orString(b.attr("waveformStyle"), "bars"), "showPlayButtonArtwork", truthy(b.attr("showPlayButtonArtwork")),
		"labelPauseTrack", "Pause", "labelSelectTrack", "Play"), 0))
	for i := 0; i < len(ids) && t.nextClass("", "wp-block-playlist-track__button"); i++ {
		t.setAttr("data-wp-context", phpJSON(ordered.Of("trackId", ids[i]), 0))
	}
	return t.String()
}

func renderPlaylistTrack(b *Block, _ string) string {
	if !truthy(b.attr("id")) {
		return ""
	}
	out := "<li " + b.wrapper() + `><button data-wp-on--click="actions.changeTrack" data-wp-bind--aria-current="state.isCurrentTrack" class="wp-block-playlist-track__button">`
	images, ok := b.Context["showImages"]
	if image := str(b.attr("image")); !empty(image) && (!ok || truthy(images)) {
		out += `<img class="wp-block-playlist-track__image" src="` + escURL(image) + `" alt="` + escAttr(str(b.attr("imageAlt"))) + `" />`
	}
	title := "Unknown title"
	if v := b.attr("title"); truthy(v) {
		title = str(v)
	}
	out += `<span class="wp-block-playlist-track__content"><span class="wp-block-playlist-track__title">` + escHTML(title) + "</span>"
	if v := b.attr("artist"); truthy(v) {
		out += `<span class="wp-block-playlist-track__artist">` + escHTML(str(v)) + "</span>"
	}
	out += "</span>"
	if v := b.attr("length"); truthy(v) {
		out += `<span class="wp-block-playlist-track__length"><span class="screen-reader-text">Duration: </span>` + escHTML(str(v)) + "</span>"
	}
	return out + `<span class="screen-reader-text" data-wp-text="state.trackButtonActionLabel">Play</span></button></li>`
}
