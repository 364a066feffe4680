package format

import "bytes"

// What a quote turned out to be.
type quoteKind uint8

const (
	quotePlain quoteKind = iota
	quoteApostrophe
	quoteOpen
	quoteClose
	quotePrime
)

type quote struct {
	pos  int
	char byte
	kind quoteKind
}

// text is the reference that stands for the quote; "" keeps it.
func (q quote) text() string {
	switch q.kind {
	case quoteApostrophe:
		return "&#8217;"
	case quoteOpen:
		if q.char == '"' {
			return "&#8220;"
		}
		return "&#8216;"
	case quoteClose:
		if q.char == '"' {
			return "&#8221;"
		}
		return "&#8217;"
	case quotePrime:
		if q.char == '"' {
			return "&#8243;"
		}
		return "&#8242;"
	}
	return ""
}

// plain tells whether the quote i is char and still undecided.
func (t *texturizer) plain(i int, char byte) bool {
	return i < len(t.quotes) && t.quotes[i].char == char && t.quotes[i].kind == quotePlain
}

// singleQuotes decides about the single quotes. Each rule sees what those in
// front of it left over, so they cannot be one loop; no two single quotes are
// neighbours, those became a double one before.
func (t *texturizer) singleQuotes() {
	s := t.buf
	numbers := false
	for _, q := range t.quotes {
		if q.char == '\'' && q.pos+1 < len(s) && isDigit(s[q.pos+1]) {
			numbers = true
			break
		}
	}
	if numbers {
		t.yearAtEnd('\'')
		t.yearAtEnd('"')
		t.years()
		t.quotedNumbers('\'')
	}
	for i := range t.quotes {
		if !t.plain(i, '\'') {
			continue
		}
		q := &t.quotes[i]
		if t.opensSingle(i) {
			q.kind = quoteOpen
		} else if !endsInTextSpaceBytes(s[:q.pos]) && insideWord(s[q.pos+1:]) {
			q.kind = quoteApostrophe
		}
	}
	t.primes('\'', "&#8217;")
}

// yearAtEnd knows '99' and '99" at the end of a phrase: an abbreviated year
// and the closing quote.
func (t *texturizer) yearAtEnd(closing byte) {
	s := t.buf
	for i := range t.quotes {
		p := t.quotes[i].pos
		if t.plain(i, '\'') && t.plain(i+1, closing) && t.quotes[i+1].pos == p+3 &&
			isDigit(s[p+1]) && isDigit(s[p+2]) && phraseEnds(s, p+4) {
			t.quotes[i].kind, t.quotes[i+1].kind = quoteApostrophe, quoteClose
		}
	}
}

// years knows '99 and '99s, but neither '9 nor '999, '99% nor '99.0.
func (t *texturizer) years() {
	for i := range t.quotes {
		if !t.plain(i, '\'') {
			continue
		}
		s := t.buf[t.quotes[i].pos+1:]
		if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
			continue
		}
		if s = s[2:]; len(s) > 0 && (s[0] == '%' || isDigit(s[0]) ||
			(s[0] == '.' || s[0] == ',') && len(s) > 1 && isDigit(s[1])) {
			continue
		}
		t.quotes[i].kind = quoteApostrophe
	}
}

// quotedNumbers knows numbers in quotes, such as '0.42'.
func (t *texturizer) quotedNumbers(char byte) {
	s := t.buf
	for i := range t.quotes {
		if !t.plain(i, char) || !t.plain(i+1, char) {
			continue
		}
		p := t.quotes[i].pos
		if !isDigit(s[p+1]) || !spaceBefore(s, p) {
			continue
		}
		end := p + 2
		for numberByte(s[end]) {
			end++
		}
		if end == t.quotes[i+1].pos {
			t.quotes[i].kind, t.quotes[i+1].kind = quoteOpen, quoteClose
		}
	}
}

func (t *texturizer) opensSingle(i int) bool {
	p := t.quotes[i].pos
	if p > 0 && t.buf[p-1] == '"' {
		return t.plain(i-1, '"')
	}
	return opensAfter(t.buf, p)
}

// opensAfter tells whether what stands in front of p lets a quote open.
func opensAfter(s []byte, p int) bool {
	if spaceBefore(s, p) {
		return true
	}
	switch s[p-1] {
	case '(', '[', '{', '-':
		return true
	case ';':
		return bytes.HasSuffix(s[:p], []byte("&lt;"))
	}
	return false
}

// doubleQuotes decides about the double quotes.
func (t *texturizer) doubleQuotes() {
	t.quotedNumbers('"')
	for i := range t.quotes {
		p := t.quotes[i].pos
		if t.plain(i, '"') && opensAfter(t.buf, p) && (p+1 == len(t.buf) || !spaceAfter(t.buf, p+1)) {
			t.quotes[i].kind = quoteOpen
		}
	}
	t.primes('"', "&#8221;")
}

