//go:build live

package rectest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// TestRecordings replays the recordings against a server that somebody else
// runs: PLATEN_TARGET its URL, PLATEN_TARGET_HOST the Host header if another,
// PLATEN_RESTORE a shell command that puts the dump back. It has a build tag of
// its own; the project's own server is tested where it is assembled.
func TestRecordings(t *testing.T) {
	target := os.Getenv("PLATEN_TARGET")
	if target == "" {
		t.Fatal("PLATEN_TARGET names no server")
	}
	site, files, err := Load(Dir())
	if err != nil {
		t.Fatal(err)
	}
	r := &Runner{Site: site, Target: Target{URL: target, Host: os.Getenv("PLATEN_TARGET_HOST")}}
	if cmd := os.Getenv("PLATEN_RESTORE"); cmd != "" {
		r.Restore = func(ctx context.Context) error {
			out, err := exec.CommandContext(ctx, "sh", "-c", cmd).CombinedOutput()
			if err != nil {
				return fmt.Errorf("%s: %w: %s", cmd, err, out)
			}
			return nil
		}
	}
	r.Test(t, files)
}
