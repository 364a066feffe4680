package storetest

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// Uploads puts the files of the reference site into dir, which must not be there
// yet. They are hard links to one unpacked copy: a server replaces files and
// never writes into them, and to link is ten times quicker than to write.
func Uploads(t testing.TB, dir string) {
	t.Helper()
	archive := filepath.Join(filepath.Dir(DumpPath(t)), "uploads.tar.gz")
	if _, err := os.Stat(archive); err != nil { // another site's recordings, without its files
		archive = filepath.Join(vectest.Root(t), "testdata", "wordpress71", "uploads.tar.gz")
	}
	h := sha256.New()
	hashFile(t, h, archive)
	built := filepath.Join(os.TempDir(), "platen-storetest", hex.EncodeToString(h.Sum(nil)[:12])+".uploads")
	if _, err := os.Stat(built); err != nil {
		fresh, err := os.MkdirTemp(filepath.Dir(builtDump(t)), "unpacking")
		if err == nil {
			err = unpack(archive, fresh)
		}
		if err == nil {
			err = os.Rename(fresh, built)
		}
		if err != nil && !errors.Is(err, fs.ErrExist) { // another test program was quicker
			t.Fatal(err)
		}
		os.RemoveAll(fresh)
	}
	err := filepath.WalkDir(built, func(path string, d fs.DirEntry, err error) error {
		to := filepath.Join(dir, strings.TrimPrefix(path, built))
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Mkdir(to, 0o755)
		}
		return os.Link(path, to)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unpack writes the regular files of an archive of uploads/ into dir.
func unpack(archive, dir string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(h.Name, "uploads/")))
		data, err := io.ReadAll(r)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(name), 0o755)
		}
		if err == nil {
			err = os.WriteFile(name, data, 0o644)
		}
		if err != nil {
			return err
		}
	}
}