// primes decides between prime and closing quote for what is left
// (wptexturize_primes), phrase by phrase: from one opening quote to the next.
func (t *texturizer) primes(char byte, closing string) {
	literal := -2 // the next closing reference that stands in the text; -2 is not looked for
	start, first := 0, 0
	for i := 0; i <= len(t.quotes); i++ {
		end := len(t.buf)
		if i < len(t.quotes) {
			if q := t.quotes[i]; q.char != char || q.kind != quoteOpen {
				continue
			}
			end = t.quotes[i].pos
		}
		closed := first == 0
		plain := false
		for j := first; j < i; j++ {
			q := t.quotes[j]
			if q.char == char {
				closed = closed || q.kind == quoteClose
				plain = plain || q.kind == quotePlain
			}
		}
		if plain {
			if !closed {
				if literal == -2 || literal >= 0 && literal < start {
					if literal = bytes.Index(t.buf[start:], []byte(closing)); literal >= 0 {
						literal += start
					}
				}
				closed = literal >= 0 && literal < end
			}
			if closed {
				t.simplePhrase(first, i, end, char)
			} else {
				t.openPhrase(first, i, end, char)
			}
		}
		start, first = end+1, i+1
	}
}

// simplePhrase is the rule for a phrase that has its closing quote, or never
// had an opening one: prime after a digit, closing quote at an end.
func (t *texturizer) simplePhrase(from, to, end int, char byte) {
	for i := from; i < to; i++ {
		if t.plain(i, char) {
			switch {
			case t.afterDigit(i):
				t.quotes[i].kind = quotePrime
			case char == '"' || t.closes(i, end):
				t.quotes[i].kind = quoteClose
			}
		}
	}
}

// openPhrase is the rule for a phrase with an opening quote whose closing one
// is to be found.
func (t *texturizer) openPhrase(from, to, end int, char byte) {
	candidates, noDigit := 0, 0
	last, lastStop := -1, -1 // the rightmost candidate, and that in front of a full stop
	for i := from; i < to; i++ {
		if !t.plain(i, char) || !t.closes(i, end) {
			continue
		}
		candidates++
		if !t.afterDigit(i) {
			noDigit++
		}
		last = i
		if p := t.quotes[i].pos + 1; p < end && t.buf[p] == '.' {
			lastStop = i
		}
	}
	switch {
	case candidates == 1:
		t.quotes[last].kind = quoteClose
	case candidates > 1 && noDigit == 0 && lastStop >= 0:
		t.quotes[lastStop].kind = quoteClose
	case candidates > 1 && noDigit == 0:
		t.quotes[last].kind = quoteClose
	}
	for i := from; i < to; i++ {
		if t.plain(i, char) {
			switch {
			case t.afterDigit(i):
				t.quotes[i].kind = quotePrime
			case char == '"' || t.closes(i, end):
				t.quotes[i].kind = quoteClose
			}
		}
	}
}

func (t *texturizer) afterDigit(i int) bool {
	p := t.quotes[i].pos
	return p > 0 && isDigit(t.buf[p-1])
}

// closes tells whether what follows a quote is where a phrase may end.
func (t *texturizer) closes(i, end int) bool {
	return t.quotes[i].pos+1 == end || phraseEnds(t.buf, t.quotes[i].pos+1)
}

// phraseEnds tells whether s[i:] is empty or begins with white space or a mark
// that ends a phrase.
func phraseEnds(s []byte, i int) bool {
	if spaceAfter(s, i) {
		return true
	}
	switch s[i] {
	case '.', ',', ':', ';', '!', '?', ')', '}', '-', ']':
		return true
	case '&':
		return bytes.HasPrefix(s[i:], []byte("&gt;"))
	}
	return false
}

// insideWord tells whether s goes on with a word behind an apostrophe.
func insideWord(s []byte) bool {
	if spaceAfter(s, 0) {
		return false
	}
	switch s[0] {
	case '.', ',', ':', ';', '!', '?', '"', '\'', '(', ')', '{', '}', '[', ']', '-':
		return false
	case '&':
		return !bytes.HasPrefix(s, []byte("&lt;")) && !bytes.HasPrefix(s, []byte("&gt;"))
	}
	return true
}

// spaceBefore tells whether i is the begin of the text or comes after space.
func spaceBefore(s []byte, i int) bool { return i == 0 || endsInTextSpaceBytes(s[:i]) }

// spaceAfter tells whether i is the end of the text or space.
func spaceAfter(s []byte, i int) bool {
	if i >= len(s) {
		return true
	}
	switch s[i] {
	case ' ', '\t', '\n', '\r':
		return true
	case 0xc2:
		return i+1 < len(s) && s[i+1] == 0xa0
	case '&':
		return bytes.HasPrefix(s[i:], []byte("&nbsp;"))
	}
	return false
}

func endsInTextSpaceBytes(s []byte) bool {
	if len(s) == 0 {
		return false
	}
	switch s[len(s)-1] {
	case ' ', '\t', '\n', '\r':
		return true
	case 0xa0:
		return len(s) > 1 && s[len(s)-2] == 0xc2
	case ';':
		return bytes.HasSuffix(s, []byte("&nbsp;"))
	}
	return false
}
