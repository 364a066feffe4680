package media_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/platenhq/platen/internal/media"
)

// bucket is a fake object store with one bucket; fail, when set, answers in its
// place.
type bucket struct {
	*httptest.Server
	backend *s3mem.Backend
	mu      sync.Mutex
	fail    func(*http.Request) bool
}

func newBucket(t *testing.T) *bucket {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test-key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
	b := &bucket{backend: s3mem.New()}
	if err := b.backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(b.backend).Server()
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		fail := b.fail
		b.mu.Unlock()
		if fail != nil && fail(r) {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *bucket) address(more string) string {
	return "s3://files/site/one?region=us-east-1&path-style=true&endpoint=" + b.URL + more
}

// storages are both kinds, empty.
func storages(t *testing.T) map[string]media.Storage {
	t.Helper()
	s, err := media.OpenS3(t.Context(), newBucket(t).address(""))
	if err != nil {
		t.Fatal(err)
	}
	disk := media.NewDisk(t.TempDir())
	t.Cleanup(func() { disk.Close() })
	return map[string]media.Storage{"disk": disk, "s3": s}
}

// TestStorage holds both storages to the words of the interface.
func TestStorage(t *testing.T) {
	ctx := t.Context()
	data := []byte(strings.Repeat("0123456789", 1000))
	for kind, s := range storages(t) {
		t.Run(kind, func(t *testing.T) {
			const name = "2026/11/Grüße & more.txt"
			if _, err := s.Stat(ctx, name); !errors.Is(err, media.ErrNotFound) {
				t.Error(err)
			}
			if _, _, err := s.Open(ctx, name); !errors.Is(err, media.ErrNotFound) {
				t.Error(err)
			}
			if names, err := s.List(ctx, "2026/11"); err != nil || len(names) != 0 {
				t.Error(names, err)
			}
			if err := s.Remove(ctx, name); err != nil {
				t.Error(err)
			}
			if err := s.Put(ctx, name, bytes.NewReader(data), false); err != nil {
				t.Fatal(err)
			}
			if err := s.Put(ctx, name, strings.NewReader("x"), false); !errors.Is(err, media.ErrTaken) {
				t.Error(err)
			}
			if info, err := s.Stat(ctx, name); err != nil || info.Size != int64(len(data)) || info.ModTime.IsZero() {
				t.Error(info, err)
			}
			readHereAndThere(t, s, name, data)
			// A source that fails leaves nothing; one without a size is taken.
			if err := s.Put(ctx, "broken", io.MultiReader(bytes.NewReader(data), iotest.ErrReader(io.ErrClosedPipe)), false); !errors.Is(err, io.ErrClosedPipe) {
				t.Error(err)
			}
			if err := s.Put(ctx, "2026/11/unsized", io.MultiReader(bytes.NewReader(data)), true); err != nil {
				t.Error(err)
			}
			if err := s.Put(ctx, "2026/11/unsized", strings.NewReader("new"), true); err != nil {
				t.Error(err)
			}
			if info, err := s.Stat(ctx, "2026/11/unsized"); err != nil || info.Size != 3 {
				t.Error(info, err)
			}
			names, err := s.List(ctx, "2026/11")
			slices.Sort(names)
			if err != nil || !slices.Equal(names, []string{"Grüße & more.txt", "unsized"}) {
				t.Error(names, err)
			}
			if names, err := s.List(ctx, ""); err != nil || !slices.Equal(names, []string{"2026"}) {
				t.Error(names, err)
			}
			for _, bad := range []string{"", "../x", "a/../../x", "a//b", `a\b`, "a\x00"} {
				if err := s.Put(ctx, bad, strings.NewReader("x"), true); !errors.Is(err, media.ErrName) {
					t.Errorf("%q: %v", bad, err)
				}
				if _, _, err := s.Open(ctx, bad); !errors.Is(err, media.ErrName) {
					t.Errorf("%q: %v", bad, err)
				}
			}
			if err := s.Remove(ctx, name); err != nil {
				t.Error(err)
			}
			if _, err := s.Stat(ctx, name); !errors.Is(err, media.ErrNotFound) {
				t.Error(err)
			}
		})
	}
}

// readHereAndThere reads a file in every way that a File can be read.
func readHereAndThere(t *testing.T, s media.Storage, name string, data []byte) {
	t.Helper()
	f, _, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := iotest.TestReader(f, data); err != nil {
		t.Error(err)
	}
	// In order, before anything is read at a place.
	g, _, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if _, err := g.Seek(-10, io.SeekEnd); err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(g); err != nil || !bytes.Equal(got, data[len(data)-10:]) {
		t.Error(string(got), err)
	}
	g.Seek(0, io.SeekStart)
	if got, err := io.ReadAll(g); err != nil || !bytes.Equal(got, data) {
		t.Error(len(got), err)
	}
}

// TestS3Failures: what the store refuses is said, and nothing else is taken for
// it.
func TestS3Failures(t *testing.T) {
	ctx, b := t.Context(), newBucket(t)
	for address, want := range map[string]string{
		"s3://": "not an address", "s3://files/../x": "not an address", "s3://key:top-secret@files/": "credentials come from",
		"s3://files/?nonsense=1":                                 "no parameter",
		"s3://files/?public=javascript:1":                        "public is",
		"s3://files/?path-style=perhaps":                         "path-style",
		strings.Replace(b.address(""), "//files", "//absent", 1): "no bucket absent",
	} {
		_, err := media.OpenS3(ctx, address)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", address, err)
		}
	}
	s, err := media.OpenS3(ctx, b.address("&public=https://cdn.example/f/"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(ctx, "a b.png", strings.NewReader("x"), false); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	(&media.Handler{Storage: s}).ServeHTTP(w, &http.Request{Method: "GET", URL: &url.URL{Path: "a b.png"}})
	if to := w.Header().Get("Location"); w.Code != 302 || to != "https://cdn.example/f/a%20b.png" {
		t.Error(w.Code, to)
	}
	b.mu.Lock()
	b.fail = func(*http.Request) bool { return true }
	b.mu.Unlock()
	for what, err := range map[string]error{
		"put":    s.Put(ctx, "y", strings.NewReader("x"), true),
		"taken":  s.Put(ctx, "y", strings.NewReader("x"), false),
		"remove": s.Remove(ctx, "a b.png"),
		"stat":   second(s.Stat(ctx, "a b.png")),
		"list":   second(s.List(ctx, "")),
	} {
		if err == nil || errors.Is(err, media.ErrNotFound) || errors.Is(err, media.ErrTaken) {
			t.Error(what, err)
		}
	}
	if !media.Exists(ctx, s, "y") {
		t.Error("a name counts as free when nobody knows")
	}
}

func second[T any](_ T, err error) error { return err }

// TestS3Changed: a file that is replaced while it is read is not mixed up.
func TestS3Changed(t *testing.T) {
	ctx := t.Context()
	s, err := media.OpenS3(ctx, newBucket(t).address(""))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(ctx, "f", strings.NewReader("old text"), false); err != nil {
		t.Fatal(err)
	}
	f, _, err := s.Open(ctx, "f")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := s.Put(ctx, "f", strings.NewReader("new text"), true); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(f); err == nil {
		t.Errorf("read %q of another file", got)
	}
}
