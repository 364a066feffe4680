package phpserialize

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// DefaultMaxDepth is PHP's own limit for nesting (unserialize_max_depth).
const DefaultMaxDepth = 4096

// DefaultMaxSize is the longest text, in bytes, that a zero Decoder reads.
const DefaultMaxSize = 64 << 20

// ErrSize is returned for a text longer than the limit.
var ErrSize = errors.New("phpserialize: text too long")

// SyntaxError says where a text stops being a serialized value.
type SyntaxError struct {
	Offset int    // byte offset
	Reason string // what was expected or refused there
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("phpserialize: at byte %d: %s", e.Offset, e.Reason)
}

// Unmarshal reads the serialized value at the start of s, as PHP's
// unserialize() does; like PHP it ignores what follows. Returned strings share
// memory with s. Errors are *SyntaxError, ErrDepth and ErrSize; it never
// panics.
//
// Two things differ from PHP on purpose. Classes are never looked for: an
// enum case or a C: object is returned as it stands. And a root array that
// holds a reference to itself, which PHP takes apart, is refused.
func Unmarshal(s string) (any, error) { return Decoder{}.Unmarshal(s) }

// Decoder is Unmarshal with other limits. A zero field means the default.
type Decoder struct {
	MaxDepth int // levels of nesting, DefaultMaxDepth
	MaxSize  int // bytes of text, DefaultMaxSize
}

// Unmarshal reads the serialized value at the start of s within the limits.
func (d Decoder) Unmarshal(s string) (any, error) {
	if d.MaxDepth <= 0 {
		d.MaxDepth = DefaultMaxDepth
	}
	if d.MaxSize <= 0 {
		d.MaxSize = DefaultMaxSize
	}
	if len(s) > d.MaxSize {
		return nil, ErrSize
	}
	p := parser{s: s, maxDepth: d.MaxDepth}
	p.track = strings.Contains(s, "R:") || strings.Contains(s, "r:")
	if err := p.value(place{}, 0); err != nil {
		return nil, err
	}
	return p.root, nil
}

// place is where a value lives: an entry of a container, or the root.
type place struct {
	a *Array
	i int
}

type parser struct {
	s        string
	pos      int
	maxDepth int
	root     any
	track    bool    // the text has references: number the places
	slots    []place // PHP's numbering, first is number 1
}

func (p *parser) fail(reason string) error { return &SyntaxError{p.pos, reason} }

func (p *parser) get(at place) any {
	if at.a == nil {
		return p.root
	}
	return at.a.entries[at.i].val
}

func (p *parser) put(at place, v any) {
	if at.a == nil {
		p.root = v
		return
	}
	e := &at.a.entries[at.i]
	if r, ok := e.val.(*Ref); ok {
		r.Value = v
		return
	}
	e.val = v
}

// value reads one value into its place.
func (p *parser) value(at place, depth int) error {
	if len(p.s)-p.pos < 2 {
		return p.fail("value expected")
	}
	kind := p.s[p.pos]
	if p.track && kind != 'R' {
		p.slots = append(p.slots, at)
	}
	if kind == 'N' {
		if p.s[p.pos+1] != ';' {
			return p.fail("N; expected")
		}
		p.pos += 2
		p.put(at, nil)
		return nil
	}
	if p.s[p.pos+1] != ':' {
		return p.fail("value expected")
	}
	switch kind {
	case 'b', 'i', 'd':
		v, err := p.scalar(kind)
		if err != nil {
			return err
		}
		p.put(at, v)
		return nil
	case 's', 'S':
		v, err := p.text(kind, ';')
		if err != nil {
			return err
		}
		p.put(at, v)
		return nil
	case 'E':
		v, err := p.text(kind, ';')
		if err != nil {
			return err
		}
		p.put(at, &Enum{Name: v})
		return nil
	case 'a':
		return p.array(at, depth)
	case 'O':
		return p.object(at, depth)
	case 'C':
		return p.custom(at)
	case 'R', 'r':
		return p.reference(kind, at)
	}
	return p.fail("unknown type " + strconv.QuoteRune(rune(kind)))
}

// scalar reads b:, i: and d:, with the cursor on the letter.
func (p *parser) scalar(kind byte) (any, error) {
	end := strings.IndexByte(p.s[p.pos:], ';')
	if end < 0 {
		return nil, p.fail("; expected")
	}
	body := p.s[p.pos+2 : p.pos+end]
	var v any
	ok := false
	switch kind {
	case 'b':
		v, ok = body == "1", body == "0" || body == "1"
	case 'i':
		v, ok = parseInt(body)
	case 'd':
		v, ok = parseFloat(body)
	}
	if !ok {
		return nil, p.fail("bad " + map[byte]string{'b': "boolean", 'i': "integer", 'd': "float"}[kind])
	}
	p.pos += end + 1
	return v, nil
}

