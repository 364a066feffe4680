package format

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ksesAttr is one attribute of a tag: its name in lower case and its value,
// decoded.
type ksesAttr struct {
	name, value string
	hasValue    bool
}

// tag writes an opening tag with the attributes that may stay: wp_kses_attr.
func (k *Kses) tag(name, attrs string, allowed map[string]KsesRule) string {
	slash := ""
	if strings.HasSuffix(strings.TrimRight(attrs, " \t\n\r\v\f"), "/") {
		slash = " /"
	}
	if len(allowed) == 0 {
		return "<" + name + slash + ">"
	}
	required := 0
	for _, rule := range allowed {
		if rule.Required {
			required++
		}
	}
	refused := "<" + name + ">"
	if slash != "" {
		refused = ""
	}
	var b strings.Builder
	b.WriteString("<" + name)
	for _, a := range parseAttrs(attrs) {
		if ksesURLAttrs[a.name] && a.hasValue {
			a.value = BadProtocol(a.value, k.protocols)
		}
		rule, ok := attrRule(allowed, a.name)
		text, good := "", false
		if ok {
			text, good = k.attr(a, rule)
		}
		if rule.Required {
			if !good {
				return refused
			}
			required--
		}
		if good {
			b.WriteByte(' ')
			b.WriteString(text)
		}
	}
	if required > 0 {
		return refused
	}
	b.WriteString(slash + ">")
	return b.String()
}

// attrRule finds the rule of an attribute; data-* covers names of letters,
// digits, hyphens and underscores.
func attrRule(allowed map[string]KsesRule, name string) (KsesRule, bool) {
	if rule, ok := allowed[name]; ok {
		return rule, true
	}
	if len(name) > len("data-") && strings.HasPrefix(name, "data-") {
		if rule, ok := allowed["data-*"]; ok {
			tame := keepBytes(name, func(c byte) bool { return isLower(c) || isDigit(c) || c == '-' || c == '_' })
			return rule, tame == name
		}
	}
	return KsesRule{}, false
}

