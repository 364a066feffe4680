package format

import "strings"

// StripAllTags takes the tags out of text, and script and style elements with
// what is in them, and trims it: wp_strip_all_tags. With removeBreaks runs of
// white space become single blanks. The result is text, not HTML that is safe
// to print: escape it.
func StripAllTags(text string, removeBreaks bool) string {
	text = StripTags(dropScripts(text))
	if removeBreaks {
		text = collapseBlanks(text)
	}
	return trimPHP(text)
}

// dropScripts removes script and style elements with their content.
func dropScripts(text string) string {
	if strings.IndexByte(text, '<') < 0 {
		return text
	}
	var (
		out    strings.Builder
		kept   int
		gt     = finder{pattern: ">"}
		script = finder{pattern: "</script>", fold: true}
		style  = finder{pattern: "</style>", fold: true}
	)
	for pos := 0; ; {
		lt := strings.IndexByte(text[pos:], '<')
		if lt < 0 {
			break
		}
		start := pos + lt
		pos = start + 1
		closing := &script
		if !hasPrefixFold(text[pos:], "script") {
			if !hasPrefixFold(text[pos:], "style") {
				continue
			}
			closing = &style
		}
		end := gt.from(text, pos)
		if end < 0 {
			break
		}
		end = closing.from(text, end+1)
		if end < 0 {
			continue
		}
		out.WriteString(text[kept:start])
		kept = end + len(closing.pattern)
		pos = kept
	}
	if kept == 0 {
		return text
	}
	out.WriteString(text[kept:])
	return out.String()
}

// collapseBlanks makes one blank of each run of blanks, tabs and line breaks.
func collapseBlanks(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r':
			if i == 0 || !blankByte(text[i-1]) {
				out = append(out, ' ')
			}
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func blankByte(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// Where the stripper stands: in text, in a tag, in a processing instruction,
// in a declaration, in a comment.
const (
	stripText = iota
	stripTag
	stripPHP
	stripDeclaration
	stripComment
)

// StripTags is PHP's strip_tags without a list of allowed tags. It is no
// parser of HTML: it follows quotes inside tags, counts nested angle brackets,
// drops NUL bytes in front of and inside tags, and leaves a < alone that white
// space follows.
func StripTags(text string) string {
	if strings.IndexByte(text, '<') < 0 && strings.IndexByte(text, 0) < 0 && strings.IndexByte(text, '>') < 0 {
		return text
	}
	s := stripper{text: text, out: make([]byte, 0, len(text))}
	for s.i = 0; s.i < len(text); s.i++ {
		switch s.state {
		case stripText:
			s.inText()
		case stripTag:
			s.inTag()
		case stripPHP:
			s.inPHP()
		case stripDeclaration:
			s.inDeclaration()
		case stripComment:
			s.inComment()
		}
	}
	return string(s.out)
}

type stripper struct {
	text   string
	out    []byte
	i      int
	state  int
	depth  int  // angle brackets opened inside the tag
	parens int  // parentheses opened inside the instruction
	quote  byte // the quote we are in, or 0
	last   byte // the last bracket or quote that mattered
	xml    bool // the instruction turned out to be an XML declaration
}

// before is the byte n places back, or 0 in front of the text.
func (s *stripper) before(n int) byte {
	if s.i < n {
		return 0
	}
	return s.text[s.i-n]
}

func (s *stripper) spaceFollows() bool {
	return s.i+1 < len(s.text) && isSpace(s.text[s.i+1])
}

func (s *stripper) toggleQuote(c byte) {
	switch s.quote {
	case 0:
		s.quote = c
	case c:
		s.quote = 0
	}
}

// closes tells whether the > at hand ends the construct.
func (s *stripper) closes() bool {
	if s.depth > 0 {
		s.depth--
		return false
	}
	return s.quote == 0
}

func (s *stripper) inText() {
	switch c := s.text[s.i]; c {
	case 0:
	case '<':
		if s.quote != 0 {
			return
		}
		if s.spaceFollows() {
			s.out = append(s.out, c)
			return
		}
		s.last, s.state = '<', stripTag
	case '>':
		if s.closes() {
			s.out = append(s.out, c)
		}
	default:
		s.out = append(s.out, c)
	}
}

func (s *stripper) inTag() {
	switch c := s.text[s.i]; c {
	case '<':
		if s.quote == 0 && !s.spaceFollows() {
			s.depth++
		}
	case '>':
		if !s.closes() {
			return
		}
		s.last = '>'
		if s.xml && s.before(1) == '-' {
			return
		}
		s.quote, s.state, s.xml = 0, stripText, false
	case '"', '\'':
		if s.i != 0 {
			s.toggleQuote(c)
		}
	case '!':
		if s.before(1) == '<' {
			s.state, s.last = stripDeclaration, c
		}
	case '?':
		if s.before(1) == '<' {
			s.parens, s.state = 0, stripPHP
		}
	}
}

func (s *stripper) inPHP() {
	switch c := s.text[s.i]; c {
	case '(', ')':
		if s.last == '"' || s.last == '\'' {
			return
		}
		s.last = c
		if c == '(' {
			s.parens++
		} else {
			s.parens--
		}
	case '>':
		if s.closes() && s.parens == 0 && s.last != '"' && s.before(1) == '?' {
			s.quote, s.state = 0, stripText
		}
	case '"', '\'':
		if s.before(1) == '\\' {
			return
		}
		if s.last == c {
			s.last = 0
		} else if s.last != '\\' {
			s.last = c
		}
		s.toggleQuote(c)
	case 'l', 'L':
		if s.i > 4 && s.before(1)|0x20 == 'm' && s.before(2)|0x20 == 'x' && s.before(3) == '?' && s.before(4) == '<' {
			s.state, s.xml = stripTag, true
		}
	}
}

func (s *stripper) inDeclaration() {
	switch c := s.text[s.i]; c {
	case '>':
		if s.closes() {
			s.quote, s.state = 0, stripText
		}
	case '"', '\'':
		if s.before(1) != '\\' {
			s.toggleQuote(c)
		}
	case '-':
		if s.before(1) == '-' && s.before(2) == '!' {
			s.state = stripComment
		}
	case 'E', 'e':
		if s.i > 6 && hasPrefixFold(s.text[s.i-6:], "doctyp") {
			s.state = stripTag
		}
	}
}

func (s *stripper) inComment() {
	if s.text[s.i] == '>' && s.quote == 0 && s.before(1) == '-' && s.before(2) == '-' {
		s.state = stripText
	}
}
