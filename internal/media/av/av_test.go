package av

import (
	"bytes"
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
