//go:build peer

package peer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

const (
	admin     = "peer_admin"
	adminPass = "a 'long' enough \\ password"
	prefix    = "pe_"
)

// world is a WordPress in PHP and Platen on the same database.
type world struct {
	dir, root string
	config    string // the wp-config.php
	db        *database
	web       *web
	platen    *platen
	dbVersion int
}

var (
	theWorld *world
	setUp    sync.Once
	setUpErr error
)

// here returns the world, which is made once for all tests.
func here(t *testing.T) *world {
	t.Helper()
	setUp.Do(func() { theWorld, setUpErr = newWorld() })
	if setUpErr != nil {
		t.Fatal(setUpErr)
	}
	return theWorld
}

func TestMain(m *testing.M) {
	code := m.Run()
	if theWorld != nil {
		if code != 0 && theWorld.platen != nil {
			fmt.Println(theWorld.platen.output())
			if b, err := os.ReadFile(filepath.Join(theWorld.dir, "php.log")); err == nil {
				fmt.Printf("php: %s\n", b)
			}
		}
		theWorld.end()
	}
	os.Exit(code)
}

func (w *world) end() {
	if w.platen != nil {
		w.platen.kill()
	}
	if w.web != nil {
		w.web.nginx.kill()
		w.web.fpm.kill()
	}
	if w.db != nil {
		w.db.kill()
	}
	os.RemoveAll(w.dir)
	if file, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(file))
	}
}

// wordpress is the directory of the WordPress to copy.
func wordpress() string {
	if dir := os.Getenv("PLATEN_PEER_WORDPRESS"); dir != "" {
		return dir
	}
	return "/usr/share/wordpress"
}

func newWorld() (w *world, err error) {
	for _, need := range [][]string{{"mariadbd", "mysqld"}, {"nginx"}, {"php"}, {"php-fpm", "php-fpm8*", "php-fpm7*"}} {
		if find(need...) == "" {
			return nil, fmt.Errorf("%s is not installed; .ci/deps peer installs what the peer tests need", need[0])
		}
	}
	if _, err := os.Stat(filepath.Join(wordpress(), "wp-load.php")); err != nil {
		return nil, fmt.Errorf("no WordPress: %w; .ci/deps peer installs Debian's", err)
	}
	w = &world{}
	if w.dir, err = os.MkdirTemp("", "platen-peer-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			w.end()
		}
	}()
	w.root, w.config = filepath.Join(w.dir, "wordpress"), filepath.Join(w.dir, "wordpress", "wp-config.php")
	if out, err := exec.Command("cp", "-aL", wordpress(), w.root).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cp: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	behind, err := freePort()
	if err != nil {
		return nil, err
	}
	if w.db, err = newDatabase(w.dir); err != nil {
		return nil, err
	}
	if _, err := w.db.query("CREATE DATABASE wordpress DEFAULT CHARACTER SET utf8mb4"); err != nil {
		return nil, err
	}
	if err := os.WriteFile(w.config, []byte(configOf(w.db.socket)), 0o600); err != nil {
		return nil, err
	}
	if w.web, err = newWeb(w.dir, w.root, port, behind); err != nil {
		return nil, err
	}
	if err := w.install(); err != nil {
		return nil, err
	}
	w.platen, err = newPlaten(behind, "--wp-config", w.config, "--data", filepath.Join(w.dir, "data"), "--trusted-proxies", "127.0.0.1")
	return w, err
}

// configOf is a wp-config.php with one key missing, as it happens: WordPress
// keeps a secret of its own for it.
func configOf(socket string) string {
	keys := ""
	for _, name := range []string{"AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT"} {
		keys += fmt.Sprintf("define( '%s', 'secret of %s, with \\'quotes\\' and \\\\ in it' );\n", name, name)
	}
	return `<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:` + socket + `' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
` + keys + `
$table_prefix = '` + prefix + `';
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'FS_METHOD', 'direct' );
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
`
}

// install does WordPress's installation in its own form, and gives it pretty
// permalinks.
func (w *world) install() error {
	c := newClient(w.web.url)
	resp, body, err := c.send(http.MethodPost, "/wp-admin/install.php?step=2", url.Values{
		"weblog_title": {"Peers & friends"}, "user_name": {admin}, "admin_password": {adminPass}, "admin_password2": {adminPass}, "pw_weak": {"on"},
		"admin_email": {"admin@example.org"}, "Submit": {"Install WordPress"}, "language": {""},
	})
	if err != nil || resp.StatusCode != 200 || !strings.Contains(body, "wp-login.php") {
		return fmt.Errorf("the installation of WordPress failed: %v %s", err, body)
	}
	out, err := w.eval(`update_option('siteurl', ` + quote(w.web.url) + `); update_option('home', ` + quote(w.web.url) + `); update_option('permalink_structure', '/%year%/%postname%/'); flush_rewrite_rules(); wp_create_nonce('makes the missing salt'); return (int) get_option('db_version');`)
	if err != nil {
		return err
	}
	return json.Unmarshal(out, &w.dbVersion)
}

