package wpconfig

import (
	"math"
	"path"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

func (m *machine) eval(n *node) any {
	if m.steps++; m.steps > maxSteps {
		return m.dunno(n, "takes too long to work out")
	}
	switch n.op {
	case "literal":
		return n.val
	case "group":
		return m.eval(n.a)
	case "var":
		return m.variable(n)
	case "const":
		return m.constant(n)
	case "template":
		return m.template(n)
	case "array":
		return m.array(n)
	case "index":
		return m.index(n)
	case "assign":
		return m.assignment(n)
	case "ternary":
		return m.ternary(n)
	case "coalesce":
		if v := m.eval(n.a); v != nil {
			return v
		}
		return m.eval(n.b)
	case "binary":
		return m.binary(n)
	case "unary":
		return m.unary(n)
	case "cast":
		return m.cast(n)
	case "call":
		return m.call(n)
	case "static":
		return m.static(n)
	case "include":
		return m.include(n)
	case "exit":
		return stopped
	}
	if n.a != nil && n.a.op == "var" {
		m.setVar(n.a.text, m.dunno(n, "depends on "+n.text))
	}
	return m.dunno(n, "depends on "+n.text)
}

func (m *machine) variable(n *node) any {
	if v, ok := m.vars[n.text]; ok {
		return v
	}
	switch n.text {
	case "_GET", "_POST", "_COOKIE", "_REQUEST", "_FILES", "_SESSION", "_SERVER", "_ENV", "argv", "argc", "this", "GLOBALS":
		return m.dunno(n, "depends on $"+n.text)
	}
	return nil
}

func (m *machine) constant(n *node) any {
	switch strings.ToLower(n.text) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	case "__dir__":
		return path.Dir(m.file)
	case "__file__":
		return m.file
	case "__line__":
		return int64(n.line)
	}
	if v, ok := m.consts[n.text]; ok {
		return v
	}
	return m.dunno(n, "depends on the constant "+n.text+", which is not defined")
}

func (m *machine) template(n *node) any {
	var b strings.Builder
	for _, part := range n.list {
		v := m.eval(part)
		if u, ok := origin(v); ok {
			return u
		}
		if b.Len() > maxText {
			return m.dunno(n, "is too long")
		}
		b.WriteString(toString(v))
	}
	m.steps += b.Len() / bytesAStep
	return b.String()
}

func (m *machine) array(n *node) any {
	list := &phpserialize.Array{}
	for _, item := range n.list {
		v := m.eval(item.b)
		if item.text == "..." {
			more, ok := v.(*phpserialize.Array)
			if !ok {
				return m.dunno(n, "depends on an unknown list")
			}
			for _, e := range more.All() {
				list.Append(e)
			}
			continue
		}
		if item.a == nil {
			list.Append(v)
			continue
		}
		k := m.eval(item.a)
		if isUnknown(k) {
			return k
		}
		list.Set(arrayKey(k), v)
	}
	return list
}

func (m *machine) index(n *node) any {
	if n.b == nil {
		return m.dunno(n, "depends on an empty index")
	}
	k := m.eval(n.b)
	if isUnknown(k) {
		return k
	}
	if n.a.op == "var" && (n.a.text == "_ENV" || n.a.text == "_SERVER") {
		return m.environment(n, n.a.text, toString(k))
	}
	if n.a.op == "var" && n.a.text == "GLOBALS" {
		return m.globals[toString(k)]
	}
	switch t := m.eval(n.a).(type) {
	case unknown:
		return t
	case missing:
		return t.unknown
	case *phpserialize.Array:
		v, _ := t.Get(arrayKey(k))
		return v
	case string:
		if i := toInt(k); i >= 0 && i < int64(len(t)) {
			return t[i : i+1]
		}
	}
	return nil
}

// environment is $_ENV[…] and $_SERVER[…]: what the file itself put there, the
// environment, and for the rest the request, which is not known.
func (m *machine) environment(n *node, which, name string) any {
	if v, ok := m.globals[which+"["+name+"]"]; ok {
		return v
	}
	if v, ok := m.getenv(name); ok {
		return v
	}
	if which == "_ENV" {
		return nil
	}
	if name == "DOCUMENT_ROOT" {
		return m.dunno(n, "depends on $_SERVER['DOCUMENT_ROOT']")
	}
	return m.dunno(n, "depends on the request ($_SERVER['"+name+"'])")
}

func (m *machine) getenv(name string) (string, bool) {
	if v, ok := m.env[name]; ok {
		return v, true
	}
	return m.lookup(name)
}

func (m *machine) assignment(n *node) any {
	if n.text == "??=" {
		if old := m.eval(n.a); old != nil {
			return old
		}
	}
	v := m.eval(n.b)
	if v == stopped {
		return v
	}
	if n.text != "=" && n.text != "??=" {
		v = m.operate(n, strings.TrimSuffix(n.text, "="), m.eval(n.a), v)
	}
	m.assign(n.a, v)
	return v
}

func (m *machine) ternary(n *node) any {
	cond := m.eval(n.a)
	if u, ok := cond.(unknown); ok {
		return u
	}
	if truth(cond) {
		if n.b == nil {
			return cond
		}
		return m.eval(n.b)
	}
	return m.eval(n.c)
}

