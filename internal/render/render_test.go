package render_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

const home = "https://example.org"

func emptySource() *source {
	return &source{fixture: newFixture(ordered.Of("options", ordered.Of("home", home, "date_format", "F j, Y")))}
}

func content(t testing.TB, cfg render.Config, text string) (string, *render.Run) {
	t.Helper()
	cfg.HomeURL = home
	run := render.New(cfg).Run(emptySource())
	return run.Content(&wp.Post{ID: 1, Type: "post", Status: "publish", Content: text}), run
}

func TestPure(t *testing.T) {
	for _, c := range []struct {
		text string
		pure bool
	}{
		{"Plain text", true},
		{"<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->", true},
		{"<!-- wp:group {\"layout\":{\"type\":\"flex\"}} --><div class=\"wp-block-group\"></div><!-- /wp:group -->", true},
		{"<!-- wp:gallery --><figure class=\"wp-block-gallery\"></figure><!-- /wp:gallery -->", false},
		{"[gallery ids=1]", false},
		{"<!-- wp:latest-posts /-->", false},
		{"<!-- wp:post-title /-->", false},
		{"<!-- wp:site-title /-->", false},
		{"<img class=\"wp-image-4\" src=\"x\">", false},
		{"<!-- wp:search /-->", false},
	} {
		_, run := content(t, render.Config{}, c.text)
		if run.Pure() != c.pure {
			t.Errorf("%s: pure %v, consulted %v", c.text, run.Pure(), run.Consulted())
		}
		if run.Begin(); !run.Pure() {
			t.Errorf("%s: not pure after Begin", c.text)
		}
	}
}

