package platen

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/media"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/salt"
)

// loadSecrets takes the keys and salts given, or those of the key file in the
// data directory.
func (a *App) loadSecrets(keys map[string]string) (err error) {
	if keys == nil {
		if keys, err = config.LoadKeys(a.cfg.Data); err != nil {
			return err
		}
	}
	a.secrets, err = salt.New(keys, nil)
	return err
}

// secretsBeside makes of the constants what WordPress makes of them: one that
// is missing, has the sample's value or is there twice is replaced by a secret
// of the options table (wp_salt).
func (a *App) secretsBeside(ctx context.Context, b *config.Beside) (*salt.Secrets, error) {
	bad := salt.Check(b.Secrets)
	for _, e := range bad {
		a.log.WarnContext(ctx, "a key or salt of wp-config.php is not usable; WordPress keeps a secret in the options table instead, and so it is used here", "constant", e.Name, "problem", e.Error())
	}
	options := map[string]string{}
	if names := salt.Options(b.Secrets); len(names) > 0 {
		rows, err := a.store.Options(ctx, names)
		if err != nil && !errors.Is(err, wp.ErrNoSchema) {
			return nil, err
		}
		for name, o := range rows {
			options[strings.ToLower(name)] = o.Value
		}
	}
	secrets, err := salt.New(b.Secrets, options)
	if errors.Is(err, salt.ErrNoSecret) {
		var lines []string
		for _, e := range bad {
			lines = append(lines, e.Error())
		}
		return nil, fmt.Errorf("%s gives no secret to sign logins with:\n  %s\nand the options table has none in their place (%w). Give each constant its own long random value; or log in to wp-admin once: WordPress then makes and keeps the missing ones",
			b.File, strings.Join(lines, "\n  "), err)
	}
	return secrets, err
}

// errNoWordPress refuses to make a site in the database of a wp-config.php
// unless that was asked for.
func (a *App) errNoWordPress() error {
	return fmt.Errorf("the database %s of %s has no WordPress with the table prefix %q: finish its installation, or make a new site there with: platen init --wp-config %s",
		redactDSN(a.cfg.DB), a.cfg.Beside.File, a.store.Prefix(), a.cfg.Beside.File)
}

// besideConfig puts what the wp-config.php says into the configuration of the
// site.
func (a *App) besideConfig(c *site.Config) {
	b := a.cfg.Beside
	if b == nil {
		return
	}
	if c.SiteURL == "" {
		c.SiteURL, c.HomeURL = b.SiteURL, b.HomeURL
	}
	c.Constants, c.Root, c.Beside = b.Constants, b.Root, true
	c.ForceSSLAdmin = b.ForceSSLAdmin
	c.NoTrash, c.MediaTrash, c.Revisions = b.NoTrash, b.MediaTrash, b.Revisions
	c.DisallowFileEdit, c.DisallowFileMods = b.DisallowFileEdit, b.DisallowFileMods
	c.DisallowUnfilteredHTML, c.AllowUnfilteredUploads = b.DisallowUnfilteredHTML, b.AllowUnfilteredUploads
}

// warnOfCache tells about an object cache of PHP, which keeps rows where Platen
// does not write.
func (a *App) warnOfCache(ctx context.Context) {
	b := a.cfg.Beside
	if b == nil {
		return
	}
	dir := b.Constants["WP_CONTENT_DIR"]
	if dir == "" && b.Root != "" {
		dir = filepath.Join(b.Root, "wp-content")
	}
	if dir == "" {
		return
	}
	if _, err := os.Stat(filepath.Join(dir, "object-cache.php")); err == nil {
		a.log.WarnContext(ctx, "the WordPress beside has a persistent object cache: PHP may go on showing what was there before a change made here, and notice a logout or a new password late", "file", filepath.Join(dir, "object-cache.php"))
	}
}

// openUploads finds where the files of media items are: where --uploads says,
// where the WordPress beside has them, or in the data directory.
func (a *App) openUploads(ctx context.Context) error {
	a.warnOfCache(ctx)
	dir := a.cfg.Uploads
	if media.IsS3(dir) {
		bucket, err := media.OpenS3(ctx, dir)
		if err != nil {
			return fmt.Errorf("uploads: %w", err)
		}
		a.files = bucket
		return nil
	}
	if dir == "" && a.cfg.Beside == nil {
		dir = filepath.Join(a.cfg.Data, "uploads")
	}
	if dir == "" {
		path, err := a.store.Option(ctx, "upload_path")
		if err != nil && !errors.Is(err, wp.ErrNotFound) {
			return err
		}
		if dir = site.UploadsDir(a.cfg.Beside.Root, path.Value, a.cfg.Beside.Constants); dir == "" {
			a.log.WarnContext(ctx, "the uploads of the WordPress beside were not found, so media files are neither served nor taken; say where they are with --uploads DIR")
			return nil
		}
	}
	a.files = media.NewDisk(dir)
	return nil
}

// uploads is the storage of media files, nil when there is none.
func (a *App) uploads() media.Storage { return a.files }

// uploadsPaths are the paths below which media files are served, with slashes
// at both ends.
func (a *App) uploadsPaths(set *site.Settings) []string {
	paths := []string{"/wp-content/uploads/"}
	u, err := url.Parse(set.UploadsURL())
	if err != nil {
		return paths
	}
	path := strings.TrimRight(u.Path, "/") + "/"
	home, err := url.Parse(set.SiteURL)
	if err != nil || !strings.EqualFold(u.Host, home.Host) || path == "/" || path == paths[0] || strings.ContainsAny(path, "{} ") {
		return paths
	}
	return append(paths, path)
}
