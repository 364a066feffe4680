package format

import "strings"

var (
	bracketEscaper  = strings.NewReplacer("[", "&#91;", "]", "&#93;")
	bracketKeeper   = strings.NewReplacer("&#91;", "&#091;", "&#93;", "&#093;")
	elementBrackets = "[]"
)

// replaceInElements calls replace for the parts of HTML elements in which
// shortcodes may stand, and encodes the brackets that are left there, so that
// they do not meddle with the shortcodes outside: do_shortcodes_in_html_tags.
// With skip it only encodes.
func replaceInElements(text string, skip bool, replace func(string) (string, int)) string {
	text = replaceBrackets(text, bracketKeeper)
	lt := strings.IndexByte(text, '<')
	if lt < 0 {
		return text
	}
	var out strings.Builder
	kept := 0
	for lt >= 0 {
		end := elementEnd(text, lt)
		if element := text[lt:end]; strings.ContainsAny(element, elementBrackets) {
			out.WriteString(text[kept:lt])
			if !skip && strings.IndexByte(element, '[') >= 0 && strings.IndexByte(element, ']') >= 0 {
				element = replaceInElement(element, replace)
			}
			out.WriteString(bracketEscaper.Replace(element))
			kept = end
		}
		lt = nextByteFrom(text, '<', end)
	}
	out.WriteString(text[kept:])
	return out.String()
}

func replaceInElement(element string, replace func(string) (string, int)) string {
	if strings.HasPrefix(element, "<!--") || strings.HasPrefix(element, "<![CDATA[") {
		return element
	}
	front, attrs, back, ok := parseElement(element)
	if !ok {
		if bracketFirst(element) {
			element, _ = replace(element)
		}
		return element
	}
	name := front[1:]
	name = name[skipSpaces(name, 0):]
	for i := 0; i < len(name); i++ {
		if !isAlnum(name[i]) {
			name = name[:i]
		}
	}
	var out strings.Builder
	out.WriteString(front)
	for _, attr := range attrs {
		out.WriteString(replaceInAttr(attr, name, replace))
	}
	out.WriteString(back)
	return out.String()
}

// bracketFirst knows "<[email]>": a shortcode where the element's name should
// be.
func bracketFirst(element string) bool {
	i := skipSpaces(element, 1)
	if i == len(element) || element[i] != '[' {
		return false
	}
	if i++; i < len(element) && element[i] == '[' {
		i++
	}
	n := strings.IndexAny(element[i:], "[]")
	return n > 0 && element[i+n] == ']'
}

// replaceInAttr replaces the shortcodes of one attribute. In a quoted value the
// outcome must pass kses, else nothing is replaced.
func replaceInAttr(attr, element string, replace func(string) (string, int)) string {
	open := strings.IndexByte(attr, '[')
	if open < 0 || strings.IndexByte(attr, ']') < 0 {
		return attr
	}
	if !strings.ContainsAny(attr[:open], `"'`) {
		attr, _ = replace(attr)
		return attr
	}
	if changed, count := replace(attr); count > 0 {
		if changed = cleanShortcodeAttr(changed, element); trimPHP(changed) != "" {
			return changed
		}
	}
	return attr
}

// parseElement takes an opening tag apart (wp_kses_attr_parse): "<" with the
// name, the attributes with the white space behind them, and the end. ok is
// false for anything that is not well-formed.
func parseElement(s string) (front string, attrs []string, back string, ok bool) {
	i := skipSpaces(s, 1)
	start := i
	for i < len(s) && isAlnum(s[i]) {
		i++
	}
	if i == start {
		return "", nil, "", false
	}
	i = skipSpaces(s, i)
	front, s = s[:i], s[i:]
	body := strings.TrimSuffix(s, ">")
	end := len(strings.TrimRight(body, "\t\n\v\f\r "))
	if end > 0 && body[end-1] == '/' {
		end = len(strings.TrimRight(body[:end-1], "\t\n\v\f\r "))
		body = body[:end]
	}
	attrs, ok = splitAttrs(body)
	return front, attrs, s[len(body):], ok
}

// splitAttrs is wp_kses_hair_parse.
func splitAttrs(s string) (attrs []string, ok bool) {
	for s != "" {
		n := attrSize(s)
		if n == 0 {
			return nil, false
		}
		attrs = append(attrs, s[:n])
		s = s[n:]
	}
	return attrs, true
}

// attrSize is the size of the attribute s begins with, white space included, or
// 0. A shortcode may stand for the name.
func attrSize(s string) int {
	i := attrNameSize(s)
	if i == 0 {
		return 0
	}
	v := skipSpaces(s, i)
	if v == len(s) {
		return v
	}
	if s[v] != '=' {
		if v == i {
			return 0
		}
		return v
	}
	if v = skipSpaces(s, v+1); v == len(s) {
		return 0
	}
	end := v
	if s[v] == '"' || s[v] == '\'' {
		n := strings.IndexByte(s[v+1:], s[v])
		if n < 0 {
			return 0
		}
		end = v + 1 + n + 1
	} else {
		for ; end < len(s) && !isSpace(s[end]); end++ {
			if s[end] == '"' || s[end] == '\'' {
				return 0
			}
		}
	}
	return skipSpaces(s, end)
}

func attrNameSize(s string) int {
	i := 0
	if s[0] == '[' {
		if i++; i < len(s) && s[i] == '[' {
			i++
		}
		n := strings.IndexAny(s[i:], "[]")
		if n <= 0 || s[i+n] != ']' {
			return 0
		}
		if i += n + 1; i < len(s) && s[i] == ']' {
			i++
		}
		return i
	}
	if !isAlpha(s[0]) && s[0] != '_' {
		return 0
	}
	for i < len(s) && (isWord(s[i]) || s[i] == '-' || s[i] == ':' || s[i] == '.') {
		i++
	}
	return i
}

// cleanShortcodeAttr cleans one attribute by the list of tags for posts
// (wp_kses_one_attr); "" is refused. White space around it stays.
func cleanShortcodeAttr(attr, element string) string {
	attr = dropControlBytes(attr)
	start := skipSpaces(attr, 0)
	end := len(strings.TrimRight(attr[start:], "\t\n\v\f\r ")) + start
	lead, trail, attr := attr[:start], attr[end:], attr[start:end]
	name, value, hasValue := strings.Cut(attr, "=")
	quote := `"`
	if hasValue {
		name = strings.TrimRight(name, "\t\n\v\f\r ")
		value = value[skipSpaces(value, 0):]
		if value != "" && (value[0] == '"' || value[0] == '\'') {
			if quote = value[:1]; !strings.HasSuffix(value, quote) {
				return ""
			}
			value = value[1:max(1, len(value)-1)]
		}
		value = EscAttr(value)
		if ksesURLAttrs[lowerASCII(name)] {
			value = BadProtocol(value, AllowedProtocols())
		}
		attr = name + "=" + quote + value + quote
	}
	name = lowerASCII(name)
	rule, ok := attrRule(tagsOf(KsesPost)[lowerASCII(element)], name)
	if !ok || rule.OwnPDF || rule.Valueless && hasValue || rule.Values != nil && !contains(rule.Values, lowerASCII(value)) {
		return lead + trail
	}
	if name == "style" {
		decoded := decodeAttr(value)
		css := SafeCSS(decoded)
		if css == "" || css == "0" {
			return lead + trail
		}
		if css != decoded && value != "" {
			attr = strings.ReplaceAll(attr, value, EscAttr(css))
		}
	}
	return lead + attr + trail
}
