//go:build peer

package peer

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a program may take to start before the test gives up on
// it; nothing is measured by it.
const patience = 90 * time.Second

// daemon is a program that runs beside the test.
type daemon struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}

	mu  sync.Mutex
	out bytes.Buffer
}

// Write collects the output.
func (d *daemon) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(b)
}

func (d *daemon) output() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String()
}

// spawn starts a program of its own process group.
func spawn(name string, env []string, args ...string) (*daemon, error) {
	d := &daemon{name: name, done: make(chan struct{})}
	d.cmd = exec.Command(args[0], args[1:]...)
	d.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin", "HOME=" + os.TempDir()}, env...)
	d.cmd.Stdout, d.cmd.Stderr = d, d
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { d.cmd.Wait(); close(d.done) }()
	return d, nil
}

// kill ends the program and what it started, at once.
func (d *daemon) kill() {
	if d == nil {
		return
	}
	syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL)
	<-d.done
}

// until waits for f to succeed while the program lives.
func (d *daemon) until(f func() error) error {
	end := time.Now().Add(patience)
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-d.done:
			return fmt.Errorf("%s ended: %s", d.name, d.output())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s: %w\n%s", d.name, err, d.output())
		}
	}
}

// find looks for a program.
func find(names ...string) string {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
		for _, dir := range []string{"/usr/sbin", "/usr/local/sbin"} {
			if all, _ := filepath.Glob(filepath.Join(dir, n)); len(all) > 0 {
				return all[len(all)-1]
			}
		}
	}
	return ""
}

// freePort finds a free port of this machine.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// database is a MariaDB server on a directory of its own.
type database struct {
	dir, socket string
	options     []string
	*daemon
}

