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
	"testing"

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

// TestUpload follows a file from the upload to its end: what is stored, what
// is served, and that nothing stays when it goes or is refused.
func TestUpload(t *testing.T) {
	cfg := config.Default()
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
	uploads := filepath.Join(cfg.Data, "uploads")
	os.MkdirAll(uploads, 0o755)
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
	if n := filesBelow(t, uploads); n != 0 {
		t.Errorf("refused uploads left %d files", n)
	}
	status, v := upload("pic.png", pic.Bytes())
	if status != 201 {
		t.Fatal(status, v)
	}
	if n := filesBelow(t, uploads); n != 4 { // the original, thumbnail, medium, medium_large
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
	if n := filesBelow(t, uploads); n != 0 {
		t.Errorf("%d files stayed", n)
	}
}
