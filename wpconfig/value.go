package wpconfig

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

// unknown is a value that cannot be told without running PHP or without the
// request.
type unknown struct {
	file string
	line int
	why  string
}

// missing is what getenv() gives for a variable that is not set: false, but
// with a memory of where it came from.
type missing struct{ unknown }

// origin returns the reason why v is not known.
func origin(v any) (unknown, bool) {
	switch t := v.(type) {
	case unknown:
		return t, true
	case missing:
		return t.unknown, true
	}
	return unknown{}, false
}

func isUnknown(v any) bool { _, ok := v.(unknown); return ok }

// truth is PHP's conversion to bool; v is not unknown.
func truth(v any) bool {
	switch t := v.(type) {
	case nil, missing:
		return false
	case bool:
		return t
	case int64:
		return t != 0
	case float64:
		return t != 0
	case string:
		return t != "" && t != "0"
	case *phpserialize.Array:
		return t.Len() > 0
	}
	return false
}

// toString is PHP's conversion to string.
func toString(v any) string {
	switch t := v.(type) {
	case bool:
		if t {
			return "1"
		}
	case int64:
		return strconv.FormatInt(t, 10)
	case float64:
		return string(phpserialize.AppendFloat(nil, t, 14))
	case string:
		return t
	case *phpserialize.Array:
		return "Array"
	}
	return ""
}

// toNumber is PHP's conversion of scalars to int or float.
func toNumber(v any) any {
	switch t := v.(type) {
	case bool:
		if t {
			return int64(1)
		}
	case int64, float64:
		return t
	case string:
		s := strings.TrimSpace(t)
		n := 0
		for n < len(s) && (s[n] >= '0' && s[n] <= '9' || n == 0 && (s[n] == '-' || s[n] == '+') || s[n] == '.') {
			n++
		}
		if i, err := strconv.ParseInt(s[:n], 10, 64); err == nil {
			return i
		}
		f, _ := strconv.ParseFloat(s[:n], 64)
		return f
	}
	return int64(0)
}

func toFloat(v any) float64 {
	switch t := toNumber(v).(type) {
	case int64:
		return float64(t)
	case float64:
		return t
	}
	return 0
}

func toInt(v any) int64 {
	switch t := toNumber(v).(type) {
	case int64:
		return t
	case float64:
		if t > -9e18 && t < 9e18 {
			return int64(t)
		}
	}
	return 0
}

func numeric(s string) bool {
	_, err := strconv.ParseFloat(strings.Trim(s, " \t\n\r\v\f"), 64)
	return err == nil && !strings.ContainsAny(s, "xXpPiInN_")
}

// identical is PHP's ===.
func identical(a, b any) bool {
	if _, ok := a.(missing); ok {
		a = false
	}
	if _, ok := b.(missing); ok {
		b = false
	}
	if x, ok := a.(*phpserialize.Array); ok {
		y, ok := b.(*phpserialize.Array)
		if !ok {
			return false
		}
		s, err1 := phpserialize.Marshal(x)
		t, err2 := phpserialize.Marshal(y)
		return err1 == nil && err2 == nil && s == t
	}
	return fmt.Sprintf("%T", a) == fmt.Sprintf("%T", b) && a == b
}

// equal is PHP 8's == for scalars.
func equal(a, b any) bool {
	if _, ok := a.(missing); ok {
		a = false
	}
	if _, ok := b.(missing); ok {
		b = false
	}
	_, boolA := a.(bool)
	_, boolB := b.(bool)
	s, textA := a.(string)
	t, textB := b.(string)
	switch {
	case boolA || boolB || a == nil && !textB || b == nil && !textA:
		return truth(a) == truth(b)
	case a == nil || b == nil:
		return toString(a) == toString(b)
	case textA && textB:
		if numeric(s) && numeric(t) {
			return toFloat(s) == toFloat(t)
		}
		return s == t
	case textA && !numeric(s) || textB && !numeric(t):
		return toString(a) == toString(b)
	}
	if _, ok := a.(*phpserialize.Array); ok {
		return identical(a, b)
	}
	return toFloat(a) == toFloat(b)
}
