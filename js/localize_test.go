package js

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// The wanted strings were checked against PHP 8.2 (html_entity_decode and (string)), apart from how < > & are escaped.
func TestEncodeLocalized(t *testing.T) {
	type ordered struct {
		B int    `json:"b"`
		A string `json:"a"`
	}
	tests := []struct {
		name string
		data any
		want string
	}{
		{"plain values become strings", map[string]any{"a": 1, "b": true, "c": false, "d": "x", "e": 1.5}, `{"a":"1","b":"1","c":"","d":"x","e":"1.5"}`},
		{"floats as PHP prints them", []any{1e25, 1e-7, 0.1 + 0.2}, `["1.0E+25","1.0E-7","0.3"]`},
		{"null stays", map[string]any{"a": nil}, `{"a":null}`},
		{"deeper values keep their type", map[string]any{"a": []any{1, true, "&amp;"}}, `{"a":[1,true,"\u0026amp;"]}`},
		{"order of a struct stays", ordered{1, "x"}, `{"b":"1","a":"x"}`},
		{"list", []any{1, "&lt;"}, `["1","\u003c"]`},
		{"empty", map[string]any{}, `{}`},
		{"text alone", "a &quot;b&quot; &#039;", `"a \"b\" '"`},
		{"number alone keeps its type", 5, `5`},
		{"true alone", true, `true`},
		{"false alone", false, `[""]`},
		{"null alone", nil, `null`},
		{"entities once only", []string{"&amp;lt;"}, `["\u0026lt;"]`},
		{"entities PHP leaves", []string{"&apos;&amp&AMP;&check;&#127;&#0;&#xD800;&#x110000;&#99999999999;"},
			`["\u0026apos;\u0026amp\u0026AMP;\u0026check;\u0026#127;\u0026#0;\u0026#xD800;\u0026#x110000;\u0026#99999999999;"]`},
		{"entities PHP knows", []string{"&hellip;&Zeta;&lang;&rang;&nbsp;&#X41;&#00065;&#13;"}, `["…Ζ` + "\u2329\u232a\u00a0" + `AA\r"]`},
		{"no way out", map[string]any{"</script>": "</script><!--\u2028"}, `{"\u003c/script\u003e":"\u003c/script\u003e\u003c!--\u2028"}`},
		{"no way out, deeper", []any{[]string{"</script>"}}, `[["\u003c/script\u003e"]]`},
		{"raw JSON", json.RawMessage(`{"a": "</script>", "b": [ "<" ] }`), `{"a":"\u003c/script\u003e","b":["\u003c"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := encodeLocalized(tt.data)
			if err != nil || got != tt.want {
				t.Errorf("got  %s (%v)\nwant %s", got, err, tt.want)
			}
		})
	}
}

func TestEscapeInline(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"nothing to do", "if (a < b) f('<p>')", "if (a < b) f('<p>')"},
		{"end tag", `x = "</script>"`, `x = "</\u0073cript>"`},
		{"any case", `x = "</ScRiPt "`, `x = "</\u0053cRiPt "`},
		{"inner tag after a comment", `x = "<!--<script>"`, `x = "<!--<\u0073cript>"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := escapeInline(tt.code); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func FuzzLocalize(f *testing.F) {
	for _, seed := range []string{"", "plain", "</script>", "&lt;/script&gt;", "<!--<script>", "&#x2028;", "\xff", "&#60;", "é&eacute;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, data := range []any{text, []any{text, []any{text}}, map[string]any{text: text}} {
			got, err := encodeLocalized(data)
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(got, "<>&\u2028\u2029") || !json.Valid([]byte(got)) || !utf8.ValidString(got) {
				t.Fatalf("%q became %s", text, got)
			}
		}
		lower := strings.ToLower(escapeInline(text))
		if strings.Contains(lower, "<script") || strings.Contains(lower, "</script") {
			t.Fatalf("%q became %q", text, lower)
		}
	})
}
