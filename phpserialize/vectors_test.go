package phpserialize

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// node is the typed value tree of the vector file.
type node struct {
	T     string          `json:"t"`
	V     json.RawMessage `json:"v"`
	B64   *string         `json:"b64"`
	Class string          `json:"class"`
}

func (n *node) value(t *testing.T) any {
	t.Helper()
	var s string
	if n.T == "int" || n.T == "float" || n.T == "string" && n.B64 == nil {
		mustJSON(t, n.V, &s)
	}
	switch n.T {
	case "null":
		return nil
	case "bool":
		var b bool
		mustJSON(t, n.V, &b)
		return b
	case "int":
		i, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return i
	case "float":
		switch s {
		case "NAN":
			return math.NaN()
		case "INF":
			return math.Inf(1)
		case "-INF":
			return math.Inf(-1)
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	case "string":
		return text(t, s, n.B64)
	case "array":
		var pairs [][2]node
		mustJSON(t, n.V, &pairs)
		a := &Array{}
		for _, p := range pairs {
			switch k := p[0].value(t).(type) {
			case int64:
				a.Set(IntKey(k), p[1].value(t))
			case string:
				a.Set(StrKey(k), p[1].value(t))
			}
		}
		return a
	case "object":
		var pairs [][2]json.RawMessage
		mustJSON(t, n.V, &pairs)
		o := NewObject(n.Class)
		for _, p := range pairs {
			var name string
			var val node
			mustJSON(t, p[0], &name)
			mustJSON(t, p[1], &val)
			o.Set(name, val.value(t))
		}
		return o
	}
	t.Fatalf("type %q", n.T)
	return nil
}

func mustJSON(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

func text(t *testing.T, s string, b64 *string) string {
	t.Helper()
	if b64 == nil {
		return s
	}
	b, err := base64.StdEncoding.DecodeString(*b64)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// plain is a comparable picture of a value. The vectors were made where no
// class but stdClass existed, so a C: object is an empty object there.
func plain(v any) string {
	switch v := deref(v).(type) {
	case *Array:
		s := "["
		for k, e := range v.All() {
			s += fmt.Sprintf("%v%q=>%s,", k.IsInt(), k, plain(e))
		}
		return s + "]"
	case *Object:
		s := v.Class + "{"
		for k, e := range v.Props.All() {
			s += fmt.Sprintf("%q=>%s,", k, plain(e))
		}
		return s + "}"
	case *Custom:
		return v.Class + "{}"
	case float64:
		return fmt.Sprintf("float(%v)", v)
	default:
		return fmt.Sprintf("%T(%#v)", v, v)
	}
}

// hasEnum reports an enum case, which PHP refuses without its class.
func hasEnum(v any) bool {
	switch v := deref(v).(type) {
	case *Array:
		for _, e := range v.All() {
			if hasEnum(e) {
				return true
			}
		}
	case *Enum:
		return true
	}
	return false
}

func TestVectorsPHPSerialize(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Kind      string
			Value         node
			Serialized    string
			SerializedB64 *string `json:"serialized_b64"`
			OK            bool
			Input         string
			InputB64      *string `json:"input_b64"`
			Strict, Loose bool
			Stored        node
			MaybeStored   node `json:"maybe_unserialize_of_stored"`
			Column        *string
			ColumnB64     *string `json:"column_b64"`
			ReadBack      node    `json:"read_back"`
		}
	}
	vectest.Load(t, "php_serialize", &file)
	tally := vectest.New(t, "php_serialize")
	for _, c := range file.Cases {
		serialized := text(t, c.Serialized, c.SerializedB64)
		switch c.Kind {
		case "serialize":
			got, err := Marshal(c.Value.value(t))
			tally.Check(c.ID, err == nil && got == serialized, "got %q, %v, want %q", got, err, serialized)
		case "unserialize":
			got, err := Unmarshal(serialized)
			ok := err == nil && !hasEnum(got)
			match := ok == c.OK
			if ok && match {
				match = plain(got) == plain(c.Value.value(t))
			}
			tally.Check(c.ID, match, "%q: got %s, %v", serialized, plain(got), err)
		case "is_serialized":
			in := text(t, c.Input, c.InputB64)
			strict, loose := IsSerialized(in, true), IsSerialized(in, false)
			tally.Check(c.ID, strict == c.Strict && loose == c.Loose, "%q: %v %v", in, strict, loose)
		case "maybe_serialize":
			got, err := MaybeSerialize(c.Value.value(t))
			ok := err == nil && plain(got) == plain(c.Stored.value(t))
			if s, isText := got.(string); isText {
				got = MaybeUnserialize(s)
			}
			tally.Check(c.ID, ok && plain(got) == plain(c.MaybeStored.value(t)), "got %s, %v", plain(got), err)
		case "usermeta_roundtrip":
			// A null column is a row that was never made: the store writes no
			// row for null and false on a key without one. It reads as "".
			column, err := Text(c.Value.value(t))
			ok := err == nil
			if c.Column != nil || c.ColumnB64 != nil {
				want := ""
				if c.Column != nil {
					want = *c.Column
				}
				ok = ok && column == text(t, want, c.ColumnB64)
			} else {
				ok = ok && column == ""
			}
			got := MaybeUnserialize(column)
			tally.Check(c.ID, ok && plain(got) == plain(c.ReadBack.value(t)), "column %q, read %s", column, plain(got))
		default:
			tally.Check(c.ID, false, "unknown kind %q", c.Kind)
		}
	}
	tally.Done()
}

func TestRoundTripIdentical(t *testing.T) {
	for _, s := range []string{
		`N;`, `b:1;`, `i:-5;`, `d:0.1;`, `s:3:"a"b";`,
		`a:2:{i:0;i:1;i:1;R:2;}`,
		`a:3:{i:0;i:1;i:1;R:2;i:2;R:2;}`,
		`a:2:{i:0;a:1:{i:0;i:1;}i:1;R:3;}`,
		`a:2:{i:0;O:8:"stdClass":0:{}i:1;r:2;}`,
		`a:3:{i:0;O:1:"A":0:{}i:1;R:2;i:2;r:2;}`,
		`a:4:{i:0;O:1:"A":0:{}i:1;r:2;i:2;i:7;i:3;R:4;}`,
		`O:1:"A":2:{s:4:"self";r:1;s:1:"5";i:1;}`,
		`O:1:"A":1:{s:4:"self";R:1;}`,
		`a:1:{i:0;a:1:{i:0;R:2;}}`,
		`O:11:"ArrayObject":4:{i:0;i:0;i:1;a:0:{}i:2;a:0:{}i:3;N;}`,
		"O:3:\"Foo\":2:{s:6:\"\x00*\x00bar\";i:1;s:8:\"\x00Foo\x00baz\";d:1.0E+25;}",
		`a:2:{i:0;C:3:"Foo":1:{x}i:1;E:3:"A:B";}`,
		`a:3:{i:0;E:3:"A:B";i:1;r:2;i:2;C:3:"Foo":3:{};"}}`,
		"s:2:\"\xff\xfe\";",
		`a:1:{i:0;s:5:"R: r:";}`,
	} {
		v, err := Unmarshal(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got, err := Marshal(v); got != s || err != nil {
			t.Errorf("%s came back as %s, %v", s, got, err)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, s := range []string{
		"", "N", "b:2;", "i:;", "i: 5;", "i:+-5;", "d:;", "d:0x1p3;", "d:1e;", `s:3:"ab";`, `s:-1:"";`, `s:1:"ab";`,
		`s:99999999999999999999:"a";`, `a:1000000000:{}`, `a:1:{}`, `a:0:{`, `a:1:{i:0;}`, `a:1:{N;i:1;}`, `a:1:{a:0:{}i:1;}`,
		`a:+1:{i:0;i:0;}`, `a:1:{i:0;R:1;}`, `a:1:{i:0;R:2;}`, `a:1:{i:0;R:9;}`, `a:1:{i:0;R:0;}`, `R:1;`, `r:1;`, `a:2:{i:0;i:1;i:1;r:2;}`,
		`O:3:"A b":0:{}`, `O:0:"":0:{}`, `O:1:"A":-1:{}`, `C:3:"Foo":5:{x}`, `x:1;`, `}`, `S:1:"\zz";`, `S:9:"a`,
	} {
		if v, err := Unmarshal(s); err == nil {
			t.Errorf("%q was read as %s", s, plain(v))
		}
	}
}

func TestLimits(t *testing.T) {
	deep := ""
	for range 5 {
		deep += "a:1:{i:0;"
	}
	deep += "i:1;}}}}}"
	if _, err := (Decoder{MaxDepth: 4}).Unmarshal(deep); err != ErrDepth {
		t.Error(err)
	}
	if _, err := (Decoder{MaxDepth: 5}).Unmarshal(deep); err != nil {
		t.Error(err)
	}
	if _, err := (Decoder{MaxSize: 4}).Unmarshal("i:100;"); err != ErrSize {
		t.Error(err)
	}
	loop := &Array{}
	loop.Append(loop)
	if _, err := Marshal(loop); err != ErrDepth {
		t.Error(err)
	}
	if _, err := Marshal(struct{}{}); err == nil {
		t.Error("struct accepted")
	}
}

func TestArray(t *testing.T) {
	a := List("x", "y", "z")
	a.Delete(IntKey(2))
	a.Append("w") // PHP's next index does not go back
	a.Put("05", 1).Put("5", 2).Put("-3", 3).Put("-0", 4)
	if got, _ := Marshal(a); got != `a:7:{i:0;s:1:"x";i:1;s:1:"y";i:3;s:1:"w";s:2:"05";i:1;i:5;i:2;i:-3;i:3;s:2:"-0";i:4;}` {
		t.Error(got)
	}
	neg := &Array{}
	neg.Set(IntKey(-5), 1)
	neg.Append(2)
	if got, _ := Marshal(neg); got != `a:2:{i:-5;i:1;i:-4;i:2;}` {
		t.Error(got)
	}
	full := &Array{}
	full.Set(IntKey(math.MaxInt64), 1)
	if full.Append(2) || full.Len() != 1 {
		t.Error("appended above the highest integer")
	}
	big := &Array{}
	for i := range 1000 {
		big.Put("k"+strconv.Itoa(i), int64(i))
	}
	for i := range 1000 {
		if i%3 != 0 && !big.Delete(StrKey("k"+strconv.Itoa(i))) {
			t.Fatal(i)
		}
	}
	want := []any{}
	for i := 0; i < 1000; i += 3 {
		want = append(want, int64(i))
		if big.Lookup("k"+strconv.Itoa(i)) != int64(i) {
			t.Fatal(i)
		}
	}
	if !reflect.DeepEqual(big.Values(), want) || len(big.Keys()) != len(want) || big.Clone().Len() != len(want) {
		t.Error("deletion lost the order")
	}
	shared, _ := Unmarshal(`a:2:{i:0;i:1;i:1;R:2;}`)
	shared.(*Array).Set(IntKey(1), int64(9))
	if v, _ := shared.(*Array).Get(IntKey(0)); v != int64(9) {
		t.Error("a reference did not share its value")
	}
}

func TestFloats(t *testing.T) {
	for _, c := range []struct {
		f             float64
		shortest, g14 string
	}{
		{0.00001, "1.0E-5", "1.0E-5"}, {0.0001, "0.0001", "0.0001"}, {1e14, "100000000000000", "1.0E+14"},
		{1.0 / 3, "0.3333333333333333", "0.33333333333333"}, {0.30000000000000004, "0.30000000000000004", "0.3"},
		{123456789012345.678, "123456789012345.67", "1.2345678901235E+14"}, {1e22, "1.0E+22", "1.0E+22"},
		{-1.5e-10, "-1.5E-10", "-1.5E-10"}, {1e100, "1.0E+100", "1.0E+100"}, {99999999999999.9, "99999999999999.9", "1.0E+14"},
	} {
		if got := string(AppendFloat(nil, c.f, -1)); got != c.shortest {
			t.Errorf("%v: %s, want %s", c.f, got, c.shortest)
		}
		if got := string(AppendFloat(nil, c.f, 14)); got != c.g14 {
			t.Errorf("%v: %s, want %s", c.f, got, c.g14)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, s := range []string{`a:2:{i:0;i:1;i:1;R:2;}`, `O:1:"A":1:{s:1:"x";r:1;}`, `C:3:"Foo":1:{x}`, `E:3:"A:B";`, `d:1.5E-7;`, `S:2:"\41b";`, `a:1:{s:1:"a";b:0;}`, `a:1:{i:0;a:1:{i:0;R:2;}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Unmarshal(s)
		IsSerialized(s, true)
		IsSerialized(s, false)
		if err != nil {
			return
		}
		first, err := Marshal(v)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		again, err := Unmarshal(first)
		if err != nil {
			t.Fatalf("%q wrote %q: %v", s, first, err)
		}
		second, err := Marshal(again)
		if err != nil || second != first {
			t.Fatalf("%q wrote %q, then %q, %v", s, first, second, err)
		}
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	s := `a:1:{s:64:"97116bce4975526c9eb5bf88a3c883bef2d20f18af0f5e15ff23e227d6718c14";a:4:{s:10:"expiration";i:1750172800;s:2:"ip";s:11:"203.0.113.7";s:2:"ua";s:24:"Mozilla/5.0 (X11; Linux)";s:5:"login";i:1750000000;}}`
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Unmarshal(s); err != nil {
			b.Fatal(err)
		}
	}
}

func TestUnslash(t *testing.T) {
	o := NewObject("A")
	o.Set("p", `a\\b`)
	a := List(`it\'s`, `end\`, `nul\0`, int64(5), List(`\\`), o)
	want := List("it's", "end", "nul\x00", int64(5), List(`\`), NewObject("A"))
	want.Values()[5].(*Object).Set("p", `a\b`)
	if got := Unslash(a); plain(got) != plain(want) || plain(a.Values()[0]) == plain("it's") {
		t.Error(plain(got))
	}
	loop := &Array{}
	loop.Append(loop)
	Unslash(loop) // ends
}
