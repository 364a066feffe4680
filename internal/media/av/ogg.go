package av

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// oggPage is the header of one page.
type oggPage struct {
	start, body, end int64
	granule          int64
	segments         []byte
}

// firstPacket is the length of the first packet on the page, as far as it is
// there.
func (p oggPage) firstPacket() int64 {
	n := int64(0)
	for _, s := range p.segments {
		n += int64(s)
		if s < 255 {
			break
		}
	}
	return n
}

// oggBuffer is how far a page is looked for.
const oggBuffer = 32768

// oggPageAt finds the next page from at on.
func oggPageAt(src *source, at int64) (oggPage, bool) {
	i := bytes.Index(src.at(at, oggBuffer), []byte("OggS"))
	if i < 0 {
		return oggPage{}, false
	}
	p := oggPage{start: at + int64(i)}
	h := src.at(p.start, 27+255)
	if len(h) < 27 {
		return p, false
	}
	p.granule, p.segments = le(h[6:14]), cut(h, 27, int(h[26]))
	p.body = p.start + 27 + int64(h[26])
	p.end = p.body
	for _, s := range p.segments {
		p.end += int64(s)
	}
	return p, true
}

// oggPacket is the first packet from a page on, which may go on over others:
// its bytes, and where in the file it ends.
func oggPacket(src *source, p oggPage) (b []byte, end int64) {
	for range maxBlocks {
		n := p.firstPacket()
		b = append(b, src.at(p.body, n)...)
		end = p.body + n
		whole := n < p.end-p.body || len(p.segments) == 0 || p.segments[len(p.segments)-1] < 255
		if whole || int64(len(b)) >= largest {
			break
		}
		next, ok := oggPageAt(src, p.end)
		if !ok {
			break
		}
		p = next
	}
	return b, end
}

// oggStream is what the first page tells of the bitrate.
type oggStream struct {
	nominal, most, least int64 // 0 for unknown
	average              any
}

// readOgg reads Ogg with Vorbis, Opus, Speex, FLAC or Theora.
func readOgg(f *Info, src *source) bool {
	f.format = "ogg"
	first, ok := oggPageAt(src, f.start)
	if !ok {
		f.format = ""
		return true
	}
	b := src.at(first.body, first.end-first.body)
	var s oggStream
	switch {
	case bytes.HasPrefix(b, []byte("fLaC")):
		f.oggFLAC(nil)
	case string(cut(b, 1, 6)) == "vorbis":
		s = f.vorbis(b)
	case bytes.HasPrefix(b, []byte("OpusHead")):
		if !f.opus(b) {
			return true
		}
	case bytes.HasPrefix(b, []byte("Speex   ")):
		f.audio.set("dataformat", "speex")
		f.mime = "audio/speex"
		f.audio.set("bitrate_mode", "abr")
		f.audio.set("lossless", false)
		f.audio.set("sample_rate", le(cut(b, 36, 4)))
		f.audio.set("channels", le(cut(b, 48, 4)))
		if le(cut(b, 60, 4)) != 0 {
			f.audio.set("bitrate_mode", "vbr")
		}
	case bytes.HasPrefix(b, []byte("\x80theora")):
		f.video.set("dataformat", "theora")
		f.mime = "video/ogg"
		f.video.set("resolution_x", be(cut(b, 14, 3)))
		f.video.set("resolution_y", be(cut(b, 17, 3)))
	case bytes.HasPrefix(b, []byte("\x7fFLAC")):
		if string(cut(b, 9, 4)) != "fLaC" {
			f.audio.set("dataformat", "flac")
			return true
		}
		f.oggFLAC(cut(b, 17, 34))
	case bytes.HasPrefix(b, []byte("fishead\x00")):
	default:
		f.mime = ""
		return true
	}
	vendor, ok := f.oggComments(src, first)
	if !ok {
		return true
	}
	return f.oggEnd(src, s, vendor)
}

func (f *Info) oggFLAC(stream []byte) {
	f.audio.set("dataformat", "flac")
	f.audio.set("bitrate_mode", "vbr")
	f.audio.set("lossless", true)
	if stream != nil {
		f.flacStream(stream)
	}
}

// vorbis reads the first packet of Vorbis.
func (f *Info) vorbis(b []byte) (s oggStream) {
	f.audio.set("dataformat", "vorbis")
	f.audio.set("lossless", false)
	f.audio.set("channels", le(cut(b, 11, 1)))
	rate := le(cut(b, 12, 4))
	if rate == 0 {
		return s
	}
	f.audio.set("sample_rate", rate)
	f.audio.set("bitrate_mode", "vbr")
	const unset = 0xffffffff
	s.most, s.nominal, s.least = le(cut(b, 16, 4)), le(cut(b, 20, 4)), le(cut(b, 24, 4))
	if s.most == unset || s.least == unset {
		f.audio.set("bitrate_mode", "abr")
	}
	for _, n := range []*int64{&s.most, &s.nominal, &s.least} {
		if *n == unset {
			*n = 0
		}
	}
	return s
}

