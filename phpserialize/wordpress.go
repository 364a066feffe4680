package phpserialize

import (
	"strconv"
	"strings"
)

// phpSpace is what PHP's trim() removes.
const phpSpace = " \t\n\r\x00\x0b"

// IsSerialized reports whether s looks like a serialized value. It mirrors
// WordPress's is_serialized(), which judges by the first and last bytes only:
// true does not mean that Unmarshal will succeed. With strict the text must
// end where the value ends; without it anything may follow.
func IsSerialized(s string, strict bool) bool {
	s = strings.Trim(s, phpSpace)
	if s == "N;" {
		return true
	}
	if len(s) < 4 || s[1] != ':' {
		return false
	}
	if strict {
		if last := s[len(s)-1]; last != ';' && last != '}' {
			return false
		}
	} else {
		semicolon, brace := strings.IndexByte(s, ';'), strings.IndexByte(s, '}')
		if semicolon < 0 && brace < 0 || semicolon >= 0 && semicolon < 3 || brace >= 0 && brace < 4 {
			return false
		}
	}
	switch s[0] {
	case 's':
		if strict && s[len(s)-2] != '"' || !strict && !strings.Contains(s, `"`) {
			return false
		}
		return countFollows(s[2:])
	case 'a', 'O', 'E':
		return countFollows(s[2:])
	case 'b', 'i', 'd':
		i := 2
		for i < len(s) && strings.IndexByte("0123456789.E+-", s[i]) >= 0 {
			i++
		}
		return i > 2 && i < len(s) && s[i] == ';' && (!strict || i == len(s)-1)
	}
	return false
}

// countFollows reports whether s starts with digits and a colon.
func countFollows(s string) bool {
	i := strings.IndexByte(s, ':')
	return i > 0 && digitsOnly(s[:i])
}

// MaybeSerialize mirrors WordPress's maybe_serialize(): arrays and objects
// become their serialized text; so does a string that itself looks serialized,
// so that it survives reading; anything else is returned unchanged.
func MaybeSerialize(v any) (any, error) {
	switch t := deref(v).(type) {
	case nil, bool, int, int64, float64:
		return t, nil
	case string:
		if IsSerialized(t, false) {
			return Marshal(t)
		}
		return t, nil
	}
	return Marshal(v)
}

// MaybeUnserialize mirrors WordPress's maybe_unserialize(): text that looks
// serialized is read, and gives false when it cannot be; other text is
// returned as it is.
func MaybeUnserialize(s string) any {
	if !IsSerialized(s, true) {
		return s
	}
	v, err := Unmarshal(strings.Trim(s, phpSpace))
	if err != nil {
		return false
	}
	return v
}

// Text is the text a database column gets for v: what PHP's string conversion
// makes of MaybeSerialize's result (true is "1", false and null are empty,
// floats have 14 digits).
func Text(v any) (string, error) {
	v, err := MaybeSerialize(v)
	if err != nil {
		return "", err
	}
	switch t := v.(type) {
	case bool:
		if t {
			return "1", nil
		}
		return "", nil
	case int:
		return strconv.Itoa(t), nil
	case int64:
		return strconv.FormatInt(t, 10), nil
	case float64:
		return string(AppendFloat(nil, t, 14)), nil
	case string:
		return t, nil
	}
	return "", nil
}

// Unslash mirrors WordPress's wp_unslash(): PHP's stripslashes() on every
// string within arrays and objects, keys apart. WordPress does this to all it
// is given for a meta row, so that whatever is written a second time without
// being slashed first loses its backslashes. Arrays are copied; an object is
// copied too.
func Unslash(v any) any { return unslash(v, 0) }

func unslash(v any, depth int) any {
	if depth > DefaultMaxDepth {
		return v
	}
	switch t := deref(v).(type) {
	case string:
		return stripSlashes(t)
	case *Array:
		return unslashArray(t, depth)
	case *Object:
		return &Object{Class: t.Class, Props: unslashArray(t.Props, depth)}
	default:
		return t
	}
}

func unslashArray(a *Array, depth int) *Array {
	out := &Array{entries: make([]entry, 0, a.Len())}
	if a != nil {
		for _, e := range a.entries {
			if !e.dead {
				out.add(e.key, unslash(e.val, depth+1))
			}
		}
	}
	return out
}

// stripSlashes is PHP's stripslashes().
func stripSlashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			if i++; i == len(s) {
				break
			}
			if c = s[i]; c == '0' {
				c = 0
			}
		}
		b = append(b, c)
	}
	return string(b)
}
