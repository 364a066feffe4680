package format

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Zone is the time zone of a site: a named one, or a fixed distance from UTC.
// The zero Zone is UTC.
type Zone struct {
	name string
	loc  *time.Location
}

// NewZone makes the zone of the options timezone_string and gmt_offset (hours):
// wp_timezone. The first wins unless it is empty. An unknown name is an error;
// the Zone returned with it is UTC.
func NewZone(timezoneString string, gmtOffset float64) (Zone, error) {
	if timezoneString == "" {
		return offsetZone(gmtOffset), nil
	}
	if secs, rest, ok := parseOffset(timezoneString, false); ok && rest == "" {
		return Zone{timezoneString, time.FixedZone(timezoneString, secs)}, nil
	}
	if timezoneString == "Local" {
		return Zone{}, fmt.Errorf("format: unknown time zone %q", timezoneString)
	}
	loc, err := time.LoadLocation(timezoneString)
	if err != nil {
		return Zone{}, fmt.Errorf("format: %w", err)
	}
	return Zone{timezoneString, loc}, nil
}

// offsetZone is the zone wp_timezone_string writes for a number of hours, which
// has whole minutes.
func offsetZone(hours float64) Zone {
	if math.IsNaN(hours) || math.Abs(hours) > 99 {
		hours = 0
	}
	sign, mark := 1, '+'
	if hours < 0 {
		sign, mark = -1, '-'
	}
	whole := math.Trunc(hours)
	h := int(math.Abs(whole))
	m := int(math.Abs((hours - whole) * 60))
	name := fmt.Sprintf("%c%02d:%02d", mark, h, m)
	return Zone{name, time.FixedZone(name, sign*(h*3600+m*60))}
}

// String is the name of the zone, or its offset as in "+05:30":
// wp_timezone_string.
func (z Zone) String() string {
	if z.loc == nil {
		return "UTC"
	}
	return z.name
}

// Location is the zone for package time.
func (z Zone) Location() *time.Location {
	if z.loc == nil {
		return time.UTC
	}
	return z.loc
}

// OffsetHours is how far the zone is from UTC at a moment, in hours rounded to
// hundredths: what WordPress answers as gmt_offset (wp_timezone_override_offset).
func (z Zone) OffsetHours(at time.Time) float64 {
	_, secs := at.In(z.Location()).Zone()
	return math.Round(float64(secs)/36) / 100
}

// MySQL writes a moment in the zone, as WordPress's tables have it.
func (z Zone) MySQL(t time.Time) string { return FormatDate(t.In(z.Location()), mysqlFormat) }

// mysqlFormat is a date of WordPress's tables for FormatDate.
const mysqlFormat = "Y-m-d H:i:s"

// ZeroDate is what the tables hold where there is no date.
const ZeroDate = "0000-00-00 00:00:00"

// Parse reads a date of the tables, in the zone unless it names another:
// PHP's date_create for the forms that occur in databases and requests (date,
// optional time, optional offset). Days and months overflow, so that the zero
// date is 30 November of the year -1. A time skipped by the clocks moves on.
func (z Zone) Parse(date string) (time.Time, bool) {
	d, ok := parseDateTime(date)
	if !ok {
		return time.Time{}, false
	}
	return z.resolve(d), true
}

func (z Zone) resolve(d dateTime) time.Time {
	if d.hasZone {
		return time.Unix(d.local-int64(d.offset), 0).In(time.FixedZone("", d.offset))
	}
	loc := z.Location()
	offset := func(unix int64) int64 {
		_, secs := time.Unix(unix, 0).In(loc).Zone()
		return int64(secs)
	}
	// Of a time that is shown twice PHP takes the one it finds by asking for the
	// offset at that time in UTC: the first west of Greenwich, the second east.
	if guess := offset(d.local); offset(d.local-guess) == guess {
		return time.Unix(d.local-guess, 0).In(loc)
	}
	const day = 24 * 60 * 60
	before, after := offset(d.local-day), offset(d.local+day)
	unix := d.local - before
	if before != after && offset(unix) != before && offset(d.local-after) == after {
		unix = d.local - after
	}
	return time.Unix(unix, 0).In(loc)
}

// GMTFromDate turns a date of the site into UTC: get_gmt_from_date. What is no
// date becomes the epoch.
func (z Zone) GMTFromDate(date string) string {
	t, ok := z.Parse(date)
	if !ok {
		t = time.Unix(0, 0)
	}
	return FormatDate(t.UTC(), mysqlFormat)
}

// DateFromGMT turns a date in UTC into one of the site: get_date_from_gmt. What
// is no date becomes the epoch, in UTC.
func (z Zone) DateFromGMT(date string) string {
	t, ok := Zone{}.Parse(date)
	if !ok {
		return FormatDate(time.Unix(0, 0).UTC(), mysqlFormat)
	}
	return FormatDate(t.In(z.Location()), mysqlFormat)
}

// Format writes a date of the tables in a format of PHP's date, in English:
// mysql2date. "U" and "G" alone give the seconds since 1970 of the local clock.
// It fails for an empty date and what is none.
func (z Zone) Format(format, date string) (string, bool) {
	if date == "" || date == "0" {
		return "", false
	}
	t, ok := z.Parse(date)
	if !ok {
		return "", false
	}
	if format == "U" || format == "G" {
		_, secs := t.Zone()
		return fmt.Sprint(t.Unix() + int64(secs)), true
	}
	return FormatDate(t.In(z.Location()), format), true
}