// attrEscaper writes a decoded value between double quotes.
var attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&apos;", `"`, "&quot;")

// attr writes an attribute if its value is good: wp_kses_attr_check.
func (k *Kses) attr(a ksesAttr, rule KsesRule) (string, bool) {
	value := attrEscaper.Replace(a.value)
	if a.name == "style" {
		css := SafeCSS(a.value)
		for again := SafeCSS(css); again != css; again = SafeCSS(css) {
			css = again // only ever shorter
		}
		if css != a.value {
			value = EscAttr(css)
		}
		if value == "" || value == "0" {
			return "", false
		}
	}
	switch {
	case rule.Valueless && a.hasValue,
		rule.Values != nil && !contains(rule.Values, lowerASCII(value)),
		rule.OwnPDF && !k.ownPDF(value):
		return "", false
	}
	if !a.hasValue {
		return a.name, true
	}
	// A quote after a backslash would be taken for an escaped one next time.
	if n := len(value) - len(strings.TrimRight(value, `\`)); n > 0 {
		value = value[:len(value)-n] + strings.Repeat("&#092;", n)
	}
	return a.name + `="` + value + `"`, true
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }

// ownPDF reports whether url is that of a PDF file on the host of the uploads.
func (k *Kses) ownPDF(url string) bool {
	if k.uploads == "" || strings.ContainsAny(url, "?#") || !strings.HasSuffix(url, ".pdf") {
		return false
	}
	return strings.HasPrefix(url, "http"+k.uploads) || strings.HasPrefix(url, "https"+k.uploads)
}

// attrSpace is white space inside a tag, as HTML has it.
const attrSpace = " \t\f\r\n"

// parseAttrs reads what stands between the name of a tag and its >, as a
// browser does; of attributes with one name the first counts. A quote that is
// not closed leaves none at all, since the browser would read on.
func parseAttrs(s string) []ksesAttr {
	var list []ksesAttr
	var seen map[string]bool
	for i := 0; ; {
		for i < len(s) && (s[i] == '/' || strings.IndexByte(attrSpace, s[i]) >= 0) {
			i++
		}
		if i >= len(s) {
			return list
		}
		start := i
		if s[i] == '=' {
			i++
		}
		i += span(s[i:], "=/"+attrSpace)
		a := ksesAttr{name: strings.ReplaceAll(lowerASCII(s[start:i]), "\x00", "\ufffd")}
		i = skipAttrSpace(s, i)
		if i < len(s) && s[i] == '=' {
			a.hasValue = true
			i = skipAttrSpace(s, i+1)
			raw := ""
			if i < len(s) && (s[i] == '"' || s[i] == '\'') {
				end := strings.IndexByte(s[i+1:], s[i])
				if end < 0 {
					return nil
				}
				raw = s[i+1 : i+1+end]
				i += end + 2
			} else {
				n := span(s[i:], attrSpace)
				raw = s[i : i+n]
				i += n
			}
			a.value = decodeAttr(raw)
		}
		if len(list) == fewAttrs && seen == nil {
			seen = map[string]bool{}
			for _, l := range list {
				seen[l.name] = true
			}
		}
		if !hasAttr(list, seen, a.name) {
			list = append(list, a)
			if seen != nil {
				seen[a.name] = true
			}
		}
	}
}

// fewAttrs is up to how many attributes looking through them beats a map.
const fewAttrs = 16

func hasAttr(list []ksesAttr, seen map[string]bool, name string) bool {
	if seen != nil {
		return seen[name]
	}
	for i := range list {
		if list[i].name == name {
			return true
		}
	}
	return false
}

// span counts the bytes before the first of stop.
func span(s, stop string) int {
	if i := strings.IndexAny(s, stop); i >= 0 {
		return i
	}
	return len(s)
}

func skipAttrSpace(s string, i int) int {
	for i < len(s) && strings.IndexByte(attrSpace, s[i]) >= 0 {
		i++
	}
	return i
}

// decodeAttr decodes the character references in the value of an attribute by
// the rules of HTML 5.
func decodeAttr(raw string) string {
	if strings.IndexByte(raw, '\r') >= 0 {
		raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\r", "\n")
	}
	raw = strings.ReplaceAll(raw, "\x00", "\ufffd")
	amp := strings.IndexByte(raw, '&')
	if amp < 0 {
		return raw
	}
	var b strings.Builder
	for amp >= 0 {
		b.WriteString(raw[:amp])
		raw = raw[amp:]
		text, n := decodeReference(raw)
		b.WriteString(text)
		raw = raw[n:]
		amp = strings.IndexByte(raw, '&')
	}
	b.WriteString(raw)
	return b.String()
}

// decodeReference decodes the character reference s begins with, and returns
// the bytes it took; an ampersand that begins none stands for itself.
func decodeReference(s string) (string, int) {
	if len(s) > 2 && s[1] == '#' {
		return decodeNumber(s)
	}
	n := 1
	for n < len(s) && isAlnum(s[n]) && n <= 32 {
		n++
	}
	if n < len(s) && s[n] == ';' {
		// A name with its semicolon is known if the semicolon matters.
		with, without := html.UnescapeString(s[:n+1]), html.UnescapeString(s[:n])
		if with != without+";" {
			return with, n + 1
		}
	}
	// The old names go without, the longest first, but not in front of what
	// could continue a query string.
	for end := min(n, 7); end > 2; end-- {
		text := html.UnescapeString(s[:end])
		if text == s[:end] || text == html.UnescapeString(s[:end-1])+s[end-1:end] {
			continue
		}
		if end < len(s) && (s[end] == '=' || isAlnum(s[end])) {
			break
		}
		return text, end
	}
	return "&", 1
}

func decodeNumber(s string) (string, int) {
	i, base, limit, digit := 2, 10, 7, isDigit
	if s[2]|0x20 == 'x' {
		i, base, limit, digit = 3, 16, 6, isHex
	}
	first := i
	for i < len(s) && s[i] == '0' {
		i++
	}
	start := i
	for i < len(s) && digit(s[i]) {
		i++
	}
	if i == first {
		return "&", 1
	}
	end := i
	if end < len(s) && s[end] == ';' {
		end++
	}
	if i == start || i-start > limit {
		return "\ufffd", end
	}
	n, _ := strconv.ParseInt(s[start:i], base, 32)
	r := rune(n)
	if 0x80 <= r && r <= 0x9f {
		return html.UnescapeString("&#" + itoa(int(r)) + ";"), end
	}
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	return string(r), end
}
