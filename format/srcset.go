package format

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxSrcsetWidth is how wide the files in a srcset may be, in pixels, apart
// from the one the image shows: the default of max_srcset_image_width.
const MaxSrcsetWidth = 2048

// ImageFile is one file of an image.
type ImageFile struct {
	Name          string // of the size
	File          string // without directories
	Width, Height int    // pixels
	MIME          string
}

// ImageMeta is what WordPress stores about an image (wp_get_attachment_metadata).
type ImageMeta struct {
	Width, Height int    // pixels
	File          string // below the uploads directory
	Original      string // name of the original, if the file was made of it
	Sizes         []ImageFile
}

// SizeFromMeta returns width and height of a size by name; "full" is the whole
// image: _wp_get_image_size_from_meta.
func (m ImageMeta) SizeFromMeta(name string) (w, h int, ok bool) {
	if name == "full" {
		return m.Width, m.Height, true
	}
	for _, s := range m.Sizes {
		if s.Name == name {
			return s.Width, s.Height, true
		}
	}
	return 0, 0, false
}

// dir is the directory of the file below the uploads, with a slash behind it.
func (m ImageMeta) dir() string {
	i := strings.LastIndexByte(m.File, '/')
	if i < 0 {
		return ""
	}
	dir := strings.TrimRight(m.File[:i], "/")
	if dir == "" {
		dir = "/"
	}
	const old = "wp-content/uploads" // full paths, as they were stored once
	if _, rest, ok := strings.Cut(dir, old); ok {
		dir = strings.TrimLeft(rest, "/")
	}
	if dir == "" || dir == "0" || dir == "." {
		return ""
	}
	return strings.TrimRight(dir, `/\`) + "/"
}

// baseName is the last part of a path, by slashes of both kinds.
func baseName(path string) string {
	path = strings.TrimRight(path, `/\`)
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// Srcset makes the srcset attribute of an image shown at src with a width and
// height, out of the files with its proportions; uploads is their base URL:
// wp_calculate_image_srcset. It is "" if there is not more than one, or if src
// is none of them.
func (m ImageMeta) Srcset(width, height int, src, uploads string) string {
	if len(m.Sizes) == 0 || len(m.File) < 4 || width < 1 {
		return ""
	}
	files := append([]ImageFile(nil), m.Sizes...)
	if !m.animated() {
		files = append(files, ImageFile{Width: m.Width, Height: m.Height, File: baseName(m.File)})
	} else if strings.Contains(src, m.File) {
		return "" // the smaller files do not move
	}
	dir, edit := m.dir(), editMark(baseName(src))
	base := strings.TrimRight(uploads, `/\`) + "/" + dir
	var list srcset
	matched := false
	for _, f := range files {
		isSrc := !matched && strings.Contains(src, dir+f.File)
		matched = matched || isSrc
		if edit != "" && strings.Index(f.File, edit) <= 0 {
			continue
		}
		if f.Width > MaxSrcsetWidth && !isSrc {
			continue
		}
		if SameRatio(width, height, f.Width, f.Height) {
			list.add(source{base + f.File, f.Width}, isSrc)
		}
	}
	if !matched || len(list) < 2 {
		return ""
	}
	return list.String()
}

// animated reports whether the image is a GIF, going by its thumbnail.
func (m ImageMeta) animated() bool {
	for _, s := range m.Sizes {
		if s.Name == "thumbnail" {
			return s.MIME == "image/gif"
		}
	}
	return false
}

// editMark finds -e and thirteen digits in a file name, the mark of an edit.
func editMark(name string) string {
	for i := 0; ; {
		j := strings.Index(name[i:], "-e")
		if j < 0 {
			return ""
		}
		i += j
		if len(name) >= i+15 && allDigits(name[i+2:i+15]) {
			return name[i : i+15]
		}
		i += 2
	}
}

type source struct {
	url   string
	width int
}

// srcset holds one source a width. Core's array is one by width, and a source
// that is put in front replaces the one of its width.
type srcset []source

func (l *srcset) add(s source, front bool) {
	for i := range *l {
		if (*l)[i].width != s.width {
			continue
		}
		if !front {
			(*l)[i] = s
			return
		}
		*l = append((*l)[:i], (*l)[i+1:]...)
		break
	}
	if front {
		*l = append(srcset{s}, *l...)
	} else {
		*l = append(*l, s)
	}
}

func (l srcset) String() string {
	parts := make([]string, len(l))
	for i, s := range l {
		parts[i] = strings.ReplaceAll(s.url, " ", "%20") + " " + strconv.Itoa(s.width) + "w"
	}
	return strings.Join(parts, ", ")
}

// ImageSizes makes the sizes attribute of an image of a width in pixels:
// wp_calculate_image_sizes. Without a width it is "".
func ImageSizes(width int) string {
	if width < 0 {
		width = -width
	}
	if width == 0 {
		return ""
	}
	return fmt.Sprintf("(max-width: %dpx) 100vw, %dpx", width, width)
}

// Matches reports whether the URL of an image is that of one of the files:
// wp_image_file_matches_image_meta.
func (m ImageMeta) Matches(url string) bool {
	if len(m.File) <= 4 {
		return false
	}
	url, _, _ = strings.Cut(url, "?")
	if strings.HasSuffix(url, m.File) {
		return true
	}
	dir := m.dir()
	if m.Original != "" && strings.HasSuffix(url, dir+m.Original) {
		return true
	}
	for _, s := range m.Sizes {
		if strings.HasSuffix(url, dir+s.File) {
			return true
		}
	}
	return false
}