// eval runs PHP inside WordPress, as the administrator, and returns the JSON of
// what it returns.
func (w *world) eval(code string) (json.RawMessage, error) {
	script := `error_reporting(0); $_SERVER['HTTP_HOST'] = ` + quote(strings.TrimPrefix(w.web.url, "http://")) + `; $_SERVER['REQUEST_URI'] = '/';
require ` + quote(w.root+"/wp-load.php") + `; wp_set_current_user(1);
echo "\n<<<", json_encode((function() { global $wpdb; ` + code + ` })(), JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE), ">>>";`
	out, err := exec.Command(find("php"), "-d", "memory_limit=256M", "-r", script).CombinedOutput()
	_, rest, ok := strings.Cut(string(out), "\n<<<")
	if text, _, end := strings.Cut(rest, ">>>"); ok && end {
		return json.RawMessage(text), nil
	}
	return nil, fmt.Errorf("php: %w\n%s", errors.Join(err, errors.New("no result")), out)
}

// php is eval into a value.
func php[T any](t *testing.T, code string) T {
	t.Helper()
	out, err := here(t).eval(code)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return v
}

// quote is a PHP string.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// sql runs SQL.
func sql(t *testing.T, text string) string {
	t.Helper()
	out, err := here(t).db.query(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// client is a browser: it keeps cookies, and carries a nonce once it has one.
type client struct {
	base  string
	jar   http.CookieJar
	http  *http.Client
	nonce string
	basic [2]string
}

func newClient(base string) *client {
	jar, _ := cookiejar.New(nil)
	return &client{base: base, jar: jar, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// at is the same browser at another server of the same host: cookies know no
// ports.
func (c *client) at(base string) *client {
	other := *c
	other.base = base
	return &other
}

// anonymous is a browser without cookies and nonce.
func app(base, user, pass string) *client {
	c := newClient(base)
	c.basic = [2]string{user, pass}
	return c
}

// send sends a request; body is a form, something to be JSON, or nil.
func (c *client) send(method, path string, body any) (*http.Response, string, error) {
	var r io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case url.Values:
		r, kind = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	case []byte:
		r, kind = strings.NewReader(string(b)), "image/png"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, "", err
		}
		r, kind = strings.NewReader(string(raw)), "application/json"
	}
	req, err := http.NewRequest(method, c.base+path, r)
	if err != nil {
		return nil, "", err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if kind == "image/png" {
		req.Header.Set("Content-Disposition", `attachment; filename="peer.png"`)
	}
	if c.nonce != "" {
		req.Header.Set("X-WP-Nonce", c.nonce)
	}
	if c.basic[0] != "" {
		req.SetBasicAuth(c.basic[0], c.basic[1])
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp, string(raw), err
}

// do is send, for a request that must be answered with a status.
func (c *client) do(t *testing.T, status int, method, path string, body any) string {
	t.Helper()
	resp, text, err := c.send(method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != status {
		t.Fatalf("%s %s%s: %s, want %d (Location %q)\n%.2000s", method, c.base, path, resp.Status, status, resp.Header.Get("Location"), text)
	}
	return text
}

// object is do for an answer that is a JSON object.
func (c *client) object(t *testing.T, status int, method, path string, body any) map[string]any {
	t.Helper()
	text := c.do(t, status, method, path, body)
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s %s: %v\n%.500s", method, path, err, text)
	}
	return v
}

// login logs in at the login form.
func login(t *testing.T, base, user, pass string) *client {
	t.Helper()
	c := newClient(base)
	c.do(t, 200, http.MethodGet, "/wp-login.php", nil)
	resp, body, err := c.send(http.MethodPost, "/wp-login.php", url.Values{"log": {user}, "pwd": {pass}, "testcookie": {"1"}, "wp-submit": {"Log In"}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusFound {
		t.Fatalf("no login at %s: %s\n%.2000s", base, resp.Status, between(body, "login_error", "</div>"))
	}
	return c
}

// withNonce fetches the REST nonce of the login.
func (c *client) withNonce(t *testing.T) *client {
	t.Helper()
	n := c.do(t, 200, http.MethodGet, "/wp-admin/admin-ajax.php?action=rest-nonce", nil)
	if !regexp.MustCompile(`^[0-9a-f]{10}$`).MatchString(n) {
		t.Fatalf("%s: nonce %q", c.base, n)
	}
	other := *c
	other.nonce = n
	return &other
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	text, _, _ := strings.Cut(rest, to)
	return text
}

// sides runs a test both ways: from is where it is done, other where it must be
// seen.
func sides(t *testing.T, f func(t *testing.T, from, other string)) {
	w := here(t)
	t.Run("PHP to Platen", func(t *testing.T) { f(t, w.web.url, w.platen.url) })
	t.Run("Platen to PHP", func(t *testing.T) { f(t, w.platen.url, w.web.url) })
}

// id reads the id of a resource.
func id(v map[string]any) int { n, _ := v["id"].(float64); return int(n) }

const me = "/wp-json/wp/v2/users/me?context=edit"
