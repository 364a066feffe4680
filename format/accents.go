package format

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// latinFold lists, per ASCII replacement, the letters remove_accents folds to
// it in every locale.
var latinFold = buildFold([][2]string{
	{"", "£"},
	{"A", "ÀÁÂÃÄÅĀĂĄǍẠẢẤẦẨẪẬẮẰẲẴẶ"},
	{"AE", "Æ"},
	{"C", "ÇĆĈĊČ"},
	{"D", "ÐĎĐ"},
	{"E", "ÈÉÊËĒĔĖĘĚƏẸẺẼẾỀỂỄỆ€"},
	{"G", "ĜĞĠĢ"},
	{"H", "ĤĦ"},
	{"I", "ÌÍÎÏĨĪĬĮİǏỈỊ"},
	{"IJ", "Ĳ"},
	{"J", "Ĵ"},
	{"K", "Ķ"},
	{"L", "ĹĻĽĿŁ"},
	{"N", "ÑŃŅŇŊ"},
	{"O", "ÒÓÔÕÖØŌŎŐƠǑỌỎỐỒỔỖỘỚỜỞỠỢ"},
	{"OE", "Œ"},
	{"R", "ŔŖŘ"},
	{"S", "ŚŜŞŠȘ"},
	{"T", "ŢŤŦȚ"},
	{"TH", "Þ"},
	{"U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛỤỦỨỪỬỮỰ"},
	{"W", "Ŵ"},
	{"Y", "ÝŶŸỲỴỶỸ"},
	{"Z", "ŹŻŽ"},
	{"a", "ªàáâãäåāăąǎɑạảấầẩẫậắằẳẵặ"},
	{"ae", "æ"},
	{"c", "çćĉċč"},
	{"d", "ðďđ"},
	{"e", "èéêëēĕėęěǝẹẻẽếềểễệ"},
	{"g", "ĝğġģ"},
	{"h", "ĥħ"},
	{"i", "ìíîïĩīĭįıǐỉị"},
	{"ij", "ĳ"},
	{"j", "ĵ"},
	{"k", "ķĸ"},
	{"l", "ĺļľŀł"},
	{"n", "ñńņňŉŋ"},
	{"o", "ºòóôõöøōŏőơǒọỏốồổỗộớờởỡợ"},
	{"oe", "œ"},
	{"r", "ŕŗř"},
	{"s", "ßśŝşšſș"},
	{"t", "ţťŧț"},
	{"th", "þ"},
	{"u", "ùúûüũūŭůűųưǔǖǘǚǜụủứừửữự"},
	{"w", "ŵ"},
	{"y", "ýÿŷỳỵỷỹ"},
	{"z", "źżž"},
})

// latin1Fold is what remove_accents does to text that is not UTF-8, which it
// takes for ISO-8859-1 with the Windows letters in 0x80–0x9F.
var latin1Fold = buildLatin1Fold()

func buildFold(rows [][2]string) map[rune]string {
	fold := make(map[rune]string, 320)
	for _, row := range rows {
		for _, r := range row[1] {
			fold[r] = row[0]
		}
	}
	return fold
}

func buildLatin1Fold() (fold [256]string) {
	for b := range fold {
		fold[b] = string([]byte{byte(b)})
	}
	set := func(to string, from ...byte) {
		for _, b := range from {
			fold[b] = to
		}
	}
	run := func(to string, first, last byte) {
		for b := int(first); b <= int(last); b++ {
			fold[b] = to
		}
	}
	set("E", 0x80)
	set("f", 0x83)
	set("S", 0x8a)
	set("OE", 0x8c)
	set("Z", 0x8e)
	set("s", 0x9a)
	set("oe", 0x9c)
	set("z", 0x9e)
	set("Y", 0x9f, 0xa5, 0xdd)
	set("c", 0xa2, 0xe7)
	set("u", 0xb5)
	run("A", 0xc0, 0xc5)
	set("AE", 0xc6)
	set("C", 0xc7)
	run("E", 0xc8, 0xcb)
	run("I", 0xcc, 0xcf)
	set("DH", 0xd0)
	set("N", 0xd1)
	run("O", 0xd2, 0xd6)
	set("O", 0xd8)
	run("U", 0xd9, 0xdc)
	set("TH", 0xde)
	set("ss", 0xdf)
	run("a", 0xe0, 0xe5)
	set("ae", 0xe6)
	run("e", 0xe8, 0xeb)
	run("i", 0xec, 0xef)
	set("dh", 0xf0)
	set("n", 0xf1)
	run("o", 0xf2, 0xf6)
	set("o", 0xf8)
	run("u", 0xf9, 0xfc)
	set("y", 0xfd, 0xff)
	set("th", 0xfe)
	return fold
}

// localeFold returns what replaces a letter in one locale in place of the
// common table, and whether the locale has its own opinion.
func localeFold(locale string, r rune) (string, bool) {
	switch {
	case strings.HasPrefix(locale, "de"):
		switch r {
		case 'Ä':
			return "Ae", true
		case 'ä':
			return "ae", true
		case 'Ö':
			return "Oe", true
		case 'ö':
			return "oe", true
		case 'Ü':
			return "Ue", true
		case 'ü':
			return "ue", true
		case 'ẞ':
			return "SS", true
		case 'ß':
			return "ss", true
		}
	case locale == "da_DK":
		switch r {
		case 'Æ':
			return "Ae", true
		case 'æ':
			return "ae", true
		case 'Ø':
			return "Oe", true
		case 'ø':
			return "oe", true
		case 'Å':
			return "Aa", true
		case 'å':
			return "aa", true
		}
	case locale == "sr_RS", locale == "bs_BA":
		switch r {
		case 'Đ':
			return "DJ", true
		case 'đ':
			return "dj", true
		}
	}
	return "", false
}

// RemoveAccents folds accented Latin letters to ASCII, as remove_accents does
// in a WordPress locale such as "de_DE" ("" is en_US). Other scripts stay.
// Text that is not valid UTF-8 is read as ISO-8859-1, so the result may still
// be invalid UTF-8.
func RemoveAccents(text, locale string) string {
	if isASCII(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	if !utf8.ValidString(text) {
		for i := 0; i < len(text); i++ {
			b.WriteString(latin1Fold[text[i]])
		}
		return b.String()
	}
	text = norm.NFC.String(text)
	if locale == "ca" {
		text = strings.ReplaceAll(text, "l·l", "ll")
	}
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteByte(byte(r))
		} else if to, ok := localeFold(locale, r); ok {
			b.WriteString(to)
		} else if to, ok := latinFold[r]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
