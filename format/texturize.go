package format

import "strings"

// Texturize makes typographic characters of the plain ones in text: quotes,
// apostrophes, primes, dashes, ellipses, the multiplication and the trade mark
// sign, in the English way: wptexturize in locale en_US. The characters come
// out as numeric references; ampersands that begin no reference as &#038;.
//
// Tags, comments, the tags of the given shortcodes, and what stands inside of
// pre, code, kbd, style, script and tt elements or a [code] shortcode stay as
// they are. Shortcodes may be nil.
func Texturize(text string, shortcodes *Shortcodes) string {
	if text == "" || text == "0" {
		return text
	}
	t := texturizer{out: make([]byte, 0, len(text)+len(text)/8+16)}
	bracket := -1
	if shortcodes.len() > 0 {
		bracket = strings.IndexByte(text, '[')
	}
	lt := strings.IndexByte(text, '<')
	start := 0
	for lt >= 0 || bracket >= 0 {
		var pos, end int
		if bracket < 0 || lt >= 0 && lt < bracket {
			pos, end = lt, delimiterEnd(text, lt)
			t.text(text[start:pos])
			t.element(text[pos:end])
		} else {
			pos = bracket
			if end = shortcodes.delimiterEnd(text, pos); end < 0 {
				bracket = nextByteFrom(text, '[', pos+1)
				continue
			}
			t.text(text[start:pos])
			t.shortcode(text[pos:end])
		}
		start = end
		if lt >= 0 && lt < end {
			lt = nextByteFrom(text, '<', end)
		}
		if bracket >= 0 && bracket < end {
			bracket = nextByteFrom(text, '[', end)
		}
	}
	t.text(text[start:])
	return string(t.out)
}

// nextByteFrom is the index of the next c from i on, or -1.
func nextByteFrom(s string, c byte, i int) int {
	if n := strings.IndexByte(s[i:], c); n >= 0 {
		return i + n
	}
	return -1
}

// delimiterEnd is the index after the element or comment at i, without regard
// to CDATA sections.
func delimiterEnd(s string, i int) int {
	if strings.HasPrefix(s[i:], "<!--") {
		return elementEnd(s, i)
	}
	if end := strings.IndexByte(s[i:], '>'); end >= 0 {
		return i + end + 1
	}
	return len(s)
}

type texturizer struct {
	out        []byte
	buf, next  []byte
	quotes     []quote
	tags       []string // open elements whose text is left alone
	shortcodes []string // open shortcodes of that kind
}

func (t *texturizer) element(s string) {
	if strings.HasPrefix(s, "<!--") {
		t.out = append(t.out, s...)
		return
	}
	t.out = appendAmpersands(t.out, s)
	t.tags = pushPop(t.tags, s, verbatimTag)
}

func (t *texturizer) shortcode(s string) {
	t.out = append(t.out, s...)
	if !strings.HasPrefix(s, "[[") && !strings.HasSuffix(s, "]]") {
		t.shortcodes = pushPop(t.shortcodes, s, func(tag string) bool { return tag == "code" })
	}
}

func verbatimTag(tag string) bool {
	switch tag {
	case "pre", "code", "kbd", "style", "script", "tt":
		return true
	}
	return false
}

// pushPop follows an opening or closing tag when it is one of those that turn
// texturizing off. Its last byte is taken for the closing bracket.
func pushPop(stack []string, s string, listed func(string) bool) []string {
	opening := len(s) > 1 && s[1] != '/'
	if !opening && len(stack) == 0 {
		return stack
	}
	from, to := 2, len(s)-1
	if opening {
		from = 1
	}
	if space := strings.IndexByte(s, ' '); space >= 0 {
		to = space
	}
	if from >= to || !listed(s[from:to]) {
		return stack
	}
	if opening {
		return append(stack, s[from:to])
	}
	if stack[len(stack)-1] == s[from:to] {
		return stack[:len(stack)-1]
	}
	return stack
}

// text texturizes what stands between two delimiters.
func (t *texturizer) text(s string) {
	if s == "" {
		return
	}
	if len(t.tags) > 0 || len(t.shortcodes) > 0 || trimPHP(s) == "" {
		t.out = append(t.out, s...)
		return
	}
	found := t.fixed(s)
	if found == 0 {
		t.out = append(t.out, s...)
		return
	}
	if found&(foundSingle|foundDouble) != 0 {
		if found&foundSingle != 0 {
			t.singleQuotes()
		}
		if found&foundDouble != 0 {
			t.doubleQuotes()
		}
	}
	if found&(foundSingle|foundDouble|foundDash) != 0 {
		t.replaceMarks()
	}
	if found&foundTimes != 0 {
		t.next = appendTimes(t.next[:0], t.buf)
		t.buf, t.next = t.next, t.buf
	}
	if found&foundAmpersand != 0 {
		t.out = appendAmpersands(t.out, string(t.buf))
	} else {
		t.out = append(t.out, t.buf...)
	}
}

// What fixed has seen.
const (
	foundFixed = 1 << iota
	foundSingle
	foundDouble
	foundDash
	foundTimes
	foundAmpersand
)

// textureByte has a 1 for each byte at which something may have to be done.
var textureByte = [256]uint8{'.': 1, '`': 1, '\'': 1, ' ': 1, '"': 1, '-': 1, 'x': 1, '&': 1}

