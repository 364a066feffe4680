package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/platenhq/platen/salt"
	"github.com/platenhq/platen/wpconfig"
)

// Beside is an existing WordPress site beside which Platen runs, as its
// wp-config.php describes it.
type Beside struct {
	File string // path of the wp-config.php
	Root string // ABSPATH, with a slash at the end; "" where no WordPress was found

	Secrets map[string]string // the keys and salts that are defined

	SiteURL, HomeURL string // WP_SITEURL, WP_HOME; "" leaves them to the options

	// Constants are those about cookies, addresses and directories that are
	// defined, by name.
	Constants map[string]string

	ForceSSLAdmin *bool // FORCE_SSL_ADMIN; nil follows the site's address

	NoTrash, MediaTrash                bool // EMPTY_TRASH_DAYS is 0, MEDIA_TRASH
	Revisions                          *int // WP_POST_REVISIONS: nil keeps all
	DisallowFileEdit, DisallowFileMods bool
	DisallowUnfilteredHTML             bool
	AllowUnfilteredUploads             bool
}

// cookieConstants are what wp_cookie_constants and wp_plugin_directory_constants
// leave alone when they are defined, and where files are.
var cookieConstants = []string{
	"COOKIEHASH", "USER_COOKIE", "PASS_COOKIE", "AUTH_COOKIE", "SECURE_AUTH_COOKIE", "LOGGED_IN_COOKIE", "TEST_COOKIE", "RECOVERY_MODE_COOKIE",
	"COOKIEPATH", "SITECOOKIEPATH", "ADMIN_COOKIE_PATH", "PLUGINS_COOKIE_PATH", "COOKIE_DOMAIN",
	"WP_CONTENT_DIR", "WP_CONTENT_URL", "WP_PLUGIN_URL", "UPLOADS",
}

// notServed are constants whose sites Platen would get wrong.
var notServed = []struct{ name, why string }{
	{"MULTISITE", "a network of sites (MULTISITE) is not supported"},
	{"CUSTOM_USER_TABLE", "users in a table of another name (CUSTOM_USER_TABLE) are not supported"},
	{"CUSTOM_USER_META_TABLE", "user meta in a table of another name (CUSTOM_USER_META_TABLE) is not supported"},
}

// beside reads the wp-config.php of c and sets what it says and set does not
// name: those came from flags and the environment, which count for more.
func (c *Config) beside(getenv func(string) string, set map[string]bool) error {
	defined, err := parseDefines(c.Define)
	if err != nil {
		return err
	}
	file, err := filepath.Abs(c.WPConfig)
	if err != nil {
		return err
	}
	b := &Beside{File: file, Root: rootOf(file, defined["ABSPATH"])}
	o := wpconfig.Options{Defined: defined, ABSPATH: b.Root, Env: func(name string) (string, bool) { v := getenv(name); return v, v != "" }}
	wpc, err := wpconfig.Load(file, o)
	if err != nil {
		return fmt.Errorf("wp-config: %w", err)
	}
	if v, ok, _ := wpc.String("ABSPATH"); ok && isWordPress(v) {
		b.Root = strings.TrimSuffix(v, "/") + "/"
	}
	r := &reader{wpc: wpc}
	for _, n := range notServed {
		if r.bool(n.name) {
			r.fail(fmt.Errorf("%s:%d: %s", file, wpc.Line(n.name), n.why))
		}
	}
	b.read(r, set)
	if c.DB, err = database(wpc, c.DB); err != nil {
		r.fail(err)
	}
	if !set["environment"] && r.has("WP_ENVIRONMENT_TYPE") {
		c.Environment, set["environment"] = environmentOf(r.text("WP_ENVIRONMENT_TYPE")), true
	}
	set["db"] = true
	c.Beside = b
	return errors.Join(r.errs...)
}

func (b *Beside) read(r *reader, set map[string]bool) {
	b.Secrets = r.constants(append(salt.Constants(), "SECRET_KEY", "SECRET_SALT")...)
	b.Constants = r.constants(cookieConstants...)
	if !set["url"] {
		b.SiteURL, b.HomeURL = r.text("WP_SITEURL"), r.text("WP_HOME")
	}
	if r.has("FORCE_SSL_ADMIN") {
		on := r.bool("FORCE_SSL_ADMIN")
		b.ForceSSLAdmin = &on
	}
	if r.bool("FORCE_SSL_LOGIN") {
		on := true
		b.ForceSSLAdmin = &on
	}
	b.NoTrash = r.has("EMPTY_TRASH_DAYS") && !r.bool("EMPTY_TRASH_DAYS")
	b.MediaTrash = r.bool("MEDIA_TRASH")
	if n, limited := r.revisions(); limited {
		b.Revisions = &n
	}
	b.DisallowFileEdit, b.DisallowFileMods = r.bool("DISALLOW_FILE_EDIT"), r.bool("DISALLOW_FILE_MODS")
	b.DisallowUnfilteredHTML, b.AllowUnfilteredUploads = r.bool("DISALLOW_UNFILTERED_HTML"), r.bool("ALLOW_UNFILTERED_UPLOADS")
}

