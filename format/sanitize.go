package format

import (
	"strings"
	"unicode/utf8"
)

// SanitizeTextField makes one line of plain text: no tags, no percent-encoded
// bytes, single blanks: sanitize_text_field. Text that is not valid UTF-8
// becomes empty. The result may still hold quotes and ampersands: escape it.
func SanitizeTextField(text string) string { return sanitizeText(text, false) }

// SanitizeTextareaField is SanitizeTextField with line breaks and runs of
// blanks kept: sanitize_textarea_field.
func SanitizeTextareaField(text string) string { return sanitizeText(text, true) }

func sanitizeText(text string, keepBreaks bool) string {
	if !utf8.ValidString(text) {
		return ""
	}
	if strings.IndexByte(text, '<') >= 0 {
		text = StripAllTags(escapeUnclosed(text), false)
		// The break may go below; the bracket must not become a tag then.
		text = strings.ReplaceAll(text, "<\n", "&lt;\n")
	}
	if !keepBreaks {
		text = collapseBlanks(text)
	}
	text = trimPHP(text)
	if cut, found := dropOctetsAll(text); found {
		text = trimPHP(singleBlanks(cut))
	}
	return text
}

// dropOctetsAll removes percent-encoded bytes until none is left, those that
// appear by removing others included.
func dropOctetsAll(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, false
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		out = append(out, s[i])
		if n := len(out); n >= 3 && out[n-3] == '%' && isHex(out[n-2]) && isHex(out[n-1]) {
			out = out[:n-3]
		}
	}
	return string(out), len(out) < len(s)
}

// singleBlanks makes one blank of each run of blanks.
func singleBlanks(s string) string {
	if !strings.Contains(s, "  ") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' || i == 0 || s[i-1] != ' ' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// escapeUnclosed escapes each < that no > follows before the next <, with the
// text up to there: wp_pre_kses_less_than.
func escapeUnclosed(text string) string {
	next := strings.IndexByte(text, '<')
	if next < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	for next >= 0 {
		b.WriteString(text[:next])
		text = text[next:]
		end := len(strings.TrimSuffix(text, "\n")) // PCRE's $ comes before it
		if i := strings.IndexAny(text[1:], "<>"); i >= 0 {
			end = i + 1
		}
		if end < len(text) && text[end] == '>' {
			b.WriteString(text[:end+1])
			end++
		} else {
			b.WriteString(EscHTML(text[:end]))
		}
		text = text[end:]
		next = strings.IndexByte(text, '<')
	}
	b.WriteString(text)
	return b.String()
}

// specialPlain is what _wp_specialchars escapes besides ampersands when it
// leaves quotes alone. &apos; is no entity of HTML 4.01.
var specialPlain = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&apos;", "&amp;apos;")

// escapeNoQuotes is _wp_specialchars, which leaves quotes alone and does not
// escape twice. Nothing is left of text with something to escape that is not
// valid UTF-8.
func escapeNoQuotes(text string) string {
	if !strings.ContainsAny(text, `&<>"'`) {
		return text
	}
	if text = NormalizeEntities(text); !utf8.ValidString(text) {
		return ""
	}
	return specialPlain.Replace(text)
}

// SanitizeMIMEType keeps of a media type what such a name may have:
// sanitize_mime_type.
func SanitizeMIMEType(mime string) string {
	return keepBytes(mime, func(c byte) bool {
		return isAlnum(c) || strings.IndexByte("-+*./", c) >= 0
	})
}
