// Package av reads what sound and film files say of themselves, in the words
// and with the faults of the tool that WordPress asks (getID3, behind
// wp_read_audio_metadata and wp_read_video_metadata): the same keys in the same
// order with the same PHP types, because that is what WordPress stores and
// clients show. It reads MP3 with its tags, MP4 and QuickTime, WAV, AVI and
// AIFF, Ogg (Vorbis, Opus, Speex, FLAC, Theora), FLAC, Matroska and WebM; of
// other formats it tells the type where it knows it.
//
// Files come from strangers: every read is bounded, every loop moves forward,
// and a read that would need more than a file may ask for ends the reading with
// what was found so far.
package av

import (
	"io"
	"math"

	"github.com/platenhq/platen/phpserialize"
)

// Picture is a cover that a file carries.
type Picture struct {
	Data []byte
	MIME string // as it was recognised or, where nothing was, as the file says; may be ""
	// Width and Height are set, and stored, only for pictures of ID3v2 tags
	// (Sized); they are 0 when the picture is not recognised.
	Width, Height int
	Sized         bool
}

// Info is what was found in a file.
type Info struct {
	// Cover is the picture, nil for none.
	Cover *Picture

	size       int64
	format     string // getID3's fileformat
	mime       string
	start, end int64 // of the sound or film within the file
	audio      *bag
	video      *bag
	bitrate    any // of all together, nil for unknown
	seconds    any // nil for unknown
	created    *int64
	id3v1      *tags
	id3v2      *tags
	id3v2Size  int64
	mpeg       *mpegAudio
	pictures   map[string][]Picture // by the kind of tag
	within     bool                 // whether this is a track of another file
}

// bag is a PHP array with string keys.
type bag struct{ *phpserialize.Array }

func newBag() *bag { return &bag{&phpserialize.Array{}} }

// set stores a value; nil, what a division by zero gives, is nothing.
func (b *bag) set(key string, v any) {
	if v != nil {
		b.Put(key, v)
	}
}

func (b *bag) has(key string) bool { return b.Has(phpserialize.StrKey(key)) }

func (b *bag) drop(key string) { b.Delete(phpserialize.StrKey(key)) }

func (b *bag) clone() *bag { return &bag{b.Clone()} }

// str is a text of the bag, "" for none.
func (b *bag) str(key string) string {
	s, _ := b.Lookup(key).(string)
	return s
}

// num is a number of the bag, 0 for none.
func (b *bag) num(key string) float64 { return number(b.Lookup(key)) }

// empty is PHP's empty() of an element.
func (b *bag) empty(key string) bool {
	switch v := b.Lookup(key).(type) {
	case nil:
		return true
	case string:
		return v == "" || v == "0"
	case bool:
		return !v
	}
	return b.num(key) == 0
}

// number is the value of a PHP number, 0 for what is none.
func number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// div is PHP's division: a whole number where two whole numbers divide without
// rest. Nothing is divided by zero: that is nil.
func div(a, b any) any {
	i, iok := a.(int64)
	j, jok := b.(int64)
	if iok && jok && j != 0 && i%j == 0 {
		return i / j
	}
	if number(b) == 0 {
		return nil
	}
	return number(a) / number(b)
}

// mul is PHP's multiplication.
func mul(a, b any) any {
	i, iok := a.(int64)
	j, jok := b.(int64)
	if iok && jok && (i == 0 || math.Abs(float64(i))*math.Abs(float64(j)) < 1<<62) {
		return i * j
	}
	return number(a) * number(b)
}

// smallest is the size below which nothing but tags is looked for: the tool
// gives up on shorter files when it looks for a tag at their end.
const smallest = 170

// Read reads a file of size bytes. Its name decides only for *.mp3 files that
// do not begin like one.
func Read(r io.ReaderAt, size int64, name string) *Info {
	f := &Info{size: size, end: size, audio: newBag(), video: newBag(), pictures: map[string][]Picture{}}
	f.audio.set("dataformat", "")
	f.video.set("dataformat", "")
	src := newSource(r, size)
	f.readID3v2(src, 0)
	f.readID3v1(src)
	if size >= smallest {
		f.readEndTags(src)
		f.analyse(src, name)
	}
	f.cleanUp()
	return f
}

// analyse finds the format and reads it.
func (f *Info) analyse(src *source, name string) {
	head := src.at(f.start, formatTest)
	kind, ok := formatOf(head, name)
	if !ok || kind.refuseTags && (f.id3v1 != nil || f.id3v2 != nil) {
		return
	}
	f.mime = kind.mime
	if kind.read == nil {
		return
	}
	if !kind.read(f, src) {
		return
	}
	f.takePicture()
	f.calculate()
}

// takePicture chooses the cover among those of the file's tags: one of ID3v2
// first, then in the order in which the tool collects tags.
func (f *Info) takePicture() {
	if f.Cover != nil {
		return
	}
	for _, kind := range []string{"ogg", "quicktime", "id3v2", "ape", "matroska", "flac"} {
		if p := f.pictures[kind]; len(p) > 0 {
			if len(p[0].Data) > 0 {
				f.Cover = &p[0]
			}
			return
		}
	}
}

// cleanUp removes what was found to be empty.
func (f *Info) cleanUp() {
	for _, b := range []*bag{f.audio, f.video} {
		for _, key := range []string{"dataformat", "bits_per_sample", "encoder_options", "bitrate"} {
			if b.has(key) && b.empty(key) {
				b.drop(key)
			}
		}
		b.drop("streams")
	}
}
