package authcookie

import (
	"math"
	"strconv"
	"strings"
)

const phpBlank = " \t\n\r\v\f"

// numberPrefix finds the number at the start of s as PHP does: blanks, sign,
// digits with a point, exponent. Whole reports that nothing but blanks follow.
func numberPrefix(s string) (number string, whole bool) {
	s = strings.TrimLeft(s, phpBlank)
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	start := i
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	digits := i - start
	if i < len(s) && s[i] == '.' {
		j := i + 1
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if digits > 0 || j > i+1 {
			digits += j - i
			i = j
		}
	}
	if digits == 0 {
		return "", false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && s[j] >= '0' && s[j] <= '9' {
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			i = j
		}
	}
	return s[:i], strings.Trim(s[i:], phpBlank) == ""
}

// toInt is PHP's (int) of a string.
func toInt(s string) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && s[0] != '+' {
		return n
	}
	number, _ := numberPrefix(s)
	if number == "" {
		return 0
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return n
	}
	f, _ := strconv.ParseFloat(number, 64)
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// textLess is PHP's $s < $n for a string and an integer: by number when s is
// one, else by text.
func textLess(s string, n int64) bool {
	if number, whole := numberPrefix(s); whole {
		if i, err := strconv.ParseInt(number, 10, 64); err == nil {
			return i < n
		}
		f, _ := strconv.ParseFloat(number, 64)
		return f < float64(n)
	}
	return s < strconv.FormatInt(n, 10)
}
