package schema

import (
	"strconv"
	"strings"
	"time"
)

// validateFormat checks the formats that WordPress checks; all others pass.
func validateFormat(value any, format, param string) *Error {
	text := toString(value)
	ok := !isArray(value)
	switch format {
	case "hex-color":
		if !ok || !isHexColor(text) {
			return fail("rest_invalid_hex_color", "Invalid hex color.")
		}
	case "date-time":
		if ok {
			_, ok = ParseDate(text)
		}
		if !ok {
			return fail("rest_invalid_date", "Invalid date.")
		}
	case "email":
		if !ok || !isEmail(text) {
			return fail("rest_invalid_email", "Invalid email address.")
		}
	case "ip":
		if !ok || !IsIP(text) {
			return fail("rest_invalid_ip", "%s is not a valid IP address.", param)
		}
	case "uuid":
		if _, isText := value.(string); !isText || !IsUUID(text) {
			return fail("rest_invalid_uuid", "%s is not a valid UUID.", param)
		}
	}
	return nil
}

// chomp takes off one newline at the end, before which PCRE's $ matches too.
func chomp(s string) string { return strings.TrimSuffix(s, "\n") }

func isHexColor(s string) bool {
	s = chomp(s)
	if len(s) != 4 && len(s) != 7 || s[0] != '#' {
		return false
	}
	return onlyHex(s[1:])
}

func onlyHex(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !isDigit(s[i]) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ParseHexColor mirrors rest_parse_hex_color: # and three or six hex digits.
func ParseHexColor(s string) (string, bool) {
	if !isHexColor(s) {
		return "", false
	}
	return s, true
}

// IsUUID mirrors wp_is_uuid: lower case, hyphens in place, any version.
func IsUUID(s string) bool {
	s = chomp(s)
	if len(s) != 36 || s != lower(s) {
		return false
	}
	for _, i := range []int{8, 13, 18, 23} {
		if s[i] != '-' {
			return false
		}
	}
	return onlyHex(s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:])
}

// IsUUID4 mirrors wp_is_uuid with version 4.
func IsUUID4(s string) bool {
	return IsUUID(s) && s[14] == '4' && strings.IndexByte("89ab", s[19]) >= 0
}

// ParseDate mirrors rest_parse_date: an RFC 3339 date and time, where the zone
// may be missing (UTC then) and the T a blank. Days that a month lacks run on
// into the next month, as strtotime does it. Fractions of seconds are dropped.
func ParseDate(s string) (time.Time, bool) {
	m := dateParts(chomp(s))
	if m == nil {
		return time.Time{}, false
	}
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i])
	}
	if n[1] > 12 || n[2] > 31 || n[3] > 24 || n[4] > 59 || n[5] > 60 {
		return time.Time{}, false
	}
	offset, ok := zoneOffset(m[6])
	if !ok {
		return time.Time{}, false
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	return t.Add(-offset), true
}

// dateParts splits YYYY-MM-DD[Tt ]HH:MM:SS[.digits][Z|±HH[:MM]] into the six
// numbers and the zone; nil if s is anything else.
func dateParts(s string) []string {
	const shape = "0000-00-00T00:00:00"
	if len(s) < len(shape) {
		return nil
	}
	for i := range len(shape) {
		switch want := shape[i]; {
		case want == '0' && !isDigit(s[i]),
			want == 'T' && s[i] != 'T' && s[i] != 't' && s[i] != ' ',
			(want == '-' || want == ':') && s[i] != want:
			return nil
		}
	}
	zone := s[len(shape):]
	if strings.HasPrefix(zone, ".") {
		rest := strings.TrimLeft(zone[1:], "0123456789")
		if len(rest) == len(zone)-1 {
			return nil
		}
		zone = rest
	}
	return []string{s[0:4], s[5:7], s[8:10], s[11:13], s[14:16], s[17:19], zone}
}

func zoneOffset(zone string) (time.Duration, bool) {
	if zone == "" || zone == "Z" {
		return 0, true
	}
	if len(zone) != 3 && (len(zone) != 6 || zone[3] != ':') || zone[0] != '+' && zone[0] != '-' {
		return 0, false
	}
	digits := zone[1:3] + strings.TrimPrefix(zone[3:], ":")
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi("0" + digits[2:])
	if minutes > 59 || len(zone) == 6 && hours > 24 { // strtotime takes +99, but not +25:00
		return 0, false
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if zone[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// IsIP mirrors rest_is_ip_address: IPv4, leading zeros allowed, or IPv6
// without a zone, also with its last part written as IPv4.
func IsIP(s string) bool { return isIPv4(chomp(s)) || isIPv6(s) }

func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || len(p) > 3 || !isDigit(p[0]) || n > 255 {
			return false
		}
	}
	return len(parts) == 4
}

func isIPv6(s string) bool {
	s, ok := expandIPv6(s)
	if !ok {
		return false
	}
	v4 := ""
	if strings.Contains(s, ".") {
		at := strings.LastIndexByte(s, ':')
		if at < 0 {
			return false
		}
		s, v4 = s[:at], s[at+1:]
	}
	groups, bytes := strings.Split(s, ":"), strings.Split(v4, ".")
	if !(len(groups) == 8 && len(bytes) == 1 || len(groups) == 6 && len(bytes) == 4) {
		return false
	}
	for _, g := range groups {
		if g == "" || len(g) > 4 || !onlyHex(g) {
			return false
		}
	}
	if len(bytes) == 4 {
		for _, b := range bytes {
			if n, err := strconv.Atoi(b); err != nil || n < 0 || n > 255 || strconv.Itoa(n) != b {
				return false
			}
		}
	}
	return true
}

// expandIPv6 writes the one :: of an address out. ok is false where there are
// too many groups for that; several :: are left to fail later.
func expandIPv6(s string) (string, bool) {
	if strings.Count(s, "::") != 1 {
		return s, true
	}
	head, tail, _ := strings.Cut(s, "::")
	before, after := strings.Count(head, ":"), strings.Count(tail, ":")
	if strings.Contains(tail, ".") {
		after++
	}
	fill, n := "", 0
	switch {
	case head == "" && tail == "":
		return "0:0:0:0:0:0:0:0", true
	case head == "":
		fill, n = "0:", 7-after
	case tail == "":
		fill, n = ":0", 7-before
	default:
		fill, n = "0:", 6-after-before
		head += ":"
	}
	if n < 0 {
		return "", false
	}
	return head + strings.Repeat(fill, n) + tail, true
}

// isEmail mirrors is_email.
func isEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if len(s) < 6 || at < 0 || strings.IndexByte(s[1:], '@') < 0 {
		return false
	}
	local, domain := chomp(s[:at]), s[at+1:]
	if local == "" || !onlyBytes(local, "!#$%&'*+/=?^_`{|}~.-") || strings.Contains(domain, "..") {
		return false
	}
	if strings.Trim(domain, " \t\n\r\x00\v.") != domain {
		return false
	}
	subs := strings.Split(domain, ".")
	for _, sub := range subs {
		if strings.Trim(sub, " \t\n\r\x00\v-") != sub || sub == "" || !onlyBytes(sub, "-") {
			return false
		}
	}
	return len(subs) >= 2
}

// onlyBytes reports that s is made of ASCII letters, digits and the bytes of extra.
func onlyBytes(s, extra string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !isDigit(s[i]) && (c < 'a' || c > 'z') && strings.IndexByte(extra, s[i]) < 0 {
			return false
		}
	}
	return true
}
