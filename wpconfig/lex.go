package wpconfig

import (
	"strconv"
	"strings"
)

type kind uint8

const (
	tEOF      kind = iota
	tHTML          // text outside <?php … ?>
	tVar           // $name, text without the dollar sign
	tName          // identifier or keyword, with backslashes
	tNumber        // literal as written
	tString        // text with escapes resolved
	tTemplate      // double-quoted or heredoc body with escapes and variables in it
	tOp            // operator or punctuation
)

type token struct {
	kind kind
	text string
	line int
}

// lexer cuts PHP source into tokens. Bad input yields odd tokens, never an
// error; the parser complains.
type lexer struct {
	src    string
	pos    int
	line   int
	tokens []token
}

func lex(src string, insideCode bool, line int) []token {
	l := &lexer{src: src, line: line}
	if !insideCode {
		l.html()
	}
	for l.pos < len(l.src) {
		l.next()
	}
	l.emit(tEOF, "")
	return l.tokens
}

func (l *lexer) emit(k kind, text string) { l.tokens = append(l.tokens, token{k, text, l.line}) }

// skip moves on by n bytes and counts the lines in them.
func (l *lexer) skip(n int) {
	n = min(n, len(l.src)-l.pos)
	l.line += strings.Count(l.src[l.pos:l.pos+n], "\n")
	l.pos += n
}

// html skips to the code after the next opening tag.
func (l *lexer) html() {
	i := strings.Index(l.src[l.pos:], "<?")
	if i < 0 {
		l.skip(len(l.src))
		return
	}
	l.skip(i + 2)
	rest := l.src[l.pos:]
	switch {
	case len(rest) >= 3 && strings.EqualFold(rest[:3], "php"):
		l.skip(3)
	case strings.HasPrefix(rest, "="):
		l.skip(1)
		l.emit(tName, "echo")
	case len(rest) >= 3 && strings.EqualFold(rest[:3], "xml"):
		l.html()
	}
}

// operators of more than one byte, longest first.
var operators = [...]string{
	"<=>", "**=", "...", "<<=", ">>=", "===", "!==", "??=", "?->",
	"&&", "||", "??", "==", "!=", "<>", "<=", ">=", "=>", "->", "::", ".=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "++", "--", "<<", ">>", "**",
}

func (l *lexer) next() {
	rest := l.src[l.pos:]
	c := rest[0]
	switch {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f':
		l.skip(1)
	case strings.HasPrefix(rest, "?>"):
		l.emit(tOp, ";")
		l.skip(2)
		l.html()
	case strings.HasPrefix(rest, "/*"):
		if end := strings.Index(rest[2:], "*/"); end >= 0 {
			l.skip(end + 4)
		} else {
			l.skip(len(rest))
		}
	case c == '#' && strings.HasPrefix(rest, "#["):
		l.attribute()
	case c == '#' || strings.HasPrefix(rest, "//"):
		end := strings.IndexAny(rest, "\r\n")
		if end < 0 {
			end = len(rest)
		}
		if tag := strings.Index(rest[:end], "?>"); tag >= 0 {
			end = tag
		}
		l.skip(end)
	case c == '$' && len(rest) > 1 && nameStart(rest[1]):
		n := 1 + nameLen(rest[1:])
		l.emit(tVar, rest[1:n])
		l.skip(n)
	case nameStart(c) || c == '\\' && len(rest) > 1 && nameStart(rest[1]):
		n := 1
		for n < len(rest) && (nameByte(rest[n]) || rest[n] == '\\') {
			n++
		}
		l.emit(tName, rest[:n])
		l.skip(n)
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		n := numberLen(rest)
		l.emit(tNumber, rest[:n])
		l.skip(n)
	case c == '\'':
		l.single()
	case c == '"' || c == '`':
		l.double(c)
	case strings.HasPrefix(rest, "<<<") && l.heredoc():
	default:
		for _, op := range operators {
			if strings.HasPrefix(rest, op) {
				l.emit(tOp, op)
				l.skip(len(op))
				return
			}
		}
		l.emit(tOp, rest[:1])
		l.skip(1)
	}
}

// attribute skips #[ … ] with brackets inside.
func (l *lexer) attribute() {
	depth := 0
	for i := 1; i < len(l.src)-l.pos; i++ {
		switch l.src[l.pos+i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				l.skip(i + 1)
				return
			}
		}
	}
	l.skip(len(l.src))
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func nameByte(c byte) bool { return nameStart(c) || c >= '0' && c <= '9' }

func nameLen(s string) int {
	n := 0
	for n < len(s) && nameByte(s[n]) {
		n++
	}
	return n
}

