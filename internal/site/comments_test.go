package site

import "testing"

func TestHasWord(t *testing.T) {
	for _, c := range []struct {
		list, text string
		want       bool
	}{
		{"", "anything", false},
		{" \n\n", "anything", false},
		{"0", "0", false}, // PHP takes a lone 0 for nothing
		{"viagra", "Buy VIAGRA now", true},
		{"first\r\n second ", "the second word", true},
		{"a.c", "abc", false},
		{"ÄÖ", "äöü", true},
		{"(", "a ( b", true},
	} {
		if got := hasWord(c.list, []string{"other", c.text}); got != c.want {
			t.Errorf("hasWord(%q, %q) = %v", c.list, c.text, got)
		}
	}
}

func TestUnslash(t *testing.T) {
	for in, want := range map[string]string{``: ``, `a`: `a`, `\a\\b`: `a\b`, `end\`: `end`, `nul\0`: "nul\x00", `\\\\`: `\\`} {
		if got := unslash(in); got != want {
			t.Errorf("unslash(%q) = %q, want %q", in, got, want)
		}
	}
}
