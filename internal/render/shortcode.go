package render

import (
	"maps"
	"slices"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/ordered"
)

// coreTags are core's shortcodes in the order in which core adds them, which
// counts where one name begins with another.
var coreTags = []string{"wp_caption", "caption", "gallery", "playlist", "audio", "video", "embed"}

// shortcodeTags are the names of shortcodes for the scanner; the functions are
// looked up per Run.
func shortcodeTags(codes map[string]Shortcode) *format.Shortcodes {
	out := &format.Shortcodes{}
	add := func(tag string) { _ = out.Add(tag, nil) } // an impossible tag is never found
	for _, tag := range coreTags {
		add(tag)
	}
	for _, tag := range slices.Sorted(maps.Keys(codes)) {
		add(tag)
	}
	return out
}

// embedTag is the registry for the step that runs [embed] alone.
func embedTag() *format.Shortcodes {
	out := &format.Shortcodes{}
	_ = out.Add("embed", nil)
	return out
}

func attsOf(list format.ShortcodeAttrs) *ordered.Object {
	o := ordered.NewObject(len(list))
	for _, a := range list {
		o.Set(a.Name, a.Value)
	}
	return o
}

// doShortcodes is do_shortcode.
func (run *Run) doShortcodes(s string) string {
	return run.tags.DoFunc(s, func(atts format.ShortcodeAttrs, content, tag string) string {
		if f := run.shortcodes[tag]; f != nil {
			return f(run, attsOf(atts), content, tag)
		}
		return ""
	})
}

// embedShortcodes runs [embed] before everything else (WP_Embed::run_shortcode).
func (run *Run) embedShortcodes(s string) string {
	return embedTag().DoFunc(s, func(atts format.ShortcodeAttrs, content, _ string) string {
		return run.embed(attsOf(atts), content, true)
	})
}

func (run *Run) stripShortcodes(s string) string { return run.tags.Strip(s) }

func (run *Run) texturize(s string) string { return format.Texturize(s, run.tags) }

func (run *Run) shortcodeUnautop(s string) string { return format.ShortcodeUnautop(s, run.tags) }

// smilies turns smilies into characters where the site wants that.
func (run *Run) smilies(s string) string {
	if run.cfg.NoSmilies {
		return s
	}
	return run.convertSmilies(s)
}
