package wpconfig

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"path"
	"strconv"
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

// oneText is functions of one argument.
func (m *machine) oneText(name, s string) (any, bool) {
	switch name {
	case "strtolower":
		return strings.ToLower(s), true
	case "strtoupper":
		return strings.ToUpper(s), true
	case "strlen":
		return int64(len(s)), true
	case "intval":
		return toInt(s), true
	case "strval":
		return s, true
	case "boolval":
		return truth(s), true
	case "basename":
		return path.Base(s), true
	case "realpath":
		return path.Clean(s), path.IsAbs(s)
	case "md5":
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:]), true
	case "sha1":
		sum := sha1.Sum([]byte(s))
		return hex.EncodeToString(sum[:]), true
	case "base64_decode":
		b, err := base64.StdEncoding.DecodeString(s)
		return string(b), err == nil
	case "urldecode":
		v, err := url.QueryUnescape(s)
		return v, err == nil
	case "rawurldecode":
		v, err := url.PathUnescape(s)
		return v, err == nil
	case "parse_url":
		return parseURL(s)
	}
	return nil, false
}

// parseURL is parse_url() of a URL with an authority.
func parseURL(s string) (any, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return nil, false
	}
	a := (&phpserialize.Array{}).Put("scheme", u.Scheme).Put("host", u.Hostname())
	if port, err := strconv.ParseInt(u.Port(), 10, 64); err == nil {
		a.Put("port", port)
	}
	if u.User != nil {
		// parse_url does not decode.
		user, pass, ok := strings.Cut(u.User.String(), ":")
		if raw, _, found := strings.Cut(strings.TrimPrefix(s, u.Scheme+"://"), "@"); found && strings.LastIndexByte(s, '@') == len(u.Scheme)+3+len(raw) {
			user, pass, ok = strings.Cut(raw, ":")
		}
		a.Put("user", user)
		if ok {
			a.Put("pass", pass)
		}
	}
	if p := u.EscapedPath(); p != "" {
		a.Put("path", p)
	}
	if u.RawQuery != "" {
		a.Put("query", u.RawQuery)
	}
	return a, true
}

// textFunction is functions of several arguments.
func textFunction(name string, args []any, arg func(int) string) (any, bool) {
	if len(args) < 2 {
		return nil, false
	}
	switch name {
	case "strpos", "stripos":
		s, t := arg(0), arg(1)
		if name == "stripos" {
			s, t = strings.ToLower(s), strings.ToLower(t)
		}
		if i := strings.Index(s, t); i >= 0 && len(args) == 2 {
			return int64(i), true
		}
		return false, len(args) == 2
	case "str_contains":
		return strings.Contains(arg(0), arg(1)), true
	case "str_starts_with":
		return strings.HasPrefix(arg(0), arg(1)), true
	case "str_ends_with":
		return strings.HasSuffix(arg(0), arg(1)), true
	case "str_replace":
		for i := range 3 {
			if i >= len(args) {
				return nil, false
			}
			if _, ok := args[i].(string); !ok {
				return nil, false
			}
		}
		if arg(0) == "" || len(arg(1)) > 1000 {
			return nil, false
		}
		if strings.Count(arg(2), arg(0))*len(arg(1)) > maxText {
			return nil, false
		}
		return strings.ReplaceAll(arg(2), arg(0), arg(1)), true
	case "substr":
		return substr(arg(0), args), true
	case "explode":
		if arg(0) == "" {
			return nil, false
		}
		limit := -1
		if len(args) > 2 {
			if limit = int(toInt(args[2])); limit < 1 {
				return nil, false
			}
		}
		list := &phpserialize.Array{}
		for _, s := range strings.SplitN(arg(1), arg(0), limit) {
			list.Append(s)
		}
		return list, true
	case "implode", "join":
		list, ok := args[1].(*phpserialize.Array)
		if !ok {
			return nil, false
		}
		return join(arg(0), list)
	case "in_array":
		list, ok := args[1].(*phpserialize.Array)
		if !ok {
			return nil, false
		}
		strict := len(args) > 2 && truth(args[2])
		for _, v := range list.All() {
			if isUnknown(v) {
				return v, true
			}
			if strict && identical(args[0], v) || !strict && equal(args[0], v) {
				return true, true
			}
		}
		return false, true
	case "array_key_exists":
		list, ok := args[1].(*phpserialize.Array)
		return ok && list.Has(arrayKey(args[0])), ok
	case "sprintf":
		return sprintf(arg(0), args[1:])
	}
	return nil, false
}

func join(separator string, list *phpserialize.Array) (any, bool) {
	var parts []string
	size := 0
	for _, v := range list.All() {
		if u, ok := origin(v); ok {
			return u, true
		}
		parts = append(parts, toString(v))
		size += len(parts[len(parts)-1]) + len(separator)
	}
	if size > maxText {
		return nil, false
	}
	return strings.Join(parts, separator), true
}

func substr(s string, args []any) string {
	size := int64(len(s))
	start, end := toInt(args[1]), size
	if start < 0 {
		start = max(0, size+start)
	}
	start = min(start, size)
	if len(args) > 2 && args[2] != nil {
		if n := toInt(args[2]); n < 0 {
			end = size + n
		} else if n < size-start {
			end = start + n
		}
	}
	if end < start {
		return ""
	}
	return s[start:end]
}

// sprintf knows %s, %d and %%.
func sprintf(format string, args []any) (any, bool) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i++; i == len(format) {
			return nil, false
		}
		if format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if len(args) == 0 || b.Len() > maxText {
			return nil, false
		}
		switch format[i] {
		case 's':
			b.WriteString(toString(args[0]))
		case 'd':
			b.WriteString(strconv.FormatInt(toInt(args[0]), 10))
		default:
			return nil, false
		}
		args = args[1:]
	}
	return b.String(), true
}

// builtin are the functions that function_exists() knows.
var builtin = map[string]bool{
	"getenv": true, "define": true, "defined": true, "dirname": true, "trim": true, "strpos": true, "str_contains": true, "str_starts_with": true,
	"str_ends_with": true, "file_exists": true, "file_get_contents": true, "parse_url": true, "explode": true, "implode": true, "putenv": true,
	"ini_set": true, "header": true, "mb_strlen": true, "json_decode": true,
}
