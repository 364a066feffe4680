package media

import (
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/platenhq/platen/format"
)

// Handler hands out the files of a Storage, or leads to where readers get them;
// the path of a request is the name of a file (see http.StripPrefix). Ranges, ETag and Last-Modified work as
// everywhere.
//
// What users uploaded never runs in the name of the site: types are said and
// not to be guessed, documents are sandboxed, what browsers would execute is
// offered for download. There are no listings of directories, hidden files and
// programs of the server (.php) are not there.
type Handler struct {
	Storage Storage
	Log     *slog.Logger // nil: silent
}

// cacheControl is how long a file may be kept. Names are not used again for
// something else as long as the item is there; edited images are new items.
const cacheControl = "public, max-age=86400"

// sandbox lets a document that is opened by itself show what it is, and do
// nothing.
const sandbox = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	name, err := CleanName(r.URL.Path)
	if err != nil || hidden(name) {
		http.NotFound(w, r)
		return
	}
	if p, ok := h.Storage.(interface{ Public(name string) string }); ok {
		if to := p.Public(name); to != "" {
			header.Set("Cache-Control", cacheControl)
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
	}
	f, info, err := h.Storage.Open(r.Context(), name)
	if err != nil {
		if !errors.Is(err, ErrNotFound) && h.Log != nil {
			h.Log.WarnContext(r.Context(), "an upload cannot be read", "name", name, "err", err)
		}
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	describe(header, name)
	header.Set("Cache-Control", cacheControl)
	header.Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime.UnixNano(), info.Size))
	http.ServeContent(w, r, "", info.ModTime, f)
}

// hidden reports names that are not handed out.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	for ext := range strings.SplitSeq(strings.ToLower(path.Base(name)), ".") {
		if strings.HasPrefix(ext, "php") && len(ext) <= 5 || slices.Contains([]string{"phtml", "phar", "pht", "cgi"}, ext) {
			return strings.HasSuffix(strings.ToLower(name), "."+ext)
		}
	}
	return false
}

// fontTypes are the types by which the web knows fonts; uploads know them by
// what libmagic calls them.
var fontTypes = map[string]string{"otf": "font/otf", "ttf": "font/ttf", "woff": "font/woff", "woff2": "font/woff2"}

// contentType is the media type that a file is handed out with.
func contentType(name string) (mime string, ok bool) {
	if ext, _, ok := format.FontFileTypes().Check(name); ok {
		return fontTypes[strings.ToLower(ext)], true
	}
	_, mime, ok = format.KnownFileTypes().Check(name)
	return mime, ok
}

// describe says what a file is and what a browser may do with it.
func describe(h http.Header, name string) {
	t, ok := contentType(name)
	if !ok {
		if t, _, _ = mime.ParseMediaType(mime.TypeByExtension(strings.ToLower(path.Ext(name)))); t == "" {
			t = "application/octet-stream"
		}
	}
	family, _, _ := strings.Cut(t, "/")
	inline := family == "image" && t != "image/svg+xml" || family == "audio" || family == "video" || family == "font" ||
		t == "text/plain" || t == "text/csv" || t == "text/vtt" || t == "application/pdf"
	if !inline {
		h.Set("Content-Disposition", "attachment")
	}
	if t != "application/pdf" { // a viewer does not open what is sandboxed
		h.Set("Content-Security-Policy", sandbox)
	}
	if family == "text" {
		t += "; charset=utf-8"
	}
	h.Set("Content-Type", t)
}