// fixed copies s into buf with the texts replaced that need no look around,
// notes the quotes, and says what else there is to do.
func (t *texturizer) fixed(s string) (found int) {
	out := t.buf[:0]
	t.quotes = t.quotes[:0]
	from := 0
	for i := 0; i < len(s); i++ {
		if textureByte[s[i]] == 0 {
			continue
		}
		to, size := "", 0
		switch s[i] {
		case '.':
			if strings.HasPrefix(s[i+1:], "..") {
				to, size = "&#8230;", 3
			}
		case '`':
			if strings.HasPrefix(s[i+1:], "`") {
				to, size = "&#8220;", 2
			}
		case ' ':
			if strings.HasPrefix(s[i+1:], "(tm)") {
				to, size = " &#8482;", 5
			}
		case '\'':
			if to, size = fixedQuote(s[i+1:]); size == 0 {
				found |= foundSingle
				t.quotes = append(t.quotes, quote{pos: len(out) + i - from, char: '\''})
			}
		case '"':
			found |= foundDouble
			t.quotes = append(t.quotes, quote{pos: len(out) + i - from, char: '"'})
		case '-':
			found |= foundDash
		case '&':
			found |= foundAmpersand
		case 'x':
			if i > 0 && isDigit(s[i-1]) && i+1 < len(s) && isDigit(s[i+1]) {
				found |= foundTimes
			}
		}
		if size > 0 {
			out = append(append(out, s[from:i]...), to...)
			i += size - 1
			from = i + 1
			found |= foundFixed
		}
	}
	if found != 0 {
		out = append(out, s[from:]...)
	}
	t.buf = out
	return found
}

// cockney are the words that begin with an apostrophe where one would expect
// an opening quote.
var cockney = []struct{ word, to string }{
	{"tain't", "&#8217;tain&#8217;t"},
	{"twere", "&#8217;twere"},
	{"twas", "&#8217;twas"},
	{"tis", "&#8217;tis"},
	{"twill", "&#8217;twill"},
	{"til", "&#8217;til"},
	{"bout", "&#8217;bout"},
	{"nuff", "&#8217;nuff"},
	{"round", "&#8217;round"},
	{"cause", "&#8217;cause"},
	{"em", "&#8217;em"},
}

// fixedQuote is what becomes of a single quote with s behind it when that can
// be said at once, and the size of what it stands for.
func fixedQuote(s string) (string, int) {
	if s == "" {
		return "", 0
	}
	switch s[0] {
	case '\'':
		return "&#8221;", 2
	case 't', 'b', 'n', 'r', 'c', 'e':
		for _, c := range cockney {
			if strings.HasPrefix(s, c.word) {
				return c.to, 1 + len(c.word)
			}
		}
	}
	return "", 0
}

// replaceMarks writes the references for quotes and dashes.
func (t *texturizer) replaceMarks() {
	s := t.buf
	out := t.next[:0]
	q, from := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\'', '"':
			mark := t.quotes[q].text()
			q++
			if mark != "" {
				out = append(append(out, s[from:i]...), mark...)
				from = i + 1
			}
		case '-':
			end := i + 1
			for end < len(s) && s[end] == '-' {
				end++
			}
			out = appendDashes(append(out, s[from:i]...), s, i, end)
			i, from = end-1, end
		}
	}
	t.buf, t.next = append(out, s[from:]...), s
}

// appendDashes writes the run of hyphens s[start:end]: three are an em dash,
// two left over an en dash, or an em dash between spaces; one between spaces
// is an en dash. The xn-- of a domain name stays.
func appendDashes(dst, s []byte, start, end int) []byte {
	n := end - start
	for ; n >= 3; n -= 3 {
		dst = append(dst, "&#8212;"...)
	}
	alone := func() bool {
		return end-start == n && spaceBefore(s, start) && spaceAfter(s, end)
	}
	switch {
	case n == 2 && alone():
		return append(dst, "&#8212;"...)
	case n == 2 && start > 1 && end-start == 2 && s[start-1] == 'n' && s[start-2] == 'x':
		return append(dst, "--"...)
	case n == 2 || n == 1 && alone():
		return append(dst, "&#8211;"...)
	case n == 1:
		return append(dst, '-')
	}
	return dst
}

// appendTimes writes s with the multiplication sign for an x between numbers,
// 0x… excepted.
func appendTimes(dst, s []byte) []byte {
	from := 0
	for i := 0; i < len(s); {
		if !numberByte(s[i]) {
			i++
			continue
		}
		end := i
		for end < len(s) && numberByte(s[end]) {
			end++
		}
		if end+1 < len(s) && s[end] == 'x' && isDigit(s[end+1]) && hasFactor(s, i, end) {
			if stop := factorEnd(s, end+1); stop > 0 {
				dst = append(append(dst, s[from:end]...), "&#215;"...)
				from, i = end+1, stop
				continue
			}
		}
		i = end
	}
	return append(dst, s[from:]...)
}

func numberByte(c byte) bool { return isDigit(c) || c == '.' || c == ',' }

// hasFactor tells whether a number begins at a word boundary in s[i:end]; a
// zero alone is none.
func hasFactor(s []byte, i, end int) bool {
	for ; i < end; i++ {
		if isDigit(s[i]) && (i == 0 || !isWord(s[i-1])) && (s[i] != '0' || end-i > 1) {
			return true
		}
	}
	return false
}

// factorEnd is the last word boundary in the number that begins at i, or 0.
func factorEnd(s []byte, i int) int {
	end := i
	for end < len(s) && numberByte(s[end]) {
		end++
	}
	for ; end > i; end-- {
		if isWord(s[end-1]) != (end < len(s) && isWord(s[end])) {
			return end
		}
	}
	return 0
}
