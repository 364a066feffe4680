// Package proxy_test runs the configurations of this directory behind a real
// nginx and a real Caddy.
package proxy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/platenhq/platen"
)

// world is a site, a service and a visitor.
type world struct {
	t         *testing.T
	site, app string // host:port
	address   string // of the proxy, host:port
	client    *http.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	w := &world{t: t, site: srv.Listener.Addr().String()}
	none := func(string) string { return "" }
	cfg, err := platen.Configure(none, "--data", t.TempDir(), "--url", "http://"+w.site, "--environment", "local", "--admin-password", "open sesame", "--trusted-proxies", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	app, err := platen.Open(t.Context(), cfg, platen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = app.Handler()
	srv.Start()
	t.Cleanup(func() { srv.Close(); app.Close() })
	// the service tells what reaches it
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		json.NewEncoder(w).Encode(map[string]string{"user": r.Header.Get("X-WP-User"), "id": r.Header.Get("X-WP-User-Id"), "roles": r.Header.Get("X-WP-Roles"),
			"identity": r.Header.Get("X-WP-Identity"), "path": r.URL.RequestURI(), "body": string(body)})
	}))
	t.Cleanup(service.Close)
	w.app = service.Listener.Addr().String()
	w.reset()
	return w
}

// reset makes the visitor a stranger.
func (w *world) reset() {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (w *world) send(method, address, body string, header ...string) *http.Response {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	return resp
}

// logIn logs the administrator in at the site; the cookies reach the proxy,
// which is on the same host.
func (w *world) logIn() {
	w.send("GET", "http://"+w.site+"/wp-login.php", "")
	form := url.Values{"log": {"admin"}, "pwd": {"open sesame"}, "testcookie": {"1"}}.Encode()
	if resp := w.send("POST", "http://"+w.site+"/wp-login.php", form, "Content-Type", "application/x-www-form-urlencoded"); resp.StatusCode != http.StatusFound {
		w.t.Fatalf("login: %s", resp.Status)
	}
}

// told is what the service was told of a request.
func (w *world) told(resp *http.Response) map[string]string {
	w.t.Helper()
	text, _ := io.ReadAll(resp.Body)
	var out map[string]string
	if err := json.Unmarshal(text, &out); resp.StatusCode != http.StatusOK || err != nil {
		w.t.Errorf("%s %s: %s: %s", resp.Request.Method, resp.Request.URL, resp.Status, text)
	}
	return out
}

// check is what holds behind every proxy.
func (w *world) check() {
	t, base := w.t, "http://"+w.address
	page := []string{"Accept", "text/html", "X-WP-User", "root", "X-WP-Roles", "administrator", "X-WP-Identity", "forged"}
	resp := w.send("GET", base+"/reports?year=2026", "", page...)
	if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusFound || !strings.HasPrefix(to, "http://"+w.site+"/wp-login.php") {
		t.Errorf("a stranger: %s, %q", resp.Status, to)
	}
	w.logIn()
	got := w.told(w.send("GET", base+"/reports?year=2026", "", page...))
	if got["user"] != "admin" || got["id"] != "1" || got["roles"] != "administrator" || got["path"] != "/reports?year=2026" || strings.Count(got["identity"], ".") != 2 {
		t.Errorf("the service was told %v", got)
	}
	if got := w.told(w.send("POST", base+"/reports", "a=b", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")); got["user"] != "admin" || got["body"] != "a=b" {
		t.Errorf("a form: %v", got)
	}
	if resp := w.send("POST", base+"/reports", "a=b", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("another site's form: %s", resp.Status)
	}
	w.reset()
	if resp := w.send("GET", base+"/", "", page...); resp.StatusCode != http.StatusFound {
		t.Errorf("a stranger again: %s", resp.Status)
	}
	if resp := w.send("GET", base+"/", "", "Authorization", "Basic YWRtaW46d3Jvbmc="); resp.StatusCode/100 != 4 && resp.StatusCode != http.StatusFound {
		t.Errorf("a wrong application password: %s", resp.Status)
	}
}

// config is a file of this directory with other addresses.
func (w *world) config(name string, replace ...string) string {
	w.t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		w.t.Fatal(err)
	}
	replace = append(replace, "platen:8080", w.site, "app:3000", w.app)
	for i := 0; i+1 < len(replace); i += 2 {
		if !bytes.Contains(text, []byte(replace[i])) {
			w.t.Fatalf("%s has no %q", name, replace[i])
		}
	}
	return strings.NewReplacer(replace...).Replace(string(text))
}

// run starts a proxy on a free port and ends it with the test.
func (w *world) run(program string, args ...string) {
	t := w.t
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-gone
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", w.address)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case err := <-gone:
			gone <- err
			t.Fatalf("%s ended: %v\n%s", program, err, log.String())
		case <-ctx.Done():
			t.Fatalf("%s does not listen", program)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// find is where a program is; without it the test is skipped, but not in CI.
func find(t *testing.T, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if errors.Is(err, exec.ErrNotFound) {
		if _, err = os.Stat("/usr/sbin/" + program); err == nil {
			path = "/usr/sbin/" + program
		}
	}
	if err == nil {
		return path
	}
	message := program + " is not installed (Debian package " + debian + "): its configuration is NOT tested"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// freeAddress is an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestNginx(t *testing.T) {
	program := find(t, "nginx", "nginx-light")
	w := newWorld(t)
	w.address = freeAddress(t)
	dir := t.TempDir()
	server := w.config("nginx.conf", "listen 80;", "listen "+w.address+";", "app.example.org", "127.0.0.1")
	main := "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n"
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		main += name + "_temp_path " + name + ";\n"
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(main+server+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.run(program, "-p", dir, "-c", file, "-e", "stderr")
	w.check()
}

func TestCaddy(t *testing.T) {
	program := find(t, "caddy", "caddy")
	w := newWorld(t)
	w.address = freeAddress(t)
	file := filepath.Join(t.TempDir(), "Caddyfile")
	text := "{\n\tadmin off\n}\n" + w.config("Caddyfile", "http://app.example.org", "http://"+w.address)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.run(program, "run", "--adapter", "caddyfile", "--config", file)
	w.check()
}
