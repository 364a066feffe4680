// Package browser holds the tests that drive a whole Platen with a real Chromium: logging in by the form, the
// dashboard, the end of a session, and the page of another origin that gets nowhere.
package browser

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/platenhq/platen/js"
)

const (
	user     = "admin"
	password = `pass "word" \ mit Umläut'` // as awkward as a password may be
)

// TestBrowser builds the program, starts it on an empty folder and runs *.test.mjs against it. Without the tools for it
// it is skipped on a developer's machine and fails in CI.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no browser")
	}
	node, chromium := tools(t)
	base := start(t)
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<!doctype html><title>another site</title>"))
	}))
	defer stranger.Close()

	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files")
	}
	artefacts, err := filepath.Abs("../artefacts")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(artefacts, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, append([]string{"--test", "--test-concurrency=1", "--test-reporter=tap"}, files...)...)
	cmd.Env = append(os.Environ(), "PLATEN_BASE="+base, "PLATEN_USER="+user, "PLATEN_PASSWORD="+password, "PLATEN_STRANGER="+stranger.URL,
		"PLATEN_ARTEFACTS="+artefacts, "CHROMIUM="+chromium)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range regexp.MustCompile(`(?m)^# (?:tests|pass|fail|skipped) \d+$`).FindAllString(string(out), -1) {
		t.Log(line)
	}
}

// tools finds Node and Chromium, or skips the test.
func tools(t *testing.T) (node, chromium string) {
	t.Helper()
	missing := func(what string) {
		t.Helper()
		if os.Getenv("CI") == "true" {
			t.Fatal("browser tests cannot run: " + what)
		}
		t.Skip("browser tests skipped: " + what)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("node is not installed")
	}
	chromium = os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); chromium == "" && err == nil {
			chromium = path
		}
	}
	if chromium == "" {
		missing("chromium is not installed (set CHROMIUM to its path)")
	}
	if _, err := os.Stat("../../js/node_modules/playwright-core"); err != nil {
		missing("playwright-core is not installed: run `npm ci` in js/")
	}
	if js.Built() != nil {
		missing(js.ErrNotBuilt.Error())
	}
	return node, chromium
}

// start builds and runs `platen serve`, with the example plugin, on a free port; it is stopped, and must drain, at the end of the test.
// PLATEN_BASE names a server that runs already.
func start(t *testing.T) string {
	t.Helper()
	if base := os.Getenv("PLATEN_BASE"); base != "" {
		return base
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "platen")
	if out, err := exec.Command("go", "build", "-o", binary, "../../examples/books/cmd/books").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()

	var log bytes.Buffer
	cmd := exec.Command(binary, "serve", "--listen", address, "--data", filepath.Join(dir, "data"))
	cmd.Env = append(os.Environ(), "PLATEN_ADMIN_USER="+user, "PLATEN_ADMIN_PASSWORD="+password)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		err := cmd.Wait()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the server's log:\n%s", log.Bytes())
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if res, err := http.Get("http://" + address + "/-/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return "http://" + address
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the server does not answer:\n%s", log.Bytes())
	return ""
}
