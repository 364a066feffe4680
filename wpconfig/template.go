package wpconfig

import (
	"strings"
)

// template takes a double-quoted string or heredoc apart into texts and
// variables.
func (p *parser) template(t token) *node {
	n := &node{op: "template", line: t.line}
	quote := t.text[0]
	s := t.text[1:]
	text := func(s string) {
		if s != "" {
			n.list = append(n.list, &node{op: "literal", line: t.line, val: unescape(s, quote)})
		}
	}
	start := 0
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\\':
			i += 2
		case s[i] == '$' && i+1 < len(s) && nameStart(s[i+1]):
			text(s[start:i])
			end := i + 1 + nameLen(s[i+1:])
			v := &node{op: "var", line: t.line, text: s[i+1 : end]}
			v, end = simpleIndex(v, s, end)
			n.list = append(n.list, v)
			i, start = end, end
		case strings.HasPrefix(s[i:], "{$") || strings.HasPrefix(s[i:], "${"):
			end := closingBrace(s, i+strings.IndexByte(s[i:], '{'))
			if end < 0 {
				p.pos--
				p.fail()
			}
			text(s[start:i])
			code := s[i+1 : end]
			if s[i] == '$' {
				code = "$" + s[i+2:end]
			}
			sub := &parser{toks: lex(code, true, t.line), depth: p.depth}
			n.list = append(n.list, sub.expression())
			if sub.peek().kind != tEOF {
				p.pos--
				p.fail()
			}
			i, start = end+1, end+1
		default:
			i++
		}
	}
	text(s[min(start, len(s)):])
	return n
}

// simpleIndex reads [key] or ->name after a variable in a string.
func simpleIndex(v *node, s string, i int) (*node, int) {
	if i < len(s) && s[i] == '[' {
		if end := strings.IndexByte(s[i:], ']'); end > 1 {
			key := strings.Trim(s[i+1:i+end], `'"`)
			index := &node{op: "literal", line: v.line, val: key}
			if key[:min(1, len(key))] == "$" {
				index = &node{op: "var", line: v.line, text: key[1:]}
			}
			return &node{op: "index", line: v.line, a: v, b: index}, i + end + 1
		}
	}
	if strings.HasPrefix(s[i:], "->") && i+2 < len(s) && nameStart(s[i+2]) {
		return &node{op: "dynamic", text: "an object", line: v.line}, i + 2 + nameLen(s[i+2:])
	}
	return v, i
}

func closingBrace(s string, open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
