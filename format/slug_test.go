package format

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/vectest"
)

// goldenCase is the shape of the content vectors.
type goldenCase struct {
	Name   string          `json:"name"`
	Input  json.RawMessage `json:"input"`
	Args   goldenArgs      `json:"args"`
	Output json.RawMessage `json:"output"`
}

// goldenArgs is every argument the vectors of this part of the package use.
type goldenArgs struct {
	Fn             string          `json:"fn"`
	Context        string          `json:"context"`
	Strict         bool            `json:"strict"`
	Fallback       string          `json:"fallback"`
	FallbackTitle  string          `json:"fallback_title"`
	Locale         string          `json:"locale"`
	UnfilteredHTML bool            `json:"unfiltered_html"`
	TimezoneString string          `json:"timezone_string"`
	GMTOffset      json.RawMessage `json:"gmt_offset"`
	IsUTC          bool            `json:"is_utc"`
	ForceUTC       bool            `json:"force_utc"`
	Format         string          `json:"format"`
	PostDateGMT    string          `json:"post_date_gmt"`
	Permalinks     string          `json:"permalink_structure"`
	DestW          int             `json:"dest_w"`
	DestH          int             `json:"dest_h"`
	Crop           json.RawMessage `json:"crop"`
	MaxW           int             `json:"max_w"`
	MaxH           int             `json:"max_h"`
	Uploads        string          `json:"uploads_baseurl"`
	User           any             `json:"user"`
}

// goldenText decodes a string of a vector, {"$b64": …} included.
func goldenText(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var wrapped struct {
		B64 *string `json:"$b64"`
	}
	if err := json.Unmarshal(raw, &wrapped); err != nil || wrapped.B64 == nil {
		t.Fatalf("not a text: %s", raw)
	}
	data, err := base64.StdEncoding.DecodeString(*wrapped.B64)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// runGolden runs the cases of a file whose input and output are texts.
func runGolden(t *testing.T, name string, fn func(in string, c goldenCase) string) {
	t.Helper()
	var cases []goldenCase
	vectest.Load(t, name, &cases)
	tally := vectest.New(t, name)
	for _, c := range cases {
		in, want := goldenText(t, c.Input), goldenText(t, c.Output)
		got := fn(in, c)
		tally.Check(c.Name, got == want, "(%s) %q\n got  %q\n want %q", c.Args.Fn, in, got, want)
	}
	tally.Done()
}

func TestVectorsRemoveAccents(t *testing.T) {
	runGolden(t, "remove_accents", func(in string, c goldenCase) string {
		return RemoveAccents(in, c.Args.Locale)
	})
}

func TestVectorsSanitizeTitle(t *testing.T) {
	runGolden(t, "sanitize_title", func(in string, c goldenCase) string {
		switch c.Args.Fn {
		case "sanitize_title":
			return SanitizeTitle(in, c.Args.FallbackTitle)
		case "sanitize_title_with_dashes":
			return SanitizeTitleWithDashes(in, SlugContext(c.Args.Context))
		case "sanitize_title_for_query":
			return SanitizeTitleForQuery(in)
		case "sanitize_key":
			return SanitizeKey(in)
		case "sanitize_html_class":
			return SanitizeHTMLClass(in, c.Args.Fallback)
		case "sanitize_user":
			return SanitizeUser(in, c.Args.Strict)
		}
		return "unknown function " + c.Args.Fn
	})
}

func TestVectorsSanitizeUser(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Input, Loose, Strict string
			Valid                    bool    `json:"valid_username"`
			InputB64                 *string `json:"input_b64"`
			LooseB64                 *string `json:"loose_b64"`
			StrictB64                *string `json:"strict_b64"`
		}
	}
	vectest.Load(t, "sanitize_user", &file)
	tally := vectest.New(t, "sanitize_user")
	text := func(plain string, b64 *string) string {
		if b64 == nil {
			return plain
		}
		data, err := base64.StdEncoding.DecodeString(*b64)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, c := range file.Cases {
		in := text(c.Input, c.InputB64)
		loose, strict, valid := SanitizeUser(in, false), SanitizeUser(in, true), ValidUsername(in)
		ok := loose == text(c.Loose, c.LooseB64) && strict == text(c.Strict, c.StrictB64) && valid == c.Valid
		tally.Check(c.ID, ok, "%q: got %q %q %v, want %q %q %v", in, loose, strict, valid, c.Loose, c.Strict, c.Valid)
	}
	tally.Done()
}

func TestTruncateSlug(t *testing.T) {
	for _, c := range []struct {
		slug  string
		limit int
		want  string
	}{
		{"abc", 5, "abc"},
		{"abc---", 9, "abc"},
		{"abcdef", 3, "abc"},
		{"ab-def", 3, "ab"},
		{"%e4%b8%ad%e6%96%87", 17, "%e4%b8%ad"},
		{"a%e4%b8%ad", 9, "a"},
	} {
		if got := TruncateSlug(c.slug, c.limit); got != c.want {
			t.Errorf("TruncateSlug(%q, %d) = %q, want %q", c.slug, c.limit, got, c.want)
		}
	}
}

func FuzzSanitizeTitle(f *testing.F) {
	for _, s := range []string{"Hello World", "caf\u00e9 %zz %41", "<b>x</b>&amp;y", "\xff\xfe", strings.Repeat("中", 99)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		slug := SanitizeTitle(s, "")
		if !utf8.ValidString(slug) || slug != lowerASCII(slug) || strings.Trim(slug, "-") != slug || strings.Contains(slug, "--") {
			t.Fatalf("SanitizeTitle(%q) = %q", s, slug)
		}
		if strings.ContainsAny(slug, "<>\"'& /?#\x00") {
			t.Fatalf("SanitizeTitle(%q) = %q", s, slug)
		}
		SanitizeTitleForQuery(s)
		SanitizeUser(s, false)
		if name := SanitizeUser(s, true); name != "" && name != SanitizeUser(name, true) && !strings.Contains(name, "%") {
			t.Fatalf("SanitizeUser(%q) = %q is not stable", s, name)
		}
		TruncateSlug(s, 20)
	})
}
