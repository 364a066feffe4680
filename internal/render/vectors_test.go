package render_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/render"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/internal/wp"
)

func number(v any) int64 {
	n, _ := v.(json.Number)
	i, _ := n.Int64()
	return i
}

func object(v any, names ...string) any {
	for _, n := range names {
		m, _ := v.(map[string]any)
		v = m[n]
	}
	return v
}

// site is the fixture, host post and renderer of a case.
func site(fixtures map[string]*fixture, args map[string]any) (*source, *wp.Post, *render.Renderer) {
	name, _ := args["fixture"].(string)
	if name == "" {
		name = "base"
	}
	src := &source{fixture: fixtures[name], extra: map[string]string{}}
	id := number(object(args, "post", "id"))
	if id == 0 {
		id = 50
	}
	p := &wp.Post{ID: id, Type: "post", Status: "publish"}
	if stored := src.posts[id]; stored != nil {
		c := *stored
		p = &c
	}
	if meta, ok := args["post_meta"].(map[string]any); ok {
		for k, v := range meta {
			src.extra["meta:"+k], _ = v.(string)
		}
	}
	src.post = p
	theme, _ := args["theme"].(string)
	r := render.New(render.Config{HomeURL: src.home(), Classic: theme != ""})
	return src, p, r
}

var (
	generatedID = regexp.MustCompile(`\b[0-9a-f]{13}\b`)
	secretRef   = regexp.MustCompile(`(secret=|data-secret=")[A-Za-z0-9]{10}`)
	lightboxRef = regexp.MustCompile(`\$UNIQ\d+`)
)

// normalize replaces generated ids, numbering them by first appearance.
func normalize(h string) string { return generatedID.ReplaceAllString(h, "$$UNIQ") }

func same(got, want string, args map[string]any) bool {
	if got == want {
		return true
	}
	if args["normalized"] == nil && args["nondeterministic"] == nil {
		return false
	}
	if args["nondeterministic"] != nil && sortedWords(got) == sortedWords(want) {
		return true
	}
	got = secretRef.ReplaceAllString(got, "$1$$SECRET")
	want = strings.ReplaceAll(want, "$SECRET0", "$SECRET")
	return normalize(got) == lightboxRef.ReplaceAllString(normalize(want), "$$UNIQ")
}

// sortedWords compares what comes in random order.
func sortedWords(s string) string {
	words := strings.Fields(regexp.MustCompile(`[<>]`).ReplaceAllString(s, " "))
	slices.Sort(words)
	return strings.Join(words, " ")
}

var dump = os.Getenv("RENDER_DUMP") != ""

// difference shows where two texts part.
func difference(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-60)
	return fmt.Sprintf("at %d\ngot  %q\nwant %q", i, got[from:min(len(got), i+160)], want[from:min(len(want), i+160)])
}

// knownMisses are the cases that do not pass, and why.
var knownMisses = map[string]string{
	"d categories dropdown":                  "the dropdown's inline script is our own",
	"d archives dropdown":                    "the dropdown's inline script is our own",
	"TUT post 134: Archives":                 "the dropdown's inline script is our own",
	"TUT post 138: Categories list":          "the dropdown's inline script is our own",
	"TUT post 1736: Block category: Widgets": "the dropdown's inline script is our own",
	"d social-links":                         "the services' artwork is not copied",
	"d navigation overlay":                   "the services' artwork is not copied",
	"TUT post 147: Latest Comments":          "comments of the same second: the database's order",
	"TUT post 169: Tag cloud":                "tags with the same count: the database's order",
}