func TestRegistry(t *testing.T) {
	reg := render.NewRegistry()
	reg.RegisterShortcode("hi", func(_ *render.Run, atts *ordered.Object, content, tag string) string {
		return fmt.Sprint(tag, "/", atts.Value("to"), "/", content)
	})
	reg.RegisterBlock(render.BlockType{
		Name:       "shop/price",
		Attributes: ordered.Of("amount", ordered.Of("type", "number", "default", int64(3))),
		Render: func(b *render.Block, content string) string {
			return fmt.Sprintf("<b>%v %s</b>", b.Attributes.Value("amount"), content)
		},
	})
	cfg := render.Config{Registry: reg}
	for text, want := range map[string]string{
		`[hi to="you"]all[/hi]`: "hi/you/all\n",
		"<!-- wp:shop/price {\"amount\":\"x\"} -->y<!-- /wp:shop/price -->": "<b>3 y</b>",
		"<!-- wp:shop/price {\"amount\":7} /-->":                            "<b>7 </b>",
		"<!-- wp:shop/other -->z<!-- /wp:shop/other -->":                    "z",
	} {
		if got, _ := content(t, cfg, text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestLocked(t *testing.T) {
	run := render.New(render.Config{HomeURL: home}).Run(emptySource())
	p := &wp.Post{ID: 1, Password: "pw"}
	if !run.Locked(p) {
		t.Error("open without password")
	}
	if run.Password = "pw"; run.Locked(p) {
		t.Error("locked with password")
	}
	if run.Locked(&wp.Post{}) {
		t.Error("locked without need")
	}
}

func TestSecureHome(t *testing.T) {
	got, _ := content(t, render.Config{ReplaceInsecureHome: true}, `see http://example.org/x`)
	if got != "<p>see https://example.org/x</p>\n" {
		t.Errorf("%q", got)
	}
}

// TestHostile renders documents made to be slow or deep.
func TestHostile(t *testing.T) {
	const size = 256 << 10
	pieces := []string{
		"<!-- wp:group --><div class=\"wp-block-group\">", "<!-- wp:group -->", "<!-- wp:a -->x", "<!-- wp:paragraph --><p>x</p>",
		"[gallery", "[audio src=\"a.mp3\"]", "[caption width=1]", "<img src=\"", "<img ", "<p", "&", "<!--", "http://a\n", "<iframe src=\"\" width=\"\" height=\"\">",
		"<!-- wp:navigation-submenu {\"label\":\"x\"} -->", "<!-- wp:navigation --><!-- wp:navigation-submenu {\"label\":\"x\"} -->",
		"<!-- wp:quote {\"style\":{\"elements\":{\"link\":{\"color\":{\"text\":\"red\"}}}}} --><blockquote>",
		"<!-- wp:accordion --><div class=\"wp-block-accordion\">", "<mark class=\"wp-note\">", "<!-- wp:query --><!-- wp:post-template -->",
		"<!-- wp:columns {\"layout\":{}} /-->", "\xff\xfe", "<", "[", "\"'", "&&", "<!-- wp:", "<!-- wp:a {", "<!-- /wp:a -->", "<ul><li>", "<b><i>", "<!-- wp:list --><ul><!-- wp:list-item --><li>", "<!-- wp:image --><figure><img src=\"x\"/></figure><!-- /wp:image -->",
	}
	for _, piece := range pieces {
		vectest.Growth(t, "Content", piece, size, func(text string) { content(t, render.Config{}, text) })
		vectest.Growth(t, "Excerpt", piece, size, func(text string) {
			render.New(render.Config{HomeURL: home}).Run(emptySource()).Excerpt(&wp.Post{ID: 1, Type: "post", Content: text}, render.DefaultExcerptLength)
		})
	}
}

func FuzzContent(f *testing.F) {
	for _, s := range []string{
		"text \"x\" [gallery] http://example.com/a.mp4", "<!-- wp:group {\"layout\":{\"type\":\"grid\"},\"style\":{\"spacing\":{\"blockGap\":[]}}} --><div class=\"wp-block-group\"><!-- wp:image {\"lightbox\":{\"enabled\":true}} --><figure><img src=\"x\"/></figure><!-- /wp:image --></div><!-- /wp:group -->",
		"<!-- wp:search {\"style\":{\"border\":{\"radius\":{\"topLeft\":1}}}} /--><!-- wp:navigation {\"ref\":1} /--><!-- wp:social-link {\"url\":\"a:b\"} /-->",
		"<!-- wp:button {\"style\":{\"dimensions\":{\"width\":\"25%\"}}} --><div class=\"wp-block-button\"><a>x</a></div><!-- /wp:button -->",
	} {
		f.Add(s)
	}
	r := render.New(render.Config{HomeURL: home})
	f.Fuzz(func(_ *testing.T, s string) {
		run := r.Run(emptySource())
		p := &wp.Post{ID: 1, Type: "post", Status: "publish", Content: s, Title: s}
		run.Content(p)
		run.Excerpt(p, 5)
		run.Title(p)
	})
}

func BenchmarkContent(b *testing.B) {
	doc := strings.Repeat("<!-- wp:heading --><h2>A \"heading\"</h2><!-- /wp:heading -->\n<!-- wp:paragraph {\"align\":\"center\"} -->\n<p class=\"has-text-align-center\">Some text -- it's the text of a paragraph with <a href=\"https://example.com/\">a link</a>.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:group {\"layout\":{\"type\":\"constrained\"}} -->\n<div class=\"wp-block-group\"><!-- wp:list --><ul><!-- wp:list-item --><li>one</li><!-- /wp:list-item --></ul><!-- /wp:list --></div>\n<!-- /wp:group -->\n\n", 20)
	classic := strings.Repeat("Some \"text\" -- it's the text of a paragraph with <a href=\"https://example.com/\">a link</a> and <em>more</em>.\n\n", 40)
	for name, text := range map[string]string{"blocks": doc, "classic": classic} {
		for _, size := range []int{10 << 10, 100 << 10, 1 << 20} {
			p := &wp.Post{ID: 1, Type: "post", Status: "publish", Content: strings.Repeat(text, size/len(text)+1)[:size]}
			r, src := render.New(render.Config{HomeURL: home}), emptySource()
			b.Run(fmt.Sprint(name, "/", size), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					r.Run(src).Content(p)
				}
			})
		}
	}
}

// TestLateAutop: after a text with blocks, later ones of the same answer keep
// the paragraph around a shortcode, as WordPress puts wpautop back behind
// shortcode_unautop.
func TestLateAutop(t *testing.T) {
	run := render.New(render.Config{HomeURL: home}).Run(emptySource())
	classic := &wp.Post{ID: 1, Type: "post", Content: "[caption width=\"9\" caption=\"c\"]x[/caption]\n\ntext"}
	before := run.Content(classic)
	run.Content(&wp.Post{ID: 2, Type: "post", Content: "<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->"})
	after := run.Content(classic)
	if strings.HasPrefix(before, "<p>") || !strings.HasPrefix(after, "<p>") {
		t.Errorf("%q, then %q", before, after)
	}
}
