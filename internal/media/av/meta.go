package av

import (
	"math"
	"strings"

	"github.com/platenhq/platen/phpserialize"
)

// Audio is what WordPress keeps of a sound file (wp_read_audio_metadata),
// without the bytes of the cover. clean cleans a text of the file's tags
// (wp_kses_post).
func (f *Info) Audio(clean func(string) string) *phpserialize.Array {
	m := f.audio.Clone()
	if f.format != "" {
		m.Put("fileformat", f.format)
	}
	f.putFile(m)
	f.putTags(m, clean)
	return storable(m)
}

// Video is what WordPress keeps of a film (wp_read_video_metadata), without
// the bytes of the cover.
func (f *Info) Video(clean func(string) string) *phpserialize.Array {
	m, v := &phpserialize.Array{}, f.video
	if v.has("lossless") {
		m.Put("lossless", v.Lookup("lossless"))
	}
	if v.num("bitrate") != 0 {
		m.Put("bitrate", truncate(v.Lookup("bitrate")))
	}
	putText := func(key, from string) {
		if s := v.str(from); s != "" && s != "0" {
			m.Put(key, s)
		}
	}
	putText("bitrate_mode", "bitrate_mode")
	f.putFile(m)
	for key, from := range orderedSize {
		if n := truncate(v.Lookup(from)); v.num(from) != 0 {
			m.Put([]string{"width", "height"}[key], n)
		}
	}
	if f.format != "" {
		m.Put("fileformat", f.format)
	}
	putText("dataformat", "dataformat")
	putText("encoder", "encoder")
	putText("codec", "codec")
	if f.audio.Len() > 0 {
		m.Put("audio", storable(f.audio.Clone()))
	}
	f.putTags(m, clean)
	return storable(m)
}

// storable makes texts of m such that a table takes them.
func storable(m *phpserialize.Array) *phpserialize.Array {
	for k, v := range m.All() {
		if s, ok := v.(string); ok {
			m.Set(k, valid(s[:min(len(s), longestText)]))
		}
	}
	return m
}

// orderedSize are the keys of width and height.
var orderedSize = []string{"resolution_x", "resolution_y"}

// putFile stores size, type and length.
func (f *Info) putFile(m *phpserialize.Array) {
	if f.size != 0 {
		m.Put("filesize", f.size)
	}
	if f.mime != "" {
		m.Put("mime_type", f.mime)
	}
	if s := number(f.seconds); s != 0 {
		m.Put("length", truncate(math.Round(s)))
		m.Put("length_formatted", playtime(s))
	}
}

// putTags stores the moment of making, the texts of the tags, and what is known
// of the cover.
func (f *Info) putTags(m *phpserialize.Array, clean func(string) string) {
	if f.created != nil && !m.Has(phpserialize.StrKey("created_timestamp")) {
		m.Put("created_timestamp", *f.created)
	}
	for _, t := range []*tags{f.id3v2, f.id3v1} {
		if t != nil && len(t.keys) > 0 {
			t.store(m, clean)
			break
		}
	}
	if terms, _ := m.Lookup("terms_of_use").(string); strings.HasPrefix(terms, "yright notice.") {
		m.Put("terms_of_use", "Cop"+terms)
	}
	if p := f.Cover; p != nil {
		image := &phpserialize.Array{}
		image.Put("mime", p.MIME)
		if p.Sized {
			size := func(n int) any {
				if n == 0 {
					return nil
				}
				return int64(n)
			}
			image.Put("width", size(p.Width)).Put("height", size(p.Height))
		}
		m.Put("image", image)
	}
}

// truncate is PHP's (int).
func truncate(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		if math.Abs(v) < 1<<62 {
			return int64(v)
		}
	}
	return 0
}
