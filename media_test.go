package platen_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/config"
)

// filesBelow counts the files in a directory.
func filesBelow(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestUpload follows a file from the upload to its end, in a directory and in a
// bucket: what is stored, what is served, and that nothing stays when it goes
// or is refused.
func TestUpload(t *testing.T) {
	t.Run("disk", func(t *testing.T) {
		dir := t.TempDir()
		followUpload(t, dir, func() int { return filesBelow(t, dir) }, nil)
	})
	t.Run("s3", func(t *testing.T) {
		t.Setenv("AWS_ACCESS_KEY_ID", "test-key")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
		backend := s3mem.New()
		if err := backend.CreateBucket("files"); err != nil {
			t.Fatal(err)
		}
		fake := gofakes3.New(backend).Server()
		var full atomic.Int64 // refuses files when it reaches 0
		full.Store(1 << 30)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && full.Add(-1) < 0 {
				http.Error(w, "full", http.StatusForbidden)
				return
			}
			fake.ServeHTTP(w, r)
		}))
		defer srv.Close()
		count := func() int {
			list, err := backend.ListBucket("files", &gofakes3.Prefix{Prefix: "site/", HasPrefix: true}, gofakes3.ListBucketPage{})
			if err != nil {
				t.Fatal(err)
			}
			return len(list.Contents)
		}
		followUpload(t, "s3://files/site?region=us-east-1&path-style=true&endpoint="+srv.URL, count, func(files int64) { full.Store(files) })
	})
}

