package rectest

import (
	"strings"
	"testing"
)

func mustDecode(t *testing.T, s string) any {
	t.Helper()
	v, err := decode([]byte(s))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return v
}

func TestCompare(t *testing.T) {
	long := strings.Repeat("é", 61)
	for _, c := range []struct{ name, want, got, diffs string }{
		{"same", `{"a":[1,2.0,null,true,"x",{}]}`, `{"a":[1,2.0,null,true,"x",{}]}`, ""},
		{"order of members", `{"a":1,"b":2}`, `{"b":2,"a":1}`, ""},
		{"1 is not 1.0", `[1]`, `[1.0]`, `[0]: expected 1, got 1.0`},
		{"1 is not true", `[1]`, `[true]`, `[0]: expected 1, got true`},
		{"[] is not {}", `[]`, `{}`, `.: expected [], got {}`},
		{"large numbers", `12345678901234567890`, `12345678901234567891`, `.: expected 12345678901234567890, got 12345678901234567891`},
		{"members", `{"a":1,"b":{"c":2}}`, `{"b":{},"d":4}`, ".a: missing (expected 1)|.b.c: missing (expected 2)|.d: unexpected 4"},
		{"length", `[1,2]`, `[1]`, `.: expected 2 items, got 1`},
		{"long strings", `"` + long + `a"`, `"` + long + `b"`,
			`.: strings differ at 61: expected …"` + long[:40] + `a", got …"` + long[:40] + `b"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &differ{}
			d.compare(mustDecode(t, c.want), mustDecode(t, c.got), "")
			if got := strings.Join(d.out, "|"); got != c.diffs {
				t.Errorf("got %s, want %s", got, c.diffs)
			}
		})
	}
	d := &differ{strictOrder: true}
	d.compare(mustDecode(t, `{"a":1,"b":2}`), mustDecode(t, `{"b":2,"a":1}`), "")
	if got := strings.Join(d.out, "|"); got != `.: key order ["a", "b"], got ["b", "a"]` {
		t.Errorf("strict order: %s", got)
	}
}

func TestWithoutDescriptions(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"schema", `{"type":"string","description":"x"}`, `{"type": "string"}`},
		{"schema of two types", `{"type":["string","null"],"description":"x"}`, `{"type": ["string", "null"]}`},
		{"nested", `{"properties":{"a":{"type":"integer","description":"x"}}}`, `{"properties": {"a": {"type": "integer"}}}`},
		{"one of", `{"oneOf":[],"description":"x"}`, `{"oneOf": []}`},
		{"arg without type", `{"required":false,"description":"x"}`, `{"required": false}`},
		{"content", `{"type":"post","description":"x"}`, `{"type": "post", "description": "x"}`},
		{"a property called description", `{"type":"object","description":{"type":"string"}}`, `{"type": "object", "description": {"type": "string"}}`},
	} {
		if got := string(appendJSON(nil, withoutDescriptions(mustDecode(t, c.in)))); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestOrderDiffers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		{`{"a":1,"b":2}`, `{"b":2,"c":1}`, false},
		{`[{"x":{"a":1,"b":2}}]`, `[{"x":{"b":1,"a":2}}]`, true},
		{`{}`, `[]`, false},
	} {
		if got := orderDiffers(mustDecode(t, c.a), mustDecode(t, c.b)); got != c.want {
			t.Errorf("%s %s: %v", c.a, c.b, got)
		}
	}
}

func TestOnlyCount(t *testing.T) {
	got := string(appendJSON(nil, onlyCount(mustDecode(t, `{"body":[1,2]}`).(*object))))
	if got != `{"body": {"items": 2}}` {
		t.Error(got)
	}
}

func TestEncode(t *testing.T) {
	for _, s := range []string{`"a\"\\\b\t\n\f\r\u0001é/ "`, `[1, -5, 0.1, 1e+20, 100000.0, 1e-05, true, false, null, {"a": []}]`} {
		if got := string(appendJSON(nil, mustDecode(t, s))); got != s {
			t.Errorf("got %s, want %s", got, s)
		}
	}
	for in, want := range map[string]string{"\xe2\x82A": "\uFFFDA", "\xe2\x28": "\uFFFD(", "\xf0\x90\x80": "\uFFFD", "\xc0\x80": "\uFFFD\uFFFD", "\xed\xa0\x80": "\uFFFD\uFFFD\uFFFD", "é": "é"} {
		if got := utf8Text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a":[1,2.5e3,"x",null,{"a":true}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := decode(data)
		if err != nil {
			return
		}
		w, err := decode(appendJSON(nil, v))
		if err != nil {
			if strings.Contains(string(appendJSON(nil, v)), "Infinity") {
				return
			}
			t.Fatal(err)
		}
		d := &differ{}
		if d.compare(v, w, ""); len(d.out) > 0 {
			t.Fatal(d.out)
		}
	})
}
