package av

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/gif"  // for the size of covers
	_ "image/jpeg" // for the size of covers
	_ "image/png"  // for the size of covers
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode is the UTF-8 of a text in one of the encodings of ID3v2: ISO 8859-1,
// UTF-16 with a mark (without one the smaller byte is first), UTF-16 with the
// larger byte first, UTF-8. What is no text of that kind is replaced, since
// WordPress's tables take only UTF-8.
func decode(b []byte, enc byte) string {
	var order binary.ByteOrder = binary.BigEndian
	switch enc {
	case 1:
		switch {
		case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
			b = b[2:]
		case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
			b, order = b[2:], binary.LittleEndian
		default:
			order = binary.LittleEndian
		}
	case 2, 255:
	case 3:
		return valid(string(b))
	default:
		return latin1(string(b))
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// longestText is how much of one text is kept, in bytes: it is stored with the
// media item and read with every list of them.
const longestText = 64 << 10

// valid is s as text that a table can hold.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// phpTrim is PHP's trim.
func phpTrim(s string) string { return strings.Trim(s, " \t\n\r\v\x00") }

// atoi is PHP's (int) of a text of digits.
func atoi(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// pictureType recognises a JPEG, PNG or GIF.
func pictureType(b []byte) (mime string, width, height int) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return "", 0, 0
	}
	return "image/" + kind, c.Width, c.Height
}

// playtime writes a length as minutes and seconds, with hours in front of long
// ones.
func playtime(seconds float64) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	s := int64(math.Min(math.Round(seconds), 1<<53))
	if s >= 3600 {
		return fmt.Sprintf("%s%d:%02d:%02d", sign, s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%s%d:%02d", sign, s/60, s%60)
}
