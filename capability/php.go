package capability

import (
	"reflect"
	"strconv"
	"strings"
)

// Truthy reports whether a PHP value counts as true: nil, false, zero, "", "0"
// and whatever has a Len method or a length that says 0 do not.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != "" && v != "0"
	case int:
		return v != 0
	case int64:
		return v != 0
	case float64:
		return v != 0
	case interface{ Len() int }:
		return v.Len() != 0
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.String:
		return rv.String() != "" && rv.String() != "0"
	case reflect.Slice, reflect.Map, reflect.Array:
		return rv.Len() != 0
	case reflect.Struct:
		return true
	default:
		return !rv.IsZero()
	}
}

// isIntKey tells whether PHP would turn a string array key into an integer.
func isIntKey(key string) bool {
	n, err := strconv.ParseInt(key, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == key
}

// intval is PHP's (int) of an option's text: leading blanks, a sign and digits.
func intval(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	end := 0
	if end < len(s) && (s[end] == '-' || s[end] == '+') {
		end++
	}
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

// IsProtectedMeta reports whether a meta key is one that only code may write:
// its first character is an underscore, once everything outside printable ASCII
// and (byte by byte, read as Latin-1) the letters is taken away. It mirrors
// is_protected_meta before its filter.
func IsProtectedMeta(key string) bool {
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case c == '_':
			return true
		case c >= 0x20 && c <= 0x7E, isLatin1Letter(c):
			return false
		}
	}
	return false
}

func isLatin1Letter(c byte) bool {
	return c == 0xAA || c == 0xB5 || c == 0xBA || c >= 0xC0 && c != 0xD7 && c != 0xF7
}
