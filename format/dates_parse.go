package format

import (
	"strconv"
	"strings"
	"time"
)

// dateTime is a date that was read: the seconds since 1970 of the clock it was
// written by, and how far that clock is from UTC if the text said so.
type dateTime struct {
	local   int64
	hasZone bool
	offset  int // seconds
}

// dateScanner reads numbers and marks from the front of s.
type dateScanner struct{ s string }

// number reads least to most digits.
func (d *dateScanner) number(least, most int) (int, bool) {
	n := 0
	for n < len(d.s) && n < most && isDigit(d.s[n]) {
		n++
	}
	if n < least {
		return 0, false
	}
	v, err := strconv.Atoi(d.s[:n])
	d.s = d.s[n:]
	return v, err == nil
}

// mark reads one byte of set.
func (d *dateScanner) mark(set string) bool {
	if d.s == "" || strings.IndexByte(set, d.s[0]) < 0 {
		return false
	}
	d.s = d.s[1:]
	return true
}

// after reads mark c and a number.
func (d *dateScanner) after(c byte, least, most int) (int, bool) {
	if !d.mark(string(rune(c))) {
		return 0, false
	}
	return d.number(least, most)
}

// fraction skips a point and digits, if there are any.
func (d *dateScanner) fraction() {
	if len(d.s) > 1 && d.s[0] == '.' && isDigit(d.s[1]) {
		d.s = strings.TrimLeft(d.s[1:], "0123456789")
	}
}

// civil is the clock reading of a date; months and days from 0 on and 24:00:60
// are what PHP still takes.
func civil(year, month, day, hour, minute, second int) (int64, bool) {
	if month > 12 || day > 31 || hour > 24 || minute > 59 || second > 60 {
		return 0, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).Unix(), true
}

// parseDateTime reads what PHP's date_create takes, as far as dates in
// databases and requests go.
func parseDateTime(text string) (d dateTime, ok bool) {
	s := dateScanner{strings.Trim(text, " \t\n\r\x0b")}
	if strings.HasPrefix(s.s, "@") {
		unix, err := strconv.ParseInt(s.s[1:], 10, 64)
		return dateTime{local: unix, hasZone: true}, err == nil
	}
	sign := 1
	if s.mark("-") {
		sign = -1
	}
	year, ok := s.number(4, 4)
	month, ok1 := s.after('-', 1, 2)
	day, ok2 := s.after('-', 1, 2)
	if !ok || !ok1 || !ok2 {
		return d, false
	}
	var hour, minute, second int
	if s.s != "" && strings.IndexByte("Tt \t", s.s[0]) >= 0 && strings.IndexByte(s.s, ':') > 0 {
		s.mark("Tt")
		s.s = strings.TrimLeft(s.s, " \t")
		hour, ok = s.number(1, 2)
		minute, ok1 = s.after(':', 1, 2)
		if !ok || !ok1 {
			return d, false
		}
		if strings.HasPrefix(s.s, ":") {
			if second, ok = s.after(':', 1, 2); !ok {
				return d, false
			}
			s.fraction()
		}
	}
	if d.local, ok = civil(sign*year, month, day, hour, minute, second); !ok {
		return d, false
	}
	rest := strings.TrimLeft(s.s, " \t")
	if rest == "" {
		return d, true
	}
	d.hasZone = true
	switch rest {
	case "Z", "z", "UTC", "utc", "GMT", "gmt":
		return d, true
	}
	d.offset, rest, ok = parseOffset(rest, false)
	return d, ok && rest == ""
}

// parseOffset reads ±HH, ±HHMM or ±HH:MM into seconds. PHP takes any two digits
// for hours where no minutes follow; with minutes they end at 24. The short form
// without a colon is refused when colon is set.
func parseOffset(s string, colon bool) (secs int, rest string, ok bool) {
	d := dateScanner{s}
	sign := 1
	if strings.HasPrefix(s, "-") {
		sign = -1
	}
	if !d.mark("+-") {
		return 0, s, false
	}
	hours, ok := d.number(2, 2)
	if !ok {
		return 0, s, false
	}
	if !d.mark(":") && (colon || d.s == "" || !isDigit(d.s[0])) {
		return sign * hours * 3600, d.s, true
	}
	minutes, ok := d.number(2, 2)
	if !ok || hours > 24 || minutes > 59 {
		return 0, s, false
	}
	return sign * (hours*3600 + minutes*60), d.s, true
}

// parseREST reads the one form the API takes, and returns the offset as
// written: "", "Z", ±HH or ±HH:MM.
func parseREST(date string) (d dateTime, offset string, ok bool) {
	s := dateScanner{date}
	var v [6]int
	for i, sep := range []string{"", "-", "-", "Tt ", ":", ":"} {
		if sep != "" && !s.mark(sep) {
			return d, "", false
		}
		width := 2
		if i == 0 {
			width = 4
		}
		if v[i], ok = s.number(width, width); !ok {
			return d, "", false
		}
	}
	s.fraction()
	offset = s.s
	if offset != "" && offset != "Z" {
		if _, rest, ok := parseOffset(offset, true); !ok || rest != "" {
			return d, "", false
		}
	}
	d.local, ok = civil(v[0], v[1], v[2], v[3], v[4], v[5])
	return d, offset, ok
}
