package av

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/platenhq/platen/phpserialize"
)

// tags are the texts of an ID3 tag: each key with all its values, in the order
// in which the keys came first.
type tags struct {
	keys   []string
	values map[string][]any
}

func newTags() *tags { return &tags{values: map[string][]any{}} }

// mostValues is how many values of a key are kept.
const mostValues = 100

func (t *tags) add(key string, v any) {
	if _, ok := t.values[key]; !ok {
		t.keys = append(t.keys, key)
	}
	if len(t.values[key]) < mostValues {
		t.values[key] = append(t.values[key], v)
	}
}

// readID3v1 reads the 128 bytes at the end of a file.
func (f *Info) readID3v1(src *source) {
	if f.size < 128 {
		return
	}
	b := src.at(f.size-128, 128)
	if len(b) == 128 && string(b[:3]) == "TAG" {
		f.end = f.size - 128
		t := newTags()
		field := func(from, n int) string {
			s, _, _ := strings.Cut(string(b[from:from+n]), "\x00")
			return latin1(strings.Trim(s, " \t\n\r\v"))
		}
		t.add("title", field(3, 30))
		t.add("artist", field(33, 30))
		t.add("album", field(63, 30))
		t.add("year", field(93, 4))
		genre := genres[int(b[127])]
		if b[125] == 0 && b[126] != 0 {
			t.add("comment", field(97, 28))
			if genre == "" {
				t.add("genreid", int64(b[127]))
			}
			t.add("track_number", int64(b[126]))
		} else {
			t.add("comment", field(97, 30))
			if genre == "" {
				t.add("genreid", int64(b[127]))
			}
		}
		if genre != "" && genre != "Unknown" {
			t.add("genre", genre)
		}
		f.id3v1 = t
	}
	// Some programs add a tag although there is one.
	if f.size >= 256 {
		b := src.at(f.size-256, 128)
		if len(b) == 128 && string(b[:3]) == "TAG" && string(b[96:104]) != "APETAGEX" && string(b[119:125]) != "LYRICS" {
			f.end -= 128
		}
	}
}

// readEndTags finds APE and Lyrics3 tags, which are not part of the sound.
func (f *Info) readEndTags(src *source) {
	tail := src.at(f.size-170, 170)
	if len(tail) < 170 {
		return
	}
	apeEnd, apeStart := int64(0), int64(0)
	switch {
	case string(tail[10:18]) == "APETAGEX":
		apeEnd = f.size - 128
	case string(tail[138:146]) == "APETAGEX":
		apeEnd = f.size
	}
	if apeEnd > 0 {
		foot := src.at(apeEnd-32, 32)
		if len(foot) == 32 {
			apeStart = apeEnd - le(foot[12:16])
			if le(foot[8:12]) >= 2000 && foot[23]&0x80 != 0 {
				apeStart -= 32
			}
			f.end = apeStart
		}
	}
	size := func(b []byte) int64 {
		n, _ := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 32)
		return n + 15
	}
	end := tail[27:] // 143 bytes: size, mark, ID3v1
	switch {
	case string(end[6:15]) == "LYRICSEND":
		f.end = f.size - 128 - 5100
	case string(end[6:15]) == "LYRICS200":
		f.end = f.size - 128 - size(end[:6])
	case string(end[134:]) == "LYRICSEND":
		f.end = f.size - 5100
	case string(end[134:]) == "LYRICS200":
		f.end = f.size - size(end[128:134])
	}
	f.end = max(f.end, 0)
}

// latin1 is the UTF-8 of ISO 8859-1.
func latin1(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r > 0x7f }) < 0 {
		return s
	}
	var out strings.Builder
	for i := range len(s) {
		out.WriteRune(rune(s[i]))
	}
	return out.String()
}

// store writes the first value of each key, as WordPress does.
func (t *tags) store(m *phpserialize.Array, clean func(string) string) {
	for _, key := range t.keys {
		v := t.values[key]
		if key == "length" || len(v) == 0 {
			continue
		}
		switch v := v[0].(type) {
		case string:
			m.Put(key, clean(v))
		case int64:
			m.Put(key, clean(strconv.FormatInt(v, 10)))
		}
	}
}
