package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/format"
)

func picture(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{uint8(x), uint8(y), uint8(x + y), 255})
		}
	}
	return img
}

func pngOf(t testing.TB, w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// jpegOf returns a JPEG with an orientation in its EXIF data.
func jpegOf(t testing.TB, w, h int, orientation uint16) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(w, h), nil); err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	tiff := append([]byte("II*\x00"), le.AppendUint32(nil, 8)...)
	tiff = le.AppendUint16(tiff, 2)
	for _, f := range []struct{ tag, kind, value uint16 }{{0x0112, 3, orientation}, {0x8827, 3, 400}} {
		tiff = le.AppendUint16(le.AppendUint16(tiff, f.tag), f.kind)
		tiff = le.AppendUint16(le.AppendUint16(le.AppendUint32(tiff, 1), f.value), 0)
	}
	tiff = le.AppendUint32(tiff, 0)
	app := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(app)+2))...)
	return append(append(out, app...), b.Bytes()[2:]...)
}

func put(t *testing.T, s Storage, name, text string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(text), false); err != nil {
		t.Fatal(err)
	}
}

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	d := NewDisk(filepath.Join(dir, "uploads"))
	defer d.Close()
	ctx := t.Context()
	if names, err := d.List(ctx, "2026/11"); err != nil || names != nil {
		t.Error("a directory that is not there", names, err)
	}
	put(t, d, "2026/11/a.txt", "one")
	if err := d.Put(ctx, "2026/11/a.txt", strings.NewReader("two"), false); !errors.Is(err, ErrTaken) {
		t.Error("a taken name", err)
	}
	if err := d.Put(ctx, "2026/11/a.txt", strings.NewReader("three"), true); err != nil {
		t.Error(err)
	}
	if _, info, err := d.Open(ctx, "2026/11/a.txt"); err != nil || info.Size != 5 {
		t.Error(info, err)
	}
	for _, name := range []string{"../a.txt", "2026/../../a", "", "/", "a//b", `a\b`, "a\x00b", "./a", "2026/.."} {
		if err := d.Put(ctx, name, strings.NewReader("x"), true); err == nil {
			t.Errorf("%q was stored", name)
		}
		if _, _, err := d.Open(ctx, name); err == nil {
			t.Errorf("%q was opened", name)
		}
	}
	os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600)
	os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "uploads", "link"))
	if _, _, err := d.Open(ctx, "link"); err == nil {
		t.Error("a link led out of the uploads")
	}
	if _, _, err := d.Open(ctx, "2026"); !errors.Is(err, ErrNotFound) {
		t.Error("a directory was opened", err)
	}
	if names, _ := d.List(ctx, "2026/11"); len(names) != 1 {
		t.Error("temporary files stayed:", names)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Put(ended, "half.txt", strings.NewReader("x"), false); err == nil || Exists(ctx, d, "half.txt") {
		t.Error("half a file was stored")
	}
	if err := d.Remove(ctx, "2026/11/a.txt"); err != nil || Exists(ctx, d, "2026/11/a.txt") {
		t.Error("not removed", err)
	}
	if err := d.Remove(ctx, "2026/11/a.txt"); err != nil {
		t.Error("removing twice", err)
	}
}

func TestUniqueName(t *testing.T) {
	d := NewDisk(t.TempDir())
	defer d.Close()
	for _, name := range []string{"a.jpg", "b-1.jpg", "b.jpg", "c-300x200.jpg", "UP.jpg", "h.heic", "noext"} {
		put(t, d, "2026/11/"+name, "x")
	}
	for _, c := range []struct{ name, want string }{
		{"new.jpg", "new.jpg"}, {"a.jpg", "a-1.jpg"}, {"b.jpg", "b-2.jpg"}, {"c.jpg", "c-1.jpg"}, {"UP.JPG", "UP-1.jpg"},
		{"x-300x200.jpg", "x-300x200-1.jpg"}, {"x-scaled.png", "x-scaled-1.png"}, {"h.jpg", "h-1.jpg"}, {"noext", "noext-1"},
		{"../../etc/passwd.png", "etcpasswd.png"}, {"x.php.png", "x.php_.png"}, {"My Pic.PNG", "My-Pic.png"},
	} {
		got, err := UniqueName(t.Context(), d, "2026/11", c.name, format.AllowedFileTypes(false))
		if err != nil || got != c.want {
			t.Errorf("%s: %s, want %s (%v)", c.name, got, c.want, err)
		}
	}
}

