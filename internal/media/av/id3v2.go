package av

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
)

// id3v2 is one tag while it is read.
type id3v2 struct {
	version int
	unpack  int64 // bytes that compressed frames may still become
	tags    *tags
	covers  []Picture
}

// readID3v2 reads the tag at off, if there is one (ID3v2.2, 2.3, 2.4), and
// moves the start of the sound behind it.
func (f *Info) readID3v2(src *source, off int64) {
	h := src.at(off, 10)
	if len(h) < 10 || string(h[:3]) != "ID3" {
		return
	}
	t := &id3v2{version: int(h[3]), unpack: largest, tags: newTags()}
	if t.version > 4 {
		return
	}
	length := synchsafe(h[6:10])
	frames, flags := length, h[5]
	if t.version == 4 && flags&0x10 != 0 {
		frames -= 10
	}
	b := src.at(off+10, frames)
	if t.version <= 3 && flags&0x80 != 0 {
		b = bytes.ReplaceAll(b, []byte{0xff, 0}, []byte{0xff})
	}
	if flags&0x40 != 0 && t.version >= 3 {
		b = b[min(t.extended(b), len(b)):]
	}
	t.frames(b)
	t.settle()
	f.id3v2, f.start, f.id3v2Size = t.tags, length+10, length+10
	if t.version == 4 && flags&0x10 != 0 && string(src.at(off+10+frames, 3)) == "3DI" {
		f.start += 10
	}
	if len(t.covers) == 0 {
		return
	}
	if !t.covers[0].Sized {
		f.pictures["id3v2"] = t.covers
	} else if len(t.covers[0].Data) > 0 {
		f.Cover = &t.covers[0]
	}
}

func synchsafe(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<7 | int64(c&0x7f)
	}
	return n
}

// extended is the length of the extended header.
func (t *id3v2) extended(b []byte) int {
	if t.version == 3 {
		n := 10 + be(cut(b, 6, 4))
		if be(cut(b, 4, 2))&0x8000 != 0 {
			n += 4
		}
		return int(min(n, int64(len(b))))
	}
	flagBytes := int(be(cut(b, 4, 1)))
	flags, n := be(cut(b, 5, min(flagBytes, 7))), 5+flagBytes
	if flags&0x40 != 0 {
		n++
	}
	if flags&0x20 != 0 {
		n += 1 + int(be(cut(b, n, 1)))
	}
	if flags&0x10 != 0 {
		n += 2
	}
	return n
}

