package ordered_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/platenhq/platen/ordered"
)

func ExampleOf() {
	o := ordered.Of("title", "Hello Moon", "id", 1)
	o.Set("title", "Hello Mars")
	out, _ := ordered.Append(nil, o)
	fmt.Println(string(out))
	// Output: {"title":"Hello Mars","id":1}
}

func TestEncode(t *testing.T) {
	for _, c := range []struct {
		in   any
		want string
	}{
		{1.0, "1"}, {0.1, "0.1"}, {1e25, "1.0e+25"}, {1.5e-7, "1.5e-7"}, {math.Copysign(0, -1), "-0"},
		{1e14, "100000000000000"}, {1e15, "1000000000000000"}, {1e17, "1.0e+17"}, {0.0001, "0.0001"}, {0.00001, "1.0e-5"},
		{"a/b<>&é\"\\\x01\n\u2028", `"a/b<>&é\"\\\u0001\n\u2028"`}, {"\xff", "\"\uFFFD\""},
		{[]any{nil, true, int64(3), "x"}, `[null,true,3,"x"]`}, {[]string{}, "[]"}, {&ordered.Object{}, "{}"},
	} {
		got, err := ordered.Append(nil, c.in)
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %s, %v; want %s", c.in, got, err, c.want)
		}
	}
	if _, err := ordered.Append(nil, math.NaN()); err == nil {
		t.Error("NaN was encoded")
	}
}

func TestAppendEscaped(t *testing.T) {
	for in, want := range map[string]string{
		`{"a/b":"\/ é\"😀"}`:    `{"a\/b":"\/ \u00e9\"\ud83d\ude00"}`,
		`["\\/",1.5,"\u2028"]`: `["\\\/",1.5,"\u2028"]`,
		``:                     ``,
	} {
		if got := string(ordered.AppendEscaped(nil, []byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestDecode(t *testing.T) {
	v, err := ordered.Decode([]byte(` {"b":1,"a":1.0,"b":[{}, 12345678901234567890]} `))
	if err != nil {
		t.Fatal(err)
	}
	o := v.(*ordered.Object)
	if got := strings.Join(o.Keys(), ","); got != "b,a" {
		t.Errorf("keys %s", got)
	}
	if _, ok := o.Value("a").(float64); !ok {
		t.Errorf("1.0 is a %T", o.Value("a"))
	}
	for in, want := range map[string]error{
		"": ordered.ErrSyntax, "{": ordered.ErrSyntax, "1 2": ordered.ErrSyntax, `{"a":}`: ordered.ErrSyntax,
		"\"\xff\"": ordered.ErrUTF8, `"\ud800"`: ordered.ErrUTF16, `"\udc00"`: ordered.ErrUTF16,
		strings.Repeat("[", 600) + strings.Repeat("]", 600): ordered.ErrDepth,
	} {
		if _, err := ordered.Decode([]byte(in)); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", in, err, want)
		}
	}
	if v, err := ordered.Decode([]byte(`"\ud83d\ude00"`)); err != nil || v != "😀" {
		t.Errorf("%v %v", v, err)
	}
}

func TestManyMembers(t *testing.T) {
	o := ordered.NewObject(0)
	for i := range 100 {
		o.Set(fmt.Sprint(i), int64(i))
	}
	for i := 0; i < 100; i += 2 {
		o.Delete(fmt.Sprint(i))
	}
	if o.Len() != 50 || o.Value("51") != int64(51) || o.Has("50") {
		t.Errorf("len %d", o.Len())
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"a":[1,2.5,"\u00e9",null,true,{"b":{}}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ordered.Decode([]byte(s))
		if err != nil {
			return
		}
		out, err := ordered.Append(nil, v)
		if err != nil {
			return // an infinity
		}
		if _, err := ordered.Decode(out); err != nil {
			t.Fatalf("%q became %q: %v", s, out, err)
		}
	})
}
