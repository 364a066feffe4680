package wpconfig

import (
	"slices"
	"strings"
)

type parser struct {
	toks  []token
	pos   int
	depth int
}

// parseError unwinds to the statement that could not be read.
type parseError struct{ token }

const maxNesting = 200

func (p *parser) peek() token { return p.toks[p.pos] }

func (p *parser) take() token {
	t := p.toks[p.pos]
	if p.pos < len(p.toks)-1 {
		p.pos++
	}
	return t
}

func (p *parser) isOp(text string) bool { t := p.peek(); return t.kind == tOp && t.text == text }

func (p *parser) isWord(word string) bool {
	t := p.peek()
	return t.kind == tName && strings.EqualFold(t.text, word)
}

func (p *parser) acceptOp(text string) bool {
	if p.isOp(text) {
		p.take()
		return true
	}
	return false
}

func (p *parser) acceptWord(word string) bool {
	if p.isWord(word) {
		p.take()
		return true
	}
	return false
}

func (p *parser) fail() { panic(parseError{p.peek()}) }

func (p *parser) expectOp(text string) {
	if !p.acceptOp(text) {
		p.fail()
	}
}

// endStatement takes the semicolon, which ?> and the end of the file are too.
func (p *parser) endStatement() {
	if !p.acceptOp(";") && p.peek().kind != tEOF {
		p.fail()
	}
}

// enter guards the recursion.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxNesting {
		p.fail()
	}
	return func() { p.depth-- }
}

// parse reads a whole file. Statements it does not understand become skip
// statements that name the constants they would define.
func parse(toks []token) []*stmt {
	p := &parser{toks: toks}
	return p.statements(func() bool { return false })
}

func (p *parser) statements(end func() bool) []*stmt {
	var out []*stmt
	for p.peek().kind != tEOF && !end() {
		start := p.pos
		if s := p.guarded(); s != nil {
			out = append(out, s)
		}
		if p.pos == start {
			p.take()
		}
	}
	return out
}

// guarded reads a statement, and recovers from one it cannot read.
func (p *parser) guarded() (s *stmt) {
	start, depth := p.pos, p.depth
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(parseError); !ok {
				panic(r)
			}
			p.depth = depth
			if p.depth > maxNesting/2 {
				panic(r) // too deep: let a statement further out recover
			}
			p.pos = start
			s = p.skipStatement()
		}
	}()
	return p.statement()
}

