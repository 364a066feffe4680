package wpv2

import (
	"bytes"
	"context"
	"crypto/md5" // Content-MD5 is what clients send; it protects nothing
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/rest"
)

// received is a file of a request.
type received struct {
	site.Upload
	code  string // of the error when the file is refused
	title string // what a form calls the file, "" for a raw body
}

func refuseUpload(status int, code, message string) error {
	return rest.NewError(status, code, message)
}

// received finds the file in a request: in the form field "file", or the body
// itself. Call done when the file is stored.
func (c *mediaItems) received(ctx context.Context, req *rest.Request) (up received, done func(), err error) {
	done = func() {}
	switch {
	case !emptyValue(req.Param("url")):
		up, done, err = c.fetched(ctx, req)
	case len(req.Files) > 0:
		up, done, err = fromForm(req)
	default:
		up, err = fromBody(req)
	}
	if err != nil {
		done()
		return up, nil, err
	}
	up.Date = c.parentDate(ctx, req)
	return up, done, nil
}

// parentDate is the date of the post that a file is attached to, whose folder
// it goes to; pages do not count.
func (c *mediaItems) parentDate(ctx context.Context, req *rest.Request) string {
	p, err := c.site.Post(ctx, req.Int("post"))
	if err != nil || p.Type == "page" {
		return ""
	}
	return p.Date
}

func fromForm(req *rest.Request) (up received, done func(), err error) {
	const code = "rest_upload_unknown_error"
	done = func() {}
	files := req.Files["file"]
	if len(files) == 0 {
		return up, done, refuseUpload(http.StatusInternalServerError, code, "Specified file failed upload test.")
	}
	file := files[len(files)-1] // PHP keeps the last of a name
	f, err := file.Open()
	if err != nil {
		return up, done, err
	}
	done = func() { f.Close() }
	if err := checkMD5(req, f); err != nil {
		return up, done, err
	}
	name := file.Filename[strings.LastIndexAny(file.Filename, `/\`)+1:]
	return received{site.Upload{Name: name, Type: file.Header.Get("Content-Type"), Size: file.Size, Source: f}, code, name}, done, nil
}

// bodySource is the raw body, in memory or in a temporary file.
func bodySource(req *rest.Request) (media.Source, int64, error) {
	if req.BodyFile == nil {
		return bytes.NewReader(req.Body), int64(len(req.Body)), nil
	}
	st, err := req.BodyFile.Stat()
	if err != nil {
		return nil, 0, err
	}
	return req.BodyFile, st.Size(), nil
}

func fromBody(req *rest.Request) (up received, err error) {
	src, size, err := bodySource(req)
	if err != nil {
		return up, err
	}
	if size == 0 || string(req.Body) == "0" {
		return up, refuseUpload(http.StatusBadRequest, "rest_upload_no_data", "No data supplied.")
	}
	if len(req.Header.Values("Content-Type")) == 0 {
		return up, refuseUpload(http.StatusBadRequest, "rest_upload_no_content_type", "No Content-Type supplied.")
	}
	dispositions := req.Header.Values("Content-Disposition")
	if len(dispositions) == 0 {
		return up, refuseUpload(http.StatusBadRequest, "rest_upload_no_content_disposition", "No Content-Disposition supplied.")
	}
	name := fileNameOf(dispositions)
	if name == "" || name == "0" {
		return up, refuseUpload(http.StatusBadRequest, "rest_upload_invalid_disposition", "Invalid Content-Disposition supplied. Content-Disposition needs to be formatted as `attachment; filename=\"image.png\"` or similar.")
	}
	if err := checkMD5(req, src); err != nil {
		return up, err
	}
	return received{site.Upload{Name: name, Type: req.Header.Get("Content-Type"), Size: size, Source: src}, "rest_upload_sideload_error", ""}, nil
}

// checkMD5 compares a file with the header Content-MD5, if there is one: hex
// digits, as WordPress has it.
func checkMD5(req *rest.Request, src media.Source) error {
	if len(req.Header.Values("Content-MD5")) == 0 {
		return nil
	}
	want := strings.TrimSpace(req.Header.Get("Content-MD5"))
	sum := md5.New()
	if _, err := io.Copy(sum, src); err != nil {
		return err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != want {
		return refuseUpload(http.StatusPreconditionFailed, "rest_upload_hash_mismatch", "Content hash did not match expected.")
	}
	return nil
}

// fileNameOf finds the file name in Content-Disposition headers, the last one
// that has one; filename* is not looked at (get_filename_from_disposition).
func fileNameOf(headers []string) string {
	found := ""
	for _, h := range headers {
		_, attrs, ok := strings.Cut(strings.TrimSpace(h), ";")
		if !ok {
			continue
		}
		name := ""
		for part := range strings.SplitSeq(attrs, ";") {
			if k, v, ok := strings.Cut(part, "="); ok && strings.TrimSpace(k) == "filename" {
				name = strings.TrimSpace(v)
			}
		}
		if name == "" || name == "0" {
			continue
		}
		if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
			name = name[1 : len(name)-1]
		}
		found = name
	}
	return found
}
