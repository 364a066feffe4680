package store

import (
	"bufio"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestSearchWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"hello world", []string{"hello", "world"}},
		{`a "b c" d`, []string{"a", `"b c"`, "d"}},
		{`open "end of it`, []string{"open", `"end of it`}},
		{"one,two+three\tfour", []string{"one", "two", "three", "four"}},
		{`x"y z"w`, []string{"x", `"y z"`, "w"}},
		{`""`, []string{`""`}},
		{` ,+ `, nil},
		{"-no yes", []string{"-no", "yes"}},
	} {
		if got := searchWords(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestParseSearch(t *testing.T) {
	for _, c := range []struct {
		text  string
		terms []searchTerm
		count int
	}{
		{"the cat", []searchTerm{{"cat", false}}, 2},
		{"the of", []searchTerm{{"the of", false}}, 2},
		{"a b c", []searchTerm{{"a b c", false}}, 3},
		{"cat -dog", []searchTerm{{"cat", false}, {"dog", true}}, 2},
		{`"the cat "`, []searchTerm{{"the cat ", false}}, 1},
		{"x1 x2 x3 x4 x5 x6 x7 x8 x9 x10", []searchTerm{{"x1 x2 x3 x4 x5 x6 x7 x8 x9 x10", false}}, 10},
		{"0 one", []searchTerm{{"one", false}}, 2},
		{"line\r\nbreak", []searchTerm{{"linebreak", false}}, 1},
	} {
		s := parseSearch(&PostQuery{Search: c.text})
		if !reflect.DeepEqual(s.terms, c.terms) || s.count != c.count {
			t.Errorf("%q: %v %d, want %v %d", c.text, s.terms, s.count, c.terms, c.count)
		}
	}
}

func TestMimePattern(t *testing.T) {
	for _, c := range []struct {
		mime, pattern string
		wild, all     bool
	}{
		{"image", "image/%", true, false}, {"image/*", "image/%", true, false}, {"image/%", "image/%", true, false},
		{"image/jpeg", "image/jpeg", false, false}, {"image/svg+xml", "image/svg+xml", false, false}, {" image / png ", "image/png", false, false},
		{"", "", false, true}, {"%/%", "", false, true}, {"application/", "application/%", true, false}, {"a'b/c\"d", "ab/cd", false, false},
		{"video**", "video%", true, false},
	} {
		pattern, wild, all := mimePattern(c.mime)
		if pattern != c.pattern || wild != c.wild || all != c.all {
			t.Errorf("%q: %q %v %v", c.mime, pattern, wild, all)
		}
	}
}

func TestDumpReader(t *testing.T) {
	const dump = "-- a comment; with 'quotes\n/*!40101 SET x='y' */;\nCREATE TABLE `a;b` (x int);# more\nINSERT INTO `wp_t` (`a`) VALUES ('x;\\'y''z'),(NULL);\n"
	d := dumpReader{bufio.NewReader(strings.NewReader(dump))}
	var got []string
	for {
		s, err := d.statement()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	want := []string{"CREATE TABLE `a;b` (x int)", "INSERT INTO `wp_t` (`a`) VALUES ('x;\\'y''z'),(NULL)"}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%q", got)
	}
	rows, err := parseValues(`(1,'x\0\n\'''\\\%',NULL),( -2.5 ,_binary 'b',0)`, 3)
	if err != nil || !reflect.DeepEqual(rows, [][]any{{"1", "x\x00\n''\\%", nil}, {"-2.5", "b", "0"}}) {
		t.Fatalf("%q %v", rows, err)
	}
	for _, bad := range []string{"(", "(1", "(1,", "('a", "('a\\", "(1,2)", "1", "(x)", "(1)(2)x", "()"} {
		if rows, err := parseValues(bad, 1); err == nil {
			t.Errorf("%q: %v", bad, rows)
		}
	}
}

func FuzzDump(f *testing.F) {
	f.Add("INSERT INTO `t` (`a`) VALUES (1,'x\\'',NULL);")
	f.Add("/* x */ -- y\n';'\\;")
	f.Fuzz(func(t *testing.T, text string) {
		d := dumpReader{bufio.NewReader(strings.NewReader(text))}
		for {
			s, err := d.statement()
			if err != nil {
				break
			}
			if m := insertForm.FindString(s); m != "" {
				_, _ = parseValues(s[len(m):], 3)
			}
		}
		_, _ = parseValues(text, 2)
		_, _ = parseDSN("mysql://" + text)
		parseSearch(&PostQuery{Search: text})
		mimePattern(text)
	})
}
