package wpv2

import (
	"context"
	"net/http"
	"net/url"
	"path"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

const invalidURL = "rest_invalid_url"

// urlArg is the address of an image that is fetched instead of uploaded. Only
// public addresses pass.
func (c *mediaItems) urlArg() *schema.Schema {
	s := schema.String("Address of an image to fetch instead of uploading a file.").Format("uri")
	plain := s.Clone()
	return s.Validate(func(ctx context.Context, v any, param string) *schema.Error {
		if err := schema.Validate(v, plain, param); err != nil {
			return err
		}
		text, _ := v.(string)
		if media.CheckAddress(ctx, text) != nil {
			return &schema.Error{Code: invalidURL, Message: "Invalid URL. Provide a valid, publicly reachable HTTP or HTTPS image URL.", Data: ordered.Of("status", http.StatusBadRequest)}
		}
		return nil
	}).Sanitize(schema.Text(func(s string) string { return format.SanitizeURL(s) }))
}

// fetched takes an image from another site: create_item_from_url.
func (c *mediaItems) fetched(ctx context.Context, req *rest.Request) (up received, done func(), err error) {
	done = func() {}
	address := req.String("url")
	name := ""
	if u, err := url.Parse(address); err == nil && u.Path != "" {
		if name = path.Base(u.Path); name == "/" || name == "." {
			name = ""
		}
	}
	if name == "" {
		return up, done, refuseUpload(http.StatusBadRequest, invalidURL, "Could not determine a filename from the provided URL.")
	}
	if _, mime, ok := c.site.AllowedFileTypes(ctx).Check(name); !ok || len(mime) < 6 || mime[:6] != "image/" {
		return up, done, refuseUpload(http.StatusBadRequest, invalidURL, "The provided URL does not point to a supported image file.")
	}
	f, size, err := media.Fetch(ctx, address, maxFetched)
	if err != nil {
		return up, done, refuseUpload(http.StatusInternalServerError, "http_request_failed", "The image could not be fetched.")
	}
	done = func() { f.Close() }
	return received{site.Upload{Name: name, Size: size, Source: f}, "upload_error", name}, done, nil
}

// maxFetched is how large a fetched image may be, in bytes.
const maxFetched = 64 << 20
