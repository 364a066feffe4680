package openapi

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
)

// pathParam is a named group of a route's pattern.
type pathParam struct {
	name, expr string
}

// pathOf turns a route's pattern into a path template and its parameters. A
// group that has exactly one slash between two expressions becomes two
// parameters; any other slash within a parameter has to be escaped by callers.
func pathOf(pattern string) (string, []pathParam, error) {
	var out strings.Builder
	var params []pathParam
	add := func(name, expr string) {
		params = append(params, pathParam{name, expr})
		out.WriteString("{" + name + "}")
	}
	for i := 0; i < len(pattern); {
		switch text := pattern[i:]; {
		case strings.HasPrefix(text, "(?P<"):
			end := rest.GroupEnd(text)
			name, expr, ok := strings.Cut(strings.TrimSuffix(text[len("(?P<"):end], ")"), ">")
			if !ok || text[end-1] != ')' {
				return "", nil, fmt.Errorf("openapi: route %s: a group does not end", pattern)
			}
			if first, second, ok := twoParts(expr); ok {
				add("namespace", first)
				out.WriteByte('/')
				add(name, second)
			} else {
				add(name, expr)
			}
			i += end
		case text[0] == '\\' && len(text) > 1:
			out.WriteByte(text[1])
			i += 2
		case strings.IndexByte("([{?*+|^$", text[0]) >= 0:
			return "", nil, fmt.Errorf("openapi: route %s: an expression outside of a named group", pattern)
		default:
			out.WriteByte(text[0])
			i++
		}
	}
	return out.String(), params, nil
}

// twoParts splits an expression at its only slash outside of groups and
// classes, if it has exactly one and no alternatives.
func twoParts(expr string) (first, second string, ok bool) {
	depth, class, at := 0, false, -1
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			return "", "", false
		case c == '/' && depth == 0:
			if at >= 0 {
				return "", "", false
			}
			at = i
		}
	}
	if at < 0 {
		return "", "", false
	}
	return expr[:at], expr[at+1:], true
}

// digits are the expressions that stand for an id.
func digits(expr string) bool { return expr == `[\d]+` || expr == `\d+` }

// schema describes the values that a parameter of a path may have.
func (p pathParam) schema() *ordered.Object {
	if digits(p.expr) {
		return ordered.Of("type", "integer", "minimum", 0)
	}
	s := ordered.Of("type", "string", "minLength", 1)
	if _, err := regexp.Compile(p.expr); err == nil && !strings.Contains(p.expr, "(?P<") {
		s.Set("pattern", "^(?:"+portable(p.expr)+")$")
	}
	return s
}

// portable writes an expression for JavaScript's unicode mode, which knows no
// needless escapes.
func portable(expr string) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch {
		case c == '\\' && i+1 < len(expr):
			i++
			next := expr[i]
			if !class && strings.IndexByte(`^$\.*+?()[]{}|/dDwWsSbB`, next) >= 0 || class && strings.IndexByte(`^\]-/dDwWsS[()`, next) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(next)
			continue
		case c == '[':
			class = true
		case c == ']':
			class = false
		}
		b.WriteByte(c)
	}
	return b.String()
}
