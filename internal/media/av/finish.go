package av

import "math"

// calculate completes what follows from the rest: how many channels that is,
// bitrate from length and length from bitrate, the degree of compression.
func (f *Info) calculate() {
	if f.audio.empty("channelmode") && f.audio.has("channels") {
		switch f.audio.num("channels") {
		case 1:
			f.audio.set("channelmode", "mono")
		case 2:
			f.audio.set("channelmode", "stereo")
		}
	}
	f.bitrates()
	if f.video.str("fourcc") != "" && !f.video.has("codec") {
		f.video.set("codec", fourccNames[f.video.str("fourcc")])
	}
	rate, channels, sampleRate := f.audio.Lookup("bitrate"), f.audio.Lookup("channels"), f.audio.Lookup("sample_rate")
	if number(rate) != 0 && number(sampleRate) != 0 {
		bits := f.audio.Lookup("bits_per_sample")
		if number(bits) == 0 {
			bits = int64(16)
		}
		if n := number(channels); n != 0 {
			f.audio.set("compression_ratio", div(rate, mul(mul(channels, sampleRate), bits)))
		} else if s, ok := channels.(string); ok && s == "1.1" {
			f.audio.set("compression_ratio", div(rate, mul(mul(1.1, sampleRate), bits)))
		}
	}
}

// bitrates completes bitrates and length by one another.
func (f *Info) bitrates() {
	sum := plus(f.audio.Lookup("bitrate"), f.video.Lookup("bitrate"))
	if number(sum) > 0 && number(f.bitrate) == 0 {
		f.bitrate = sum
	}
	bits := (f.end - f.start) * 8
	if f.video.str("dataformat") != "" && f.video.num("bitrate") == 0 {
		if a := f.audio.num("bitrate"); a > 0 && a == number(f.bitrate) && number(f.seconds) > 0 {
			f.bitrate = roundFloat(number(div(bits, f.seconds)))
			f.video.set("bitrate", minus(f.bitrate, f.audio.Lookup("bitrate")))
		}
	}
	if number(f.seconds) <= 0 && number(f.bitrate) != 0 {
		f.seconds = div(bits, f.bitrate)
	}
	if f.bitrate == nil && number(f.seconds) != 0 {
		f.bitrate = div(bits, f.seconds)
	}
	if f.bitrate != nil && f.audio.num("bitrate") == 0 && f.video.num("bitrate") == 0 {
		switch {
		case f.audio.has("dataformat") && f.video.num("resolution_x") == 0:
			f.audio.set("bitrate", f.bitrate)
		case f.video.has("resolution_x") && f.audio.empty("dataformat"):
			f.video.set("bitrate", f.bitrate)
		}
	}
}

// plus and minus are PHP's: whole where both are.
func plus(a, b any) any {
	i, iok := a.(int64)
	j, jok := b.(int64)
	if (iok || a == nil) && (jok || b == nil) {
		return i + j
	}
	return number(a) + number(b)
}

func minus(a, b any) any {
	i, iok := a.(int64)
	j, jok := b.(int64)
	if iok && jok {
		return i - j
	}
	return number(a) - number(b)
}

func roundFloat(f float64) any { return math.Round(f) }
