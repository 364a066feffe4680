package rest

import "github.com/platenhq/platen/format"

// sanitizeOrigin is the Origin header as it may be repeated: "null" as it is,
// anything else as sanitize_url leaves an address.
func sanitizeOrigin(origin string) string {
	if origin == "null" {
		return origin
	}
	return format.SanitizeURL(origin)
}
