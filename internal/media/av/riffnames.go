package av

// waveCodecs are the names that getID3 has for the formats of samples.
var waveCodecs = map[int64]string{
	0x0000: "Microsoft Unknown Wave Format", 0x0001: "Pulse Code Modulation (PCM)", 0x0002: "Microsoft ADPCM", 0x0003: "IEEE Float",
	0x0006: "Microsoft A-Law", 0x0007: "Microsoft mu-Law", 0x0008: "Microsoft DTS", 0x0010: "OKI ADPCM",
	0x0011: "Intel DVI/IMA ADPCM", 0x0012: "Videologic MediaSpace ADPCM", 0x0014: "Antex Electronics G.723 ADPCM",
	0x0015: "DSP Solutions DigiSTD", 0x0016: "DSP Solutions DigiFIX", 0x0017: "Dialogic OKI ADPCM", 0x0020: "Yamaha ADPCM",
	0x0022: "DSP Group TrueSpeech", 0x0030: "Dolby AC2", 0x0031: "Microsoft GSM 6.10", 0x0040: "Antex Electronics G.721 ADPCM",
	0x0041: "G.728 CELP", 0x0042: "MSG723", 0x0050: "MPEG Layer-2 or Layer-1", 0x0055: "MPEG Layer-3", 0x0059: "Lucent G.723",
	0x0064: "G.726 ADPCM", 0x0065: "G.722 ADPCM", 0x0083: "G.729A", 0x0085: "DF G.726", 0x0092: "Dolby AC3 SPDIF", 0x00ff: "AAC",
	0x0101: "IBM mu-law", 0x0102: "IBM A-law", 0x0103: "IBM AVC Adaptive Differential Pulse Code Modulation (ADPCM)",
	0x0160: "Microsoft Audio 1", 0x0161: "Windows Media Audio V7 / V8 / V9", 0x0162: "Windows Media Audio Professional V9",
	0x0163: "Windows Media Audio Lossless V9", 0x0200: "Creative Labs ADPCM", 0x0270: "Sony SCX", 0x0401: "Intel Music Coder",
	0x0450: "QDesign Music", 0x2000: "Dolby AC3", 0x2001: "Dolby DTS", 0x674f: "Ogg Vorbis 1", 0x6750: "Ogg Vorbis 2",
	0x6751: "Ogg Vorbis 3", 0x676f: "Ogg Vorbis 1+", 0x6770: "Ogg Vorbis 2+", 0x6771: "Ogg Vorbis 3+",
	0x7a21: "GSM-AMR (CBR, no SID)", 0x7a22: "GSM-AMR (VBR, including SID)", 0xfffe: "WAVE_FORMAT_EXTENSIBLE",
	0xffff: "WAVE_FORMAT_DEVELOPMENT",
}

// fourccNames are the names that it has for the formats of film in AVI.
var fourccNames = map[string]string{
	"cvid": "Radius Cinepak", "DIV3": "DivX ;-) MPEG-4 v3.x Low-Motion", "DIV4": "DivX ;-) MPEG-4 v3.x Fast-Motion",
	"DIVX": "DivX MPEG-4 v4 (OpenDivX / Project Mayo)", "dvsd": "IEC 61834 and SMPTE 314M DVC/DV Video",
	"DVSD": "IEC 61834 and SMPTE 314M DVC/DV Video", "DX50": "DivX v5", "FLV1": "Sorenson Spark",
	"H263": "Intel ITU H.263 Videoconferencing", "H264": "Intel ITU H.264 Videoconferencing", "HFYU": "Huffman Lossless Codec",
	"I420": "Intel Indeo 4", "IRAW": "Intel YUV Uncompressed", "IV41": "Ligos Indeo Interactive 4.1",
	"IV50": "Ligos Indeo Interactive 5.0", "MP4V": "FFmpeg MPEG-4", "MJPG": "Microsoft Motion JPEG DIB",
	"MP42": "Microsoft MPEG-4 (low-motion)", "MP43": "Microsoft MPEG-4 (fast-motion)",
	"MPG4": "Microsoft MPEG-4 Video High Speed Compressor", "MSVC": "Microsoft Video 1", "VP60": "On2 VP6", "VP80": "On2 VP8",
	"WMV1": "Windows Media Video V7", "WMV2": "Windows Media Video V8", "WMV3": "Windows Media Video V9",
	"XVID": "XviD MPEG-4 (www.xvid.org)", "YUY2": "Uncompressed YUV 4:2:2",
}
