package block

import "strings"

// frame is a block that has been opened and not yet closed.
type frame struct {
	block        Block
	tokenStart   int
	prevOffset   int // end of what has been taken into the block
	leadingStart int // start of the HTML before the block, -1 for none
}

type parser struct {
	scanner
	offset int
	out    []Block
	stack  []frame
}

// Parse reads a document into its blocks, as core's parse_blocks does: HTML
// between blocks becomes blocks without a name, a block left open is closed at
// the end (several nested ones come out side by side, innermost first), a
// closer without opener ends block parsing. The blocks share the memory of
// document. Parse takes time linear in the length of document.
func Parse(document string) []Block {
	p := parser{scanner: scanner{doc: document}}
	for p.step() {
	}
	return p.out
}

// step takes one token and reports whether there may be more.
func (p *parser) step() bool {
	tok, ok := p.next(p.offset)
	if !ok {
		return p.finish()
	}
	leading := -1
	if tok.start > p.offset {
		leading = p.offset
	}
	switch tok.kind {
	case void:
		b := Block{Name: tok.name, Attrs: tok.decode()}
		if len(p.stack) == 0 {
			if leading >= 0 {
				p.out = append(p.out, freeform(p.doc[leading:tok.start]))
			}
			p.out = append(p.out, b)
		} else {
			p.addInner(b, tok.start, tok.end)
		}
	case opener:
		p.stack = append(p.stack, frame{
			block:      Block{Name: tok.name, Attrs: tok.decode()},
			tokenStart: tok.start, prevOffset: tok.end, leadingStart: leading,
		})
	case closer:
		switch len(p.stack) {
		case 0:
			p.addFreeform()
			return false
		case 1:
			p.addFromStack(tok.start)
		default:
			top := p.pop()
			// core keeps an empty piece here, and only here
			top.block.InnerContent = append(top.block.InnerContent, Chunk{HTML: p.doc[top.prevOffset:tok.start]})
			p.addInner(top.block, top.tokenStart, tok.end)
		}
	}
	p.offset = tok.end
	return true
}

// finish closes what is open at the end of the document.
func (p *parser) finish() bool {
	if len(p.stack) == 0 {
		p.addFreeform()
		return false
	}
	for len(p.stack) > 0 {
		p.addFromStack(len(p.doc))
	}
	return false
}

func (p *parser) pop() frame {
	top := p.stack[len(p.stack)-1]
	p.stack = p.stack[:len(p.stack)-1]
	return top
}

func (p *parser) addFreeform() {
	if p.offset < len(p.doc) {
		p.out = append(p.out, freeform(p.doc[p.offset:]))
	}
}

// addInner puts b, written from start to end, into the block on the stack.
func (p *parser) addInner(b Block, start, end int) {
	parent := &p.stack[len(p.stack)-1]
	parent.block.InnerBlocks = append(parent.block.InnerBlocks, b)
	if html := p.doc[parent.prevOffset:start]; kept(html) {
		parent.block.InnerContent = append(parent.block.InnerContent, Chunk{HTML: html})
	}
	parent.block.InnerContent = append(parent.block.InnerContent, Chunk{Inner: true})
	parent.prevOffset = end
}

// addFromStack ends the innermost open block at end and puts it on the top level.
func (p *parser) addFromStack(end int) {
	top := p.pop()
	if html := p.doc[top.prevOffset:end]; kept(html) {
		top.block.InnerContent = append(top.block.InnerContent, Chunk{HTML: html})
	}
	if top.leadingStart >= 0 {
		p.out = append(p.out, freeform(p.doc[top.leadingStart:top.tokenStart]))
	}
	p.out = append(p.out, top.block)
}

// kept is PHP's !empty on a string: "0" is lost, as it is in core.
func kept(html string) bool { return html != "" && html != "0" }

// scanner finds block delimiters.
type scanner struct {
	doc string
	// noAttrsEnd is the first offset from which no end of attributes follows,
	// plus one; 0 while unknown. It keeps unfinished delimiters from being
	// searched to the end of the document again and again.
	noAttrsEnd int
}

type tokenKind int

const (
	opener tokenKind = iota
	closer
	void
)

type token struct {
	kind       tokenKind
	start, end int
	name       string
	attrs      string
	hasAttrs   bool
}

// next finds the first delimiter at or after offset.
func (s *scanner) next(offset int) (token, bool) {
	for offset < len(s.doc) {
		i := strings.Index(s.doc[offset:], "<!--")
		if i < 0 {
			return token{}, false
		}
		start := offset + i
		tok, resume, ok := s.match(start)
		if ok {
			return tok, true
		}
		offset = resume
	}
	return token{}, false
}

// match reads the delimiter that starts at start; when there is none it says
// where to look further.
func (s *scanner) match(start int) (tok token, resume int, ok bool) {
	tok.start = start
	i := start + 4
	j := s.spaces(i)
	fail := func(at int) (token, int, bool) { return token{}, max(at, start+4), false }
	if j == i {
		return fail(j)
	}
	i = j
	isCloser := s.at(i) == '/'
	if isCloser {
		i++
	}
	if !strings.HasPrefix(s.doc[i:], "wp:") {
		return fail(i)
	}
	i += 3
	nameStart := i
	if i = s.word(i); i == nameStart {
		return fail(i)
	}
	name, namespaced := s.doc[nameStart:i], false
	if s.at(i) == '/' {
		if k := s.word(i + 1); k > i+1 {
			name, namespaced, i = s.doc[nameStart:k], true, k
		}
	}
	if j = s.spaces(i); j == i {
		return fail(i)
	}
	i = j
	if s.at(i) == '{' {
		end, after := s.attrsEnd(i + 1)
		if end < 0 {
			return fail(i)
		}
		tok.attrs, tok.hasAttrs = s.doc[i:after], true
		i = after
	}
	isVoid := s.at(i) == '/'
	if isVoid {
		i++
	}
	if !strings.HasPrefix(s.doc[i:], "-->") {
		return fail(i)
	}
	tok.end = i + 3
	tok.name = name
	if !namespaced {
		tok.name = "core/" + name
	}
	switch {
	case isVoid:
		tok.kind = void
	case isCloser:
		tok.kind = closer
	}
	return tok, 0, true
}

func (s *scanner) at(i int) byte {
	if i < len(s.doc) {
		return s.doc[i]
	}
	return 0
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func (s *scanner) spaces(i int) int {
	for i < len(s.doc) && isSpace(s.doc[i]) {
		i++
	}
	return i
}

// word skips a name: a lower-case letter, then letters, digits, - and _.
func (s *scanner) word(i int) int {
	if c := s.at(i); c < 'a' || c > 'z' {
		return i
	}
	for i++; i < len(s.doc); i++ {
		c := s.doc[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			break
		}
	}
	return i
}

// attrsEnd finds the brace that ends attributes whose first brace stands
// before i: the last of a run of braces, with white space and the end of the
// comment behind it. after is where that end begins.
func (s *scanner) attrsEnd(i int) (brace, after int) {
	if s.noAttrsEnd > 0 && i >= s.noAttrsEnd-1 {
		return -1, -1
	}
	for from := i; ; {
		k := strings.IndexByte(s.doc[i:], '}')
		if k < 0 {
			s.noAttrsEnd = from + 1
			return -1, -1
		}
		i += k
		for s.at(i+1) == '}' {
			i++
		}
		j := s.spaces(i + 1)
		if j > i+1 && (strings.HasPrefix(s.doc[j:], "-->") || strings.HasPrefix(s.doc[j:], "/-->")) {
			return i, j
		}
		i++
	}
}
