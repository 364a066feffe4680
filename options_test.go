package platen_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/platenhq/platen/internal/vectest"
)

// optionsRecording is what OPTIONS of a route answered.
type optionsRecording struct {
	Route, Request string
	Body           any
}

// TestOptions compares how each route describes itself with how WordPress 7.1
// does: parameters, defaults and schemas, but not the words of descriptions.
func TestOptions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectest.Root(t), "testdata", "wordpress71", "options", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings of OPTIONS: ", err)
	}
	srv := dumpServer(t)
	admin := administrator(t)
	passed := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var rec optionsRecording
		if err := json.Unmarshal(raw, &rec); err != nil {
			t.Fatal(err)
		}
		_, path, _ := strings.Cut(rec.Request, " ")
		req, err := http.NewRequest("OPTIONS", srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = dumpedHost
		req.SetBasicAuth(admin[0], admin[1])
		got := bodyOf(t, req)
		if diffs := compare("", wordless(rec.Body), wordless(got), nil); len(diffs) > 0 {
			t.Errorf("%s\n    %s", rec.Route, strings.Join(diffs[:min(len(diffs), 8)], "\n    "))
			continue
		}
		passed++
	}
	t.Logf("options: %d/%d", passed, len(files))
}

// administrator is the login of the dumped site's administrator and an
// application password.
func administrator(t testing.TB) [2]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(vectest.Root(t), "testdata", "wordpress71", "site.json"))
	if err != nil {
		t.Fatal(err)
	}
	var site struct {
		Users []struct {
			Login string
			Roles []string
			Apps  []struct{ Password string } `json:"application_passwords"`
		}
	}
	if err := json.Unmarshal(raw, &site); err != nil {
		t.Fatal(err)
	}
	for _, u := range site.Users {
		if slices.Contains(u.Roles, "administrator") && len(u.Apps) > 0 {
			return [2]string{u.Login, u.Apps[0].Password}
		}
	}
	t.Fatal("no administrator with an application password")
	return [2]string{}
}

func bodyOf(t testing.TB, req *http.Request) any {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", req.URL, err)
	}
	return v
}

// wordless drops descriptions, which every server words itself.
func wordless(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = wordless(v[i])
		}
	case map[string]any:
		for k, x := range v {
			if _, text := x.(string); k == "description" && text {
				delete(v, k)
				continue
			}
			v[k] = wordless(x)
		}
	}
	return v
}

// compare lists where two JSON values differ.
func compare(path string, want, got any, out []string) []string {
	w, ok1 := want.(map[string]any)
	g, ok2 := got.(map[string]any)
	if ok1 && ok2 {
		keys := map[string]bool{}
		for k := range w {
			keys[k] = true
		}
		for k := range g {
			keys[k] = true
		}
		names := make([]string, 0, len(keys))
		for k := range keys {
			names = append(names, k)
		}
		sort.Strings(names)
		for _, k := range names {
			x, inWant := w[k]
			y, inGot := g[k]
			switch {
			case !inWant:
				out = append(out, fmt.Sprintf("%s.%s: unexpected %s", path, k, short(y)))
			case !inGot:
				out = append(out, fmt.Sprintf("%s.%s: missing %s", path, k, short(x)))
			default:
				out = compare(path+"."+k, x, y, out)
			}
		}
		return out
	}
	a, ok1 := want.([]any)
	b, ok2 := got.([]any)
	if ok1 && ok2 && len(a) == len(b) {
		for i := range a {
			out = compare(fmt.Sprintf("%s[%d]", path, i), a[i], b[i], out)
		}
		return out
	}
	if !reflect.DeepEqual(want, got) {
		out = append(out, fmt.Sprintf("%s: expected %s, got %s", path, short(want), short(got)))
	}
	return out
}

func short(v any) string {
	b, _ := json.Marshal(v)
	if len(b) > 160 {
		return string(b[:160]) + "…"
	}
	return string(b)
}
