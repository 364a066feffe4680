package wpconfig

import (
	"path"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

// call evaluates a function: the special forms, the file's own functions, and
// the part of PHP's library that configurations use.
func (m *machine) call(n *node) any {
	if v, ok := m.special(n); ok {
		return v
	}
	name := n.text
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		name = name[i+1:]
	}
	args := make([]any, len(n.list))
	for i, a := range n.list {
		args[i] = m.eval(a)
	}
	if f, ok := m.functions[name]; ok {
		return m.user(n, f, args)
	}
	switch name {
	case "define":
		if len(args) >= 2 {
			if isUnknown(args[0]) {
				return args[0]
			}
			m.define(toString(args[0]), args[1], n.line)
			return true
		}
		return false
	case "file_get_contents", "file_exists", "is_file", "is_readable":
		return m.files(n, name, args)
	case "eval":
		return m.evalCode(n, args)
	}
	if harmless[name] {
		return true
	}
	for _, a := range args {
		switch t := a.(type) {
		case unknown:
			return t
		case string:
			m.steps += len(t) / bytesAStep
		case *phpserialize.Array:
			m.steps += t.Len()
		}
	}
	if v, ok := m.library(n, name, args); ok {
		return v
	}
	return m.dunno(n, "depends on the function "+name+"()")
}

// harmless functions change settings of PHP that are of no concern here.
var harmless = map[string]bool{
	"ini_set": true, "error_reporting": true, "set_time_limit": true, "header": true, "date_default_timezone_set": true, "mb_internal_encoding": true,
	"error_log": true, "ob_start": true, "session_start": true, "setlocale": true, "spl_autoload_register": true, "register_shutdown_function": true,
	"add_filter": true, "add_action": true, "trigger_error": true, "opcache_reset": true, "umask": true,
}

// special evaluates what must not have its arguments evaluated first.
func (m *machine) special(n *node) (any, bool) {
	switch n.text {
	case "isset":
		for _, a := range n.list {
			v := m.quiet(a)
			if isUnknown(v) {
				return v, true
			}
			if v == nil {
				return false, true
			}
		}
		return true, true
	case "empty":
		if len(n.list) == 1 {
			v := m.quiet(n.list[0])
			if isUnknown(v) {
				return v, true
			}
			return !truth(v), true
		}
	case "defined":
		if len(n.list) == 1 {
			name := m.eval(n.list[0])
			if isUnknown(name) {
				return name, true
			}
			v, ok := m.consts[toString(name)]
			if u, unsure := v.(unknown); unsure && strings.HasPrefix(u.why, "depends on a condition") {
				return u, true
			}
			return ok, true
		}
	case "getenv", "env":
		if len(n.list) >= 1 {
			name := m.eval(n.list[0])
			if isUnknown(name) {
				return name, true
			}
			return m.environmentVariable(n, toString(name)), true
		}
	}
	return nil, false
}

// quiet evaluates the argument of isset and empty; a constant cannot be one.
func (m *machine) quiet(n *node) any { return m.eval(n) }

func (m *machine) environmentVariable(n *node, name string) any {
	if v, ok := m.getenv(name); ok {
		return v
	}
	if n.text == "env" && len(n.list) > 1 {
		return m.eval(n.list[1])
	}
	return missing{m.dunno(n, "comes from the environment variable "+name+", which is not set here")}
}

// user calls a function the file defines.
func (m *machine) user(n *node, f function, args []any) any {
	if m.calls >= maxCalls {
		return m.dunno(n, "depends on a deep recursion")
	}
	m.calls++
	vars, file, result, unsure := m.vars, m.file, m.result, m.unsure
	m.vars, m.file, m.result, m.unsure = map[string]any{}, f.file, nil, nil
	for i, name := range f.s.names {
		switch {
		case i < len(args):
			m.vars[name] = args[i]
		case f.s.list[i] != nil:
			m.vars[name] = m.eval(f.s.list[i])
		}
	}
	c := m.run(f.s.body)
	v := m.result
	if m.unsure != nil {
		v = *m.unsure
	}
	if c == doExit {
		v = stopped
	}
	m.vars, m.file, m.result, m.unsure = vars, file, result, unsure
	m.calls--
	return v
}

func (m *machine) files(n *node, name string, args []any) any {
	if len(args) == 0 {
		return false
	}
	if u, ok := origin(args[0]); ok {
		return u
	}
	file := toString(args[0])
	if !path.IsAbs(file) {
		file = path.Join(path.Dir(m.file), file)
	}
	data, err := m.readFile(path.Clean(file))
	if name == "file_get_contents" {
		if err != nil {
			return m.dunno(n, "depends on a file that could not be read: "+file)
		}
		return string(data)
	}
	return err == nil
}

// evalCode evaluates eval("…"), as the configuration of the container image
// does with WORDPRESS_CONFIG_EXTRA.
func (m *machine) evalCode(n *node, args []any) any {
	if len(args) != 1 || m.depth >= maxInclude {
		return m.dunno(n, "depends on eval()")
	}
	if u, ok := origin(args[0]); ok {
		return u
	}
	return m.source(n, m.file, toString(args[0]), true)
}

// library is PHP's own functions, on known arguments.
func (m *machine) library(n *node, name string, args []any) (any, bool) {
	arg := func(i int) string {
		if i < len(args) {
			return toString(args[i])
		}
		return ""
	}
	// Text made of a variable that is not set is not known, rather than empty.
	for _, a := range args {
		if u, ok := a.(missing); ok && name != "putenv" && name != "is_string" && name != "boolval" && name != "filter_var" && name != "in_array" {
			return missing{u.unknown}, true
		}
	}
	switch len(args) {
	case 0:
		if name == "php_sapi_name" {
			return "fpm-fcgi", true
		}
		return nil, false
	case 1:
		if v, ok := m.oneText(name, arg(0)); ok {
			return v, true
		}
	}
	switch name {
	case "constant":
		return m.constant(&node{line: n.line, text: arg(0)}), true
	case "function_exists":
		_, ok := m.functions[strings.ToLower(arg(0))]
		return ok || builtin[strings.ToLower(arg(0))], true
	case "putenv":
		if k, v, ok := strings.Cut(arg(0), "="); ok && m.maybe == nil {
			m.env[k] = v
		}
		return true, true
	case "dirname":
		file := arg(0)
		for range max(1, min(toInt(orOne(args)), 50)) {
			file = path.Dir(file)
		}
		return file, true
	case "trim", "ltrim", "rtrim", "chop":
		cut := " \t\n\r\x00\x0b"
		if len(args) > 1 {
			cut = arg(1)
		}
		return trim(name, arg(0), cut), true
	case "filter_var":
		return truthy(arg(0)), len(args) > 1
	}
	return textFunction(name, args, arg)
}

func orOne(args []any) any {
	if len(args) > 1 {
		return args[1]
	}
	return int64(1)
}

func trim(name, s, cut string) string {
	switch name {
	case "ltrim":
		return strings.TrimLeft(s, cut)
	case "trim":
		return strings.Trim(s, cut)
	}
	return strings.TrimRight(s, cut)
}

// truthy is FILTER_VALIDATE_BOOLEAN.
func truthy(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", "on", "yes":
		return true
	}
	return false
}
