package ordered

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// Appender is a value that writes its own JSON.
type Appender interface {
	AppendJSON(dst []byte) ([]byte, error)
}

// Raw is JSON that is already encoded.
type Raw []byte

// AppendJSON implements Appender.
func (r Raw) AppendJSON(dst []byte) ([]byte, error) { return append(dst, r...), nil }

// Append appends the JSON of v as PHP's json_encode with JSON_UNESCAPED_SLASHES
// and JSON_UNESCAPED_UNICODE writes it: no HTML escaping, 1.0 as 1, 1e25 as
// 1.0e+25. Bytes that are not UTF-8 become U+FFFD; NaN and the infinities,
// which JSON cannot say, are an error.
func Append(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return AppendString(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case float64:
		return appendFloat(dst, v)
	case *Object:
		return v.AppendJSON(dst)
	case []any:
		return appendList(dst, v, Append)
	case []string:
		return appendList(dst, v, func(dst []byte, s string) ([]byte, error) { return AppendString(dst, s), nil })
	case []int64:
		return appendList(dst, v, func(dst []byte, n int64) ([]byte, error) { return strconv.AppendInt(dst, n, 10), nil })
	case []*Object:
		return appendList(dst, v, func(dst []byte, o *Object) ([]byte, error) { return o.AppendJSON(dst) })
	case Appender:
		return v.AppendJSON(dst)
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case json.Marshaler:
		raw, err := v.MarshalJSON()
		return append(dst, raw...), err
	}
	return dst, fmt.Errorf("ordered: no JSON for a %T", v)
}

func appendList[T any](dst []byte, list []T, one func([]byte, T) ([]byte, error)) ([]byte, error) {
	dst = append(dst, '[')
	var err error
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = one(dst, list[i]); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// AppendJSON implements Appender; a nil object is null.
func (o *Object) AppendJSON(dst []byte) ([]byte, error) {
	if o == nil {
		return append(dst, "null"...), nil
	}
	dst = append(dst, '{')
	var err error
	for i := range o.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, o.members[i].Name)
		dst = append(dst, ':')
		if dst, err = Append(dst, o.members[i].Value); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// MarshalJSON implements json.Marshaler.
func (o *Object) MarshalJSON() ([]byte, error) { return o.AppendJSON(nil) }

func appendFloat(dst []byte, f float64) ([]byte, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return dst, fmt.Errorf("ordered: %v has no JSON", f)
	case f == 0 && math.Signbit(f):
		return append(dst, "-0"...), nil
	}
	// PHP with serialize_precision -1: the shortest digits that read back,
	// with an exponent below 1e-4 and from 1e17 on.
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-4 && abs < 1e17 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	e := start
	for dst[e] != 'e' {
		e++
	}
	mantissa, exp := string(dst[start:e]), string(dst[e+1:])
	if !containsDot(mantissa) {
		mantissa += ".0"
	}
	sign := exp[0]
	for exp = exp[1:]; len(exp) > 1 && exp[0] == '0'; exp = exp[1:] {
	}
	dst = append(dst[:start], mantissa...)
	dst = append(dst, 'e', sign)
	return append(dst, exp...), nil
}

func containsDot(s string) bool {
	for i := range len(s) {
		if s[i] == '.' {
			return true
		}
	}
	return false
}

const hex = "0123456789abcdef"

// AppendString appends the JSON string of s.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[start:i]...), "\uFFFD"...)
				i++
				start = i
				continue
			}
			if r == '\u2028' || r == '\u2029' { // PHP escapes these two even with JSON_UNESCAPED_UNICODE
				dst = append(append(dst, s[start:i]...), `\u202`...)
				dst = append(dst, hex[r&0xF])
				i += n
				start = i
				continue
			}
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
