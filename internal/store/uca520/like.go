package uca520

import "unicode/utf8"

// Pattern is a compiled LIKE pattern.
type Pattern struct {
	t     *table
	items []item
	// needle is set for the most frequent shape, %text%.
	needle []uint64
	// start marks the bytes at which the needle may begin.
	start [256]bool
}

type itemKind uint8

const (
	literal itemKind = iota
	anyOne           // _
	anyRun           // %
)

type item struct {
	kind itemKind
	code uint64
}

// NewPattern compiles a LIKE pattern in which escape, where it is not 0, takes the meaning from the character behind it.
func NewPattern(pattern string, escape rune) *Pattern {
	p := &Pattern{t: load()}
	for pattern != "" {
		r, n := decode(pattern)
		pattern = pattern[n:]
		switch {
		case escape != 0 && r == escape && pattern != "":
			r, n = decode(pattern)
			pattern = pattern[n:]
			p.items = append(p.items, item{code: p.t.code(r)})
		case r == '%':
			if k := len(p.items); k == 0 || p.items[k-1].kind != anyRun {
				p.items = append(p.items, item{kind: anyRun})
			}
		case r == '_':
			p.items = append(p.items, item{kind: anyOne})
		default:
			p.items = append(p.items, item{code: p.t.code(r)})
		}
	}
	p.findNeedle()
	return p
}

func (p *Pattern) findNeedle() {
	k := len(p.items)
	if k < 3 || p.items[0].kind != anyRun || p.items[k-1].kind != anyRun {
		return
	}
	codes := make([]uint64, 0, k-2)
	for _, it := range p.items[1 : k-1] {
		if it.kind != literal {
			return
		}
		codes = append(codes, it.code)
	}
	p.needle = codes
	for b := range p.start {
		p.start[b] = b >= utf8.RuneSelf || p.t.code(rune(b)) == codes[0]
	}
}

// Match reports whether the whole of s fits the pattern. Characters are compared one by one, as MySQL's LIKE does: what
// expands to several weights (ß) equals only itself and its like.
func (p *Pattern) Match(s string) bool {
	if p.needle != nil {
		return p.contains(s)
	}
	// Greedy matching with one point of return, the last anyRun.
	i, at := 0, 0
	backItem, backAt := -1, 0
	for at < len(s) || i < len(p.items) {
		if i < len(p.items) {
			switch it := p.items[i]; {
			case it.kind == anyRun:
				backItem, backAt = i, at
				i++
				continue
			case at < len(s):
				r, n := decode(s[at:])
				if it.kind == anyOne || p.t.code(r) == it.code {
					i++
					at += n
					continue
				}
			}
		}
		if backItem < 0 || backAt >= len(s) {
			return false
		}
		_, n := decode(s[backAt:])
		backAt += n
		i, at = backItem+1, backAt
	}
	return true
}

func (p *Pattern) contains(s string) bool {
	for i := 0; i < len(s); {
		b := s[i]
		if !p.start[b] {
			i++
			continue
		}
		if b < utf8.RuneSelf {
			if p.prefix(s[i+1:]) {
				return true
			}
			i++
			continue
		}
		r, n := decode(s[i:])
		if p.t.code(r) == p.needle[0] && p.prefix(s[i+n:]) {
			return true
		}
		i += n
	}
	return false
}

func (p *Pattern) prefix(s string) bool {
	for _, c := range p.needle[1:] {
		if s == "" {
			return false
		}
		r, n := decode(s)
		if p.t.code(r) != c {
			return false
		}
		s = s[n:]
	}
	return true
}

// EscapeLike escapes what LIKE gives a meaning, with escape, which must be an ASCII character.
func EscapeLike(s string, escape byte) string {
	extra := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '%' || c == '_' || c == escape {
			extra++
		}
	}
	if extra == 0 || escape >= utf8.RuneSelf {
		return s
	}
	out := make([]byte, 0, len(s)+extra)
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '%' || c == '_' || c == escape {
			out = append(out, escape)
		}
		out = append(out, s[i])
	}
	return string(out)
}
