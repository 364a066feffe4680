package site

import (
	"path"
	"strings"
)

// defaultUploads is the upload_path that says nothing.
const defaultUploads = "wp-content/uploads"

// UploadsDir is the directory of a WordPress's uploads (_wp_upload_dir,
// without year and month), "" when it cannot be told: root is its ABSPATH, ""
// when that is not known, uploadPath its option, and of the constants
// WP_CONTENT_DIR and UPLOADS count.
func UploadsDir(root, uploadPath string, constants map[string]string) string {
	below := func(p string) string {
		if root == "" {
			return ""
		}
		return path.Join(root, p)
	}
	if v := constants["UPLOADS"]; v != "" {
		return below(v)
	}
	uploadPath = strings.TrimSpace(uploadPath)
	switch {
	case uploadPath != "" && uploadPath != defaultUploads:
		if path.IsAbs(uploadPath) {
			return path.Clean(uploadPath)
		}
		return below(uploadPath)
	case constants["WP_CONTENT_DIR"] != "":
		return path.Join(constants["WP_CONTENT_DIR"], "uploads")
	}
	return below(defaultUploads)
}

// uploadsURL is the address of the uploads, without a slash at the end. A site
// of our own has them where WordPress has them by default.
func (s *Site) uploadsURL(set *Settings) string {
	constants := s.cfg.Constants
	if v := constants["UPLOADS"]; v != "" {
		return strings.TrimRight(set.SiteURL+"/"+strings.TrimLeft(v, "/"), "/")
	}
	if u := set.Get("upload_url_path"); u != "" {
		return strings.TrimRight(u, "/")
	}
	content := constants["WP_CONTENT_URL"]
	if content == "" {
		content = set.SiteURL + "/wp-content"
	}
	uploadPath := strings.TrimSpace(set.Get("upload_path"))
	if !s.cfg.Beside || uploadPath == "" || uploadPath == defaultUploads || uploadPath == UploadsDir(s.cfg.Root, uploadPath, constants) {
		return strings.TrimRight(content, "/") + "/uploads"
	}
	return strings.TrimRight(set.SiteURL+"/"+uploadPath, "/")
}
