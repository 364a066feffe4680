package platen_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// The least that WordPress takes for a font of each kind.
var (
	woff2Font = "wOF2\x00\x01\x00\x00" + strings.Repeat("\x00", 40)
	ttfFont   = "\x00\x01\x00\x00\x00\x01\x00\x10\x00\x00\x00\x00cmap\x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x04abcd"
	otfFont   = "OTTO\x00\x01\x00\x10\x00\x00\x00\x00CFF \x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x04abcd"
)

// fontFile is a file of a form: field, name and content.
type fontFile [3]string

// followFonts uploads font files with the faces that have them. What is
// expected of each request WordPress 7.1 answered.
func followFonts(t *testing.T, do func(method, path string, body []byte, header ...string) (int, map[string]any, http.Header), count func() int, roomFor func(int64)) {
	t.Helper()
	const families = "/wp-json/wp/v2/font-families"
	status, v, _ := do("POST", families, []byte(`{"font_family_settings":"{\"name\":\"F\",\"slug\":\"f\",\"fontFamily\":\"F\"}"}`), "Content-Type", "application/json")
	if status != 201 {
		t.Fatal(status, v)
	}
	family := fmt.Sprintf("%s/%v", families, v["id"])
	weight := 100
	face := func(src any, files ...fontFile) (int, map[string]any) {
		t.Helper()
		weight++
		settings, _ := json.Marshal(map[string]any{"fontFamily": "F", "fontWeight": fmt.Sprint(weight), "src": src})
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		w.WriteField("font_face_settings", string(settings))
		for _, f := range files {
			part, _ := w.CreateFormFile(f[0], f[1])
			part.Write([]byte(f[2]))
		}
		w.Close()
		status, v, _ := do("POST", family+"/font-faces", b.Bytes(), "Content-Type", w.FormDataContentType())
		return status, v
	}
	const badType, failed = "rest_font_upload_invalid_file_type", "rest_font_upload_unknown_error"
	list := func(src ...string) []string { return src }
	for _, c := range []struct {
		why   string
		src   any
		files []fontFile
		code  string
	}{
		{"another kind of font", "f", []fontFile{{"f", "a.woff", ttfFont}}, badType},
		{"no font", "f", []fontFile{{"f", "a.woff2", "hello there"}}, badType},
		{"no font's name", "f", []fontFile{{"f", "a.php", woff2Font}}, badType},
		{"an unknown binary", "f", []fontFile{{"f", "a.ttf", strings.Repeat("\x80\x81\x00\xfe", 20)}}, badType},
		{"a collection", "f", []fontFile{{"f", "a.ttf", "ttcf" + ttfFont}}, badType},
		{"empty", "f", []fontFile{{"f", "a.woff2", ""}}, failed},
		{"a list", "f", []fontFile{{"f[]", "a.woff2", woff2Font}}, failed},
		{"the second is bad", list("f", "g"), []fontFile{{"f", "a.woff2", woff2Font}, {"g", "b.woff2", "hello there"}}, badType},
		{"one file twice", list("f", "f"), []fontFile{{"f", "a.woff2", woff2Font}}, failed},
		{"not sent", list("f", "g"), []fontFile{{"f", "a.woff2", woff2Font}}, "rest_invalid_param"},
		{"not used", "f", []fontFile{{"f", "a.woff2", woff2Font}, {"g", "b.woff2", woff2Font}}, "rest_invalid_param"},
	} {
		want := map[string]int{badType: 400, failed: 500, "rest_invalid_param": 400}[c.code]
		if status, v := face(c.src, c.files...); status != want || v["code"] != c.code || count() != 0 {
			t.Error(c.why, status, v, count())
		}
	}
	var faces []string
	for _, c := range []struct {
		src, file fontFile
		want      string
	}{
		{fontFile{"f"}, fontFile{"f", "a.woff2", woff2Font}, "a.woff2"},
		{fontFile{"f"}, fontFile{"f", "a.woff2", woff2Font}, "a-1.woff2"},
		{fontFile{"file_0"}, fontFile{"file.0", "A B.otf", otfFont}, "A-B.otf"},
		{fontFile{"f"}, fontFile{"f", "a.php.TTF", ttfFont}, "a.php_.ttf"},
	} {
		status, v := face(c.src[0], c.file)
		settings, _ := v["font_face_settings"].(map[string]any)
		if status != 201 || settings["src"] != "http://media.test/wp-content/uploads/fonts/"+c.want {
			t.Error(c.want, status, v)
		}
		faces = append(faces, fmt.Sprintf("%s/font-faces/%v", family, v["id"]))
	}
	if status, v := face(list("f", "g"), fontFile{"f", "one.ttf", ttfFont}, fontFile{"g", "two.woff2", woff2Font}); status != 201 || count() != 6 {
		t.Error(status, v, count())
	}
	if status, _, h := do("GET", "/wp-content/uploads/fonts/a.woff2", nil); status != 200 || h.Get("Content-Type") != "font/woff2" {
		t.Error(status, h)
	}
	if status, v, _ := do("DELETE", faces[0]+"?force=true", nil); status != 200 || count() != 5 {
		t.Error(status, v, count())
	}
	if roomFor != nil { // the storage takes the first of two files
		roomFor(1)
		if status, v := face(list("f", "g"), fontFile{"f", "x.ttf", ttfFont}, fontFile{"g", "y.ttf", ttfFont}); status != 500 || v["code"] != failed || count() != 5 {
			t.Error(status, v, count())
		}
		roomFor(1 << 30)
	}
	if status, v, _ := do("DELETE", family+"?force=true", nil); status != 200 || count() != 0 {
		t.Error(status, v, count())
	}
	if status, v, _ := do("GET", faces[1], nil); status != 404 {
		t.Error("a face outlived its family:", status, v)
	}
}
