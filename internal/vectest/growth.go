package vectest

import (
	"math"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The bounds of Growth: n log n makes of a text four times as long some 4.7
// times the work, a loop in a loop 16. Work below worthwhile is not judged: at
// that size a square would be slow by a thousand times.
const (
	maxGrowth   = 9
	worthwhile  = 60 * time.Millisecond
	growthTries = 4
)

// Growth holds work to about linear growth on repetitions of a shape: it fails
// when a text of size bytes takes more than nine times the work that a quarter
// of it takes, four times in a row. Work is the CPU time of the process, and a
// ratio: neither a slow machine nor a busy one makes a difference.
func Growth(t testing.TB, name, shape string, size int, work func(string)) {
	t.Helper()
	text := func(n int) string { return strings.Repeat(shape, max(1, n/len(shape))) }
	small, large := text(size/4), text(size)
	least := math.Inf(1)
	for range growthTries {
		b := spent(work, large)
		if b < worthwhile {
			return
		}
		if least = min(least, float64(b)/float64(max(spent(work, small), time.Millisecond))); least <= maxGrowth {
			return
		}
	}
	t.Errorf("%s of %.60q: four times the text takes %.1f times the work", name, shape, least)
}

// spent is the CPU time of one call.
func spent(work func(string), text string) time.Duration {
	start := cpu()
	work(text)
	return cpu() - start
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
