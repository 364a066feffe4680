package av

import (
	"bytes"
	"math"
	"slices"
)

// movie is a file of the QuickTime family (MP4, M4A, MOV, 3GP) while it is
// read.
type movie struct {
	f     *Info
	src   *source
	left  int   // how many more boxes are looked at
	scale int64 // units of a second
	// hasSound and hasFilm tell that something was found of it.
	hasSound, hasFilm bool
	track             *sampleTable
}

// sampleTable is what the table of a track tells of the rate of its pictures.
type sampleTable struct {
	film bool
	rate float64
}

// boxes are the boxes that hold other boxes.
var boxes = []string{
	"moov", "moof", "trak", "traf", "clip", "matt", "edts", "tref", "mdia", "minf", "dinf", "nmhd", "udta", "cmov", "rmra", "rmda", "gmhd", "ilst", "stbl", "meta",
}

const maxDepth = 16

// readQuickTime reads MP4 and QuickTime.
func readQuickTime(f *Info, src *source) bool {
	f.format = "quicktime"
	m := &movie{f: f, src: src, left: maxBlocks}
	for at := int64(0); at < f.end && m.left > 0; m.left-- {
		h := src.at(at, 16)
		if len(h) < 8 {
			return true
		}
		size, head := be(h[:4]), int64(8)
		if size == 1 {
			size, head = be(cut(h, 8, 8)), 16
		}
		if size < 0 || size > f.end-at {
			return true // goes beyond the end: nothing more is believed
		}
		if size == 0 {
			break
		}
		if size >= head {
			m.box(string(h[4:8]), at+head, size-head, at, 0)
		}
		at += max(size, 1)
	}
	m.settle()
	return true
}

// box reads one box with its contents.
func (m *movie) box(name string, body, size, at int64, depth int) {
	switch name {
	case "mdat":
		if size > 0 {
			m.f.start = at + 8
		}
		return
	case "mvhd":
		m.header(m.src.at(body, 100))
	case "mdhd":
		if scale := be(cut(m.src.at(body, 16), 12, 4)); scale != 0 {
			m.setScale(scale)
		}
	case "tkhd":
		m.trackHeader(m.src.at(body, 84))
	case "stsd":
		m.samples(m.src.at(body, min(size, 1<<20)))
	case "stts":
		m.timing(m.src.at(body, size))
	case "covr":
		m.cover(m.src.at(body, size))
	}
	if !slices.Contains(boxes, name) || depth >= maxDepth {
		return
	}
	before := m.track
	if name == "stbl" {
		m.track = &sampleTable{}
	}
	m.children(name, body, size, depth)
	if t := m.track; name == "stbl" {
		if t.film && t.rate > 0 {
			m.f.video.set("frame_rate", t.rate)
		}
		m.track = before
	}
}

// children reads the boxes within a box.
func (m *movie) children(name string, at, size int64, depth int) {
	end := at + size
	first := true
	for at < end && m.left > 0 {
		m.left--
		h := m.src.at(at, min(8, end-at))
		n := be(cut(h, 0, 4))
		if n == 0 && size > 12 {
			at += 4
			continue
		}
		if len(h) < 8 || n < 8 || n > end-at {
			return
		}
		if kind := string(h[4:8]); name == "moov" && first && kind == "mvhd" {
			m.created(m.src.at(at+8, 16))
			m.box(kind, at+8, n-8, at, depth+1)
		} else {
			m.box(kind, at+8, n-8, at, depth+1)
		}
		first = false
		at += n
	}
}

// created notes when the movie was made: seconds since 1904, those of 1970
// are wanted.
func (m *movie) created(b []byte) {
	if len(b) == 16 && be(b[12:16]) != 0 {
		n := be(b[4:8]) - 2082844800
		m.f.created = &n
	}
}

func (m *movie) setScale(scale int64) {
	if m.scale != 0 && m.scale < 1000 {
		scale = max(scale, m.scale)
	}
	m.scale = scale
}

func (m *movie) header(b []byte) {
	scale := be(cut(b, 12, 4))
	if scale == 0 {
		return
	}
	m.setScale(scale)
	m.f.seconds = div(be(cut(b, 16, 4)), scale)
}

