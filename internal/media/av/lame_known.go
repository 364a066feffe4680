package av

// lameSettings are the settings by which presets of older versions of LAME are
// recognised; minBitrate -1 stands for any.
type lameSettings struct{ minBitrate, quality, method, shaping, stereo, athType, lowpass int64 }

var lameKnown = map[lameSettings]string{
	{255, 58, 1, 1, 3, 2, 20500}: "--alt-preset insane",
	{255, 58, 1, 1, 3, 2, 20600}: "--alt-preset insane",
	{255, 57, 1, 1, 3, 4, 20500}: "--alt-preset insane",
	{-1, 78, 3, 2, 3, 2, 19500}:  "--alt-preset extreme",
	{-1, 78, 3, 2, 3, 2, 19600}:  "--alt-preset extreme",
	{-1, 78, 3, 1, 3, 2, 19600}:  "--alt-preset extreme",
	{-1, 78, 4, 2, 3, 2, 19500}:  "--alt-preset fast extreme",
	{-1, 78, 4, 2, 3, 2, 19600}:  "--alt-preset fast extreme",
	{-1, 78, 3, 2, 3, 4, 19000}:  "--alt-preset standard",
	{-1, 78, 3, 1, 3, 4, 19000}:  "--alt-preset standard",
	{-1, 78, 4, 2, 3, 4, 19000}:  "--alt-preset fast standard",
	{-1, 78, 4, 1, 3, 4, 19000}:  "--alt-preset fast standard",
	{-1, 88, 4, 1, 3, 3, 19500}:  "--r3mix",
	{-1, 88, 4, 1, 3, 3, 19600}:  "--r3mix",
	{-1, 67, 4, 1, 3, 4, 18000}:  "--r3mix",
	{-1, 68, 3, 2, 3, 4, 18000}:  "--alt-preset medium",
	{-1, 68, 4, 2, 3, 4, 18000}:  "--alt-preset fast medium",
	{255, 99, 1, 1, 1, 2, 0}:     "--preset studio",
	{255, 58, 2, 1, 3, 2, 20600}: "--preset studio",
	{255, 58, 2, 1, 3, 2, 20500}: "--preset studio",
	{255, 57, 2, 1, 3, 4, 20500}: "--preset studio",
	{192, 88, 1, 1, 1, 2, 0}:     "--preset cd",
	{192, 58, 2, 2, 3, 2, 19600}: "--preset cd",
	{192, 58, 2, 2, 3, 2, 19500}: "--preset cd",
	{192, 57, 2, 1, 3, 4, 19500}: "--preset cd",
	{160, 78, 1, 1, 3, 2, 18000}: "--preset hifi",
	{160, 58, 2, 2, 3, 2, 18000}: "--preset hifi",
	{160, 57, 2, 1, 3, 4, 18000}: "--preset hifi",
	{128, 67, 1, 1, 3, 2, 18000}: "--preset tape",
	{128, 67, 1, 1, 3, 2, 15000}: "--preset radio",
	{112, 67, 1, 1, 3, 2, 15000}: "--preset fm",
	{112, 58, 2, 2, 3, 2, 16000}: "--preset tape/radio/fm",
	{112, 57, 2, 1, 3, 4, 16000}: "--preset tape/radio/fm",
	{56, 58, 2, 2, 0, 2, 10000}:  "--preset voice",
	{56, 57, 2, 1, 0, 4, 15000}:  "--preset voice",
	{56, 57, 2, 1, 0, 4, 16000}:  "--preset voice",
	{40, 65, 1, 1, 0, 2, 7500}:   "--preset mw-us",
	{40, 65, 1, 1, 0, 2, 7600}:   "--preset mw-us",
	{40, 58, 2, 2, 0, 2, 7000}:   "--preset mw-us",
	{40, 57, 2, 1, 0, 4, 10500}:  "--preset mw-us",
	{40, 57, 2, 1, 0, 4, 11200}:  "--preset mw-us",
	{40, 57, 2, 1, 0, 4, 8800}:   "--preset mw-us",
	{24, 58, 2, 2, 0, 2, 4000}:   "--preset phon+/lw/mw-eu/sw",
	{24, 58, 2, 2, 0, 2, 3900}:   "--preset phon+/lw/mw-eu/sw",
	{24, 57, 2, 1, 0, 4, 5900}:   "--preset phon+/lw/mw-eu/sw",
	{24, 57, 2, 1, 0, 4, 6200}:   "--preset phon+/lw/mw-eu/sw",
	{24, 57, 2, 1, 0, 4, 3200}:   "--preset phon+/lw/mw-eu/sw",
	{16, 58, 2, 2, 0, 2, 3800}:   "--preset phone",
	{16, 58, 2, 2, 0, 2, 3700}:   "--preset phone",
	{16, 57, 2, 1, 0, 4, 5600}:   "--preset phone",
}

// knownPreset is the preset that the settings are those of, "" for none.
func (t *lameTag) knownPreset() string {
	s := lameSettings{t.minBitrate, t.quality, t.method, t.shaping, t.stereo, t.athType, t.lowpass}
	if name, ok := lameKnown[s]; ok {
		return name
	}
	s.minBitrate = -1
	return lameKnown[s]
}