func TestCheckType(t *testing.T) {
	gif := "GIF89a\x01\x00\x01\x00\x80\x00\x00"
	for _, c := range []struct{ why, name, data, want, mime string }{
		{"a picture", "a.png", string(pngOf(t, 2, 2)), "a.png", "image/png"},
		{"a picture of another kind", "a.jpg", gif, "a.gif", "image/gif"},
		{"a page called a picture", "a.jpg", "<html><script>", "", ""},
		{"svg", "a.svg", "<svg/>", "", ""},
		{"svg called a picture", "a.png", "<svg xmlns='x'/>", "", ""},
		{"php", "a.php", "<?php", "", ""},
		{"php called text", "a.txt", "<?php echo 1;", "", ""},
		{"a page called text", "a.txt", "hello <script>alert(1)</script>", "", ""},
		{"a picture called text", "a.txt", gif, "", ""},
		{"text", "a.txt", "hello", "a.txt", "text/plain"},
		{"a table", "a.csv", "a,b\n1,2\n3,4\n", "a.csv", "text/csv"},
		{"a table called text", "a.txt", "a,b\n1,2\n3,4\n", "", ""},
		{"pdf", "a.pdf", "%PDF-1.4", "a.pdf", "application/pdf"},
		{"sound", "a.wav", "RIFF\x00\x00\x00\x00WAVEfmt ", "a.wav", "audio/wav"},
		{"an archive", "a.zip", "PK\x03\x04" + strings.Repeat("a", 40), "a.zip", "application/zip"},
		{"a program called film", "a.mp4", "MZ\x00\x00", "", ""},
	} {
		name, mime, ok, err := CheckType(strings.NewReader(c.data), c.name, format.AllowedFileTypes(false))
		if err != nil || ok != (c.want != "") || ok && (name != c.want || mime != c.mime) {
			t.Errorf("%s: %s %s %v %v", c.why, name, mime, ok, err)
		}
	}
}

func TestSubSizes(t *testing.T) {
	e, err := NewEditor(t.Context(), NewBudget(6<<20, 1), bytes.NewReader(pngOf(t, 1200, 800)))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var got []string
	err = e.SubSizes(t.Context(), format.DefaultImageSizes(), func(s SubSize) error {
		cfg, err := png.DecodeConfig(bytes.NewReader(s.Data.Bytes()))
		if err != nil || cfg.Width != s.Width || cfg.Height != s.Height {
			t.Error(s.Name, cfg, err)
		}
		got = append(got, s.Name)
		return nil
	})
	if want := "thumbnail medium medium_large large"; err != nil || strings.Join(got, " ") != want {
		t.Error(got, err)
	}
	if e.Crop(0, 0, 1<<20, 1<<20) || e.Crop(0, 0, 0, 5) || !e.Crop(1100, 700, 200, 200) {
		t.Error("crop")
	}
	for range 20 {
		e.Rotate(45)
	}
	if w, h := e.Size(); w*h > 6<<20/4 {
		t.Error("turning makes the image ever larger")
	}
}

func TestImages(t *testing.T) {
	for o := uint16(1); o <= 8; o++ {
		data := bytes.NewReader(jpegOf(t, 40, 20, o))
		info, err := ReadImageInfo(data)
		if err != nil || info.Width != 40 || info.Height != 20 {
			t.Fatal(info, err)
		}
		m := ReadImageMeta(data, info)
		if m.Orientation != int(o) || m.ISO != "400" {
			t.Errorf("%d: %+v", o, m)
		}
		e, err := NewEditor(t.Context(), NewBudget(1<<20, 1), data)
		if err != nil {
			t.Fatal(err)
		}
		if e.Upright(m.Orientation) != (o > 1) {
			t.Error("turned", o)
		}
		if w, _ := e.Size(); (w == 20) != (o >= 5) {
			t.Error("width", o, w)
		}
		e.Close()
	}
	// A few bytes that claim to be an enormous image.
	ihdr := append([]byte("IHDR"), 0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0)
	bomb := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr...)
	bomb = binary.BigEndian.AppendUint32(bomb, crc32.ChecksumIEEE(ihdr))
	if _, err := NewEditor(t.Context(), NewBudget(256<<20, 1), bytes.NewReader(bomb)); !errors.Is(err, ErrTooLarge) {
		t.Error("bomb:", err)
	}
}

