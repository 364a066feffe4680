package av

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// chunk is a piece of a RIFF file (WAV, AVI) or an IFF file (AIFF).
type chunk struct {
	name string
	body int64 // where its contents begin
	size int64 // made even
}

// riff is a file in pieces, while it is read.
type riff struct {
	f   *Info
	src *source
	num func([]byte) int64 // the smaller or the larger byte first
	// left is how many more chunks are looked at.
	left   int
	chunks map[string][]chunk // outside of lists and within INFO and the like
	movi   *chunk
	movies int
	avix   *chunk
}

// readRIFF reads WAV, AVI and AIFF.
func readRIFF(f *Info, src *source) bool {
	h := src.at(f.start, 12)
	if len(h) < 12 {
		return true
	}
	r := &riff{f: f, src: src, num: le, left: maxBlocks, chunks: map[string][]chunk{}}
	if string(h[:4]) == "FORM" {
		r.num = be
	}
	begin, size := f.start, r.num(h[4:8])
	if size == 0 {
		size = f.end - 8
	}
	kind := string(h[8:])
	if kind == "RMP3" {
		kind = "WAVE"
	}
	r.walk(begin+12, begin+8+size, 0)
	if f.end-f.size == 1 {
		f.end = f.size
	}
	switch kind {
	case "WAVE":
		if !r.wave() {
			return true
		}
	case "AVI ":
		r.laterRIFFs(begin + 8 + size)
		if !r.avi() {
			return true
		}
	case "AIFF", "AIFC":
		if !r.aiff() {
			return true
		}
	}
	for _, name := range []string{"id3 ", "ID3 ", "tag "} {
		if c := r.chunks[name]; len(c) > 0 && kind != "AVI " {
			start := f.start
			f.readID3v2(src, c[0].body)
			f.start = start
			break
		}
	}
	return true
}

// lists are the lists whose chunks matter.
func isList(name string) bool { return name == "hdrl" || name == "strl" || name == "INFO" }

// walk notes the chunks between two places.
func (r *riff) walk(at, end int64, depth int) {
	end = min(end, r.f.end)
	for at < end && r.left > 0 {
		r.left--
		h := r.src.at(at, 12)
		if len(h) < 8 {
			return
		}
		c := chunk{name: strings.ReplaceAll(string(h[:4]), "\x00", "_"), body: at + 8, size: r.num(h[4:8])}
		if c.size == 0 {
			switch c.name {
			case "JUNK":
			case "data":
				c.size = r.f.end - c.body
			default:
				return
			}
		}
		c.size += c.size & 1
		list := ""
		if c.name == "LIST" && len(h) == 12 {
			list = string(h[8:])
		}
		switch {
		case strings.EqualFold(list, "movi") || strings.EqualFold(list, "rec "):
			if list == "movi" {
				r.movi = &chunk{list, c.body, c.size}
			}
			if r.movies++; r.movies == 1 {
				r.movieSound(c.body + 4)
			}
		case isList(list) && depth < 4:
			r.walk(c.body+4, c.body+c.size, depth+1)
		case c.name == "data":
			r.chunks["data"] = append(r.chunks["data"], c)
			r.f.start, r.f.end = c.body, c.body+c.size
			r.dataSound(c)
			at = r.f.end
			continue
		default:
			r.chunks[c.name] = append(r.chunks[c.name], c)
		}
		at = c.body + c.size
	}
}

// laterRIFFs notes where the film of an AVI longer than a gigabyte ends.
func (r *riff) laterRIFFs(at int64) {
	end := min(r.f.size, r.f.end)
	for ; at < end && r.left > 0; r.left-- {
		h := r.src.at(at, 12)
		if len(h) < 12 {
			return
		}
		size := le(h[4:8])
		switch string(h[:4]) {
		case "RIFF":
			inner := &riff{f: r.f, src: r.src, num: le, left: r.left, chunks: map[string][]chunk{}, movies: 1}
			inner.walk(at+12, at+8+size, 0)
			r.left = inner.left
			if string(h[8:]) == "AVIX" && inner.movi != nil {
				r.avix = inner.movi
			}
		case "JUNK", "IDVX":
		default:
			return
		}
		at += 8 + size
	}
}

// sound looks for MPEG sound in part of the file.
func (r *riff) sound(start, end int64) *Info {
	if f := r.src.at(start, 4); len(f) < 4 || !looksMPEG(f) {
		return nil
	} else if _, ok := parseMPEG(f); !ok {
		return nil
	}
	t := &Info{size: r.f.size, start: start, end: end, audio: newBag(), video: newBag()}
	t.audio.set("dataformat", "")
	t.findMPEG(r.src)
	if t.mpeg == nil {
		return nil
	}
	return t
}

func (r *riff) dataSound(c chunk) {
	if t := r.sound(c.body, c.body+c.size); t != nil && number(t.mpeg.bitrateNow) != 0 {
		r.f.audio, r.f.mpeg = t.audio, t.mpeg
	}
}

