package format

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSlug is the number of bytes a slug may have in WordPress's tables.
const MaxSlug = 200

// SlugContext says what a slug is made for.
type SlugContext string

// The contexts of sanitize_title_with_dashes. Only SlugSave folds accents and
// drops typographic punctuation.
const (
	SlugSave    SlugContext = "save"
	SlugQuery   SlugContext = "query"
	SlugDisplay SlugContext = "display"
)

// SanitizeTitle makes a slug of a title in locale en_US: sanitize_title. An
// empty outcome is replaced by fallback, unchanged.
func SanitizeTitle(title, fallback string) string {
	return SanitizeTitleIn("", title, fallback)
}

// SanitizeTitleIn is SanitizeTitle for a site of another WordPress locale.
func SanitizeTitleIn(locale, title, fallback string) string {
	slug := SanitizeTitleWithDashes(RemoveAccents(title, locale), SlugSave)
	if slug == "" {
		return fallback
	}
	return slug
}

// SanitizeTitleForQuery makes of a slug that came in a URL what is compared
// with the stored ones: sanitize_title_for_query. Accents stay.
func SanitizeTitleForQuery(title string) string {
	return SanitizeTitleWithDashes(title, SlugQuery)
}

// slugHyphens are what becomes a hyphen when a slug is saved, as it stands in
// the percent-encoded text; slugDropped is what vanishes.
var (
	slugHyphens = strings.NewReplacer(
		"%c2%a0", "-", "%e2%80%91", "-", "%e2%80%93", "-", "%e2%80%94", "-",
	)
	slugHyphenEntities = strings.NewReplacer(
		"&nbsp;", "-", "&#8209;", "-", "&#160;", "-", "&ndash;", "-",
		"&#8211;", "-", "&mdash;", "-", "&#8212;", "-",
	)
	slugDropped = encodedRunes("\u00ad¡¿«»‹›‘’“”‚‛„‟•©®°…™´\u02ca\u0301\u0341\u0300\u0304\u030c" +
		"\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff\ufffc")
	slugSpaces = hyphenRunes("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f")
)

func hyphenRunes(set string) *strings.Replacer {
	var pairs []string
	for _, e := range encodedRunes(set) {
		pairs = append(pairs, e, "-")
	}
	return strings.NewReplacer(pairs...)
}

func encodedRunes(set string) []string {
	var list []string
	for _, r := range set {
		list = append(list, strings.ToLower(url.QueryEscape(string(r))))
	}
	return list
}

// SanitizeTitleWithDashes is sanitize_title_with_dashes: lower case, words
// joined by single hyphens, other scripts percent-encoded and cut at MaxSlug
// bytes on a whole character. Bytes that are not UTF-8 are dropped.
func SanitizeTitleWithDashes(title string, ctx SlugContext) string {
	title = slugOctets(StripTags(title))
	if utf8.ValidString(title) {
		title = encodeURIText(lowerText(title), MaxSlug, false)
	}
	title = lowerASCII(title)
	if ctx == SlugSave {
		title = slugHyphens.Replace(title)
		title = slugHyphenEntities.Replace(title)
		title = strings.ReplaceAll(title, "/", "-")
		if strings.IndexByte(title, '%') >= 0 {
			// One after the other: dropping one can bring the halves of
			// another together, and only a later one is then found.
			for _, drop := range slugDropped {
				title = strings.ReplaceAll(title, drop, "")
			}
			title = slugSpaces.Replace(title)
			title = strings.ReplaceAll(title, "%c3%97", "x")
		}
	}
	title = dropEntities(title)
	out := make([]byte, 0, len(title))
	for i := 0; i < len(title); i++ {
		c := title[i]
		switch {
		case c == '.' || c == ' ' || c == '-':
			if len(out) == 0 || out[len(out)-1] != '-' {
				out = append(out, '-')
			}
		case c == '%' || c == '_' || isLower(c) || isDigit(c):
			out = append(out, c)
		}
	}
	return strings.Trim(string(out), "-")
}

