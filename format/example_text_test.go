package format_test

import (
	"fmt"

	"github.com/platenhq/platen/format"
)

func ExampleTexturize() {
	fmt.Println(format.Texturize(`"It's 9x9" -- <a title="it's">she said</a>...`, nil))
	// Output: &#8220;It&#8217;s 9&#215;9&#8221; &#8212; <a title="it's">she said</a>&#8230;
}

func ExampleAutop() {
	fmt.Print(format.Autop("One\ntwo\n\n<ul>\n<li>three</li>\n</ul>", true))
	// Output:
	// <p>One<br />
	// two</p>
	// <ul>
	// <li>three</li>
	// </ul>
}

func ExampleShortcodes() {
	var sc format.Shortcodes
	err := sc.Add("hello", func(attrs format.ShortcodeAttrs, content, tag string) string {
		return "<b>Hello " + format.EscHTML(attrs.Value("name", "world")) + content + "</b>"
	})
	fmt.Println(err, sc.Do(`[hello /] [hello name="A & B"]![/hello] [[hello]] [other]`))
	// Output: <nil> <b>Hello world</b> <b>Hello A &amp; B!</b> [hello] [other]
}

func ExampleTrimWords() {
	fmt.Println(format.TrimWords("<p>one <b>two</b> three</p>", 2, format.DefaultMore))
	// Output: one two&hellip;
}

func ExampleMakeClickable() {
	rules := format.LinkRules{InternalHosts: []string{"example.com"}, UGC: true}
	fmt.Println(format.MakeClickable("See http://example.com/a and me@example.org.", rules))
	// Output: See <a href="http://example.com/a" rel="ugc">http://example.com/a</a> and <a href="mailto:me@example.org">me@example.org</a>.
}

func ExampleEscURL() {
	fmt.Println(format.EscURL("http://example.com/?a=1&b='2'"))
	fmt.Printf("%q\n", format.EscURL("javascript:alert(1)"))
	// Output:
	// http://example.com/?a=1&#038;b=&#039;2&#039;
	// ""
}
