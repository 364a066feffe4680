package phpserialize

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ErrDepth is returned for values nested deeper than the limit, which a cycle
// of arrays is as well.
var ErrDepth = errors.New("phpserialize: nested too deeply")

// ErrType is returned by Marshal for a Go value that is no PHP value.
var ErrType = errors.New("phpserialize: not a PHP value")

// Marshal returns the text PHP's serialize() makes of v (with
// serialize_precision -1, PHP's default). Besides the types that Unmarshal
// returns it takes int, []byte, []any and []string. The errors are ErrType
// and ErrDepth.
func Marshal(v any) (string, error) {
	b, err := Append(nil, v)
	return string(b), err
}

// Append appends the text of v to dst, as Marshal returns it. On error dst is
// returned as it was.
func Append(dst []byte, v any) ([]byte, error) {
	e := encoder{buf: dst}
	if err := e.value(v, 0); err != nil {
		return dst, err
	}
	return e.buf, nil
}

type encoder struct {
	buf  []byte
	n    int         // values written so far, PHP's numbering
	seen map[any]int // *Object, *Ref and the like to their number
}

// visit counts v and reports the number under which it was written before.
// It mirrors php_add_var_hash.
func (e *encoder) visit(v any) (number int, isRef bool) {
	e.n++
	var key any
	switch t := v.(type) {
	case *Ref:
		isRef, key = true, t
		switch o := deref(t).(type) {
		case *Object, *Custom, *Enum:
			key = o
		}
	case *Object, *Custom, *Enum:
		key = t
	default:
		return 0, false
	}
	if n, ok := e.seen[key]; ok {
		if isRef {
			e.n--
		}
		return n, isRef
	}
	if e.seen == nil {
		e.seen = map[any]int{}
	}
	e.seen[key] = e.n
	return 0, isRef
}

func (e *encoder) value(v any, depth int) error {
	if n, isRef := e.visit(v); n != 0 {
		if isRef {
			e.buf = append(e.buf, "R:"...)
		} else {
			e.buf = append(e.buf, "r:"...)
		}
		e.buf = strconv.AppendInt(e.buf, int64(n), 10)
		e.buf = append(e.buf, ';')
		return nil
	}
	switch t := deref(v).(type) {
	case nil:
		e.buf = append(e.buf, "N;"...)
	case bool:
		if t {
			e.buf = append(e.buf, "b:1;"...)
		} else {
			e.buf = append(e.buf, "b:0;"...)
		}
	case int64:
		e.int(t)
	case int:
		e.int(int64(t))
	case float64:
		e.buf = append(e.buf, "d:"...)
		e.buf = AppendFloat(e.buf, t, -1)
		e.buf = append(e.buf, ';')
	case string:
		e.string("s:", t, `";`)
	case []byte:
		e.string("s:", string(t), `";`)
	case *Array:
		e.buf = append(e.buf, "a:"...)
		return e.entries(t, depth)
	case []any:
		e.buf = append(e.buf, "a:"...)
		return e.entries(List(t...), depth)
	case []string:
		list := &Array{}
		for _, s := range t {
			list.Append(s)
		}
		e.buf = append(e.buf, "a:"...)
		return e.entries(list, depth)
	case *Object:
		e.string("O:", t.Class, `":`)
		return e.entries(t.Props, depth)
	case *Custom:
		e.string("C:", t.Class, `":`)
		e.buf = strconv.AppendInt(e.buf, int64(len(t.Data)), 10)
		e.buf = append(e.buf, ":{"...)
		e.buf = append(e.buf, t.Data...)
		e.buf = append(e.buf, '}')
	case *Enum:
		e.string("E:", t.Name, `";`)
	default:
		return fmt.Errorf("%w: %T", ErrType, t)
	}
	return nil
}

func (e *encoder) int(i int64) {
	e.buf = append(e.buf, "i:"...)
	e.buf = strconv.AppendInt(e.buf, i, 10)
	e.buf = append(e.buf, ';')
}

func (e *encoder) string(prefix, s, suffix string) {
	e.buf = append(e.buf, prefix...)
	e.buf = strconv.AppendInt(e.buf, int64(len(s)), 10)
	e.buf = append(e.buf, `:"`...)
	e.buf = append(e.buf, s...)
	e.buf = append(e.buf, suffix...)
}

// entries writes count, braces and elements of an array or object.
func (e *encoder) entries(a *Array, depth int) error {
	if depth >= DefaultMaxDepth {
		return ErrDepth
	}
	e.buf = strconv.AppendInt(e.buf, int64(a.Len()), 10)
	e.buf = append(e.buf, ":{"...)
	if a != nil {
		for i := range a.entries {
			en := &a.entries[i]
			if en.dead {
				continue
			}
			if en.key.txt {
				e.string("s:", en.key.str, `";`)
			} else {
				e.int(en.key.num)
			}
			if err := e.value(en.val, depth+1); err != nil {
				return err
			}
		}
	}
	e.buf = append(e.buf, '}')
	return nil
}

// AppendFloat appends f as PHP writes floats. Precision is the number of
// significant digits: 14 is PHP's default for (string) and echo, -1 (the
// shortest text that reads back the same) for serialize, var_export and JSON.
func AppendFloat(dst []byte, f float64, precision int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NAN"...)
	case math.IsInf(f, 1):
		return append(dst, "INF"...)
	case math.IsInf(f, -1):
		return append(dst, "-INF"...)
	}
	if math.Signbit(f) {
		dst = append(dst, '-')
		f = -f
	}
	if f == 0 {
		return append(dst, '0')
	}
	digits, limit := precision-1, precision
	if precision < 0 {
		digits, limit = -1, 17
	}
	var tmp [32]byte
	text := strconv.AppendFloat(tmp[:0], f, 'e', digits, 64)
	mantissa, exponent := splitExponent(text)
	point := exponent + 1 // digits before the decimal point
	switch {
	case point > limit || point < -3:
		dst = append(dst, mantissa[0], '.')
		if len(mantissa) == 1 {
			dst = append(dst, '0')
		}
		dst = append(dst, mantissa[1:]...)
		dst = append(dst, 'E')
		if exponent >= 0 {
			dst = append(dst, '+')
		}
		return strconv.AppendInt(dst, int64(exponent), 10)
	case point <= 0:
		dst = append(dst, "0."...)
		for range -point {
			dst = append(dst, '0')
		}
		return append(dst, mantissa...)
	case point >= len(mantissa):
		dst = append(dst, mantissa...)
		for range point - len(mantissa) {
			dst = append(dst, '0')
		}
		return dst
	}
	dst = append(dst, mantissa[:point]...)
	dst = append(dst, '.')
	return append(dst, mantissa[point:]...)
}

// splitExponent takes d.ddde±xx apart into its digits without trailing zeros
// and the exponent. It works in place.
func splitExponent(text []byte) (mantissa []byte, exponent int) {
	e := len(text) - 1
	for e > 0 && text[e] != 'e' {
		e--
	}
	exponent, _ = strconv.Atoi(string(text[e+1:]))
	mantissa = text[:e]
	if len(mantissa) > 1 {
		mantissa = append(mantissa[:1], mantissa[2:]...)
	}
	for len(mantissa) > 1 && mantissa[len(mantissa)-1] == '0' {
		mantissa = mantissa[:len(mantissa)-1]
	}
	return mantissa, exponent
}