// slugOctets keeps percent signs only where two hexadecimal digits follow. Like
// WordPress it marks octets by three dashes on either side, so text that looks
// like such a mark becomes an octet.
func slugOctets(s string) string {
	if strings.IndexByte(s, '%') < 0 && !strings.Contains(s, "---") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
		} else if i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b.WriteString("---" + s[i+1:i+3] + "---")
			i += 2
		}
	}
	s = b.String()
	b.Reset()
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], "---") && len(s) >= i+8 && isHex(s[i+3]) && isHex(s[i+4]) && s[i+5:i+8] == "---" {
			b.WriteString("%" + s[i+3:i+5])
			i += 8
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// encodeURIText is utf8_uri_encode: bytes from 0x80 on become lower-case
// percent-encoded ones, by whole characters, and the text ends before the first
// character that would make it longer than limit bytes (0 is no limit). Like
// WordPress it believes the first byte of a character about the number of bytes.
func encodeURIText(s string, limit int, encodeASCII bool) string {
	if !encodeASCII && isASCII(s) {
		if limit > 0 && len(s) > limit {
			return s[:limit]
		}
		return s
	}
	out := make([]byte, 0, min(len(s)*3, limit+16))
	var pending []byte // the bytes of the character so far
	size := 1
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < utf8.RuneSelf {
			n := 1
			if encodeASCII && !isAlnum(c) && strings.IndexByte("-_.~", c) < 0 {
				n = 3
			}
			if limit > 0 && len(out)+n > limit {
				break
			}
			if n == 1 {
				out = append(out, c)
			} else {
				out = append(out, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
			}
			continue
		}
		if len(pending) == 0 {
			size = leadSize(c)
		}
		pending = append(pending, c)
		if limit > 0 && len(out)+size*3 > limit {
			break
		}
		if len(pending) == size {
			for _, p := range pending {
				out = append(out, '%', "0123456789abcdef"[p>>4], "0123456789abcdef"[p&15])
			}
			pending, size = pending[:0], 1
		}
	}
	return string(out)
}

// leadSize is the length of the character that starts with byte c >= 0x80.
func leadSize(c byte) int {
	switch {
	case c < 0xe0:
		return 2
	case c < 0xf0:
		return 3
	}
	return 4
}

// lowerText is mb_strtolower: the simple mapping, except for the dotted I.
func lowerText(s string) string {
	s = strings.ReplaceAll(s, "\u0130", "i\u0307")
	return strings.Map(unicode.ToLower, s)
}

// dropEntities removes what /&.+?;/ matches: from an ampersand to the next
// semicolon on the same line with something between.
func dropEntities(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	semi, line := -1, -1
	for i := 0; i < len(s); i++ {
		if s[i] == '&' {
			semi = nextByte(s, ';', i+2, semi)
			line = nextByte(s, '\n', i+1, line)
			if semi < len(s) && semi < line {
				i = semi
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// nextByte returns the first index of c at or after from, len(s) when there is
// none. known is an earlier answer, reused while it still lies ahead, so that
// a run of calls with growing from stays linear.
func nextByte(s string, c byte, from, known int) int {
	if known >= from || known == len(s) {
		return known
	}
	if from >= len(s) {
		return len(s)
	}
	if i := strings.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return len(s)
}

// SanitizeKey keeps lower-case letters, digits, dashes and underscores of a
// key, after lower-casing it: sanitize_key.
func SanitizeKey(key string) string {
	return keepBytes(lowerASCII(key), func(c byte) bool {
		return isLower(c) || isDigit(c) || c == '_' || c == '-'
	})
}

// SanitizeHTMLClass keeps of a class name what needs no escaping, and makes the
// same of fallback if nothing is left: sanitize_html_class.
func SanitizeHTMLClass(class, fallback string) string {
	out := keepBytes(dropOctets(class), func(c byte) bool {
		return isAlnum(c) || c == '_' || c == '-'
	})
	if out == "" && fallback != "" && fallback != "0" {
		return SanitizeHTMLClass(fallback, "")
	}
	return out
}

// SanitizeUser cleans a user name: sanitize_user. With strict only ASCII
// letters, digits, space and _.-@ stay.
func SanitizeUser(name string, strict bool) string {
	name = RemoveAccents(StripAllTags(name, false), "")
	name = dropEntities(dropOctets(name))
	if strict {
		name = keepBytes(name, func(c byte) bool {
			return isAlnum(c) || strings.IndexByte(" _.-@", c) >= 0
		})
	}
	name = trimPHP(name)
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if !isSpace(name[i]) {
			b.WriteByte(name[i])
		} else if i == 0 || !isSpace(name[i-1]) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// ValidUsername reports whether name is a user name WordPress accepts:
// validate_username.
func ValidUsername(name string) bool {
	return name != "" && name != "0" && SanitizeUser(name, true) == name
}

// dropOctets removes percent-encoded bytes, once from left to right.
func dropOctets(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// TruncateSlug cuts a slug to at most limit bytes without tearing a
// percent-encoded character, and drops hyphens at its end: _truncate_post_slug.
func TruncateSlug(slug string, limit int) string {
	if len(slug) > limit {
		if decoded := urlDecode(slug); decoded == slug {
			slug = slug[:max(limit, 0)]
		} else {
			slug = encodeURIText(decoded, limit, true)
		}
	}
	return strings.TrimRight(slug, "-")
}

// urlDecode is PHP's urldecode: plus is a space, a percent sign that starts no
// octet stays.
func urlDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			out = append(out, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return string(out)
}
