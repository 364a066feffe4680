package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
)

// Disk keeps uploads in a directory. It cannot be led out of it, neither by
// names nor by symbolic links.
type Disk struct {
	dir string

	mu   sync.Mutex
	root *os.Root // nil until the directory is there
}

// NewDisk returns the storage in dir, which is made when the first file is
// stored.
func NewDisk(dir string) *Disk { return &Disk{dir: dir} }

// Dir is the directory.
func (d *Disk) Dir() string { return d.dir }

// temporary is what the names of files begin with that are being written.
const temporary = ".platen-"

func (d *Disk) open(create bool) (*os.Root, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root != nil {
		return d.root, nil
	}
	if create {
		if err := os.MkdirAll(d.dir, 0o755); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return nil, err
	}
	d.root = root
	return root, nil
}

// Close gives the directory back.
func (d *Disk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root == nil {
		return nil
	}
	err := d.root.Close()
	d.root = nil
	return err
}

// Put implements Storage: a temporary file beside the wanted one takes its
// name when it is complete.
func (d *Disk) Put(ctx context.Context, name string, src io.Reader, replace bool) error {
	name, err := CleanName(name)
	if err != nil {
		return err
	}
	root, err := d.open(true)
	if err != nil {
		return err
	}
	dir := path.Dir(name)
	if dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	tmp := path.Join(dir, temporary+rand.Text())
	if err := write(ctx, root, tmp, src); err != nil {
		root.Remove(tmp)
		return err
	}
	if replace {
		if err := root.Rename(tmp, name); err != nil {
			root.Remove(tmp)
			return err
		}
		return nil
	}
	defer root.Remove(tmp)
	return give(root, tmp, name)
}

// give lets a complete file appear under its name, if that is free.
func give(root *os.Root, tmp, name string) error {
	err := root.Link(tmp, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// No hard links here: take the name first, then put the file over it.
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	f.Close()
	return root.Rename(tmp, name)
}

func write(ctx context.Context, root *os.Root, name string, src io.Reader) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, reader{ctx, src})
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// reader stops when the context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Open implements Storage; what is no plain file is not there.
func (d *Disk) Open(_ context.Context, name string) (File, Info, error) {
	name, err := CleanName(name)
	if err != nil {
		return nil, Info{}, err
	}
	root, err := d.open(false)
	if err != nil {
		return nil, Info{}, err
	}
	st, err := root.Stat(name)
	if err != nil {
		return nil, Info{}, err
	}
	if !st.Mode().IsRegular() {
		return nil, Info{}, fmt.Errorf("media: %s: %w", name, ErrNotFound)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, Info{}, err
	}
	return f, Info{st.Size(), st.ModTime()}, nil
}

// Stat implements Storage. A directory of that name counts as a file in the
// way, with size 0.
func (d *Disk) Stat(_ context.Context, name string) (Info, error) {
	name, err := CleanName(name)
	if err != nil {
		return Info{}, err
	}
	root, err := d.open(false)
	if err != nil {
		return Info{}, err
	}
	st, err := root.Stat(name)
	if err != nil {
		return Info{}, err
	}
	return Info{st.Size(), st.ModTime()}, nil
}

// Remove implements Storage.
func (d *Disk) Remove(_ context.Context, name string) error {
	name, err := CleanName(name)
	if err != nil {
		return err
	}
	root, err := d.open(false)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	st, err := root.Lstat(name)
	if errors.Is(err, ErrNotFound) || err == nil && st.IsDir() {
		return nil
	}
	return root.Remove(name)
}

// List implements Storage.
func (d *Disk) List(_ context.Context, dir string) ([]string, error) {
	root, err := d.open(false)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if dir == "" {
		dir = "."
	} else if dir, err = CleanName(dir); err != nil {
		return nil, err
	}
	f, err := root.Open(dir)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	out := names[:0]
	for _, n := range names {
		if !strings.HasPrefix(n, temporary) {
			out = append(out, n)
		}
	}
	return out, err
}

// Bytes is how much is kept, in bytes.
func (d *Disk) Bytes(ctx context.Context) (n int64, err error) {
	root, err := d.open(false)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	err = fs.WalkDir(root.FS(), ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, ErrNotFound) {
			return nil // gone meanwhile
		}
		if err != nil {
			return err
		}
		n += info.Size()
		return ctx.Err()
	})
	return n, err
}
