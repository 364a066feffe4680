package av

import (
	"bytes"
	"encoding/hex"
	"math"
	"math/bits"
	"strings"
	"time"
)

// The elements of Matroska that are read.
const (
	ebmlHeader, ebmlDocType                              = 0x1a45dfa3, 0x4282
	mkSegment, mkInfo, mkTracks, mkTags                  = 0x18538067, 0x1549a966, 0x1654ae6b, 0x1254c367
	mkCluster, mkAttachments                             = 0x1f43b675, 0x1941a469
	mkScale, mkDuration, mkDate                          = 0x2ad7b1, 0x4489, 0x4461
	mkTrack, mkNumber, mkUID, mkType                     = 0xae, 0xd7, 0x73c5, 0x83
	mkCodec, mkPrivate, mkCodecName, mkLanguage          = 0x86, 0x63a2, 0x258688, 0x22b59c
	mkDefault, mkVideo, mkAudio                          = 0x88, 0xe0, 0xe1
	mkWidth, mkHeight, mkRate, mkChannels, mkDepth       = 0xb0, 0xba, 0xb5, 0x9f, 0x6264
	mkTime, mkSimpleBlock, mkBlockGroup, mkBlock         = 0xe7, 0xa3, 0xa0, 0xa1
	mkTag, mkTargets, mkTagTrack                         = 0x7373, 0x63c0, 0x63c5
	mkSimpleTag, mkTagName, mkTagString                  = 0x67c8, 0x45a3, 0x4487
	mkAttached, mkFileType, mkFileData             int64 = 0x61a7, 0x4660, 0x465c
)

// element is one element of EBML: what it is and where its contents are.
type element struct{ id, body, end int64 }

// mkTrackInfo is one track of Matroska.
type mkTrackInfo struct {
	number, kind          int64
	uid                   string
	codec, name, language string
	private               []byte
	optional              bool // not played unless asked for
	width, height         int64
	rate                  float64
	channels, depth       int64
	hasDepth              bool
}

// matroska is a Matroska or WebM file while it is read.
type matroska struct {
	f        *Info
	src      *source
	left     int // how many more elements are looked at
	docType  string
	scale    int64
	duration float64
	hasInfo  bool
	hasLast  bool // whether the duration is told
	date     *int64
	tracks   []mkTrackInfo
	seen     map[int64][2]int64 // where the first piece of each track is
	rates    map[string]int64   // bitrates that tags tell, by track
	made     string             // the text of the tag creation_time
	first    int64              // time of clusters
	last     int64
	clusters int
}

// variable reads a number of variable length; with the marker that tells the
// length it is the id of an element.
func (m *matroska) variable(at int64, marker bool) (n, length int64, ok bool) {
	b := m.src.at(at, 8)
	if len(b) == 0 || b[0] == 0 {
		return 0, 0, false
	}
	length = int64(bits.LeadingZeros8(b[0])) + 1
	n = be(cut(b, 0, int(length)))
	if !marker {
		n &= 1<<(7*length) - 1
	}
	return n, length, true
}

// each calls f for each element between two places until it returns false.
func (m *matroska) each(at, end int64, f func(element) bool) {
	end = min(end, m.src.size)
	for at < end && m.left > 0 {
		m.left--
		id, n, ok := m.variable(at, true)
		if !ok {
			return
		}
		size, n2, ok := m.variable(at+n, false)
		if !ok {
			return
		}
		e := element{id: id, body: at + n + n2}
		e.end = e.body + size
		if !f(e) {
			return
		}
		at = e.end
	}
}

// bytes are the contents of a short element.
func (m *matroska) bytes(e element) []byte { return m.src.at(e.body, min(e.end-e.body, 1<<20)) }

func (m *matroska) text(e element) string {
	return valid(strings.Trim(string(m.bytes(e)), "\x00"))
}

func (m *matroska) num(e element) int64 { return be(m.src.at(e.body, min(e.end-e.body, 8))) }

