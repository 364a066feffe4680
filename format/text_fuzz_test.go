package format

import (
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// seedText adds the inputs of the vectors and the hard shapes to a corpus.
func seedText(f *testing.F, files ...string) {
	for _, file := range files {
		var cases []textCase
		vectest.Load(f, file, &cases)
		for _, c := range cases {
			if len(c.Input) > 0 && c.Input[0] == '"' {
				f.Add(goldenText(f, c.Input))
			}
		}
	}
	for _, shape := range hardShapes {
		f.Add(shape + "x" + shape)
	}
}

// markup lists the tags and comments of s, without the white space inside and
// without those that Autop may add.
func markup(s string, added ...string) []string {
	var list []string
	for lt := strings.IndexByte(s, '<'); lt >= 0; {
		end := delimiterEnd(s, lt)
		if tag := strings.Join(strings.Fields(s[lt:end]), " "); !contains(added, tag) {
			list = append(list, tag)
		}
		lt = nextByteFrom(s, '<', end)
	}
	return list
}

// FuzzTexturize holds Texturize to what it may change: tags keep their number,
// their order and everything in them but ampersands.
func FuzzTexturize(f *testing.F) {
	seedText(f, "wptexturize", "the_title")
	sc := coreShortcodes(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, want := markup(Texturize(s, sc)), markup(s)
		if len(got) != len(want) {
			t.Fatalf("%q: %d tags of %d", s, len(got), len(want))
		}
		for i := range got {
			if strings.ReplaceAll(got[i], "&#038;", "&") != strings.ReplaceAll(want[i], "&#038;", "&") {
				t.Fatalf("%q: tag %q became %q", s, want[i], got[i])
			}
		}
	})
}

// FuzzAutop holds Autop to adding no tag but p and br, and to no attribute.
func FuzzAutop(f *testing.F) {
	seedText(f, "wpautop")
	added := []string{"<p>", "</p>", "<br />", "<br>", "<br/>", "<P>"}
	f.Fuzz(func(t *testing.T, s string) {
		got := Autop(Autop(s, false), true)
		if strings.Contains(s, "<!") || strings.Contains(s, "<WP") || strings.Contains(s, "wp-pre-tag") {
			return // comments end where they end, whatever is put into them
		}
		for _, tag := range markup(s) {
			if tag[len(tag)-1] != '>' || strings.LastIndexByte(tag, '<') > 0 {
				return // an unclosed tag swallows what is put behind it
			}
		}
		known := map[string]int{}
		for _, tag := range markup(s, added...) {
			known[strings.ToLower(tag)]++
		}
		for _, tag := range markup(got, added...) {
			if known[strings.ToLower(tag)]--; known[strings.ToLower(tag)] < 0 {
				t.Fatalf("%q: new tag %q in %q", s, tag, got)
			}
		}
	})
}

// FuzzText runs all functions on any text: none may panic, and what is escaped
// holds nothing that could end the place it is escaped for.
func FuzzText(f *testing.F) {
	seedText(f, "convert_smilies", "make_clickable", "balanceTags", "wp_strip_all_tags", "shortcodes_parse", "esc_html_attr_url")
	fns := textFunctions(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, fn := range fns {
			fn(s)
		}
		if out := EscHTML(s); strings.ContainsAny(out, `<>"'`) || EscHTML(out) != out {
			t.Fatalf("EscHTML(%q) = %q", s, out)
		}
		if out := EscURL(s); strings.ContainsAny(out, "<>\"' \n") {
			t.Fatalf("EscURL(%q) = %q", s, out)
		}
		if out := lowerASCII(EscURL(s)); strings.HasPrefix(out, "javascript:") || strings.HasPrefix(out, "data:") {
			t.Fatalf("EscURL(%q) = %q", s, out)
		}
	})
}

// FuzzShortcodes checks that attributes have each name once, and that without
// a registered shortcode text stays.
func FuzzShortcodes(f *testing.F) {
	seedText(f, "shortcodes_parse")
	sc := coreShortcodes(f)
	f.Fuzz(func(t *testing.T, s string) {
		seen := map[string]bool{}
		for _, a := range ParseShortcodeAttrs(s) {
			if seen[a.Name] {
				t.Fatalf("%q: %s twice", s, a.Name)
			}
			seen[a.Name] = true
		}
		if len(sc.TagsIn(s)) == 0 && !strings.Contains(s, "&#9") && sc.Do(s) != s {
			t.Fatalf("%q became %q", s, sc.Do(s))
		}
		if sc.Contains(s, "gallery") && !strings.Contains(s, "[gallery") {
			t.Fatalf("%q has no gallery", s)
		}
	})
}
