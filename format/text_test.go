package format

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// coreShortcodes is a registry with the tags of WordPress's own shortcodes.
func coreShortcodes(t testing.TB) *Shortcodes {
	t.Helper()
	return shortcodesOf(t, func(_ ShortcodeAttrs, content, _ string) string { return content },
		"wp_caption", "caption", "gallery", "playlist", "audio", "video", "embed")
}

func shortcodesOf(t testing.TB, fn ShortcodeFunc, tags ...string) *Shortcodes {
	t.Helper()
	sc := &Shortcodes{}
	for _, tag := range tags {
		if err := sc.Add(tag, fn); err != nil {
			t.Fatal(err)
		}
	}
	return sc
}

const testIncludes = "http://127.0.0.1:8071/wp-includes/"

func testOptions(t testing.TB) TextOptions {
	return TextOptions{coreShortcodes(t), testIncludes, LinkRules{InternalHosts: []string{"127.0.0.1"}}}
}

// textCase is a case of the files tested here.
type textCase struct {
	Name          string
	Input, Output json.RawMessage
	Args          textArgs
}

// textArgs are the arguments of the functions tested here.
type textArgs struct {
	Fn        string
	Br        bool
	Protocols []string
	Breaks    bool    `json:"remove_breaks"`
	Words     int     `json:"num_words"`
	Count     int     `json:"count"`
	More      *string `json:"more"`
	Force     *bool   `json:"force"`
	Tag       string
	Status    string `json:"post_status"`
	Password  string `json:"post_password"`
	Pairs     json.RawMessage
}

// answer runs the case and returns the text it gives; ok is false for what is
// tested elsewhere.
type answer func(in string, a textArgs) (out string, ok bool)

// runAnswers checks a file, under another name when it is only a part of it.
func runAnswers(t *testing.T, file, name string, fn answer) {
	t.Helper()
	var cases []textCase
	vectest.Load(t, file, &cases)
	tally := vectest.New(t, name)
	for _, c := range cases {
		in := phpText(t, c.Input)
		got, ok := fn(in, c.Args)
		if !ok {
			continue
		}
		want := phpText(t, c.Output)
		tally.Check(c.Name, got == want, "%s %q\n got  %q\n want %q", c.Args.Fn, in, got, want)
	}
	tally.Done()
}

func (a textArgs) more(fallback string) string {
	if a.More != nil {
		return *a.More
	}
	return fallback
}

func TestVectorsTexturize(t *testing.T) {
	sc := coreShortcodes(t)
	runAnswers(t, "wptexturize", "wptexturize", func(in string, a textArgs) (string, bool) {
		switch a.Fn {
		case "convert_chars":
			return ConvertChars(in), true
		case "convert_invalid_entities":
			return ConvertInvalidEntities(in), true
		case "ent2ncr":
			return Ent2NCR(in), true
		case "capital_P_dangit":
			return CapitalPDangit(in), true
		}
		return Texturize(in, sc), true
	})
}

func TestVectorsAutop(t *testing.T) {
	sc := coreShortcodes(t)
	runAnswers(t, "wpautop", "wpautop", func(in string, a textArgs) (string, bool) {
		if a.Fn == "shortcode_unautop" {
			return ShortcodeUnautop(in, sc), true
		}
		return Autop(in, a.Br), true
	})
}

func TestVectorsSmilies(t *testing.T) {
	runAnswers(t, "convert_smilies", "convert_smilies", func(in string, _ textArgs) (string, bool) {
		return ConvertSmilies(in, testIncludes), true
	})
}

func TestVectorsEscape(t *testing.T) {
	runAnswers(t, "esc_html_attr_url", "esc_html_attr_url", func(in string, a textArgs) (string, bool) {
		switch a.Fn {
		case "esc_html":
			return EscHTML(in), true
		case "esc_attr":
			return EscAttr(in), true
		case "esc_textarea":
			return EscTextarea(in), true
		case "esc_url":
			return EscURL(in, a.Protocols...), true
		case "sanitize_url":
			return SanitizeURL(in, a.Protocols...), true
		case "esc_js":
			return EscJS(in), true
		}
		return "unknown function " + a.Fn, true
	})
}

func TestVectorsMakeClickable(t *testing.T) {
	runAnswers(t, "make_clickable", "make_clickable", func(in string, _ textArgs) (string, bool) {
		return MakeClickable(in, LinkRules{InternalHosts: []string{"127.0.0.1"}}), true
	})
}

func TestVectorsBalanceTags(t *testing.T) {
	runAnswers(t, "balanceTags", "balanceTags", func(in string, a textArgs) (string, bool) {
		if a.Fn == "balanceTags" && a.Force != nil && !*a.Force {
			return in, true // the option is off
		}
		return ForceBalanceTags(in), true
	})
}

func TestVectorsStripAllTags(t *testing.T) {
	runAnswers(t, "wp_strip_all_tags", "wp_strip_all_tags", func(in string, a textArgs) (string, bool) {
		return StripAllTags(in, a.Breaks), true
	})
}

// The rest of the file needs blocks; internal/render checks all of it.
func TestVectorsTrimWords(t *testing.T) {
	runAnswers(t, "wp_trim_words_excerpt", "wp_trim_words_excerpt (pure functions)", func(in string, a textArgs) (string, bool) {
		switch a.Fn {
		case "wp_trim_words":
			return TrimWords(in, a.Words, a.more(DefaultMore)), true
		case "wp_html_excerpt":
			return HTMLExcerpt(in, a.Count, a.more("")), true
		}
		return "", false
	})
}

