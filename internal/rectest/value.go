package rectest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Values are nil, bool, string, integer, float64, []any and *object: JSON with
// the order of members kept and whole numbers told from fractions, since
// WordPress's 1 and 1.0 differ.

// integer is a whole number in decimal digits, of any size.
type integer string

// object is a JSON object in order. A repeated key keeps its first place and
// takes the last value.
type object struct {
	keys []string
	vals map[string]any
}

func newObject() *object { return &object{vals: map[string]any{}} }

func (o *object) set(k string, v any) {
	if _, ok := o.vals[k]; !ok {
		o.keys = append(o.keys, k)
	}
	o.vals[k] = v
}

// get returns the member called k. It is safe on a nil object.
func (o *object) get(k string) (any, bool) {
	if o == nil {
		return nil, false
	}
	v, ok := o.vals[k]
	return v, ok
}

func (o *object) str(k string) string {
	v, _ := o.get(k)
	s, _ := v.(string)
	return s
}

func (o *object) obj(k string) *object {
	v, _ := o.get(k)
	x, _ := v.(*object)
	return x
}

func (o *object) list(k string) []any {
	v, _ := o.get(k)
	x, _ := v.([]any)
	return x
}

// without is a copy of o that lacks the given members.
func (o *object) without(names ...string) *object {
	out := newObject()
next:
	for _, k := range o.keys {
		for _, n := range names {
			if k == n {
				continue next
			}
		}
		out.set(k, o.vals[k])
	}
	return out
}

// decode reads exactly one JSON value.
func decode(data []byte) (any, error) {
	if !json.Valid(data) {
		return nil, fmt.Errorf("rectest: not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return decodeValue(d)
}

func decodeValue(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Number:
		return number(string(t)), nil
	case json.Delim:
		if t == '{' {
			return decodeObject(d)
		}
		out := []any{}
		for d.More() {
			v, err := decodeValue(d)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		_, err := d.Token()
		return out, err
	default:
		return tok, nil
	}
}

func decodeObject(d *json.Decoder) (any, error) {
	o := newObject()
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		s, ok := k.(string)
		if !ok {
			return nil, io.ErrUnexpectedEOF
		}
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		o.set(s, v)
	}
	_, err := d.Token()
	return o, err
}

func number(s string) any {
	if strings.ContainsAny(s, ".eE") {
		f, _ := strconv.ParseFloat(s, 64) // out of range is an infinity, as in Python
		return f
	}
	if s == "-0" {
		s = "0"
	}
	return integer(s)
}

// appendJSON writes v as the recorder does: ", " and ": " between things,
// nothing escaped but quotes, backslashes and control characters.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return appendString(b, v)
	case integer:
		return append(b, v...)
	case float64:
		return append(b, floatText(v)...)
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendJSON(b, x)
		}
		return append(b, ']')
	case *object:
		b = append(b, '{')
		for i, k := range v.keys {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(appendString(b, k), ": "...)
			b = appendJSON(b, v.vals[k])
		}
		return append(b, '}')
	}
	return append(b, fmt.Sprint(v)...)
}

func appendString(b []byte, s string) []byte {
	const short = "btn\x00fr" // of \b \t \n - \f \r
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 8 && c <= 13 && c != 11:
			b = append(b, '\\', short[c-8])
		case c < 0x20:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// floatText is Python's repr of a float.
func floatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	e := strconv.FormatFloat(f, 'e', -1, 64)
	exp, _ := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:])
	if exp < -4 || exp >= 16 {
		return e
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// text is v as Python's str() prints it inside another string.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return v
	case integer:
		return string(v)
	case float64:
		return floatText(v)
	}
	return string(appendJSON(nil, v))
}

// utf8Text reads bytes as UTF-8 with U+FFFD for each maximal ill-formed part,
// as Python and browsers do it. (Go's own conversion replaces every byte.)
func utf8Text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n, ok := utf8Part(s[i:])
		if ok {
			b.WriteString(s[i : i+n])
		} else {
			b.WriteString("\uFFFD")
		}
		i += n
	}
	return b.String()
}

// utf8Part returns the length of the character at the start of s, or of the
// longest beginning of one that is there, and whether it is whole.
func utf8Part(s string) (int, bool) {
	c := s[0]
	need, lo, hi := 0, byte(0x80), byte(0xBF)
	switch {
	case c < 0x80:
		return 1, true
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			lo = 0xA0
		} else if c == 0xED {
			hi = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			lo = 0x90
		} else if c == 0xF4 {
			hi = 0x8F
		}
	default:
		return 1, false
	}
	n := 1
	for ; n <= need; n++ {
		if n >= len(s) || s[n] < lo || s[n] > hi {
			return n, false
		}
		lo, hi = 0x80, 0xBF
	}
	return n, true
}
