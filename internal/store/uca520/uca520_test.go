package uca520

import (
	"sort"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "ABC", 0},
		{"café", "CAFE", 0},
		{"a", "a  ", 0},
		{"a\t", "a", -1},
		{"a-b", "ab", -1},
		{"_", "-", -1},
		{"~", "0", -1},
		{"9", "a", -1},
		{"ß", "ss", 0},
		{"Æ", "ae", 0},
		{"Æ", "af", -1},
		{"ø", "o", 0},
		{"e\u0301", "é", 0},
		{"漢", "字", 1},
		{"😀", "🎉", 1},
		{"z", "я", -1},
		{"\xff", "\xfe", 1},
		{"\xff", "z", 1},
		{"a\xff", "a", 1},
	} {
		if got := Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Compare(c.b, c.a); got != -c.want {
			t.Errorf("Compare(%q, %q) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		s, pattern string
		want       bool
	}{
		{"hello", "hello", true},
		{"HÉLLO", "hello", true},
		{"hello ", "hello", false},
		{"hello", "%ell%", true},
		{"hello", "%EL_O%", true},
		{"hello", "h%o", true},
		{"hello", "h%l", false},
		{"50% off", "%50!%%", true},
		{"50 off", "%50!%%", false},
		{"a!b", "%!!%", true},
		{"ß", "%ss%", false},
		{"ß", "%ß%", true},
		{"", "%", true},
		{"", "_", false},
		{"日本語", "%本%", true},
		{"aaab", "%aab", true},
		{"abcabcabd", "%abd%", true},
		{"x\xffy", "%\xff%", true},
		{"x", "%!", false},
	} {
		if got := NewPattern(c.pattern, '!').Match(c.s); got != c.want {
			t.Errorf("%q LIKE %q = %v", c.s, c.pattern, got)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("a", "B", "c ")
	f.Add("ß", "ss", "\xff")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if Compare(a, a) != 0 || Compare(a, b) != -Compare(b, a) {
			t.Fatalf("not symmetric: %q %q", a, b)
		}
		s := []string{a, b, c}
		sort.Slice(s, func(i, j int) bool { return Compare(s[i], s[j]) < 0 })
		if Compare(s[0], s[2]) > 0 {
			t.Fatalf("not transitive: %q", s)
		}
		if !Equal(a, a+"  ") {
			t.Fatalf("trailing spaces count: %q", a)
		}
	})
}

func FuzzLike(f *testing.F) {
	f.Add("hello", "ell", "%l_")
	f.Fuzz(func(t *testing.T, s, part, pattern string) {
		NewPattern(pattern, '!').Match(s)
		if !NewPattern("%"+EscapeLike(part, '!')+"%", '!').Match(s+part+s) && utf8.ValidString(s+part) && validJoin(s, part) {
			t.Fatalf("%q does not contain %q", s+part+s, part)
		}
	})
}

// validJoin: cut characters could melt with their neighbours.
func validJoin(s, part string) bool {
	return strings.ToValidUTF8(s, "") == s && strings.ToValidUTF8(part, "") == part
}

func BenchmarkLike(b *testing.B) {
	text := strings.Repeat("Lorem ipsum dolor sit amet, consectetur. ", 50)
	p := NewPattern("%number%", '!')
	for b.Loop() {
		p.Match(text)
	}
}