// RFC3339 writes a date of the tables as the API has it, without an offset:
// mysql_to_rfc3339. It fails for what is no date.
func (z Zone) RFC3339(date string) (string, bool) {
	if date == "" || date == "0" {
		return "", false
	}
	t, ok := z.Parse(date)
	if !ok {
		return "", false
	}
	return FormatDate(t, `Y-m-d\TH:i:s`), true
}

// RESTDate reads a date of a request into the two columns of the tables, the
// site's time and UTC: rest_get_date_with_gmt. A date without offset is the
// site's, or with isUTC the world's. It fails where RESTParseDate does.
func (z Zone) RESTDate(date string, isUTC bool) (local, gmt string, ok bool) {
	unix, ok := RESTParseDate(date, false)
	if !ok {
		return "", "", false
	}
	written := FormatDate(time.Unix(unix, 0).UTC(), mysqlFormat)
	if !isUTC && !hasRESTZone(date) {
		return written, z.GMTFromDate(written), true
	}
	return z.DateFromGMT(written), written, true
}

// ResolvePostDate chooses the local date of a post: the given one, else the one
// in UTC, else now: wp_resolve_post_date. It fails for a day the calendar does
// not have.
func (z Zone) ResolvePostDate(date, gmt string, now time.Time) (string, bool) {
	if date == "" || date == "0" || date == ZeroDate {
		if gmt == "" || gmt == "0" || gmt == ZeroDate {
			date = z.MySQL(now)
		} else {
			date = z.DateFromGMT(gmt)
		}
	}
	s := dateScanner{s: date}
	year, ok := s.number(4, 4)
	month, ok1 := s.after('-', 1, 2)
	day, ok2 := s.after('-', 1, 2)
	if !ok || !ok1 || !ok2 || !CheckDate(month, day, year) {
		return "", false
	}
	return date, true
}

// CheckDate reports whether the calendar has a day: wp_checkdate.
func CheckDate(month, day, year int) bool {
	if month < 1 || month > 12 || day < 1 || year < 1 || year > 32767 {
		return false
	}
	return day <= time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// HumanTimeDiff says how far two Unix times are apart, in English and in one
// unit: human_time_diff. There is no default for to.
func HumanTimeDiff(from, to int64) string {
	diff := to - from
	if diff < 0 {
		diff = -diff
	}
	const minute, hour, day, week, month, year = 60, 3600, 86400, 604800, 2592000, 31536000
	unit, name := int64(1), "second"
	switch {
	case diff >= year:
		unit, name = year, "year"
	case diff >= month:
		unit, name = month, "month"
	case diff >= week:
		unit, name = week, "week"
	case diff >= day:
		unit, name = day, "day"
	case diff >= hour:
		unit, name = hour, "hour"
	case diff >= minute:
		unit, name = minute, "minute"
	}
	n := max(1, int64(math.Round(float64(diff)/float64(unit))))
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}

// RESTParseDate reads a date of a request, which must have a time, into Unix
// seconds: rest_parse_date. Without an offset it is UTC; forceUTC ignores the
// offset that is there.
func RESTParseDate(date string, forceUTC bool) (int64, bool) {
	date = strings.TrimSuffix(date, "\n")
	if forceUTC {
		date = dropOffset(date)
	}
	d, offset, ok := parseREST(date)
	if !ok {
		return 0, false
	}
	if offset == "" || offset == "Z" {
		return d.local, true
	}
	secs, rest, ok := parseOffset(offset, true)
	return d.local - int64(secs), ok && rest == ""
}

// dropOffset cuts a sign and two or more digits, with a colon between or not,
// from the end of a date.
func dropOffset(date string) string {
	rest := strings.TrimRight(date, "0123456789")
	digits := len(date) - len(rest)
	if digits > 0 && strings.HasSuffix(rest, ":") {
		head := rest[:len(rest)-1]
		rest = strings.TrimRight(head, "0123456789")
		if len(rest) == len(head) {
			return date
		}
	} else if digits < 2 {
		return date
	}
	if strings.HasSuffix(rest, "+") || strings.HasSuffix(rest, "-") {
		return rest[:len(rest)-1]
	}
	return date
}

// hasRESTZone reports whether a date of a request ends in an offset. Like
// WordPress it takes the day for one when no time follows.
func hasRESTZone(date string) bool {
	date = strings.TrimSuffix(date, "\n")
	if strings.HasSuffix(date, "Z") {
		return true
	}
	match := func(pattern string) bool {
		if len(date) < len(pattern) {
			return false
		}
		tail := date[len(date)-len(pattern):]
		for i := range pattern {
			c := tail[i]
			switch pattern[i] {
			case '+':
				if c != '+' && c != '-' {
					return false
				}
			case '0':
				if !isDigit(c) {
					return false
				}
			default:
				if c != pattern[i] {
					return false
				}
			}
		}
		return true
	}
	return match("+00") || match("+00:00")
}
