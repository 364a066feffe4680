package schema

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/ordered"
)

// postSchema is a small item schema in the way of the posts controller.
func postSchema() *Schema {
	return Object("").Keyword("$schema", Draft4).Title("post").Props(
		Prop("id", Integer("The post's number.").In(View, Edit, Embed).Readonly()),
		Prop("date", New("When it was published.", "string", "null").Format("date-time").In(View, Edit, Embed)),
		Prop("status", String("Its status.").Enum("publish", "draft").Default("draft").In(View, Edit)),
		Prop("title", Object("Its title.").In(View, Edit, Embed).Required().
			Prop("raw", String("As stored.").In(Edit)).
			Prop("rendered", String("As shown.").In(View, Edit, Embed).Readonly())),
		Prop("meta", Object("Its meta fields.").In(View, Edit).Props()),
		Prop("password", String("Its password.").In(Edit)),
	)
}

func TestDescribe(t *testing.T) {
	got := show(postSchema().Describe())
	want := `{"type":"object","$schema":"http://json-schema.org/draft-04/schema#","title":"post","properties":{` +
		`"id":{"description":"The post's number.","type":"integer","context":["view","edit","embed"],"readonly":true},` +
		`"date":{"description":"When it was published.","type":["string","null"],"format":"date-time","context":["view","edit","embed"]},` +
		`"status":{"description":"Its status.","type":"string","enum":["publish","draft"],"default":"draft","context":["view","edit"]},` +
		`"title":{"description":"Its title.","type":"object","context":["view","edit","embed"],"required":true,"properties":{` +
		`"raw":{"description":"As stored.","type":"string","context":["edit"]},` +
		`"rendered":{"description":"As shown.","type":"string","context":["view","edit","embed"],"readonly":true}}},` +
		`"meta":{"description":"Its meta fields.","type":"object","context":["view","edit"],"properties":[]},` +
		`"password":{"description":"Its password.","type":"string","context":["edit"]}}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEndpointArgs(t *testing.T) {
	describe := func(create bool) string {
		o := &ordered.Object{}
		for _, a := range EndpointArgs(postSchema(), create) {
			if a.Name == "status" || a.Name == "title" {
				o.Set(a.Name, a.Schema.DescribeArg())
			}
			if a.Name == "id" {
				t.Error("a readonly property became an argument")
			}
		}
		return show(o)
	}
	title := `"title":{"description":"Its title.","type":"object","properties":{` +
		`"raw":{"description":"As stored.","type":"string","context":["edit"]},` +
		`"rendered":{"description":"As shown.","type":"string","context":["view","edit","embed"],"readonly":true}},"required":`
	if got, want := describe(ForCreate), `{"status":{"default":"draft","description":"Its status.","type":"string","enum":["publish","draft"],"required":false},`+title+`true}}`; got != want {
		t.Errorf("create: got  %s\nwant %s", got, want)
	}
	if got, want := describe(ForEdit), `{"status":{"description":"Its status.","type":"string","enum":["publish","draft"],"required":false},`+title+`false}}`; got != want {
		t.Errorf("edit: got  %s\nwant %s", got, want)
	}
	if got := show(ContextParam("Scope.", postSchema()).Default(View).DescribeArg()); got !=
		`{"description":"Scope.","type":"string","enum":["view","embed","edit"],"default":"view","required":false}` {
		t.Errorf("context parameter: %s", got)
	}
}

// TestDescribeRecorded reads every schema and argument of the recorded OPTIONS
// answers and prints it again.
func TestDescribeRecorded(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(vectest.Root(t), "testdata", "wordpress71", "options", "*.json"))
	n := 0
	check := func(name string, raw any, describe func(*Schema) *ordered.Object) {
		n++
		s, err := Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got, want := show(describe(s)), show(raw); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		recorded, _ := decode(t, raw).(*ordered.Object)
		doc, ok := recorded.Value("body").(*ordered.Object)
		if !ok {
			continue
		}
		if s, ok := doc.Get("schema"); ok && length(s) > 0 {
			check(filepath.Base(file), s, (*Schema).Describe)
		}
		for _, endpoint := range entries(doc.Value("endpoints")) {
			args, _ := lookup(endpoint, "args")
			for name, arg := range entries(args) {
				check(filepath.Base(file)+" "+name, arg, (*Schema).DescribeArg)
			}
		}
	}
	if n == 0 {
		t.Error("no schemas found")
	}
	t.Logf("%d schemas and arguments of %d files", n, len(files))
}

func TestHooks(t *testing.T) {
	ctx := context.Background()
	s := String("").Sanitize(Text(func(s string) string { return "<" + s + ">" }))
	if got, err := s.SanitizeArg(ctx, int64(5), "x"); err != nil || got != "<5>" {
		t.Errorf("sanitizer: %v, %v", got, err)
	}
	if err := s.ValidateArg(ctx, int64(5), "x"); err == nil {
		t.Error("a sanitizer does not switch the validation off")
	}
	s.Validate(nil).Sanitize(nil)
	if err := s.ValidateArg(ctx, int64(5), "x"); err != nil {
		t.Errorf("no validation: %v", err)
	}
	if got, _ := s.SanitizeArg(ctx, int64(5), "x"); got != int64(5) {
		t.Errorf("no sanitization: %v", got)
	}
	s.Validate(func(_ context.Context, _ any, param string) *Error {
		return &Error{Code: "rest_no", Message: param + " no."}
	})
	if err := EndpointArgs(Object("").Prop("x", s), ForEdit).Get("x").ValidateArg(ctx, "a", "x"); err == nil || err.Code != "rest_no" {
		t.Errorf("the hook did not reach the argument: %v", err)
	}
}

func TestResponseFields(t *testing.T) {
	for _, tc := range []struct {
		name, context string
		param         any
		embed         bool
		want          string
	}{
		{"all in view", View, nil, false, `["id","date","status","title","meta","_links"]`},
		{"all in embed", Embed, nil, true, `["id","date","title","_links","_embedded"]`},
		{"no context", "", "", false, `["id","date","status","title","meta","password","_links"]`},
		{"named, nested and unknown", View, "title.raw,nope,_links,password", false, `["title.raw","_links","id"]`},
	} {
		if got := show(ResponseFields(postSchema(), tc.context, tc.param, tc.embed).Names()); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestFilterByContextKeepsOthers(t *testing.T) {
	data := ordered.Of("id", int64(1), "title", ordered.Of("raw", "a", "rendered", "b"), "ids", []int64{1, 2}, "password", "x")
	s := postSchema().Prop("ids", Array("", Integer("").In(Edit)).In(View))
	before := show(data)
	if got := show(FilterByContext(data, s, View)); got != `{"id":1,"title":{"rendered":"b"},"ids":[]}` {
		t.Error(got)
	}
	if got := show(FilterByContext(data, s, "help")); got != `[]` {
		t.Error(got)
	}
	if show(data) != before {
		t.Error("the data was changed")
	}
}

func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		expr, text string
		want       bool
	}{
		{"^[a-z]+$", "ab\n", true}, // PCRE's $ is before a last newline too
		{"^[a-z]+$", "ab\n\n", false},
		{`^\d+$`, "٣", true}, // Unicode properties
		{`^\w+$`, "naïve_1", true},
		{`^[\w-]+$`, "a-é", true},
		{`^\S+$`, "a\u00a0b", false},
		{`^[^/]+$`, "a/b", false},
		{`^[]a]+$`, "a]", true},
		{`^[[:alpha:]]+$`, "ab", true},
		{`\/`, "a/b", true},
		{`a.b`, "a\nb", false},
		{`.`, "\xff", false},
		{`^é\é$`, "éé", true},
	} {
		if got := String("").Pattern(tc.expr).pattern.match(tc.text); got != tc.want {
			t.Errorf("%s on %q: %v", tc.expr, tc.text, got)
		}
	}
	if _, err := Parse(ordered.Of("pattern", `(?=a)`)); err == nil {
		t.Error("a pattern that cannot be compiled was taken")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, raw := range []string{`1`, `{"type":1}`, `{"type":[1]}`, `{"properties":1}`, `{"properties":{"a":1}}`,
		`{"items":1}`, `{"anyOf":1}`, `{"enum":1}`, `{"minimum":"x"}`, `{"minLength":1e300}`, `{"pattern":"("}`, `{"required":1}`} {
		if _, err := Parse(decode(t, []byte(raw))); err == nil {
			t.Errorf("%s was taken", raw)
		}
	}
}

func TestDates(t *testing.T) {
	for _, tc := range []struct {
		in   string
		unix int64
		ok   bool
	}{
		{"2024-01-15T10:30:00", 1705314600, true},
		{"2024-01-15 10:30:00.5+02", 1705307400, true},
		{"2024-01-15t24:00:00", 1705363200, true},
		{"2024-02-31T00:00:00", 1709337600, true},
		{"0000-00-00T00:00:00", -62169984000, true},
		{"2024-01-15T10:30:00+24:00", 1705228200, true},
		{"2024-01-15T10:30:00+25:00", 0, false},
		{"2024-01-15T10:30:00z", 0, false},
		{"2024-01-15T10:30:61", 0, false},
		{"2024-01-15T10:30:00.", 0, false},
		{"2024-01-15T10:30", 0, false},
	} {
		got, ok := ParseDate(tc.in)
		if ok != tc.ok || ok && got.Unix() != tc.unix {
			t.Errorf("%s: %v %v", tc.in, got, ok)
		}
	}
}

func TestFloatString(t *testing.T) {
	for f, want := range map[float64]string{0.1 + 0.2: "0.3", 1e25: "1.0E+25", 1: "1", 1e14: "1.0E+14", 99999999999999: "99999999999999",
		0.0001: "0.0001", 0.00001: "1.0E-5", 123456789012345678: "1.2345678901235E+17", -1.5: "-1.5", 100: "100"} {
		if got := floatString(f); got != want {
			t.Errorf("%v: got %s, want %s", f, got, want)
		}
	}
}

// FuzzValidate holds that no value and no schema makes a panic, that a value
// that fits still fits when sanitized, and that sanitizing twice changes nothing more.
func FuzzValidate(f *testing.F) {
	for _, v := range load(f, "rest_schema_validation") {
		f.Add(show(v.Args.Value("schema")), show(v.Input))
	}
	f.Fuzz(func(t *testing.T, rawSchema, rawValue string) {
		js, err := ordered.Decode([]byte(rawSchema))
		if err != nil {
			return
		}
		v, err := ordered.Decode([]byte(rawValue))
		if err != nil {
			return
		}
		s, err := Parse(js)
		if err != nil {
			return
		}
		if raw, err := json.Marshal(s.Describe()); err != nil || !json.Valid(raw) {
			return // an infinity in the default or enum
		}
		verr := Validate(v, s, "p")
		clean, serr := Sanitize(v, s, "p")
		FilterByContext(v, s, View)
		if verr != nil || serr != nil || !stable(s) {
			return
		}
		if err := Validate(clean, s, "p"); err != nil && fine(v) {
			t.Errorf("%s <- %s: sanitized to %s: %v", rawSchema, rawValue, show(clean), err)
		}
	})
}

// stable reports a schema whose sanitized values must fit it: one type, no
// combining, and nothing that counts what sanitizing may change.
func stable(s *Schema) bool {
	if s.types.list || s.anyOf != nil || s.oneOf != nil || s.format != "" || s.uniqueItems || s.multipleOf != nil ||
		len(s.patterns) > 0 || s.extra.set || s.requiredList != nil || s.minProperties.set || s.maxProperties.set || s.enum != nil {
		return false
	}
	for _, p := range s.props {
		if !stable(p.Schema) {
			return false
		}
	}
	return s.items == nil || stable(s.items)
}

// fine reports a value without numbers that a cast to integer changes.
func fine(v any) bool {
	if n, ok := number(v); ok {
		f := toFloat(n)
		return f > -1e15 && f < 1e15
	}
	if s, ok := v.(string); ok {
		for _, word := range splitList(s) {
			if n, ok := number(word); ok && !(toFloat(n) > -1e15 && toFloat(n) < 1e15) {
				return false
			}
		}
	}
	for _, item := range entries(v) {
		if !fine(item) {
			return false
		}
	}
	return true
}

// FuzzText holds that the text formats never panic and settle at once.
func FuzzText(f *testing.F) {
	for _, name := range []string{"sanitize_text_field", "esc_html_attr_url"} {
		for _, v := range load(f, name) {
			if s, ok := v.Input.(string); ok {
				f.Add(s)
			}
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		sanitizeTextField(s, true)
		sanitizeTextField(s, false)
		sanitizeURL(s)
		isEmail(s)
		IsIP(s)
		ParseDate(s)
		if fields, ok := ParseFields(s); ok {
			fields.Filter(ordered.Of("a", ordered.Of("b", int64(1))))
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	s := postSchema()
	v := ordered.Of("date", "2024-01-15T10:30:00", "status", "draft", "title", ordered.Of("raw", "x"))
	b.ReportAllocs()
	for b.Loop() {
		if err := Validate(v, s, "post"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFilterByContext(b *testing.B) {
	s := postSchema()
	v := ordered.Of("id", int64(1), "date", "2024-01-15T10:30:00", "status", "draft", "title", ordered.Of("raw", "x", "rendered", "x"))
	b.ReportAllocs()
	for b.Loop() {
		FilterByContext(v, s, View)
	}
}
