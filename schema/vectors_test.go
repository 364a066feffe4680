package schema

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/vectest"
	"github.com/platenhq/platen/ordered"
)

type vector struct {
	Name   string
	Input  any
	Args   *ordered.Object
	Output any
}

// load reads a vector file keeping the order of objects and 1 apart from 1.0.
func load(t testing.TB, name string) []vector {
	t.Helper()
	var raw []struct {
		Name                string
		Input, Args, Output json.RawMessage
	}
	vectest.Load(t, name, &raw)
	list := make([]vector, len(raw))
	for i, r := range raw {
		list[i] = vector{Name: r.Name, Input: decode(t, r.Input), Output: decode(t, r.Output)}
		list[i].Args, _ = decode(t, r.Args).(*ordered.Object)
	}
	return list
}

func decode(t testing.TB, raw []byte) any {
	t.Helper()
	if len(raw) == 0 {
		return nil
	}
	v, err := ordered.Decode(raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return bytesIn(v)
}

// bytesIn decodes the {"$b64": …} of the vectors.
func bytesIn(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = bytesIn(v[i])
		}
	case *ordered.Object:
		if s, ok := v.Value("$b64").(string); ok && v.Len() == 1 {
			b, _ := base64.StdEncoding.DecodeString(s)
			return string(b)
		}
		for k, item := range v.All() {
			v.Set(k, bytesIn(item))
		}
	}
	return v
}

// same compares as one compares PHP arrays: a list is an object with the names
// 0, 1, …; an int is not a float.
func same(a, b any) bool {
	return string(fingerprint(nil, a)) == string(fingerprint(nil, b)) && inOrder(a, b)
}

// inOrder reports that two equal values also have the same order.
func inOrder(a, b any) bool { return show(normal(a)) == show(normal(b)) }

func normal(v any) any {
	if !isArray(v) {
		return v
	}
	o := ordered.NewObject(length(v))
	for k, item := range entries(v) {
		o.Set(k, normal(item))
	}
	if isList(o) {
		return values(o)
	}
	return o
}

