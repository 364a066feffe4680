package schema

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/platenhq/platen/ordered"
)

// This file holds PHP's conversions. They decide which of the values that
// query strings and forms bring are numbers, lists or booleans.

const phpSpace = " \t\n\r\v\f"

// isScalar is PHP's is_scalar: not null, not an array.
func isScalar(v any) bool {
	switch v.(type) {
	case bool, int64, float64, string:
		return true
	}
	return false
}

// isArray is PHP's is_array.
func isArray(v any) bool {
	switch v.(type) {
	case []any, *ordered.Object:
		return true
	}
	return false
}

// truthy is PHP's (bool).
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != "" && v != "0"
	}
	return !isArray(v) || length(v) > 0
}

// numericPrefix is the length of the number that s starts with after blanks,
// and where it starts.
func numericPrefix(s string) (start, end int) {
	for start < len(s) && strings.IndexByte(phpSpace, s[start]) >= 0 {
		start++
	}
	i := start
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	n := i - digits
	if i < len(s) && s[i] == '.' {
		j := i + 1
		for j < len(s) && isDigit(s[j]) {
			j++
		}
		if n += j - i - 1; n > 0 {
			i = j
		}
	}
	if n == 0 {
		return start, start
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && isDigit(s[j]) {
			for j < len(s) && isDigit(s[j]) {
				j++
			}
			i = j
		}
	}
	return start, i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// number is the value of a numeric value: int64 or float64. ok is PHP's
// is_numeric; blanks around a numeric string are allowed.
func number(v any) (n any, ok bool) {
	switch v := v.(type) {
	case int64, float64:
		return v, true
	case string:
		start, end := numericPrefix(v)
		if start == end || strings.Trim(v[end:], phpSpace) != "" {
			return nil, false
		}
		return parseNumber(v[start:end]), true
	}
	return nil, false
}

func isNumeric(v any) bool { _, ok := number(v); return ok }

func parseNumber(s string) any {
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range is an infinity, as in PHP
	return f
}

// toInt is PHP's (int).
func toInt(v any) int64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
	case int64:
		return v
	case float64:
		return floatToInt(v)
	case string:
		start, end := numericPrefix(v)
		if start == end {
			return 0
		}
		switch n := parseNumber(v[start:end]).(type) {
		case int64:
			return n
		case float64:
			return saturate(n)
		}
	default:
		if truthy(v) {
			return 1
		}
	}
	return 0
}

// saturate converts the float of a numeric string: out of range is the nearest
// integer there is, but an infinity is 0.
func saturate(f float64) int64 {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0
	case f >= 1<<63:
		return math.MaxInt64
	case f < -1<<63:
		return math.MinInt64
	}
	return int64(f)
}

// floatToInt wraps around modulo 2^64, as PHP's cast of a float does.
func floatToInt(f float64) int64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	f = math.Trunc(f)
	if f >= -1<<63 && f < 1<<63 {
		return int64(f)
	}
	m := math.Mod(f, 1<<64)
	if m < 0 {
		m += 1 << 64
	}
	if m >= 1<<64 {
		return 0
	}
	return int64(uint64(m))
}

// toFloat is PHP's (float).
func toFloat(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		start, end := numericPrefix(v)
		if start == end {
			return 0
		}
		f, _ := strconv.ParseFloat(v[start:end], 64)
		return f
	}
	return float64(toInt(v))
}

// toString is PHP's (string).
func toString(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return floatString(v)
	case string:
		return v
	}
	return "Array"
}

// floatString writes a float with PHP's precision of 14 digits.
func floatString(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NAN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	case f == 0 && math.Signbit(f):
		return "-0"
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', 13, 64), "e")
	exp, _ := strconv.Atoi(exponent)
	if exp >= -4 && exp < 14 {
		out := strconv.FormatFloat(f, 'f', 13-exp, 64)
		if strings.Contains(out, ".") {
			out = strings.TrimRight(strings.TrimRight(out, "0"), ".")
		}
		return out
	}
	mantissa = strings.TrimRight(mantissa, "0")
	if strings.HasSuffix(mantissa, ".") {
		mantissa += "0"
	}
	sign := "+"
	if exp < 0 {
		sign, exp = "-", -exp
	}
	return mantissa + "E" + sign + strconv.Itoa(exp)
}

// The views of a PHP array: a list or an object.

func length(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case *ordered.Object:
		return v.Len()
	}
	return 0
}

// entries yields the keys, as text, and the values of an array.
func entries(v any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		switch v := v.(type) {
		case []any:
			for i, item := range v {
				if !yield(strconv.Itoa(i), item) {
					return
				}
			}
		case *ordered.Object:
			for k, item := range v.All() {
				if !yield(k, item) {
					return
				}
			}
		}
	}
}

// lookup is $array[ $key ] and array_key_exists.
func lookup(v any, key string) (any, bool) {
	switch v := v.(type) {
	case []any:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v) && strconv.Itoa(i) == key {
			return v[i], true
		}
	case *ordered.Object:
		return v.Get(key)
	}
	return nil, false
}

// intKey reports whether PHP makes key an integer key.
func intKey(key string) bool {
	n, err := strconv.ParseInt(key, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == key
}

// numericArray is wp_is_numeric_array: an array all of whose keys are integers.
func numericArray(v any) bool {
	switch v := v.(type) {
	case []any:
		return true
	case *ordered.Object:
		for k := range v.All() {
			if !intKey(k) {
				return false
			}
		}
		return true
	}
	return false
}

// values is array_values. A list comes back as it is: do not change it.
func values(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case *ordered.Object:
		list := make([]any, 0, v.Len())
		for _, item := range v.All() {
			list = append(list, item)
		}
		return list
	}
	return nil
}

// lower is strtolower: ASCII only.
func lower(s string) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }); i < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// cmpKeys orders array keys as ksort does.
func cmpKeys(a, b string) int {
	na, aok := number(a)
	nb, bok := number(b)
	if aok && bok {
		return compareNumbers(na, nb)
	}
	return strings.Compare(a, b)
}

// compareNumbers compares int64 and float64 as PHP does: two integers exactly,
// anything else as floats.
func compareNumbers(a, b any) int {
	x, xok := a.(int64)
	y, yok := b.(int64)
	if xok && yok {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	f, g := toFloat(a), toFloat(b)
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	}
	return 0
}

// numberFormat is number_format_i18n in English: thousands apart by commas.
func numberFormat(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	var parts []string
	for len(s) > 3 {
		parts = append(parts, s[len(s)-3:])
		s = s[:len(s)-3]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return sign + strings.Join(parts, ",")
}
