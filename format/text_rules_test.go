package format

import "testing"

// TestTextRules holds rules the vectors may not spell out.
func TestTextRules(t *testing.T) {
	sc := coreShortcodes(t)
	for _, row := range []struct {
		rule, got, want string
	}{
		{"a registered shortcode's tag is left alone", Texturize(`[gallery a="b"] "c"`, sc), `[gallery a="b"] &#8220;c&#8221;`},
		{"one that is not is text", Texturize(`[gallery a="b"]`, nil), `[gallery a=&#8221;b&#8221;]`},
		{"primes after digits", Texturize(`6' 2" tall`, nil), `6&#8242; 2&#8243; tall`},
		{"a quotation that ends in a number", Texturize(`"about 9"`, nil), `&#8220;about 9&#8221;`},
		{"no multiplication in hexadecimal numbers", Texturize("0x9 9x9", nil), "0x9 9&#215;9"},
		{"the dashes of punycode stay", Texturize("xn--a --b", nil), "xn--a &#8211;b"},
		{"lower case only turns texturizing off", Texturize(`<PRE>"x"</PRE>`, nil), `<PRE>&#8220;x&#8221;</PRE>`},
		{"paragraphs around blocks", Autop("a\n<div>b</div>\nc", true), "<p>a</p>\n<div>b</div>\n<p>c</p>\n"},
		{"preformatted text stays", Autop("<pre>a\n\nb</pre>", true), "<pre>a\n\nb</pre>\n"},
		{"blank text is nothing", Autop(" \n\t", true), ""},
		{"a shortcode alone has no paragraph", ShortcodeUnautop("<p>[gallery]</p>", sc), "[gallery]"},
		{"one with text has", ShortcodeUnautop("<p>[gallery] x</p>", sc), "<p>[gallery] x</p>"},
		{"smilies need space around", ConvertSmilies("a:) :) (:)", testIncludes), "a:) 🙂 (:)"},
		{"NUL bytes go with the tags", StripTags("a\x00<b>c"), "ac"},
		{"a bracket with space behind is text", StripTags("1 < 2 <b>x</b>"), "1 < 2 x"},
		{"scripts go with their content", StripAllTags("a<script>x</script>b", false), "ab"},
		{"bad text has no attribute form", EscAttr("a\xff"), ""},
		{"references are not escaped twice", EscHTML("&amp; &copy; & &bogus;"), "&amp; &copy; &amp; &amp;bogus;"},
		{"but in a textarea", EscTextarea("&amp;"), "&amp;amp;"},
		{"a scheme behind references", EscURL("&#106;avascript:x"), ""},
		{"a scheme behind control characters", SanitizeURL("java\x01script:x"), ""},
		{"tags close in order", ForceBalanceTags("<b><i>x</b>"), "<b><i>x</i></b>"},
		{"code has no links", MakeClickable("<code>http://a.b</code>", LinkRules{}), "<code>http://a.b</code>"},
		{"Windows-1252 made right", ConvertInvalidEntities("&#146;&#129;&#160;"), "&#8217;&#160;"},
		{"an attribute may not break out", sc.Do(`<a title="[caption]<b>&quot;[/caption]">`), `<a title="[caption]<b>&quot;[/caption]">`},
	} {
		if row.got != row.want {
			t.Errorf("%s:\n got  %q\n want %q", row.rule, row.got, row.want)
		}
	}
	for _, tag := range []string{"", " ", "a b", "a[", "a=b", "a/b", "a\x00"} {
		if err := new(Shortcodes).Add(tag, nil); err != ErrShortcodeTag {
			t.Errorf("tag %q: %v", tag, err)
		}
	}
	var none *Shortcodes
	if none.Has("x") || none.Tags() != nil || none.Do("[x]") != "[x]" || none.Strip("[x]") != "[x]" || none.TagsIn("[x]") != nil {
		t.Error("nil is not an empty registry")
	}
}
