package wpconfig

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wantConstants(t *testing.T, c *Config, want map[string]string) {
	t.Helper()
	for name, w := range want {
		got, ok, err := c.String(name)
		if w == "-" {
			if ok || err != nil {
				t.Errorf("%s is %q, %v; should not be defined", name, got, err)
			}
			continue
		}
		if !ok || err != nil || got != w {
			t.Errorf("%s is %q, %v, %v; want %q", name, got, ok, err, w)
		}
	}
}

func TestDocker(t *testing.T) {
	src := file(t, "docker.php")
	c := Parse("/var/www/html/wp-config.php", src, Options{})
	wantConstants(t, c, map[string]string{
		"DB_NAME": "wordpress", "DB_HOST": "mysql", "DB_COLLATE": "", "WP_DEBUG": "", "AUTH_KEY": "put your unique phrase here", "AFTER": "-", "ABSPATH": "-",
	})
	c = Parse("/var/www/html/wp-config.php", src, Options{
		Env: env("WORDPRESS_DB_NAME", "site", "WORDPRESS_DB_PASSWORD_FILE", "/run/secrets/db", "WORDPRESS_TABLE_PREFIX", "abc_",
			"WORDPRESS_DEBUG", "1", "WORDPRESS_CONFIG_EXTRA", "define('FORCE_SSL_ADMIN', true); define('WP_HOME', 'https://example.org');"),
		ReadFile: func(name string) ([]byte, error) {
			if name == "/run/secrets/db" {
				return []byte("s3cret\n"), nil
			}
			return nil, os.ErrNotExist
		},
	})
	wantConstants(t, c, map[string]string{"DB_NAME": "site", "DB_PASSWORD": "s3cret", "WP_DEBUG": "1", "FORCE_SSL_ADMIN": "1", "WP_HOME": "https://example.org"})
	d, err := c.Database()
	if err != nil || d.Prefix != "abc_" || d.Address != "mysql:3306" || d.Network != "tcp" || d.User != "example username" {
		t.Error(d, err)
	}
}

func TestOdd(t *testing.T) {
	c := Parse("/srv/www/site/wp-config.php", file(t, "odd.php"), Options{})
	wantConstants(t, c, map[string]string{
		"NOT_ME": "-", "NO": "-",
		"SINGLE": `it's \n a \ backslash`, "DOUBLE": "tab\tquote\" A\u263a A $x", "CONCAT": "ab\n111.5", "TWO": "2",
		"INTERP": "u=root v five root deep", "HEREDOC": "one root\n  two $", "NOWDOC": `raw $user \n`,
		"TERNARY": "yes", "ELVIS": "fallback", "COALESCE": "found", "NOT": "1", "MATH": "18", "BITS": "2112", "CAST": "1251",
		"DIR": "/srv/www/site|/srv/www/site|/srv", "ALT": "if", "CHAIN": "2", "SWITCH": "r", "LOOP_A": "x", "LOOP_B": "y", "LOOP_C": "-",
		"GUARDED": "or", "LIST_": "leftrightv", "APPEND": "ab", "FUNC": "t-tu+u", "TRIMMED": "xABCbbnbnbdea,b",
		"TRY": "1", "FINALLY": "1", "NUMBERS": "1049", "SSL": "1", "LAST": "54",
	})
	if prefix, err := c.TablePrefix(); prefix != "x_" || err != nil {
		t.Error(prefix, err)
	}
	for _, name := range []string{"MATCHED", "CAUGHT"} {
		if _, _, err := c.String(name); err == nil {
			t.Errorf("%s should not be known", name)
		}
	}
}