func numberLen(s string) int {
	n := 0
	for n < len(s) {
		c := s[n]
		switch {
		case nameByte(c) || c == '.' && !strings.HasPrefix(s[n:], "..") && !strings.Contains(s[:n], "."):
		case (c == '+' || c == '-') && n > 0 && (s[n-1] == 'e' || s[n-1] == 'E') && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X"):
		default:
			return n
		}
		n++
	}
	return n
}

// single reads '…', in which only \\ and \' are escapes.
func (l *lexer) single() {
	var b strings.Builder
	s := l.src[l.pos:]
	i := 1
	for i < len(s) && s[i] != '\'' {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '\'') {
			i++
		}
		b.WriteByte(s[i])
		i++
	}
	l.emit(tString, b.String())
	l.skip(i + 1)
}

// double reads "…" and `…`.
func (l *lexer) double(quote byte) {
	s := l.src[l.pos:]
	i := 1
	for i < len(s) && s[i] != quote {
		if s[i] == '\\' {
			i++
		}
		i++
	}
	i = min(i, len(s))
	body := s[1:max(i, 1)]
	if quote == '`' {
		l.emit(tOp, "`") // a shell command: nothing we could know
	} else {
		l.template(body, '"')
	}
	l.skip(i + 1)
}

// template emits body as a string if it has no variables.
func (l *lexer) template(body string, quote byte) {
	if strings.IndexByte(body, '$') < 0 {
		l.emit(tString, unescape(body, quote))
		return
	}
	l.emit(tTemplate, string(quote)+body)
}

// heredoc reads <<<ID, <<<"ID" and <<<'ID' (nowdoc), the closing marker
// indented or not. It reports false when it is none.
func (l *lexer) heredoc() bool {
	s := l.src[l.pos:]
	i := 3
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	quote := byte(0)
	if i < len(s) && (s[i] == '\'' || s[i] == '"') {
		quote = s[i]
		i++
	}
	n := nameLen(s[min(i, len(s)):])
	if n == 0 {
		return false
	}
	id := s[i : i+n]
	i += n
	if quote != 0 {
		if i >= len(s) || s[i] != quote {
			return false
		}
		i++
	}
	if strings.HasPrefix(s[i:], "\r\n") {
		i++
	}
	if i >= len(s) || s[i] != '\n' {
		return false
	}
	i++
	var lines []string
	for i <= len(s) {
		end := strings.IndexByte(s[i:], '\n')
		last := end < 0
		if last {
			end = len(s) - i
		}
		line := s[i : i+end]
		trimmed := strings.TrimLeft(line, " \t")
		if strings.HasPrefix(trimmed, id) && (len(trimmed) == len(id) || !nameByte(trimmed[len(id)])) {
			indent := len(line) - len(trimmed)
			for k, text := range lines {
				lines[k] = text[min(indent, len(text)-len(strings.TrimLeft(text, " \t"))):]
			}
			body := strings.TrimSuffix(strings.Join(lines, "\n"), "\r")
			if quote == '\'' {
				l.emit(tString, body)
			} else {
				l.template(body, 0)
			}
			l.skip(i + indent + len(id))
			return true
		}
		if last {
			break
		}
		lines = append(lines, line)
		i += end + 1
	}
	return false
}

// unescape resolves the escapes of a double-quoted string or, with quote 0, of
// a heredoc.
func unescape(s string, quote byte) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'n':
			b.WriteByte('\n')
		case c == 't':
			b.WriteByte('\t')
		case c == 'r':
			b.WriteByte('\r')
		case c == 'v':
			b.WriteByte('\v')
		case c == 'e':
			b.WriteByte(0x1b)
		case c == 'f':
			b.WriteByte('\f')
		case c == '\\' || c == '$' || quote != 0 && c == quote:
			b.WriteByte(c)
		case c >= '0' && c <= '7':
			n := i
			for n < len(s) && n < i+3 && s[n] >= '0' && s[n] <= '7' {
				n++
			}
			v, _ := strconv.ParseUint(s[i:n], 8, 16)
			b.WriteByte(byte(v))
			i = n - 1
		case c == 'x' && i+1 < len(s) && isHex(s[i+1]):
			n := i + 1
			for n < len(s) && n < i+3 && isHex(s[n]) {
				n++
			}
			v, _ := strconv.ParseUint(s[i+1:n], 16, 8)
			b.WriteByte(byte(v))
			i = n - 1
		case c == 'u' && strings.HasPrefix(s[i:], "u{") && strings.IndexByte(s[i:], '}') > 2:
			end := i + strings.IndexByte(s[i:], '}')
			if v, err := strconv.ParseUint(s[i+2:end], 16, 32); err == nil && v <= 0x10ffff {
				b.WriteRune(rune(v))
				i = end
				continue
			}
			b.WriteString(`\u`)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
