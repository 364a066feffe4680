package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
)

// sniffSize is how much of a file is looked at to say what it is.
const sniffSize = 64 << 10

// head returns the beginning of a file.
func head(r io.ReaderAt, n int) ([]byte, error) {
	buf := make([]byte, n)
	got, err := r.ReadAt(buf, 0)
	if err == io.EOF {
		err = nil
	}
	return buf[:got], err
}

// ImageType says which kind of image a file is by its first bytes, "" when it
// is none that WordPress knows: wp_get_image_mime.
func ImageType(b []byte) string {
	at := func(off int, s string) bool { return len(b) >= off+len(s) && string(b[off:off+len(s)]) == s }
	switch {
	case at(0, "GIF"):
		return "image/gif"
	case at(0, "\xff\xd8\xff"):
		return "image/jpeg"
	case at(0, "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case at(0, "FWS"), at(0, "CWS"):
		return "application/x-shockwave-flash"
	case at(0, "8BPS"):
		return "image/psd"
	case at(0, "BM"):
		return "image/bmp"
	case at(0, "\xff\x4f\xff"):
		return "application/octet-stream" // JPEG 2000 codestream
	case at(0, "II*\x00"), at(0, "MM\x00*"):
		return "image/tiff"
	case at(0, "FORM"):
		return "image/iff"
	case at(0, "\x00\x00\x00\x0cjP  \r\n\x87\n"):
		return "image/jp2"
	case at(0, "RIFF") && at(8, "WEBP"):
		return "image/webp"
	case at(0, "\x00\x00\x01\x00"):
		return "image/vnd.microsoft.icon"
	case at(4, "ftyp"):
		return heifType(b)
	}
	return ""
}

// heifType tells AVIF and HEIF files apart by their brands.
func heifType(b []byte) string {
	if len(b) < 12 {
		return ""
	}
	major := string(b[8:12])
	size := int(min(uint64(binary.BigEndian.Uint32(b)), uint64(len(b))))
	for i := 16; major != "avif" && i+4 <= size && i < 16+4*32; i += 4 {
		if brand := string(b[i : i+4]); brand == "avif" || brand == "avis" {
			major = brand
		}
	}
	switch major {
	case "avif", "avis":
		return "image/avif"
	case "heic", "heix":
		return "image/heic"
	case "hevc", "hevx":
		return "image/heic-sequence"
	case "heif", "mif1":
		return "image/heif"
	case "msf1":
		return "image/heif-sequence"
	}
	return ""
}

// signature is one magic number.
type signature struct {
	at   int
	text string
	mime string
}

var signatures = []signature{
	{0, "%PDF-", "application/pdf"},
	{0, "%!PS", "application/postscript"},
	{0, "\x1f\x8b", "application/gzip"},
	{0, "BZh", "application/x-bzip2"},
	{0, "Rar!\x1a\x07", "application/x-rar"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{257, "ustar", "application/x-tar"},
	{0, "MZ", "application/x-dosexec"},
	{0, "\x7fELF", "application/x-executable"},
	{0, "\xca\xfe\xba\xbe", "application/x-java-applet"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/CDFV2"},
	{0, "SQLite format 3\x00", "application/x-sqlite3"},
	{0, "gimp xcf", "image/x-xcf"},
	{0, "8BPS", "image/vnd.adobe.photoshop"},
	{0, "BM", "image/x-ms-bmp"},
	{0, "\x00\x00\x01\x00", "image/vnd.microsoft.icon"},
	{0, "OTTO", "application/vnd.ms-opentype"},
	{0, "ttcf", "font/ttf"},
	{0, "wOFF", "font/woff"},
	{0, "wOF2", "font/woff2"},
	{0, "ID3", "audio/mpeg"},
	{0, "fLaC", "audio/flac"},
	{0, "MThd", "audio/midi"},
	{0, "#!AMR", "audio/amr"},
	{0, ".ra\xfd", "audio/x-pn-realaudio"},
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"},
	{0, "FLV\x01", "video/x-flv"},
	{0, "\x00\x00\x01\xba", "video/mpeg"},
	{0, "\x00\x00\x01\xb3", "video/mpeg"},
	{4, "moov", "video/quicktime"},
	{4, "mdat", "video/quicktime"},
	{0, "{\\rtf", "text/rtf"},
}

// brands are the major brands of the family of MP4 and what they stand for.
var brands = []struct{ prefix, mime string }{
	{"isom", "video/mp4"}, {"iso2", "video/mp4"}, {"iso4", "video/mp4"}, {"iso5", "video/mp4"}, {"iso6", "video/mp4"},
	{"mp41", "video/mp4"}, {"mp42", "video/mp4"}, {"mp7", "video/mp4"}, {"avc1", "video/mp4"}, {"dash", "video/mp4"},
	{"M4A", "audio/x-m4a"}, {"M4B", "audio/mp4"}, {"M4P", "video/mp4"}, {"M4V", "video/x-m4v"}, {"MSNV", "audio/mp4"},
	{"3gp", "video/3gpp"}, {"3gg", "video/3gpp"}, {"3ge", "video/3gpp"}, {"3g2", "video/3gpp2"}, {"qt", "video/quicktime"},
}

// Sniff says what a file really is, in the words of libmagic (PHP's fileinfo)
// for the types that uploads may have; "application/octet-stream" for binary
// data it does not know. Names play no part.
func Sniff(r io.ReaderAt) (string, error) {
	b, err := head(r, sniffSize)
	if err != nil {
		return "", err
	}
	if len(b) == 0 {
		return "application/x-empty", nil
	}
	if t := binaryType(b); t != "" {
		return t, nil
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return zipType(b), nil
	}
	if len(b) < 3 {
		return "application/octet-stream", nil // libmagic does not guess
	}
	return textType(b), nil
}

func binaryType(b []byte) string {
	switch t := ImageType(b); t {
	case "image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp", "image/avif", "image/jp2",
		"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence":
		return t
	}
	at := func(off int, s string) bool { return len(b) >= off+len(s) && string(b[off:off+len(s)]) == s }
	for _, s := range signatures {
		if at(s.at, s.text) {
			return s.mime
		}
	}
	switch {
	case at(0, "RIFF") && at(8, "WAVE"):
		return "audio/x-wav"
	case at(0, "RIFF") && at(8, "AVI "):
		return "video/x-msvideo"
	case at(0, "FORM") && at(8, "AIF"):
		return "audio/x-aiff"
	case at(4, "ftyp"):
		for _, br := range brands {
			if at(8, br.prefix) {
				return br.mime
			}
		}
		return "application/octet-stream"
	case at(0, "OggS"):
		if at(28, "\x80theora") || at(28, "fishead\x00") {
			return "video/ogg"
		}
		if at(28, "\x01vorbis") || at(28, "OpusHead") || at(28, "Speex") || at(28, "\x7fFLAC") {
			return "audio/ogg"
		}
		return "application/ogg"
	case at(0, "\x1a\x45\xdf\xa3"):
		if i := bytes.Index(b[:min(len(b), 4096)], []byte("\x42\x82")); i >= 0 {
			if rest := b[i+2:]; len(rest) > 5 && strings.HasPrefix(string(rest[1:5]), "webm") {
				return "video/webm"
			}
			return "video/x-matroska"
		}
	case outlineFont(b):
		return "font/sfnt"
	case mpegAudio(b):
		return "audio/mpeg"
	case len(b) > 1 && b[0] == 0xff && b[1]&0xf6 == 0xf0:
		return "audio/x-hx-aac-adts"
	}
	return ""
}

// outlineFont reports a TrueType font, or a Type 1 font in its clothes: fewer
// than 47 tables, of which the first has a name that is possible.
func outlineFont(b []byte) bool {
	const mostTables = 46
	if len(b) < 16 || binary.BigEndian.Uint16(b[4:]) > mostTables {
		return false
	}
	if magic := string(b[:4]); magic != "\x00\x01\x00\x00" && magic != "true" && magic != "typ1" {
		return false
	}
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	return letter(b[12]) && letter(b[13]) && (letter(b[14]) || b[14] == '/') && (letter(b[15]) || b[15] == '2' || b[15] == ' ')
}

// mpegAudio reports the header of an MPEG audio frame of layer 2 or 3.
func mpegAudio(b []byte) bool {
	return len(b) > 3 && b[0] == 0xff && b[1]&0xe0 == 0xe0 && b[1]&0x18 != 0x08 && (b[1]&0x06 == 0x02 || b[1]&0x06 == 0x04) &&
		b[2]&0xf0 != 0xf0 && b[2]&0xf0 != 0 && b[2]&0x0c != 0x0c
}

// zipType looks at the first entries of a ZIP archive for the office formats.
func zipType(b []byte) string {
	const header = 30
	if len(b) >= header {
		n := int(binary.LittleEndian.Uint16(b[26:]))
		extra := int(binary.LittleEndian.Uint16(b[28:]))
		stored := binary.LittleEndian.Uint16(b[8:]) == 0
		size := int(min(binary.LittleEndian.Uint32(b[18:]), 128))
		if from := header + n + extra; n == 8 && from+size <= len(b) && string(b[header:header+n]) == "mimetype" && stored {
			if t := string(b[from : from+size]); strings.HasPrefix(t, "application/") && !strings.ContainsAny(t, " \r\n\x00") {
				return t
			}
		}
	}
	first := entryName(b, 0)
	if first != "[Content_Types].xml" && first != "_rels/.rels" && !strings.HasPrefix(first, "docProps") {
		return "application/zip"
	}
	at := 0
	for range 12 {
		next := bytes.Index(b[at+4:], []byte("PK\x03\x04"))
		if next < 0 {
			break
		}
		at += 4 + next
		name := entryName(b, at)
		switch {
		case strings.HasPrefix(name, "word/"):
			return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		case strings.HasPrefix(name, "xl/"):
			return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		case strings.HasPrefix(name, "ppt/"):
			return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
		}
	}
	return "application/octet-stream"
}

func entryName(b []byte, at int) string {
	if len(b) < at+30 {
		return ""
	}
	n := int(binary.LittleEndian.Uint16(b[at+26:]))
	if len(b) < at+30+n {
		return ""
	}
	return string(b[at+30 : at+30+n])
}
