package store

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/wp"
)

// Lengths of the columns that are written: characters for varchar, bytes for the text types.
type limit struct {
	column string
	value  string
	chars  int // varchar(n)
	bytes  int // tinytext, text
}

const (
	tinyText  = 255
	plainText = 65535
)

// fits refuses what MySQL without strict mode would cut off, as wpdb::process_fields does. Both databases get the same
// answer, so that a site can move between them.
func (q *Queries) fits(limits ...limit) error {
	for _, l := range limits {
		if l.chars > 0 && len(l.value) > l.chars && utf8.RuneCountInString(l.value) > l.chars {
			return fmt.Errorf("store: %s: more than %d characters: %w", l.column, l.chars, wp.ErrTooLong)
		}
		if l.bytes > 0 && len(l.value) > l.bytes {
			return fmt.Errorf("store: %s: more than %d bytes: %w", l.column, l.bytes, wp.ErrTooLong)
		}
		if err := q.text(l.column, l.value); err != nil {
			return err
		}
	}
	return nil
}

// text refuses what the column's charset cannot hold.
func (q *Queries) text(column, value string) error {
	if !utf8.ValidString(value) {
		return fmt.Errorf("store: %s: not UTF-8: %w", column, wp.ErrBadText)
	}
	holds, limited := q.s.charsets[column]
	if !limited {
		return nil
	}
	for _, r := range value {
		if r >= 0x80 && !held(r, holds) {
			return fmt.Errorf("store: %s: the table's charset has no %q: %w", column, r, wp.ErrBadText)
		}
	}
	return nil
}

// What the charset of a column can hold, each more than those before.
const (
	holdsASCII  = iota // also for charsets that are not known here
	holdsLatin1        // which is Windows-1252
	holdsBMP           // utf8mb3
)

// heldBy is what a charset can hold; false for everything.
func heldBy(charset string) (int, bool) {
	switch charset {
	case "", "utf8mb4", "binary":
		return 0, false
	case "utf8", "utf8mb3", "ucs2":
		return holdsBMP, true
	case "latin1":
		return holdsLatin1, true
	}
	return holdsASCII, true
}

// held reports whether a charset has a character beyond ASCII.
func held(r rune, holds int) bool {
	switch holds {
	case holdsBMP:
		return r < 0x10000
	case holdsLatin1:
		return r >= 0xA0 && r <= 0xFF || strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", r)
	}
	return false
}

// dateOr is a date column's value: an unset moment is the zero date.
func dateOr(s string) string {
	if s == "" {
		return wp.ZeroDate
	}
	return s
}
