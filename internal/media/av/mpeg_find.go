package av

import "math"

const (
	// seekSize is how far the first frame is looked for.
	seekSize = 128 << 10
	// seekTries is how many places that look like a frame are tried.
	seekTries = 1000
)

// readMPEG reads MP3 (MP2, MP1).
func readMPEG(f *Info, src *source) bool {
	begin := f.start
	f.findMPEG(src)
	m := f.mpeg
	if m != nil {
		f.audio.set("bitrate_mode", m.mode2)
	}
	lame := ""
	if m != nil && f.audio.str("bitrate_mode") == "cbr" && m.frameBytes == f.start-f.id3v2Size && f.start != begin {
		// A frame without sound in front, by some versions of LAME.
		f.audio.set("codec", "LAME")
		lame = "LAME3."
	}
	if m != nil && m.lame != nil {
		f.audio.set("codec", "LAME")
		if m.lame.version != "" {
			f.audio.set("encoder", m.lame.version)
		}
	}
	f.longerLAME(src, lame)
	if m != nil && m.layer < 3 {
		f.audio.set("dataformat", map[int]string{1: "mp1", 2: "mp2"}[m.layer])
	}
	if f.format == "mp3" {
		f.format = f.audio.str("dataformat")
	}
	if f.format == "" {
		f.audio.drop("bitrate_mode")
		f.end, f.start = 0, 0
		return true
	}
	f.mime = "audio/mpeg"
	f.audio.set("lossless", false)
	if rate := f.audio.Lookup("bitrate"); f.seconds == nil && number(rate) > 0 {
		header := int64(0)
		if m.frames != 0 || m.method == "Fraunhofer" {
			header = m.frameBytes
		}
		f.seconds = div((f.end-f.start-header)*8, rate)
	}
	f.audio.set("encoder_options", f.encoderOptions())
	return true
}

// findMPEG looks for the first frame from f.start on, and for more than its
// header tells where the bitrate varies.
func (f *Info) findMPEG(src *source) {
	begin := f.start
	head := src.at(begin, min(seekSize, f.end-begin))
	var first *mpegScan
	firstAt, tries := int64(0), 0
	for i := 0; i+1 < len(head); i++ {
		if head[i] != 0xff || head[i+1] <= 0xe0 {
			continue
		}
		if tries++; tries >= seekTries {
			f.audio.drop("bitrate")
			return
		}
		at := begin + int64(i)
		fresh := func() *mpegScan {
			return &mpegScan{src: src, start: begin, end: f.end, audio: f.audio.clone(), size: f.size - f.id3v2Size - f.id3v1Size()}
		}
		if first == nil {
			if try := fresh(); try.decode(at, false, false) {
				first, firstAt = try, at
			}
		}
		found := fresh()
		if !found.decode(at, true, false) {
			continue
		}
		if first != nil && first.mpeg.mode2 == "vbr" && !(math.Abs(found.audio.num("bitrate")-first.audio.num("bitrate")) <= 1) {
			// What the header of variable bitrate in front tells is believed,
			// unless a run of frames of one bitrate follows.
			again := first.clone()
			if again.decode(at, true, true) {
				found = again
			} else {
				found, at = first, firstAt
			}
		}
		f.takeMPEG(found, at)
		return
	}
}

func (f *Info) id3v1Size() int64 {
	if f.id3v1 != nil {
		return 128
	}
	return 0
}

// takeMPEG takes over what a scan found at an offset.
func (f *Info) takeMPEG(found *mpegScan, at int64) {
	f.audio, f.mpeg, f.start, f.end = found.audio, found.mpeg, at, found.end
	if f.format == "" {
		f.format = "mp3"
		f.audio.set("dataformat", "mp3")
	}
	if m := f.mpeg; m.mode2 == "vbr" && m.method == "" {
		if !f.histogram(found) {
			return
		}
	}
	f.audio.set("channels", f.mpeg.channels)
	f.audio.set("channelmode", mpegModes[f.mpeg.mode])
	f.audio.set("sample_rate", f.mpeg.rate)
}

const (
	// histogramFrames is how many frames are counted at most, and of each of
	// histogramParts parts of a longer file.
	histogramFrames = 50000
	histogramParts  = 10
)

// histogram counts the bitrates of the frames, for their average.
func (f *Info) histogram(s *mpegScan) bool {
	sum, frames := 0.0, 0.0
	rates := map[int64]bool{}
	parts, perPart := int64(histogramParts), histogramFrames/histogramParts
	length := f.end - f.start
	at := f.start
	for part := int64(0); part < parts && at < f.end; part++ {
		from := max(at, f.start+int64(math.Round(float64(part)*float64(length)/float64(parts))))
		if part > 0 {
			from = s.nextFrame(from)
		}
		count := 0
		for at = from; at < f.end; {
			one, ok := parseMPEG(s.src.at(at, 4))
			if !ok {
				break
			}
			if n := one.length(); n == 0 {
				at++
			} else {
				at += n
				rates[one.bitrate] = true
				sum, frames = sum+float64(one.bitrate), frames+1
			}
			if count++; count >= perPart {
				if part == 0 && float64(at-from)/float64(length)*float64(parts) >= 1 {
					parts, perPart = 1, histogramFrames
					continue
				}
				break
			}
		}
	}
	if frames == 0 {
		return false
	}
	f.mpeg.bitrateNow = div(int64(sum), int64(frames))
	f.audio.set("bitrate", f.mpeg.bitrateNow)
	f.mpeg.mode2 = "cbr"
	if len(rates) > 1 {
		f.mpeg.mode2 = "vbr"
	}
	f.audio.set("bitrate_mode", f.mpeg.mode2)
	return true
}

// nextFrame is the first place from at on where two frames follow one another.
func (s *mpegScan) nextFrame(at int64) int64 {
	b := s.src.at(at, 4096)
	for j := 0; j+4 < len(b); j++ {
		if one, ok := parseMPEG(b[j:]); ok {
			if _, ok := parseMPEG(s.src.at(at+int64(j)+one.length(), 4)); ok {
				return at + int64(j)
			}
		}
	}
	return at
}
