package wpconfig

import (
	"strings"
)

func (p *parser) loop(word string, s *stmt) *stmt {
	s.op = "loop"
	switch word {
	case "foreach":
		s.op = "foreach"
		p.expectOp("(")
		s.expr = p.expression()
		if !p.acceptWord("as") {
			p.fail()
		}
		p.acceptOp("&")
		s.list = append(s.list, p.expression())
		if p.acceptOp("=>") {
			p.acceptOp("&")
			s.list = append(s.list, p.expression())
		}
		p.expectOp(")")
		s.body = p.block("endforeach")
		p.endWord("endforeach")
	case "while", "for":
		p.expectOp("(")
		for !p.isOp(")") {
			if !p.acceptOp(";") && !p.acceptOp(",") {
				p.expression()
			}
		}
		p.expectOp(")")
		s.body = p.block("end" + word)
		p.endWord("end" + word)
	case "do":
		s.body = p.block()
		if !p.acceptWord("while") {
			p.fail()
		}
		p.expectOp("(")
		p.expression()
		p.expectOp(")")
		p.endStatement()
	case "switch":
		p.switchBody(s)
	case "try":
		s.op = "try"
		s.body = p.braces()
		for p.acceptWord("catch") {
			p.expectOp("(")
			for !p.acceptOp(")") && p.peek().kind != tEOF {
				p.take()
			}
			s.other = append(s.other, p.braces()...)
		}
		if p.acceptWord("finally") {
			s.body = append(s.body, p.braces()...)
		}
	}
	return s
}

func (p *parser) endWord(word string) {
	if p.acceptWord(word) {
		p.endStatement()
	}
}

// switchBody reads the cases; each has its value in list (nil for default) and
// a block in body.
func (p *parser) switchBody(s *stmt) {
	s.op = "switch"
	p.expectOp("(")
	s.expr = p.expression()
	p.expectOp(")")
	alternative := p.acceptOp(":")
	if !alternative {
		p.expectOp("{")
	}
	for p.isWord("case") || p.isWord("default") {
		var value *node
		if !strings.EqualFold(p.take().text, "default") {
			value = p.expression()
		}
		if !p.acceptOp(":") {
			p.expectOp(";")
		}
		block := &stmt{op: "block", line: p.peek().line}
		block.body = p.statements(func() bool {
			return p.isWord("case") || p.isWord("default") || p.isOp("}") || p.isWord("endswitch")
		})
		s.list, s.body = append(s.list, value), append(s.body, block)
	}
	if alternative {
		p.endWord("endswitch")
		return
	}
	p.expectOp("}")
}