// movieSound looks at the first piece of a film: it may be sound.
func (r *riff) movieSound(at int64) {
	h := r.src.at(at, 8)
	if len(h) < 8 || string(h[2:4]) != "wb" {
		return
	}
	if t := r.sound(at+8, at+12+le(h[4:])); t != nil {
		r.f.audio, r.f.mpeg = t.audio, t.mpeg
		r.f.audio.set("dataformat", "mp"+strconv.Itoa(t.mpeg.layer))
		r.f.audio.set("bitrate", orZero(t.mpeg.bitrateNow))
		r.f.audio.set("bitrate_mode", t.mpeg.mode2)
	}
}

func orZero(v any) any {
	if v == nil {
		return int64(0)
	}
	return v
}

// waveFormat describes samples: WAVEFORMATEX.
type waveFormat struct {
	tag, channels, rate, bitrate, bits int64
}

func parseWaveFormat(b []byte) waveFormat {
	return waveFormat{le(cut(b, 0, 2)), le(cut(b, 2, 2)), le(cut(b, 4, 4)), le(cut(b, 8, 4)) * 8, le(cut(b, 14, 2))}
}

// into sets what is not known yet.
func (w waveFormat) into(b *bag) {
	codec := waveCodecs[w.tag]
	for _, row := range []struct {
		key string
		v   any
	}{{"codec", codec}, {"channels", w.channels}, {"sample_rate", w.rate}, {"bitrate", w.bitrate}, {"bits_per_sample", w.bits}} {
		if !b.has(row.key) {
			b.set(row.key, row.v)
		}
	}
}

// data reads the contents of the first chunk of a name.
func (r *riff) data(name string, i int) []byte {
	if c := r.chunks[name]; i < len(c) && c[i].size < 1<<20 {
		return r.src.at(c[i].body, c[i].size)
	}
	return nil
}

func (r *riff) wave() bool {
	f := r.f
	f.format = "wav"
	if f.audio.empty("bitrate_mode") {
		f.audio.set("bitrate_mode", "cbr")
	}
	if f.audio.empty("dataformat") {
		f.audio.set("dataformat", "wav")
	}
	if b := r.data("fmt ", 0); b != nil {
		w := parseWaveFormat(b)
		f.audio.set("wformattag", w.tag)
		if w.bitrate == 0 {
			return false
		}
		w.into(f.audio)
		f.audio.set("bitrate", w.bitrate)
		f.seconds = number(div((f.end-f.start)*8, w.bitrate))
		f.audio.set("lossless", w.tag == 1 && len(r.chunks["data"]) > 0)
		if w.tag == 0x2000 {
			f.audio.set("dataformat", "ac3")
		}
		defer func() {
			if w.bits > 0 && f.audio.str("dataformat") != "ac3" {
				f.audio.set("bits_per_sample", w.bits)
			}
		}()
	}
	f.end = min(f.end, f.size)
	if f.audio.str("dataformat") == "ac3" {
		f.audio.drop("bits_per_sample")
	}
	r.mpegSound()
	if f.seconds == nil {
		f.seconds = int64(0)
	}
	return true
}

// mpegSound takes over what was found of MPEG sound within.
func (r *riff) mpegSound() {
	f := r.f
	if f.mpeg == nil {
		return
	}
	if f.mpeg.lame != nil && f.audio.empty("encoder") {
		f.audio.set("encoder", f.mpeg.lame.version)
	}
	f.audio.set("dataformat", "mp"+strconv.Itoa(f.mpeg.layer))
	f.audio.set("sample_rate", f.mpeg.rate)
	f.audio.set("channels", f.mpeg.channels)
	f.audio.set("bitrate", orZero(f.mpeg.bitrateNow))
	f.audio.set("bitrate_mode", f.mpeg.mode2)
	f.audio.set("encoder_options", f.encoderOptions())
}

func (r *riff) aiff() bool {
	f := r.f
	f.format, f.mime = "aiff", "audio/x-aiff"
	f.audio.set("bitrate_mode", "cbr")
	f.audio.set("dataformat", "aiff")
	f.audio.set("lossless", true)
	if c := r.chunks["SSND"]; len(c) > 0 {
		f.start, f.end = c[0].body, min(c[0].body+c[0].size, f.size)
	}
	b := r.data("COMM", 0)
	if b == nil {
		return true
	}
	if len(b) > 18 {
		switch name := string(cut(b, 23, int(be(cut(b, 22, 1))))); name {
		case "":
		case "NONE":
			f.audio.set("codec", "Pulse Code Modulation (PCM)")
		default:
			f.audio.set("codec", latin1(name))
			f.audio.set("lossless", false)
		}
	}
	f.audio.set("channels", be(cut(b, 0, 2)))
	if bits := be(cut(b, 6, 2)); bits > 0 {
		f.audio.set("bits_per_sample", bits)
	}
	rate := extended(cut(b, 8, 10))
	f.audio.set("sample_rate", rate)
	if rate == 0 {
		return false
	}
	f.seconds = div(be(cut(b, 2, 4)), rate)
	if number(f.seconds) > 0 {
		f.audio.set("bitrate", mul(div(f.end-f.start, f.seconds), int64(8)))
	}
	return true
}

