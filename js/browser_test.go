package js

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestBrowser runs test/*.test.mjs: our scripts, printed by a Registry, in a real Chromium against the stub server.
// Without the tools for it, it is skipped on a developer's machine and fails in CI.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no browser")
	}
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
	chromium := findChromium()
	if chromium == "" {
		missing("chromium is not installed (set CHROMIUM to its path)")
	}
	if _, err := os.Stat("node_modules/playwright-core"); err != nil {
		missing("playwright-core is not installed: run `npm ci` in js/")
	}
	if Built() != nil {
		missing(ErrNotBuilt.Error())
	}
	if out, err := exec.Command("go", "run", "./build", "-check").CombinedOutput(); err != nil {
		t.Fatalf("the scripts in dist are not those of src: run `go run ./js/build`\n%s", out)
	}
	files, err := filepath.Glob("test/*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files in js/test")
	}

	server := httptest.NewServer(newStub())
	defer server.Close()
	cmd := exec.Command(node, append([]string{"--test", "--test-concurrency=1", "--test-reporter=tap"}, files...)...)
	cmd.Env = append(os.Environ(), "PLATEN_JS_STUB="+server.URL, "CHROMIUM="+chromium)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range regexp.MustCompile(`(?m)^# (?:tests|pass|fail|skipped) \d+$`).FindAllString(string(out), -1) {
		t.Log(line)
	}
}

func findChromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
