package av

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// readFLAC reads a FLAC file.
func readFLAC(f *Info, src *source) bool {
	if string(src.at(f.start, 4)) != "fLaC" {
		return true
	}
	f.format = "flac"
	f.audio.set("dataformat", "flac")
	f.audio.set("bitrate_mode", "vbr")
	f.audio.set("lossless", true)
	f.flacBlocks(src, f.start)
	return true
}

// maxBlocks bounds the blocks and boxes of one file that are looked at.
const maxBlocks = 20000

// flacBlocks reads the blocks of metadata from at on.
func (f *Info) flacBlocks(src *source, at int64) {
	var comments *vorbisComments
	bits := int64(0)
	for range maxBlocks {
		h := src.at(at, 4)
		if len(h) == 4 && string(h) == "fLaC" {
			at += 4
			continue
		}
		if len(h) < 4 {
			break
		}
		last, kind, n := h[0]&0x80 != 0, h[0]&0x7f, be(h[1:4])
		if at+4+n > f.end {
			break
		}
		if n == 0 {
			if kind > 6 || last {
				break
			}
			at += 4
			continue
		}
		b := src.at(at+4, n)
		switch kind {
		case 0:
			if bits = f.flacStream(b); bits == 0 {
				return
			}
		case 4:
			comments = readComments(b)
			f.addPictures("flac", comments.pictures)
		case 6:
			if p, ok := flacPicture(b); ok {
				f.addPictures("flac", []Picture{p})
			}
		}
		at += 4 + n
		f.start = at
		if last {
			break
		}
	}
	if comments != nil && comments.vendor != "" {
		f.audio.set("encoder", strings.ReplaceAll(comments.vendor, "reference ", ""))
	}
	if bits > 0 {
		f.audio.set("bits_per_sample", bits)
	}
}

func (f *Info) addPictures(kind string, p []Picture) {
	if len(f.pictures[kind]) == 0 { // only the first is looked at
		f.pictures[kind] = p[:min(len(p), 1)]
	}
}

// flacStream reads the block that describes the sound; it returns the bits of a
// sample, 0 for none.
func (f *Info) flacStream(b []byte) int64 {
	v := be(cut(b, 10, 8))
	rate, channels, bits, samples := int64(uint64(v)>>44), v>>41&7+1, v>>36&31+1, v&(1<<36-1)
	if rate == 0 {
		return 0
	}
	f.audio.set("bitrate_mode", "vbr")
	f.audio.set("sample_rate", rate)
	f.audio.set("channels", channels)
	f.audio.set("bits_per_sample", bits)
	f.seconds = div(samples, rate)
	if samples > 0 && f.format == "flac" && !f.within {
		f.audio.set("bitrate", div((f.end-f.start)*8, f.seconds))
	}
	return bits
}

// flacPicture reads a block with a picture.
func flacPicture(b []byte) (Picture, bool) {
	n := int(be(cut(b, 4, 4)))
	if n < 0 || n > len(b) {
		return Picture{}, false
	}
	p := Picture{MIME: valid(string(cut(b, 8, n)))}
	at := 8 + n
	n = int(be(cut(b, at, 4)))
	if n < 0 || n > len(b) {
		return Picture{}, false
	}
	at += 4 + n + 16
	n = int(be(cut(b, at, 4)))
	p.Data = cut(b, at+4, min(n, len(b)))
	return p, len(p.Data) > 0
}

// vorbisComments are the texts of Vorbis, Opus, Speex and FLAC.
type vorbisComments struct {
	vendor   string
	pictures []Picture
	size     int64 // of the whole, in bytes
}

const maxComments = 10000

func readComments(b []byte) *vorbisComments {
	c := &vorbisComments{}
	full := int64(len(b))
	next := func() []byte {
		n := le(cut(b, 0, 4))
		b = b[min(4, len(b)):]
		part := b[:min(n, int64(len(b)))]
		b = b[len(part):]
		return part
	}
	c.vendor = valid(string(next()))
	count := le(cut(b, 0, 4))
	b = b[min(4, len(b)):]
	for range min(count, maxComments) {
		if len(b) == 0 {
			break
		}
		key, value, ok := bytes.Cut(next(), []byte("="))
		if !ok {
			continue
		}
		switch strings.ToUpper(string(key)) {
		case "METADATA_BLOCK_PICTURE":
			if data, err := base64.StdEncoding.DecodeString(string(value)); err == nil {
				if p, ok := flacPicture(data); ok && len(c.pictures) == 0 {
					c.pictures = append(c.pictures, p)
				}
			}
		case "COVERART":
			if data, err := base64.StdEncoding.DecodeString(string(value)); err == nil {
				if mime, _, _ := pictureType(data); mime != "" {
					c.pictures = append(c.pictures, Picture{Data: data, MIME: mime})
				}
			}
		}
	}
	c.size = full - int64(len(b))
	return c
}
