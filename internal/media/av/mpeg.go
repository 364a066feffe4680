package av

import (
	"bytes"
	"math"
)

// mpegFrame is the header of one frame of MPEG sound.
type mpegFrame struct {
	version  int // 1, 2, 25 (for 2.5)
	layer    int
	mode     int // an index into mpegModes
	channels int64
	rate     int64
	bitrate  int64 // 0 for free format
	padding  bool
}

var mpegModes = []string{"stereo", "joint stereo", "dual channel", "mono"}

// mpegBitrates are the bitrates in kbit/s by version and layer; the first is
// free format.
var mpegBitrates = map[[2]int][]int64{
	{1, 1}: {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
	{1, 2}: {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
	{1, 3}: {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{2, 1}: {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
	{2, 2}: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	{2, 3}: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

var mpegRates = map[int][]int64{1: {44100, 48000, 32000}, 2: {22050, 24000, 16000}, 25: {11025, 12000, 8000}}

// parseMPEG reads the four bytes of a frame's header.
func parseMPEG(b []byte) (f mpegFrame, ok bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return f, false
	}
	f.version = []int{25, 0, 2, 1}[b[1]>>3&3]
	f.layer = []int{0, 3, 2, 1}[b[1]>>1&3]
	bitrates := mpegBitrates[[2]int{min(f.version, 2), f.layer}]
	index, rate := int(b[2]>>4), int(b[2]>>2&3)
	if f.version == 0 || f.layer == 0 || index >= len(bitrates) || rate == 3 {
		return f, false
	}
	f.bitrate, f.rate = bitrates[index]*1000, mpegRates[f.version][rate]
	f.padding, f.mode, f.channels = b[2]&2 != 0, int(b[3]>>6), 2
	if f.mode == 3 {
		f.channels = 1
	}
	return f, true
}

// length is the length of the frame in bytes, 0 in free format.
func (f mpegFrame) length() int64 {
	if f.bitrate == 0 {
		return 0
	}
	coefficient, slot := int64(144), int64(1)
	switch {
	case f.version == 1 && f.layer == 1:
		coefficient, slot = 48, 4
	case f.layer == 1:
		coefficient, slot = 24, 4
	case f.version != 1 && f.layer == 3:
		coefficient = 72
	}
	n := coefficient * f.bitrate / f.rate / slot * slot
	if f.padding {
		n += slot
	}
	return n
}

// xingOffset is where in the frame a Xing header stands.
func (f mpegFrame) xingOffset() int {
	switch {
	case f.version == 1 && f.mode == 3:
		return 0x15
	case f.version == 1:
		return 0x24
	case f.version == 2 && f.mode == 3:
		return 0x0d
	}
	return 0x15
}

// mpegAudio is what is known of MPEG sound.
type mpegAudio struct {
	mpegFrame
	mode2      string // bitrate_mode
	method     string // of variable bitrate: "Fraunhofer", "Xing", "" for none
	quality    int64  // of Fraunhofer's header
	frames     int64  // that a header of variable bitrate counts
	bytes      int64
	hasBytes   bool
	frameBytes int64 // length of a frame, or their average
	bitrateNow any   // nil for free format
	vbrBitrate any
	lame       *lameTag
}

// mpegScan is the search for frames in part of a file.
type mpegScan struct {
	src        *source
	start, end int64
	size       int64 // of the file without tags
	audio      *bag
	mpeg       *mpegAudio
	// bitrates are those that the last check of following frames saw.
	bitrates map[int64]bool
}

func (s *mpegScan) clone() *mpegScan {
	c := *s
	c.audio, c.mpeg = s.audio.clone(), nil
	return &c
}

// checkedFrames is how many frames have to follow one another.
const checkedFrames = 50

// decode reads the frame at offset, with its header of variable bitrate, into
// s.audio and s.mpeg. With follow it looks whether frames follow it.
func (s *mpegScan) decode(offset int64, follow, asCBR bool) bool {
	head := s.src.at(offset, 226)
	frame, ok := parseMPEG(head)
	if !ok {
		return false
	}
	m := &mpegAudio{mpegFrame: frame}
	s.mpeg = m
	s.audio.set("channels", m.channels)
	s.audio.set("sample_rate", m.rate)
	if m.bitrate == 0 && offset == s.start {
		follow = false
	}
	if m.layer == 2 {
		s.audio.set("dataformat", "mp2")
		if m.bitrate != 0 && (m.mode == 3 && m.bitrate > 192000 || m.mode != 3 && m.bitrate != 64000 && m.bitrate < 96000) {
			return false
		}
	}
	m.frameBytes = m.length()
	next := offset + 1
	if m.bitrate != 0 {
		m.bitrateNow = m.bitrate
		s.audio.set("bitrate", m.bitrate)
		next = offset + m.frameBytes
	}
	expected := int64(0)
	xing := m.xingOffset()
	switch id := string(cut(head, xing, 4)); {
	case string(cut(head, 36, 4)) == "VBRI":
		m.mode2, m.method = "vbr", "Fraunhofer"
		s.audio.set("codec", "Fraunhofer")
		m.quality, m.bytes, m.frames, m.hasBytes = be(cut(head, 44, 2)), be(cut(head, 46, 4)), be(cut(head, 50, 4)), true
		expected = m.bytes
	case id == "Xing" || id == "Info":
		expected = s.xing(head, xing)
	default:
		m.mode2 = "cbr"
		if follow {
			m.mode2 = "vbr"
			if s.following(offset, &next, true) {
				follow = false
				m.mode2 = "cbr"
			}
		}
	}
	if expected > 0 && s.end-s.start-expected == 1 {
		s.end--
	}
	if m.bitrate == 0 && s.audio.empty("bitrate") && offset == s.start && m.frames == 0 {
		s.freeFormat(offset)
	}
	s.average()
	if follow {
		if !s.following(offset, &next, asCBR) {
			return false
		}
		if len(s.bitrates) == 1 && m.mode2 == "vbr" && m.vbrBitrate != nil {
			for one := range s.bitrates {
				if one != 0 && math.Abs(number(m.vbrBitrate)-float64(one))/float64(one) < 0.01 {
					m.mode2 = "cbr"
				}
			}
		}
	}
	return true
}

// average takes the bitrate from the number of frames that a header of
// variable bitrate tells.
func (s *mpegScan) average() {
	m := s.mpeg
	if m.frames == 0 || m.mode2 != "vbr" && m.mode2 != "abr" || !m.hasBytes {
		return
	}
	samples := int64(1152)
	switch {
	case m.version == 1 && m.layer == 1:
		samples = 384
	case m.version != 1 && m.layer == 3:
		samples = 576
	}
	rate := mul(mul(div(m.bytes, m.frames), int64(8)), div(m.rate, samples))
	if number(rate) > 0 {
		s.audio.set("bitrate", rate)
		m.bitrateNow, m.vbrBitrate = rate, rate
	}
}

// following reports whether frames follow one another from next on; with
// sameRate they have to have the bitrate of the frame at offset.
func (s *mpegScan) following(offset int64, next *int64, sameRate bool) bool {
	first := s.clone()
	first.audio = newBag()
	first.decode(offset, false, false)
	s.bitrates = map[int64]bool{}
	for range checkedFrames {
		if *next+4 >= s.end {
			return true
		}
		one := s.clone()
		one.audio = newBag()
		if !one.decode(*next, false, false) {
			return first.mpeg != nil && first.mpeg.frameBytes != 0 && *next+first.mpeg.frameBytes > s.end
		}
		s.bitrates[int64(number(one.mpeg.bitrateNow))] = true
		if sameRate && (first.mpeg == nil || one.mpeg.bitrateNow != first.mpeg.bitrateNow) {
			return false
		}
		if one.mpeg.frameBytes <= 0 {
			return false
		}
		*next += one.mpeg.frameBytes
	}
	return true
}

// freeFrames is how many frames of free format are measured.
const freeFrames = 100000

// freeFormat measures the distance between frames of free format.
func (s *mpegScan) freeFormat(offset int64) {
	b := s.src.at(offset, 32768)
	one := bytes.Clone(b[:4])
	two := bytes.Clone(one)
	two[2] ^= 2
	nearest := func(n int) int64 {
		found := int64(0)
		if i := bytes.Index(b[4:], one[:n]); i > 0 {
			found = int64(i) + 4
		}
		if i := bytes.Index(b[4:], two[:n]); i > 0 && (found != 0 && int64(i)+4 < found) {
			found = int64(i) + 4
		}
		return found
	}
	n := nearest(4)
	if n == 0 {
		if n = nearest(3); n == 0 {
			return
		}
		s.audio.set("codec", "LAME")
		s.audio.set("encoder", "LAME3.88")
		one, two = one[:3], two[:3]
	}
	sum, count := int64(0), int64(0)
	for at := offset + n; at < s.end-6 && count < freeFrames; at += n {
		window := s.src.at(at-1, 6)
		found := false
		for _, shift := range []int{1, 0, 2} {
			if part := cut(window, shift, len(one)); bytes.Equal(part, one) || bytes.Equal(part, two) {
				sum, count, found = sum+n+int64(shift)-1, count+1, true
				at += int64(shift) - 1
				break
			}
		}
		if !found {
			return
		}
	}
	if count > 0 {
		n = int64(math.Round(float64(sum) / float64(count)))
	}
	m := s.mpeg
	m.frameBytes = n
	pad := int64(0)
	if m.padding {
		pad = 1
	}
	if m.layer == 1 {
		quarter := div(n, int64(4))
		s.audio.set("bitrate", div((number(quarter)-float64(pad))*float64(m.rate), int64(12)))
		return
	}
	s.audio.set("bitrate", div((n-pad)*m.rate, int64(144)))
}
