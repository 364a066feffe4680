package av

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// lameTag is what the encoder LAME writes behind a Xing header.
type lameTag struct {
	version      string
	quality      int64 // of variable bitrate
	method       int64 // of choosing bitrates
	methodName   string
	lowpass      int64 // Hz
	athType      int64
	minBitrate   int64 // the least, or the average
	noGap        bool
	shaping      int64
	stereo       int64
	sourceRate   int64
	preset       int64
	full         bool // whether the encoder is of version 3.90 at least
	presetOption string
}

// lameMethods names the ways of choosing bitrates; three letters of them are
// the bitrate mode.
var lameMethods = map[int64]string{
	0: "unknown", 1: "cbr", 2: "abr", 3: "vbr-old", 4: "vbr-new", 5: "vbr-mt", 6: "vbr", 8: "cbr (2 pass)", 9: "abr (2 pass)", 15: "reserved",
}

// xing reads the header at off of the frame in head; it returns how many bytes
// of sound there should be, 0 where that is not told.
func (s *mpegScan) xing(head []byte, off int) (expected int64) {
	m := s.mpeg
	m.mode2, m.method = "vbr", "Xing"
	flags := be(cut(head, off+4, 4))
	if flags&1 != 0 {
		m.frames = be(cut(head, off+8, 4))
	}
	if flags&2 != 0 {
		m.bytes, m.hasBytes = be(cut(head, off+12, 4)), true
	}
	if m.frames != 0 {
		used := m.bytes
		if used == 0 {
			used = s.size
		}
		each := div(used, m.frames)
		perChannel := div(int64(2), m.channels)
		if m.layer == 1 {
			s.audio.set("bitrate", div(mul(mul(div(each, int64(4)), m.rate), perChannel), int64(12)))
		} else {
			s.audio.set("bitrate", div(mul(mul(each, m.rate), perChannel), int64(144)))
		}
		m.frameBytes = int64(math.Floor(number(each)))
	}
	if string(cut(head, off+120, 4)) != "LAME" {
		return 0
	}
	t := readLAME(head, off)
	m.lame = t
	if !t.full {
		return 0
	}
	m.mode2 = t.methodName[:min(3, len(t.methodName))]
	if expected = be(cut(head, off-0x24+0xb8, 4)); expected == 0 {
		expected = m.bytes
	}
	if t.method == 1 && m.bitrate != 0 {
		m.mode2 = "cbr"
		m.bitrateNow = m.bitrate // a standard one
		s.audio.set("bitrate", m.bitrate)
	}
	return expected
}

