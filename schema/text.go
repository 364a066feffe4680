package schema

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// phpBlanks is what PHP's trim takes off.
const phpBlanks = " \n\r\t\v\x00"

// sanitizeTextField mirrors sanitize_text_field and sanitize_textarea_field: text
// without tags, line breaks (unless kept), doubled blanks and percent codes.
func sanitizeTextField(s string, keepNewlines bool) string {
	if !utf8.ValidString(s) {
		return ""
	}
	if strings.Contains(s, "<") {
		s = strings.Trim(stripTags(dropScripts(escapeUnclosed(s))), phpBlanks)
		s = strings.ReplaceAll(s, "<\n", "&lt;\n")
	}
	if !keepNewlines {
		s = squeeze(s, "\r\n\t ")
	}
	s = strings.Trim(s, phpBlanks)
	if clean := dropPercentCodes(s); clean != s {
		s = strings.Trim(squeeze(clean, " "), phpBlanks)
	}
	return s
}

// squeeze makes one blank of every run of the bytes of set.
func squeeze(s, set string) string {
	b := make([]byte, 0, len(s))
	inRun := false
	for i := range len(s) {
		if strings.IndexByte(set, s[i]) < 0 {
			b = append(b, s[i])
			inRun = false
		} else if !inRun {
			b = append(b, ' ')
			inRun = true
		}
	}
	return string(b)
}

// dropPercentCodes removes %XX again and again until none is left.
func dropPercentCodes(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		b = append(b, s[i])
		if n := len(b); n >= 3 && b[n-3] == '%' && onlyHex(string(b[n-2:])) {
			b = b[:n-3]
		}
	}
	return string(b)
}

// escapeUnclosed mirrors wp_pre_kses_less_than: a < that no > follows before
// the next < is text.
func escapeUnclosed(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		j := 1
		for j < len(s) && s[j] != '<' && s[j] != '>' && (s[j] != '\n' || j != len(s)-1) {
			j++
		}
		if j < len(s) && s[j] == '>' {
			j++
			b.WriteString(s[:j])
		} else {
			b.WriteString(escapeHTML(s[:j]))
		}
		s = s[j:]
	}
	b.WriteString(s)
	return b.String()
}