// parseInt reads [+-]?[0-9]+, clamped to 64 bits as PHP does.
func parseInt(s string) (int64, bool) {
	if s == "" || !digitsOnly(strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")) || strings.HasPrefix(s, "+-") {
		return 0, false
	}
	n, _ := strconv.ParseInt(s, 10, 64)
	return n, true
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func parseFloat(s string) (float64, bool) {
	switch s {
	case "NAN":
		return math.NaN(), true
	case "INF":
		return math.Inf(1), true
	case "-INF":
		return math.Inf(-1), true
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '+', c == '-', c == '.', c == 'e', c == 'E':
		default:
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || errors.Is(err, strconv.ErrRange)
}

// count reads digits at the cursor up to the byte after, which it consumes.
// PHP is lenient in one place: the number of an object's properties may have
// a sign, or be missing.
func (p *parser) count(after byte, signed bool) (int, error) {
	start := p.pos
	if signed && p.pos < len(p.s) && (p.s[p.pos] == '+' || p.s[p.pos] == '-') {
		p.pos++
	}
	digits := p.pos
	for p.pos < len(p.s) && p.s[p.pos] >= '0' && p.s[p.pos] <= '9' {
		p.pos++
	}
	if signed && p.pos == start && p.pos < len(p.s) && p.s[p.pos] == after {
		p.pos++
		return 0, nil
	}
	if p.pos == digits || p.pos >= len(p.s) || p.s[p.pos] != after {
		return 0, p.fail("number expected")
	}
	n, err := strconv.ParseInt(p.s[start:p.pos], 10, 64)
	p.pos++
	if err != nil || n < 0 || n > int64(len(p.s)-p.pos) {
		return 0, p.fail("length exceeds the text")
	}
	return int(n), nil
}

// text reads LETTER:length:"bytes" and the byte end, with the cursor on the
// letter.
func (p *parser) text(kind, end byte) (string, error) {
	p.pos += 2
	n, err := p.count(':', false)
	if err != nil {
		return "", err
	}
	if p.pos >= len(p.s) || p.s[p.pos] != '"' {
		return "", p.fail(`" expected`)
	}
	p.pos++
	var v string
	if kind == 'S' {
		if v, err = p.escaped(n); err != nil {
			return "", err
		}
	} else {
		if n > len(p.s)-p.pos {
			return "", p.fail("string exceeds the text")
		}
		v = p.s[p.pos : p.pos+n]
		p.pos += n
	}
	if len(p.s)-p.pos < 2 || p.s[p.pos] != '"' || p.s[p.pos+1] != end {
		return "", p.fail("end of string expected")
	}
	p.pos += 2
	return v, nil
}

// escaped reads n bytes in which \xx stands for the byte with that hex code.
func (p *parser) escaped(n int) (string, error) {
	b := make([]byte, 0, n)
	for range n {
		if p.pos >= len(p.s) {
			return "", p.fail("string exceeds the text")
		}
		c := p.s[p.pos]
		p.pos++
		if c == '\\' {
			if len(p.s)-p.pos < 2 {
				return "", p.fail("bad escape")
			}
			x, err := strconv.ParseUint(p.s[p.pos:p.pos+2], 16, 8)
			if err != nil {
				return "", p.fail("bad escape")
			}
			c = byte(x)
			p.pos += 2
		}
		b = append(b, c)
	}
	return string(b), nil
}

// reference reads R: (shared variable) and r: (the same object again).
func (p *parser) reference(kind byte, at place) error {
	start := p.pos
	p.pos += 2
	end := strings.IndexByte(p.s[p.pos:], ';')
	if end < 0 || !digitsOnly(p.s[p.pos:p.pos+end]) {
		return p.fail("reference number expected")
	}
	n, err := strconv.Atoi(p.s[p.pos : p.pos+end])
	if err != nil || n < 1 || n > len(p.slots) {
		return p.fail("reference to a value that is not there")
	}
	p.pos += end + 1
	target := p.slots[n-1]
	if target == at {
		p.pos = start
		return p.fail("reference to itself")
	}
	current := p.get(target)
	switch deref(current).(type) {
	case *Object, *Custom, *Enum:
		if kind == 'r' {
			p.put(at, deref(current))
			return nil
		}
	default:
		if kind == 'r' || target.a == nil {
			p.pos = start
			return p.fail("reference to a value that cannot be shared")
		}
	}
	ref, ok := current.(*Ref)
	if !ok {
		ref = &Ref{Value: current}
		if target.a != nil {
			target.a.entries[target.i].val = ref
		}
	}
	at.a.entries[at.i].val = ref
	return nil
}
