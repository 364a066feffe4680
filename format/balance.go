package format

import "strings"

// ForceBalanceTags closes the elements that text leaves open and drops closing
// tags that have nothing to close: force_balance_tags. Names come out in lower
// case; custom elements are known.
func ForceBalanceTags(text string) string {
	text = escapeHearts(strings.ReplaceAll(text, "< !--", "<    !--"))
	b := balancer{text: text, out: make([]byte, 0, len(text)+32), open: map[string]int{}}
	done := 0
	for pos := nextByteFrom(text, '<', 0); pos >= 0; {
		tag, ok := b.tagAt(pos)
		next := pos + 1
		if ok {
			b.out = append(b.out, b.queue...)
			b.out = append(b.out, text[done:pos]...)
			b.queue = b.queue[:0]
			b.add(tag)
			done, next = tag.end, tag.end
		}
		if b.unclosed {
			break
		}
		pos = nextByteFrom(text, '<', next)
	}
	b.out = append(append(b.out, b.queue...), text[done:]...)
	for i := len(b.stack) - 1; i >= 0; i-- {
		b.out = appendClosing(b.out, b.stack[i])
	}
	text = strings.ReplaceAll(string(b.out), "< !--", "<!--")
	return strings.ReplaceAll(text, "<    !--", "< !--")
}

// escapeHearts escapes a < in front of a digit.
func escapeHearts(s string) string {
	var out strings.Builder
	from := 0
	for i := nextByteFrom(s, '<', 0); i >= 0; i = nextByteFrom(s, '<', i+1) {
		if i+1 < len(s) && isDigit(s[i+1]) {
			out.WriteString(s[from:i])
			out.WriteString("&lt;")
			from = i + 1
		}
	}
	if from == 0 {
		return s
	}
	out.WriteString(s[from:])
	return out.String()
}

type balancer struct {
	text     string
	out      []byte
	queue    []byte // closing tags that belong behind the next text
	stack    []string
	open     map[string]int // how often a name is on the stack
	gt       finder
	unclosed bool // no > is left, so no tag with attributes
}

// balanceTag is a tag: space and attrs are what stands behind the name.
type balanceTag struct {
	closing     bool
	name        string
	space       string
	attrs       string
	selfClosing bool
	end         int
}

// tagAt reads the tag whose < is at i.
func (b *balancer) tagAt(i int) (t balanceTag, ok bool) {
	s := b.text
	if i++; i < len(s) && s[i] == '/' {
		t.closing = true
		i++
	}
	n := balanceName(s[i:])
	if n == 0 {
		return t, false
	}
	t.name = lowerASCII(s[i : i+n])
	i += n
	j := skipSpaces(s, i)
	attrs := ""
	if k := j; k < len(s) && (s[k] == '>' || s[k] == '/' && k+1 < len(s) && s[k+1] == '>') {
		if s[k] == '/' {
			k++
		}
		attrs, t.end = s[j:k], k+1
	} else {
		if j == i {
			return t, false
		}
		b.gt.pattern = ">"
		gt := b.gt.from(s, j)
		if gt < 0 {
			b.unclosed = true
			return t, false
		}
		t.space, attrs, t.end = s[i:j], s[j:gt], gt+1
	}
	t.attrs = trimPHP(attrs)
	t.selfClosing = strings.HasSuffix(t.attrs, "/")
	return t, true
}

// balanceName is the length of the element's name s begins with, or 0. White
// space, a slash or > must follow.
func balanceName(s string) int {
	ends := func(n int) bool { return n < len(s) && (isSpace(s[n]) || s[n] == '/' || s[n] == '>') }
	if s != "" && isLower(s[0]) {
		n, dash := 0, 0
		for n < len(s) && (isLower(s[n]) || isDigit(s[n]) || s[n] == '.' || s[n] == '_' || s[n] == '-') {
			if dash == 0 && s[n] == '-' {
				dash = n
			}
			n++
		}
		if dash > 0 && n > dash+1 && ends(n) {
			return n
		}
	}
	n := 0
	for n < len(s) && (isWord(s[n]) || s[n] == ':') {
		n++
	}
	if n > 0 && ends(n) {
		return n
	}
	return 0
}

func appendClosing(dst []byte, name string) []byte {
	return append(append(append(dst, "</"...), name...), '>')
}

// add writes a tag, with what has to be closed before or after it.
func (b *balancer) add(t balanceTag) {
	if t.closing {
		b.close(t.name)
		return
	}
	single := singleElement(t.name)
	closed := false
	switch {
	case t.selfClosing && single:
		t.space = " "
	case t.selfClosing:
		t.attrs = trimPHP(t.attrs[:len(t.attrs)-1]) + "></" + t.name
	case single:
		t.space = " "
		t.attrs += "/"
	default:
		if n := len(b.stack); n > 0 && b.stack[n-1] == t.name && !nestableElement(t.name) {
			b.queue = appendClosing(b.queue, b.pop())
			closed = true
		}
		b.stack = append(b.stack, t.name)
		b.open[t.name]++
	}
	to := &b.out
	if closed {
		to = &b.queue
	}
	*to = append(append(append(*to, '<'), t.name...), t.space...)
	*to = append(append(*to, t.attrs...), '>')
}

// close handles a closing tag. One that is not on top of the stack closes all
// above it; one that is not on the stack vanishes.
func (b *balancer) close(name string) {
	if b.open[name] == 0 {
		return
	}
	if b.stack[len(b.stack)-1] == name {
		b.out = appendClosing(b.out, b.pop())
		return
	}
	for {
		top := b.pop()
		b.queue = appendClosing(b.queue, top)
		if top == name {
			return
		}
	}
}

func (b *balancer) pop() string {
	n := len(b.stack) - 1
	name := b.stack[n]
	b.stack = b.stack[:n]
	b.open[name]--
	return name
}

// singleElement tells whether an element has no closing tag.
func singleElement(name string) bool {
	switch name {
	case "area", "base", "basefont", "br", "col", "command", "embed", "frame", "hr", "img", "input", "isindex", "link",
		"meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// nestableElement tells whether an element may stand directly in itself.
func nestableElement(name string) bool {
	switch name {
	case "article", "aside", "blockquote", "details", "div", "figure", "object", "q", "section", "span":
		return true
	}
	return false
}