func (m *machine) binary(n *node) any {
	switch n.text {
	case "&&", "and", "||", "or":
		stopAt := n.text == "||" || n.text == "or"
		a := m.eval(n.a)
		if !isUnknown(a) && truth(a) == stopAt {
			return stopAt
		}
		// The right side may be a statement: defined('X') or define('X', …).
		var b any
		if isUnknown(a) {
			u, _ := origin(a)
			u.why = "depends on a condition that depends on " + strings.TrimPrefix(u.why, "depends on ")
			before := m.maybe
			if before == nil {
				m.maybe = &u
			}
			b = m.eval(n.b)
			m.maybe = before
			if !isUnknown(b) && b != stopped && truth(b) == stopAt {
				return stopAt
			}
			return a
		}
		if b = m.eval(n.b); isUnknown(b) || b == stopped {
			return b
		}
		return truth(b)
	}
	return m.operate(n, n.text, m.eval(n.a), m.eval(n.b))
}

// operate applies an operator to two values.
func (m *machine) operate(n *node, op string, a, b any) any {
	for _, v := range []any{a, b} {
		if isUnknown(v) {
			return v
		}
		if v == stopped {
			return v
		}
	}
	switch op {
	case ".":
		for _, v := range []any{a, b} {
			if u, ok := origin(v); ok {
				return u
			}
		}
		s, t := toString(a), toString(b)
		if len(s)+len(t) > maxText {
			return m.dunno(n, "is too long")
		}
		m.steps += (len(s) + len(t)) / bytesAStep
		return s + t
	case "===":
		return identical(a, b)
	case "!==":
		return !identical(a, b)
	case "==":
		return equal(a, b)
	case "!=", "<>":
		return !equal(a, b)
	case "xor":
		return truth(a) != truth(b)
	case "<":
		return compare(a, b) < 0
	case ">":
		return compare(a, b) > 0
	case "<=":
		return compare(a, b) <= 0
	case ">=":
		return compare(a, b) >= 0
	case "<=>":
		return int64(compare(a, b))
	case "|":
		return toInt(a) | toInt(b)
	case "&":
		return toInt(a) & toInt(b)
	case "^":
		return toInt(a) ^ toInt(b)
	case "<<", ">>":
		by := toInt(b)
		if by < 0 || by > 63 {
			return m.dunno(n, "depends on a shift out of range")
		}
		if op == "<<" {
			return toInt(a) << by
		}
		return toInt(a) >> by
	}
	return m.arithmetic(n, op, a, b)
}

func compare(a, b any) int {
	s, textA := a.(string)
	t, textB := b.(string)
	if textA && textB && !(numeric(s) && numeric(t)) {
		return strings.Compare(s, t)
	}
	switch x, y := toFloat(a), toFloat(b); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (m *machine) arithmetic(n *node, op string, a, b any) any {
	x, y := toNumber(a), toNumber(b)
	i, intA := x.(int64)
	j, intB := y.(int64)
	f, g := toFloat(x), toFloat(y)
	whole := intA && intB && math.Abs(f) < 1<<31 && math.Abs(g) < 1<<31
	switch op {
	case "+":
		if whole {
			return i + j
		}
		return f + g
	case "-":
		if whole {
			return i - j
		}
		return f - g
	case "*":
		if whole {
			return i * j
		}
		return f * g
	case "/", "%":
		if g == 0 || op == "%" && toInt(b) == 0 {
			return m.dunno(n, "depends on a division by zero")
		}
		if op == "%" {
			if toInt(b) == -1 {
				return int64(0)
			}
			return toInt(a) % toInt(b)
		}
		if whole && i%j == 0 {
			return i / j
		}
		return f / g
	case "**":
		v := math.Pow(f, g)
		if whole && v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
		return v
	}
	return m.dunno(n, "depends on the operator "+op)
}

func (m *machine) unary(n *node) any {
	v := m.eval(n.a)
	if isUnknown(v) || v == stopped {
		return v
	}
	switch n.text {
	case "!":
		return !truth(v)
	case "-":
		return m.arithmetic(n, "*", v, int64(-1))
	case "~":
		return ^toInt(v)
	}
	return toNumber(v)
}

func (m *machine) cast(n *node) any {
	v := m.eval(n.a)
	if isUnknown(v) {
		return v
	}
	switch n.text {
	case "string":
		if u, ok := origin(v); ok {
			return missing{u}
		}
		return toString(v)
	case "int":
		return toInt(v)
	case "float":
		return toFloat(v)
	case "bool":
		return truth(v)
	case "array":
		if list, ok := v.(*phpserialize.Array); ok {
			return list
		}
		if v == nil {
			return &phpserialize.Array{}
		}
		return phpserialize.List(v)
	}
	return m.dunno(n, "depends on an object")
}

// static is Class::member. Roots' Bedrock defines its constants with
// Config::define.
func (m *machine) static(n *node) any {
	class, member, _ := strings.Cut(n.text, "::")
	if i := strings.LastIndexByte(class, '\\'); i >= 0 {
		class = class[i+1:]
	}
	if strings.EqualFold(class, "Config") && n.list != nil {
		switch {
		case strings.EqualFold(member, "define") && len(n.list) == 2:
			m.define(toString(m.eval(n.list[0])), m.eval(n.list[1]), n.line)
			return nil
		case strings.EqualFold(member, "get") && len(n.list) == 1:
			return m.constant(&node{line: n.line, text: toString(m.eval(n.list[0]))})
		case strings.EqualFold(member, "apply"):
			return nil
		}
	}
	return m.dunno(n, "depends on "+n.text)
}
