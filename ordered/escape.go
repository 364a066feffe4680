package ordered

import (
	"unicode/utf16"
	"unicode/utf8"
)

// AppendEscaped appends JSON with its slashes and all beyond ASCII escaped, as
// PHP's json_encode writes it when it is given no flags. What is escaped in
// raw already stays.
func AppendEscaped(dst, raw []byte) []byte {
	start := 0
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\':
			i += 2
			continue
		case c == '/':
			dst = append(append(dst, raw[start:i]...), '\\', '/')
			i++
		case c < utf8.RuneSelf:
			i++
			continue
		default:
			r, n := utf8.DecodeRune(raw[i:])
			dst = append(dst, raw[start:i]...)
			if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
				dst = appendUnit(appendUnit(dst, r1), r2)
			} else {
				dst = appendUnit(dst, r)
			}
			i += n
		}
		start = i
	}
	return append(dst, raw[start:]...)
}

func appendUnit(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hex[r>>12&0xF], hex[r>>8&0xF], hex[r>>4&0xF], hex[r&0xF])
}
