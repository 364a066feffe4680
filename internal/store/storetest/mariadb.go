package storetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/platenhq/platen/internal/store"
)

// server is the private MariaDB of this test program.
type server struct {
	socket string
	err    error
	skip   string
}

var (
	startServer = sync.OnceValue(start)
	databases   atomic.Int64
)

// MariaDB returns an empty schema in a database of the test's own, or skips the test where no mariadbd is installed. The
// server is started once for a test program, listens on a socket in a temporary directory only, and ends with the program.
func MariaDB(t testing.TB) *store.Store {
	t.Helper()
	s := open(t, MariaDBDSN(t))
	if err := s.CreateSchema(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// MariaDBDump returns a copy of the reference site in a database of the test's own, or skips the test.
func MariaDBDump(t testing.TB) *store.Store {
	t.Helper()
	s := open(t, MariaDBDSN(t))
	load(t, s, DumpPath(t))
	return s
}

// MariaDBDSN returns the DSN of an empty database of the test's own, or skips the test.
func MariaDBDSN(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("short: no MariaDB")
	}
	s := startServer()
	if s.skip != "" {
		if os.Getenv("CI") == "true" {
			t.Fatal(s.skip)
		}
		t.Skip(s.skip)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	client(t, s.socket, "CREATE DATABASE "+name+" DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
	t.Cleanup(func() { client(t, s.socket, "DROP DATABASE "+name) })
	return "mysql://root@unix(" + s.socket + ")/" + name
}

func client(t testing.TB, socket, text string) {
	t.Helper()
	out, err := exec.Command(find("mariadb", "mysql"), "--no-defaults", "--socket="+socket, "--user=root", "-e", text).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", text, err, out)
	}
}

// find looks for a program in PATH and where servers' programs live.
func find(names ...string) string {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
		for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/bin"} {
			if p := filepath.Join(dir, n); isFile(p) {
				return p
			}
		}
	}
	return ""
}

func isFile(p string) bool {
	fi, err := os.Stat(p)
	return err == nil && fi.Mode().IsRegular()
}

func start() server {
	daemon, install := find("mariadbd", "mysqld"), find("mariadb-install-db", "mysql_install_db")
	if daemon == "" || install == "" || find("mariadb", "mysql") == "" {
		return server{skip: "no MariaDB server installed"}
	}
	dir, err := os.MkdirTemp("", "platen-mariadb-")
	if err != nil {
		return server{err: err}
	}
	socket := filepath.Join(dir, "s")
	data := filepath.Join(dir, "data")
	args := []string{"--no-defaults", "--datadir=" + data}
	if os.Getuid() == 0 {
		args = append(args, "--user=root")
	}
	out, err := exec.Command(install, append(args, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")...).CombinedOutput()
	if err != nil {
		os.RemoveAll(dir)
		return server{err: fmt.Errorf("%s: %v\n%s", install, err, out)}
	}
	args = append(args, "--socket="+socket, "--pid-file="+filepath.Join(dir, "pid"), "--log-error="+filepath.Join(dir, "log"), "--skip-networking",
		"--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=128M", "--innodb-lock-wait-timeout=5")
	if err := underWatch(dir, daemon, args); err != nil {
		return server{err: err}
	}
	for range 200 {
		if exec.Command(find("mariadb", "mysql"), "--no-defaults", "--socket="+socket, "--user=root", "-e", "SELECT 1").Run() == nil {
			return server{socket: socket}
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	return server{err: fmt.Errorf("mariadbd did not start:\n%s", log)}
}

// underWatch starts the server below a shell that waits for the end of its input, which comes when this program ends in
// whatever way, and then stops the server and removes its files.
func underWatch(dir, daemon string, args []string) error {
	script := `d=$1; shift; "$@" </dev/null >/dev/null 2>&1 & p=$!; cat >/dev/null; kill -9 $p 2>/dev/null; wait $p; rm -rf "$d"`
	cmd := exec.Command("sh", append([]string{"-c", script, "sh", dir, daemon}, args...)...)
	if _, err := cmd.StdinPipe(); err != nil { // kept open, never written to
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	keepAlive = cmd
	return nil
}

// keepAlive holds the pipe open.
//
//lint:ignore U1000 it is there to be held, not read
var keepAlive *exec.Cmd

// sweep removes what earlier test programs built and nobody used for a day.
func sweep(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		fi, err := e.Info()
		if err == nil && strings.Contains(e.Name(), ".db") && time.Since(fi.ModTime()) > 24*time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// MariaDBDumpDSN returns the DSN of a database of the test's own with the
// reference site, for tests that start a whole server.
func MariaDBDumpDSN(t testing.TB) string {
	t.Helper()
	dsn := MariaDBDSN(t)
	s := open(t, dsn)
	load(t, s, DumpPath(t))
	return dsn
}
