package format

import "strings"

// isWord is \w.
func isWord(c byte) bool { return isAlnum(c) || c == '_' }

// skipSpaces is the first index from i on that is not \s.
func skipSpaces(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// A finder looks for one text from positions that never go back, and keeps
// what it found: however often it is asked, it reads the subject once.
type finder struct {
	pattern string
	fold    bool // pattern is lower case and matches in any case
	at      int
	asked   bool
}

// from is the first index at or after pos where the pattern stands in s, or -1.
func (f *finder) from(s string, pos int) int {
	if f.asked && (f.at < 0 || f.at >= pos) {
		return f.at
	}
	f.asked = true
	f.at = -1
	if pos > len(s) {
		return -1
	}
	if !f.fold {
		if i := strings.Index(s[pos:], f.pattern); i >= 0 {
			f.at = pos + i
		}
		return f.at
	}
	for pos < len(s) {
		i := strings.IndexByte(s[pos:], f.pattern[0])
		if i < 0 {
			break
		}
		if hasPrefixFold(s[pos+i:], f.pattern) {
			f.at = pos + i
			break
		}
		pos += i + 1
	}
	return f.at
}

// textSpace is the length of the white space text begins with: a blank, tab,
// line break, no-break space or its entity (wp_spaces_regexp). 0 is none.
func textSpace(s string) int {
	if s == "" {
		return 0
	}
	switch s[0] {
	case ' ', '\t', '\n', '\r':
		return 1
	case 0xc2:
		if len(s) > 1 && s[1] == 0xa0 {
			return 2
		}
	case '&':
		if strings.HasPrefix(s, "&nbsp;") {
			return 6
		}
	}
	return 0
}

// endsInTextSpace tells whether s ends in what textSpace knows.
func endsInTextSpace(s string) bool {
	if s == "" {
		return false
	}
	switch s[len(s)-1] {
	case ' ', '\t', '\n', '\r':
		return true
	case 0xa0:
		return len(s) > 1 && s[len(s)-2] == 0xc2
	case ';':
		return strings.HasSuffix(s, "&nbsp;")
	}
	return false
}

// elementEnd is the index after the HTML element, comment or CDATA section
// that begins with the < at i; one that is not closed ends with the text. It is
// the token of wp_html_split.
func elementEnd[T string | []byte](s T, i int) int {
	switch {
	case beginsAt(s, i, "<!--"):
		for i += 2; i+2 < len(s); i++ {
			if s[i] == '-' && s[i+1] == '-' && s[i+2] == '>' {
				return i + 3
			}
		}
	case beginsAt(s, i, "<![CDATA["):
		for i += 9; i+2 < len(s); i++ {
			if s[i] == ']' && s[i+1] == ']' && s[i+2] == '>' {
				return i + 3
			}
		}
	default:
		for ; i < len(s); i++ {
			if s[i] == '>' {
				return i + 1
			}
		}
	}
	return len(s)
}

// beginsAt tells whether text stands at s[i:].
func beginsAt[T string | []byte](s T, i int, text string) bool {
	return len(s)-i >= len(text) && string(s[i:i+len(text)]) == text
}