func TestHandler(t *testing.T) {
	d := NewDisk(t.TempDir())
	defer d.Close()
	for _, name := range []string{"a/p.png", "a/x.svg", "a/h.html", "a/t.txt", "a/d.pdf", "a/s.php", "a/s.PHP5", "a/.htaccess", "a/x.php_.png", "a/z.zip"} {
		put(t, d, name, "0123456789")
	}
	h := &Handler{Storage: d}
	get := func(method, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://x/", nil)
		r.URL.Path = path
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		path, contentType string
		status            int
		download, boxed   bool
	}{
		{"a/p.png", "image/png", 200, false, true},
		{"a/x.svg", "image/svg+xml", 200, true, true},
		{"a/h.html", "text/html; charset=utf-8", 200, true, true},
		{"a/t.txt", "text/plain; charset=utf-8", 200, false, true},
		{"a/d.pdf", "application/pdf", 200, false, false},
		{"a/z.zip", "application/zip", 200, true, true},
		{"a/x.php_.png", "image/png", 200, false, true},
		{"a/s.php", "", 404, false, false}, {"a/s.PHP5", "", 404, false, false}, {"a/.htaccess", "", 404, false, false},
		{"a", "", 404, false, false}, {"a/", "", 404, false, false}, {"", "", 404, false, false}, {"../a/p.png", "", 404, false, false}, {"a/none.png", "", 404, false, false},
	} {
		w := get("GET", c.path)
		header := w.Header()
		if w.Code != c.status || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", c.path, w.Code, header)
		}
		if c.status != 200 {
			continue
		}
		if header.Get("Content-Type") != c.contentType || (header.Get("Content-Disposition") == "attachment") != c.download || (header.Get("Content-Security-Policy") != "") != c.boxed {
			t.Errorf("%s: %v", c.path, header)
		}
	}
	if w := get("GET", "a/p.png", "Range", "bytes=2-4"); w.Code != http.StatusPartialContent || w.Body.String() != "234" {
		t.Error("range", w.Code, w.Body)
	}
	tag := get("GET", "a/p.png").Header().Get("ETag")
	if w := get("GET", "a/p.png", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Error("etag", w.Code)
	}
	if w := get("POST", "a/p.png"); w.Code != http.StatusMethodNotAllowed {
		t.Error("post", w.Code)
	}
	if w := get("HEAD", "a/p.png"); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "10" {
		t.Error("head", w.Code, w.Header())
	}
}

func TestPublic(t *testing.T) {
	for ip, want := range map[string]bool{
		"93.184.216.34": true, "127.0.0.1": false, "10.1.2.3": false, "169.254.169.254": false, "192.168.1.1": false, "172.20.0.1": false, "100.64.0.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "::1": false, "fe80::1": false, "fd00::1": false, "::ffff:127.0.0.1": false, "2606:4700::1": true, "64:ff9b::7f00:1": false,
	} {
		if got := Public(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %v", ip, got)
		}
	}
	for _, address := range []string{"ftp://example.org/x.jpg", "http://127.0.0.1/x.jpg", "http://[::1]/x", "http://u:p@93.184.216.34/", "http://93.184.216.34:22/", "x", "http:///x"} {
		if CheckAddress(t.Context(), address) == nil {
			t.Errorf("%s passes", address)
		}
	}
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	if _, _, err := Fetch(t.Context(), strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), 10); err == nil {
		t.Error("a file of this machine was fetched")
	}
}

func FuzzUpload(f *testing.F) {
	f.Add("a.png", pngOf(f, 3, 2))
	f.Add("a.jpg", jpegOf(f, 4, 4, 6))
	f.Add("a.wav", []byte("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x00\x00\x00\x00"))
	f.Add("a.docx", []byte("PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Types].xml"))
	f.Add("a.csv", []byte("a,\"b\"\"\n1,2\n3,4\n"))
	budget := NewBudget(1<<20, 1)
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		r := bytes.NewReader(data)
		if got, _, ok, _ := CheckType(r, name, format.AllowedFileTypes(true)); ok && strings.HasSuffix(strings.ToLower(got), ".php") {
			t.Error("php passes")
		}
		ReadAVMeta(r, int64(len(data)), name, true)
		info, err := ReadImageInfo(r)
		if err != nil {
			return
		}
		ReadImageMeta(r, info)
		if e, err := NewEditor(t.Context(), budget, r); err == nil {
			e.SubSizes(t.Context(), format.DefaultImageSizes()[:2], func(SubSize) error { return nil })
			e.Close()
		}
	})
}

// TestRotatedSize holds the sizes that GD makes of an image of 640 by 480.
func TestRotatedSize(t *testing.T) {
	for angle, want := range map[float64][2]int{30: {795, 736}, 10: {714, 584}, 1: {649, 492}, 89: {492, 649}, 135: {792, 792}, -1.5: {653, 497}, 400: {799, 780}, 90: {480, 640}} {
		e, err := NewEditor(t.Context(), NewBudget(64<<20, 1), bytes.NewReader(pngOf(t, 640, 480)))
		if err != nil {
			t.Fatal(err)
		}
		e.Rotate(angle)
		if w, h := e.Size(); w != want[0] || h != want[1] {
			t.Errorf("%v°: %dx%d, not %v", angle, w, h, want)
		}
		e.Close()
	}
}
