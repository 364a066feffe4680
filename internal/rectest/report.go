package rectest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// maxShown bounds the failing entries printed for one file, unless PLATEN_DIFFS is set.
const maxShown = 10

// Test replays each file in a subtest of its name, logs "recordings NAME:
// passed/total" and fails the subtest with the differences where entries fail.
//
// Sequences of writes run first, one file at a time unless Fresh gives each
// sequence a server of its own; the read-only files run in parallel after them.
// Because of that, what the caller needs until the end belongs in t.Cleanup,
// not in a defer.
func (r *Runner) Test(t *testing.T, files []*File) {
	t.Helper()
	if r.Entry == "" {
		r.Entry = os.Getenv("PLATEN_ENTRY")
	}
	rep := &report{files: map[string]reportFile{}}
	if path := os.Getenv("PLATEN_REPORT"); path != "" {
		t.Cleanup(func() {
			if err := rep.write(path); err != nil {
				t.Error(err)
			}
		})
	}
	writes := r.Fresh != nil || r.Restore != nil
	for _, mutating := range []bool{true, false} {
		for _, f := range files {
			if f.Mutating != mutating {
				continue
			}
			t.Run(f.Name, func(t *testing.T) {
				if mutating && !writes {
					t.Skip("nothing given to put the dump back")
				}
				if !mutating || r.Fresh != nil {
					t.Parallel()
				}
				res, err := r.Run(t.Context(), f)
				if err != nil {
					t.Fatal(err)
				}
				rep.add(res)
				r.Known.check(t, res)
				t.Logf("recordings %s: %d/%d", f.Name, res.Passed, res.Total)
			})
		}
	}
}

// Text says what failed, a line for each entry and its first differences
// indented below it.
func (res Result) Text() string {
	lines, all := Diffs()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d/%d pass (status %d, headers %d, body %d; key order differs %d)", res.File, res.Passed, res.Total,
		res.StatusOK, res.HeadersOK, res.BodyOK, res.OrderDiffers)
	for i, f := range res.Failures {
		if i == maxShown && !all {
			fmt.Fprintf(&b, "\n  ... %d more failing entries; PLATEN_DIFFS=%d shows all", len(res.Failures)-i, lines)
			break
		}
		b.WriteString("\n  FAIL ")
		if f.Sequence != "" {
			b.WriteString(f.Sequence + " / ")
		}
		fmt.Fprintf(&b, "%s  [%s %s]", f.Name, f.Who, f.Request)
		for i, d := range f.Diffs {
			if i == lines {
				fmt.Fprintf(&b, "\n       ... %d more", len(f.Diffs)-i)
				break
			}
			b.WriteString("\n       " + d)
		}
	}
	return b.String()
}

// report is the recorder's --report: file name to counts and failures.
type report struct {
	mu    sync.Mutex
	files map[string]reportFile
}

type reportFile struct {
	Total        int             `json:"total"`
	Pass         int             `json:"pass"`
	StatusOK     int             `json:"status_ok"`
	HeadersOK    int             `json:"headers_ok"`
	BodyOK       int             `json:"body_ok"`
	OrderDiffers int             `json:"order_differs"`
	Failed       []reportFailure `json:"failed"`
	Seconds      float64         `json:"seconds"`
}

type reportFailure struct {
	Name    string   `json:"name"`
	Seq     *string  `json:"seq"`
	Request string   `json:"request"`
	Who     string   `json:"who"`
	Diff    []string `json:"diff"`
}

func (p *report) add(res Result) {
	f := reportFile{Total: res.Total, Pass: res.Passed, StatusOK: res.StatusOK, HeadersOK: res.HeadersOK, BodyOK: res.BodyOK,
		OrderDiffers: res.OrderDiffers, Failed: []reportFailure{}, Seconds: res.Time.Seconds()}
	for _, x := range res.Failures {
		var seq *string
		if x.Sequence != "" {
			seq = &x.Sequence
		}
		f.Failed = append(f.Failed, reportFailure{x.Name, seq, x.Request, x.Who, x.Diffs})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[res.File+".json"] = f
}

func (p *report) write(path string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	data, err := json.MarshalIndent(p.files, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