// frameName reports whether b holds a run of letters and digits that can be
// the name of a frame.
func frameName(b []byte, version int) bool {
	n := 3
	if version > 2 {
		n = 4
	}
	for i := 0; i+n <= len(b); i++ {
		ok := b[i] >= 'A' && b[i] <= 'Z'
		for _, c := range b[i+1 : i+n] {
			ok = ok && (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')
		}
		if ok {
			return true
		}
	}
	return false
}

// frames walks through the frames of a tag.
func (t *id3v2) frames(b []byte) {
	for n := 0; len(b) > 0 && n < maxBlocks; n++ {
		head := 10
		if t.version == 2 {
			head = 6
		}
		if len(b) <= head {
			return
		}
		h := b[:head]
		b = b[head:]
		var name string
		var size int64
		var flags int
		if t.version == 2 {
			name, size = string(h[:3]), be(h[3:6])
		} else {
			name, flags = string(h[:4]), int(be(h[8:10]))
			size = t.frameSize(h, b)
		}
		if strings.Trim(name, "\x00") == "" {
			return // padding
		}
		// Some versions of iTunes wrote names of 2.2 into tags of 2.3.
		if len(name) == 4 && (name[3] == ' ' || name[3] == 0) && (frameKeys[name[:3]] != "" || name[:3] == "PIC") {
			name = name[:3]
		} else if !frameName([]byte(name), t.version) {
			if size > int64(len(b)) || !frameName(cut(b, int(size), 4), t.version) {
				return
			}
			b = b[size:]
			continue
		}
		if size > int64(len(b)) {
			return
		}
		t.frame(name, b[:size], flags)
		b = b[size:]
	}
}

// frameSize is the size in the header of a frame. Some programs wrote plain
// numbers into tags of 2.4; such a tag is read on as one of 2.3.
func (t *id3v2) frameSize(h, rest []byte) int64 {
	plain, safe := be(h[4:8]), synchsafe(h[4:8])
	size := safe
	if t.version == 3 {
		size = plain
	}
	if t.version == 4 && size < int64(len(rest))+4 && !frameName(cut(rest, int(size), 4), 4) {
		if plain < int64(len(rest)) && frameName(cut(rest, int(plain), 4), 3) {
			t.version = 3
			return plain
		}
	}
	return size
}

// frame reads one frame, if it is one that is kept.
func (t *id3v2) frame(name string, b []byte, flags int) {
	size := len(b)
	if size == 0 {
		return
	}
	compressed := t.version == 3 && flags&0x80 != 0
	if t.version == 4 {
		compressed = flags&0x08 != 0
		if flags&0x02 != 0 {
			b = bytes.ReplaceAll(b, []byte{0xff, 0}, []byte{0xff})
		}
		if flags&0x01 != 0 {
			b = b[min(4, len(b)):]
		}
	}
	if compressed && len(b) > 4 {
		if plain := t.inflate(b[4:]); len(plain) > 0 {
			b = plain
		}
	}
	if len(b) == 0 {
		return
	}
	key := frameKeys[name]
	if key != "" && len(b) > longestText {
		b = b[:longestText]
	}
	switch {
	case name == "APIC" || name == "PIC":
		if len(t.covers) == 0 {
			t.picture(b, name == "PIC" && t.version == 2, size)
		}
	case key == "":
	case name == "TXXX" || name == "TXX":
		enc, term := t.encoding(b[0])
		_, text := split(b[1:], term)
		if text = unterminated(text, term); !none(text) {
			t.tags.add(key, phpTrim(decode(text, enc)))
		}
	case name == "WXXX" || name == "WXX":
		_, term := t.encoding(b[0])
		if _, url := split(b[1:], term); len(url) > 0 {
			t.tags.add(key, latin1(string(url)))
		}
	case name == "COMM" || name == "COM" || name == "USLT" || name == "ULT":
		enc, term := t.encoding(b[0])
		if len(b) < 4+len(term) || len(b) < 5 {
			return
		}
		_, text := split(b[4:], term)
		if text = unterminated(text, term); !none(text) {
			t.tags.add(key, decode(text, enc))
		}
	case name == "USER":
		enc, _ := t.encoding(b[0])
		if text := unterminated(cut(b, 4, len(b)), terminator(b[0])); !none(text) {
			t.tags.add(key, decode(text, enc))
		}
	case name[0] == 'T':
		t.text(key, b)
	case name[0] == 'W':
		if url := phpTrim(string(b)); url != "" {
			t.tags.add(key, latin1(url))
		}
	}
}

// inflate unpacks a compressed frame.
func (t *id3v2) inflate(b []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, t.unpack))
	t.unpack -= int64(len(out))
	if err != nil {
		return nil
	}
	return out
}

// text reads a frame with one text or several.
func (t *id3v2) text(key string, b []byte) {
	enc := b[0]
	text := unterminated(b[1:], terminator(enc))
	if none(text) {
		return
	}
	word := len(terminator(enc))
	zero := make([]byte, word)
	from := 0
	add := func(part []byte) {
		if s := decode(part, enc); s != "" && s != "0" {
			t.tags.add(key, s)
		}
	}
	i := 0
	for ; i < len(text); i += word {
		if bytes.Equal(cut(text, i, word), zero) {
			add(text[from:i])
			from = i + word
		}
	}
	add(cut(text, from, len(text)))
}

// picture reads a frame with a cover; old is the way of ID3v2.2.
func (t *id3v2) picture(b []byte, old bool, size int) {
	_, term := t.encoding(b[0])
	at := 1
	switch {
	case old && strings.EqualFold(string(cut(b, 1, 3)), "ima"), !old:
		at += max(bytes.IndexByte(b[1:], 0), 0) + 1
	default:
		at = 4
	}
	at++ // the kind of picture
	p := Picture{Sized: !old}
	if at >= min(size, len(b)) {
		t.covers = append(t.covers, p)
		return
	}
	_, p.Data = split(b[at:], term)
	p.MIME, p.Width, p.Height = pictureType(p.Data)
	t.covers = append(t.covers, p)
}

