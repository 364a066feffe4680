//go:build live

package wiretest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/platenhq/platen/internal/rectest"
)

var (
	targetURL  = flag.String("target", os.Getenv("PLATEN_TARGET"), "URL of a running server on the dumped site")
	targetHost = flag.String("target-host", os.Getenv("PLATEN_TARGET_HOST"), "Host header to send, if not that of -target")
	restoreCmd = flag.String("restore", os.Getenv("PLATEN_RESTORE"), "shell command that puts the dump back behind -target")
)

var wireDir = filepath.Join("..", "..", "testdata", "wire")

// TestWire holds the project's conversations with the server named by -target.
func TestWire(t *testing.T) {
	if *targetURL == "" {
		t.Fatal("-target names no server")
	}
	all, err := Load(wireDir)
	if err != nil {
		t.Fatal(err)
	}
	site, _, err := rectest.Load(rectest.Dir())
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Site: site, Target: rectest.Target{URL: *targetURL, Host: *targetHost}}
	if *restoreCmd != "" {
		r.Restore = func(ctx context.Context) error {
			out, err := exec.CommandContext(ctx, "sh", "-c", *restoreCmd).CombinedOutput()
			if err != nil {
				return fmt.Errorf("%s: %w: %s", *restoreCmd, err, out)
			}
			return nil
		}
	}
	r.Test(t, all)
	if r.Restore != nil && r.dirty {
		if err := r.Restore(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// TestFilesParse reads every conversation, server or none.
func TestFilesParse(t *testing.T) {
	all, err := Load(wireDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.About == "" {
			t.Errorf("%s.txtar says nothing about itself", c.Name)
		}
	}
}
