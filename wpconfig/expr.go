package wpconfig

import (
	"strconv"
	"strings"
)

// binding strength of the binary operators; ?: and = are handled apart.
var binary = map[string]int{
	"or": 1, "xor": 2, "and": 3,
	"??": 7, "||": 8, "&&": 9, "|": 10, "^": 11, "&": 12,
	"==": 13, "!=": 13, "<>": 13, "===": 13, "!==": 13, "<=>": 13,
	"<": 14, "<=": 14, ">": 14, ">=": 14,
	".": 15, "<<": 16, ">>": 16, "+": 17, "-": 17, "*": 18, "/": 18, "%": 18,
	"instanceof": 20, "**": 21,
}

const (
	levelAssign  = 5
	levelTernary = 6
	levelUnary   = 19
)

var assignments = map[string]bool{
	"=": true, ".=": true, "+=": true, "-=": true, "*=": true, "/=": true, "%=": true, "??=": true,
	"|=": true, "&=": true, "^=": true, "**=": true, "<<=": true, ">>=": true,
}

func (p *parser) expression() *node { return p.binaryExpr(0) }

func (p *parser) operator() (string, int) {
	t := p.peek()
	text := t.text
	switch t.kind {
	case tName:
		text = strings.ToLower(text)
	case tOp:
	default:
		return "", -1
	}
	if level, ok := binary[text]; ok {
		return text, level
	}
	if t.kind == tOp && assignments[text] {
		return text, levelAssign
	}
	if t.kind == tOp && text == "?" {
		return text, levelTernary
	}
	return "", -1
}

func (p *parser) binaryExpr(least int) *node {
	defer p.enter()()
	left := p.unary()
	for {
		op, level := p.operator()
		// An assignment binds to the variable before it, whatever came earlier.
		if level < 0 || level < least && !(level == levelAssign && assignable(left)) {
			return left
		}
		line := p.take().line
		switch {
		case level == levelAssign:
			if op == "=" && p.acceptOp("&") {
				op = "="
			}
			left = &node{op: "assign", text: op, line: line, a: left, b: p.binaryExpr(levelAssign)}
		case op == "?":
			n := &node{op: "ternary", line: line, a: left}
			if !p.acceptOp(":") {
				n.b = p.binaryExpr(levelAssign)
				p.expectOp(":")
			}
			n.c = p.binaryExpr(levelTernary + 1)
			left = n
		case op == "??":
			left = &node{op: "coalesce", line: line, a: left, b: p.binaryExpr(level)}
		case op == "**":
			left = &node{op: "binary", text: op, line: line, a: left, b: p.binaryExpr(level)}
		default:
			left = &node{op: "binary", text: op, line: line, a: left, b: p.binaryExpr(level + 1)}
		}
	}
}

func assignable(n *node) bool {
	return n.op == "var" || n.op == "index" || n.op == "dynamic" || n.op == "array"
}

var casts = map[string]string{
	"string": "string", "int": "int", "integer": "int", "bool": "bool", "boolean": "bool", "float": "float", "double": "float",
	"array": "array", "object": "object", "binary": "string",
}

func (p *parser) unary() *node {
	defer p.enter()()
	t := p.peek()
	if t.kind == tOp {
		switch t.text {
		case "!", "-", "+", "~", "@", "&":
			p.take()
			level := levelUnary
			if t.text == "@" || t.text == "&" {
				return p.binaryExpr(levelUnary)
			}
			return &node{op: "unary", text: t.text, line: t.line, a: p.binaryExpr(level)}
		case "++", "--":
			p.take()
			return &node{op: "dynamic", line: t.line, text: "a changing variable", a: p.unary()}
		case "(":
			if next := p.toks[min(p.pos+1, len(p.toks)-1)]; next.kind == tName && p.toks[min(p.pos+2, len(p.toks)-1)].text == ")" {
				if kind, ok := casts[strings.ToLower(next.text)]; ok {
					p.take()
					p.take()
					p.take()
					return &node{op: "cast", text: kind, line: t.line, a: p.binaryExpr(levelUnary)}
				}
			}
		}
	}
	if t.kind == tName {
		switch strings.ToLower(t.text) {
		case "include", "include_once", "require", "require_once":
			p.take()
			return &node{op: "include", text: strings.ToLower(t.text), line: t.line, a: p.binaryExpr(levelAssign)}
		case "print", "yield", "clone":
			p.take()
			return &node{op: "dynamic", text: t.text, line: t.line, a: p.binaryExpr(levelAssign)}
		case "throw":
			p.take()
			p.binaryExpr(levelAssign)
			return &node{op: "exit", line: t.line}
		case "exit", "die":
			p.take()
			if p.acceptOp("(") {
				if !p.isOp(")") {
					p.expression()
				}
				p.expectOp(")")
			}
			return &node{op: "exit", line: t.line}
		case "new":
			p.take()
			return p.newObject(t)
		case "static":
			p.take()
			return p.unary()
		case "function", "fn":
			p.take()
			return p.postfix(p.closure(t))
		case "match":
			p.take()
			p.expectOp("(")
			p.expression()
			p.expectOp(")")
			p.skipBraces()
			return &node{op: "dynamic", text: "match", line: t.line}
		}
	}
	return p.postfix(p.primary())
}

