package platen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
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
		missing(t, "node and the packages of test/clients (make js)")
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

// missing ends a test that lacks a tool: skipped on a developer's machine, a
// failure in CI.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("needs " + what)
	}
	t.Skip("needs " + what)
}

// TestCurl logs in, writes and is refused with curl, as its users do it.
func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		missing(t, "curl")
	}
	n := openNew(t, nil)
	jar := filepath.Join(t.TempDir(), "jar")
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(curl, append([]string{"-sS", "-w", " %{http_code}"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatal(err, string(out))
		}
		return string(out)
	}
	ends := func(out, want string) {
		t.Helper()
		if !strings.HasSuffix(out, want) {
			t.Errorf("%.300s, want %s", out, want)
		}
	}
	posts := n.web.URL + "/wp-json/wp/v2/posts"
	ends(run("-c", jar, "-d", "log=admin", "--data-urlencode", "pwd="+adminPass, n.web.URL+"/wp-login.php"), " 302")
	nonce := strings.TrimSuffix(run("-b", jar, n.web.URL+"/wp-admin/admin-ajax.php?action=rest-nonce"), " 200")
	ends(run("-b", jar, "-d", "title=no nonce", posts), " 401")
	ends(run("-b", jar, "-H", "X-WP-Nonce: 0123456789", "-d", "title=wrong", posts), " 403")
	ends(run("-b", jar, "-H", "X-WP-Nonce: "+nonce, "-F", "title=A form", posts), " 201")
	made := run("-b", jar, "-H", "X-WP-Nonce: "+nonce, "-d", "name=curl", n.web.URL+"/wp-json/wp/v2/users/me/application-passwords")
	ends(made, " 201")
	_, password, _ := strings.Cut(made, `"password":"`)
	password, _, _ = strings.Cut(password, `"`)
	ends(run("-u", "admin:"+password, "-H", "Content-Type: application/json", "-d", `{"title":"JSON","status":"publish"}`, posts), " 201")
	ends(run("-u", "admin:"+password, "-X", "DELETE", posts+"/1?force=true"), " 200")
	ends(run("-u", "admin:not it at all", "-d", "title=no", posts), " 401")
	if out := run("-I", posts); !strings.Contains(strings.ToLower(out), "x-wp-total: 1") {
		t.Error(out)
	}
}