// encoding is the encoding of a text and what ends it. A number that the
// version does not know ends texts with one zero.
func (t *id3v2) encoding(n byte) (byte, []byte) {
	if t.version <= 3 && n > 1 || n > 3 {
		return n, []byte{0}
	}
	return n, terminator(n)
}

func terminator(enc byte) []byte {
	if enc == 1 || enc == 2 || enc == 255 {
		return []byte{0, 0}
	}
	return []byte{0}
}

// split parts a description from what follows. Without an end the description
// is nothing and one terminator's length is lost, as with the tool.
func split(b, term []byte) (description, rest []byte) {
	i := bytes.Index(b, term)
	if i < 0 {
		return nil, cut(b, len(term)-1, len(b))
	}
	if next := i + len(term); next < len(b) && b[next] == 0 {
		i++ // half of a character before the end
	}
	return b[:i], cut(b, i+len(term), len(b))
}

func unterminated(b, term []byte) []byte { return bytes.TrimSuffix(b, term) }

// none is PHP's empty() of a text.
func none(b []byte) bool { return len(b) == 0 || string(b) == "0" }

// settle parts what is kept in one text: kinds of music, "3/12" and dates.
func (t *id3v2) settle() {
	if list, ok := t.tags.values["genre"]; ok {
		var out []any
		for _, v := range list {
			for _, g := range t.genreList(v.(string)) {
				out = append(out, g)
			}
		}
		t.tags.values["genre"] = out
	}
	for i, v := range t.tags.values["track_number"] {
		if n, rest, ok := strings.Cut(v.(string), "/"); ok {
			t.tags.values["track_number"][i] = n
			total, _, _ := strings.Cut(rest, "/")
			t.tags.add("totaltracks", total)
		}
	}
	if list := t.tags.values["recording_time"]; len(list) > 0 && t.tags.values["year"] == nil {
		when := phpTrim(list[0].(string))
		if len(when) >= 4 && strings.Trim(when[:4], "0123456789") == "" {
			t.tags.add("year", when[:4])
		}
	}
}

// slashed are kinds of music whose names have a slash.
var slashed = []string{"Pop/Funk", "Cut-up/DJ", "RnB/Swing", "Funk / Soul"}

// genreList parts a text like "(21)", "(4)Eurodisco", "17", "Rock/Pop".
func (t *id3v2) genreList(s string) []string {
	if t.version == 3 && !strings.Contains(s, "\x00") {
		if strings.Contains(s, "/") {
			s = strings.ReplaceAll(s, "/", "\x00")
			for _, name := range slashed {
				broken := strings.ReplaceAll(name, "/", "\x00")
				for i := 0; i+len(broken) <= len(s); i++ {
					if strings.EqualFold(s[i:i+len(broken)], broken) {
						s = s[:i] + name + s[i+len(broken):]
					}
				}
			}
		}
		s = strings.ReplaceAll(s, ";", "\x00")
	}
	if !strings.Contains(s, "\x00") {
		s = numbered(s)
	}
	var out []string
	for part := range strings.SplitSeq(s, "\x00") {
		part = phpTrim(part)
		switch {
		case part == "" || part == "0":
		case len(part) <= 3 && strings.Trim(part, "0123456789") == "":
			out = append(out, genres[int(atoi(part))])
		default:
			out = append(out, strings.ReplaceAll(part, "((", "("))
		}
	}
	return out
}

// numbered takes numbers out of their brackets, each a part of its own.
func numbered(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '(' {
			n := strings.IndexByte(s[i:min(i+5, len(s))], ')')
			if n >= 2 && n <= 4 && strings.Trim(s[i+1:i+n], "0123456789") == "" {
				out.WriteString(s[i+1:i+n] + "\x00")
				i += n
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