func (m *matroska) float(e element) float64 {
	switch b := m.src.at(e.body, min(e.end-e.body, 8)); len(b) {
	case 4:
		return float64(math.Float32frombits(uint32(be(b))))
	case 8:
		f := math.Float64frombits(uint64(be(b)))
		if !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return 0
}

// readMatroska reads Matroska and WebM.
func readMatroska(f *Info, src *source) bool {
	m := &matroska{f: f, src: src, left: maxBlocks, scale: 1000000, seen: map[int64][2]int64{}, rates: map[string]int64{}}
	m.each(f.start, f.end, func(top element) bool {
		switch top.id {
		case ebmlHeader:
			m.each(top.body, top.end, func(e element) bool {
				if e.id == ebmlDocType {
					m.docType = m.text(e)
					f.format = m.docType
				}
				return true
			})
		case mkSegment:
			stop := false
			m.each(top.body, top.end, func(e element) bool {
				stop = !m.segment(e)
				return !stop
			})
			return !stop
		}
		return true
	})
	if m.hasLast {
		f.seconds = m.duration * number(div(m.scale, int64(1000000000)))
	} else if m.last > m.first {
		f.seconds = mul(m.last-m.first, div(m.scale, int64(1000000000)))
	}
	m.streams()
	m.creation()
	return true
}

// segment reads an element of the second level; false ends the reading.
func (m *matroska) segment(e element) bool {
	switch e.id {
	case mkInfo:
		m.hasInfo = true
		m.each(e.body, e.end, func(e element) bool {
			switch e.id {
			case mkScale:
				m.scale = m.num(e)
			case mkDuration:
				m.duration, m.hasLast = m.float(e), true
			case mkDate:
				n := int64(math.Round(float64(m.num(e))/1e9 + 978307200)) // since 2001
				m.date = &n
			}
			return true
		})
	case mkTracks:
		m.tracks = nil
		m.each(e.body, e.end, func(e element) bool {
			if e.id == mkTrack {
				m.track(e)
			}
			return true
		})
	case mkTags:
		m.each(e.body, e.end, func(e element) bool {
			if e.id == mkTag {
				m.tag(e)
			}
			return true
		})
	case mkAttachments:
		m.each(e.body, e.end, func(e element) bool {
			if e.id == mkAttached {
				m.attached(e)
			}
			return true
		})
	case mkCluster:
		return m.cluster(e)
	}
	return true
}

func (m *matroska) track(e element) {
	t := mkTrackInfo{language: "eng", rate: 8000, channels: 1}
	m.each(e.body, e.end, func(e element) bool {
		switch e.id {
		case mkNumber:
			t.number = m.num(e)
		case mkUID:
			t.uid = hex.EncodeToString(m.bytes(e))
		case mkType:
			t.kind = m.num(e)
		case mkCodec:
			t.codec = m.text(e)
		case mkCodecName:
			t.name = m.text(e)
		case mkLanguage:
			t.language = m.text(e)
		case mkDefault:
			t.optional = m.num(e) == 0
		case mkPrivate:
			t.private = m.bytes(e)
		case mkVideo, mkAudio:
			m.each(e.body, e.end, func(e element) bool {
				switch e.id {
				case mkWidth:
					t.width = m.num(e)
				case mkHeight:
					t.height = m.num(e)
				case mkRate:
					t.rate = m.float(e)
				case mkChannels:
					t.channels = m.num(e)
				case mkDepth:
					t.depth, t.hasDepth = m.num(e), true
				}
				return true
			})
		}
		return true
	})
	m.tracks = append(m.tracks, t)
}

// tag reads the texts of a tag: when the file was made, and bitrates.
func (m *matroska) tag(e element) {
	track, names := "", map[string]string{}
	m.each(e.body, e.end, func(e element) bool {
		switch e.id {
		case mkTargets:
			m.each(e.body, e.end, func(e element) bool {
				if e.id == mkTagTrack && track == "" {
					track = hex.EncodeToString(m.bytes(e))
				}
				return true
			})
		case mkSimpleTag:
			name, text := "", ""
			m.each(e.body, e.end, func(e element) bool {
				switch e.id {
				case mkTagName:
					name = m.text(e)
				case mkTagString:
					text = m.text(e)
				}
				return true
			})
			names[name] = text
			if strings.EqualFold(name, "creation_time") && m.made == "" {
				m.made = text
			}
		}
		return true
	})
	if rate := leading(names["BPS"]); rate > 0 && track != "" {
		m.rates[track] = rate
	}
}

func (m *matroska) attached(e element) {
	var p Picture
	m.each(e.body, e.end, func(e element) bool {
		switch e.id {
		case mkFileType:
			p.MIME = m.text(e)
		case mkFileData:
			p.Data = m.src.at(e.body, e.end-e.body)
		}
		return true
	})
	if strings.HasPrefix(p.MIME, "image/") && len(p.Data) > 0 {
		m.f.addPictures("matroska", []Picture{p})
	}
}

// cluster looks for the first piece of each track; false when all are found
// and the length is known.
func (m *matroska) cluster(e element) bool {
	block := func(e element) {
		if n, length, ok := m.variable(e.body, false); ok {
			if _, ok := m.seen[n]; !ok {
				m.seen[n] = [2]int64{e.body + length + 3, e.end}
			}
		}
	}
	m.each(e.body, e.end, func(e element) bool {
		switch e.id {
		case mkTime:
			t := m.num(e)
			if m.clusters == 0 {
				m.first = t
			}
			m.first, m.last = min(m.first, t), max(m.last, t)
		case mkSimpleBlock:
			block(e)
		case mkBlockGroup:
			m.each(e.body, e.end, func(e element) bool {
				if e.id == mkBlock {
					block(e)
				}
				return true
			})
		}
		return len(m.seen) < len(m.tracks) || len(m.tracks) == 0
	})
	m.clusters++
	return !(m.hasInfo && len(m.tracks) > 0 && len(m.seen) == len(m.tracks) && m.hasLast)
}

// mkCodecs are getID3's names for the formats of tracks.
var mkCodecs = map[string]string{
	"A_AAC": "aac", "A_AAC/MPEG2/LC": "aac", "A_AC3": "ac3", "A_EAC3": "eac3", "A_DTS": "dts", "A_FLAC": "flac", "A_MPEG/L1": "mp1",
	"A_MPEG/L2": "mp2", "A_MPEG/L3": "mp3", "A_PCM/INT/LIT": "pcm", "A_PCM/INT/BIG": "pcm", "A_QUICKTIME/QDMC": "quicktime",
	"A_QUICKTIME/QDM2": "quicktime", "A_VORBIS": "vorbis", "V_MPEG1": "mpeg", "V_THEORA": "theora", "V_REAL/RV40": "real",
	"V_REAL/RV10": "real", "V_REAL/RV20": "real", "V_REAL/RV30": "real", "V_QUICKTIME": "quicktime", "V_MPEG4/ISO/AP": "mpeg4",
	"V_MPEG4/ISO/ASP": "mpeg4", "V_MPEG4/ISO/AVC": "h264", "V_MPEG4/ISO/SP": "mpeg4", "V_VP8": "vp8", "V_MS/VFW/FOURCC": "vcm", "A_MS/ACM": "acm",
}

// streams chooses the tracks that are played and says what they are.
func (m *matroska) streams() {
	f := m.f
	var film, sound *mkTrackInfo
	for i := len(m.tracks) - 1; i >= 0; i-- {
		t := &m.tracks[i]
		if t.uid == "" {
			continue
		}
		switch t.kind {
		case 1:
			if film == nil || film.optional {
				film = t
			}
		case 2:
			if sound == nil || sound.optional {
				sound = t
			}
		}
	}
	if film != nil {
		f.video = newBag()
		f.video.set("dataformat", dataformat(film.codec))
		f.video.set("resolution_x", film.width)
		f.video.set("resolution_y", film.height)
		if film.name != "" {
			f.video.set("codec", film.name)
		}
		if film.codec == "V_MS/VFW/FOURCC" {
			f.video.set("codec", fourccNames[latin1(string(cut(film.private, 16, 4)))])
		}
	}
	if sound != nil {
		f.audio = m.sound(sound)
	}
	f.mime = map[bool]string{true: "video/", false: "audio/"}[film != nil]
	switch {
	case film == nil && sound == nil:
		f.mime = ""
	case m.docType == "webm":
		f.mime += "webm"
	default:
		f.mime += "x-matroska"
	}
	for _, t := range m.tracks {
		bag := map[int64]*bag{1: f.video, 2: f.audio}[t.kind]
		if rate := m.rates[t.uid]; rate != 0 && bag != nil && t.uid != "" {
			bag.set("bitrate", plus(bag.Lookup("bitrate"), rate))
		}
	}
}

func dataformat(codec string) string {
	if name := mkCodecs[codec]; name != "" {
		return name
	}
	return codec
}

// sound describes a track of sound.
func (m *matroska) sound(t *mkTrackInfo) *bag {
	b := newBag()
	b.set("dataformat", dataformat(t.codec))
	b.set("sample_rate", t.rate)
	b.set("channels", t.channels)
	b.set("language", t.language)
	if t.hasDepth {
		b.set("bits_per_sample", t.depth)
	}
	if t.name != "" {
		b.set("codec", t.name)
	}
	inner := &Info{size: m.f.size, audio: newBag(), video: newBag()}
	switch t.codec {
	case "A_PCM/INT/LIT", "A_PCM/INT/BIG":
		b.set("bitrate", t.rate*float64(t.channels)*float64(t.depth))
	case "A_MPEG/L3", "A_MPEG/L2":
		at, ok := m.seen[t.number]
		if !ok {
			return b
		}
		inner.start, inner.end = at[0], at[1]
		inner.audio.set("dataformat", "")
		readMPEG(inner, m.src)
		if inner.mpeg == nil {
			return b
		}
	case "A_FLAC":
		inner.end = int64(len(t.private))
		inner.within = true
		readFLAC(inner, newSource(bytes.NewReader(t.private), inner.end))
	case "A_VORBIS":
		i := bytes.Index(t.private, []byte("vorbis"))
		if i < 1 {
			return b
		}
		s := inner.vorbis(t.private[i-1:])
		defer func() {
			if s.nominal != 0 {
				b.set("bitrate", s.nominal)
			}
		}()
	case "A_MS/ACM":
		w := parseWaveFormat(t.private)
		w.into(inner.audio)
	}
	for k, v := range inner.audio.All() {
		b.Set(k, v)
	}
	return b
}

// creation notes when the file was made: what a tag says counts before what
// the file itself says.
func (m *matroska) creation() {
	if m.f.format != "matroska" && m.f.format != "webm" {
		return
	}
	if m.made == "" {
		m.f.created = m.date
		return
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, m.made); err == nil {
			n := t.Unix()
			m.f.created = &n
			return
		}
	}
}