// readLAME reads the tag of a frame whose Xing header is at off.
func readLAME(head []byte, off int) *lameTag {
	long := cut(head, off+120, 20)
	t := &lameTag{version: strings.TrimRight(string(long), "\x00")}
	digits := string(long[min(4, len(long)):])
	end := strings.IndexFunc(digits, func(r rune) bool { return !(r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z') })
	if end >= 0 {
		digits = digits[:end]
	}
	major, rest, _ := strings.Cut(digits, ".")
	minor, _, _ := strings.Cut(rest, ".")
	if leading(major)*1000+leading(minor) < 3090 {
		return t
	}
	off -= 0x24 // figures below are for stereo
	at := func(i, n int) int64 { return be(cut(head, off+i, n)) }
	t.full = true
	t.quality, t.version = at(0x9b, 1), strings.TrimRight(string(cut(head, off+0x9c, 9)), "\x00")
	t.method, t.lowpass = at(0xa5, 1)&0x0f, at(0xa6, 1)*100
	t.methodName = lameMethods[t.method]
	flags := at(0xaf, 1)
	t.noGap, t.athType, t.minBitrate = flags&0xc0 != 0, flags&0x0f, at(0xb0, 1)
	misc := at(0xb4, 1)
	t.shaping, t.stereo, t.sourceRate = misc&3, misc&0x1c>>2, misc>>6
	t.preset = at(0xb6, 2) & 0x07ff
	t.presetOption = t.presetUsed()
	if t.version == "LAME3.90." && t.preset != 0 {
		t.version = "LAME3.90.3"
	}
	return t
}

// leading is the number that a text begins with.
func leading(s string) int64 {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return atoi(s[:n])
}

var lamePresets = map[int64]string{
	320: "--preset insane", 410: "-V9", 420: "-V8", 430: "--preset radio", 440: "-V6", 450: "--preset %sportable", 460: "--preset %smedium",
	470: "--r3mix", 480: "--preset %sstandard", 490: "-V1", 500: "--preset %sextreme",
	1000: "--r3mix", 1001: "--alt-preset standard", 1002: "--alt-preset extreme", 1003: "--alt-preset insane", 1004: "--alt-preset fast standard",
	1005: "--alt-preset fast extreme", 1006: "--alt-preset medium", 1007: "--alt-preset fast medium", 1010: "--preset portable", 1015: "--preset radio",
}

// presetUsed is the option that the number of a preset stands for.
func (t *lameTag) presetUsed() string {
	option, known := lamePresets[t.preset]
	switch {
	case t.preset == 0:
		return ""
	case known && strings.Contains(option, "%s"):
		fast := ""
		if t.method == 4 {
			fast = "fast "
		}
		return fmt.Sprintf(option, fast)
	case known:
		return option
	case t.preset >= 8 && t.preset <= 320 && t.methodName == "cbr":
		return "--alt-preset cbr " + strconv.FormatInt(t.preset, 10)
	case t.preset >= 8 && t.preset <= 320:
		return "--alt-preset " + strconv.FormatInt(t.preset, 10)
	}
	return "new/unknown preset: " + strconv.FormatInt(t.preset, 10) + " - report to info@getid3.org"
}

// longerLAME looks for a longer name of the encoder in the padding of the last
// frame. known is what is known of it, "" for what the tag says.
func (f *Info) longerLAME(src *source, known string) {
	if known == "" {
		known = f.audio.str("encoder")
	}
	if strings.HasPrefix(known, "LAME3.") {
		last := f.end - 1441
		if last < 0 {
			return
		}
		if c := known[len(known)-1]; c == 'a' || c == 'b' {
			known = known[:len(known)-1]
		}
		if _, found, ok := strings.Cut(string(src.at(last, 1441)), known); ok {
			found = known + found
			end := strings.IndexFunc(found, func(r rune) bool {
				return !strings.ContainsRune("LAME0123456789., (abcdefghijklmnopqrstuvwxyzJFSOND)", r)
			})
			if end >= 0 {
				found = found[:end]
			}
			if len(found) > len(f.audio.str("encoder")) {
				f.audio.set("encoder", found)
			}
		}
	}
	if name := f.audio.str("encoder"); name != "" {
		f.audio.set("encoder", strings.TrimRight(name, "\x00 "))
	}
}

// encoderOptions guesses how the encoder was called.
func (f *Info) encoderOptions() string {
	m := f.mpeg
	t := &lameTag{}
	if m.lame != nil {
		t = m.lame
	}
	mode, bitrate := f.audio.str("bitrate_mode"), f.audio.num("bitrate")
	option := ""
	named := []int64{16, 24, 40, 56, 112, 128, 160, 192, 256}
	switch {
	case m.method == "Fraunhofer" && m.quality != 0:
		option = "VBR q" + strconv.FormatInt(m.quality, 10)
	case t.presetOption != "" && !slices.Contains(named, t.preset):
		option = t.presetOption
	case t.quality != 0:
		option = t.fromQuality(mode, bitrate)
	case t.method == 2 && t.minBitrate != 0:
		option = "ABR" + strconv.FormatInt(t.minBitrate, 10)
	case bitrate != 0 && mode == "cbr":
		option = "CBR" + strconv.FormatFloat(math.Round(bitrate/1000), 'f', -1, 64)
	case bitrate != 0:
		option = strings.ToUpper(mode)
	}
	if t.full && t.method != 1 && t.method != 2 && t.minBitrate > 0 {
		option += " -b" + strconv.FormatInt(t.minBitrate, 10)
	}
	if m.bitrate == 0 && m.vbrBitrate == nil {
		option += " --freeformat"
	}
	if t.noGap {
		option += " --nogap"
	}
	option = t.lowpassOption(option, m.rate)
	option = t.resampleOption(option, m.rate)
	if option == "" && bitrate != 0 {
		option = strings.ToUpper(mode)
	}
	return option
}

func (t *lameTag) fromQuality(mode string, bitrate float64) string {
	if known := t.knownPreset(); known != "" {
		return known
	}
	switch mode {
	case "vbr":
		v := 10 - (t.quality+9)/10
		return fmt.Sprintf("-V%d -q%d", v, 100-t.quality-v*10)
	case "cbr":
		return "CBR" + strconv.FormatFloat(math.Ceil(bitrate/1000), 'f', -1, 64)
	}
	return strings.ToUpper(mode)
}

// usualLowpass are the filters that the presets of some versions set.
var usualLowpass = []string{
	"insane|20500", "insane|20600", "medium|18000", "fast medium|18000", "extreme|19500", "extreme|19600", "fast extreme|19500",
	"fast extreme|19600", "standard|19000", "fast standard|19000", "r3mix|19500", "r3mix|19600", "r3mix|18000",
}

// lowpassOption adds a filter that is not what the preset sets.
func (t *lameTag) lowpassOption(option string, rate int64) string {
	words := strings.SplitN(option, " ", 4)
	if t.lowpass == 0 {
		return option
	}
	name := ""
	switch {
	case words[0] == "--r3mix":
		name = "r3mix"
	case (words[0] == "--preset" || words[0] == "--alt-preset") && len(words) > 1:
		name = words[1]
		if name == "fast" && len(words) > 2 {
			name += " " + words[2]
		}
	}
	if !slices.Contains([]string{"portable", "medium", "standard", "extreme", "insane", "r3mix"}, strings.TrimPrefix(name, "fast ")) {
		return option
	}
	low := fmt.Sprintf("%s|%d", name, t.lowpass)
	if !slices.Contains(usualLowpass, low) && t.lowpass < 22050 && math.Round(float64(t.lowpass)/1000) < math.Round(float64(rate)/2000) {
		option += " --lowpass " + strconv.FormatInt(t.lowpass, 10)
	}
	return option
}

// usualRates are the rates that some presets set.
var usualRates = []string{
	"phon+/lw/mw-eu/sw|16000", "mw-us|24000", "mw-us|32000", "mw-us|16000", "phone|16000", "phone|11025", "radio|32000", "fm/radio|32000", "fm|32000", "voice|32000",
}

// resampleOption adds that the sound was of another rate before.
func (t *lameTag) resampleOption(option string, rate int64) string {
	if !t.full {
		return option
	}
	resample := false
	switch {
	case rate == 44100:
		resample = t.sourceRate != 1
	case rate == 48000:
		resample = t.sourceRate != 2
	case rate < 44100 && t.sourceRate > 0:
		words := strings.SplitN(option, " ", 4)
		resample = true
		if (words[0] == "--preset" || words[0] == "--alt-preset") && len(words) > 1 {
			known := slices.Contains([]string{"fast", "portable", "medium", "standard", "extreme", "insane"}, words[1])
			resample = known || !slices.Contains(usualRates, fmt.Sprintf("%s|%d", words[1], rate))
		}
	}
	if resample {
		option += " --resample " + strconv.FormatInt(rate, 10)
	}
	return option
}
