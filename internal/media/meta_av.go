package media

import (
	"io"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media/av"
	"github.com/platenhq/platen/phpserialize"
)

// Cover is a picture that a sound or film file carries.
type Cover = av.Picture

// ReadAVMeta reads what a sound file (wp_read_audio_metadata) or, with film, a
// film (wp_read_video_metadata) says of itself, in the words of the metadata
// that WordPress keeps of it, and its cover, nil for none. The name decides
// only for *.mp3 files that do not begin like one.
func ReadAVMeta(r io.ReaderAt, size int64, name string, film bool) (*phpserialize.Array, *Cover) {
	kses := format.NewKses(format.KsesPost, "")
	info := av.Read(r, size, name)
	if film {
		return info.Video(kses.Filter), info.Cover
	}
	return info.Audio(kses.Filter), info.Cover
}
