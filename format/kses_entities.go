package format

import (
	"strconv"
	"strings"
)

// ksesEntityNames are the named character references kses lets through, those
// of HTML 4 and apos. Case matters.
var ksesEntityNames = wordSet(`
AElig Aacute Acirc Agrave Alpha Aring Atilde Auml Beta Ccedil Chi Dagger Delta ETH Eacute Ecirc Egrave
Epsilon Eta Euml Gamma Iacute Icirc Igrave Iota Iuml Kappa Lambda Mu Ntilde Nu OElig Oacute Ocirc Ograve
Omega Omicron Oslash Otilde Ouml Phi Pi Prime Psi Rho Scaron Sigma THORN Tau Theta Uacute Ucirc Ugrave
Upsilon Uuml Xi Yacute Yuml Zeta aacute acirc acute aelig agrave alefsym alpha amp and ang apos aring asymp
atilde auml bdquo beta brvbar bull cap ccedil cedil cent chi circ clubs cong copy crarr cup curren dArr
dagger darr deg delta diams divide eacute ecirc egrave empty emsp ensp epsilon equiv eta eth euml euro exist
fnof forall frac12 frac14 frac34 frasl gamma ge gt hArr harr hearts hellip iacute icirc iexcl igrave image
infin int iota iquest isin iuml kappa lArr lambda lang laquo larr lceil ldquo le lfloor lowast loz lrm lsaquo
lsquo lt macr mdash micro middot minus mu nabla nbsp ndash ne ni not notin nsub ntilde nu oacute ocirc oelig
ograve oline omega omicron oplus or ordf ordm oslash otilde otimes ouml para part permil perp phi pi piv
plusmn pound prime prod prop psi quot rArr radic rang raquo rarr rceil rdquo real reg rfloor rho rlm rsaquo
rsquo sbquo scaron sdot sect shy sigma sigmaf sim spades sub sube sum sup sup1 sup2 sup3 supe szlig tau
there4 theta thetasym thinsp thorn tilde times trade uArr uacute uarr ucirc ugrave uml upsih upsilon uuml
weierp xi yacute yen yuml zeta zwj zwnj`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// NormalizeEntities escapes every ampersand that does not begin a character
// reference WordPress knows, and pads numeric ones to three digits:
// wp_kses_normalize_entities. Doing it again changes nothing.
func NormalizeEntities(text string) string {
	next := strings.IndexByte(text, '&')
	if next < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	for next >= 0 {
		b.WriteString(text[:next])
		ref, size := normalReference(text[next:])
		b.WriteString(ref)
		text = text[next+size:]
		next = strings.IndexByte(text, '&')
	}
	b.WriteString(text)
	return b.String()
}

// normalReference returns what the ampersand s begins with becomes, and the
// number of bytes that stands for.
func normalReference(s string) (string, int) {
	const bare = "&amp;"
	if len(s) < 4 {
		return bare, 1
	}
	i := 1
	if s[1] != '#' {
		for i < len(s) && i <= 8 && isAlpha(s[i]) {
			i++
		}
		letters := i - 1
		for n := 0; n < 2 && i < len(s) && isDigit(s[i]); n++ {
			i++
		}
		if letters >= 2 && i < len(s) && s[i] == ';' && ksesEntityNames[s[1:i]] {
			return s[:i+1], i + 1
		}
		return bare, 1
	}
	i, base, limit, digit := 2, 10, 7, isDigit
	if s[2]|0x20 == 'x' {
		i, base, limit, digit = 3, 16, 6, isHex
	}
	for i < len(s) && s[i] == '0' {
		i++
	}
	start := i
	for i < len(s) && digit(s[i]) && i-start < limit {
		i++
	}
	if i == start || i >= len(s) || s[i] != ';' {
		return bare, 1
	}
	n, err := strconv.ParseInt(s[start:i], base, 32)
	if err != nil || !validXMLRune(rune(n)) {
		if base == 16 {
			return bare + "#x", 3
		}
		return bare, 1
	}
	if base == 16 {
		return "&#x" + s[start:i+1], i + 1
	}
	return "&#" + strings.Repeat("0", max(0, 3-(i-start))) + s[start:i+1], i + 1
}

// validXMLRune is valid_unicode: what XML allows in a document.
func validXMLRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xd7ff ||
		0xe000 <= r && r <= 0xfffd || 0x10000 <= r && r <= 0x10ffff
}
