package render_test

import (
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/wp"
)

// The classes are what WordPress 7.1 gives these blocks.
func TestStates(t *testing.T) {
	for _, c := range [][3]string{
		{"core/button", `{":hover":{"color":{"background":"#f00","text":"var:preset|color|contrast"},"typography":{"writingMode":"vertical-rl","fontSize":"2em"},"dimensions":{"width":"50%"}},":focus":{"border":{"width":"2px","radius":{"topLeft":"1px"}}}}`, "wp-states-201e9b17"},
		{"core/paragraph", `{"@mobile":{"typography":{"textAlign":"center","lineHeight":1.5,"fontSize":"clamp(1rem, 2vw, 3rem)"},"elements":{"link":{"color":{"text":"#00f"},":hover":{"color":{"text":"var:preset|color|accent-1"}}},"heading":{"color":{"text":"red"}},"caption":{"spacing":{"padding":"1px"}}}}}`, "wp-states-11dd2364"},
		{"core/group", `{"@tablet":{"spacing":{"padding":{"top":"var:preset|spacing|40","bottom":"0"}},"layout":{"type":"flex"},"color":{"gradient":"linear-gradient(1deg,red,blue)"}},"@mobile":{"layout":{"type":"flex"}}}`, "wp-states-c600dc78"},
		{"core/group", `{"@mobile":{"layout":{"type":"flex"}},":hover":{"color":{"text":"red"}}}`, "<p>"},
		{"core/button", `{"@mobile":{":hover":{"color":{"text":"red"}},"shadow":"var:preset|shadow|x","background":{"backgroundImage":{"url":"https://x/é.png"}}}}`, "wp-states-2de8e8ef"},
		{"core/image", `{"@tablet":{"border":{"radius":"3px","top":{"color":"red","width":"2px"}},"dimensions":{"aspectRatio":"1","minHeight":"3px"},"shadow":"none","spacing":{"margin":"4px"}}}`, "wp-states-c025bc6e"},
	} {
		name := strings.TrimPrefix(c[0], "core/")
		p := &wp.Post{ID: 1, Content: "<!-- wp:" + name + ` {"style":` + c[1] + `} --><div><img src="x"><a href="#">x</a></div><!-- /wp:` + name + ` -->`}
		got := render.New(render.Config{}).Run(&source{fixture: &fixture{}}).Content(p)
		if c[2] == "<p>" && !strings.Contains(got, "wp-states") {
			continue
		}
		if !strings.Contains(got, c[2]) {
			t.Errorf("%s %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
