package platen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/store/storetest"
)

func TestCopyCommand(t *testing.T) {
	dir := t.TempDir()
	c := cli{t, dir}
	from, to := "sqlite:"+storetest.SQLiteDumpFile(t), filepath.Join(dir, "copy.db")
	c.run(2, "copy", "--from", from)
	c.run(2, "copy", "--fly")
	if _, e := c.run(1, "copy", "--to", "sqlite:"+to); !strings.Contains(e, "there is no file") {
		t.Error(e)
	}
	if _, e := c.run(1, "copy", "--from", from, "--to", from); !strings.Contains(e, "same database") {
		t.Error(e)
	}
	out, _ := c.run(0, "copy", "--from", from, "--to", "sqlite:"+to)
	if !strings.Contains(out, "TABLE") || !strings.Contains(out, "Copied 12 tables") {
		t.Error(out)
	}
	if _, e := c.run(1, "copy", "--from", from, "--to", "sqlite:"+to); !strings.Contains(e, "not empty") || !strings.Contains(e, "--force") {
		t.Error(e)
	}
	r := c.object("copy", "--from", from, "--to", "sqlite:"+to, "--force", "--skip", "wp_links")
	if tables := r["tables"].([]any); len(tables) != 12 || tables[0].(map[string]any)["checksum"] == "" {
		t.Error(r)
	}
	// A copy that fails leaves no file behind.
	lost := filepath.Join(dir, "lost.db")
	c.run(1, "copy", "--from", from, "--to", "sqlite:"+lost, "--skip", "wp_nothing")
	if left, _ := filepath.Glob(lost + "*"); len(left) > 0 {
		t.Error(left)
	}
	if err := os.WriteFile(lost, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.run(1, "copy", "--from", from, "--to", "sqlite:"+lost)
	if b, err := os.ReadFile(lost); err != nil || string(b) != "no database" {
		t.Error(string(b), err)
	}
}
