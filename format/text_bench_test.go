package format

import (
	"fmt"
	"strings"
	"testing"
)

// classicPost is a post of about size bytes as the old editor stored it.
func classicPost(size int) string {
	const page = `It's the '90s again, "she said" -- and 9x9 is 81... The <a href="https://example.com/?a=1&b=2" title="A 'title'">link</a>
goes on over a line; a 12" record & a 6' man. <strong>Bold "quoted" text</strong> with <em>emphasis</em>, some longer plain
sentences without any mark at all in them because most of what people write is words and words and words :)

<h2>A heading</h2>
<ul>
	<li>One item</li>
	<li>Another item with <code>"code"</code></li>
</ul>

[gallery ids="1,2,3"]

<blockquote>A quotation
of two lines</blockquote>

<img class="alignleft size-medium wp-image-12" src="https://example.com/wp-content/uploads/2024/01/a.jpg" alt="" width="300" height="200" />

<pre>if (a < b) { 'x' }</pre>

Another paragraph, this time a bit longer than the others, so that the share of plain text is about what it is in real posts. It has
two lines.

`
	return strings.Repeat(page, size/len(page)+1)[:size]
}

var benchSizes = []int{10 << 10, 100 << 10, 1 << 20}

func benchText(b *testing.B, fn func(string) string) {
	for _, size := range benchSizes {
		post := classicPost(size)
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				fn(post)
			}
		})
	}
}

func BenchmarkTexturize(b *testing.B) {
	sc := coreShortcodes(b)
	benchText(b, func(s string) string { return Texturize(s, sc) })
}

func BenchmarkAutop(b *testing.B) {
	benchText(b, func(s string) string { return Autop(s, true) })
}

func BenchmarkShortcodeUnautop(b *testing.B) {
	sc := coreShortcodes(b)
	benchText(b, func(s string) string { return ShortcodeUnautop(s, sc) })
}

func BenchmarkDoShortcode(b *testing.B) {
	sc := coreShortcodes(b)
	benchText(b, sc.Do)
}

func BenchmarkConvertSmilies(b *testing.B) {
	benchText(b, func(s string) string { return ConvertSmilies(s, testIncludes) })
}

func BenchmarkMakeClickable(b *testing.B) {
	benchText(b, func(s string) string { return MakeClickable(s, LinkRules{}) })
}

func BenchmarkForceBalanceTags(b *testing.B) { benchText(b, ForceBalanceTags) }

func BenchmarkStripAllTags(b *testing.B) {
	benchText(b, func(s string) string { return StripAllTags(s, true) })
}

func BenchmarkEscHTML(b *testing.B) { benchText(b, EscHTML) }
