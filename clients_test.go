package platen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/vectest"
)

// TestNodeClients runs the WordPress clients of npm, test/clients/*.test.mjs,
// against a new site each. Without the tools for it, it is skipped on a
// developer's machine and fails in CI.
func TestNodeClients(t *testing.T) {
	node, err := exec.LookPath("node")
	dir := filepath.Join(vectest.Root(t), "test", "clients")
	if _, statErr := os.Stat(filepath.Join(dir, "node_modules")); err != nil || statErr != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs node and the packages of test/clients (make js)")
		}
		t.Skip("needs node and the packages of test/clients (make js)")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatal("no test files")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			n := openNew(t, nil)
			_, plain, err := n.app.Site().CreateAppPassword(t.Context(), 1, apppassword.New{Name: "client"})
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(node, "--test", "--test-reporter=tap", file)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PLATEN_BASE="+n.web.URL, "PLATEN_USER=admin", "PLATEN_PASSWORD="+adminPass, "PLATEN_APP_PASSWORD="+plain)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Logf("%s", regexp.MustCompile(`(?m)^# (?:pass|fail) \d+$`).FindAll(out, -1))
		})
	}
}
