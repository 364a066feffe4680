package format

import (
	"strings"
	"unicode/utf8"
)

// EscHTML escapes text for use between tags; character references that are
// valid stay as they are: esc_html. Text that is not UTF-8 gives "".
func EscHTML(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	return specialChars(text, true)
}

// EscAttr escapes text for use in a quoted attribute: esc_attr, which does what
// esc_html does.
func EscAttr(text string) string { return EscHTML(text) }

// EscTextarea escapes text for use in a textarea: esc_textarea. Unlike EscHTML
// it escapes the ampersands of character references too.
func EscTextarea(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	return textareaEscaper.Replace(text)
}

var textareaEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")

// EscJS escapes text for a single-quoted JavaScript string inside an HTML
// attribute: esc_js.
func EscJS(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	text = stripSlashes(specialChars(text, false))
	out := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); {
		if n := apostropheReference(text[i:]); n > 0 {
			out = append(out, `\'`...)
			i += n
			continue
		}
		switch c := text[i]; c {
		case '\r':
		case '\n':
			out = append(out, `\n`...)
		case 0:
			out = append(out, `\0`...)
		case '\'', '"', '\\':
			out = append(out, '\\', c)
		default:
			out = append(out, c)
		}
		i++
	}
	return string(out)
}

// apostropheReference is the length of a numeric reference to the apostrophe
// at the begin of s, with or without its semicolon; 0 is none.
func apostropheReference(s string) int {
	if !strings.HasPrefix(s, "&#") {
		return 0
	}
	i, code := 2, "39"
	if len(s) > 2 && s[2]|0x20 == 'x' {
		i, code = 3, "27"
	}
	for i < len(s) && s[i] == '0' {
		i++
	}
	if !strings.HasPrefix(s[i:], code) {
		return 0
	}
	i += 2
	if i < len(s) && s[i] == ';' {
		i++
	}
	return i
}

// stripSlashes is PHP's stripslashes.
func stripSlashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			if i++; i == len(s) {
				break
			}
			if c = s[i]; c == '0' {
				c = 0
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// specialChars is _wp_specialchars without double encoding: the two styles in
// use are all quotes, and double quotes only.
func specialChars(text string, single bool) string {
	at := strings.IndexAny(text, `&<>"'`)
	if at < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+len(text)/8+16)
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '&':
			if strings.HasPrefix(text[i:], "&apos;") {
				// Known to kses, but no entity of HTML 4.01.
				out = append(out, "&amp;"...)
				i++
				continue
			}
			ref, n := normalReference(text[i:])
			out = append(out, ref...)
			i += n
			continue
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		case '"':
			out = append(out, "&quot;"...)
		case '\'':
			if single {
				out = append(out, "&#039;"...)
			} else {
				out = append(out, c)
			}
		default:
			out = append(out, c)
		}
		i++
	}
	return string(out)
}
