// Package vectest runs golden vectors: files of cases made by WordPress's own
// functions, kept in testdata/vectors at the root of the project. The
// environment variable PLATEN_VECTORS names another directory of files of the
// same format, so that the same tests run against cases the project has never
// seen.
package vectest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Dir is the directory that holds the vector files.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("PLATEN_VECTORS"); dir != "" {
		return dir
	}
	return filepath.Join(Root(t), "testdata", "vectors")
}

// Root is the root of the project: the nearest directory above with a go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("vectest: no go.mod above the working directory")
		}
		dir = parent
	}
}

// Read returns the bytes of NAME.json.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Dir(t), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Load decodes NAME.json into v. Numbers that land in an any are json.Number,
// because PHP's 1 and 1.0 differ.
func Load(t testing.TB, name string, v any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(Read(t, name)))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		t.Fatalf("vectors %s: %v", name, err)
	}
}

// Tally counts the cases of one file.
type Tally struct {
	t             testing.TB
	name          string
	passed, total int
}

// New starts counting the cases of the file called name.
func New(t testing.TB, name string) *Tally { return &Tally{t: t, name: name} }

// maxShown bounds how many failing cases of one file are printed.
const maxShown = 20

// Check counts one case and reports it as an error when ok is false; format
// and args then say what was got and wanted.
func (c *Tally) Check(id string, ok bool, format string, args ...any) bool {
	c.t.Helper()
	c.total++
	if ok {
		c.passed++
		return true
	}
	if failed := c.total - c.passed; failed <= maxShown {
		c.t.Errorf("%s %s: %s", c.name, id, fmt.Sprintf(format, args...))
	} else {
		c.t.Fail()
	}
	return false
}

// Done logs the result line, and fails a file without cases.
func (c *Tally) Done() {
	c.t.Helper()
	if c.total == 0 {
		c.t.Errorf("vectors %s: no cases", c.name)
	}
	c.t.Logf("vectors %s: %d/%d", c.name, c.passed, c.total)
}
