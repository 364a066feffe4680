package platen_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/rectest"
	"github.com/platenhq/platen/internal/vectest"
)

var update = flag.Bool("update", false, "write docs/compatibility.md anew")

// TestCompatibilityDoc keeps the list of known misses in docs/compatibility.md
// equal to the one that TestRecordings uses.
func TestCompatibilityDoc(t *testing.T) {
	root := vectest.Root(t)
	known, err := rectest.ReadKnown(filepath.Join(root, "testdata", "recordings-known.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for file, entries := range known {
		for entry, reason := range entries {
			lines = append(lines, "| "+file+" | `"+strings.ReplaceAll(entry, "|", "\\|")+"` | "+reason+" |")
		}
	}
	slices.Sort(lines)
	const mark = "<!-- known misses -->\n"
	path := filepath.Join(root, "docs", "compatibility.md")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(raw), mark)
	want := head + mark + "\n| file | entry | reason |\n|---|---|---|\n" + strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(raw) != want {
		t.Error("docs/compatibility.md is out of date: go test -run TestCompatibilityDoc . -update")
	}
}