func (m *movie) trackHeader(b []byte) {
	m.hasFilm = true
	if be(cut(b, 1, 3))&1 == 0 {
		return
	}
	for key, at := range map[string]int{"resolution_x": 76, "resolution_y": 80} {
		n := float64(be(cut(b, at, 4))) / 65536
		m.f.video.set(key, math.Max(m.f.video.num(key), n))
	}
}

// filmCodecs are the names that getID3 has for formats of film. Those without
// a name are known to it as formats of film all the same.
var filmCodecs = map[string]string{
	"avc1": "H.264/MPEG-4 AVC", "hvc1": "H.265/HEVC", "cvid": "Cinepak", "dvc ": "DVC-NTSC", "dvcp": "DVC-PAL", "gif ": "GIF", "h263": "H263",
	"jpeg": "JPEG", "kpcd": "PhotoCD", "mjpa": "Motion JPEG-A", "mjpb": "Motion JPEG-B", "png ": "PNG", "raw ": "RAW", "rpza": "Video",
	"smc ": "Graphics", "SVQ1": "Sorenson Video 3", "tiff": "TIFF", "yuv2": "ComponentVideo",
	"2vuY": "", "mp4v": "", "rle ": "", "SVQ3": "", "v210": "", "v216": "", "v308": "", "v408": "", "v410": "",
}

// samples reads the descriptions of the samples of a track.
func (m *movie) samples(b []byte) {
	count := be(cut(b, 4, 4)) & 0xffffff
	for at := 8; count > 0 && at+16 <= len(b) && m.left > 0; count-- {
		m.left--
		size := int(be(cut(b, at, 4)))
		if size < 16 || size > len(b)-at {
			return
		}
		m.sample(string(b[at+4:at+8]), b[at+16:at+size])
		at += size
	}
}

// sample reads one description of samples.
func (m *movie) sample(kind string, b []byte) {
	f := m.f
	if m.track != nil && (kind == "avc1" || kind == "mp4v") {
		m.track.film = true
	}
	codec, film := filmCodecs[kind]
	switch vendor := string(cut(b, 4, 4)); {
	case vendor == "\x00\x00\x00\x00" && film:
		f.format = "mp4"
		f.video.set("fourcc", kind)
		if codec != "" {
			f.video.set("codec", codec)
		}
		if w, h := be(cut(b, 16, 2)), be(cut(b, 18, 2)); w != 0 && h != 0 {
			f.video.set("resolution_x", w)
			f.video.set("resolution_y", h)
			m.hasFilm = true
		}
	case vendor == "\x00\x00\x00\x00" && kind == "mp4a":
		m.sound(b)
	case vendor == "\x00\x00\x00\x00" && kind == "qtvr":
		f.video.set("dataformat", "quicktimevr")
	case vendor == "\x00\x00\x00\x00" || vendor == "keys":
	case kind == "mp4s":
		f.format = "mp4"
	default:
		m.namedSample(kind, b)
	}
	switch low := string(bytes.ToLower([]byte(kind))); low {
	case "mp4a":
		f.audio.set("dataformat", "mp4")
		m.hasSound = true
	case "3ivx", "3iv1", "3iv2":
		f.video.set("dataformat", "3ivx")
	case "xvid":
		f.video.set("dataformat", "xvid")
	case "mp4v":
		f.video.set("dataformat", "mpeg4")
	case "divx", "div1", "div2", "div3", "div4", "div5", "div6":
		f.video.set("dataformat", "divx")
	}
}

// namedSample reads a description that names the program that made it.
func (m *movie) namedSample(kind string, b []byte) {
	v := m.f.video
	switch depth := be(cut(b, 66, 2)); depth {
	case 1, 2, 4, 8, 16, 24, 32, 33, 34, 36, 40:
		name := kind
		if n := int(be(cut(b, 34, 1))); n > 0 {
			name = string(cut(b, 35, n))
		}
		v.set("codec", valid(name))
		v.set("bits_per_sample", depth)
		m.hasFilm = true
	}
	v.set("lossless", false)
}

