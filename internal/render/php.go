package render

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/platenhq/platen/ordered"
)

// The blocks' attributes are JSON that PHP code reads with PHP's own ideas of
// truth, emptiness and conversion. These helpers hold those ideas.

// dig follows names through objects; nil when one is missing.
func dig(v any, path ...string) any {
	for _, name := range path {
		switch x := v.(type) {
		case *ordered.Object:
			v = x.Value(name)
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// truthy is PHP's conversion to boolean.
func truthy(v any) bool {
	switch x := v.(type) {
	case nil:
		return false
	case bool:
		return x
	case string:
		return x != "" && x != "0"
	case int64:
		return x != 0
	case int:
		return x != 0
	case float64:
		return x != 0
	case []any:
		return len(x) > 0
	case *ordered.Object:
		return x.Len() > 0
	}
	return true
}

// str is PHP's conversion to string.
func str(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case bool:
		if x {
			return "1"
		}
		return ""
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case int:
		return strconv.Itoa(x)
	case float64:
		return phpFloat(x)
	}
	return "Array"
}

// phpFloat writes a float as echo does, with 14 digits at most.
func phpFloat(f float64) string {
	if f == 0 {
		return "0"
	}
	if short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 14, 64), 64); err == nil {
		f = short
	}
	b, err := ordered.Append(nil, f)
	if err != nil {
		return strings.ToUpper(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return strings.Replace(string(b), "e", "E", 1)
}

// num is PHP's conversion to a float.
func num(v any) float64 {
	switch x := v.(type) {
	case bool:
		if x {
			return 1
		}
	case int64:
		return float64(x)
	case int:
		return float64(x)
	case float64:
		return x
	case string:
		return leadingFloat(x)
	case []any:
		if len(x) > 0 {
			return 1
		}
	}
	return 0
}

// leadingFloat reads the number a string starts with.
func leadingFloat(s string) float64 {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	end, digits, dot := 0, false, false
	for end < len(s) {
		c := s[end]
		switch {
		case c >= '0' && c <= '9':
			digits = true
		case (c == '-' || c == '+') && end == 0:
		case c == '.' && !dot:
			dot = true
		case (c == 'e' || c == 'E') && digits:
			j := end + 1
			if j < len(s) && (s[j] == '-' || s[j] == '+') {
				j++
			}
			if j < len(s) && s[j] >= '0' && s[j] <= '9' {
				for j < len(s) && s[j] >= '0' && s[j] <= '9' {
					j++
				}
				end = j
			}
			goto done
		default:
			goto done
		}
		end++
	}
done:
	f, _ := strconv.ParseFloat(s[:end], 64)
	return f
}

// integer is PHP's conversion to an integer.
func integer(v any) int64 {
	switch x := v.(type) {
	case int64:
		return x
	case int:
		return int64(x)
	}
	f := num(v)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return int64(f)
}

// isNumeric is PHP's is_numeric.
func isNumeric(v any) bool {
	switch x := v.(type) {
	case int64, int, float64:
		return true
	case string:
		s := strings.Trim(x, " \t\n\r\v\f")
		if s == "" || strings.ContainsAny(s, "xXpP_iInN") {
			return false
		}
		_, err := strconv.ParseFloat(s, 64)
		return err == nil
	}
	return false
}

// scalar reports strings and numbers.
func scalar(v any) bool {
	switch v.(type) {
	case string, int64, int, float64, bool:
		return true
	}
	return false
}

// isArray is PHP's is_array.
func isArray(v any) bool {
	switch v.(type) {
	case []any, *ordered.Object:
		return true
	}
	return false
}

// round is PHP's round to a number of digits.
func round(f float64, digits int) float64 {
	p := math.Pow(10, float64(digits))
	r := math.Round(f * p)
	// undo the error that the multiplication brings
	if math.Abs(f*p-r) > 0.4999999999 && math.Abs(f*p-r) < 0.5000000001 {
		r = math.Round(f*p + math.Copysign(1e-9, f))
	}
	return r / p
}

type jsonFlags int

const (
	jsonSlashes jsonFlags = 1 << iota // leave slashes as they are
	jsonUnicode                       // leave characters beyond ASCII as they are
	jsonHex                           // <, >, &, ' and " as \u escapes
	jsonHexTag                        // < and > as \u escapes
)

// phpJSON is json_encode: PHP arrays without names are lists, an empty one too.
func phpJSON(v any, flags jsonFlags) string {
	return string(appendPHPJSON(nil, v, flags))
}

func appendPHPJSON(dst []byte, v any, flags jsonFlags) []byte {
	switch x := v.(type) {
	case *ordered.Object:
		if x == nil {
			return append(dst, "null"...)
		}
		if isListShaped(x) {
			dst = append(dst, '[')
			for i := range x.Len() {
				if i > 0 {
					dst = append(dst, ',')
				}
				dst = appendPHPJSON(dst, x.At(i).Value, flags)
			}
			return append(dst, ']')
		}
		dst = append(dst, '{')
		for i := range x.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			m := x.At(i)
			dst = append(appendPHPString(dst, m.Name, flags), ':')
			dst = appendPHPJSON(dst, m.Value, flags)
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i := range x {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendPHPJSON(dst, x[i], flags)
		}
		return append(dst, ']')
	case string:
		return appendPHPString(dst, x, flags)
	case emptyObject:
		return append(dst, "{}"...)
	}
	out, err := ordered.Append(dst, v)
	if err != nil {
		return append(dst, "null"...)
	}
	return out
}

// emptyObject is a JSON object without members, which a PHP array cannot be.
type emptyObject struct{}

func isListShaped(o *ordered.Object) bool {
	for i := range o.Len() {
		if o.At(i).Name != strconv.Itoa(i) {
			return false
		}
	}
	return true
}

func appendPHPString(dst []byte, s string, flags jsonFlags) []byte {
	raw := ordered.AppendString(nil, s)
	const hexDigits = "0123456789abcdef"
	u := func(dst []byte, r rune) []byte {
		return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
	}
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\':
			if raw[i+1] == '"' && flags&jsonHex != 0 {
				dst = append(dst, `\u0022`...)
			} else {
				dst = append(dst, c, raw[i+1])
			}
			i += 2
			continue
		case c == '/' && flags&jsonSlashes == 0:
			dst = append(dst, '\\', '/')
		case (c == '<' || c == '>') && flags&(jsonHex|jsonHexTag) != 0, (c == '&' || c == '\'') && flags&jsonHex != 0:
			dst = append(dst, `\u00`...)
			const upper = "0123456789ABCDEF"
			dst = append(dst, upper[c>>4], upper[c&15])
		case c >= utf8.RuneSelf && flags&jsonUnicode == 0:
			r, n := utf8.DecodeRune(raw[i:])
			if r >= 0x10000 {
				r -= 0x10000
				dst = u(u(dst, 0xD800+r>>10), 0xDC00+r&0x3FF)
			} else {
				dst = u(dst, r)
			}
			i += n
			continue
		default:
			dst = append(dst, c)
		}
		i++
	}
	return dst
}

