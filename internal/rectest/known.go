package rectest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Known lists entries that are known not to pass, with the reason: by file,
// then by entry as Failure.Entry names it.
type Known map[string]map[string]string

// ReadKnown reads a list of one miss a line: file, entry and reason, separated
// by tabs. Lines that begin with # are remarks.
func ReadKnown(path string) (Known, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k := Known{}
	for n, line := range strings.Split(string(raw), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[2] == "" {
			return nil, fmt.Errorf("%s:%d: want file, entry and reason separated by tabs", path, n+1)
		}
		if k[f[0]] == nil {
			k[f[0]] = map[string]string{}
		}
		k[f[0]][f[1]] = f[2]
	}
	return k, nil
}

// Entry names a failing entry within its file.
func (f Failure) Entry() string {
	if f.Sequence == "" {
		return f.Name
	}
	return f.Sequence + " / " + f.Name
}

// check fails the test for every miss that is not on the list, and for every
// one on the list that passes: then the list is out of date.
func (k Known) check(t *testing.T, res Result) {
	t.Helper()
	open := map[string]bool{}
	for entry := range k[res.File] {
		open[entry] = true
	}
	unknown := res
	unknown.Failures = nil
	for _, f := range res.Failures {
		if _, ok := k[res.File][f.Entry()]; ok {
			delete(open, f.Entry())
			continue
		}
		unknown.Failures = append(unknown.Failures, f)
	}
	if len(unknown.Failures) > 0 {
		t.Error(unknown.Text())
	}
	if os.Getenv("PLATEN_RECORDINGS") != "" || os.Getenv("PLATEN_ENTRY") != "" {
		return
	}
	for entry := range open {
		t.Errorf("recordings %s: %q passes now; take it off the list of known misses", res.File, entry)
	}
}
