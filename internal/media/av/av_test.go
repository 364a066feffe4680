package av

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/phpserialize"
)

// TestSamples compares what is read with what WordPress's tool reads: keys,
// their order, values and their types.
func TestSamples(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("testdata", "want.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(want)) {
		name, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		kind, text, _ := strings.Cut(rest, "\t")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			if got := serialised(t, b, name, strings.HasPrefix(kind, "video/")); got != text {
				t.Errorf("got  %s\nwant %s", got, text)
			}
		})
	}
}

// serialised is the metadata as a table holds it, with the cover's MD5 where
// the tool has its data.
func serialised(t testing.TB, b []byte, name string, film bool) string {
	t.Helper()
	info := Read(bytes.NewReader(b), int64(len(b)), name)
	read := info.Audio
	if film {
		read = info.Video
	}
	m := read(func(s string) string { return s })
	if image, ok := m.Lookup("image").(*phpserialize.Array); ok {
		all := (&phpserialize.Array{}).Put("data", fmt.Sprintf("md5:%x", md5.Sum(info.Cover.Data)))
		for k, v := range image.All() {
			all.Set(k, v)
		}
		m.Put("image", all)
	}
	text, err := phpserialize.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// FuzzRead holds that no file makes a panic, a hang, or metadata that cannot
// be stored.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if b, err := os.ReadFile(name); err == nil && len(b) < 12000 {
			f.Add(b, strings.HasSuffix(name, ".mp3"))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, mp3 bool) {
		name := "a.mp4"
		if mp3 {
			name = "a.mp3"
		}
		text := serialised(t, b, name, !mp3)
		if len(text) > 8*len(b)+4096 {
			t.Errorf("%d bytes of metadata of a file of %d", len(text), len(b))
		}
	})
}

// TestHostile reads files that are made to cost much: the work and what is kept
// stay small.
func TestHostile(t *testing.T) {
	frame := func(name string, flags byte, b []byte) []byte {
		n := len(b)
		return append([]byte{name[0], name[1], name[2], name[3], byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), 0, flags}, b...)
	}
	tag := func(frames []byte) []byte {
		n := len(frames)
		return append([]byte{'I', 'D', '3', 3, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}, append(frames, make([]byte, 400)...)...)
	}
	var zipped bytes.Buffer
	z := zlib.NewWriter(&zipped)
	z.Write(make([]byte, 8<<20))
	z.Close()
	bomb := append([]byte{0, 0x80, 0, 0}, zipped.Bytes()...)
	for name, b := range map[string][]byte{
		"brackets": tag(frame("TCON", 0, bytes.Repeat([]byte("("), 4<<20))),
		"slashes":  tag(frame("TCON", 0, bytes.Repeat([]byte("\x00Pop/Funk"), 1<<19))),
		"values":   tag(frame("TPE1", 0, bytes.Repeat([]byte("a\x00"), 2<<20))),
		"frames":   tag(bytes.Repeat(frame("TIT2", 0, []byte("\x00a")), 300000)),
		"bombs":    tag(bytes.Repeat(frame("TIT2", 0x80, bomb), 300)),
		"covers":   tag(bytes.Repeat(frame("APIC", 0, []byte("\x00\x00\x03\x00x")), 100000)),
		"free":     bytes.Repeat([]byte("\xff\xfb\x00\x64\x00"), 1<<20),
		"sync":     bytes.Repeat([]byte("\xff\xfb\x90\x64"), 1<<20),
		"boxes":    bytes.Repeat([]byte("\x00\x00\x00\x08moov"), 1<<19),
		"ebml":     append([]byte("\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"), bytes.Repeat([]byte("\x19\x41\xa4\x69\x4f\xff\x61\xa7\x4f\xff"), 1<<19)...),
		"pages":    bytes.Repeat([]byte("OggS\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\xff\x01vorbis"), 1<<17),
	} {
		if text := serialised(t, b, name+".mp3", false); len(text) > 2*longestText {
			t.Errorf("%s: %d bytes of metadata", name, len(text))
		}
	}
}