// extended is the whole part of a number of 80 bits.
func extended(b []byte) int64 {
	if len(b) < 10 {
		return 0
	}
	v := math.Ldexp(float64(uint64(be(b[2:10]))), int(be(b[:2])&0x7fff)-16383-63)
	if v > 1<<31 {
		return 0
	}
	return int64(v)
}

// avi reads an AVI; some of its streams may be sound.
func (r *riff) avi() bool {
	f := r.f
	f.format, f.mime = "avi", "video/avi"
	f.video.set("bitrate_mode", "vbr")
	f.video.set("dataformat", "avi")
	if r.movi != nil {
		f.start, f.end = r.movi.body+8, r.movi.body+r.movi.size
		if r.avix != nil {
			f.end = r.avix.body + r.avix.size
		}
		f.end = min(f.end, f.size)
	}
	micros := int64(0)
	hasVideo := false
	if b := r.data("avih", 0); b != nil {
		if micros = le(cut(b, 0, 4)); micros == 0 {
			return false
		}
		hasVideo = true
		for key, at := range map[string]int{"resolution_x": 32, "resolution_y": 36} {
			if n := le(cut(b, at, 4)); n > 0 {
				f.video.set(key, n)
			}
		}
		f.seconds = mul(le(cut(b, 16, 4)), div(micros, int64(1000000)))
	}
	var sounds []waveFormat
	for i := range r.chunks["strh"] {
		head, form := r.data("strh", i), r.data("strf", i)
		if len(head) < 8 || form == nil {
			continue
		}
		switch string(head[:4]) {
		case "auds":
			sounds = append(sounds, r.aviSound(form))
		case "vids", "iavs":
			hasVideo = true
			r.aviFilm(head, form)
			if i == 0 && micros > 0 {
				f.seconds = mul(le(cut(head, 32, 4)), div(micros, int64(1000000)))
			}
		}
	}
	if f.seconds == nil {
		f.seconds = int64(0)
	}
	r.aviBitrates(sounds, hasVideo)
	r.mpegSound()
	return true
}

// aviFormats are the formats of sound by the number in their description.
var aviFormats = map[int64]string{
	1: "wav", 0x50: "mp2", 0x55: "mp3", 0xff: "aac", 0x161: "wma", 0x162: "wma", 0x163: "wma", 0x2000: "ac3", 0x2001: "dts",
}

func (r *riff) aviSound(form []byte) waveFormat {
	a := r.f.audio
	a.set("bitrate_mode", "cbr")
	a.set("dataformat", "wav")
	w := parseWaveFormat(form)
	a.set("wformattag", w.tag)
	w.into(a)
	a.set("lossless", w.tag == 1)
	if name := aviFormats[w.tag]; name != "" {
		a.set("dataformat", name)
	}
	return w
}

func (r *riff) aviFilm(head, form []byte) {
	v := r.f.video
	lossless := func(code string) bool { return code == "HFYU" || code == "IRAW" || code == "YUY2" }
	code := latin1(string(bytes.TrimRight(head[4:8], "\x00")))
	v.set("codec", fourccNames[code])
	v.set("lossless", lossless(code))
	if string(head[:4]) == "vids" && len(form) >= 20 {
		code = latin1(string(bytes.TrimRight(form[16:20], "\x00")))
		v.set("lossless", lossless(code))
		if name := fourccNames[code]; name != "" {
			v.set("codec", name)
		}
	}
}

// aviBitrates parts the bitrate of the whole between film and sound.
func (r *riff) aviBitrates(sounds []waveFormat, hasVideo bool) {
	f := r.f
	if number(f.seconds) <= 0 {
		return
	}
	whole := mul(div(f.end-f.start, f.seconds), int64(8))
	switch {
	case len(sounds) > 0 && hasVideo:
		f.bitrate = whole
	case len(sounds) > 0 && !f.audio.has("bitrate"):
		f.audio.set("bitrate", whole)
	case hasVideo && !f.video.has("bitrate"):
		f.video.set("bitrate", whole)
	}
	if !hasVideo || f.audio.num("bitrate") <= 0 {
		return
	}
	f.bitrate = whole
	sound := int64(0)
	for _, w := range sounds {
		sound += w.bitrate
	}
	rest := minus(whole, sound)
	f.video.set("bitrate", rest)
	f.audio.set("bitrate", sound)
	if number(rest) <= 0 {
		f.video.drop("bitrate")
	}
	if sound <= 0 {
		f.audio.drop("bitrate")
	}
}
