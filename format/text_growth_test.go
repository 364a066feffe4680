package format

import (
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// textFunctions are the functions of this part of the package, by name.
func textFunctions(t testing.TB) map[string]func(string) string {
	sc := coreShortcodes(t)
	if err := sc.Add("code", func(_ ShortcodeAttrs, content, _ string) string { return content }); err != nil {
		t.Fatal(err)
	}
	o := testOptions(t)
	return map[string]func(string) string{
		"Texturize":         func(s string) string { return Texturize(s, sc) },
		"Autop":             func(s string) string { return Autop(s, true) },
		"ShortcodeUnautop":  func(s string) string { return ShortcodeUnautop(s, sc) },
		"ConvertSmilies":    func(s string) string { return ConvertSmilies(s, testIncludes) },
		"ConvertChars":      ConvertChars,
		"Ent2NCR":           Ent2NCR,
		"CapitalPDangit":    CapitalPDangit,
		"ConvertInvalid":    ConvertInvalidEntities,
		"EscHTML":           EscHTML,
		"EscTextarea":       EscTextarea,
		"EscJS":             EscJS,
		"EscURL":            func(s string) string { return EscURL(s) },
		"SanitizeURL":       func(s string) string { return SanitizeURL(s) },
		"MakeClickable":     func(s string) string { return MakeClickable(s, LinkRules{}) },
		"ForceBalanceTags":  ForceBalanceTags,
		"StripTags":         StripTags,
		"StripAllTags":      func(s string) string { return StripAllTags(s, true) },
		"TrimWords":         func(s string) string { return TrimWords(s, 55, DefaultMore) },
		"TrimWordsNone":     func(s string) string { return TrimWords(s, -1, DefaultMore) },
		"HTMLExcerpt":       func(s string) string { return HTMLExcerpt(s, 100, "…") },
		"GetExtended":       func(s string) string { return GetExtended(s).Main },
		"ParseShortcode":    func(s string) string { return ParseShortcodeAttrs(s).Value("0", "") },
		"Shortcodes.Do":     sc.Do,
		"Shortcodes.Strip":  sc.Strip,
		"Shortcodes.TagsIn": func(s string) string { return strings.Join(sc.TagsIn(s), " ") },
		"Title":             func(s string) string { return Title(s, o) },
		"Excerpt":           func(s string) string { return Excerpt(s, o) },
		"CommentText":       func(s string) string { return CommentText(s, o) },
	}
}

// hardShapes are texts that are repeated to make a function read the same
// again and again, if it can be made to.
var hardShapes = []string{
	"a", " ", "\n", "<", ">", "&", "'", `"`, "-", ".", "[", "]", "(", ")", "\\", "%", "0", ":", "@", "/", "\x00", "\xff",
	"<p>", "</p>", "<p><p ", "<p>[gallery]", "<p>[gallery ", "<p>[gallery][caption]\n", "<p><li", "<p><li\n", "<br", "<br ",
	"<br />", "<br />\n", "<br>\n\n", "<pre>", "</pre>", "<pre></pre>", "<pre><pre wp-pre-tag-1></pre>", "<script", "<script>",
	"<style>", "</script>", "<!--", "-->", "<!-- ", "<![CDATA[", "]]>", "<object>", "<object", "<param ", "<source ", "[audio ",
	"<option", "</option> ", "<figcaption", "<div ", "<div>", "</div>", "<div><p>", "<hr ", "<blockquote>", "<p><blockquote",
	"<code>", "[code]", "[/code]", "[gallery", "[gallery]", "[gallery /]", "[[gallery", "[[gallery]]", "[caption][gallery]",
	"[gallery <", "[gallery <a", "<a [gallery", "<a b=\"[gallery]\" ", "<a b=\"[gallery]\">", "[/gallery]", "[caption]x[gallery]y",
	"'99", "\"99", "99'", "99\" ", "\"a", "\"9\".", "\"9\" ", "'a' ", "'9' ", "9x", "0x", "1.2x", "1,", ".9", "9x9 ", "xn--", "- ",
	"&#", "&#0", "&#x0", "&amp", "&amp;", "&#00", "&#58", "&nbsp;", "&nbsp", "&lt;", "http://", "http://a", "http://a ", "www.",
	" www.a", "a@", " a@b", " a@b.", " a@b.c ", "a://", " a:// ", "(http://a", " http://a)", " http://a(", "<a>", "<a ", "<a><a>",
	"<a x><a y>t</a></a>", "<b>", "</b>", "<b><i>", "<b></i>", "<x-", "<x-y>", "< !--", "<3", ":)", " :)", ": ", ":mrgreen: ",
	"<!--more", "<!--more\n", "a=", "a=\"", "a=\" ", "a='x' ", "a = b ", "a\u00a0", "\\0", "%0", "%0d", "feed:", "javascript:",
	";//", "[]", "<?", "<?xml ", "<!doctype", "<!", "<'", "<\"", " Wordpress", "|", "word ", "  ", "\n\n", "\n \n", "\r", "\r\n",
}

// TestTextGrowth holds each function to about linear growth on texts of any
// shape.
func TestTextGrowth(t *testing.T) {
	const size = 1 << 16
	shapes := append([]string{
		strings.Repeat("%0", size/16) + strings.Repeat("d", size/16), strings.Repeat("<p>[gallery]", size/96) + "[/gallery]" + strings.Repeat(" ", size/8),
		strings.Repeat("<div ", size/40) + ">" + strings.Repeat(" ", size/8), strings.Repeat("<b><i>", size/48) + strings.Repeat("</x>", size/32), "\"a 9\" 'b 9' ",
		"&&", "<ul><li>", "<li><ul>", "<!-- wp:a -->", "<!-- wp:a {\"b\":\"", "<b><i><u>", "</b></i>",
	}, hardShapes...)
	for name, fn := range textFunctions(t) {
		for _, shape := range shapes {
			vectest.Growth(t, name, shape, size, func(in string) {
				if out := fn(in); len(out) > 60*size {
					t.Errorf("%s of %.60q: %d bytes out of %d", name, shape, len(out), len(in))
				}
			})
		}
	}
}