func asRoot() []string {
	if os.Getuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

func newDatabase(dir string, options ...string) (*database, error) {
	db := &database{dir: filepath.Join(dir, "db"), socket: filepath.Join(dir, "db.sock"), options: append([]string{"--skip-networking"}, options...)}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	args := append([]string{"--no-defaults", "--datadir=" + db.dir, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"}, asRoot()...)
	if out, err := exec.Command(find("mariadb-install-db", "mysql_install_db"), args...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("mariadb-install-db: %w\n%s", err, out)
	}
	return db, db.start()
}

// start starts the server, also one that was killed.
func (db *database) start() (err error) {
	// The log is flushed at every commit, as on a production server: what was
	// committed survives kill -9.
	args := append([]string{find("mariadbd", "mysqld"), "--no-defaults", "--datadir=" + db.dir, "--socket=" + db.socket,
		"--pid-file=" + db.socket + ".pid", "--innodb-buffer-pool-size=64M", "--character-set-server=utf8mb4"}, append(asRoot(), db.options...)...)
	if db.daemon, err = spawn("mariadbd", nil, args...); err != nil {
		return err
	}
	return db.until(func() error { _, err := db.query("SELECT 1"); return err })
}

// query runs SQL with MariaDB's own client and returns what it prints, without
// headings.
func (db *database) query(text string) (string, error) {
	cmd := exec.Command(find("mariadb", "mysql"), "--no-defaults", "--socket="+db.socket, "--user=root", "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4", "wordpress", "-e", text)
	if strings.Contains(text, " DATABASE ") || text == "SELECT 1" {
		cmd.Args = append(cmd.Args[:len(cmd.Args)-3], "-e", text)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// dump is everything in the database: tables, columns and rows.
func (db *database) dump() (string, error) {
	out, err := exec.Command(find("mariadb-dump", "mysqldump"), "--no-defaults", "--socket="+db.socket, "--user=root", "--skip-dump-date", "--skip-extended-insert", "--hex-blob", "wordpress").Output()
	return string(out), err
}

// web is php-fpm with nginx before it.
type web struct {
	url        string
	front      string // PHP with Platen before it, at /wp-json/
	fpm, nginx *daemon
	php        []string // how php-fpm is started
}

const fpmConf = `[global]
error_log = %[1]s/fpm.log
daemonize = no
[www]
listen = %[1]s/fpm.sock
pm = static
pm.max_children = 3
clear_env = no
php_admin_value[error_log] = %[1]s/php.log
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
php_value[error_reporting] = 22519
php_value[memory_limit] = 256M
%[2]s`

const nginxConf = `%[4]s
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log;
events {}
http {
	types { text/css css; text/javascript js; image/png png; image/jpeg jpg jpeg; image/gif gif; }
	default_type application/octet-stream;
	access_log off;
	client_body_temp_path %[1]s/tmp-body; proxy_temp_path %[1]s/tmp-proxy; fastcgi_temp_path %[1]s/tmp-fcgi; uwsgi_temp_path %[1]s/tmp-uwsgi; scgi_temp_path %[1]s/tmp-scgi;
	client_max_body_size 16m;
	server {
		listen 127.0.0.1:%[2]s;
		root %[3]s;
		index index.php;
		location / { try_files $uri $uri/ /index.php$is_args$args; }
		location ~ \.php$ {
			try_files $uri =404;
			include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
			fastcgi_param HTTP_AUTHORIZATION $http_authorization;
			fastcgi_param HTTP_HOST $http_x_forwarded_host if_not_empty;
			fastcgi_pass unix:%[1]s/fpm.sock;
		}
	}
	# As docs/beside-wordpress.md has it.
	server {
		listen 127.0.0.1:%[5]s;
		root %[3]s;
		index index.php;
		location /wp-json/ {
			proxy_pass http://127.0.0.1:%[6]s;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host $host;
			proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
			proxy_set_header X-Forwarded-Proto $scheme;
		}
		location / { try_files $uri $uri/ /index.php$is_args$args; }
		location ~ \.php$ {
			try_files $uri =404;
			include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
			fastcgi_param HTTP_AUTHORIZATION $http_authorization;
			fastcgi_pass unix:%[1]s/fpm.sock;
		}
	}
}
`

func newWeb(dir, root, port, behind string) (*web, error) {
	front, err := freePort()
	if err != nil {
		return nil, err
	}
	w := &web{url: "http://127.0.0.1:" + port, front: "http://127.0.0.1:" + front}
	pool, user := "", ""
	w.php = []string{find("php-fpm", "php-fpm8*", "php-fpm7*"), "-F", "-y", dir + "/fpm.conf"}
	if os.Getuid() == 0 {
		pool, user = "user = root\ngroup = root\n", "user root;"
		w.php = append(w.php, "-R")
	}
	files := map[string]string{"fpm.conf": fmt.Sprintf(fpmConf, dir, pool), "nginx.conf": fmt.Sprintf(nginxConf, dir, port, root, user, front, behind)}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if err = w.startPHP(dir); err != nil {
		return w, err
	}
	if w.nginx, err = spawn("nginx", nil, find("nginx"), "-c", dir+"/nginx.conf", "-e", dir+"/nginx.log"); err != nil {
		return w, err
	}
	return w, w.nginx.until(func() error {
		resp, err := http.Get(w.url + "/readme.html")
		if err == nil {
			resp.Body.Close()
		}
		return err
	})
}

// startPHP starts php-fpm, also one that was ended.
func (w *web) startPHP(dir string) (err error) {
	if w.fpm, err = spawn("php-fpm", nil, w.php...); err != nil {
		return err
	}
	return w.fpm.until(func() error { _, err := os.Stat(dir + "/fpm.sock"); return err })
}

// platen is a run of the program under test.
type platen struct {
	url, port string
	args      []string
	*daemon
}

// build compiles the program once.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "platen-peer-bin-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "platen")
	if out, err := exec.Command("go", "build", "-o", file, "../../cmd/platen").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return file, nil
})

func newPlaten(port string, args ...string) (*platen, error) {
	p := &platen{url: "http://127.0.0.1:" + port, port: port, args: args}
	return p, p.start()
}

func (p *platen) start() error {
	file, err := build()
	if err != nil {
		return err
	}
	p.daemon, err = spawn("platen", []string{"PLATEN_LOG=warn"}, append([]string{file, "serve", "--listen", "127.0.0.1:" + p.port}, p.args...)...)
	if err != nil {
		return err
	}
	return p.until(func() error {
		resp, err := http.Get(p.url + "/-/readyz")
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("not ready: %s", resp.Status)
		}
		return nil
	})
}

// tool runs another command of the program on the same site.
func (p *platen) tool(t *testing.T, args ...string) string {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), file, append(args, p.args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "PLATEN_LOG=error"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("platen %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
