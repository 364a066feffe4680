package format

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FileType is a media type and the file name extensions it has, the usual one
// first.
type FileType struct {
	Extensions []string
	MIME       string
}

// FileTypes is an ordered list of file types; where more than one fits, the
// first counts.
type FileTypes []FileType

// Check finds the extension and media type of a file name, the extension as
// written: wp_check_filetype. It looks at the name only.
func (list FileTypes) Check(filename string) (ext, mime string, ok bool) {
	filename = strings.TrimSuffix(filename, "\n")
	low := lowerASCII(filename)
	for _, t := range list {
		for _, e := range t.Extensions {
			if strings.HasSuffix(low, "."+e) {
				return filename[len(filename)-len(e):], t.MIME, true
			}
		}
	}
	return "", "", false
}

// has reports whether ext is one of the extensions, in any case.
func (list FileTypes) has(ext string) bool {
	ext = lowerASCII(ext)
	for _, t := range list {
		if contains(t.Extensions, ext) {
			return true
		}
	}
	return false
}

// DefaultExtension returns the usual extension of a media type, "" if it is not
// in the list: wp_get_default_extension_for_mime_type on KnownFileTypes.
func (list FileTypes) DefaultExtension(mime string) string {
	for _, t := range list {
		if t.MIME == mime {
			return t.Extensions[0]
		}
	}
	return ""
}

// AllowedFileTypes are the types users may upload; HTML and JavaScript only
// those who have the capability unfiltered_html: get_allowed_mime_types.
func AllowedFileTypes(unfilteredHTML bool) FileTypes {
	var list FileTypes
	for _, t := range KnownFileTypes() {
		switch t.Extensions[0] {
		case "swf", "exe":
			continue
		case "htm", "js":
			if !unfilteredHTML {
				continue
			}
		}
		list = append(list, t)
	}
	return list
}

// FileKind says what kind of file an extension stands for: image, audio, video,
// document, spreadsheet, interactive, text, archive or code; "" is unknown
// (wp_ext2type).
func FileKind(ext string) string {
	ext = lowerASCII(ext)
	for _, kind := range FileKinds() {
		if contains(kind.Extensions, ext) {
			return kind.Name
		}
	}
	return ""
}

// fileNameBad are the characters that are dropped from file names.
const fileNameBad = "?[]/\\=<>:;,'\"&$#*()|~`!{}%+’«»”“\x00"

// SanitizeFileName makes a name of an uploaded file one that is safe on disks,
// in URLs and on command lines: sanitize_file_name. An extension in the middle
// that looks like one and is not among allowed gets an underscore, so that no
// server runs x.php.jpg. The extension itself is not judged: see Check.
func SanitizeFileName(name string, allowed FileTypes) string {
	name = RemoveAccents(name, "")
	if !utf8.ValidString(name) {
		base := name[strings.LastIndexByte(strings.TrimRight(name, "/"), '/')+1:]
		base = strings.TrimRight(base, "/")
		ext := ""
		if dot := strings.LastIndexByte(base, '.'); dot >= 0 {
			base, ext = base[:dot], base[dot+1:]
		}
		name = SanitizeTitleWithDashes(base, SlugDisplay) + "." + ext
		if !utf8.ValidString(name) {
			return ""
		}
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Zs, r):
			return ' '
		case strings.ContainsRune(fileNameBad, r):
			return -1
		}
		return r
	}, name)
	name = strings.Trim(collapseFileName(name), ".-_")
	if strings.IndexByte(name, '.') < 0 {
		if ext, _, ok := KnownFileTypes().Check("test." + name); ok && ext == name {
			name = "unnamed-file." + name
		}
	}
	parts := strings.Split(name, ".")
	if len(parts) <= 2 {
		return name
	}
	for i := 1; i < len(parts)-1; i++ {
		if looksLikeExtension(parts[i]) && !allowed.has(parts[i]) {
			parts[i] += "_"
		}
	}
	return strings.Join(parts, ".")
}

// collapseFileName makes one dot of several, and one hyphen of blanks, line
// breaks and hyphens.
func collapseFileName(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if strings.IndexByte(" \t\r\n", c) >= 0 {
			c = '-'
		}
		if n := len(out); n > 0 && out[n-1] == c && (c == '-' || c == '.') {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// looksLikeExtension reports whether s is two to five letters and perhaps a
// digit.
func looksLikeExtension(s string) bool {
	if s != "" && isDigit(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return len(s) >= 2 && len(s) <= 5 && keepBytes(s, isAlpha) == s
}
