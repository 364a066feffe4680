package js

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"net/http"
	"path"
	"time"
)

// dist is the output of js/build. The directory is in the repository, its contents are not.
//
//go:embed all:dist
var dist embed.FS

// ErrNotBuilt says that this program was compiled before the browser scripts were built.
var ErrNotBuilt = errors.New("js: the browser scripts are not built into this program: run `go run ./js/build -install` in its source (or `make build`), then build it again")

// licensesFile holds the licences of the npm packages among the scripts.
const licensesFile = "licenses.txt"

// coreFiles are the scripts that js/build makes.
var coreFiles = []string{"jquery", "underscore", "backbone", "wp-api-request", "wp-api"}

// Built returns [ErrNotBuilt] if the browser scripts are not embedded in this program. A server says so when it starts;
// its pages would come without scripts, and [Registry.Handler] answers 503 for them.
func Built() error {
	for _, name := range coreFiles {
		for _, suffix := range []string{".js", ".min.js"} {
			if _, err := dist.Open("dist/" + name + suffix); err != nil {
				return ErrNotBuilt
			}
		}
	}
	return nil
}

// asset is a file that a registry serves.
type asset struct {
	content []byte // nil: a core script that was not built
	version string // of the content; goes into the URL
}

func newAsset(content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{content: content, version: hex.EncodeToString(sum[:])[:12]}
}

func coreAsset(file string) asset {
	content, err := dist.ReadFile("dist/" + file)
	if err != nil {
		return asset{version: "not-built"}
	}
	return newAsset(content)
}

// Handler serves the files of the registry by the last element of the URL path, whatever comes before it: mount it at
// [Options.Base]. A URL with the right `ver` may be kept for ever; any other is to be revalidated by its ETag. Core
// scripts that were not built are answered with 503 and a text that says what to do.
func (r *Registry) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := path.Base(req.URL.Path)
		a, ok := r.asset(name)
		if !ok {
			http.NotFound(w, req)
			return
		}
		if a.content == nil {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, ErrNotBuilt.Error(), http.StatusServiceUnavailable)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		if name == licensesFile {
			h.Set("Content-Type", "text/plain; charset=utf-8")
		}
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("ETag", `"`+a.version+`"`)
		if req.URL.Query().Get("ver") == a.version {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "public, no-cache")
		}
		http.ServeContent(w, req, name, time.Time{}, bytes.NewReader(a.content))
	})
}