// reader collects the constants that cannot be told.
type reader struct {
	wpc  *wpconfig.Config
	errs []error
}

func (r *reader) fail(err error) {
	if err != nil {
		r.errs = append(r.errs, err)
	}
}

func (r *reader) text(name string) string {
	v, _, err := r.wpc.String(name)
	r.fail(err)
	return v
}

func (r *reader) bool(name string) bool {
	v, err := r.wpc.Bool(name)
	r.fail(err)
	return v
}

// has reports whether a constant is defined, with a value that can be told.
func (r *reader) has(name string) bool {
	_, ok, err := r.wpc.String(name)
	r.fail(err)
	return ok && err == nil
}

func (r *reader) constants(names ...string) map[string]string {
	found := map[string]string{}
	for _, name := range names {
		v, ok, err := r.wpc.String(name)
		r.fail(err)
		if ok {
			found[name] = v
		}
	}
	return found
}

// revisions reads WP_POST_REVISIONS: true keeps all, false none, else how many.
func (r *reader) revisions() (n int, limited bool) {
	_, ok, err := r.wpc.String("WP_POST_REVISIONS")
	r.fail(err)
	if !ok || err != nil || r.wpc.IsTrue("WP_POST_REVISIONS") {
		return 0, false
	}
	i, _ := r.wpc.Int("WP_POST_REVISIONS")
	return int(max(-1, min(i, 1<<30))), true
}

// parseDefines reads the lines NAME=VALUE of --define.
func parseDefines(lines string) (map[string]string, error) {
	defined := map[string]string{}
	for _, line := range strings.Split(lines, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fmt.Errorf("define: want NAME=VALUE, the name of a constant of wp-config.php and its value")
		}
		defined[name] = value
	}
	return defined, nil
}

// rootOf finds WordPress's directory: what is given, the directory of the
// wp-config.php, or the only WordPress directly below it. WordPress itself
// looks for its configuration in its own directory and in the one above.
func rootOf(file, given string) string {
	if given != "" {
		return strings.TrimSuffix(filepath.ToSlash(given), "/") + "/"
	}
	dir := filepath.Dir(file)
	if isWordPress(dir) {
		return filepath.ToSlash(dir) + "/"
	}
	found := ""
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		sub := filepath.Join(dir, e.Name())
		if !isWordPress(sub) {
			continue
		}
		if found != "" {
			return ""
		}
		found = filepath.ToSlash(sub) + "/"
	}
	return found
}

func isWordPress(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "wp-includes", "version.php"))
	return err == nil
}

// environmentOf is wp_get_environment_type's reading of a name.
func environmentOf(name string) string {
	if knownEnvironment(name) {
		return name
	}
	return "production"
}

func knownEnvironment(name string) bool {
	return name == "local" || name == "development" || name == "staging" || name == "production"
}

// database is the DSN of a wp-config.php's settings; where one is given it
// takes nothing but the table prefix, and that only if it names none.
func database(wpc *wpconfig.Config, given string) (string, error) {
	if given != "" {
		base, query, _ := strings.Cut(given, "?")
		params, err := url.ParseQuery(query)
		if err != nil || params.Has("prefix") {
			return given, nil // what is wrong with it, the store says
		}
		prefix, err := wpc.TablePrefix()
		if err != nil {
			return "", err
		}
		params.Set("prefix", prefix)
		return base + "?" + params.Encode(), nil
	}
	d, err := wpc.Database()
	if err != nil {
		return "", err
	}
	return DSN(d), nil
}

// sockets is where PHP's driver and distributions keep the local socket.
var sockets = []string{"/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"}

// DSN is the DSN of a wp-config.php's database. To PHP's driver "localhost"
// means the local socket, whatever the port; so it does here where one of the
// usual sockets is there. DB_COLLATE is not needed: columns have their own.
func DSN(d wpconfig.Database) string {
	address := d.Address
	if d.Network == "unix" {
		address = "unix(" + address + ")"
	} else if host, _, err := net.SplitHostPort(address); err == nil && strings.EqualFold(host, "localhost") {
		for _, path := range sockets {
			if fi, err := os.Stat(path); err == nil && fi.Mode()&os.ModeSocket != 0 {
				address = "unix(" + path + ")"
				break
			}
		}
	}
	v := url.Values{"prefix": {d.Prefix}}
	if d.Charset != "" {
		v.Set("charset", strings.ToLower(d.Charset))
	}
	switch {
	case d.TLSSkipVerify:
		v.Set("tls", "skip-verify")
	case d.TLS:
		v.Set("tls", "true")
	}
	dsn := "mysql://" + escapeUser(d.User)
	if d.Password != "" {
		dsn += ":" + escapeUser(d.Password)
	}
	return dsn + "@" + address + "/" + url.PathEscape(d.Name) + "?" + v.Encode()
}

// escapeUser also encodes what PathEscape leaves alone but a DSN is cut at.
func escapeUser(s string) string {
	return strings.NewReplacer("@", "%40", ":", "%3A").Replace(url.PathEscape(s))
}
