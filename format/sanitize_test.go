package format

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// phpText is what a PHP function that wants a text makes of a JSON value:
// arrays and objects are refused, the rest is cast.
func phpText(t *testing.T, raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || raw[0] == '[' || raw[0] == 'n' || raw[0] == 'f':
		return ""
	case raw[0] == 't':
		return "1"
	case raw[0] == '"' || bytes.Contains(raw, []byte("$b64")):
		return goldenText(t, raw)
	case raw[0] == '{':
		return ""
	}
	return string(raw)
}

func runText(t *testing.T, name string, fn func(string) string) {
	var cases []goldenCase
	vectest.Load(t, name, &cases)
	tally := vectest.New(t, name)
	for _, c := range cases {
		in, want := phpText(t, c.Input), phpText(t, c.Output)
		got := fn(in)
		tally.Check(c.Name, got == want, "%q\n got  %q\n want %q", in, got, want)
	}
	tally.Done()
}

func TestVectorsSanitizeTextField(t *testing.T) { runText(t, "sanitize_text_field", SanitizeTextField) }
func TestVectorsSanitizeTextarea(t *testing.T) {
	runText(t, "sanitize_textarea", SanitizeTextareaField)
}
func TestVectorsSanitizeEmail(t *testing.T) { runText(t, "sanitize_email", SanitizeEmail) }

func TestVectorsIsEmail(t *testing.T) {
	runText(t, "is_email", func(s string) string {
		if !IsEmail(s) {
			return ""
		}
		return s
	})
}

func TestNormalizeEntities(t *testing.T) {
	for in, want := range map[string]string{
		"a & b":           "a &amp; b",
		"&amp;&copy;":     "&amp;&copy;",
		"&nope;":          "&amp;nope;",
		"&AMP;":           "&amp;AMP;",
		"&#9;":            "&#009;",
		"&#0000000039;":   "&#039;",
		"&#0;":            "&amp;#0;",
		"&#xD800;":        "&amp;#xD800;",
		"&#X0003C;":       "&#x3C;",
		"&#12345678;":     "&amp;#12345678;",
		"&#x;&#;&;&":      "&amp;#x;&amp;#;&amp;;&amp;",
		"&there4;&sup1;":  "&there4;&sup1;",
		"&frac123;&amp":   "&amp;frac123;&amp;amp",
		"&thetasymx;&le;": "&amp;thetasymx;&le;",
	} {
		if got := NormalizeEntities(in); got != want {
			t.Errorf("NormalizeEntities(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSanitizeText(f *testing.F) {
	for _, s := range []string{"<b>x</b>", "a < b", "%4%411", "<\n>", "x@y.zz", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		one := SanitizeTextField(s)
		if strings.ContainsAny(one, "\n\r\t") || trimPHP(one) != one {
			t.Fatalf("SanitizeTextField(%q) = %q", s, one)
		}
		SanitizeTextareaField(s)
		if n := NormalizeEntities(s); NormalizeEntities(n) != n {
			t.Fatalf("NormalizeEntities(%q) = %q is not stable", s, n)
		}
		if e := SanitizeEmail(s); strings.ContainsAny(e, " \t\r\n<>\"(),:;") {
			t.Fatalf("SanitizeEmail(%q) = %q", s, e)
		}
		IsEmail(s)
	})
}