func TestVectorsTheContent(t *testing.T) {
	var cases []vector
	vectest.Load(t, "the_content", &cases)
	fixtures := loadFixtures(t)
	passed := 0
	for _, c := range cases {
		src, p, r := site(fixtures, c.Args)
		ok, how := false, "differs"
		if c.Output[0] == '"' && c.Input[0] == '"' {
			p.Content = text(c.Input)
			got, want := r.Run(src).Content(p), text(c.Output)
			ok, how = same(got, want, c.Args), difference(got, want)
			if dump && !ok {
				t.Logf("MISS %s\nIN   %q\nGOT  %q\nWANT %q", c.Name, p.Content, got, want)
			}
		} else {
			ok = object1(t, r, src, p, c)
		}
		reason, known := knownMisses[c.Name]
		switch {
		case ok:
			passed++
		case known:
			t.Logf("the_content %s: known miss: %s", c.Name, reason)
		default:
			t.Errorf("the_content %s: %s", c.Name, how)
		}
	}
	t.Logf("vectors the_content: %d/%d", passed, len(cases))
}

// object1 checks cases whose output is no plain text.
func object1(t *testing.T, r *render.Renderer, src *source, p *wp.Post, c vector) bool {
	var out any
	if err := json.Unmarshal(c.Output, &out); err != nil {
		return false
	}
	if request, ok := c.Args["request"].(string); ok && strings.HasPrefix(request, "posts?include[]=50&include[]=10") {
		return listResponse(t, r, src, c, out)
	}
	if request, ok := c.Args["request"].(string); ok {
		return response(t, r, src, p, c, request, out)
	}
	if p.Type == "attachment" {
		run := r.Run(src)
		o, _ := out.(map[string]any)
		ok := true
		description := run.Content(p) // first, as in the controller: players are numbered
		for field, want := range map[string]string{"title": run.Title(p), "caption": run.Excerpt(p, render.DefaultExcerptLength), "description": description} {
			w := object(o, field, "rendered")
			if w == nil {
				w, _ = o[field].(string)
			}
			if w != nil && w != want {
				ok = false
				if dump {
					t.Logf("MISS %s %s\nGOT  %q\nWANT %q", c.Name, field, want, w)
				}
			}
		}
		return ok
	}
	if dump {
		t.Logf("SKIP %s %v\n%.300s\n%.300s", c.Name, c.Args, c.Input, c.Output)
	}
	return false
}

func listResponse(t *testing.T, r *render.Renderer, src *source, c vector, out any) bool {
	var in any
	_ = json.Unmarshal(c.Input, &in)
	run := r.Run(src)
	items, _ := out.([]any)
	ok := len(items) == 2
	for _, item := range items {
		o := item.(map[string]any)
		id := int64(o["id"].(float64))
		p := *src.posts[id]
		p.Content = inputFor(in, id)
		src.post = &p
		got := run.Content(&p)
		want, _ := object(o, "content", "rendered").(string)
		if !same(got, want, map[string]any{"normalized": 1}) {
			ok = false
			if dump {
				t.Logf("MISS %s %d\nIN   %q\nGOT  %q\nWANT %q", c.Name, id, p.Content, got, want)
			}
		}
	}
	return ok
}

// inputFor is the content of a post in a case with several posts.
func inputFor(in any, id int64) string {
	switch v := in.(type) {
	case string:
		return v
	case []any:
		for _, e := range v {
			if n, _ := object(e, "id").(float64); int64(n) == id {
				s, _ := object(e, "content").(string)
				return s
			}
		}
	}
	return ""
}

// response checks the whole answer of a request for post 50.
func response(t *testing.T, r *render.Renderer, src *source, p *wp.Post, c vector, request string, out any) bool {
	p.Content = text(c.Input)
	p.Excerpt, _ = c.Args["post_excerpt"].(string)
	p.Password, _ = c.Args["post_password"].(string)
	edit := strings.Contains(request, "context=edit")
	password := ""
	if _, after, ok := strings.Cut(request, "password="); ok {
		password, _, _ = strings.Cut(after, "&")
	}
	if list, ok := out.([]any); ok && len(list) == 1 {
		out = list[0]
	}
	if object(out, "code") != nil { // refused by the controller
		return object(out, "code") == "rest_post_incorrect_password" && password != p.Password
	}
	run := r.Run(src)
	run.Password = password
	if edit {
		run.Password = p.Password
	}
	content, excerpt := "", ""
	if !run.Locked(p) {
		content, excerpt = run.Content(p), run.Excerpt(p, render.DefaultExcerptLength)
	}
	for field, got := range map[string]string{"title": run.Title(p), "content": content, "excerpt": excerpt} {
		if want, _ := object(out, field, "rendered").(string); got != want {
			t.Logf("%s %s\nGOT  %q\nWANT %q", c.Name, field, got, want)
			return false
		}
	}
	return true
}

