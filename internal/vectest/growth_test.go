package vectest

import (
	"strings"
	"testing"
)

// failing notes whether a test would have failed.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Errorf(string, ...any) { f.failed = true }

func TestGrowth(t *testing.T) {
	square := &failing{TB: t}
	n := 0
	Growth(square, "square", "x", 40000, func(s string) {
		for i := range s {
			n += strings.Count(s[i:], "y")
			for j := 0; j < len(s); j += 8 {
				n += int(s[j])
			}
		}
	})
	if !square.failed {
		t.Error("a loop in a loop was not noticed")
	}
	line := &failing{TB: t}
	Growth(line, "line", "x", 1<<20, func(s string) {
		for range 40 {
			for j := range s {
				n += int(s[j])
			}
		}
	})
	if line.failed {
		t.Error("one loop was taken for two")
	}
}
