package format

import "strings"

// The classes of PCRE's default tables and PHP's C locale: ASCII only.

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool { return isLower(c | 0x20) }
func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }
func isHex(c byte) bool   { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isSpace is \s.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// lowerASCII is PHP's strtolower.
func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			out := []byte(s)
			for ; i < len(out); i++ {
				if 'A' <= out[i] && out[i] <= 'Z' {
					out[i] += 'a' - 'A'
				}
			}
			return string(out)
		}
	}
	return s
}

// phpSpace is what PHP's trim removes.
const phpSpace = " \t\n\r\x00\x0b"

func trimPHP(s string) string { return strings.Trim(s, phpSpace) }

// keepBytes drops the bytes that keep refuses.
func keepBytes(s string, keep func(byte) bool) string {
	for i := 0; i < len(s); i++ {
		if !keep(s[i]) {
			out := append(make([]byte, 0, len(s)), s[:i]...)
			for ; i < len(s); i++ {
				if keep(s[i]) {
					out = append(out, s[i])
				}
			}
			return string(out)
		}
	}
	return s
}

// hasPrefixFold is strings.HasPrefix without regard to ASCII case; prefix is
// lower case.
func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := 0; i < len(prefix); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}
