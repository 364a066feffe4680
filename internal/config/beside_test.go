package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/wpconfig"
)

// write makes a file in a directory of the test's own.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// read completes a configuration.
func read(t *testing.T, env map[string]string, args ...string) (Config, error) {
	t.Helper()
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	finish := Flags(fs, func(name string) string { return env[name] })
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return finish()
}

const plain = `<?php
define('DB_NAME', 'site'); define('DB_USER', 'joe'); define('DB_PASSWORD', 'p@ss:/?'); define('DB_HOST', 'db.test:3307'); define('DB_CHARSET', 'utf8');
$table_prefix = 'a_';
define('WP_ENVIRONMENT_TYPE', 'staging');
define('AUTH_KEY', 'k');
`

// TestPrecedence: flag, environment, wp-config.php, platen.toml, default.
func TestPrecedence(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "www", "wp-config.php")
	write(t, file, plain)
	write(t, filepath.Join(dir, "platen.toml"), "environment = \"development\"\ndb = \"sqlite:x\"\ncompat = \"wordpress\"\nwp-config = \""+file+"\"\n")
	env := map[string]string{"PLATEN_DATA": dir}
	c, err := read(t, env)
	if err != nil {
		t.Fatal(err)
	}
	const dsn = "mysql://joe:p%40ss%3A%2F%3F@db.test:3307/site?charset=utf8&prefix=a_"
	if c.Environment != "staging" || c.DB != dsn || c.Compat != "wordpress" || c.Listen != Default().Listen || c.Beside.Secrets["AUTH_KEY"] != "k" || c.Uploads != "" {
		t.Errorf("%+v %+v", c, c.Beside)
	}
	env["PLATEN_ENVIRONMENT"], env["PLATEN_DB"] = "local", "mysql://me@unix(/tmp/s)/other"
	if c, err = read(t, env); err != nil || c.Environment != "local" || c.DB != "mysql://me@unix(/tmp/s)/other?prefix=a_" {
		t.Errorf("%+v %v", c, err)
	}
	if c, err = read(t, env, "--environment", "production", "--db", "mysql://h/d?prefix=z_", "--compat", "safe"); err != nil ||
		c.Environment != "production" || c.DB != "mysql://h/d?prefix=z_" || c.Compat != "safe" {
		t.Errorf("%+v %v", c, err)
	}
	if _, err = read(t, env, "--environment", "prod"); err == nil {
		t.Error("an unknown environment was taken")
	}
	if c, err = read(t, map[string]string{"WP_ENVIRONMENT_TYPE": "staging"}); err != nil || c.Environment != "staging" || c.Uploads == "" || c.Beside != nil {
		t.Errorf("%+v %v", c, err)
	}
}

// TestUnknownValues: each value that cannot be told is named with its line and
// the flag that sets it instead, and the flag helps.
func TestUnknownValues(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wp-config.php")
	write(t, file, `<?php
define('DB_NAME', 'site'); define('DB_USER', 'u'); define('DB_PASSWORD', getenv('NOT_SET_HERE'));
define('DB_HOST', 'localhost:/run/x.sock');
define('WP_HOME', 'https://' . $_SERVER['HTTP_HOST']);
define('COOKIE_DOMAIN', $_SERVER['HTTP_HOST']);
define('WP_ENVIRONMENT_TYPE', whatever());
define('NOT_OURS', $_SERVER['HTTP_HOST']);
`)
	_, err := read(t, nil, "--wp-config", file)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{":2: DB_PASSWORD comes from the environment variable NOT_SET_HERE", "set it with --db", ":4: WP_HOME", "--url", ":5: COOKIE_DOMAIN",
		"--define COOKIE_DOMAIN=VALUE", ":6: WP_ENVIRONMENT_TYPE", "--environment"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "NOT_OURS") {
		t.Error(err)
	}
	c, err := read(t, map[string]string{"NOT_SET_HERE": "secret"}, "--wp-config", file, "--url", "https://x.test/", "--environment", "local", "--define", "COOKIE_DOMAIN=.x.test", "--define", "FORCE_SSL_ADMIN=true")
	if err != nil || c.DB != "mysql://u:secret@unix(/run/x.sock)/site?prefix=wp_" || c.URL != "https://x.test" || c.Beside.Constants["COOKIE_DOMAIN"] != ".x.test" ||
		!*c.Beside.ForceSSLAdmin || c.Beside.HomeURL != "" {
		t.Errorf("%+v %+v %v", c, c.Beside, err)
	}
	if _, err := read(t, nil, "--wp-config", filepath.Join(t.TempDir(), "none.php")); err == nil {
		t.Error("a file that is not there was taken")
	}
}

func TestNotServed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wp-config.php")
	write(t, file, plain+"define('MULTISITE', true);\ndefine('CUSTOM_USER_TABLE', 'people');")
	_, err := read(t, nil, "--wp-config", file)
	if err == nil || !strings.Contains(err.Error(), ":6: a network of sites") || !strings.Contains(err.Error(), ":7: users in a table of another name") {
		t.Error(err)
	}
}

// TestRoot: WordPress's directory is found beside its configuration.
func TestRoot(t *testing.T) {
	for _, place := range []string{"", "wordpress", "elsewhere/wp"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "wp-config.php")
		write(t, file, plain+"define('WP_POST_REVISIONS', 3); define('EMPTY_TRASH_DAYS', 0); define('MEDIA_TRASH', true);")
		write(t, filepath.Join(dir, place, "wp-includes", "version.php"), "<?php")
		args := []string{"--wp-config", file}
		want := filepath.ToSlash(filepath.Join(dir, place)) + "/"
		if place == "elsewhere/wp" {
			c, err := read(t, nil, args...)
			if err != nil || c.Beside.Root != "" {
				t.Errorf("%+v %v", c.Beside, err)
			}
			args = append(args, "--define", "ABSPATH="+want)
		}
		c, err := read(t, nil, args...)
		if err != nil || c.Beside.Root != want || *c.Beside.Revisions != 3 || !c.Beside.NoTrash || !c.Beside.MediaTrash {
			t.Errorf("%q: %+v %v", place, c.Beside, err)
		}
	}
}

func TestDSN(t *testing.T) {
	for _, w := range []struct {
		host, want string
		tls, skip  bool
	}{
		{"127.0.0.1", "mysql://u%40h:a%3Ab@127.0.0.1:3306/w%20p?charset=utf8mb4&prefix=x_", false, false},
		{"[::1]:3307", "mysql://u%40h:a%3Ab@[::1]:3307/w%20p?charset=utf8mb4&prefix=x_", false, false},
		{"localhost:/tmp/a.sock", "mysql://u%40h:a%3Ab@unix(/tmp/a.sock)/w%20p?charset=utf8mb4&prefix=x_", false, false},
		{"db.test", "mysql://u%40h:a%3Ab@db.test:3306/w%20p?charset=utf8mb4&prefix=x_&tls=true", true, false},
		{"db.test", "mysql://u%40h:a%3Ab@db.test:3306/w%20p?charset=utf8mb4&prefix=x_&tls=skip-verify", true, true},
	} {
		network, address := wpconfig.ParseHost(w.host)
		d := wpconfig.Database{Name: "w p", User: "u@h", Password: "a:b", Network: network, Address: address, Charset: "UTF8MB4", Prefix: "x_", TLS: w.tls, TLSSkipVerify: w.skip}
		if got := DSN(d); got != w.want {
			t.Errorf("%s: %s, want %s", w.host, got, w.want)
		}
	}
}