// escapeHTML mirrors esc_html: it leaves entities that are already there.
func escapeHTML(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&quot;")
		case '\'':
			b.WriteString("&#039;")
		case '&':
			text, n := entity(s[i:])
			b.WriteString(text)
			i += n - 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// entity reads the entity at the start of s: its normal form and length, or an
// escaped & if there is none.
func entity(s string) (text string, n int) {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 3 {
		return "&amp;", 1
	}
	name := s[1:end]
	if name[0] != '#' {
		if onlyBytes(name, "") && strings.Contains(entityNames, " "+name+" ") {
			return s[:end+1], end + 1
		}
		return "&amp;", 1
	}
	digits, base := name[1:], 10
	if digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	digits = strings.TrimLeft(digits, "0")
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || code > utf8.MaxRune || !utf8.ValidRune(rune(code)) || code < 0x20 && code != 9 && code != 10 && code != 13 {
		return "&amp;", 1
	}
	if base == 16 {
		return "&#x" + digits + ";", end + 1
	}
	return "&#" + strings.Repeat("0", max(0, 3-len(digits))) + digits + ";", end + 1
}

// entityNames are the named entities of HTML 4, between blanks.
const entityNames = " " +
	"nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn acute " +
	"micro para middot cedil ordm raquo iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
	"Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
	"Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil " +
	"egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide " +
	"oslash ugrave uacute ucirc uuml yacute thorn yuml quot amp lt gt OElig oelig Scaron scaron Yuml circ " +
	"tilde ensp emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger " +
	"Dagger permil lsaquo rsaquo euro fnof Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa " +
	"Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi Omega alpha beta gamma delta epsilon " +
	"zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega " +
	"thetasym upsih piv bull hellip prime Prime oline frasl weierp image real trade alefsym larr uarr " +
	"rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty nabla isin notin ni prod sum " +
	"minus lowast radic prop infin ang and or cap cup int sim cong asymp ne equiv le ge sub sup nsub sube " +
	"supe oplus otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams sup1 " +
	"sup2 sup3 frac14 frac12 frac34 there4 "

// dropScripts removes script and style elements with their content.
func dropScripts(s string) string {
	var b strings.Builder
	low := lower(s)
	for i := 0; i < len(s); {
		if name := scriptName(low[i:]); name != "" {
			if open := strings.IndexByte(low[i:], '>'); open >= 0 {
				if end := strings.Index(low[i+open:], "</"+name+">"); end >= 0 {
					i += open + end + len(name) + 3
					continue
				}
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func scriptName(s string) string {
	switch {
	case strings.HasPrefix(s, "<script"):
		return "script"
	case strings.HasPrefix(s, "<style"):
		return "style"
	}
	return ""
}

// What stripTags is inside of.
const (
	inText = iota
	inTag
	inPHP         // <? … ?>
	inDeclaration // <! … >
	inComment     // <!-- … -->
)

// tagStripper is the state of stripTags.
type tagStripper struct {
	state, depth, parens int
	quote                byte // the quote that is open in a tag, 0 for none
	last                 byte // in PHP: the last parenthesis or quote
	xml                  bool
	out                  []byte
}

// stripTags mirrors PHP's strip_tags without allowed tags.
func stripTags(s string) string {
	t := &tagStripper{out: make([]byte, 0, len(s))}
	for i := range len(s) {
		if s[i] == 0 {
			continue
		}
		switch t.state {
		case inText:
			t.text(s, i)
		case inTag:
			t.tag(s, i)
		case inPHP:
			t.php(s, i)
		case inDeclaration:
			t.declaration(s, i)
		case inComment:
			if s[i] == '>' && t.quote == 0 && strings.HasSuffix(s[:i], "--") {
				t.state, t.quote = inText, 0
			}
		}
	}
	return string(t.out)
}

func (t *tagStripper) text(s string, i int) {
	switch s[i] {
	case '<':
		if t.quote != 0 {
			return
		}
		if i+1 < len(s) && strings.IndexByte(phpSpace, s[i+1]) >= 0 {
			t.out = append(t.out, '<')
			return
		}
		t.state, t.last = inTag, '<'
	case '>':
		if t.depth > 0 {
			t.depth--
		} else if t.quote == 0 {
			t.out = append(t.out, '>')
		}
	default:
		t.out = append(t.out, s[i])
	}
}

// close handles a > and reports whether it ends what it is in.
func (t *tagStripper) close() bool {
	if t.depth > 0 {
		t.depth--
		return false
	}
	return t.quote == 0
}

func (t *tagStripper) toggleQuote(c byte) {
	switch t.quote {
	case 0:
		t.quote = c
	case c:
		t.quote = 0
	}
}

func (t *tagStripper) tag(s string, i int) {
	switch c := s[i]; c {
	case '<':
		if t.quote == 0 && (i+1 >= len(s) || strings.IndexByte(phpSpace, s[i+1]) < 0) {
			t.depth++
		}
	case '>':
		if t.close() {
			t.last = '>'
			if !t.xml || s[i-1] != '-' {
				t.state, t.quote, t.xml = inText, 0, false
			}
		}
	case '"', '\'':
		t.toggleQuote(c)
	case '!':
		if s[i-1] == '<' {
			t.state, t.last = inDeclaration, c
		}
	case '?':
		if s[i-1] == '<' {
			t.state, t.parens = inPHP, 0
		}
	}
}

func (t *tagStripper) php(s string, i int) {
	switch c := s[i]; c {
	case '(', ')':
		if t.last != '"' && t.last != '\'' {
			t.last = c
			if c == '(' {
				t.parens++
			} else {
				t.parens--
			}
		}
	case '>':
		if t.close() && t.parens == 0 && t.last != '"' && s[i-1] == '?' {
			t.state, t.quote = inText, 0
		}
	case '"', '\'':
		if s[i-1] == '\\' {
			return
		}
		if t.last == c {
			t.last = 0
		} else if t.last != '\\' {
			t.last = c
		}
		t.toggleQuote(c)
	case 'l', 'L': // <?xml is a tag
		if i > 4 && strings.EqualFold(s[i-2:i], "xm") && s[i-4:i-2] == "<?" {
			t.state, t.xml = inTag, true
		}
	}
}

func (t *tagStripper) declaration(s string, i int) {
	switch c := s[i]; c {
	case '>':
		if t.close() {
			t.state, t.quote = inText, 0
		}
	case '"', '\'':
		if s[i-1] != '\\' {
			t.toggleQuote(c)
		}
	case '-':
		if strings.HasSuffix(s[:i], "!-") {
			t.state = inComment
		}
	case 'e', 'E': // a doctype is a tag
		if i > 6 && strings.EqualFold(s[i-6:i], "doctyp") {
			t.state = inTag
		}
	}
}