// skipStatement passes over tokens to the end of the statement.
func (p *parser) skipStatement() *stmt {
	s := &stmt{op: "skip", line: p.peek().line}
	depth := 0
	for p.peek().kind != tEOF {
		t := p.peek()
		if t.kind == tOp {
			switch t.text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				if depth == 0 {
					return s
				}
				depth--
				if depth == 0 && t.text == "}" {
					p.take()
					return s
				}
			case ";":
				if depth == 0 {
					p.take()
					return s
				}
			}
		}
		p.take()
		if t.kind == tName && strings.EqualFold(strings.TrimPrefix(t.text, `\`), "define") && p.isOp("(") {
			if next := p.toks[min(p.pos+1, len(p.toks)-1)]; next.kind == tString {
				s.names = append(s.names, next.text)
			}
		}
		if t.kind == tVar && p.isOp("=") {
			s.names = append(s.names, "$"+t.text)
		}
	}
	return s
}

func (p *parser) statement() *stmt {
	defer p.enter()()
	t := p.peek()
	if t.kind == tOp {
		switch t.text {
		case ";":
			p.take()
			return nil
		case "{":
			p.take()
			s := &stmt{op: "block", line: t.line, body: p.statements(func() bool { return p.isOp("}") })}
			p.expectOp("}")
			return s
		}
	}
	if t.kind == tName {
		if s, ok := p.keyword(t); ok {
			return s
		}
	}
	s := &stmt{op: "expr", line: t.line, expr: p.expression()}
	p.endStatement()
	return s
}

// keyword reads the statements that start with one.
func (p *parser) keyword(t token) (*stmt, bool) {
	next := p.toks[min(p.pos+1, len(p.toks)-1)]
	s := &stmt{line: t.line}
	switch strings.ToLower(t.text) {
	case "if":
		p.take()
		return p.ifStatement(t.line), true
	case "return":
		p.take()
		s.op = "return"
		if !p.isOp(";") && p.peek().kind != tEOF {
			s.expr = p.expression()
		}
		p.endStatement()
		return s, true
	case "echo":
		p.take()
		s.op = "block"
		for {
			e := p.expression()
			s.body = append(s.body, &stmt{op: "expr", line: t.line, expr: e})
			if !p.acceptOp(",") {
				break
			}
		}
		p.endStatement()
		return s, true
	case "function":
		name := next
		if name.kind == tOp && name.text == "&" {
			name = p.toks[min(p.pos+2, len(p.toks)-1)]
		}
		if name.kind != tName {
			return nil, false
		}
		p.take()
		p.acceptOp("&")
		p.take()
		s.op, s.text = "function", strings.ToLower(name.text)
		s.names, s.list = p.parameters()
		p.returnType()
		s.body = p.braces()
		return s, true
	case "const":
		p.take()
		s.op = "block"
		for {
			name := p.take()
			p.expectOp("=")
			s.body = append(s.body, &stmt{op: "const", line: name.line, text: name.text, expr: p.expression()})
			if !p.acceptOp(",") {
				break
			}
		}
		p.endStatement()
		return s, true
	case "foreach", "while", "for", "do", "switch", "try":
		p.take()
		return p.loop(strings.ToLower(t.text), s), true
	default:
		return p.declaration(t, next, s)
	}
}

// declaration reads the other statements that start with a keyword.
func (p *parser) declaration(t, next token, s *stmt) (*stmt, bool) {
	switch strings.ToLower(t.text) {
	case "break", "continue":
		s.op = strings.ToLower(p.take().text)
		if p.peek().kind == tNumber {
			p.take()
		}
		p.endStatement()
		return s, true
	case "unset":
		p.take()
		s.op, s.list = "unset", p.arguments()
		p.endStatement()
		return s, true
	case "global", "static", "use", "namespace", "goto", "declare":
		if next.kind == tOp && (next.text == "::" || next.text == "(") && !strings.EqualFold(t.text, "declare") {
			return nil, false
		}
		for !p.isOp(";") && !p.isOp("{") && p.peek().kind != tEOF {
			p.take()
		}
		p.acceptOp(";")
		return nil, true
	case "abstract", "final", "class", "interface", "trait", "readonly":
		for !p.isOp("{") && p.peek().kind != tEOF {
			p.take()
		}
		p.skipBraces()
		return nil, true
	}
	return nil, false
}

func (p *parser) skipBraces() {
	p.expectOp("{")
	for depth := 1; depth > 0 && p.peek().kind != tEOF; {
		switch t := p.take(); {
		case t.kind == tOp && t.text == "{":
			depth++
		case t.kind == tOp && t.text == "}":
			depth--
		}
	}
}

func (p *parser) braces() []*stmt {
	p.expectOp("{")
	body := p.statements(func() bool { return p.isOp("}") })
	p.expectOp("}")
	return body
}

// block reads the body of a control statement: one statement, braces, or a
// colon and an end word.
func (p *parser) block(endWords ...string) []*stmt {
	if p.acceptOp(":") {
		return p.statements(func() bool {
			return slices.ContainsFunc(endWords, p.isWord)
		})
	}
	if s := p.statement(); s != nil {
		return []*stmt{s}
	}
	return nil
}

func (p *parser) ifStatement(line int) *stmt {
	defer p.enter()()
	s := &stmt{op: "if", line: line}
	p.expectOp("(")
	s.cond = p.expression()
	p.expectOp(")")
	alternative := p.isOp(":")
	s.body = p.block("elseif", "else", "endif")
	switch {
	case p.acceptWord("elseif"):
		s.other = []*stmt{p.ifStatement(p.peek().line)}
		return s // endif was taken by the inner one
	case p.isWord("else"):
		p.take()
		if !alternative && p.acceptWord("if") {
			s.other = []*stmt{p.ifStatement(p.peek().line)}
			return s
		}
		s.other = p.block("endif")
	}
	if alternative {
		if !p.acceptWord("endif") {
			p.fail()
		}
		p.endStatement()
	}
	return s
}

// parameters reads (Type $a, $b = default, ...$rest).
func (p *parser) parameters() (names []string, defaults []*node) {
	p.expectOp("(")
	for !p.isOp(")") {
		for p.peek().kind != tVar {
			if t := p.peek(); t.kind == tEOF || t.kind == tOp && strings.Contains("({;)", t.text) {
				p.fail()
			}
			p.take()
		}
		names = append(names, p.take().text)
		var value *node
		if p.acceptOp("=") {
			value = p.expression()
		}
		defaults = append(defaults, value)
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
	return names, defaults
}

// returnType passes over ": ?Type|Other".
func (p *parser) returnType() {
	if p.acceptOp(":") {
		for !p.isOp("{") && !p.isOp("=>") && p.peek().kind != tEOF {
			p.take()
		}
	}
}
