package format

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FormatDate writes a moment in a format of PHP's date, in English. Letters
// without meaning stand for themselves, a backslash protects the next byte.
func FormatDate(t time.Time, format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c == '\\' {
			if i++; i < len(format) {
				b.WriteByte(format[i])
			}
			continue
		}
		if s, ok := dateLetter(t, c); ok {
			b.WriteString(s)
		} else if s, ok := timeLetter(t, c); ok {
			b.WriteString(s)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func dateLetter(t time.Time, c byte) (string, bool) {
	switch c {
	case 'd':
		return two(t.Day()), true
	case 'D':
		return t.Weekday().String()[:3], true
	case 'j':
		return strconv.Itoa(t.Day()), true
	case 'l':
		return t.Weekday().String(), true
	case 'N':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1), true
	case 'S':
		return ordinal(t.Day()), true
	case 'w':
		return strconv.Itoa(int(t.Weekday())), true
	case 'z':
		return strconv.Itoa(t.YearDay() - 1), true
	case 'W':
		_, week := t.ISOWeek()
		return two(week), true
	case 'o':
		year, _ := t.ISOWeek()
		return strconv.Itoa(year), true
	case 'F':
		return t.Month().String(), true
	case 'm':
		return two(int(t.Month())), true
	case 'M':
		return t.Month().String()[:3], true
	case 'n':
		return strconv.Itoa(int(t.Month())), true
	case 't':
		return strconv.Itoa(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()), true
	case 'L':
		return bit(time.Date(t.Year(), time.December, 31, 0, 0, 0, 0, time.UTC).YearDay() == 366), true
	case 'Y':
		if t.Year() < 0 {
			return fmt.Sprintf("-%04d", -t.Year()), true
		}
		return fmt.Sprintf("%04d", t.Year()), true
	case 'y':
		return two(t.Year() % 100), true
	}
	return "", false
}

func timeLetter(t time.Time, c byte) (string, bool) {
	hour12 := (t.Hour()+11)%12 + 1
	switch c {
	case 'a':
		return [...]string{"am", "pm"}[t.Hour()/12], true
	case 'A':
		return [...]string{"AM", "PM"}[t.Hour()/12], true
	case 'B':
		beat := (t.Unix() + 3600) % 86400
		return fmt.Sprintf("%03d", (beat+86400)%86400*10/864), true
	case 'g':
		return strconv.Itoa(hour12), true
	case 'G':
		return strconv.Itoa(t.Hour()), true
	case 'h':
		return two(hour12), true
	case 'H':
		return two(t.Hour()), true
	case 'i':
		return two(t.Minute()), true
	case 's':
		return two(t.Second()), true
	case 'u':
		return fmt.Sprintf("%06d", t.Nanosecond()/1e3), true
	case 'v':
		return fmt.Sprintf("%03d", t.Nanosecond()/1e6), true
	case 'e':
		return zoneName(t), true
	case 'I':
		return bit(t.IsDST()), true
	case 'O':
		return offsetText(t, ""), true
	case 'P':
		return offsetText(t, ":"), true
	case 'p':
		if name, secs := t.Zone(); secs == 0 && (name == "UTC" || name == "" || name[0] == '+') {
			return "Z", true
		}
		return offsetText(t, ":"), true
	case 'T':
		name, _ := t.Zone()
		if name == "" {
			name = offsetText(t, ":")
		}
		return name, true
	case 'Z':
		_, secs := t.Zone()
		return strconv.Itoa(secs), true
	case 'c':
		return fmt.Sprintf("%04d", t.Year()) + FormatDate(t, `-m-d\TH:i:sP`), true
	case 'r':
		return FormatDate(t, "D, d M ") + fmt.Sprintf("%04d", t.Year()) + FormatDate(t, " H:i:s O"), true
	case 'U':
		return strconv.FormatInt(t.Unix(), 10), true
	}
	return "", false
}

func two(n int) string { return fmt.Sprintf("%02d", n) }

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func ordinal(day int) string {
	if day < 10 || day > 19 {
		switch day % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

func zoneName(t time.Time) string {
	if name := t.Location().String(); name != "" {
		return name
	}
	return offsetText(t, ":")
}

func offsetText(t time.Time, sep string) string {
	_, secs := t.Zone()
	sign := '+'
	if secs < 0 {
		sign, secs = '-', -secs
	}
	return fmt.Sprintf("%c%02d%s%02d", sign, secs/3600, sep, secs/60%60)
}
