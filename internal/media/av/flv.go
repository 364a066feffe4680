package av

import "math"

// flvSounds and flvFilms name the formats in Flash video.
var (
	flvSounds = []string{
		"Linear PCM, platform endian", "ADPCM", "mp3", "Linear PCM, little endian", "Nellymoser 16kHz mono", "Nellymoser 8kHz mono", "Nellymoser",
		"G.711A-law logarithmic PCM", "G.711 mu-law logarithmic PCM", "reserved", "AAC", "Speex", "", "", "mp3 8kHz", "Device-specific sound",
	}
	flvFilms = []string{"", "", "Sorenson H.263", "Screen video", "On2 VP6", "On2 VP6 with alpha channel", "Screen video v2", "Sorenson H.264"}
	flvRates = []int64{5500, 11025, 22050, 44100}
)

// flvTags is how many pieces of a file are looked at.
const flvTags = 100000

// readFLV reads Flash video. Where getID3 takes the size of H.264 film from the
// wrong place, the size that the file tells stays.
func readFLV(f *Info, src *source) bool {
	h := src.at(f.start, 9)
	if len(h) < 9 {
		return true
	}
	f.format = "flv"
	meta := map[string]float64{}
	last, sound, film := int64(0), int64(-1), int64(-1)
	at := f.start + max(9, be(h[5:9]))
	for n := 0; at+16 < f.end && n < flvTags; n++ {
		b := src.at(at, 16)
		if len(b) < 16 {
			break
		}
		size := be(b[5:8])
		last = max(last, be(b[8:11]))
		switch {
		case b[4] == 8 && sound < 0:
			sound = int64(b[15])
		case b[4] == 9 && film < 0:
			film = int64(b[15] & 7)
			f.flvSize(film, src.at(at+16, 11))
		case b[4] == 18 && len(meta) == 0:
			meta = flvMeta(src.at(at+15, min(size, 1<<16)))
			f.flvMeta(meta)
		}
		at += 15 + size
	}
	f.seconds = div(last, int64(1000))
	if d := meta["duration"]; d != 0 {
		f.seconds = d
	}
	if number(f.seconds) > 0 {
		f.bitrate = div((f.end-f.start)*8, f.seconds)
	}
	if h[4]&4 != 0 && sound >= 0 {
		f.audio.set("codec", flvSounds[sound>>4])
		f.audio.set("sample_rate", flvRates[sound>>2&3])
		f.audio.set("bits_per_sample", []int64{8, 16}[sound>>1&1])
		f.audio.set("channels", sound&1+1)
		f.audio.set("lossless", sound>>4 == 0)
		f.audio.set("dataformat", "flv")
	}
	if h[4]&1 != 0 && film >= 0 {
		f.video.set("codec", flvFilms[film])
		f.video.set("dataformat", "flv")
		f.video.set("lossless", false)
	}
	if id, ok := meta["audiocodecid"]; ok && id >= 0 && id < 16 {
		f.audio.set("codec", flvSounds[int(id)])
	}
	if id, ok := meta["videocodecid"]; ok && id >= 0 && id < 8 {
		f.video.set("codec", flvFilms[int(id)])
	}
	return true
}

// flvSize reads the size of the pictures of H.263 and of VP6 with transparency
// out of the first of them.
func (f *Info) flvSize(film int64, b []byte) {
	if len(b) < 9 {
		return
	}
	size := func(w, h int64) {
		f.video.set("resolution_x", w)
		f.video.set("resolution_y", h)
	}
	switch film {
	case 2:
		switch be(b[3:5]) >> 7 & 7 {
		case 0:
			size(be(b[4:6])>>7&0xff, be(b[5:7])>>7&0xff)
		case 1:
			size(be(b[4:7])>>7&0xffff, be(b[6:9])>>7&0xffff)
		case 2:
			size(352, 288)
		case 3:
			size(176, 144)
		case 4:
			size(128, 96)
		case 5:
			size(320, 240)
		case 6:
			size(160, 120)
		default:
			size(0, 0)
		}
	case 5:
		if !f.video.has("resolution_x") {
			size(be(b[6:8])&0xff<<3, be(b[7:9])&0xff<<3)
		}
	}
}

// flvMeta takes over what the file says of itself.
func (f *Info) flvMeta(meta map[string]float64) {
	for key, to := range map[string]string{"width": "resolution_x", "height": "resolution_y"} {
		if v, ok := meta[key]; ok {
			f.video.set(to, truncate(math.Round(v)))
		}
	}
	if v, ok := meta["audiodatarate"]; ok {
		f.audio.set("bitrate", truncate(math.Round(v*1000)))
	}
	if v, ok := meta["videodatarate"]; ok {
		f.video.set("bitrate", v)
	}
}

// flvMeta reads the numbers of the object onMetaData in AMF.
func flvMeta(b []byte) map[string]float64 {
	out := map[string]float64{}
	text := func() string {
		n := int(be(cut(b, 0, 2)))
		s := string(cut(b, 2, n))
		b = b[min(2+n, len(b)):]
		return s
	}
	if len(b) < 3 || b[0] != 2 {
		return out
	}
	b = b[1:]
	if text() != "onMetaData" || len(b) < 5 {
		return out
	}
	switch b[0] {
	case 3:
		b = b[1:]
	case 8:
		b = b[5:]
	default:
		return out
	}
	for len(b) > 3 {
		key := text()
		if len(b) == 0 {
			break
		}
		kind := b[0]
		b = b[1:]
		switch kind {
		case 0:
			if v := math.Float64frombits(uint64(be(cut(b, 0, 8)))); len(b) >= 8 && !math.IsNaN(v) && !math.IsInf(v, 0) {
				out[key] = v
			}
			b = b[min(8, len(b)):]
		case 1:
			b = b[min(1, len(b)):]
		case 2:
			text()
		case 5, 6:
		case 11:
			b = b[min(10, len(b)):]
		default:
			return out
		}
	}
	return out
}