func show(v any) string {
	raw, err := ordered.Append(nil, v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// result is the value, or the error in the form of the vectors.
func result(v any, err *Error) any {
	if err == nil {
		return v
	}
	o := ordered.Of("code", err.Code, "message", err.Message)
	if err.Data != nil {
		o.Set("data", err.Data)
	}
	return ordered.Of("$error", o)
}

func TestVectorsValidation(t *testing.T) {
	tally := vectest.New(t, "rest_schema_validation")
	for _, v := range load(t, "rest_schema_validation") {
		s, err := Parse(v.Args.Value("schema"))
		if err != nil {
			tally.Check(v.Name, false, "%v", err)
			continue
		}
		got := result(true, Validate(v.Input, s, toString(v.Args.Value("param"))))
		tally.Check(v.Name, same(got, v.Output), "got %s, want %s", show(got), show(v.Output))
	}
	tally.Done()
}

func TestVectorsSanitization(t *testing.T) {
	tally := vectest.New(t, "rest_schema_sanitization")
	for _, v := range load(t, "rest_schema_sanitization") {
		s, err := Parse(v.Args.Value("schema"))
		if err != nil {
			tally.Check(v.Name, false, "%v", err)
			continue
		}
		before := show(v.Input)
		got := result(Sanitize(v.Input, s, toString(v.Args.Value("param"))))
		ok := same(got, v.Output)
		if valid, has := v.Args.Get("valid"); has {
			ok = ok && valid == (Validate(v.Input, s, "param") == nil)
		}
		tally.Check(v.Name, ok, "got %s, want %s", show(got), show(v.Output))
		if show(v.Input) != before {
			t.Errorf("%s: the input was changed", v.Name)
		}
	}
	tally.Done()
}

func TestVectorsParsing(t *testing.T) {
	tally := vectest.New(t, "rest_boolean_int_list_parsing")
	for _, v := range load(t, "rest_boolean_int_list_parsing") {
		if o, ok := v.Input.(*ordered.Object); ok && o.Len() == 0 {
			v.Input = struct{}{} // {} is a PHP object in this file, where a request brings an empty array
		}
		got, want := parsing(t, v), v.Output
		if strings.HasPrefix(toString(v.Args.Value("fn")), "wp_parse_") {
			want = values(want) // PHP's keys of the members are of no use to anyone
		}
		tally.Check(v.Name, same(got, want), "got %s, want %s", show(got), show(want))
	}
	tally.Done()
}

func parsing(t *testing.T, v vector) any {
	in := v.Input
	text, _ := in.(string)
	orFalse := func(ok bool) any {
		if ok {
			return text
		}
		return false
	}
	switch fn := v.Args.Value("fn"); fn {
	case "rest_is_boolean":
		return IsBoolean(in)
	case "rest_sanitize_boolean":
		return SanitizeBoolean(in)
	case "rest_is_integer":
		return IsInteger(in)
	case "rest_is_array":
		return IsArray(in)
	case "rest_sanitize_array":
		return SanitizeArray(in)
	case "rest_is_object":
		return IsObject(in)
	case "rest_sanitize_object":
		return SanitizeObject(in)
	case "rest_get_best_type_for_value":
		types, _ := stringList(v.Args.Value("types"))
		return BestType(in, types)
	case "absint":
		return Absint(in)
	case "wp_validate_boolean":
		return ValidateBoolean(in)
	case "wp_parse_list":
		return ParseList(in)
	case "wp_parse_id_list":
		return plainData(ParseIDList(in))
	case "wp_parse_slug_list":
		return plainData(ParseSlugList(in, func(s string) string { return format.SanitizeTitle(s, "") }))
	case "rest_parse_embed_param":
		rels, all := ParseEmbed(in)
		if all {
			return true
		}
		return plainData(rels)
	case "rest_is_ip_address":
		return orFalse(IsIP(text))
	case "rest_parse_hex_color":
		_, ok := ParseHexColor(text)
		return orFalse(ok)
	case "wp_is_uuid":
		if v.Args.Has("version") {
			return IsUUID4(text)
		}
		return IsUUID(text)
	case "rest_are_values_equal":
		pair := in.([]any)
		return Equal(pair[0], pair[1])
	case "rest_stabilize_value":
		return Stabilize(in)
	default:
		t.Errorf("%s: unknown function %v", v.Name, fn)
		return nil
	}
}

func TestVectorsFields(t *testing.T) {
	tally := vectest.New(t, "rest_filter_response_fields")
	for _, v := range load(t, "rest_filter_response_fields") {
		got := filtering(t, v)
		tally.Check(v.Name, same(got, v.Output), "got %s, want %s", show(got), show(v.Output))
	}
	tally.Done()
}

func filtering(t *testing.T, v vector) any {
	switch fn := v.Args.Value("fn"); fn {
	case "rest_filter_response_fields":
		data := v.Args.Value("data")
		param, set := v.Args.Get("_fields")
		if !set || param == nil {
			return data
		}
		if f, ok := ParseFields(param); ok {
			return f.Filter(data)
		}
		return data
	case "rest_is_field_included":
		return IsFieldIncluded(v.Input.(string), ParseStrings(v.Args.Value("fields")))
	case "rest_filter_response_by_context":
		s, err := Parse(v.Args.Value("schema"))
		if err != nil {
			t.Fatal(err)
		}
		return FilterByContext(v.Input, s, toString(v.Args.Value("context")))
	case "rest_default_additional_properties_to_false":
		s, err := Parse(v.Input)
		if err != nil {
			t.Fatal(err)
		}
		return DefaultAdditionalToFalse(s).Describe()
	default:
		t.Errorf("%s: unknown function %v", v.Name, fn)
		return nil
	}
}

// TestFormatsAgree holds the text formats to the vectors of the functions they mirror.
func TestFormatsAgree(t *testing.T) {
	for name, fn := range map[string]func(string) any{
		"sanitize_text_field": func(s string) any { return sanitizeTextField(s, false) },
		"sanitize_textarea":   func(s string) any { return sanitizeTextField(s, true) },
		"esc_html_attr_url":   func(s string) any { return sanitizeURL(s) },
		"is_email": func(s string) any {
			if isEmail(s) {
				return s
			}
			return false
		},
	} {
		passed, total := 0, 0
		for _, v := range load(t, name) {
			in, ok := v.Input.(string)
			if !ok || name == "esc_html_attr_url" && (v.Args.Value("fn") != "sanitize_url" || v.Args.Len() > 1) {
				continue
			}
			total++
			if got := fn(in); same(got, v.Output) {
				passed++
			} else {
				t.Errorf("%s %q: got %v, want %v", name, in, got, v.Output)
			}
		}
		t.Logf("%s: %d/%d", name, passed, total)
	}
}