func (p *parser) newObject(t token) *node {
	if p.acceptWord("class") {
		for !p.isOp("{") && p.peek().kind != tEOF {
			p.take()
		}
		p.skipBraces()
	} else {
		p.take()
		if p.isOp("(") {
			p.arguments()
		}
	}
	return p.postfix(&node{op: "dynamic", text: "an object", line: t.line})
}

func (p *parser) closure(t token) *node {
	p.acceptOp("&")
	p.parameters()
	if p.acceptWord("use") {
		p.parameters()
	}
	p.returnType()
	if p.acceptOp("=>") {
		p.binaryExpr(levelAssign)
	} else {
		p.braces()
	}
	return &node{op: "dynamic", text: "a closure", line: t.line}
}

func (p *parser) primary() *node {
	t := p.take()
	n := &node{line: t.line, text: t.text}
	switch t.kind {
	case tVar:
		n.op = "var"
	case tString:
		n.op, n.val = "literal", t.text
	case tNumber:
		n.op, n.val = "literal", number(t.text)
	case tTemplate:
		return p.template(t)
	case tName:
		return p.name(t)
	case tOp:
		switch t.text {
		case "(":
			e := p.expression()
			p.expectOp(")")
			// In parentheses it is no longer the operand of an assignment.
			return &node{op: "group", line: t.line, a: e}
		case "[":
			return p.array(t.line, "]")
		case "`":
			n.op, n.text = "dynamic", "a shell command"
			return n
		case "$":
			n.op, n.text = "dynamic", "a variable variable"
			if p.acceptOp("{") {
				p.expression()
				p.expectOp("}")
			} else {
				p.unary()
			}
			return n
		}
		p.pos--
		p.fail()
	default:
		p.fail()
	}
	return n
}

func (p *parser) name(t token) *node {
	n := &node{line: t.line, text: strings.TrimPrefix(t.text, `\`)}
	lower := strings.ToLower(n.text)
	switch {
	case lower == "array" && p.isOp("("):
		p.take()
		return p.array(t.line, ")")
	case lower == "list" && p.isOp("("):
		p.take()
		return p.array(t.line, ")")
	case p.isOp("("):
		n.op, n.text = "call", lower
		n.list = p.arguments()
	case p.acceptOp("::"):
		member := p.take()
		n.op, n.text = "static", n.text+"::"+member.text
		if p.isOp("(") {
			n.list = p.arguments()
		}
	default:
		n.op = "const"
	}
	return n
}

func (p *parser) arguments() []*node {
	p.expectOp("(")
	args := []*node{}
	for !p.isOp(")") {
		if p.acceptOp("...") && p.isOp(")") {
			break
		}
		if next := p.toks[min(p.pos+1, len(p.toks)-1)]; p.peek().kind == tName && next.kind == tOp && next.text == ":" {
			p.take() // a named argument
			p.take()
		}
		args = append(args, p.expression())
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
	return args
}

// array reads items up to the closing bracket: a is the key or nil, b the value.
func (p *parser) array(line int, end string) *node {
	n := &node{op: "array", line: line}
	for !p.isOp(end) {
		if p.acceptOp(",") {
			continue
		}
		item := &node{op: "item", line: p.peek().line}
		if p.acceptOp("...") {
			item.text = "..."
		}
		p.acceptOp("&")
		item.b = p.expression()
		if p.acceptOp("=>") {
			p.acceptOp("&")
			item.a, item.b = item.b, p.expression()
		}
		n.list = append(n.list, item)
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(end)
	return n
}

// postfix reads what may follow a value: indexes, members, calls.
func (p *parser) postfix(n *node) *node {
	for range 1000 {
		t := p.peek()
		if t.kind != tOp {
			return n
		}
		switch t.text {
		case "[":
			p.take()
			index := &node{op: "index", line: t.line, a: n}
			if !p.isOp("]") {
				index.b = p.expression()
			}
			p.expectOp("]")
			n = index
		case "{":
			return n
		case "->", "?->", "::":
			p.take()
			if p.acceptOp("{") {
				p.expression()
				p.expectOp("}")
			} else {
				p.take()
			}
			n = &node{op: "dynamic", text: "an object", line: t.line}
		case "(":
			p.arguments()
			n = &node{op: "dynamic", text: "a call", line: t.line}
		case "++", "--":
			p.take()
			n = &node{op: "dynamic", text: "a changing variable", line: t.line, a: n}
		default:
			return n
		}
	}
	p.fail()
	return nil
}

func number(s string) any {
	s = strings.ReplaceAll(s, "_", "")
	text := s
	if len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' {
		text = "0o" + s[1:]
	}
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		return i
	}
	f, _ := strconv.ParseFloat(s, 64)
	return f
}
