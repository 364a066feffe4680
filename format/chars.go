package format

import (
	"strconv"
	"strings"
)

// CapitalPDangit spells WordPress with its capital P where the word begins
// after a blank, an opening quote or parenthesis, or a tag: capital_P_dangit.
// It expects texturized text. Titles have CapitalPDangitTitle.
func CapitalPDangit(text string) string {
	const wrong = "Wordpress"
	if !strings.Contains(text, wrong) {
		return text
	}
	var out strings.Builder
	for {
		i := strings.Index(text, wrong)
		if i < 0 {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:i])
		if before := text[:i]; before != "" && (strings.IndexByte(" >(", before[i-1]) >= 0 ||
			strings.HasSuffix(before, "&#8216;") || strings.HasSuffix(before, "&#8220;")) {
			out.WriteString("WordPress")
		} else {
			out.WriteString(wrong)
		}
		text = text[i+len(wrong):]
	}
}

// CapitalPDangitTitle spells WordPress with its capital P wherever it stands:
// capital_P_dangit on the title filters.
func CapitalPDangitTitle(title string) string {
	return strings.ReplaceAll(title, "Wordpress", "WordPress")
}

// ConvertChars makes &#038; of ampersands that do not look like the begin of
// a character reference: convert_chars.
func ConvertChars(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+len(text)/16+8)
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '&' || i+1 == len(text) || text[i+1] == '#' || looseName(text[i+2:]) {
			out = append(out, c)
			continue
		}
		i++
		out = append(append(out, "&#038;"...), text[i])
	}
	return string(out)
}

// looseName tells whether s begins with one to eight letters and digits from 1
// to 4, and a semicolon: what WordPress takes for the name of an entity.
func looseName(s string) bool {
	for i := 0; i < len(s) && i <= 8; i++ {
		if c := s[i]; c == ';' {
			return i > 0
		} else if !isAlpha(c) && (c < '1' || c > '4') {
			return false
		}
	}
	return false
}

// looksLikeReference tells whether the & that s begins with starts a character
// reference of any code or a name as looseName has it.
func looksLikeReference(s string) bool {
	if len(s) < 3 || s[1] != '#' {
		return looseName(s[1:])
	}
	i, digit := 2, isDigit
	if s[2]|0x20 == 'x' {
		i, digit = 3, isHex
	}
	start := i
	for i < len(s) && digit(s[i]) {
		i++
	}
	return i > start && i < len(s) && s[i] == ';'
}

// appendAmpersands writes s with &#038; for each & that begins no reference.
func appendAmpersands(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i+1]...)
		if !looksLikeReference(s[i:]) {
			dst = append(dst, "#038;"...)
		}
		s = s[i+1:]
	}
}

// windows1252 holds what stands at 128 to 159 in Windows-1252; 0 is nothing.
var windows1252 = [32]int{
	8364, 0, 8218, 402, 8222, 8230, 8224, 8225, 710, 8240, 352, 8249, 338, 0, 381, 0,
	0, 8216, 8217, 8220, 8221, 8226, 8211, 8212, 732, 8482, 353, 8250, 339, 0, 382, 376,
}

// ConvertInvalidEntities repairs decimal references to the control characters
// 128 to 159, which were meant as Windows-1252: convert_invalid_entities.
func ConvertInvalidEntities(text string) string {
	if !strings.Contains(text, "&#1") {
		return text
	}
	out := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); i++ {
		if s := text[i:]; s[0] == '&' && len(s) > 5 && s[1] == '#' && s[2] == '1' && isDigit(s[3]) && isDigit(s[4]) && s[5] == ';' {
			if n := int(s[3]-'0')*10 + int(s[4]-'0') - 28; n >= 0 && n < len(windows1252) {
				if code := windows1252[n]; code > 0 {
					out = append(strconv.AppendInt(append(out, "&#"...), int64(code), 10), ';')
				}
				i += 5
				continue
			}
		}
		out = append(out, text[i])
	}
	return string(out)
}

// Ent2NCR makes numeric references of the named ones of HTML 4.01 and three
// older names, and of the vertical bar: ent2ncr.
func Ent2NCR(text string) string {
	if !strings.ContainsAny(text, "&|") {
		return text
	}
	out := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '|':
			out = append(out, "&#124;"...)
		case '&':
			end := i + 1
			for end < len(text) && end-i <= 8 && isAlnum(text[end]) {
				end++
			}
			code := 0
			if end < len(text) && text[end] == ';' {
				code = entityNumber(text[i+1 : end])
			}
			if code == 0 {
				out = append(out, c)
				break
			}
			out = append(strconv.AppendInt(append(out, "&#"...), int64(code), 10), ';')
			i = end
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func entityNumber(name string) int {
	switch name {
	case "brkbar":
		return 166
	case "die":
		return 168
	case "hibar":
		return 175
	}
	return entityCode[name]
}
