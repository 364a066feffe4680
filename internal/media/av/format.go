package av

import (
	"bytes"
	"strings"
)

// kind is a format: its media type, what its beginning looks like, and how it
// is read, nil where the tool of WordPress knows no more than the type.
type kind struct {
	mime       string
	at         int      // where the mark stands
	marks      []string // one of them
	refuseTags bool     // a file of this kind with ID3 tags is not believed
	read       func(*Info, *source) bool
}

// kinds are the formats in the order in which they are tried. MP3, AAC and
// transport streams, whose marks are not plain bytes, are in formatOf.
var kinds = []kind{
	{mime: "audio/ac3", marks: []string{"\x0b\x77"}},
	{mime: "audio/aac", marks: []string{"ADIF", "\xff\xf0", "\xff\xf1", "\xff\xf8", "\xff\xf9"}},
	{mime: "audio/basic", marks: []string{".snd"}},
	{mime: "audio/amr", marks: []string{"#!AMR\n"}},
	{mime: "application/octet-stream", marks: []string{"2BIT"}},
	{mime: "audio/xmms-bonk", marks: []string{"\x00BONK", "\x00INFO", "\x00META", "\x00 ID3"}},
	{mime: "audio/dsd", marks: []string{"DSD ", "FRM8"}},
	{mime: "audio/dts", marks: []string{"\x7f\xfe\x80\x01"}},
	{mime: "audio/flac", marks: []string{"fLaC"}, read: readFLAC},
	{mime: "application/octet-stream", marks: []string{"LA02", "LA03", "LA04", "LPAC"}},
	{mime: "audio/midi", marks: []string{"MThd"}},
	{mime: "audio/x-monkeys-audio", marks: []string{"MAC "}},
	{mime: "audio/mod", at: 1080, marks: []string{"M.K."}},
	{mime: "audio/it", marks: []string{"IMPM"}},
	{mime: "audio/xm", marks: []string{"Extended Module"}},
	{mime: "audio/s3m", at: 44, marks: []string{"SCRM"}},
	{mime: "audio/x-musepack", marks: []string{"MPCK", "MP+"}},
	{mime: "application/octet-stream", marks: []string{"*RIFF", "OFR", "RKA"}},
	{mime: "audio/xmms-shn", marks: []string{"ajkg"}, refuseTags: true},
	{mime: "application/octet-stream", marks: []string{"tBaK", "TTA"}},
	{mime: "audio/voc", marks: []string{"Creative Voice File"}},
	{mime: "application/octet-stream", marks: []string{"TWIN", "wvpk"}},
	{mime: "video/x-ms-asf", marks: []string{"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"}},
	{mime: "application/octet-stream", marks: []string{"BIK", "SMK"}},
	{mime: "video/x-flv", marks: []string{"FLV\x01"}, read: readFLV},
	{mime: "video/x-ivf", marks: []string{"DKIF"}},
	{mime: "video/x-matroska", marks: []string{"\x1a\x45\xdf\xa3"}, read: readMatroska},
	{mime: "video/mpeg", marks: []string{"\x00\x00\x01\xb3", "\x00\x00\x01\xba"}},
	{mime: "application/octet-stream", marks: []string{"NSVs", "NSVf"}},
	{mime: "application/ogg", marks: []string{"OggS"}, read: readOgg},
	{mime: "video/quicktime", at: 4, marks: []string{"cmov", "free", "ftyp", "mdat", "moov", "pnot", "skip", "wide"}, read: readQuickTime},
	{mime: "audio/wav", marks: []string{"RIFF", "SDSS", "FORM"}, read: readRIFF},
	{mime: "audio/x-realaudio", marks: []string{".RMF", ".ra"}},
	{mime: "application/x-shockwave-flash", marks: []string{"FWS", "CWS"}},
	{mime: "image/bmp", marks: []string{"BM"}, refuseTags: true},
	{mime: "image/gif", marks: []string{"GIF"}, refuseTags: true},
	{mime: "image/jpeg", marks: []string{"\xff\xd8\xff"}, refuseTags: true},
	{mime: "image/png", marks: []string{"\x89PNG\r\n\x1a\n"}, refuseTags: true},
	{mime: "image/tiff", marks: []string{"II*\x00", "MM\x00*"}, refuseTags: true},
	{mime: "image/efax", marks: []string{"\xdc\xfe"}, refuseTags: true},
	{mime: "application/vnd.rar", marks: []string{"Rar!"}, refuseTags: true},
	{mime: "application/gzip", marks: []string{"\x1f\x8b\x08"}, refuseTags: true},
	{mime: "application/zip", marks: []string{"PK\x03\x04"}, refuseTags: true},
	{mime: "application/x-xz", marks: []string{"\xfd7zXZ\x00"}, refuseTags: true},
	{mime: "application/x-7z-compressed", marks: []string{"7z\xbc\xaf\x27\x1c"}, refuseTags: true},
	{mime: "application/pdf", marks: []string{"%PDF"}, refuseTags: true},
	{mime: "application/octet-stream", marks: []string{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, refuseTags: true},
}

// formatOf recognises a format by the beginning of a file, MP3 also by name.
func formatOf(head []byte, name string) (kind, bool) {
	mp3 := kind{mime: "audio/mpeg", read: readMPEG}
	if looksMPEG(head) {
		return mp3, true
	}
	for _, k := range kinds {
		for _, m := range k.marks {
			if len(head) > k.at && bytes.HasPrefix(head[k.at:], []byte(m)) {
				return k, true
			}
		}
	}
	if looksTransport(head) {
		return kind{mime: "video/MP2T"}, true
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		switch strings.ToLower(name[i:]) {
		case ".mp3", ".mp2", ".mp1", ".mpa":
			return mp3, true
		}
	}
	return kind{}, false
}

// looksMPEG reports a frame of MPEG sound (not of AAC), with a bitrate that
// there is.
func looksMPEG(b []byte) bool {
	if len(b) < 3 || b[0] != 0xff || b[2]&0x0c == 0x0c {
		return false
	}
	c := b[1]
	return c >= 0xe2 && c <= 0xe7 || c >= 0xf2 && c <= 0xf7 || c >= 0xfa
}

// looksTransport reports ten packets of an MPEG transport stream.
func looksTransport(b []byte) bool {
	if len(b) < 1880 {
		return false
	}
	for i := range 10 {
		if b[188*i] != 'G' {
			return false
		}
	}
	return true
}