// kebab is _wp_to_kebab_case: the words of s in lower case, with hyphens.
func kebab(s string) string {
	r := []rune(strings.ReplaceAll(s, "'", ""))
	var words []string
	for i := 0; i < len(r); {
		n := kebabWord(r[i:])
		if n == 0 {
			i++
			continue
		}
		words = append(words, strings.ToLower(string(r[i:i+n])))
		i += n
	}
	return strings.Join(words, "-")
}

func kebabWord(r []rune) int {
	run := func(i int, in func(rune) bool) int {
		for i < len(r) && in(r[i]) {
			i++
		}
		return i
	}
	miscLower := func(c rune) bool { return kebabClass(c) == 'l' || kebabClass(c) == 'm' }
	switch kebabClass(r[0]) {
	case 'l':
		return run(0, miscLower)
	case 'u', 'm':
		lower := run(1, func(c rune) bool { return kebabClass(c) == 'l' })
		if kebabClass(r[0]) == 'u' && lower > 1 && (lower == len(r) || kebabClass(r[lower]) == 'b' || kebabClass(r[lower]) == 'u') {
			return lower
		}
		n := run(0, func(c rune) bool { return kebabClass(c) == 'u' || kebabClass(c) == 'm' })
		for k := n; k > 0; k-- {
			if k == len(r) || kebabClass(r[k]) == 'b' || kebabClass(r[k]) == 'u' && k+1 < len(r) && miscLower(r[k+1]) {
				return k
			}
		}
		start := 0
		if kebabClass(r[0]) == 'u' {
			start = 1
		}
		if k := run(start, miscLower); k > start {
			return k
		}
		return run(0, func(c rune) bool { return kebabClass(c) == 'u' })
	case 'd':
		n := run(0, func(c rune) bool { return kebabClass(c) == 'd' })
		if n+1 < len(r) {
			last, suffix := r[n-1], string(r[n:n+2])
			want := map[rune]string{'1': "st", '2': "nd", '3': "rd"}[last]
			if want == "" {
				want = "th"
			}
			end := n+2 == len(r) || kebabClass(r[n+2]) == 'b'
			if suffix == want && (end || kebabClass(r[n+2]) == 'u') || suffix == strings.ToUpper(want) && (end || kebabClass(r[n+2]) == 'l') {
				return n + 2
			}
		}
		return n
	}
	return 0
}

// kebabClass tells lower and upper case letters, digits, breaks and the rest.
func kebabClass(c rune) byte {
	switch {
	case c >= 'a' && c <= 'z', c >= 0xdf && c <= 0xf6, c >= 0xf8 && c <= 0xff:
		return 'l'
	case c >= 'A' && c <= 'Z', c >= 0xc0 && c <= 0xd6, c >= 0xd8 && c <= 0xde:
		return 'u'
	case c >= '0' && c <= '9':
		return 'd'
	case c <= 0xbf, c >= 0x2000 && c <= 0x206f, c == 0xfeff, c == 0x1680, c == 0x180e, c == 0x3000:
		return 'b'
	}
	return 'm'
}