// opus reads the first packet of Opus.
func (f *Info) opus(b []byte) bool {
	f.audio.set("dataformat", "opus")
	f.mime = "audio/ogg; codecs=opus"
	f.audio.set("bitrate_mode", "vbr")
	f.audio.set("lossless", false)
	version, channels := le(cut(b, 8, 1)), le(cut(b, 9, 1))
	if version < 1 || version > 15 || channels == 0 {
		return false
	}
	f.audio.set("channels", channels)
	f.audio.set("sample_rate_input", le(cut(b, 12, 4)))
	f.audio.set("sample_rate", int64(48000))
	return true
}

// oggComments reads the packet of texts behind the first page.
func (f *Info) oggComments(src *source, first oggPage) (vendor string, ok bool) {
	page, found := oggPageAt(src, first.end)
	if !found {
		return "", true
	}
	skip := 0
	switch f.audio.str("dataformat") {
	case "flac":
		n := f.end
		f.flacBlocks(src, page.body)
		f.end = n
		return "", true
	case "vorbis":
		skip = 7
	case "opus":
		skip = 8
		if string(src.at(page.body, 8)) != "OpusTags" {
			return "", false
		}
	case "speex":
	default:
		return "", true
	}
	packet, end := oggPacket(src, page)
	if len(packet) < skip {
		return "", true
	}
	c := readComments(packet[skip:])
	f.start = end - (int64(len(packet)-skip) - c.size)
	f.addPictures("ogg", c.pictures)
	return c.vendor, true
}

// oggEnd takes length and bitrate from the last page.
func (f *Info) oggEnd(src *source, s oggStream, vendor string) bool {
	tail := src.at(max(f.end-oggBuffer, 0), min(oggBuffer, f.end))
	if i := bytes.LastIndex(tail, []byte("OggS")); i >= 0 {
		f.end -= int64(len(tail) - i)
		last, ok := oggPageAt(src, f.end)
		if !ok || last.granule == 0 {
			return true
		}
		if rate := f.audio.Lookup("sample_rate"); number(rate) != 0 {
			s.average = div(mul((f.end-f.start)*8, rate), last.granule)
		}
	}
	switch {
	case number(s.average) != 0:
		f.audio.set("bitrate", s.average)
	case s.nominal != 0:
		f.audio.set("bitrate", s.nominal)
	case s.least != 0 && s.most != 0:
		f.audio.set("bitrate", div(s.least+s.most, int64(2)))
	}
	if f.seconds == nil && f.audio.num("bitrate") != 0 {
		f.seconds = number(div((f.end-f.start)*8, f.audio.Lookup("bitrate")))
	}
	if vendor != "" {
		f.oggEncoder(s, vendor)
	}
	return true
}

func (f *Info) oggEncoder(s oggStream, vendor string) {
	vendor = strings.TrimPrefix(vendor, "Encoded with ")
	f.audio.set("encoder", vendor)
	if f.audio.str("dataformat") != "vorbis" {
		return
	}
	option, rate := "", f.audio.num("sample_rate")
	if len(vendor) >= 8 && vendor[:4] == "Xiph" && vendor[5:8] == "Org" {
		switch mode := f.audio.str("bitrate_mode"); {
		case mode == "abr":
			option = "-b " + strconv.FormatInt(int64(math.Round(float64(s.nominal)/1000)), 10)
		case mode == "vbr" && f.audio.num("channels") == 2 && rate >= 44100 && rate <= 48000:
			option = "-q " + vorbisQuality(float64(s.nominal)/1000)
		}
	}
	if option == "" && s.nominal != 0 {
		option = "Nominal bitrate: " + strconv.FormatInt(int64(math.Round(float64(s.nominal)/1000)), 10) + "kbps"
	}
	if option != "" {
		f.audio.set("encoder_options", option)
	}
}

// vorbisQuality is the quality that oggenc makes a bitrate in kbit/s of.
func vorbisQuality(rate float64) string {
	var q float64
	switch {
	case rate < 128:
		q = (rate - 64) / 16
	case rate < 256:
		q = rate / 32
	case rate < 320:
		q = (rate + 256) / 64
	default:
		q = (rate + 1300) / 180
	}
	return strconv.FormatFloat(math.Round(q*10)/10, 'f', -1, 64)
}
