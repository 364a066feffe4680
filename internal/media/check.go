package media

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
)

func validJSON(b []byte) bool { return json.Valid(b) }

// imageExtensions are the extensions that images get which are not what their
// names say.
var imageExtensions = map[string]string{
	"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp", "image/tiff": "tif", "image/webp": "webp", "image/avif": "avif",
	"image/heic": "heic", "image/heif": "heic", "image/heic-sequence": "heic", "image/heif-sequence": "heic",
}

// CheckType decides whether a file may be stored under a name, by both its
// extension and what it really is: wp_check_filetype_and_ext. It returns the
// name it should have (an image with another image's extension is renamed) and
// its media type. ok is false for what is refused: types that are not in
// allowed, and content that is not what the extension promises.
func CheckType(r io.ReaderAt, filename string, allowed format.FileTypes) (name, mime string, ok bool, err error) {
	ext, mime, ok := allowed.Check(filename)
	if !ok {
		return filename, "", false, nil
	}
	name = filename
	if strings.HasPrefix(mime, "image/") {
		b, err := head(r, 512)
		if err != nil {
			return name, "", false, err
		}
		found := ImageType(b)
		if found == "image/vnd.microsoft.icon" && mime == "image/x-icon" {
			return name, mime, true, nil
		}
		switch {
		case found == "":
		case found == mime && !slices.Contains([]string{"heif", "heics", "heifs"}, ext):
			return name, mime, true, nil
		case imageExtensions[found] != "":
			name = name[:strings.LastIndexByte(name, '.')+1] + imageExtensions[found]
			_, mime, ok = allowed.Check(name)
			return name, mime, ok, nil
		}
	}
	found, err := Sniff(r)
	if err != nil {
		return name, "", false, err
	}
	if !fits(mime, found) {
		return name, "", false, nil
	}
	return name, mime, true, nil
}

// fits reports whether content that was found to be of one type may pass for
// the type that a name promises.
func fits(mime, found string) bool {
	family := func(t string) string { f, _, _ := strings.Cut(t, "/"); return f }
	switch found {
	case "application/octet-stream", "application/encrypted", "application/CDFV2-encrypted", "application/zip":
		return slices.Contains([]string{"application", "video", "audio"}, family(mime))
	case "text/plain":
		return slices.Contains([]string{"text/plain", "text/csv", "application/csv", "text/richtext", "text/tsv", "text/vtt"}, mime)
	case "application/csv":
		return slices.Contains([]string{"text/csv", "text/plain", "application/csv"}, mime)
	case "text/rtf":
		return slices.Contains([]string{"text/rtf", "text/plain", "application/rtf"}, mime)
	}
	if f := family(found); f == "video" || f == "audio" {
		return f == family(mime)
	}
	return mime == found
}

// markers are what a browser or a server might run, were it led to believe
// that the image is something else.
var markers = []string{"<script", "<html", "<body", "<svg", "<iframe", "<?php", "<!doctype"}

// Suspicious reports markup or code at the beginning of an image. It may be
// part of a description; then the image can be decoded.
func Suspicious(r io.ReaderAt) bool {
	b, err := head(r, sniffSize)
	if err != nil {
		return true
	}
	low := bytes.ToLower(b)
	return slices.ContainsFunc(markers, func(m string) bool { return bytes.Contains(low, []byte(m)) })
}