func TestVectorsGetExtended(t *testing.T) {
	var cases []textCase
	vectest.Load(t, "wp_trim_words_excerpt", &cases)
	tally := vectest.New(t, "wp_trim_words_excerpt (get_extended)")
	for _, c := range cases {
		if c.Args.Fn != "get_extended" {
			continue
		}
		e := GetExtended(goldenText(t, c.Input))
		got := map[string]string{"main": e.Main, "extended": e.Extended, "more_text": e.MoreText}
		text, ok := sameJSON(t, got, c.Output)
		tally.Check(c.Name, ok, "%s\n got  %s\n want %s", c.Input, text, c.Output)
	}
	tally.Done()
}

func TestVectorsTitle(t *testing.T) {
	o := testOptions(t)
	runAnswers(t, "the_title", "the_title", func(in string, a textArgs) (string, bool) {
		if a.Fn == "get_the_title" {
			switch {
			case a.Password != "":
				in = "Protected: " + in
			case a.Status == "private":
				in = "Private: " + in
			}
		}
		return Title(in, o), true
	})
}

// Images get attributes, and blank excerpts are made of the content, in
// internal/render, which checks all of the file.
func TestVectorsExcerpt(t *testing.T) {
	o := testOptions(t)
	runAnswers(t, "the_excerpt", "the_excerpt (without images)", func(in string, a textArgs) (string, bool) {
		if strings.Contains(in, "<img") || strings.Contains(in, "<iframe") {
			return "", false
		}
		switch {
		case trimPHP(in) == "" && strings.HasPrefix(a.Fn, "excerpt.rendered"):
			return "", false
		case a.Fn == "the_excerpt filter" || strings.HasPrefix(a.Fn, "excerpt.rendered"):
			return Excerpt(in, o), true
		case a.Fn == "comment_text filter" || strings.HasPrefix(a.Fn, "content.rendered of GET /wp/v2/comments"):
			return CommentText(in, o), true
		case strings.HasPrefix(a.Fn, "term_description filter"):
			return TermDescription(in, o), true
		}
		return in, true
	})
}

// attrsJSON writes attributes as json_encode does: a list when PHP has one.
func attrsJSON(t testing.TB, attrs ShortcodeAttrs) string {
	var b strings.Builder
	list := true
	for i, a := range attrs {
		list = list && a.Name == strconv.Itoa(i)
	}
	for i, a := range attrs {
		if i > 0 {
			b.WriteByte(',')
		}
		if !list {
			b.WriteString(phpJSON(t, a.Name) + ":")
		}
		b.WriteString(phpJSON(t, a.Value))
	}
	if list {
		return "[" + b.String() + "]"
	}
	return "{" + b.String() + "}"
}

// phpJSON is json_encode of a text with slashes and other scripts unescaped.
func phpJSON(t testing.TB, s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// vectorShortcodes are the shortcodes the vectors were made with: WordPress's
// own, which show nothing but their content where there is no post, and three
// more.
func vectorShortcodes(t testing.TB) *Shortcodes {
	sc := coreShortcodes(t)
	for tag, fn := range map[string]ShortcodeFunc{
		"dump": func(attrs ShortcodeAttrs, content, tag string) string {
			return "{" + tag + "|" + attrsJSON(t, attrs) + "|" + content + "}"
		},
		"wrap": func(_ ShortcodeAttrs, content, _ string) string { return "<w>" + sc.Do(content) + "</w>" },
		"d-2":  func(_ ShortcodeAttrs, _, tag string) string { return "{d2:" + tag + "}" },
	} {
		if err := sc.Add(tag, fn); err != nil {
			t.Fatal(err)
		}
	}
	return sc
}

// mergeGolden is shortcode_atts on JSON: the values of pairs and atts stay what
// they are.
func mergeGolden(t testing.TB, pairs, atts json.RawMessage) any {
	decode := func(raw json.RawMessage) (list ShortcodeAttrs) {
		var m map[string]json.RawMessage
		if raw[0] == '{' {
			mustDecode(t, raw, &m)
		}
		for name, value := range m {
			list = append(list, ShortcodeAttr{name, string(value)})
		}
		return list
	}
	m := map[string]json.RawMessage{}
	for _, a := range decode(atts).Merge(decode(pairs)) {
		m[a.Name] = json.RawMessage(a.Value)
	}
	return m
}

func TestVectorsShortcodes(t *testing.T) {
	var cases []textCase
	vectest.Load(t, "shortcodes_parse", &cases)
	sc := vectorShortcodes(t)
	tally := vectest.New(t, "shortcodes_parse")
	for _, c := range cases {
		var got any
		switch c.Args.Fn {
		case "shortcode_parse_atts":
			m := map[string]any{}
			for _, a := range ParseShortcodeAttrs(goldenText(t, c.Input)) {
				m[a.Name] = a.Value
			}
			got = m
		case "shortcode_atts":
			got = mergeGolden(t, c.Args.Pairs, c.Input)
		case "do_shortcode":
			got = sc.Do(goldenText(t, c.Input))
		case "strip_shortcodes":
			got = sc.Strip(goldenText(t, c.Input))
		case "has_shortcode":
			got = sc.Contains(goldenText(t, c.Input), c.Args.Tag)
		}
		want := c.Output
		if string(want) == "[]" {
			want = json.RawMessage("{}")
		}
		text, ok := sameJSON(t, got, want)
		tally.Check(c.Name, ok, "%s\n got  %s\n want %s", c.Input, text, c.Output)
	}
	tally.Done()
}
