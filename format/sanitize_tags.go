package format

import "strings"

// stripTags is PHP's strip_tags without allowed tags: a byte machine that
// drops tags, comments, declarations and <?…> instructions, and NUL bytes.
func stripTags(s string) string {
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, 0) < 0 && strings.IndexByte(s, '>') < 0 {
		return s
	}
	m := tagStripper{s: s, out: make([]byte, 0, len(s))}
	for m.pos < len(s) {
		switch m.state {
		case inText:
			m.text(s[m.pos])
		case inTag:
			m.tag(s[m.pos])
		case inInstruction:
			m.instruction(s[m.pos])
		case inDeclaration:
			m.declaration(s[m.pos])
		case inComment:
			if s[m.pos] == '>' && m.quote == 0 && m.before("--") {
				m.leave()
			}
		}
		m.pos++
	}
	return string(m.out)
}

type stripState int

const (
	inText stripState = iota
	inTag
	inInstruction
	inDeclaration
	inComment
)

// tagStripper is the state of strip_tags: quote is the open quotation mark,
// depth counts nested <, last the character that governs an instruction.
type tagStripper struct {
	s      string
	out    []byte
	pos    int
	state  stripState
	depth  int
	parens int
	quote  byte
	last   byte
	xml    bool
}

// before reports whether the text just before pos is t.
func (m *tagStripper) before(t string) bool { return strings.HasSuffix(m.s[:m.pos], t) }

func (m *tagStripper) leave() {
	m.state, m.quote, m.xml = inText, 0, false
}

// spaceNext reports whether white space follows, as C's isspace has it.
func (m *tagStripper) spaceNext() bool {
	return m.pos+1 < len(m.s) && isSpace(m.s[m.pos+1])
}

func (m *tagStripper) text(c byte) {
	switch c {
	case 0:
	case '<':
		if m.spaceNext() {
			m.out = append(m.out, c)
			return
		}
		m.last, m.state = '<', inTag
	case '>':
		if m.depth > 0 {
			m.depth--
			return
		}
		m.out = append(m.out, c)
	default:
		m.out = append(m.out, c)
	}
}

func (m *tagStripper) tag(c byte) {
	switch c {
	case '<':
		if m.quote == 0 && !m.spaceNext() {
			m.depth++
		}
	case '>':
		switch {
		case m.depth > 0:
			m.depth--
		case m.quote != 0:
		default:
			m.last = '>'
			if !m.xml || !m.before("-") {
				m.leave()
			}
		}
	case '"', '\'':
		m.toggleQuote(c)
	case '!':
		if m.before("<") {
			m.state, m.last = inDeclaration, c
		}
	case '?':
		if m.before("<") {
			m.state, m.parens = inInstruction, 0
		}
	}
}

func (m *tagStripper) toggleQuote(c byte) {
	if m.quote == 0 {
		m.quote = c
	} else if m.quote == c {
		m.quote = 0
	}
}

// instructionQuote handles a quotation mark in instructions and declarations.
func (m *tagStripper) instructionQuote(c byte) {
	if m.before(`\`) {
		return
	}
	if m.last == c {
		m.last = 0
	} else if m.last != '\\' {
		m.last = c
	}
	m.toggleQuote(c)
}

func (m *tagStripper) instruction(c byte) {
	quoted := m.last == '"' || m.last == '\''
	switch c {
	case '(':
		if !quoted {
			m.last = '('
			m.parens++
		}
	case ')':
		if !quoted {
			m.last = ')'
			m.parens--
		}
	case '>':
		if m.depth > 0 {
			m.depth--
		} else if m.quote == 0 && m.parens == 0 && m.last != '"' && m.before("?") {
			m.leave()
		}
	case '"', '\'':
		m.instructionQuote(c)
	case 'l', 'L':
		if m.pos >= 5 && hasPrefixFold(m.s[m.pos-4:], "<?xm") {
			m.state, m.xml = inTag, true
		}
	}
}

func (m *tagStripper) declaration(c byte) {
	switch c {
	case '>':
		if m.depth > 0 {
			m.depth--
		} else if m.quote == 0 {
			m.leave()
		}
	case '"', '\'':
		m.instructionQuote(c)
	case '-':
		if m.before("!-") {
			m.state = inComment
		}
	case 'e', 'E':
		if m.pos >= 7 && hasPrefixFold(m.s[m.pos-6:], "doctyp") {
			m.state = inTag
		}
	}
}

// stripAllTags is wp_strip_all_tags: like stripTags, but what stands in script
// and style elements goes too, and white space around the rest.
func stripAllTags(s string) string {
	return trimPHP(stripTags(dropRawElements(s)))
}

// dropRawElements removes script and style elements with their content where
// both tags are there.
func dropRawElements(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return s
	}
	var b strings.Builder
	gone := map[string]bool{} // names without a closing tag from here on
	for i := 0; i < len(s); {
		if s[i] == '<' {
			if end := rawElementEnd(s, i, gone); end > 0 {
				i = end
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func rawElementEnd(s string, i int, gone map[string]bool) int {
	for _, name := range []string{"script", "style"} {
		if gone[name] || !hasPrefixFold(s[i+1:], name) {
			continue
		}
		open := strings.IndexByte(s[i+1:], '>')
		if open < 0 {
			gone[name] = true
			continue
		}
		rest := i + 1 + open + 1
		end := indexFold(s[rest:], "</"+name+">")
		if end < 0 {
			gone[name] = true
			continue
		}
		return rest + end + len(name) + 3
	}
	return -1
}
