// Package media keeps and judges uploaded files: what a file really is,
// whether it may be stored and under which name, the sizes an image is made
// in, what its metadata says, and how files are handed out again. It knows no
// database and no site.
//
// A file has a name relative to the uploads ("2026/11/picture.jpg"), with
// slashes, never with "..". Storage decides where that is.
package media

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode/utf8"
)

// The errors of a Storage; test with errors.Is.
var (
	ErrNotFound = fs.ErrNotExist
	ErrTaken    = fs.ErrExist
	// ErrName: the name leaves the uploads or cannot be one.
	ErrName = errors.New("media: not a name of an upload")
)

// Source is a file that is being uploaded: *os.File, multipart.File,
// *bytes.Reader. It is read more than once.
type Source interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// File is a stored file that was opened.
type File interface {
	Source
	io.Closer
}

// Info describes a stored file.
type Info struct {
	Size    int64
	ModTime time.Time
}

// Storage is where uploads are kept: a directory, or an object store. Names
// are checked by the implementation; a bad one is ErrName.
type Storage interface {
	// Put stores what src has from where it stands. Without replace a name
	// that is in use is ErrTaken. A file is there as a whole or not at all.
	Put(ctx context.Context, name string, src io.Reader, replace bool) error
	// Open opens a file; ErrNotFound when there is none.
	Open(ctx context.Context, name string) (File, Info, error)
	// Stat describes a file; ErrNotFound when there is none.
	Stat(ctx context.Context, name string) (Info, error)
	// Remove removes a file; one that is not there is no error.
	Remove(ctx context.Context, name string) error
	// List returns the names in a directory ("2026/11"), without the
	// directory; none when it is not there.
	List(ctx context.Context, dir string) ([]string, error)
	// Bytes is how much is kept, in bytes.
	Bytes(ctx context.Context) (int64, error)
}

// CleanName returns name without a leading slash if it is one that a file may
// have: no "..", no empty parts, no backslash, no control characters.
func CleanName(name string) (string, error) {
	name = strings.TrimPrefix(name, "/")
	if name == "" || name != path.Clean(name) || !utf8.ValidString(name) || len(name) > 1024 {
		return "", ErrName
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "." || part == ".." || len(part) > 255 {
			return "", ErrName
		}
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return "", ErrName
	}
	return name, nil
}

// Exists reports whether a file is there; an error of the storage counts as
// yes, so that nothing is overwritten.
func Exists(ctx context.Context, s Storage, name string) bool {
	_, err := s.Stat(ctx, name)
	return !errors.Is(err, ErrNotFound)
}