// followUpload uploads to a site with files in uploads; count counts those, and
// roomFor lets the storage refuse more than so many.
func followUpload(t *testing.T, uploads string, count func() int, roomFor func(int64)) {
	cfg := config.Default()
	cfg.Uploads = uploads
	cfg.Data, cfg.URL, cfg.Environment, cfg.AdminPassword = t.TempDir(), "http://media.test", "local", "Pass-Word!1"
	cfg.DB = "sqlite:" + filepath.Join(cfg.Data, "platen.db")
	app, err := platen.Open(t.Context(), cfg, platen.Options{BcryptCost: quickCost})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	srv := httptest.NewServer(app.Handler())
	defer srv.Close()
	ctx := t.Context()
	admin, err := app.Site().UserByLogin(ctx, "admin")
	if err != nil {
		t.Fatal(err)
	}
	_, password, err := app.Site().CreateAppPassword(ctx, admin.ID, apppassword.New{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	do := func(method, path string, body []byte, header ...string) (int, map[string]any, http.Header) {
		t.Helper()
		req, _ := http.NewRequestWithContext(ctx, method, srv.URL+path, bytes.NewReader(body))
		req.Host = "media.test"
		req.SetBasicAuth("admin", password)
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, _ := io.ReadAll(resp.Body)
		var v map[string]any
		json.Unmarshal(raw, &v)
		return resp.StatusCode, v, resp.Header
	}
	upload := func(name string, data []byte) (int, map[string]any) {
		t.Helper()
		status, v, _ := do("POST", "/wp-json/wp/v2/media", data, "Content-Type", "application/octet-stream", "Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
		return status, v
	}
	var pic bytes.Buffer
	noise := image.NewNRGBA(image.Rect(0, 0, 900, 700)) // larger than what is kept in memory
	for i := range noise.Pix {
		noise.Pix[i] = uint8(i * i >> 3 * 7)
		if i%4 == 3 {
			noise.Pix[i] = 255
		}
	}
	(&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&pic, noise)
	for name, data := range map[string]string{"x.html": "<b>", "x.php": "<?php", "x.svg": "<svg/>", "x.jpg": "<html>", "x.gif": "GIF89a/*<script>*/=1;alert(1)", "x": "x"} {
		if status, v := upload(name, []byte(data)); status != 500 || v["code"] != "rest_upload_sideload_error" {
			t.Errorf("%s: %d %v", name, status, v)
		}
	}
	if n := count(); n != 0 {
		t.Errorf("refused uploads left %d files", n)
	}
	status, v := upload("pic.png", pic.Bytes())
	if status != 201 {
		t.Fatal(status, v)
	}
	if n := count(); n != 4 { // the original, thumbnail, medium, medium_large
		t.Errorf("%d files", n)
	}
	source := v["source_url"].(string)[len("http://media.test"):]
	if status, _, h := do("GET", source, nil, "Range", "bytes=0-3"); status != 206 || h.Get("Content-Type") != "image/png" {
		t.Error(status, h)
	}
	item := fmt.Sprintf("/wp-json/wp/v2/media/%v", v["id"])
	edit := fmt.Sprintf(`{"src":%q,"modifiers":[{"type":"crop","args":{"left":0,"top":0,"width":10,"height":10}}]}`, v["source_url"])
	status, edited, _ := do("POST", item+"/edit", []byte(edit), "Content-Type", "application/json")
	if status != 201 || edited["media_details"].(map[string]any)["width"] != 90.0 {
		t.Error(status, edited)
	}
	for _, path := range []string{item, fmt.Sprintf("/wp-json/wp/v2/media/%v", edited["id"])} {
		if status, v, _ := do("DELETE", path+"?force=true", nil); status != 200 {
			t.Error(status, v)
		}
	}
	if n := count(); n != 0 {
		t.Errorf("%d files stayed", n)
	}
	shareCover(t, upload, func(path string) (int, map[string]any) {
		t.Helper()
		status, v, _ := do("DELETE", path+"?force=true", nil)
		return status, v
	}, count)
	followFonts(t, do, count, roomFor)
	if roomFor == nil {
		return
	}
	// The storage gives out: before the file, and in the middle of its sizes.
	roomFor(0)
	if status, v := upload("none.png", pic.Bytes()); status != 500 || count() != 0 {
		t.Error(status, v, count())
	}
	roomFor(2)
	status, v, h := do("POST", "/wp-json/wp/v2/media", pic.Bytes(), "Content-Type", "application/octet-stream", "Content-Disposition", `attachment; filename="some.png"`)
	id := h.Get("X-WP-Upload-Attachment-ID")
	if status != 500 || id == "" || count() != 2 {
		t.Fatal(status, id, v, count())
	}
	roomFor(100)
	status, v, _ = do("POST", "/wp-json/wp/v2/media/"+id+"/post-process", []byte(`{"action":"create-image-subsizes"}`), "Content-Type", "application/json")
	if status != 200 || count() != 4 {
		t.Error(status, v, count())
	}
	if status, v, _ := do("DELETE", "/wp-json/wp/v2/media/"+id+"?force=true", nil); status != 200 || count() != 0 {
		t.Error(status, v, count())
	}
}

// shareCover uploads two songs of one album: their cover becomes an item of its
// own, once, and the image of both.
func shareCover(t *testing.T, upload func(string, []byte) (int, map[string]any), remove func(string) (int, map[string]any), count func() int) {
	t.Helper()
	song, err := os.ReadFile(filepath.Join("internal", "media", "av", "testdata", "cover.mp3"))
	if err != nil {
		t.Fatal(err)
	}
	var covers []any
	for _, name := range []string{"one.mp3", "two.mp3"} {
		status, v := upload(name, song)
		details, _ := v["media_details"].(map[string]any)
		if status != 201 || details["length_formatted"] != "0:00" || details["channelmode"] != "mono" || details["image"] == nil {
			t.Fatal(status, v)
		}
		covers = append(covers, v["featured_media"])
		defer remove(fmt.Sprintf("/wp-json/wp/v2/media/%v", v["id"]))
	}
	if covers[0] == 0.0 || covers[0] != covers[1] || count() != 3 {
		t.Error(covers, count())
	}
	status, v := remove(fmt.Sprintf("/wp-json/wp/v2/media/%v", covers[0]))
	cover, _ := v["previous"].(map[string]any)
	if status != 200 || cover["source_url"] == nil || filepath.Base(cover["source_url"].(string)) != "one-mp3-image.jpg" || count() != 2 {
		t.Error(status, v, count())
	}
}

// TestSideload sends the sizes that a browser made of an image, and has them
// noted; names of other files are refused.
func TestSideload(t *testing.T) {
	cfg := config.Default()
	cfg.Data, cfg.URL, cfg.Environment, cfg.AdminPassword = t.TempDir(), "http://localhost", "local", "Pass-Word!1"
	cfg.Uploads = t.TempDir()
	cfg.DB = "sqlite:" + filepath.Join(cfg.Data, "platen.db")
	app, err := platen.Open(t.Context(), cfg, platen.Options{BcryptCost: quickCost})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	admin, err := app.Site().UserByLogin(t.Context(), "admin")
	if err != nil {
		t.Fatal(err)
	}
	_, password, err := app.Site().CreateAppPassword(t.Context(), admin.ID, apppassword.New{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	do := func(method, path, name string, body []byte) (int, map[string]any) {
		t.Helper()
		req := httptest.NewRequest(method, "http://localhost"+path, bytes.NewReader(body))
		req.SetBasicAuth("admin", password)
		req.Header.Set("Content-Type", "application/json")
		if name != "" {
			req.Header.Set("Content-Type", "image/png")
			req.Header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
		}
		w := httptest.NewRecorder()
		app.Handler().ServeHTTP(w, req)
		var v map[string]any
		json.Unmarshal(w.Body.Bytes(), &v)
		return w.Code, v
	}
	picture := func(w, h int) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	status, v := do("POST", "/wp-json/wp/v2/media?generate_sub_sizes=false", "pic.png", picture(400, 400))
	if status != 201 || filesBelow(t, cfg.Uploads) != 1 {
		t.Fatal(status, v)
	}
	item := fmt.Sprintf("/wp-json/wp/v2/media/%v", v["id"])
	var sizes []any
	for _, c := range []struct {
		size, name string
		edge, want int
		file       string
	}{
		{"medium", "pic-300x300.png", 300, 200, "pic-300x300.png"},
		{"thumbnail", "other-150x150.png", 150, 200, "other-150x150-1.png"},
		{"medium", "pic-300x300.png", 302, 400, ""},
		{"scaled", "pic-scaled.png", 390, 200, ""},
		{"nothing", "x.png", 10, 400, ""},
	} {
		status, v := do("POST", item+"/sideload?image_size="+c.size, c.name, picture(c.edge, c.edge))
		if status != c.want || c.file != "" && v["file"] != c.file {
			t.Fatal(c, status, v)
		}
		if status == 200 {
			sizes = append(sizes, v)
		}
	}
	finish := func(sizes ...any) (int, map[string]any) {
		t.Helper()
		body, _ := json.Marshal(map[string]any{"sub_sizes": sizes})
		return do("POST", item+"/finalize", "", body)
	}
	if status, v := finish(map[string]any{"image_size": "medium", "file": "foreign.png"}); status != 400 || v["code"] != "rest_invalid_sub_size_file" {
		t.Error(status, v)
	}
	for range 2 { // the same once more changes nothing
		status, v = finish(sizes...)
		details, _ := v["media_details"].(map[string]any)
		made, _ := details["sizes"].(map[string]any)
		if status != 200 || details["width"] != 390.0 || details["original_image"] != "pic.png" || made["medium"] == nil || made["thumbnail"] == nil {
			t.Fatal(status, v)
		}
	}
	if status, v := do("POST", item+"/sideload?image_size=large", "never-finished.png", picture(20, 20)); status != 200 {
		t.Error(status, v)
	}
	if status, v := do("DELETE", item+"?force=true", "", nil); status != 200 || filesBelow(t, cfg.Uploads) != 0 {
		t.Error(status, v, filesBelow(t, cfg.Uploads))
	}
}