// sound reads the description of AAC.
func (m *movie) sound(b []byte) {
	a := m.f.audio
	m.hasSound = true
	for at := 20; at+8 <= len(b); {
		n := int(be(b[at : at+4]))
		if n == 0 && len(b)-20 > 12 {
			at += 4
			continue
		}
		if n < 8 || n > len(b)-at {
			break
		}
		if string(b[at+4:at+8]) == "esds" {
			if rate := streamBitrate(b[at+8 : at+n]); rate != 0 {
				a.set("bitrate", rate)
			}
		}
		at += n
	}
	a.set("codec", "ISO/IEC 14496-3 AAC")
	a.set("sample_rate", float64(be(cut(b, 16, 4)))/65536)
	a.set("channels", be(cut(b, 8, 2)))
	a.set("bits_per_sample", be(cut(b, 10, 2)))
	a.set("lossless", false)
}

// streamBitrate is the average bitrate in the description of a stream of
// MPEG-4 (esds), 0 for unknown.
func streamBitrate(b []byte) int64 {
	at := 4
	descriptor := func(tag byte) bool {
		if at >= len(b) || b[at] != tag {
			return false
		}
		at++
		for range 5 {
			at++
			if at > len(b) || b[at-1]&0x80 == 0 {
				break
			}
		}
		return true
	}
	if !descriptor(3) {
		return 0
	}
	flags := be(cut(b, at+2, 1))
	if at += 3; flags&0x40 != 0 {
		return 0
	}
	if flags&0x80 != 0 {
		at += 2
	}
	if flags&0x20 != 0 {
		at += 2
	}
	if !descriptor(4) {
		return 0
	}
	return be(cut(b, at+9, 4))
}

// timing reads how long the samples of a track last.
func (m *movie) timing(b []byte) {
	if m.track == nil || m.scale == 0 {
		return
	}
	count := min(be(cut(b, 4, 4)), int64(len(b)/8))
	for i := count - 1; i >= 0; i-- {
		if d := be(cut(b, 8+int(i)*8+4, 4)); d > 0 {
			m.track.rate = math.Round(float64(m.scale)/float64(d)*1000) / 1000
			return
		}
	}
}

// cover reads a picture among the tags.
func (m *movie) cover(b []byte) {
	for at := 0; at+8 <= len(b); {
		n := int(be(cut(b, at, 4)))
		if n < 8 || n > len(b)-at {
			return
		}
		if string(b[at+4:at+8]) == "data" && n > 16 {
			p := Picture{Data: b[at+16 : at+n], MIME: "image/unknown"}
			if mime, _, _ := pictureType(p.Data); mime != "" {
				p.MIME = mime
			}
			m.f.addPictures("quicktime", []Picture{p})
		}
		at += n
	}
}

// settle decides what kind of file that is.
func (m *movie) settle() {
	f := m.f
	if number(f.seconds) != 0 {
		f.bitrate = div((f.end-f.start)*8, f.seconds)
	}
	if f.bitrate != nil && !f.audio.has("bitrate") && !m.hasFilm {
		f.audio.set("bitrate", f.bitrate)
	}
	sound := f.audio.Lookup("bitrate")
	if number(f.bitrate) > number(sound) && number(sound) != 0 && f.video.num("bitrate") == 0 && f.video.num("frame_rate") != 0 && f.video.num("resolution_x") != 0 {
		f.video.set("bitrate", minus(f.bitrate, sound))
	}
	if f.audio.str("dataformat") == "mp4" {
		f.format, f.mime = "mp4", "video/mp4"
		if f.video.num("resolution_x") == 0 {
			f.mime = "audio/mp4"
			f.video.drop("dataformat")
		}
	}
	if f.audio.empty("dataformat") && m.hasSound {
		f.audio.set("dataformat", "quicktime")
	}
	if f.video.empty("dataformat") && m.hasFilm {
		f.video.set("dataformat", "quicktime")
	}
	if f.mime == "audio/mp4" && f.video.num("resolution_x") == 0 && f.video.num("resolution_y") == 0 {
		f.video = newBag()
	}
}
