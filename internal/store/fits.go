package store

import (
	"fmt"
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
	if q.s.narrow {
		for i := 0; i < len(value); i++ {
			if value[i] >= 0xF0 {
				return fmt.Errorf("store: %s: the table's charset has no such character: %w", column, wp.ErrBadText)
			}
		}
	}
	return nil
}

// dateOr is a date column's value: an unset moment is the zero date.
func dateOr(s string) string {
	if s == "" {
		return wp.ZeroDate
	}
	return s
}
