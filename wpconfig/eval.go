package wpconfig

import (
	"path"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

// Limits of one evaluation.
const (
	maxSteps   = 200_000
	maxCalls   = 50
	maxInclude = 10      // nested
	maxSource  = 8 << 20 // bytes of all included files and evaluated texts
	maxText    = 1 << 20
	bytesAStep = 64 // copying this many bytes counts as a step
)

// control says how a statement ended.
type control uint8

const (
	goOn control = iota
	doBreak
	doContinue
	doReturn
	doExit
)

type function struct {
	s    *stmt
	file string
}

// machine evaluates statements. It touches nothing but its own maps and the
// two functions it was given.
type machine struct {
	env      map[string]string
	lookup   func(string) (string, bool)
	readFile func(string) ([]byte, error)

	consts    map[string]any
	where     map[string]unknown // where a constant was defined, for messages
	globals   map[string]any
	functions map[string]function
	included  map[string]bool

	file   string // being evaluated
	vars   map[string]any
	result any // of return
	// maybe is set while a part runs that PHP may not run: what it defines is
	// not known afterwards.
	maybe *unknown
	// unsure is set when a function may have returned earlier.
	unsure *unknown

	steps, calls, depth int
	read                int // bytes of source
}

func (m *machine) dunno(n *node, why string) unknown { return unknown{m.file, n.line, why} }

func (m *machine) run(list []*stmt) control {
	// Functions of a file exist before its first line runs.
	for _, s := range list {
		if s.op == "function" && m.maybe == nil {
			m.functions[s.text] = function{s, m.file}
		}
	}
	for _, s := range list {
		if m.steps++; m.steps > maxSteps {
			return doExit
		}
		if c := m.exec(s); c != goOn {
			if m.maybe != nil && c >= doReturn {
				continue // perhaps it does not happen
			}
			return c
		}
	}
	return goOn
}

func (m *machine) exec(s *stmt) control {
	switch s.op {
	case "expr":
		if s.expr.op == "exit" {
			return doExit
		}
		m.result = nil
		if v := m.eval(s.expr); v == stopped {
			return doExit
		}
	case "block":
		return m.run(s.body)
	case "if":
		return m.branch(m.eval(s.cond), s)
	case "return":
		var v any
		if s.expr != nil {
			v = m.eval(s.expr)
		}
		if m.maybe != nil {
			m.unsure = m.maybe
			return doReturn
		}
		m.result = v
		return doReturn
	case "function":
		if _, ok := m.functions[s.text]; !ok {
			m.functions[s.text] = function{s, m.file}
		}
	case "const":
		m.define(s.text, m.eval(s.expr), s.line)
	case "foreach":
		return m.foreach(s)
	case "loop":
		m.perhaps(unknown{m.file, s.line, "set in a loop"}, s.body)
	case "switch":
		return m.switchStatement(s)
	case "try":
		c := m.run(s.body)
		m.perhaps(unknown{m.file, s.line, "set when an exception is caught"}, s.other)
		return c
	case "break":
		return doBreak
	case "continue":
		return doContinue
	case "unset":
		for _, n := range s.list {
			m.assign(n, nil)
		}
	case "skip":
		why := unknown{m.file, s.line, "set by a statement that could not be read"}
		for _, name := range s.names {
			if v, ok := strings.CutPrefix(name, "$"); ok {
				m.setVar(v, why)
			} else if _, ok := m.consts[name]; !ok {
				m.consts[name], m.where[name] = why, why
			}
		}
	}
	return goOn
}

// perhaps runs a part of which it is not known whether PHP would.
func (m *machine) perhaps(why unknown, list []*stmt) {
	before := m.maybe
	if before == nil {
		m.maybe = &why
	}
	m.run(list)
	m.maybe = before
}

func (m *machine) branch(cond any, s *stmt) control {
	if u, ok := cond.(unknown); ok {
		u.why = "depends on a condition that depends on " + strings.TrimPrefix(u.why, "depends on ")
		u.line = s.line
		u.file = m.file
		m.perhaps(u, s.body)
		m.perhaps(u, s.other)
		return goOn
	}
	if truth(cond) {
		return m.run(s.body)
	}
	return m.run(s.other)
}

func (m *machine) foreach(s *stmt) control {
	list, ok := m.eval(s.expr).(*phpserialize.Array)
	if !ok {
		m.perhaps(unknown{m.file, s.line, "set in a loop"}, s.body)
		return goOn
	}
	m.steps += list.Len() / 4
	for k, v := range list.Clone().All() {
		if m.steps++; m.steps > maxSteps {
			return doExit
		}
		if len(s.list) == 2 {
			m.assign(s.list[0], keyValue(k))
		}
		m.assign(s.list[len(s.list)-1], v)
		switch c := m.run(s.body); c {
		case doBreak:
			return goOn
		case doReturn, doExit:
			return c
		}
	}
	return goOn
}

func keyValue(k phpserialize.Key) any {
	if k.IsInt() {
		return k.Int()
	}
	return k.String()
}

func (m *machine) switchStatement(s *stmt) control {
	value := m.eval(s.expr)
	chosen := -1
	for i, n := range s.list {
		if n == nil {
			continue
		}
		v := m.eval(n)
		for _, one := range []any{value, v} {
			if u, ok := one.(unknown); ok {
				m.perhaps(unknown{m.file, s.line, "depends on a switch on " + u.why}, s.body)
				return goOn
			}
		}
		if equal(value, v) {
			chosen = i
			break
		}
	}
	if isUnknown(value) {
		m.perhaps(unknown{m.file, s.line, "depends on a switch"}, s.body)
		return goOn
	}
	for i, n := range s.list {
		if chosen < 0 && n == nil {
			chosen = i
		}
	}
	if chosen < 0 {
		return goOn
	}
	for _, block := range s.body[chosen:] {
		switch c := m.run(block.body); c {
		case doBreak:
			return goOn
		case goOn:
		default:
			return c
		}
	}
	return goOn
}

// define makes a constant, unless there is one.
func (m *machine) define(name string, v any, line int) {
	here := unknown{m.file, line, ""}
	if _, ok := m.consts[name]; ok {
		return // the first definition counts, be it one under a condition
	}
	if m.maybe != nil {
		u := *m.maybe
		u.line, u.file = line, m.file
		v = u
	}
	m.consts[name], m.where[name] = v, here
}

func (m *machine) setVar(name string, v any) {
	if m.maybe != nil {
		v = *m.maybe
	}
	m.vars[name] = v
}

// assign stores v in a variable, an element or a list of them.
func (m *machine) assign(n *node, v any) {
	switch n.op {
	case "var":
		m.setVar(n.text, v)
	case "array":
		list, _ := v.(*phpserialize.Array)
		for i, item := range n.list {
			key := phpserialize.IntKey(int64(i))
			if item.a != nil {
				key = arrayKey(m.eval(item.a))
			}
			var one any = unknown{m.file, n.line, "depends on an unknown list"}
			if list != nil {
				one, _ = list.Get(key)
			}
			m.assign(item.b, one)
		}
	case "index":
		if n.a.op == "var" && (n.a.text == "_ENV" || n.a.text == "_SERVER") && n.b != nil && m.maybe == nil {
			m.globals[n.a.text+"["+toString(m.eval(n.b))+"]"] = v
			return
		}
		if n.a.op == "var" && n.a.text == "GLOBALS" && n.b != nil {
			if m.maybe != nil {
				v = *m.maybe
			}
			m.globals[toString(m.eval(n.b))] = v
			return
		}
		if n.a.op != "var" && n.a.op != "index" {
			return
		}
		container := m.eval(n.a)
		list := &phpserialize.Array{}
		switch t := container.(type) {
		case unknown:
			return
		case *phpserialize.Array:
			list = t.Clone()
			m.steps += t.Len() / 4
		}
		if m.maybe != nil {
			v = *m.maybe
		}
		if n.b == nil {
			list.Append(v)
		} else if k := m.eval(n.b); isUnknown(k) {
			m.assign(n.a, k)
			return
		} else {
			list.Set(arrayKey(k), v)
		}
		m.assign(n.a, list)
	}
}

func arrayKey(v any) phpserialize.Key {
	switch t := v.(type) {
	case int64:
		return phpserialize.IntKey(t)
	case bool, float64:
		return phpserialize.IntKey(toInt(t))
	}
	return phpserialize.StrKey(toString(v))
}

// include evaluates another file. WordPress itself is where it ends.
func (m *machine) include(n *node) any {
	v := m.eval(n.a)
	if u, ok := origin(v); ok {
		if _, isMissing := v.(missing); !isMissing {
			return m.dunno(n, "depends on an included file whose name depends on "+u.why)
		}
	}
	name := toString(v)
	if path.Base(name) == "wp-settings.php" {
		return stopped
	}
	if !path.IsAbs(name) {
		name = path.Join(path.Dir(m.file), name)
	}
	name = path.Clean(name)
	if strings.HasSuffix(n.text, "_once") && m.included[name] {
		return true
	}
	if m.depth >= maxInclude {
		return m.dunno(n, "too many included files")
	}
	src, err := m.readFile(name)
	if err != nil {
		return m.dunno(n, "depends on a file that could not be read: "+name)
	}
	m.included[name] = true
	return m.source(n, name, string(src), false)
}

// source evaluates the text of a file, or of an eval() when it is insideCode,
// and returns what it returns.
func (m *machine) source(n *node, file, text string, insideCode bool) any {
	if m.read += len(text); m.read > maxSource && m.depth > 0 {
		return m.dunno(n, "includes too much")
	}
	m.steps += len(text) / bytesAStep
	before := m.file
	m.depth++
	m.file, m.result = file, nil
	c := m.run(parse(lex(text, insideCode, n.line)))
	m.file = before
	m.depth--
	switch c {
	case doReturn:
		v := m.result
		m.result = nil
		return v
	case doExit:
		return stopped
	}
	return int64(1)
}

// stopped is the value of an expression after which nothing runs any more.
var stopped any = stop{}

type stop struct{}