func TestUnknown(t *testing.T) {
	const src = `<?php
define('WP_HOME', 'https://' . $_SERVER['HTTP_HOST']);
define('DB_PASSWORD', getenv('DB_PASS'));
define('DB_USER', getenv('DB_USER') ?: 'fallback');
define('DB_NAME', $_ENV['DB_NAME'] ?? 'default');
if ($_SERVER['HTTP_HOST'] === 'staging.example.org') {
	define('DB_HOST', 'staging-db');
	$table_prefix = 'st_';
} else {
	define('DB_HOST', 'live-db');
}
define('WP_ENVIRONMENT_TYPE', secret_lookup('env'));
if (empty($_SERVER['REMOTE_USER'])) die('no');
function host() { if (is_admin()) return 'a'; return 'b'; }
define('MAYBE', host());
include 'missing.php';
define('KNOWN', 'still');
some weird statement define('WEIRD', 'x') here;
define('AFTER', 'too');
`
	c := Parse("/www/wp-config.php", src, Options{})
	wantConstants(t, c, map[string]string{"DB_USER": "fallback", "DB_NAME": "default", "KNOWN": "still", "AFTER": "too", "NOWHERE": "-"})
	for _, w := range []struct {
		name, reason, flag string
		line               int
	}{
		{"WP_HOME", "depends on the request ($_SERVER['HTTP_HOST'])", "--url", 2},
		{"DB_PASSWORD", "comes from the environment variable DB_PASS, which is not set here", "--db", 3},
		{"DB_HOST", "depends on a condition that depends on the request ($_SERVER['HTTP_HOST'])", "--db", 7},
		{"WP_ENVIRONMENT_TYPE", "depends on the function secret_lookup()", "--environment", 12},
		{"WEIRD", "set by a statement that could not be read", "--define WEIRD=VALUE", 18},
	} {
		_, _, err := c.String(w.name)
		var e *ValueError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", w.name, err)
			continue
		}
		if e.Name != w.name || e.Line != w.line || e.Reason != w.reason || e.Flag != w.flag || e.File != "/www/wp-config.php" {
			t.Errorf("%+v", e)
		}
	}
	if _, _, err := c.String("MAYBE"); err == nil {
		t.Error("MAYBE should not be known")
	}
	if _, err := c.TablePrefix(); err == nil || !strings.Contains(err.Error(), "--db") {
		t.Error(err)
	}
	_, err := c.Database()
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Error(err)
	}
}

func TestInclude(t *testing.T) {
	files := map[string]string{
		"/www/wp-config.php":   `<?php require __DIR__ . '/db.php'; $c = include dirname(__FILE__).'/conf/extra.php'; define('FROM', $c['name']); require_once('db.php'); if (file_exists('local.php')) { include 'local.php'; } define('DB_NAME', 'late');`,
		"/www/db.php":          `<?php defined('ABSPATH') || exit; define('DB_NAME', 'included');`,
		"/www/conf/extra.php":  `<?php return ['name' => basename(__FILE__)];`,
		"/www/local.php":       `<?php include __FILE__; define('LOCAL', true);`,
		"/www/unused/file.php": ``,
	}
	c, err := Load("/www/wp-config.php", Options{ReadFile: func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, os.ErrNotExist
	}})
	if err != nil {
		t.Fatal(err)
	}
	wantConstants(t, c, map[string]string{"DB_NAME": "included", "FROM": "extra.php", "LOCAL": "1"})
	if _, err := Load("/www/none.php", Options{ReadFile: func(string) ([]byte, error) { return nil, os.ErrNotExist }}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Load("/www/x.php", Options{ReadFile: func(string) ([]byte, error) { return []byte("<html>"), nil }}); !errors.Is(err, ErrNoConfig) {
		t.Error(err)
	}
}

func TestURLAndBedrock(t *testing.T) {
	c := Parse("/www/wp-config.php", `<?php
use Roots\WPConfig\Config; use function Env\env;
$url = parse_url(getenv('DATABASE_URL'));
Config::define('DB_HOST', $url['host'] . ':' . $url['port']);
Config::define('DB_USER', $url['user']); Config::define('DB_PASSWORD', $url['pass']);
Config::define('DB_NAME', ltrim($url['path'], '/'));
Config::define('WP_HOME', env('WP_HOME')); Config::define('WP_SITEURL', Config::get('WP_HOME') . '/wp');
$table_prefix = env('DB_PREFIX') ?: 'wp_';
Config::apply();
`, Options{Env: env("DATABASE_URL", "mysql://me:p%40ss@db.example.org:3307/site?x=1", "WP_HOME", "https://example.org")})
	wantConstants(t, c, map[string]string{"DB_PASSWORD": "p%40ss", "WP_SITEURL": "https://example.org/wp", "DB_NAME": "site"})
	d, err := c.Database()
	if err != nil || d.Address != "db.example.org:3307" || d.Prefix != "wp_" || d.User != "me" {
		t.Error(d, err)
	}
}

