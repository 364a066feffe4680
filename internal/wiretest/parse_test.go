package wiretest

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	c, err := Parse("x", []byte(`About it.

-- request: first --
POST /a?b=c as app:ann
X-A: 1
X-B: -
@form

k=v
-- response --
201
Location ~ /a/\d+$
!X-WP-Nonce
@not secret
$id = a.0.id
$n = header X-N
$m = ~ n=(\d+)

{"a": 1}
-- file a.txt --
aGk=
-- needs --
a/v1
b/v1
-- must not contain --
one

two
`))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Steps[0]
	if c.About != "About it." || len(c.Steps) != 1 || s.Title != "first" || s.Method != "POST" || s.Target != "/a?b=c" || s.Who != "app:ann" ||
		s.Line != 4 || s.bodyForm != "form" || s.body != "k=v" || len(s.header) != 2 || string(c.Files["a.txt"]) != "hi" || len(c.NotHave) != 2 || strings.Join(c.Needs, " ") != "a/v1 b/v1" {
		t.Errorf("%+v", c)
	}
	w := s.want
	if w.status != 201 || len(w.header) != 2 || w.header[1] != (headerCheck{"X-WP-Nonce", "", '!'}) || w.not[0] != "secret" || w.body != `{"a": 1}` ||
		w.captures[0] != (capture{"id", "a.0.id", '.'}) || w.captures[1] != (capture{"n", "X-N", 'h'}) || w.captures[2] != (capture{"m", `n=(\d+)`, '~'}) {
		t.Errorf("%+v", w)
	}
	if !c.Writes() {
		t.Error("a POST does not write?")
	}
}

func TestParseErrors(t *testing.T) {
	const req = "-- request --\nGET /\n"
	for _, c := range []struct{ in, want string }{
		{"", "a conversation is"},
		{req, "a conversation is"},
		{req + req, `x.txtar:3: section "request"`},
		{"-- response --\n200\n", `section "response"`},
		{"-- request --\nGET\n", `x.txtar:2: want METHOD`},
		{"-- request --\n", `empty request`},
		{"-- request --\nGET /\nno header\n", `x.txtar:3: no header line`},
		{req + "-- response --\nok\n", `x.txtar:4: want a status`},
		{req + "-- response --\n", `empty response`},
		{req + "-- response --\n200\n@nonsense\n", `x.txtar:5: not understood`},
		{req + "-- response --\n200\n$a = ~ x\n", `want a regexp with a group`},
		{req + "-- response --\n200\n@empty\n\nx\n", `@empty with a body`},
		{req + "-- response --\n200\n@exact\n", `@exact without a body`},
		{"-- file x --\n???\n", `illegal base64`},
	} {
		if _, err := Parse("x", []byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.in, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("About\n-- request: a --\nGET / as none\nA: b\n\nx\n-- response --\n200\n$a = b\n\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("x", data)
		if err == nil && len(c.Steps) == 0 {
			t.Error("nothing said")
		}
	})
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		want, got string
		exact     bool
		diffs     string
	}{
		{`{"a":1}`, `{"a":1,"b":2}`, false, ""},
		{`{"a":1}`, `{"a":1,"b":2}`, true, "b: unexpected 2"},
		{`{"a":{"b":1}}`, `{"a":{"b":2}}`, false, "a.b: want 1, got 2"},
		{`{"a":1}`, `{}`, false, "a: missing, want 1"},
		{`{"a":"<absent>"}`, `{}`, true, ""},
		{`{"a":"<absent>"}`, `{"a":null}`, false, "a: want none, got null"},
		{`{"a":{}}`, `{"a":[]}`, false, "a: want {}, got []"},
		{`[1]`, `[1,2]`, false, "body: want 1 items, got 2: [1,2]"},
		{`[1,"<more>"]`, `[1,2]`, true, ""},
		{`["<more>"]`, `[]`, true, ""},
		{`[1,2,"<more>"]`, `[1]`, false, "body: want 2 items, got 1: [1]"},
		{`["<int>","<int>"]`, `[1,1.5]`, false, "[1]: want <int>, got 1.5"},
		{`["<any>","<string>","<number>","<bool>","<array>","<object>"]`, `[null,"",0.5,false,[],{}]`, false, ""},
		{`"<string>"`, `1`, false, "body: want <string>, got 1"},
		{`"<~^a\\d$>"`, `"a1"`, false, ""},
		{`"<~^a\\d$>"`, `"b1"`, false, `body: want <~^a\d$>, got "b1"`},
		{`"<~("`, `"("`, false, `body: want <~(, got "("`},
		{`"<p>"`, `"<p>"`, false, ""},
		{`1`, `1.0`, false, "body: want 1, got 1.0"},
		{`1`, `"1"`, false, `body: want 1, got "1"`},
		{`{"<each>":{"a":1}}`, `[{"a":1,"b":2},{"a":2}]`, false, "[1].a: want 1, got 2"},
		{`{"<each>":{"a":1}}`, `{}`, false, "body: want an array, got {}"},
		{`{"<some>":{"a":2}}`, `[{"a":1},{"a":2}]`, false, ""},
		{`{"<some>":{"a":3}}`, `[{"a":1}]`, false, `body: 0 of 1 items are like {"a":3}, want some`},
		{`{"<none>":{"a":1}}`, `[{"a":1}]`, false, `body: 1 of 1 items are like {"a":1}, want none`},
		{`{"<count>":2}`, `[1,2]`, false, ""},
		{`{"<count>":3}`, `[1,2]`, false, "body: want 3 items, got 2"},
	} {
		want, err := parseJSON([]byte(c.want))
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseJSON([]byte(c.got))
		if err != nil {
			t.Fatal(err)
		}
		m := &matcher{exact: c.exact}
		m.match(want, got, "")
		if d := strings.Join(m.out, "|"); d != c.diffs {
			t.Errorf("%s against %s: got %s, want %s", c.got, c.want, d, c.diffs)
		}
	}
}
