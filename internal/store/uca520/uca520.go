// Package uca520 compares text as MySQL's and MariaDB's collation utf8mb4_unicode_520_ci does, so that SQLite finds and
// sorts the same rows: case and accents do not count, trailing spaces do not count, punctuation comes before digits and
// digits before letters. The weights are those of the Unicode Collation Algorithm 5.2.0, primary level, punctuation not
// ignored, no contractions.
package uca520

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"io"
	"sync"
	"unicode/utf8"
)

//go:embed weights.bin
var packed []byte

const (
	spaceWeight = 0x020A
	invalidBase = 0x110000 // bytes that are no UTF-8 sort behind every character
	pages       = 0x110000 >> 8
)

// table holds the explicit weights. entry of a code point: offset<<4 | count into weights; equal weight strings share
// their offset, so equal entries mean equal characters. implicitEntry marks a code point without explicit weights.
type table struct {
	ascii   [128]uint16
	page    [pages]*[256]uint32
	weights []uint16
}

const implicitEntry = 1<<32 - 1

var load = sync.OnceValue(unpack)

func unpack() *table {
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		panic("uca520: embedded weights: " + err.Error()) // a broken build, not a bad input
	}
	t := new(table)
	seen := map[string]uint32{}
	cp := -1
	for len(raw) > 0 {
		d, n := binary.Uvarint(raw)
		cp += int(d)
		count := int(raw[n])
		w := raw[n+1 : n+1+2*count]
		raw = raw[n+1+2*count:]
		e, ok := seen[string(w)]
		if !ok {
			e = uint32(len(t.weights))<<4 | uint32(count)
			seen[string(w)] = e
			for i := 0; i < len(w); i += 2 {
				t.weights = append(t.weights, binary.BigEndian.Uint16(w[i:]))
			}
		}
		p := t.page[cp>>8]
		if p == nil {
			p = new([256]uint32)
			for i := range p {
				p[i] = implicitEntry
			}
			t.page[cp>>8] = p
		}
		p[cp&255] = e
		if cp < 128 && count > 0 {
			t.ascii[cp] = t.weights[e>>4]
		}
	}
	return t
}

// Implicit returns the two weights of a code point that the table does not name (Han, unassigned, newer than 5.2).
func Implicit(r rune) (hi, lo uint16) {
	base := uint16(0xFBC0)
	switch {
	case r >= 0x3400 && r <= 0x4DB5:
		base = 0xFB80
	case r >= 0x4E00 && r <= 0x9FA5, r >= 0xFA0E && r <= 0xFA0F, r == 0xFA11, r >= 0xFA13 && r <= 0xFA14,
		r == 0xFA1F, r == 0xFA21, r >= 0xFA23 && r <= 0xFA24, r >= 0xFA27 && r <= 0xFA29:
		base = 0xFB40
	}
	return base + uint16(r>>15), uint16(r&0x7FFF) | 0x8000
}

func (t *table) entry(r rune) uint32 {
	if r >= invalidBase {
		return implicitEntry
	}
	if p := t.page[r>>8]; p != nil {
		return p[r&255]
	}
	return implicitEntry
}

// code is the same number for two characters exactly when the collation holds them equal.
func (t *table) code(r rune) uint64 {
	if e := t.entry(r); e != implicitEntry {
		return uint64(e)
	}
	return 1<<40 | uint64(r)
}

// decode is utf8.DecodeRuneInString, but keeps invalid bytes apart.
func decode(s string) (rune, int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n <= 1 {
		return invalidBase + rune(s[0]), 1
	}
	return r, n
}

// walker yields a string's weights one by one.
type walker struct {
	t    *table
	s    string
	rest []uint16
	buf  [2]uint16
}

// next returns the next weight, or false at the end.
func (w *walker) next() (uint16, bool) {
	for {
		if len(w.rest) > 0 {
			v := w.rest[0]
			w.rest = w.rest[1:]
			return v, true
		}
		if w.s == "" {
			return 0, false
		}
		if c := w.s[0]; c < utf8.RuneSelf {
			w.s = w.s[1:]
			if v := w.t.ascii[c]; v != 0 {
				return v, true
			}
			continue
		}
		r, n := decode(w.s)
		w.s = w.s[n:]
		if e := w.t.entry(r); e != implicitEntry {
			w.rest = w.t.weights[e>>4 : e>>4+e&15]
			continue
		}
		w.buf[0], w.buf[1] = Implicit(r)
		w.rest = w.buf[:]
	}
}

// Compare returns -1, 0 or 1 as a sorts before, equal to or after b. The shorter string is thought to go on with spaces.
func Compare(a, b string) int {
	t := load()
	// Skip what is plainly the same; cheap, and keys with long common stems are frequent.
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] && a[i] < utf8.RuneSelf {
		i++
	}
	x, y := walker{t: t, s: a[i:]}, walker{t: t, s: b[i:]}
	for {
		p, okp := x.next()
		q, okq := y.next()
		if !okp && !okq {
			return 0
		}
		if !okp {
			p = spaceWeight
		}
		if !okq {
			q = spaceWeight
		}
		if p < q {
			return -1
		}
		if p > q {
			return 1
		}
	}
}

// Equal reports whether the collation holds a and b equal.
func Equal(a, b string) bool { return Compare(a, b) == 0 }
