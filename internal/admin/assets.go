package admin

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"path"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// scripts are the dashboard's own, served by the registry. Each screen adds its own to the common one.
var scripts = []script{
	{"platen-admin", "admin.js", []string{"wp-api"}},
	{"platen-admin-list", "admin-list.js", []string{"platen-admin", "platen-admin-moving"}},
	{"platen-admin-moving", "admin-moving.js", []string{"platen-admin"}},
	{"platen-admin-editor", "admin-editor.js", []string{"platen-admin", "platen-admin-terms", "platen-admin-writing"}},
	{"platen-admin-writing", "admin-writing.js", []string{"platen-admin"}},
	{"platen-admin-terms", "admin-terms.js", []string{"platen-admin"}},
	{"platen-admin-profile", "admin-profile.js", []string{"platen-admin"}},
	{"platen-admin-sessions", "admin-sessions.js", []string{"platen-admin"}},
	{"platen-admin-consumers", "admin-consumers.js", []string{"platen-admin"}},
}

type script struct {
	handle, file string
	deps         []string
}

func (s script) content() []byte { return mustRead(s.file) }

// asset is a file that the dashboard serves itself, below its own path.
type asset struct {
	content           []byte
	kind, ver, served string
}

func loadAssets() map[string]asset {
	assets := map[string]asset{}
	for name, kind := range map[string]string{"admin.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"} {
		content := mustRead(name)
		sum := sha256.Sum256(content)
		assets["platen/"+name] = asset{content: content, kind: kind, ver: base64.RawURLEncoding.EncodeToString(sum[:9]), served: name}
	}
	return assets
}

func mustRead(name string) []byte {
	content, err := assetFiles.ReadFile(path.Join("assets", name))
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	return content
}

// serve answers with the file. The right version may be kept for ever.
func (f asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+f.ver+`"`)
	if r.URL.Query().Get("ver") == f.ver {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, f.served, time.Time{}, bytes.NewReader(f.content))
}
