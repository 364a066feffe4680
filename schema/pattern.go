package schema

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pattern is a PCRE expression as JSON Schema uses it: unanchored, in UTF mode.
type pattern struct {
	expr string
	re   *regexp.Regexp
}

// match mirrors rest_validate_json_schema_pattern: text that is not UTF-8
// matches nothing.
func (p pattern) match(text string) bool {
	return p.re != nil && utf8.ValidString(text) && p.re.MatchString(text)
}

func compilePattern(expr string) (pattern, error) {
	re, err := regexp.Compile(translate(expr))
	if err != nil {
		return pattern{expr: expr}, fmt.Errorf("schema: pattern %q: %w", expr, err)
	}
	return pattern{expr, re}, nil
}

func mustPattern(expr string) pattern {
	p, err := compilePattern(expr)
	if err != nil {
		panic(err)
	}
	return p
}

// What PCRE's classes mean with PHP's /u, which switches Unicode properties on.
const (
	classWord  = `\p{L}\p{N}\p{Mn}\p{Pc}`
	classSpace = `\p{Z}\t-\r\x{85}`
	classHSpc  = `\t\x{180E}\p{Zs}`
	classVSpc  = `\n-\r\x{85}\x{2028}\x{2029}`
)

// translate rewrites the escapes that PCRE in UTF mode and package regexp
// read differently: $ and \Z also match before a last newline, \d, \w and \s
// know all of Unicode.
func translate(expr string) string {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch {
		case c == '\\' && i+1 < len(expr):
			i++
			b.WriteString(translateEscape(expr[i], inClass))
		case inClass && c == ']':
			inClass = false
			b.WriteByte(c)
		case inClass && c == '[' && !strings.HasPrefix(expr[i:], "[:"):
			b.WriteString(`\[`)
		case inClass && c == '[':
			end := strings.Index(expr[i:], ":]")
			if end < 0 {
				b.WriteString(`\[`)
				continue
			}
			b.WriteString(expr[i : i+end+2])
			i += end + 1
		case inClass:
			b.WriteByte(c)
		case c == '[':
			inClass = true
			b.WriteByte(c)
			if i+1 < len(expr) && expr[i+1] == '^' {
				i++
				b.WriteByte('^')
			}
			if i+1 < len(expr) && expr[i+1] == ']' { // a ] in first place is itself
				i++
				b.WriteString(`\]`)
			}
		case c == '$':
			b.WriteString(`(?:\n?\z)`)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func translateEscape(c byte, inClass bool) string {
	class := func(set string, negated bool) string {
		switch {
		case inClass && !negated:
			return set
		case negated:
			return "[^" + set + "]"
		}
		return "[" + set + "]"
	}
	switch c {
	case 'd':
		return `\p{Nd}`
	case 'D':
		return `\P{Nd}`
	case 'w':
		return class(classWord, false)
	case 's':
		return class(classSpace, false)
	case 'h':
		return class(classHSpc, false)
	case 'v':
		return class(classVSpc, false)
	case 'W', 'S', 'H', 'V':
		if inClass { // a negated class inside a class: only the ASCII kind can be said
			if c == 'W' || c == 'S' {
				return `\` + string(rune(c))
			}
			break
		}
		return class(map[byte]string{'W': classWord, 'S': classSpace, 'H': classHSpc, 'V': classVSpc}[c], true)
	case 'Z':
		if !inClass {
			return `(?:\n?\z)`
		}
	case 'R':
		if !inClass {
			return `(?:\r\n|[` + classVSpc + `])`
		}
	case 'e':
		return `\x1B`
	}
	if c >= utf8.RuneSelf { // the first byte of an escaped character: itself
		return string([]byte{c})
	}
	return `\` + string(rune(c))
}
