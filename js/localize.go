package js

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// encodeLocalized writes data as a JavaScript expression in the manner of WP_Scripts::localize: plain values of the
// first level become strings. The result has no <, >, &, U+2028 or U+2029 in it.
func encodeLocalized(data any) (string, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	switch text[0] {
	case '{', '[':
		return stringifyMembers(text)
	case '"':
		value, err := stringify(text)
		return string(value), err
	case 'f':
		// PHP makes array( false ) of it, for old callers.
		return `[""]`, nil
	}
	return string(text), nil
}

// stringifyMembers rewrites a JSON object or array, keeping the order of its members.
func stringifyMembers(text []byte) (string, error) {
	var b bytes.Buffer
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return "", err
	}
	b.WriteByte(text[0])
	for first := true; dec.More(); first = false {
		if !first {
			b.WriteByte(',')
		}
		if text[0] == '{' {
			key, err := dec.Token()
			if err != nil {
				return "", err
			}
			name, err := json.Marshal(key)
			if err != nil {
				return "", err
			}
			b.Write(name)
			b.WriteByte(':')
		}
		var member json.RawMessage
		if err := dec.Decode(&member); err != nil {
			return "", err
		}
		value, err := stringify(member)
		if err != nil {
			return "", err
		}
		b.Write(value)
	}
	b.WriteByte(text[len(text)-1])
	return b.String(), nil
}

// stringify turns a plain JSON value into the JSON string that PHP's (string) makes of it. Objects, arrays and null
// are left as they are.
func stringify(value json.RawMessage) (json.RawMessage, error) {
	var s string
	switch value[0] {
	case '{', '[', 'n':
		return value, nil
	case 't':
		s = "1"
	case 'f':
		s = ""
	case '"':
		if err := json.Unmarshal(value, &s); err != nil {
			return nil, err
		}
		s = decodeEntities(s)
	default:
		s = phpNumber(string(value))
	}
	return json.Marshal(s)
}

// phpNumber is PHP's (string) of a number: integers as they are, floats with 14 digits.
func phpNumber(literal string) string {
	if !strings.ContainsAny(literal, ".eE") {
		return literal
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return literal
	}
	s := strconv.FormatFloat(f, 'G', 14, 64)
	mantissa, exponent, found := strings.Cut(s, "E")
	if !found {
		return s
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + "E" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

var entity = regexp.MustCompile(`&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);`)

// decodeEntities is PHP's html_entity_decode with ENT_QUOTES: the entities of HTML 4.01 and the numeric ones that stand
// for a character HTML allows.
func decodeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entity.ReplaceAllStringFunc(s, func(e string) string {
		body := e[1 : len(e)-1]
		if body[0] != '#' {
			if strings.Contains(html401, " "+body+" ") {
				return decodeNamed(e)
			}
			return e
		}
		digits, base := body[1:], 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || !allowedRune(n) {
			return e
		}
		return string(rune(n))
	})
}

// decodeNamed differs from HTML 5 in the two angle brackets, which moved to other code points since.
func decodeNamed(e string) string {
	switch e {
	case "&lang;":
		return "\u2329"
	case "&rang;":
		return "\u232a"
	}
	return html.UnescapeString(e)
}

// allowedRune tells which numeric references HTML 4.01 knows: no control characters, no surrogates.
func allowedRune(n uint64) bool {
	switch {
	case n == '\t' || n == '\n' || n == '\r':
		return true
	case n < 0x20 || n >= 0x7f && n < 0xa0 || n >= 0xd800 && n < 0xe000:
		return false
	}
	return n <= 0x10ffff
}

var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// isIdentifier tells whether `var name` is JavaScript.
func isIdentifier(name string) bool {
	return identifier.MatchString(name) && !strings.Contains(reservedWords, " "+name+" ")
}

const reservedWords = " await break case catch class const continue debugger default delete do else enum export extends" +
	" false finally for function if implements import in instanceof interface let new null package private protected" +
	" public return static super switch this throw true try typeof var void while with yield "

// html401 lists the entity names of HTML 4.01 (section 24 of its specification).
const html401 = " " +
	"AElig Aacute Acirc Agrave Alpha Aring Atilde Auml Beta Ccedil Chi Dagger Delta ETH Eacute Ecirc Egrave " +
	"Epsilon Eta Euml Gamma Iacute Icirc Igrave Iota Iuml Kappa Lambda Mu Ntilde Nu OElig Oacute Ocirc Ograve " +
	"Omega Omicron Oslash Otilde Ouml Phi Pi Prime Psi Rho Scaron Sigma THORN Tau Theta Uacute Ucirc Ugrave " +
	"Upsilon Uuml Xi Yacute Yuml Zeta aacute acirc acute aelig agrave alefsym alpha amp and ang aring asymp " +
	"atilde auml bdquo beta brvbar bull cap ccedil cedil cent chi circ clubs cong copy crarr cup curren dArr " +
	"dagger darr deg delta diams divide eacute ecirc egrave empty emsp ensp epsilon equiv eta eth euml euro exist " +
	"fnof forall frac12 frac14 frac34 frasl gamma ge gt hArr harr hearts hellip iacute icirc iexcl igrave image " +
	"infin int iota iquest isin iuml kappa lArr lambda lang laquo larr lceil ldquo le lfloor lowast loz lrm " +
	"lsaquo lsquo lt macr mdash micro middot minus mu nabla nbsp ndash ne ni not notin nsub ntilde nu oacute " +
	"ocirc oelig ograve oline omega omicron oplus or ordf ordm oslash otilde otimes ouml para part permil perp " +
	"phi pi piv plusmn pound prime prod prop psi quot rArr radic rang raquo rarr rceil rdquo real reg rfloor rho " +
	"rlm rsaquo rsquo sbquo scaron sdot sect shy sigma sigmaf sim spades sub sube sum sup sup1 sup2 sup3 supe " +
	"szlig tau there4 theta thetasym thinsp thorn tilde times trade uArr uacute uarr ucirc ugrave uml upsih " +
	"upsilon uuml weierp xi yacute yen yuml zeta zwj zwnj "
