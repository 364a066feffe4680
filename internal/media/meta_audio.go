package media

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/platenhq/platen/phpserialize"
)

// ReadAudioMeta reads what a sound file says of itself, in the words of the
// metadata that WordPress keeps of it; nil when nothing was found. It knows
// WAV with plain samples; of other formats only size and type are kept.
func ReadAudioMeta(r io.ReaderAt, size int64, mime string) *phpserialize.Array {
	b, err := head(r, 4096)
	if err != nil || len(b) < 12 {
		return nil
	}
	if string(b[:4]) == "RIFF" && string(b[8:12]) == "WAVE" {
		return wavMeta(b, size)
	}
	return nil
}

// wavCodecs names the formats of samples.
var wavCodecs = map[uint16]string{
	1: "Pulse Code Modulation (PCM)", 3: "IEEE Float", 6: "A-Law", 7: "mu-Law",
}

func wavMeta(b []byte, size int64) *phpserialize.Array {
	var tag, channels, bits uint16
	var rate, byteRate uint32
	var data int64
	for at := 12; at+8 <= len(b); {
		id, n := string(b[at:at+4]), int64(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		if id == "fmt " && len(body) >= 16 {
			tag, channels = binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[2:])
			rate, byteRate = binary.LittleEndian.Uint32(body[4:]), binary.LittleEndian.Uint32(body[8:])
			bits = binary.LittleEndian.Uint16(body[14:])
		}
		if id == "data" {
			data = min(n, size-int64(at)-8)
			break
		}
		if n < 0 || n > int64(len(b)) {
			break
		}
		at += 8 + int(n+n&1)
	}
	if rate == 0 || byteRate == 0 || channels == 0 {
		return nil
	}
	m := &phpserialize.Array{}
	set := func(k string, v any) { m.Set(phpserialize.StrKey(k), v) }
	set("dataformat", "wav")
	set("bitrate_mode", "cbr")
	set("wformattag", int64(tag))
	if name := wavCodecs[tag]; name != "" {
		set("codec", name)
	}
	set("channels", int64(channels))
	set("sample_rate", int64(rate))
	set("bitrate", int64(byteRate)*8)
	set("bits_per_sample", int64(bits))
	set("lossless", tag == 1)
	switch channels {
	case 1:
		set("channelmode", "mono")
	case 2:
		set("channelmode", "stereo")
	default:
		set("channelmode", fmt.Sprintf("%d channels", channels))
	}
	if plain := float64(rate) * float64(channels) * float64(bits); plain > 0 {
		set("compression_ratio", whole(float64(byteRate)*8/plain))
	}
	set("fileformat", "wav")
	set("filesize", size)
	set("mime_type", "audio/wav")
	seconds := float64(data) / float64(byteRate)
	set("length", int64(math.Round(seconds)))
	set("length_formatted", playtime(seconds))
	return m
}

// whole is a number that is stored as an integer where it is one.
func whole(f float64) any {
	if f == math.Trunc(f) {
		return int64(f)
	}
	return f
}

// playtime writes a length as minutes and seconds, with hours in front of long
// ones.
func playtime(seconds float64) string {
	s := int64(math.Round(seconds))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