func TestParseHost(t *testing.T) {
	for _, c := range [][3]string{
		{"localhost", "tcp", "localhost:3306"}, {"", "tcp", "localhost:3306"}, {"db:3307", "tcp", "db:3307"}, {"db:abc", "tcp", "db:3306"},
		{"localhost:/run/mysqld/mysqld.sock", "unix", "/run/mysqld/mysqld.sock"}, {":/s", "unix", "/s"}, {"/s", "unix", "/s"},
		{"localhost:3306:/s", "unix", "/s"}, {"10.0.0.1:/s", "tcp", "10.0.0.1:3306"},
		{"[::1]:3307", "tcp", "[::1]:3307"}, {"::1", "tcp", "[::1]:3306"}, {"[fe80::2]", "tcp", "[fe80::2]:3306"},
	} {
		if network, address := ParseHost(c[0]); network != c[1] || address != c[2] {
			t.Errorf("%q: %s %s", c[0], network, address)
		}
	}
}

func TestTLSAndPrefix(t *testing.T) {
	c := Parse("/w.php", `<?php define('DB_NAME','n');define('DB_USER','u');define('DB_HOST','h');define('MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT);$table_prefix='a-b';`, Options{})
	d, err := c.Database()
	if !d.TLS || !d.TLSSkipVerify || err == nil || !strings.Contains(err.Error(), "letters") {
		t.Error(d, err)
	}
	if flags, err := c.Int("MYSQL_CLIENT_FLAGS"); flags != 2112 || err != nil {
		t.Error(flags, err)
	}
	if on, err := c.Bool("DB_NAME"); !on || err != nil {
		t.Error(on, err)
	}
	if got, err := c.Constants("DB_NAME", "NONE"); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
	if c.Line("DB_NAME") != 1 || len(c.Names()) != 4 {
		t.Error(c.Names())
	}
}

func TestRunaways(t *testing.T) {
	for _, src := range []string{
		`<?php function f() { return f(); } define('A', f());`,
		`<?php while (true) { $x .= 'a'; } define('A', 1);`,
		`<?php $a = 'x'; foreach ([1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25] as $i) { $a .= $a; } define('A', $a);`,
		`<?php ` + strings.Repeat("(", 100000),
		`<?php ` + strings.Repeat("{", 100000),
		`<?php ` + strings.Repeat("if(1)", 100000),
		`<?php ` + strings.Repeat("!", 100000) + "1;",
		`<?php $a` + strings.Repeat("[0]", 100000) + ";",
		`<?php "` + strings.Repeat(`{$a["`, 10000),
		`<?php eval('eval("eval(1);");'); define('A', 1`,
		"<?php <<<A\n", "<?php <<<'", "<?php $x = <<<A\n  a\n A", "<?", "<?php '", `<?php "\`, "<?php #[", "<?php /*",
	} {
		Parse("/x.php", src, Options{})
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"docker.php", "odd.php"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add("<?php switch(1){case 1: default; } while(0):endwhile; $a->b()::$c; `x`; ${'a'} = 1; A::B; f(...); static fn() => 1;")
	f.Fuzz(func(t *testing.T, src string) {
		c := Parse("/x/wp-config.php", src, Options{ReadFile: func(string) ([]byte, error) { return []byte(src), nil }})
		for _, name := range c.Names() {
			_, _, _ = c.String(name)
		}
		_, _ = c.Database()
	})
}

func TestDefined(t *testing.T) {
	const src = `<?php
define('COOKIE_DOMAIN', $_SERVER['HTTP_HOST']);
define('FORCE_SSL_ADMIN', true);
define('WP_HOME', 'https://' . HOST);
if ($_SERVER['x']) { define('DB_NAME', 'a'); $table_prefix = 'x_'; }
`
	c := Parse("/www/wp-config.php", src, Options{Defined: map[string]string{
		"COOKIE_DOMAIN": ".example.org", "FORCE_SSL_ADMIN": "false", "HOST": "example.org", "DB_NAME": "b", "$table_prefix": "y_", "ABSPATH": "/wp/",
	}})
	wantConstants(t, c, map[string]string{"COOKIE_DOMAIN": ".example.org", "FORCE_SSL_ADMIN": "", "WP_HOME": "https://example.org", "DB_NAME": "b", "ABSPATH": "/wp/", "$table_prefix": "-"})
	if prefix, err := c.TablePrefix(); prefix != "y_" || err != nil {
		t.Error(prefix, err)
	}
}