func TestVectorsTheTitle(t *testing.T) {
	var cases []vector
	vectest.Load(t, "the_title", &cases)
	fixtures := loadFixtures(t)
	tally := vectest.New(t, "the_title")
	for _, c := range cases {
		src, p, r := site(fixtures, c.Args)
		p.Title = text(c.Input)
		run := r.Run(src)
		got := run.Title(p)
		if c.Args["fn"] == "get_the_title" {
			p.Status, _ = c.Args["post_status"].(string)
			p.Password, _ = c.Args["post_password"].(string)
			got = run.PrefixedTitle(p)
		}
		tally.Check(c.Name, got == text(c.Output), "got %q\nwant %q", got, text(c.Output))
	}
	tally.Done()
}

func TestVectorsTheExcerpt(t *testing.T) {
	var cases []vector
	vectest.Load(t, "the_excerpt", &cases)
	fixtures := loadFixtures(t)
	tally := vectest.New(t, "the_excerpt")
	for _, c := range cases {
		src, p, r := site(fixtures, c.Args)
		run := r.Run(src)
		var got string
		switch fn, in := c.Args["fn"].(string), text(c.Input); {
		case strings.HasPrefix(fn, "description of GET"):
			got = in
		case strings.HasPrefix(fn, "comment_text"), strings.Contains(fn, "/comments/"):
			got = run.CommentOf(in)
		case strings.HasPrefix(fn, "term_description"):
			got = run.TermDescription(in)
		case fn == "the_excerpt filter":
			got = run.ExcerptOf(in)
		default:
			p.Content, p.Excerpt = "the content", in
			got = run.Excerpt(p, render.DefaultExcerptLength)
		}
		tally.Check(c.Name, got == text(c.Output), "got %q\nwant %q", got, text(c.Output))
	}
	tally.Done()
}

var excerptLength = regexp.MustCompile(`excerpt_length=(\d+)`)

// TestVectorsAutoExcerpt takes the cases of wp_trim_words_excerpt that need
// blocks and the content filters; package format has the others.
func TestVectorsAutoExcerpt(t *testing.T) {
	var cases []vector
	vectest.Load(t, "wp_trim_words_excerpt", &cases)
	fixtures := loadFixtures(t)
	tally := vectest.New(t, "wp_trim_words_excerpt (blocks)")
	for _, c := range cases {
		fn, _ := c.Args["fn"].(string)
		if !strings.HasPrefix(fn, "excerpt") {
			continue
		}
		src, p, r := site(fixtures, c.Args)
		run := r.Run(src)
		var got string
		switch in := text(c.Input); fn {
		case "excerpt_remove_blocks":
			got = run.ExcerptBlocks(in)
		case "excerpt_remove_footnotes":
			got = render.ExcerptFootnotes(in)
		default:
			p.Content, p.Excerpt = in, ""
			run.Password = p.Password
			words := render.DefaultExcerptLength
			if m := excerptLength.FindStringSubmatch(fn); m != nil {
				n, _ := json.Number(m[1]).Int64()
				words = int(n)
			}
			if !run.Locked(p) {
				got = run.Excerpt(p, words)
			}
		}
		ok := got == text(c.Output)
		if dump && !ok {
			t.Logf("MISS %s\nIN   %q\nGOT  %q\nWANT %q", c.Name, text(c.Input), got, text(c.Output))
		}
		tally.Check(c.Name, ok, "got %.300q\nwant %.300q", got, text(c.Output))
	}
	tally.Done()
}
