package media

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/platenhq/platen/format"
)

// subSizeName is how the names of generated files end.
var subSizeName = regexp.MustCompile(`-(?:[0-9]+x[0-9]+|scaled|rotated)$`)

// splitExt splits a name at its last dot; ext has the dot, "" where nothing
// follows it (pathinfo).
func splitExt(name string) (stem, ext string) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return name, ""
	}
	if i == len(name)-1 {
		return name[:i], ""
	}
	return name[:i], name[i:]
}

// convertedTypes are the types whose sizes are made in another type. A file of
// the other type must not have the same name.
var convertedTypes = []struct{ from, to string }{
	{"image/heic", "image/jpeg"}, {"image/heif", "image/jpeg"},
	{"image/heic-sequence", "image/jpeg"}, {"image/heif-sequence", "image/jpeg"},
}

// UniqueName finds a free name in a directory of the uploads for a file that
// is called filename: it is made safe and numbered where it is in use, or
// could be taken for a generated size, or where generated sizes of such a name
// are there (wp_unique_filename). allowed are the types users may upload.
func UniqueName(ctx context.Context, s Storage, dir, filename string, allowed format.FileTypes) (string, error) {
	filename = format.SanitizeFileName(filename, allowed)
	if filename == "" {
		return "", ErrName
	}
	u := uniqueName{ctx: ctx, s: s, dir: dir, name: filename}
	return u.find(allowed)
}

type uniqueName struct {
	ctx    context.Context
	s      Storage
	dir    string
	name   string
	number int // 0: none yet
}

func (u *uniqueName) exists(name string) bool { return Exists(u.ctx, u.s, path.Join(u.dir, name)) }

// bump gives a name ending in ext the next number in place of the present one.
func (u *uniqueName) bump(name, ext string, next int) string {
	stem := strings.TrimSuffix(name, ext)
	if u.number > 0 {
		stem = strings.TrimSuffix(stem, "-"+strconv.Itoa(u.number))
	}
	return stem + "-" + strconv.Itoa(next) + ext
}

// mostNumbers bounds the search for a free number.
const mostNumbers = 10000

func (u *uniqueName) find(allowed format.FileTypes) (string, error) {
	stem, ext := splitExt(u.name)
	if subSizeName.MatchString(stem) {
		u.name = stem + "-1" + ext
		u.number = 1
	}
	lowExt := strings.ToLower(ext)
	lower := func(name string) string { return strings.TrimSuffix(name, ext) + lowExt }
	for u.exists(u.name) || lowExt != ext && u.exists(lower(u.name)) {
		if u.number >= mostNumbers {
			return "", fmt.Errorf("media: no free number for %s: %w", u.name, ErrTaken)
		}
		u.name = u.bump(u.name, ext, u.number+1)
		u.number++
	}
	u.name = lower(u.name)
	files, err := u.s.List(u.ctx, u.dir)
	if err != nil {
		return "", err
	}
	for range len(files) + 1 {
		if !hasSubSizes(u.name, files) {
			break
		}
		u.name = u.bump(u.name, lowExt, u.number+1)
		u.number++
	}
	u.avoidConverted(lowExt, files, allowed)
	return u.name, nil
}

// hasSubSizes reports whether generated files of a name are among files.
func hasSubSizes(name string, files []string) bool {
	stem, ext := splitExt(name)
	if stem == "" {
		return false
	}
	stem, ext = strings.ToLower(stem), strings.ToLower(ext)
	for _, f := range files {
		f = strings.ToLower(f)
		if len(f) <= len(stem)+len(ext) || !strings.HasPrefix(f, stem+"-") || !strings.HasSuffix(f, ext) {
			continue
		}
		if loc := subSizeName.FindStringIndex(strings.TrimSuffix(f, ext)); loc != nil && loc[0] == len(stem) {
			return true
		}
	}
	return false
}

// avoidConverted numbers a name on when a file of that name is there whose
// sizes are made in the type of this one, or the other way round.
func (u *uniqueName) avoidConverted(ext string, files []string, allowed format.FileTypes) {
	_, mime, ok := allowed.Check(u.name)
	if !ok {
		return
	}
	target, others := "", []string{}
	for _, c := range convertedTypes {
		if c.from == mime {
			target = c.to
		}
	}
	for _, c := range convertedTypes {
		if c.from != mime && (c.to == mime || target != "" && c.to == target) {
			others = append(others, c.from)
		}
	}
	if target != "" {
		others = append(others, target)
	}
	known := format.KnownFileTypes()
	taken := func() bool {
		for _, other := range others {
			name := strings.TrimSuffix(u.name, ext) + "." + known.DefaultExtension(other)
			if u.exists(name) || hasSubSizes(name, files) {
				return true
			}
		}
		return target != "" && (u.exists(u.name) || hasSubSizes(u.name, files))
	}
	for range len(files) + 1 {
		if len(others) == 0 || !taken() {
			return
		}
		u.name = u.bump(u.name, ext, u.number+1)
		u.number++
	}
}
